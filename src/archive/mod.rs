//! Archives: a chunk is exported, uploaded, proven and dropped, and its messages come back where they are wanted.
//!
//! # The words of this folder
//!
//! | word | meaning |
//! |---|---|
//! | chunk | the messages of one range of time, a table of the hypertable |
//! | archive | what a chunk's messages became in a store: data, stream list and manifest, and a row in the ledger |
//! | generation | the number of an archive among those of one range; the newest one counts |
//! | frame | a piece of the data that can be fetched, unpacked and proven without the others |
//! | stream list | the archive's streams, and between which positions each of them lies |
//! | head | what the database knows of a stream whether its messages are live or archived: last position and number of messages |
//! | manifest | the object that says what an archive holds, and by which hashes that is proven |
//! | tombstone | the object that is left of an archive that was deleted |
//! | claim | the mark by which a store is one database's; nothing is written or deleted without it |
//! | copy | the same objects in a further store |
//! | hold | what keeps messages that are evidence from being pruned, expired, erased or discarded |
//! | lease | how long a chunk that came back stays |
//! | drill | archives come back for a proof, into a throw-away namespace |
//!
//! # Where to begin
//!
//! Each folder uses those above it in this table, and none below.
//!
//! | folder | what it does |
//! |---|---|
//! | `format` | says what lies in a store, byte by byte |
//! | `lock` | keeps other runs out of the namespace, and clears up after those that were killed |
//! | `read` | proves archives, loads them, searches them, and reads them in place |
//! | `claim` | tells whose a store is |
//! | `keep` | decides whether an archive's objects may go: holds, object locks, ages, and where its messages are |
//! | `retire` | expires, prunes, removes and sweeps what may go; throws a chunk away that is in no archive |
//! | `copies` | makes, proves and removes copies in further stores |
//! | `restore` | brings archives back into the hypertable, or into another namespace |
//! | `write` | archives chunks |
//! | `erase`, `rekey` | write archives again: without a stream's content, or encrypted to others |
//! | `recover` | rebuilds the ledger, heads and counts, and proves that nothing is missing |
//! | `drills` | tries all of it out |
//!
//! Begin with `format::manifest`; go on with `write::run`, which has the life of a chunk, and `keep::removable`, which has the way
//! out. What the rest of the program uses is exported here by its own name.

mod claim;
mod copies;
pub mod drills;
mod erase;
mod format;
#[cfg(any(test, fuzzing))]
#[allow(clippy::expect_used)]
pub(crate) mod fuzzed;
mod keep;
mod lock;
mod read;
mod recover;
mod rekey;
mod restore;
mod retire;
mod write;

pub use claim::{
    ClaimedStore, Claims, Mark, Owner, Ownership, StoreTakeOver, TakeOver, claimed, folder_is_missing, is_away,
    look as look_whose, must_be_there, plan_claim, read_mark, refuse_inside, shown_database, still_away, take_over,
};
pub use copies::{
    Away, ClaimStores, Cleared, CopyRow, CopyState, Destination, FirstCopy, Making, WantedCopies,
    clear as clear_copies, copy_tombstone, destination, first_of, is_there as is_copy_there, list_copies,
    make as make_copy, missing as missing_copies, missing_of as missing_copies_of, prove as prove_copy,
    repair as repair_first,
};
pub use erase::{
    ErasableChunk, ErasureRow, Holding, Rewritten, UnneededObjects, begin_erasure, end_erasure, erase_live,
    find_unneeded, holding, live_chunks, mark_for_removal, rewrite,
};
pub use format::codec::Codec;
pub(crate) use format::csv::CsvFields;
pub use format::ledger_row::misnamed;
pub use format::manifest::{Frame, Manifest};
pub(crate) use format::object_names::Names;
pub use keep::holds::{
    EnteredHolds, ErasureRequest, HeldBy, Holds, Placing, StoredHold, enter_stored, place as place_hold, put_missing,
    read_stored as read_stored_holds, refuse_chunk, refuse_chunk_in, refuse_erasure, refuse_namespace,
    release as release_hold, unheld,
};
pub use keep::object_lock::{
    StillLocked, check_can_lock, due_for_lock, in_each_store, learn_locks, lock_of_namespace, lock_of_policy,
    renew_lock,
};
pub use keep::removable::{
    Evidence, ObjectsStayReason, Proofs, Removable, Removal, RemovalCheck, RemovalVerdict, is_known_store, not_kept,
    refused, way_back,
};
pub use keep::whereabouts::{OpenStores, Whereabouts};
pub(crate) use lock::clear_up::frozen_by_others;
pub(crate) use lock::columns::check_table;
pub use lock::lifecycle::LifecycleLock;
pub use read::load::messages as load_messages;
pub(crate) use read::verify::missing_means_lost;
pub use read::verify::{Verified, read_manifest, verify};
pub use read::{archive_filter, find, in_place, query_engines, repeats};
pub use recover::absent::{LackInStore, LackingObject, StoreLook, lacking_objects, look_into_stores, stores_of};
pub use recover::coverage::{
    Coverage, CoverageFinding, CoverageStores, NotedDoubles, Segment, SegmentKind, coverage, too_few,
};
pub use recover::describe_again::describe_again;
pub use recover::origin::Origin;
pub use recover::rebuild_ledger::{
    Entering, FoundManifest, Headless, ManifestStatus, Survey, Taking, Trust, Unencrypted,
    WAY_OUT as WAY_OUT_OF_HEADLESS, apply as apply_survey, survey,
};
pub use recover::recount::{MissingMessages, OnlyCopy, Recount, recount, survey_heads};
pub use recover::unplaced::unplaced_archives;
pub use rekey::{
    Exposed, ExposedBy, ExposureQuery, RecipientChange, Recipients, Rekeyed, WantedRecipients, Within, exposed, rekey,
    unfinished_uploads,
};
pub use restore::aggregates::may_drop;
pub(crate) use restore::aggregates::named as named_aggregates;
pub use restore::copy_to_namespace::{CopiedArchive, CopyFilter, copy_into};
pub use restore::lease::{ByLease, by_lease, leased_until};
pub use restore::rehydrate::{
    RehydrateFilter, RehydrateOutcome, Rehydrated, Wanted, choose, is_partly_there, put_back, rehydrate,
};
pub use restore::release::{Release, ReleaseVerdict, plan_release, tell_released};
pub use retire::discard;
pub use retire::expire::expire;
pub use retire::prune::{Loss, PastTime, Prunable, leave_young, prunable, prune};
pub use retire::remove_objects::remove;
pub use retire::sweep::{Fate, Leftover, STRAY_AFTER, SweptItem, UnknownObject, leftovers, sweep};
pub use write::options::{AfterVerify, ArchiveOptions};
pub use write::run::{ArchivedChunk, archive, drop_verified};

pub use crate::db::queries::aggregates::Aggregates;
pub use crate::db::queries::holds::{Hold, HoldScope};
pub use crate::db::queries::ledger::{ArchiveRow, Objects, State};
