//! Aims by space, as they are set.

use std::time::Duration;

use super::ages::age;
use crate::cli::SpaceFlags;
use crate::cli::values::{Free, Size};
use crate::commands::app::Context;
use crate::db::Scope;
use crate::error::{Error, Result};
use crate::lifecycle::{Disk, KeepFree, Policy, SpaceAims};
use crate::ui::human;

pub(super) fn percent(aims: &SpaceAims) -> Option<f64> {
    if let Some(KeepFree::Percent(percent)) = aims.keep_free { Some(percent) } else { None }
}

pub(super) fn bytes(aims: &SpaceAims) -> Option<u64> {
    if let Some(KeepFree::Bytes(bytes)) = aims.keep_free { Some(bytes) } else { None }
}

pub(super) const fn size(size: Size) -> Option<u64> {
    match size {
        Size::Bytes(n) => Some(n),
        Size::Never => None,
    }
}

/// Takes over what was given.
pub(super) fn change(aims: &mut SpaceAims, flags: &SpaceFlags) {
    if let Some(most) = flags.keep_at_most {
        aims.keep_at_most = size(most);
    }
    if let Some(free) = flags.keep_free {
        aims.keep_free = match free {
            Free::Keep(free) => Some(free),
            Free::Never => None,
        };
    }
    if let Some(floor) = flags.keep_live_at_least {
        aims.keep_live_at_least = age(floor);
    }
    if let Some(disk) = flags.disk_size {
        aims.disk_size = size(disk);
    }
}

/// Refuses ages and aims that contradict each other.
pub(super) fn check(policy: &Policy) -> Result<()> {
    let refuse = |why: String| Err(Error::usage("setting a policy").because(why));
    let floor = policy.space.keep_live_at_least;
    if let (Some(floor), Some(archive)) = (floor, policy.archive_after)
        && archive < floor
    {
        return refuse(format!(
            "chunks would be archived after {}, and are to stay for {}: --archive-after is below --keep-live-at-least",
            human::typed(archive),
            human::typed(floor)
        ));
    }
    if let (Some(floor), Some(expire), true) = (floor, policy.expire_archives_after, policy.space.has_aim())
        && expire < floor.saturating_add(Duration::from_hours(24))
    {
        return refuse(
            "archives would expire as soon as they are made: --expire-archives-after is not above --keep-live-at-least by a day"
                .to_owned(),
        );
    }
    Ok(())
}

/// Refuses aims that nothing can be done for: without a store, or on a disk that nobody knows.
pub(super) async fn check_place(context: &Context, scope: &Scope, (policy, before): (&Policy, &Policy)) -> Result<()> {
    let aims = &policy.space;
    let namespace = scope.namespace();
    if *aims == before.space && policy.store_url == before.store_url {
        return Ok(());
    }
    if aims.has_aim() && policy.store_url.is_none() && context.settings.store()?.is_none() {
        return Err(Error::usage("setting a policy")
            .because("chunks are to leave the database for room, and no store is named that they could go to")
            .hint(format!("eventodb-admin -n {namespace} policy set --store s3://bucket/prefix with the same flags")));
    }
    let Some(free) = aims.keep_free else { return Ok(()) };
    // As the role that has connected: the owner may see less of the server.
    let own = context.connect().await?;
    let Some(disk) = Disk::of(&own, scope, aims).await? else {
        return Err(Error::usage("setting a policy")
            .because(
                "--keep-free is about the disk of the server, which cannot be seen from here: its data directory is not on this \
                 machine, or this user or role may not look into it",
            )
            .hint(format!("eventodb-admin -n {namespace} policy set --disk-size 500G with the same flags names its size")));
    };
    let space = disk.space(&own).await?;
    if free.of_disk(space.size_bytes) >= space.size_bytes {
        return Err(Error::usage("setting a policy").because(format!(
            "--keep-free asks for {}, and the disk has {}",
            human::bytes(i64::try_from(free.of_disk(space.size_bytes)).unwrap_or(i64::MAX)),
            human::bytes(i64::try_from(space.size_bytes).unwrap_or(i64::MAX))
        )));
    }
    Ok(())
}
