//! What drills and the forecast say of each namespace, and of all.

use std::collections::HashMap;

use chrono::{DateTime, NaiveDate, TimeDelta, Utc};

use super::judge;
use super::model::{Chapter, Kind, Level, MorningReport, NamespaceReport, SizePoint};
use crate::archive::drills::Verdict;
use crate::db::Db;
use crate::db::queries::policies::{self, Policy};
use crate::db::queries::report::{self as queries, DrillLine};
use crate::error::Result;
use crate::lifecycle::forecast::{self, Forecast, Start};
use crate::namespace;
use crate::text::{bytes, counted};

/// Without a good drill for so long, as the alert in `packaging/prometheus` has it.
const DRILL_MISSING: TimeDelta = TimeDelta::days(90);

/// So far ahead is looked.
const DAYS: u32 = 90;

/// A disk that is full so soon wants somebody now.
const SOON: TimeDelta = TimeDelta::days(14);

/// So many namespaces are forecast: those with an aim by space first, then the largest.
const MOST_FORECASTS: usize = 50;

/// Adds what there is to say, and judges by it.
///
/// # Errors
/// Where a query fails.
pub async fn add(db: &Db, report: &mut MorningReport, namespace: Option<&str>) -> Result<()> {
    let drills = queries::drills(db.client(), namespace).await?;
    for of in report.namespaces.iter_mut().filter(|of| of.kind == Kind::Hypertable && of.archives > 0) {
        of.drills = Some(of_drills(of, drills.get(&of.name), report.made_at));
    }
    report.drills = drills_of_all(report, &drills);
    let forecasts = forecasts(db, report, namespace).await?;
    for of in &mut report.namespaces {
        if let Some((forecast, policy)) = forecasts.get(&of.name) {
            of.forecast = Some(of_forecast(forecast, policy, report.made_at));
        }
    }
    report.forecast = forecast_of_all(report, &forecasts);
    judge::judge(report);
    Ok(())
}

fn of_drills(of: &NamespaceReport, drill: Option<&DrillLine>, now: DateTime<Utc>) -> Chapter {
    let untried = of.archives - drill.map_or(0, |drill| drill.came_back);
    let archives = counted(of.archives, "archive");
    let Some(drill) = drill else {
        let is_late = of.facts.policy_set_at.is_none_or(|set| now - set > DRILL_MISSING);
        return Chapter {
            level: if is_late { Level::Attention } else { Level::Good },
            lines: vec![format!("no restore of {archives} was ever tried: eventodb-admin drill run tries one")],
            sizes: Vec::new(),
        };
    };
    let began = drill.began_at.format("%Y-%m-%d %H:%M");
    let (failed, first) = match Verdict::of(&drill.verdict) {
        Verdict::Ok => (false, format!("the drill of {began} found all as it was stored")),
        Verdict::Failed => (
            true,
            format!(
                "the drill of {began} found {} that {} not what was stored: eventodb-admin drill list shows it, archives verify --repair \
             makes it anew from a whole copy",
                counted(drill.failed, "archive"),
                if drill.failed == 1 { "is" } else { "are" }
            ),
        ),
        Verdict::Unknown => (false, format!("the drill of {began} could not ask a store or the server")),
        Verdict::Stopped => (false, format!("the drill of {began} was stopped")),
        Verdict::Killed => (false, format!("the drill of {began} has no end of its own")),
    };
    let is_late = drill.last_ok_at.is_none_or(|at| now - at > DRILL_MISSING);
    let mut lines = vec![first];
    if untried > 0 {
        lines.push(format!("{untried} of {archives} never came back in a drill"));
    }
    if is_late && !failed {
        lines.push(format!("none was good for {} days", DRILL_MISSING.num_days()));
    }
    let level = match (failed, is_late) {
        (true, _) => Level::Alarm,
        (false, true) => Level::Attention,
        (false, false) => Level::Good,
    };
    Chapter { level, lines, sizes: Vec::new() }
}

/// Of one namespace its own chapter says it all.
fn drills_of_all(report: &MorningReport, drills: &HashMap<String, DrillLine>) -> Option<Chapter> {
    let chapters = || report.namespaces.iter().filter_map(|of| of.drills.as_ref());
    if report.namespaces.len() < 2 || chapters().next().is_none() {
        return None;
    }
    let with = |level| i64::try_from(chapters().filter(|c| c.level == level).count()).unwrap_or(i64::MAX);
    let (bad, late) = (with(Level::Alarm), with(Level::Attention));
    let mut lines = Vec::new();
    if bad > 0 {
        lines.push(format!("the last drill found damage in {}", counted(bad, "namespace")));
    }
    if late > 0 {
        lines.push(format!("{} had no good drill for {} days", counted(late, "namespace"), DRILL_MISSING.num_days()));
    }
    if let Some(last) = drills.values().map(|drill| drill.began_at).max() {
        lines.push(format!("the last one was on {}", last.format("%Y-%m-%d")));
    }
    // Each namespace has the level of its own: here it is only counted.
    Some(Chapter { level: chapters().map(|c| c.level).max().unwrap_or_default(), lines, sizes: Vec::new() })
}

