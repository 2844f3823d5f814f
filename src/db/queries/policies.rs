//! Policies: what is to be done by age, ours and the server's own.

mod ages;
mod safeguards;
mod space;

use std::collections::HashSet;
use std::time::Duration;

use chrono::{DateTime, Utc};
use tokio_postgres::{GenericClient, Row};

pub use safeguards::Safeguards;
pub use space::{KeepFree, SpaceAims};

use super::aggregates::Aggregates;
use crate::db::errors::explain;
use crate::db::scope::Scope;
use crate::error::{Error, Result};
use ages::near;

/// What `lifecycle run` does with a namespace. `None`: never.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Policy {
    /// Compress chunks whose range ended so long ago.
    pub compress_after: Option<Duration>,
    /// Archive and drop chunks whose range ended so long ago.
    pub archive_after: Option<Duration>,
    /// Drop archives that came back so long ago again.
    pub drop_rehydrated_after: Option<Duration>,
    /// Delete archives whose range ended so long ago, for good.
    pub expire_archives_after: Option<Duration>,
    /// Where archives go.
    pub store_url: Option<String>,
    /// The stores in which archives are kept beside that one.
    pub copies: Vec<String>,
    /// In how many stores an archive lies before its chunk is dropped; `None`: in all of them.
    pub drop_after_copies: Option<i32>,
    /// Whether chunks go that continuous aggregates are made from; `None`: not.
    pub continuous_aggregates: Option<Aggregates>,
    /// What keeps archives.
    pub safeguards: Safeguards,
    /// How much room there is to be.
    pub space: SpaceAims,
}

/// How a namespace's runs went.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Runs {
    /// When the last one ended.
    pub last_run_at: Option<DateTime<Utc>>,
    /// When the last one ended that did all it had to.
    pub last_success_at: Option<DateTime<Utc>>,
    /// Why the last one failed.
    pub last_error: Option<String>,
    /// Since when the policy is what it is: nights are missing from then on, though none went well yet.
    pub policy_set_at: Option<DateTime<Utc>>,
}

fn policy(row: &Row) -> (String, Policy, Runs) {
    let age = |name: &str| row.get::<_, Option<f64>>(name).and_then(|s| Duration::try_from_secs_f64(s).ok());
    (
        row.get("namespace"),
        Policy {
            compress_after: age("compress_after"),
            archive_after: age("archive_after"),
            drop_rehydrated_after: age("drop_rehydrated_after"),
            expire_archives_after: age("expire_archives_after"),
            store_url: row.get("store_url"),
            copies: row
                .get::<_, Option<serde_json::Value>>("copies")
                .and_then(|copies| serde_json::from_value(copies).ok())
                .unwrap_or_default(),
            drop_after_copies: row.get("drop_after_copies"),
            continuous_aggregates: row
                .get::<_, Option<&str>>("continuous_aggregates")
                .and_then(|text| text.parse().ok())
                .filter(|told| *told != Aggregates::Refuse),
            safeguards: Safeguards::of(row),
            space: SpaceAims::of(row),
        },
        Runs {
            last_run_at: row.get("last_run_at"),
            last_success_at: row.get("last_success_at"),
            last_error: row.get("last_error"),
            policy_set_at: row.get("updated_at"),
        },
    )
}

/// Policies by namespace: of all, or of one.
///
/// # Errors
/// Where the query fails.
pub async fn list(db: &impl GenericClient, namespace: Option<&str>) -> Result<Vec<(String, Policy, Runs)>> {
    let rows = db
        .query(
            &format!(
                "SELECT namespace, extract(epoch FROM compress_after)::float8 AS compress_after,
                    extract(epoch FROM archive_after)::float8 AS archive_after,
                    extract(epoch FROM drop_rehydrated_after)::float8 AS drop_rehydrated_after,
                    extract(epoch FROM expire_archives_after)::float8 AS expire_archives_after,
                    store_url, last_run_at, last_success_at, last_error, updated_at,
                    -- A ledger of an earlier version has no such columns.
                    to_jsonb(p)->>'continuous_aggregates' AS continuous_aggregates, to_jsonb(p)->'copies' AS copies,
                    (to_jsonb(p)->>'drop_after_copies')::int AS drop_after_copies,
                    {},
                    {}
               FROM eventodb_store.policies p WHERE $1::text IS NULL OR namespace = $1 ORDER BY namespace",
                safeguards::COLUMNS,
                space::COLUMNS
            ),
            &[&namespace],
        )
        .await
        .map_err(|e| explain("reading policies", e))?;
    Ok(rows.iter().map(policy).collect())
}

