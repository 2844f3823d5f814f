//! `lifecycle history`: what the runs of the last months did.

use std::fmt::Write;

use serde::Serialize;
use serde_json::Value;

use crate::cli::values::Since;
use crate::cli::{LifecycleHistory, OutputFormat};
use crate::commands::app::{CommandOutcome, Context};
use crate::db::Db;
use crate::db::queries::clock;
use crate::db::queries::history::{self, FailureText, RunFigures, RunFilter, RunResult, RunRow, RunTotals};
use crate::error::{Error, Kind, Result};
use crate::namespace;
use crate::ui::record::{Time, record};
use crate::ui::{Record, TableColumn, Tabular, human};

record! {
    /// A run, in sum over its namespaces.
    HistoryRecord {
        /// The process; its number is the one of its log and of its hooks.
        run_id: String,
        /// The namespace; none where the run had several.
        namespace: Option<String>,
        /// Namespaces of the run.
        namespaces: i64,
        /// Those in which something failed.
        failed_namespaces: i64,
        /// When it began.
        began_at: Time,
        /// When it ended.
        ended_at: Option<Time>,
        /// How long it took.
        seconds: Option<f64>,
        /// The worst of `done`, `running`, `left`, `stopped`, `busy`, `died` and `failed`.
        result: &'static str,
        /// The exit code of the worst namespace.
        exit_code: Option<u8>,
        /// Chunks compressed.
        compressed: i64,
        /// Chunks archived and dropped.
        archived: i64,
        /// Chunks archived that stay until their archives lie in as many stores as the policy asks for.
        waiting: i64,
        /// Copies of archives made in further stores.
        copied: i64,
        /// Chunks that had come back, dropped again.
        released: i64,
        /// Archives deleted.
        expired: i64,
        /// Archives past their time that a hold keeps.
        held: i64,
        /// Leftovers of failed attempts removed from the store.
        swept: i64,
        /// Archives whose lock was renewed.
        renewed: i64,
        /// Messages archived.
        messages: i64,
        /// Bytes of CSV archived.
        csv_bytes: i64,
        /// Bytes stored for them.
        stored_bytes: i64,
        /// Bytes that the database has no longer.
        freed_bytes: i64,
        /// Steps that were not begun.
        left: i64,
        /// Steps that failed.
        failed: i64,
        /// The first failure.
        error: Option<String>,
        /// The program's version.
        version: String,
    }
}

/// The table has the beginning of a run's number, to the millisecond at which it began.
const SHORT: usize = 13;

impl Tabular for HistoryRecord {
    const COLUMNS: &'static [TableColumn] = &[
        TableColumn::Left("RUN"),
        TableColumn::Left("BEGAN"),
        TableColumn::Right("TOOK"),
        TableColumn::Optional("NAMESPACE"),
        TableColumn::Optional("NAMESPACES"),
        TableColumn::Left("RESULT"),
        TableColumn::Right("ARCHIVED"),
        TableColumn::Right("COPIED"),
        TableColumn::Right("COMPRESSED"),
        TableColumn::Right("LEFT"),
        TableColumn::Right("FAILED"),
        TableColumn::Right("STORED"),
        TableColumn::Right("FREED"),
        TableColumn::Optional("FIRST FAILURE"),
    ];

    fn cells(&self) -> Vec<String> {
        vec![
            self.run_id.chars().take(SHORT).collect(),
            human::time(self.began_at.0),
            human::or_dash(self.seconds, |s| format!("{s:.1} s")),
            human::or_dash(self.namespace.clone(), |name| name),
            human::or_dash(self.namespace.is_none().then_some(self.namespaces), |n| n.to_string()),
            self.result.to_owned(),
            self.archived.to_string(),
            self.copied.to_string(),
            self.compressed.to_string(),
            self.left.to_string(),
            self.failed.to_string(),
            human::bytes(self.stored_bytes),
            human::bytes(self.freed_bytes),
            human::or_dash(self.error.clone(), |e| human::shortened(&e, 60)),
        ]
    }
}

/// The code that the run exited with: that of its worst namespace.
fn worst_code(codes: &[i16]) -> Option<u8> {
    let severity = |code: &u8| Kind::of_exit_code(*code).map_or(0, Kind::severity);
    codes.iter().filter_map(|code| u8::try_from(*code).ok()).max_by_key(severity)
}

