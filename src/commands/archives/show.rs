//! `archives show`: an archive with its manifest.

use std::collections::BTreeMap;

use serde::Serialize;

use super::record::ArchiveRecord;
use crate::archive::{self, ArchiveRow, Manifest, Objects};
use crate::commands::app::{Context, Ended, Stores};
use crate::db::queries::ledger;
use crate::error::{Kind, Result};
use crate::ui::record::Time;
use crate::ui::{Column, Record, Tabular, human};

/// An archive with its manifest.
#[derive(Debug, Serialize)]
struct ShownRecord {
    #[serde(flatten)]
    archive: ArchiveRecord,
    /// Messages by category, where they were counted.
    categories: Option<BTreeMap<String, u64>>,
    /// Messages by type, where they were counted.
    types: Option<BTreeMap<String, u64>>,
    manifest: Option<Manifest>,
}

/// Names that a table shows.
const SHOWN: usize = 8;

/// The most frequent names first.
fn counts(by_name: &BTreeMap<String, u64>) -> String {
    let mut all: Vec<_> = by_name.iter().collect();
    all.sort_by_key(|(name, n)| (std::cmp::Reverse(**n), (*name).clone()));
    let count = |n: u64| human::count(i64::try_from(n).unwrap_or(i64::MAX));
    let shown = all.iter().take(SHOWN).map(|(name, n)| format!("{name} {}", count(**n))).collect::<Vec<_>>().join(", ");
    match all.len().saturating_sub(SHOWN) {
        0 => shown,
        more => format!("{shown} and {more} more"),
    }
}

impl Record for ShownRecord {
    const FIELDS: &'static [&'static str] = ArchiveRecord::FIELDS;
}

impl Tabular for ShownRecord {
    const COLUMNS: &'static [Column] = &[
        Column::Left("ARCHIVE"),
        Column::Left("STATE"),
        Column::Left("RANGE"),
        Column::Left("GENERATION"),
        Column::Left("CHUNK"),
        Column::Left("MESSAGES"),
        Column::Left("GLOBAL POSITIONS"),
        Column::Left("TIMES"),
        Column::Left("CSV"),
        Column::Left("STORED"),
        Column::Left("STORE"),
        Column::Left("DATA"),
        Column::Left("MANIFEST"),
        Column::Left("SHA-256"),
        Column::Left("CREATED"),
        Column::Left("VERIFIED"),
        Column::Left("DROPPED"),
        Column::Left("REHYDRATED"),
        Column::Left("LEASE UNTIL"),
        Column::Optional("LOCKED UNTIL"),
        Column::Left("ATTEMPTS"),
        Column::Left("LAST ERROR"),
        Column::Left("STREAMS"),
        Column::Left("CATEGORIES"),
        Column::Left("TYPES"),
        Column::Left("FRAMES"),
        Column::Left("SOURCE"),
    ];

    fn cells(&self) -> Vec<String> {
        let a = &self.archive;
        let text = |t: &Option<String>| human::or_dash(t.clone(), |t| t);
        let time = |t: Option<Time>| human::or_dash(t, |t| human::time(t.0));
        let m = self.manifest.as_ref();
        vec![
            a.id.to_string(),
            a.state.to_owned(),
            human::range(a.range_start.0, a.range_end.0),
            a.generation.to_string(),
            a.chunk_name.clone(),
            human::or_dash(a.messages, human::count),
            human::or_dash(a.first_global_position.zip(a.last_global_position), |(f, l)| format!("{f} – {l}")),
            human::or_dash(a.first_time.zip(a.last_time), |(f, l)| human::range(f.0, l.0)),
            human::or_dash(a.csv_bytes, human::bytes),
            format!("{} ({})", human::or_dash(a.stored_bytes, human::bytes), text(&a.codec)),
            a.store_url.iter().chain(&a.copies).cloned().collect::<Vec<_>>().join(" + "),
            text(&a.object),
            text(&a.manifest_object),
            text(&a.stored_sha256),
            human::time(a.created_at.0),
            time(a.verified_at),
            time(a.dropped_at),
            time(a.rehydrated_at),
            time(a.lease_until),
            a.locked(),
            a.attempts.to_string(),
            text(&a.last_error),
            human::or_dash(m, |m| m.heads.streams.to_string()),
            human::or_dash(self.categories.as_ref(), counts),
            human::or_dash(self.types.as_ref(), counts),
            human::or_dash(m, |m| m.data.frames.len().to_string()),
            human::or_dash(m, |m| {
                format!("{}, PostgreSQL {}, TimescaleDB {}", m.source.database, m.source.postgres, m.source.timescaledb)
            }),
        ]
    }
}

pub(super) async fn run(context: &Context, id: i64) -> Result<Ended> {
    let (db, namespace) = context.namespace().await?;
    let row = ledger::get(db.client(), namespace.scope.namespace(), id).await?;
    let mut stores = context.stores().await?;
    let is_there = row.manifest_sha256.is_some() && row.objects == Objects::Kept;
    let manifest = if is_there { Some(manifest(&mut stores, &row).await) } else { None };
    if row.objects != Objects::Kept {
        let next = row.superseded_by.map(|next| format!("; archive {next} has taken its place")).unwrap_or_default();
        context.ui.note(&format!("its objects were deleted, or are to be{next}"));
    }
    let manifest = match manifest.transpose() {
        // A store that was not asked for may be out of reach.
        Err(e) if !stores.is_given() && e.kind() != Kind::Verification => {
            context.ui.warn(&format!("without its manifest: {e}"));
            Ok(None)
        }
        read => read,
    };
    let (manifest, ended) = match manifest {
        Ok(manifest) => (manifest, Ended::Done),
        Err(e) => {
            context.ui.error(&e);
            (None, Ended::Failed(e.kind()))
        }
    };
    let mut categories = manifest.as_ref().and_then(|m| m.categories.clone());
    if categories.is_none() {
        let of_ledger = ledger::category_counts(db.client(), row.id).await?;
        categories = of_ledger.and_then(|counts| serde_json::from_value(counts).ok());
    }
    let types = manifest.as_ref().and_then(|m| m.types.clone());
    context.ui.object(&ShownRecord { archive: row.into(), categories, types, manifest })?;
    Ok(ended)
}

async fn manifest(stores: &mut Stores<'_>, row: &ArchiveRow) -> Result<Manifest> {
    let store = stores.of(row).await?;
    archive::read_manifest(&store, row).await
}
