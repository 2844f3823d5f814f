//! Owner and grants of messages come along: whoever could write before goes on writing on the new side.

use tokio_postgres::Transaction;
use tokio_postgres::error::SqlState;

use crate::db::errors::{explain, sqlstate_of};
use crate::db::queries::migrations::{self as queries, Rights};
use crate::db::queries::namespaces;
use crate::db::{Db, Scope};
use crate::error::Result;

/// What an owner can do with messages, as SQL lists it.
const ALL_RIGHTS: &str = "DELETE, INSERT, SELECT, UPDATE";

/// Who is to own and use a schema of messages, and who cannot.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Heirs {
    /// Its new owner, where it gets one.
    owner: Option<String>,
    /// Roles that get rights; no role is everybody.
    users: Vec<(Option<String>, String)>,
    /// Roles that the server does not have.
    unknown: Vec<String>,
}

impl Heirs {
    /// Looks who is to own and use a schema that is there. One that has an owner of its own keeps that one.
    ///
    /// # Errors
    /// Where a query fails.
    pub async fn find(db: &Db, scope: &Scope, rights: &Rights, made_here: bool) -> Result<Self> {
        let unknown = unknown(db, rights).await?;
        let is_known = |role: &String| !unknown.contains(role);
        let mut heirs = Self {
            owner: None,
            users: rights.users.iter().filter(|(u, _)| u.as_ref().is_none_or(is_known)).cloned().collect(),
            unknown: unknown.clone(),
        };
        if let Some(owner) = rights.owner.as_ref().filter(|o| is_known(o))
            && !queries::owns(db.client(), owner, &scope.messages()).await?
        {
            if made_here {
                heirs.owner = Some(owner.clone());
            } else {
                heirs.users.push((Some(owner.clone()), ALL_RIGHTS.to_owned()));
            }
        }
        Ok(heirs)
    }

    /// What to tell of roles that get nothing.
    pub fn warning(&self) -> Option<String> {
        warning(&self.unknown)
    }

    /// Hands the schema over.
    ///
    /// # Errors
    /// Where the role may not, with what it lacks.
    pub async fn inherit(&self, tx: &Transaction<'_>, scope: &Scope) -> Result<()> {
        if self.owner.is_none() && self.users.is_empty() {
            return Ok(());
        }
        // Rights are the new owner's to give; whoever gives them now still can.
        if let Some(owner) = &self.owner {
            queries::hand_over(tx, scope, owner).await?;
        }
        queries::give(tx, scope, &self.users).await
    }

    /// Tries it, and leaves all as it is. Where the session's role may not make another one the owner, that one gets rights on
    /// the messages instead; what is to be told of that is returned.
    ///
    /// # Errors
    /// Where the role may give no rights either.
    pub async fn rehearse(&mut self, db: &mut Db, scope: &Scope) -> Result<Option<String>> {
        let tried = self.try_out(db, scope).await;
        let Err(e) = tried else { return Ok(None) };
        let Some(owner) = self.owner.take_if(|_| sqlstate_of(&e) == Some(&SqlState::INSUFFICIENT_PRIVILEGE)) else {
            return Err(e);
        };
        let told = format!(
            "{owner} owns the messages and does not become the owner of the new side: {e}; it gets the right to read, write, change \
             and delete messages there. To make it the owner, a superuser runs this"
        );
        self.users.push((Some(owner), ALL_RIGHTS.to_owned()));
        self.try_out(db, scope).await?;
        Ok(Some(told))
    }

    async fn try_out(&self, db: &mut Db, scope: &Scope) -> Result<()> {
        let doing = "trying to hand the messages over to their owner";
        let tx = db.client_mut().transaction().await.map_err(|e| explain(doing, e))?;
        self.inherit(&tx, scope).await.map_err(|e| e.while_doing(doing))?;
        tx.rollback().await.map_err(|e| explain(doing, e))
    }
}

/// Roles that use the source and that this server does not have.
///
/// # Errors
/// Where the query fails.
pub async fn unknown(db: &Db, rights: &Rights) -> Result<Vec<String>> {
    let names: Vec<&str> =
        rights.owner.iter().map(String::as_str).chain(rights.users.iter().filter_map(|(u, _)| u.as_deref())).collect();
    queries::unknown_roles(db.client(), &names).await
}

/// What to tell of roles that the server does not have.
pub fn warning(unknown: &[String]) -> Option<String> {
    (!unknown.is_empty()).then(|| {
        format!(
            "roles that own or use the messages are not on the new side's server and get no rights there: {}; CREATE ROLE \
             before the cutover, or eventodb-admin namespaces grants after it",
            unknown.join(", ")
        )
    })
}

/// Whether the registry has the namespace's schema already: it has an owner of its own then.
pub(super) async fn was_there(db: &Db, scope: &Scope) -> Result<bool> {
    let row = namespaces::list(db.client(), Some(scope.namespace())).await?.pop();
    Ok(row.is_some_and(|r| r.schema == scope.schema()))
}
