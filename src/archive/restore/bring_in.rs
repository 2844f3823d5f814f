//! The ways that an archive's rows take into the hypertable. None of them fires a trigger of others, none shows a row that
//! is in no archive, and what has come in is compared with the archive before it is committed.
//!
//! | the range | the way |
//! |---|---|
//! | has no chunk; Community; the role owns the hypertable | rows go into a staging table, which becomes the range's chunk |
//! | has no chunk; Community; any other role | an empty chunk is made, then as below |
//! | has no chunk; Apache-2 | the archive's own first row has the server make the chunk and is gone in the same transaction, then as below |
//! | has one chunk (late rows) | rows go into a temporary table first, and from there straight into the chunk |
//! | lies across several chunks | the same, through the hypertable |
//!
//! A table that becomes a chunk fires nothing: triggers are put on it by the server afterwards. Where rows are inserted into
//! a chunk, triggers of statements do not fire, as they are the hypertable's; those of rows are kept from firing by
//! `session_replication_role`, where the role may set that and no foreign key needs checking, or else are taken off the
//! chunk and put back on in the same transaction, where the role owns it. Where neither can be done, nothing is begun.

use chrono::{DateTime, Utc};
use tokio_postgres::{GenericClient, Transaction};

use crate::archive::format::manifest::Manifest;
use crate::archive::lock::columns::{check_columns, check_dimensions};
use crate::archive::read::load;
use crate::db::errors::{explain, sqlstate_of};
use crate::db::ident::{self, Qualified};
use crate::db::queries::chunks::{self, ChunkRow};
use crate::db::queries::ledger::ArchiveRow;
use crate::db::queries::user_triggers::{self as triggers, Fires, TriggerEvent, UserTrigger};
use crate::db::queries::{constraints, rehydrate as queries, stage};
use crate::db::{Db, Scope};
use crate::error::{Error, Kind, Result};
use crate::failpoint::effect;
use crate::stop::Stop;
use crate::store::Store;

/// How an archive's messages come in.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum BringInWay {
    /// Into a table of their own, which then becomes the range's chunk.
    Aside,
    /// Row by row.
    Rows(RowTarget),
}

/// Where rows go.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct RowTarget {
    into: Into,
    quiet: Quiet,
}

impl RowTarget {
    /// Whether others wait while it is filled: the chunk is decompressed, triggers are taken off it, or chunks are made.
    pub(super) const fn keeps_others_out(&self) -> bool {
        matches!(self.into, Into::Chunk { is_compressed: true, .. } | Into::Hypertable(_))
            || matches!(self.quiet, Quiet::TakenOff(_))
    }
}

#[derive(Debug, Clone, PartialEq, Eq)]
enum Into {
    /// The one chunk that the whole range lies in.
    Chunk { table: Qualified, is_compressed: bool },
    /// Several, which the server finds.
    Hypertable(Qualified),
}

impl Into {
    const fn table(&self) -> &Qualified {
        match self {
            Self::Chunk { table, .. } | Self::Hypertable(table) => table,
        }
    }
}

/// What keeps triggers of others from firing.
#[derive(Debug, Clone, PartialEq, Eq)]
enum Quiet {
    /// There are none.
    None,
    /// The session is one of a replica.
    Replica,
    /// These are taken off meanwhile.
    TakenOff(Vec<UserTrigger>),
}

/// What the caller needs of an archive that comes back.
#[derive(Clone, Copy)]
pub(in crate::archive) struct IncomingArchive<'a> {
    pub scope: &'a Scope,
    pub store: &'a Store,
    pub archive: &'a ArchiveRow,
    pub manifest: &'a Manifest,
    pub stop: &'a Stop,
}

impl IncomingArchive<'_> {
    const fn range(&self) -> (DateTime<Utc>, DateTime<Utc>) {
        (self.archive.range_start, self.archive.range_end)
    }
}

/// The chunks that share some of a range.
async fn overlapping(
    db: &impl GenericClient,
    scope: &Scope,
    range: (DateTime<Utc>, DateTime<Utc>),
) -> Result<Vec<ChunkRow>> {
    let mut all = chunks::list(db, scope).await?;
    all.retain(|c| c.range_start < range.1 && range.0 < c.range_end);
    Ok(all)
}

