//! A store on a disk that is full: what nothing needs can be removed, though nothing can be written.

use std::path::{Path, PathBuf};
use std::process::Command;

use super::cli::{BINARY, Cli, made_up, sql};

const ARCHIVE: [&str; 4] = ["chunks", "archive", "--older-than", "0d"];

/// A small file system, unmounted when it is dropped.
struct FullDisk(PathBuf);

impl FullDisk {
    fn mount(at: &Path) -> Option<Self> {
        std::fs::create_dir(at).unwrap();
        let mounted = Command::new("mount").args(["-t", "tmpfs", "-o", "size=200k", "tmpfs"]).arg(at).output().ok()?;
        mounted.status.success().then(|| Self(at.to_owned()))
    }

    /// Takes what room is left, as others would.
    fn fill(&self) {
        let all = std::fs::write(self.0.join("others"), vec![7; 1 << 20]);
        assert!(all.is_err(), "1 MB fits into 200 kB");
    }

    fn objects(&self) -> usize {
        let found =
            Command::new("find").arg(self.0.join("store")).args(["-path", "*/messages/*", "-type", "f"]).output();
        String::from_utf8(found.unwrap().stdout).unwrap().lines().count()
    }
}

impl Drop for FullDisk {
    fn drop(&mut self) {
        Command::new("umount").arg(&self.0).status().ok();
    }
}

fn on_a_small_disk() -> Option<(Cli, FullDisk)> {
    let cli = Cli::new();
    let Some(disk) = FullDisk::mount(&cli.path("disk")) else {
        eprintln!("SKIPPED full_disk: mounting a small tmpfs needs root");
        return None;
    };
    let cli = cli.with("EVENTODB_STORE", &format!("file://{}", disk.0.join("store").display()));
    cli.run_with(&["messages", "import"], made_up(3, 20).as_bytes()).succeeds();
    Some((cli, disk))
}

fn fail_attempts(cli: &Cli) {
    let out = Command::new(BINARY)
        .args(ARCHIVE)
        .env_clear()
        .envs(cli.variables())
        .env("EVENTODB_FAILPOINTS", "archive.read-back.before=error")
        .output()
        .unwrap();
    assert!(!out.status.success());
}

#[test]
fn what_failed_attempts_left_on_a_full_disk_is_swept_and_archiving_goes_on() {
    let Some((cli, disk)) = on_a_small_disk() else { return };
    fail_attempts(&cli);
    disk.fill();
    assert_eq!(disk.objects(), 9);
    cli.run(&ARCHIVE).fails(1, "the disk is full");
    let out = cli.run(&["archives", "sweep"]);
    assert!(out.succeeds().stderr.contains("is full, and is only removed from"), "{out:?}");
    assert_eq!(disk.objects(), 0);
    cli.run(&ARCHIVE).succeeds();
    cli.run(&["archives", "verify", "--all"]).succeeds();
    cli.run(&["coverage"]).succeeds();
}

#[test]
fn a_night_on_a_full_disk_sweeps_and_the_next_one_archives() {
    let Some((cli, disk)) = on_a_small_disk() else { return };
    fail_attempts(&cli);
    let store = format!("file://{}", disk.0.join("store").display());
    cli.run(&["policy", "set", "--archive-after", "0d", "--store", &store, "--yes", "-q"]).succeeds();
    disk.fill();
    cli.run(&["lifecycle", "run"]).fails(1, "the disk is full");
    assert_eq!(disk.objects(), 0);
    cli.run(&["lifecycle", "run"]).succeeds();
    cli.run(&["coverage"]).succeeds();
}

#[test]
fn copies_of_what_is_live_are_pruned_from_a_full_disk() {
    let Some((cli, disk)) = on_a_small_disk() else { return };
    cli.run(&[&ARCHIVE[..], &["--keep"]].concat()).succeeds();
    disk.fill();
    cli.run(&["archives", "prune", "--older-than", "1d", "--yes", "--confirm-count", "3"]).succeeds();
    assert_eq!(disk.objects(), 3, "the tombstones");
    assert_eq!(cli.run(&["messages", "export"]).succeeds().stdout.lines().count(), 60);
    cli.run(&["coverage"]).succeeds();
}

#[test]
fn another_databases_full_store_is_not_removed_from() {
    let Some((cli, disk)) = on_a_small_disk() else { return };
    fail_attempts(&cli);
    disk.fill();
    let other = "UPDATE eventodb_store.claims SET database_oid = database_oid + 1 WHERE namespace = ";
    sql(&cli.db_url, &format!("{other}'{}'", cli.namespace));
    cli.run(&["archives", "sweep"]).fails(4, "");
    assert_eq!(disk.objects(), 9);
}
