//! What must hold after every step, and at the end of a history.

use std::collections::{BTreeMap, HashSet};

use serde::Deserialize;
use serde_json::value::RawValue;
use uuid::Uuid;

use crate::histories::archives;
use crate::histories::model::{Batch, Event, Head};
use crate::histories::program::{End, Out};
use crate::histories::server::quoted;
use crate::histories::tally::Tally;
use crate::histories::world::World;

/// A line of an export.
#[derive(Deserialize)]
struct Line {
    id: Uuid,
    stream: String,
    r#type: String,
    pos: i64,
    gpos: i64,
    data: Option<Box<RawValue>>,
    meta: Option<Box<RawValue>>,
    time: chrono::DateTime<chrono::Utc>,
}

#[derive(Deserialize)]
struct Stream {
    stream: String,
    version: i64,
    global_position: i64,
    messages: i64,
    first_time: chrono::DateTime<chrono::Utc>,
    last_time: chrono::DateTime<chrono::Utc>,
}

fn parse(line: &str) -> Result<Event, String> {
    let l: Line = serde_json::from_str(line).map_err(|e| format!("{line}: {e}"))?;
    let event = Event {
        id: l.id,
        stream: l.stream,
        kind: l.r#type,
        position: l.pos,
        global_position: l.gpos,
        data: l.data.map(|d| d.get().to_owned()),
        metadata: l.meta.map(|d| d.get().to_owned()),
        time: l.time.timestamp_micros(),
    };
    if event.line() == line { Ok(event) } else { Err(format!("not in canonical form: {line}")) }
}

