//! The metrics file, read as strictly as its format is written down.

use std::collections::{BTreeMap, BTreeSet};
use std::path::Path;
use std::process::Command;

use super::cli::{BINARY, Cli, entries, sql};
use super::scene::{RUN, archive_all, filled, two};

/// Samples by name and labels.
pub type Samples = BTreeMap<(String, Vec<(String, String)>), f64>;

fn is_name(text: &str) -> bool {
    !text.is_empty()
        && !text.starts_with(|c: char| c.is_ascii_digit())
        && text.chars().all(|c| c.is_ascii_alphanumeric() || c == '_' || c == ':')
}

/// The samples of a text in Prometheus' format: each family's HELP and TYPE once and before its samples, samples of a
/// family together, names and escapes as they must be, no sample twice, a newline at the end.
pub fn parse(text: &str) -> Samples {
    assert!(text.is_empty() || text.ends_with('\n'), "the last line has no end: {text}");
    let (mut samples, mut helped, mut typed) = (Samples::new(), BTreeSet::new(), BTreeSet::new());
    let mut family = String::new();
    for line in text.lines() {
        if let Some(help) = line.strip_prefix("# HELP ") {
            let (name, help) = help.split_once(' ').expect("a name and a text");
            assert!(is_name(name) && !help.is_empty() && helped.insert(name.to_owned()), "{line}");
            name.clone_into(&mut family);
        } else if let Some(kind) = line.strip_prefix("# TYPE ") {
            let (name, kind) = kind.split_once(' ').expect("a name and a type");
            assert!(name == family && kind == "gauge" && typed.insert(name.to_owned()), "{line}");
        } else {
            let (name, rest) = line.split_once('{').expect("labels");
            assert!(name == family && typed.contains(name), "{line}: not among the samples of {name}");
            let (labels, value) = labels(rest);
            assert!(labels.iter().any(|(name, _)| name == "namespace"), "{line}");
            let value: f64 = value.strip_prefix(' ').unwrap().parse().unwrap();
            assert!(value.is_finite() && samples.insert((name.to_owned(), labels), value).is_none(), "{line}");
        }
    }
    assert_eq!(helped, typed);
    samples
}

/// `name="value",…}`, and what comes after.
fn labels(mut rest: &str) -> (Vec<(String, String)>, &str) {
    let mut labels = Vec::new();
    loop {
        let (name, quoted) = rest.split_once("=\"").expect("a label");
        assert!(is_name(name) && !name.contains(':'), "{name}");
        let (mut value, mut chars) = (String::new(), quoted.char_indices());
        let end = loop {
            match chars.next().expect("a closing quote") {
                (at, '"') => break at,
                (_, '\\') => value.push(match chars.next().expect("an escaped character").1 {
                    'n' => '\n',
                    c @ ('\\' | '"') => c,
                    c => panic!("\\{c} is no escape"),
                }),
                (_, c) => value.push(c),
            }
        };
        labels.push((name.to_owned(), value));
        rest = &quoted[end + 1..];
        match rest.split_at(1) {
            (",", more) => rest = more,
            ("}", more) => return (labels, more),
            (c, _) => panic!("{c} after a label"),
        }
    }
}

pub fn read(path: &Path) -> Samples {
    parse(&std::fs::read_to_string(path).unwrap())
}

/// A namespace's sample without other labels.
pub fn of(samples: &Samples, name: &str, namespace: &str) -> Option<f64> {
    let labels = vec![("namespace".to_owned(), namespace.to_owned())];
    samples.get(&(format!("eventodb_admin_{name}"), labels)).copied()
}

/// Chunks, or bytes, in a state.
pub fn in_state(samples: &Samples, name: &str, namespace: &str, state: &str) -> f64 {
    let labels = vec![("namespace".to_owned(), namespace.to_owned()), ("state".to_owned(), state.to_owned())];
    samples.get(&(format!("eventodb_admin_{name}"), labels)).copied().unwrap_or(0.0)
}

#[test]
fn the_metrics_file_tells_what_was_done_and_what_is_there() {
    let cli = filled(3);
    archive_all(&cli);
    let file = cli.path("m.prom");
    let summary = super::scene::night(&cli, &["--metrics-file", file.to_str().unwrap()]);
    let samples = read(&file);
    let one = |name: &str| of(&samples, name, &cli.namespace);
    assert_eq!((one("last_run_archived_chunks"), one("last_run_archived_messages")), (Some(3.0), Some(60.0)));
    assert_eq!(one("last_run_archived_bytes"), summary["stored_bytes"].as_f64());
    assert_eq!(
        (one("last_run_success"), one("last_run_exit_code"), one("last_run_failures")),
        (Some(1.0), Some(0.0), Some(0.0))
    );
    assert_eq!(
        (one("oldest_unarchived_chunk_timestamp_seconds"), one("policy_archive_after_seconds")),
        (None, Some(0.0))
    );
    assert_eq!(in_state(&samples, "chunks", &cli.namespace, "archived"), 3.0);
    assert_eq!(
        in_state(&samples, "chunk_bytes", &cli.namespace, "archived"),
        summary["stored_bytes"].as_f64().unwrap()
    );
    let known = sql(
        &cli.db_url,
        &format!(
            "SELECT floor(extract(epoch FROM last_success_at)) FROM eventodb_store.policies WHERE namespace = '{}'",
            cli.namespace
        ),
    );
    assert_eq!(one("last_success_timestamp_seconds").unwrap().floor().to_string(), known);
}

