//! `categories list`.

use crate::cli::CategoriesVerb;
use crate::commands::app::{CommandOutcome, Context};
use crate::error::Result;
use crate::messages;
use crate::ui::record::record;
use crate::ui::{TableColumn, Tabular, human};

record! {
    /// A category.
    CategoryRecord {
        /// Its name.
        category: String,
        /// Its streams.
        streams: i64,
        /// Their messages, archived ones included.
        messages: i64,
    }
}

impl Tabular for CategoryRecord {
    const COLUMNS: &'static [TableColumn] =
        &[TableColumn::Left("CATEGORY"), TableColumn::Right("STREAMS"), TableColumn::Right("MESSAGES")];

    fn cells(&self) -> Vec<String> {
        vec![self.category.clone(), human::count(self.streams), human::count(self.messages)]
    }
}

pub(super) async fn run(context: &Context, verb: CategoriesVerb) -> Result<CommandOutcome> {
    let CategoriesVerb::List = verb;
    let (db, namespace) = context.any_namespace().await?;
    let rows = messages::categories(db.client(), &namespace.scope).await?;
    if rows.is_empty() {
        context.ui.note("no categories");
    }
    context.ui.list(rows.into_iter().map(|row| CategoryRecord {
        category: row.category,
        streams: row.streams,
        messages: row.messages,
    }))?;
    Ok(CommandOutcome::Done)
}
