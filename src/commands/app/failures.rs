//! Several things asked for: one failure does not stop the rest, and the worst names the exit code.

use super::ended::CommandOutcome;
use crate::error::{Error, Kind};
use crate::ui::{Ui, human};

/// Failures so far.
pub struct Failures<'a> {
    ui: &'a Ui,
    worst: Option<Kind>,
    names: Vec<String>,
}

impl<'a> Failures<'a> {
    /// None yet.
    pub fn new(ui: &'a Ui) -> Self {
        Self { ui, worst: None, names: Vec::new() }
    }

    /// Tells of one. A stop is told once, however many things it left undone.
    pub fn add(&mut self, noun: &str, name: &str, e: Error) {
        let kind = e.kind();
        let is_stop = |kind| matches!(kind, Kind::Interrupted | Kind::Terminated);
        if !is_stop(kind) || !self.worst.is_some_and(is_stop) {
            let thing = format!("{noun} {name}");
            let e = if is_stop(kind) || names(&e.to_string(), &thing) { e } else { e.while_doing(thing) };
            self.ui.error(&e);
        }
        if !is_stop(kind) {
            self.names.push(name.to_owned());
        }
        if self.worst.is_none_or(|worst| kind.severity() > worst.severity()) {
            self.worst = Some(kind);
        }
    }

    /// Whether there are none.
    pub const fn is_empty(&self) -> bool {
        self.worst.is_none()
    }

    /// How it ended; names those that failed where there were several.
    pub fn end(self, noun: &str, succeeded: usize) -> CommandOutcome {
        let Some(worst) = self.worst else { return CommandOutcome::Done };
        if self.names.len() + succeeded > 1 && !self.names.is_empty() {
            let failed = human::plural(self.names.len(), noun);
            self.ui.note(&format!("{succeeded} done; {failed} failed: {}", self.names.join(", ")));
        }
        CommandOutcome::Failed(worst)
    }
}

/// Whether the text has `thing` as words of their own: archive 1 is not archive 12.
fn names(text: &str, thing: &str) -> bool {
    let goes_on = |c: char| c.is_alphanumeric() || c == '_';
    text.match_indices(thing).any(|(at, _)| !text[at + thing.len()..].starts_with(goes_on))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_error_names_its_thing_only_by_the_whole_name() {
        assert!(names("verifying archive 1 (2013): gone", "archive 1"));
        assert!(names("dropping chunk _hyper_1_1_chunk", "chunk _hyper_1_1_chunk"));
        assert!(!names("reading archive 12: 1 line", "archive 1"));
        assert!(!names("s3://b/1/x has 1 byte", "archive 1"));
    }
    use crate::cli::Global;
    use crate::settings::Speech;

    #[test]
    fn the_worst_failure_names_the_exit_code() {
        let ui = Ui::new(Speech::early(&Global { quiet: true, ..Global::default() }, &|_| None));
        let mut failures = Failures::new(&ui);
        failures.add("chunk", "a", Error::new(Kind::Busy, "a"));
        failures.add("chunk", "b", Error::new(Kind::Verification, "b"));
        failures.add("chunk", "c", Error::failed("c"));
        assert_eq!(failures.end("chunk", 0), CommandOutcome::Failed(Kind::Verification));
        assert_eq!(Failures::new(&ui).end("chunk", 3), CommandOutcome::Done);
    }
}
