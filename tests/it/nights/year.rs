//! A year of nights on twenty namespaces, with nobody watching and much that goes wrong.

use std::collections::BTreeMap;
use std::time::Duration;

use chrono::TimeDelta;
use serde_json::Value;

use super::cli::{Cli, Held, Out, sql, var};
use super::metrics;
use super::scene::{is_community, on_s3};
use super::steps;
use super::year_model::{Place, Snapshot, Space, Time, begin};

/// What goes wrong in a night.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Fault {
    None,
    S3Down,
    Locked,
    NoTime,
    Killed,
    DiskAway,
    Reader,
    SeveralJobs,
}

const FAULTS: [Fault; 8] = [
    Fault::SeveralJobs,
    Fault::None,
    Fault::S3Down,
    Fault::Killed,
    Fault::DiskAway,
    Fault::Locked,
    Fault::NoTime,
    Fault::Reader,
];

struct Year {
    cli: Cli,
    spaces: Vec<Space>,
    compresses: bool,
    /// Failpoints that runs have come to.
    seen: Vec<String>,
    /// Whether the last run was killed: a chunk that it had frozen takes no late messages until the next one.
    was_killed: bool,
    told: BTreeMap<String, usize>,
}

fn nights() -> usize {
    // At least one of each fault.
    let usual = if steps::are_all() { 12 } else { FAULTS.len() };
    std::env::var("EVENTODB_NIGHTS").ok().map_or(usual, |n| n.parse().expect("EVENTODB_NIGHTS is a number"))
}

#[test]
fn a_year_of_nights_needs_no_hand() {
    let Some(cli) = Cli::alone() else { return };
    let mut year = Year::new(on_s3(cli));
    let nights = nights();
    let step = TimeDelta::seconds(364 * 86_400 / nights as i64);
    let mut now = begin();
    for night in 1..=nights {
        year.write(night, now);
        now += step;
        year.night(night, FAULTS[night % FAULTS.len()], now);
        year.bring_back(night, now);
    }
    // A late message is archived in one night and expires in the next; what came back goes in its time.
    now += TimeDelta::days(60);
    for night in 1..=3 {
        year.night(nights + night, Fault::None, now);
    }
    year.check_end(now);
    let total = |what: &str| year.told.get(what).copied().unwrap_or_default();
    for what in ["archived", "released", "expired", "S3Down", "Locked", "NoTime", "Killed", "DiskAway"] {
        assert!(total(what) > 0, "no {what} in this year: {:?}", year.told);
    }
    assert!(!year.compresses || total("compressed") > 0, "{:?}", year.told);
    eprintln!("{} nights, {} namespaces, {:?}", nights + 3, year.spaces.len(), year.told);
}

impl Year {
    fn new(cli: Cli) -> Self {
        std::fs::create_dir_all(cli.path("disk/events")).unwrap();
        let prefix = uuid::Uuid::new_v4();
        let bucket = var("EVENTODB_TEST_S3_BUCKET");
        let spaces = (0..20)
            .map(|n| {
                let url = if n % 2 == 0 {
                    format!("file://{}", cli.path(&format!("disk/events/prod{}", n % 3)).display())
                } else {
                    format!("s3://{bucket}/nights/{prefix}/{}", n % 3)
                };
                Space::new(&cli, n, url)
            })
            .collect();
        let compresses = is_community(&cli);
        Self { cli, spaces, compresses, seen: Vec::new(), was_killed: false, told: BTreeMap::new() }
    }

    fn count(&mut self, what: impl Into<String>, n: usize) {
        *self.told.entry(what.into()).or_default() += n;
    }

    fn write(&mut self, night: usize, from: Time) {
        let mut all = String::new();
        for (n, space) in self.spaces.iter_mut().enumerate() {
            let is_late = night > 3 && (n + night).is_multiple_of(4) && !self.was_killed;
            all.push_str(&space.write(n, night, from, is_late));
        }
        sql(&self.cli.db_url, &all);
        // One more, that is imported and finds its own place in the stream.
        let space = &mut self.spaces[night % 20];
        let at = from + TimeDelta::hours(3);
        let line = format!(
            "{{\"id\":\"{}\",\"stream\":\"import-{night}\",\"type\":\"T\",\"data\":null,\"meta\":null,\"time\":\"{}\"}}\n",
            uuid::Uuid::new_v4(),
            at.to_rfc3339_opts(chrono::SecondsFormat::Secs, true)
        );
        space.events.push((at, format!("import-{night}"), 0));
        self.cli.run_with(&["messages", "import", "-n", &space.name], line.as_bytes()).succeeds();
    }

