//! `archives sql`: statements with which a query engine reads archives.

use crate::archive::query_engines::{self, Engine, Service, Services};
use crate::cli::{SqlEngine, SqlOfArchives};
use crate::commands::app::{CommandOutcome, Context, environment};
use crate::db::queries::ledger;
use crate::error::Result;
use crate::store::{Store, StoreSection};

impl From<SqlEngine> for Engine {
    fn from(engine: SqlEngine) -> Self {
        match engine {
            SqlEngine::Duckdb => Self::DuckDb,
            SqlEngine::Athena => Self::Athena,
            SqlEngine::Trino => Self::Trino,
            SqlEngine::Clickhouse => Self::ClickHouse,
            SqlEngine::Spark => Self::Spark,
        }
    }
}

pub(super) async fn run(context: &Context, args: &SqlOfArchives) -> Result<CommandOutcome> {
    let (db, namespace) = context.namespace().await?;
    let mut archives = ledger::list(db.client(), namespace.scope.namespace()).await?;
    archives.retain(|a| a.state.is_kept() && a.message_count != Some(0));
    let view = args.view.clone().unwrap_or_else(|| format!("{}_archive", namespace.scope.namespace()));
    let first = |names: [&str; 2]| names.into_iter().find_map(environment).filter(|value| !value.is_empty());
    let shared = Service {
        endpoint: first(["AWS_ENDPOINT_URL_S3", "AWS_ENDPOINT_URL"]),
        region: first(["AWS_REGION", "AWS_DEFAULT_REGION"]),
    };
    let given = context.settings.reading_store()?;
    let mut services = Services { shared, own: Vec::new() };
    for url in query_engines::stores(&archives, given.as_ref())? {
        let settings = &context.settings.store_settings;
        if settings.sections.of(&url).is_some_and(StoreSection::names_a_service)
            && let Some((endpoint, region)) = Store::open_existing(&url, settings).await?.service()
        {
            services.own.push((url, Service { endpoint, region: Some(region) }));
        }
    }
    let text = query_engines::statements(args.engine.into(), &view, &archives, given.as_ref(), &services)?;
    context.ui.text(text.as_bytes())?;
    Ok(CommandOutcome::Done)
}