impl Policy {
    /// Whether it has chunks archived: by age, or by space.
    pub const fn archives(&self) -> bool {
        self.archive_after.is_some() || self.space.has_aim()
    }

    /// The stores that it names, its own first.
    pub fn stores(&self) -> impl Iterator<Item = &String> + Clone {
        self.store_url.iter().chain(&self.copies)
    }
}

/// The policy of a namespace, where it has one.
///
/// # Errors
/// Where the query fails.
pub async fn of(db: &impl GenericClient, namespace: &str) -> Result<Option<Policy>> {
    Ok(list(db, Some(namespace)).await?.pop().map(|(_, policy, _)| policy))
}

/// Whether the database has been migrated so far that it keeps policies.
///
/// # Errors
/// Where the query fails.
pub async fn is_there(db: &impl GenericClient) -> Result<bool> {
    let row = db
        .query_one("SELECT to_regclass('eventodb_store.policies') IS NOT NULL", &[])
        .await
        .map_err(|e| explain("looking for policies", e))?;
    Ok(row.get(0))
}

/// How many namespaces there are of which this role sees no policy, whether they have one or not.
///
/// # Errors
/// Where the query fails.
pub async fn hidden(db: &impl GenericClient) -> Result<i64> {
    let row = db
        .query_one(
            "SELECT count(*) FROM eventodb_store.namespaces n
              WHERE NOT eventodb_store.may(current_user::name, 'read', n.id)
                AND EXISTS (SELECT FROM pg_namespace s WHERE s.nspname = n.schema_name)",
            &[],
        )
        .await
        .map_err(|e| explain("looking for namespaces without rights", e))?;
    Ok(row.get(0))
}

/// Sets a namespace's policy, all of it.
///
/// # Errors
/// Where the statement fails.
pub async fn set(db: &impl GenericClient, namespace: &str, policy: &Policy) -> Result<()> {
    let seconds = |age: Option<Duration>| age.map(|age| age.as_secs_f64());
    db.execute(
        "INSERT INTO eventodb_store.policies AS p (namespace, compress_after, archive_after, drop_rehydrated_after,
                expire_archives_after, store_url)
         SELECT $1, make_interval(secs => $2), make_interval(secs => $3), make_interval(secs => $4),
                make_interval(secs => $5), $6
         ON CONFLICT (namespace) DO UPDATE
            SET compress_after = excluded.compress_after, archive_after = excluded.archive_after,
                drop_rehydrated_after = excluded.drop_rehydrated_after,
                expire_archives_after = excluded.expire_archives_after, store_url = excluded.store_url, updated_at = now()",
        &[
            &namespace,
            &seconds(policy.compress_after),
            &seconds(policy.archive_after),
            &seconds(policy.drop_rehydrated_after),
            &seconds(policy.expire_archives_after),
            &policy.store_url,
        ],
    )
    .await
    .map_err(|e| explain(format!("setting the policy of namespace {namespace}"), e))?;
    let aggregates = policy.continuous_aggregates.unwrap_or_default();
    db.execute(
        "UPDATE eventodb_store.policies SET continuous_aggregates = $2, copies = $3, drop_after_copies = $4
          WHERE namespace = $1 AND (continuous_aggregates, copies, drop_after_copies) IS DISTINCT FROM ($2, $3, $4)",
        &[&namespace, &aggregates.as_str(), &policy.copies, &policy.drop_after_copies],
    )
    .await
    .map_err(|e| explain(format!("setting the policy of namespace {namespace}"), e))?;
    let before = list(db, Some(namespace)).await?.pop().map(|(_, before, _)| before).unwrap_or_default();
    if !before.safeguards.is_same(&policy.safeguards) {
        policy.safeguards.set(db, namespace).await?;
    }
    if !before.space.is_same(&policy.space) {
        policy.space.set(db, namespace).await?;
    }
    let kept = list(db, Some(namespace)).await?.pop().map(|(_, kept, _)| kept);
    if kept.as_ref().is_some_and(|kept| same(kept, policy)) {
        return Ok(());
    }
    Err(not_kept(format!("setting the policy of namespace {namespace}")))
}

