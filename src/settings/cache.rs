//! Where parts of archives are kept on this machine.

use std::path::PathBuf;

use super::env::Env;
use super::layers::Layers;
use crate::archive::in_place::DEFAULT_CACHE_BYTES;
use crate::cli::values;
use crate::error::{Error, Result};

/// A cache to use.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct CacheSettings {
    /// The folder.
    pub dir: PathBuf,
    /// What it may hold.
    pub bytes: u64,
}

/// What the command line says.
pub(super) struct CacheFlags {
    pub dir: Option<PathBuf>,
    pub bytes: Option<u64>,
    pub none: bool,
}

/// `None` where nothing is to be kept, or there is no place for it.
pub(super) fn resolve(layers: &mut Layers, given: CacheFlags, env: Env) -> Result<Option<CacheSettings>> {
    // As the XDG base directory specification has it: a relative path counts for nothing.
    let of_user = env("XDG_CACHE_HOME")
        .map(PathBuf::from)
        .filter(|dir| dir.is_absolute())
        .or_else(|| env("HOME").map(PathBuf::from).filter(|home| home.is_absolute()).map(|home| home.join(".cache")))
        .map(|dir| dir.join("eventodb-admin"));
    let picked = layers
        .pick("cache_dir", given.dir)
        .env(&["EVENTODB_CACHE_DIR"], |_, text| Ok(PathBuf::from(text)))?
        .file(|f| f.cache_dir.clone());
    let dir = match of_user {
        Some(of_user) => Some(picked.or_default(of_user)),
        None => picked.maybe(),
    };
    let read = |name, text: &str| values::size(text).map_err(|e| Error::usage(format!("reading {name}")).because(e));
    let bytes = layers
        .pick("cache_size", given.bytes)
        .env(&["EVENTODB_CACHE_SIZE"], |name, text| read(name, &text))?
        .file_text(|f| f.cache_size.as_ref(), values::size)?
        .or_default(DEFAULT_CACHE_BYTES);
    let none = layers.switch("no_cache", given.none, |f| f.no_cache);
    let dir = dir.filter(|_| !none && bytes > 0);
    if let Some(dir) = &dir {
        layers.look_at_cache(dir);
    }
    Ok(dir.map(|dir| CacheSettings { dir, bytes }))
}
