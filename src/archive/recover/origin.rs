//! Whose the archives in a store are, by what their manifests say: a ledger takes no other database's archives for its
//! own unless it is told to.

use std::collections::{BTreeSet, HashMap};

use uuid::Uuid;

use crate::archive::claim::source;
use crate::archive::format::manifest::Manifest;
use crate::db::queries::claims::{self, DatabaseIdentity};
use crate::db::queries::ledger;
use crate::db::{Db, Scope};
use crate::error::{Error, Kind, Result};
use crate::store::Store;

/// Whose archives may be entered in the ledger.
#[derive(Debug)]
pub struct Origin {
    /// Lineages of this database's stores, and those that were named.
    claim_ids: BTreeSet<Uuid>,
    /// Databases (system identifier/name) whose manifests are this database's where they name no lineage.
    sources: BTreeSet<String>,
    /// What was named.
    named: BTreeSet<String>,
    /// Lineages and databases that the store's manifests name.
    seen: BTreeSet<String>,
    /// Whether the namespace has nothing of its own that others' archives could be mixed up with.
    pub is_fresh: bool,
    /// Whether this database has ever owned a store of the namespace.
    pub has_claims: bool,
}

impl Origin {
    /// What counts as this database's own; `from` names more: a lineage's id, or `SYSTEM_IDENTIFIER/DATABASE`.
    ///
    /// # Errors
    /// Where a query fails.
    pub async fn of(db: &Db, scope: &Scope, from: &[String]) -> Result<Self> {
        let here = DatabaseIdentity::of(db).await?;
        let claims = claims::list(db.client(), scope.namespace()).await?;
        let is_empty = ledger::list(db.client(), scope.namespace()).await?.is_empty();
        let is_fresh = is_empty && claims::has_no_streams(db.client(), scope).await?;
        let claim_ids = claims.iter().map(|c| c.claim_id).chain(from.iter().filter_map(|f| f.parse().ok()));
        let sources = claims.iter().flat_map(|c| c.sources.iter().cloned());
        Ok(Self {
            claim_ids: claim_ids.collect(),
            sources: sources.chain([here.source()]).collect(),
            named: from.iter().cloned().collect(),
            seen: BTreeSet::new(),
            is_fresh,
            has_claims: !claims.is_empty(),
        })
    }

    /// Refuses a name that no archive of the store has, once they were looked at: a misspelt one would enter nothing, and say
    /// that all is well.
    ///
    /// # Errors
    /// [`Kind::NotFound`].
    pub fn check_named(&self, store: &Store) -> Result<()> {
        let as_written = |name: &String| name.parse::<Uuid>().map_or_else(|_| name.clone(), |id| id.to_string());
        let Some(unknown) = self.named.iter().find(|name| !self.seen.contains(&as_written(name))) else {
            return Ok(());
        };
        let seen: Vec<&str> = self.seen.iter().map(String::as_str).collect();
        Err(Error::new(Kind::NotFound, format!("looking for archives of {unknown} in {}", store.url()))
            .because("none is there; nothing was entered")
            .hint(if seen.is_empty() {
                "the store has no archives of this namespace: is it the right one (--store)?".to_owned()
            } else {
                format!("--from takes one of those that are there: {}", seen.join(", "))
            }))
    }

    /// Whether an archive may be entered.
    pub(in crate::archive) fn is_own(&self, manifest: &Manifest) -> bool {
        let source = source(&manifest.source);
        self.named.contains(&source)
            || match manifest.claim_id {
                // The name alone is not enough: another database may have had it.
                Some(id) => self.claim_ids.contains(&id),
                None => self.sources.contains(&source),
            }
    }

