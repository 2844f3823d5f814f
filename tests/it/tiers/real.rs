//! The same with the program itself at the far end.

use std::io::{BufRead, BufReader};
use std::process::{Child, Command, Stdio};
use std::time::Duration;

use eventodb_admin::archive::{AfterVerify, State};
use eventodb_admin::doctor::{self, Verdict};
use eventodb_admin::store::{Store, StoreSettings, StoreUrl};

use super::lab::{Lab, Server, shown, skip_where_nobody_waits, var};
use super::moment::come_and_go;
use super::reads::reads;
use super::stand_in::{answer, application, served_from, set, soon};

/// `eventodb-admin serve` on loopback: the database's server is another user of the machine.
pub struct Program(Child);

impl Program {
    /// Listens on a port, or on any with 0. Gives the URL, too.
    fn start(lab: &Lab, port: &str) -> (Self, String) {
        let mut child = Command::new(env!("CARGO_BIN_EXE_eventodb-admin"))
            .args(["serve", "-o", "json", "--listen"])
            .arg(format!("127.0.0.1:{port}"))
            .env("EVENTODB_DB_URL", var("EVENTODB_TEST_DB_URL"))
            .env("EVENTODB_SERVE_PASSWORD", "geheim")
            .env("EVENTODB_CACHE_DIR", lab.dir.path().join("cache"))
            .env("AWS_ENDPOINT_URL_S3", var("EVENTODB_TEST_S3_ENDPOINT"))
            .envs(["AWS_ACCESS_KEY_ID", "AWS_SECRET_ACCESS_KEY", "AWS_REGION"].map(|name| (name, var(name))))
            .stdin(Stdio::null())
            .stdout(Stdio::piped())
            .spawn()
            .unwrap();
        let mut ready = String::new();
        BufReader::new(child.stdout.take().unwrap()).read_line(&mut ready).unwrap();
        let ready: serde_json::Value = serde_json::from_str(&ready).unwrap();
        let at = ready["listening"][0].as_str().unwrap();
        (Self(child), format!("postgres://eventodb:geheim@{at}/archived"))
    }
}

impl Drop for Program {
    fn drop(&mut self) {
        let _ = self.0.kill();
        let _ = self.0.wait();
    }
}

pub async fn served_by_the_program(mut lab: Lab, weeks: usize, per_week: usize) -> (Lab, Program, String) {
    lab.fill(weeks, per_week).await;
    let (program, url) = Program::start(&lab, "0");
    set(&mut lab, served_from(&url)).await;
    let port = url.rsplit_once('/').unwrap().0.rsplit_once(':').unwrap().1.to_owned();
    (lab, program, port)
}

#[tokio::test]
async fn the_program_gives_what_was_there_before_refuses_changes_and_is_missed() {
    if skip_where_nobody_waits().await {
        return;
    }
    whole_story(Lab::new(Server::Main).await).await;
}

#[tokio::test]
async fn the_program_does_so_with_archives_on_s3() {
    if skip_where_nobody_waits().await {
        return;
    }
    whole_story(Lab::on_s3().await).await;
}

