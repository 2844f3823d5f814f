//! `archives rekey`: archives are encrypted again, to other recipients.

mod choose;
mod record;

use std::collections::{BTreeSet, HashSet};

use crate::archive::{
    self, ArchiveRow, Exposed, Fate, Leftover, LifecycleLock, Objects, Proofs, RecipientChange, Rekeyed, Removal,
    RemovalCheck, RemovalVerdict, State, SweptItem,
};
use crate::cli::Rekey;
use crate::commands::app::{ArchiveStores, CommandOutcome, Context, Failures, PlannedStep, thawing};
use crate::db::queries::ledger;
use crate::db::{Db, Scope};
use crate::error::{Error, Result};
use choose::{RekeyPlan, RekeyTarget};
use record::RekeyedRecord;

pub(super) async fn run(context: &Context, args: Rekey) -> Result<CommandOutcome> {
    let change = RecipientChange::new(&args.added, &args.removed, &context.settings.store_settings.age)?;
    let (db, namespace) = context.namespace().await?;
    let scope = &namespace.scope;
    if context.is_plan() {
        return plan(context, db, scope, (change, &args.ids)).await;
    }
    let mut lock = LifecycleLock::take(db, scope, &context.ui).await?;
    let mut stores = context.stores().await?;
    let mut failures = Failures::new(&context.ui);
    let chosen =
        RekeyPlan::choose(context, lock.db(), scope, (change, &args.ids), (&mut stores, &mut failures)).await?;
    chosen.refuse(context)?;
    if chosen.is_empty() {
        context.ui.note("nothing to do: nothing of the archives opens for others than it is to");
        chosen.tell_of_settings(context);
        context.ui.list(Vec::<RekeyedRecord>::new())?;
        // What an earlier run could not reach.
        stores.clear_copies(&mut lock, scope).await?;
        stores.end(&mut lock, scope).await;
        return Ok(failures.end("archive", 0));
    }
    stores.claim_all(&mut lock, scope, chosen.meant()).await?;
    let (proofs, made, told) = (Proofs::default(), BTreeSet::new(), HashSet::new());
    let mut work = RekeyRun { context, scope, chosen, stores, failures, proofs, made, told, done: Vec::new() };
    let ended = async {
        work.archives(&mut lock).await?;
        work.old(&mut lock).await?;
        work.objects(&mut lock).await?;
        work.uploads(&mut lock).await?;
        work.copies(&mut lock).await?;
        work.look(lock.db()).await
    };
    if let Err(e) = ended.await {
        work.failures.add("namespace", scope.namespace(), e);
    }
    work.end(&mut lock).await
}

/// What would be encrypted again, and what would go.
async fn plan(
    context: &Context,
    mut db: Db,
    scope: &Scope,
    (change, ids): (RecipientChange, &[i64]),
) -> Result<CommandOutcome> {
    let (mut stores, mut failures) = (context.stores().await?, Failures::new(&context.ui));
    let chosen = RekeyPlan::choose(context, &db, scope, (change, ids), (&mut stores, &mut failures)).await?;
    let mut steps: Vec<PlannedStep> = chosen
        .targets
        .iter()
        .map(|target| PlannedStep::on_archive(if target.is_plain { "encrypt" } else { "encrypt again" }, &target.row))
        .collect();
    let mut proofs = Proofs::default();
    for exposed in &chosen.exposed {
        match &exposed.row {
            Some(row) if is_idle(row) => {
                let (db, stores, proofs) = (&mut db, &mut stores, &mut proofs);
                let mut look = RemovalCheck { db, scope, stores, proofs, progress: &context.ui, stop: &context.stop };
                let action = match look.verdict(row).await? {
                    RemovalVerdict::Go(_) => "remove the objects of",
                    RemovalVerdict::Stays(_) => "leave",
                };
                steps.push(PlannedStep::on_archive(action, row));
            }
            Some(_) => {}
            None => steps.push(PlannedStep::new("leave", scope.namespace(), exposed.key.as_str())),
        }
    }
    steps.extend(chosen.erasing.iter().map(|row| PlannedStep::on_archive("remove the objects of", row)));
    let uploads = chosen.uploads.iter().map(|(_, upload)| upload.key.as_str());
    steps.extend(uploads.map(|key| PlannedStep::new("end the upload of", scope.namespace(), key)));
    chosen.tell_of_settings(context);
    let refused = match chosen.refuse(context) {
        Err(e) => Some(e),
        Ok(()) => context.refusal_of(&db, scope, chosen.meant()).await?,
    };
    Ok(match (context.plan_unless(refused, steps)?, failures.end("archive", chosen.targets.len())) {
        (CommandOutcome::Done, failed) => failed,
        (refused, _) => refused,
    })
}