impl HistoryRecord {
    fn new(namespace: Option<&str>, run: RunTotals) -> Self {
        let figures = run.figures;
        Self {
            run_id: run.run_id.to_string(),
            namespace: namespace.map(str::to_owned),
            namespaces: run.namespaces,
            failed_namespaces: run.failed_namespaces,
            began_at: run.began_at.into(),
            ended_at: run.ended_at.map(Time),
            seconds: run.ended_at.map(|end| seconds(end - run.began_at)),
            result: run.result.as_str(),
            exit_code: worst_code(&run.exit_codes),
            compressed: figures.compressed,
            archived: figures.archived,
            waiting: figures.waiting,
            copied: figures.copied,
            released: figures.released,
            expired: figures.expired,
            held: figures.held,
            swept: figures.swept,
            renewed: figures.renewed,
            messages: figures.messages,
            csv_bytes: figures.csv_bytes,
            stored_bytes: figures.stored_bytes,
            freed_bytes: figures.freed_bytes,
            left: figures.left,
            failed: figures.failed,
            error: run.error,
            version: run.version,
        }
    }
}

#[allow(clippy::cast_precision_loss)] // milliseconds of a run
fn seconds(took: chrono::TimeDelta) -> f64 {
    took.num_milliseconds() as f64 / 1000.0
}

/// `lifecycle history`.
pub async fn run(context: &Context, args: LifecycleHistory) -> Result<CommandOutcome> {
    let db = context.connect().await?;
    if !history::is_kept(db.client()).await? {
        return Err(Error::failed("reading the history of runs")
            .because("this database keeps none yet")
            .hint("eventodb-admin namespaces upgrade --all brings it up to date; each run from then on is kept"));
    }
    if let Some(id) = args.run {
        return one(context, history::of_run(db.client(), id.first, id.last).await?);
    }
    let namespace = (!args.all_namespaces).then_some(context.settings.namespace.as_str());
    list(context, &db, namespace, &args).await
}

async fn list(context: &Context, db: &Db, namespace: Option<&str>, args: &LifecycleHistory) -> Result<CommandOutcome> {
    if let Some(name) = namespace {
        namespace::find(db, name).await?;
    }
    let since = match args.since {
        Some(Since::Ago(ago)) => Some(ago),
        // An instant that is still to come leaves no time before now.
        Some(Since::At(at)) => Some((clock::now(db.client()).await? - at).to_std().unwrap_or_default()),
        None => None,
    };
    let asked = RunFilter { namespace, since, failures_only: args.failures, limit: i64::from(args.limit) };
    let runs = history::totals(db.client(), asked).await?;
    if runs.is_empty() {
        context.ui.note("no runs");
    }
    context.ui.list(runs.into_iter().map(|run| HistoryRecord::new(namespace, run)))?;
    Ok(CommandOutcome::Done)
}

/// What a run did to a namespace.
#[derive(Debug, Serialize)]
pub struct NamespaceRunField {
    namespace: String,
    began_at: Time,
    ended_at: Option<Time>,
    result: RunResult,
    exit_code: Option<u8>,
    #[serde(flatten)]
    figures: RunFigures,
    failures: Vec<FailureText>,
    /// Chunks and bytes by state at its end.
    chunks: Option<Value>,
    database_bytes: Option<i64>,
    archives: Option<i64>,
    archive_bytes: Option<i64>,
}

record! {
    /// A run whole.
    WholeRunRecord {
        /// The process.
        run_id: String,
        /// When it began.
        began_at: Time,
        /// When it ended.
        ended_at: Option<Time>,
        /// The worst of its results.
        result: RunResult,
        /// The program's version.
        version: String,
        /// Its namespaces, the worst first.
        namespaces: Vec<NamespaceRunField>,
    }
}

impl Tabular for WholeRunRecord {
    const COLUMNS: &'static [TableColumn] = &[
        TableColumn::Left("RUN"),
        TableColumn::Left("BEGAN"),
        TableColumn::Left("ENDED"),
        TableColumn::Left("RESULT"),
        TableColumn::Left("NAMESPACES"),
        TableColumn::Left("VERSION"),
    ];

    fn cells(&self) -> Vec<String> {
        vec![
            self.run_id.clone(),
            human::time(self.began_at.0),
            human::or_dash(self.ended_at, |t| human::time(t.0)),
            self.result.as_str().to_owned(),
            self.namespaces.len().to_string(),
            self.version.clone(),
        ]
    }
}

/// A namespace's row in the table of one run.
#[derive(Debug, Serialize)]
struct RowOfRun<'a>(&'a NamespaceRunField);

impl Record for RowOfRun<'_> {
    const FIELDS: &'static [&'static str] = &[];
}

