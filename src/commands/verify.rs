//! `archives verify`.

use std::collections::BTreeMap;

use super::context::{Stores, thawing};
use super::failures::Failures;
use super::{Context, Ended};
use crate::archive::{self, ArchiveRow};
use crate::cli::Verify;
use crate::cli::values::Share;
use crate::db::Db;
use crate::db::queries::ledger;
use crate::error::{Error, Kind, Result};
use crate::ui::record::{Time, record};
use crate::ui::{Column, Tabular, human};

record! {
    /// An archive that was read back.
    VerifiedRecord {
        /// The archive.
        archive_id: i64,
        /// `ok`, `failed`, or `unknown` where the store could not be asked.
        result: &'static str,
        /// The first instant of its range.
        range_start: Time,
        /// The instant after its range.
        range_end: Time,
        /// Messages in it.
        messages: Option<i64>,
        /// The lowest global position.
        first_global_position: Option<i64>,
        /// The highest global position.
        last_global_position: Option<i64>,
        /// Bytes stored.
        stored_bytes: Option<i64>,
        /// What is wrong.
        error: Option<String>,
    }
}

impl Tabular for VerifiedRecord {
    const COLUMNS: &'static [Column] = &[
        Column::Right("ARCHIVE"),
        Column::Left("RESULT"),
        Column::Left("RANGE"),
        Column::Right("MESSAGES"),
        Column::Left("GLOBAL POSITIONS"),
        Column::Right("STORED"),
        Column::Left("ERROR"),
    ];

    fn cells(&self) -> Vec<String> {
        vec![
            self.archive_id.to_string(),
            self.result.to_owned(),
            human::range(self.range_start.0, self.range_end.0),
            human::or_dash(self.messages, human::count),
            human::or_dash(self.first_global_position.zip(self.last_global_position), |(f, l)| format!("{f} – {l}")),
            human::or_dash(self.stored_bytes, human::bytes),
            human::or_dash(self.error.clone(), |e| e),
        ]
    }
}

/// A random part of the archives, at least one.
#[allow(clippy::cast_precision_loss, clippy::cast_possible_truncation, clippy::cast_sign_loss)] // a share of a count
fn sample(rows: Vec<ArchiveRow>, share: Share) -> Vec<ArchiveRow> {
    let amount = ((rows.len() as f64 * share.0).ceil() as usize).clamp(usize::from(!rows.is_empty()), rows.len());
    let mut picked = rand::seq::index::sample(&mut rand::rng(), rows.len(), amount).into_vec();
    picked.sort_unstable();
    let mut picked = picked.into_iter().peekable();
    rows.into_iter().enumerate().filter(|(n, _)| picked.next_if_eq(n).is_some()).map(|(_, row)| row).collect()
}

async fn to_verify(db: &Db, namespace: &str, args: &Verify) -> Result<Vec<ArchiveRow>> {
    let mut rows = Vec::new();
    if args.all {
        rows = ledger::list(db.client(), namespace).await?;
        rows.retain(|a| a.state.is_kept());
    }
    for id in &args.ids {
        let row = ledger::get(db.client(), namespace, *id).await?;
        if !row.state.is_kept() {
            return Err(Error::failed(format!("verifying archive {id}"))
                .because(format!("it is {}: the store holds no proven copy", row.state))
                .hint("eventodb-admin archives list shows those that can be verified"));
        }
        if rows.iter().all(|r: &ArchiveRow| r.id != *id) {
            rows.push(row);
        }
    }
    Ok(match args.sample {
        Some(share) => sample(rows, share),
        None => rows,
    })
}

pub(super) async fn run(context: &Context, args: Verify) -> Result<Ended> {
    let (db, namespace) = context.namespace().await?;
    let rows = to_verify(&db, namespace.scope.namespace(), &args).await?;
    if rows.is_empty() {
        context.ui.note("no archives to verify");
    }
    let mut stores = context.stores().await?;
    let mut failures = Failures::new(&context.ui);
    let mut done = Vec::new();
    let mut succeeded = 0;
    // Stores that give no answers: what lies in them is not asked for one by one.
    let mut silent: BTreeMap<Option<&str>, String> = BTreeMap::new();
    for row in &rows {
        let record = |result, error| VerifiedRecord {
            archive_id: row.id,
            result,
            range_start: row.range_start.into(),
            range_end: row.range_end.into(),
            messages: row.message_count,
            first_global_position: row.first_global_position,
            last_global_position: row.last_global_position,
            stored_bytes: row.stored_bytes,
            error,
        };
        if let Some(why) = silent.get(&row.store_url.as_deref()) {
            let e = Error::failed(doing(row)).because(why.clone());
            done.push(record("unknown", Some(e.to_string())));
            failures.add("archive", &row.id.to_string(), e);
            continue;
        }
        match verify_one(context, &mut stores, row).await {
            Ok(()) => {
                succeeded += 1;
                done.push(record("ok", None));
            }
            Err(e) if matches!(e.kind(), Kind::Interrupted | Kind::Terminated) => {
                failures.add("archive", &row.id.to_string(), e);
                break;
            }
            Err(e) => {
                // A store that cannot be asked says nothing about the archive: that is no finding, but a failure.
                let found = e.kind() == Kind::Verification;
                if !found
                    && let Ok(store) = stores.of(row).await
                    && let Err(why) = store.check().await
                {
                    silent.insert(row.store_url.as_deref(), why.to_string());
                }
                done.push(record(if found { "failed" } else { "unknown" }, Some(e.to_string())));
                failures.add("archive", &row.id.to_string(), e);
            }
        }
    }
    context.ui.list(done)?;
    Ok(failures.end("archive", succeeded))
}

fn doing(row: &ArchiveRow) -> String {
    format!("verifying archive {} ({})", row.id, row.extent())
}

pub(super) async fn verify_one(context: &Context, stores: &mut Stores<'_>, row: &ArchiveRow) -> Result<()> {
    context.stop.check()?;
    let store = stores.of(row).await.map_err(|e| e.while_doing(doing(row)))?;
    let read = archive::verify(&store, row, &context.ui, &context.stop).await;
    thawing(&store, row, read).await.map(|_| ())
}
