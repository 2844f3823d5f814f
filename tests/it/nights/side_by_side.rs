//! Namespaces of one run, side by side.

use std::time::Duration;

use serde_json::{Value, json};

use super::cli::{Cli, Held, Out, sql};
use super::scene::{
    ALL, chunks, ended, of, reader, run_json, schema, set, several, signal, start_all, summary, wait_until,
};

const UNDER_WAY: &str = "(SELECT count(*) FROM eventodb_store.runs WHERE ended_at IS NULL)";
/// Without freezing, what has been done to a chunk is seen once it is dropped.
const CHUNKS: &str =
    "(SELECT count(*) FROM eventodb_store.archives WHERE state IN ('planned', 'exported', 'uploaded', 'verified'))";

fn one_of_each(all: &[Cli]) -> Vec<Held> {
    all.iter().map(|cli| reader(cli, &chunks(cli)[0])).collect()
}

fn results(run: &Value) -> Vec<&str> {
    run.as_array().unwrap().iter().map(|r| r["result"].as_str().unwrap()).collect()
}

fn lines(out: &Out) -> Vec<Value> {
    out.stderr.lines().map(|line| serde_json::from_str(line).unwrap_or_else(|e| panic!("{e}: {line}"))).collect()
}

#[test]
fn so_many_namespaces_are_under_way_at_a_time_as_there_are_jobs() {
    let Some(all) = several(5, 1) else { return };
    let readers = one_of_each(&all);
    // Unasked it is four; each waits for its reader.
    let run = start_all(&all[0], &[]);
    wait_until(&all[0], &format!("SELECT {UNDER_WAY} = 4"));
    std::thread::sleep(Duration::from_millis(300));
    assert_eq!(sql(&all[0].db_url, &format!("SELECT {UNDER_WAY}")), "4");
    wait_until(&all[0], &format!("SELECT {CHUNKS} = 4"));
    drop(readers);
    let run = ended(run);
    assert_eq!((run.code, results(&summary(&run))), (0, vec!["done"; 5]), "{run:?}");
    for cli in &all {
        cli.run(&["coverage"]).succeeds();
    }
}

#[test]
fn one_job_is_one_namespace_after_the_other() {
    let Some(all) = several(2, 1) else { return };
    let readers = one_of_each(&all);
    let run = start_all(&all[0], &["--jobs", "1"]);
    wait_until(&all[0], &format!("SELECT {CHUNKS} = 1"));
    std::thread::sleep(Duration::from_millis(500));
    assert_eq!(sql(&all[0].db_url, "SELECT count(DISTINCT namespace) FROM eventodb_store.archives"), "1");
    drop(readers);
    assert_eq!(ended(run).code, 0);
}

#[test]
fn jobs_count_chunks_of_all_namespaces_together() {
    let Some(all) = several(2, 4) else { return };
    let readers: Vec<_> = all.iter().flat_map(|cli| chunks(cli).into_iter().map(|c| reader(cli, &c))).collect();
    let run = start_all(&all[0], &["--jobs", "3"]);
    // A chunk of each, and one more of either.
    wait_until(&all[0], &format!("SELECT {CHUNKS} = 3"));
    std::thread::sleep(Duration::from_millis(500));
    let seen = "SELECT count(DISTINCT chunk_name) || ' of ' || count(DISTINCT namespace) FROM eventodb_store.archives";
    assert_eq!(sql(&all[0].db_url, seen), "3 of 2");
    drop(readers);
    let run = ended(run);
    assert_eq!(run.code, 0, "{run:?}");
    assert_eq!(sql(&all[0].db_url, "SELECT count(*) FROM eventodb_store.archives WHERE state = 'dropped'"), "8");
}

