//! What an attempt says of itself in the manifest.

use super::{Attempt, AttemptRow, ManifestParts};
use crate::archive::format::csv::COLUMNS;
use crate::archive::format::encryption::Encryption;
use crate::archive::format::manifest::{self, ArchiveOrigin, CsvColumn, DataObject, Manifest, StreamListObject};
use crate::archive::format::stream_list;
use crate::db::queries::chunks::ChunkContents;
use crate::db::server::ServerInfo;

impl Attempt<'_> {
    /// The manifest of what was exported.
    #[allow(clippy::disallowed_methods)] // for people: nothing is decided by it
    pub(super) fn describe(
        &self,
        server: &ServerInfo,
        entry: &AttemptRow,
        contents: &ChunkContents,
        parts: ManifestParts,
    ) -> Manifest {
        let ManifestParts { data, heads, previous, doubled, replaces } = parts;
        let (chunk, scope, codec) = (self.chunk, self.scope(), self.run.options.codec);
        let keys = self.run.store.age_keys();
        let encryption = Encryption::by(keys, heads.lengths);
        Manifest {
            format_version: manifest::FORMAT_VERSION,
            writer: concat!("eventodb-admin ", env!("CARGO_PKG_VERSION")).to_owned(),
            created_at: chrono::Utc::now(),
            source: ArchiveOrigin {
                system_identifier: server.system_identifier.clone(),
                database: server.database.clone(),
                namespace: scope.namespace().to_owned(),
                schema: scope.schema().to_owned(),
                chunk: chunk.name().to_owned(),
                postgres: server.server_version.clone(),
                timescaledb: server
                    .timescale
                    .as_ref()
                    .map_or_else(String::new, |t| format!("{} {}", t.version, t.edition)),
            },
            claim_id: Some(self.run.to.lineage),
            range_start: chunk.range_start,
            range_end: chunk.range_end,
            generation: entry.generation,
            messages: data.tally.messages,
            first_global_position: contents.first_global_position,
            last_global_position: contents.last_global_position,
            global_position_sum: contents.global_position_sum.clone(),
            first_time: contents.first_time,
            last_time: contents.last_time,
            columns: COLUMNS.map(|(name, kind)| CsvColumn { name: name.to_owned(), r#type: kind.to_owned() }).to_vec(),
            csv: data.csv,
            data: DataObject {
                object: entry.names.data.as_str().to_owned(),
                stored: data.stored,
                codec: codec.name().to_owned(),
                level: codec.level(),
                frames: data.frames,
            },
            heads: StreamListObject {
                object: entry.names.heads.as_str().to_owned(),
                stored: heads.stored,
                csv: Some(heads.csv),
                columns: stream_list::COLUMNS.map(str::to_owned).to_vec(),
                streams: heads.tally.messages,
                frames: heads.heads_frames,
            },
            categories: data.tally.categories.into_map().filter(|_| encryption.is_none()),
            types: data.tally.types.into_map().filter(|_| encryption.is_none()),
            encryption,
            erasures: Vec::new(),
            doubled_global_positions: Some(doubled).filter(|d| d.count > 0),
            replaces,
            previous_manifest_sha256: previous,
        }
    }
}
