//! How sizes went: two lines, each with a name and its own dashes. By hand, since a chart of a library brings its own fonts and
//! colours, which neither follow the page into the dark nor say to a screen reader what they show.

use maud::{Markup, html};

use crate::report::SizePoint;
use crate::ui::human;

const WIDTH: f64 = 600.0;
const HEIGHT: f64 = 120.0;

/// The chart with its figures. With fewer than two points there is nothing to draw.
pub fn sizes(points: &[SizePoint], what: &str) -> Markup {
    let (Some(first), Some(last)) = (points.first(), points.last()) else { return html! {} };
    if points.len() < 2 {
        return html! {
            p.quiet { "Sizes over time are drawn from the second run on." }
        };
    }
    let largest = points.iter().map(|p| p.database_bytes.max(p.archive_bytes)).max().unwrap_or_default();
    let words = format!(
        "{what} from {} to {}: database {} to {}, store {} to {}",
        first.at.format("%Y-%m-%d"),
        last.at.format("%Y-%m-%d"),
        human::bytes(first.database_bytes),
        human::bytes(last.database_bytes),
        human::bytes(first.archive_bytes),
        human::bytes(last.archive_bytes)
    );
    html! {
        figure.sizes {
            div.plot {
                svg viewBox=(format!("0 0 {WIDTH} {HEIGHT}")) preserveAspectRatio="none" role="img" aria-label=(words) focusable="false" {
                    path.grid d=(format!("M0 1H{WIDTH}M0 {0}H{WIDTH}M0 {1}H{WIDTH}", HEIGHT / 2.0, HEIGHT - 1.0)) {}
                    path.store d=(line(points, largest, |p| p.archive_bytes)) {}
                    path.live d=(line(points, largest, |p| p.database_bytes)) {}
                }
                span.most { (human::bytes(largest)) }
            }
            div.axis {
                span { (first.at.format("%Y-%m-%d")) }
                span { (last.at.format("%Y-%m-%d")) }
            }
            figcaption {
                span.live { "database: " (human::bytes(last.database_bytes)) }
                span.store { "store: " (human::bytes(last.archive_bytes)) }
            }
        }
    }
}

#[allow(clippy::cast_precision_loss)] // coordinates
fn line(points: &[SizePoint], largest: i64, of: impl Fn(&SizePoint) -> i64) -> String {
    let (Some(first), Some(last)) = (points.first(), points.last()) else { return String::new() };
    let span = (last.at - first.at).num_seconds().max(1) as f64;
    let at = |point: &SizePoint| {
        let x = (point.at - first.at).num_seconds() as f64 / span * WIDTH;
        let y = HEIGHT - 2.0 - of(point) as f64 / largest.max(1) as f64 * (HEIGHT - 4.0);
        format!("{x:.0} {y:.1}")
    };
    format!("M{}", points.iter().map(at).collect::<Vec<_>>().join("L"))
}
