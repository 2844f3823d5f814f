//! Chunks as strips: a row a year, a cell a chunk. A cell's height says how much of the chunk is in the database, its colour says
//! so again.

use std::collections::BTreeMap;

use chrono::{DateTime, Datelike, NaiveDate, TimeDelta, Utc};
use maud::{Markup, html};

use crate::report::{StripCell, StripState};
use crate::ui::human;

/// A year is so wide, and a row so high.
const WIDTH: f64 = 366.0;
const HEIGHT: f64 = 18.0;
/// Years that are drawn; what is before is said in words.
const MOST_YEARS: usize = 25;

const fn class(state: StripState) -> &'static str {
    match state {
        StripState::Open => "o",
        StripState::Closed => "l",
        StripState::Compressed => "c",
        StripState::Rehydrated => "r",
        StripState::Archived => "a",
        StripState::Discarded => "d",
        StripState::Mixed => "m",
    }
}

/// How high a cell is.
const fn height(state: StripState) -> f64 {
    match state {
        StripState::Open | StripState::Closed | StripState::Rehydrated => HEIGHT,
        StripState::Compressed | StripState::Mixed => 12.0,
        StripState::Archived => 6.0,
        StripState::Discarded => 2.0,
    }
}

/// What a state means, for the legend.
const fn meaning(state: StripState) -> &'static str {
    match state {
        StripState::Open => "being written",
        StripState::Closed => "over, in the database",
        StripState::Compressed => "in the database, compressed",
        StripState::Rehydrated => "archived, and back in the database",
        StripState::Archived => "in the store alone",
        StripState::Discarded => "dropped on demand, with no archive",
        StripState::Mixed => "several chunks of different states",
    }
}

/// What cells look like.
pub fn legend() -> Markup {
    html! {
        ul.legend aria-label="What the strips show" {
            @for state in StripState::ALL {
                li {
                    svg.key viewBox="0 0 18 18" aria-hidden="true" focusable="false" { (rect(state, 1.0, 16.0)) }
                    span { b { (state.as_str()) } ": " (meaning(state)) }
                }
            }
            li {
                svg.key viewBox="0 0 18 18" aria-hidden="true" focusable="false" {
                    (rect(StripState::Archived, 1.0, 16.0))
                    rect.x x="1" y="0" width="16" height="3" {}
                }
                span { b { "bar above" } ": copies are missing" }
            }
        }
    }
}

fn rect(state: StripState, x: f64, width: f64) -> Markup {
    let height = height(state);
    html! { rect.(class(state)) x=(number(x)) y=(number(HEIGHT - height)) width=(number(width)) height=(number(height)) {} }
}

/// A coordinate: two digits are finer than any screen.
fn number(n: f64) -> String {
    let text = format!("{n:.2}");
    text.trim_end_matches('0').trim_end_matches('.').to_owned()
}

/// The strips of a namespace, and what they say in words.
pub fn strips(cells: &[StripCell]) -> Markup {
    let mut years: BTreeMap<i32, Vec<&StripCell>> = BTreeMap::new();
    for cell in cells {
        years.entry(cell.range_start.year()).or_default().push(cell);
    }
    let earlier = years.len().saturating_sub(MOST_YEARS);
    let first = years.keys().nth(earlier).copied();
    html! {
        div.strips role="img" aria-label=(in_words(cells)) {
            @if earlier > 0 {
                p.earlier { "…and " (human::plural(earlier, "year")) " before " (first.unwrap_or_default()) }
            }
            @for (year, cells) in years.iter().skip(earlier) {
                div.year {
                    span { (year) }
                    svg viewBox=(format!("0 0 {WIDTH} {HEIGHT}")) preserveAspectRatio="none" focusable="false" {
                        @for cell in cells { (drawn(*year, cell)) }
                    }
                }
            }
            div.months aria-hidden="true" {
                @for month in ["J", "F", "M", "A", "M", "J", "J", "A", "S", "O", "N", "D"] { span { (month) } }
            }
        }
    }
}

fn drawn(year: i32, cell: &StripCell) -> Markup {
    let (from, to) = (day_of(year, cell.range_start), day_of(year, cell.range_end));
    // What is there at all is seen; neighbours are told from each other.
    let width = (to - from).max(0.8);
    let from = from.min(WIDTH - width);
    let gap = (width * 0.15).min(0.7);
    html! {
        g {
            title { (described(cell)) }
            (rect(cell.state, from, width - gap))
            @if cell.missing_copies > 0 {
                rect.x x=(number(from)) y="0" width=(number(width - gap)) height="3" {}
            }
        }
    }
}

/// Days since the year began, within the year.
#[allow(clippy::cast_precision_loss)] // seconds of a year
fn day_of(year: i32, at: DateTime<Utc>) -> f64 {
    let begin = NaiveDate::from_ymd_opt(year, 1, 1).and_then(|day| day.and_hms_opt(0, 0, 0)).map(|t| t.and_utc());
    let since = begin.map_or_else(TimeDelta::zero, |begin| at - begin);
    (since.num_seconds() as f64 / 86_400.0).clamp(0.0, WIDTH)
}

/// A cell in words: what its title says.
fn described(cell: &StripCell) -> String {
    let about = if cell.is_exact { "" } else { "about " };
    let mut parts = vec![
        cell.state.as_str().to_owned(),
        human::bytes(cell.bytes),
        format!("{about}{}", count(cell.messages, "message")),
    ];
    if cell.chunks > 1 {
        parts.insert(0, format!("{} chunks", cell.chunks));
    }
    parts.extend(cell.archives.map(|(first, last)| {
        if first == last { format!("archive {first}") } else { format!("archives {first} to {last}") }
    }));
    parts.extend(cell.copies.map(|stores| format!("in {}", human::plural(stores, "store"))));
    if cell.missing_copies > 0 {
        parts.push(format!("{} missing", copies(cell.missing_copies)));
    }
    format!("{}: {}", human::range(cell.range_start, cell.range_end), parts.join(", "))
}

pub fn count(n: i64, one: &str) -> String {
    let noun = if n == 1 { one.to_owned() } else { format!("{one}s") };
    format!("{} {noun}", human::count(n))
}

pub fn copies(n: i64) -> String {
    format!("{} {}", human::count(n), if n == 1 { "copy" } else { "copies" })
}

/// The strips for those who do not see them.
fn in_words(cells: &[StripCell]) -> String {
    let (Some(first), Some(last)) = (cells.first(), cells.last()) else { return "No chunks".to_owned() };
    let all: i64 = cells.iter().map(|c| c.chunks).sum();
    let mut states: BTreeMap<StripState, i64> = BTreeMap::new();
    for cell in cells {
        *states.entry(cell.state).or_default() += cell.chunks;
    }
    let states: Vec<_> = states.iter().map(|(state, n)| format!("{n} {}", state.as_str())).collect();
    format!(
        "{} from {}: {}",
        count(all, "chunk"),
        human::range(first.range_start, last.range_end).replace(" – ", " to "),
        states.join(", ")
    )
}
