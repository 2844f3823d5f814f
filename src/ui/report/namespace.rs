//! One namespace: what is the matter, its strips, how its sizes went, and the facts.

use std::time::Duration;

use maud::{Markup, html};

use super::chart;
use super::parts::{badge, hint, text, time, warning};
use super::strip::{copies, count, strips};
use crate::report::{
    Chapter, Checked, CoverageSummary, NamespaceKind, NamespaceReport, PolicySummary, RunSummary, StateTotal,
    StripCell, alike,
};
use crate::ui::human;

/// Rows of the table of ranges.
const MOST_RANGES: usize = 12;

/// The section of a namespace; it is the `n`th of the page.
pub fn namespace(n: usize, of: &NamespaceReport) -> Markup {
    let id = format!("n{n}");
    html! {
        section.namespace aria-labelledby=(id) {
            h3 id=(id) { (text(&of.name)) " " (badge(of.level)) }
            @if !of.notices.is_empty() {
                ul.notices {
                    @for notice in &of.notices {
                        li {
                            (badge(notice.level)) " " (text(&notice.text))
                            @if let Some(said) = &notice.hint { (hint(notice.command.as_deref(), said)) }
                        }
                    }
                }
            }
            @match of.kind {
                NamespaceKind::Hidden => {},
                NamespaceKind::Missing => { p.quiet { "The database has no table of it." } },
                NamespaceKind::Plain => { p.quiet { "A plain Postgres schema: it has no chunks." } },
                NamespaceKind::Hypertable => { (body(of)) },
            }
        }
    }
}

fn body(of: &NamespaceReport) -> Markup {
    html! {
        @if of.strip.is_empty() { p.quiet { "No chunks." } } @else { (strips(&of.strip)) }
        (chapter("Drills", of.drills.as_ref()))
        (chapter("Forecast", of.forecast.as_ref()))
        details {
            summary { "Facts, ranges and sizes of " (text(&of.name)) }
            (facts(of))
            @if !of.strip.is_empty() { (ranges(of)) }
            (chart::sizes(&of.sizes, of.forecast.as_ref().map_or(&[], |f| &f.sizes), &text(&of.name)))
        }
    }
}

fn chapter(name: &str, chapter: Option<&Chapter>) -> Markup {
    html! {
        @if let Some(chapter) = chapter {
            h4 { (name) (warning(chapter.level)) }
            ul { @for line in &chapter.lines { li { (text(line)) } } }
        }
    }
}

fn facts(of: &NamespaceReport) -> Markup {
    html! {
        dl.facts {
            dt { "Chunks" } dd { (states(of)) }
            dt { "Policy" } dd { (of.policy.as_ref().map_or_else(|| "none".to_owned(), policy)) }
            dt { "Coverage" } dd { (coverage(&of.coverage)) }
            dt { "Archives" }
            dd {
                (human::count(of.archives)) ", " (human::bytes(of.archive_bytes))
                @if of.missing_copies > 0 { "; " (copies(of.missing_copies)) " missing" }
                @if of.damaged_copies > 0 { "; " (copies(of.damaged_copies)) " not whole" }
            }
            @if of.holds.holds > 0 {
                dt { "Holds" }
                dd { (human::count(of.holds.holds)) ": " (text(&of.holds.cases.join(", "))) }
            }
            dt { "Last run" }
            dd { @if let Some(run) = &of.last_run { (last_run(run)) } @else { "none in the history" } }
            @if let Some(at) = of.last_success_at { dt { "Last good run" } dd { (time(at)) } }
        }
    }
}

fn states(of: &NamespaceReport) -> String {
    if of.chunks.is_empty() {
        return "none".to_owned();
    }
    let shown = |(state, total): (&&str, &StateTotal)| {
        format!("{} {state} ({})", human::count(total.chunks), human::bytes(total.bytes))
    };
    of.chunks.iter().map(shown).collect::<Vec<_>>().join(", ")
}

