//! Following messages by global position: out of archives, then live, then as they come.

use std::time::Duration;

use futures::TryStreamExt;

use super::CategoryName;
use super::by_global_position::ByGlobalPosition;
use super::filter::Filter;
use super::live::{LiveMessages, hold};
use super::names::{category, is_member};
use crate::archive::archive_filter;
use crate::archive::in_place::{ArchiveReader, Keep, OpenFrames};
use crate::db::errors::explain;
use crate::db::queries::messages::{self as queries, ConsumerGroup, MessageRow};
use crate::db::queries::{horizon, plain_messages as plain};
use crate::db::{Db, Layout, Scope};
use crate::error::{Error, Result};

/// Messages of a page, and bytes of JSON: a page is in memory while it is handed over. One message may be larger.
const PAGE_MESSAGES: usize = 20_000;
const PAGE_BYTES: usize = 8 << 20;
/// Live messages that are asked for: more than a page, so that a page does not end between two at one global position.
const ASKED: i64 = 20_100;

/// How long new messages are waited for before it is looked again: longer and longer while there are none.
const SHORTEST_WAIT: Duration = Duration::from_millis(50);
const LONGEST_WAIT: Duration = Duration::from_secs(1);

/// What to do where there is nothing more.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum AtTheEnd {
    /// Waits for new messages, until a stop is asked for.
    Wait,
    /// Ends.
    End,
}

/// What is followed.
#[derive(Debug, Clone)]
pub struct Follow {
    /// These categories; all where empty.
    pub categories: Vec<CategoryName>,
    /// Only this member's streams.
    pub group: Option<ConsumerGroup>,
    /// From this global position on.
    pub from: i64,
    /// What to do where there is nothing more.
    pub at_the_end: AtTheEnd,
}

impl Follow {
    fn names(&self) -> Vec<String> {
        let mut names: Vec<String> = self.categories.iter().map(ToString::to_string).collect();
        names.sort_unstable();
        names.dedup();
        names
    }
}