    /// The number of steps that are planned for each namespace, those on chunks that are only compressed apart.
    fn plan(&self) -> BTreeMap<String, (usize, usize)> {
        let mut steps = BTreeMap::new();
        let plan = self.cli.json(&["lifecycle", "run", "--all-namespaces", "--dry-run"]);
        for step in plan.as_array().unwrap() {
            let entry: &mut (usize, usize) = steps.entry(step["namespace"].as_str().unwrap().to_owned()).or_default();
            if step["action"] == "compress" { entry.1 += 1 } else { entry.0 += 1 }
        }
        steps
    }

    fn night(&mut self, night: usize, fault: Fault, now: Time) {
        let ages: String = self.spaces.iter().map(|s| s.ages(now)).collect();
        sql(&self.cli.db_url, &ages);
        let (plan, before) = (self.plan(), Snapshot::take(&self.cli));
        let file = self.cli.path("m.prom");
        let old = std::fs::read(&file).ok();
        let out = self.run(night, fault, &before);
        self.note_points();
        if out.code == -1 {
            assert_eq!(fault, Fault::Killed, "{out:?}");
            assert_eq!(std::fs::read(&file).ok(), old, "a run that was killed tells nothing");
            self.count("Killed", 1);
            self.was_killed = true;
            self.until_locks_are_free();
            return;
        }
        self.was_killed = false;
        let after = Snapshot::take(&self.cli);
        let summary: Value = serde_json::from_str(&out.stdout).unwrap_or_else(|e| panic!("{e}: {out:?}"));
        let samples = metrics::read(&file);
        let mut worst = 0;
        for n in 0..self.spaces.len() {
            let name = self.spaces[n].name.clone();
            let record = summary.as_array().unwrap().iter().find(|r| r["namespace"] == name.as_str());
            let record = record.unwrap_or_else(|| panic!("no {name} in {summary}"));
            let told = format!("night {night}, {fault:?}, {name}: {record}");
            let (store_steps, compressions) = plan.get(&name).copied().unwrap_or_default();
            let code = self.check_night(n, fault, record, (store_steps, compressions), &before, &told);
            self.check_truth(n, record, &samples, &before, &after, &told);
            worst = worst.max(code);
            for what in ["archived", "released", "expired", "compressed", "messages"] {
                self.count(what, record[what].as_u64().unwrap() as usize);
            }
        }
        assert_eq!(out.code, worst, "night {night}, {fault:?}: {out:?}");
    }

    fn run(&self, night: usize, fault: Fault, before: &Snapshot) -> Out {
        let file = self.cli.path("m.prom").display().to_string();
        let mut words = vec!["lifecycle", "run", "--all-namespaces", "-o", "json", "--metrics-file", &file];
        let trace = self.cli.path("points").display().to_string();
        let mut variables = vec![("EVENTODB_FAILPOINTS_TRACE", trace.as_str())];
        let kill = match self.seen.len() {
            0 => "archive.put-manifest.after=kill".to_owned(),
            len => format!("{}=kill", self.seen[night * 7 % len]),
        };
        let run = |words: &[&str], variables: &[(&str, &str)]| self.cli.run_in(variables, words, b"");
        match fault {
            Fault::None => run(&words, &variables),
            Fault::SeveralJobs => {
                words.extend(["--jobs", "3"]);
                run(&words, &variables)
            }
            Fault::S3Down => {
                variables.push(("AWS_ENDPOINT_URL_S3", "http://127.0.0.1:1"));
                run(&words, &variables)
            }
            Fault::NoTime => {
                words.extend(["--max-duration", "300ms"]);
                run(&words, &variables)
            }
            Fault::Killed => {
                variables.push(("EVENTODB_FAILPOINTS", &kill));
                run(&words, &variables)
            }
            Fault::Locked => {
                let _held = [0, 7].map(|n| Held::lifecycle(&self.cli.db_url, &self.spaces[n].name));
                run(&words, &variables)
            }
            Fault::DiskAway => {
                std::fs::rename(self.cli.path("disk"), self.cli.path("away")).unwrap();
                let out = run(&words, &variables);
                std::fs::rename(self.cli.path("away"), self.cli.path("disk")).expect("nothing was made in its place");
                out
            }
            Fault::Reader => {
                let chunk = self.spaces.iter().flat_map(|s| before.chunks(s)).map(|c| c["chunk"].as_str().unwrap());
                let held: Vec<_> = chunk.take(3).map(|c| format!("_timescaledb_internal.{c}")).collect();
                let lock = format!("BEGIN; LOCK TABLE {} IN ACCESS SHARE MODE", held.join(", "));
                let reader = Held::new(&self.cli.db_url, &lock);
                words.extend(["--lock-timeout", "200ms"]);
                std::thread::scope(|scope| {
                    // It reads for a while, as readers do.
                    scope.spawn(move || {
                        std::thread::sleep(Duration::from_secs(2));
                        drop(reader);
                    });
                    run(&words, &variables)
                })
            }
        }
    }