#[test]
fn the_oldest_chunk_that_is_in_no_archive_is_told_by_its_end() {
    let cli = filled(3);
    super::scene::set(&cli, &["--archive-after", "1000y", "--store", &super::scene::store(&cli)]);
    cli.run(&["chunks", "archive", &super::scene::chunks(&cli)[0], "--keep", "--store", &super::scene::store(&cli)])
        .succeeds();
    let file = cli.path("m.prom");
    cli.run(&[&RUN[..], &["--metrics-file", file.to_str().unwrap()]].concat()).succeeds();
    // The first week is in an archive, though it was kept; the second ended on 17 January 2013.
    assert_eq!(of(&read(&file), "oldest_unarchived_chunk_timestamp_seconds", &cli.namespace), Some(1_358_380_800.0));
}

#[test]
fn the_collector_may_read_the_metrics_file_whatever_the_umask_is() {
    use std::os::unix::fs::PermissionsExt;
    let cli = filled(1);
    archive_all(&cli);
    let file = cli.path("m.prom");
    let program = cli.file("run", format!("umask 077\nexec {BINARY} \"$@\"\n"));
    let out = Command::new("sh")
        .arg(program)
        .args(RUN)
        .args(["--metrics-file", file.to_str().unwrap()])
        .envs(cli.variables())
        .output()
        .unwrap();
    assert!(out.status.success(), "{out:?}");
    assert_eq!(file.metadata().unwrap().permissions().mode() & 0o777, 0o644);
}

#[test]
fn a_reader_of_the_metrics_file_never_sees_a_part_of_it() {
    let cli = filled(1);
    archive_all(&cli);
    let file = cli.path("m.prom");
    let words = [&RUN[..], &["--metrics-file", file.to_str().unwrap()]].concat();
    cli.run(&words).succeeds();
    let (path, done) = (file.clone(), std::sync::Arc::new(std::sync::atomic::AtomicBool::new(false)));
    let is_done = std::sync::Arc::clone(&done);
    let reader = std::thread::spawn(move || {
        let mut seen = 0;
        while !is_done.load(std::sync::atomic::Ordering::SeqCst) {
            let samples = read(&path);
            assert!(samples.len() > 10, "{samples:?}");
            seen += 1;
        }
        seen
    });
    for _ in 0..5 {
        cli.run(&words).succeeds();
    }
    done.store(true, std::sync::atomic::Ordering::SeqCst);
    assert!(reader.join().unwrap() > 5);
}

#[test]
fn the_old_metrics_stay_where_new_ones_cannot_be_written() {
    let cli = filled(1);
    archive_all(&cli);
    std::fs::create_dir(cli.path("collector")).unwrap();
    let file = cli.path("collector/m.prom");
    let words = [&RUN[..], &["--metrics-file", file.to_str().unwrap()]].concat();
    cli.run(&words).succeeds();
    let before = std::fs::read_to_string(&file).unwrap();
    // No file may grow: what a full disk looks like to the program.
    let out = Command::new("sh")
        .args(["-c", "trap '' XFSZ; ulimit -f 0; exec \"$@\"", "sh", BINARY])
        .args(&words)
        .env_clear()
        .envs(cli.variables())
        .output()
        .unwrap();
    let stderr = String::from_utf8_lossy(&out.stderr);
    assert_eq!(out.status.code(), Some(1), "{stderr}");
    assert!(stderr.contains("m.prom"), "{stderr}");
    assert!(String::from_utf8_lossy(&out.stdout).contains("done"), "the summary is told all the same");
    assert_eq!(
        (std::fs::read_to_string(&file).unwrap(), entries(&cli.path("collector"))),
        (before, vec!["m.prom".to_owned()])
    );
}

#[test]
fn namespaces_that_a_run_did_not_come_to_keep_their_past_in_the_metrics() {
    let Some((one, two)) = two(1) else { return };
    archive_all(&one);
    archive_all(&two);
    let file = one.path("m.prom");
    let words = ["lifecycle", "run", "--all-namespaces", "--metrics-file", file.to_str().unwrap()];
    one.run(&words).succeeds();
    let good = read(&file);
    // A namespace whose session cannot look at it any more: its schema is gone.
    let schema = super::scene::schema(&two);
    sql(&one.db_url, &format!("ALTER SCHEMA \"{schema}\" RENAME TO gone"));
    let out = one.run(&words);
    assert_ne!(out.code, 0, "{out:?}");
    let bad = read(&file);
    let of = |samples: &Samples, cli: &Cli, name: &str| of(samples, name, &cli.namespace);
    assert_eq!(of(&bad, &two, "last_success_timestamp_seconds"), of(&good, &two, "last_success_timestamp_seconds"));
    assert_eq!(of(&bad, &two, "last_run_success"), Some(0.0));
    assert!(of(&bad, &one, "last_success_timestamp_seconds") > of(&good, &one, "last_success_timestamp_seconds"));
}
