//! `archives verify`.

use std::collections::BTreeMap;

use futures::{StreamExt, stream};
use tokio::sync::Mutex;

use super::context::{Stores, thawing};
use super::failures::Failures;
use super::{Context, Ended};
use crate::archive::{self, ArchiveRow};
use crate::cli::Verify;
use crate::cli::values::Share;
use crate::db::Db;
use crate::db::queries::ledger;
use crate::error::{Error, Kind, Result};
use crate::store::Store;
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
                .hint(archive::not_kept(&row, "eventodb-admin archives list shows those that can be verified")));
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
    let run = Run { context, stores: Mutex::new(context.stores().await?), silent: Mutex::new(BTreeMap::new()) };
    let mut failures = Failures::new(&context.ui);
    let mut done = Vec::new();
    let mut succeeded = 0;
    let run = &run;
    let mut results =
        stream::iter(&rows).map(|row| async move { (row, run.one(row).await) }).buffered(usize::from(args.jobs));
    while let Some((row, outcome)) = results.next().await {
        let (result, error) = match outcome {
            Outcome::Ok => {
                succeeded += 1;
                ledger::note_read_back(db.client(), row.id).await?;
                ("ok", None)
            }
            Outcome::Failed(e) => {
                ledger::note_not_read_back(db.client(), row.id).await?;
                ("failed", Some(e))
            }
            Outcome::Unknown(e) => ("unknown", Some(e)),
            Outcome::Stopped(e) => {
                failures.add("archive", &row.id.to_string(), e);
                break;
            }
        };
        done.push(VerifiedRecord {
            archive_id: row.id,
            result,
            range_start: row.range_start.into(),
            range_end: row.range_end.into(),
            messages: row.message_count,
            first_global_position: row.first_global_position,
            last_global_position: row.last_global_position,
            stored_bytes: row.stored_bytes,
            error: error.as_ref().map(ToString::to_string),
        });
        if let Some(e) = error {
            failures.add("archive", &row.id.to_string(), e);
        }
    }
    context.ui.list(done)?;
    Ok(failures.end("archive", succeeded))
}

/// How it went with an archive.
enum Outcome {
    Ok,
    /// Something is wrong with it.
    Failed(Error),
    /// Its store cannot be asked: that says nothing about the archive, but is a failure.
    Unknown(Error),
    /// A stop was asked for.
    Stopped(Error),
}

/// What archives that are read at the same time share.
struct Run<'a> {
    context: &'a Context,
    stores: Mutex<Stores<'a>>,
    /// Stores that give no answers, and why: what lies in them is not asked for one by one.
    silent: Mutex<BTreeMap<Option<&'a str>, String>>,
}

impl<'a> Run<'a> {
    async fn one(&self, row: &'a ArchiveRow) -> Outcome {
        let url = row.store_url.as_deref();
        if let Some(why) = self.silent.lock().await.get(&url) {
            return Outcome::Unknown(Error::failed(doing(row)).because(why.clone()));
        }
        let store = self.stores.lock().await.of(row).await;
        let Err(e) = read(self.context, store, row).await else { return Outcome::Ok };
        match e.kind() {
            Kind::Interrupted | Kind::Terminated => return Outcome::Stopped(e),
            Kind::Verification => return Outcome::Failed(e),
            _ => {}
        }
        let store = self.stores.lock().await.of(row).await;
        if let Ok(store) = store
            && let Err(why) = store.check().await
        {
            self.silent.lock().await.insert(url, why.to_string());
        }
        Outcome::Unknown(e)
    }
}

fn doing(row: &ArchiveRow) -> String {
    format!("verifying archive {} ({})", row.id, row.extent())
}

async fn read(context: &Context, store: Result<Store>, row: &ArchiveRow) -> Result<()> {
    context.stop.check()?;
    let store = store.map_err(|e| e.while_doing(doing(row)))?;
    let read = archive::verify(&store, row, &context.ui, &context.stop).await;
    thawing(&store, row, read).await.map(|_| ())
}
