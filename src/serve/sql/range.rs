//! Whether a number fits into its type.

use super::value::Type;
use crate::serve::fault::{Answer, Fault};

/// The result, where it fits into its type.
pub(super) fn fitting(n: Option<i64>, kind: Type) -> Answer<i64> {
    let n = n.filter(|n| kind != Type::Int4 || i32::try_from(*n).is_ok());
    n.ok_or_else(|| Fault::new("22003", format!("{} out of range", kind.name())))
}
