//! Messages: written, read, imported, exported.

mod broken_line;
mod by_global_position;
mod by_position;
mod export;
mod filter;
mod follow;
mod import;
mod line;
mod live;
pub mod names;
mod plain;
mod query;
mod read;
mod refusal;
mod source;
mod storable;
mod streams;
mod write;

pub use by_global_position::WholeArchive;
pub use export::export;
pub use follow::{AtTheEnd, Follow, follow};
pub use import::{ImportMode, Imported, import, import_by};
pub use line::{compact_json, rfc3339, write_line};
pub use query::{Archived, CategoryRead, ExportFilter, StreamRead};
pub use read::{last, read_category, read_stream};
pub(crate) use refusal::refused;
pub use source::{ImportLine, Source, SourceCompression};
pub(crate) use storable::deepest;
pub use storable::{Unstorable, is_object, unstorable};
pub use streams::{StreamPage, categories, has_category, streams, version};
pub use write::{Write, write};

pub(crate) use crate::stream_name::stream_unknown;
pub use crate::stream_name::{CategoryName, StreamName};
