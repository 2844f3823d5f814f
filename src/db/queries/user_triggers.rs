//! Triggers that others have put on messages. What comes back out of an archive is nothing new: none of them may fire for it.

use tokio_postgres::{GenericClient, Transaction};

use crate::db::errors::{explain, sqlstate};
use crate::db::ident::{Ident, Qualified};
use crate::db::scope::Scope;
use crate::error::Result;

/// What a trigger fires for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum TriggerEvent {
    /// A row that is inserted.
    Insert,
    /// A row that is deleted.
    Delete,
}

impl TriggerEvent {
    /// Its bit in `pg_trigger.tgtype`.
    const fn bit(self) -> i16 {
        match self {
            Self::Insert => 1 << 2,
            Self::Delete => 1 << 3,
        }
    }
}

/// In which sessions a trigger fires.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Fires {
    /// In ordinary ones.
    InOrigin,
    /// In those of a replica.
    InReplica,
    /// In all.
    Always,
    /// In none.
    Never,
}

/// A trigger that is neither ours nor the extension's, nor one that guards a foreign key.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct UserTrigger {
    /// Its name.
    pub name: String,
    /// When it fires.
    pub fires: Fires,
    /// Once for each row; otherwise once a statement.
    pub is_per_row: bool,
    /// The statement that makes it.
    pub definition: String,
}

/// The triggers of a table for an event.
///
/// # Errors
/// Where the query fails.
pub async fn list(
    db: &impl GenericClient,
    scope: &Scope,
    table: &Qualified,
    event: TriggerEvent,
) -> Result<Vec<UserTrigger>> {
    let sql = scope.render(include_str!("../sql/user_triggers.sql"))?;
    let rows = db
        .query(&sql, &[&table.to_string(), &event.bit()])
        .await
        .map_err(|e| explain(format!("looking for triggers on {table}"), e))?;
    let trigger = |r: &tokio_postgres::Row| UserTrigger {
        name: r.get("name"),
        fires: match r.get::<_, String>("enabled").as_str() {
            "A" => Fires::Always,
            "R" => Fires::InReplica,
            "D" => Fires::Never,
            _ => Fires::InOrigin,
        },
        is_per_row: r.get("is_per_row"),
        definition: r.get("definition"),
    };
    Ok(rows.iter().map(trigger).collect())
}

/// What stands beside the triggers of a table.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct TriggerTable {
    /// The role has the rights of its owner.
    pub is_owner: bool,
    /// It refers to other tables by a foreign key, which only an ordinary session checks.
    pub has_foreign_key: bool,
}

/// How the session's role stands to a table.
///
/// # Errors
/// Where the query fails.
pub async fn standing(db: &impl GenericClient, table: &Qualified) -> Result<TriggerTable> {
    let row = db
        .query_one(
            "SELECT pg_has_role(c.relowner, 'USAGE'),
                    EXISTS (SELECT FROM pg_constraint r WHERE r.conrelid = c.oid AND r.contype = 'f')
               FROM pg_class c WHERE c.oid = $1::text::regclass",
            &[&table.to_string()],
        )
        .await
        .map_err(|e| explain(format!("looking at the owner of {table}"), e))?;
    Ok(TriggerTable { is_owner: row.get(0), has_foreign_key: row.get(1) })
}

/// Whether the role may have its session be one of a replica, in which ordinary triggers do not fire. It is tried: some
/// servers allow it to roles that are no superusers.
///
/// # Errors
/// Where another statement fails.
pub async fn may_be_replica(tx: &mut Transaction<'_>) -> Result<bool> {
    let doing = "trying session_replication_role";
    let inner = tx.savepoint("as_replica").await.map_err(|e| explain(doing, e))?;
    let tried = inner.batch_execute(REPLICA).await;
    inner.rollback().await.map_err(|e| explain(doing, e))?;
    match tried {
        Ok(()) => Ok(true),
        Err(e) if sqlstate(&e).is_some_and(|code| code.code() == "42501") => Ok(false),
        Err(e) => Err(explain(doing, e)),
    }
}

const REPLICA: &str = "SET LOCAL session_replication_role = replica";

/// Makes the session one of a replica until [`as_origin`], or until the transaction ends.
///
/// # Errors
/// 42501 where the role may not.
pub async fn as_replica(tx: &Transaction<'_>) -> Result<()> {
    tx.batch_execute(REPLICA).await.map_err(|e| explain("keeping triggers from firing", e))
}

/// Makes it an ordinary one again.
///
/// # Errors
/// Where the statement fails.
pub async fn as_origin(tx: &Transaction<'_>) -> Result<()> {
    tx.batch_execute("SET LOCAL session_replication_role = origin")
        .await
        .map_err(|e| explain("having triggers fire again", e))
}

/// Takes triggers off a chunk, within a transaction that puts them back: they cannot be switched off there.
///
/// # Errors
/// Where the role is not the chunk's owner, or somebody holds it for too long.
pub async fn take_off(tx: &Transaction<'_>, chunk: &Qualified, triggers: &[UserTrigger]) -> Result<()> {
    for trigger in triggers {
        tx.batch_execute(&format!("DROP TRIGGER {} ON {chunk}", Ident::new(trigger.name.as_str())))
            .await
            .map_err(|e| explain(format!("taking trigger {} off {chunk}", trigger.name), e))?;
    }
    Ok(())
}

/// Puts them back as they were.
///
/// # Errors
/// Where the owner may not execute a trigger's function any more.
pub async fn put_back(tx: &Transaction<'_>, chunk: &Qualified, triggers: &[UserTrigger]) -> Result<()> {
    for trigger in triggers {
        tx.batch_execute(&trigger.definition)
            .await
            .map_err(|e| explain(format!("putting trigger {} back on {chunk}", trigger.name), e))?;
    }
    Ok(())
}

/// Whether nothing changes what is copied into a table of our own: no trigger, no rule, no column that is generated. An
/// event trigger may have put something on it.
///
/// # Errors
/// Where the query fails.
pub async fn takes_rows_as_they_are(db: &impl GenericClient, table: &Qualified) -> Result<bool> {
    let row = db
        .query_one(
            "SELECT NOT c.relhasrules AND NOT c.relrowsecurity
                    AND NOT EXISTS (SELECT FROM pg_trigger t WHERE t.tgrelid = c.oid)
                    AND NOT EXISTS (SELECT FROM pg_attribute a
                                     WHERE a.attrelid = c.oid AND a.attnum > 0 AND NOT a.attisdropped
                                       AND a.attgenerated <> '')
               FROM pg_class c WHERE c.oid = $1::text::regclass",
            &[&table.to_string()],
        )
        .await
        .map_err(|e| explain(format!("looking at table {table}"), e))?;
    Ok(row.get(0))
}
