//! `namespaces upgrade`.

use super::set_aside::tell_set_aside;
use crate::cli::Upgrade;
use crate::commands::app::{CommandOutcome, Context, Failures, PlannedStep};
use crate::db::queries::namespaces::NamespaceRow;
use crate::db::queries::roles;
use crate::db::{Db, Scope};
use crate::error::Result;
use crate::namespace::{self, CompressionSupport, Upgraded};
use crate::ui::record::record;
use crate::ui::{TableColumn, Tabular};

record! {
    /// A namespace that was upgraded.
    UpgradedRecord {
        /// Its name.
        namespace: String,
        /// What was added, in order.
        applied: Vec<&'static str>,
        /// Whether its chunks can be compressed.
        compression: bool,
    }
}

impl Tabular for UpgradedRecord {
    const COLUMNS: &'static [TableColumn] =
        &[TableColumn::Left("NAMESPACE"), TableColumn::Left("APPLIED"), TableColumn::Left("COMPRESSION")];

    fn cells(&self) -> Vec<String> {
        let applied = if self.applied.is_empty() { "-".to_owned() } else { self.applied.join(", ") };
        let compression = if self.compression { "available" } else { "not in this edition" };
        vec![self.namespace.clone(), applied, compression.to_owned()]
    }
}

pub(super) async fn run(context: &Context, args: Upgrade) -> Result<CommandOutcome> {
    let mut db = context.connect().await?;
    let rows = if args.all {
        let (ours, others): (Vec<_>, Vec<_>) =
            namespace::list(&db).await?.into_iter().partition(|row| row.is_hypertable);
        if !others.is_empty() {
            let names: Vec<_> = others.iter().map(|row| row.name.as_str()).collect();
            context.ui.note(&format!("left alone, as they are no hypertables: {}", names.join(", ")));
        }
        ours
    } else {
        vec![namespace::find(&db, args.name.as_deref().unwrap_or(&context.settings.namespace)).await?]
    };
    if context.is_plan() {
        return context.plan(plan(&db, &rows).await?);
    }
    let mut failures = Failures::new(&context.ui);
    let mut done = Vec::new();
    for row in &rows {
        let upgraded = upgrade(context, &mut db, row).await;
        roles::act_as_oneself(db.client()).await?;
        match upgraded {
            Ok(upgraded) => {
                tell_set_aside(context, &upgraded.name, upgraded.set_aside);
                if !upgraded.removed.is_empty() {
                    context.ui.note(&format!(
                        "removed from namespace {}, where calls would have found them instead of its own functions: {}",
                        upgraded.name,
                        upgraded.removed.join(", ")
                    ));
                }
                if !upgraded.indexes.is_empty() {
                    context.ui.note(&format!(
                        "made for namespace {}, which lacked them: index {}",
                        upgraded.name,
                        upgraded.indexes.join(", ")
                    ));
                }
                done.push(UpgradedRecord {
                    namespace: upgraded.name,
                    applied: upgraded.applied,
                    compression: upgraded.compression == CompressionSupport::Available,
                });
            }
            Err(e) => failures.add("namespace", &row.name, e),
        }
    }
    if done.iter().all(|d| d.applied.is_empty()) && !done.is_empty() {
        context.ui.note("up to date");
    }
    let has_changed = done.iter().any(|d| !d.applied.is_empty());
    let succeeded = done.len();
    context.ui.list(done)?;
    if has_changed {
        for stale in crate::db::queries::grants::stale(db.client()).await? {
            context.ui.note(&format!(
                "role {} has rights that an earlier version gave, wider than it needs them: {} prints what to run",
                stale.role,
                stale.command()
            ));
        }
    }
    Ok(failures.end("namespace", succeeded))
}

async fn plan(db: &Db, rows: &[NamespaceRow]) -> Result<Vec<PlannedStep>> {
    let mut steps = Vec::new();
    for row in rows {
        steps.extend(
            namespace::pending(db, row).await?.into_iter().map(|what| PlannedStep::new("apply", &row.name, what)),
        );
        let beside = namespace::shadows(db, row).await?;
        steps.extend(beside.into_iter().map(|function| PlannedStep::new("remove function", &row.name, function)));
    }
    Ok(steps)
}

/// As the owner of the namespace where that one can do it all: its tables have triggers and indexes, whose code runs.
async fn upgrade(context: &Context, db: &mut Db, row: &NamespaceRow) -> Result<Upgraded> {
    if row.is_hypertable {
        namespace::prepare_database(db).await?;
        let scope = Scope::new(&row.name, &row.schema, "public");
        if roles::superusers_own_some(db.client(), &scope).await? {
            context.warn_of_owner(db, &scope).await?;
        } else {
            context.act_as_owner(db, &scope).await?;
        }
    }
    namespace::upgrade(db, row).await
}
