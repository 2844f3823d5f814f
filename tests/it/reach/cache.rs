//! The cache: checked, bounded, of no importance.

use super::cli::Cli;
use super::{fetched, filled, mixed};

const READ: [&str; 6] = ["messages", "read", "account-0", "-o", "json", "-v"];

fn archived() -> (Cli, String) {
    let cli = filled(&mixed(3, 300));
    let before = cli.run(&READ).succeeds().stdout.clone();
    cli.run(&["chunks", "archive", "--older-than", "0d"]).succeeds();
    (cli, before)
}

fn entries(cli: &Cli) -> Vec<std::path::PathBuf> {
    let dir = cli.path(".cache/eventodb-admin");
    let all = std::fs::read_dir(dir).map(|d| d.map(|e| e.unwrap().path()).collect::<Vec<_>>()).unwrap_or_default();
    all.into_iter().filter(|p| !p.ends_with("CACHEDIR.TAG")).collect()
}

#[test]
fn a_damaged_or_deleted_cache_changes_no_answer() {
    let (cli, before) = archived();
    let cold = cli.run(&READ);
    let (bytes, _) = fetched(&cold);
    assert!(cold.stdout == before && bytes > 0 && !entries(&cli).is_empty());
    assert_eq!(fetched(&cli.run(&READ)), (0, bytes));
    for entry in entries(&cli) {
        let mut content = std::fs::read(&entry).unwrap();
        let middle = content.len() / 2;
        content[middle] ^= 1;
        std::fs::write(&entry, content).unwrap();
    }
    let again = cli.run(&READ);
    assert_eq!((again.stdout == before, fetched(&again)), (true, (bytes, 0)));
    // One that is consistent in itself and of something else.
    let all = entries(&cli);
    for pair in all.windows(2) {
        std::fs::copy(&pair[0], &pair[1]).unwrap();
    }
    assert!(cli.run(&READ).succeeds().stdout == before);
    std::fs::remove_dir_all(cli.path(".cache")).unwrap();
    assert!(cli.run(&READ).succeeds().stdout == before);
    #[cfg(unix)]
    {
        use std::os::unix::fs::PermissionsExt;
        for (path, mode) in [(cli.path(".cache/eventodb-admin"), 0o700), (entries(&cli)[0].clone(), 0o600)] {
            assert_eq!(std::fs::metadata(path).unwrap().permissions().mode() & 0o777, mode);
        }
    }
}

#[test]
fn a_cache_that_cannot_be_used_or_is_not_wanted_is_done_without() {
    let (cli, before) = archived();
    let file = cli.file("a-file", "");
    for more in [&["--no-cache"][..], &["--cache-size", "0"], &["--cache-dir", &file], &["--cache-dir", "/proc/none"]] {
        for _ in 0..2 {
            let out = cli.run(&[&READ[..], more].concat());
            assert!(out.succeeds().stdout == before && fetched(&out).1 == 0, "{more:?}: {out:?}");
        }
    }
    assert!(entries(&cli).is_empty());
    let elsewhere = cli.path("elsewhere").display().to_string();
    let out = cli.run_in(&[("EVENTODB_CACHE_DIR", &elsewhere), ("EVENTODB_CACHE_SIZE", "1M")], &READ, b"");
    assert!(out.stdout == before && !super::cli::entries(&cli.path("elsewhere")).is_empty());
    cli.run(&["config", "show", "--cache-size", "much"]).fails(2, "--cache-size");
    let shown = cli.run(&["config", "show", "-o", "csv", "--cache-size", "1M"]).succeeds().stdout.clone();
    assert!(shown.contains("cache_dir,") && shown.contains("cache_size,1048576,flag"), "{shown}");
}

#[test]
fn processes_share_a_cache_that_stays_small() {
    let (cli, before) = archived();
    std::thread::scope(|scope| {
        for _ in 0..4 {
            scope.spawn(|| {
                for _ in 0..3 {
                    assert!(cli.run(&[&READ[..], &["--cache-size", "40K"]].concat()).succeeds().stdout == before);
                }
            });
        }
    });
    let total: u64 = entries(&cli).iter().map(|e| e.metadata().unwrap().len()).sum();
    assert!(total <= 60_000, "{total}");
}
