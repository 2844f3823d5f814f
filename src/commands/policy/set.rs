//! `policy set`.

use std::time::Duration;

use super::ages::{age, in_years};
use super::shown::{one, read};
use super::{out_of_service, space};
use crate::archive::{self, Aggregates};
use crate::cli::SetPolicy;
use crate::cli::values::{AgeOrNever, Copies};
use crate::commands::app::{CommandOutcome, Context, object_lock};
use crate::db::queries::policies::{self, Policy, ServerJob};
use crate::db::{Db, Scope};
use crate::error::{Error, Result};
use crate::lifecycle::{self, Retention};
use crate::store::{Store, StoreUrl};
use crate::ui::human;

/// Addresses in the form in which the ledger has them.
fn addresses(given: &[String]) -> Result<Vec<String>> {
    given.iter().map(|url| url.parse::<StoreUrl>().map(|url| url.to_string())).collect()
}

/// The stores that archives are kept in, by what was given.
fn stores(policy: &mut Policy, args: &SetPolicy, store: Option<&StoreUrl>) -> Result<()> {
    if let Some(url) = store {
        policy.store_url = Some(url.to_string());
    }
    for url in addresses(&args.copies)? {
        if !policy.copies.contains(&url) {
            policy.copies.push(url);
        }
    }
    let removed = addresses(&args.remove_copies)?;
    let refuse = |why: String| Err(Error::usage("setting a policy").because(why));
    for url in &removed {
        if policy.store_url.as_ref() != Some(url) && !policy.copies.contains(url) {
            return refuse(format!("archives are not kept in {url} by this policy"));
        }
    }
    policy.copies.retain(|url| !removed.contains(url));
    if policy.store_url.as_ref().is_some_and(|url| removed.contains(url)) {
        if policy.copies.is_empty() {
            return refuse("the last store cannot be taken out of service: --store names another one".to_owned());
        }
        policy.store_url = Some(policy.copies.remove(0));
    }
    policy.copies.retain(|url| policy.store_url.as_ref() != Some(url));
    match args.drop_after_copies {
        Some(Copies::Some(n)) => policy.drop_after_copies = Some(n),
        Some(Copies::All) => policy.drop_after_copies = None,
        None => {}
    }
    let all = i32::try_from(policy.copies.len() + 1).unwrap_or(i32::MAX);
    match policy.drop_after_copies {
        Some(n) if n > all && args.drop_after_copies.is_some() => refuse(format!(
            "--drop-after-copies is {n}, and archives are kept in {all}: no chunk would ever be dropped"
        )),
        // A store that is taken out of service is not waited for.
        Some(n) if n > all => {
            policy.drop_after_copies = Some(all);
            Ok(())
        }
        _ => Ok(()),
    }
}

fn changed(mut policy: Policy, args: &SetPolicy, store: Option<&StoreUrl>) -> Result<Policy> {
    let set = |field: &mut Option<Duration>, given: Option<AgeOrNever>| {
        if let Some(given) = given {
            *field = age(given);
        }
    };
    set(&mut policy.compress_after, args.compress_after);
    set(&mut policy.archive_after, args.archive_after);
    set(&mut policy.drop_rehydrated_after, args.drop_rehydrated_after);
    set(&mut policy.expire_archives_after, args.expire_archives_after);
    space::change(&mut policy.space, &args.space);
    if let Some(told) = args.continuous_aggregates {
        policy.continuous_aggregates = Some(told).filter(|told| *told != Aggregates::Refuse);
    }
    stores(&mut policy, args, store)?;
    let safeguards = &mut policy.safeguards;
    set(&mut safeguards.keep_at_least, args.keep_at_least);
    let object_lock = object_lock::wanted(archive::lock_of_policy(safeguards)?, &args.locking)?;
    safeguards.lock_for = object_lock.map(|lock| lock.period);
    safeguards.lock_mode = object_lock.map(|lock| lock.mode.to_string());
    safeguards.lock_renew = args.lock_renew.unwrap_or(safeguards.lock_renew) && object_lock.is_some();
    if args.lock_renew == Some(true) && object_lock.is_none() {
        return Err(
            Error::usage("setting a policy").because("--lock-renew renews locks, and none is asked for: add --lock 7y")
        );
    }
    Ok(policy)
}