/// Whether two policies ask for the same.
fn same(one: &Policy, other: &Policy) -> bool {
    near(one.compress_after, other.compress_after)
        && near(one.archive_after, other.archive_after)
        && near(one.drop_rehydrated_after, other.drop_rehydrated_after)
        && near(one.expire_archives_after, other.expire_archives_after)
        && one.store_url == other.store_url
        && one.copies == other.copies
        && one.drop_after_copies == other.drop_after_copies
        && one.continuous_aggregates.unwrap_or_default() == other.continuous_aggregates.unwrap_or_default()
        && one.safeguards.is_same(&other.safeguards)
        && one.space.is_same(&other.space)
}

fn not_kept(doing: String) -> Error {
    Error::failed(doing)
        .because("what the database has now is not what was set; nothing was changed")
        .hint("a trigger or a rule on eventodb_store.policies keeps it")
}

/// Removes a namespace's policy; false where it had none.
///
/// # Errors
/// Where the statement fails.
pub async fn clear(db: &impl GenericClient, namespace: &str) -> Result<bool> {
    let n = db
        .execute("DELETE FROM eventodb_store.policies WHERE namespace = $1", &[&namespace])
        .await
        .map_err(|e| explain(format!("clearing the policy of namespace {namespace}"), e))?;
    if list(db, Some(namespace)).await?.is_empty() {
        return Ok(n > 0);
    }
    Err(not_kept(format!("clearing the policy of namespace {namespace}")))
}

/// Notes how a run went: `error` tells why it did not do all it had to.
///
/// # Errors
/// Where the statement fails.
pub async fn note_run(db: &impl GenericClient, namespace: &str, error: Option<&str>) -> Result<()> {
    db.execute(
        "UPDATE eventodb_store.policies
            SET last_run_at = now(), last_error = left($2, 20000),
                last_success_at = CASE WHEN $2::text IS NULL THEN now() ELSE last_success_at END
          WHERE namespace = $1",
        &[&namespace, &error],
    )
    .await
    .map_err(|e| explain(format!("noting the run on namespace {namespace}"), e))?;
    Ok(())
}

/// A policy that the server carries out by itself.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ServerPolicy {
    /// The age of chunks, as the server words it.
    pub after: String,
    /// The same in seconds, by the server's own mean lengths of months and years. For people.
    pub age: Duration,
    /// The shortest that it can be on any day in any zone: the server subtracts it from a calendar's date, and months, years
    /// and days are not all of one length. `None` where that cannot be told.
    pub at_least: Option<Duration>,
    /// Counted from when a chunk was made, not from the end of its range.
    pub is_since_creation: bool,
}

/// What an interval of the calendar is made of, as the server has taken it apart.
#[derive(Debug, Clone, Copy, PartialEq)]
struct IntervalParts {
    years: f64,
    months: f64,
    days: f64,
    seconds: f64,
}

