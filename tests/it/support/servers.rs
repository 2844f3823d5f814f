//! Where the test servers are.

use std::path::PathBuf;
use std::process::Command;
use std::sync::OnceLock;

/// A variable of the test servers; they are started where nobody has.
pub fn var(name: &str) -> String {
    find_var(name).unwrap_or_else(|| panic!("bin/servers env does not give {name}"))
}

/// The folder with the main server's own programs; where there is none, as with a server that is somewhere else, this is said.
pub fn programs(what: &str) -> Option<PathBuf> {
    let found = find_var("EVENTODB_TEST_PG_BINDIR").filter(|folder| !folder.is_empty()).map(PathBuf::from);
    if found.is_none() {
        eprintln!("NOT TESTED HERE: {what}; this needs the server's own programs, in EVENTODB_TEST_PG_BINDIR");
    }
    found
}

/// A variable that only some of the test servers come with.
pub fn find_var(name: &str) -> Option<String> {
    static STARTED: OnceLock<String> = OnceLock::new();
    if let Ok(value) = std::env::var(name) {
        return Some(value);
    }
    // Whoever has set the addresses has said all there is.
    if std::env::var_os("EVENTODB_TEST_OWN").is_some() {
        return None;
    }
    let env = STARTED.get_or_init(|| {
        let script = PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("bin/servers");
        let out = Command::new(&script)
            .arg("env")
            .output()
            .unwrap_or_else(|e| panic!("{name} is not set and {} does not run: {e}", script.display()));
        assert!(out.status.success(), "bin/servers env failed: {}", String::from_utf8_lossy(&out.stderr));
        String::from_utf8(out.stdout).unwrap()
    });
    let prefix = format!("export {name}=");
    env.lines().find_map(|line| line.strip_prefix(&prefix)).map(|value| value.trim_matches(['\'', '"']).to_owned())
}
