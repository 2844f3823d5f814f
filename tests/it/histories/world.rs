//! A namespace, its store and its model, and what actions do to them.

use std::fmt::Write as _;
use std::time::{Duration, Instant};

use uuid::Uuid;

use crate::histories::actions::{Action, Late, Line, Meanwhile, Stop, WEEKS, What};
use crate::histories::archives::{self, Kind, Place, Row};
use crate::histories::model::{Batch, Draft, Model, Sent};
use crate::histories::program::{End, Out, Running};
use crate::histories::rows::{body, insert};
use crate::histories::server::{Server, Sql, quoted};
use crate::histories::tally::Tally;

/// The streams of a history. Some have no category, blanks, quotes.
pub const STREAMS: [&str; 7] = ["account-1", "account-2", "order-1", "order-a \"b\", c", "quiet", "late-1", "late-2+x"];

/// Rows that a writer inserts at most while a command runs.
const BESIDE: u8 = 30;

/// The first microsecond of a chunk of 2013.
const BEGIN: i64 = 1_357_171_200_000_000;
const WEEK: i64 = 604_800_000_000;

/// A run about to be made.
pub struct Prepared {
    pub args: Vec<String>,
    pub stdin: Vec<u8>,
    /// What arrives if it succeeds.
    pub drafts: Vec<Draft>,
    /// Exit codes that are right where nothing interferes.
    pub exits: Vec<i32>,
    /// What standard output must say of the write.
    pub position: Option<i64>,
}

/// What an export gave, and what it must at least have given.
pub struct Exported {
    pub out: Vec<String>,
    pub before: Vec<String>,
}

/// A history in progress.
pub struct World<'a> {
    pub server: &'a Server,
    pub sql: Sql,
    pub namespace: String,
    pub place: Place,
    pub community: bool,
    pub model: Model,
    pub ledger: Vec<Row>,
    /// Chunks that refuse writers.
    pub frozen: i64,
    /// Whether a run was ever killed: those leave temporary files behind.
    pub killed: bool,
    pub log: String,
    pub exports: Vec<Exported>,
    ids: u128,
    pub env: Vec<(String, String)>,
}

impl<'a> World<'a> {
    pub fn new(server: &'a Server, kind: Kind) -> Result<Self, String> {
        let namespace = format!("h{}", Uuid::new_v4().simple());
        let folder = || tempfile::Builder::new().prefix("eventodb-history-").tempdir().unwrap();
        let place = match kind {
            Kind::S3 => Place::s3(&format!("histories/{namespace}")),
            Kind::Folder => Place::Folder(folder()),
            Kind::Two => Place::Two(folder()),
        };
        let separator = if server.url.contains('?') { '&' } else { '?' };
        let mut env = vec![
            ("PATH".to_owned(), std::env::var("PATH").unwrap_or_default()),
            ("HOME".to_owned(), std::env::temp_dir().display().to_string()),
            // The sessions of a killed run are known by it.
            ("EVENTODB_DB_URL".to_owned(), format!("{}{separator}application_name={namespace}", server.url)),
            ("EVENTODB_NAMESPACE".to_owned(), namespace.clone()),
            ("EVENTODB_STORE".to_owned(), place.url()),
            ("EVENTODB_CACHE_SIZE".to_owned(), "0".to_owned()),
        ];
        if kind == Kind::S3 {
            let names = [
                "AWS_ACCESS_KEY_ID",
                "AWS_SECRET_ACCESS_KEY",
                "AWS_SESSION_TOKEN",
                "AWS_REGION",
                "AWS_ENDPOINT_URL_S3",
            ];
            env.extend(names.iter().filter_map(|n| Some(((*n).to_owned(), crate::histories::servers::find_var(n)?))));
        }
        let sql = Sql::new(&server.url);
        let license = sql.one("SELECT current_setting('timescaledb.license')");
        let world = Self {
            server,
            sql,
            namespace,
            place,
            community: license.as_deref() == Some("timescale"),
            model: Model::default(),
            ledger: Vec::new(),
            frozen: 0,
            killed: false,
            log: String::new(),
            exports: Vec::new(),
            ids: 0,
            env,
        };
        let name = world.namespace.clone();
        world.cli(&["namespaces", "create", &name, "--compress-after", "never"], &[0])?;
        if let Some(copy) = world.place.copy_url() {
            world.cli(&["policy", "set", "--store", &world.place.url(), "--copy", &copy], &[0])?;
        }
        Ok(world)
    }

