//! Where the time of a piece of work goes: how long each of its stages took.

use std::future::Future;
use std::sync::{Mutex, PoisonError};
use std::time::{Duration, Instant};

use crate::progress::Progress;
pub use crate::progress::Stage;

/// The stages of one piece of work, in the order in which they began. One that comes again adds to what it took.
#[derive(Debug, Default)]
pub struct Stages(Mutex<Vec<Stage>>);

impl Stages {
    /// Waits for a stage.
    pub fn time<F: Future>(&self, name: &'static str, stage: F) -> impl Future<Output = F::Output> {
        // Boxed: stages are within stages, and each would be in memory once more for every one around it.
        let stage = Box::pin(stage);
        async move {
            self.add(name, None, Duration::ZERO);
            let began = Instant::now();
            let done = stage.await;
            self.add(name, None, began.elapsed());
            done
        }
    }

    /// So much more time went into this.
    pub fn add(&self, name: &'static str, within: Option<&'static str>, took: Duration) {
        // What a panic elsewhere left is still a list of stages.
        let mut stages = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        match stages.iter_mut().find(|stage| (stage.name, stage.within) == (name, within)) {
            Some(stage) => stage.took += took,
            None => stages.push(Stage { name, within, took }),
        }
    }

    /// How long a stage took, or a part of one.
    pub fn took(&self, name: &str, within: Option<&str>) -> Duration {
        let stages = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        let of_it = |stage: &&Stage| stage.name == name && stage.within == within;
        stages.iter().find(of_it).map_or(Duration::ZERO, |stage| stage.took)
    }

    /// Tells whoever listens what this work consisted of.
    pub fn tell(&self, progress: &dyn Progress, work: &str) {
        progress.timings(work, &self.0.lock().unwrap_or_else(PoisonError::into_inner));
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[tokio::test]
    async fn stages_add_up_and_keep_their_order() {
        let stages = Stages::default();
        let done = stages
            .time("outer", async {
                stages.add("part", Some("outer"), Duration::from_secs(1));
                7
            })
            .await;
        stages.add("part", Some("outer"), Duration::from_secs(2));
        stages.add("part", None, Duration::from_secs(4));
        let stages = stages.0.into_inner().unwrap();
        let told: Vec<_> = stages.iter().map(|s| (s.name, s.within, s.took.as_secs())).collect();
        assert_eq!((done, told), (7, vec![("outer", None, 0), ("part", Some("outer"), 3), ("part", None, 4)]));
    }
}