/// What will come, and by which policy.
type Forecasts = HashMap<String, (Forecast, Policy)>;

async fn forecasts(db: &Db, report: &MorningReport, namespace: Option<&str>) -> Result<Forecasts> {
    let mut policies: HashMap<String, Policy> =
        policies::list(db.client(), namespace).await?.into_iter().map(|(name, policy, _)| (name, policy)).collect();
    let mut chosen: Vec<&NamespaceReport> = report
        .namespaces
        .iter()
        .filter(|of| of.kind == Kind::Hypertable && !of.facts.lacks_upgrade && policies.contains_key(&of.name))
        .collect();
    let has_aim = |of: &NamespaceReport| policies.get(&of.name).is_some_and(|policy| policy.space.has_aim());
    chosen.sort_by_key(|of| std::cmp::Reverse((has_aim(of), of.database_bytes)));
    let mut starts = Vec::new();
    for of in chosen.into_iter().take(MOST_FORECASTS) {
        let Some(policy) = policies.get(&of.name) else { continue };
        let scope = namespace::open(db, &of.name).await?.scope;
        // One that cannot be looked at keeps no other from being looked at.
        match Start::of(db, &scope, policy).await {
            Ok(start) => starts.push(start),
            Err(e) if db.client().is_closed() => return Err(e),
            Err(e) => tracing::warn!("forecasting namespace {}: {e}", of.name),
        }
    }
    let made = forecast::of_all(&starts, DAYS, None)?.into_iter();
    Ok(made.filter_map(|f| policies.remove(&f.namespace).map(|policy| (f.namespace.clone(), (f, policy)))).collect())
}

fn of_forecast(forecast: &Forecast, policy: &Policy, now: DateTime<Utc>) -> Chapter {
    let Some(last) = forecast.nights.last() else {
        return Chapter { level: Level::Good, lines: Vec::new(), sizes: Vec::new() };
    };
    let mut lines = vec![format!(
        "in {DAYS} days the database has {} (now {}) and the stores {} (now {}), where the load stays what it was",
        bytes(last.database_bytes),
        bytes(forecast.database_bytes),
        bytes(last.store_bytes),
        bytes(forecast.store_bytes)
    )];
    let mut level = Level::Good;
    if let Some(day) = forecast.disk_full_on {
        level = level.max(if is_soon(day, now) { Level::Alarm } else { Level::Attention });
        lines.push(format!("the disk is full on {day}: eventodb-admin policy plan shows the nights until then"));
    }
    if let Some(day) = forecast.aim_missed_on {
        level = level.max(Level::Attention);
        lines.push(format!("from {day} on an aim by space is missed: eventodb-admin policy plan shows by how much"));
    }
    // The history has the first copies alone.
    let stores = i64::try_from(policy.stores().count()).unwrap_or(1).max(1);
    let points = forecast.nights.iter().enumerate().filter(|(n, _)| n % 7 == 6 || n + 1 == forecast.nights.len());
    let sizes = points.map(|(_, night)| SizePoint {
        at: night.date.and_time(chrono::NaiveTime::MIN).and_utc(),
        database_bytes: night.database_bytes,
        archive_bytes: night.store_bytes / stores,
    });
    let sizes = sizes.filter(|point| point.at > now).collect();
    Chapter { level, lines, sizes }
}

fn is_soon(day: NaiveDate, now: DateTime<Utc>) -> bool {
    day - now.date_naive() <= SOON
}

fn forecast_of_all(report: &MorningReport, forecasts: &Forecasts) -> Option<Chapter> {
    if report.namespaces.len() < 2 || forecasts.is_empty() {
        return None;
    }
    let last = || forecasts.values().filter_map(|(forecast, _)| forecast.nights.last());
    let database: i64 = last().map(|night| night.database_bytes).sum();
    let stores: i64 = last().map(|night| night.store_bytes).sum();
    let number = i64::try_from(forecasts.len()).unwrap_or(i64::MAX);
    let mut lines = vec![format!(
        "in {DAYS} days {} have {} in the database and {} in the stores, where the load stays what it was",
        counted(number, "namespace"),
        bytes(database),
        bytes(stores)
    )];
    let full = forecasts.values().filter_map(|(forecast, _)| forecast.disk_full_on).min();
    let mut level = Level::Good;
    if let Some(day) = full {
        level = if is_soon(day, report.made_at) { Level::Alarm } else { Level::Attention };
        lines.push(format!("the first disk is full on {day}"));
    }
    let missed = forecasts.values().filter(|(forecast, _)| forecast.aim_missed_on.is_some()).count();
    if missed > 0 {
        level = level.max(Level::Attention);
        lines.push(format!(
            "{} will miss an aim by space",
            counted(i64::try_from(missed).unwrap_or(i64::MAX), "namespace")
        ));
    }
    Some(Chapter { level, lines, sizes: Vec::new() })
}
