//! Archives: a chunk exported, uploaded, proven, dropped, and brought back.

mod aggregates;
mod attempt;
mod binary;
mod bring_in;
mod claim;
mod codec;
mod context;
mod copies;
mod copy_into;
mod coverage;
mod digest;
mod doubles;
pub mod drills;
mod erase;
mod expire;
mod export;
mod figures;
pub mod find;
mod frames;
mod frozen;
#[cfg(any(test, fuzzing))]
#[allow(clippy::expect_used)]
pub(crate) mod fuzzed;
mod holds;
mod keep_at_least;
mod lease;
mod lifecycle;
mod load;
mod locked;
mod manifest;
mod names;
mod object_lock;
mod origin;
mod pack;
mod prune;
pub mod reach;
mod recount;
mod recover;
mod rehydrate;
mod rekey;
mod release;
mod removable;
pub mod repeats;
mod retry;
mod rows;
mod run;
mod seal;
pub mod sql;
mod streams;
mod successor;
mod sweep;
mod sync;
mod verify;
mod whereabouts;

pub use aggregates::may_drop;
pub(crate) use aggregates::named as named_aggregates;
pub use claim::{
    Claimed, ClaimedStore, Claims, Mark, Owner, Ownership, TakeOver, claimed, folder_is_missing, is_away,
    look as look_whose, must_be_there, plan_claim, read_mark, shown_database, still_away, take_over,
};
pub use codec::Codec;
pub use context::{AfterVerify, ArchiveOptions};
pub use copies::{
    Away, ClaimStores, Cleared, CopyRow, CopyState, Destination, FirstCopy, Making, Wanted as WantedCopies,
    clear as clear_copies, copy_tombstone, destination, first_of, is_there as is_copy_there, list_copies,
    make as make_copy, missing as missing_copies, missing_of as missing_copies_of, prove as prove_copy,
    repair as repair_first,
};
pub use copy_into::{Copied, Rows, copy_into};
pub use coverage::{Coverage, Finding, Noted, Places, Segment, SegmentKind, coverage, too_few};
pub use erase::{
    ErasureRow, Holding, LiveChunk, Old, Rewritten, begin_erasure, end_erasure, erase_live, holding, let_go,
    live_chunks, look_at_old, remove, rewrite,
};
pub use expire::expire;
pub use holds::{
    EnteredHolds, ErasureRequest, HeldBy, Holds, Placing, StoredHold, enter_stored, place as place_hold, put_missing,
    read_stored as read_stored_holds, refuse_chunk, refuse_chunk_in, refuse_erasure, refuse_namespace,
    release as release_hold, unheld,
};
pub use lease::{ByLease, by_lease, leased_until};
pub use lifecycle::LifecycleLock;
pub use load::messages as load_messages;
pub use manifest::{Frame, Manifest};
pub use object_lock::{
    StillLocked, check_can_lock, due_for_lock, in_each_store, learn_locks, lock_of_namespace, lock_of_policy,
    renew_lock,
};
pub use origin::Origin;
pub use prune::{Loss, PastTime, Prunable, leave_young, prunable, prune};
pub use recount::{Missing, OnlyCopy, Recount, recount, survey_heads};
pub use rehydrate::{
    Outcome as RehydrateOutcome, RehydrateFilter, Rehydrated, Wanted, choose, is_partly_there, put_back, rehydrate,
};
pub use rekey::{
    Change, Exposed, ExposedBy, Look as ExposedLook, Recipients, Rekeyed, Wanted as WantedRecipients, Within, exposed,
    rekey, unfinished_uploads,
};
pub use release::{Release, Told, plan_release, tell_released};
pub use removable::{
    Evidence, Look, Proofs, Removable, Removal, Stays, Verdict, is_known_store, misnamed, not_kept, refused, way_back,
};
pub(crate) use rows::Fields as CsvFields;
pub use run::{Archived, archive, drop_verified};
pub use sweep::{Fate, Left, Leftover, STRAY_AFTER, leftovers, sweep};
pub use sync::{
    Entering, Entry as SyncEntry, Standing, Survey, Taking, Trust, Unencrypted, apply as apply_survey, survey,
};
pub(crate) use verify::missing_means_lost;
pub use verify::{Verified, read_manifest, verify};
pub use whereabouts::{OpenStores, Whereabouts};

pub use crate::db::queries::aggregates::Aggregates;
pub use crate::db::queries::holds::{Hold, HoldScope};
pub use crate::db::queries::ledger::{ArchiveRow, Objects, State};
