//! Progress: bars on a terminal, a line every 10 s elsewhere.

use std::collections::HashMap;
use std::fmt;
use std::io::{self, IsTerminal, Write};
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError, Weak};
use std::time::{Duration, Instant};

use indicatif::{
    BinaryBytes, HumanCount, HumanDuration, MultiProgress, ProgressBar, ProgressState, ProgressStyle, WeakProgressBar,
};
use serde_json::json;

use super::{Tags, tags};
use crate::about;
use crate::cli::LogFormat;
use crate::progress::{Task, Unit};
use crate::settings::{ProgressMode, Speech, Verbosity};

const EVERY: Duration = Duration::from_secs(10);

/// What all tasks share.
pub(super) struct SharedProgress {
    kind: ProgressDisplay,
    log: LogFormat,
    tags: Arc<Tags>,
}

enum ProgressDisplay {
    Silent,
    Bars(Bars),
    Lines(Mutex<ProgressLines>),
}

/// A bar for each task; those of a namespace stand below its first one.
#[derive(Default)]
struct Bars {
    all: MultiProgress,
    first: Mutex<HashMap<Arc<str>, WeakProgressBar>>,
}

impl Bars {
    fn add(&self, bar: ProgressBar) -> ProgressBar {
        let Some(about) = about::current() else { return self.all.add(bar) };
        let mut first = locked(&self.first);
        first.retain(|_, bar| bar.upgrade().is_some_and(|bar| !bar.is_finished()));
        if let Some(above) = first.get(&about).and_then(WeakProgressBar::upgrade) {
            return self.all.insert_after(&above, bar);
        }
        let bar = self.all.add(bar);
        first.insert(about, bar.downgrade());
        bar
    }
}

#[derive(Default)]
struct ProgressLines {
    tasks: Vec<Weak<ProgressCounts>>,
    is_ticking: bool,
}

/// A task's figures, told now and then.
struct ProgressCounts {
    name: String,
    /// The namespace that it is about, where several are worked on.
    about: Option<Arc<str>>,
    total: Option<u64>,
    unit: Unit,
    done: AtomicU64,
    start: Instant,
}

struct CountedTask(Arc<ProgressCounts>);

struct TaskBar(ProgressBar);

impl Task for CountedTask {
    fn advance(&self, n: u64) {
        self.0.done.fetch_add(n, Ordering::Relaxed);
    }
}

impl Task for TaskBar {
    fn advance(&self, n: u64) {
        self.0.inc(n);
    }
}

impl Drop for TaskBar {
    fn drop(&mut self) {
        self.0.finish_and_clear();
    }
}

impl SharedProgress {
    pub(super) fn new(speech: Speech, tags: Arc<Tags>) -> Arc<Self> {
        let bars = io::stderr().is_terminal() && speech.log == LogFormat::Text && speech.verbosity <= Verbosity::Normal;
        let kind = match speech.progress {
            ProgressMode::Silent => ProgressDisplay::Silent,
            ProgressMode::Shown if bars => ProgressDisplay::Bars(Bars::default()),
            ProgressMode::Shown => ProgressDisplay::Lines(Mutex::default()),
        };
        Arc::new(Self { kind, log: speech.log, tags })
    }

    /// Runs `write` while no bar is on the screen.
    pub(super) fn suspend<T>(&self, write: impl FnOnce() -> T) -> T {
        match &self.kind {
            ProgressDisplay::Bars(bars) => bars.all.suspend(write),
            _ => write(),
        }
    }

    pub(super) fn begin(self: &Arc<Self>, name: &str, total: Option<u64>, unit: Unit) -> Box<dyn Task> {
        let name = tags::titled(name);
        match &self.kind {
            ProgressDisplay::Silent => Box::new(crate::progress::Silent),
            ProgressDisplay::Bars(bars) => {
                let bar = match total {
                    Some(total) => ProgressBar::new(total),
                    None => ProgressBar::no_length(),
                };
                let width = width();
                let bar = bar.with_style(style(total, unit, width)).with_message(fitting(&name, width));
                let bar = bars.add(bar);
                bar.enable_steady_tick(Duration::from_millis(200));
                Box::new(TaskBar(bar))
            }
            ProgressDisplay::Lines(lines) => {
                let (name, done, about) = (name.into_owned(), AtomicU64::new(0), about::current());
                let tally = Arc::new(ProgressCounts { name, about, total, unit, done, start: Instant::now() });
                let mut lines = locked(lines);
                lines.tasks.push(Arc::downgrade(&tally));
                if !lines.is_ticking {
                    lines.is_ticking = true;
                    let shared = Arc::downgrade(self);
                    std::thread::spawn(move || tick(&shared));
                }
                Box::new(CountedTask(tally))
            }
        }
    }

    fn tell(&self) {
        let ProgressDisplay::Lines(lines) = &self.kind else { return };
        let mut lines = locked(lines);
        lines.tasks.retain(|task| task.strong_count() > 0);
        for tally in lines.tasks.iter().filter_map(Weak::upgrade) {
            let line = match self.log {
                LogFormat::Text => tally.text(),
                LogFormat::Json => self.tags.line_about(tally.about.as_deref(), "progress", tally.json()),
            };
            // Nobody to tell where standard error fails.
            let _ = writeln!(io::stderr().lock(), "{line}");
        }
    }
}

