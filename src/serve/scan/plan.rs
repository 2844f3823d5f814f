//! Which archives a statement asks, by the ledger as it is now.

use std::collections::BTreeSet;
use std::sync::Arc;

use chrono::{DateTime, Utc};

use super::asked::ScanRequest;
use crate::archive::ArchiveRow;
use crate::archive::archive_filter;
use crate::archive::in_place::ArchiveReader;
use crate::db::queries::serve::{self as queries, SessionVisibility};
use crate::db::{Db, Scope};
use crate::serve::auth::Admitted;
use crate::serve::fault::{Answer, Fault};
use crate::serve::sql::{RowBounds, Select};

use super::large::{StatementTurn, Turns};
use super::lately::Lately;
use super::returns::Returns;

/// Seconds from 1970 to 2000.
const EPOCH: i64 = 946_684_800;

/// A statement, and the archives that it asks.
#[derive(Debug, Clone)]
pub struct ScanPlan {
    pub(super) asked: Arc<ScanRequest>,
    pub(super) archives: Vec<ArchiveRow>,
}

/// A session of the database that asks by its foreign table.
#[derive(Debug, Clone)]
pub struct AskingSession {
    /// Its process.
    pub pid: i32,
    /// What the server calls it, `%c`.
    pub session: Option<String>,
}

/// The database that has the ledger.
#[derive(Debug)]
pub struct LedgerAccess<'a> {
    /// A session.
    pub db: &'a Db,
    /// Where archives are read.
    pub reader: &'a ArchiveReader,
    /// The session that asks, where that is known.
    pub asking: Option<AskingSession>,
    /// What it may ask for.
    pub admitted: &'a Admitted,
    /// Since when returns are over of which nothing is noted.
    pub returns: &'a Returns,
    /// Whose turn it is to read a large message.
    pub turns: &'a Arc<Turns>,
}

impl LedgerAccess<'_> {
    /// Which archives hold what a SELECT asks for. The ledger is read first; only then the database is asked whether the
    /// session that asks can see all that has come back by then.
    ///
    /// # Errors
    /// 42P01 where there is no such namespace; 40001 where something came back that the asking session cannot see; 55000 where
    /// that session is not one of the database or the ledger is of an earlier version, and 42501 where its role may not see sessions, or the login is another
    /// namespace's.
    pub async fn plan(&self, select: Select) -> Answer<ScanPlan> {
        let bounds = RowBounds::of(select.condition.as_ref());
        let Some(table) = &select.table else { return Ok(self.planned(select, bounds, Vec::new())) };
        let scope = self.find(&table.schema).await?;
        let categories = bounds.all_categories();
        let archives = self.listed(&scope, categories.as_ref(), bounds.global_positions.from).await?;
        if let Some(asking) = &self.asking {
            self.same_moment(scope.namespace(), asking).await?;
        }
        Ok(self.planned(select, bounds, archives))
    }

    /// Does the same for an estimate: the ledger may be as it was a few seconds ago, and nobody is asked what can be seen.
    ///
    /// # Errors
    /// 42P01 where there is no such namespace.
    pub async fn estimate(&self, select: Select, lately: &Lately) -> Answer<ScanPlan> {
        let bounds = RowBounds::of(select.condition.as_ref());
        let Some(table) = &select.table else { return Ok(self.planned(select, bounds, Vec::new())) };
        let categories = bounds.all_categories();
        let key = (self.admitted.clone(), table.schema.clone(), categories.clone());
        let archives = if let Some(archives) = lately.get(&key) {
            archives.to_vec()
        } else {
            let scope = self.find(&table.schema).await?;
            let archives = self.listed(&scope, categories.as_ref(), i64::MIN).await?;
            lately.put(key, &archives);
            archives
        };
        Ok(self.planned(select, bounds, archives))
    }

    fn planned(&self, select: Select, bounds: RowBounds, mut archives: Vec<ArchiveRow>) -> ScanPlan {
        let categories = bounds.all_categories();
        archives.retain(|a| !bounds.is_empty && may_hold(a, &bounds, categories.as_ref()));
        let turn = StatementTurn::new(self.turns);
        ScanPlan { asked: Arc::new(ScanRequest { reader: self.reader.clone(), select, bounds, turn }), archives }
    }

    async fn listed(&self, scope: &Scope, categories: Option<&BTreeSet<String>>, from: i64) -> Answer<Vec<ArchiveRow>> {
        let names: Vec<&str> = categories.into_iter().flatten().map(String::as_str).collect();
        archive_filter::dropped_again(self.db, scope, &names, from).await.map_err(|e| Fault::of_database(&e))
    }

    async fn find(&self, schema: &str) -> Answer<Scope> {
        let found = queries::namespace_of(self.db, schema).await.map_err(|e| Fault::of_database(&e))?;
        let timescale = self.db.server.require_timescale().map_err(|e| Fault::of_database(&e))?;
        let found = found.ok_or_else(|| {
            Fault::new("42P01", format!("relation \"{schema}.messages\" does not exist"))
                .hint("eventodb-admin namespaces list shows the namespaces and their schemas")
        })?;
        self.admitted.check(schema, &found)?;
        let namespace = &found.namespace;
        if !found.may_read {
            return Err(Fault::new("42501", format!("permission denied for the archives of namespace {namespace}"))
                .hint("eventodb-admin namespaces grants prints what gives the server's role the right to read it"));
        }
        if self.asking.is_some() && !found.tells_returns {
            return Err(Fault::new("55000", "the ledger is of an earlier version, which does not tell what came back")
                .hint("eventodb-admin namespaces upgrade --all brings it up to date"));
        }
        Ok(Scope::new(namespace, schema, timescale.extension_schema.clone()))
    }

    async fn same_moment(&self, namespace: &str, asking: &AskingSession) -> Answer<()> {
        let (db, pid, session) = (self.db.client(), asking.pid, asking.session.as_deref());
        let moment = queries::moment(self.db, namespace, pid, session).await.map_err(|e| Fault::of_database(&e))?;
        if moment.is_some_and(|moment| moment.is_past(self.returns.over_since(namespace, &moment))) {
            return Ok(());
        }
        // A program that runs a statement again on 40001 would do so for ever where time does not help.
        Err(match queries::known(db, pid, session).await.map_err(|e| Fault::of_database(&e))? {
            SessionVisibility::Seen => Fault::new("40001", "could not serialize access: archived messages came back meanwhile")
                .hint("run the statement, or the transaction, again"),
            SessionVisibility::Hidden => Fault::new(
                "42501",
                "permission denied to look at the asking session: this server's role lacks pg_read_all_stats",
            )
            .hint(format!(
                "eventodb-admin namespaces grants {namespace} --role … --as server prints what that role needs"
            )),
            SessionVisibility::No => Fault::new("55000", "the asking session is not in the database that this server reads").hint(
                format!(
                    "a copy of a database, or a standby, needs an eventodb-admin serve of its own that is connected to it; \
                     eventodb-admin namespaces set {namespace} --archived-reads serve --serve-url … tells a copy where that is"
                ),
            ),
        })
    }
}

