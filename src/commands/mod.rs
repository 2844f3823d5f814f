//! A folder a noun with a file a verb: reads the arguments, calls the domain, hands what it says to `ui`. `app` is what they share.

mod app;
mod archives;
mod categories;
mod chunks;
mod completions;
mod config;
mod coverage;
mod doctor;
mod drill;
mod holds;
mod lifecycle;
mod man;
mod messages;
mod migrate;
mod namespaces;
mod policy;
mod report;
mod serve;
mod stats;
mod streams;
mod version;

use std::process::ExitCode;
use std::sync::Arc;

use clap::Parser;
use tokio::sync::Notify;

use crate::cli::{
    ArchivesVerb, ChunksVerb, Cli, Command, DrillVerb, HoldsVerb, LifecycleVerb, MessagesVerb, MigrateVerb,
    NamespacesVerb, PolicyVerb,
};
use crate::error::{Error, Kind, Result};
use crate::settings::{Settings, Speech};
use crate::stop::Stop;
use crate::ui::{Ui, start_tracing};

use app::{CommandOutcome, Context, Effect, Stopping, environment};
use completions::ShellAnswer;

/// Runs the program on its arguments.
pub fn main() -> ExitCode {
    // Before all else: a shell that asks takes whatever is printed for its answer.
    match completions::answer() {
        Ok(ShellAnswer::NotAsked) => {}
        Ok(ShellAnswer::Given) => return ExitCode::SUCCESS,
        Err(e) => return refused(&e),
    }
    let cli = match Cli::try_parse() {
        Ok(cli) => cli,
        Err(e) => return refused(&e),
    };
    let early = Speech::early(&cli.global, &environment);
    #[cfg(feature = "failpoints")]
    if let Err(e) = crate::failpoint::arm() {
        Ui::new(early).error(&e);
        return ExitCode::from(e.kind().exit_code());
    }
    match Settings::resolve(cli.global, &environment) {
        Ok(settings) => run(settings, cli.command),
        Err(e) => {
            Ui::new(early).error(&e);
            ExitCode::from(e.kind().exit_code())
        }
    }
}

fn refused(e: &clap::Error) -> ExitCode {
    let ui = Ui::new(Speech::of_words(std::env::args_os().skip(1), &environment));
    if let Err(unprinted) = ui.usage(e) {
        ui.error(&unprinted);
        return ExitCode::from(unprinted.kind().exit_code());
    }
    ExitCode::from(u8::try_from(e.exit_code()).unwrap_or(2))
}

fn run(settings: Settings, command: Command) -> ExitCode {
    let named = settings.named_namespace.clone();
    let ignored = named.as_ref().filter(|_| is_of_all(&command)).cloned();
    let ui = Ui::new(settings.speech).of(named.filter(|_| ignored.is_none()));
    start_tracing(&ui);
    if let Some(name) = ignored {
        ui.warn(&format!("-n {name} is ignored: --all-namespaces means all of them"));
    }
    for note in settings.notes() {
        ui.warn(note);
    }
    let mut builder = tokio::runtime::Builder::new_multi_thread();
    if matches!(command, Command::Serve(_)) {
        builder.thread_stack_size(crate::serve::STACK_BYTES);
    }
    let runtime = match builder.enable_all().build() {
        Ok(runtime) => runtime,
        Err(e) => {
            let e = Error::failed("starting the runtime").because(e);
            ui.error(&e);
            return ExitCode::from(e.kind().exit_code());
        }
    };
    let ended = runtime.block_on(until_stopped(settings, command, ui.clone()));
    // A read of standard input may still be waiting.
    runtime.shutdown_background();
    match ended {
        Ok(CommandOutcome::Done) => ExitCode::SUCCESS,
        Ok(CommandOutcome::Failed(kind)) => ExitCode::from(kind.exit_code()),
        Err(e) if ui.is_deaf() && e.kind() == Kind::Failed => ExitCode::SUCCESS,
        Err(e) => {
            ui.error(&e);
            ExitCode::from(e.kind().exit_code())
        }
    }
}

async fn until_stopped(settings: Settings, command: Command, ui: Ui) -> Result<CommandOutcome> {
    let stop = Stop::default();
    let asked = Arc::new(Notify::new());
    let stopping = stopping(&command);
    app::watch(stop.clone(), Arc::clone(&asked), stopping, ui.clone())?;
    let context = Context { settings, ui, stop: stop.clone(), effect: effect(&command) };
    let work = dispatch(&context, command);
    match stopping {
        Stopping::AfterStep => Box::pin(work).await,
        Stopping::AtOnce | Stopping::BetweenLines => tokio::select! {
            ended = work => ended,
            () = asked.notified() => stop.check().map(|()| CommandOutcome::Done).map_err(|e| stopping.told(e)),
        },
    }
}

