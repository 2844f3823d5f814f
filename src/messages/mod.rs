//! Messages: written, read, imported, exported.

mod by_global_position;
mod by_position;
mod export;
mod filter;
mod import;
mod line;
mod live;
pub mod missing;
mod read;
mod source;
mod stream_name;
mod write;

pub use by_global_position::WholeArchive;
pub use export::{ExportFilter, export};
pub use import::{Imported, Mode as ImportMode, import};
pub use line::{compact_json, rfc3339, write_line};
pub use read::{CategoryRead, StreamRead, last, read_category, read_stream};
pub use source::{Compression as SourceCompression, ImportLine, Source, has_zero_escape};
pub use stream_name::{CategoryName, StreamName};
pub use write::{Write, write};
