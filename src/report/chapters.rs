//! What drills and the forecast say of each namespace, and of all.

use std::cmp::Reverse;
use std::collections::HashMap;

use chrono::{DateTime, NaiveDate, TimeDelta, Utc};

use super::judge::{command, notice};
use super::model::{Chapter, Level, MorningReport, NamespaceKind, NamespaceReport, Notice, SizePoint};
use crate::archive::drills::DrillVerdict;
use crate::db::Db;
use crate::db::queries::drills::{self, Latest};
use crate::db::queries::policies::Policy;
use crate::db::queries::report::{self as queries, DrilledLine};
use crate::error::Result;
use crate::lifecycle::forecast::{self, Forecast, Start};
use crate::namespace;
use crate::text::{are, bytes, counted};

/// Without a good drill for so long, as the alert in `packaging/prometheus` has it.
const DRILL_MISSING: TimeDelta = TimeDelta::days(90);

/// So far ahead is looked.
const DAYS: u32 = 90;

/// A disk that is full so soon wants somebody now.
const SOON: TimeDelta = TimeDelta::days(14);

/// So many namespaces are forecast: those with an aim by space first, then the largest.
const MOST_FORECASTS: usize = 50;

/// Adds what there is to say.
///
/// # Errors
/// Where a query fails.
pub(super) async fn add(db: &Db, report: &mut MorningReport, namespace: Option<&str>) -> Result<()> {
    let drills = drills::latest_of(db.client(), namespace).await?;
    let drilled = queries::drilled(db.client(), namespace).await?;
    for of in report.namespaces.iter_mut().filter(|of| of.kind == NamespaceKind::Hypertable && of.archives > 0) {
        let counted = drilled.get(&of.name).copied().unwrap_or_default();
        let (chapter, notice) = of_drills(of, drills.get(&of.name), counted, report.made_at);
        of.drills = Some(chapter);
        of.facts.notices.extend(notice);
    }
    report.drills = drills_of_all(report, &drills);
    let forecasts = forecasts(db, report).await?;
    for of in &mut report.namespaces {
        let Some(forecast) = forecasts.get(&of.name) else { continue };
        if let Some((chapter, notices)) = of_forecast(of, forecast, report.made_at) {
            of.forecast = Some(chapter);
            of.facts.notices.extend(notices);
        }
    }
    report.forecast = forecast_of_all(report, &forecasts);
    Ok(())
}

fn of_drills(
    of: &NamespaceReport,
    drill: Option<&Latest>,
    counts: DrilledLine,
    now: DateTime<Utc>,
) -> (Chapter, Option<Notice>) {
    let (archives, untried) = (counted(of.archives, "archive"), of.archives - counts.came_back);
    let mut lines = vec![match drill.and_then(|drill| drill.last.as_ref()) {
        None => format!("no restore of {archives} was ever tried: {} tries one", command(of, "drill run").0),
        Some((began, verdict)) => {
            let failed = i64::from(drill.and_then(|drill| drill.failed).unwrap_or_default());
            let how = match DrillVerdict::of(verdict) {
                DrillVerdict::Ok => "found all as it was stored".to_owned(),
                DrillVerdict::Failed => {
                    format!("found {} that {} not what was stored", counted(failed, "archive"), are(failed))
                }
                DrillVerdict::Unknown => "could not ask a store or the server".to_owned(),
                DrillVerdict::Stopped => "was stopped".to_owned(),
                DrillVerdict::Killed => "has no end of its own".to_owned(),
            };
            format!("the drill of {} {how}", began.format("%Y-%m-%d %H:%M"))
        }
    }];
    if untried > 0 && drill.is_some() {
        lines.push(format!("{untried} of {archives} never came back in a drill"));
    }
    // As the alert has it.
    let since = drill.and_then(|drill| drill.last_ok_at).or(of.facts.policy_set_at);
    let notice = if counts.failed > 0 {
        let text = format!(
            "{} {} not what was stored when a drill took it last",
            counted(counts.failed, "archive"),
            was(counts.failed)
        );
        let hint = command(of, "drill list")
            + " and drill show ID names it; archives verify --all --repair makes it again \
                    from a whole copy, and drill run ID looks again";
        Some(notice(Level::Alarm, text, hint))
    } else if since.is_some_and(|at| now - at > DRILL_MISSING) {
        let text = format!("no drill for {} days has shown that archives come back", DRILL_MISSING.num_days());
        Some(notice(Level::Attention, text, command(of, "drill run") + " brings some back and compares them"))
    } else {
        None
    };
    // A drill that has just found it says so itself.
    let is_said =
        drill.and_then(|drill| drill.last.as_ref()).is_some_and(|(_, v)| DrillVerdict::of(v) == DrillVerdict::Failed);
    lines.extend(notice.as_ref().filter(|_| !is_said).map(|notice| notice.text.clone()));
    (said(notice.as_ref().map_or(Level::Good, |notice| notice.level), lines), notice)
}

