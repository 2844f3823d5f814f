//! A store in a local folder: each object a file, written aside and renamed into place.

mod disk;
mod upload;
mod walk;

use std::fs::{self, File};
use std::io::{self, Read, Seek, SeekFrom};
use std::ops::Range;
use std::path::{Path, PathBuf};
use std::sync::Arc;

use bytes::Bytes;
use chrono::{DateTime, Utc};
use futures::stream::{self, BoxStream, StreamExt};
use tokio::task::JoinError;

use disk::FileSystem;
pub(super) use upload::LocalUpload;
use walk::Files;

use super::{AgeKeys, Lack, ObjectInfo, ObjectKey, ObjectReader, Put, RateLimit, StoreSettings, StoreUrl, StrayUpload};
#[cfg(unix)]
use crate::permissions;
use crate::{Error, Kind, Result};

/// Bytes read or written at a time.
const PIECE: usize = 1 << 20;
/// What lies between an object's name and the random end of its temporary file's name.
const TEMP_MARK: &str = ".tmp-";
/// Random characters that end a temporary file's name.
const TEMP_RANDOM: usize = 8;

/// A folder as a store.
#[derive(Debug, Clone)]
pub struct LocalStore(Arc<Folder>);

#[derive(Debug)]
struct Folder {
    url: StoreUrl,
    /// Without symbolic links.
    root: PathBuf,
    audience: Audience,
    disk: FileSystem,
    rate: RateLimit,
    age: AgeKeys,
}

/// What happens where the folder is missing.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum MissingFolder {
    /// It is made.
    Create,
    /// That is an error: an empty folder in its place would say that every object is gone.
    Refuse,
}

impl LocalStore {
    pub(super) async fn open(dir: &Path, missing: MissingFolder, settings: &StoreSettings) -> Result<Self> {
        let url = StoreUrl::file(dir)?;
        let dir = dir.to_owned();
        let doing = format!("opening the store {url}");
        let (rate, age) = (settings.rate.clone(), settings.age.clone());
        blocking(move || {
            let made = match missing {
                MissingFolder::Create => make_durably(&dir),
                MissingFolder::Refuse => Ok(()),
            };
            let opened = match made {
                Err(e) if e.kind() != io::ErrorKind::AlreadyExists && !dir.is_dir() => Err(e),
                _ => dir.canonicalize().and_then(|root| fs::read_dir(&root).map(|_| root)),
            };
            match opened {
                Ok(root) => {
                    let (disk, audience) =
                        (FileSystem::of(&root), Audience::of(&root).map_err(|e| io_failed(&doing, e))?);
                    Ok(Self(Arc::new(Folder { url, root, audience, disk, rate, age })))
                }
                Err(e) if e.kind() == io::ErrorKind::NotFound => Err(Error::new(Kind::NotFound, doing)
                    .because(match missing {
                        MissingFolder::Create => "neither the folder nor its parent exists",
                        MissingFolder::Refuse => "there is no such folder",
                    })
                    .hint(match missing {
                        MissingFolder::Create => {
                            "create its parent folder, or mount the disk that it is on, and run again"
                        }
                        MissingFolder::Refuse => "is it the right address, and is the disk that it is on mounted?",
                    })),
                Err(e) => Err(io_failed(doing, e)),
            }
        })
        .await
    }

    pub(super) fn age_keys(&self) -> &AgeKeys {
        &self.0.age
    }

    pub(super) fn url(&self) -> &StoreUrl {
        &self.0.url
    }

    pub(super) fn lacks(&self) -> Vec<Lack> {
        self.0.disk.lacks()
    }

    pub(super) async fn check(&self) -> Result<()> {
        let folder = Arc::clone(&self.0);
        blocking(move || {
            let doing = format!("opening the store {}", folder.url);
            match fs::read_dir(&folder.root) {
                Ok(_) => Ok(()),
                Err(e) if e.kind() == io::ErrorKind::NotFound => {
                    Err(Error::new(Kind::NotFound, doing).because(e).hint("create the folder, or mount it"))
                }
                Err(e) => Err(io_failed(doing, e)),
            }
        })
        .await
    }

    pub(super) async fn put(&self, key: &ObjectKey, body: Bytes) -> Result<Put> {
        let mut upload = self.upload(key).await?;
        upload.write(body).await?;
        upload.finish().await
    }

    pub(super) async fn replace(&self, key: &ObjectKey, body: Bytes) -> Result<Put> {
        upload::replace(&self.0, key, body).await
    }

