//! `migrate to-postgres`.

use crate::cli::MigrateToPostgres;
use crate::commands::app::{CommandOutcome, Context, PlannedStep, environment};
use crate::db::conninfo::ConnInfo;
use crate::db::server::{Access, Role};
use crate::db::{Connector, Db, Scope, connect};
use crate::error::{Error, Kind, Result};
use crate::migrate::back::{self, CopyBackRequest, Registry, Schema};
use crate::text::counted;
use crate::ui::record::record;
use crate::ui::{TableColumn, Tabular, human};

record! {
    /// A namespace that was copied.
    CopyBackRecord {
        /// The namespace.
        namespace: String,
        /// The target's schema.
        schema: String,
        /// Messages that this run copied.
        copied: u64,
        /// Messages that both sides have.
        messages: u64,
        /// The last of their global positions.
        last_global_position: Option<i64>,
        /// What became of the target's registry: `entered`, `kept` or `elsewhere`.
        registry: &'static str,
        /// How long it took.
        seconds: f64,
    }
}

impl Tabular for CopyBackRecord {
    const COLUMNS: &'static [TableColumn] = &[
        TableColumn::Left("NAMESPACE"),
        TableColumn::Left("SCHEMA"),
        TableColumn::Right("COPIED"),
        TableColumn::Right("MESSAGES"),
        TableColumn::Right("LAST GLOBAL POSITION"),
        TableColumn::Left("REGISTRY"),
        TableColumn::Right("SECONDS"),
    ];

    fn cells(&self) -> Vec<String> {
        let count = |n: u64| human::count(i64::try_from(n).unwrap_or(i64::MAX));
        vec![
            self.namespace.clone(),
            self.schema.clone(),
            count(self.copied),
            count(self.messages),
            human::or_dash(self.last_global_position, |n| n.to_string()),
            self.registry.to_owned(),
            format!("{:.1}", self.seconds),
        ]
    }
}

const fn told(registry: Registry) -> &'static str {
    match registry {
        Registry::Entered => "entered",
        Registry::Kept => "kept",
        Registry::Elsewhere => "elsewhere",
    }
}

pub(super) async fn run(context: &Context, args: MigrateToPostgres) -> Result<CommandOutcome> {
    let connector = target(context, args.to_url)?;
    let (source, namespace) = context.namespace().await?;
    let name = namespace.scope.namespace().to_owned();
    let schema = args.to_schema.unwrap_or_else(|| back::default_schema(&name));
    if schema.is_empty() || schema.len() > 63 {
        return Err(Error::usage("--to-schema").because("a schema's name has 1 to 63 bytes"));
    }
    let mut target = connect::connect_plain(&connector.info, &connector.options).await?;
    let mut request = CopyBackRequest {
        source: namespace.scope,
        target: Scope::plain(&name, &schema),
        batch: args.batch,
        moving_back: None,
    };
    request.moving_back = back::closed_by(&source, &target, &request).await?;
    if context.is_plan() {
        let plan = back::plan(&source, &target, &request).await?;
        let mut steps = Vec::new();
        if plan.schema == Schema::Absent {
            steps.push(PlannedStep::new("make", &name, format!("schema {schema}")));
        }
        if plan.messages > 0 {
            let step = PlannedStep::new("copy", &name, format!("{schema}.messages"));
            steps.push(PlannedStep { message_count: i64::try_from(plan.messages).ok(), ..step });
        }
        if plan.registry == Registry::Entered {
            steps.push(PlannedStep::new("register", &name, format!("schema {schema}")));
        }
        return context.plan(steps);
    }
    writable(&target)?;
    let done = back::copy(source, &mut target, &request, &context.ui, &context.stop).await?;
    if done.registry == Registry::Elsewhere {
        context.ui.note(&format!(
            "the target's registry has namespace {name} in another schema and keeps it; to have EventoDB serve the copy: \
             UPDATE eventodb_store.namespaces SET schema_name = '{schema}' WHERE id = '{name}'"
        ));
    }
    if request.moving_back.is_some() {
        context.ui.note(&back::what_is_left(&request));
    }
    if done.behind > 0 {
        context.ui.warn(&format!(
            "the copy lacks what was written to namespace {name} meanwhile, {}: stop its writers and run this again",
            counted(i64::try_from(done.behind).unwrap_or(i64::MAX), "message")
        ));
    }
    context.ui.object(&CopyBackRecord {
        namespace: name,
        schema,
        copied: done.copied,
        messages: done.messages,
        last_global_position: done.last_global_position,
        registry: told(done.registry),
        seconds: (done.took.as_secs_f64() * 1000.0).round() / 1000.0,
    })?;
    Ok(CommandOutcome::Done)
}

fn target(context: &Context, url: Option<String>) -> Result<Connector> {
    let url = url.or_else(|| environment("EVENTODB_TO_URL")).filter(|url| !url.is_empty()).ok_or_else(|| {
        Error::usage("copying a namespace into a plain Postgres schema")
            .because("no target is given")
            .hint("set EVENTODB_TO_URL, or add --to-url postgres://user@host/database")
    })?;
    let info = ConnInfo::resolve(Some(&url), &environment).map_err(|e| e.while_doing("reading the target's URL"))?;
    Ok(Connector { info, options: context.connector()?.options })
}

fn writable(target: &Db) -> Result<()> {
    if target.server.role == Role::Standby || target.server.access == Access::ReadOnly {
        return Err(Error::new(Kind::Failed, "looking at the target")
            .because(format!("{} takes no writes", target.endpoint()))
            .hint("give the URL of the primary"));
    }
    Ok(())
}
