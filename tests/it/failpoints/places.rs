//! What stories look at, and what they put there: holds, keys, files of a store.

use std::path::{Path, PathBuf};

use age::secrecy::ExposeSecret;
use eventodb_admin::namespace;
use eventodb_admin::store::{AgeKeys, Store, StoreUrl};

use super::lab::Lab;
use super::program::Program;

pub const PLACE: &[&str; 6] = &["holds", "place", "--case", "7", "--stream", "account-0"];

pub fn hold(lab: &Lab) {
    let placed = Program(lab).run(&PLACE.map(str::to_owned), "", None);
    assert_eq!(placed.status.code(), Some(0), "{}", String::from_utf8_lossy(&placed.stderr));
}

/// Holds in force by the database.
pub async fn held(lab: &Lab) -> String {
    lab.one("SELECT count(*) FROM eventodb_store.holds WHERE namespace = {{namespace_text}} AND released_at IS NULL")
        .await
}

/// Holds that the store has.
pub fn holds(lab: &Lab) -> Vec<PathBuf> {
    let mut found = walk(lab.dir.path());
    found.retain(|path| path.to_str().unwrap().contains("/holds/"));
    found
}

/// The namespace beside the lab's.
pub fn scratch(lab: &Lab) -> String {
    format!("{}s", lab.scope.namespace())
}

pub async fn in_scratch(lab: &Lab) -> String {
    let scope = namespace::open(&lab.db, &scratch(lab)).await.unwrap().scope;
    let sql = format!("SELECT count(*)::text FROM {}", scope.messages());
    lab.db.query_one(&sql, &[]).await.unwrap().get(0)
}

/// Waits until the session of a drill that was killed has ended.
pub async fn until_the_drill_is_dead(lab: &Lab) {
    let held = "SELECT EXISTS (SELECT FROM pg_locks l, (SELECT hashtextextended('eventodb-admin/lifecycle/' || \
                {{namespace_text}} || '-drill', 0) AS key) k WHERE l.locktype = 'advisory' \
                AND (l.classid::bigint << 32) | l.objid::bigint = k.key)";
    for _ in 0..200 {
        if lab.one(held).await == "f" {
            return;
        }
        tokio::time::sleep(std::time::Duration::from_millis(50)).await;
    }
    panic!("the killed drill's session stays");
}

/// The lines without the content of the stream that is erased.
pub fn blanked(lines: &str) -> String {
    let blank = |line: &str| match line.split_once("\"data\":").filter(|_| line.contains("\"stream\":\"account-0\"")) {
        Some((before, rest)) => format!("{before}\"data\":null{}\n", &rest[rest.find(",\"meta\"").unwrap()..]),
        None => format!("{line}\n"),
    };
    lines.lines().map(blank).collect()
}

/// Every archive there is, also of attempts that failed, has no content of the stream.
pub fn assert_erased_in_the_store(lab: &Lab, told: &str) {
    for path in walk(lab.dir.path()).iter().filter(|p| p.to_str().unwrap().ends_with(".csv.zst")) {
        let text = String::from_utf8(zstd::decode_all(std::fs::File::open(path).unwrap()).unwrap()).unwrap();
        let rows: Vec<_> = text.lines().filter(|row| row.contains(",account-0,")).collect();
        assert!(!rows.is_empty() && rows.iter().all(|row| row.ends_with(",,")), "{told}: {rows:?} in {path:?}");
    }
}

/// What the store has beside the mark of its owner.
pub fn archived(lab: &Lab) -> Vec<PathBuf> {
    let mut found = walk(lab.dir.path());
    found.retain(|path| !path.ends_with("owner.json"));
    found
}

pub fn walk(folder: &Path) -> Vec<PathBuf> {
    let mut found = Vec::new();
    for entry in std::fs::read_dir(folder).unwrap() {
        let path = entry.unwrap().path();
        if path.is_dir() { found.extend(walk(&path)) } else { found.push(path) }
    }
    found
}

/// What lies in a store, without the marks that tell whose it is, and without what was begun.
pub fn names_and_sizes(store: &Path) -> Vec<(String, u64)> {
    let mut all: Vec<_> = walk(store)
        .into_iter()
        .map(|path| (path.strip_prefix(store).unwrap().display().to_string(), path.metadata().unwrap().len()))
        .filter(|(name, _)| !name.ends_with("owner.json") && !name.contains(".tmp-"))
        .collect();
    all.sort();
    all
}

/// The age identity that the lab and its programs read archives by, where it has one.
pub fn identity(lab: &Lab) -> PathBuf {
    lab.dir.path().join("identity.txt")
}

/// Whom the lab's identity opens archives for.
pub fn recipient(lab: &Lab) -> String {
    let text = std::fs::read_to_string(identity(lab)).unwrap_or_default();
    text.lines().find_map(|line| line.strip_prefix("# public key: ")).unwrap_or_default().to_owned()
}

pub async fn give_identity(lab: &mut Lab) {
    let own = age::x25519::Identity::generate();
    let text = format!("# public key: {}\n{}\n", own.to_public(), own.to_string().expose_secret());
    std::fs::write(identity(lab), text).unwrap();
    lab.settings.age = AgeKeys::new(Vec::new(), vec![own]);
    lab.store = Store::open(&StoreUrl::file(lab.dir.path()).unwrap(), &lab.settings).await.unwrap();
}

pub fn file(lab: &Lab) -> PathBuf {
    lab.dir.path().join("events.ndjson")
}
