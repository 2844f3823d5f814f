//! What an archive's objects are called.

use chrono::{DateTime, Datelike, Utc};
use percent_encoding::{AsciiSet, NON_ALPHANUMERIC, utf8_percent_encode};

use super::codec::Codec;
use crate::error::Result;
use crate::store::ObjectKey;

/// What stays as it is in a namespace's name; the rest is percent-encoded.
const PLAIN: &AsciiSet = &NON_ALPHANUMERIC.remove(b'-').remove(b'_');

/// What the names of manifests end with.
const MANIFEST: &str = ".manifest.json";

/// What the names of tombstones end with.
const TOMBSTONE: &str = ".expired.json";

/// The objects of one archive.
#[derive(Debug, Clone)]
pub struct Names {
    /// The data.
    pub data: ObjectKey,
    /// The stream heads.
    pub heads: ObjectKey,
    /// The manifest.
    pub manifest: ObjectKey,
}

impl Names {
    /// New names for a generation. `nonce` keeps two attempts apart even where the ledger was lost or restored and
    /// counts a generation again: nothing is ever overwritten.
    ///
    /// # Errors
    /// Where a name would not be an object key.
    pub fn new(
        namespace: &str,
        range: (DateTime<Utc>, DateTime<Utc>),
        generation: i32,
        nonce: u32,
        codec: Codec,
    ) -> Result<Self> {
        let week = range.0.iso_week();
        let instant = |t: DateTime<Utc>| t.format("%Y%m%dT%H%M%SZ").to_string();
        let stem = format!(
            "{}{:04}/w{:02}/{}_{}.{generation:04}-{nonce:08x}",
            Self::prefix(namespace),
            week.year(),
            week.week(),
            instant(range.0),
            instant(range.1),
        );
        Ok(Self {
            data: ObjectKey::new(format!("{stem}.csv{}", codec.extension()))?,
            // Not .csv: what reads all CSV below a prefix must not meet lists of streams among messages.
            heads: ObjectKey::new(format!("{stem}.heads.zst"))?,
            manifest: ObjectKey::new(format!("{stem}{MANIFEST}"))?,
        })
    }

    /// The same for encrypted objects: no tool must take them for what it can read.
    ///
    /// # Errors
    /// Where a name would not be an object key.
    pub fn sealed(self) -> Result<Self> {
        Ok(Self {
            data: ObjectKey::new(format!("{}.age", self.data))?,
            heads: ObjectKey::new(format!("{}.age", self.heads))?,
            manifest: self.manifest,
        })
    }

    /// What the names of all objects of a namespace begin with.
    pub fn prefix(namespace: &str) -> String {
        format!("{}/messages/", utf8_percent_encode(namespace, PLAIN))
    }

    /// The name of the mark that tells whose a namespace's archives are. It lies beside them and is no part of any.
    ///
    /// # Errors
    /// Where it would not be an object key.
    pub fn owner(namespace: &str) -> Result<ObjectKey> {
        ObjectKey::new(format!("{}/owner.json", utf8_percent_encode(namespace, PLAIN)))
    }

    /// Whether this is a manifest's name.
    pub fn is_manifest(key: &ObjectKey) -> bool {
        key.as_str().ends_with(MANIFEST)
    }

    /// Whether this is the manifest's name of the archive with this stem.
    pub fn is_manifest_of(key: &ObjectKey, stem: &str) -> bool {
        key.as_str().strip_suffix(MANIFEST) == Some(stem)
    }

    /// The name of what stays of a deleted archive.
    ///
    /// # Errors
    /// Where it would not be an object key.
    pub fn tombstone(stem: &str) -> Result<ObjectKey> {
        ObjectKey::new(format!("{stem}{TOMBSTONE}"))
    }

    /// Whether this is the name of what stays of a deleted archive.
    pub fn is_tombstone(key: &ObjectKey) -> bool {
        key.as_str().ends_with(TOMBSTONE)
    }

    /// The manifest's name of the archive with this stem.
    ///
    /// # Errors
    /// Where it would not be an object key.
    pub fn manifest_of(stem: &str) -> Result<ObjectKey> {
        ObjectKey::new(format!("{stem}{MANIFEST}"))
    }

    /// What the names of one archive's objects have in common.
    pub fn stem(key: &str) -> &str {
        let folder = key.rfind('/').map_or(0, |slash| slash + 1);
        // `START_END.GENERATION-NONCE`, then the endings.
        let end = key[folder..].match_indices('.').nth(1).map_or(key.len(), |(dot, _)| folder + dot);
        &key[..end]
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn no_two_namespaces_share_a_folder_and_none_lies_within_another() {
        let range = ("2013-01-03T00:00:00Z".parse().unwrap(), "2013-01-10T00:00:00Z".parse().unwrap());
        // Every text of up to three of these, and some of their own.
        let parts =
            ["", "a", "A", "/", ".", "..", "%", "2F", "%2F", "\\", "messages", " ", "\n", "ä", "a\u{308}", "-", "_"];
        let mut all = std::collections::BTreeMap::new();
        for a in parts {
            for b in parts {
                for c in parts {
                    let name = format!("{a}{b}{c}");
                    if name.is_empty() {
                        continue;
                    }
                    let key = Names::new(&name, range, 1, 0, Codec::None).unwrap().data;
                    let (folder, rest) = key.as_str().split_once('/').unwrap();
                    assert!(rest.starts_with("messages/2013/w01/2013"), "{name:?} {key}");
                    let percent = percent_encoding::percent_decode_str(folder).decode_utf8().unwrap();
                    assert_eq!(percent, name);
                    let earlier = all.insert(folder.to_owned(), name.clone());
                    assert!(earlier.is_none_or(|earlier| earlier == name), "{name:?} {key}");
                }
            }
        }
    }

    #[test]
    fn names_tell_namespace_week_range_and_generation() {
        let range = ("2013-01-03T00:00:00Z".parse().unwrap(), "2013-01-10T00:00:00Z".parse().unwrap());
        let names = Names::new("de/fault", range, 2, 0xab, Codec::Zstd { level: 3 }).unwrap();
        let stem = "de%2Ffault/messages/2013/w01/20130103T000000Z_20130110T000000Z.0002-000000ab";
        assert_eq!(names.data.as_str(), format!("{stem}.csv.zst"));
        assert_eq!(names.heads.as_str(), format!("{stem}.heads.zst"));
        assert_eq!(names.manifest.as_str(), format!("{stem}.manifest.json"));
        for key in [&names.data, &names.heads, &names.manifest] {
            assert_eq!(Names::stem(key.as_str()), stem);
        }
    }
}
