//! What a namespace's functions do where a read reaches into archives.

use super::scope;
use super::served::{self, FarEnd};
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
    /// Ask `eventodb-admin serve`, as every query of messages does.
    Serve,
}

impl ArchivedReads {
    /// Its name in the database and in output.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Skip => "skip",
            Self::Fail => "fail",
            Self::Serve => "serve",
        }
    }
}

/// What it is to be.
#[derive(Debug, Clone)]
pub enum NewReads {
    /// [`ArchivedReads::Skip`].
    Skip,
    /// [`ArchivedReads::Fail`].
    Fail,
    /// [`ArchivedReads::Serve`], from there.
    Serve(FarEnd),
}

impl NewReads {
    /// What it is then.
    pub const fn mode(&self) -> ArchivedReads {
        match self {
            Self::Skip => ArchivedReads::Skip,
            Self::Fail => ArchivedReads::Fail,
            Self::Serve(_) => ArchivedReads::Serve,
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
    // The table allows these three only.
    Ok(match queries::archived_reads(db.client(), scope).await?.as_str() {
        "serve" => ArchivedReads::Serve,
        "fail" => ArchivedReads::Fail,
        _ => ArchivedReads::Skip,
    })
}

/// Sets it, for everybody's next read. The foreign table of archived messages is put up for [`NewReads::Serve`], and taken down
/// for the others; both wait for those who are asking it.
///
/// # Errors
/// [`Kind::Unsupported`](crate::error::Kind::Unsupported) where this server has no foreign tables among chunks, or a superuser
/// has to do something before: the hint has what.
pub async fn set_archived_reads(db: &mut Db, scope: &Scope, reads: &NewReads) -> Result<()> {
    let doing = format!("setting what reads of namespace {} do", scope.namespace());
    let tx = db.client_mut().transaction().await.map_err(|e| explain(doing.clone(), e))?;
    match reads {
        NewReads::Serve(far_end) => served::put_up(&tx, scope, far_end).await,
        NewReads::Skip | NewReads::Fail => served::take_down(&tx, scope).await,
    }
    .map_err(|e| e.while_doing(&doing))?;
    queries::set_archived_reads(&tx, scope, reads.mode().as_str()).await?;
    tx.commit().await.map_err(|e| explain(doing, e))
}
