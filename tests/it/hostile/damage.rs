//! Objects damaged after they were verified: each is named, none comes back, and repaired they are as good as before.

use eventodb_admin::archive::{ArchiveRow, Codec};
use serde_json::{Value, json};
use sha2::{Digest, Sha256};

use super::cli::Out;
use super::scene::{ARCHIVE, COVERAGE, DROP, KEEP, Kind, LATE, REHYDRATE, Scene, VERIFY, all};
use super::steps::some;

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Object {
    Data,
    Heads,
    Manifest,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Damage {
    Deleted,
    Cut,
    Flipped,
    Empty,
    /// By as many other bytes.
    Overwritten,
    Longer,
}

const OBJECTS: [Object; 3] = [Object::Data, Object::Heads, Object::Manifest];
const DAMAGES: [Damage; 6] =
    [Damage::Deleted, Damage::Cut, Damage::Flipped, Damage::Empty, Damage::Overwritten, Damage::Longer];

fn key(row: &ArchiveRow, object: Object) -> String {
    let key = match object {
        Object::Data => &row.object_key,
        Object::Heads => &row.heads_key,
        Object::Manifest => &row.manifest_key,
    };
    key.clone().unwrap()
}

/// What is stored instead; nothing where it is deleted.
fn damaged(bytes: &[u8], damage: Damage) -> Option<Vec<u8>> {
    let mut bytes = bytes.to_vec();
    match damage {
        Damage::Deleted => return None,
        Damage::Cut => drop(bytes.pop()),
        Damage::Flipped => {
            let middle = bytes.len() / 2;
            bytes[middle] ^= 1;
        }
        Damage::Empty => bytes.clear(),
        Damage::Overwritten => bytes.reverse(),
        Damage::Longer => bytes.push(b'\n'),
    }
    Some(bytes)
}

async fn put(scene: &Scene, key: &str, bytes: Option<&[u8]>) {
    match bytes {
        Some(bytes) => scene.replace(key, bytes).await,
        None => scene.delete(key).await,
    }
}

/// The archives' results by `archives verify --all`.
fn results(out: &Out) -> Vec<(i64, String)> {
    let all: Value = serde_json::from_str(&out.stdout).unwrap_or_else(|e| panic!("{e}: {out:?}"));
    let one = |v: &Value| (v["archive_id"].as_i64().unwrap(), v["result"].as_str().unwrap().to_owned());
    all.as_array().unwrap().iter().map(one).collect()
}

/// `archives verify` finds just these, `archives rehydrate` refuses each, and all stays as it is.
async fn assert_refused(scene: &Scene, ids: &[i64], told: &str) {
    let before = scene.picture().await;
    let out = scene.run(&VERIFY).await;
    assert_eq!(out.code, 5, "{told}: {out:?}");
    for (id, result) in results(&out) {
        assert_eq!(result, if ids.contains(&id) { "failed" } else { "ok" }, "{told}: archive {id}: {out:?}");
        assert_eq!(out.stderr.contains(&format!("archive {id} (")), ids.contains(&id), "{told}: {out:?}");
    }
    for id in ids {
        let out = scene.run(&["archives", "rehydrate", &id.to_string()]).await;
        assert_eq!(out.code, 5, "{told}: {out:?}");
        assert!(out.stderr.contains(&format!("archive {id}")), "{told}: {out:?}");
    }
    assert_eq!(scene.picture().await, before, "{told}");
}

async fn assert_all_ok(scene: &Scene, told: &str) {
    let out = scene.run(&VERIFY).await;
    assert!(out.code == 0 && results(&out).iter().all(|(_, result)| result == "ok"), "{told}: {out:?}");
}

/// All that there are in S3; in a folder, whose code is another only where names and sizes are looked at, some.
fn damages(kind: Kind) -> impl Iterator<Item = (Object, Damage)> {
    let is_wanted =
        move |damage: Damage| kind == Kind::S3 || matches!(damage, Damage::Deleted | Damage::Cut | Damage::Overwritten);
    let every = OBJECTS.into_iter().flat_map(|object| DAMAGES.map(|damage| (object, damage)));
    every.filter(move |(_, damage)| is_wanted(*damage))
}

async fn each_damage(kind: Kind) {
    all(some(&format!("damage in {kind:?}"), damages(kind)).into_iter().map(move |(object, damage)| async move {
        let told = format!("{object:?} {damage:?} in {kind:?}");
        let mut scene = Scene::of(kind, 2, 40).await;
        scene.run(&ARCHIVE).await.succeeds();
        let rows = scene.lab.archives().await;
        let (id, key) = (rows[0].id, key(&rows[0], object));
        let bytes = scene.read(&key).await;
        put(&scene, &key, damaged(&bytes, damage).as_deref()).await;
        if object == Object::Heads {
            // What comes back does not need the list of streams.
            let out = scene.run(&VERIFY).await;
            assert_eq!((out.code, results(&out)[0].1.as_str()), (5, "failed"), "{told}: {out:?}");
        } else {
            assert_refused(&scene, &[id], &told).await;
        }
        // Coverage looks at names, sizes, manifests and lists of streams.
        let out = scene.run(&COVERAGE).await;
        let is_seen = object != Object::Data || !matches!(damage, Damage::Flipped | Damage::Overwritten);
        assert_eq!(out.code, if is_seen { 5 } else { 0 }, "{told}: {out:?}");
        assert_eq!(out.stdout.contains("40 messages, global positions 1 to 40"), is_seen, "{told}: {out:?}");

        scene.replace(&key, &bytes).await;
        assert_all_ok(&scene, &told).await;
        scene.assert_whole(&told).await;
    }))
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn every_damage_to_an_object_in_s3_is_found_and_refused_until_it_is_repaired() {
    each_damage(Kind::S3).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn every_damage_to_an_object_in_a_folder_is_found_and_refused_until_it_is_repaired() {
    each_damage(Kind::Folder).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn objects_exchanged_between_two_chunks_are_refused() {
    let sets: [&[Object]; 4] = [&[Object::Data], &[Object::Manifest], &[Object::Data, Object::Manifest], &OBJECTS];
    let exchanges = [Kind::S3, Kind::Folder].into_iter().flat_map(|kind| sets.map(|set| (kind, set)));
    all(some("exchanged objects", exchanges).into_iter().map(|(kind, set)| async move {
        let told = format!("{set:?} exchanged in {kind:?}");
        let mut scene = Scene::of(kind, 3, 40).await;
        scene.run(&ARCHIVE).await.succeeds();
        let rows = scene.lab.archives().await;
        for object in set {
            let keys = [key(&rows[0], *object), key(&rows[1], *object)];
            let (one, two) = (scene.read(&keys[0]).await, scene.read(&keys[1]).await);
            scene.replace(&keys[0], &two).await;
            scene.replace(&keys[1], &one).await;
        }
        assert_refused(&scene, &[rows[0].id, rows[1].id], &told).await;
        for object in set {
            let keys = [key(&rows[0], *object), key(&rows[1], *object)];
            let (one, two) = (scene.read(&keys[0]).await, scene.read(&keys[1]).await);
            scene.replace(&keys[0], &two).await;
            scene.replace(&keys[1], &one).await;
        }
        scene.assert_whole(&told).await;
    }))
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn an_older_generation_in_the_place_of_the_newer_one_is_refused() {
    for set in [&[Object::Data][..], &[Object::Manifest], &OBJECTS] {
        let scene = Scene::new(1, 40).await;
        scene.run(&ARCHIVE).await.succeeds();
        scene.run(&REHYDRATE).await.succeeds();
        scene.lab.sql(LATE).await;
        scene.run(&ARCHIVE).await.succeeds();
        let rows = scene.lab.archives().await;
        assert_eq!((rows[0].message_count, rows[1].message_count), (Some(40), Some(41)));
        for object in set {
            let older = scene.read(&key(&rows[0], *object)).await;
            scene.replace(&key(&rows[1], *object), &older).await;
        }
        assert_refused(&scene, &[rows[1].id], &format!("{set:?} of an older generation")).await;
    }
}

fn content(bytes: &[u8]) -> (Value, Value) {
    (json!(bytes.len()), json!(hex::encode(Sha256::digest(bytes))))
}

#[tokio::test(flavor = "multi_thread")]
async fn an_archive_that_was_changed_together_with_its_manifest_is_refused_by_the_ledger() {
    for kind in [Kind::S3, Kind::Folder] {
        let scene = Scene::of(kind, 2, 40).await;
        scene.run(&ARCHIVE).await.succeeds();
        let row = scene.lab.archives().await.remove(0);
        let (data_key, manifest_key) = (key(&row, Object::Data), key(&row, Object::Manifest));
        let csv = String::from_utf8(zstd::decode_all(&scene.read(&data_key).await[..]).unwrap()).unwrap();
        let csv = csv.replacen("Happened", "Forgotten", 1);
        let data = Codec::Zstd { level: 3 }.compress(csv.as_bytes()).unwrap();
        let mut manifest: Value = serde_json::from_slice(&scene.read(&manifest_key).await).unwrap();
        (manifest["csv"]["bytes"], manifest["csv"]["sha256"]) = content(csv.as_bytes());
        (manifest["data"]["bytes"], manifest["data"]["sha256"]) = content(&data);
        manifest["data"]["frames"][0]["length"] = json!(data.len());
        scene.replace(&data_key, &data).await;
        scene.replace(&manifest_key, &serde_json::to_vec_pretty(&manifest).unwrap()).await;
        assert_refused(&scene, &[row.id], &format!("changed together in {kind:?}")).await;
    }
}

/// As many bytes as are asked for, which unpack to 128 KiB for every 4 of them.
fn bomb(size: usize) -> Vec<u8> {
    const BLOCK: u32 = 128 << 10;
    // https://www.rfc-editor.org/rfc/rfc8878: magic, no content size, a window of 128 KiB, then blocks of one byte
    // repeated.
    let mut bytes = vec![0x28, 0xb5, 0x2f, 0xfd, 0x00, 7 << 3];
    let skipped = 8;
    let blocks = (size - bytes.len() - skipped) / 4;
    for n in 1..=blocks {
        let header = u32::from(n == blocks) | 1 << 1 | BLOCK << 3;
        bytes.extend_from_slice(&header.to_le_bytes()[..3]);
        bytes.push(b'a');
    }
    let rest = size - bytes.len() - skipped;
    bytes.extend_from_slice(&0x184d_2a50_u32.to_le_bytes());
    bytes.extend_from_slice(&u32::try_from(rest).unwrap().to_le_bytes());
    bytes.resize(size, 0);
    bytes
}

#[test]
fn a_bomb_is_what_it_is_taken_for() {
    let bytes = bomb(103);
    assert_eq!(bytes.len(), 103);
    assert_eq!(zstd::decode_all(&bytes[..]).unwrap(), vec![b'a'; 22 * (128 << 10)]);
}

#[tokio::test(flavor = "multi_thread")]
async fn what_unpacks_to_far_more_than_was_exported_is_stopped_when_it_does() {
    for (kind, object) in [(Kind::S3, Object::Data), (Kind::Folder, Object::Data), (Kind::Folder, Object::Heads)] {
        let scene = Scene::of(kind, 1, 2000).await;
        scene.run(&ARCHIVE).await.succeeds();
        let row = scene.lab.archives().await.remove(0);
        let size = scene.read(&key(&row, object)).await.len();
        scene.replace(&key(&row, object), &bomb(size)).await;
        let before = scene.picture().await;
        let rehydrate = ["archives", "rehydrate", &row.id.to_string()];
        let commands: &[&[&str]] = if object == Object::Data { &[&VERIFY, &rehydrate] } else { &[&VERIFY, &COVERAGE] };
        for args in commands {
            let out = scene.run(args).await;
            assert_eq!(out.code, 5, "{out:?}");
            let text = [&out.stdout[..], &out.stderr].concat();
            assert!(text.contains("it unpacks to more than the"), "{args:?}, {object:?}: {out:?}");
        }
        assert_eq!(scene.picture().await, before);
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_kept_chunk_is_not_dropped_when_its_archive_was_damaged_since() {
    all(some("damage of what is kept", damages(Kind::Folder)).into_iter().map(|(object, damage)| async move {
        let told = format!("{object:?} {damage:?}");
        let mut scene = Scene::new(2, 40).await;
        scene.run(&KEEP).await.succeeds();
        let rows = scene.lab.archives().await;
        let key = key(&rows[0], object);
        let bytes = scene.read(&key).await;
        put(&scene, &key, damaged(&bytes, damage).as_deref()).await;
        let out = scene.run(&DROP).await;
        assert_eq!(out.code, 5, "{told}: {out:?}");
        assert!(out.stderr.contains(&rows[0].chunk_name), "{told}: {out:?}");
        // The other one was sound.
        assert_eq!(scene.live().await, "40", "{told}");
        scene.lab.sql(&format!("BEGIN; {LATE}; ROLLBACK")).await;
        scene.replace(&key, &bytes).await;
        scene.run(&DROP).await.succeeds();
        scene.assert_whole(&told).await;
    }))
    .await;
}
