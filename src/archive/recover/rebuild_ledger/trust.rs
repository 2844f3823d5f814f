//! What a manifest that the ledger does not know must have before it is believed: whoever may write to the store can put
//! archives there.

use std::collections::{HashMap, HashSet};

use super::super::coverage::CoverageFinding;
use super::entry::{FoundManifest, ManifestStatus, finding, is_idle};
use crate::db::queries::ledger::ArchiveRow;
use crate::error::{Error, Kind, Result};
use crate::store::Store;
use crate::text;

/// Whether archives that are not encrypted are entered where keys of encryption are given.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Unencrypted {
    /// They are left out: what this database archives would be encrypted.
    LeftOut,
    /// They are entered: from the time before there were keys.
    Entered,
}

/// What is asked of manifests that the ledger does not know.
#[derive(Debug, Clone)]
pub struct Trust {
    /// What becomes of archives that are not encrypted.
    pub unencrypted: Unencrypted,
    /// Hashes of manifests that were kept elsewhere: these, and those that they follow, are believed. Where it is empty all
    /// are.
    pub expected: Vec<String>,
}

/// Problems that are named at most; the rest is counted.
const NAMED: usize = 5;

/// Whether nothing but the store tells of a manifest.
fn is_unvouched(ledger: &[ArchiveRow], entry: &FoundManifest) -> bool {
    let ManifestStatus::Known(state) = entry.standing else { return true };
    let knows = |a: &ArchiveRow| {
        a.manifest_key.as_deref() == Some(entry.key.as_str()) && a.manifest_sha256.as_ref() == Some(&entry.sha256)
    };
    // One that the ledger has given up may be entered again, by what is in the store now.
    is_idle(state) && !entry.is_deleted && !ledger.iter().any(knows)
}

impl Trust {
    /// Takes out what is not encrypted though it should be, before it has a say about others.
    pub(super) fn leave_unencrypted_out(
        &self,
        store: &Store,
        ledger: &[ArchiveRow],
        entries: &mut Vec<FoundManifest>,
        findings: &mut Vec<CoverageFinding>,
    ) {
        if self.unencrypted == Unencrypted::Entered || !store.age_keys().are_given() {
            return;
        }
        // What stays of an archive from before it was encrypted: the one that took its place tells of it.
        let encrypted = entries.iter().filter(|e| e.manifest.encryption.is_some());
        let replaced: HashSet<String> = encrypted.flat_map(|e| e.manifest.replaces.iter().cloned()).collect();
        let is_rest = |e: &FoundManifest| e.is_deleted && replaced.contains(e.key.as_str());
        let is_plain =
            |e: &mut FoundManifest| e.manifest.encryption.is_none() && is_unvouched(ledger, e) && !is_rest(e);
        for plain in entries.extract_if(.., is_plain) {
            findings.push(finding(
                &plain.key,
                "it is not encrypted, though keys are given, and the ledger does not know it: whoever may write to the store \
                 could have put it there. It is not entered; --allow-unencrypted enters such archives",
            ));
        }
    }

    /// Refuses a store whose manifests are not those that were kept elsewhere, and what they follow. What a believed manifest
    /// has taken the place of is taken out without a word.
    ///
    /// # Errors
    /// [`Kind::Verification`].
    pub(super) fn require_expected(
        &self,
        store: &Store,
        ledger: &[ArchiveRow],
        entries: &mut Vec<FoundManifest>,
    ) -> Result<()> {
        if self.expected.is_empty() {
            return Ok(());
        }
        let BelievedManifests { believed, mut problems } = self.walk(ledger, entries);
        let replaced: HashSet<String> = entries
            .iter()
            .filter(|e| believed.contains(&e.sha256) && !e.is_deleted)
            .flat_map(|e| e.manifest.replaces.iter().cloned())
            .collect();
        let is_unproven = |e: &FoundManifest| is_unvouched(ledger, e) && !believed.contains(&e.sha256);
        entries.retain(|e| !(is_unproven(e) && replaced.contains(e.key.as_str())));
        problems.extend(entries.iter().filter(|e| is_unproven(e)).map(|e| {
            let is = if e.is_deleted { "the tombstone of " } else { "" };
            format!("{is}{} (SHA-256 {}) is not one of those expected, nor followed by them", e.key, e.sha256)
        }));
        if problems.is_empty() {
            return Ok(());
        }
        let rest = match problems.len().saturating_sub(NAMED) {
            0 => String::new(),
            more => format!("; and {} more", text::counted(i64::try_from(more).unwrap_or(i64::MAX), "problem")),
        };
        let why = problems.into_iter().take(NAMED).collect::<Vec<_>>().join("; ") + &rest;
        Err(Error::new(Kind::Verification, format!("comparing the manifests in {} with those expected", store.url()))
            .because(why)
            .hint(
                "nothing was entered. Is it the right store, and the newest note? Runs with --jobs leave several hashes to \
                 expect; an attempt that was under way when the database was lost is in none of them. Look into what is \
                 named; without --expect-manifest the store is believed",
            ))
    }

    /// From the expected manifests to those before them. What a tombstone says of the one before it is nobody's word.
    fn walk(&self, ledger: &[ArchiveRow], entries: &[FoundManifest]) -> BelievedManifests {
        let by_hash: HashMap<&str, &FoundManifest> = entries.iter().map(|e| (e.sha256.as_str(), e)).collect();
        let known: HashSet<&str> = ledger.iter().filter_map(|a| a.manifest_sha256.as_deref()).collect();
        let (mut believed, mut problems) = (HashSet::new(), Vec::new());
        let mut next: Vec<(&str, Option<&FoundManifest>)> =
            self.expected.iter().map(|hash| (hash.as_str(), None)).collect();
        while let Some((hash, follower)) = next.pop() {
            if !believed.insert(hash.to_owned()) {
                continue;
            }
            match (by_hash.get(hash), follower) {
                (Some(entry), _) if entry.is_deleted => {}
                (Some(entry), _) => {
                    next.extend(
                        entry.manifest.previous_manifest_sha256.as_deref().map(|before| (before, Some(*entry))),
                    );
                }
                (None, Some(_)) if known.contains(hash) => {}
                (None, Some(follower)) => {
                    problems.push(format!("the manifest before {} (SHA-256 {hash}) is missing", follower.key));
                }
                (None, None) => problems.push(format!("no manifest with SHA-256 {hash} is there")),
            }
        }
        BelievedManifests { believed, problems }
    }
}

/// What can be reached from the expected manifests.
struct BelievedManifests {
    /// Hashes.
    believed: HashSet<String>,
    /// Manifests that should be there.
    problems: Vec<String>,
}
