//! The first SIGINT or SIGTERM asks for a clean stop, the second ends the program.

use std::sync::Arc;

use tokio::signal::unix::{SignalKind, signal};
use tokio::sync::Notify;

use super::Stopping;
use crate::error::{Error, Kind, Result};
use crate::stop::{Signal, Stop};
use crate::ui::Ui;

/// Watches from now on.
pub(super) fn watch(stop: Stop, asked: Arc<Notify>, stopping: Stopping, ui: Ui) -> Result<()> {
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
        }
    });
    Ok(())
}
