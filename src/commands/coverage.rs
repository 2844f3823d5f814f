//! `coverage`.

use std::fmt::Write;

use serde::Serialize;

use crate::archive::{self, ArchiveRow, Coverage, CoverageStores, Objects, Segment, SegmentKind, State};
use crate::cli::{OutputFormat, ProveCoverage};
use crate::commands::app::{CommandOutcome, Context};
use crate::db::queries::ledger;
use crate::error::{Error, Kind, Result};
use crate::text;
use crate::ui::record::{Time, record};
use crate::ui::{TableColumn, Tabular, human};

/// A chunk or an archive, and what it holds.
#[derive(Debug, Serialize)]
pub struct SegmentField {
    kind: &'static str,
    chunk_name: String,
    archive_id: Option<i64>,
    range_start: Time,
    range_end: Time,
    messages: i64,
    first_global_position: Option<i64>,
    last_global_position: Option<i64>,
}

/// Global positions that more than one message had when it was archived.
#[derive(Debug, Serialize)]
pub struct NotedField {
    archive_id: i64,
    global_positions: i64,
    first_global_position: i64,
    last_global_position: i64,
}

/// Something that is not as it should be.
#[derive(Debug, Serialize)]
pub struct CoverageFindingField {
    kind: &'static str,
    text: String,
}

record! {
    /// What coverage found.
    CoverageRecord {
        /// The namespace.
        namespace: String,
        /// `complete`, `incomplete`, or `unproven` where only the store could not be asked.
        verdict: &'static str,
        /// Messages in the hypertable.
        hot_messages: i64,
        /// Messages in archives only.
        archived_messages: i64,
        /// Messages that were ever stored and not discarded.
        expected_messages: i64,
        /// Streams.
        streams: i64,
        /// The lowest global position.
        first_global_position: Option<i64>,
        /// The highest global position.
        head_global_position: Option<i64>,
        /// Whether the archives' own stream lists were read.
        store_read: bool,
        /// What is wrong.
        findings: Vec<CoverageFindingField>,
        /// Doubled global positions that archives note: known, and no fault.
        noted: Vec<NotedField>,
        /// Chunks and archives, oldest first.
        segments: Vec<SegmentField>,
    }
}

impl CoverageRecord {
    fn new(namespace: &str, coverage: Coverage) -> Self {
        let kind = |kind| match kind {
            SegmentKind::Hot => "hot",
            SegmentKind::Archived => "archived",
            SegmentKind::Discarded => "discarded",
        };
        Self {
            namespace: namespace.to_owned(),
            verdict: coverage.verdict(),
            hot_messages: coverage.hot_messages,
            archived_messages: coverage.archived_messages,
            expected_messages: coverage.expected_messages,
            streams: coverage.streams,
            first_global_position: coverage.first_global_position,
            head_global_position: coverage.head_global_position,
            store_read: coverage.store_read,
            findings: coverage
                .findings
                .into_iter()
                .map(|f| CoverageFindingField { kind: f.kind, text: f.text })
                .collect(),
            noted: coverage
                .noted
                .into_iter()
                .map(|n| NotedField {
                    archive_id: n.archive_id,
                    global_positions: n.global_positions,
                    first_global_position: n.first,
                    last_global_position: n.last,
                })
                .collect(),
            segments: coverage
                .segments
                .into_iter()
                .map(|s| SegmentField {
                    kind: kind(s.kind),
                    chunk_name: s.chunk_name,
                    archive_id: s.archive_id,
                    range_start: s.range_start.into(),
                    range_end: s.range_end.into(),
                    messages: s.messages,
                    first_global_position: s.first_global_position,
                    last_global_position: s.last_global_position,
                })
                .collect(),
        }
    }
}

impl Tabular for CoverageRecord {
    const COLUMNS: &'static [TableColumn] = &[
        TableColumn::Left("NAMESPACE"),
        TableColumn::Left("HOT"),
        TableColumn::Left("ARCHIVED"),
        TableColumn::Left("EXPECTED"),
        TableColumn::Left("STREAMS"),
        TableColumn::Left("GLOBAL POSITIONS"),
        TableColumn::Left("SEGMENTS"),
        TableColumn::Left("COMPARED"),
        TableColumn::Left("FINDINGS"),
        TableColumn::Left("VERDICT"),
    ];

    fn cells(&self) -> Vec<String> {
        vec![
            self.namespace.clone(),
            human::count(self.hot_messages),
            human::count(self.archived_messages),
            human::count(self.expected_messages),
            human::count(self.streams),
            human::or_dash(self.first_global_position.zip(self.head_global_position), |(f, l)| format!("{f} – {l}")),
            self.segments.len().to_string(),
            if self.store_read { "counts and the archives' streams" } else { "counts" }.to_owned(),
            self.findings.len().to_string(),
            self.verdict.to_owned(),
        ]
    }
}