    pub(super) async fn upload(&self, key: &ObjectKey) -> Result<LocalUpload> {
        LocalUpload::begin(&self.0, key).await
    }

    pub(super) async fn get(&self, key: &ObjectKey, range: Option<Range<u64>>) -> Result<ObjectReader> {
        let folder = Arc::clone(&self.0);
        let name = key.clone();
        let doing = folder.doing("reading", key);
        let said = doing.clone();
        let (file, size, object_size) = blocking(move || {
            let opened = folder.find(&name).and_then(|found| match found {
                Some((path, meta)) => Ok(Some((File::open(path)?, meta.len()))),
                None => Ok(None),
            });
            let Some((mut file, object_size)) = opened.map_err(|e| io_failed(&said, e))? else {
                return Err(Error::new(Kind::NotFound, said).because("there is no such object"));
            };
            let range = range.unwrap_or(0..object_size);
            if range.start > object_size || (range.start == object_size && !range.is_empty()) {
                return Err(Error::failed(said)
                    .because(format!("byte {} lies past its end, it has {object_size}", range.start)));
            }
            file.seek(SeekFrom::Start(range.start)).map_err(|e| io_failed(&said, e))?;
            Ok((file, range.end.min(object_size) - range.start, object_size))
        })
        .await?;
        Ok(ObjectReader::new(size, object_size, None, pieces(file, size, doing, self.0.rate.clone())))
    }

    pub(super) async fn head(&self, key: &ObjectKey) -> Result<Option<ObjectInfo>> {
        let folder = Arc::clone(&self.0);
        let key = key.clone();
        blocking(move || match folder.find(&key) {
            Ok(found) => Ok(found.map(|(_, meta)| info(key, &meta))),
            Err(e) => Err(io_failed(folder.doing("looking for", &key), e)),
        })
        .await
    }

    /// Device and file: two names with the same are one file.
    pub(super) async fn identity(&self, key: &ObjectKey) -> Result<Option<(u64, u64)>> {
        use std::os::unix::fs::MetadataExt;
        let folder = Arc::clone(&self.0);
        let key = key.clone();
        blocking(move || match folder.find(&key) {
            Ok(found) => Ok(found.map(|(_, meta)| (meta.dev(), meta.ino()))),
            Err(e) => Err(io_failed(folder.doing("looking for", &key), e)),
        })
        .await
    }

    pub(super) fn list(&self, prefix: &str) -> BoxStream<'static, Result<ObjectInfo>> {
        let walk = self.walk(prefix, Files::Objects);
        stream::once(walk)
            .flat_map(|found| match found {
                Ok(all) => stream::iter(all.into_iter().map(|(key, meta)| Ok(info(key, &meta)))).boxed(),
                Err(e) => stream::iter([Err(e)]).boxed(),
            })
            .boxed()
    }

    pub(super) async fn delete(&self, key: &ObjectKey) -> Result<()> {
        let folder = Arc::clone(&self.0);
        let key = key.clone();
        blocking(move || {
            let doing = folder.doing("deleting", &key);
            let Some((path, _)) = folder.find(&key).map_err(|e| io_failed(&doing, e))? else { return Ok(()) };
            match fs::remove_file(&path) {
                Err(e) if e.kind() == io::ErrorKind::NotFound => Ok(()),
                Err(e) => Err(e),
                Ok(()) => path.parent().map_or(Ok(()), |parent| folder.disk.sync(parent)),
            }
            .map_err(|e| io_failed(&doing, e))?;
            match path.symlink_metadata() {
                Err(e) if e.kind() == io::ErrorKind::NotFound => Ok(()),
                Err(e) => Err(io_failed(doing, e)),
                Ok(_) => Err(Error::failed(doing).because("it was deleted, but it is still there")),
            }
        })
        .await
    }

    pub(super) async fn list_uploads(&self, prefix: &str) -> Result<Vec<StrayUpload>> {
        let found = self.walk(prefix, Files::Temporary).await?;
        let stray = |(path, meta): (ObjectKey, fs::Metadata)| {
            let object = path.as_str().rsplit_once(TEMP_MARK)?.0;
            Some(StrayUpload {
                key: ObjectKey::new(object).ok()?,
                id: path.file_name().to_owned(),
                initiated: meta.modified().ok().map(DateTime::<Utc>::from),
            })
        };
        Ok(found.into_iter().filter_map(stray).collect())
    }

    pub(super) async fn abort_upload(&self, upload: &StrayUpload) -> Result<()> {
        let doing = self.0.doing("removing what is left of an upload to", &upload.key);
        let of_this_key = upload.id.rsplit_once(TEMP_MARK).is_some_and(|(name, _)| name == upload.key.file_name());
        if !of_this_key || !is_temp(&upload.id) {
            return Err(Error::usage(doing).because(format!("{:?} is no temporary file of it", upload.id)));
        }
        let folder = match upload.key.as_str().rsplit_once('/') {
            Some((folder, _)) => format!("{folder}/{}", upload.id),
            None => upload.id.clone(),
        };
        self.delete(&ObjectKey::new(folder)?).await.map_err(|e| e.while_doing(doing))
    }

    /// The files below `prefix`, sorted by key.
    fn walk(
        &self,
        prefix: &str,
        wanted: Files,
    ) -> impl Future<Output = Result<Vec<(ObjectKey, fs::Metadata)>>> + Send + 'static {
        let folder = Arc::clone(&self.0);
        let prefix = prefix.to_owned();
        blocking(move || walk::files(&folder, &prefix, wanted))
    }
}