/// What a panic elsewhere left is still a list of tasks.
fn locked<T>(tasks: &Mutex<T>) -> MutexGuard<'_, T> {
    tasks.lock().unwrap_or_else(PoisonError::into_inner)
}

fn tick(shared: &Weak<SharedProgress>) {
    loop {
        std::thread::sleep(EVERY);
        let Some(shared) = shared.upgrade() else { return };
        shared.tell();
    }
}

/// Columns of the terminal.
fn width() -> usize {
    terminal_size::terminal_size_of(io::stderr()).map_or(80, |(width, _)| usize::from(width.0))
}

/// Columns that the figures of a bar take at most: sizes, a rate, what is left.
const FIGURES: usize = 50;
/// A terminal that has no room for all of them beside a name.
const NARROW: usize = 70;

/// A task's name, which leaves room for its bar: a line that the terminal breaks in two is not taken off the screen again.
fn fitting(name: &str, width: usize) -> String {
    let most = if width < NARROW { width / 2 } else { (width / 2).min(width - FIGURES) };
    super::human::shortened(&super::human::printable(name), most.max(20))
}

/// Nothing can be said of the time that is left before anything is done.
fn left(state: &ProgressState, out: &mut dyn fmt::Write) {
    if state.pos() > 0 {
        // A bar that cannot be written is none of the work's failures.
        let _ = write!(out, " {:#} left", HumanDuration(state.eta()));
    }
}

fn style(total: Option<u64>, unit: Unit, width: usize) -> ProgressStyle {
    let template = match (total, unit) {
        (Some(_), Unit::Bytes | Unit::Messages) if width < NARROW => "{msg} {wide_bar} {percent}%{left}",
        (None, Unit::Bytes) if width < NARROW => "{spinner} {msg} {binary_bytes}",
        (None, Unit::Messages) if width < NARROW => "{spinner} {msg} {human_pos}",
        (Some(_), Unit::Bytes) => "{msg} {wide_bar} {binary_bytes}/{binary_total_bytes} {binary_bytes_per_sec}{left}",
        (Some(_), Unit::Messages) => "{msg} {wide_bar} {human_pos}/{human_len} {per_sec}{left}",
        (Some(_), Unit::Items) => "{msg} {wide_bar} {pos}/{len}{left}",
        (None, Unit::Bytes) => "{spinner} {msg} {binary_bytes} {binary_bytes_per_sec}",
        (None, Unit::Messages) => "{spinner} {msg} {human_pos} messages {per_sec}",
        (None, Unit::Items) => "{spinner} {msg} {pos}",
    };
    ProgressStyle::with_template(template).unwrap_or_else(|_| ProgressStyle::default_bar()).with_key("left", left)
}

impl ProgressCounts {
    #[allow(clippy::cast_precision_loss)] // a rate for people
    fn figures(&self) -> (u64, f64, Option<Duration>) {
        let done = self.done.load(Ordering::Relaxed);
        let rate = done as f64 / self.start.elapsed().as_secs_f64().max(0.001);
        let left = self
            .total
            .filter(|_| rate > 0.0)
            .and_then(|total| Duration::try_from_secs_f64(total.saturating_sub(done) as f64 / rate).ok());
        (done, rate, left)
    }

    #[allow(clippy::cast_possible_truncation, clippy::cast_sign_loss)] // a rate for people
    fn text(&self) -> String {
        let (done, rate, left) = self.figures();
        let show = |n: u64| match self.unit {
            Unit::Bytes => BinaryBytes(n).to_string(),
            Unit::Messages | Unit::Items => HumanCount(n).to_string(),
        };
        let share = self
            .total
            .filter(|t| *t > 0)
            .map_or_else(String::new, |total| format!(" of {} ({}%)", show(total), done.min(total) * 100 / total));
        let speed = if self.unit == Unit::Items { String::new() } else { format!(", {}/s", show(rate as u64)) };
        let left = left.map_or_else(String::new, |left| format!(", {} left", HumanDuration(left)));
        format!("{}: {}{share}{speed}{left}", super::human::printable(&self.name), show(done))
    }

    fn json(&self) -> serde_json::Value {
        let (done, rate, left) = self.figures();
        let unit = match self.unit {
            Unit::Bytes => "bytes",
            Unit::Messages => "messages",
            Unit::Items => "items",
        };
        json!({
            "task": self.name, "unit": unit, "done": done,
            "total": self.total, "per_second": rate.round(), "seconds_left": left.map(|l| l.as_secs()),
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_line_has_amount_share_rate_and_time_left() {
        let start = Instant::now().checked_sub(Duration::from_secs(10)).unwrap();
        let tally = ProgressCounts {
            name: "import".into(),
            about: None,
            total: Some(4 << 20),
            unit: Unit::Bytes,
            done: AtomicU64::new(1 << 20),
            start,
        };
        let text = tally.text();
        assert!(text.starts_with("import: 1.00 MiB of 4.00 MiB (25%), 10"), "{text}");
        assert!(text.ends_with("left"), "{text}");
        let json = tally.json();
        assert_eq!((json["done"].as_u64(), json["unit"].as_str()), (Some(1 << 20), Some("bytes")));
    }

    #[test]
    fn an_unknown_total_gives_no_share() {
        let tally = ProgressCounts {
            name: "export".into(),
            about: None,
            total: None,
            unit: Unit::Messages,
            done: AtomicU64::new(1500),
            start: Instant::now(),
        };
        assert!(tally.text().starts_with("export: 1,500, "), "{}", tally.text());
    }
}