    /// Whose archives a namespace without anything of its own gets, where nobody has named any: those of all manifests, where
    /// they are of one owner. Manifests come with their hashes. Archives that were moved or copied from another store have that
    /// one's lineage: where the chain of manifests goes on from one to the other, both are one owner's.
    pub(in crate::archive) fn adopt<'a>(
        &mut self,
        entries: impl Iterator<Item = (&'a str, &'a Manifest)> + Clone,
    ) -> Option<String> {
        let manifests = entries.clone().map(|(_, manifest)| manifest);
        let names = |m: &Manifest| [Some(source(&m.source)), m.claim_id.map(|id| id.to_string())];
        self.seen.extend(manifests.clone().flat_map(names).flatten());
        if !self.is_fresh || !self.named.is_empty() {
            return None;
        }
        let lineages: BTreeSet<Uuid> = manifests.clone().filter_map(|m| m.claim_id).collect();
        let of_lineages: BTreeSet<String> =
            manifests.clone().filter(|m| m.claim_id.is_some()).map(|m| source(&m.source)).collect();
        let others: BTreeSet<String> = manifests.filter(|m| m.claim_id.is_none()).map(|m| source(&m.source)).collect();
        let strangers: BTreeSet<String> = others.difference(&of_lineages).cloned().collect();
        let owners = if are_one_chain(entries, &lineages) { 1 } else { lineages.len() };
        if owners + strangers.len() != 1 {
            return None;
        }
        let owner = of_lineages.iter().chain(&strangers).next_back().cloned();
        self.claim_ids.extend(lineages);
        self.sources.extend(others);
        owner
    }
}

/// Whether manifests of all these lineages follow each other, and none of two lineages follow the same one: a copy of the database
/// that went on beside its original makes such a fork.
fn are_one_chain<'a>(
    entries: impl Iterator<Item = (&'a str, &'a Manifest)> + Clone,
    lineages: &BTreeSet<Uuid>,
) -> bool {
    let of_hash: HashMap<&str, Uuid> = entries.clone().filter_map(|(hash, m)| Some((hash, m.claim_id?))).collect();
    let mut followed: HashMap<&str, Uuid> = HashMap::new();
    let mut links = BTreeSet::new();
    for (_, manifest) in entries {
        let (Some(id), Some(previous)) = (manifest.claim_id, manifest.previous_manifest_sha256.as_deref()) else {
            continue;
        };
        if followed.insert(previous, id).is_some_and(|other| other != id) {
            return false;
        }
        if let Some(before) = of_hash.get(previous) {
            links.insert((*before, id));
        }
    }
    let Some(first) = lineages.first() else { return false };
    let mut reached = BTreeSet::from([*first]);
    loop {
        let n = reached.len();
        for (a, b) in &links {
            if reached.contains(a) || reached.contains(b) {
                reached.extend([*a, *b]);
            }
        }
        if reached.len() == n {
            return reached == *lineages;
        }
    }
}

/// What `--from` takes for an archive's lineage.
pub(in crate::archive) fn lineage(manifest: &Manifest) -> String {
    manifest.claim_id.map_or_else(|| source(&manifest.source), |id| id.to_string())
}

