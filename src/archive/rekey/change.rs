//! Who is to open archives, by what was asked for and by what their manifests say.

use std::collections::BTreeSet;

use crate::archive::format::encryption::Encryption;
use crate::db::queries::ledger::ArchiveRow;
use crate::error::{Error, Kind, Result};
use crate::store::AgeKeys;

/// Public keys, as `age1…`.
pub type Recipients = BTreeSet<String>;

/// What is to change about the recipients of archives.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum RecipientChange {
    /// They become those that are configured.
    Configured(Recipients),
    /// Each archive keeps its own, with these and without those.
    Adjusted {
        /// Who is added.
        added: Recipients,
        /// Who is removed.
        removed: Recipients,
        /// Those that are configured: an archive that is not encrypted has none of its own.
        configured: Recipients,
    },
}

/// What is to become of an archive.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum WantedRecipients {
    /// Nothing: it is encrypted to those that it is to be encrypted to.
    AsItIs,
    /// Nothing: it is not encrypted, and nobody is named that it is to be encrypted to.
    StaysPlain,
    /// It is encrypted to these.
    To(Recipients),
}

impl RecipientChange {
    /// By the recipients that were named; by those configured where none was.
    ///
    /// # Errors
    /// A usage error where nobody is named at all, or one is both added and removed.
    pub fn new(added: &[String], removed: &[String], keys: &AgeKeys) -> Result<Self> {
        let doing = || Error::usage("encrypting archives again");
        let set = |names: &[String]| names.iter().cloned().collect::<Recipients>();
        let (added, removed, configured) = (set(added), set(removed), keys.recipient_names());
        if let Some(both) = added.intersection(&removed).next() {
            return Err(doing().because(format!("{both} is both added and removed")));
        }
        if !added.is_empty() || !removed.is_empty() {
            return Ok(Self::Adjusted { added, removed, configured });
        }
        if configured.is_empty() {
            return Err(doing().because("nobody is named that they are to be encrypted to").hint(
                "--add and --remove name recipients; --age-recipients-file or EVENTODB_AGE_RECIPIENTS names those that \
                 all archives are to have",
            ));
        }
        Ok(Self::Configured(configured))
    }

    /// Those that an archive is to have; `None` where it is not encrypted and stays so.
    fn recipients(&self, encryption: Option<&Encryption>) -> Option<Recipients> {
        let (added, removed, base) = match (self, encryption) {
            (Self::Configured(all), _) => return Some(all.clone()),
            (Self::Adjusted { added, .. }, None) if added.is_empty() => return None,
            (Self::Adjusted { added, removed, configured }, None) => (added, removed, configured.clone()),
            (Self::Adjusted { added, removed, .. }, Some(encryption)) => {
                (added, removed, encryption.recipients.iter().cloned().collect())
            }
        };
        Some(base.union(added).filter(|name| !removed.contains(*name)).cloned().collect())
    }

    /// What is to become of an archive.
    pub fn wanted(&self, encryption: Option<&Encryption>) -> WantedRecipients {
        match (self.recipients(encryption), encryption) {
            (None, _) => WantedRecipients::StaysPlain,
            (Some(wanted), Some(now)) if now.recipients.iter().cloned().collect::<Recipients>() == wanted => {
                WantedRecipients::AsItIs
            }
            (Some(wanted), _) => WantedRecipients::To(wanted),
        }
    }

    /// Whether somebody who is not to open objects that are encrypted so can.
    pub fn is_open_to_others(&self, encryption: Option<&Encryption>) -> bool {
        match (self.recipients(encryption), encryption) {
            (wanted, None) => wanted.is_some(),
            (wanted, Some(now)) => now.recipients.iter().any(|name| wanted.as_ref().is_none_or(|w| !w.contains(name))),
        }
    }

    /// Those that were removed by name.
    pub fn removed(&self) -> Option<&Recipients> {
        match self {
            Self::Configured(_) => None,
            Self::Adjusted { removed, .. } => Some(removed),
        }
    }

    /// Whether anybody can lose anything by it.
    pub fn may_remove(&self) -> bool {
        self.removed().is_none_or(|removed| !removed.is_empty())
    }

    /// What the settings should say from now on, where they say something else: who they leave out, and who they name though
    /// nobody is to encrypt to him any more.
    pub fn unlike_settings(&self) -> (Recipients, Recipients) {
        match self {
            Self::Configured(_) => (Recipients::new(), Recipients::new()),
            Self::Adjusted { added, removed, configured } => (added - configured, removed & configured),
        }
    }
}

/// The keys by which an archive is encrypted to these.
///
/// # Errors
/// [`Kind::Conflict`] where nobody would be left, a usage error where nobody here could read the result back.
pub fn keys_for(archive: &ArchiveRow, wanted: &Recipients, keys: &AgeKeys) -> Result<AgeKeys> {
    let doing = || format!("encrypting archive {} again", archive.id);
    if wanted.is_empty() {
        return Err(Error::new(Kind::Conflict, doing())
            .because("no recipient would be left, and nobody could open it")
            .hint("nothing was changed; --add names another one"));
    }
    if wanted.is_disjoint(&keys.opened_names()) {
        return Err(Error::usage(doing())
            .because(
                "no identity of any recipient that it is to have is given, and it is read back before the old one goes",
            )
            .hint(
                "nothing was changed; give one by --age-identity-file or EVENTODB_AGE_IDENTITY_FILE: the file may hold \
                 several, the old one and the new one",
            ));
    }
    keys.with_recipients(wanted)
}

