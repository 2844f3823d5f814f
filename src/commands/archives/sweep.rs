//! `archives sweep`: what came to nothing is taken out of the store.

use std::collections::HashSet;
use std::time::Duration;

use crate::archive::{self, Claims, Fate, Leftover, LifecycleLock, Proofs, RemovalCheck, State, SweptItem};
use crate::commands::app::{CommandOutcome, Context, Failures};
use crate::db::queries::{claims, policies};
use crate::db::{Db, Scope};
use crate::error::{Error, Result};
use crate::settings::RunMode;
use crate::store::Store;
use crate::ui::record::{Time, record};
use crate::ui::{TableColumn, Tabular, human};

record! {
    /// Something left in the store.
    LeftRecord {
        /// `upload`, `object`, or `row` where a row of the ledger names objects that it cannot mean.
        kind: &'static str,
        /// Its name.
        object: String,
        /// The failed archive that it is of.
        archive_id: Option<i64>,
        /// Bytes, where the store tells.
        bytes: Option<i64>,
        /// When it was begun or stored.
        since: Option<Time>,
        /// `removed`, or `would remove` in a plan, or `kept`.
        result: &'static str,
        /// Why it is kept.
        reason: Option<String>,
        /// The store that it was found in.
        store_url: String,
    }
}

impl Tabular for LeftRecord {
    const COLUMNS: &'static [TableColumn] = &[
        TableColumn::Left("KIND"),
        TableColumn::Left("SINCE"),
        TableColumn::Right("SIZE"),
        TableColumn::Left("RESULT"),
        TableColumn::Left("OBJECT"),
        TableColumn::Left("REASON"),
    ];

    fn cells(&self) -> Vec<String> {
        vec![
            self.kind.to_owned(),
            human::or_dash(self.since, |t| human::time(t.0)),
            human::or_dash(self.bytes, human::bytes),
            self.result.to_owned(),
            self.object.clone(),
            human::or_dash(self.reason.clone(), |reason| reason),
        ]
    }
}

impl LeftRecord {
    fn new(left: &Leftover, store: &Store, run: RunMode) -> Self {
        let (kind, archive_id, bytes) = match &left.what {
            SweptItem::Upload(_) => ("upload", None, None),
            SweptItem::Object(object, archive) => ("object", *archive, i64::try_from(object.size).ok()),
            SweptItem::Row(archive, _) => ("row", Some(*archive), None),
        };
        Self {
            kind,
            object: left.what.key().to_owned(),
            archive_id,
            bytes,
            since: left.what.since().map(Time),
            result: match run {
                RunMode::Apply if left.fate.goes() => "removed",
                RunMode::Plan if left.fate.goes() => "would remove",
                _ => "kept",
            },
            reason: why_kept(&left.fate, archive_id),
            store_url: store.url().to_string(),
        }
    }
}

/// Why something stays in the store.
fn why_kept(fate: &Fate, archive: Option<i64>) -> Option<String> {
    match fate {
        Fate::Abort | Fate::Remove(_) => None,
        Fate::TooYoung => Some("a run may still be at it".to_owned()),
        Fate::Stays(stays) if stays.is_of_row() => Some(stays.to_string()),
        Fate::Stays(stays) => Some(match archive {
            Some(id) => format!("{stays}: {}", stays.way_back(id, State::Failed)),
            None => stays.to_string(),
        }),
        Fate::Unknown(unknown) => Some(unknown.to_string()),
    }
}

pub(super) async fn run(context: &Context, stray_after: Duration) -> Result<CommandOutcome> {
    let (mut db, namespace) = context.namespace().await?;
    let scope = &namespace.scope;
    let own = context.existing_store(&db, scope, "sweeping the store").await?;
    let stores = with_copies(context, &db, scope, own).await?;
    if context.is_plan() {
        let (mut rows, mut refused) = (Vec::new(), None);
        for store in &stores {
            let found = leftovers(context, &mut db, scope, store, stray_after).await?;
            rows.extend(found.iter().map(|left| LeftRecord::new(left, store, RunMode::Plan)));
        }
        for store in stores {
            refused = refused.or(context.refusal(&db, scope, Ok(store)).await);
        }
        context.ui.list(told_once(rows))?;
        context.ui.note("a plan: nothing has changed");
        return Ok(context.end_of_plan(refused));
    }
    let mut lock = LifecycleLock::take(db, scope, &context.ui).await?;
    let (mut claims, mut failures) = (Claims::default(), Failures::new(&context.ui));
    let mut done = Vec::new();
    for store in &stores {
        let store = claims.of_to_remove(&mut lock, scope, store, &context.ui).await?;
        for left in &leftovers(context, lock.db(), scope, &store, stray_after).await? {
            match archive::sweep(&store, left, &context.stop).await {
                Ok(()) => done.push(LeftRecord::new(left, &store, RunMode::Apply)),
                Err(e) => failures.add("object", left.what.key(), e),
            }
        }
    }
    if done.is_empty() && failures.is_empty() {
        context.ui.note("nothing to sweep");
    }
    let done = told_once(done);
    let succeeded = done.len();
    context.ui.list(done)?;
    claims.end(&mut lock, scope, &context.ui).await;
    let mut stores = context.stores().await?.only_removing();
    stores.clear_copies(&mut lock, scope).await?;
    stores.end(&mut lock, scope).await;
    Ok(failures.end("object", succeeded))
}

/// The store, and, unless one was asked for, those of the policy's copies that something was written to. One that is away keeps
/// nobody from the others.
async fn with_copies(context: &Context, db: &Db, scope: &Scope, own: Store) -> Result<Vec<Store>> {
    let mut swept = vec![own];
    if context.settings.store()?.is_some() {
        return Ok(swept);
    }
    let policy = policies::of(db.client(), scope.namespace()).await?.unwrap_or_default();
    let claims = claims::list(db.client(), scope.namespace()).await?;
    for url in policy.copies.iter().filter(|url| claims.iter().any(|row| row.store_url == **url)) {
        let opened = async {
            let store = Store::open_existing(&url.parse()?, &context.settings.store_settings).await?;
            store.check().await?;
            Ok(store)
        };
        match opened.await {
            Ok(store) => swept.push(store),
            Err(e) => {
                let e: Error = e;
                context.ui.warn(&format!("{url} is away, and what is left there stays for now: {e}"));
            }
        }
    }
    Ok(swept)
}

/// A row of the ledger is odd whichever store is swept.
fn told_once(mut rows: Vec<LeftRecord>) -> Vec<LeftRecord> {
    let mut seen = HashSet::new();
    rows.retain(|row| row.kind != "row" || seen.insert(row.archive_id));
    rows
}

/// What was left, for commands that look for it.
pub(super) async fn leftovers(
    context: &Context,
    db: &mut Db,
    scope: &Scope,
    store: &Store,
    stray_after: Duration,
) -> Result<Vec<Leftover>> {
    let (mut stores, mut proofs) = (context.stores().await?, Proofs::default());
    let (progress, stop) = (&context.ui, &context.stop);
    let mut look = RemovalCheck { db, scope, stores: &mut stores, proofs: &mut proofs, progress, stop };
    archive::leftovers(&mut look, store, stray_after).await
}