pub(super) async fn run(context: &Context, args: &ProveCoverage) -> Result<CommandOutcome> {
    let (mut db, namespace) = context.namespace().await?;
    let scope = &namespace.scope;
    let rows = ledger::list(db.client(), scope.namespace()).await?;
    let (ui, stop) = (&context.ui, &context.stop);
    let mut places = CoverageStores::new(context.settings.reading_store()?, context.settings.store_settings.clone());
    let mut coverage = archive::coverage(&mut db, scope, &mut places, ui, stop).await?;
    if let Some(enough) = args.copies {
        let archives = ledger::list(db.client(), scope.namespace()).await?;
        let few = archive::too_few(&mut places, &archives, usize::from(enough), stop).await?;
        if !few.is_empty() {
            coverage.hint.get_or_insert_with(|| {
                "eventodb-admin archives copy --all makes copies that were never made; archives verify --all --repair those that are missing \
                 from their stores, or damaged"
                    .to_owned()
            });
        }
        coverage.findings.extend(few);
    }
    if coverage.findings.is_empty() {
        for (url, why) in places.away() {
            ui.warn(&format!("{url} is away, and another copy was read: {why}"));
        }
    }
    let broken = coverage.is_broken();
    let has_holes = coverage.findings.iter().any(|f| f.kind == "hole");
    let of_holes = || dropped_by_others(&rows, &coverage).or_else(|| forgotten(&rows, &coverage));
    let hint = coverage.hint.clone().or_else(|| has_holes.then(of_holes).flatten());
    let record = CoverageRecord::new(scope.namespace(), coverage);
    context.ui.object(&record)?;
    if context.ui.output() == OutputFormat::Table {
        context.ui.text(sentences(&record).as_bytes())?;
    }
    if record.findings.is_empty() {
        return Ok(CommandOutcome::Done);
    }
    let found = human::plural(record.findings.len(), "finding");
    let kind = if broken { Kind::Verification } else { Kind::Failed };
    let error = Error::new(kind, format!("proving the coverage of namespace {}", record.namespace)).because(found);
    let verify = "eventodb-admin archives verify --all reads every archive back";
    Err(error.hint(hint.unwrap_or_else(|| verify.to_owned())))
}

/// What was found and what is noted, for people.
fn sentences(record: &CoverageRecord) -> String {
    let mut text = String::new();
    // A string takes every write.
    for finding in &record.findings {
        let _ = writeln!(text, "{}: {}", finding.kind, human::printable(&finding.text));
    }
    for NotedField { archive_id, global_positions, first_global_position, last_global_position } in &record.noted {
        let _ = writeln!(
            text,
            "noted: archive {archive_id} shares up to {} between {first_global_position} and {last_global_position} with \
             other messages; it comes back beside them",
            text::counted(*global_positions, "global position"),
        );
    }
    if !text.is_empty() {
        text.insert(0, '\n');
    }
    text
}

/// Messages of segments that lie within an archive's range, at least in part.
fn within(coverage: &Coverage, archive: &ArchiveRow, is_meant: impl Fn(SegmentKind) -> bool) -> i64 {
    let meets = |s: &&Segment| s.range_start < archive.range_end && archive.range_start < s.range_end;
    coverage.segments.iter().filter(meets).filter(|s| is_meant(s.kind)).map(|s| s.messages).sum()
}

/// An archive whose messages were live beside it, and are gone: it is the only copy, and the ledger does not know.
fn dropped_by_others(rows: &[ArchiveRow], coverage: &Coverage) -> Option<String> {
    let lacks = |a: &&ArchiveRow| {
        let live = within(coverage, a, |kind| kind == SegmentKind::Hot);
        matches!(a.state, State::Verified | State::Rehydrated) && live < a.message_count.unwrap_or(0)
    };
    let lost = rows.iter().find(lacks)?;
    Some(match lost.state {
        State::Verified => format!(
            "somebody has dropped chunk {0}: eventodb-admin archives rehydrate {1} brings it back, archives release {1} tells the \
             ledger that the archive is the only copy",
            lost.chunk_name, lost.id
        ),
        _ => format!(
            "somebody has removed messages that came back from archive {0}: eventodb-admin archives rehydrate {0} puts in what is \
             missing",
            lost.id
        ),
    })
}

/// How what is missing may come back: out of archives that the ledger no longer counts on, that nothing has taken the place of, and
/// of whose time there is less than they have.
fn forgotten(rows: &[ArchiveRow], coverage: &Coverage) -> Option<String> {
    let may_hold = |a: &&ArchiveRow| {
        matches!(a.state, State::Failed | State::Expired)
            && a.objects == Objects::Kept
            && a.superseded_by.is_none()
            && a.message_count.is_none_or(|messages| within(coverage, a, |_| true) < messages)
    };
    let of = |state| rows.iter().filter(may_hold).find(|a| a.state == state);
    let found = of(State::Failed).or_else(|| of(State::Expired))?;
    Some(format!(
        "archive {} is {}, and may hold what is missing: {}",
        found.id,
        found.state,
        archive::way_back(found.id, found.state)
    ))
}
