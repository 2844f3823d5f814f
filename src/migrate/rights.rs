//! Owner and grants of messages come along: whoever could write before goes on writing on the new side.

use tokio_postgres::Transaction;

use crate::db::errors::explain;
use crate::db::queries::migrations::{self as queries, Rights};
use crate::db::queries::namespaces;
use crate::db::{Db, Scope};
use crate::error::{Error, Result};

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
                heirs.users.push((Some(owner.clone()), "DELETE, INSERT, SELECT, UPDATE".to_owned()));
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
            queries::hand_over(tx, scope, owner).await.map_err(|e| self.may_not(e))?;
        }
        queries::give(tx, scope, &self.users).await.map_err(|e| self.may_not(e))
    }

    /// Tries it, and leaves all as it is: what the role may not do is told before anything is stopped.
    ///
    /// # Errors
    /// As [`Heirs::inherit`].
    pub async fn rehearse(&self, db: &mut Db, scope: &Scope) -> Result<()> {
        let doing = "trying to hand the messages over to their owner";
        let tx = db.client_mut().transaction().await.map_err(|e| explain(doing, e))?;
        self.inherit(&tx, scope).await.map_err(|e| e.while_doing(doing))?;
        tx.rollback().await.map_err(|e| explain(doing, e))
    }

    fn may_not(&self, e: Error) -> Error {
        if crate::db::errors::sqlstate_of(&e).is_none_or(|s| s.code() != "42501") {
            return e;
        }
        let owner = self.owner.as_deref().unwrap_or("the owner of what is missing");
        e.hint(format!(
            "whoever wrote to the source could not write to the new side: run this as a superuser, or as a role that owns the \
             new side and is a member of {owner}, which has CREATE on the database"
        ))
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