impl World<'_> {
    /// What `messages export` has given of the hypertable.
    fn live(&self, exported: &str) -> Result<Vec<Event>, String> {
        let mut events = exported.lines().map(parse).collect::<Result<Vec<_>, _>>()?;
        // A line shows a JSON null and no JSON alike.
        let nulls = self
            .sql
            .rows(&format!("SELECT global_position FROM \"{}\".messages WHERE data = 'null'::jsonb", self.schema()));
        for null in nulls.iter().filter_map(|r| r[0].as_ref()?.parse::<i64>().ok()) {
            if let Some(event) = events.iter_mut().find(|e| e.global_position == null) {
                event.data = Some("null".into());
            }
        }
        Ok(events)
    }

    /// Everything that must hold whatever has just happened.
    pub fn check(&mut self, batches: &[Batch], clock: (i64, i64), tally: &mut Tally) -> Result<(), String> {
        let before = std::mem::take(&mut self.ledger);
        self.read_ledger();
        tally.states(&before, &self.ledger);
        // A stream that was there before; another one each time.
        let heads = self.model.heads();
        let asked = heads.keys().nth(self.model.events.len() % heads.len().max(1)).cloned();
        let asked = asked.unwrap_or_else(|| "none".into());
        let outs = self.all_of(&[
            (&["messages", "export", "--archived", "skip"], &[0]),
            (&["messages", "export"], &[0]),
            (&["streams", "list", "-o", "json"], &[0]),
            (&["streams", "version", &asked, "-o", "json"], &[0, 3]),
            (&["coverage", "-o", "json"], &[0, 5]),
        ])?;
        let [live, whole, streams, version, coverage] = &outs[..] else { unreachable!() };
        let mut stored = self.live(&live.stdout)?;
        let ledger = self.ledger.clone();
        let mut copies = Vec::new();
        for row in &ledger {
            match row.state.as_str() {
                "dropped" => stored.extend(archives::events(&self.sql, &self.place, row)?),
                "verified" | "rehydrated" => {
                    copies.extend(archives::events(&self.sql, &self.place, row)?.into_iter().map(|e| (row.id, e)));
                }
                _ => {}
            }
        }
        self.model.settle(batches, &stored, clock)?;
        self.model.compare(&stored)?;
        for (id, copy) in &copies {
            if self.model.events.get(&copy.global_position) != Some(copy) {
                return Err(format!("archive {id} holds what was never stored: {copy:?}"));
            }
        }
        self.check_exports(whole)?;
        self.check_streams(&streams.stdout, &asked, version)?;
        if !coverage.stdout.contains("\"complete\"") {
            return Err(format!("coverage finds fault: {}", coverage.stderr.trim()));
        }
        let next = self.sql.number(&format!(
            "SELECT last_value + is_called::int FROM \"{}\".messages_global_position_seq",
            self.schema()
        ));
        if next <= self.model.last_global_position() {
            return Err(format!("global position {next} would be handed out again"));
        }
        self.frozen = self.frozen_chunks();
        Ok(())
    }

    fn frozen_chunks(&self) -> i64 {
        self.sql.number(&format!(
            "SELECT count(*) FROM timescaledb_information.chunks WHERE hypertable_schema = {}
                AND _timescaledb_functions.chunk_status(format('%I.%I', chunk_schema, chunk_name)::regclass) & 4 <> 0",
            quoted(&self.schema())
        ))
    }

    /// An export that succeeded has all that was there when it began, and nothing that was never there.
    fn check_exports(&mut self, whole: &Out) -> Result<(), String> {
        let lines = self.model.lines();
        if whole.end == End::Code(0) {
            if whole.stdout.lines().ne(lines.iter()) {
                return Err("an export that should be whole is not".into());
            }
        } else {
            return Err(format!("the export misses something: {}", whole.stderr.trim()));
        }
        for export in std::mem::take(&mut self.exports) {
            let has = |all: &[String], line: &String| all.binary_search(line).is_ok();
            let (mut out, mut now) = (export.out, lines.clone());
            out.sort();
            now.sort();
            if let Some(missing) = export.before.iter().find(|line| !has(&out, line)) {
                return Err(format!("an export that ran meanwhile succeeded without {missing}"));
            }
            if let Some(odd) = out.iter().find(|line| !has(&now, line)) {
                return Err(format!("an export that ran meanwhile gave {odd}"));
            }
        }
        Ok(())
    }

    fn check_streams(&self, listed: &str, asked: &str, version: &Out) -> Result<(), String> {
        let streams: Vec<Stream> = serde_json::from_str(listed).map_err(|e| e.to_string())?;
        let heads = self.model.heads();
        let found = streams.into_iter().map(|s| {
            let (first_time, last_time) = (s.first_time.timestamp_micros(), s.last_time.timestamp_micros());
            let head = Head {
                version: s.version,
                global_position: s.global_position,
                messages: s.messages,
                first_time,
                last_time,
            };
            (s.stream, head)
        });
        let found: BTreeMap<_, _> = found.collect();
        if found != heads {
            let odd = heads.iter().find(|(s, h)| found.get(*s) != Some(h));
            return Err(format!("streams list: {odd:?} is {:?}", odd.map(|(s, _)| found.get(s))));
        }
        let said = serde_json::from_str::<serde_json::Value>(&version.stdout).ok();
        let said = said.and_then(|v| v["version"].as_i64());
        if said != heads.get(asked).map(|h| h.version) {
            return Err(format!("streams version {asked}: {said:?}, {:?} in the model", heads.get(asked)));
        }
        Ok(())
    }

    /// The end of every history: a run without faults finishes what is open, and everything comes back.
    pub fn finish(&mut self, tally: &mut Tally) -> Result<(), String> {
        let clock = (0, 0);
        self.place.come_back();
        self.cli(&["chunks", "archive", "--older-than", "0d"], &[0])?;
        self.check(&[], clock, tally)?;
        if !self.closed().is_empty() {
            return Err(format!("all was archived, and there are chunks: {:?}", self.closed()));
        }
        let mut open = Vec::new();
        for row in &self.ledger {
            let half = matches!(row.state.as_str(), "planned" | "exported" | "uploaded" | "verified");
            if half || row.frozen.is_some() {
                open.push(row);
            }
        }
        if !open.is_empty() || self.frozen > 0 {
            return Err(format!("{} chunks are frozen, and half done is {open:?}", self.frozen));
        }
        self.cli(&["archives", "verify", "--all"], &[0])?;
        if self.place.copy_url().is_some() {
            self.cli(&["coverage", "--copies", "2"], &[0])?;
        }
        self.check_leftovers()?;
        self.cli(&["archives", "rehydrate", "--from", "2012-01-01", "--to", "2014-01-01"], &[0])?;
        self.check(&[], clock, tally)?;
        let whole = self.cli(&["messages", "export"], &[0])?;
        if whole.stdout.lines().ne(self.model.lines().iter()) {
            return Err("all is back, and the export differs".into());
        }
        // Two of them: a stream goes on where it was.
        for (stream, head) in self.model.heads().into_iter().take(2) {
            let (wrong, right) = ((head.version + 1).to_string(), head.version.to_string());
            self.cli(&["messages", "write", &stream, "End", "--expected-version", &wrong], &[4])?;
            self.cli(&["messages", "write", &stream, "End", "--expected-version", &right], &[0])?;
        }
        Ok(())
    }

    /// Every object belongs to a row of the ledger; files on their way are left by killed runs only.
    fn check_leftovers(&self) -> Result<(), String> {
        let known: HashSet<String> = self
            .sql
            .rows(&format!(
                "SELECT unnest(ARRAY[object_key, manifest_key, heads_key]) FROM eventodb_store.archives
                  WHERE namespace = {}",
                quoted(&self.namespace)
            ))
            .into_iter()
            .filter_map(|r| r.into_iter().next()?)
            .collect();
        let mut strange = self.place.entries(&self.sql);
        let half_written = |e: &String| self.killed && e.contains(".tmp-");
        // Whose the store is.
        let is_mark = |e: &String| e.ends_with("/owner.json");
        strange.retain(|e| !(known.contains(self.place.object(e)) || half_written(e) || is_mark(e)));
        if !strange.is_empty() {
            return Err(format!("in the store, and in no row of the ledger: {strange:?}"));
        }
        let tables = self.sql.rows(&format!(
            "SELECT relname FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace
              WHERE c.relkind = 'r' AND n.nspname = {}
                AND relname NOT IN ('messages', 'heads', '_schema_version', '_admin_migrations', 'counted', 'counts', 'recount', 'spans', 'unsettled',
                                    'settings', 'returned')",
            quoted(&self.schema())
        ));
        if tables.is_empty() { Ok(()) } else { Err(format!("tables that nobody needs: {tables:?}")) }
    }

    /// Removes the namespace, and what is in the store of it.
    pub fn remove(&mut self) -> Result<(), String> {
        let name = self.namespace.clone();
        self.cli(&["namespaces", "delete", &name, "--yes"], &[0])?;
        self.place.clear(&self.sql);
        Ok(())
    }
}