    fn note_points(&mut self) {
        let text = std::fs::read_to_string(self.cli.path("points")).unwrap_or_default();
        for point in
            text.lines().filter(|p| p.starts_with("archive.") || p.starts_with("drop.") || p.starts_with("expire."))
        {
            if !self.seen.iter().any(|s| s == point) {
                self.seen.push(point.to_owned());
            }
        }
    }

    fn until_locks_are_free(&self) {
        let free = "SELECT NOT EXISTS (SELECT FROM pg_locks l JOIN pg_database d ON d.oid = l.database \
                    WHERE d.datname = current_database() AND locktype = 'advisory' AND granted)";
        for _ in 0..200 {
            if sql(&self.cli.db_url, free) == "t" {
                return;
            }
            std::thread::sleep(Duration::from_millis(50));
        }
        panic!("the killed run's session stays");
    }

    /// That a namespace's night went as it had to, by what the test knows of it. Gives the exit code that it is worth.
    fn check_night(
        &mut self,
        n: usize,
        fault: Fault,
        record: &Value,
        plan: (usize, usize),
        before: &Snapshot,
        told: &str,
    ) -> i32 {
        let space = &self.spaces[n];
        let number = |what: &str| record[what].as_u64().unwrap() as usize;
        let done = ["archived", "released", "expired", "compressed"].map(number).iter().sum::<usize>();
        let store_is_down = fault == Fault::S3Down && space.is_on_s3() || fault == Fault::DiskAway && !space.is_on_s3();
        let has_tried = before.archives(space).next().is_some();
        let expected = match fault {
            _ if store_is_down && (plan.0 > 0 || has_tried && n != 19) => {
                assert_eq!(record["failed"], serde_json::json!([space.store]), "{told}");
                assert_eq!((number("left"), number("compressed")), (plan.0, plan.1), "{told}");
                if fault == Fault::S3Down { ("failed", 1) } else { ("failed", 4) }
            }
            Fault::Locked if n == 0 || n == 7 => ("busy", 0),
            Fault::NoTime => {
                assert_eq!(number("left") + done, plan.0 + plan.1, "{told}");
                (if number("left") > 0 { "left" } else { "done" }, 0)
            }
            _ => {
                assert_eq!((number("left"), done), (0, plan.0 + plan.1), "{told}");
                ("done", 0)
            }
        };
        let got = (record["result"].as_str().unwrap(), record["exit_code"].as_i64().unwrap() as i32);
        assert_eq!(got, expected, "{told}");
        if expected.0 != "done" {
            self.count(format!("{fault:?}"), 1);
        }
        expected.1
    }

    /// That summary and metrics say what the database says.
    fn check_truth(
        &self,
        n: usize,
        record: &Value,
        samples: &metrics::Samples,
        before: &Snapshot,
        after: &Snapshot,
        told: &str,
    ) {
        let space = &self.spaces[n];
        let metric = |name: &str| metrics::of(samples, name, &space.name);
        let number = |what: &str| record[what].as_f64().unwrap();
        let newly = |state: &str| {
            let is_new = |a: &&Value| before.state_of(space, &a["id"]) != state;
            after.archives(space).filter(|a| a["state"] == state).filter(is_new).count() as f64
        };
        assert_eq!(newly("dropped"), number("archived") + number("released"), "{told}");
        let expired = after.archives(space).filter(|a| {
            a["state"] == "expired" && a["replaced"] == false && before.state_of(space, &a["id"]) == "dropped"
        });
        assert_eq!(expired.count() as f64, number("expired"), "{told}");
        // Nothing was done here: how the last run went is for the one that did it to tell.
        let is_busy = record["result"] == "busy";
        let number_here = |what: &str| record[what].as_f64().filter(|_| !is_busy);
        for (name, what) in [
            ("last_run_archived_chunks", "archived"),
            ("last_run_archived_messages", "messages"),
            ("last_run_archived_bytes", "stored_bytes"),
            ("last_run_released_chunks", "released"),
            ("last_run_expired_archives", "expired"),
            ("last_run_compressed_chunks", "compressed"),
            ("last_run_left", "left"),
            ("last_run_exit_code", "exit_code"),
        ] {
            assert_eq!(metric(name), number_here(what), "{name}: {told}");
        }
        let failures = record["failed"].as_array().unwrap().len() as f64;
        assert_eq!(metric("last_run_failures"), (!is_busy).then_some(failures), "{told}");
        let success = metric("last_run_success") == Some(1.0);
        assert_eq!(success, record["result"] == "done", "{told}");
        let noted = after.policy(space);
        let same = |metric: Option<f64>, known: &Value| match (metric, known.as_f64()) {
            (Some(a), Some(b)) => (a - b).abs() < 0.01,
            (a, b) => a == b,
        };
        assert!(same(metric("last_run_timestamp_seconds"), &noted["run"]), "{told}");
        assert!(same(metric("last_success_timestamp_seconds"), &noted["success"]), "{told}");
        if is_busy {
            assert_eq!(noted, before.policy(space), "{told}");
        } else {
            assert_eq!(success, noted["run"] == noted["success"], "{told}");
        }
        assert_eq!(metric("oldest_unarchived_chunk_timestamp_seconds"), after.oldest_unarchived(space), "{told}");
        let chunks = |state: &str| metrics::in_state(samples, "chunks", &space.name, state) as usize;
        assert_eq!(chunks("archived"), after.in_state(space, "dropped"), "{told}");
        assert_eq!(chunks("compressed"), after.compressed(space), "{told}");
        let live = ["open", "closed", "compressed", "rehydrated"].map(chunks).iter().sum::<usize>();
        assert_eq!(live, after.chunks(space).count(), "{told}");
    }

