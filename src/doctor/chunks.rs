//! How chunks are cut and compressed, against what is really written.

use super::check::Check;
use crate::archive;
use crate::db::queries::{doctor as queries, spans};
use crate::db::{Db, Scope};
use crate::error::{Kind, Result};
use crate::text::counted;

/// Fewer messages a day say nothing about the interval.
const LITTLE: f64 = 1000.0;
/// Off by less than this factor, a change is not worth it.
const FAR_OFF: f64 = 4.0;
/// With fewer messages of a stream in a chunk, a segment a stream compresses badly.
const FEW: f64 = 100.0;

/// A chunk should hold a few million messages: about 100,000 a day for 30 days, 1 million for 7, 10 million for one.
const fn interval_for(a_day: f64) -> (f64, &'static str) {
    if a_day <= 300_000.0 {
        (30.0, "30 days")
    } else if a_day <= 3_000_000.0 {
        (7.0, "7 days")
    } else {
        (1.0, "1 day")
    }
}

/// Whether what is archived could come back: the table's columns, and what its chunks are cut by.
pub(super) async fn table(db: &Db, scope: &Scope) -> Result<Check> {
    let name = "columns and dimensions";
    match archive::check_table(db.client(), scope).await {
        Ok(()) => Ok(Check::ok(name, "as archives hold them".to_owned())),
        Err(e) if e.kind() == Kind::Unsupported => Ok(Check::failed(name, &e)),
        Err(e) => Err(e),
    }
}

/// The interval against the rate of the last chunks.
pub(super) async fn interval(db: &Db, scope: &Scope) -> Result<Check> {
    let name = "chunk interval";
    let Some(rate) = queries::write_rate(db.client(), scope).await? else {
        return Ok(Check::ok(name, "too little is written to tell".to_owned()));
    };
    let (days, text) = interval_for(rate.messages_a_day);
    let found = format!("{} for about {:.0} messages a day", rate.interval, rate.messages_a_day);
    let off = (rate.interval_days / days).max(days / rate.interval_days);
    Ok(if rate.messages_a_day < LITTLE || off <= FAR_OFF {
        Check::ok(name, found)
    } else {
        Check::warn(
            name,
            format!("{found}: {text} would make chunks of a few million"),
            format!("SELECT set_chunk_time_interval('{}', interval '{text}'); new chunks have it", scope.messages()),
        )
    })
}

/// The compression settings against the shape of the streams.
pub(super) async fn compression(db: &Db, scope: &Scope) -> Result<Check> {
    let name = "compression settings";
    if !db.server.supports_compression() {
        return Ok(Check::ok(name, "the Apache-2 edition has no compression".to_owned()));
    }
    let segmented = queries::segmented_by(db.client(), scope).await?;
    let Some(a_stream) = queries::messages_a_stream(db.client(), scope).await? else {
        return Ok(Check::ok(name, "no chunk has been analyzed yet".to_owned()));
    };
    let found = format!("about {a_stream:.0} messages of a stream in a chunk");
    Ok(if a_stream < FEW && segmented.iter().any(|column| column == "stream_name") {
        Check::warn(
            name,
            format!("{found}, and a segment for each: they hardly compress"),
            format!(
                "ALTER TABLE {} SET (timescaledb.compress_segmentby = '', timescaledb.compress_orderby = 'stream_name, \
                 position'); chunks compressed from then on have it",
                scope.messages()
            ),
        )
    } else {
        Check::ok(name, found)
    })
}

/// Whether reads of a category find the chunks that they need.
pub(super) async fn reads(db: &Db, scope: &Scope) -> Result<Check> {
    let name = "reads";
    let found = spans::standing(db.client(), scope).await?;
    Ok(if found.chunks <= spans::FEW_CHUNKS {
        Check::ok(name, format!("{}: few enough to look into all", counted(found.chunks, "chunk")))
    } else if found.is_settled {
        Check::ok(name, format!("of {} chunks, those are looked into that a page needs", found.chunks))
    } else {
        Check::warn(
            name,
            format!("reads of a category look into all {} chunks", found.chunks),
            format!(
                "eventodb-admin -n {} stats refresh notes what lies where; lifecycle run does so, too",
                scope.namespace()
            ),
        )
    })
}
