//! `namespaces set`: what reads do where messages are archived.

use super::plan::Step;
use super::{Context, Ended};
use crate::cli::{ArchivedReads, SetNamespace};
use crate::db::conninfo::{self, ConnInfo, Secret};
use crate::error::{Error, Result};
use crate::namespace::{self, FarEnd, NewReads};
use crate::ui::record::record;
use crate::ui::{Column, Tabular};

record! {
    /// A namespace's settings.
    SettingsRecord {
        /// Its name.
        namespace: String,
        /// What reads by its functions do where messages are archived.
        archived_reads: &'static str,
    }
}

impl Tabular for SettingsRecord {
    const COLUMNS: &'static [Column] = &[Column::Left("NAMESPACE"), Column::Left("ARCHIVED READS")];

    fn cells(&self) -> Vec<String> {
        vec![self.namespace.clone(), self.archived_reads.to_owned()]
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
        Ok::<_, Error>(Secret::new(text.trim_end_matches(['\r', '\n'])))
    });
    Ok(FarEnd::new(&info, password.transpose()?))
}

pub(super) async fn set(context: &Context, args: &SetNamespace) -> Result<Ended> {
    let reads = match args.archived_reads {
        ArchivedReads::Skip => NewReads::Skip,
        ArchivedReads::Fail => NewReads::Fail,
        ArchivedReads::Serve => NewReads::Serve(far_end(args)?),
    };
    let mode = reads.mode();
    let mut db = context.connect().await?;
    let found = namespace::open(&db, args.name.as_deref().unwrap_or(&context.settings.namespace)).await?;
    if context.is_plan() {
        let step = Step::new("set", &found.row.name, format!("archived-reads {}", mode.as_str()));
        return context.plan(vec![step]);
    }
    if mode == namespace::ArchivedReads::Serve {
        namespace::prepare_serving(&db, &found.scope).await?;
    }
    context.act_as_owner(&db, &found.scope).await?;
    namespace::set_archived_reads(&mut db, &found.scope, &reads).await?;
    context.ui.object(&SettingsRecord { namespace: found.row.name, archived_reads: mode.as_str() })?;
    Ok(Ended::Done)
}
