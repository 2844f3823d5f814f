//! Objects that somebody has hidden: in a bucket that keeps versions, a plain DELETE puts a marker over what is there.

use std::fmt;

use super::super::ObjectKey;
use super::S3Store;
use super::error::Marker;
use crate::{Error, Kind};

/// The cause of an error of an object that is not found, though its versions may all be there.
#[derive(Debug)]
pub struct Hidden;

impl fmt::Display for Hidden {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("a delete marker hides it")
    }
}

impl std::error::Error for Hidden {}

impl Hidden {
    /// Whether this is what is amiss.
    pub fn is_cause_of(error: &Error) -> bool {
        error.find_cause::<Self>().is_some()
    }
}

impl S3Store {
    pub(super) fn hidden(&self, what: &str, key: &ObjectKey, marker: &Marker) -> Error {
        let (bucket, prefix) = (&self.0.name, &self.0.prefix);
        let back = match &marker.version {
            Some(version) => format!(
                "aws s3api delete-object --bucket {bucket} --key '{prefix}{key}' --version-id {version} takes the marker away"
            ),
            None => format!(
                "aws s3api list-object-versions --bucket {bucket} --prefix '{prefix}{key}' shows the marker, and \
                 delete-object with its version id takes it away"
            ),
        };
        Error::new(Kind::NotFound, self.doing(what, key)).because(Hidden).hint(format!(
            "somebody has deleted it, and the bucket keeps versions: {back}; its last version is there again then"
        ))
    }
}
