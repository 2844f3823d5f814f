//! `archives claim`: a store becomes this database's.

use crate::archive::{self, LifecycleLock, Owner, StoreTakeOver, TakeOver};
use crate::commands::app::{CommandOutcome, Context};
use crate::db::{Db, Scope};
use crate::error::Result;
use crate::store::Store;
use crate::ui::record::{Time, record};
use crate::ui::{TableColumn, Tabular, human};

record! {
    /// A store that is, or would be, this database's.
    ClaimRecord {
        /// The namespace.
        namespace: String,
        /// The store.
        store_url: String,
        /// The lineage of its archives: it stays when another database takes the store over.
        claim_id: Option<String>,
        /// Counts the take-overs.
        epoch: Option<i32>,
        /// `claimed`, `ours` where it was this database's already, or `would claim` in a plan.
        result: &'static str,
        /// The cluster of the database whose it was.
        previous_system_identifier: Option<String>,
        /// The database whose it was.
        previous_database: Option<String>,
        /// When that one last changed it.
        previous_changed_at: Option<Time>,
        /// Why it was not this database's.
        reason: Option<String>,
    }
}

impl Tabular for ClaimRecord {
    const COLUMNS: &'static [TableColumn] = &[
        TableColumn::Left("NAMESPACE"),
        TableColumn::Left("STORE"),
        TableColumn::Left("RESULT"),
        TableColumn::Left("PREVIOUS OWNER"),
        TableColumn::Left("LAST CHANGE"),
        TableColumn::Left("CLAIM"),
    ];

    fn cells(&self) -> Vec<String> {
        vec![
            self.namespace.clone(),
            self.store_url.clone(),
            self.result.to_owned(),
            human::or_dash(self.previous_database.clone(), |database| {
                let cluster = self.previous_system_identifier.as_deref().unwrap_or("unknown");
                format!("{cluster}/{database}")
            }),
            human::or_dash(self.previous_changed_at, |t| human::time(t.0)),
            human::or_dash(self.claim_id.clone(), |id| id),
        ]
    }
}

impl ClaimRecord {
    fn new(scope: &Scope, store: &Store, result: &'static str) -> Self {
        Self {
            namespace: scope.namespace().to_owned(),
            store_url: store.url().to_string(),
            claim_id: None,
            epoch: None,
            result,
            previous_system_identifier: None,
            previous_database: None,
            previous_changed_at: None,
            reason: None,
        }
    }

    fn taken(self, claimed: &StoreTakeOver) -> Self {
        let before = claimed.before.as_ref();
        Self {
            claim_id: Some(claimed.claim_id.to_string()),
            epoch: Some(claimed.epoch),
            previous_system_identifier: before.and_then(|owner| owner.system_identifier.clone()),
            previous_database: before.map(|owner| owner.database.clone()),
            previous_changed_at: before.map(|owner| owner.changed_at.into()),
            reason: Some(claimed.why.clone()),
            ..self
        }
    }
}

pub(super) async fn run(context: &Context) -> Result<CommandOutcome> {
    let (mut db, namespace) = context.namespace().await?;
    let scope = &namespace.scope;
    let store = context.any_store(&db, scope, "claiming a store").await?;
    let planned = archive::plan_claim(&mut db, scope, &store, &context.stop).await?;
    if context.is_plan() {
        let record = ClaimRecord::new(scope, &store, "would claim");
        let record = match &planned {
            TakeOver::Ours(id) => ClaimRecord { claim_id: Some(id.to_string()), result: "ours", ..record },
            TakeOver::New => record,
            TakeOver::From(claimed) => record.taken(claimed),
        };
        context.ui.object(&record)?;
        if let TakeOver::From(claimed) = &planned {
            context.ui.note(&claimed.why);
            tell_lineage(context, claimed);
        }
        context.ui.note("a plan: nothing has changed");
        return Ok(CommandOutcome::Done);
    }
    if let TakeOver::From(claimed) = &planned {
        context.ui.note(&claimed.why);
        let doing = format!(
            "taking over the archives of namespace {} in {} from {}",
            scope.namespace(),
            store.url(),
            whose(claimed.before.as_ref())
        );
        context.confirm(doing, scope.namespace().to_owned()).await?;
    }
    claim(context, db, scope, &store, &planned).await
}

/// Archives that the claim alone does not make this database's own.
fn tell_lineage(context: &Context, claimed: &StoreTakeOver) {
    if !claimed.is_own_lineage {
        context.ui.note(
            "archives there are of another database's messages: archives sync names them, and --from enters them",
        );
    }
}

fn whose(before: Option<&Owner>) -> String {
    before.map_or_else(|| "whoever has them now".to_owned(), Owner::shown)
}

async fn claim(context: &Context, db: Db, scope: &Scope, store: &Store, planned: &TakeOver) -> Result<CommandOutcome> {
    let mut lock = LifecycleLock::take(db, scope, &context.ui).await?;
    let record = ClaimRecord::new(scope, store, "claimed");
    let record = match (archive::plan_claim(lock.db(), scope, store, &context.stop).await?, planned) {
        (TakeOver::From(claimed), TakeOver::From(confirmed)) => {
            claimed.refuse_changed(confirmed)?;
            archive::take_over(&mut lock, scope, store, &claimed).await?;
            tell_lineage(context, &claimed);
            if claimed.before.is_some() {
                context.ui.note("the database that had them before reads them from now on, and changes nothing");
            }
            record.taken(&claimed)
        }
        (TakeOver::From(claimed), _) => return Err(claimed.appeared()),
        (TakeOver::New, _) => {
            let claimed = archive::claimed(&mut lock, scope, store).await?;
            ClaimRecord { claim_id: Some(claimed.claim_id().to_string()), epoch: Some(1), ..record }
        }
        (TakeOver::Ours(id), _) => {
            context.ui.note("it is this database's already");
            ClaimRecord { claim_id: Some(id.to_string()), result: "ours", ..record }
        }
    };
    context.ui.object(&record)?;
    context.warn_of_unplaced_in(lock.db(), scope, store).await?;
    Ok(CommandOutcome::Done)
}
