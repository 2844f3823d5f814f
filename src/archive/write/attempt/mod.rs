//! One attempt at one chunk: the steps that both protocols share.

mod copies;
mod describe;
mod feeds;
mod lock;
mod proof;
mod supersede;
mod upload;

use tokio_postgres::{GenericClient, Transaction};

use super::chunk_digest::{self, RowDigest};
use super::export::{CopyContent, ExportWatch, copy_out};
use super::frame_filler::{ExportedObject, Gathered};
use super::hourly_counts::HourlyCounts;
use super::options::{AfterVerify, ChunkRun, OnChange, Protocol};
use crate::archive::format::codec::Codec;
use crate::archive::format::csv::column_list;
use crate::archive::format::doubled::Doubled;
use crate::archive::format::manifest::Manifest;
use crate::archive::format::object_names::Names;
use crate::archive::format::stream_list::{self, Sorted, StreamList};
use crate::archive::keep::object_lock;
use crate::archive::lock::columns::check_table;
use crate::archive::lock::drop_retry::DropError;
use crate::chunks::ChunkRow;
use crate::chunks::counted::{self, CountedChunk};
use crate::db::connect::Canceller;
use crate::db::errors;
use crate::db::queries::chunks;
use crate::db::queries::counts::{self, CountsOwner};
use crate::db::queries::ledger::{self, ArchiveRow, NewArchive, State, Uploaded};
use crate::db::queries::{heads, lifecycle};
use crate::db::server::ServerInfo;
use crate::db::{Db, Scope};
use crate::error::{Error, Kind, Result};
use crate::failpoint::effect;
use crate::progress::{Task, Unit};
use crate::store::LockedUntil;
use crate::text;
use crate::timings::Stages;
pub(in crate::archive) use copies::Spread;
pub(in crate::archive) use feeds::Feeds;
pub(in crate::archive) use supersede::SortedPriors;

/// Archives that may hold messages of this chunk, which are live again or still: the newest last.
pub(super) async fn priors(db: &Db, scope: &Scope, chunk: &ChunkRow) -> Result<Vec<ArchiveRow>> {
    let mut priors = ledger::list(db.client(), scope.namespace()).await?;
    priors.retain(|a| {
        let overlaps = a.range_start < chunk.range_end && a.range_end > chunk.range_start;
        overlaps && (a.state == State::Rehydrated || a.state == State::Verified && a.chunk_name == chunk.name())
    });
    priors.sort_by_key(|a| a.id);
    Ok(priors)
}

/// How an attempt ended.
pub(super) enum Done {
    /// With this archive.
    Archive(i64),
    /// With this archive, which lies in too few stores for its chunk to be dropped.
    Waits(i64),
    /// The chunk had no messages and was dropped.
    Empty,
}

/// One chunk, and what is known of it.
pub(super) struct Attempt<'a> {
    pub run: &'a ChunkRun<'a>,
    pub chunk: &'a ChunkRow,
    pub priors: Vec<ArchiveRow>,
    pub on_change: OnChange,
    /// Where its time goes.
    pub stages: Stages,
    /// Further stores that it is written to.
    pub feeds: Feeds,
}

/// What was exported and stored, before the ledger knows.
pub(super) struct StoredArchive {
    manifest: Manifest,
    /// What the drop compares the chunk with.
    pub proof: CountedChunk,
    content_digest: Option<String>,
    /// What becomes of prior archives once this one is verified.
    pub sorted: SortedPriors,
}

/// A prior archive that holds just what the chunk does.
pub(super) struct Unchanged {
    pub archive: ArchiveRow,
    /// What becomes of the others.
    pub sorted: SortedPriors,
    /// What the drop compares the chunk with.
    pub proof: CountedChunk,
}

/// Where an object's lines come from.
enum LineSource {
    /// Out of the database.
    Copied(String, CopyContent),
    /// Streams that were gathered before.
    Gathered(Sorted),
}

/// Streams whose heads are looked up by one statement.
const STREAMS_AT_A_TIME: usize = 10_000;

/// A ledger row of this attempt.
pub(in crate::archive) struct AttemptRow {
    pub id: i64,
    generation: i32,
    names: Names,
    /// Until when its objects are to be locked.
    lock: Option<LockedUntil>,
}

