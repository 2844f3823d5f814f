//! `archives erase`: a stream's content is taken out of the database and of every archive.

mod elsewhere;
mod record;
mod run;
mod unseen;

use std::collections::BTreeSet;

use self::record::ErasedRecord;
use self::run::{ErasureRun, candidates, listed};

use crate::archive::{
    self, ArchiveRow, ErasureRequest, LifecycleLock, Objects, Proofs, Removal, RemovalCheck, RemovalVerdict, State,
    UnneededObjects, begin_erasure, end_erasure,
};
use crate::cli::Erase;
use crate::commands::app::{ArchiveStores, CommandOutcome, Context, Failures, PlannedStep, Unplaced, thawing};
use crate::db::queries::{heads, ledger};
use crate::db::{Db, Scope};
use crate::error::{Error, Result};
use crate::messages::StreamName;
use crate::stream_name::stream_unknown;

/// The streams that were named, each once.
fn distinct(given: &[String]) -> Result<Vec<String>> {
    let mut streams: Vec<String> = Vec::new();
    for stream in given {
        let name: StreamName = stream.parse()?;
        if streams.iter().all(|s| s != name.as_str()) {
            streams.push(name.as_str().to_owned());
        }
    }
    Ok(streams)
}

pub(super) async fn run(context: &Context, args: Erase) -> Result<CommandOutcome> {
    let reason = args.reason.trim();
    if reason.is_empty() {
        return Err(Error::usage("erasing streams").because("--reason says nothing"));
    }
    let streams = distinct(&args.streams)?;
    let (db, namespace) = context.namespace().await?;
    let scope = &namespace.scope;
    context.settings.store_settings.age.check()?;
    let gone = unseen::gone(context, &db, scope, &args.gone).await?;
    refuse_held(context, &db, scope, (&streams, reason)).await?;
    if context.is_plan() {
        return plan(context, db, scope, &streams).await;
    }
    let (doing, expected) = match streams.as_slice() {
        [one] => (format!("erasing the content of stream {one}"), one.clone()),
        many => (format!("erasing the content of {} streams", many.len()), many.len().to_string()),
    };
    context.confirm(doing, expected).await?;
    let object_lock = context.object_lock(&db, scope, &args.locking).await?;
    let mut lock = LifecycleLock::take(db, scope, &context.ui).await?;
    refuse_held(context, lock.db(), scope, (&streams, reason)).await?;
    let person = whoami::username().unwrap_or_else(|_| "unknown".to_owned());
    let mut stores = context.stores().await?;
    let archives = ledger::list(lock.db().client(), scope.namespace()).await?;
    let erasing = archives.iter().filter(|a| a.objects == Objects::Erasing);
    stores.claim_all(&mut lock, scope, candidates(&archives, &streams).iter().chain(erasing)).await?;
    let meant = candidates(&listed(lock.db(), scope, &streams).await?, &streams);
    let elsewhere = elsewhere::placed(context, &mut stores, &meant).await?;
    let mut records = Vec::with_capacity(streams.len());
    for stream in &streams {
        records.push(begin_erasure(lock.db().client(), scope.namespace(), stream, reason, &person).await?);
    }
    let failures = Failures::new(&context.ui);
    let proofs = Proofs::default();
    let mut work = ErasureRun {
        context,
        scope,
        streams,
        gone,
        elsewhere,
        records,
        stores,
        object_lock,
        failures,
        proofs,
        left: Vec::new(),
        done: Vec::new(),
    };
    let ended = async {
        work.live(&mut lock).await?;
        work.archives(&mut lock).await?;
        work.old(&mut lock).await?;
        work.objects(&mut lock).await?;
        work.uploads(&mut lock).await?;
        work.copies(&mut lock).await?;
        work.placed_elsewhere(&mut lock).await?;
        work.unplaced(lock.db()).await
    };
    if let Err(e) = ended.await {
        work.fail("namespace", scope.namespace(), e);
    }
    if let Err(e) = context.empty_cache() {
        work.fail("cache", "on this machine", e);
    }
    work.end(&mut lock).await
}

/// A hold against the request: nothing is erased, and people decide which of the two goes first.
async fn refuse_held(context: &Context, db: &Db, scope: &Scope, (streams, reason): (&[String], &str)) -> Result<()> {
    let holds = crate::commands::app::holds::in_force(context, db, scope).await?;
    if holds.is_empty() {
        return Ok(());
    }
    let archives = candidates(&listed(db, scope, streams).await?, streams);
    let request = ErasureRequest { streams, reason, archives: &archives };
    archive::refuse_erasure(db, scope, &mut context.stores().await?, &holds, (request, &context.stop)).await
}

