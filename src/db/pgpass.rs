//! libpq's password file: `host:port:database:user:password`, a line an entry, the first that fits counts.

use std::path::Path;

use crate::db::secret::Secret;

/// Who asks for a password, and for what.
#[derive(Debug, Clone, Copy)]
pub struct PasswordRequest<'a> {
    /// The host as given; `localhost` for the default unix socket.
    pub host: &'a str,
    /// The port.
    pub port: u16,
    /// The database.
    pub dbname: &'a str,
    /// The role.
    pub user: &'a str,
}

/// Looks the password up. As with libpq a file that others may read is not used: a warning is logged instead.
pub fn lookup(file: &Path, wanted: PasswordRequest<'_>) -> Option<Secret> {
    let metadata = std::fs::metadata(file).ok()?;
    if !metadata.is_file() {
        tracing::warn!(file = %file.display(), "the password file is not a plain file: it is not used");
        return None;
    }
    if readable_by_others(&metadata) {
        tracing::warn!(file = %file.display(), "the password file can be read by others: it is not used; chmod 0600 it");
        return None;
    }
    let text = std::fs::read_to_string(file)
        .inspect_err(|e| tracing::warn!(file = %file.display(), error = %e, "the password file cannot be read"))
        .ok()?;
    text.lines().find_map(|line| entry(line, wanted))
}

#[cfg(unix)]
fn readable_by_others(metadata: &std::fs::Metadata) -> bool {
    use std::os::unix::fs::PermissionsExt;
    metadata.permissions().mode() & 0o077 != 0
}

#[cfg(not(unix))]
fn readable_by_others(_: &std::fs::Metadata) -> bool {
    false
}

fn entry(line: &str, wanted: PasswordRequest<'_>) -> Option<Secret> {
    if line.starts_with('#') {
        return None;
    }
    let port = wanted.port.to_string();
    let mut rest = line;
    for value in [wanted.host, &port, wanted.dbname, wanted.user] {
        let (field, next) = field(rest)?;
        if field != "*" && unescape(field) != value {
            return None;
        }
        rest = next;
    }
    // What follows the password's colon is a comment's place.
    let password = field(rest).map_or(rest, |(password, _)| password);
    Some(Secret::new(unescape(password.trim_end_matches('\r'))))
}

/// The text before the next colon that no backslash escapes, and what follows it.
fn field(text: &str) -> Option<(&str, &str)> {
    let mut escaped = false;
    for (at, c) in text.char_indices() {
        match c {
            _ if escaped => escaped = false,
            '\\' => escaped = true,
            ':' => return Some((&text[..at], &text[at + 1..])),
            _ => {}
        }
    }
    None
}

fn unescape(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    let mut chars = text.chars();
    while let Some(c) = chars.next() {
        if c == '\\' {
            out.extend(chars.next());
        } else {
            out.push(c);
        }
    }
    out
}

#[cfg(test)]
mod tests {
    use super::*;

    const WANTED: PasswordRequest<'_> =
        PasswordRequest { host: "db.example", port: 5432, dbname: "events", user: "me" };

    fn password(line: &str) -> Option<String> {
        entry(line, WANTED).map(|secret| secret.reveal().to_owned())
    }

    #[test]
    fn an_entry_fits_by_each_field_or_a_star() {
        assert_eq!(password("db.example:5432:events:me:s3cret").as_deref(), Some("s3cret"));
        assert_eq!(password("*:*:*:*:any").as_deref(), Some("any"));
        assert_eq!(password(r"*:*:*:me:with\:colon\\slash").as_deref(), Some(r"with:colon\slash"));
        assert_eq!(password(""), None);
        for line in [
            "other:5432:events:me:x",
            "db.example:5433:events:me:x",
            "db.example:5432:other:me:x",
            "db.example:5432:events:you:x",
            "#*:*:*:*:x",
            "db.example:5432",
        ] {
            assert_eq!(password(line), None, "{line}");
        }
    }

    #[cfg(unix)]
    #[test]
    fn a_file_that_others_may_read_is_not_used() {
        use std::os::unix::fs::PermissionsExt;
        let folder = tempfile::tempdir().unwrap();
        let file = folder.path().join("pgpass");
        std::fs::write(&file, "nobody:*:*:*:first\n*:*:*:me:second\n*:*:*:*:third\n").unwrap();
        std::fs::set_permissions(&file, std::fs::Permissions::from_mode(0o600)).unwrap();
        assert_eq!(lookup(&file, WANTED).unwrap().reveal(), "second");
        std::fs::set_permissions(&file, std::fs::Permissions::from_mode(0o640)).unwrap();
        assert!(lookup(&file, WANTED).is_none());
        assert!(lookup(&folder.path().join("missing"), WANTED).is_none());
    }
}
