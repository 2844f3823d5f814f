//! The throw-away namespace of a drill: made for it, emptied after each archive, removed in the end. Whatever a drill empties or
//! removes is known by three marks as its own, and holds nothing but what the drill has brought in: a namespace of the same name that is
//! somebody's stays.

use sha2::{Digest, Sha256};
use tokio_postgres::Transaction;
use uuid::Uuid;

use super::drill::{Drill, DrillLedger};
use crate::db::errors::{explain, sqlstate_of};
use crate::db::queries::drills::{self as queries, ScratchStatus};
use crate::db::queries::{lifecycle, namespaces};
use crate::db::{Db, Scope};
use crate::error::{Error, Kind, Result};
use crate::failpoint::effect;
use crate::namespace::{self, AutoCompress, NamespaceName, NewNamespace, Token};

/// What a drill asks a throw-away namespace to be.
pub(super) fn throw_away(live: &namespace::Namespace, into: &NamespaceName, id: Uuid) -> NewNamespace {
    NewNamespace {
        name: into.clone(),
        description: queries::description(id, live.scope.namespace()),
        // Nobody is told: nobody writes there.
        token: Token::generate(into.as_str()),
        chunk_interval: live.row.chunk_interval.clone().unwrap_or_else(|| "7 days".to_owned()),
        auto_compress: AutoCompress::Never,
    }
}

/// The throw-away namespace's name where none is given: the namespace's own with `-drill` behind it, where that is a name.
///
/// # Errors
/// Never: a hash is a name.
pub fn default_name(namespace: &str) -> Result<NamespaceName> {
    let by_hash = || format!("drill-{}", &hex::encode(Sha256::digest(namespace.as_bytes()))[..12]);
    format!("{namespace}-drill").parse::<NamespaceName>().or_else(|_| by_hash().parse())
}

impl Drill {
    /// Makes the throw-away namespace and enters the drill: both or neither.
    ///
    /// # Errors
    /// [`Kind::Conflict`] where a namespace of that name is there: it is not this drill's. [`Kind::Busy`] where another run has
    /// its lock.
    pub async fn begin(mut db: Db, live: &namespace::Namespace, into: &NamespaceName, by: &str) -> Result<Self> {
        let (source, id) = (live.scope.namespace(), Uuid::new_v4());
        if into.as_str() == source {
            return Err(
                Error::usage(format!("drilling namespace {source}")).because("it cannot be its own throw-away place")
            );
        }
        let new = throw_away(live, into, id);
        let enter = async |tx: &Transaction<'_>, scratch: &Scope| {
            let key = lifecycle::lock(tx, scratch.namespace()).await?;
            let began_at = queries::enter(tx, id, source, scratch, by).await?;
            Ok((scratch.clone(), began_at, key))
        };
        let made = effect!("drill.make", Box::pin(namespace::create_and(&mut db, &new, enter)).await);
        let (_, (scratch, began_at, key)) = match made {
            Ok(made) => made,
            Err(e) => return Err(not_made(&db, source, into, e).await?),
        };
        Ok(Self { db, id, scratch, began_at, is_full: false, key, ledger: DrillLedger::Beside, of_nothing: None })
    }

    /// Something is about to be brought in, which is known by its bounds. What is left of an archive before it, whose bounds are the
    /// ones that are noted still, goes first.
    ///
    /// # Errors
    /// As those of [`Drill::empty`].
    pub(super) async fn fill(&mut self, loading: (i64, Option<i64>, Option<i64>)) -> Result<()> {
        if self.is_full {
            self.empty().await?;
        }
        self.is_full = true;
        queries::note_loading(self.db.client(), self.id, loading).await
    }

    /// Takes what was brought in out again.
    ///
    /// # Errors
    /// [`Kind::Conflict`] where the throw-away namespace is not this drill's any more, or has messages of others.
    pub(super) async fn empty(&mut self) -> Result<()> {
        let doing = "emptying the throw-away namespace";
        let tx = self.db.client_mut().transaction().await.map_err(|e| explain(doing, e))?;
        match own(&tx, self.id, &self.scratch).await? {
            ScratchStatus::Ours => queries::empty(&tx, &self.scratch).await?,
            ScratchStatus::Gone | ScratchStatus::NotOurs => return Err(not_ours(self.scratch.namespace(), self.id)),
        }
        effect!("drill.empty", tx.commit().await.map_err(|e| explain(doing, e))?);
        self.is_full = false;
        Ok(())
    }
}

