//! What an archive's objects are called.

use chrono::{DateTime, Datelike, Utc};
use percent_encoding::{AsciiSet, NON_ALPHANUMERIC, utf8_percent_encode};
use uuid::Uuid;

use super::codec::Codec;
use crate::error::Result;
use crate::store::ObjectKey;

/// What stays as it is in a namespace's name; the rest is percent-encoded.
const PLAIN: &AsciiSet = &NON_ALPHANUMERIC.remove(b'-').remove(b'_');

/// What the names of objects end with that this program encrypts.
const ENCRYPTED: &str = ".age";
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

/// What an object is to its archive.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum ObjectRole {
    /// Its messages.
    Data,
    /// Its stream list.
    Streams,
    /// Its manifest.
    Manifest,
    /// What stays of it once it is deleted.
    Tombstone,
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
            data: ObjectKey::new(format!("{}{ENCRYPTED}", self.data))?,
            heads: ObjectKey::new(format!("{}{ENCRYPTED}", self.heads))?,
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

    /// What the names of a namespace's holds begin with. They lie beside its archives, and are no part of any.
    pub fn holds(namespace: &str) -> String {
        format!("{}/holds/", utf8_percent_encode(namespace, PLAIN))
    }

    /// The name of a hold: its case's, and its own.
    ///
    /// # Errors
    /// Where the case's name is too long to be part of an object's.
    pub fn hold(namespace: &str, case: &str, id: Uuid) -> Result<ObjectKey> {
        ObjectKey::new(format!("{}{}.{id}.json", Self::holds(namespace), utf8_percent_encode(case, PLAIN)))
    }

    /// The name of the report of a drill, which lies beside the archives and is no part of any: by when it began, and its number.
    ///
    /// # Errors
    /// Where it would not be an object key.
    pub fn drill(namespace: &str, began_at: DateTime<Utc>, id: Uuid) -> Result<ObjectKey> {
        ObjectKey::new(format!("{}{}.{id}.json", Self::drills(namespace), instant(began_at)))
    }

    /// What the names of all that a namespace has in a store begin with, but its mark's.
    pub fn parts(namespace: &str) -> [String; 3] {
        [Self::prefix(namespace), Self::holds(namespace), Self::drills(namespace)]
    }

    fn drills(namespace: &str) -> String {
        format!("{}/drills/", utf8_percent_encode(namespace, PLAIN))
    }

    /// Whether this is the name of an object that is encrypted by this program.
    pub fn is_encrypted(key: &str) -> bool {
        key.strip_suffix(ENCRYPTED).is_some()
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

    /// What the names of the objects of one archive have in common, where they are names that this program gives to objects
    /// of this namespace: of data, stream list and manifest. Anything else is no name of an archive of the namespace.
    pub fn own_stem<'a>(namespace: &str, data: &'a str, heads: &str, manifest: &str) -> Option<&'a str> {
        let stem = Self::stem(data);
        let is = |key, part| Self::stem(key) == stem && Self::part(namespace, key) == Some(part);
        (is(data, ObjectRole::Data) && is(heads, ObjectRole::Streams) && is(manifest, ObjectRole::Manifest))
            .then_some(stem)
    }

    /// What an object of a namespace is by its name; nothing where this program gives no object such a name.
    pub fn part(namespace: &str, key: &str) -> Option<ObjectRole> {
        let stem = Self::stem(key);
        if !stem.strip_prefix(&Self::prefix(namespace)).is_some_and(is_stem) {
            return None;
        }
        let ending = key.strip_prefix(stem)?;
        match ending.strip_suffix(ENCRYPTED).unwrap_or(ending) {
            ".csv" | ".csv.zst" | ".csv.gz" => Some(ObjectRole::Data),
            ".heads.zst" => Some(ObjectRole::Streams),
            _ if ending == MANIFEST => Some(ObjectRole::Manifest),
            _ if ending == TOMBSTONE => Some(ObjectRole::Tombstone),
            _ => None,
        }
    }

    /// The first instant of the range that a stem tells of, and the instant after it, as people read them.
    pub fn range_in(stem: &str) -> Option<(String, String)> {
        let file = stem.rsplit('/').next()?;
        let (start, end) = file.split('.').next()?.split_once('_')?;
        Some((shown_instant(start)?, shown_instant(end)?))
    }

    /// Whether a stem tells of this range.
    pub fn is_of_range(stem: &str, range: (DateTime<Utc>, DateTime<Utc>)) -> bool {
        let file = stem.rsplit('/').next().unwrap_or(stem);
        file.split('.').next() == Some(&format!("{}_{}", instant(range.0), instant(range.1)))
    }

    /// What the names of one archive's objects have in common.
    pub fn stem(key: &str) -> &str {
        let folder = key.rfind('/').map_or(0, |slash| slash + 1);
        // `START_END.GENERATION-NONCE`, then the endings.
        let end = key[folder..].match_indices('.').nth(1).map_or(key.len(), |(dot, _)| folder + dot);
        &key[..end]
    }
}