#[test]
fn records_come_in_the_order_of_names_and_each_line_says_its_own_namespace() {
    let Some(all) = several(6, 1) else { return };
    // Failures to tell of, at the same time: no store, and columns that should not be there.
    for (n, cli) in all.iter().enumerate() {
        match n % 3 {
            0 => set(cli, &["--store", &format!("file://{}", cli.path("nowhere/at/all").display())]),
            1 => drop(sql(&cli.db_url, &format!("ALTER TABLE \"{}\".messages ADD COLUMN odd text", schema(cli)))),
            _ => {}
        }
    }
    let words = [&ALL[..], &["-o", "json", "--log-format", "json"]].concat();
    let out = all[0].run_in(&[("RUST_LOG", "eventodb_admin=debug")], &words, b"");
    let summary = summary(&out);
    let names: Vec<_> = summary.as_array().unwrap().iter().map(|r| r["namespace"].as_str().unwrap()).collect();
    let mut sorted: Vec<_> = all.iter().map(|cli| cli.namespace.as_str()).collect();
    sorted.sort_unstable();
    assert_eq!(names, sorted);
    let lines = lines(&out);
    for cli in &all {
        let of_it = lines.iter().filter(|line| line["namespace"] == cli.namespace.as_str());
        let told: Vec<_> = of_it.clone().map(ToString::to_string).collect();
        let is_well = of(&summary, cli)["result"] == "done";
        assert_eq!(of_it.filter(|line| line["level"] == "error").count(), usize::from(!is_well), "{told:#?}");
        let others = all.iter().filter(|other| other.namespace != cli.namespace);
        assert!(others.flat_map(|o| told.iter().map(move |t| t.contains(&o.namespace))).all(|has| !has), "{told:#?}");
    }
    let about_all: Vec<_> = lines.iter().filter(|line| line["namespace"].is_null()).map(ToString::to_string).collect();
    assert!(about_all.iter().all(|line| all.iter().all(|cli| !line.contains(&cli.namespace))), "{about_all:#?}");
    // For people each line begins with it, but for the last one, which is about all.
    let out = all[0].run(&ALL);
    let told: Vec<_> = out.stderr.lines().filter(|line| !line.starts_with("hint: ")).collect();
    let (last, of_one) = told.split_last().unwrap();
    assert!(last.starts_with("not all is well: 4 of 6 namespaces failed"), "{out:?}");
    let titled =
        |line: &&str| line.trim_start_matches("error: ").trim_start_matches("warning: ").starts_with("namespace t");
    assert!(of_one.len() >= 4 && of_one.iter().all(titled), "{out:?}");
}

#[test]
fn a_stop_ends_each_namespace_at_its_next_safe_point_and_begins_no_other() {
    let Some(all) = several(3, 2) else { return };
    let readers = one_of_each(&all);
    let run = start_all(&all[0], &["--jobs", "2"]);
    wait_until(&all[0], &format!("SELECT {CHUNKS} = 2"));
    signal(&run, "TERM");
    let run = ended(run);
    let records = summary(&run);
    assert_eq!((run.code, results(&records)), (143, vec!["stopped"; 2]), "{run:?}");
    assert!(run.stderr.contains("stopped as asked: 2 namespaces"), "{run:?}");
    assert!(records.as_array().unwrap().iter().all(|r| r["left"] == 2 || r["left"] == 1), "{records}");
    assert_eq!(sql(&all[0].db_url, "SELECT count(*) FROM eventodb_store.runs WHERE result = 'stopped'"), "2");
    drop(readers);
    let (code, run) = run_json(&all[0], &ALL);
    assert_eq!((code, results(&run)), (0, vec!["done"; 3]), "{run}");
    for cli in &all {
        assert_eq!(chunks(cli), Vec::<String>::new());
        cli.run(&["coverage"]).succeeds();
    }
}

#[test]
fn a_namespace_that_fails_stops_none_of_those_beside_it() {
    let Some(all) = several(4, 2) else { return };
    let bad = chunks(&all[1])[0].clone();
    sql(
        &all[1].db_url,
        &format!("CREATE VIEW \"{}\".seen AS SELECT * FROM _timescaledb_internal.{bad}", schema(&all[1])),
    );
    let (code, run) = run_json(&all[0], &ALL);
    assert_eq!(code, 1, "{run}");
    for (n, cli) in all.iter().enumerate() {
        let (result, archived) = if n == 1 { ("failed", 1) } else { ("done", 2) };
        let record = of(&run, cli);
        assert_eq!((&record["result"], &record["archived"]), (&json!(result), &json!(archived)), "{run}");
    }
}