impl IntervalParts {
    /// The shortest that it can be. Every 12 months in a row have 365 days or more, fewer of them 28 days or more each; a day
    /// on which summer time begins is shorter. `None` where it is infinite or has parts of opposite signs.
    fn at_least(self) -> Option<Duration> {
        let Self { years, months, days, seconds } = self;
        let parts = [years, months, days, seconds];
        if parts.iter().any(|part| !part.is_finite() || *part < 0.0) {
            return None;
        }
        let days = years.mul_add(365.0, months.mul_add(28.0, days));
        // Between two instants, however many days apart, clocks are put forward by two hours at most (an hour nearly anywhere).
        let summer = if days > 0.0 { 7200.0 } else { 0.0 };
        Duration::try_from_secs_f64((days.mul_add(86_400.0, seconds) - summer).max(0.0)).ok()
    }
}

/// Which of the server's policies.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum ServerJob {
    /// Compresses chunks.
    Compression,
    /// Drops chunks, archived or not.
    Retention,
}

impl ServerJob {
    const fn proc(self) -> &'static str {
        match self {
            Self::Compression => "policy_compression",
            Self::Retention => "policy_retention",
        }
    }

    const fn key(self) -> &'static str {
        match self {
            Self::Compression => "compress_after",
            Self::Retention => "drop_after",
        }
    }

    /// The key for an age that is counted from when a chunk was made.
    const fn key_since_creation(self) -> &'static str {
        match self {
            Self::Compression => "compress_created_before",
            Self::Retention => "drop_created_before",
        }
    }

    const fn name(self) -> &'static str {
        match self {
            Self::Compression => "compression",
            Self::Retention => "retention",
        }
    }
}

/// The server's policy of a kind on a namespace, if it has one; the one with the shortest age, should it have several.
///
/// # Errors
/// Where the query fails.
pub async fn server_policy(db: &impl GenericClient, schema: &str, job: ServerJob) -> Result<Option<ServerPolicy>> {
    let rows = db
        .query(
            "SELECT coalesce(config->>$3, config->>$4) AS after, config->>$3 IS NULL AS is_since_creation
               FROM timescaledb_information.jobs
              WHERE proc_name = $2 AND hypertable_schema = $1 AND hypertable_name = 'messages' ORDER BY job_id",
            &[&schema, &job.proc(), &job.key(), &job.key_since_creation()],
        )
        .await
        .map_err(|e| explain(format!("looking for a {} policy", job.name()), e))?;
    let mut found: Vec<ServerPolicy> = Vec::new();
    for r in rows {
        let after: String =
            r.get::<_, Option<String>>("after").unwrap_or_else(|| "an age that it does not tell".into());
        let (age, at_least) = lengths(db, &after).await?;
        found.push(ServerPolicy { after, age, at_least, is_since_creation: r.get("is_since_creation") });
    }
    // What cannot be told comes first: it may be the shortest.
    Ok(found.into_iter().min_by_key(|p| (p.at_least, !p.is_since_creation)))
}

/// How long an age is by the server's reckoning, and at least on any day. What is no interval (a position in integer time, a
/// text that it does not read) has no length.
async fn lengths(db: &impl GenericClient, age: &str) -> Result<(Duration, Option<Duration>)> {
    // In integer time; the server would read it as seconds.
    if age.trim_start_matches(['+', '-']).bytes().all(|b| b.is_ascii_digit()) {
        return Ok((Duration::ZERO, None));
    }
    let parts = db
        .query_one(
            "SELECT extract(epoch FROM i)::float8, extract(year FROM i)::float8, extract(month FROM i)::float8,
                    extract(day FROM i)::float8,
                    (extract(hour FROM i) * 3600 + extract(minute FROM i) * 60 + extract(second FROM i))::float8
               FROM (SELECT $1::text::interval AS i) t",
            &[&age],
        )
        .await;
    let row = match parts {
        Ok(row) => row,
        // No interval, by its form or its size.
        Err(e) if e.code().is_some_and(|code| code.code().starts_with("22")) => {
            return Ok((Duration::ZERO, None));
        }
        Err(e) => return Err(explain("reading the age of a policy", e)),
    };
    let number = |at: usize| row.get::<_, Option<f64>>(at);
    let parts = || Some(IntervalParts { years: number(1)?, months: number(2)?, days: number(3)?, seconds: number(4)? });
    let length = number(0).and_then(|s| Duration::try_from_secs_f64(s).ok()).unwrap_or_default();
    Ok((length, parts().and_then(IntervalParts::at_least)))
}

