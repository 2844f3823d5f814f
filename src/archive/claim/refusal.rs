//! Why a store may not be changed, and what to do about it.

use std::fmt;

use super::owner::{Owner, shown, shown_time};
use crate::archive::format::manifest::ArchiveOrigin;
use crate::db::queries::claims::DatabaseIdentity;
use crate::error::{Error, Kind};
use crate::store::{Store, StoreUrl};
use crate::text::shell_url;

/// Why a store is not this database's.
#[derive(Debug)]
pub(super) enum Why {
    /// The store is another database's, which this one knows nothing of.
    Foreign(Box<Owner>),
    /// The mark is right, and the database is another one: a copy of the owner.
    Copied(Box<Owner>, DatabaseIdentity),
    /// Another database has taken it over.
    TakenOver(Box<Owner>),
    /// The store's mark has moved on without this database.
    Changed(Box<Owner>),
    /// The mark cannot be read.
    Unreadable(String),
    /// The mark was there when the run began.
    Gone,
    /// This database has a mark, and the folder has nothing at all.
    EmptyFolder(String),
    /// This database has a mark, and the store has nothing of the namespace.
    Emptied(String),
    /// This database has a mark, and the store has archives without one.
    MarkIsMissing(String),
    /// The ledger has so many archives there, of which none is there.
    NoArchives(usize),
    /// Something lies there that the ledger does not know.
    Unknown(String),
    /// The newest archive there is of another database.
    OfAnother(Box<ArchiveOrigin>),
    /// The newest archive there is not the one that the ledger knows.
    Differs(String),
    /// It is the store at this address.
    Same(String),
}

const CLAIM: &str = "reading goes on as ever; if this database is the one that is to go on with these archives: eventodb-admin \
                     archives claim --store URL";

const MOUNT: &str = "is the disk mounted, and is this the folder? If its archives are lost for good: eventodb-admin archives \
                     claim --store URL begins again there";

const ENDPOINT: &str = "is it the right endpoint, region and bucket (AWS_ENDPOINT_URL_S3), and was it emptied? If its archives \
                        are lost for good: eventodb-admin archives claim --store URL begins again there";

/// The store has nothing of what this database has kept there: it is not mounted, was emptied, or is another one.
#[derive(Debug)]
struct NothingThere(String);

impl fmt::Display for NothingThere {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

impl std::error::Error for NothingThere {}

/// Whether a store could not be used because it is away: it gives no answer, is missing, or has nothing of what was kept in it.
/// One that is another database's is none of these.
pub fn is_away(e: &Error) -> bool {
    if e.kind() != Kind::Conflict {
        return !e.kind().is_stop() && e.kind() != Kind::Usage;
    }
    e.causes().any(|c| c.is::<NothingThere>() || c.downcast_ref::<Error>().is_some_and(|e| e.kind() == Kind::NotFound))
}

/// What was said of a store that was away when it was asked before.
pub fn still_away(doing: impl Into<String>, why: String) -> Error {
    Error::new(Kind::Conflict, doing).because(NothingThere(why))
}

/// The refusal: exit code 4.
pub(super) fn refused(store: &Store, namespace: &str, why: Why) -> Error {
    let is_empty = matches!(why, Why::Gone | Why::EmptyFolder(_) | Why::Emptied(_) | Why::NoArchives(_));
    let (text, hint) = told(why, store.url());
    let e = Error::new(Kind::Conflict, format!("changing archives of namespace {namespace} in {}", store.url()));
    let e = if is_empty { e.because(NothingThere(text)) } else { e.because(text) };
    e.hint(hint.replace("URL", &shell_url(store.url())))
}

fn told(why: Why, url: &StoreUrl) -> (String, &'static str) {
    let elsewhere = if matches!(url, StoreUrl::File { .. }) { MOUNT } else { ENDPOINT };
    match why {
        Why::Foreign(owner) => (format!("they belong to {}", owner.shown()), CLAIM),
        Why::Copied(owner, here) => (
            format!("they belong to {}; this is {}, a copy of it", owner.shown(), shown(&here)),
            "a copy reads its original's archives and leaves them alone: give it a store of its own (--store, policy set \
             --store). If it is to take its original's place: eventodb-admin archives claim --store URL",
        ),
        Why::Same(other) => (
            format!("it is {other} by another address: what is removed from the one is gone from the other"),
            "nothing was removed; name one store by one address (policy show), and have copies in another one",
        ),
        Why::TakenOver(owner) => (
            format!(
                "{} took them over (take-over {}), and last changed them at {}",
                shown(&owner.identity()),
                owner.epoch - 1,
                shown_time(owner.changed_at)
            ),
            CLAIM,
        ),
        Why::Changed(owner) => (
            format!(
                "they have changed without this database: {} did so at {}. This database is a copy (a snapshot, a standby \
                 that was promoted), or it was restored from an older backup; or the store was put back as it was then",
                shown(&owner.identity()),
                shown_time(owner.changed_at)
            ),
            CLAIM,
        ),
        Why::Unreadable(why) => (format!("the mark that tells whose they are cannot be read: {why}"), CLAIM),
        Why::Gone => ("the mark that tells whose they are has gone since the run began".to_owned(), elsewhere),
        Why::EmptyFolder(since) => {
            (format!("the folder is empty, and this database has kept archives there since {since}"), elsewhere)
        }
        Why::Emptied(since) => (
            format!("nothing of the namespace is there, and this database has kept archives there since {since}"),
            elsewhere,
        ),
        Why::MarkIsMissing(since) => (
            format!(
                "archives are there, and the mark (owner.json) that this database wrote at {since} is not: somebody has \
                 removed it, or this is an older copy of the store"
            ),
            CLAIM,
        ),
        Why::NoArchives(1) => ("the ledger has an archive there, and it is not there".to_owned(), elsewhere),
        Why::NoArchives(n) => (format!("the ledger has {n} archives there, and none of them is there"), elsewhere),
        Why::Unknown(key) => (
            format!(
                "{key} lies there, which the ledger does not know: they may be another database's, or an earlier one's"
            ),
            CLAIM,
        ),
        Why::OfAnother(source) => (
            format!(
                "the newest archive there is of database {} of cluster {}",
                source.database,
                source.system_identifier.as_deref().unwrap_or("unknown")
            ),
            CLAIM,
        ),
        Why::Differs(why) => (format!("the newest archive there is not the one that the ledger knows: {why}"), CLAIM),
    }
}
