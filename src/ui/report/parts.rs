//! Pieces that several sections are made of.

use maud::{Markup, html};

use crate::report::Level;
use crate::ui::human;

pub(super) fn time(at: chrono::DateTime<chrono::Utc>) -> Markup {
    html! { time datetime=(crate::messages::rfc3339(at)) { (at.format("%Y-%m-%d %H:%M")) } }
}

/// A level as a word with a sign: colours alone say nothing.
pub(super) fn badge(level: Level) -> Markup {
    let (sign, word) = match level {
        Level::Alarm => ("✖", "Alarm"),
        Level::Attention => ("▲", "Attention"),
        Level::Unknown => ("?", "Unknown"),
        Level::Good => ("✔", "Good"),
    };
    html! { span.badge.(level.as_str()) { span aria-hidden="true" { (sign) } " " (word) } }
}

/// What to do next: a command as a command, and words as words.
pub(super) fn hint(command: Option<&str>, hint: &str) -> Markup {
    let (command, words) = match command.and_then(|command| hint.strip_prefix(command).map(|words| (command, words))) {
        Some((command, words)) => (command, words),
        None => ("", hint),
    };
    html! { p.hint { @if !command.is_empty() { code { (text(command)) } } (text(words)) } }
}

/// The level of a chapter that wants somebody: where all is good, the namespace's own says so.
pub(super) fn warning(level: Level) -> Markup {
    html! { @if level != Level::Good { " " (badge(level)) } }
}

/// Text of the database.
pub(super) fn text(text: &str) -> String {
    human::printable(text)
}
