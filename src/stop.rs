//! A clean stop: asked for once, noticed between steps.

use std::sync::Arc;
use std::sync::atomic::{AtomicU8, Ordering};
use std::time::Duration;

use tokio::time::Instant;

use crate::error::{Error, Kind, Result};

/// The signal that asked for a stop.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Signal {
    /// SIGINT.
    Interrupt,
    /// SIGTERM.
    Terminate,
}

/// How often one who waits looks.
const LOOK: Duration = Duration::from_millis(50);

/// Tells long work to end after the step it is in. Clones share one state.
#[derive(Debug, Clone, Default)]
pub struct Stop(Arc<AtomicU8>);

impl Stop {
    /// Asks for the stop. Returns whether it was asked for before.
    pub fn ask(&self, signal: Signal) -> bool {
        let value = match signal {
            Signal::Interrupt => 1,
            Signal::Terminate => 2,
        };
        self.0.swap(value, Ordering::SeqCst) != 0
    }

    /// Does `work`, or gives it up where it is once a stop is asked for.
    ///
    /// # Errors
    /// Those of `work`, or of [`Stop::check`].
    pub async fn or<T>(&self, work: impl Future<Output = Result<T>>) -> Result<T> {
        let asked = async {
            loop {
                match self.check() {
                    Err(e) => return e,
                    Ok(()) => tokio::time::sleep(LOOK).await,
                }
            }
        };
        tokio::select! {
            biased;
            done = work => done,
            stopped = asked => Err(stopped),
        }
    }

    /// Goes on, or ends here.
    ///
    /// # Errors
    /// [`Kind::Interrupted`] or [`Kind::Terminated`] once a stop was asked for.
    pub fn check(&self) -> Result<()> {
        let kind = match self.0.load(Ordering::SeqCst) {
            0 => return Ok(()),
            1 => Kind::Interrupted,
            _ => Kind::Terminated,
        };
        Err(Error::new(kind, "stopped as asked").hint("nothing is half done; run the same command again"))
    }

    /// Ends, with the error of [`Stop::check`], only once a stop is asked for.
    pub async fn asked(&self) -> Error {
        loop {
            if let Err(e) = self.sleep(Duration::from_hours(1)).await {
                return e;
            }
        }
    }

    /// Waits that long, or until a stop is asked for.
    ///
    /// # Errors
    /// As [`Stop::check`].
    pub async fn sleep(&self, time: Duration) -> Result<()> {
        const LOOK: Duration = Duration::from_millis(100);
        let end = Instant::now() + time;
        loop {
            self.check()?;
            let left = end.saturating_duration_since(Instant::now());
            if left.is_zero() {
                return Ok(());
            }
            tokio::time::sleep(left.min(LOOK)).await;
        }
    }
}
