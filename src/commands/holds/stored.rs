//! The holds that the stores have.

use super::record::HoldsInStores;
use crate::archive::read_stored_holds;
use crate::commands::app::holds::{NoFolder, known, open};
use crate::commands::app::{Context, Failures};
use crate::db::{Db, Scope};
use crate::error::{Error, Result};

/// What the namespace's stores have; one that cannot be asked is told.
pub(super) async fn stored(
    context: &Context,
    db: &Db,
    scope: &Scope,
    failures: &mut Failures<'_>,
) -> Result<HoldsInStores> {
    let mut asked = HoldsInStores::default();
    for url in known(context, db, scope).await? {
        let read = async {
            let Some(store) = open(context, db, scope, &url, NoFolder::Skip).await? else { return Ok(None) };
            let holds = read_stored_holds(&store, scope.namespace()).await?;
            Ok::<_, Error>(Some((store, holds)))
        };
        let read = read.await;
        asked.add(url, read, failures);
    }
    Ok(asked)
}
