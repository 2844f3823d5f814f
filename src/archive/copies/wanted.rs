//! In which stores archives are wanted, and which lack them.

use crate::db::queries::ledger::ArchiveRow;
use crate::db::queries::policies::Policy;

/// In which stores a namespace's archives are wanted, by its policy.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct WantedCopies {
    /// The addresses, the policy's own store first.
    pub stores: Vec<String>,
    /// In how many of them an archive lies before its chunk is dropped.
    pub before_drop: usize,
}

impl WantedCopies {
    /// By a policy. A store that was asked for in place of the policy's goes first.
    pub fn by(policy: Option<&Policy>, given: Option<&str>) -> Self {
        let mut stores: Vec<String> = Vec::new();
        let own = policy.and_then(|p| p.store_url.as_deref());
        let copies = policy.map(|p| p.copies.as_slice()).unwrap_or_default();
        // Where nothing is kept twice, a store that is asked for takes the place of the policy's.
        let own = own.filter(|_| given.is_none() || !copies.is_empty());
        for url in given.into_iter().chain(own).chain(copies.iter().map(String::as_str)) {
            if !stores.iter().any(|known| known == url) {
                stores.push(url.to_owned());
            }
        }
        let all = stores.len().max(1);
        let asked = policy.and_then(|p| p.drop_after_copies).and_then(|n| usize::try_from(n).ok());
        Self { before_drop: asked.unwrap_or(all), stores }
    }
}

/// The stores in which an archive is wanted and has no verified copy, by the ledger.
pub fn missing<'a>(wanted: &'a WantedCopies, archive: &ArchiveRow) -> Vec<&'a str> {
    missing_of(wanted, archive.store_url.as_deref(), &archive.copies)
}

/// The same, by where an archive and its copies lie.
pub fn missing_of<'a>(wanted: &'a WantedCopies, store_url: Option<&str>, copies: &[String]) -> Vec<&'a str> {
    let is_there = |url: &str| store_url == Some(url) || copies.iter().any(|c| c == url);
    wanted.stores.iter().map(String::as_str).filter(|url| !is_there(url)).collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::db::queries::ledger::State;

    fn policy(store: &str, copies: &[&str], before_drop: Option<i32>) -> Policy {
        Policy {
            store_url: Some(store.to_owned()),
            copies: copies.iter().map(|c| (*c).to_owned()).collect(),
            drop_after_copies: before_drop,
            ..Policy::default()
        }
    }

    #[test]
    fn archives_are_wanted_in_the_policys_stores_and_dropped_from_the_database_after_all_of_them() {
        let two = policy("s3://aaa", &["s3://bbb"], None);
        let wanted = WantedCopies::by(Some(&two), None);
        assert_eq!((wanted.stores, wanted.before_drop), (vec!["s3://aaa".to_owned(), "s3://bbb".to_owned()], 2));
        assert_eq!(
            WantedCopies::by(Some(&policy("s3://aaa", &["s3://bbb", "s3://ccc"], Some(2))), None).before_drop,
            2
        );
        assert_eq!(WantedCopies::by(Some(&policy("s3://aaa", &[], None)), None).before_drop, 1);
    }

    #[test]
    fn a_store_that_is_asked_for_comes_first_and_stands_alone_where_there_are_no_copies() {
        let wanted = WantedCopies::by(Some(&policy("s3://aaa", &["s3://bbb"], None)), Some("s3://bbb"));
        assert_eq!(wanted.stores, ["s3://bbb", "s3://aaa"]);
        assert_eq!(WantedCopies::by(Some(&policy("s3://aaa", &[], None)), Some("s3://ccc")).stores, ["s3://ccc"]);
        assert_eq!(WantedCopies::by(None, Some("s3://ccc")).stores, ["s3://ccc"]);
    }

    #[test]
    fn what_the_ledger_calls_a_verified_copy_is_not_missing() {
        let wanted = WantedCopies { stores: vec!["file:///store".to_owned(), "s3://bbb".to_owned()], before_drop: 2 };
        let mut archive = ArchiveRow::sample(7, State::Dropped);
        assert_eq!(missing(&wanted, &archive), ["s3://bbb"]);
        archive.copies = vec!["s3://ccc".to_owned()];
        assert_eq!(missing(&wanted, &archive), ["s3://bbb"], "another store's");
        archive.copies.push("s3://bbb".to_owned());
        assert!(missing(&wanted, &archive).is_empty());
    }
}
