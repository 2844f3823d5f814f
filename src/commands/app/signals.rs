//! The first SIGINT or SIGTERM asks for a clean stop, the second ends the program.

use std::sync::Arc;
use std::time::Duration;

use tokio::signal::unix::{SignalKind, signal};
use tokio::sync::Notify;

use crate::error::{Error, Kind, Result};
use crate::stop::{Signal, Stop};
use crate::ui::Ui;

/// When a verb notices a signal.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Stopping {
    /// At once: the database undoes what is open.
    AtOnce,
    /// After the step it is in.
    AfterStep,
    /// At once; what was written so far is of use, and another flag goes on behind it.
    BetweenLines,
}

impl Stopping {
    /// The error of a stop, with what to do next.
    pub fn told(self, e: Error) -> Error {
        match self {
            Self::BetweenLines => {
                e.hint("to go on, give --from-global-position the gpos of the last whole line, and one more")
            }
            Self::AfterStep | Self::AtOnce => e,
        }
    }
}

/// How long work that stops at once may take to end.
const GRACE: Duration = Duration::from_secs(1);

/// Watches from now on.
pub fn watch(stop: Stop, asked: Arc<Notify>, stopping: Stopping, ui: Ui) -> Result<()> {
    let listen = |kind| signal(kind).map_err(|e| Error::failed("listening to signals").because(e));
    let (mut interrupt, mut terminate) = (listen(SignalKind::interrupt())?, listen(SignalKind::terminate())?);
    tokio::spawn(async move {
        loop {
            let (signal, kind) = tokio::select! {
                _ = interrupt.recv() => (Signal::Interrupt, Kind::Interrupted),
                _ = terminate.recv() => (Signal::Terminate, Kind::Terminated),
            };
            if stop.ask(signal) {
                std::process::exit(i32::from(kind.exit_code()));
            }
            if stopping == Stopping::AfterStep {
                ui.note("stopping after this step; again to stop at once");
            }
            asked.notify_one();
            if stopping != Stopping::AfterStep {
                tokio::spawn(end_in_any_case(stop.clone(), stopping, ui.clone()));
            }
        }
    });
    Ok(())
}

/// The work may hang where no signal reaches it: in a write to a pipe that nobody reads.
async fn end_in_any_case(stop: Stop, stopping: Stopping, ui: Ui) {
    tokio::time::sleep(GRACE).await;
    if let Err(e) = stop.check().map_err(|e| stopping.told(e)) {
        ui.error(&e);
        std::process::exit(i32::from(e.kind().exit_code()));
    }
}