impl Folder {
    fn doing(&self, what: &str, key: &ObjectKey) -> String {
        format!("{what} {}/{key}", self.url)
    }

    /// The folders that lead to `key`.
    fn steps<'a>(&self, key: &'a ObjectKey) -> impl Iterator<Item = PathBuf> + use<'a> {
        let mut at = self.root.clone();
        let above = key.as_str().rsplit_once('/').map_or("", |(above, _)| above);
        above.split('/').filter(|step| !step.is_empty()).map(move |step| {
            at.push(step);
            at.clone()
        })
    }

    /// Makes the folders that lead to `key`, durably, and gives the last of them.
    fn create_parent(&self, key: &ObjectKey) -> io::Result<PathBuf> {
        let mut parent = self.root.clone();
        for step in self.steps(key) {
            match make_folder(&step, self.audience) {
                Ok(()) => {}
                Err(e) if e.kind() == io::ErrorKind::AlreadyExists => inside(&step)?,
                Err(e) => return Err(e),
            }
            // Also where it is there already: who made it may not have come to this yet, or may have been killed before.
            self.disk.sync(&parent)?;
            parent = step;
        }
        Ok(parent)
    }

    /// The file of `key`, where there is one.
    fn find(&self, key: &ObjectKey) -> io::Result<Option<(PathBuf, fs::Metadata)>> {
        let absent = |e: &io::Error| matches!(e.kind(), io::ErrorKind::NotFound | io::ErrorKind::NotADirectory);
        for step in self.steps(key) {
            match inside(&step) {
                Err(e) if absent(&e) => return Ok(None),
                other => other?,
            }
        }
        let path = self.root.join(key.as_str());
        match path.symlink_metadata() {
            Ok(meta) if meta.is_symlink() => Err(io::Error::other("it is a symbolic link")),
            Ok(meta) if meta.is_file() => Ok(Some((path, meta))),
            Ok(_) => Ok(None),
            Err(e) if absent(&e) => Ok(None),
            Err(e) => Err(e),
        }
    }
}

/// Who may read what is written.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Audience {
    /// The user who wrote it.
    Owner,
    /// The group of the store's folder, too.
    Group,
}

impl Audience {
    /// As the store's folder has it: one that hands its group on (`chmod g+s`) and that the group may read is shared with it.
    #[cfg(unix)]
    fn of(root: &Path) -> io::Result<Self> {
        use std::os::unix::fs::MetadataExt;
        const SHARED: u32 = 0o2040;
        Ok(if fs::metadata(root)?.mode() & SHARED == SHARED { Self::Group } else { Self::Owner })
    }

    #[cfg(not(unix))]
    fn of(_: &Path) -> io::Result<Self> {
        Ok(Self::Owner)
    }

    /// The mode of a new file; the umask takes from it.
    #[cfg(unix)]
    const fn of_file(self) -> u32 {
        match self {
            Self::Owner => permissions::PRIVATE_FILE,
            Self::Group => 0o640,
        }
    }
}

#[cfg(unix)]
fn make_folder(path: &Path, audience: Audience) -> io::Result<()> {
    use std::os::unix::fs::DirBuilderExt;
    let mode = match audience {
        Audience::Owner => permissions::PRIVATE_FOLDER,
        Audience::Group => 0o750,
    };
    fs::DirBuilder::new().mode(mode).create(path)
}

