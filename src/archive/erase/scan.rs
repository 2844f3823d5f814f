//! What an archive holds of some streams, and the proof that nothing else of it has changed.

use std::collections::{BTreeMap, HashSet};
use std::sync::{Arc, Mutex};

use sha2::{Digest, Sha256};

use crate::archive::format::csv::{COLUMNS, CsvFields, RowSplitter, slot};
use crate::archive::format::manifest::Manifest;
use crate::archive::read::verify::{Expected, read_manifest, read_through};
use crate::db::queries::ledger::ArchiveRow;
use crate::error::{Error, Kind, Result};
use crate::progress::Task;
use crate::stop::Stop;
use crate::store::{ObjectKey, Store};

/// Streams that an archive has messages of.
#[derive(Debug, Clone)]
pub struct Holding {
    /// Its manifest.
    pub manifest: Manifest,
    /// Those of the streams asked for that it holds and that were not erased in it, with their messages.
    pub streams: BTreeMap<String, u64>,
}

/// Which of these streams an archive holds, by its own stream list. Not those that its manifest tells were erased.
///
/// # Errors
/// [`Kind::Verification`] where manifest or list is missing or differs.
pub async fn holding(store: &Store, archive: &ArchiveRow, streams: &[String], stop: &Stop) -> Result<Holding> {
    let manifest = read_manifest(store, archive).await?;
    let is_erased = |stream: &String| manifest.erasures.iter().any(|e| e.stream.as_ref() == Some(stream));
    let wanted: Vec<String> = streams.iter().filter(|s| !is_erased(s)).cloned().collect();
    let category = |stream: &str| stream.split('-').next().unwrap_or_default().to_owned();
    let may_hold = |stream: &String| manifest.categories.as_ref().is_none_or(|c| c.contains_key(&category(stream)));
    let streams =
        if wanted.iter().any(may_hold) { listed(store, &manifest, &wanted, stop).await? } else { BTreeMap::new() };
    Ok(Holding { manifest, streams })
}

/// Reads the stream list.
async fn listed(store: &Store, manifest: &Manifest, wanted: &[String], stop: &Stop) -> Result<BTreeMap<String, u64>> {
    let column = |name: &str| manifest.heads.columns.iter().position(|c| c == name);
    let key = ObjectKey::new(&manifest.heads.object)?;
    let odd = || {
        Error::new(Kind::Verification, format!("reading the stream list {}", store.describe(&key)))
            .because("it is of another form")
    };
    let (Some(name), Some(count)) = (column("stream_name"), column("messages")) else { return Err(odd()) };
    let wanted: HashSet<Vec<u8>> = wanted.iter().map(|s| s.clone().into_bytes()).collect();
    let state = Arc::new(Mutex::new((RowSplitter::default(), 0_u64, BTreeMap::new())));
    let shared = Arc::clone(&state);
    read_through(store, &key, Expected::heads(manifest), None, stop, move |piece| {
        let mut guard = shared.lock().map_err(|_| Error::failed("a reader has panicked"))?;
        let (splitter, rows, found) = &mut *guard;
        splitter.add(piece, |row| {
            *rows += 1;
            // The first line names the columns.
            if *rows > 1
                && let Some(stream) = CsvFields(row).nth(name)
                && wanted.contains(stream.as_ref())
            {
                let messages = CsvFields(row).nth(count).and_then(|n| std::str::from_utf8(&n).ok()?.parse().ok());
                found.insert(String::from_utf8_lossy(&stream).into_owned(), messages.unwrap_or(0));
            }
            Ok::<_, Error>(())
        })
    })
    .await?;
    let (_, _, found) = into_inner(state)?;
    Ok(found)
}

fn into_inner<T>(state: Arc<Mutex<T>>) -> Result<T> {
    Arc::into_inner(state)
        .and_then(|state| state.into_inner().ok())
        .ok_or_else(|| Error::failed("a reader is still at work"))
}

/// What an archive's data says about itself but for the content of some streams: equal before and after an erasure.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Print {
    /// Over the rows of all other streams, as they are, the header first.
    others: String,
    /// Over the rows of these streams up to their content.
    slots: String,
    rows: (u64, u64),
}

/// What a look through an archive's data has found.
#[derive(Debug, Clone)]
pub(super) struct ErasureScan {
    pub print: Print,
    /// Messages of these streams whose content is there.
    pub contents: BTreeMap<String, u64>,
}

/// A row on its way through an erasure.
pub(super) enum ScannedRow {
    /// Of another stream, or the header.
    Other,
    /// Of one of the streams: its content begins after so many bytes.
    Slot(usize),
}

/// Looks at rows one by one.
pub(super) struct Looker {
    streams: HashSet<Vec<u8>>,
    others: Sha256,
    slots: Sha256,
    rows: (u64, u64),
    contents: BTreeMap<String, u64>,
}

