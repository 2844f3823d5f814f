//! The program's own steps, on standard error.

use tracing_subscriber::EnvFilter;

use crate::cli::LogFormat;
use crate::settings::{Speech, Verbosity};

/// Starts telling steps, where `-v` or `RUST_LOG` asks for it.
pub fn start_tracing(speech: Speech) {
    let asked = std::env::var("RUST_LOG").ok().filter(|v| !v.is_empty());
    let filter = match (asked, speech.verbosity) {
        (Some(filter), _) => filter,
        (None, Verbosity::Trace) => "eventodb_admin=trace,info".to_owned(),
        (None, Verbosity::Verbose) => "eventodb_admin=debug,warn".to_owned(),
        (None, Verbosity::Normal | Verbosity::Quiet) => return,
    };
    let builder =
        tracing_subscriber::fmt().with_env_filter(EnvFilter::new(filter)).with_ansi(false).with_writer(std::io::stderr);
    // A subscriber that is there already stays.
    let _ = match speech.log {
        LogFormat::Json => builder.json().try_init(),
        LogFormat::Text => builder.try_init(),
    };
}
