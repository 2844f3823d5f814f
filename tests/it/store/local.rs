//! What only a folder can do wrong.

use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;

use eventodb_admin::Kind;
use eventodb_admin::store::{Store, StoreSettings, StoreUrl};
use futures::TryStreamExt;

use super::{fresh_local, key, listed, noise, shown};

async fn open(dir: &Path) -> eventodb_admin::Result<Store> {
    Store::open(&StoreUrl::file(dir).unwrap(), &StoreSettings::default()).await
}

#[tokio::test]
async fn a_folder_is_made_but_not_its_parents() {
    let dir = tempfile::tempdir().unwrap();
    open(&dir.path().join("new")).await.unwrap().check().await.unwrap();
    assert!(dir.path().join("new").is_dir());
    let error = open(&dir.path().join("not/mounted")).await.unwrap_err();
    assert_eq!(error.kind(), Kind::NotFound);
    fs::write(dir.path().join("file"), "").unwrap();
    open(&dir.path().join("file")).await.unwrap_err();
}

#[tokio::test]
async fn a_folder_that_went_away_is_not_found() {
    let (store, dir) = fresh_local().await;
    fs::remove_dir(dir.path().join("archive")).unwrap();
    assert_eq!(store.check().await.unwrap_err().kind(), Kind::NotFound);
}

#[tokio::test]
async fn symbolic_links_do_not_lead_out_of_the_folder() {
    let (store, dir) = fresh_local().await;
    let outside = dir.path().join("outside");
    fs::create_dir(&outside).unwrap();
    fs::write(outside.join("secret"), "x").unwrap();
    std::os::unix::fs::symlink(&outside, dir.path().join("archive/link")).unwrap();
    std::os::unix::fs::symlink(outside.join("secret"), dir.path().join("archive/direct")).unwrap();
    for name in ["link/secret", "direct"] {
        store.get(&key(name), None).await.unwrap_err();
        store.head(&key(name)).await.unwrap_err();
        store.delete(&key(name)).await.unwrap_err();
        store.put(&key(name), noise(1)).await.unwrap_err();
    }
    store.put(&key("link/new"), noise(1)).await.unwrap_err();
    // What lies behind them would be passed over: a listing says so, where they are in its way.
    for prefix in ["", "link/", "link/deep/", "dir"] {
        let error = store.list(prefix).try_collect::<Vec<_>>().await.unwrap_err();
        assert!(shown(&error).contains("is a symbolic link"), "{prefix} {}", shown(&error));
        assert!(store.list_uploads(prefix).await.is_err() && store.list_kept(prefix).await.is_err());
    }
    assert!(listed(&store, "another/").await.is_empty());
    assert!(listed(&store, "lin/").await.is_empty());
    assert_eq!(fs::read_dir(&outside).unwrap().count(), 1);
}

#[tokio::test]
async fn names_of_temporary_files_are_not_taken_for_objects() {
    let (store, dir) = fresh_local().await;
    assert_eq!(store.put(&key("x.tmp-abcd1234"), noise(1)).await.unwrap_err().kind(), Kind::Usage);
    // As a process that was killed leaves it.
    fs::write(dir.path().join("archive/x.tmp-abcd1234"), "half").unwrap();
    assert!(listed(&store, "").await.is_empty());
    let stray = store.list_uploads("").await.unwrap();
    assert_eq!(stray[0].key, key("x"));
    store.abort_upload(&stray[0]).await.unwrap();
    assert!(store.list_uploads("").await.unwrap().is_empty());
    // An object that only looks a little like one is listed.
    store.put(&key("y.tmp-short"), noise(1)).await.unwrap();
    assert_eq!(listed(&store, "").await.len(), 1);
}

#[tokio::test]
async fn a_file_that_shrinks_while_it_is_read_is_an_error() {
    let (store, dir) = fresh_local().await;
    store.put(&key("log"), noise(3 << 20)).await.unwrap();
    let reader = store.get(&key("log"), None).await.unwrap();
    fs::OpenOptions::new().write(true).open(dir.path().join("archive/log")).unwrap().set_len(1 << 20).unwrap();
    let error = super::drain(reader).await.unwrap_err();
    assert!(error.to_string().contains("shorter"), "{error}");
}

/// A small file system, unmounted when it is dropped.
struct SmallDisk(PathBuf);

impl SmallDisk {
    fn mount(at: &Path) -> Option<Self> {
        fs::create_dir(at).unwrap();
        let mounted = Command::new("mount").args(["-t", "tmpfs", "-o", "size=1m", "tmpfs"]).arg(at).output().ok()?;
        mounted.status.success().then(|| Self(at.to_owned()))
    }
}

impl Drop for SmallDisk {
    fn drop(&mut self) {
        Command::new("umount").arg(&self.0).status().ok();
    }
}

#[tokio::test]
async fn a_full_disk_is_said_and_leaves_no_half_file() {
    let dir = tempfile::tempdir().unwrap();
    let Some(disk) = SmallDisk::mount(&dir.path().join("disk")) else {
        eprintln!("SKIPPED a_full_disk_is_said_and_leaves_no_half_file: mounting a small tmpfs needs root");
        return;
    };
    let store = open(&disk.0).await.unwrap();
    let full = |error: &eventodb_admin::Error| {
        assert_eq!(error.kind(), Kind::Failed);
        assert!(shown(error).contains("the disk is full"), "{}", shown(error));
    };
    full(&store.put(&key("a/large"), noise(4 << 20)).await.unwrap_err());
    let mut upload = store.upload(&key("b/large"), 0).await.unwrap();
    let mut writes = 0;
    let error = loop {
        writes += 1;
        assert!(writes < 100, "4 MB fit into 1 MB");
        if let Err(error) = upload.write(noise(40_000)).await {
            break error;
        }
    };
    full(&error);
    upload.finish().await.unwrap_err();
    assert!(listed(&store, "").await.is_empty());
    assert!(store.list_uploads("").await.unwrap().is_empty());
    store.put(&key("small"), noise(500_000)).await.unwrap();
    // What is gathered in memory first does not fit either, and only the end of the upload finds out.
    while store.put(&key(&format!("filling/{writes}")), noise(8_000)).await.is_ok() {
        writes += 1;
        assert!(writes < 1000, "8 MB fit into 1 MB");
    }
    let mut upload = store.upload(&key("c/last"), 0).await.unwrap();
    upload.write(noise(20_000)).await.unwrap();
    full(&upload.finish().await.unwrap_err());
    assert!(listed(&store, "c/").await.is_empty());
    assert!(store.list_uploads("").await.unwrap().is_empty());
}