const fn was(n: i64) -> &'static str {
    if n == 1 { "was" } else { "were" }
}

const fn said(level: Level, lines: Vec<String>) -> Chapter {
    Chapter { level, lines, sizes: Vec::new() }
}

/// Of one namespace its own chapter says it all.
fn drills_of_all(report: &MorningReport, drills: &HashMap<String, Latest>) -> Option<Chapter> {
    let chapters = || report.namespaces.iter().filter_map(|of| of.drills.as_ref());
    if report.namespaces.len() < 2 || chapters().next().is_none() {
        return None;
    }
    let with = |level| i64::try_from(chapters().filter(|c| c.level == level).count()).unwrap_or(i64::MAX);
    let (bad, late) = (with(Level::Alarm), with(Level::Attention));
    let mut lines = Vec::new();
    if bad > 0 {
        lines.push(format!("damage was found in {}", counted(bad, "namespace")));
    }
    if late > 0 {
        lines.push(format!("{} had no good drill for {} days", counted(late, "namespace"), DRILL_MISSING.num_days()));
    }
    let is_untried =
        |of: &&NamespaceReport| of.drills.is_some() && drills.get(&of.name).is_none_or(|drill| drill.last.is_none());
    let untried = report.namespaces.iter().filter(is_untried).count();
    if untried > 0 {
        let (untried, all) =
            (i64::try_from(untried).unwrap_or(i64::MAX), i64::try_from(chapters().count()).unwrap_or(i64::MAX));
        lines.push(format!("no restore was ever tried in {untried} of {} with archives", counted(all, "namespace")));
    }
    if let Some(last) = drills.values().filter_map(|drill| drill.last.as_ref()).map(|(began, _)| began).max() {
        lines.push(format!("the last drill was on {}", last.format("%Y-%m-%d")));
    }
    // Each namespace has the level of its own: here it is only counted.
    Some(said(chapters().map(|c| c.level).max().unwrap_or_default(), lines))
}

async fn forecasts(db: &Db, report: &MorningReport) -> Result<HashMap<String, Forecast>> {
    let is_meant = |of: &&NamespaceReport| of.kind == NamespaceKind::Hypertable && !of.facts.lacks_upgrade;
    let policies = report.namespaces.iter().filter(is_meant).filter_map(|of| of.facts.policy.as_ref().map(|p| (of, p)));
    let mut chosen: Vec<(&NamespaceReport, &Policy)> = policies.collect();
    chosen.sort_by_key(|(of, policy)| Reverse((policy.space.has_aim(), of.database_bytes)));
    let mut starts = Vec::new();
    for (of, policy) in chosen.into_iter().take(MOST_FORECASTS) {
        let looked = async {
            let scope = namespace::open(db, &of.name).await?.scope;
            Start::of(db, &scope, policy).await
        };
        // One that cannot be looked at keeps no other from being looked at.
        match looked.await {
            Ok(start) => starts.push(start),
            Err(e) if db.client().is_closed() => return Err(e),
            Err(e) => tracing::warn!("forecasting namespace {}: {e}", of.name),
        }
    }
    Ok(forecast::of_all(&starts, DAYS, None)?.into_iter().map(|f| (f.namespace.clone(), f)).collect())
}