fn check(policy: &Policy) -> Result<()> {
    let refuse = |why: &str| Err(Error::usage("setting a policy").because(why.to_owned()));
    space::check(policy)?;
    match (policy.archive_after, policy.expire_archives_after) {
        (None, Some(_)) if !policy.archives() => {
            return refuse("archives expire, but nothing is archived: give --archive-after as well");
        }
        // 12 months and a year of ours are not quite the same: a night must lie between.
        (Some(archive), Some(expire)) if expire < archive.saturating_add(Duration::from_hours(24)) => {
            return refuse(
                "archives would expire as soon as they are made: --expire-archives-after is not above --archive-after by a day",
            );
        }
        _ => {}
    }
    let safeguards = &policy.safeguards;
    if let (Some(expire), Some(keep)) = (policy.expire_archives_after, safeguards.keep_at_least)
        && expire < keep
    {
        return refuse("archives would expire before they may: --expire-archives-after is below --keep-at-least");
    }
    if let (Some(_), Some(url)) = (safeguards.lock_for, &policy.store_url)
        && matches!(url.parse(), Ok(StoreUrl::File { .. }))
    {
        return refuse(
            "archives are to be locked, and a folder locks nothing: --store s3://bucket/prefix, or --lock never",
        );
    }
    Ok(())
}

/// Looks at stores that are new to the policy, so that no night has to find out.
async fn check_stores(context: &Context, (db, scope): (&Db, &Scope), policy: &Policy, before: &Policy) -> Result<()> {
    for url in policy.stores().filter(|url| before.stores().all(|had| had != *url)) {
        let url: StoreUrl = url.parse()?;
        archive::refuse_inside(db, scope, &url).await?;
        if let StoreUrl::File { dir } = &url
            && dir.parent().is_some_and(|parent| !parent.exists())
        {
            context.ui.warn(&format!(
                "neither {} nor the folder that it lies in is on this machine: is the address right, and the disk mounted where \
                 the nights run?",
                dir.display()
            ));
        }
    }
    Ok(())
}

/// Asks the stores whether they lock what is to be locked from now on: the first night would fail with each archive.
async fn check_locks(context: &Context, policy: &Policy, before: &Policy) -> Result<()> {
    let lock = archive::lock_of_policy(&policy.safeguards)?;
    let is_as_before = lock == archive::lock_of_policy(&before.safeguards)? && policy.stores().eq(before.stores());
    if lock.is_none() || is_as_before {
        return Ok(());
    }
    for url in policy.stores() {
        let url: StoreUrl = url.parse()?;
        if let StoreUrl::File { .. } = url {
            context.ui.note(&format!("copies in {url} are not locked: a folder locks nothing"));
            continue;
        }
        match Store::open_existing(&url, &context.settings.store_settings).await {
            Ok(store) => archive::check_can_lock(&store, lock).await?,
            Err(e) => context.ui.warn(&format!("whether {url} can lock objects is not known: {e}")),
        }
    }
    Ok(())
}

/// Whether what is set cannot be taken back: objects that are locked from now on in compliance mode.
fn binds(policy: &Policy, before: &Policy) -> Result<bool> {
    let (now, then) = (archive::lock_of_policy(&policy.safeguards)?, archive::lock_of_policy(&before.safeguards)?);
    let begins_to_renew = policy.safeguards.lock_renew && !before.safeguards.lock_renew;
    Ok(object_lock::binds_more(now, then) || begins_to_renew && object_lock::binds_more(now, None))
}

/// What the server's edition does not do is refused where it is asked for, and told where the nights would go without it.
fn check_edition(context: &Context, db: &Db, policy: &Policy, changes_server: bool) -> Result<()> {
    if changes_server && !db.server.supports_compression() {
        return Err(Error::new(crate::Kind::Unsupported, "changing the server's policies")
            .because("this server runs TimescaleDB's Apache-2 edition, which has none")
            .hint("--compress-after and --archive-after are carried out by lifecycle run, on every edition"));
    }
    if policy.archive_after.is_some() && policy.store_url.is_none() {
        context.ui.note("the policy names no store: lifecycle run takes the one of --store or EVENTODB_STORE");
    }
    if policy.compress_after.is_some() && !db.server.supports_compression() {
        context.ui.warn("this server runs TimescaleDB's Apache-2 edition: chunks will not be compressed");
    }
    Ok(())
}