/// Why the throw-away namespace was not made.
pub(super) async fn not_made(db: &Db, source: &str, into: &NamespaceName, e: Error) -> Result<Error> {
    let doing = || format!("making the throw-away namespace {into} of a drill");
    if sqlstate_of(&e).is_some_and(|state| state.code() == "42501") {
        return Ok(e.hint(format!(
            "a drill is run by the owner of namespace {source}, who may make schemas in the database; eventodb-admin namespaces grants \
             {source} --role ROLE --as operator prints what a role lacks"
        )));
    }
    if e.kind() != Kind::Conflict {
        return Ok(e);
    }
    let there = namespaces::list(db.client(), Some(into.as_str())).await?.pop();
    let is_of_a_drill = there.and_then(|row| row.description).is_some_and(|text| text.starts_with("restore drill "));
    Ok(if is_of_a_drill {
        Error::new(Kind::Busy, doing())
            .because("a drill is under way there, or has left it")
            .hint("wait for it to end, or name another place with --into; the next drill of its namespace clears up")
    } else {
        Error::new(Kind::Conflict, doing())
            .because(e)
            .hint("it is not a drill's, and stays as it is; --into names another one, which must not be there")
    })
}

/// Whose the throw-away namespace is. Where it is the drill's, everybody is kept out of it until the transaction ends.
///
/// # Errors
/// [`Kind::Conflict`] where it has messages of others; where a query fails.
async fn own(tx: &Transaction<'_>, id: Uuid, scratch: &Scope) -> Result<ScratchStatus> {
    let standing = queries::standing(tx, id).await?;
    if standing == ScratchStatus::Ours && !queries::holds_only_its_own(tx, id, scratch).await? {
        return Err(Error::new(Kind::Conflict, format!("looking at what is in namespace {}", scratch.namespace()))
            .because(format!("it is of drill {id}, and has messages that the drill has not brought in"))
            .hint("it stays as it is: find out who writes to it; eventodb-admin namespaces delete removes it with all of them"));
    }
    Ok(standing)
}

fn not_ours(scratch: &str, id: Uuid) -> Error {
    Error::new(Kind::Conflict, format!("looking for the throw-away namespace {scratch} of drill {id}"))
        .because("schema or registry say that it is somebody else's by now")
        .hint("it stays as it is; eventodb-admin namespaces list shows what is there")
}

/// Removes the throw-away namespace within a transaction. What stays is the inner error, and the transaction can go on.
pub(super) async fn remove(tx: &Transaction<'_>, id: Uuid, scratch: &Scope) -> Result<Result<()>> {
    match own(tx, id, scratch).await {
        Ok(ScratchStatus::Ours) => {
            // In another database the drill's row is the namespace's own, and nobody's once that is gone.
            queries::note_cleared(tx, id).await?;
            namespace::delete_in(tx, scratch.namespace(), scratch.schema()).await?;
        }
        Ok(ScratchStatus::Gone) => {
            queries::note_cleared(tx, id).await?;
        }
        Ok(ScratchStatus::NotOurs) => return Ok(Err(not_ours(scratch.namespace(), id))),
        Err(e) if e.kind() == Kind::Conflict => return Ok(Err(e)),
        Err(e) => return Err(e),
    }
    Ok(Ok(()))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_throw_away_namespace_has_a_name_whatever_the_namespace_is_called() {
        assert_eq!(default_name("shop").unwrap().as_str(), "shop-drill");
        for odd in ["", "a b", "ä", &"x".repeat(128)] {
            assert!(default_name(odd).unwrap().as_str().starts_with("drill-"), "{odd:?}");
        }
        assert_ne!(default_name("a b").unwrap(), default_name("a c").unwrap());
    }
}