/// What an export has produced for its manifest.
struct ManifestParts {
    data: ExportedObject,
    heads: ExportedObject,
    /// The SHA-256 of the manifest before it, where there is one.
    previous: Option<String>,
    /// Global positions that others have as well.
    doubled: Doubled,
    /// Manifests of archives whose place it takes.
    replaces: Vec<String>,
}

/// A policy on rows that holds for this role would keep messages from being seen, or from coming back.
pub(super) async fn check_policies(db: &impl GenericClient, scope: &Scope) -> Result<()> {
    if !chunks::has_row_policy(db, &scope.messages()).await? {
        return Ok(());
    }
    Err(Error::failed(format!("looking for row policies on {}", scope.messages()))
        .because("row security holds for this role: it would hide messages, and keep them from coming back")
        .hint(format!(
            "run it as a role with BYPASSRLS or as a superuser, or: ALTER TABLE {} NO FORCE ROW LEVEL SECURITY",
            scope.messages()
        )))
}

impl Attempt<'_> {
    pub fn scope(&self) -> &Scope {
        self.run.scope
    }

    /// The ledger's row, before anything else happens.
    pub async fn enter(&self, db: &impl GenericClient, protocol: Protocol) -> Result<AttemptRow> {
        let (chunk, scope) = (self.chunk, self.scope());
        let (generation, failed) =
            ledger::next_generation(db, scope.namespace(), chunk.range_start, chunk.range_end).await?;
        let codec = self.run.options.codec;
        let names =
            Names::new(scope.namespace(), (chunk.range_start, chunk.range_end), generation, rand::random(), codec)?;
        let names = if self.run.store.age_keys().seals() { names.sealed()? } else { names };
        let new = NewArchive {
            namespace: scope.namespace(),
            range_start: chunk.range_start,
            range_end: chunk.range_end,
            generation,
            chunk_name: chunk.name(),
            protocol: Some(protocol.name()),
            store_url: &self.run.store.url().to_string(),
            object_key: names.data.as_str(),
            manifest_key: names.manifest.as_str(),
            heads_key: names.heads.as_str(),
            codec: codec.name(),
            attempts: failed + 1,
            frozen_chunk: (protocol == Protocol::Freeze).then(|| chunk.name()),
        };
        let lock = object_lock::of_new(db, self.run.store).await?;
        let id = effect!("archive.enter", ledger::insert(db, &new).await?);
        self.enter_feeds(db, id).await;
        Ok(AttemptRow { id, generation, names, lock })
    }

    fn data_query(&self) -> String {
        // Canonical: fixed columns, one order, whatever the table's own are.
        format!("SELECT {} FROM {} ORDER BY global_position, stream_name, position", column_list(), self.chunk.table)
    }

    /// Hashes what the chunk holds now and returns the prior archive that holds just that, if there is one. The
    /// transaction must keep writers out.
    pub async fn unchanged_since(
        &self,
        db: &Transaction<'_>,
        server: &ServerInfo,
        canceller: &Canceller,
    ) -> Result<Option<Unchanged>> {
        let proof = self.count(db, server).await?;
        let task = self.run.progress.begin(&format!("compare {}", self.chunk.name()), None, Unit::Bytes);
        let codec = self.run.options.codec;
        let (query, keys, watch) = (self.data_query(), self.run.store.age_keys(), self.watch(&*task, canceller));
        let hashed = |of| Box::pin(copy_out(db, &query, of, codec, keys, None, &watch));
        let now = match hashed(CopyContent::Compared).await {
            // In CSV, where each quote is doubled, a row can be larger than the server can make one: we can.
            Err(e) if errors::is_beyond_the_server(&e) => hashed(CopyContent::Messages(None)).await?,
            now => now?,
        };
        counted::came_out(self.chunk, &proof, now.tally.messages)?;
        let same = self.priors.iter().rev().find(|prior| {
            Some(&now.csv.sha256) == prior.csv_sha256.as_ref()
                && i64::try_from(now.tally.messages).ok() == prior.message_count
        });
        match same {
            Some(same) => {
                let sorted = self.sort_priors(db, Some(same.id)).await?;
                Ok(Some(Unchanged { archive: same.clone(), sorted, proof }))
            }
            None if self.on_change == OnChange::Refuse => {
                Err(Error::new(Kind::Verification, "comparing it with its archive")
                    .because("the chunk has changed since it was archived")
                    .hint(format!("eventodb-admin chunks archive {} archives it as it is now", self.chunk.name())))
            }
            None => Ok(None),
        }
    }

    /// Exports the chunk to the store. The transaction must keep writers out of it. `None` where it is empty.
    pub async fn export(
        &self,
        db: &Transaction<'_>,
        server: &ServerInfo,
        entry: &AttemptRow,
        canceller: &Canceller,
    ) -> Result<Option<StoredArchive>> {
        let (scope, chunk) = (self.scope(), self.chunk);
        // Asked again under the lock: a column may have been added since the run began.
        check_table(db, scope).await?;
        check_policies(db, scope).await?;
        // By the server's own count, not by what came out of it: an export is proven by it.
        let proof = self.count(db, server).await?;
        if proof.contents.messages == 0 {
            return Ok(None);
        }
        let mut sorted = self.sort_priors(db, None).await?;
        let task = self.run.progress.begin(&format!("archive {}", chunk.name()), None, Unit::Bytes);
        let (names, watch) = (&entry.names, self.watch(&*task, canceller));
        let store = &self.run.store.locked(entry.lock);
        let copy = LineSource::Copied(self.data_query(), CopyContent::Messages(self.row_digest(db).await?));
        let codec = self.run.options.codec;
        let mut data = self.stages.time("export", self.upload(db, copy, codec, (store, &names.data), &watch)).await?;
        data.spent.tell(&self.stages, "export");
        counted::came_out(chunk, &proof, data.tally.messages)?;
        self.take_the_place_of_equals(&mut sorted, (&data.csv.sha256, i64::try_from(data.tally.messages).ok()));
        self.warn_of_changes(&sorted, &data);
        let bounds = (proof.contents.first_global_position, proof.contents.last_global_position);
        let doubled = std::mem::take(&mut data.tally.neighbours).into_doubled();
        let complete = self.run.others.complete(db, chunk, bounds, doubled, self.run.progress);
        let doubled = self.stages.time("doubles", complete).await?;
        if doubled.count > 0 {
            self.tell_of(&doubled);
        }
        let gathered = data.gathered.take().map(|gathered| *gathered);
        let Gathered { mut streams, figures, digest } =
            gathered.ok_or_else(|| Error::failed("copying the chunk out").because("nothing was gathered"))?;
        self.stages.time("heads", self.mend_heads(db, streams.as_mut())).await?;
        self.stages.time("figures", self.keep_figures(db, entry, figures)).await?;
        let list = if let Some(streams) = streams {
            LineSource::Gathered(streams)
        } else {
            let list = StreamList::new(data.frames.iter().map(|f| f.first_global_position).collect());
            let query = stream_list::QUERY.replace("{{chunk}}", &chunk.table.to_string());
            LineSource::Copied(query, CopyContent::Streams(Box::new(list)))
        };
        let heads =
            self.stages.time("streams", self.upload(db, list, Codec::default(), (store, &names.heads), &watch)).await?;
        let content_digest = match (self.run.options.after, digest) {
            (AfterVerify::Drop, _) => None,
            (AfterVerify::Keep, Some(digest)) => digest.into_text(),
            (AfterVerify::Keep, None) => self.stages.time("digest", chunks::digest(db, scope, &chunk.table)).await?,
        };
        let previous = ledger::last_manifest(db, scope).await?;
        let replaces = self.replaced(db, &sorted).await?;
        let manifest =
            self.describe(server, entry, &proof.contents, ManifestParts { data, heads, previous, doubled, replaces });
        Ok(Some(StoredArchive { manifest, proof, content_digest, sorted }))
    }

    /// What hashes the rows as they come out, where the chunk stays and the server's own hash would be the same.
    async fn row_digest(&self, db: &Transaction<'_>) -> Result<Option<RowDigest>> {
        let probe = chunk_digest::hash(chunk_digest::PROBE.as_bytes());
        Ok(match self.run.options.after {
            AfterVerify::Keep if chunks::hashes_texts_as(db, chunk_digest::PROBE, probe).await? => {
                RowDigest::new(&chunks::columns(db, &self.chunk.table).await?)
            }
            _ => None,
        })
    }

    /// Keeps the archive's figures: those that were counted on the way, else the server's.
    async fn keep_figures(&self, db: &Transaction<'_>, entry: &AttemptRow, figures: HourlyCounts) -> Result<()> {
        let (scope, chunk) = (self.scope(), self.chunk);
        let range = (chunk.range_start, chunk.range_end);
        match figures.into_columns() {
            Some(counted) => counts::keep_counted(db, scope, entry.id, range, &counted).await,
            None => counts::keep(db, scope, &chunk.table, CountsOwner::Archive(entry.id), range).await.map(|_| ()),
        }
    }

    fn tell_of(&self, doubled: &Doubled) {
        let count = i64::try_from(doubled.count).unwrap_or(i64::MAX);
        self.run.progress.warn(&format!(
            "chunk {} has {} that another message has as well; the archive notes {}, and comes back beside the other: \
             eventodb-admin coverage shows what is noted",
            self.chunk.name(),
            text::counted(count, "global position"),
            if count == 1 { "it" } else { "them" }
        ));
    }

    /// Counts the chunk both ways, once its lock is held.
    async fn count(&self, db: &Transaction<'_>, server: &ServerInfo) -> Result<CountedChunk> {
        self.stages.time("count", counted::count(db, self.scope(), self.chunk, server)).await
    }

    /// Saves heads that the chunk's messages should have raised and did not. The streams tell whether there are any; where
    /// they were too many to be held, the server looks for itself.
    async fn mend_heads(&self, db: &Transaction<'_>, streams: Option<&mut Sorted>) -> Result<()> {
        let (scope, chunk) = (self.scope(), &self.chunk.table);
        let Some(streams) = streams else { return heads::mend_from_chunk(db, scope, chunk).await.map(|_| ()) };
        let mut all = streams.positions()?;
        loop {
            let some: Vec<_> = all.by_ref().take(STREAMS_AT_A_TIME).collect::<Result<_>>()?;
            if some.is_empty() {
                return Ok(());
            }
            let names: Vec<_> = some
                .iter()
                .map(|(name, _)| std::str::from_utf8(name))
                .collect::<Result<_, _>>()
                .map_err(|e| Error::failed("comparing heads with a chunk's messages").because(e))?;
            let positions: Vec<_> = some.iter().map(|(_, position)| *position).collect();
            if heads::any_behind(db, scope, &names, &positions).await? {
                return heads::mend_from_chunk(db, scope, chunk).await.map(|_| ());
            }
        }
    }

    /// What the manifest takes the place of.
    async fn replaced(&self, db: &Transaction<'_>, sorted: &SortedPriors) -> Result<Vec<String>> {
        let archives = ledger::list(db, self.scope().namespace()).await?;
        let mut failed = Vec::new();
        for archive in &archives {
            let is_of_range =
                archive.range_start == self.chunk.range_start && archive.range_end == self.chunk.range_end;
            // What somebody else dropped before is not in the chunk, and may be nowhere but in that attempt's objects.
            if archive.state == State::Failed && is_of_range && self.holds_attempt(db, archive).await? {
                failed.push(archive);
            }
        }
        // What they took the place of in their time as well: their own say ends with them.
        let before = ledger::superseded(&archives, &sorted.superseded);
        Ok(failed.into_iter().chain(&sorted.superseded).chain(before).filter_map(|a| a.manifest_key.clone()).collect())
    }

    const fn watch<'b>(&'b self, task: &'b dyn Task, canceller: &'b Canceller) -> ExportWatch<'b> {
        ExportWatch { task, stop: self.run.stop, canceller }
    }

    /// Stores the manifest, then tells the ledger: `planned` → `exported` → `uploaded`.
    pub async fn publish(&self, db: &impl GenericClient, entry: &AttemptRow, stored: &StoredArchive) -> Result<()> {
        self.stages.time("publish", self.tell_and_publish(db, entry, stored)).await
    }

    async fn tell_and_publish(
        &self,
        db: &impl GenericClient,
        entry: &AttemptRow,
        stored: &StoredArchive,
    ) -> Result<()> {
        effect!("archive.tell-exported", ledger::advance(db, entry.id, State::Planned, State::Exported).await?);
        let (bytes, sha256) = stored.manifest.to_bytes()?;
        let store = self.run.store.locked(entry.lock);
        effect!("archive.put-manifest", {
            self.run.store.still_ours().await?;
            store.put(&entry.names.manifest, bytes).await?
        });
        let (manifest, contents) = (&stored.manifest, &stored.proof.contents);
        let categories = manifest.categories.as_ref().map(|c| serde_json::json!(c));
        let signed = |n: u64| i64::try_from(n).unwrap_or(i64::MAX);
        let uploaded = Uploaded {
            message_count: contents.messages,
            first_global_position: contents.first_global_position,
            last_global_position: contents.last_global_position,
            first_time: contents.first_time,
            last_time: contents.last_time,
            csv_bytes: signed(manifest.csv.bytes),
            csv_sha256: &manifest.csv.sha256,
            stored_bytes: signed(manifest.data.stored.bytes),
            stored_sha256: &manifest.data.stored.sha256,
            manifest_sha256: &sha256,
            previous_manifest_sha256: manifest.previous_manifest_sha256.as_deref(),
            category_counts: categories.as_ref(),
            content_digest: stored.content_digest.as_deref(),
            global_position_sum: &contents.global_position_sum,
            doubled_global_positions: manifest.doubled_global_positions.as_ref().and_then(Doubled::multirange),
        };
        effect!("archive.tell-uploaded", ledger::uploaded(db, entry.id, &uploaded).await?);
        Ok(())
    }

    /// Asks whether the run may still drop: it has the lock, and the stores are still this database's. Before everybody else
    /// is kept out: nobody waits for the store's answer.
    pub async fn may_drop(&self, db: &impl GenericClient) -> Result<()> {
        self.has_lock(db).await?;
        for store in self.run.to.stores() {
            store.still_ours().await?;
        }
        Ok(())
    }

    async fn has_lock(&self, db: &impl GenericClient) -> Result<()> {
        if lifecycle::is_held_by(db, self.scope().namespace(), self.run.lock_pid).await? {
            return Ok(());
        }
        Err(Error::new(Kind::Busy, "looking for the lifecycle lock before the drop")
            .because("the session that held it is gone")
            .hint("nothing is lost: run the same command again"))
    }

    /// Drops the chunk and says so in the ledger, inside a transaction that keeps everybody out.
    pub async fn drop_chunk(&self, db: &impl GenericClient, id: i64, from: State) -> Result<(), DropError> {
        let scope = self.scope();
        self.has_lock(db).await?;
        // One that was made by an earlier version, or found in the store.
        if !counts::has_archive(db, scope, id).await? {
            let range = (self.chunk.range_start, self.chunk.range_end);
            counts::keep(db, scope, &self.chunk.table, CountsOwner::Archive(id), range).await?;
        }
        effect!("drop.tell", ledger::advance(db, id, from, State::Dropped).await?);
        ledger::forget_frozen(db, scope.namespace(), self.chunk.name()).await?;
        effect!("drop.drop", chunks::drop(db, self.scope(), &self.chunk.table).await?);
        chunks::ensure_gone(db, &self.chunk.table).await?;
        Ok(())
    }

    /// Gives the attempt up, as [`give_up`] does.
    pub async fn give_up(&self, db: &Db, entry: &AttemptRow, reason: &Error) {
        let (id, reason) = (entry.id, reason.to_string());
        give_up(id, async |from| {
            effect!("archive.give-up", ledger::retire(db.client(), id, from, State::Failed, &reason, None).await?);
            Ok(())
        })
        .await;
    }
}

/// Gives up what was begun in a row of the ledger, as far as the database can still be told; otherwise the next run finds the
/// row and does. `retire` marks the row as failed from the state that it is given.
pub(in crate::archive) async fn give_up(id: i64, retire: impl AsyncFn(State) -> Result<()>) {
    for from in [State::Planned, State::Exported, State::Uploaded] {
        if retire(from).await.is_ok() {
            return;
        }
    }
    tracing::warn!("archive {id} could not be marked as failed");
}
