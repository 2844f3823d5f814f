//! The namespaces of a run, and their stores.

use crate::commands::app::Context;
use crate::db::Db;
use crate::db::queries::policies::{self, Policy, Runs};
use crate::error::{Error, Kind, Result};
use crate::lifecycle::LifecycleStores;
use crate::namespace;

/// A namespace that has a policy.
pub(super) type ChosenNamespace = (String, Policy, Runs);

/// The namespaces meant, with their policies.
pub(super) async fn choose(context: &Context, db: &Db, all: bool) -> Result<Vec<ChosenNamespace>> {
    let one = (!all).then_some(context.settings.namespace.as_str());
    if let Some(name) = one {
        namespace::open(db, name).await?;
    } else if !policies::is_there(db.client()).await? {
        context.ui.note("no namespace has a policy");
        return Ok(Vec::new());
    }
    let found = policies::list(db.client(), one).await?;
    let hidden = if one.is_none() && found.is_empty() { policies::hidden(db.client()).await? } else { 0 };
    match (one, found.is_empty()) {
        (Some(name), true) => Err(Error::new(Kind::NotFound, format!("looking for the policy of namespace {name}"))
            .because("it has none")
            .hint("eventodb-admin policy set --archive-after 90d --store s3://bucket/prefix gives it one")),
        // A night of a role without rights would do nothing, and nobody would hear of it.
        (None, true) if hidden > 0 => Err(Error::failed("looking for policies")
            .because(format!(
                "role {} has no rights on {}, and sees no policy",
                db.server.user,
                crate::text::counted(hidden, "namespace")
            ))
            .hint("run it as the role of the nights; eventodb-admin namespaces grants NAME --role ROLE --as archiver prints what one needs")),
        (None, true) => {
            context.ui.note("no namespace has a policy");
            Ok(Vec::new())
        }
        _ => Ok(found),
    }
}

/// The store of the flag, of the policy, or of the environment and the file.
pub(super) fn stores(context: &Context) -> Result<LifecycleStores> {
    let settings = &context.settings;
    Ok(LifecycleStores::new(settings.reading_store()?, settings.store()?, settings.store_settings.clone()))
}
