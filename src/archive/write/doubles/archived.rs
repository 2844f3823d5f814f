//! Global positions that a chunk shares with archives. Rows that came past the triggers may have those of messages which were
//! archived and dropped before.
//!
//! The ledger tells between which global positions an archive lies, and its manifest where each of its frames does. Chunks
//! follow one another in global positions, so that mostly the first is enough; for late messages a few frames are read.

use std::collections::{HashMap, HashSet};
use std::sync::{Arc, Mutex};

use tokio_postgres::Transaction;

use super::refusal::{MAX_OTHERS, refused};
use crate::archive::format::doubled::Doubled;
use crate::archive::format::manifest::{Frame, Manifest};
use crate::archive::read::in_place::{ArchiveReader, Frames, Keep, OpenFrames, PartialRow};
use crate::chunks::ChunkRow;
use crate::db::Scope;
use crate::db::queries::doubles as queries;
use crate::db::queries::ledger::{self, ArchiveRow, State};
use crate::error::{Error, Result};
use crate::progress::Progress;
use crate::stop::Stop;
use crate::store::Store;

/// Stored bytes that are read of one archive for one chunk. Where times and global positions have nothing to do with each
/// other, every archive overlaps with every chunk.
const MAX_BYTES: u64 = 16 << 20;
/// So few frames are looked at one by one, whether the chunk has anything between their global positions.
const FEW_FRAMES: usize = 16;
/// Messages of an archive that are looked for in the chunk at a time.
const AT_A_TIME: usize = 50_000;

/// Archives that are the only copy of their messages, and how they are read.
#[derive(Debug)]
pub(super) struct OnlyCopies {
    archives: Vec<ArchiveRow>,
    reader: ArchiveReader,
    store_url: String,
    /// Those that could not be looked into: it is said once a run.
    told: Mutex<HashSet<i64>>,
}

impl OnlyCopies {
    /// Reads the ledger. Archives in this store can be looked into.
    pub(super) async fn look(db: &tokio_postgres::Client, scope: &Scope, store: &Store, stop: &Stop) -> Result<Self> {
        let mut archives = ledger::list(db, scope.namespace()).await?;
        archives.retain(|a| a.state == State::Dropped && a.message_count != Some(0));
        let (reader, store_url) = (ArchiveReader::of_store(store, stop.clone()), store.url().to_string());
        Ok(Self { archives, reader, store_url, told: Mutex::default() })
    }

    /// The global positions that a chunk shares with archives. One that cannot be looked into is told.
    ///
    /// # Errors
    /// [`Kind::Verification`] where a message of the chunk is in an archive as well: it could never come back beside it.
    pub(super) async fn shared_with(
        &self,
        tx: &Transaction<'_>,
        chunk: &ChunkRow,
        (first, last): (i64, i64),
        progress: &dyn Progress,
    ) -> Result<Doubled> {
        let mut all = Doubled::default();
        let overlapping = self.archives.iter().filter_map(|archive| {
            let span = (archive.first_global_position?.max(first), archive.last_global_position?.min(last));
            (span.0 <= span.1).then_some((archive, span))
        });
        for (archive, span) in overlapping.take(MAX_OTHERS) {
            if !queries::any_within(tx, &chunk.table, span).await? {
                continue;
            }
            match self.with_one(tx, chunk, archive, span).await? {
                Ok(shared) => all = all.with(&shared),
                Err(why) => self.tell(chunk, archive, &why, progress),
            }
        }
        Ok(all)
    }

