//! What a namespace's functions answer where a category is asked for by a name that is none.

use crate::db::queries::settings as queries;
use crate::db::{Db, Scope};
use crate::error::Result;

/// What `get_category_messages('account-1')` gives.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum NotACategory {
    /// An error, as in Message DB.
    Fail,
    /// Nothing, as in `EventoDB`'s own functions.
    Nothing,
}

impl NotACategory {
    /// Its name in the database and in output.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Fail => "fail",
            Self::Nothing => "nothing",
        }
    }
}

/// What it is set to.
///
/// # Errors
/// Where the query fails.
pub async fn not_a_category(db: &Db, scope: &Scope) -> Result<NotACategory> {
    // The table allows these two only.
    let is_nothing = queries::not_a_category(db.client(), scope).await? == NotACategory::Nothing.as_str();
    Ok(if is_nothing { NotACategory::Nothing } else { NotACategory::Fail })
}

/// Sets it, for everybody's next read.
///
/// # Errors
/// Where the statement fails.
pub async fn set_not_a_category(db: &Db, scope: &Scope, answer: NotACategory) -> Result<()> {
    queries::set_not_a_category(db.client(), scope.schema(), answer.as_str()).await
}
