//! The morning's report as one HTML page: no script, and nothing from elsewhere. Whatever comes from the database is made printable
//! (`human::printable`) and escaped (by `maud`); a policy in the page allows its own style and nothing else.
//!
//! The page is written namespace by namespace: however many there are, no more than one is held as text.

mod chart;
mod namespace;
mod overview;
mod strip;

use std::io::{self, Write};

use base64::Engine;
use maud::{DOCTYPE, Markup, PreEscaped, html};
use sha2::{Digest, Sha256};

use super::human;
use crate::report::{Level, MorningReport};

/// More namespaces than these are many.
const MANY: usize = 100;

const STYLE: &str = include_str!("style.css");

/// Writes the page.
///
/// # Errors
/// Where it cannot be written.
pub fn write_page(out: &mut dyn Write, report: &MorningReport) -> io::Result<()> {
    put(out, &head(report))?;
    put(out, &overview::overview(report))?;
    // What is not seen is not laid out, where there is much.
    let many = if report.namespaces.len() > MANY { " class=\"many\"" } else { "" };
    write!(out, "<section{many} aria-labelledby=\"namespaces\"><h2 id=\"namespaces\">Namespaces</h2>")?;
    put(out, &strip::legend())?;
    for (n, namespace) in report.namespaces.iter().enumerate() {
        put(out, &namespace::namespace(n, namespace))?;
    }
    out.write_all(b"</section>")?;
    put(out, &foot(report))
}

fn put(out: &mut dyn Write, markup: &Markup) -> io::Result<()> {
    out.write_all(markup.0.as_bytes())
}

/// What the browser may load: this style, and nothing else.
fn content_policy() -> String {
    let hash = base64::engine::general_purpose::STANDARD.encode(Sha256::digest(STYLE.as_bytes()));
    format!("default-src 'none'; style-src 'sha256-{hash}'; base-uri 'none'; form-action 'none'")
}

fn head(report: &MorningReport) -> Markup {
    let title = format!("{}: event store on {}", report.made_at.format("%Y-%m-%d"), human::printable(&report.database));
    // The body's end is in `foot`.
    html! {
        (DOCTYPE)
        (PreEscaped("<html lang=\"en\">"))
        head {
            meta charset="utf-8";
            meta http-equiv="Content-Security-Policy" content=(content_policy());
            meta name="viewport" content="width=device-width, initial-scale=1";
            meta name="color-scheme" content="light dark";
            meta name="referrer" content="no-referrer";
            meta name="robots" content="noindex";
            title { (title) }
            style { (PreEscaped(STYLE)) }
        }
        (PreEscaped("<body>"))
        a.skip href="#namespaces" { "Skip to the namespaces" }
        header {
            h1 { "Event store " span.database { (human::printable(&report.database)) } }
            p.made {
                "As of " (time(report.made_at)) " UTC, by eventodb-admin " (report.version)
            }
        }
        (PreEscaped("<main>"))
        section.verdict.(report.level.as_str()) aria-label="Verdict" {
            (badge(report.level))
            p { (human::printable(&report.verdict)) }
        }
    }
}

fn foot(report: &MorningReport) -> Markup {
    html! {
        (PreEscaped("</main>"))
        footer {
            p {
                "Made from the database " (time(report.made_at)) " UTC. Sizes of compressed chunks are those of when they were \
                 compressed; numbers of messages with “about” are the server’s estimates. "
                code { "eventodb-admin coverage" } " proves that every message is somewhere, and once."
            }
        }
        (PreEscaped("</body></html>\n"))
    }
}

fn time(at: chrono::DateTime<chrono::Utc>) -> Markup {
    html! { time datetime=(crate::messages::rfc3339(at)) { (at.format("%Y-%m-%d %H:%M")) } }
}

/// A level as a word with a sign: colours alone say nothing.
fn badge(level: Level) -> Markup {
    let (sign, word) = match level {
        Level::Alarm => ("✖", "Alarm"),
        Level::Attention => ("▲", "Attention"),
        Level::Unknown => ("?", "Unknown"),
        Level::Good => ("✔", "Good"),
    };
    html! { span.badge.(level.as_str()) { span aria-hidden="true" { (sign) } " " (word) } }
}

/// What to do next: a command as a command, and words as words.
fn hint(command: Option<&str>, hint: &str) -> Markup {
    let (command, words) = match command.and_then(|command| hint.strip_prefix(command).map(|words| (command, words))) {
        Some((command, words)) => (command, words),
        None => ("", hint),
    };
    html! { p.hint { @if !command.is_empty() { code { (text(command)) } } (text(words)) } }
}

/// The level of a chapter that wants somebody: where all is good, the namespace's own says so.
fn warning(level: Level) -> Markup {
    html! { @if level != Level::Good { " " (badge(level)) } }
}

/// Text of the database.
fn text(text: &str) -> String {
    human::printable(text)
}