pub(super) async fn run(context: &Context, args: SetPolicy) -> Result<CommandOutcome> {
    let store = context.settings.reading_store()?;
    if store.is_none() && args.is_empty() {
        return Err(Error::usage("setting a policy")
            .because("nothing is named that could be set")
            .hint("eventodb-admin policy set --archive-after 90d --store s3://bucket/prefix; policy show shows it"));
    }
    let (mut db, namespace) = context.namespace().await?;
    let scope = &namespace.scope;
    let found = read(&db, scope).await?;
    let is_new = found.is_none();
    let (before, runs) = found.unwrap_or_default();
    let policy = changed(before.clone(), &args, store.as_ref())?;
    let changes_server = args.server_compress_after.is_some() || args.server_drop_after.is_some();
    if policy == before && !changes_server && !is_new {
        context.ui.note("nothing to change");
    }
    check(&policy)?;
    space::check_place(context, scope, (&policy, &before)).await?;
    check_edition(context, &db, &policy, changes_server)?;
    check_stores(context, (&db, scope), &policy, &before).await?;
    if context.is_plan() {
        context.ui.object(&one(&db, scope, policy, runs).await?)?;
        context.ui.note("a plan: nothing has changed; the server's policies are shown as they are");
        return Ok(CommandOutcome::Done);
    }
    let is_destructive = policy.expire_archives_after.is_some()
        && policy.expire_archives_after != before.expire_archives_after
        || matches!(args.server_drop_after, Some(AgeOrNever::Age(_)));
    check_locks(context, &policy, &before).await?;
    if is_destructive {
        let name = scope.namespace().to_owned();
        context.confirm(format!("having messages of namespace {name} deleted for good by age"), name).await?;
    }
    let given_up = addresses(&args.remove_copies)?;
    out_of_service::check(context, &db, scope, &given_up).await?;
    out_of_service::warn(context, &db, scope, &given_up).await?;
    if binds(&policy, &before)? {
        context.confirm_compliance(scope, args.locking.confirm_compliance.as_deref()).await?;
    }
    let doing = "setting a policy";
    let explain = |e| crate::db::errors::explain(doing, e);
    let tx = db.client_mut().transaction().await.map_err(explain)?;
    policies::set(&tx, scope.namespace(), &policy).await?;
    for (job, given) in
        [(ServerJob::Compression, args.server_compress_after), (ServerJob::Retention, args.server_drop_after)]
    {
        if let Some(given) = given {
            policies::set_server_policy(&tx, scope, job, age(given)).await?;
        }
    }
    out_of_service::give_up(&tx, scope, &given_up).await?;
    out_of_service::take_up(&tx, scope, &policy, &before).await?;
    tx.commit().await.map_err(explain)?;
    warn(context, &db, scope, &policy).await?;
    if policy.copies.iter().any(|url| !before.copies.contains(url)) {
        context.ui.note(
            "archives that there are already: eventodb-admin archives copy --all copies them, and so do the nights",
        );
    }
    context.ui.object(&one(&db, scope, policy, runs).await?)?;
    Ok(CommandOutcome::Done)
}

/// What would make the policy mean less than it says: told when it is set, and not only by the first night.
async fn warn(context: &Context, db: &Db, scope: &Scope, policy: &Policy) -> Result<()> {
    if let Retention::Drops(found) = lifecycle::retention(db, scope, Some(policy)).await? {
        context.ui.warn(&format!(
            "a retention policy of the server drops chunks older than {}, archived or not, and lifecycle run refuses beside it: \
             eventodb-admin -n {} policy set --server-drop-after never removes it",
            found.after,
            scope.namespace()
        ));
    }
    let locked = policy.safeguards.lock_for.filter(|_| !policy.safeguards.lock_renew);
    if let (Some(expire), Some(after), Some(locked)) = (policy.expire_archives_after, policy.archive_after, locked)
        && expire < after.saturating_add(locked)
    {
        context.ui.warn(&format!(
            "archives are locked for {} from when they are made: they expire when their locks have ended, and not after {}",
            in_years(locked),
            human::typed(expire)
        ));
    }
    if let (Some(compress), Some(archive)) = (policy.compress_after, policy.archive_after)
        && compress >= archive
    {
        context.ui.warn(&format!(
            "chunks are archived after {} and would be compressed after {}: none will be compressed",
            human::typed(archive),
            human::typed(compress)
        ));
    }
    Ok(())
}
