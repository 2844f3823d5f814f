//! How a write knows its own object again.

/// Metadata that every object of ours carries: a random text a write, by which a write knows its own object again
/// where the answer was lost.
pub(super) const WRITE_ID: &str = "eventodb-write";

/// One write of one object.
#[derive(Debug, Clone)]
pub(super) struct WriteId(pub(super) String);

impl WriteId {
    pub(super) fn new() -> Self {
        Self(uuid::Uuid::new_v4().simple().to_string())
    }
}

impl WriteId {
    /// As metadata.
    pub(super) fn pair(&self) -> (&'static str, &str) {
        (WRITE_ID, &self.0)
    }
}
