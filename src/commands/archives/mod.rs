//! `archives`.

mod claim;
mod copy;
mod erase;
mod find;
mod prune;
mod rehydrate;
mod rekey;
mod release;
mod sweep;
mod sync;
mod verify;

use std::collections::BTreeMap;

use serde::Serialize;

use crate::archive::{self, ArchiveRow, Manifest, Objects, State};
use crate::cli::ArchivesVerb;
use crate::commands::app::{Context, Ended, Stores};
use crate::db::queries::ledger;
use crate::error::{Kind, Result};
use crate::ui::record::{Time, record};
use crate::ui::{Column, Record, Tabular, human};

pub(super) async fn run(context: &Context, verb: ArchivesVerb) -> Result<Ended> {
    match verb {
        ArchivesVerb::List(args) => list(context, args.all).await,
        ArchivesVerb::Show(args) => show(context, args.id).await,
        ArchivesVerb::Find(args) => find::run(context, args).await,
        ArchivesVerb::Cat(args) => find::cat(context, args.id).await,
        ArchivesVerb::Sql(args) => find::sql(context, &args).await,
        ArchivesVerb::Verify(args) => verify::run(context, args).await,
        ArchivesVerb::Copy(args) => copy::run(context, args).await,
        ArchivesVerb::Rehydrate(args) => rehydrate::run(context, args).await,
        ArchivesVerb::Release(args) => release::run(context, &args).await,
        ArchivesVerb::Erase(args) => erase::run(context, args).await,
        ArchivesVerb::Rekey(args) => rekey::run(context, args).await,
        ArchivesVerb::Prune(args) => prune::run(context, args).await,
        ArchivesVerb::Sweep(args) => sweep::run(context, args.older_than).await,
        ArchivesVerb::Sync(args) => sync::run(context, &args).await,
        ArchivesVerb::Claim => claim::run(context).await,
    }
}

record! {
    /// An archive, as the ledger has it.
    ArchiveRecord {
        /// Its number.
        id: i64,
        /// Where it stands.
        state: &'static str,
        /// The first instant of its range.
        range_start: Time,
        /// The instant after its range.
        range_end: Time,
        /// Counts the attempts and parts of this range.
        generation: i32,
        /// The chunk it was made from.
        chunk_name: String,
        /// Messages.
        messages: Option<i64>,
        /// The lowest global position.
        first_global_position: Option<i64>,
        /// The highest global position.
        last_global_position: Option<i64>,
        /// The earliest time.
        first_time: Option<Time>,
        /// The latest time.
        last_time: Option<Time>,
        /// Bytes of CSV.
        csv_bytes: Option<i64>,
        /// Bytes stored.
        stored_bytes: Option<i64>,
        /// The compression.
        codec: Option<String>,
        /// The store.
        store_url: Option<String>,
        /// The further stores that have a verified copy.
        copies: Vec<String>,
        /// The data's key.
        object: Option<String>,
        /// The manifest's key.
        manifest_object: Option<String>,
        /// SHA-256 of the CSV, in hex.
        csv_sha256: Option<String>,
        /// SHA-256 of what is stored, in hex.
        stored_sha256: Option<String>,
        /// SHA-256 of the manifest, in hex.
        manifest_sha256: Option<String>,
        /// How often this range was tried.
        attempts: i32,
        /// Why the last try failed.
        last_error: Option<String>,
        /// The archive that took its place.
        superseded_by: Option<i64>,
        /// When the row was made.
        created_at: Time,
        /// When it was read back and found equal.
        verified_at: Option<Time>,
        /// When the chunk was dropped.
        dropped_at: Option<Time>,
        /// When it came back.
        rehydrated_at: Option<Time>,
        /// Until when it is to stay in the hypertable.
        lease_until: Option<Time>,
        /// Until when the store keeps its objects from being deleted.
        locked_until: Option<Time>,
        /// Who may end that lock before: `governance` or `compliance`.
        lock_mode: Option<String>,
    }
}

impl From<ArchiveRow> for ArchiveRecord {
    fn from(a: ArchiveRow) -> Self {
        Self {
            id: a.id,
            state: a.state.as_str(),
            range_start: a.range_start.into(),
            range_end: a.range_end.into(),
            generation: a.generation,
            chunk_name: a.chunk_name,
            messages: a.message_count,
            first_global_position: a.first_global_position,
            last_global_position: a.last_global_position,
            first_time: a.first_time.map(Time),
            last_time: a.last_time.map(Time),
            csv_bytes: a.csv_bytes,
            stored_bytes: a.stored_bytes,
            codec: a.codec,
            store_url: a.store_url,
            copies: a.copies,
            object: a.object_key,
            manifest_object: a.manifest_key,
            csv_sha256: a.csv_sha256,
            stored_sha256: a.stored_sha256,
            manifest_sha256: a.manifest_sha256,
            attempts: a.attempts,
            last_error: a.last_error,
            superseded_by: a.superseded_by,
            created_at: a.created_at.into(),
            verified_at: a.verified_at.map(Time),
            dropped_at: a.dropped_at.map(Time),
            rehydrated_at: a.rehydrated_at.map(Time),
            // Of one that others have taken the place of it means nothing any more.
            lease_until: a.lease_until.filter(|_| a.state.is_kept()).map(Time),
            locked_until: a.locked_until.map(Time),
            lock_mode: a.lock_mode,
        }
    }
}

impl ArchiveRecord {
    fn locked(&self) -> String {
        let locked = self.locked_until.zip(self.lock_mode.as_deref());
        human::or_dash(locked, |(until, mode)| format!("{} {mode}", human::time(until.0)))
    }
}

impl Tabular for ArchiveRecord {
    const COLUMNS: &'static [Column] = &[
        Column::Right("ID"),
        Column::Left("STATE"),
        Column::Left("RANGE"),
        Column::Right("GEN"),
        Column::Left("CHUNK"),
        Column::Right("MESSAGES"),
        Column::Right("CSV"),
        Column::Right("STORED"),
        Column::Right("COPIES"),
        Column::Left("CREATED"),
        Column::Left("LEASE"),
        Column::Optional("LOCKED UNTIL"),
    ];

    fn cells(&self) -> Vec<String> {
        vec![
            self.id.to_string(),
            self.state.to_owned(),
            human::range(self.range_start.0, self.range_end.0),
            self.generation.to_string(),
            self.chunk_name.clone(),
            human::or_dash(self.messages, human::count),
            human::or_dash(self.csv_bytes, human::bytes),
            human::or_dash(self.stored_bytes, human::bytes),
            human::or_dash(self.store_url.as_ref(), |_| (1 + self.copies.len()).to_string()),
            human::time(self.created_at.0),
            human::or_dash(self.lease_until, |t| human::time(t.0)),
            self.locked(),
        ]
    }
}

async fn list(context: &Context, all: bool) -> Result<Ended> {
    let (db, namespace) = context.namespace().await?;
    let mut rows = ledger::list(db.client(), namespace.scope.namespace()).await?;
    if !all {
        rows.retain(|a| !matches!(a.state, State::Failed | State::Expired));
    }
    if rows.is_empty() {
        context.ui.note("no archives");
    }
    context.ui.list(rows.into_iter().map(ArchiveRecord::from))?;
    Ok(Ended::Done)
}

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

async fn show(context: &Context, id: i64) -> Result<Ended> {
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