/// Chooses the way, and has the range's chunk made where that takes a transaction of its own: `made` is that chunk. Where the
/// way is closed to this role, nothing was changed.
///
/// # Errors
/// Where triggers would fire that this role cannot keep from it, or a statement fails.
pub(super) async fn choose(
    db: &mut Db,
    source: IncomingArchive<'_>,
    made: &mut Option<Qualified>,
) -> Result<BringInWay> {
    let (scope, range) = (source.scope, source.range());
    let is_community = db.server.supports_compression();
    let there = overlapping(db.client(), scope, range).await?;
    if there.len() < 2 {
        // Among several chunks of the range the server finds the right one.
        check_dimensions(db.client(), scope).await.map_err(elsewhere)?;
    }
    if there.is_empty() {
        if is_community && stage::is_possible(db.client(), scope, range).await? && has_plain_columns(db, scope).await? {
            return Ok(BringInWay::Aside);
        }
        effect!("rehydrate.make-range", *made = make_range(db, source).await?);
    }
    let doing = "choosing a way in";
    let mut tx = db.client_mut().transaction().await.map_err(|e| explain(doing, e))?;
    let fill = plan(&mut tx, scope, range).await?;
    tx.rollback().await.map_err(|e| explain(doing, e))?;
    Ok(BringInWay::Rows(fill))
}

fn elsewhere(e: Error) -> Error {
    if e.kind() != Kind::Unsupported {
        return e;
    }
    e.hint("eventodb-admin archives rehydrate ID --into NAMESPACE brings it into another namespace, whose chunks are cut by time")
}

/// Whether rows stay what they are in a table that is made like the hypertable.
async fn has_plain_columns(db: &Db, scope: &Scope) -> Result<bool> {
    match check_columns(db.client(), scope).await {
        Ok(()) => Ok(true),
        Err(e) if e.kind() == Kind::Unsupported => Ok(false),
        Err(e) => Err(e),
    }
}

/// Where the rows of a range that has chunks go, and what keeps triggers from firing.
pub(super) async fn plan(
    tx: &mut Transaction<'_>,
    scope: &Scope,
    range: (DateTime<Utc>, DateTime<Utc>),
) -> Result<RowTarget> {
    let mut found = overlapping(tx, scope, range).await?;
    let is_one = found.len() == 1 && found.iter().all(|c| c.range_start <= range.0 && range.1 <= c.range_end);
    if let Some(chunk) = found.pop_if(|_| is_one) {
        let all = triggers::list(tx, scope, &chunk.table, TriggerEvent::Insert).await?;
        let quiet = quiet_in_chunk(tx, &chunk.table, all).await?;
        return Ok(RowTarget { into: Into::Chunk { is_compressed: chunk.is_compressed, table: chunk.table }, quiet });
    }
    let messages = scope.messages();
    let mut all = triggers::list(tx, scope, &messages, TriggerEvent::Insert).await?;
    // Those of a chunk may be switched on where the hypertable's are off.
    for chunk in &found {
        all.extend(triggers::list(tx, scope, &chunk.table, TriggerEvent::Insert).await?);
    }
    // One that is made on the way has them all switched on.
    all.iter_mut().filter(|t| t.is_per_row && t.fires == Fires::Never).for_each(|t| t.fires = Fires::InOrigin);
    let quiet = quiet_in_hypertable(tx, &messages, all).await?;
    Ok(RowTarget { into: Into::Hypertable(messages), quiet })
}

fn that_fire(all: &[UserTrigger]) -> Vec<UserTrigger> {
    all.iter().filter(|t| matches!(t.fires, Fires::InOrigin | Fires::Always)).cloned().collect()
}

fn none_fires_in_replica(all: &[UserTrigger]) -> bool {
    all.iter().all(|t| matches!(t.fires, Fires::InOrigin | Fires::Never))
}

async fn quiet_in_chunk(tx: &mut Transaction<'_>, chunk: &Qualified, all: Vec<UserTrigger>) -> Result<Quiet> {
    let firing = that_fire(&all);
    if firing.is_empty() {
        return Ok(Quiet::None);
    }
    let standing = triggers::standing(tx, chunk).await?;
    if !standing.has_foreign_key && none_fires_in_replica(&all) && triggers::may_be_replica(tx).await? {
        return Ok(Quiet::Replica);
    }
    // One that always fires would be an ordinary one afterwards: nobody can switch a chunk's over.
    if standing.is_owner && firing.iter().all(|t| t.fires == Fires::InOrigin) {
        return Ok(Quiet::TakenOff(firing));
    }
    Err(would_fire(chunk, &firing))
}

