//! Erasures, expiry and pruning beside readers of every isolation level: what was not given up is seen once and in order, what was
//! given up is seen at most once, and never again by whoever begins later; or the statement fails so that it may be run again.

use std::process::{Command, Stdio};
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, AtomicI64, AtomicUsize, Ordering};
use std::time::{Duration, Instant};

use eventodb_admin::archive::{self, ArchiveRow, State};
use eventodb_admin::db::Db;
use eventodb_admin::stop::Stop;

use super::lab::{Lab, Server, shown, skip_where_nobody_waits, var};
use super::moment::{LEVELS, PASSING};
use super::real::served_by_the_program;
use super::stand_in::{answer, application, soon};

const WEEKS: i64 = 9;
const PER_WEEK: i64 = 40;
const STREAMS: usize = 20;

/// Which stream the message at a global position is of, as the lab makes them up.
fn stream_of(global_position: i64) -> usize {
    usize::try_from((global_position - 1) * 7 % 20).unwrap()
}

/// A read, and what it should give.
struct Read {
    from: &'static str,
    first: i64,
    limit: usize,
    takes: fn(usize) -> bool,
}

const READS: [Read; 6] = [
    Read {
        from: "(SELECT * FROM {{schema}}.messages ORDER BY global_position OFFSET 0) m",
        first: 1,
        limit: usize::MAX,
        takes: |_| true,
    },
    Read {
        from: "{{schema}}.get_category_messages('account', 1, -1) m",
        first: 1,
        limit: usize::MAX,
        takes: |s| s < 10,
    },
    Read {
        from: "{{schema}}.get_stream_messages('account-1', 0, -1) m",
        first: 1,
        limit: usize::MAX,
        takes: |s| s == 1,
    },
    Read { from: "{{schema}}.get_category_messages('', 30, 100) m", first: 30, limit: 100, takes: |_| true },
    Read {
        from: "(SELECT * FROM {{schema}}.messages WHERE stream_name IN ('account-7', 'order-14') ORDER BY time OFFSET 0) m",
        first: 1,
        limit: usize::MAX,
        takes: |s| s == 7 || s == 14,
    },
    Read { from: "{{schema}}.get_category_messages('order', 1, 1000) m", first: 1, limit: 1000, takes: |s| s >= 10 },
];

/// What was done to the messages so far.
#[derive(Default)]
struct Done {
    stop: AtomicBool,
    /// Up to which global position messages may be gone, and up to which they are.
    going: AtomicI64,
    gone: AtomicI64,
    /// Streams whose content may be gone, and whose content is.
    erasing: [AtomicBool; STREAMS],
    erased: [AtomicBool; STREAMS],
    whole: AtomicUsize,
    again: AtomicUsize,
}

/// What was over before a transaction began.
struct Before {
    gone: i64,
    erased: Vec<bool>,
}

impl Done {
    fn by_now(&self) -> Before {
        let erased = self.erased.iter().map(|e| e.load(Ordering::SeqCst)).collect();
        Before { gone: self.gone.load(Ordering::SeqCst), erased }
    }

    /// Compares an answer with what it may be.
    fn check(&self, read: &Read, before: &Before, found: &str, what: &str) {
        let rows: Vec<(i64, bool)> = found
            .split_whitespace()
            .map(|row| row.split_once(':').unwrap())
            .map(|(at, is_blank)| (at.parse().unwrap(), is_blank == "t"))
            .collect();
        assert!(rows.is_sorted_by(|a, b| a.0 < b.0), "{what}: each once, and in order: {found}");
        for (at, is_blank) in &rows {
            let stream = stream_of(*at);
            assert!((read.takes)(stream) && *at >= read.first, "{what}: {at} was not asked for");
            assert!(*at > before.gone, "{what}: {at} was gone before it began");
            if *is_blank {
                assert!(self.erasing[stream].load(Ordering::SeqCst), "{what}: {at} has lost its content");
            } else {
                assert!(!before.erased[stream], "{what}: {at} was erased before it began");
            }
        }
        let going = self.going.load(Ordering::SeqCst);
        let last = if rows.len() == read.limit { rows.last().unwrap().0 } else { WEEKS * PER_WEEK };
        for at in (read.first.max(going + 1)..=last).filter(|at| (read.takes)(stream_of(*at))) {
            assert!(rows.binary_search_by_key(&at, |row| row.0).is_ok(), "{what}: {at} is missing: {found}");
        }
    }
}

async fn read_on(db: Db, lab: Arc<Lab>, level: &'static str, read: &'static Read, done: Arc<Done>) {
    let sql = format!(
        "SELECT string_agg(global_position || ':' || CASE WHEN data IS NULL THEN 't' ELSE 'f' END, ' ') FROM {}",
        read.from
    );
    let what = format!("{level} {}", read.from);
    while !done.stop.load(Ordering::SeqCst) {
        let before = done.by_now();
        db.batch_execute(&format!("BEGIN ISOLATION LEVEL {level}")).await.unwrap();
        for _ in 0..2 {
            match answer(&lab, &db, &sql).await {
                Ok(found) => {
                    done.check(read, &before, found.trim_matches(['(', ')', '"']), &what);
                    done.whole.fetch_add(1, Ordering::SeqCst);
                }
                Err(code) => {
                    assert!(PASSING.contains(&code.as_str()), "{what}: {code}");
                    done.again.fetch_add(1, Ordering::SeqCst);
                    break;
                }
            }
        }
        db.batch_execute("ROLLBACK").await.unwrap();
        tokio::time::sleep(Duration::from_millis(5)).await;
    }
}

