//! One archive in a drill: read from the store, brought into the throw-away namespace by the way of every archive that comes back,
//! compared, and taken out again.

use std::sync::Arc;
use std::time::{Duration, Instant};

use super::drill::{Drill, DrillLedger};
use super::measured::{ArchivePart, MeasuredArchive, Unlike};
use super::setup::time_of_nothing;
use crate::archive::format::codec::Codec;
use crate::archive::format::csv::column_list;
use crate::archive::format::ledger_row::misnamed;
use crate::archive::format::manifest::{Content, DAMAGED, Manifest};
use crate::archive::read::load;
use crate::archive::read::verify::describes;
use crate::archive::recover::rebuild_ledger;
use crate::archive::restore::bring_in::IncomingArchive;
use crate::archive::restore::rehydrate::{LedgerNote, restore};
use crate::archive::write::export::{CopyContent, ExportWatch, copy_out};
use crate::db::Scope;
use crate::db::errors::{explain, is_beyond_the_server, sqlstate_of};
use crate::db::queries::coverage as streams;
use crate::db::queries::drill_compare as compare;
use crate::db::queries::drill_places as places;
use crate::db::queries::ledger::{ArchiveRow, State};
use crate::db::queries::{chunks, sync as raised};
use crate::error::{Error, Kind, Result};
use crate::failpoint::effect;
use crate::progress::{Progress, Task, Unit};
use crate::stop::Stop;
use crate::store::{AgeKeys, ObjectKey, Store};
use crate::text;
use crate::timings::Stages;

const LIST: &str = "read the stream list";
const KEEP: &str = "keep the stream list";

/// Stages that take longer the larger an archive is.
const GROWING: [&str; 6] = [LIST, "copy in", "indexes", "look for doubles", "commit", "analyze"];

/// Where an archive is brought back from, and who is told.
#[derive(Clone, Copy)]
pub struct From<'a> {
    /// The live namespace.
    pub live: &'a Scope,
    /// The store.
    pub store: &'a Store,
    /// The archive as the ledger has it.
    pub archive: &'a ArchiveRow,
    /// Who is told.
    pub progress: &'a dyn Progress,
    /// Asked while it goes on.
    pub stop: &'a Stop,
}

/// Notes what was looked at where that fails.
trait NotePart<T> {
    fn at(self, part: ArchivePart) -> Result<T, Unlike>;
}

impl<T> NotePart<T> for Result<T> {
    fn at(self, part: ArchivePart) -> Result<T, Unlike> {
        self.map_err(|error| Unlike { part, error: refused_is_unlike(error) })
    }
}

/// What the server does not take as data (class 22), or two of which cannot be there (class 23), would not come back.
fn refused_is_unlike(e: Error) -> Error {
    let is_of_data =
        sqlstate_of(&e).is_some_and(|state| ["22", "23"].iter().any(|class| state.code().starts_with(class)));
    if !is_of_data {
        return e;
    }
    Error::new(Kind::Verification, "bringing its messages in").because(e)
}

fn unlike(part: ArchivePart, doing: &str, why: String) -> Unlike {
    Unlike { part, error: Error::new(Kind::Verification, doing).because(why) }
}

impl Drill {
    /// Brings one archive back from a store, compares it, and takes it out again, also where it is not what was stored.
    ///
    /// # Errors
    /// Where it did not come back as it was stored, and what was looked at.
    pub async fn bring_back(&mut self, from: From<'_>) -> Result<MeasuredArchive, Unlike> {
        let (archive, url) = (from.archive, from.store.url());
        let doing = format!("drilling archive {} from {url} ({})", archive.id, archive.extent());
        let stages = Stages::default();
        let done = Box::pin(self.brought_back(from, &stages)).await;
        stages.tell(from.progress, &doing);
        let emptied = match &done {
            // The session is gone, and with it the drill: the next one clears up.
            Err(_) if self.db.client().is_closed() => Ok(()),
            _ => self.empty().await,
        };
        let done = done.and_then(|measured| emptied.at(ArchivePart::Scratch).map(|()| measured));
        done.map_err(|e| Unlike { error: e.error.while_doing(doing), ..e })
    }

