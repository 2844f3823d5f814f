//! Archives: a chunk exported, uploaded, proven, dropped, and brought back.

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
    Claimed, ClaimedStore, Claims, Mark, Owner, Ownership, TakeOver, claimed, folder_is_missing, is_away,
    look as look_whose, must_be_there, plan_claim, read_mark, shown_database, still_away, take_over,
};
pub use copies::{
    Away, ClaimStores, Cleared, CopyRow, CopyState, Destination, FirstCopy, Making, Wanted as WantedCopies,
    clear as clear_copies, copy_tombstone, destination, first_of, is_there as is_copy_there, list_copies,
    make as make_copy, missing as missing_copies, missing_of as missing_copies_of, prove as prove_copy,
    repair as repair_first,
};
pub use erase::{
    ErasureRow, Holding, LiveChunk, Old, Rewritten, begin_erasure, end_erasure, erase_live, holding, let_go,
    live_chunks, look_at_old, rewrite,
};
pub use format::codec::Codec;
pub(crate) use format::csv::Fields as CsvFields;
pub use format::manifest::{Frame, Manifest};
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
    Evidence, Look, Proofs, Removable, Removal, Stays, Verdict, is_known_store, misnamed, not_kept, refused, way_back,
};
pub use keep::whereabouts::{OpenStores, Whereabouts};
pub use lock::lifecycle::LifecycleLock;
pub use read::load::messages as load_messages;
pub(crate) use read::verify::missing_means_lost;
pub use read::verify::{Verified, read_manifest, verify};
pub use read::{find, in_place as reach, query_engines as sql, repeats};
pub use recover::coverage::{Coverage, Finding, Noted, Places, Segment, SegmentKind, coverage, too_few};
pub use recover::origin::Origin;
pub use recover::rebuild_ledger::{
    Entering, Entry as SyncEntry, Standing, Survey, Taking, Trust, Unencrypted, apply as apply_survey, survey,
};
pub use recover::recount::{Missing, OnlyCopy, Recount, recount, survey_heads};
pub use rekey::{
    Change, Exposed, ExposedBy, Look as ExposedLook, Recipients, Rekeyed, Wanted as WantedRecipients, Within, exposed,
    rekey, unfinished_uploads,
};
pub use restore::aggregates::may_drop;
pub(crate) use restore::aggregates::named as named_aggregates;
pub use restore::copy_to_namespace::{Copied, Rows, copy_into};
pub use restore::lease::{ByLease, by_lease, leased_until};
pub use restore::rehydrate::{
    Outcome as RehydrateOutcome, RehydrateFilter, Rehydrated, Wanted, choose, is_partly_there, put_back, rehydrate,
};
pub use restore::release::{Release, Told, plan_release, tell_released};
pub use retire::expire::expire;
pub use retire::prune::{Loss, PastTime, Prunable, leave_young, prunable, prune};
pub use retire::remove_objects::remove;
pub use retire::sweep::{Fate, Left, Leftover, STRAY_AFTER, leftovers, sweep};
pub use write::options::{AfterVerify, ArchiveOptions};
pub use write::run::{Archived, archive, drop_verified};

pub use crate::db::queries::aggregates::Aggregates;
pub use crate::db::queries::holds::{Hold, HoldScope};
pub use crate::db::queries::ledger::{ArchiveRow, Objects, State};