/// Whether the command line says that it is about all namespaces.
fn is_of_all(command: &Command) -> bool {
    match command {
        Command::Chunks { verb: ChunksVerb::List(args) } => args.all_namespaces,
        Command::Report(args) => args.all_namespaces,
        Command::Policy { verb: PolicyVerb::Show(args) } => args.all_namespaces,
        Command::Policy { verb: PolicyVerb::Plan(args) } => args.all_namespaces,
        Command::Lifecycle { verb: LifecycleVerb::History(args) } => args.all_namespaces,
        Command::Lifecycle { verb: LifecycleVerb::Run(args) } => args.all_namespaces,
        _ => false,
    }
}

fn stopping(command: &Command) -> Stopping {
    match command {
        Command::Chunks { verb } if !matches!(verb, ChunksVerb::List(_)) => Stopping::AfterStep,
        Command::Archives {
            verb:
                ArchivesVerb::List(_)
                | ArchivesVerb::Show(_)
                | ArchivesVerb::Find(_)
                | ArchivesVerb::Cat(_)
                | ArchivesVerb::Sql(_),
        }
        | Command::Holds { verb: HoldsVerb::List(_) }
        | Command::Lifecycle { verb: LifecycleVerb::History(_) }
        | Command::Drill { verb: DrillVerb::List(_) | DrillVerb::Show(_) } => Stopping::AtOnce,
        Command::Messages { verb: MessagesVerb::Follow(_) } => Stopping::BetweenLines,
        Command::Archives { .. }
        | Command::Drill { .. }
        | Command::Holds { .. }
        | Command::Lifecycle { .. }
        | Command::Migrate { .. }
        | Command::Serve(_) => Stopping::AfterStep,
        _ => Stopping::AtOnce,
    }
}

/// What moves, writes or deletes messages, or makes the tables that they lie in, must see all of them.
fn effect(command: &Command) -> Effect {
    let changes = match command {
        Command::Namespaces { verb } => {
            !matches!(verb, NamespacesVerb::List | NamespacesVerb::Show(_) | NamespacesVerb::Grants(_))
        }
        Command::Messages { verb } => matches!(verb, MessagesVerb::Write(_) | MessagesVerb::Import(_)),
        Command::Chunks { verb } => !matches!(verb, ChunksVerb::List(_)),
        Command::Archives { verb } => !matches!(
            verb,
            ArchivesVerb::List(_)
                | ArchivesVerb::Show(_)
                | ArchivesVerb::Find(_)
                | ArchivesVerb::Cat(_)
                | ArchivesVerb::Sql(_)
                | ArchivesVerb::Verify(_)
        ),
        Command::Migrate { verb } => !matches!(verb, MigrateVerb::Status(_) | MigrateVerb::Verify(_)),
        Command::Holds { verb } => !matches!(verb, HoldsVerb::List(_)),
        Command::Drill { verb } => matches!(verb, DrillVerb::Run(_)),
        Command::Lifecycle { verb } => !matches!(verb, LifecycleVerb::History(_)),
        _ => false,
    };
    if changes { Effect::Changes } else { Effect::Reads }
}

async fn dispatch(context: &Context, command: Command) -> Result<CommandOutcome> {
    // A store that is named and cannot be meant is refused by verbs as well that have no use for one.
    context.settings.reading_store()?;
    match command {
        Command::Namespaces { verb } => namespaces::run(context, verb).await,
        Command::Messages { verb } => messages::run(context, verb).await,
        Command::Streams { verb } => streams::run(context, verb).await,
        Command::Categories { verb } => categories::run(context, verb).await,
        Command::Stats(args) => stats::run(context, args).await,
        Command::Chunks { verb } => chunks::run(context, verb).await,
        Command::Archives { verb } => archives::run(context, verb).await,
        Command::Coverage(args) => coverage::run(context, &args).await,
        Command::Holds { verb } => holds::run(context, verb).await,
        Command::Drill { verb } => drill::run(context, verb).await,
        Command::Policy { verb } => policy::run(context, verb).await,
        Command::Lifecycle { verb } => lifecycle::run(context, verb).await,
        Command::Report(args) => report::run(context, args).await,
        Command::Migrate { verb } => migrate::run(context, verb).await,
        Command::Serve(args) => serve::run(context, args).await,
        Command::Doctor => doctor::run(context).await,
        Command::Config { verb } => config::run(context, verb),
        Command::Completions { shell } => completions::run(context, shell),
        Command::Man { dir } => man::run(context, dir.as_deref()),
        Command::Version => version::run(context),
    }
}
