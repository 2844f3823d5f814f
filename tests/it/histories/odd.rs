//! Odd worlds: settings that hide rows, rows that bypass heads, copies of the database.

use std::collections::BTreeMap;
use std::fmt::Write as _;

use crate::histories::actions::{Late, Of, What};
use crate::histories::model::{Batch, Sent};
use crate::histories::program::{End, Running};
use crate::histories::rows::statement;
use crate::histories::server::Sql;
use crate::histories::tally::Tally;
use crate::histories::world::World;

/// The database that histories run in.
const DATABASE: &str = "postgres";
/// Its copy.
const COPY: &str = "history_copy";

impl Of {
    fn alter(self) -> String {
        match self {
            Self::Role => "ALTER ROLE postgres".to_owned(),
            Self::Database => format!("ALTER DATABASE {DATABASE}"),
            Self::RoleInDatabase => format!("ALTER ROLE postgres IN DATABASE {DATABASE}"),
        }
    }
}

/// The URL of another database of the same server.
fn in_database(url: &str, name: &str) -> String {
    let (server, database) = url.rsplit_once('/').unwrap();
    let options = database.split_once('?').map_or_else(String::new, |(_, options)| format!("?{options}"));
    format!("{server}/{name}{options}")
}

impl World<'_> {
    /// New sessions of the role or the database have the setting.
    pub fn set(&self, setting: &str, of: Of) {
        self.sql.rows(&format!("{} SET {setting}", of.alter()));
    }

    pub fn reset(&self, setting: &str, of: Of) {
        let name = setting.split(' ').next().unwrap_or_default();
        self.sql.rows(&format!("{} RESET {name}", of.alter()));
    }

    /// Rows come in while no trigger fires, as from a restored dump or a replication; then all is counted anew.
    pub fn bypass(&mut self, late: Late, tally: &mut Tally) -> Result<Vec<Batch>, String> {
        if self.frozen > 0 {
            return Ok(Vec::new());
        }
        tally.count("rows that bypass heads");
        let drafts = self.late_drafts(late, None);
        let rows: Vec<_> = drafts.iter().map(|d| statement(&self.schema(), d)).collect();
        let sql = Sql::new(&self.server.url);
        let inserted =
            sql.once(&format!("BEGIN; SET LOCAL session_replication_role = replica; {}; COMMIT", rows.join("; ")));
        inserted.map_err(|e| format!("inserting rows beside the heads: {e:?}"))?;
        let name = self.namespace.clone();
        self.cli(&["namespaces", "recount", &name], &[0])?;
        Ok(vec![Batch { drafts, sent: Sent::Done }])
    }

    /// A copy of the database does something to archives: the original's store stays as it is, byte for byte.
    pub fn in_a_copy(&mut self, what: &What, tally: &mut Tally) -> Result<(), String> {
        // Before anything was archived the store is nobody's, and whoever comes first gets it.
        let any = self.ledger.iter().any(|r| ["verified", "dropped", "rehydrated"].contains(&r.state.as_str()));
        let Some(prepared) = self.prepare(what).filter(|_| any && !self.place.is_away()) else { return Ok(()) };
        tally.count("a copy of the database");
        let beside = Sql::new(&in_database(&self.server.url, "template1"));
        beside.rows(&format!("DROP DATABASE IF EXISTS {COPY} WITH (FORCE)"));
        // Nobody may be in a database that is copied.
        beside.rows(&format!("ALTER DATABASE {DATABASE} ALLOW_CONNECTIONS false"));
        let others =
            format!("SELECT count(pg_terminate_backend(pid)) FROM pg_stat_activity WHERE datname = '{DATABASE}'");
        while beside.number(&others) > 0 {
            std::thread::sleep(std::time::Duration::from_millis(10));
        }
        let copied = beside.once(&format!("CREATE DATABASE {COPY} TEMPLATE {DATABASE}"));
        beside.rows(&format!("ALTER DATABASE {DATABASE} ALLOW_CONNECTIONS true"));
        copied.map_err(|e| format!("copying the database: {e:?}"))?;
        let before = self.stored();
        let mut env = self.env.clone();
        for (name, value) in &mut env {
            if name == "EVENTODB_DB_URL" {
                *value = in_database(value, COPY);
            }
        }
        let out = Running::start(&env, &prepared.args, &prepared.stdin).wait()?;
        let _ = writeln!(self.log, "     in a copy: {} → {:?}", prepared.args.join(" "), out.end);
        let after = self.stored();
        beside.rows(&format!("DROP DATABASE {COPY} WITH (FORCE)"));
        // What it may end with in the original (a chunk that a killed run has frozen is frozen in the copy, too), or refused.
        let is_right = match out.end {
            End::Code(code) => prepared.exits.contains(&code) || matches!(code, 0 | 1 | 3 | 4 | 5 | 8),
            _ => false,
        };
        if !is_right {
            return Err(format!("a copy ended with {:?}: {}", out.end, out.stderr.trim()));
        }
        if before != after {
            let odd: Vec<_> = before.iter().filter(|(k, v)| after.get(*k) != Some(v)).map(|(k, _)| k).collect();
            return Err(format!("a copy has changed the store: {odd:?} of {} objects", before.len()));
        }
        Ok(())
    }

    /// All objects with their bytes; on S3 their names alone.
    fn stored(&self) -> BTreeMap<String, Vec<u8>> {
        let entries = self.place.entries(&self.sql);
        entries.into_iter().map(|entry| (entry.clone(), self.place.bytes(&entry))).collect()
    }
}
