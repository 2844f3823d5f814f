//! What `migrate` shows.

use crate::migrate::Verification;
use crate::ui::record::{Time, record};
use crate::ui::{TableColumn, Tabular, human};

record! {
    /// How far a migration is.
    MigrationRecord {
        /// Its number.
        migration: i64,
        /// The namespace.
        namespace: String,
        /// `copying`, `caught_up`, `cutting_over`, `cut_over` or `abandoned`.
        state: &'static str,
        /// Where the source is.
        source: String,
        /// Its schema.
        source_schema: String,
        /// Messages that came over.
        messages: i64,
        /// Ranges cut.
        ranges: i64,
        /// Ranges that are not copied yet.
        ranges_left: i64,
        /// Ranges that were refused the last time.
        ranges_failed: i64,
        /// Up to this global position all is copied or in a range.
        copied_to: Option<i64>,
        /// Messages at the source after that; unknown where it was not asked.
        lag_messages: Option<i64>,
        /// Seconds since the first of these was written.
        lag_seconds: Option<f64>,
        /// What went wrong last.
        last_error: Option<String>,
        /// When it began.
        created_at: Time,
        /// When the namespace took over.
        cut_over_at: Option<Time>,
    }
}

impl Tabular for MigrationRecord {
    const COLUMNS: &'static [TableColumn] = &[
        TableColumn::Right("MIGRATION"),
        TableColumn::Left("NAMESPACE"),
        TableColumn::Left("STATE"),
        TableColumn::Left("SOURCE"),
        TableColumn::Right("MESSAGES"),
        TableColumn::Right("RANGES"),
        TableColumn::Right("LEFT"),
        TableColumn::Right("FAILED"),
        TableColumn::Right("COPIED TO"),
        TableColumn::Right("LAG"),
        TableColumn::Left("LAST ERROR"),
    ];

    fn cells(&self) -> Vec<String> {
        vec![
            self.migration.to_string(),
            self.namespace.clone(),
            self.state.to_owned(),
            format!("{}, schema {}", self.source, self.source_schema),
            human::count(self.messages),
            human::count(self.ranges),
            human::count(self.ranges_left),
            human::count(self.ranges_failed),
            human::or_dash(self.copied_to, |n| n.to_string()),
            human::or_dash(self.lag_messages.zip(self.lag_seconds), |(n, s)| match n {
                0 => "none".to_owned(),
                1 => format!("1 message, {s:.0} s"),
                n => format!("{} messages, {s:.0} s", human::count(n)),
            }),
            human::or_dash(self.last_error.as_ref(), |e| human::printable(e)),
        ]
    }
}

/// A message that is not the same on both sides.
#[derive(Debug, serde::Serialize)]
pub struct MismatchField {
    /// `missing`, `extra` or `differs`.
    pub kind: &'static str,
    /// Its global position.
    pub global_position: i64,
    /// Its stream.
    pub stream: String,
    /// Its position.
    pub position: i64,
}

record! {
    /// What a comparison found.
    VerificationRecord {
        /// The namespace.
        namespace: String,
        /// `equal`, `different`, or `behind`: equal as far as it is copied.
        verdict: &'static str,
        /// `counts` or `content`.
        compared: &'static str,
        /// Ranges compared.
        ranges: i64,
        /// Messages of the source in them.
        source_messages: i64,
        /// Messages of the namespace in them.
        messages: i64,
        /// Of these, messages in ranges that reach into archives.
        archived_messages: i64,
        /// Messages that are not copied yet.
        lag_messages: i64,
        /// Ranges that differ.
        ranges_differing: i64,
        /// Messages that differ, the first ones.
        findings: Vec<MismatchField>,
    }
}

impl VerificationRecord {
    pub fn new(namespace: &str, compared: &'static str, found: Verification) -> Self {
        Self {
            namespace: namespace.to_owned(),
            verdict: match (found.differing.is_empty(), found.lag.messages) {
                (false, _) => "different",
                (true, 0) => "equal",
                (true, _) => "behind",
            },
            compared,
            ranges: found.ranges,
            source_messages: found.source_messages,
            messages: found.messages,
            archived_messages: found.archived_messages,
            lag_messages: found.lag.messages,
            ranges_differing: i64::try_from(found.differing.len()).unwrap_or(i64::MAX),
            findings: found
                .findings
                .into_iter()
                .map(|f| MismatchField {
                    kind: f.difference.as_str(),
                    global_position: f.global_position,
                    stream: f.stream,
                    position: f.position,
                })
                .collect(),
        }
    }
}

impl Tabular for VerificationRecord {
    const COLUMNS: &'static [TableColumn] = &[
        TableColumn::Left("NAMESPACE"),
        TableColumn::Left("COMPARED"),
        TableColumn::Left("RANGES"),
        TableColumn::Left("SOURCE"),
        TableColumn::Left("MESSAGES"),
        TableColumn::Left("ARCHIVED"),
        TableColumn::Left("NOT COPIED YET"),
        TableColumn::Left("DIFFERING RANGES"),
        TableColumn::Left("VERDICT"),
    ];

    fn cells(&self) -> Vec<String> {
        vec![
            self.namespace.clone(),
            self.compared.to_owned(),
            human::count(self.ranges),
            human::count(self.source_messages),
            human::count(self.messages),
            human::count(self.archived_messages),
            human::count(self.lag_messages),
            human::count(self.ranges_differing),
            self.verdict.to_owned(),
        ]
    }
}

record! {
    /// A cutover.
    CutOverRecord {
        /// The namespace that has taken over.
        namespace: String,
        /// Its schema.
        schema: String,
        /// Messages it has from the source.
        messages: i64,
        /// Of these, messages that came while writes were stopped.
        tail_messages: i64,
        /// The highest global position handed out.
        last_global_position: Option<i64>,
        /// How long writes were stopped.
        downtime_seconds: f64,
        /// A new token, where the source had none.
        token: Option<String>,
    }
}

impl Tabular for CutOverRecord {
    const COLUMNS: &'static [TableColumn] = &[
        TableColumn::Left("NAMESPACE"),
        TableColumn::Left("SCHEMA"),
        TableColumn::Left("MESSAGES"),
        TableColumn::Left("OF THESE LAST"),
        TableColumn::Left("LAST GLOBAL POSITION"),
        TableColumn::Left("WRITES STOPPED"),
        TableColumn::Left("TOKEN"),
    ];

    fn cells(&self) -> Vec<String> {
        vec![
            self.namespace.clone(),
            self.schema.clone(),
            human::count(self.messages),
            human::count(self.tail_messages),
            human::or_dash(self.last_global_position, |n| n.to_string()),
            format!("{:.1} s", self.downtime_seconds),
            self.token.clone().unwrap_or_else(|| "as before".to_owned()),
        ]
    }
}
