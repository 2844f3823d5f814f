//! Namespaces of the simulated year: what was written to each, and where its policy wants that.

use chrono::{DateTime, TimeDelta, Utc};
use serde_json::Value;

use super::cli::{Cli, sql};

pub type Time = DateTime<Utc>;

/// Where an event is to be.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Place {
    Hot,
    Compressed,
    Archived,
    Expired,
}

/// A namespace with its policy, in days.
pub struct Space {
    pub name: String,
    pub schema: String,
    interval: i64,
    compress: Option<i64>,
    archive: Option<i64>,
    expire: Option<i64>,
    pub store: String,
    /// The time, stream and position of each.
    pub events: Vec<(Time, String, i64)>,
    /// An archive that came back: its number, when, and until when it may stay.
    pub back: Option<(i64, Time, Time)>,
}

pub fn begin() -> Time {
    "2013-01-03T12:00:00Z".parse().unwrap()
}

impl Space {
    pub fn new(cli: &Cli, n: usize, store: String) -> Self {
        let interval = [1, 3, 7, 14, 30][n % 5];
        let name = format!("{}{n:02}", cli.namespace);
        let made = format!("{interval}d");
        let words = ["namespaces", "create", &name, "--compress-after", "never", "--chunk-interval", &made];
        let schema = cli.json(&words)["schema"].as_str().unwrap().to_owned();
        let archive = [Some(20), Some(45), Some(60), Some(100)][n % 4].filter(|_| n != 19);
        let expire = archive.filter(|_| n.is_multiple_of(3)).map(|age| age + 60);
        let compress = [None, Some(5), Some(30)][n % 3];
        Self { name, schema, interval, compress, archive, expire, store, events: Vec::new(), back: None }
    }

    pub fn is_on_s3(&self) -> bool {
        self.store.starts_with("s3://")
    }

    /// What is written between two nights, as SQL.
    pub fn write(&mut self, n: usize, night: usize, from: Time, is_late: bool) -> String {
        let hour = TimeDelta::hours(1);
        let mut new = vec![
            (from + hour, format!("acct-{night}"), 0),
            (from + hour + TimeDelta::seconds(1), format!("acct-{night}"), 1),
            // Written to for ever, a message a night.
            (from + hour * 2, "quiet-1".to_owned(), night as i64 - 1),
        ];
        if n.is_multiple_of(2) {
            new.push((from + TimeDelta::days(10), format!("acct-{night}"), 2));
        }
        if is_late {
            new.push((from - TimeDelta::days(70), format!("late-{night}"), 0));
        }
        let values: Vec<_> = new.iter().map(|(t, s, p)| format!("('{}', {p}, '{s}', 'T')", t.to_rfc3339())).collect();
        self.events.extend(new);
        let into = format!("INSERT INTO \"{}\".messages (time, position, stream_name, type)", self.schema);
        format!("{into} VALUES {};", values.join(", "))
    }

    /// The ages that mean the simulated night, as SQL.
    pub fn ages(&self, now: Time) -> String {
        let age = |days: Option<i64>| {
            days.map_or("NULL".to_owned(), |d| {
                format!("now() - '{}'::timestamptz + interval '{d} days'", now.to_rfc3339())
            })
        };
        let mut sql = format!(
            "INSERT INTO eventodb_store.policies (namespace, store_url) VALUES ('{0}', '{1}') ON CONFLICT DO NOTHING; \
             UPDATE eventodb_store.policies SET compress_after = {2}, archive_after = {3}, expire_archives_after = {4}, \
             drop_rehydrated_after = '{5}' WHERE namespace = '{0}';",
            self.name,
            self.store,
            age(self.compress),
            age(self.archive),
            age(self.expire),
            if self.back.is_some_and(|(_, _, until)| until <= now) { "0" } else { "1000 years" },
        );
        if let Some((id, since, until)) = self.back
            && id % 2 == 0
        {
            let left = (until - now).num_seconds();
            assert!(since < until);
            sql.push_str(&format!(
                "UPDATE eventodb_store.archives SET lease_until = now() + interval '{left} s' \
                 WHERE id = {id} AND state = 'rehydrated';"
            ));
        }
        sql
    }

