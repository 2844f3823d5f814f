//! Files: those with secrets that others may read are pointed out, those with messages in them are made for their owner alone.

use std::fs::{self, Permissions};
use std::os::unix::fs::PermissionsExt;
use std::path::{Path, PathBuf};
use std::process::Command;

use super::cli::{BINARY, Cli, made_up};

fn set_mode(path: impl AsRef<Path>, mode: u32) {
    fs::set_permissions(path, Permissions::from_mode(mode)).unwrap();
}

fn mode(path: impl AsRef<Path>) -> u32 {
    fs::metadata(path).unwrap().permissions().mode() & 0o7777
}

/// Runs the program as most people's shells do.
fn run_with_the_usual_umask(cli: &Cli, args: &[&str]) {
    let out = Command::new("sh")
        .args(["-c", "umask 022; exec \"$@\"", "sh", BINARY])
        .args(args)
        .env_clear()
        .envs(cli.variables())
        .current_dir(cli.dir.path())
        .output()
        .unwrap();
    assert!(out.status.success(), "{args:?}: {}", String::from_utf8_lossy(&out.stderr));
}

/// All below a folder, and itself.
fn all_below(folder: PathBuf) -> Vec<PathBuf> {
    let mut all = vec![folder];
    let mut at = 0;
    while at < all.len() {
        if all[at].is_dir() {
            let inside: Vec<_> = fs::read_dir(&all[at]).unwrap().map(|entry| entry.unwrap().path()).collect();
            all.extend(inside);
        }
        at += 1;
    }
    all
}

#[test]
fn a_file_with_a_secret_that_others_may_read_is_pointed_out() {
    use age::secrecy::ExposeSecret;
    let cli = Cli::offline().with("EVENTODB_DB_URL", "");
    let config = cli.file("c.toml", "[profiles.p]\ndb_url = 'postgres://ops:hunter2@db.example.org/events'\n");
    let identity = cli.file("identity", age::x25519::Identity::generate().to_string().expose_secret());
    let key = cli.file("key", [7; 32]);
    let cases: [(&str, &[&str]); 3] = [
        (&config, &["--config", &config, "--profile", "p"]),
        (&identity, &["--age-identity-file", &identity]),
        (&key, &["--sse-c-key-file", &key]),
    ];
    for (file, flags) in cases {
        let args = [flags, &["config", "show"]].concat();
        let others = if mode(file) & 0o022 == 0 { [0o644, 0o604] } else { [0o666, 0o644] };
        for open in others {
            set_mode(file, open);
            let out = cli.run(&args);
            out.fails(0, &format!("warning: {file} holds"))
                .fails(0, "others on this machine may read it: chmod 0600 it");
        }
        set_mode(file, 0o600);
        assert_eq!(cli.run(&args).succeeds().stderr, "");
    }
    // Without a secret, or without a use for it, there is nothing to say.
    let plain = cli.file("plain.toml", "db_url = 'postgres://ops@db.example.org/events'\n[profiles.p]\nyes = true\n");
    for file in [&config, &plain] {
        set_mode(file, 0o644);
        assert_eq!(cli.run(&["--config", file, "config", "show"]).succeeds().stderr, "");
    }
}

#[test]
fn what_has_messages_in_it_is_written_for_its_owner_alone() {
    let cli = Cli::new();
    let (lines, store) = (cli.file("in.ndjson", made_up(2, 20)), cli.store());
    let (export, metrics) = (cli.path("out.ndjson.zst"), cli.path("eventodb.prom"));
    cli.run(&["messages", "import", &lines]).succeeds();
    run_with_the_usual_umask(&cli, &["chunks", "archive", "--older-than", "0d", "--store", &store]);
    let written = all_below(cli.path("store"));
    assert!(written.len() > 8, "{written:?}");
    for path in written {
        let wanted = if path.is_dir() { 0o700 } else { 0o600 };
        assert_eq!(mode(&path), wanted, "{}: {:o}", path.display(), mode(&path));
    }
    let to_file = ["messages", "export", "--file", export.to_str().unwrap()];
    run_with_the_usual_umask(&cli, &to_file);
    assert_eq!(mode(&export), 0o600);
    // One that is there keeps what its owner has allowed, and to whom.
    for before in [0o640, 0o400] {
        set_mode(&export, before);
        run_with_the_usual_umask(&cli, &to_file);
        assert_eq!(mode(&export), before);
    }
    let cache = all_below(cli.path(".cache/eventodb-admin"));
    assert!(cache.len() > 1 && mode(&cache[0]) == 0o700, "{cache:?}");
    cli.run(&["policy", "set", "--archive-after", "90d", "--store", &store]).succeeds();
    // The collector that reads the metrics is another user.
    run_with_the_usual_umask(&cli, &["lifecycle", "run", "--metrics-file", metrics.to_str().unwrap()]);
    assert_eq!(mode(&metrics), 0o644);
}

#[test]
fn a_store_whose_folder_is_shared_with_a_group_is_written_for_that_group() {
    let cli = Cli::new();
    let (lines, store) = (cli.file("in.ndjson", made_up(1, 20)), cli.store());
    cli.run(&["messages", "import", &lines]).succeeds();
    fs::create_dir(cli.path("store")).unwrap();
    set_mode(cli.path("store"), 0o2750);
    run_with_the_usual_umask(&cli, &["chunks", "archive", "--older-than", "0d", "--store", &store]);
    let written = all_below(cli.path("store"));
    assert!(written.len() > 4, "{written:?}");
    for path in &written {
        let wanted = if path.is_dir() { 0o2750 } else { 0o640 };
        assert_eq!(mode(path), wanted, "{}: {:o}", path.display(), mode(path));
    }
    // A folder that was there is left as it is, and lets nobody in by itself.
    let other = Cli::new();
    let lines = other.file("in.ndjson", made_up(1, 20));
    other.run(&["messages", "import", &lines]).succeeds();
    fs::create_dir(other.path("store")).unwrap();
    set_mode(other.path("store"), 0o755);
    run_with_the_usual_umask(&other, &["chunks", "archive", "--older-than", "0d", "--store", &other.store()]);
    let written = all_below(other.path("store"));
    assert_eq!(mode(&written[0]), 0o755);
    assert!(written[1..].iter().all(|path| mode(path) & 0o077 == 0), "{written:?}");
}