    /// The inner error is why the archive could not be looked into.
    async fn with_one(
        &self,
        tx: &Transaction<'_>,
        chunk: &ChunkRow,
        archive: &ArchiveRow,
        span: (i64, i64),
    ) -> Result<Result<Doubled, Error>> {
        let mut shared = Doubled::default();
        let (store, manifest) = match self.open(archive).await {
            Ok(opened) => opened,
            Err(e) => return unless_stopped(e),
        };
        let wanted = wanted(tx, chunk, &manifest, span).await?;
        if wanted.is_empty() {
            return Ok(Ok(shared));
        }
        let is_wanted =
            |f: &Frame| wanted.iter().any(|w| f.first_global_position <= w.1 && w.0 <= f.last_global_position);
        let bytes: u64 = manifest.data.frames.iter().filter(|f| is_wanted(f)).map(|f| f.length).sum();
        if bytes.max(if manifest.data.frames.is_empty() { manifest.data.stored.bytes } else { 0 }) > MAX_BYTES {
            return Ok(Err(Error::failed("comparing global positions").because("too much of it overlaps")));
        }
        let opening = OpenFrames { keep: Keep::No, ahead: false };
        let mut frames = match Frames::open(&self.reader, archive, store, &manifest, is_wanted, opening).await {
            Ok(frames) => frames,
            Err(e) => return unless_stopped(e),
        };
        let mut places = ArchivedPlaces::default();
        loop {
            match frames.next().await {
                Ok(Some(mut block)) => {
                    while let Some(row) = block.next_row().and_then(PartialRow::read) {
                        if (span.0..=span.1).contains(&row.global_position) {
                            places.add(&row);
                        }
                    }
                }
                Ok(None) => break,
                Err(e) => return unless_stopped(e),
            }
            if places.0.len() >= AT_A_TIME {
                std::mem::take(&mut places).look_in(tx, chunk, archive, &mut shared).await?;
            }
        }
        places.look_in(tx, chunk, archive, &mut shared).await?;
        Ok(Ok(shared))
    }

    async fn open(&self, archive: &ArchiveRow) -> Result<(Store, Arc<Manifest>)> {
        if archive.store_url.as_deref() != Some(self.store_url.as_str()) {
            let url = archive.store_url.as_deref().unwrap_or_default();
            return Err(Error::failed("opening its store").because(format!("it lies in {url}")));
        }
        self.reader.manifest(archive).await
    }

    fn tell(&self, chunk: &ChunkRow, archive: &ArchiveRow, why: &Error, progress: &dyn Progress) {
        if self.told.lock().is_ok_and(|mut told| told.insert(archive.id)) {
            progress.note(&format!(
                "archive {} was not compared with chunk {}, whose global positions overlap with it: {why}",
                archive.id,
                chunk.name()
            ));
        }
    }
}

/// A stop ends the run; what else is wrong with an archive is no trouble of this chunk.
fn unless_stopped<T>(e: Error) -> Result<Result<T, Error>> {
    if e.kind().is_stop() { Err(e) } else { Ok(Err(e)) }
}

/// The spans in which both may have messages: those of the archive's frames, where the chunk has something between them.
async fn wanted(
    tx: &Transaction<'_>,
    chunk: &ChunkRow,
    manifest: &Manifest,
    span: (i64, i64),
) -> Result<Vec<(i64, i64)>> {
    if manifest.data.frames.is_empty() {
        return Ok(vec![span]);
    }
    let spans =
        manifest.data.frames.iter().map(|f| (f.first_global_position.max(span.0), f.last_global_position.min(span.1)));
    let mut spans: Vec<_> = spans.filter(|s| s.0 <= s.1).collect();
    if spans.len() <= FEW_FRAMES {
        let mut some = Vec::new();
        for span in spans {
            if queries::any_within(tx, &chunk.table, span).await? {
                some.push(span);
            }
        }
        spans = some;
    }
    Ok(spans)
}

/// Messages of an archive, by global position: the streams and positions there.
#[derive(Debug, Default)]
struct ArchivedPlaces(HashMap<i64, Vec<(String, i64)>>);

impl ArchivedPlaces {
    fn add(&mut self, row: &PartialRow<'_>) {
        let stream = String::from_utf8_lossy(&row.stream).into_owned();
        self.0.entry(row.global_position).or_default().push((stream, row.position));
    }

    /// Adds to `shared` what the chunk has of these, in order.
    async fn look_in(
        self,
        tx: &Transaction<'_>,
        chunk: &ChunkRow,
        archive: &ArchiveRow,
        shared: &mut Doubled,
    ) -> Result<()> {
        let positions: Vec<i64> = self.0.keys().copied().collect();
        if positions.is_empty() {
            return Ok(());
        }
        for (position, place) in queries::places_at(tx, &chunk.table, &positions).await? {
            if self.0.get(&position).is_some_and(|places| places.contains(&place)) {
                return Err(refused(chunk, &format!("in archive {}", archive.id)));
            }
            shared.add(position);
        }
        Ok(())
    }
}
