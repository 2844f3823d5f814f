//! Data that no manifest tells of: neither ledger nor store know what is in it.

use std::collections::{BTreeMap, BTreeSet};
use std::fmt;

use crate::archive::format::object_names::{Names, ObjectRole};
use crate::db::queries::ledger::ArchiveRow;
use crate::store::ObjectKey;

/// What is to be done about them.
pub const WAY_OUT: &str = "where a manifest was lost, put it back beside them: from another store with a copy, an older version in \
     the bucket, or a backup; then eventodb-admin archives sync enters it. Otherwise look at the data (docs/operate/disaster.md), \
     and delete these objects once all of their messages are known to be elsewhere";

/// Objects of one archive without a manifest, of which the ledger has no row.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Headless {
    /// What their names have in common.
    pub stem: String,
    /// What is there.
    pub there: BTreeSet<ObjectRole>,
}

impl fmt::Display for Headless {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let there = match (self.there.contains(&ObjectRole::Data), self.there.contains(&ObjectRole::Streams)) {
            (true, true) => "data and stream list are",
            (true, false) => "data is",
            _ => "a stream list is",
        };
        write!(f, "{}: {there} there without a manifest", self.stem)?;
        if let Some((start, end)) = Names::range_in(&self.stem) {
            write!(f, ", of the range {start} to {end}")?;
        }
        f.write_str(
            ": the run that stored them never finished, or their manifest is gone; what is in them is not counted",
        )
    }
}

/// Finds them among the objects of a namespace. One of an attempt that the ledger knows is no finding: the ledger tells
/// what came of it.
pub(super) fn headless(namespace: &str, keys: &[ObjectKey], ledger: &[ArchiveRow]) -> Vec<Headless> {
    let mut groups: BTreeMap<&str, BTreeSet<ObjectRole>> = BTreeMap::new();
    for key in keys {
        if let Some(part) = Names::part(namespace, key.as_str()) {
            groups.entry(Names::stem(key.as_str())).or_default().insert(part);
        }
    }
    let known: BTreeSet<&str> = ledger
        .iter()
        .flat_map(|row| [&row.object_key, &row.manifest_key])
        .filter_map(|key| Some(Names::stem(key.as_deref()?)))
        .collect();
    let is_told =
        |parts: &BTreeSet<ObjectRole>| parts.contains(&ObjectRole::Manifest) || parts.contains(&ObjectRole::Tombstone);
    groups
        .into_iter()
        .filter(|(stem, parts)| !is_told(parts) && !known.contains(stem))
        .map(|(stem, there)| Headless { stem: stem.to_owned(), there })
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::db::queries::ledger::State;

    #[test]
    fn data_without_manifest_is_told_unless_ledger_or_tombstone_tell_of_it() {
        let stem = |n: u32| format!("a/messages/2013/w01/20130103T000000Z_20130110T000000Z.0001-{n:08x}");
        let keys: Vec<ObjectKey> = [
            (1, ".csv.zst"),
            (1, ".heads.zst"),
            (1, ".manifest.json"),
            (2, ".csv.zst.age"),
            (2, ".heads.zst.age"),
            (3, ".csv.zst"),
            (3, ".expired.json"),
            (4, ".heads.zst"),
            (5, ".csv"),
            (6, ".csv.bak"),
        ]
        .into_iter()
        .map(|(n, ending)| ObjectKey::new(format!("{}{ending}", stem(n))).unwrap())
        .collect();
        let row = ArchiveRow { object_key: Some(format!("{}.csv", stem(5))), ..ArchiveRow::sample(1, State::Failed) };
        let found = headless("a", &keys, &[row]);
        let shown: Vec<_> = found.iter().map(ToString::to_string).collect();
        assert_eq!(shown.len(), 2, "{shown:?}");
        assert!(shown[0].starts_with(&format!("{}: data and stream list are there", stem(2))), "{shown:?}");
        assert!(shown[0].contains("of the range 2013-01-03T00:00:00Z to 2013-01-10T00:00:00Z"), "{shown:?}");
        assert!(shown[1].starts_with(&format!("{}: a stream list is there", stem(4))), "{shown:?}");
        assert_eq!(headless("b", &keys, &[]), []);
    }
}
