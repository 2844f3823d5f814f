//! `namespaces set`.

use crate::cli::{ArchivedReadsMode, NotACategoryMode, SetNamespace};
use crate::commands::app::{CommandOutcome, Context, PlannedStep};
use crate::db::conninfo::{self, ConnInfo, Secret};
use crate::error::{Error, Result};
use crate::namespace::{self, FarEnd, NewReads};
use crate::ui::record::record;
use crate::ui::{TableColumn, Tabular};

record! {
    /// A namespace's settings.
    SettingsRecord {
        /// Its name.
        namespace: String,
        /// What reads by its functions do where messages are archived.
        archived_reads: &'static str,
        /// What they do where a category is asked for by a name that is none.
        not_a_category: &'static str,
    }
}

impl Tabular for SettingsRecord {
    const COLUMNS: &'static [TableColumn] =
        &[TableColumn::Left("NAMESPACE"), TableColumn::Left("ARCHIVED READS"), TableColumn::Left("NOT A CATEGORY")];

    fn cells(&self) -> Vec<String> {
        vec![self.namespace.clone(), self.archived_reads.to_owned(), self.not_a_category.to_owned()]
    }
}

/// Where the far end is, by what was typed and libpq's password file.
fn far_end(args: &SetNamespace) -> Result<FarEnd> {
    let doing = "reading --serve-url";
    let url = args.serve_url.as_deref().unwrap_or_default();
    if conninfo::has_password(url) {
        return Err(Error::usage(doing)
            .because("it has a password, and arguments are seen by all users of the machine")
            .hint("put it into a file of its own: --serve-password-file FILE, or into ~/.pgpass"));
    }
    let env = |name: &str| ["HOME", "PGPASSFILE"].contains(&name).then(|| std::env::var(name).ok()).flatten();
    let info = ConnInfo::resolve(Some(url), &env).map_err(|e| e.while_doing(doing))?;
    let password = args.serve_password_file.as_ref().map(|file| {
        let text = std::fs::read_to_string(file)
            .map_err(|e| Error::usage(format!("reading the password from {}", file.display())).because(e))?;
        // As serve reads it.
        Ok::<_, Error>(Secret::new(text.lines().next().unwrap_or_default()))
    });
    FarEnd::new(&info, password.transpose()?)
}

fn new_reads(args: &SetNamespace) -> Result<Option<NewReads>> {
    Ok(match args.archived_reads {
        None => None,
        Some(ArchivedReadsMode::Skip) => Some(NewReads::Skip),
        Some(ArchivedReadsMode::Fail) => Some(NewReads::Fail),
        Some(ArchivedReadsMode::Serve) => Some(NewReads::Serve(far_end(args)?)),
    })
}

pub(super) async fn run(context: &Context, args: &SetNamespace) -> Result<CommandOutcome> {
    let reads = new_reads(args)?;
    let answer = args.not_a_category.map(|answer| match answer {
        NotACategoryMode::Fail => namespace::NotACategory::Fail,
        NotACategoryMode::Nothing => namespace::NotACategory::Nothing,
    });
    let mut db = context.connect().await?;
    let found = namespace::open(&db, args.name.as_deref().unwrap_or(&context.settings.namespace)).await?;
    if context.is_plan() {
        let reads = reads.iter().map(|reads| format!("archived-reads {}", reads.mode().as_str()));
        let answer = answer.iter().map(|answer| format!("not-a-category {}", answer.as_str()));
        let steps = reads.chain(answer).map(|setting| PlannedStep::new("set", &found.row.name, setting));
        return context.plan(steps.collect());
    }
    if matches!(reads, Some(NewReads::Serve(_))) {
        namespace::prepare_serving(&db, &found.scope).await?;
    }
    context.act_as_owner(&db, &found.scope).await?;
    if let Some(answer) = answer {
        namespace::set_not_a_category(&db, &found.scope, answer).await?;
    }
    if let Some(reads) = &reads {
        namespace::set_archived_reads(&mut db, &found.scope, reads).await?;
    }
    context.ui.object(&SettingsRecord {
        archived_reads: namespace::archived_reads(&db, &found.row).await?.as_str(),
        not_a_category: namespace::not_a_category(&db, &found.scope).await?.as_str(),
        namespace: found.row.name,
    })?;
    Ok(CommandOutcome::Done)
}
