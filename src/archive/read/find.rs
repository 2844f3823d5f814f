//! Which archives hold something: by the ledger, manifests and stream lists where they can tell, by the data where not.

use chrono::{DateTime, TimeDelta, Utc};
use uuid::Uuid;

use super::in_place::{ArchiveReader, Frames, Keep, Located, OpenFrames, PartialRow, count_category, locate};
use crate::archive::format::manifest::Frame;
use crate::archive::read::archive_filter;
use crate::db::queries::heads::HeadRow;
use crate::db::queries::ledger::ArchiveRow;
use crate::db::queries::messages::MessageRow;
use crate::error::Result;

/// A message is seldom written much later than its id was made.
const NEAR: TimeDelta = TimeDelta::days(1);

/// What is looked for.
#[derive(Debug, Clone)]
pub enum FindQuery {
    /// A stream, by its head.
    Stream(HeadRow),
    /// A category.
    Category(String),
    /// A message by its id.
    Id(Uuid),
    /// A message by its global position.
    GlobalPosition(i64),
    /// The range of an instant.
    Time(DateTime<Utc>),
}

/// What an archive holds of it.
#[derive(Debug, Clone)]
pub struct ArchiveMatch {
    /// The archive.
    pub archive: ArchiveRow,
    /// How many messages.
    pub messages: Option<i64>,
    /// The first and the last position, of a stream.
    pub positions: Option<(i64, i64)>,
    /// The first and the last global position, where they are known.
    pub global_positions: Option<(i64, i64)>,
    /// The message, where one was looked for.
    pub message: Option<MessageRow>,
}

impl ArchiveMatch {
    /// The global position of the message that was looked for.
    pub fn global_position(&self) -> Option<i64> {
        self.message.as_ref().map(|m| m.global_position)
    }

    fn whole(archive: ArchiveRow) -> Self {
        Self {
            messages: archive.message_count,
            positions: None,
            global_positions: archive.first_global_position.zip(archive.last_global_position),
            message: None,
            archive,
        }
    }

    fn located(archive: ArchiveRow, located: &Located, positions: Option<(i64, i64)>) -> Self {
        let ends = |spans: &Vec<(i64, i64)>| Some((spans.iter().map(|s| s.0).min()?, spans.iter().map(|s| s.1).max()?));
        Self {
            archive,
            messages: Some(located.messages),
            positions,
            global_positions: located.spans.as_ref().and_then(ends),
            message: None,
        }
    }

    fn message(archive: ArchiveRow, message: MessageRow) -> Self {
        let at = |position| Some((position, position));
        let (positions, global_positions) = (at(message.position), at(message.global_position));
        Self { archive, messages: Some(1), positions, global_positions, message: Some(message) }
    }
}

/// What a search came to.
#[derive(Debug, Clone)]
pub struct Search {
    /// Archives that hold it, oldest range first.
    pub found: Vec<ArchiveMatch>,
    /// Archives whose data was read for it.
    pub read: usize,
    /// Archives whose data was not read, because it had been found.
    pub unread: usize,
}