fn policy(policy: &PolicySummary) -> String {
    let age = |seconds: u64| human::typed(Duration::from_secs(seconds));
    let mut parts = Vec::new();
    parts.extend(policy.compress_after_seconds.map(|s| format!("compress after {}", age(s))));
    parts.extend(policy.archive_after_seconds.map(|s| format!("archive after {}", age(s))));
    parts.extend(policy.expire_archives_after_seconds.map(|s| format!("delete archives after {}", age(s))));
    let size = |bytes: u64| human::bytes(i64::try_from(bytes).unwrap_or(i64::MAX));
    parts.extend(policy.keep_at_most_bytes.map(|n| format!("chunks take {} at most", size(n))));
    parts.extend(policy.keep_free_percent.map(|n| format!("{n}% of the disk stay free")));
    parts.extend(policy.keep_free_bytes.map(|n| format!("{} of the disk stay free", size(n))));
    parts.extend(policy.keep_live_at_least_seconds.map(|s| format!("no chunk leaves before {}", age(s))));
    if parts.is_empty() {
        parts.push("nothing is done by age or by space".to_owned());
    }
    if !policy.stores.is_empty() {
        parts.push(format!("stores {}", text(&policy.stores.join(" "))));
    }
    parts.join("; ")
}

fn coverage(coverage: &CoverageSummary) -> Markup {
    let how = match coverage.checked {
        Checked::Ledger => "by the ledger; nothing was counted",
        Checked::Proof => "counted, and the stores were asked",
    };
    html! {
        (coverage.verdict) " (" (how) ")"
        @if let Some(at) = coverage.oldest_read_back_at { "; every archive was read back since " (time(at)) }
        @if !coverage.findings.is_empty() {
            ul { @for finding in &coverage.findings { li { (text(finding)) } } }
        }
    }
}

fn last_run(run: &RunSummary) -> Markup {
    let f = &run.figures;
    html! {
        (run.result.as_str()) ", " (time(run.began_at)) ": "
        (human::count(f.archived)) " archived (" (count(f.messages, "message")) ", " (human::bytes(f.stored_bytes)) " stored, "
        (human::bytes(f.freed_bytes)) " freed), " (human::count(f.compressed)) " compressed, " (human::count(f.copied)) " copied, "
        (human::count(f.released)) " released, " (human::count(f.expired)) " expired, " (human::count(f.left)) " left, "
        (human::count(f.failed)) " failed"
        @if !run.failures.is_empty() {
            ul {
                @for failure in &run.failures {
                    li {
                        @if let Some(target) = &failure.target { (text(target)) ": " }
                        (text(&failure.error))
                        @if let Some(said) = &failure.hint { (hint(None, said)) }
                    }
                }
            }
        }
    }
}

/// Neighbours of one state as rows: the strips for those who do not see them, and for those who cannot point at a cell.
fn ranges(of: &NamespaceReport) -> Markup {
    let rows = alike(&of.strip);
    let earlier = rows.len().saturating_sub(MOST_RANGES);
    html! {
        div.scroll role="region" aria-label=(format!("Ranges of {}", text(&of.name))) tabindex="0" {
            table {
                thead {
                    tr {
                        th scope="col" { "Range" }
                        th scope="col" { "State" }
                        @for name in ["Chunks", "Messages", "Size", "Archives", "Stores", "Missing copies"] { th.n scope="col" { (name) } }
                    }
                }
                tbody { @for cell in rows.iter().skip(earlier) { (range(cell)) } }
            }
        }
        @if earlier > 0 { p.quiet { "…and " (earlier) " before." } }
    }
}

fn range(cell: &StripCell) -> Markup {
    let archives =
        cell.archives.map(|(first, last)| if first == last { first.to_string() } else { format!("{first}–{last}") });
    html! {
        tr {
            th scope="row" { (human::range(cell.range_start, cell.range_end)) }
            td { (cell.state.as_str()) }
            td.n { (human::count(cell.chunks)) }
            td.n { @if !cell.is_exact { "about " } (human::count(cell.messages)) }
            td.n { (human::bytes(cell.bytes)) }
            td.n { (human::or_dash(archives, |a| a)) }
            td.n { (human::or_dash(cell.copies, |n| n.to_string())) }
            td.n { (human::count(cell.missing_copies)) }
        }
    }
}
