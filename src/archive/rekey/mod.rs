//! Archives encrypted again, to other recipients: what they hold stays the same, byte for byte.
//!
//! The same motion as an erasure: a new generation under new names, read back and proven before the ledger knows it; then the
//! objects of before go, with all their versions; then the store is looked through for what is still open to others.

mod change;
mod exposed;
mod frames;
mod rewrite;

pub use change::{RecipientChange, Recipients, WantedRecipients};
pub use exposed::{Exposed, ExposedBy, ExposureQuery, Within, exposed, unfinished_uploads};
pub use rewrite::{Rekeyed, rekey};