async fn quiet_in_hypertable(tx: &mut Transaction<'_>, table: &Qualified, all: Vec<UserTrigger>) -> Result<Quiet> {
    let firing = that_fire(&all);
    if firing.is_empty() {
        return Ok(Quiet::None);
    }
    let standing = triggers::standing(tx, table).await?;
    if !standing.has_foreign_key && none_fires_in_replica(&all) && triggers::may_be_replica(tx).await? {
        return Ok(Quiet::Replica);
    }
    Err(would_fire(table, &firing))
}

/// The triggers that would fire for messages which are inserted into a namespace.
pub(super) async fn would_fire_in(db: &impl GenericClient, scope: &Scope) -> Result<Vec<UserTrigger>> {
    let messages = scope.messages();
    let mut all = triggers::list(db, scope, &messages, TriggerEvent::Insert).await?;
    all.iter_mut().filter(|t| t.is_per_row).for_each(|t| t.fires = Fires::InOrigin);
    Ok(that_fire(&all))
}

/// What is said where a trigger cannot be kept from firing.
pub(super) fn would_fire(table: &Qualified, firing: &[UserTrigger]) -> Error {
    let mut names: Vec<_> = firing.iter().map(|t| t.name.as_str()).collect();
    names.sort_unstable();
    names.dedup();
    let names = names.join(", ");
    Error::failed(format!("keeping the triggers of {table} from firing"))
        .because(format!(
            "{names} would fire for messages that are not new, and this role cannot keep them from it here; nothing was \
             changed"
        ))
        .hint(format!(
            "run it as a superuser, or have one GRANT SET ON PARAMETER session_replication_role TO this role (PostgreSQL \
             15 or later); a trigger that is ENABLE ALWAYS or ENABLE REPLICA, or that lies beside a foreign key, has to be \
             dropped meanwhile: {names}"
        ))
}

/// Has the range's chunk made, in a short transaction: making one keeps others from making theirs until the commit, so a
/// long load must find it made. A crash afterwards leaves an empty chunk, which the next run fills.
async fn make_range(db: &mut Db, source: IncomingArchive<'_>) -> Result<Option<Qualified>> {
    let (scope, range) = (source.scope, source.range());
    let by_function = db.server.supports_compression() && chunks::can_create(db.client()).await?;
    let doing = format!("making the chunk of {}", range.0);
    let fail = |e| explain(doing.clone(), e);
    let mut tx = db.client_mut().transaction().await.map_err(fail)?;
    if by_function {
        // What could not be filled is not made.
        let mut all = triggers::list(&tx, scope, &scope.messages(), TriggerEvent::Insert).await?;
        all.retain(|t| t.is_per_row);
        for trigger in &mut all {
            trigger.fires = Fires::InOrigin;
        }
        quiet_in_chunk(&mut tx, &scope.messages(), all).await?;
        if !chunks::create(&mut tx, scope, range).await? {
            return Ok(None);
        }
    } else {
        make_by_row(&mut tx, source).await?;
    }
    let made = overlapping(&tx, scope, range).await?.pop().map(|c| c.table);
    tx.commit().await.map_err(fail)?;
    Ok(made)
}

/// What keeps triggers from firing for the row that has a chunk made.
async fn quiet_for_a_row(tx: &mut Transaction<'_>, scope: &Scope) -> Result<Quiet> {
    let messages = scope.messages();
    let firing = |mut all: Vec<UserTrigger>| {
        // A new chunk has all those of rows switched on, whatever the hypertable has.
        all.iter_mut().filter(|t| t.is_per_row).for_each(|t| t.fires = Fires::InOrigin);
        all
    };
    let inserting = firing(triggers::list(tx, scope, &messages, TriggerEvent::Insert).await?);
    // The row is deleted from the chunk, which only has those of rows.
    let mut deleting = firing(triggers::list(tx, scope, &messages, TriggerEvent::Delete).await?);
    deleting.retain(|t| t.is_per_row);
    let (on_insert, on_delete) = (that_fire(&inserting), that_fire(&deleting));
    if on_insert.is_empty() && on_delete.is_empty() {
        return Ok(Quiet::None);
    }
    if none_fires_in_replica(&inserting) && triggers::may_be_replica(tx).await? {
        return Ok(Quiet::Replica);
    }
    if on_insert.is_empty() && triggers::standing(tx, &messages).await?.is_owner {
        return Ok(Quiet::TakenOff(on_delete));
    }
    Err(would_fire(&messages, if on_insert.is_empty() { &on_delete } else { &on_insert }))
}