async fn whole_story(lab: Lab) {
    let (lab, program, port) = served_by_the_program(lab, 4, 100).await;
    let app = application(&lab).await;
    let mut before = Vec::new();
    for read in reads() {
        before.push(answer(&lab, &app, &read).await.unwrap());
    }
    let chunks = lab.closed().await;
    for result in lab.archive(&chunks[1..3], AfterVerify::Drop).await {
        result.map_err(shown).unwrap();
    }
    for (read, before) in reads().iter().zip(&before) {
        assert_eq!(answer(&lab, &app, read).await.as_ref(), Ok(before), "{read}");
    }
    let checks = doctor::database(&lab.another_session().await, &lab.scope).await.map_err(shown).unwrap();
    let proof = checks.iter().find(|c| c.name == "served archives").unwrap();
    assert!(proof.verdict == Verdict::Ok && proof.found.contains("has the first and the last"), "{proof:?}");
    for (sql, expected) in [
        ("UPDATE {{schema}}.messages SET metadata = '{}' WHERE global_position = 50", Ok(1)),
        ("DELETE FROM {{schema}}.messages WHERE global_position = 150", Err("55000".to_owned())),
        ("UPDATE {{schema}}.messages SET metadata = '{}' WHERE stream_name = 'account-1'", Err("55000".to_owned())),
    ] {
        let sql = lab.scope.render(sql).unwrap();
        let done = app.execute(&sql, &[]).await.map_err(|e| e.code().unwrap().code().to_owned());
        assert_eq!(done, expected, "{sql}");
    }
    drop(program);
    let all = "SELECT count(*) FROM {{schema}}.messages";
    let gone = answer(&lab, &app, all).await.unwrap_err();
    assert!(gone.starts_with("08") || gone.starts_with("57"), "{gone}");
    assert_eq!(
        answer(&lab, &app, "SELECT count(*) FROM {{schema}}.get_category_messages('', 301)").await.unwrap(),
        "(100)"
    );
    let (_program, _) = Program::start(&lab, &port);
    assert_eq!(soon(&lab, &app, all).await.unwrap(), "(400)");
    app.batch_execute(&lab.scope.render("TRUNCATE {{schema}}.messages RESTART IDENTITY").unwrap()).await.unwrap();
    assert_eq!(soon(&lab, &app, all).await.unwrap(), "(0)");
    assert!(lab.archives().await.iter().all(|a| a.state == State::Expired));
    assert_eq!(lab.write("new-1", "A").await.unwrap(), 0);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn readers_see_each_message_once_by_the_program_while_archives_come_to_s3_and_go() {
    if skip_where_nobody_waits().await {
        return;
    }
    let (lab, _program, _) = served_by_the_program(Lab::on_s3().await, 4, 40).await;
    come_and_go(lab, Duration::from_secs(6)).await;
}

/// An archive keeps its row where the chunk that it came back into is archived to another store, and where it came back into
/// shorter chunks: its messages then lie in several archives.
#[tokio::test]
async fn a_message_that_several_archives_hold_comes_once() {
    if skip_where_nobody_waits().await {
        return;
    }
    let (lab, _program, _) = served_by_the_program(Lab::new(Server::Main).await, 4, 100).await;
    let app = application(&lab).await;
    let order = "SELECT * FROM {{schema}}.messages ORDER BY";
    let mut asked = reads();
    asked.extend([
        "SELECT count(*) FROM (SELECT FROM {{schema}}.messages OFFSET 0) m".to_owned(),
        format!("{order} stream_name, position"),
        format!("{order} time DESC, global_position LIMIT 120"),
        format!("{order} global_position LIMIT 150 OFFSET 90"),
        "SELECT position FROM {{schema}}.messages WHERE stream_name = 'account-1' ORDER BY position".to_owned(),
        "SELECT position FROM {{schema}}.messages WHERE stream_name = 'account-1' ORDER BY position DESC".to_owned(),
    ]);
    let mut before = Vec::new();
    for read in &asked {
        before.push(answer(&lab, &app, read).await.unwrap());
    }
    lab.archive_all().await;
    let archives = lab.archives().await;

    lab.rehydrate(archives[1].id).await.map_err(shown).unwrap();
    let dir = tempfile::tempdir().unwrap();
    let store = Store::open(&StoreUrl::file(dir.path()).unwrap(), &StoreSettings::default()).await.unwrap();
    Lab { store, ..lab.twin().await }.archive_all().await;

    let mut expected = vec![archives[1].id];
    if lab.db.server.supports_compression() {
        // The first fifty seconds of the third week have a chunk of their own by now.
        lab.sql(
            "SELECT _timescaledb_functions.create_chunk('{{schema}}.messages', '{\"time\": [1358380800000000, 1358380850000000]}')",
        )
        .await;
        lab.rehydrate(archives[2].id).await.map_err(shown).unwrap();
        lab.archive_all().await;
        expected.push(archives[2].id);
    } else {
        eprintln!("SKIPPED: chunks of another length need TimescaleDB Community");
    }

    let all = lab.archives().await;
    assert!(all.len() > archives.len());
    let kept: Vec<_> = all.iter().filter(|a| a.state == State::Rehydrated).map(|a| a.id).collect();
    assert_eq!(kept, expected, "they stay beside what has their messages");
    for (read, before) in asked.iter().zip(&before) {
        assert_eq!(soon(&lab, &app, read).await.as_ref(), Ok(before), "{read}");
    }
}
