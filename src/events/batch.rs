//! Several events of one stream, all or none.

use serde_json::value::RawValue;
use tokio_postgres::GenericClient;
use tokio_postgres::types::{Json, ToSql};
use uuid::Uuid;

use super::{Events, Expect, NewEvent};
use crate::db::Layout;
use crate::db::errors::explain;
use crate::error::{Error, Kind, Result};
use crate::messages::{StreamName, refused};

use super::storable::{deepest, refuse_unstorable};

/// Where a batch was written.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Batch {
    /// The position of its first event; the others follow without a gap.
    pub first_position: i64,
    /// The global position of each, rising.
    pub global_positions: Vec<i64>,
    /// False where the same batch was there already.
    pub is_new: bool,
}

struct EventColumns<'a> {
    ids: Vec<Uuid>,
    types: Vec<&'a str>,
    data: Vec<Option<Json<&'a RawValue>>>,
    metadata: Vec<Option<Json<&'a RawValue>>>,
    expected: Option<i64>,
}

impl<'a> EventColumns<'a> {
    fn of(events: &'a [NewEvent], expected: Option<i64>) -> Self {
        Self {
            ids: events.iter().map(|e| e.id).collect(),
            types: events.iter().map(|e| e.event_type.as_str()).collect(),
            data: events.iter().map(|e| e.data.as_deref().map(Json)).collect(),
            metadata: events.iter().map(|e| e.metadata.as_deref().map(Json)).collect(),
            expected,
        }
    }

    fn params<'b>(&'b self, stream: &'b &'b str) -> [&'b (dyn ToSql + Sync); 6] {
        [stream, &self.ids, &self.types, &self.data, &self.metadata, &self.expected]
    }
}

/// As `append_messages` looks for it: the whole batch at consecutive positions, or none of it.
const SEEN_PLAIN: &str = "
SELECT count(*), min(m.position), array_agg(m.global_position ORDER BY b.nth),
       count(DISTINCT m.position - b.nth) = 1
       AND bool_and(m.stream_name = $1 AND m.type = b.type AND m.data IS NOT DISTINCT FROM b.data
                    AND m.metadata IS NOT DISTINCT FROM b.metadata)
  FROM unnest($2::uuid[], $3::varchar[], $4::jsonb[], $5::jsonb[]) WITH ORDINALITY AS b(id, type, data, metadata, nth)
  JOIN {{schema}}.messages m ON m.id = b.id";

/// Nothing is inserted where the version is another.
const INSERT_PLAIN: &str = "
WITH stream AS (SELECT coalesce(max(m.position), -1) AS version FROM {{schema}}.messages m WHERE m.stream_name = $1),
     written AS (
         INSERT INTO {{schema}}.messages (id, stream_name, type, position, data, metadata)
         SELECT b.id, $1, b.type, s.version + b.nth, b.data, b.metadata
           FROM stream s,
                unnest($2::uuid[], $3::varchar[], $4::jsonb[], $5::jsonb[])
                    WITH ORDINALITY AS b(id, type, data, metadata, nth)
          WHERE $6::bigint IS NULL OR s.version = $6 ORDER BY b.nth
         RETURNING position, global_position)
SELECT s.version, (SELECT array_agg(w.global_position ORDER BY w.position) FROM written w) FROM stream s";

impl Events {
    /// Writes events to one stream, all or none: in one round trip to a hypertable, in one transaction to a plain schema. A
    /// batch that is written again as it was keeps its places.
    ///
    /// # Errors
    /// [`Kind::Conflict`] for another version than expected, or an id that another event has; [`Kind::Usage`] for a batch
    /// without events, and for one with an event that `PostgreSQL` cannot store, which is named.
    pub async fn write_batch(
        &self,
        client: &mut impl GenericClient,
        stream: &StreamName,
        expect: Expect,
        events: &[NewEvent],
    ) -> Result<Batch> {
        if events.is_empty() {
            return Err(Error::usage(format!("writing to stream {stream}")).because("the batch has no event"));
        }
        stream.check_to_write()?;
        let (columns, stream) = (EventColumns::of(events, expect.sql()), stream.as_str());
        refuse_unstorable(stream, events)?;
        let fail = |e| deepest(stream, events, refused(stream, e));
        let params = columns.params(&stream);
        if self.scope.layout() == Layout::Hypertable {
            let sql = self.scope.render(
                "SELECT first_position, global_positions, is_new
                   FROM {{schema}}.append_messages($1, $2, $3, $4, $5, $6)",
            )?;
            let row = client.query_one(&sql, &params).await.map_err(fail)?;
            return Ok(Batch { first_position: row.get(0), global_positions: row.get(1), is_new: row.get(2) });
        }
        let tx = client.transaction().await.map_err(fail)?;
        // A statement of its own: what comes after it sees what the last holder wrote.
        let lock = self.scope.render("SELECT {{schema}}.acquire_lock($1)")?;
        tx.query_one(&lock, &[&stream]).await.map_err(fail)?;
        let seen = tx.query_one(&self.scope.render(SEEN_PLAIN)?, &params[..5]).await.map_err(fail)?;
        let known: i64 = seen.get(0);
        if usize::try_from(known).is_ok_and(|known| known == events.len())
            && seen.get::<_, Option<bool>>(3) == Some(true)
        {
            return Ok(Batch { first_position: seen.get(1), global_positions: seen.get(2), is_new: false });
        }
        if known > 0 {
            return Err(Error::new(Kind::Conflict, format!("writing to stream {stream}"))
                .because("an id was used for another message, or a part of the batch was written before"));
        }
        let row = tx.query_one(&self.scope.render(INSERT_PLAIN)?, &params).await.map_err(fail)?;
        let version: i64 = row.get(0);
        let Some(global_positions) = row.get::<_, Option<Vec<i64>>>(1) else {
            return Err(Error::new(Kind::Conflict, format!("writing to stream {stream}"))
                .because(format!(
                    "Wrong expected version: {} (Stream: {stream}, Stream Version: {version})",
                    columns.expected.unwrap_or_default()
                ))
                .hint("read the stream's new messages, decide again, and write with the version it has now"));
        };
        tx.commit().await.map_err(|e| explain(format!("committing what was written to stream {stream}"), e))?;
        Ok(Batch { first_position: version + 1, global_positions, is_new: true })
    }
}
