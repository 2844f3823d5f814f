//! `messages export`.

use std::fs::File;
use std::io::{self, BufWriter, IsTerminal, Write};
use std::path::Path;

use flate2::write::GzEncoder;

use crate::archive::in_place::ArchiveReader;
use crate::cli::Export;
use crate::commands::app::files::OutputFile;
use crate::commands::app::{CommandOutcome, Context, PlannedStep, files};
use crate::db::connect::LARGE_ROW_BYTES;
use crate::db::queries::messages::MessageRow;
use crate::db::{Db, Scope};
use crate::error::{Error, Result};
use crate::messages::{self, CategoryName, ExportFilter, SourceCompression, write_line};
use crate::progress::{Progress, Silent, Unit};
use crate::ui::human;

/// What is written at a time.
const BUFFER: usize = 1 << 18;

enum ExportSink<W: Write> {
    Plain(BufWriter<W>),
    Gzip(GzEncoder<BufWriter<W>>),
    Zstd(zstd::Encoder<'static, BufWriter<W>>),
}

impl<W: Write> ExportSink<W> {
    fn new(out: W, compression: SourceCompression) -> io::Result<Self> {
        let out = BufWriter::with_capacity(BUFFER, out);
        Ok(match compression {
            SourceCompression::None => Self::Plain(out),
            SourceCompression::Gzip => Self::Gzip(GzEncoder::new(out, flate2::Compression::default())),
            SourceCompression::Zstd => Self::Zstd(zstd::Encoder::new(out, 0)?),
        })
    }

    fn finish(self) -> io::Result<()> {
        match self {
            Self::Plain(mut out) => out.flush(),
            Self::Gzip(out) => out.finish()?.flush(),
            Self::Zstd(out) => out.finish()?.flush(),
        }
    }
}

impl<W: Write> Write for ExportSink<W> {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        match self {
            Self::Plain(out) => out.write(bytes),
            Self::Gzip(out) => out.write(bytes),
            Self::Zstd(out) => out.write(bytes),
        }
    }

    fn flush(&mut self) -> io::Result<()> {
        match self {
            Self::Plain(out) => out.flush(),
            Self::Gzip(out) => out.flush(),
            Self::Zstd(out) => out.flush(),
        }
    }
}

fn compression(path: &Path) -> SourceCompression {
    match path.extension().and_then(|e| e.to_str()) {
        Some("gz") => SourceCompression::Gzip,
        Some("zst") => SourceCompression::Zstd,
        _ => SourceCompression::None,
    }
}

pub(super) async fn run(context: &Context, args: Export) -> Result<CommandOutcome> {
    let categories = args.category.iter().map(|c| c.parse()).collect::<Result<Vec<CategoryName>>>()?;
    if let (Some(since), Some(until)) = (args.since, args.until)
        && since > until
    {
        return Err(Error::usage("exporting messages").because("--since is after --until"));
    }
    let filter = ExportFilter { categories, since: args.since, until: args.until, archived: args.archived.into() };
    let file = args.file.filter(|f| f.as_os_str() != "-");
    let (mut db, namespace) = context.any_namespace().await?;
    // What is exported is taken for all there is.
    db.require_sound("exporting messages")?;
    let reader = context.archive_reader()?;
    let scope = &namespace.scope;
    let Some(path) = file else {
        // A bar would stand among the lines.
        let progress: &dyn Progress = if io::stdout().is_terminal() { &Silent } else { &context.ui };
        let failed = |e: io::Error| Error::failed("writing to standard output").because(e);
        let sink = ExportSink::new(context.ui.stdout(), SourceCompression::None).map_err(failed)?;
        let exported = export(&mut db, scope, &filter, &reader, progress, sink, failed).await?;
        context.tell_fetched(&reader);
        if exported == 0 {
            context.note_empty_categories(&db, scope, &filter.categories).await?;
        }
        return Ok(CommandOutcome::Done);
    };
    if context.is_plan() {
        return context.plan(vec![PlannedStep::new("export", scope.namespace(), path.display().to_string())]);
    }
    let exported = to_file(context, &mut db, scope, &filter, &reader, &path).await?;
    context.tell_fetched(&reader);
    if exported == 0 {
        context.note_empty_categories(&db, scope, &filter.categories).await?;
    }
    let file = path.display();
    context.ui.note(&match exported {
        1 => format!("1 message is in {file}"),
        n => format!("{} messages are in {file}", human::count(i64::try_from(n).unwrap_or(i64::MAX))),
    });
    Ok(CommandOutcome::Done)
}

/// Writes a file beside `path` and gives it that name once it is whole.
async fn to_file(
    context: &Context,
    db: &mut Db,
    scope: &Scope,
    filter: &ExportFilter,
    reader: &ArchiveReader,
    path: &Path,
) -> Result<u64> {
    let failed = |e: io::Error| Error::failed(format!("writing {}", path.display())).because(e);
    let mut builder = tempfile::Builder::new();
    builder.prefix(".eventodb-export-");
    // For its owner alone; one in whose place it comes keeps what its owner has allowed.
    if let Some(before) = std::fs::metadata(path).ok().filter(std::fs::Metadata::is_file) {
        builder.permissions(before.permissions());
    }
    let path = &match OutputFile::at(path)? {
        OutputFile::Stream(out) => {
            let sink = ExportSink::new(out, compression(path)).map_err(failed)?;
            return export(db, scope, filter, reader, &context.ui, sink, failed).await;
        }
        OutputFile::Regular(path) => path,
    };
    let temporary = files::temporary_beside(path, &builder)?;
    let out: File = temporary.as_file().try_clone().map_err(failed)?;
    let sink = ExportSink::new(out, compression(path)).map_err(failed)?;
    let exported = export(db, scope, filter, reader, &context.ui, sink, failed).await?;
    temporary.as_file().sync_all().map_err(failed)?;
    temporary.persist(path).map_err(|e| failed(e.error))?;
    Ok(exported)
}

async fn export<W: Write>(
    db: &mut Db,
    scope: &Scope,
    filter: &ExportFilter,
    reader: &ArchiveReader,
    progress: &dyn Progress,
    mut sink: ExportSink<W>,
    failed: impl Fn(io::Error) -> Error,
) -> Result<u64> {
    let task = progress.begin("export", None, Unit::Messages);
    let (mut line, mut exported) = (Vec::new(), 0);
    let each = |message: &MessageRow| {
        if message.json_bytes() >= LARGE_ROW_BYTES {
            // Without another copy of it.
            write_line(&mut sink, message).map_err(&failed)?;
        } else {
            line.clear();
            write_line(&mut line, message).and_then(|()| sink.write_all(&line)).map_err(&failed)?;
        }
        exported += 1;
        task.advance(1);
        Ok(())
    };
    messages::export(db, scope, filter, reader, each).await?;
    sink.finish().map_err(&failed)?;
    Ok(exported)
}
