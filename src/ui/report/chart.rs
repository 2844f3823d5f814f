//! How sizes went: two lines, each with a name and its own dashes. By hand, since a chart of a library brings its own fonts and
//! colours, which neither follow the page into the dark nor say to a screen reader what they show.

use chrono::{DateTime, Utc};
use maud::{Markup, html};

use crate::report::SizePoint;
use crate::ui::human;

const WIDTH: f64 = 600.0;
const HEIGHT: f64 = 120.0;

/// The chart with its figures, and, in thinner lines, what is forecast `ahead`. With fewer than two points there is nothing to draw.
pub fn sizes(points: &[SizePoint], ahead: &[SizePoint], what: &str) -> Markup {
    let (Some(first), Some(last)) = (points.first(), points.last()) else { return html! {} };
    let end = ahead.last().unwrap_or(last);
    if end.at.date_naive() == first.at.date_naive() {
        return html! {
            p.quiet { "Sizes over time are drawn from the second day on." }
        };
    }
    let largest = points.iter().chain(ahead).map(|p| p.database_bytes.max(p.archive_bytes)).max().unwrap_or_default();
    let words = format!(
        "{what} from {} to {}: database {} to {}, store {} to {}",
        first.at.format("%Y-%m-%d"),
        last.at.format("%Y-%m-%d"),
        human::bytes(first.database_bytes),
        human::bytes(last.database_bytes),
        human::bytes(first.archive_bytes),
        human::bytes(last.archive_bytes)
    );
    let words = match ahead.last() {
        Some(end) => format!(
            "{words}; forecast for {}: database {}, store {}",
            end.at.format("%Y-%m-%d"),
            human::bytes(end.database_bytes),
            human::bytes(end.archive_bytes)
        ),
        None => words,
    };
    let frame = ChartScale { first: first.at, last: end.at, largest };
    // It goes on from what is.
    let ahead: Vec<SizePoint> =
        if ahead.is_empty() { Vec::new() } else { std::iter::once(last).chain(ahead).copied().collect() };
    html! {
        figure.sizes {
            div.plot {
                span.most { (human::bytes(largest)) }
                svg viewBox=(format!("0 0 {WIDTH} {HEIGHT}")) preserveAspectRatio="none" role="img" aria-label=(words) focusable="false" {
                    path.grid d=(format!("M0 1H{WIDTH}M0 {0}H{WIDTH}M0 {1}H{WIDTH}", HEIGHT / 2.0, HEIGHT - 1.0)) {}
                    path.store d=(frame.line(points, |p| p.archive_bytes)) {}
                    path.live d=(frame.line(points, |p| p.database_bytes)) {}
                    @if !ahead.is_empty() {
                        path.store.ahead d=(frame.line(&ahead, |p| p.archive_bytes)) {}
                        path.live.ahead d=(frame.line(&ahead, |p| p.database_bytes)) {}
                    }
                }
            }
            div.axis {
                span { (first.at.format("%Y-%m-%d")) }
                span { (end.at.format("%Y-%m-%d")) @if !ahead.is_empty() { " (forecast)" } }
            }
            figcaption {
                span.live { "database: " (human::bytes(last.database_bytes)) }
                span.store { "store: " (human::bytes(last.archive_bytes)) }
            }
        }
    }
}

/// What the chart shows: from when to when, and up to how many bytes.
struct ChartScale {
    first: DateTime<Utc>,
    last: DateTime<Utc>,
    largest: i64,
}

impl ChartScale {
    #[allow(clippy::cast_precision_loss)] // coordinates
    fn line(&self, points: &[SizePoint], of: impl Fn(&SizePoint) -> i64) -> String {
        let span = (self.last - self.first).num_seconds().max(1) as f64;
        let at = |point: &SizePoint| {
            let x = (point.at - self.first).num_seconds() as f64 / span * WIDTH;
            let y = HEIGHT - 2.0 - of(point) as f64 / self.largest.max(1) as f64 * (HEIGHT - 4.0);
            format!("{x:.0} {y:.1}")
        };
        format!("M{}", points.iter().map(at).collect::<Vec<_>>().join("L"))
    }
}