/// Looks for something in archives that are kept.
///
/// # Errors
/// Where a store cannot be asked, or an archive is damaged: that it is not found is only said where all could be read.
pub async fn find(reader: &ArchiveReader, archives: Vec<ArchiveRow>, sought: &FindQuery) -> Result<Search> {
    let archives: Vec<_> = archives.into_iter().filter(|a| a.state.is_kept() && a.message_count != Some(0)).collect();
    let mut search = Search { found: Vec::new(), read: 0, unread: 0 };
    match sought {
        FindQuery::Time(at) => {
            let covers = |a: &ArchiveRow| a.range_start <= *at && *at < a.range_end;
            search.found = archives.into_iter().filter(covers).map(ArchiveMatch::whole).collect();
        }
        FindQuery::Stream(head) => {
            for archive in archives.into_iter().filter(|a| archive_filter::may_hold_stream(a, head)) {
                let (store, manifest) = reader.manifest(&archive).await?;
                if let Some(located) = locate(reader, &archive, &store, &manifest, &head.stream).await? {
                    let positions = Some((located.first_position, located.last_position));
                    search.found.push(ArchiveMatch::located(archive, &located, positions));
                }
            }
        }
        FindQuery::Category(category) => {
            for archive in archives.into_iter().filter(|a| archive_filter::holds(a, category)) {
                let counts = archive.category_counts.as_ref();
                if let Some(messages) = counts.and_then(|c| c.get(category)).and_then(serde_json::Value::as_i64) {
                    search.found.push(ArchiveMatch {
                        messages: Some(messages),
                        global_positions: None,
                        ..ArchiveMatch::whole(archive)
                    });
                    continue;
                }
                let (store, manifest) = reader.manifest(&archive).await?;
                if let Some(located) = count_category(reader, &archive, &store, &manifest, category).await? {
                    search.found.push(ArchiveMatch::located(archive, &located, None));
                }
            }
        }
        FindQuery::GlobalPosition(at) => {
            let covers = |a: &ArchiveRow| {
                a.first_global_position.is_none_or(|first| first <= *at)
                    && a.last_global_position.is_none_or(|last| *at <= last)
            };
            for archive in archives.into_iter().filter(covers) {
                let wanted = |f: &Frame| f.first_global_position <= *at && *at <= f.last_global_position;
                let opening = OpenFrames { keep: Keep::Yes, ahead: false };
                let message = first(reader, &archive, wanted, opening, |row| row.global_position == *at).await?;
                search.read += 1;
                search.found.extend(message.map(|message| ArchiveMatch::message(archive, message)));
            }
        }
        FindQuery::Id(id) => by_id(reader, archives, *id, &mut search).await?,
    }
    Ok(search)
}

async fn by_id(reader: &ArchiveReader, mut archives: Vec<ArchiveRow>, id: Uuid, search: &mut Search) -> Result<()> {
    // An id that carries a time is likely in the archive of that time, or in one beside it.
    if let Some(at) = made_at(id) {
        let is_off = |a: &ArchiveRow, by: TimeDelta| a.range_end <= at - by || a.range_start > at + by;
        archives.sort_by_key(|a| (is_off(a, TimeDelta::zero()), is_off(a, NEAR)));
    }
    let text = id.to_string();
    let opening = OpenFrames { keep: Keep::No, ahead: true };
    let all = archives.len();
    for archive in archives {
        search.read += 1;
        let message =
            first(reader, &archive, |_| true, opening, |row| row.id().is_some_and(|id| *id == *text.as_bytes()))
                .await?;
        if let Some(message) = message {
            search.found.push(ArchiveMatch::message(archive, message));
            break;
        }
    }
    search.unread = all - search.read;
    Ok(())
}

/// When an id was made, where it carries a time.
fn made_at(id: Uuid) -> Option<DateTime<Utc>> {
    let (seconds, nanos) = id.get_timestamp()?.to_unix();
    // Within what an id can hold, far from the ends of time.
    DateTime::from_timestamp(i64::try_from(seconds).ok()?, nanos)
}

async fn first(
    reader: &ArchiveReader,
    archive: &ArchiveRow,
    wanted: impl Fn(&Frame) -> bool,
    opening: OpenFrames,
    is_it: impl Fn(&PartialRow<'_>) -> bool,
) -> Result<Option<MessageRow>> {
    let (store, manifest) = reader.manifest(archive).await?;
    let mut frames = Frames::open(reader, archive, store, &manifest, wanted, opening).await?;
    while let Some(mut block) = frames.next().await? {
        while let Some(row) = block.next_row() {
            let row = PartialRow::read(row).ok_or_else(|| frames.damaged("it has a row of another form"))?;
            if is_it(&row) {
                let message = row.message().ok_or_else(|| frames.damaged("a message of it cannot be read"))?;
                return Ok(Some(message));
            }
        }
    }
    Ok(None)
}
