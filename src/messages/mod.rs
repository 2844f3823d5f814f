//! Messages: written, read, imported, exported.

mod export;
mod import;
mod line;
pub mod missing;
mod read;
mod source;
mod stream_name;
mod write;

pub use export::{ExportFilter, export};
pub use import::{Imported, Mode as ImportMode, import};
pub use line::{compact_json, rfc3339, write_line};
pub use read::{CategoryRead, StreamRead, last, read_category, read_stream};
pub use source::{Compression as SourceCompression, ImportLine, Source, has_zero_escape};
pub use stream_name::{CategoryName, StreamName};
pub use write::{Write, write};
