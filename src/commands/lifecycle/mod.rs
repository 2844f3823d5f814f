//! `lifecycle run`: what cron calls, and `lifecycle history`: what it did.

mod history;
mod night;
mod planned;
mod record;
mod sessions;
mod side_by_side;
mod told;

use std::path::Path;

use crate::cli::RunLifecycle;
use crate::commands::app::{Context, Ended, files};
use crate::db::Db;
use crate::db::queries::policies::{self, Policy, Runs};
use crate::error::{Error, Kind, Result};
use crate::lifecycle::Stores;
use crate::namespace;
use crate::text::with_namespace;
use sessions::Sessions;
use told::{Report, Told};

pub(super) use history::run as history;

/// A namespace that has a policy.
type Chosen = (String, Policy, Runs);

pub(super) async fn run(context: &Context, args: RunLifecycle) -> Result<Ended> {
    if context.is_plan() {
        let sessions = Sessions::new(context.connector()?);
        let chosen = choose(context, sessions.one().get().await?, args.all_namespaces).await?;
        return planned::plan(context, &sessions, chosen).await;
    }
    let told = Told::begin(context, "lifecycle run").await;
    let mut report = Report::default();
    // A run that cannot begin is told as well: that is what nobody would hear of otherwise.
    let ended = side_by_side::run_all(context, args, &mut report).await;
    told.end(&ended, report).await;
    ended
}

/// The worst of what went wrong.
#[derive(Default)]
struct Worst(Option<Kind>);

impl Worst {
    fn add(&mut self, kind: Kind) {
        if self.0.is_none_or(|worst| kind.severity() > worst.severity()) {
            self.0 = Some(kind);
        }
    }
}

/// The namespaces meant, with their policies.
async fn choose(context: &Context, db: &Db, all: bool) -> Result<Vec<Chosen>> {
    let one = (!all).then_some(context.settings.namespace.as_str());
    if let Some(name) = one {
        namespace::open(db, name).await?;
    } else if !policies::is_there(db.client()).await? {
        context.ui.note("no namespace has a policy");
        return Ok(Vec::new());
    }
    let found = policies::list(db.client(), one).await?;
    match (one, found.is_empty()) {
        (Some(name), true) => Err(Error::new(Kind::NotFound, format!("looking for the policy of namespace {name}"))
            .because("it has none")
            .hint("eventodb-admin policy set --archive-after 90d --store s3://bucket/prefix gives it one")),
        (None, true) => {
            context.ui.note("no namespace has a policy");
            Ok(Vec::new())
        }
        _ => Ok(found),
    }
}

/// The store of the flag, of the policy, or of the environment and the file.
fn stores(context: &Context) -> Result<Stores> {
    let settings = &context.settings;
    Ok(Stores::new(settings.reading_store()?, settings.store()?, settings.store_settings.clone()))
}

fn tell_one(context: &Context, name: &str, e: &Error) {
    let hint = e.hint_text().map(|hint| with_namespace(hint, name));
    context.ui.error(&Error::new(e.kind(), format!("namespace {name}: {e}")).hint_if_any(hint));
}

/// There is nothing secret in metrics, and the collector is another user.
const COLLECTED: u32 = 0o644;

fn write_metrics(file: &Path, text: &str) -> Result<()> {
    files::replace(file, COLLECTED, |out| out.write_all(text.as_bytes()))
}
