//! What no output of the program may hold, whatever it was asked to do.

use std::collections::BTreeSet;

/// The password in a database URL, as it is written and as it is meant.
fn password(text: &str) -> Vec<String> {
    let Ok(parsed) = url::Url::parse(text) else { return Vec::new() };
    let Some(written) = parsed.password() else { return Vec::new() };
    let meant = percent_encoding::percent_decode_str(written).decode_utf8_lossy().into_owned();
    vec![written.to_owned(), meant]
}

/// The secrets that a run was given, by arguments and environment.
pub fn given(args: &[&str], variables: &[(String, String)]) -> BTreeSet<String> {
    let mut secrets = Vec::new();
    for (name, value) in variables {
        match name.as_str() {
            "EVENTODB_DB_URL" | "DATABASE_URL" | "EVENTODB_FROM_URL" | "EVENTODB_TO_URL" | "EVENTODB_DRILL_URL" => {
                secrets.extend(password(value))
            }
            "PGPASSWORD" | "AWS_SESSION_TOKEN" => secrets.push(value.clone()),
            name if name.ends_with("_SECRET_ACCESS_KEY") => secrets.push(value.clone()),
            _ => {}
        }
    }
    for pair in args.windows(2) {
        if ["--db-url", "--from-url", "--to-url", "--into-url"].contains(&pair[0]) {
            secrets.extend(password(pair[1]));
        }
    }
    // A word that is too short is found in any text.
    secrets.into_iter().filter(|s| s.len() >= 6).collect()
}

/// A token of EventoDB's form in a text.
pub fn token(text: &str) -> Option<&str> {
    text.match_indices("ns_").find_map(|(at, _)| {
        let rest = &text[at + 3..];
        let end = rest.find(|c: char| !c.is_ascii_alphanumeric() && !"_-".contains(c)).unwrap_or(rest.len());
        let (name, secret) = rest[..end].rsplit_once('_')?;
        let is_token = !name.is_empty() && secret.len() >= 64 && secret.bytes().all(|b| b.is_ascii_hexdigit());
        is_token.then(|| &text[at..at + 3 + end])
    })
}

/// Asserts that a run has told none of its secrets. Only what makes a namespace, `namespaces create` and
/// `migrate cutover`, prints a token, on standard output.
#[track_caller]
pub fn assert_kept(args: &[&str], variables: &[(String, String)], stdout: &[u8], stderr: &[u8]) {
    let (out, err) = (String::from_utf8_lossy(stdout), String::from_utf8_lossy(stderr));
    for secret in given(args, variables) {
        for (name, text) in [("standard output", &out), ("standard error", &err)] {
            assert!(!text.contains(&secret), "{args:?} has told a secret on {name}: {text}");
        }
    }
    let makes = [["namespaces", "create"], ["namespace", "create"], ["migrate", "cutover"]]
        .iter()
        .any(|verb| args.windows(2).any(|w| w == verb));
    assert!(token(&err).is_none(), "{args:?} has told a token on standard error: {err}");
    assert!(makes || token(&out).is_none(), "{args:?} has told a token: {out}");
}
