//! `namespaces grants`.

use crate::cli::{PrintGrants, RolePurpose};
use crate::commands::app::{CommandOutcome, Context};
use crate::error::Result;
use crate::namespace::{self, ChunkFunctions, RoleName};

pub(super) async fn run(context: &Context, args: PrintGrants) -> Result<CommandOutcome> {
    let role: RoleName = args.role.parse()?;
    let purpose = match args.purpose {
        RolePurpose::Reader => namespace::Purpose::Reader,
        RolePurpose::Writer => namespace::Purpose::Writer,
        RolePurpose::Archiver => namespace::Purpose::Archiver,
        RolePurpose::Operator => namespace::Purpose::Operator,
        RolePurpose::Server => namespace::Purpose::Server,
    };
    let chunk_functions = if args.restrict_chunk_functions { ChunkFunctions::Restrict } else { ChunkFunctions::Leave };
    let db = context.connect().await?;
    let found = namespace::open(&db, args.name.as_deref().unwrap_or(&context.settings.namespace)).await?;
    // SQL whatever --output says: it is to be run.
    context.ui.text(namespace::grants(&db, &found, &role, purpose, chunk_functions).await?.as_bytes())?;
    Ok(CommandOutcome::Done)
}