fn instant(t: DateTime<Utc>) -> String {
    t.format("%Y%m%dT%H%M%SZ").to_string()
}

/// `20130103T000000Z` as `2013-01-03T00:00:00Z`. As text: a year of more digits is read by no format.
fn shown_instant(text: &str) -> Option<String> {
    let (day, time) = text.strip_suffix('Z')?.split_once('T')?;
    if !text.is_ascii() || day.len() < 7 || time.len() != 6 {
        return None;
    }
    let (year, day) = day.split_at(day.len() - 4);
    Some(format!("{year}-{}-{}T{}:{}:{}Z", &day[..2], &day[2..], &time[..2], &time[2..4], &time[4..]))
}

/// Whether this is `YEAR/wWEEK/START_END.GENERATION-NONCE`.
fn is_stem(text: &str) -> bool {
    let is_number = |text: &str, at_least: usize| {
        let digits = text.trim_start_matches(['+', '-']);
        text.len() >= digits.len() && digits.len() >= at_least && digits.bytes().all(|b| b.is_ascii_digit())
    };
    let is_instant = |text: &str| {
        let parts = text.strip_suffix('Z').and_then(|text| text.split_once('T'));
        parts.is_some_and(|(day, time)| is_number(day, 7) && time.len() == 6 && is_number(time, 6))
    };
    let mut parts = text.split('/');
    let (Some(year), Some(week), Some(file), None) = (parts.next(), parts.next(), parts.next(), parts.next()) else {
        return false;
    };
    let Some((range, generation)) = file.split_once('.') else { return false };
    let is_range = range.split_once('_').is_some_and(|(start, end)| is_instant(start) && is_instant(end));
    let is_generation = generation.split_once('-').is_some_and(|(number, nonce)| {
        is_number(number, 4) && nonce.len() == 8 && nonce.bytes().all(|b| b.is_ascii_hexdigit())
    });
    is_number(year, 3) && week.strip_prefix('w').is_some_and(|week| is_number(week, 2)) && is_range && is_generation
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

    #[test]
    fn only_names_of_one_archive_of_the_namespace_are_its_own() {
        let range = ("2013-01-03T00:00:00Z".parse().unwrap(), "2013-01-10T00:00:00Z".parse().unwrap());
        for codec in [Codec::Zstd { level: 3 }, Codec::Gzip { level: 6 }, Codec::None] {
            let names = Names::new("de/fault", range, 12345, 0xab, codec).unwrap();
            for names in [names.clone(), names.sealed().unwrap()] {
                let [data, heads, manifest] = [&names.data, &names.heads, &names.manifest].map(ObjectKey::as_str);
                let stem = Names::own_stem("de/fault", data, heads, manifest);
                assert_eq!(stem, Some(Names::stem(data)));
                assert!(Names::is_of_range(stem.unwrap(), range));
                assert_eq!(Names::own_stem("default", data, heads, manifest), None);
                assert_eq!(Names::own_stem("de/fault", data, data, manifest), None);
                assert_eq!(Names::own_stem("de/fault", data, &heads.replace("0000ab", "0000ac"), manifest), None);
                assert_eq!(Names::own_stem("de/fault", manifest, heads, manifest), None);
            }
        }
        let ends = ("-0044-03-15T00:00:00Z".parse().unwrap(), "+12345-01-01T00:00:00Z".parse().unwrap());
        let far = Names::new("a", ends, 1, 0, Codec::None).unwrap();
        assert!(
            Names::own_stem("a", far.data.as_str(), far.heads.as_str(), far.manifest.as_str()).is_some(),
            "{far:?}"
        );
        for stem in ["a/messages/.ssh/id_rsa", "a/messages/2013/w01/x_y.0001-00000001", ".ssh/authorized_keys"] {
            let [data, heads, manifest] =
                [".csv", ".heads.zst", ".manifest.json"].map(|ending| format!("{stem}{ending}"));
            assert_eq!(Names::own_stem("a", &data, &heads, &manifest), None, "{stem}");
        }
    }

    #[test]
    fn a_name_tells_what_an_object_is_and_of_which_range() {
        let range = ("2013-01-03T00:00:00Z".parse().unwrap(), "+12345-01-10T01:02:03Z".parse().unwrap());
        let names = Names::new("a.b", range, 1, 0xab, Codec::None).unwrap();
        for names in [names.clone(), names.sealed().unwrap()] {
            let stem = Names::stem(names.data.as_str());
            let tombstone = Names::tombstone(stem).unwrap();
            let all = [
                (&names.data, ObjectRole::Data),
                (&names.heads, ObjectRole::Streams),
                (&names.manifest, ObjectRole::Manifest),
                (&tombstone, ObjectRole::Tombstone),
            ];
            for (key, part) in all {
                assert_eq!(Names::part("a.b", key.as_str()), Some(part), "{key}");
                assert_eq!(Names::part("a", key.as_str()), None, "{key}");
                assert_eq!(Names::part("a.b", &format!("{key}.bak")), None, "{key}");
            }
            let (start, end) = Names::range_in(stem).unwrap();
            assert_eq!((start.as_str(), end.as_str()), ("2013-01-03T00:00:00Z", "+12345-01-10T01:02:03Z"));
        }
        assert_eq!(Names::part("a.b", "a%2Eb/messages/2013/w01/README.txt"), None);
        assert_eq!(Names::range_in("a/messages/2013/w01/x_y.0001-00000001"), None);
    }

    #[test]
    fn a_stem_with_one_part_of_another_form_is_no_name_of_ours() {
        let whole = "2013/w01/20130103T000000Z_20130110T000000Z.0002-000000ab";
        assert!(is_stem(whole));
        for (part, other) in [
            ("2013/", "13/"),
            ("2013/", "20x3/"),
            ("w01", "w1"),
            ("w01", "wab"),
            ("w01", "001"),
            ("20130103T", "201303T"),
            ("20130103T", "2013010xT"),
            ("_20130110T", "_2013011xT"),
            ("T000000Z_", "T00000Z_"),
            ("T000000Z_", "T0000000Z_"),
            ("T000000Z_", "T00000xZ_"),
            ("T000000Z.", "T00000xZ."),
            ("T000000Z.", "T000000."),
            (".0002", ".002"),
            (".0002", ".000x"),
            ("-000000ab", "-00000ab"),
            ("-000000ab", "-0000000ab"),
            ("-000000ab", "-000000ax"),
            ("-000000ab", ""),
        ] {
            let other = whole.replacen(part, other, 1);
            assert!(!is_stem(&other), "{other}");
        }
    }
}