    pub fn schema(&self) -> String {
        format!("tsdb_{}", self.namespace)
    }

    /// A run that nothing interferes with.
    pub fn cli(&self, args: &[&str], exits: &[i32]) -> Result<Out, String> {
        Ok(self.all_of(&[(args, exits)])?.remove(0))
    }

    /// Runs that read, side by side where the server lets them.
    pub fn all_of(&self, runs: &[(&[&str], &[i32])]) -> Result<Vec<Out>, String> {
        let start = |args: &[&str]| {
            let args: Vec<String> = args.iter().map(ToString::to_string).collect();
            Running::start(&self.env, &args, b"")
        };
        let all: Vec<Out> = if self.server.sessions {
            let running: Vec<_> = runs.iter().map(|(args, _)| start(args)).collect();
            running.into_iter().map(Running::wait).collect::<Result<_, _>>()?
        } else {
            runs.iter().map(|(args, _)| start(args).wait()).collect::<Result<_, _>>()?
        };
        for (out, (args, exits)) in all.iter().zip(runs) {
            if !matches!(out.end, End::Code(code) if exits.contains(&code)) {
                return Err(format!(
                    "{} ended with {:?}, not {exits:?}: {}",
                    args.join(" "),
                    out.end,
                    out.stderr.trim()
                ));
            }
        }
        Ok(all)
    }

    pub fn clock(&self) -> i64 {
        self.sql.number("SELECT (extract(epoch FROM clock_timestamp()) * 1000000)::bigint")
    }

    /// The chunks whose time is over.
    pub fn closed(&self) -> Vec<String> {
        let rows = self.sql.rows(&format!(
            "SELECT chunk_name FROM timescaledb_information.chunks
              WHERE hypertable_schema = {} AND range_end <= now() ORDER BY range_start",
            quoted(&self.schema())
        ));
        rows.into_iter().filter_map(|r| r.into_iter().next()?).collect()
    }

    pub fn draft(&mut self, line: Line, position: i64) -> Draft {
        self.ids += 1;
        let (kind, data, metadata) = body(line.body, self.ids);
        let offset = i128::from(line.at) * i128::from(WEEK - 1) / i128::from(u16::MAX);
        Draft {
            id: Uuid::from_u128(self.ids),
            stream: STREAMS[usize::from(line.stream) % STREAMS.len()].to_owned(),
            kind,
            position,
            global_position: None,
            data,
            metadata,
            time: Some(BEGIN + i64::from(line.week) * WEEK + i64::try_from(offset).unwrap()),
        }
    }

    /// Global positions that nobody has, below the highest; never the same twice.
    pub fn gaps(&self) -> Vec<i64> {
        (1..self.model.last_global_position()).filter(|g| !self.model.events.contains_key(g)).collect()
    }

    pub fn late_drafts(&mut self, late: Late, stream: Option<&str>) -> Vec<Draft> {
        let stream = stream.unwrap_or(STREAMS[usize::from(late.first.stream) % STREAMS.len()]).to_owned();
        let version = self.model.version(&stream);
        let mut gaps = if late.in_gaps { self.gaps() } else { Vec::new() };
        (0..late.rows)
            .map(|row| {
                let mut line = late.first;
                line.at = line.at.wrapping_add(u16::from(row) * 997);
                line.body = line.body.wrapping_add(row);
                if stream.starts_with("beside") {
                    line.week = (line.week + row) % WEEKS;
                }
                let mut draft = self.draft(line, version + 1 + i64::from(row));
                draft.stream.clone_from(&stream);
                // Only here: a JSON null is not the absence of JSON.
                if line.body.is_multiple_of(11) {
                    draft.data = Some("null".into());
                }
                if !gaps.is_empty() {
                    draft.global_position = Some(gaps.remove(usize::from(line.at) % gaps.len()));
                }
                draft
            })
            .collect()
    }

    fn spawn(&mut self, p: &Prepared, failpoints: Option<&str>) -> Running {
        let mut env = self.env.clone();
        if let Some(failpoints) = failpoints {
            env.push(("EVENTODB_FAILPOINTS".into(), failpoints.into()));
        }
        Running::start(&env, &p.args, &p.stdin)
    }

