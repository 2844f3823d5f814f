//! Random histories against a model: whatever is written, imported, compressed, archived, dropped, brought back, killed
//! and restarted, every event is there once, in the hypertable or in an archive that is the only copy.
//!
//! A history follows from its seed alone (and from what the server can do). `EVENTODB_HISTORY_SEED=N` runs one again,
//! `bin/soak` runs new ones for as long as it is told.

mod actions;
mod archives;
mod check;
mod commands;
mod model;
mod odd;
mod program;
mod rows;
mod server;
mod stores;
mod tally;
mod world;

use crate::support::{cluster, servers, steps};
use std::cell::RefCell;
use std::fmt::Write as _;
use std::path::PathBuf;
use std::process::Command;
use std::time::{Duration, Instant};

use proptest::test_runner::{Config, RngAlgorithm, TestCaseError, TestError, TestRng, TestRunner};

use actions::{Abilities, Action};
use archives::Kind;
use server::Server;
use tally::Tally;
use world::World;

/// Names one history to run again.
const SEED: &str = "EVENTODB_HISTORY_SEED";

fn number(name: &str) -> Option<u64> {
    let value = std::env::var(name).ok()?;
    Some(value.parse().unwrap_or_else(|_| panic!("{name} is a number, not {value:?}")))
}

fn abilities(server: &Server) -> Abilities {
    let help = Command::new(program::path()).args(["archives", "release", "--help"]).output();
    let own_server = server.cluster.is_some();
    Abilities { restart: own_server, sessions: server.sessions, release: help.unwrap().status.success(), own_server }
}

/// Where what is known of a failure is kept.
fn report(seed: u64) -> PathBuf {
    let folder = PathBuf::from(env!("CARGO_TARGET_TMPDIR")).join("histories");
    std::fs::create_dir_all(&folder).unwrap();
    folder.join(format!("{seed}.log"))
}

/// Carries a history out. On failure: what was wrong, and all that happened.
fn carry_out(server: &Server, kind: Kind, history: &[Action], tally: &mut Tally) -> Result<(), (String, String)> {
    let mut world = World::new(server, kind).map_err(|why| (why, String::new()))?;
    let mut steps = || {
        for (n, action) in history.iter().enumerate() {
            let _ = writeln!(world.log, "{:3}. {action}", n + 1);
            tally.actions += 1;
            world.step(action, tally).map_err(|why| format!("step {}, {action}: {why}", n + 1))?;
        }
        world.finish(tally).map_err(|why| format!("at the end: {why}"))?;
        world.remove().map_err(|why| format!("removing the namespace: {why}"))
    };
    let result = steps();
    tally.histories += 1;
    if std::env::var_os("EVENTODB_HISTORY_LOG").is_some() {
        eprintln!("{}", world.log);
    }
    result.map_err(|why| {
        let mut log = std::mem::take(&mut world.log);
        let _ = writeln!(log, "ledger:");
        world.read_ledger();
        for row in &world.ledger {
            let _ = writeln!(log, "     {row:?}");
        }
        if let Some(cluster) = &server.cluster {
            let _ = writeln!(log, "server:\n{}", cluster.log());
        }
        (why, log)
    })
}

/// Runs the history of a seed; a failure is made as short as a bounded search can.
fn run(server: &Server, seed: u64) -> Tally {
    let mut bytes = [0; 32];
    bytes[..8].copy_from_slice(&seed.to_le_bytes());
    let config = Config {
        cases: 1,
        max_shrink_iters: 40,
        max_shrink_time: 90_000,
        failure_persistence: None,
        ..Config::default()
    };
    let mut runner = TestRunner::new_with_rng(config, TestRng::from_seed(RngAlgorithm::ChaCha, &bytes));
    let kind = [Kind::Folder, Kind::Two, Kind::Folder, Kind::S3][usize::try_from(seed % 4).unwrap()];
    let (tally, first, last) = (RefCell::new(Tally::default()), RefCell::new(None), RefCell::new(String::new()));
    let result = runner.run(&actions::history(abilities(server)), |history| {
        let mut own = Tally::default();
        let ended = carry_out(server, kind, &history, &mut own);
        if first.borrow().is_none() {
            tally.borrow_mut().add(&own);
        }
        ended.map_err(|(why, log)| {
            if first.borrow().is_none() {
                eprintln!("seed {seed} fails, and is made shorter now: {why}");
                std::fs::write(report(seed), format!("the history of seed {seed} fails: {why}\n\n{log}")).unwrap();
            }
            first.borrow_mut().get_or_insert((why.clone(), log.clone()));
            last.replace(log);
            TestCaseError::fail(why)
        })
    });
    let Err(error) = result else { return tally.into_inner() };
    let TestError::Fail(why, history) = error else { panic!("seed {seed}: {error}") };
    let (first_why, first_log) = first.into_inner().unwrap_or_default();
    let mut text = format!("the history of seed {seed} fails: {why}\n\nits shortest form found:\n");
    for (n, action) in history.iter().enumerate() {
        let _ = writeln!(text, "{:3}. {action}", n + 1);
    }
    let again = format!("{SEED}={seed} cargo nextest run --features failpoints --no-capture of_fresh_seeds");
    let path = report(seed);
    let whole = format!(
        "{text}\nagain: {again}\n\n== the shortest form, as it went\n{}\n== the whole history: {first_why}\n{first_log}",
        last.borrow()
    );
    std::fs::write(&path, whole).unwrap();
    panic!("{text}\nrun it again: {again}\nall that happened: {}", path.display());
}

/// Each history in its turn.
fn run_all(seeds: impl IntoIterator<Item = u64>) {
    let server = Server::start();
    let mut tally = Tally::default();
    for seed in seeds {
        let begin = Instant::now();
        tally.add(&run(&server, seed));
        eprintln!("seed {seed}: {:.1} s", begin.elapsed().as_secs_f64());
    }
    eprintln!("{tally}");
}

#[test]
fn histories_of_fixed_seeds_agree_with_the_model() {
    if number(SEED).is_none() {
        run_all(steps::some("fixed seeds", 1..=4));
    }
}

#[test]
fn histories_of_fresh_seeds_agree_with_the_model() {
    match number(SEED) {
        Some(seed) => run_all([seed]),
        None => {
            run_all((0..if steps::are_all() { 3 } else { 1 }).map(|_| rand::random_range(1_000..u64::from(u32::MAX))))
        }
    }
}

#[test]
#[ignore = "runs for as long as EVENTODB_HISTORY_MINUTES says: bin/soak"]
fn histories_agree_with_the_model_for_a_long_time() {
    let minutes = number("EVENTODB_HISTORY_MINUTES").unwrap_or(10);
    let first = number(SEED).unwrap_or_else(|| rand::random_range(1_000..u64::from(u32::MAX)));
    let every = number("EVENTODB_HISTORY_EVERY").unwrap_or(10);
    let server = Server::start();
    let (begin, mut tally) = (Instant::now(), Tally::default());
    for seed in first.. {
        if begin.elapsed() >= Duration::from_secs(minutes * 60) {
            break;
        }
        tally.add(&run(&server, seed));
        if tally.histories % every == 0 {
            eprintln!("{} s, seeds {first} to {seed}: {tally}", begin.elapsed().as_secs());
        }
    }
    eprintln!("{} s, no failure: {tally}", begin.elapsed().as_secs());
}