/// What would be erased where.
async fn plan(context: &Context, mut db: Db, scope: &Scope, streams: &[String]) -> Result<CommandOutcome> {
    let mut steps = Vec::new();
    for live in archive::live_chunks(&db, scope, streams, &context.stop).await? {
        let step = PlannedStep::on_chunk("erase in", scope.namespace(), &live.chunk);
        steps.push(PlannedStep { message_count: Some(live.messages), ..step });
    }
    let archives = listed(&db, scope, streams).await?;
    let mut stores = context.stores().await?;
    let mut old = Vec::new();
    for row in candidates(&archives, streams) {
        context.stop.check()?;
        if row.state.is_kept() {
            let store = stores.of(&row).await?;
            let holding = archive::holding(&store, &row, streams, &context.stop).await;
            let holding = thawing(&store, &row, holding).await?;
            let messages: u64 = holding.streams.values().sum();
            if messages > 0 {
                let step = PlannedStep::on_archive("write again", &row);
                steps.push(PlannedStep { message_count: i64::try_from(messages).ok(), ..step });
            }
        } else {
            old.push(row);
        }
    }
    let mut proofs = Proofs::default();
    for row in old {
        let (db, stores, proofs) = (&mut db, &mut stores, &mut proofs);
        let mut look = RemovalCheck { db, scope, stores, proofs, progress: &context.ui, stop: &context.stop };
        match archive::find_unneeded(&mut look, &row, streams).await? {
            UnneededObjects::Clean => {}
            UnneededObjects::Remove => steps.push(PlannedStep::on_archive("remove the objects of", &row)),
            UnneededObjects::Stays(_) => steps.push(PlannedStep::on_archive("leave", &row)),
        }
    }
    let meant: Vec<ArchiveRow> = candidates(&archives, streams)
        .into_iter()
        .chain(archives.iter().filter(|a| a.objects == Objects::Erasing).cloned())
        .collect();
    let refused = context.refusal_of(&db, scope, &meant).await?;
    context.plan_unless(refused, steps)
}

impl<'a> ErasureRun<'a> {
    /// The hypertable first: what is archived from here on holds nothing any more.
    async fn live(&mut self, lock: &mut LifecycleLock) -> Result<()> {
        let stop = &self.context.stop;
        for live in archive::live_chunks(lock.db(), self.scope, &self.streams, stop).await? {
            stop.check()?;
            let chunk = &live.chunk;
            match archive::erase_live(lock, self.scope, chunk, &self.records, &self.context.ui, stop).await {
                Ok(messages) => self.done.push(ErasedRecord {
                    kind: "live",
                    chunk_name: chunk.name().to_owned(),
                    archive_id: None,
                    replaced_by: None,
                    range_start: chunk.range_start.into(),
                    range_end: chunk.range_end.into(),
                    messages: Some(messages),
                    result: "erased",
                }),
                Err(e) => self.fail("chunk", chunk.name(), e),
            }
        }
        Ok(())
    }

    /// Archives that are kept are written anew.
    async fn archives(&mut self, lock: &mut LifecycleLock) -> Result<()> {
        let archives = listed(lock.db(), self.scope, &self.streams).await?;
        for row in candidates(&archives, &self.streams).iter().filter(|a| a.state.is_kept()) {
            self.context.stop.check()?;
            match self.archive(lock, row).await {
                Ok(Some(record)) => {
                    // It was read back before it took its place.
                    record.replaced_by.into_iter().for_each(|id| self.proofs.add(id));
                    self.done.push(record);
                }
                Ok(None) => {}
                Err(e) => self.fail("archive", &row.id.to_string(), e),
            }
        }
        Ok(())
    }

    async fn archive(&mut self, lock: &mut LifecycleLock, row: &ArchiveRow) -> Result<Option<ErasedRecord>> {
        let store = self.stores.claimed(lock, self.scope, row).await?.locking(self.object_lock);
        let (ui, stop) = (&self.context.ui, &self.context.stop);
        let rewritten = async {
            let holding = archive::holding(&store, row, &self.streams, stop).await?;
            if holding.streams.is_empty() {
                return Ok(None);
            }
            archive::rewrite(lock, self.scope, &store, row, &holding, &self.records, ui, stop).await
        };
        let rewritten = rewritten.await;
        Ok(thawing(&store, row, rewritten).await?.map(|made| ErasedRecord {
            replaced_by: Some(made.archive_id),
            messages: i64::try_from(made.messages).ok(),
            ..ErasedRecord::of_archive("archive", row, "erased")
        }))
    }

    /// Objects of generations that nobody needs any more, and of attempts that failed, are marked to go.
    async fn old(&mut self, lock: &mut LifecycleLock) -> Result<()> {
        let archives = listed(lock.db(), self.scope, &self.streams).await?;
        for row in candidates(&archives, &self.streams) {
            if !matches!(row.state, State::Expired | State::Failed) {
                continue;
            }
            self.context.stop.check()?;
            if let Err(e) = self.one_old(lock, &row).await {
                self.fail("archive", &row.id.to_string(), e);
            }
        }
        Ok(())
    }

