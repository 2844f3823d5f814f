//! The program killed at every step that changes something, and made to believe that a step failed which did not. After
//! each: nothing is lost, nothing is doubled, and the same command, run again, comes to the same end.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::print_stderr, clippy::pedantic, missing_docs)]

#[path = "support/lab.rs"]
#[allow(dead_code)]
mod lab;
#[path = "support/secrets.rs"]
#[allow(dead_code)]
mod secrets;

use std::os::unix::process::ExitStatusExt;
use std::process::{Command, Output};
use std::time::Duration;

use eventodb_admin::archive::State;
use lab::{Lab, Server};

/// How a step goes wrong.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Fault {
    /// The process ends there and then.
    Kill,
    /// The step was done, and its answer is lost.
    Error,
}

const FAULTS: [Fault; 2] = [Fault::Kill, Fault::Error];

/// The steps of an archive run, as the server's protocol takes them.
fn archive_points(freeze: bool) -> Vec<&'static str> {
    let mut points = vec![
        "archive.entered",
        "archive.object-sent",
        "archive.object-stored",
        "archive.exported",
        "archive.manifest-stored",
        "archive.uploaded",
        "archive.read-back",
        "archive.verified",
        "drop.locked",
        "drop.told",
        "drop.dropped",
        "drop.committed",
    ];
    points.extend_from_slice(if freeze {
        &["archive.frozen", "archive.export-committed"]
    } else {
        &["archive.locked"]
    });
    points
}

struct Program<'a>(&'a Lab);

impl Program<'_> {
    fn run(&self, args: &[&str], failpoints: &str) -> Output {
        let url = lab::var("EVENTODB_TEST_DB_URL");
        let out = Command::new(env!("CARGO_BIN_EXE_eventodb-admin"))
            .env("EVENTODB_FAILPOINTS", failpoints)
            .env("EVENTODB_DB_URL", &url)
            .env("EVENTODB_NAMESPACE", self.0.scope.namespace())
            .env("EVENTODB_STORE", format!("file://{}", self.0.dir.path().display()))
            .args(args)
            .output()
            .unwrap();
        let variables: Vec<_> = std::env::vars().chain([("EVENTODB_DB_URL".to_owned(), url)]).collect();
        secrets::assert_kept(args, &variables, &out.stdout, &out.stderr);
        out
    }

    /// Runs into the fault. A point that never fires fails the test.
    fn break_at(&self, args: &[&str], point: &str, fault: Fault) {
        let how = if fault == Fault::Kill { "kill" } else { "error" };
        let out = self.run(args, &format!("{point}={how}"));
        let text = String::from_utf8_lossy(&out.stderr);
        match fault {
            Fault::Kill => assert_eq!(out.status.signal(), Some(6), "{point} never fired: {} {text}", out.status),
            Fault::Error => assert!(
                !out.status.success() && text.contains(&format!("failpoint {point}")),
                "{point} never fired: {} {text}",
                out.status
            ),
        }
    }

    /// Runs the command to its end. What a killed process held is free once the server has noticed.
    fn again(&self, args: &[&str]) -> Output {
        for _ in 0..50 {
            let out = self.run(args, "");
            let busy = out.status.code() == Some(7) || String::from_utf8_lossy(&out.stderr).contains("55P03");
            if !busy {
                return out;
            }
            std::thread::sleep(Duration::from_millis(200));
        }
        panic!("{args:?} is busy for ever");
    }

    fn succeeds_again(&self, args: &[&str]) {
        let out = self.again(args);
        assert!(out.status.success(), "{args:?}: {}", String::from_utf8_lossy(&out.stderr));
    }
}

const ARCHIVE: [&str; 4] = ["chunks", "archive", "--older-than", "0d"];
const REHYDRATE: [&str; 6] = ["archives", "rehydrate", "--from", "2012-01-01", "--to", "2014-01-01"];

/// The end of every story: all archived, nothing in between, and everything comes back as it was.
async fn assert_all_archived_and_all_back(lab: &mut Lab, lines: &str, versions: &str, told: &str) {
    lab.assert_covered().await;
    assert!(lab.closed().await.is_empty(), "{told}");
    let unfinished: Vec<_> = lab
        .archives()
        .await
        .into_iter()
        .filter(|a| matches!(a.state, State::Planned | State::Exported | State::Uploaded | State::Verified))
        .map(|a| (a.id, a.state))
        .collect();
    assert!(unfinished.is_empty(), "{told}: {unfinished:?}");
    assert_eq!(lab.versions().await, versions, "{told}");
    lab.rehydrate_all().await;
    assert!(lab.export().await.unwrap() == lines, "{told}: the export differs");
    lab.assert_covered().await;
}