    /// Somebody looks at old messages.
    fn bring_back(&mut self, night: usize, now: Time) {
        let snapshot = Snapshot::take(&self.cli);
        for space in &mut self.spaces {
            if let Some((id, ..)) = space.back
                && snapshot.state_of(space, &id.into()) != "rehydrated"
            {
                space.back = None;
            }
        }
        for n in [night * 7 % 20, (night * 3 + 1) % 20] {
            let space = &self.spaces[n];
            let archive = snapshot.archives(space).filter(|a| a["state"] == "dropped").last();
            if let (None, Some(archive)) = (space.back, archive) {
                let id = archive["id"].as_i64().unwrap();
                self.cli.run(&["archives", "rehydrate", &id.to_string(), "-n", &space.name]).succeeds();
                self.spaces[n].back = Some((id, now, now + TimeDelta::days(30)));
                self.count("rehydrated", 1);
            }
        }
    }

    /// Every event is where its policy says, and nothing else is anywhere.
    fn check_end(&mut self, now: Time) {
        let compresses = self.compresses;
        let snapshot = Snapshot::take(&self.cli);
        let mut events = 0;
        for (n, space) in self.spaces.iter().enumerate() {
            let at = |place: Place| space.events.iter().filter(move |e| space.place(e.0, now, compresses) == place);
            let mut live: Vec<_> =
                at(Place::Hot).chain(at(Place::Compressed)).map(|e| format!("{}/{}", e.1, e.2)).collect();
            live.sort();
            let found = sql(
                &self.cli.db_url,
                &format!(
                    "SELECT coalesce(string_agg(m, ',' ORDER BY m COLLATE \"C\"), '') FROM \
                     (SELECT stream_name || '/' || position AS m FROM \"{}\".messages) x",
                    space.schema
                ),
            );
            assert_eq!(found, live.join(","), "{}: live", space.name);
            for chunk in snapshot.chunks(space) {
                let within = |e: &&(Time, String, i64)| {
                    (chunk["s"].as_i64().unwrap()..chunk["e"].as_i64().unwrap()).contains(&e.0.timestamp())
                };
                let compressed = at(Place::Compressed).any(|e| within(&e));
                assert_eq!(chunk["compressed"], compressed, "{}: {chunk}", space.name);
            }
            for (place, state) in [(Place::Archived, "dropped"), (Place::Expired, "expired")] {
                let mut by_range: BTreeMap<(i64, i64), i64> = BTreeMap::new();
                for a in snapshot.archives(space).filter(|a| a["state"] == state && a["replaced"] == false) {
                    let range = (a["s"].as_i64().unwrap(), a["e"].as_i64().unwrap());
                    *by_range.entry(range).or_default() += a["n"].as_i64().unwrap();
                }
                let held: i64 = by_range.values().sum();
                assert_eq!(held as usize, at(place).count(), "{}: {state}", space.name);
                for (range, messages) in by_range {
                    let written = at(place).filter(|e| (range.0..range.1).contains(&e.0.timestamp())).count();
                    assert_eq!(written as i64, messages, "{}: {state} in {range:?}", space.name);
                }
            }
            let odd: Vec<_> = ["planned", "exported", "uploaded", "verified", "rehydrated"]
                .into_iter()
                .filter(|s| snapshot.in_state(space, s) > 0)
                .collect();
            assert!(odd.is_empty(), "{}: {odd:?}", space.name);
            self.cli.run(&["coverage", "-q", "-n", &space.name]).succeeds();
            if n.is_multiple_of(5) {
                self.cli.run(&["archives", "verify", "--all", "-q", "-n", &space.name]).succeeds();
            }
            let version = sql(&self.cli.db_url, &format!("SELECT \"{}\".stream_version('quiet-1')", space.schema));
            assert_eq!(version, (nights() - 1).to_string(), "{}", space.name);
            events += space.events.len();
        }
        self.count("events", events);
    }
}