/// The program on the lab's namespace, to the end.
async fn run(lab: &Lab, args: &[&str]) {
    let mut command = Command::new(env!("CARGO_BIN_EXE_eventodb-admin"));
    command
        .env("EVENTODB_DB_URL", var("EVENTODB_TEST_DB_URL"))
        .env("EVENTODB_NAMESPACE", lab.scope.namespace())
        .env("EVENTODB_STORE", lab.store.url().to_string())
        .env("EVENTODB_CACHE_SIZE", "0")
        .args(args)
        .stdin(Stdio::null());
    let out = tokio::task::spawn_blocking(move || command.output().unwrap()).await.unwrap();
    assert!(out.status.success(), "{args:?}: {}", String::from_utf8_lossy(&out.stderr));
}

async fn dropped(lab: &Lab) -> Vec<ArchiveRow> {
    lab.archives().await.into_iter().filter(|a| a.state == State::Dropped).collect()
}

/// Gives up what the oldest archive holds, by way of the policy or by hand.
async fn give_up_oldest(lab: &Lab, done: &Done, by_hand: bool) {
    let oldest = dropped(lab).await.remove(0);
    let last = oldest.last_global_position.unwrap();
    done.going.store(last, Ordering::SeqCst);
    if by_hand {
        let now = eventodb_admin::db::queries::clock::now(lab.db.client()).await.map_err(shown).unwrap();
        let age = now - oldest.range_end - chrono::TimeDelta::hours(12);
        let age = format!("{}s", age.num_seconds());
        run(lab, &["archives", "prune", "--older-than", &age, "--yes", "--confirm-count", "1"]).await;
    } else {
        let mut lock = lab.lock().await;
        let store = archive::claimed(&mut lock, &lab.scope, &lab.store).await.map_err(shown).unwrap();
        archive::expire(&mut lock, &lab.scope, &store, &oldest, &Stop::default()).await.map_err(shown).unwrap();
        lock.release().await.unwrap();
    }
    done.gone.store(last, Ordering::SeqCst);
}

async fn erase(lab: &Lab, done: &Done, stream: usize) {
    done.erasing[stream].store(true, Ordering::SeqCst);
    let name = format!("{}-{stream}", if stream < 10 { "account" } else { "order" });
    run(lab, &["archives", "erase", "--stream", &name, "--reason", "asked for", "--yes"]).await;
    done.erased[stream].store(true, Ordering::SeqCst);
}

/// One round: archives come back, are erased in, are released and archived again, and the two oldest are given up.
async fn round(lab: &Lab, done: &Done, number: usize) {
    lab.archive_all().await;
    let here = dropped(lab).await;
    let (middle, newest) = (here[here.len() / 2].id, here[here.len() - 1].id);
    for id in [middle, newest] {
        lab.rehydrate(id).await.map_err(shown).unwrap();
    }
    run(lab, &["archives", "release", &newest.to_string(), "--yes"]).await;
    erase(lab, done, [1, 14, 7, 0, 12][number % 5]).await;
    give_up_oldest(lab, done, false).await;
    lab.archive_all().await;
    give_up_oldest(lab, done, true).await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn readers_see_what_is_kept_once_while_archives_are_erased_expire_and_are_pruned() {
    if skip_where_nobody_waits().await {
        return;
    }
    let (weeks, per_week) = (usize::try_from(WEEKS).unwrap(), usize::try_from(PER_WEEK).unwrap());
    let (lab, _program, _) = served_by_the_program(Lab::new(Server::Main).await, weeks, per_week).await;
    let lab = Arc::new(lab);
    let done = Arc::new(Done::default());
    lab.archive_all().await;
    let mut readers = Vec::new();
    for (level, read) in LEVELS.iter().cycle().zip(&READS) {
        let db = application(&lab).await;
        readers.push(tokio::spawn(read_on(db, Arc::clone(&lab), level, read, Arc::clone(&done))));
    }
    let (begun, mut rounds) = (Instant::now(), 0);
    while begun.elapsed() < Duration::from_secs(3)
        && done.gone.load(Ordering::SeqCst) < (WEEKS - 4) * PER_WEEK
        && !readers.iter().any(tokio::task::JoinHandle::is_finished)
    {
        round(&lab, &done, rounds).await;
        rounds += 1;
    }
    done.stop.store(true, Ordering::SeqCst);
    for reader in readers {
        reader.await.unwrap();
    }
    let (whole, again) = (done.whole.load(Ordering::SeqCst), done.again.load(Ordering::SeqCst));
    eprintln!("{rounds} rounds, {whole} whole answers, {again} to be read again, {:?}", begun.elapsed());
    assert!(rounds >= 1 && whole >= 20, "{rounds} rounds, {whole} whole, {again} again");
    let app = application(&lab).await;
    let sum = "SELECT count(*), min(global_position), count(*) FILTER (WHERE data IS NULL) FROM {{schema}}.messages";
    let gone = done.gone.load(Ordering::SeqCst);
    let blank = (gone + 1..=WEEKS * PER_WEEK).filter(|at| done.erased[stream_of(*at)].load(Ordering::SeqCst)).count();
    let expected = format!("({},{},{blank})", WEEKS * PER_WEEK - gone, gone + 1);
    assert_eq!(soon(&lab, &app, sum).await, Ok(expected));
    Arc::into_inner(lab).unwrap().assert_covered().await;
}