    async fn brought_back(&mut self, from: From<'_>, stages: &Stages) -> Result<MeasuredArchive, Unlike> {
        let From { live, store, archive, progress, stop } = from;
        let of_nothing = match self.of_nothing {
            Some(known) => known,
            None => *self.of_nothing.insert(time_of_nothing(&mut self.db, &self.scratch).await),
        };
        let began = Instant::now();
        let (manifest, manifest_sha256) = read_manifest(live, store, archive).await.at(ArchivePart::Manifest)?;
        let last = manifest.last_global_position;
        let loading = (signed(manifest.messages), manifest.first_global_position, last);
        self.fill(loading).await.at(ArchivePart::Scratch)?;
        self.raise_heads(store, &manifest, stop, stages).await.at(ArchivePart::Streams)?;
        // A restore keeps no list.
        let kept = stages.took(KEEP, None);
        let listed = began.elapsed().saturating_sub(kept);
        // Of what the store says alone; the live namespace's row stays as it is.
        let row = as_of(&manifest, archive, self.scratch.namespace());
        let scratch = self.scratch.clone();
        let source = IncomingArchive { scope: &scratch, store, archive: &row, manifest: &manifest, stop };
        let mut made = None;
        let restored = restore(&mut self.db, source, LedgerNote::Nothing, &mut made, stages, progress);
        restored.await.at(ArchivePart::Data)?;
        self.analyze(&row, stages).await;
        let restore_time = began.elapsed().saturating_sub(kept);
        let growing: Duration = GROWING.iter().map(|stage| stages.took(stage, None)).sum();
        let read = listed + stages.took("wait for the store", Some("copy in"));
        let comparing = Instant::now();
        let csv = Box::pin(self.compare(&manifest, from)).await?;
        Ok(MeasuredArchive {
            manifest_sha256,
            stored_sha256: manifest.data.stored.sha256.clone(),
            csv: (csv.bytes, csv.sha256),
            messages: manifest.messages,
            streams: manifest.heads.streams,
            stored_bytes: manifest.data.stored.bytes,
            read: read.min(restore_time),
            load: restore_time.saturating_sub(read),
            fixed: restore_time.min(restore_time.saturating_sub(growing) + of_nothing),
            compare: comparing.elapsed() + kept,
        })
    }

    /// Has the throw-away namespace know the archive's streams, as a ledger does that is rebuilt from the store.
    async fn raise_heads(&mut self, store: &Store, manifest: &Manifest, stop: &Stop, stages: &Stages) -> Result<()> {
        let doing = "loading a stream list";
        let tx = self.db.client_mut().transaction().await.map_err(|e| explain(doing, e))?;
        streams::make_archived(&tx).await?;
        stages.time(LIST, load::streams(&tx, store, manifest, stop)).await?;
        stages.time(KEEP, compare::keep_listed(&tx)).await?;
        stages.time(LIST, raised::raise_heads(&tx, &self.scratch)).await?;
        effect!("drill.heads", tx.commit().await.map_err(|e| explain(doing, e))?);
        Ok(())
    }

    /// As a rehydrate does: without it the comparison would take much longer.
    async fn analyze(&self, row: &ArchiveRow, stages: &Stages) {
        let columns = "(\"time\", global_position, stream_name, \"position\")";
        let Ok(all) = chunks::list(self.db.client(), &self.scratch).await else { return };
        for chunk in all.iter().filter(|c| c.range_start < row.range_end && row.range_start < c.range_end) {
            let _ = stages.time("analyze", chunks::analyze_columns(self.db.client(), &chunk.table, columns)).await;
        }
    }

    /// Compares what came back with the manifest, the stream list, and what the live namespace knows.
    async fn compare(&mut self, manifest: &Manifest, from: From<'_>) -> Result<Content, Unlike> {
        let From { live, archive, progress, stop, .. } = from;
        let csv = self.came_back(manifest, progress, stop).await.at(ArchivePart::Messages)?;
        let (doing, scratch) = ("comparing what came back with the archive", &self.scratch);
        let db = self.db.client();
        stop.check().at(ArchivePart::Streams)?;
        let figures = chunks::contents(db, &scratch.messages()).await;
        let figures = figures.map_err(|e| e.while_doing("adding up what came back")).at(ArchivePart::Messages)?;
        let told = chunks::ChunkContents {
            messages: signed(manifest.messages),
            first_global_position: manifest.first_global_position,
            last_global_position: manifest.last_global_position,
            first_time: manifest.first_time,
            last_time: manifest.last_time,
            global_position_sum: manifest.global_position_sum.clone(),
        };
        if figures != told {
            return Err(unlike(
                ArchivePart::Messages,
                doing,
                format!("the manifest says {told}, and {figures} came back"),
            ));
        }
        stop.check().at(ArchivePart::Streams)?;
        let streams = |n: i64| text::counted(n, "stream");
        match compare::streams_unlike_listed(db, scratch).await.at(ArchivePart::Streams)? {
            0 => {}
            n => {
                let why = format!("{} of its list and of its messages {} not alike", streams(n), text::are(n));
                return Err(unlike(ArchivePart::Streams, doing, why));
            }
        }
        match compare::messages_outside_spans(db, scratch).await.at(ArchivePart::Streams)? {
            0 => {}
            n => {
                let n = text::counted(n, "message");
                return Err(unlike(ArchivePart::Streams, doing, format!("its list has another place for {n}")));
            }
        }
        match compare::heads_unlike_listed(db, scratch, true).await.at(ArchivePart::Heads)? {
            0 => {}
            n => {
                let why = format!("{} came back with another head than its list has", streams(n));
                return Err(unlike(ArchivePart::Heads, doing, why));
            }
        }
        // Of an archive that is the only copy the live namespace must know every message. What is live as well may have changed.
        if archive.state == State::Dropped {
            match self.live_heads_behind(live, stop).await.at(ArchivePart::Heads)? {
                0 => {}
                n => {
                    let why = format!("the live heads know less than the archive of {}", streams(n));
                    return Err(unlike(ArchivePart::Heads, doing, why));
                }
            }
        }
        let (db, scratch, here) = (self.db.client(), &self.scratch, self.live_db().client());
        compare::drop_listed(db).await.at(ArchivePart::Streams)?;
        for (db, scope, what) in [(here, live, "the live namespace"), (db, scratch, "the throw-away namespace")] {
            let given_out = compare::last_given_out(db, scope).await.at(ArchivePart::Sequence)?;
            if manifest.last_global_position.is_some_and(|last| last > given_out) {
                let last = manifest.last_global_position.unwrap_or_default();
                let why = format!("it goes up to global position {last}, and {what} has given out {given_out}");
                return Err(unlike(ArchivePart::Sequence, doing, why));
            }
        }
        Ok(csv)
    }

