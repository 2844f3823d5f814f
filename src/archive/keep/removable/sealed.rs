//! An encrypted object that no manifest describes: whether it holds the very frames of an archive that one does.

use futures::FutureExt;
use tokio::io::{AsyncBufRead, AsyncBufReadExt, AsyncReadExt};

use crate::archive::format::encryption::{HEADER_BYTES, open, sealed_payload};
use crate::archive::format::manifest::Manifest;
use crate::error::{Error, Result};
use crate::stop::Stop;
use crate::store::{AgeKeys, ObjectKey, Store, from_io};

const DOING: &str = "comparing an encrypted object with an archive";

/// Whether the object opens to the same frames as the archive's data, one after the other, and to nothing else. What does not
/// open for the identities at hand is not.
///
/// # Errors
/// Where a store cannot be asked.
pub(super) async fn has_frames_of(
    (store, key): (&Store, &ObjectKey),
    (other, manifest): (&Store, &Manifest),
    stop: &Stop,
) -> Result<bool> {
    if manifest.data.frames.is_empty() {
        return Ok(false);
    }
    let mut unknown = store.get(key, None).await?.into_async_read();
    let mut known = other.get(&ObjectKey::new(&manifest.data.object)?, None).await?.into_async_read();
    for frame in &manifest.data.frames {
        let bytes = stop.or(taken(&mut known, frame.length).boxed()).await?;
        let bytes = match &manifest.encryption {
            Some(_) => match opened(other.age_keys(), bytes).await? {
                Some(bytes) => bytes,
                None => return Ok(false),
            },
            None => bytes,
        };
        let Some(mut sealed) = stop.or(header(&mut unknown).boxed()).await? else { return Ok(false) };
        sealed.extend(stop.or(taken(&mut unknown, sealed_payload(bytes.len() as u64)).boxed()).await?);
        if opened(store.age_keys(), sealed).await?.as_ref() != Some(&bytes) {
            return Ok(false);
        }
    }
    stop.or(async { Ok(unknown.fill_buf().await.map_err(|e| from_io(e, DOING))?.is_empty()) }).await
}

/// So many bytes, or those that there are.
async fn taken(reader: &mut (impl AsyncBufRead + Unpin + Send), length: u64) -> Result<Vec<u8>> {
    let mut bytes = Vec::new();
    reader.take(length).read_to_end(&mut bytes).await.map_err(|e| from_io(e, DOING))?;
    Ok(bytes)
}

/// The header of an encrypted frame, to the end of the line that ends it; `None` where there is none.
async fn header(reader: &mut (impl AsyncBufRead + Unpin + Send)) -> Result<Option<Vec<u8>>> {
    let mut bytes = Vec::new();
    loop {
        let start = bytes.len();
        let left = HEADER_BYTES.saturating_sub(start as u64);
        let line = reader.take(left).read_until(b'\n', &mut bytes).await.map_err(|e| from_io(e, DOING))?;
        if line == 0 || bytes.last() != Some(&b'\n') {
            return Ok(None);
        }
        if bytes[start..].starts_with(b"--- ") {
            return Ok(Some(bytes));
        }
    }
}

/// What a frame opens to; `None` where it does not.
async fn opened(keys: &AgeKeys, sealed: Vec<u8>) -> Result<Option<Vec<u8>>> {
    let keys = keys.clone();
    let opened = tokio::task::spawn_blocking(move || open(&keys, &sealed));
    let opened = opened.await.map_err(|e| Error::failed(DOING).because(e))?;
    Ok(opened.inspect_err(|e| tracing::info!("{DOING}: it does not open: {e}")).ok())
}