/// The namespaces on which the server has a retention policy.
///
/// # Errors
/// Where the query fails.
pub async fn retained(db: &impl GenericClient) -> Result<HashSet<String>> {
    let rows = db
        .query(
            "SELECT n.id FROM timescaledb_information.jobs j
               JOIN eventodb_store.namespaces n ON n.schema_name = j.hypertable_schema
              WHERE j.proc_name = $1 AND j.hypertable_name = 'messages'",
            &[&ServerJob::Retention.proc()],
        )
        .await
        .map_err(|e| explain("looking for retention policies", e))?;
    Ok(rows.iter().map(|r| r.get(0)).collect())
}

/// The namespaces that have archives which may be released or deleted.
///
/// # Errors
/// Where the query fails.
pub async fn with_archives(db: &impl GenericClient) -> Result<HashSet<String>> {
    let rows = db
        .query("SELECT DISTINCT namespace FROM eventodb_store.archives WHERE state IN ('dropped', 'rehydrated')", &[])
        .await
        .map_err(|e| explain("looking for archives", e))?;
    Ok(rows.iter().map(|r| r.get(0)).collect())
}

/// Whole days stay days: the server shows an interval as it was given.
fn interval(age: Duration) -> String {
    let seconds = age.as_secs();
    if seconds.is_multiple_of(86_400) { format!("{} days", seconds / 86_400) } else { format!("{seconds} seconds") }
}

/// Gives the server a policy in place of the one that it has, or takes that away.
///
/// # Errors
/// 0A000 on the Apache-2 edition, which has no policies.
pub async fn set_server_policy(
    db: &impl GenericClient,
    scope: &Scope,
    job: ServerJob,
    after: Option<Duration>,
) -> Result<()> {
    let doing = || format!("changing the {} policy", job.name());
    let kind = job.name();
    let remove = scope.render(&format!(
        "SELECT {{{{extension}}}}.remove_{kind}_policy('{{{{schema_text}}}}.messages'::regclass, if_exists => true)"
    ))?;
    db.execute(&remove, &[]).await.map_err(|e| explain(doing(), e))?;
    if let Some(after) = after {
        let add = scope.render(&format!(
            "SELECT {{{{extension}}}}.add_{kind}_policy('{{{{schema_text}}}}.messages'::regclass, $1::text::interval)"
        ))?;
        db.execute(&add, &[&interval(after)]).await.map_err(|e| explain(doing(), e))?;
    }
    let now = server_policy(db, scope.schema(), job).await?;
    if now.as_ref().map(|p| p.age.as_secs()) == after.map(|age| age.as_secs()) {
        return Ok(());
    }
    Err(Error::failed(doing())
        .because(match now {
            Some(now) => format!("the server has one of {} still; nothing was changed", now.after),
            None => "the server has none; nothing was changed".to_owned(),
        })
        .hint("SELECT * FROM timescaledb_information.jobs shows what the server does by itself"))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_age_of_the_calendar_is_taken_at_its_shortest() {
        let parts = |years, months, days, seconds| IntervalParts { years, months, days, seconds }.at_least();
        let hours = |hours| Some(Duration::from_hours(hours));
        assert_eq!(parts(1.0, 0.0, 0.0, 0.0), hours(365 * 24 - 2));
        assert_eq!(parts(0.0, 1.0, 0.0, 0.0), hours(28 * 24 - 2));
        assert_eq!(parts(0.0, 0.0, 1.0, 0.0), hours(22));
        assert_eq!(parts(0.0, 0.0, 0.0, 7200.0), hours(2));
        assert_eq!(parts(0.0, 0.0, 0.0, 0.0), hours(0));
        assert_eq!(parts(0.0, 1.0, -3.0, 0.0), None);
        assert_eq!(parts(f64::INFINITY, 0.0, 0.0, 0.0), None);
    }
}
