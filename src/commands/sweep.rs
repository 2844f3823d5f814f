//! `archives sweep`: what came to nothing is taken out of the store.

use std::time::Duration;

use super::failures::Failures;
use super::{Context, Ended};
use crate::archive::{self, Claims, Fate, Left, Leftover, LifecycleLock, Look, Proofs, State};
use crate::db::{Db, Scope};
use crate::error::Result;
use crate::settings::Run;
use crate::store::Store;
use crate::ui::record::{Time, record};
use crate::ui::{Column, Tabular, human};

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
    }
}

impl Tabular for LeftRecord {
    const COLUMNS: &'static [Column] = &[
        Column::Left("KIND"),
        Column::Left("SINCE"),
        Column::Right("SIZE"),
        Column::Left("RESULT"),
        Column::Left("OBJECT"),
        Column::Left("REASON"),
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
    fn new(left: &Leftover, run: Run) -> Self {
        let (kind, archive_id, bytes) = match &left.what {
            Left::Upload(_) => ("upload", None, None),
            Left::Object(object, archive) => ("object", *archive, i64::try_from(object.size).ok()),
            Left::Row(archive, _) => ("row", Some(*archive), None),
        };
        Self {
            kind,
            object: left.what.key().to_owned(),
            archive_id,
            bytes,
            since: left.what.since().map(Time),
            result: match run {
                Run::Apply if left.fate.goes() => "removed",
                Run::Plan if left.fate.goes() => "would remove",
                _ => "kept",
            },
            reason: why_kept(&left.fate, archive_id),
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
        Fate::Unknown => Some("the ledger does not know it: archives sync".to_owned()),
    }
}

pub(super) async fn run(context: &Context, stray_after: Duration) -> Result<Ended> {
    let (mut db, namespace) = context.namespace().await?;
    let scope = &namespace.scope;
    let store = context.existing_store(&db, scope, "sweeping the store").await?;
    if context.is_plan() {
        let found = leftovers(context, &mut db, scope, &store, stray_after).await?;
        context.ui.list(found.iter().map(|left| LeftRecord::new(left, Run::Plan)))?;
        context.ui.note("a plan: nothing has changed");
        return Ok(context.end_of_plan(context.refusal(&db, scope, Ok(store)).await));
    }
    let mut lock = LifecycleLock::take(db, scope, &context.ui).await?;
    let mut claims = Claims::default();
    let store = claims.of(&mut lock, scope, &store).await?;
    let found = leftovers(context, lock.db(), scope, &store, stray_after).await?;
    if found.is_empty() {
        context.ui.note("nothing to sweep");
    }
    let mut failures = Failures::new(&context.ui);
    let mut done = Vec::new();
    for left in &found {
        match archive::sweep(&store, left, &context.stop).await {
            Ok(()) => done.push(LeftRecord::new(left, Run::Apply)),
            Err(e) => failures.add("object", left.what.key(), e),
        }
    }
    let succeeded = done.len();
    context.ui.list(done)?;
    claims.end(&mut lock, scope, &context.ui).await;
    let mut stores = context.stores().await?;
    stores.clear_copies(&mut lock, scope).await?;
    stores.end(&mut lock, scope).await;
    Ok(failures.end("object", succeeded))
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
    let mut look = Look { db, scope, stores: &mut stores, proofs: &mut proofs, progress, stop };
    archive::leftovers(&mut look, store, stray_after).await
}
