//! `doctor`: one line a check, with the fix.

use crate::archive::{Proofs, RemovalCheck};
use crate::commands::app::{CommandOutcome, Context};
use crate::db::{Db, Scope};
use crate::doctor::{self, Check, Verdict};
use crate::error::{Error, Kind, Result};
use crate::store::Store;
use crate::ui::record::record;
use crate::ui::{TableColumn, Tabular, human};

record! {
    /// A check.
    CheckRecord {
        /// `ok`, `warn` or `fail`.
        verdict: &'static str,
        /// What was looked at.
        check: &'static str,
        /// What was found.
        found: String,
        /// What to do about it.
        fix: Option<String>,
    }
}

impl Tabular for CheckRecord {
    const COLUMNS: &'static [TableColumn] = &[
        TableColumn::Left("VERDICT"),
        TableColumn::Left("CHECK"),
        TableColumn::Left("FOUND"),
        TableColumn::Left("FIX"),
    ];

    fn cells(&self) -> Vec<String> {
        vec![
            self.verdict.to_owned(),
            self.check.to_owned(),
            self.found.clone(),
            human::or_dash(self.fix.clone(), |fix| fix),
        ]
    }
}

impl From<Check> for CheckRecord {
    fn from(check: Check) -> Self {
        Self { verdict: check.verdict.as_str(), check: check.name, found: check.found, fix: check.fix }
    }
}

pub(super) async fn run(context: &Context) -> Result<CommandOutcome> {
    let (mut db, namespace) = match context.namespace().await {
        // A new database, or a misspelt name.
        Err(e) if e.kind() == Kind::NotFound => return without_namespace(context, e).await,
        opened => opened?,
    };
    let mut checks = doctor::database(&db, &namespace.scope).await?;
    let named = context.named_store(&db, &namespace.scope).await;
    match &named {
        Ok(Some(_)) => checks.extend(store(context, &mut db, &namespace.scope).await?),
        Ok(None) => checks.push(Check::warn("store", "none is given".to_owned(), "add --store to have it checked")),
        Err(e) => checks.push(Check::failed("store", e)),
    }
    // The flag says where archives have gone: those that the ledger names may be gone.
    if context.settings.reading_store()?.is_none() {
        let settings = &context.settings.store_settings;
        let looked_at = named.as_ref().ok().and_then(Option::as_ref);
        checks.extend(doctor::other_stores(&db, &namespace.scope, settings, looked_at).await?);
    }
    let failed = checks.iter().filter(|c| c.verdict == Verdict::Fail).count();
    let warned = checks.iter().filter(|c| c.verdict == Verdict::Warn).count();
    let all = checks.len();
    context.ui.list(checks.into_iter().map(CheckRecord::from))?;
    context.ui.note(&format!("{}: {failed} failed, {warned} to look at", human::plural(all, "check")));
    Ok(if failed > 0 { CommandOutcome::Failed(Kind::Failed) } else { CommandOutcome::Done })
}

/// What can be checked without a namespace, and then that there is none.
async fn without_namespace(context: &Context, missing: Error) -> Result<CommandOutcome> {
    let mut checks = doctor::server_alone(&context.connect_any().await?).await?;
    if let Some(url) = context.settings.store()? {
        let answered = async { Store::open_existing(&url, &context.settings.store_settings).await?.check().await };
        checks.push(match answered.await {
            Ok(()) => Check::ok("store", format!("{url} answers")),
            Err(e) => Check::failed("store", &e),
        });
    }
    checks.push(Check::failed("namespace", &missing));
    context.ui.list(checks.into_iter().map(CheckRecord::from))?;
    Err(missing)
}

/// The store that archives go to.
async fn store(context: &Context, db: &mut Db, scope: &Scope) -> Result<Vec<Check>> {
    match context.store(db, scope, "checking the store").await {
        Ok(store) => {
            let (mut stores, mut proofs) = (context.stores().await?, Proofs::default());
            let (progress, stop) = (&context.ui, &context.stop);
            let mut look = RemovalCheck { db, scope, stores: &mut stores, proofs: &mut proofs, progress, stop };
            doctor::store(&mut look, &store).await
        }
        Err(e) => Ok(vec![Check::failed("store", &e)]),
    }
}
