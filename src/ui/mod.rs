//! The only place that prints: data to standard output, all else to standard error.

mod addressed;
mod arguments;
mod chart;
mod committed;
mod confirm;
mod deaf;
mod hinted;
pub mod human;
mod listener;
mod listing;
mod message_listing;
mod progress;
pub mod record;
mod report;
mod styling;
mod table;
mod tags;
mod timeline;
mod timings;
mod tracing;

use std::io::{self, BufWriter, IsTerminal, Write};
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};

use clap::builder::styling::{AnsiColor, Style};
use serde::Serialize;
use serde_json::json;

use crate::cli::{LogFormat, OutputFormat};
use crate::error::{Error, Result};
use crate::settings::{Speech, Verbosity};
use crate::text::without_passwords;
use hinted::Hinted;
use styling::{BOLD, Styling};

pub use self::tracing::start_tracing;
pub use chart::{Chart, ChartBar};
pub use committed::CommittedWork;
pub use listing::Listing;
pub use message_listing::MessageListing;
pub use record::{Record, TableColumn, Tabular};
pub use report::write_page;
pub use tags::Tags;
pub use timeline::Timeline;

/// Speaks for the program. Clones speak with one voice.
#[derive(Clone)]
pub struct Ui {
    speech: Speech,
    err_style: Styling,
    out_style: Styling,
    progress: Arc<progress::SharedProgress>,
    tags: Arc<Tags>,
    /// Standard output's reader has left: no more data, and no complaint.
    deaf: Arc<AtomicBool>,
    /// The namespace that the command line names.
    namespace: Option<String>,
    /// Hints that people have read already.
    hinted: Arc<Hinted>,
}

const ERROR: Style = AnsiColor::Red.on_default().bold();
const WARNING: Style = AnsiColor::Yellow.on_default().bold();
const HINT: Style = AnsiColor::Cyan.on_default();

impl Ui {
    /// Speaks as asked.
    pub fn new(speech: Speech) -> Self {
        let tags = Arc::<Tags>::default();
        Self {
            speech,
            err_style: Styling::of(speech.color, io::stderr().is_terminal()),
            out_style: Styling::of(speech.color, io::stdout().is_terminal()),
            progress: progress::SharedProgress::new(speech, Arc::clone(&tags)),
            tags,
            deaf: Arc::default(),
            namespace: None,
            hinted: Arc::default(),
        }
    }

    /// The same, of a command line that names a namespace: the commands of hints name it, too.
    #[must_use]
    pub fn of(mut self, namespace: Option<String>) -> Self {
        self.namespace = namespace;
        self
    }

    /// What every JSON line of standard error carries.
    pub fn tags(&self) -> &Arc<Tags> {
        &self.tags
    }

    /// The form of standard output.
    pub fn output(&self) -> OutputFormat {
        self.speech.output
    }

    /// Whether the reader of standard output has left.
    pub fn is_deaf(&self) -> bool {
        self.deaf.load(Ordering::Relaxed)
    }

    /// Standard output. Once its reader has left, writes fail, and [`Ui::is_deaf`] says why.
    pub fn stdout(&self) -> Stdout {
        let progress = io::stdout().is_terminal().then(|| Arc::clone(&self.progress));
        Stdout { deaf: Arc::clone(&self.deaf), progress }
    }

    fn line(&self, text: &str) {
        // Nobody to tell where standard error fails.
        self.progress.suspend(|| drop(writeln!(io::stderr().lock(), "{text}")));
    }

    fn log(&self, level: &str, style: Style, text: &str) {
        let text = addressed::to(text, self.namespace.as_deref());
        let text = &without_passwords(&text);
        match self.speech.log {
            LogFormat::Json => {
                self.line(&self.tags.line(level, json!({"message": text})));
            }
            LogFormat::Text => {
                // Names and other texts of the database are in it: what they hold is neither a command to the terminal nor a
                // line of its own.
                let text = human::printable(&tags::titled(text));
                match level {
                    "note" => self.line(&text),
                    _ => self.line(&format!("{}{text}", self.err_style.paint(style, &format!("{level}: ")))),
                }
            }
        }
    }

    /// Something worth knowing, on standard error.
    pub fn note(&self, text: &str) {
        if self.speech.verbosity > Verbosity::Quiet {
            self.log("note", BOLD, text);
        }
    }