fn of_forecast(of: &NamespaceReport, forecast: &Forecast, now: DateTime<Utc>) -> Option<(Chapter, Vec<Notice>)> {
    let last = forecast.nights.last()?;
    let mut lines = vec![format!(
        "in {DAYS} days the database has {} (now {}) and the stores {} (now {}), copies included, where the load stays what it was",
        bytes(last.database_bytes),
        bytes(forecast.database_bytes),
        bytes(last.store_bytes),
        bytes(forecast.store_bytes)
    )];
    let mut notices = Vec::new();
    if let Some(day) = forecast.disk_full_on {
        let level = if is_soon(day, now) { Level::Alarm } else { Level::Attention };
        let hint = command(of, "policy plan") + " shows the nights until then";
        notices.push(notice(level, format!("the disk is full on {day}"), hint));
    }
    if let Some(day) = forecast.aim_missed_on {
        let hint = command(of, "policy plan") + " shows by how much";
        notices.push(notice(Level::Attention, format!("from {day} on an aim by space is missed"), hint));
    }
    lines.extend(notices.iter().map(|notice| notice.text.clone()));
    // The history has the first copies alone.
    let stores = of.policy.as_ref().and_then(|policy| i64::try_from(policy.stores.len()).ok()).unwrap_or(1).max(1);
    let points = forecast.nights.iter().enumerate().filter(|(n, _)| n % 7 == 6 || n + 1 == forecast.nights.len());
    let sizes = points.map(|(_, night)| SizePoint {
        at: night.date.and_time(chrono::NaiveTime::MIN).and_utc(),
        database_bytes: night.database_bytes,
        archive_bytes: night.store_bytes / stores,
    });
    let sizes = sizes.filter(|point| point.at > now).collect();
    let level = notices.iter().map(|notice| notice.level).max().unwrap_or_default();
    Some((Chapter { level, lines, sizes }, notices))
}

fn is_soon(day: NaiveDate, now: DateTime<Utc>) -> bool {
    day - now.date_naive() <= SOON
}

fn forecast_of_all(report: &MorningReport, forecasts: &HashMap<String, Forecast>) -> Option<Chapter> {
    if report.namespaces.len() < 2 || forecasts.is_empty() {
        return None;
    }
    let last = || forecasts.values().filter_map(|forecast| forecast.nights.last());
    let database: i64 = last().map(|night| night.database_bytes).sum();
    let stores: i64 = last().map(|night| night.store_bytes).sum();
    let database_now: i64 = forecasts.values().map(|forecast| forecast.database_bytes).sum();
    let stores_now: i64 = forecasts.values().map(|forecast| forecast.store_bytes).sum();
    let number = i64::try_from(forecasts.len()).unwrap_or(i64::MAX);
    let mut lines = vec![format!(
        "in {DAYS} days {} {} {} in the database (now {}) and {} in the stores (now {}), copies included, where the load stays what it was",
        counted(number, "namespace"),
        if number == 1 { "has" } else { "have" },
        bytes(database),
        bytes(database_now),
        bytes(stores),
        bytes(stores_now)
    )];
    let full = forecasts.values().filter_map(|forecast| forecast.disk_full_on).min();
    let mut level = Level::Good;
    if let Some(day) = full {
        level = if is_soon(day, report.made_at) { Level::Alarm } else { Level::Attention };
        lines.push(format!("the first disk is full on {day}"));
    }
    let missed = forecasts.values().filter(|forecast| forecast.aim_missed_on.is_some()).count();
    if missed > 0 {
        level = level.max(Level::Attention);
        lines.push(format!(
            "{} will miss an aim by space",
            counted(i64::try_from(missed).unwrap_or(i64::MAX), "namespace")
        ));
    }
    Some(said(level, lines))
}
