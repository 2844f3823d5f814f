//! Keys of the encryption that is done here, before anything is sent (age, <https://age-encryption.org>).

use std::collections::BTreeSet;
use std::fmt;
use std::sync::Arc;

use age::x25519::{Identity, Recipient};

use crate::{Error, Result};

/// To whom new objects are encrypted, and whose objects can be opened. Clones share the keys.
#[derive(Clone, Default)]
pub struct AgeKeys(Arc<Keys>);

#[derive(Default)]
struct Keys {
    recipients: Vec<Recipient>,
    identities: Vec<Identity>,
}

/// No identity given is one that an object was encrypted to.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct CannotOpen;

impl fmt::Display for CannotOpen {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("it is encrypted, to none of the identities given")
    }
}

impl std::error::Error for CannotOpen {}

impl fmt::Debug for AgeKeys {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("AgeKeys(..)")
    }
}

impl AgeKeys {
    /// These.
    pub fn new(recipients: Vec<Recipient>, identities: Vec<Identity>) -> Self {
        Self(Arc::new(Keys { recipients, identities }))
    }

    /// To whom new objects are encrypted; in the clear where this is empty.
    pub fn recipients(&self) -> &[Recipient] {
        &self.0.recipients
    }

    /// Whose objects can be opened.
    pub fn identities(&self) -> &[Identity] {
        &self.0.identities
    }

    /// To whom new objects are encrypted, as `age1…`.
    pub fn recipient_names(&self) -> BTreeSet<String> {
        self.recipients().iter().map(ToString::to_string).collect()
    }

    /// The recipients whose objects can be opened, as `age1…`.
    pub fn opened_names(&self) -> BTreeSet<String> {
        self.identities().iter().map(|identity| identity.to_public().to_string()).collect()
    }

    /// The same identities, with other recipients: as `age1…`.
    ///
    /// # Errors
    /// A usage error where one of them is none.
    pub fn with_recipients(&self, names: &BTreeSet<String>) -> Result<Self> {
        let parsed = names.iter().map(|name| {
            name.parse().map_err(|e: &str| Error::usage(format!("reading the age recipient {name}")).because(e))
        });
        Ok(Self::new(parsed.collect::<Result<_>>()?, self.identities().to_vec()))
    }

    /// The same recipients, with those identities only that open for one of these.
    #[must_use]
    pub fn only_identities_of(&self, names: &BTreeSet<String>) -> Self {
        let is_meant = |identity: &&Identity| names.contains(&identity.to_public().to_string());
        Self::new(self.recipients().to_vec(), self.identities().iter().filter(is_meant).cloned().collect())
    }

    /// Whether new objects are encrypted.
    pub fn seals(&self) -> bool {
        !self.0.recipients.is_empty()
    }

    /// Whether archives are expected to be encrypted: there are keys of either kind.
    pub fn are_given(&self) -> bool {
        self.seals() || !self.0.identities.is_empty()
    }

    /// Refuses to encrypt what could not be read back: nothing is dropped before it was.
    ///
    /// # Errors
    /// A usage error where there are recipients, and no identity of any of them.
    pub fn check(&self) -> Result<()> {
        if !self.seals() || !self.recipient_names().is_disjoint(&self.opened_names()) {
            return Ok(());
        }
        Err(Error::usage("encrypting archives")
            .because("no identity of any recipient is given, and archives are read back before anything is dropped")
            .hint("give one by --age-identity-file or EVENTODB_AGE_IDENTITY_FILE"))
    }
}

/// Recipients, one a line (`age1…`), with comments after `#`.
///
/// # Errors
/// A usage error that names the line.
pub fn age_recipients(text: &str) -> Result<Vec<Recipient>> {
    lines(text)
        .map(|(number, line)| {
            line.parse().map_err(|e: &str| {
                Error::usage(format!("reading age recipients, line {number}"))
                    .because(e)
                    .hint("a recipient is age1…, as age-keygen prints it")
            })
        })
        .collect()
}

/// Identities as `age-keygen` writes them.
///
/// # Errors
/// A usage error that names the line, and does not repeat it.
pub fn age_identities(text: &str) -> Result<Vec<Identity>> {
    lines(text)
        .map(|(number, line)| {
            line.parse().map_err(|e: &str| {
                Error::usage(format!("reading age identities, line {number}"))
                    .because(e)
                    .hint("an identity is AGE-SECRET-KEY-1…, as age-keygen writes it")
            })
        })
        .collect()
}

fn lines(text: &str) -> impl Iterator<Item = (usize, &str)> {
    let lines = text.lines().enumerate().map(|(i, line)| (i + 1, line.trim()));
    lines.filter(|(_, line)| !line.is_empty() && !line.starts_with('#'))
}