    /// Takes a step, and looks whether all is as it should be.
    pub fn step(&mut self, action: &Action, tally: &mut Tally) -> Result<(), String> {
        let clock = self.clock();
        let begin = Instant::now();
        let batches = match action {
            Action::Run(what, meanwhile) => self.run(what, meanwhile, tally)?,
            Action::Late(late) => {
                tally.count("late insert");
                let drafts = self.late_drafts(*late, None);
                let batches = insert(&self.sql, &self.schema(), drafts, 1)?;
                if self.frozen == 0 && batches.iter().any(|b| b.sent != Sent::Done) {
                    return Err(format!("a writer was refused, and no chunk is frozen: {batches:?}"));
                }
                batches
            }
            Action::Bypass(late) => self.bypass(*late, tally)?,
            Action::InACopy(what) => {
                self.in_a_copy(what, tally)?;
                Vec::new()
            }
            Action::Restart(how) => {
                self.restart(*how, tally);
                Vec::new()
            }
            Action::Away(which) => {
                self.place.turn(*which, tally);
                Vec::new()
            }
        };
        let acted = begin.elapsed();
        self.check(&batches, (clock, self.clock()), tally)?;
        let _ = writeln!(
            self.log,
            "     {} ms, looked at for {} ms",
            acted.as_millis(),
            (begin.elapsed() - acted).as_millis()
        );
        let quiet = matches!(action, Action::Run(What::Archive { .. } | What::Rehydrate(_), Meanwhile::Nothing));
        if quiet && self.frozen > 0 {
            return Err(format!("{} chunks are left frozen after a run that had no fault", self.frozen));
        }
        Ok(())
    }

    fn restart(&mut self, how: Stop, tally: &mut Tally) {
        if let Some(cluster) = &self.server.cluster {
            tally.count(if how == Stop::Fast { "restart fast" } else { "restart immediate" });
            cluster.restart(if how == Stop::Fast { "fast" } else { "immediate" });
        }
    }

    fn run(&mut self, what: &What, meanwhile: &Meanwhile, tally: &mut Tally) -> Result<Vec<Batch>, String> {
        let Some(prepared) = self.prepare(what) else {
            let _ = writeln!(self.log, "     nothing to do it to");
            return Ok(Vec::new());
        };
        tally.count(what.name());
        let before = self.model.lines();
        let failpoint = match meanwhile {
            Meanwhile::Failpoint(name, how) => Some(format!("{name}={how}")),
            _ => None,
        };
        let mut second = None;
        let mut batches = Vec::new();
        if let Meanwhile::Setting(setting, of) = meanwhile {
            tally.count(setting);
            self.set(setting, *of);
        }
        let mut running = self.spawn(&prepared, failpoint.as_deref());
        let pause = |ms: u16| std::thread::sleep(Duration::from_millis(u64::from(ms)));
        match meanwhile {
            Meanwhile::Nothing | Meanwhile::Failpoint(..) | Meanwhile::Setting(..) => {}
            Meanwhile::Signal(name, at) => {
                pause(*at);
                running.signal(name);
            }
            Meanwhile::Restart(how, at) => {
                pause(*at);
                self.restart(*how, tally);
            }
            Meanwhile::Writer(late) => {
                // An import may bring the global position that is free now.
                let in_gaps = late.in_gaps && prepared.drafts.is_empty();
                tally.count("writer meanwhile");
                batches = self.write_beside(Late { in_gaps, rows: BESIDE, ..*late }, late.rows, &mut running)?;
            }
            Meanwhile::Second(what, at) => {
                pause(*at);
                if let Some(prepared) = self.prepare(what) {
                    tally.count("second run meanwhile");
                    let running = self.spawn(&prepared, None);
                    second = Some((what.as_ref(), prepared, running));
                }
            }
        }
        let out = running.wait();
        if let Meanwhile::Setting(setting, of) = meanwhile {
            self.reset(setting, *of);
        }
        let out = out?;
        self.took(what, &prepared, meanwhile, &out, &before, tally)?;
        if let Some((what, prepared, running)) = second {
            let out = running.wait()?;
            self.took(what, &prepared, meanwhile, &out, &before, tally)?;
        }
        let interrupted = !matches!(
            meanwhile,
            Meanwhile::Nothing | Meanwhile::Writer(_) | Meanwhile::Second(..) | Meanwhile::Setting(..)
        );
        if interrupted {
            self.await_silence()?;
        }
        let sent = match out.end {
            End::Code(0) => Sent::Done,
            End::Code(2 | 4) => Sent::Refused,
            _ if interrupted => Sent::Perhaps,
            _ => Sent::Refused,
        };
        batches.push(Batch { drafts: prepared.drafts, sent });
        Ok(batches)
    }

