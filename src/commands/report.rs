//! `report`: what an operator looks at in the morning.

use crate::archive::CoverageStores;
use crate::cli::{MakeReport, OutputFormat};
use crate::commands::app::{CommandOutcome, Context, files};
use crate::error::Result;
use crate::namespace;
use crate::permissions::PRIVATE_FILE;
use crate::report::{self, Level, MorningReport, NamespaceReport};
use crate::ui::record::{Time, record};
use crate::ui::{TableColumn, Tabular, human, write_page};

/// So many hints are printed.
const MOST_HINTS: usize = 10;

record! {
    /// A namespace in the report.
    ReportLineRecord {
        /// `alarm`, `attention`, `unknown` or `good`.
        level: &'static str,
        /// The namespace.
        namespace: String,
        /// How its last run ended.
        last_result: Option<&'static str>,
        /// When that was.
        last_run_at: Option<Time>,
        /// Chunks in the database.
        live_chunks: i64,
        /// Archives that are kept.
        archives: i64,
        /// Bytes of chunks in the database.
        database_bytes: i64,
        /// Bytes stored for archives.
        archive_bytes: i64,
        /// Copies that are missing.
        missing_copies: i64,
        /// Holds in force.
        holds: i64,
        /// What coverage comes to.
        coverage: &'static str,
        /// The worst that there is to know.
        notice: Option<String>,
        /// What to do about it.
        hint: Option<String>,
    }
}

impl Tabular for ReportLineRecord {
    const COLUMNS: &'static [TableColumn] = &[
        TableColumn::Left("STATE"),
        TableColumn::Left("NAMESPACE"),
        TableColumn::Left("LAST RUN"),
        TableColumn::Right("CHUNKS"),
        TableColumn::Right("ARCHIVES"),
        TableColumn::Right("DATABASE"),
        TableColumn::Right("STORE"),
        TableColumn::Right("HOLDS"),
        TableColumn::Left("COVERAGE"),
        TableColumn::Optional("NOTICE"),
    ];

    fn cells(&self) -> Vec<String> {
        let run = self.last_result.zip(self.last_run_at);
        // Nobody has looked.
        let shown = |value: String| {
            if self.level == Level::Unknown.as_str() { human::NOTHING.to_owned() } else { value }
        };
        vec![
            self.level.to_owned(),
            human::shortened(&self.namespace, 40),
            human::or_dash(run, |(result, at)| format!("{result} {}", at.0.format("%m-%d %H:%M"))),
            shown(self.live_chunks.to_string()),
            shown(self.archives.to_string()),
            shown(human::bytes(self.database_bytes)),
            shown(human::bytes(self.archive_bytes)),
            shown(self.holds.to_string()),
            shown(self.coverage.to_owned()),
            human::or_dash(self.notice.clone(), |text| human::shortened(&text, 80)),
        ]
    }
}

impl From<&NamespaceReport> for ReportLineRecord {
    fn from(of: &NamespaceReport) -> Self {
        let gone = ["archived", "discarded"];
        let worst = of.notices.first();
        Self {
            level: of.level.as_str(),
            namespace: of.name.clone(),
            last_result: of.last_run.as_ref().map(|run| run.result.as_str()),
            last_run_at: of.last_run.as_ref().map(|run| run.began_at.into()),
            live_chunks: of.chunks.iter().filter(|(state, _)| !gone.contains(state)).map(|(_, t)| t.chunks).sum(),
            archives: of.archives,
            database_bytes: of.database_bytes,
            archive_bytes: of.archive_bytes,
            missing_copies: of.missing_copies,
            holds: of.holds.holds,
            coverage: of.coverage.verdict,
            notice: worst.map(|notice| notice.text.clone()),
            hint: worst.and_then(|notice| notice.hint.clone()),
        }
    }
}

pub(super) async fn run(context: &Context, args: MakeReport) -> Result<CommandOutcome> {
    let mut db = context.connect().await?;
    let name = (!args.all_namespaces).then_some(context.settings.namespace.as_str());
    if let Some(name) = name {
        namespace::find(&db, name).await?;
    }
    let mut report = report::make(&db, name).await?;
    let settings = &context.settings;
    let mut places = CoverageStores::new(settings.reading_store()?, settings.store_settings.clone());
    report::look_for_objects(&db, &mut report, &mut places, &context.ui, &context.stop).await?;
    if args.coverage {
        report::prove(&mut db, &mut report, &mut places, &context.ui, &context.stop).await?;
    }
    if let Some(file) = &args.html {
        files::replace(file, PRIVATE_FILE, |out| write_page(out, &report))?;
        context.ui.note(&format!("{}; the page is in {}", report.verdict, file.display()));
        return Ok(CommandOutcome::Done);
    }
    print(context, &report)?;
    Ok(CommandOutcome::Done)
}

fn print(context: &Context, report: &MorningReport) -> Result<()> {
    match context.ui.output() {
        OutputFormat::Json => context.ui.document(report),
        OutputFormat::Csv => context.ui.list(report.namespaces.iter().map(ReportLineRecord::from)),
        OutputFormat::Table => {
            context.ui.text(format!("{}\n\n", human::printable(&report.verdict)).as_bytes())?;
            context.ui.list(report.namespaces.iter().map(ReportLineRecord::from))?;
            context.ui.text(next_steps(report).as_bytes())
        }
    }
}

/// What to do next, the worst first, and what is said of all namespaces together.
fn next_steps(report: &MorningReport) -> String {
    let (drills, forecast) = match &report.namespaces[..] {
        [only] => (&only.drills, &only.forecast),
        _ => (&report.drills, &report.forecast),
    };
    let chapters = [("drills", drills), ("forecast", forecast)];
    let mut lines: Vec<String> = Vec::new();
    for (name, chapter) in chapters {
        lines.extend(chapter.iter().flat_map(|c| &c.lines).map(|line| format!("{name}: {}", human::printable(line))));
    }
    let notices = report.namespaces.iter().flat_map(|n| n.notices.iter().map(move |notice| (n, notice)));
    let mut notices: Vec<_> = notices.collect();
    notices.sort_by_key(|(_, notice)| std::cmp::Reverse(notice.level));
    let mut hints = notices.into_iter().filter_map(|(n, notice)| notice.hint.as_ref().map(|hint| (n, hint)));
    for (namespace, hint) in hints.by_ref().take(MOST_HINTS) {
        lines.push(format!("{}: {}", human::printable(&namespace.name), human::printable(hint)));
    }
    let more = hints.count();
    if more > 0 {
        lines.push(format!("and {more} more: report --html FILE has them all"));
    }
    if lines.is_empty() { String::new() } else { format!("\n{}\n", lines.join("\n")) }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_namespace_that_nobody_looked_at_has_no_figures() {
        let of = |level: Level| ReportLineRecord {
            level: level.as_str(),
            namespace: "shop".into(),
            last_result: None,
            last_run_at: None,
            live_chunks: 0,
            archives: 0,
            database_bytes: 0,
            archive_bytes: 0,
            missing_copies: 0,
            holds: 0,
            coverage: "consistent",
            notice: None,
            hint: None,
        };
        assert_eq!(of(Level::Unknown).cells()[2..9], ["-"; 7]);
        assert_eq!(of(Level::Good).cells()[3..5], ["0", "0"]);
    }
}
