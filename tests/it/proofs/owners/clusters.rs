//! Copies of the whole cluster, which have its identity: files, a standby that was promoted, an older backup.

use std::path::{Path, PathBuf};
use std::process::Stdio;

use super::scene::{archive, content, covered, export, goes_on, may_only_read, of, prepared};
use crate::proofs::cli::{Cli, programs, var};
use crate::proofs::cluster::{PrivateCluster, Spec, as_server};

const SETTINGS: &str = "\
shared_preload_libraries = 'timescaledb'
timescaledb.telemetry_level = off
shared_buffers = 32MB
wal_level = replica
max_wal_senders = 4
";

const HBA: &str = "\
local all all trust
local replication all trust
host all all 127.0.0.1/32 trust
host replication all 127.0.0.1/32 trust
";

fn bin() -> PathBuf {
    PathBuf::from(var("EVENTODB_TEST_PG_BINDIR"))
}

fn private() -> Option<(PrivateCluster, Cli)> {
    if var("EVENTODB_TEST_DB_EDITION") == "wasm" {
        eprintln!("NOT TESTED HERE: copies of a cluster; this needs a PostgreSQL installation");
        return None;
    }
    let bin = programs("copies of a cluster")?;
    let cluster =
        PrivateCluster::start(&bin, &Spec { name: "eventodb-owners", settings: SETTINGS, hba: HBA, files: &[] });
    cluster.sql("CREATE EXTENSION IF NOT EXISTS timescaledb");
    let mut cli = Cli::offline();
    cli.db_url = url(cluster.port);
    cli.namespace = "owned".to_owned();
    let store = cli.store();
    let cli = cli.with("EVENTODB_STORE", &store);
    cli.run(&["namespaces", "create", "owned", "--compress-after", "never"]).succeeds();
    Some((cluster, cli))
}

fn url(port: u16) -> String {
    format!("postgres://postgres:kept%20Secret-4711@127.0.0.1:{port}/postgres")
}

/// A second server on files of the first; ended when this is dropped.
struct Second {
    data: String,
    port: u16,
}

impl Second {
    /// From the files, which must not change meanwhile, or from a backup of them.
    fn start(data: &str) -> Self {
        let port = (0..100)
            .map(|_| rand::random_range(20_000..32_000))
            .find(|port| std::net::TcpListener::bind(("127.0.0.1", *port)).is_ok())
            .unwrap();
        let second = Self { data: data.to_owned(), port };
        second.control(&["-o", &format!("-p {port}"), "start"]);
        second
    }

    fn control(&self, args: &[&str]) {
        let done = as_server()
            .arg(bin().join("pg_ctl"))
            .args(["-D", &self.data, "-l", &format!("{}/log", self.data), "-w", "-t", "60"])
            .args(args)
            .stdin(Stdio::null())
            .stdout(Stdio::null())
            .stderr(Stdio::null())
            .status()
            .unwrap();
        assert!(done.success(), "pg_ctl {args:?}");
    }
}

impl Drop for Second {
    fn drop(&mut self) {
        let _ = as_server()
            .arg(bin().join("pg_ctl"))
            .args(["-D", &self.data, "-m", "immediate", "-w", "stop"])
            .stdout(Stdio::null())
            .stderr(Stdio::null())
            .status();
    }
}

fn as_postgres(args: &[&str]) {
    let done = as_server().args(args).status().unwrap();
    assert!(done.success(), "{args:?}");
}

/// A copy of the running cluster's files as a snapshot of its disk has them.
fn snapshot(cluster: &PrivateCluster) -> String {
    let (from, to) = (format!("{}/data", cluster.folder), format!("{}/copy-{}", cluster.folder, rand::random::<u32>()));
    cluster.sql("CHECKPOINT");
    as_postgres(&["cp", "-a", &from, &to]);
    as_postgres(&["rm", "-f", &format!("{to}/postmaster.pid")]);
    to
}