    /// Rows for all weeks in turn, as long as the run goes on.
    fn write_beside(&mut self, late: Late, pause: u8, running: &mut Running) -> Result<Vec<Batch>, String> {
        let stream = format!("beside-{}", late.first.stream % 2);
        let sql = Sql::new(&self.server.url);
        let mut batches: Vec<Batch> = Vec::new();
        for draft in self.late_drafts(late, Some(&stream)) {
            if !running.goes_on() || batches.last().is_some_and(|b| b.sent != Sent::Done) {
                break;
            }
            batches.extend(insert(&sql, &self.schema(), vec![draft], 50)?);
            std::thread::sleep(Duration::from_millis(3 * u64::from(pause)));
        }
        Ok(batches)
    }

    /// Looks at how a run ended.
    fn took(
        &mut self,
        what: &What,
        prepared: &Prepared,
        meanwhile: &Meanwhile,
        out: &Out,
        before: &[String],
        tally: &mut Tally,
    ) -> Result<(), String> {
        let _ = writeln!(self.log, "     {} → {:?}", prepared.args.join(" "), out.end);
        for line in out.stderr.lines().take(3) {
            let _ = writeln!(self.log, "       {line}");
        }
        let mut exits = prepared.exits.clone();
        if self.place.is_away() {
            exits.push(1);
        }
        let mut signals: &[i32] = &[];
        let writes = !prepared.drafts.is_empty() || matches!(what, What::WriteAgain { .. });
        match meanwhile {
            Meanwhile::Nothing => {}
            Meanwhile::Failpoint(_, "kill") => signals = &[6],
            Meanwhile::Failpoint(..) => exits.push(1),
            Meanwhile::Signal(name, _) => {
                (signals, exits) = match *name {
                    "INT" => (&[2], [exits, vec![130]].concat()),
                    "TERM" => (&[15], [exits, vec![143]].concat()),
                    _ => (&[9], exits),
                };
            }
            // What cannot be pinned is refused.
            Meanwhile::Setting(..) => exits.extend([1, 5, 8]),
            // The lock is gone with the session.
            Meanwhile::Restart(..) => exits.extend([1, 7]),
            // A writer holds the chunk, or is kept out of it.
            Meanwhile::Writer(_) if matches!(what, What::Write { .. } | What::WriteAgain { .. }) => {}
            // It may have been handed the global position that a line brings.
            Meanwhile::Writer(_) if writes => exits.extend([1, 4, 7]),
            Meanwhile::Writer(_) => exits.push(1),
            Meanwhile::Second(..) if writes && !matches!(what, What::Import { .. }) => {}
            Meanwhile::Second(..) => exits.extend([1, 3, 7]),
        }
        match out.end {
            End::Code(code) if exits.contains(&code) => {}
            End::Signal(signal) if signals.contains(&signal) => {
                self.killed = true;
                tally.count("kill");
            }
            end => {
                return Err(format!(
                    "{} ended with {end:?}, not {exits:?}: {}",
                    prepared.args.join(" "),
                    out.stderr.trim()
                ));
            }
        }
        if out.end == End::Code(0) {
            if let Some(position) = prepared.position {
                let said = serde_json::from_str::<serde_json::Value>(&out.stdout).map_err(|e| e.to_string())?;
                if said["position"] != position {
                    return Err(format!("it said {}, not position {position}", out.stdout.trim()));
                }
            }
            if matches!(what, What::Export) {
                let out = out.stdout.lines().map(ToOwned::to_owned).collect();
                self.exports.push(Exported { out, before: before.to_vec() });
            }
        }
        Ok(())
    }

    /// Waits until the server has noticed that the sessions of killed runs are gone.
    fn await_silence(&self) -> Result<(), String> {
        let begin = Instant::now();
        let query = format!(
            "SELECT string_agg(pid || ' ' || state || ' ' || left(query, 80), '; ') FROM pg_stat_activity
              WHERE application_name = {}",
            quoted(&self.namespace)
        );
        while let Some(sessions) = self.sql.one(&query) {
            if begin.elapsed() > Duration::from_secs(30) {
                return Err(format!("sessions of a run that ended go on: {sessions}"));
            }
            std::thread::sleep(Duration::from_millis(20));
        }
        Ok(())
    }

    pub fn read_ledger(&mut self) {
        self.ledger = archives::ledger(&self.sql, &self.namespace);
    }
}
