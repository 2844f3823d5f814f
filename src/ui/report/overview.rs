//! The upper part of the page: the sums, what to do next, the last night, and every namespace in a line.

use maud::{Markup, html};

use super::chart;
use super::parts::{badge, hint, text, time, warning};
use crate::report::{Chapter, Level, MorningReport, NamespaceReport, Notice};
use crate::ui::human;

/// So many things to do are listed above; each namespace has its own.
const MOST_STEPS: usize = 30;

/// All of it.
pub fn overview(report: &MorningReport) -> Markup {
    html! {
        (figures(report))
        (next_steps(report))
        (last_night(report))
        (chapter("Drills", report.drills.as_ref()))
        (chapter("Forecast", report.forecast.as_ref()))
        section aria-labelledby="sizes" {
            h2 id="sizes" { "Sizes" }
            (chart::sizes(&report.sizes, &[], "All namespaces"))
        }
        (table(report))
    }
}

fn figures(report: &MorningReport) -> Markup {
    let sums = &report.sums;
    let figure = |name: &str, value: String| {
        html! { div { dt { (name) } dd { (value) } } }
    };
    let chunks: i64 = sums.chunks.values().map(|total| total.chunks).sum();
    html! {
        dl.figures aria-label="All namespaces together" {
            (figure("Namespaces", report.counts.namespaces.to_string()))
            (figure("Chunks", human::count(chunks)))
            (figure("In the database", human::bytes(sums.database_bytes)))
            (figure("In the store", human::bytes(sums.archive_bytes)))
            (figure("Archives", human::count(sums.archives)))
            (figure("Missing copies", human::count(sums.missing_copies)))
            (figure("Holds", human::count(sums.holds)))
        }
    }
}

/// A chapter that is made elsewhere.
fn chapter(name: &str, chapter: Option<&Chapter>) -> Markup {
    html! {
        @if let Some(chapter) = chapter {
            section {
                h2 { (name) (warning(chapter.level)) }
                ul { @for line in &chapter.lines { li { (text(line)) } } }
            }
        }
    }
}

/// What somebody should know of a namespace, which is the `n`th.
type NamespaceNotice<'a> = (usize, &'a NamespaceReport, &'a Notice);

fn next_steps(report: &MorningReport) -> Markup {
    let mut steps: Vec<NamespaceNotice> = Vec::new();
    for (n, of) in report.namespaces.iter().enumerate() {
        steps.extend(of.notices.iter().map(|notice| (n, of, notice)));
    }
    // Those of one level stay as their namespaces are.
    steps.sort_by_key(|(_, _, notice)| std::cmp::Reverse(notice.level));
    let more = steps.len().saturating_sub(MOST_STEPS);
    html! {
        @if !steps.is_empty() {
            section aria-labelledby="next" {
                h2 id="next" { "What to do next" }
                ol.steps {
                    @for (n, of, notice) in steps.iter().take(MOST_STEPS) {
                        li {
                            (badge(notice.level)) " "
                            a href=(format!("#n{n}")) { (text(&of.name)) } ": " (text(&notice.text))
                            @if let Some(said) = &notice.hint { (hint(notice.command.as_deref(), said)) }
                        }
                    }
                }
                @if more > 0 { p { "…and " (more) " more, each at its namespace." } }
            }
        }
    }
}

fn last_night(report: &MorningReport) -> Markup {
    let Some(last) = &report.last_runs else {
        return html! {
            section aria-labelledby="night" {
                h2 id="night" { "The last night" }
                p { "No run is in the history yet. " code { "eventodb-admin lifecycle run --all-namespaces" } " is what cron calls." }
            }
        };
    };
    let f = &last.figures;
    let rows: [(&str, String); 10] = [
        ("Chunks archived", human::count(f.archived)),
        ("Messages archived", human::count(f.messages)),
        ("Stored", human::bytes(f.stored_bytes)),
        ("Freed in the database", human::bytes(f.freed_bytes)),
        ("Chunks compressed", human::count(f.compressed)),
        ("Copies made", human::count(f.copied)),
        ("Chunks released", human::count(f.released)),
        ("Archives expired", human::count(f.expired)),
        ("Steps left", human::count(f.left)),
        ("Steps failed", human::count(f.failed)),
    ];
    let results: Vec<_> = last.results.iter().map(|(result, n)| format!("{n} {result}")).collect();
    html! {
        section aria-labelledby="night" {
            h2 id="night" { "The last night" }
            p {
                "From " (time(last.began_at))
                @if let Some(end) = last.ended_at { " to " (time(end)) }
                " UTC. Namespaces: " (results.join(", ")) ". "
                code { "eventodb-admin lifecycle history --run " (last.run_id) }
            }
            dl.figures.small {
                @for (name, value) in rows { div { dt { (name) } dd { (value) } } }
            }
        }
    }
}

fn table(report: &MorningReport) -> Markup {
    html! {
        section aria-labelledby="all" {
            h2 id="all" { "Every namespace, the worst first" }
            div.scroll role="region" aria-label="Table of namespaces" tabindex="0" {
                table {
                    thead {
                        tr {
                            @for name in ["State", "Namespace", "Last run", "Coverage"] { th scope="col" { (name) } }
                            @for name in ["Database", "Store", "Archives", "Missing copies", "Holds"] { th.n scope="col" { (name) } }
                        }
                    }
                    tbody { @for (n, of) in report.namespaces.iter().enumerate() { (row(n, of)) } }
                }
            }
        }
    }
}

fn row(n: usize, of: &NamespaceReport) -> Markup {
    let hidden = of.level == Level::Unknown;
    let shown = |value: String| if hidden { human::NOTHING.to_owned() } else { value };
    html! {
        tr {
            td { (badge(of.level)) }
            th scope="row" { a href=(format!("#n{n}")) { (text(&of.name)) } }
            td {
                @match &of.last_run {
                    Some(run) => { (run.result.as_str()) " " (time(run.began_at)) }
                    None => { (human::NOTHING) }
                }
            }
            td { (shown(of.coverage.verdict.to_owned())) }
            td.n { (shown(human::bytes(of.database_bytes))) }
            td.n { (shown(human::bytes(of.archive_bytes))) }
            td.n { (shown(human::count(of.archives))) }
            td.n { (shown(human::count(of.missing_copies))) }
            td.n { (shown(human::count(of.holds.holds))) }
        }
    }
}
