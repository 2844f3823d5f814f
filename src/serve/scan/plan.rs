//! Which archives a statement asks, by the ledger as it is now.

use std::sync::Arc;

use chrono::{DateTime, Utc};

use super::Asked;
use crate::archive::ArchiveRow;
use crate::archive::reach::Reach;
use crate::db::queries::serve as queries;
use crate::db::{Db, Scope};
use crate::messages::missing;
use crate::serve::fault::{Answer, Fault};
use crate::serve::sql::{Bounds, Select};

/// Seconds from 1970 to 2000.
const EPOCH: i64 = 946_684_800;

/// A statement, and the archives that it asks.
#[derive(Debug, Clone)]
pub struct Plan {
    pub(super) asked: Arc<Asked>,
    pub(super) archives: Vec<ArchiveRow>,
}

/// A session of the database that asks by its foreign table.
#[derive(Debug, Clone)]
pub struct Asking {
    /// Its process.
    pub pid: i32,
    /// What the server calls it, `%c`.
    pub session: Option<String>,
}

/// The database that has the ledger.
#[derive(Debug)]
pub struct Ledger<'a> {
    /// A session.
    pub db: &'a Db,
    /// Where archives are read.
    pub reach: &'a Reach,
    /// The session that asks, where that is known.
    pub asking: Option<Asking>,
}

impl Ledger<'_> {
    /// Which archives hold what a SELECT asks for. The ledger is read first; only then the database is asked whether the
    /// session that asks can see all that has come back by then.
    ///
    /// # Errors
    /// 42P01 where there is no such namespace; 40001 where something came back that the asking session cannot see.
    pub async fn plan(&self, select: Select) -> Answer<Plan> {
        let bounds = Bounds::of(select.condition.as_ref());
        let asked = |select, bounds| Arc::new(Asked { reach: self.reach.clone(), select, bounds });
        let Some(table) = &select.table else {
            return Ok(Plan { asked: asked(select, bounds), archives: Vec::new() });
        };
        let scope = self.scope(&table.schema).await?;
        let categories = bounds.all_categories();
        let names: Vec<&str> = categories.iter().flatten().map(String::as_str).collect();
        let from = bounds.global_positions.from;
        let listed = if from == i64::MIN {
            missing::dropped(self.db.client(), &scope, &names).await
        } else {
            missing::dropped_from(self.db.client(), &scope, &names, from).await
        };
        let mut archives = listed.map_err(|e| Fault::of_database(&e))?;
        if let Some(asking) = &self.asking {
            self.same_moment(&scope, asking).await?;
        }
        archives.retain(|a| !bounds.is_empty && may_hold(a, &bounds, categories.is_some(), &names));
        Ok(Plan { asked: asked(select, bounds), archives })
    }

    async fn scope(&self, schema: &str) -> Answer<Scope> {
        let found = queries::namespace_of(self.db.client(), schema).await.map_err(|e| Fault::of_database(&e))?;
        let timescale = self.db.server.require_timescale().map_err(|e| Fault::of_database(&e))?;
        let (namespace, may_read) = found.ok_or_else(|| {
            Fault::new("42P01", format!("relation \"{schema}.messages\" does not exist"))
                .hint("eventodb-admin namespaces list shows the namespaces and their schemas")
        })?;
        if !may_read {
            return Err(Fault::new("42501", format!("permission denied for the archives of namespace {namespace}"))
                .hint("eventodb-admin namespaces grants prints what gives the server's role the right to read it"));
        }
        Ok(Scope::new(namespace, schema, timescale.extension_schema.clone()))
    }

    async fn same_moment(&self, scope: &Scope, asking: &Asking) -> Answer<()> {
        if queries::is_same_moment(self.db.client(), scope, asking.pid, asking.session.as_deref())
            .await
            .map_err(|e| Fault::of_database(&e))?
        {
            return Ok(());
        }
        Err(Fault::new("40001", "could not serialize access: archived messages came back meanwhile")
            .hint("run the statement, or the transaction, again"))
    }
}

impl Plan {
    /// Messages in the archives that are asked.
    pub fn messages(&self) -> u64 {
        self.archives.iter().filter_map(|a| a.message_count).filter_map(|n| u64::try_from(n).ok()).sum()
    }

    /// Their bytes.
    pub fn bytes(&self) -> u64 {
        self.archives.iter().filter_map(|a| a.csv_bytes).filter_map(|n| u64::try_from(n).ok()).sum()
    }

    /// The SELECT.
    pub fn select(&self) -> &Select {
        &self.asked.select
    }

    /// Whether rows are put in another order than they lie in.
    pub fn is_sorted(&self) -> bool {
        let order = &self.asked.select.order;
        !order.is_empty() && !super::is_by_global_position(&self.asked.select)
    }

    /// About how many rows will come, for a planner.
    pub fn estimate(&self) -> u64 {
        let bounds = &self.asked.bounds;
        let all = self.messages();
        let share = if bounds.streams.is_some() {
            1000
        } else if bounds.categories.is_some() {
            10
        } else {
            1
        };
        let rows = if self.asked.select.condition.is_none() { all } else { all / share };
        rows.max(1).min(self.asked.select.limit.unwrap_or(u64::MAX))
    }
}

fn may_hold(a: &ArchiveRow, bounds: &Bounds, has_categories: bool, names: &[&str]) -> bool {
    let micros = |t: DateTime<Utc>| t.timestamp_micros() - EPOCH * 1_000_000;
    bounds
        .global_positions
        .meets(a.first_global_position.unwrap_or(i64::MIN), a.last_global_position.unwrap_or(i64::MAX))
        && bounds.times.meets(a.first_time.map_or(i64::MIN, micros), a.last_time.map_or(i64::MAX, micros))
        && (!has_categories || names.iter().any(|name| missing::holds(a, name)))
}
