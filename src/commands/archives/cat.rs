//! `archives cat`: the messages of an archive, as lines.

use std::io::Write;

use crate::archive::{self, ArchiveRow};
use crate::commands::app::{CommandOutcome, Context, thawing};
use crate::db::queries::ledger;
use crate::error::{Error, Kind, Result};
use crate::messages::{WholeArchive, write_line};

pub(super) async fn run(context: &Context, id: i64) -> Result<CommandOutcome> {
    let (db, namespace) = context.namespace().await?;
    let row = ledger::get(db.client(), namespace.scope.namespace(), id).await?;
    if !row.state.is_kept() {
        let stores = context.stores().await?;
        let url = row.store_url.as_deref().unwrap_or_default();
        if !archive::is_known_store(&db, &namespace.scope, &stores, url).await? {
            return Err(Error::new(Kind::Verification, format!("reading archive {id}"))
                .because(format!(
                    "it is {}, and lies in {url}, which is no store that the namespace is known to have",
                    row.state
                ))
                .hint("--store says that it is one"));
        }
    }
    // Nothing of the database is needed from here on.
    db.close().await;
    let reader = context.archive_reader()?;
    let printed = print(context, &reader, &row).await;
    context.tell_fetched(&reader);
    match printed {
        Ok(()) => Ok(CommandOutcome::Done),
        Err(e) => thawing(&reader.store(&row).await?, &row, Err(e)).await,
    }
}

async fn print(context: &Context, reader: &crate::archive::in_place::ArchiveReader, row: &ArchiveRow) -> Result<()> {
    let doing = || format!("reading archive {} ({})", row.id, row.extent());
    let failed = |e: std::io::Error| Error::failed("writing to standard output").because(e);
    let mut archive = WholeArchive::open(reader, row).await.map_err(|e| e.while_doing(doing()))?;
    let mut out = std::io::BufWriter::with_capacity(1 << 18, context.ui.stdout());
    while let Some(message) = archive.next().await.map_err(|e| e.while_doing(doing()))? {
        write_line(&mut out, &message).map_err(failed)?;
    }
    out.flush().map_err(failed)
}
