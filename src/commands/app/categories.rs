//! Categories that were named, and that nobody has written to.

use super::Context;
use crate::db::{Db, Scope};
use crate::error::Result;
use crate::messages::{self, CategoryName};

impl Context {
    /// Says which of the categories have no messages: one may be misspelt, or only be new.
    pub async fn note_empty_categories(
        &self,
        db: &Db,
        scope: &Scope,
        categories: impl IntoIterator<Item = &CategoryName>,
    ) -> Result<()> {
        for category in categories {
            if !messages::has_category(db.client(), scope, category.as_str()).await? {
                self.ui.note(&format!("category {category} has no messages"));
            }
        }
        Ok(())
    }
}