#[cfg(not(unix))]
fn make_folder(path: &Path, _: Audience) -> io::Result<()> {
    fs::create_dir(path)
}

/// Makes the store's own folder; its name is durable afterwards.
fn make_durably(dir: &Path) -> io::Result<()> {
    let made = make_folder(dir, Audience::Owner);
    let is_there = matches!(&made, Err(e) if e.kind() == io::ErrorKind::AlreadyExists);
    if made.is_err() && !is_there {
        return made;
    }
    // A folder that was there is somebody else's work, and what lies above it may be closed to us.
    match dir
        .parent()
        .filter(|above| !above.as_os_str().is_empty())
        .map_or(Ok(()), |above| FileSystem::of(dir).sync(above))
    {
        Err(e) if is_there => {
            tracing::debug!("the folder above {} cannot be synced: {e}", dir.display());
            Ok(())
        }
        synced => synced,
    }
}

/// A link could lead out of the store.
fn inside(step: &Path) -> io::Result<()> {
    let meta = step.symlink_metadata()?;
    if meta.is_symlink() {
        return Err(io::Error::other(format!("{} is a symbolic link", step.display())));
    }
    if meta.is_dir() { Ok(()) } else { Err(io::ErrorKind::NotADirectory.into()) }
}

fn info(key: ObjectKey, meta: &fs::Metadata) -> ObjectInfo {
    ObjectInfo {
        key,
        size: meta.len(),
        etag: None,
        last_modified: meta.modified().ok().map(DateTime::<Utc>::from),
        storage_class: None,
    }
}

fn is_temp(name: &str) -> bool {
    name.rsplit_once(TEMP_MARK).is_some_and(|(object, random)| {
        !object.is_empty() && random.len() == TEMP_RANDOM && random.bytes().all(|b| b.is_ascii_alphanumeric())
    })
}

fn pieces(file: File, size: u64, doing: String, rate: RateLimit) -> BoxStream<'static, Result<Bytes>> {
    let state = (file, size, doing);
    stream::try_unfold(state, move |(mut file, left, doing)| {
        let rate = rate.clone();
        async move {
            if left == 0 {
                return Ok(None);
            }
            rate.pass_all(usize::try_from(left).unwrap_or(PIECE).min(PIECE)).await;
            blocking(move || {
                let want = usize::try_from(left).unwrap_or(PIECE).min(PIECE);
                let mut piece = vec![0; want];
                match file.read_exact(&mut piece) {
                    Ok(()) => Ok(Some((Bytes::from(piece), (file, left - want as u64, doing)))),
                    Err(e) if e.kind() == io::ErrorKind::UnexpectedEof => {
                        Err(Error::failed(doing).because("the file became shorter while it was read"))
                    }
                    Err(e) => Err(io_failed(doing, e)),
                }
            })
            .await
        }
    })
    .boxed()
}

fn taken(doing: String) -> Error {
    Error::new(Kind::Conflict, doing).because("the name is taken").hint("objects are never overwritten: use a new name")
}

/// Whether a store took nothing because there is no room in it.
pub(crate) fn is_full(e: &Error) -> bool {
    let full = [io::ErrorKind::StorageFull, io::ErrorKind::QuotaExceeded];
    e.causes().filter_map(|cause| cause.downcast_ref::<io::Error>()).any(|cause| full.contains(&cause.kind()))
}

fn io_failed(doing: impl Into<String>, error: io::Error) -> Error {
    let hint = match error.kind() {
        io::ErrorKind::StorageFull => "the disk is full: free space there or choose another folder",
        io::ErrorKind::QuotaExceeded => "the quota there is used up",
        io::ErrorKind::PermissionDenied => "give this user the right to read and write in that folder",
        io::ErrorKind::ReadOnlyFilesystem => {
            "the file system is mounted read-only: mount it for writing, or name another folder"
        }
        io::ErrorKind::NotADirectory => "a file is where a folder is needed",
        _ => return Error::failed(doing).because(error),
    };
    Error::failed(doing).because(error).hint(hint)
}

async fn blocking<T: Send + 'static>(work: impl FnOnce() -> Result<T> + Send + 'static) -> Result<T> {
    joined(tokio::task::spawn_blocking(work).await)
}

fn joined<T>(done: std::result::Result<Result<T>, JoinError>) -> Result<T> {
    done.unwrap_or_else(|e| Err(Error::failed("working on a local folder").because(e)))
}
