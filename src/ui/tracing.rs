//! The program's own steps and warnings, on standard error.

use std::borrow::Cow;
use std::fmt;
use std::io::{self, Write};
use std::sync::Arc;

use serde_json::{Map, Value};
use tracing::field::{Field, Visit};
use tracing::level_filters::LevelFilter;
use tracing::{Event, Level, Metadata, Subscriber};
use tracing_subscriber::filter::{EnvFilter, FilterExt, FilterFn};
use tracing_subscriber::fmt::format::Writer;
use tracing_subscriber::fmt::{FmtContext, FormatEvent, FormatFields};
use tracing_subscriber::layer::{Layer, SubscriberExt};
use tracing_subscriber::registry::LookupSpan;
use tracing_subscriber::util::SubscriberInitExt;

use super::human::printable;
use super::tags;
use super::{Tags, Ui};
use crate::cli::LogFormat;
use crate::settings::Verbosity;

/// Starts telling warnings, and steps where `-v` or `RUST_LOG` asks for them.
pub fn start_tracing(ui: &Ui) {
    let speech = ui.speech;
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
    let layer = tracing_subscriber::fmt::layer().with_ansi(false);
    let layer = match speech.log {
        LogFormat::Json => layer.event_format(JsonLines(Arc::clone(ui.tags()))).with_writer(io::stderr).boxed(),
        LogFormat::Text => {
            let layer = layer.with_writer(|| LineWriter(io::stderr()));
            if is_plain { layer.without_time().with_target(false).boxed() } else { layer.boxed() }
        }
    };
    // The hint keeps what nobody asked for from being looked at one by one.
    let no_contents = FilterFn::new(holds_no_contents).with_max_level_hint(LevelFilter::TRACE);
    let filtered = layer.with_filter(EnvFilter::new(filter).and(no_contents));
    // A subscriber that is there already stays.
    let _ = tracing_subscriber::registry().with(filtered).try_init();
}

/// What other crates may log, whatever is asked for; those not named here up to information. Below that the driver tells
/// each statement with its parameters, which are messages and hashes of tokens, and the store's client requests with their
/// headers, signatures and answers. What is named here tells more and no contents, or quotes lines of files with keys.
const OTHERS: [(&str, LevelFilter); 5] = [
    ("tokio_postgres::connection", LevelFilter::TRACE),
    // A statement's text, in which its parameters are numbers.
    ("tokio_postgres::prepare", LevelFilter::DEBUG),
    ("rustls", LevelFilter::DEBUG),
    ("aws_runtime::env_config", LevelFilter::OFF),
    // What is found in a profile is told with the id of its key.
    ("aws_config::profile", LevelFilter::WARN),
];

fn holds_no_contents(metadata: &Metadata<'_>) -> bool {
    let is_of = |part: &str| {
        let rest = metadata.target().strip_prefix(part);
        rest.is_some_and(|rest| rest.is_empty() || rest.starts_with("::"))
    };
    let others = OTHERS.iter().find(|(part, _)| is_of(part)).map_or(LevelFilter::INFO, |(_, most)| *most);
    is_of(env!("CARGO_CRATE_NAME")) || *metadata.level() <= others
}

/// Writes each event as one line: texts of the database or of the store in it forge no other lines, and command no terminal.
struct LineWriter<W>(W);

impl<W: Write> Write for LineWriter<W> {
    /// Gets an event as a whole, with the end of its line.
    fn write(&mut self, event: &[u8]) -> io::Result<usize> {
        let text = String::from_utf8_lossy(event);
        let text = text.strip_suffix('\n').unwrap_or(&text);
        let text = match tags::titled(text.trim_start()) {
            Cow::Borrowed(_) => Cow::Borrowed(text),
            titled @ Cow::Owned(_) => titled,
        };
        self.0.write_all(format!("{}\n", printable(&text)).as_bytes())?;
        Ok(event.len())
    }

    fn flush(&mut self) -> io::Result<()> {
        self.0.flush()
    }
}

/// Events in the form of the program's other lines.
struct JsonLines(Arc<Tags>);

impl<S, N> FormatEvent<S, N> for JsonLines
where
    S: Subscriber + for<'a> LookupSpan<'a>,
    N: for<'a> FormatFields<'a> + 'static,
{
    fn format_event(&self, _: &FmtContext<'_, S, N>, mut writer: Writer<'_>, event: &Event<'_>) -> fmt::Result {
        let mut fields = Fields::default();
        fields.0.insert("target".into(), event.metadata().target().into());
        event.record(&mut fields);
        writeln!(writer, "{}", self.0.line(level(*event.metadata().level()), Value::Object(fields.0)))
    }
}

const fn level(level: Level) -> &'static str {
    match level {
        Level::ERROR => "error",
        Level::WARN => "warning",
        Level::INFO => "info",
        Level::DEBUG => "debug",
        Level::TRACE => "trace",
    }
}

#[derive(Default)]
struct Fields(Map<String, Value>);

impl Visit for Fields {
    fn record_debug(&mut self, field: &Field, value: &dyn fmt::Debug) {
        self.0.insert(field.name().into(), format!("{value:?}").into());
    }

    fn record_str(&mut self, field: &Field, value: &str) {
        self.0.insert(field.name().into(), value.into());
    }

    fn record_u64(&mut self, field: &Field, value: u64) {
        self.0.insert(field.name().into(), value.into());
    }

    fn record_i64(&mut self, field: &Field, value: i64) {
        self.0.insert(field.name().into(), value.into());
    }

    fn record_bool(&mut self, field: &Field, value: bool) {
        self.0.insert(field.name().into(), value.into());
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_event_is_one_line_whatever_is_in_it() {
        let mut written = Vec::new();
        LineWriter(&mut written).write_all("WARN orders\u{1b}]0;x\u{7}\n WARN forged\n".as_bytes()).unwrap();
        assert_eq!(String::from_utf8(written).unwrap(), "WARN orders\\u{1b}]0;x\\u{7}\\n WARN forged\n");
    }
}