    /// Something to look at, on standard error.
    pub fn warn(&self, text: &str) {
        if self.speech.verbosity > Verbosity::Quiet {
            self.log("warning", WARNING, text);
        }
    }

    /// An error, on standard error. What people have read as the hint of an earlier error is not repeated.
    pub fn error(&self, e: &Error) {
        let text = e.to_string();
        let hint = e.hint_text().map(|hint| addressed::to(hint, self.namespace.as_deref()));
        let (text, hint) = (without_passwords(&text), hint.as_deref().map(without_passwords));
        match self.speech.log {
            LogFormat::Json => self.line(
                &self.tags.line("error", json!({"message": text, "hint": hint, "exit_code": e.kind().exit_code()})),
            ),
            LogFormat::Text => {
                let text = human::printable(&tags::titled(&text));
                let mut lines = format!("{}{text}", self.err_style.paint(ERROR, "error: "));
                if let Some(hint) = hint.filter(|hint| self.hinted.is_new(hint)) {
                    lines.push('\n');
                    lines.push_str(&self.err_style.paint(HINT, "hint: "));
                    lines.push_str(&human::printable(&hint));
                }
                // At one time: the hint of one namespace is not to come behind the error of another.
                self.line(&lines);
            }
        }
    }

    /// Text as it is, on standard output.
    ///
    /// # Errors
    /// Where it cannot be written.
    pub fn text(&self, text: &[u8]) -> Result<()> {
        let mut out = self.stdout();
        self.told(out.write_all(text).and_then(|()| out.flush()))
    }

    /// A document that only scripts read whole, as JSON on standard output.
    ///
    /// # Errors
    /// Where it cannot be written.
    pub fn document<T: Serialize>(&self, it: &T) -> Result<()> {
        let mut out = BufWriter::with_capacity(1 << 16, self.stdout());
        let written = serde_json::to_writer_pretty(&mut out, it).map_err(io::Error::from);
        self.told(written.and_then(|()| writeln!(out)).and_then(|()| out.flush()))
    }

    /// Bars, on standard output.
    ///
    /// # Errors
    /// Where they cannot be written.
    pub fn chart(&self, chart: &Chart) -> Result<()> {
        if chart.is_empty() {
            return Ok(());
        }
        let (head, lines) = chart.lines(chart::terminal_width());
        let mut out = format!("{}\n", self.out_style.paint(BOLD, &head));
        for line in lines {
            out.push_str(&line);
            out.push('\n');
        }
        self.text(out.as_bytes())
    }

    /// Strips, on standard output.
    ///
    /// # Errors
    /// Where they cannot be written.
    pub fn timeline(&self, timeline: &Timeline) -> Result<()> {
        self.text(timeline.text().as_bytes())
    }

    /// A write's result; that the reader has left is none of our errors.
    fn told(&self, written: io::Result<()>) -> Result<()> {
        match written {
            Err(_) if self.is_deaf() => Ok(()),
            written => written.map_err(unwritten),
        }
    }
}

fn unwritten(e: io::Error) -> Error {
    Error::failed("writing to standard output").because(e)
}

/// Standard output, which notices when its reader leaves.
pub struct Stdout {
    deaf: Arc<AtomicBool>,
    /// Bars on the same terminal: they are taken off it while something is written.
    progress: Option<Arc<progress::SharedProgress>>,
}

impl Stdout {
    fn heard<T>(&self, done: io::Result<T>) -> io::Result<T> {
        if matches!(&done, Err(e) if e.kind() == io::ErrorKind::BrokenPipe) {
            self.deaf.store(true, Ordering::Relaxed);
        }
        done
    }
}

impl Write for Stdout {
    fn write(&mut self, buf: &[u8]) -> io::Result<usize> {
        let write = || {
            let mut out = io::stdout().lock();
            // Lines may be kept back: bars come after them.
            out.write(buf).and_then(|n| out.flush().map(|()| n))
        };
        self.heard(match &self.progress {
            Some(progress) => progress.suspend(write),
            None => io::stdout().lock().write(buf),
        })
    }

    fn flush(&mut self) -> io::Result<()> {
        self.heard(io::stdout().lock().flush())
    }
}
