//! How a hold is shown, and which stores have it.

use std::collections::HashSet;

use crate::archive::{HoldScope, StoredHold};
use crate::commands::app::Failures;
use crate::db::queries::holds::HoldRow;
use crate::error::Result;
use crate::store::Store;
use crate::ui::record::{Time, record};
use crate::ui::{TableColumn, Tabular, human};

record! {
    /// A hold.
    HoldRecord {
        /// The namespace.
        namespace: String,
        /// The case.
        case: String,
        /// The stream that is held.
        stream: Option<String>,
        /// The category that is held.
        category: Option<String>,
        /// Messages from this instant on.
        from: Option<Time>,
        /// Messages before this instant.
        to: Option<Time>,
        /// What somebody has written beside it.
        note: Option<String>,
        /// When it was placed.
        placed_at: Time,
        /// By whom.
        placed_by: String,
        /// When it was released.
        released_at: Option<Time>,
        /// By whom.
        released_by: Option<String>,
        /// Whether it is in force in the database.
        in_database: bool,
        /// Stores that have it; each of them binds.
        stores: Vec<String>,
        /// Stores of the namespace that lack it, where it is in force.
        lacking: Vec<String>,
    }
}

impl Tabular for HoldRecord {
    const COLUMNS: &'static [TableColumn] = &[
        TableColumn::Left("CASE"),
        TableColumn::Left("HOLDS"),
        TableColumn::Left("PLACED"),
        TableColumn::Left("BY"),
        TableColumn::Left("RELEASED"),
        TableColumn::Left("DATABASE"),
        TableColumn::Left("STORES"),
        TableColumn::Left("LACKING"),
        TableColumn::Left("NOTE"),
    ];

    fn cells(&self) -> Vec<String> {
        let all = |urls: &[String]| if urls.is_empty() { "-".to_owned() } else { urls.join(" ") };
        let scope = HoldScope {
            stream: self.stream.clone(),
            category: self.category.clone(),
            from: self.from.map(|t| t.0),
            to: self.to.map(|t| t.0),
        };
        vec![
            self.case.clone(),
            scope.to_string(),
            human::time(self.placed_at.0),
            self.placed_by.clone(),
            human::or_dash(self.released_at, |t| human::time(t.0)),
            if self.in_database { "yes" } else { "no" }.to_owned(),
            all(&self.stores),
            all(&self.lacking),
            human::or_dash(self.note.clone(), |note| note),
        ]
    }
}

impl HoldRecord {
    /// A hold, and which stores have it. Nobody can say it of one that could not be asked.
    pub fn new(namespace: &str, row: HoldRow, in_database: bool, asked: &HoldsInStores) -> Self {
        let HoldRow { hold, released_at, released_by } = row;
        let has = |(_, holds): &&(Store, Vec<StoredHold>)| holds.iter().any(|stored| stored.hold.id == hold.id);
        let there = &asked.there;
        let urls = |meant: bool| there.iter().filter(move |a| has(a) == meant).map(|(s, _)| s.url().to_string());
        let stores: Vec<String> = urls(true).collect();
        let is_over = !in_database && stores.is_empty();
        let lacking = urls(false).chain(asked.silent.iter().cloned()).collect();
        Self {
            namespace: namespace.to_owned(),
            lacking: if is_over { Vec::new() } else { lacking },
            stores,
            case: hold.case,
            stream: hold.scope.stream,
            category: hold.scope.category,
            from: hold.scope.from.map(Time),
            to: hold.scope.to.map(Time),
            note: hold.note,
            placed_at: hold.placed_at.into(),
            placed_by: hold.placed_by,
            released_at: released_at.map(Time),
            released_by,
            in_database,
        }
    }
}

/// The namespace's stores.
#[derive(Debug, Default)]
pub(super) struct HoldsInStores {
    /// Those that answered, and the holds that they have.
    pub there: Vec<(Store, Vec<StoredHold>)>,
    /// The addresses of those that could not be asked.
    pub silent: Vec<String>,
}

impl HoldsInStores {
    /// What one has said, if it has a say; why it has said nothing is told.
    pub fn add(&mut self, url: String, read: Result<Option<(Store, Vec<StoredHold>)>>, failures: &mut Failures<'_>) {
        match read {
            Ok(read) => self.there.extend(read),
            Err(e) => {
                failures.add("store", &url, e);
                self.silent.push(url);
            }
        }
    }
}

/// Holds that bind, wherever they are known, and those of the database that are meant beside them.
pub(super) fn records_of(
    namespace: &str,
    rows: Vec<HoldRow>,
    asked: &HoldsInStores,
    is_meant: impl Fn(&HoldRow) -> bool,
) -> Vec<HoldRecord> {
    let (mut records, mut ids) = (Vec::new(), HashSet::new());
    for row in rows {
        ids.insert(row.hold.id);
        let (is_meant, in_database) = (is_meant(&row), row.released_at.is_none());
        let record = HoldRecord::new(namespace, row, in_database, asked);
        // What was released binds where a store has it still.
        if is_meant || !record.stores.is_empty() {
            records.push(record);
        }
    }
    for stored in asked.there.iter().flat_map(|(_, holds)| holds) {
        if ids.insert(stored.hold.id) {
            let row = HoldRow { hold: stored.hold.clone(), released_at: None, released_by: None };
            records.push(HoldRecord::new(namespace, row, false, asked));
        }
    }
    records
}