#[tokio::test]
async fn an_archive_run_that_ends_at_any_step_loses_and_doubles_nothing() {
    for fault in FAULTS {
        let freeze = Lab::new(Server::Main).await.db.server.supports_freeze();
        for point in archive_points(freeze) {
            let told = format!("{point}, {fault:?}");
            let mut lab = Lab::new(Server::Main).await;
            let lines = lab.fill(2, 40).await;
            let versions = lab.versions().await;
            Program(&lab).break_at(&ARCHIVE, point, fault);
            lab.assert_covered().await;
            Program(&lab).succeeds_again(&ARCHIVE);
            assert_all_archived_and_all_back(&mut lab, &lines, &versions, &told).await;
        }
    }
}

#[tokio::test]
async fn a_run_that_ends_while_it_drops_an_unchanged_chunk_again_loses_nothing() {
    for fault in FAULTS {
        for point in ["drop.locked", "drop.told", "drop.dropped", "drop.committed"] {
            let told = format!("{point}, {fault:?}");
            let mut lab = Lab::new(Server::Main).await;
            let lines = lab.fill(1, 40).await;
            let versions = lab.versions().await;
            lab.archive_all().await;
            lab.rehydrate_all().await;
            Program(&lab).break_at(&ARCHIVE, point, fault);
            lab.assert_covered().await;
            Program(&lab).succeeds_again(&ARCHIVE);
            assert_eq!(lab.archives().await.len(), 1, "{told}: it was uploaded again");
            assert_all_archived_and_all_back(&mut lab, &lines, &versions, &told).await;
        }
    }
}

#[tokio::test]
async fn a_rehydrate_that_ends_at_any_step_restores_all_or_nothing() {
    for fault in FAULTS {
        for point in ["rehydrate.range-made", "rehydrate.copied", "rehydrate.raised", "rehydrate.committed"] {
            let mut lab = Lab::new(Server::Main).await;
            let lines = lab.fill(1, 40).await;
            lab.archive_all().await;
            Program(&lab).break_at(&REHYDRATE, point, fault);
            lab.assert_covered().await;
            let live = lab.one("SELECT count(*) FROM {{schema}}.messages").await;
            assert!(live == "0" || live == "40", "{point}, {fault:?}: {live} of 40 are live");
            Program(&lab).succeeds_again(&REHYDRATE);
            assert!(lab.export().await.unwrap() == lines, "{point}, {fault:?}: the export differs");
            lab.assert_covered().await;
        }
    }
}

#[tokio::test]
async fn an_import_that_ends_at_any_step_is_whole_or_not_there() {
    for fault in FAULTS {
        for point in ["import.copied", "import.raised", "import.committed"] {
            let mut lab = Lab::new(Server::Main).await;
            let lines = lab::made_up(2, 40);
            let file = lab.dir.path().join("events.ndjson");
            std::fs::write(&file, &lines).unwrap();
            let import = ["messages", "import", file.to_str().unwrap()];
            Program(&lab).break_at(&import, point, fault);
            let out = Program(&lab).again(&import);
            let expected = if point == "import.committed" { 4 } else { 0 };
            assert_eq!(
                out.status.code(),
                Some(expected),
                "{point}, {fault:?}: {}",
                String::from_utf8_lossy(&out.stderr)
            );
            assert!(lab.export().await.unwrap() == lines, "{point}, {fault:?}: the export differs");
            lab.assert_covered().await;
        }
    }
}

#[tokio::test]
async fn a_chunk_thrown_away_on_demand_is_gone_or_whole_and_accounted_for() {
    for fault in FAULTS {
        for point in ["discard.dropped", "discard.committed"] {
            let mut lab = Lab::new(Server::Main).await;
            lab.fill(1, 40).await;
            let versions = lab.versions().await;
            let drop = ["chunks", "drop", "--older-than", "0d", "--unarchived", "--yes"];
            Program(&lab).break_at(&drop, point, fault);
            lab.assert_covered().await;
            Program(&lab).succeeds_again(&drop);
            lab.assert_covered().await;
            assert_eq!(lab.versions().await, versions, "{point}, {fault:?}");
            assert!(lab.closed().await.is_empty());
        }
    }
}