/// Messages in the order of their global positions.
struct Page {
    messages: Vec<MessageRow>,
    /// The global position with which the next page begins; none behind the last that there can be.
    next: Option<i64>,
    end: PageEnd,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum PageEnd {
    /// It was full, or ends where live messages begin.
    More,
    /// All up to the horizon was read.
    Horizon,
}

/// Hands pages of messages to `each`, in the order of global positions: each message once, none that could still be followed
/// by one with a lower position. No transaction is open while a page is handed over or waited for.
///
/// # Errors
/// [`Kind::Archived`](crate::error::Kind::Archived) where a part of them is archived and no store can be asked for it,
/// [`Kind::Verification`](crate::error::Kind::Verification) where an archive is damaged, those of a stop, those of `each`.
/// Pages before that have been handed over by then.
pub async fn follow(
    db: &mut Db,
    scope: &Scope,
    follow: &Follow,
    reader: &ArchiveReader,
    mut each: impl FnMut(&[MessageRow]) -> Result<()>,
) -> Result<()> {
    let (mut from, mut wait) = (follow.from, SHORTEST_WAIT);
    loop {
        reader.stop().check()?;
        let read = match scope.layout() {
            Layout::Plain => plain_page(db, scope, follow, from).await,
            Layout::Hypertable => page(db, scope, follow, from, reader).await,
        };
        let page = read.map_err(|e| e.while_doing(format!("following messages from global position {from} on")))?;
        if !page.messages.is_empty() {
            wait = SHORTEST_WAIT;
            each(&page.messages)?;
        }
        let is_at_the_end = page.end == PageEnd::Horizon && follow.at_the_end == AtTheEnd::End;
        match page.next {
            _ if is_at_the_end => return Ok(()),
            Some(next) => from = next,
            None => {
                return Err(nothing_comes().while_doing(format!("following messages from global position {from} on")));
            }
        }
        if page.end == PageEnd::Horizon {
            reader.stop().sleep(wait).await?;
            wait = (wait * 2).min(LONGEST_WAIT);
        }
    }
}

async fn page(db: &mut Db, scope: &Scope, follow: &Follow, from: i64, reader: &ArchiveReader) -> Result<Page> {
    // Before anything is locked: most looks find nothing new.
    let horizon = horizon::hypertable(db.client(), scope).await?;
    if horizon < from {
        return Ok(Page { messages: Vec::new(), next: Some(from), end: PageEnd::Horizon });
    }
    let flow = db.flow();
    let tx = hold(db, scope).await?;
    let categories = follow.names();
    let named: Vec<&str> = categories.iter().map(String::as_str).collect();
    let mut archives = archive_filter::dropped_from(&tx, scope, &named, from).await?;
    archives.retain(|a| named.is_empty() || named.iter().any(|category| archive_filter::holds(a, category)));
    let ask = |limit| queries::read_categories(&tx, scope, &categories, from, limit, follow.group);
    let mut first = LiveMessages::new(ask(1).await?, "looking for the first live message", flow.clone());
    let first_live = first.peek().await?.map(|m| m.global_position);
    // What is archived before the first live message is read without the live ones, which would be read again for each page.
    let begins_archived =
        first_live.is_none_or(|live| archives.iter().any(|a| a.first_global_position.is_none_or(|first| first < live)));
    let (live, until) = if begins_archived {
        (LiveMessages::none(), first_live.map_or(horizon, |live| horizon.min(live - 1)))
    } else {
        (LiveMessages::new(ask(ASKED).await?, "reading live messages", flow), horizon)
    };
    let filter = Filter { from: Some(from), categories, group: follow.group, ..Filter::default() };
    let opening = OpenFrames { keep: Keep::No, ahead: true };
    let mut source = ByGlobalPosition::new(reader, filter, opening, live, archives);
    let (mut messages, mut bytes) = (Vec::<MessageRow>::new(), 0);
    while let Some(message) = source.next().await? {
        if message.global_position > until {
            break;
        }
        let last = messages.last().map_or(i64::MIN, |m| m.global_position);
        if (messages.len() >= PAGE_MESSAGES || bytes >= PAGE_BYTES) && message.global_position > last {
            return Ok(Page { messages, next: last.checked_add(1), end: PageEnd::More });
        }
        bytes += message.json_bytes();
        messages.push(message);
    }
    let end = if until == horizon { PageEnd::Horizon } else { PageEnd::More };
    Ok(Page { messages, next: until.checked_add(1), end })
}

/// Nothing is behind the last global position that there can be, and what begins at the first gives all a second time.
fn nothing_comes() -> Error {
    Error::failed("following messages")
        .because(format!("a message has global position {}, the last that there can be", i64::MAX))
        .hint("somebody has given it by hand: no message can be written any more; messages export gives all that there are")
}

/// A page of a plain Postgres schema, which has no archives.
async fn plain_page(db: &Db, scope: &Scope, follow: &Follow, from: i64) -> Result<Page> {
    let horizon = horizon::plain(db.client(), scope, from).await?.unwrap_or(i64::MAX - 1);
    let names = follow.names();
    // Of several categories all are read, and those asked for are picked out here.
    let asked = match names.as_slice() {
        [one] => one.as_str(),
        _ => "",
    };
    let is_wanted = |stream: &str| names.is_empty() || names.iter().any(|name| name == category(stream));
    let rows = plain::read_category(db.client(), scope, asked, from, Some(ASKED), None, None).await?;
    let mut rows = std::pin::pin!(rows);
    let (mut messages, mut bytes, mut read, mut last) = (Vec::new(), 0, 0, from - 1);
    while let Some(row) = rows.try_next().await.map_err(|e| explain("reading messages", e))? {
        let message = queries::message(&row)?;
        if message.global_position > horizon {
            return Ok(Page { messages, next: horizon.checked_add(1), end: PageEnd::Horizon });
        }
        if (read >= PAGE_MESSAGES || bytes >= PAGE_BYTES) && message.global_position > last {
            return Ok(Page { messages, next: last.checked_add(1), end: PageEnd::More });
        }
        (read, bytes, last) = (read + 1, bytes + message.json_bytes(), message.global_position);
        let is_members = follow.group.is_none_or(|group| is_member(group, message.stream_name.as_bytes()));
        if is_members && is_wanted(&message.stream_name) {
            messages.push(message);
        }
    }
    Ok(Page { messages, next: horizon.max(last).checked_add(1), end: PageEnd::Horizon })
}