fn store(cli: &Cli) -> impl Fn() -> std::collections::BTreeMap<String, Vec<u8>> {
    let folder: PathBuf = Path::new(&cli.path("store")).to_owned();
    move || content(&folder)
}

#[test]
fn of_a_snapshot_and_its_original_whoever_moves_first_goes_on_and_the_other_is_refused() {
    let Some((cluster, cli)) = private() else { return };
    prepared(&cli);
    let copy = Second::start(&snapshot(&cluster));
    let copied = of(&cli, &url(copy.port));
    goes_on(&cli);
    may_only_read(&copied, "changed without this database", store(&cli));
    goes_on(&cli);
    // Taken over on purpose.
    copied.run(&["archives", "claim", "--yes"]).succeeds();
    copied.run(&["archives", "sweep"]).succeeds();
    may_only_read(&cli, "took them over", store(&cli));
}

#[test]
fn a_standby_that_was_promoted_beside_its_primary_is_refused_and_a_failover_needs_no_hand() {
    let Some((cluster, cli)) = private() else { return };
    prepared(&cli);
    let data = format!("{}/standby", cluster.folder);
    let program = bin().join("pg_basebackup").display().to_string();
    let port = cluster.port.to_string();
    as_postgres(&[
        &program,
        "-h",
        "127.0.0.1",
        "-p",
        &port,
        "-U",
        "postgres",
        "-D",
        &data,
        "-R",
        "-X",
        "stream",
        "-c",
        "fast",
    ]);
    let standby = Second::start(&data);
    let promoted = of(&cli, &url(standby.port));
    // It follows until it has what the primary has now.
    goes_on(&cli);
    let marks = "SELECT string_agg(mark::text, ',') FROM eventodb_store.claims";
    let now = super::scene::sql_plain(&cli.db_url, marks);
    while super::scene::sql_plain(&promoted.db_url, marks) != now {
        std::thread::sleep(std::time::Duration::from_millis(20));
    }
    // What is still open at the primary is not known there.
    let follow = ["messages", "follow", "--no-wait"];
    promoted.run(&follow).fails(8, "the horizon is not known at a standby");
    standby.control(&["promote"]);
    // The primary is thought to be gone: a failover.
    goes_on(&promoted);
    covered(&promoted);
    assert_eq!(promoted.run(&follow).succeeds().stdout, export(&promoted));
    // It was not gone.
    may_only_read(&cli, "changed without this database", store(&cli));
    goes_on(&promoted);
}

#[test]
fn a_restored_older_backup_is_refused_until_it_claims_and_then_loses_nothing() {
    let Some((cluster, cli)) = private() else { return };
    prepared(&cli);
    let backup = snapshot(&cluster);
    super::scene::write_late(&cli, "2013-01-17T12:00:00Z", "late-2");
    archive(&cli);
    let all = export(&cli);
    stop(&cluster);
    let restored = Second::start(&backup);
    let back = of(&cli, &url(restored.port));
    may_only_read(&back, "restored from an older backup", store(&cli));
    assert_eq!(back.json(&["archives", "claim", "--yes"])["result"], "claimed");
    back.run(&["archives", "sync"]).succeeds();
    covered(&back);
    back.run(&["archives", "rehydrate", "--from", "1970-01-01"]).succeeds();
    let there = export(&back);
    assert!(all.lines().all(|line| there.contains(line)), "messages are missing");
    archive(&back);
    covered(&back);
}

/// Stops the server; its folder, which has the copy that goes on, stays.
fn stop(cluster: &PrivateCluster) {
    let data = format!("{}/data", cluster.folder);
    let mut pg_ctl = as_server();
    let stopped = pg_ctl.arg(bin().join("pg_ctl")).args(["-D", &data, "-m", "fast", "-w", "stop"]);
    assert!(stopped.stdout(Stdio::null()).status().unwrap().success());
}
