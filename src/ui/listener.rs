//! A `Ui` listens to the progress of the domain.

use super::Ui;
use crate::progress::{Progress, Task, Unit};
use crate::timings::Stage;

impl Progress for Ui {
    fn begin(&self, task: &str, total: Option<u64>, unit: Unit) -> Box<dyn Task> {
        self.progress.begin(task, total, unit)
    }

    fn note(&self, text: &str) {
        Self::note(self, text);
    }

    fn warn(&self, text: &str) {
        Self::warn(self, text);
    }

    fn timings(&self, work: &str, stages: &[Stage]) {
        Self::timings(self, work, stages);
    }
}
