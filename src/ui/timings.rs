//! How long the stages of some work took: lines for people, one JSON line for scripts.

use serde_json::{Value, json};

use super::styling::BOLD;
use super::{Ui, human};
use crate::cli::LogFormat;
use crate::settings::TimingsMode;
use crate::timings::Stage;

impl Ui {
    /// What some work consisted of, on standard error, where it is asked for.
    pub(super) fn timings(&self, work: &str, stages: &[Stage]) {
        if self.speech.timings == TimingsMode::Silent || stages.is_empty() {
            return;
        }
        match self.speech.log {
            LogFormat::Json => self.line(&self.tags.line("timings", json(work, stages))),
            LogFormat::Text => {
                let head = format!("timings: {}", human::printable(work));
                self.line(&format!("{}\n{}", self.err_style.paint(BOLD, &head), lines(stages).join("\n")));
            }
        }
    }
}

/// A stage's parts, which are at work at the same time, stand below it.
fn lines(stages: &[Stage]) -> Vec<String> {
    let line = |indent: &str, stage: &Stage| {
        let name = format!("{indent}{}", stage.name);
        format!("{name:<28}{:>9.3} s", stage.took.as_secs_f64())
    };
    let mut lines = Vec::new();
    for stage in stages.iter().filter(|stage| stage.within.is_none()) {
        lines.push(line("  ", stage));
        lines.extend(stages.iter().filter(|part| part.within == Some(stage.name)).map(|part| line("    ", part)));
    }
    lines
}

#[allow(clippy::cast_possible_truncation)] // no work takes millions of years
fn json(work: &str, stages: &[Stage]) -> Value {
    let stages = stages.iter().map(
        |stage| json!({"stage": stage.name, "within": stage.within, "milliseconds": stage.took.as_millis() as u64}),
    );
    json!({"task": work, "stages": stages.collect::<Vec<_>>()})
}

#[cfg(test)]
mod tests {
    use std::time::Duration;

    use super::*;

    #[test]
    fn parts_stand_below_their_stage_whenever_they_were_noted() {
        let stage = |name, within, ms| Stage { name, within, took: Duration::from_millis(ms) };
        let stages = [stage("export", None, 1500), stage("drop", None, 20), stage("hash", Some("export"), 300)];
        assert_eq!(
            lines(&stages),
            [
                "  export                        1.500 s",
                "    hash                        0.300 s",
                "  drop                          0.020 s",
            ]
        );
        assert_eq!(
            json("archiving", &stages)["stages"][2],
            json!({"stage": "hash", "within": "export", "milliseconds": 300})
        );
    }
}