    /// How many streams of the archive's list the live heads know less of. A live database that is another one is asked in parts, and
    /// nothing is put into it.
    async fn live_heads_behind(&mut self, live: &Scope, stop: &Stop) -> Result<i64> {
        let DrillLedger::Apart { live: here, .. } = &self.ledger else {
            return compare::heads_unlike_listed(self.db.client(), live, false).await;
        };
        let doing = "comparing the live heads with an archive's list";
        let tx = self.db.client_mut().transaction().await.map_err(|e| explain(doing, e))?;
        places::open_listed(&tx).await?;
        let mut behind = 0;
        loop {
            stop.check()?;
            let listed = places::next_listed(&tx).await?;
            if listed.is_empty() {
                break;
            }
            behind += places::heads_behind(here.client(), live, &listed).await?;
        }
        tx.rollback().await.map_err(|e| explain(doing, e))?;
        Ok(behind)
    }

    /// Reads the messages back as the archive's CSV, in its order, and compares the hash.
    async fn came_back(&mut self, manifest: &Manifest, progress: &dyn Progress, stop: &Stop) -> Result<Content> {
        let doing = "reading back what came in";
        let canceller = self.db.canceller();
        let query = format!(
            "SELECT {} FROM {} ORDER BY global_position, stream_name, position",
            column_list(),
            self.scratch.messages()
        );
        let task: Arc<dyn Task> =
            progress.begin("compare what came back", Some(manifest.csv.bytes), Unit::Bytes).into();
        let tx = self.db.client_mut().transaction().await.map_err(|e| explain(doing, e))?;
        let (keys, watch) = (AgeKeys::default(), ExportWatch { task: &*task, stop, canceller: &canceller });
        let hashed = |of| Box::pin(copy_out(&tx, &query, of, Codec::None, &keys, None, &watch));
        let back = match hashed(CopyContent::Compared).await {
            // In CSV, where each quote is doubled, a row can be larger than the server can make one: we can.
            Err(e) if is_beyond_the_server(&e) => hashed(CopyContent::Messages(None)).await?,
            back => back?,
        };
        tx.rollback().await.map_err(|e| explain(doing, e))?;
        if back.csv != manifest.csv {
            return Err(Error::new(Kind::Verification, doing).because(format!(
                "{} came back with SHA-256 {} over {} bytes of CSV, {} with {} over {} were exported",
                text::counted(signed(back.tally.messages), "message"),
                back.csv.sha256,
                back.csv.bytes,
                manifest.messages,
                manifest.csv.sha256,
                manifest.csv.bytes
            )));
        }
        Ok(back.csv)
    }
}

fn signed(n: u64) -> i64 {
    i64::try_from(n).unwrap_or(i64::MAX)
}

/// Reads the manifest as the store has it; the ledger's hash is the second witness.
async fn read_manifest(live: &Scope, store: &Store, archive: &ArchiveRow) -> Result<(Manifest, String)> {
    let doing = || format!("reading the manifest of archive {}", archive.id);
    let fail = |why: String| Err(Error::new(Kind::Verification, doing()).because(why).hint(DAMAGED));
    let (Some(key), Some(known)) = (&archive.manifest_key, &archive.manifest_sha256) else {
        return fail("the ledger names none, though it counts on the archive".to_owned());
    };
    if let Some(why) = misnamed(archive) {
        return fail(why);
    }
    let key = ObjectKey::new(key)?;
    let (manifest, sha256) = Manifest::read_unproven(store, &key).await?;
    if sha256 != *known {
        return fail(format!("its SHA-256 is {sha256}, the ledger has {known}"));
    }
    if let Some(why) = rebuild_ledger::misplaced(live, &key, &manifest) {
        return fail(why);
    }
    describes(&manifest, archive)?;
    Ok((manifest, sha256))
}

/// The archive as the manifest describes it, in the throw-away namespace.
fn as_of(manifest: &Manifest, archive: &ArchiveRow, namespace: &str) -> ArchiveRow {
    ArchiveRow {
        namespace: namespace.to_owned(),
        range_start: manifest.range_start,
        range_end: manifest.range_end,
        generation: manifest.generation,
        message_count: Some(signed(manifest.messages)),
        first_global_position: manifest.first_global_position,
        last_global_position: manifest.last_global_position,
        global_position_sum: Some(manifest.global_position_sum.clone()),
        first_time: manifest.first_time,
        last_time: manifest.last_time,
        ..archive.clone()
    }
}