/// Whether the identities at hand open an archive as it is.
///
/// # Errors
/// Where they do not.
pub fn check_opens(archive: &ArchiveRow, encryption: Option<&Encryption>, keys: &AgeKeys) -> Result<()> {
    let Some(encryption) = encryption else { return Ok(()) };
    let mine = keys.opened_names();
    if encryption.recipients.iter().any(|name| mine.contains(name)) {
        return Ok(());
    }
    Err(Error::failed(format!("opening archive {}", archive.id))
        .because(format!(
            "it is encrypted to {}, and none of their identities is given",
            encryption.recipients.join(", ")
        ))
        .hint("give one by --age-identity-file or EVENTODB_AGE_IDENTITY_FILE"))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::archive::State;
    use crate::archive::format::encryption::SCHEME;

    fn names(text: &str) -> Recipients {
        text.split_whitespace().map(str::to_owned).collect()
    }

    fn encryption(recipients: &str) -> Encryption {
        let recipients = recipients.split_whitespace().map(str::to_owned).collect();
        Encryption { scheme: SCHEME.to_owned(), recipients, heads_frames: Vec::new() }
    }

    fn adjusted(added: &str, removed: &str, configured: &str) -> RecipientChange {
        RecipientChange::Adjusted { added: names(added), removed: names(removed), configured: names(configured) }
    }

    #[test]
    fn an_archive_keeps_its_recipients_with_those_added_and_without_those_removed() {
        let sealed = encryption("a b");
        assert_eq!(adjusted("c", "a", "x").wanted(Some(&sealed)), WantedRecipients::To(names("b c")));
        assert_eq!(adjusted("b", "c", "x").wanted(Some(&sealed)), WantedRecipients::AsItIs);
        assert_eq!(adjusted("", "a b", "").wanted(Some(&sealed)), WantedRecipients::To(names("")));
        assert_eq!(RecipientChange::Configured(names("b a")).wanted(Some(&sealed)), WantedRecipients::AsItIs);
        assert_eq!(RecipientChange::Configured(names("x")).wanted(Some(&sealed)), WantedRecipients::To(names("x")));
    }

    #[test]
    fn what_is_not_encrypted_is_encrypted_where_somebody_is_named_for_it() {
        assert_eq!(adjusted("a", "x", "x y").wanted(None), WantedRecipients::To(names("a y")));
        assert_eq!(adjusted("", "x", "x y").wanted(None), WantedRecipients::StaysPlain);
        assert_eq!(RecipientChange::Configured(names("x")).wanted(None), WantedRecipients::To(names("x")));
    }

    #[test]
    fn objects_are_open_to_others_where_one_of_their_recipients_is_not_wanted() {
        let sealed = encryption("a b");
        for (change, is_open) in [
            (adjusted("", "a", ""), true),
            (adjusted("c", "", ""), false),
            (adjusted("", "c", ""), false),
            (RecipientChange::Configured(names("a b c")), false),
            (RecipientChange::Configured(names("a")), true),
        ] {
            assert_eq!(change.is_open_to_others(Some(&sealed)), is_open, "{change:?}");
        }
        assert!(adjusted("c", "", "").is_open_to_others(None));
        assert!(!adjusted("", "c", "").is_open_to_others(None));
    }

    #[test]
    fn nobody_is_left_out_of_what_he_asks_for() {
        let row = ArchiveRow::sample(7, State::Dropped);
        let identity = age::x25519::Identity::generate();
        let mine = names(&identity.to_public().to_string());
        let keys = AgeKeys::new(Vec::new(), vec![identity]);
        assert_eq!(keys_for(&row, &Recipients::new(), &keys).unwrap_err().kind(), Kind::Conflict);
        let other = names(&age::x25519::Identity::generate().to_public().to_string());
        assert_eq!(keys_for(&row, &other, &keys).unwrap_err().kind(), Kind::Usage);
        let both: Recipients = &mine | &other;
        assert_eq!(keys_for(&row, &both, &keys).unwrap().recipient_names(), both);
        assert!(check_opens(&row, None, &keys).is_ok());
        let sealed = |to: &Recipients| encryption(&to.iter().cloned().collect::<Vec<_>>().join(" "));
        assert!(check_opens(&row, Some(&sealed(&both)), &keys).is_ok());
        assert_eq!(check_opens(&row, Some(&sealed(&other)), &keys).unwrap_err().kind(), Kind::Failed);
    }

    #[test]
    fn what_is_asked_for_names_somebody_and_does_not_contradict_itself() {
        let none = AgeKeys::default();
        let text = |name: &str| vec![name.to_owned()];
        assert_eq!(RecipientChange::new(&[], &[], &none).unwrap_err().kind(), Kind::Usage);
        assert_eq!(RecipientChange::new(&text("a"), &text("a"), &none).unwrap_err().kind(), Kind::Usage);
        let change = adjusted("a b", "c d", "b c");
        assert_eq!(change.unlike_settings(), (names("a"), names("c")));
        assert!(change.may_remove() && !adjusted("a", "", "").may_remove());
        assert!(RecipientChange::Configured(names("a")).may_remove());
    }
}