impl Tabular for RowOfRun<'_> {
    const COLUMNS: &'static [TableColumn] = &[
        TableColumn::Left("NAMESPACE"),
        TableColumn::Left("RESULT"),
        TableColumn::Right("ARCHIVED"),
        TableColumn::Right("COPIED"),
        TableColumn::Right("COMPRESSED"),
        TableColumn::Right("RELEASED"),
        TableColumn::Right("EXPIRED"),
        TableColumn::Right("LEFT"),
        TableColumn::Right("FAILED"),
        TableColumn::Right("STORED"),
        TableColumn::Right("FREED"),
        TableColumn::Right("DATABASE"),
        TableColumn::Right("STORE"),
    ];

    fn cells(&self) -> Vec<String> {
        let Self(run) = self;
        let f = &run.figures;
        vec![
            run.namespace.clone(),
            run.result.as_str().to_owned(),
            f.archived.to_string(),
            f.copied.to_string(),
            f.compressed.to_string(),
            f.released.to_string(),
            f.expired.to_string(),
            f.left.to_string(),
            f.failed.to_string(),
            human::bytes(f.stored_bytes),
            human::bytes(f.freed_bytes),
            human::or_dash(run.database_bytes, human::bytes),
            human::or_dash(run.archive_bytes, human::bytes),
        ]
    }
}

fn one(context: &Context, mut rows: Vec<RunRow>) -> Result<CommandOutcome> {
    let doing = "looking for a run in the history";
    let Some(first) = rows.first().cloned() else {
        return Err(Error::new(Kind::NotFound, doing)
            .because("no run of a namespace that this role may read has this number")
            .hint("eventodb-admin lifecycle history --all-namespaces lists them"));
    };
    if rows.iter().any(|row| row.run_id != first.run_id) {
        return Err(Error::usage(doing)
            .because("several runs have a number that begins so")
            .hint("give more of it, or all: lifecycle history -o json has it"));
    }
    rows.sort_by_key(|row| std::cmp::Reverse((row.result.rank(), row.figures.failed)));
    let record = WholeRunRecord {
        run_id: first.run_id.to_string(),
        began_at: rows.iter().map(|r| r.began_at).min().unwrap_or(first.began_at).into(),
        ended_at: rows
            .iter()
            .map(|r| r.ended_at)
            .collect::<Option<Vec<_>>>()
            .and_then(|all| all.into_iter().max())
            .map(Time),
        result: rows.first().map_or(first.result, |worst| worst.result),
        version: first.version,
        namespaces: rows.into_iter().map(NamespaceRunField::from).collect(),
    };
    context.ui.object(&record)?;
    if context.ui.output() == OutputFormat::Table {
        context.ui.text(b"\n")?;
        context.ui.list(record.namespaces.iter().map(RowOfRun))?;
        context.ui.text(sentences(&record).as_bytes())?;
    }
    Ok(CommandOutcome::Done)
}

impl From<RunRow> for NamespaceRunField {
    fn from(row: RunRow) -> Self {
        Self {
            namespace: row.namespace,
            began_at: row.began_at.into(),
            ended_at: row.ended_at.map(Time),
            result: row.result,
            exit_code: row.exit_code,
            figures: row.figures,
            failures: row.failures,
            chunks: row.chunks,
            database_bytes: row.database_bytes,
            archives: row.archives,
            archive_bytes: row.archive_bytes,
        }
    }
}

/// The failures with what to do next, for people.
fn sentences(record: &WholeRunRecord) -> String {
    let mut text = String::new();
    // A string takes every write.
    for run in &record.namespaces {
        let name = human::printable(&run.namespace);
        if run.result == RunResult::Died {
            let _ = writeln!(text, "{name}: it began at {} and has no end", human::time(run.began_at.0));
            let _ = writeln!(text, "  hint: nothing is lost; the next lifecycle run clears up and goes on");
        }
        for failure in &run.failures {
            let target = failure.target.as_deref().map(|t| format!(" {}:", human::printable(t))).unwrap_or_default();
            let _ = writeln!(text, "{name}:{target} {}", human::printable(&failure.error));
            if let Some(hint) = &failure.hint {
                let _ = writeln!(text, "  hint: {}", human::printable(hint));
            }
        }
        let more = run.figures.failed - i64::try_from(run.failures.len()).unwrap_or_default();
        if more > 0 {
            let _ = writeln!(text, "{name}: and {more} more, which only the run's own log has");
        }
    }
    if !text.is_empty() {
        text.insert(0, '\n');
    }
    text
}
