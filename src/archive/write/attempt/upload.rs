//! One object on its way to the store.

use tokio_postgres::Transaction;

use super::super::export::{ExportWatch, copy_out, send_lines};
use super::super::frame_filler::ExportedObject;
use super::{Attempt, LineSource};
use crate::archive::format::codec::Codec;
use crate::error::{Error, Result};
use crate::failpoint::{effect, failpoint};
use crate::store::{ObjectKey, Store};

impl Attempt<'_> {
    pub(super) async fn upload(
        &self,
        db: &Transaction<'_>,
        from: LineSource,
        codec: Codec,
        (store, key): (&Store, &ObjectKey),
        watch: &ExportWatch<'_>,
    ) -> Result<ExportedObject> {
        let keys = store.age_keys();
        let size_hint = self.size_hint(codec);
        let first = effect!("archive.begin-object", store.upload(key, size_hint).await?);
        let mut upload = self.run.stop.or(async { Ok(self.feeds.begin(first, key, size_hint).await) }).await?;
        let copied = async {
            let exported = match from {
                LineSource::Copied(query, of) => {
                    Box::pin(copy_out(db, &query, of, codec, keys, Some(&mut upload), watch)).await?
                }
                LineSource::Gathered(streams) => {
                    let lines = streams.into_lines()?;
                    Box::pin(send_lines(lines, codec, keys, &mut upload, watch.stop)).await?
                }
            };
            failpoint!("archive.copied");
            Ok::<_, Error>(exported)
        };
        match copied.await {
            Ok(exported) => {
                self.run.stop.or(self.feeds.finish(self.run.store, upload)).await?;
                Ok(exported)
            }
            Err(e) => {
                // Parts that stay behind cost money, not messages: the first error is the one to tell.
                let aborted = async {
                    effect!("archive.abort-object", upload.into_parts().0.abort().await?);
                    Ok::<_, Error>(())
                };
                if let Err(left) = aborted.await {
                    tracing::warn!("{left}");
                }
                Err(e)
            }
        }
    }

    /// An upper bound of what will be stored, for the size of the parts: compressed chunks and compressed values in them
    /// unpack to more than they take.
    fn size_hint(&self, codec: Codec) -> u64 {
        let size = u64::try_from(self.chunk.size_bytes).unwrap_or_default();
        let unpacked = if self.chunk.is_compressed { size.saturating_mul(20) } else { size };
        match codec {
            Codec::None => unpacked.saturating_mul(8),
            Codec::Zstd { .. } | Codec::Gzip { .. } => unpacked,
        }
    }
}
