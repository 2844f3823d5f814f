//! Instants, as JSON has them.

use chrono::{DateTime, Utc};
use serde::{Serialize, Serializer};

use crate::messages::rfc3339;

pub(super) fn instant<S: Serializer>(at: &DateTime<Utc>, serializer: S) -> Result<S::Ok, S::Error> {
    serializer.serialize_str(&rfc3339(*at))
}

#[allow(clippy::ref_option)] // as serde calls it
pub(super) fn instant_or_null<S: Serializer>(at: &Option<DateTime<Utc>>, serializer: S) -> Result<S::Ok, S::Error> {
    at.map(rfc3339).serialize(serializer)
}
