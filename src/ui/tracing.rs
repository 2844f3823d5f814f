//! The program's own steps and warnings, on standard error.

use tracing_subscriber::EnvFilter;

use crate::cli::LogFormat;
use crate::settings::{Speech, Verbosity};

/// Starts telling warnings, and steps where `-v` or `RUST_LOG` asks for them.
pub fn start_tracing(speech: Speech) {
    let asked = std::env::var("RUST_LOG").ok().filter(|v| !v.is_empty());
    let filter = match (asked, speech.verbosity) {
        (Some(filter), _) => filter,
        (None, Verbosity::Trace) => "eventodb_admin=trace,info".to_owned(),
        (None, Verbosity::Verbose) => "eventodb_admin=debug,warn".to_owned(),
        (None, Verbosity::Normal) => "eventodb_admin=warn".to_owned(),
        (None, Verbosity::Quiet) => return,
    };
    // Without `-v` a warning is a line among the program's others.
    let is_plain = speech.verbosity == Verbosity::Normal && speech.log == LogFormat::Text;
    let builder =
        tracing_subscriber::fmt().with_env_filter(EnvFilter::new(filter)).with_ansi(false).with_writer(std::io::stderr);
    // A subscriber that is there already stays.
    let _ = match speech.log {
        LogFormat::Json => builder.json().try_init(),
        LogFormat::Text if is_plain => builder.without_time().with_target(false).try_init(),
        LogFormat::Text => builder.try_init(),
    };
}