    /// When the range ends that an instant is in.
    fn end(&self, at: Time) -> Time {
        let span = self.interval * 86_400;
        DateTime::from_timestamp((at.timestamp().div_euclid(span) + 1) * span, 0).unwrap()
    }

    pub fn place(&self, at: Time, now: Time, compresses: bool) -> Place {
        let age = (now - self.end(at)).num_seconds();
        let is_past = |days: Option<i64>| days.is_some_and(|d| age >= d * 86_400);
        if is_past(self.expire) {
            Place::Expired
        } else if is_past(self.archive) {
            Place::Archived
        } else if is_past(self.compress) && compresses {
            Place::Compressed
        } else {
            Place::Hot
        }
    }
}

/// The database as it is, by what it says itself.
pub struct Snapshot(Value);

impl Snapshot {
    pub fn take(cli: &Cli) -> Self {
        let text = sql(
            &cli.db_url,
            "SELECT json_build_object(
               'archives', (SELECT coalesce(json_agg(json_build_object('ns', namespace, 'id', id, 'state', state,
                   'n', message_count, 's', extract(epoch FROM range_start)::bigint,
                   'e', extract(epoch FROM range_end)::bigint, 'chunk', chunk_name,
                   'replaced', superseded_by IS NOT NULL) ORDER BY id), '[]') FROM eventodb_store.archives),
               'chunks', (SELECT coalesce(json_agg(json_build_object('ns', n.id, 'chunk', c.chunk_name,
                   'compressed', c.is_compressed, 's', extract(epoch FROM c.range_start)::bigint,
                   'e', extract(epoch FROM c.range_end)::bigint, 'closed', c.range_end <= now())), '[]')
                   FROM timescaledb_information.chunks c
                   JOIN eventodb_store.namespaces n ON n.schema_name = c.hypertable_schema),
               'policies', (SELECT json_object_agg(namespace, json_build_object(
                   'run', extract(epoch FROM last_run_at), 'success', extract(epoch FROM last_success_at)))
                   FROM eventodb_store.policies))",
        );
        Self(serde_json::from_str(&text).unwrap())
    }

    fn of<'a>(&'a self, list: &str, space: &'a Space) -> impl Iterator<Item = &'a Value> {
        self.0[list].as_array().unwrap().iter().filter(|v| v["ns"] == space.name.as_str())
    }

    pub fn archives<'a>(&'a self, space: &'a Space) -> impl Iterator<Item = &'a Value> {
        self.of("archives", space)
    }

    pub fn chunks<'a>(&'a self, space: &'a Space) -> impl Iterator<Item = &'a Value> {
        self.of("chunks", space)
    }

    pub fn policy(&self, space: &Space) -> &Value {
        &self.0["policies"][&space.name]
    }

    pub fn state_of(&self, space: &Space, id: &Value) -> String {
        let found = self.archives(space).find(|a| a["id"] == *id);
        found.map_or_else(|| "none".to_owned(), |a| a["state"].as_str().unwrap().to_owned())
    }

    pub fn in_state(&self, space: &Space, state: &str) -> usize {
        self.archives(space).filter(|a| a["state"] == state).count()
    }

    fn is_back(&self, space: &Space, chunk: &Value) -> bool {
        self.archives(space).any(|a| a["state"] == "rehydrated" && a["s"] == chunk["s"] && a["e"] == chunk["e"])
    }

    /// Live chunks that are compressed and did not come back.
    pub fn compressed(&self, space: &Space) -> usize {
        self.chunks(space).filter(|c| c["compressed"] == true && !self.is_back(space, c)).count()
    }

    /// When the oldest chunk ended that is in no archive.
    pub fn oldest_unarchived(&self, space: &Space) -> Option<f64> {
        let kept = |c: &Value| {
            self.archives(space)
                .any(|a| a["state"] == "verified" && a["chunk"] == c["chunk"] && a["s"] == c["s"] && a["e"] == c["e"])
        };
        self.chunks(space)
            .filter(|c| c["closed"] == true && !self.is_back(space, c) && !kept(c))
            .map(|c| c["e"].as_f64().unwrap())
            .min_by(f64::total_cmp)
    }
}