/// Where neither data nor metadata is there: two empty fields.
pub(super) const NO_CONTENT: &[u8] = b",\n";

impl Looker {
    pub fn new(streams: &[String]) -> Self {
        Self {
            streams: streams.iter().map(|s| s.clone().into_bytes()).collect(),
            others: Sha256::new(),
            slots: Sha256::new(),
            rows: (0, 0),
            contents: BTreeMap::new(),
        }
    }

    pub fn row(&mut self, row: &[u8]) -> Result<ScannedRow> {
        let odd = || Error::new(Kind::Verification, "reading an archive's rows").because("one is of another form");
        // The first line names the columns; a stream may be called as one of them.
        if self.rows != (0, 0) {
            let (stream, content) = slot(row).ok_or_else(odd)?;
            if self.streams.contains(stream.as_ref()) {
                self.slots.update(&row[..content]);
                self.rows.1 += 1;
                if &row[content..] != NO_CONTENT {
                    *self.contents.entry(String::from_utf8_lossy(&stream).into_owned()).or_default() += 1;
                }
                return Ok(ScannedRow::Slot(content));
            }
        }
        self.others.update(row);
        self.rows.0 += 1;
        Ok(ScannedRow::Other)
    }

    pub fn end(self) -> ErasureScan {
        ErasureScan {
            print: Print {
                others: hex::encode(self.others.finalize()),
                slots: hex::encode(self.slots.finalize()),
                rows: self.rows,
            },
            contents: self.contents,
        }
    }
}

/// Reads an archive's data, against its manifest.
///
/// # Errors
/// [`Kind::Verification`] where it is missing or differs.
pub(super) async fn scan(
    store: &Store,
    manifest: &Manifest,
    streams: &[String],
    task: Option<Arc<dyn Task>>,
    stop: &Stop,
) -> Result<ErasureScan> {
    check_columns(manifest)?;
    let state = Arc::new(Mutex::new((RowSplitter::default(), Looker::new(streams))));
    let shared = Arc::clone(&state);
    let key = ObjectKey::new(&manifest.data.object)?;
    read_through(store, &key, Expected::data(manifest)?, task, stop, move |piece| {
        let mut guard = shared.lock().map_err(|_| Error::failed("a reader has panicked"))?;
        let (splitter, looker) = &mut *guard;
        splitter.add(piece, |row| looker.row(row).map(|_| ()))
    })
    .await?;
    let (_, looker) = into_inner(state)?;
    Ok(looker.end())
}

/// Rows are changed where they lie: their columns must be those that this program writes.
fn check_columns(manifest: &Manifest) -> Result<()> {
    if manifest.columns.iter().map(|c| c.name.as_str()).eq(COLUMNS.iter().map(|c| c.0)) {
        return Ok(());
    }
    Err(Error::new(Kind::Unsupported, "erasing in an archive").because("its columns are not those of this program"))
}

#[cfg(test)]
mod tests {
    use super::*;

    const HEADER: &str = "global_position,position,time,stream_name,type,id,data,metadata\n";

    fn scanned(rows: &[&str]) -> ErasureScan {
        let mut looker = Looker::new(&["a-1".to_owned(), "stream_name".to_owned()]);
        for row in rows {
            looker.row(row.as_bytes()).unwrap();
        }
        looker.end()
    }

    #[test]
    fn rows_of_a_stream_are_counted_where_they_have_content_and_all_others_are_compared() {
        let (own, other) = ("1,0,t,a-1,T,i,{},\n", "2,0,t,b-1,T,i,{},\n");
        let before = scanned(&[HEADER, own, other, "3,1,t,a-1,T,i,,{}\n"]);
        assert_eq!(before.contents, BTreeMap::from([("a-1".to_owned(), 2)]));
        let after = scanned(&[HEADER, "1,0,t,a-1,T,i,,\n", other, "3,1,t,a-1,T,i,,\n"]);
        assert!(after.contents.is_empty() && after.print == before.print);
        for odd in [
            [HEADER, "1,0,t,a-1,T,i,,\n", "2,0,t,b-1,T,i,,\n", "3,1,t,a-1,T,i,,\n"],
            [HEADER, "1,0,t,a-1,U,i,,\n", other, "3,1,t,a-1,T,i,,\n"],
            ["x\n", "1,0,t,a-1,T,i,,\n", other, "3,1,t,a-1,T,i,,\n"],
        ] {
            assert!(scanned(&odd).print != before.print, "{odd:?}");
        }
        let fewer = scanned(&[HEADER, "1,0,t,a-1,T,i,,\n3,1,t,a-1,T,i,,\n", other]);
        assert!(fewer.print != before.print, "rows are counted");
    }
}
