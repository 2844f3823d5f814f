//! `chunks archive`.

use super::select::{selected, steps, warn_of_open};
use crate::archive::{self, AfterVerify, ArchiveOptions, Codec, LifecycleLock};
use crate::cli::{ArchiveChunks, Compression};
use crate::commands::app::Archiving;
use crate::commands::app::{CommandOutcome, Context, aggregates};
use crate::db::queries::policies::{self, ServerJob};
use crate::error::Result;

pub(super) async fn run(context: &Context, args: ArchiveChunks) -> Result<CommandOutcome> {
    let codec = Codec::new(
        match args.compression {
            Compression::Zstd => "zstd",
            Compression::Gzip => "gzip",
            Compression::None => "none",
        },
        args.level,
    )?;
    let options = ArchiveOptions {
        after: if args.keep { AfterVerify::Keep } else { AfterVerify::Drop },
        codec,
        jobs: usize::from(args.jobs),
    };
    let connector = context.connector()?;
    let (db, namespace) = context.namespace().await?;
    let scope = &namespace.scope;
    let wanted = context.wanted(&db, scope, "archiving chunks").await?;
    context.settings.store_settings.age.check()?;
    let store = context.first_there(&db, scope, &wanted).await?;
    let object_lock = context.object_lock_in(&db, scope, &args.locking, &store).await?;
    if !args.keep {
        aggregates::may_drop(&db, scope, args.continuous_aggregates).await?;
    }
    let selection = args.which.into();
    if context.is_plan() {
        let action = if args.keep { "archive and keep" } else { "archive and drop" };
        let selected = selected(context, &db, scope, &selection).await?;
        let refused = context.refusal(&db, scope, Ok(store)).await;
        return context.plan_unless(refused, steps(action, scope.namespace(), &selected));
    }
    let mut lock = LifecycleLock::take(db, scope, &context.ui).await?;
    // Under the lock: what another run has just archived is not chosen.
    let selected = selected(context, lock.db(), scope, &selection).await?;
    warn_of_open(context, &selected);
    if selected.is_empty() {
        context.ui.note("nothing to archive");
    }
    if let Some(retention) = policies::server_policy(lock.db().client(), scope.schema(), ServerJob::Retention).await? {
        context.ui.warn(&format!(
            "a retention policy of the server drops chunks older than {}, archived or not; eventodb-admin policy set \
             --server-drop-after never ends it",
            retention.after
        ));
    }
    if selected.is_empty() {
        // Nothing changes, so that a look is enough.
        archive::look_whose(lock.db(), scope, &store).await?;
        return Archiving::new(context).end();
    }
    let mut stores = context.stores_to_write();
    let mut to = stores.destination(&mut lock, scope, &wanted).await?.locking(object_lock);
    let mut archiving = Archiving::new(context);
    let meant = to.first.url().to_string();
    archiving.run(&mut lock, &connector, scope, &mut to, &selected, &options).await;
    stores.went_on(&meant, &to);
    if !args.keep {
        context.tell_overtaken(&mut lock, scope, &mut stores).await;
    }
    stores.end(&mut lock, scope).await;
    let ended = archiving.end();
    context.tell_manifests_to_keep(lock.db(), scope).await;
    ended
}
