//! What is told of JSON that is no object.

/// What JSON of another kind comes to.
pub(super) const NOT_READ: &str = "which EventoDB's server cannot read: its reads of the stream and of the category fail there; \
                        Message DB's clients can";
