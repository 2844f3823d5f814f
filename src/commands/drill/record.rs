//! What drills are shown as.

use serde::Serialize;

use crate::archive::drills::{DrillPlace, DrillReport, DrillVerdict};
use crate::db::queries::drills::DrillRow;
use crate::ui::record::{Time, record};
use crate::ui::{Record, TableColumn, Tabular, human};

record! {
    /// A drill, as the ledger has it.
    DrillRecord {
        /// Its number.
        drill_id: String,
        /// The namespace whose archives came back.
        namespace: String,
        /// `ok`, `failed`, `unknown`, `stopped`, or `killed` where a later drill has cleared up after it; none while it goes on.
        verdict: Option<String>,
        /// When it began.
        began_at: Time,
        /// When it ended.
        ended_at: Option<Time>,
        /// The role, the user and the machine.
        by: String,
        /// The throw-away namespace.
        into: String,
        /// Archives that it brought back, or tried to.
        archives: Option<i32>,
        /// Those of them that are not what was stored.
        failed: Option<i32>,
        /// SHA-256 of the report, in hex.
        report_sha256: Option<String>,
        /// The report's key in the stores.
        object: Option<String>,
        /// Stores that have the report.
        stored_in: Vec<String>,
        /// The other database that the throw-away namespace was made in: `host:port/database`.
        place: Option<String>,
    }
}

impl From<DrillRow> for DrillRecord {
    fn from(row: DrillRow) -> Self {
        Self {
            drill_id: row.id.to_string(),
            namespace: row.namespace,
            verdict: row.verdict,
            began_at: row.began_at.into(),
            ended_at: row.ended_at.map(Time),
            by: row.begun_by,
            into: row.scratch,
            archives: row.archives,
            failed: row.failed,
            report_sha256: row.report_sha256,
            object: row.object_key,
            stored_in: row.stored,
            place: row.place,
        }
    }
}

impl Tabular for DrillRecord {
    const COLUMNS: &'static [TableColumn] = &[
        TableColumn::Left("DRILL"),
        TableColumn::Left("VERDICT"),
        TableColumn::Left("BEGAN"),
        TableColumn::Left("ENDED"),
        TableColumn::Right("ARCHIVES"),
        TableColumn::Right("FAILED"),
        TableColumn::Left("BY"),
        TableColumn::Left("REPORT IN"),
    ];

    fn cells(&self) -> Vec<String> {
        vec![
            self.drill_id.clone(),
            human::or_dash(self.verdict.clone(), |v| v),
            human::time(self.began_at.0),
            human::or_dash(self.ended_at, |t| human::time(t.0)),
            human::or_dash(self.archives, |n| n.to_string()),
            human::or_dash(self.failed, |n| n.to_string()),
            self.by.clone(),
            if self.stored_in.is_empty() { "-".to_owned() } else { self.stored_in.join(" ") },
        ]
    }
}

/// A drill's report, and where it is kept.
#[derive(Debug, Serialize)]
pub struct ReportRecord {
    #[serde(flatten)]
    report: DrillReport,
    /// SHA-256 of the report, in hex.
    report_sha256: Option<String>,
    /// The report's key in the stores.
    object: Option<String>,
    /// Stores that have it.
    stored_in: Vec<String>,
}

impl ReportRecord {
    pub fn new(report: DrillReport, row: DrillRow) -> Self {
        Self { report, report_sha256: row.report_sha256, object: row.object_key, stored_in: row.stored }
    }
}

impl Record for ReportRecord {
    const FIELDS: &'static [&'static str] = &[
        "format_version",
        "writer",
        "drill_id",
        "namespace",
        "verdict",
        "began_at",
        "ended_at",
        "seconds",
        "by",
        "place",
        "archives",
        "not_begun",
        "all_archives",
        "never_drilled",
        "predicted_seconds",
        "report_sha256",
        "object",
        "stored_in",
        "live",
    ];
}

/// Where archives came back to, for people.
fn into(place: &DrillPlace) -> String {
    let server = place.server.as_ref().map(|server| format!(" in database {} of {server}", place.database));
    format!(
        "{}{}, PostgreSQL {}, TimescaleDB {}",
        place.namespace,
        server.unwrap_or_default(),
        place.postgres,
        place.timescaledb
    )
}

impl Tabular for ReportRecord {
    const COLUMNS: &'static [TableColumn] = &[
        TableColumn::Left("DRILL"),
        TableColumn::Left("VERDICT"),
        TableColumn::Left("BEGAN"),
        TableColumn::Left("ENDED"),
        TableColumn::Left("BY"),
        TableColumn::Left("INTO"),
        TableColumn::Left("ARCHIVES"),
        TableColumn::Left("MESSAGES"),
        TableColumn::Left("NOT BEGUN"),
        TableColumn::Left("NEVER DRILLED"),
        TableColumn::Left("ALL WOULD TAKE"),
        TableColumn::Left("REPORT"),
        TableColumn::Left("SHA-256"),
        TableColumn::Left("STORED IN"),
    ];

    fn cells(&self) -> Vec<String> {
        let DrillReport { archives, by, place, .. } = &self.report;
        let of = |verdict: DrillVerdict| {
            let ids: Vec<_> =
                archives.iter().filter(|a| a.result == verdict).map(|a| a.archive_id.to_string()).collect();
            (!ids.is_empty()).then(|| format!("{} {}", verdict.as_str(), ids.join(" ")))
        };
        let each: Vec<_> =
            [DrillVerdict::Ok, DrillVerdict::Failed, DrillVerdict::Unknown].into_iter().filter_map(of).collect();
        let messages = archives.iter().filter(|a| a.result == DrillVerdict::Ok).filter_map(|a| a.messages).sum();
        let text = |t: &Option<String>| human::or_dash(t.clone(), |t| t);
        vec![
            self.report.drill_id.to_string(),
            self.report.verdict.as_str().to_owned(),
            human::time(self.report.began_at),
            human::time(self.report.ended_at),
            format!("{} ({} on {})", by.role, by.user, by.machine),
            into(place),
            if each.is_empty() { "-".to_owned() } else { each.join("; ") },
            human::count(messages),
            self.report.not_begun.to_string(),
            format!("{} of {}", self.report.never_drilled, self.report.all_archives),
            human::or_dash(self.report.predicted_seconds, |s| format!("{s:.1} s")),
            text(&self.object),
            text(&self.report_sha256),
            if self.stored_in.is_empty() { "-".to_owned() } else { self.stored_in.join(" ") },
        ]
    }
}