    fn look<'b>(&'b mut self, lock: &'b mut LifecycleLock) -> RemovalCheck<'b, ArchiveStores<'a>> {
        let (scope, stores, proofs) = (self.scope, &mut self.stores, &mut self.proofs);
        RemovalCheck { db: lock.db(), scope, stores, proofs, progress: &self.context.ui, stop: &self.context.stop }
    }

    async fn one_old(&mut self, lock: &mut LifecycleLock, row: &ArchiveRow) -> Result<()> {
        let streams = self.streams.clone();
        match archive::find_unneeded(&mut self.look(lock), row, &streams).await? {
            UnneededObjects::Clean => Ok(()),
            UnneededObjects::Stays(stays) if stays.is_held() => Err(archive::refused(row, &stays)),
            UnneededObjects::Remove => archive::mark_for_removal(lock, row, &self.records).await,
            UnneededObjects::Stays(stays) => Err(Error::failed(format!("erasing in archive {}", row.id))
                .because(format!("it is {}, and {stays}", row.state))
                .hint(match row.state {
                    _ if stays.is_of_row() => "nothing that its row names is removed; find out who has written it",
                    State::Failed => "eventodb-admin archives sync enters it in the ledger where it is whole, then run this again",
                    _ => {
                        "eventodb-admin archives prune removes it, with --confirm-count, and archives sync --expired enters it in the \
                         ledger again; then run this again"
                    }
                })),
        }
    }

    /// What is marked to go, of earlier runs as well.
    async fn objects(&mut self, lock: &mut LifecycleLock) -> Result<()> {
        let archives = ledger::list(lock.db().client(), self.scope.namespace()).await?;
        for row in archives.iter().filter(|a| a.objects == Objects::Erasing) {
            self.context.stop.check()?;
            let removed = async {
                let leave = match self.look(lock).verdict(row).await? {
                    RemovalVerdict::Go(leave) => leave,
                    RemovalVerdict::Stays(stays) => return Err(archive::refused(row, &stays)),
                };
                let store = self.stores.claimed(lock, self.scope, row).await?;
                archive::remove(lock, &store, row, &leave, Removal::Erase).await
            };
            match removed.await {
                Ok(()) => self.done.push(ErasedRecord::of_archive("objects", row, "removed")),
                Err(e) => self.fail("archive", &row.id.to_string(), e),
            }
        }
        Ok(())
    }

    /// Copies in further stores of what is gone. One that could not be reached still holds what was erased.
    async fn copies(&mut self, lock: &mut LifecycleLock) -> Result<()> {
        let written_again: BTreeSet<i64> = self.done.iter().filter_map(|record| record.replaced_by).collect();
        self.stores.make_missing(lock, self.scope, &written_again).await?;
        self.take_up(lock).await?;
        let cleared = archive::clear_copies(lock, self.scope, &mut self.stores, &self.context.stop).await?;
        for (url, e) in cleared.by_store() {
            self.fail("copy", &url, e);
        }
        Ok(())
    }

    /// What the ledger does not have in a store may hold the streams as well: nothing has looked.
    async fn unplaced(&mut self, db: &Db) -> Result<()> {
        for Unplaced { store_url, error } in self.context.unplaced(db, self.scope, None).await? {
            self.fail("store", &store_url.to_string(), error);
        }
        Ok(())
    }

    async fn end(mut self, lock: &mut LifecycleLock) -> Result<CommandOutcome> {
        let is_any_gone = self.out_of_service(self.context, lock).await?;
        let left = (!self.left.is_empty()).then(|| self.left.join("; "));
        for record in &self.records {
            end_erasure(lock.db().client(), record.id, left.as_deref()).await?;
        }
        let succeeded = self.done.len();
        if succeeded == 0 && left.is_none() {
            for stream in &self.streams {
                if heads::get(lock.db().client(), self.scope, stream).await?.is_none() {
                    return Err(stream_unknown(format!("looking for stream {stream}")));
                }
            }
            self.context.ui.note(if is_any_gone {
                "nothing to erase: no content is left in the stores that are in service"
            } else {
                "nothing to erase: no content is left"
            });
        }
        self.context.ui.list(self.done)?;
        self.stores.end(lock, self.scope).await;
        if succeeded > 0 {
            self.context.tell_manifests_to_keep(lock.db(), self.scope).await;
        }
        if left.is_some() {
            self.context.ui.warn("not all of it is erased yet: run the same command again");
        }
        Ok(self.failures.end("place", succeeded))
    }
}
