//! `archives show`: an archive with its manifest.

use std::collections::BTreeMap;

use serde::Serialize;

use super::record::ArchiveRecord;
use crate::archive::{self, ArchiveRow, Manifest, Objects};
use crate::commands::app::{ArchiveStores, CommandOutcome, Context};
use crate::db::queries::ledger;
use crate::error::{Kind, Result};
use crate::ui::record::Time;
use crate::ui::{Record, TableColumn, Tabular, human};

/// An archive with its manifest.
#[derive(Debug, Serialize)]
struct ShownArchiveRecord {
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

impl Record for ShownArchiveRecord {
    const FIELDS: &'static [&'static str] = ArchiveRecord::FIELDS;
}

impl Tabular for ShownArchiveRecord {
    const COLUMNS: &'static [TableColumn] = &[
        TableColumn::Left("ARCHIVE"),
        TableColumn::Left("STATE"),
        TableColumn::Left("RANGE"),
        TableColumn::Left("GENERATION"),
        TableColumn::Left("CHUNK"),
        TableColumn::Left("MESSAGES"),
        TableColumn::Left("GLOBAL POSITIONS"),
        TableColumn::Left("TIMES"),
        TableColumn::Left("CSV"),
        TableColumn::Left("STORED"),
        TableColumn::Left("STORE"),
        TableColumn::Left("DATA"),
        TableColumn::Left("MANIFEST"),
        TableColumn::Left("SHA-256"),
        TableColumn::Left("CREATED"),
        TableColumn::Left("VERIFIED"),
        TableColumn::Left("DROPPED"),
        TableColumn::Left("REHYDRATED"),
        TableColumn::Left("LEASE UNTIL"),
        TableColumn::Optional("LOCKED UNTIL"),
        TableColumn::Left("ATTEMPTS"),
        TableColumn::Left("LAST ERROR"),
        TableColumn::Left("STREAMS"),
        TableColumn::Left("CATEGORIES"),
        TableColumn::Left("TYPES"),
        TableColumn::Left("FRAMES"),
        TableColumn::Left("SOURCE"),
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

pub(super) async fn run(context: &Context, id: i64) -> Result<CommandOutcome> {
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
        Ok(manifest) => (manifest, CommandOutcome::Done),
        Err(e) => {
            context.ui.error(&e);
            (None, CommandOutcome::Failed(e.kind()))
        }
    };
    let mut categories = manifest.as_ref().and_then(|m| m.categories.clone());
    if categories.is_none() {
        let of_ledger = ledger::category_counts(db.client(), row.id).await?;
        categories = of_ledger.and_then(|counts| serde_json::from_value(counts).ok());
    }
    let types = manifest.as_ref().and_then(|m| m.types.clone());
    context.ui.object(&ShownArchiveRecord { archive: row.into(), categories, types, manifest })?;
    Ok(ended)
}

async fn manifest(stores: &mut ArchiveStores<'_>, row: &ArchiveRow) -> Result<Manifest> {
    let store = stores.of(row).await?;
    archive::read_manifest(&store, row).await
}
