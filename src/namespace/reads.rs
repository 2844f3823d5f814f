//! What a namespace's functions do where a read reaches into archives.

use super::scope;
use crate::db::errors::explain;
use crate::db::queries::namespaces::NamespaceRow;
use crate::db::queries::settings as queries;
use crate::db::{Db, Scope};
use crate::error::Result;

/// What `get_stream_messages` and its kin do there.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum ArchivedReads {
    /// Leave out what is not live.
    Skip,
    /// Fail.
    Fail,
}

impl ArchivedReads {
    /// Its name in the database and in output.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Skip => "skip",
            Self::Fail => "fail",
        }
    }
}

/// What it is set to.
///
/// # Errors
/// Where the query fails; the namespace must be up to date.
pub async fn archived_reads(db: &Db, row: &NamespaceRow) -> Result<ArchivedReads> {
    read(db, &scope(db, &row.name, &row.schema)?).await
}

/// As [`archived_reads`], by the namespace's scope.
///
/// # Errors
/// Where the query fails.
pub async fn read(db: &Db, scope: &Scope) -> Result<ArchivedReads> {
    // The table allows these two only.
    let is_fail = queries::archived_reads(db.client(), scope).await? == ArchivedReads::Fail.as_str();
    Ok(if is_fail { ArchivedReads::Fail } else { ArchivedReads::Skip })
}

/// Sets it, for everybody's next read.
///
/// # Errors
/// Where a statement fails.
pub async fn set_archived_reads(db: &mut Db, scope: &Scope, mode: ArchivedReads) -> Result<()> {
    let doing = format!("setting what reads of namespace {} do", scope.namespace());
    let tx = db.client_mut().transaction().await.map_err(|e| explain(doing.clone(), e))?;
    queries::set_archived_reads(&tx, scope, mode.as_str()).await?;
    tx.commit().await.map_err(|e| explain(doing, e))
}