/// Whether the ledger counts on nothing of it any more.
fn is_idle(row: &ArchiveRow) -> bool {
    matches!(row.state, State::Expired | State::Failed) && row.objects != Objects::Erasing
}

struct RekeyRun<'a> {
    context: &'a Context,
    scope: &'a Scope,
    chosen: RekeyPlan,
    stores: ArchiveStores<'a>,
    failures: Failures<'a>,
    proofs: Proofs,
    /// Archives that were made.
    made: BTreeSet<i64>,
    /// Archives whose objects are told of already.
    told: HashSet<i64>,
    done: Vec<RekeyedRecord>,
}

impl<'a> RekeyRun<'a> {
    fn fail(&mut self, row: &ArchiveRow, e: Error) {
        self.told.insert(row.id);
        self.failures.add("archive", &row.id.to_string(), e);
    }

    /// Archives that are kept are written again for their recipients.
    async fn archives(&mut self, lock: &mut LifecycleLock) -> Result<()> {
        for target in std::mem::take(&mut self.chosen.targets) {
            self.context.stop.check()?;
            match self.archive(lock, &target).await {
                Ok(id) => {
                    // It was read back before it took its place.
                    self.proofs.add(id);
                    self.chosen.settled.insert(id);
                    self.made.insert(id);
                    self.done.push(RekeyedRecord::of_archive(&target, id));
                }
                Err(e) => self.fail(&target.row, e),
            }
        }
        Ok(())
    }

    async fn archive(&mut self, lock: &mut LifecycleLock, target: &RekeyTarget) -> Result<i64> {
        let object_lock = archive::lock_of_namespace(lock.db().client(), self.scope.namespace()).await?;
        let store = self.stores.claimed(lock, self.scope, &target.row).await?.locking(object_lock);
        archive::check_can_lock(&store, object_lock).await?;
        let what = Rekeyed { archive: &target.row, recipients: &target.recipients };
        let made = archive::rekey(lock, self.scope, &store, &what, (&self.context.ui, &self.context.stop)).await;
        thawing(&store, &target.row, made).await
    }