/// By the archive's own first row, which no check and no foreign key refuses that lets the others in.
async fn make_by_row(tx: &mut Transaction<'_>, source: IncomingArchive<'_>) -> Result<()> {
    let IncomingArchive { scope, store, manifest, stop, .. } = source;
    let doing = || format!("making the chunk of {}", source.archive.range_start);
    let quiet = quiet_for_a_row(tx, scope).await?;
    // The heads know this message: it was never forgotten.
    tx.batch_execute("SET LOCAL eventodb.heads_kept = 'on'").await.map_err(|e| explain(doing(), e))?;
    if quiet == Quiet::Replica {
        triggers::as_replica(tx).await?;
    }
    let target = format!("{} ({})", scope.messages(), manifest.column_list());
    load::first_row(tx, &target, store, manifest, stop).await.map_err(refused_by_a_constraint)?;
    for chunk in overlapping(tx, scope, source.range()).await? {
        let on_chunk = match &quiet {
            Quiet::TakenOff(_) => that_fire(&triggers::list(tx, scope, &chunk.table, TriggerEvent::Delete).await?),
            Quiet::None | Quiet::Replica => Vec::new(),
        };
        triggers::take_off(tx, &chunk.table, &on_chunk).await?;
        if !chunks::empty(tx, &chunk.table).await? {
            return Err(Error::failed(doing())
                .because("the row that it was made by could not be taken out of it again; nothing was changed")
                .hint("something on the hypertable keeps rows from being deleted: drop it meanwhile"));
        }
        triggers::put_back(tx, &chunk.table, &on_chunk).await?;
    }
    if quiet == Quiet::Replica {
        triggers::as_origin(tx).await?;
    }
    Ok(())
}

/// Moves rows from a staging table to where they belong, and compares what is there then.
///
/// # Errors
/// [`Kind::Verification`] where what has come in is not what the archive holds: the caller rolls back.
pub(super) async fn insert_staged(
    tx: &mut Transaction<'_>,
    scope: &Scope,
    fill: &RowTarget,
    staging: &Qualified,
    columns: &[&str],
) -> Result<()> {
    if let Into::Chunk { table, is_compressed: true } = &fill.into {
        // Rows go into a compressed chunk one batch at a time; late ones are few, the archive's are many.
        effect!(
            "rehydrate.decompress",
            chunks::decompress(tx, scope, table)
                .await
                .map_err(|e| explain(format!("decompressing chunk {}", table.name.as_str()), e))?
        );
    }
    let doing = "moving messages into the hypertable";
    // A transaction of its own within the other tells its rows from all that were there.
    let inner = tx.savepoint("pour").await.map_err(|e| explain(doing, e))?;
    match &fill.quiet {
        Quiet::None => {}
        Quiet::Replica => triggers::as_replica(&inner).await?,
        Quiet::TakenOff(off) => triggers::take_off(&inner, fill.into.table(), off).await?,
    }
    stage::insert_staged(&inner, fill.into.table(), staging, &ident::list(columns.iter().copied()))
        .await
        .map_err(refused_by_a_constraint)?;
    match &fill.quiet {
        Quiet::None => {}
        Quiet::Replica => triggers::as_origin(&inner).await?,
        Quiet::TakenOff(off) => triggers::put_back(&inner, fill.into.table(), off).await?,
    }
    inner.commit().await.map_err(|e| explain(doing, e))?;
    compare(tx, scope, fill, staging, columns).await
}

async fn compare(
    tx: &Transaction<'_>,
    scope: &Scope,
    fill: &RowTarget,
    staging: &Qualified,
    columns: &[&str],
) -> Result<()> {
    let is_same = match &fill.into {
        Into::Chunk { table, .. } => {
            // Values of other types than an archive's are compared as texts.
            let by = match check_columns(tx, scope).await {
                Ok(()) => queries::CompareBy::Values,
                Err(e) if e.kind() == Kind::Unsupported => queries::CompareBy::Texts,
                Err(e) => return Err(e),
            };
            queries::came_in_as_they_are(tx, table, staging, columns, by).await?
        }
        Into::Hypertable(table) => queries::are_there_as_they_are(tx, table, staging, columns).await?,
    };
    if is_same { Ok(()) } else { Err(altered(tx, scope, fill.into.table()).await) }
}

