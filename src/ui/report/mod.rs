//! The morning's report as one HTML page: no script, and nothing from elsewhere. Whatever comes from the database is made printable
//! (`human::printable`) and escaped (by `maud`); a policy in the page allows its own style and nothing else.
//!
//! The page is written namespace by namespace: however many there are, no more than one is held as text.

mod chart;
mod namespace;
mod overview;
mod parts;
mod strip;

use std::io::{self, Write};

use base64::Engine;
use maud::{DOCTYPE, Markup, PreEscaped, html};
use sha2::{Digest, Sha256};

use super::human;
use crate::report::MorningReport;
use parts::{badge, time};

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