    fn look_at<'b>(&'b mut self, lock: &'b mut LifecycleLock) -> RemovalCheck<'b, ArchiveStores<'a>> {
        let (scope, stores, proofs) = (self.scope, &mut self.stores, &mut self.proofs);
        RemovalCheck { db: lock.db(), scope, stores, proofs, progress: &self.context.ui, stop: &self.context.stop }
    }

    /// Objects of generations that nobody needs any more, and of attempts that failed, are marked to go where others than are
    /// to can open them.
    async fn old(&mut self, lock: &mut LifecycleLock) -> Result<()> {
        let exposed: Vec<Exposed> = std::mem::take(&mut self.chosen.exposed);
        for (row, told) in exposed.iter().filter_map(|e| Some((e.row.as_ref().filter(|row| is_idle(row))?, e.told()))) {
            self.context.stop.check()?;
            let marked = match self.look_at(lock).verdict(row).await {
                Ok(RemovalVerdict::Go(_)) => archive::mark_for_removal(lock, row, &[]).await,
                Ok(RemovalVerdict::Stays(stays)) => {
                    let refused = archive::refused(row, &stays);
                    let hint = refused.hint_text().unwrap_or_default().to_owned();
                    Err(Error::failed(format!("looking at archive {}, which is {}", row.id, row.state))
                        .because(format!("{told}, and {stays}"))
                        .hint(hint))
                }
                Err(e) => Err(e),
            };
            if let Err(e) = marked {
                self.fail(row, e);
            }
        }
        Ok(())
    }

    /// What is marked to go, of earlier runs as well.
    async fn objects(&mut self, lock: &mut LifecycleLock) -> Result<()> {
        let archives = ledger::list(lock.db().client(), self.scope.namespace()).await?;
        for row in archives.iter().filter(|a| a.objects == Objects::Erasing) {
            self.context.stop.check()?;
            let removed = async {
                let leave = match self.look_at(lock).verdict(row).await? {
                    RemovalVerdict::Go(leave) => leave,
                    RemovalVerdict::Stays(stays) => return Err(archive::refused(row, &stays)),
                };
                let store = self.stores.claimed(lock, self.scope, row).await?;
                archive::remove(lock, &store, row, &leave, Removal::Erase).await
            };
            match removed.await {
                Ok(()) => self.done.push(RekeyedRecord::of_objects(row)),
                Err(e) => self.fail(row, e),
            }
        }
        Ok(())
    }

    /// Copies in further stores: of the new archives they are made, and of the old ones they go with all their versions.
    async fn copies(&mut self, lock: &mut LifecycleLock) -> Result<()> {
        self.stores.make_missing(lock, self.scope, &self.made).await?;
        let cleared = archive::clear_copies(lock, self.scope, &mut self.stores, &self.context.stop).await?;
        for (url, e) in cleared.by_store() {
            self.failures.add("copy", &url, e);
        }
        Ok(())
    }

    /// Uploads that runs which were killed have left: nobody is at them while the lifecycle lock is held.
    async fn uploads(&mut self, lock: &mut LifecycleLock) -> Result<()> {
        for (of, upload) in std::mem::take(&mut self.chosen.uploads) {
            let key = upload.key.as_str().to_owned();
            let left = Leftover { what: SweptItem::Upload(upload), fate: Fate::Abort };
            let ended = async {
                let store = self.stores.claimed(lock, self.scope, &of).await?;
                archive::sweep(&store, &left, &self.context.stop).await
            };
            match ended.await {
                Ok(()) => self.done.push(RekeyedRecord::of_upload(key)),
                Err(e) => self.failures.add("upload", &key, e),
            }
        }
        Ok(())
    }

    /// Looks through the stores for what others can open, all versions included.
    async fn look(&mut self, db: &Db) -> Result<()> {
        let exposed = self.chosen.exposed_now(self.context, db, self.scope, &mut self.stores).await?;
        if exposed.is_empty() && self.chosen.has_seen_all() {
            self.context
                .ui
                .note("the store was looked through, hidden versions included: nothing opens for others than it is to");
        }
        for (store, found) in exposed {
            if found.row.as_ref().is_some_and(|row| self.told.contains(&row.id)) {
                continue;
            }
            let hint = match &found.row {
                None => {
                    "the ledger does not know it: archives sync enters it where it is whole, and this command takes it \
                         then; otherwise delete it, with all its versions"
                }
                Some(_) => "run the same command again; eventodb-admin archives list --all shows its archive",
            };
            let e = Error::failed(format!("looking for what is still open to others: {}", store.describe(&found.key)))
                .because(found.told());
            self.failures.add("object", found.key.as_str(), e.hint(hint));
        }
        Ok(())
    }

    async fn end(mut self, lock: &mut LifecycleLock) -> Result<CommandOutcome> {
        if let Err(e) = self.context.empty_cache() {
            self.failures.add("cache", "on this machine", e);
        }
        let succeeded = self.done.len();
        self.context.ui.list(self.done)?;
        self.stores.end(lock, self.scope).await;
        if succeeded > 0 {
            self.context.tell_manifests_to_keep(lock.db(), self.scope).await;
        }
        self.chosen.tell_of_settings(self.context);
        let ended = self.failures.end("archive", succeeded);
        if ended != CommandOutcome::Done {
            self.context.ui.warn("not all of it is done yet: run the same command again");
        }
        Ok(ended)
    }
}
