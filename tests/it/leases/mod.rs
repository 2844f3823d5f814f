//! What comes back for a while or elsewhere, and what goes for good: leases, copies into another namespace, erasures,
//! archives that are encrypted to others, and archives past their time.

mod aws;

mod drills;
mod drills_elsewhere;
mod drills_found;
mod erase;
mod hold_scopes;
mod holds;
mod into;
mod lease;
mod locks;
mod prune;
mod rekey;
mod rekey_everywhere;
mod scene;
mod versions;

use crate::support::{cli, proxy};