impl ScanPlan {
    /// Messages in the archives that are asked.
    pub fn messages(&self) -> u64 {
        self.archives.iter().filter_map(|a| a.message_count).filter_map(|n| u64::try_from(n).ok()).sum()
    }

    /// Their bytes.
    pub fn bytes(&self) -> u64 {
        self.archives.iter().filter_map(|a| a.csv_bytes).filter_map(|n| u64::try_from(n).ok()).sum()
    }

    /// What a failure to read an archive means: where one of them was erased, expired or made anew since this was planned,
    /// its objects are gone rightly.
    pub async fn explain(&self, db: &Db, fault: Fault) -> Fault {
        match queries::still_kept(db.client(), &self.archives).await {
            Ok(kept) if kept < self.archives.len() => {
                Fault::new("40001", "could not serialize access: archived messages were removed meanwhile")
                    .hint("run the statement, or the transaction, again")
            }
            _ => fault,
        }
    }

    /// Its turns at memory.
    pub(in crate::serve) fn turn(&self) -> &StatementTurn {
        &self.asked.turn
    }

    /// The SELECT.
    pub fn select(&self) -> &Select {
        &self.asked.select
    }

    /// Bytes that the SELECT takes, about.
    pub fn select_bytes(&self) -> usize {
        self.asked.select.bytes(&self.asked.bounds)
    }

    /// Whether rows are put in another order than they lie in.
    pub fn is_sorted(&self) -> bool {
        let order = &self.asked.select.order;
        !order.is_empty() && !super::is_by_global_position(&self.asked.select)
    }

    /// About how many rows will come, for a planner.
    pub fn estimate(&self) -> u64 {
        let bounds = &self.asked.bounds;
        let categories = bounds.all_categories();
        let mut rows = self.archives.iter().map(|a| may_match(a, bounds, categories.as_ref())).sum::<u64>();
        // A condition that says nothing of where rows lie takes some of them.
        if self.asked.select.condition.is_some() && *bounds == RowBounds::default() {
            rows /= 3;
        }
        rows.max(1).min(self.asked.select.limit.unwrap_or(u64::MAX))
    }
}

/// About how many of an archive's messages are within the bounds: by its categories, evenly over its global positions, and a
/// thousandth of them in a stream.
fn may_match(a: &ArchiveRow, bounds: &RowBounds, categories: Option<&BTreeSet<String>>) -> u64 {
    let all = a.message_count.and_then(|n| u64::try_from(n).ok()).unwrap_or(0);
    let counted = a.category_counts.as_ref();
    let of = |name: &String| counted.map_or(all / 10, |c| c.get(name).and_then(serde_json::Value::as_u64).unwrap_or(0));
    let mut rows = categories.map_or(all, |names| names.iter().map(of).sum());
    if let Some(streams) = &bounds.streams {
        rows = (rows / 1000).max(1) * streams.len() as u64;
    }
    if let (Some(first), Some(last)) = (a.first_global_position, a.last_global_position) {
        let (from, to) = (bounds.global_positions.from.max(first), bounds.global_positions.to.min(last));
        let width = |from: i64, to: i64| u128::from(to.abs_diff(from)) + 1;
        if from <= to {
            let share = u128::from(rows) * width(from, to) / width(first, last);
            rows = u64::try_from(share).unwrap_or(rows);
        }
    }
    rows
}

fn may_hold(a: &ArchiveRow, bounds: &RowBounds, categories: Option<&BTreeSet<String>>) -> bool {
    let micros = |t: DateTime<Utc>| t.timestamp_micros() - EPOCH * 1_000_000;
    bounds
        .global_positions
        .meets(a.first_global_position.unwrap_or(i64::MIN), a.last_global_position.unwrap_or(i64::MAX))
        && bounds.times.meets(a.first_time.map_or(i64::MIN, micros), a.last_time.map_or(i64::MAX, micros))
        && categories.is_none_or(|names| names.iter().any(|name| archive_filter::holds(a, name)))
}