/// Whose an archive is, for people.
pub(in crate::archive) fn shown(manifest: &Manifest) -> String {
    let source = source(&manifest.source);
    let lineage = lineage(manifest);
    format!(
        "it belongs to database {source}, and is not entered; archives sync --from {lineage} enters all of its lineage"
    )
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::archive::format::manifest::sample;
    use crate::store::{StoreSettings, StoreUrl};

    const ID: &str = "6f2c0a9e-58a4-4d5c-9a6d-0b1f4a5f8d11";
    const OTHER: &str = "00000000-0000-4000-8000-000000000001";

    fn origin(is_fresh: bool, named: &[&str]) -> Origin {
        Origin {
            claim_ids: BTreeSet::from([ID.parse().unwrap()]),
            sources: BTreeSet::from(["1/events".to_owned()]),
            named: named.iter().map(|&name| name.to_owned()).collect(),
            seen: BTreeSet::new(),
            is_fresh,
            has_claims: true,
        }
    }

    fn manifest(system: &str, claim_id: Option<&str>) -> Manifest {
        let mut manifest = sample();
        manifest.source.system_identifier = Some(system.to_owned());
        manifest.claim_id = claim_id.map(|id| id.parse().unwrap());
        manifest
    }

    #[test]
    fn an_archive_is_this_databases_by_its_lineage_and_without_one_by_its_source() {
        let own = |system: &str, claim: Option<&str>| origin(false, &[]).is_own(&manifest(system, claim));
        assert!(own("2", Some(ID)) && !own("1", Some(OTHER)), "the lineage goes before the name");
        assert!(own("1", None) && !own("2", None));
        assert!(origin(false, &["2/events"]).is_own(&manifest("2", Some(OTHER))), "it was named");
    }

    #[test]
    fn a_namespace_with_nothing_of_its_own_takes_what_is_of_one_owner_and_no_other_does() {
        let adopted = |is_fresh, named: &[&str], all: &[Manifest]| {
            let mut origin = origin(is_fresh, named);
            let owner = origin.adopt(all.iter().map(|m| (m.writer.as_str(), m)));
            assert!(owner.is_none() || all.iter().all(|m| origin.is_own(m)), "{owner:?}");
            owner
        };
        let of_one = [manifest("2", Some(OTHER)), manifest("2", None)];
        assert_eq!(adopted(true, &[], &of_one).as_deref(), Some("2/events"));
        assert_eq!(adopted(true, &[], &of_one[1..]).as_deref(), Some("2/events"));
        assert_eq!(adopted(false, &[], &of_one), None);
        assert_eq!(adopted(true, &["3/events"], &of_one), None);
        assert_eq!(adopted(true, &[], &[]), None);
        for others in [
            [manifest("2", Some(OTHER)), manifest("2", Some(ID))],
            [manifest("2", Some(OTHER)), manifest("3", None)],
            [manifest("2", None), manifest("3", None)],
        ] {
            assert_eq!(adopted(true, &[], &others), None, "of two owners");
        }
    }

    #[test]
    fn lineages_whose_manifests_follow_each_other_are_one_owners_and_a_fork_is_not() {
        let of = |hash: &str, claim: &str, previous: Option<&str>| {
            let mut manifest = manifest("2", Some(claim));
            manifest.previous_manifest_sha256 = previous.map(str::to_owned);
            (hash.to_owned(), manifest)
        };
        let adopted = |all: &[(String, Manifest)]| {
            origin(true, &[]).adopt(all.iter().map(|(hash, m)| (hash.as_str(), m))).is_some()
        };
        let moved = [of("a", OTHER, None), of("b", OTHER, Some("a")), of("c", ID, Some("b"))];
        assert!(adopted(&moved), "the store was changed after b");
        assert!(!adopted(&[moved[0].clone(), moved[2].clone()]), "what lies between is not there");
        let fork = [moved[0].clone(), moved[1].clone(), of("c", ID, Some("a"))];
        assert!(!adopted(&fork), "a copy of the database went on as well");
    }

    #[tokio::test]
    async fn a_name_that_no_archive_has_is_an_error_and_one_that_some_have_is_none() {
        let folder = tempfile::tempdir().unwrap();
        let url = StoreUrl::File { dir: folder.path().into() };
        let store = Store::open(&url, &StoreSettings::default()).await.unwrap();
        let checked = |named: &str| {
            let mut origin = origin(false, &[named]);
            origin.adopt([("", &manifest("2", Some(OTHER)))].into_iter());
            origin.check_named(&store).map_err(|e| (e.kind(), e.hint_text().unwrap_or_default().to_owned()))
        };
        assert_eq!(checked("2/events"), Ok(()));
        assert_eq!(checked(OTHER), Ok(()));
        assert_eq!(checked(&OTHER.to_uppercase()), Ok(()));
        let (kind, hint) = checked("3/events").unwrap_err();
        assert!(kind == Kind::NotFound && hint.contains("2/events"), "{hint}");
        let nothing = origin(false, &["3/events"]).check_named(&store).unwrap_err();
        assert!(nothing.hint_text().unwrap_or_default().contains("no archives"));
    }
}
