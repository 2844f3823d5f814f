//! Where a drill brings archives back to, and what earlier ones have left there.

use crate::archive::drills::{self, ClearedUp, OtherDatabase};
use crate::commands::app::{Context, environment};
use crate::db::conninfo::{ConnInfo, Secret};
use crate::db::{Connector, Db, Scope};
use crate::error::{Error, Kind, Result};
use crate::namespace::NamespaceName;

/// Opens the other database that `--into-url` or `EVENTODB_DRILL_URL` names, which no list of processes shows.
pub(super) async fn open(context: &Context, url: Option<&Secret>, live: &Db) -> Result<Option<OtherDatabase>> {
    if url.is_some_and(|url| url.reveal().is_empty()) {
        // The live server would take what this flag is to keep away from it.
        return Err(Error::usage("reading the URL of the database to drill into")
            .because("--into-url is empty")
            .hint("leave it out to drill in the live database"));
    }
    let of_environment = || environment("EVENTODB_DRILL_URL").filter(|url| !url.is_empty());
    let Some(url) = url.map(|url| url.reveal().to_owned()).or_else(of_environment) else { return Ok(None) };
    let info = ConnInfo::resolve(Some(&url), &environment)
        .map_err(|e| e.while_doing("reading the URL of the database to drill into"))?;
    let connector = Connector { info, options: context.connector()?.options };
    let other = OtherDatabase::open(&connector, live).await?;
    if other.is_on_the_server_of(live) {
        context
            .ui
            .note(&format!("{} is on the live server: what the drill takes there, live messages lack", other.shown()));
    }
    for difference in other.differs_from(live) {
        context.ui.note(&difference);
    }
    Ok(Some(other))
}

/// Removes what drills have left that were killed.
pub(super) async fn clear_up(
    context: &Context,
    db: &mut Db,
    (live, into): (&Scope, &NamespaceName),
    mut other: Option<&mut OtherDatabase>,
) -> Result<()> {
    let cleared = drills::clear_up(db, live, other.as_deref_mut()).await?;
    let shown = other.map(|other| other.shown().to_owned());
    for cleared in cleared {
        match cleared {
            ClearedUp::Removed(id, scratch) => {
                context.ui.note(&format!(
                    "drill {id} did not come to its end; its throw-away namespace {scratch} is removed"
                ));
            }
            ClearedUp::WasGone(id) => {
                context.ui.note(&format!("drill {id} did not come to its end; its throw-away namespace was gone"));
            }
            ClearedUp::LeftThere { id, scratch, place } => context.ui.warn(&format!(
                "drill {id} did not come to its end; its throw-away namespace {scratch} may still be in {place}: drill run --into-url \
                 with that database removes it; if the database is gone, drill forget {id}"
            )),
            ClearedUp::Alive(id, scratch, place) if scratch == into.as_str() && place == shown => {
                return Err(Error::new(Kind::Busy, format!("drilling namespace {}", live.namespace()))
                    .because(format!("drill {id} is under way in namespace {scratch}"))
                    .hint("wait for it to end, or name another place with --into"));
            }
            ClearedUp::Alive(id, scratch, place) => {
                let of = place.map(|place| format!(" of {place}")).unwrap_or_default();
                context.ui.note(&format!("drill {id} is under way in namespace {scratch}{of}"));
            }
            ClearedUp::Stays { id, scratch, place, why } => {
                let e = why.while_doing(format!("clearing up after drill {id}"));
                if scratch == into.as_str() && place == shown {
                    return Err(e);
                }
                context.ui.warn(&e.to_string());
            }
        }
    }
    Ok(())
}