/// Compares the loaded messages of an archive with those of a namespace: each must be there as it is.
///
/// # Errors
/// [`Kind::Verification`] where one is not.
pub(super) async fn compare_all(tx: &Transaction<'_>, scope: &Scope, manifest: &Manifest) -> Result<()> {
    let names: Vec<_> = manifest.columns.iter().map(|c| c.name.as_str()).collect();
    let (messages, staging) = (scope.messages(), Qualified::new("pg_temp", "eventodb_loaded"));
    if queries::are_there_as_they_are(tx, &messages, &staging, &names).await? {
        return Ok(());
    }
    Err(altered(tx, scope, &messages).await)
}

/// What is said where rows are not what they were, with what may have altered them.
async fn altered(tx: &Transaction<'_>, scope: &Scope, table: &Qualified) -> Error {
    let found = triggers::list(tx, scope, table, TriggerEvent::Insert).await.unwrap_or_default();
    let names: Vec<_> = found.iter().map(|t| t.name.as_str()).collect();
    let by = if names.is_empty() { "a trigger or the type of a column".to_owned() } else { names.join(", ") };
    Error::new(Kind::Verification, format!("comparing what came into {table} with the archive"))
        .because(format!("messages are not what the archive holds: a trigger altered rows, or a column did ({by})"))
        .hint("nothing was changed; drop what alters rows meanwhile, then bring the archive back")
}

/// Proves that a staging table has taken rows as they are.
///
/// # Errors
/// [`Kind::Verification`] where something may have altered them.
pub(super) async fn prove_plain(tx: &Transaction<'_>, staging: &Qualified) -> Result<()> {
    if triggers::takes_rows_as_they_are(tx, staging).await? {
        return Ok(());
    }
    Err(Error::new(Kind::Verification, format!("looking at table {staging}"))
        .because("a trigger, a rule or a generated column was put on it as it was made, and may have altered rows")
        .hint("nothing was changed; an event trigger does so: disable it meanwhile"))
}

/// A constraint that refuses what was let in once: it has come since, or what a foreign key refers to has gone.
pub(super) fn refused_by_a_constraint(e: Error) -> Error {
    let Some(code) = sqlstate_of(&e).map(|c| c.code().to_owned()).filter(|code| code.starts_with("23")) else {
        return e;
    };
    if code == "23505" {
        return e.hint(
            "another message has the place of one that was archived, or an index that has come since allows it once; nothing \
             was changed: move or delete the other message, or drop the index meanwhile, and bring the archive back",
        );
    }
    e.hint(
        "a constraint of the hypertable refuses what was archived; nothing was changed: drop the constraint meanwhile (or \
         give its foreign key what it refers to), bring the archive back, and add the constraint again as NOT VALID (for a column that became NOT NULL: ALTER COLUMN … \
         DROP NOT NULL, and then CHECK (… IS NOT NULL) NOT VALID)",
    )
}

/// Refuses a chunk whose messages could not come back as they are, before it is archived and dropped: a check that is not
/// valid lets them stay, and lets nothing like them in.
///
/// # Errors
/// Where there is such a check, and messages that break it; where the server cannot be asked.
pub(in crate::archive) async fn could_come_back(db: &Db, scope: &Scope, chunk: &ChunkRow) -> Result<()> {
    let broken = constraints::broken(db.client(), scope, &chunk.table).await?;
    if broken.is_empty() {
        return Ok(());
    }
    Err(Error::failed("looking whether its messages could come back")
        .because(format!(
            "some break constraints that are NOT VALID ({}) and would keep them out once they are archived; nothing was \
             dropped",
            broken.join(", ")
        ))
        .hint("mend the messages, or drop the constraints; those that are valid are no trouble"))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_session_of_a_replica_keeps_ordinary_triggers_quiet_and_no_others() {
        let trigger = |fires| UserTrigger { name: String::new(), fires, is_per_row: true, definition: String::new() };
        let all = [Fires::InOrigin, Fires::Never, Fires::Always, Fires::InReplica].map(trigger);
        assert!(none_fires_in_replica(&[]) && none_fires_in_replica(&all[..2]));
        assert!(!none_fires_in_replica(&all[..3]) && !none_fires_in_replica(&all[3..]));
        let firing: Vec<_> = that_fire(&all).into_iter().map(|t| t.fires).collect();
        assert_eq!(firing, [Fires::InOrigin, Fires::Always]);
    }
}
