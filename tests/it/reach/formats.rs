//! Archives of the first format, and such as have no frames: read with more bytes, to the same end.

use age::secrecy::ExposeSecret;
use serde_json::Value;
use sha2::{Digest, Sha256};

use super::cli::{Cli, sql};
use super::{filled, mixed, objects};

/// Rewrites the manifests, and what the ledger knows of them.
fn rewrite(cli: &Cli, change: impl Fn(&mut Value)) {
    // Each names the one before it, and they lie in the order in which they were made.
    let mut renamed = std::collections::HashMap::<String, String>::new();
    for path in objects(cli, ".manifest.json") {
        let old = std::fs::read(&path).unwrap();
        let mut manifest: Value = serde_json::from_slice(&old).unwrap();
        change(&mut manifest);
        if let Some(new) = manifest["previous_manifest_sha256"].as_str().and_then(|old| renamed.get(old)) {
            manifest["previous_manifest_sha256"] = new.clone().into();
        }
        let new = serde_json::to_vec_pretty(&manifest).unwrap();
        let hash = |bytes: &[u8]| hex::encode(Sha256::digest(bytes));
        std::fs::write(&path, &new).unwrap();
        renamed.insert(hash(&old), hash(&new));
        sql(
            &cli.db_url,
            &format!(
                "UPDATE eventodb_store.archives SET manifest_sha256 = '{}' WHERE manifest_sha256 = '{}'",
                hash(&new),
                hash(&old)
            ),
        );
    }
}

/// As the first format had it.
fn first_format(cli: &Cli) {
    // Stream lists without spans: written again, unframed, by the columns that there were.
    let mut lists = Vec::new();
    for path in objects(cli, ".heads.zst") {
        let plain = String::from_utf8(zstd::decode_all(&std::fs::read(&path).unwrap()[..]).unwrap()).unwrap();
        // No field of it has a line's end or a comma but names, which are quoted and come first.
        let cut: String = {
            let mut reader = csv::Reader::from_reader(plain.as_bytes());
            let mut writer = csv::Writer::from_writer(Vec::new());
            let header = reader.headers().unwrap().clone();
            writer.write_record(header.iter().take(8)).unwrap();
            for row in reader.records() {
                writer.write_record(row.unwrap().iter().take(8)).unwrap();
            }
            String::from_utf8(writer.into_inner().unwrap()).unwrap()
        };
        let stored = zstd::encode_all(cut.as_bytes(), 3).unwrap();
        std::fs::write(&path, &stored).unwrap();
        lists.push((path, stored, cut));
    }
    rewrite(cli, |m| {
        m["format_version"] = 1.into();
        for frame in m["data"]["frames"].as_array_mut().unwrap() {
            frame.as_object_mut().unwrap().remove("sha256");
        }
        let object = m["heads"]["object"].as_str().unwrap().to_owned();
        let (_, stored, csv) = lists.iter().find(|(path, ..)| path.to_string_lossy().ends_with(&object)).unwrap();
        let heads = m["heads"].as_object_mut().unwrap();
        heads.remove("frames");
        heads["columns"].as_array_mut().unwrap().pop();
        heads.insert("bytes".into(), stored.len().into());
        heads.insert("sha256".into(), hex::encode(Sha256::digest(stored)).into());
        heads.insert(
            "csv".into(),
            serde_json::json!({"bytes": csv.len(), "sha256": hex::encode(Sha256::digest(csv.as_bytes()))}),
        );
    });
}

#[test]
fn archives_of_the_first_format_and_without_frames_are_read_as_well() {
    let lines = mixed(3, 200);
    let cli = filled(&lines);
    let questions = [
        &["messages", "export"][..],
        &["messages", "read", "account-1", "-o", "json"],
        &["messages", "read", "order-28", "--from-position", "3", "-o", "json"],
        &["messages", "read", "--category", "rare", "-o", "json"],
        &["messages", "read", "--category", "order", "--from-global-position", "250", "--limit", "30", "-o", "json"],
        &["messages", "last", "account-0", "-o", "json"],
    ];
    let answers = |cli: &Cli| questions.map(|q| cli.run(q).succeeds().stdout.clone());
    let before = answers(&cli);
    let chunks = cli.json(&["chunks", "list"]);
    for (n, codec) in ["zstd", "gzip", "none"].iter().enumerate() {
        let name = chunks[n]["chunk_name"].as_str().unwrap();
        cli.run(&["chunks", "archive", name, "--compression", codec]).succeeds();
    }
    assert_eq!(answers(&cli), before);
    first_format(&cli);
    cli.run(&["archives", "verify", "--all"]).succeeds();
    cli.run(&["coverage"]).succeeds();
    assert_eq!(answers(&cli), before, "the first format");
    rewrite(&cli, |m| m["data"]["frames"] = Value::Array(Vec::new()));
    assert_eq!(answers(&cli), before, "no frames");
    // Damage is found in them, too.
    for ending in [".csv.zst", ".csv.gz", ".csv"] {
        let path = &objects(&cli, ending)[0];
        let whole = std::fs::read(path).unwrap();
        let mut bytes = whole.clone();
        let at = bytes.len() / 2;
        bytes[at] ^= 4;
        std::fs::write(path, bytes).unwrap();
        cli.run(&["messages", "export"]).fails(5, "archive");
        std::fs::write(path, whole).unwrap();
    }
    cli.run(&["archives", "rehydrate", "--from", "2013-01-01"]).succeeds();
    assert_eq!(answers(&cli), before, "all is back");
}

#[test]
fn archives_of_the_first_format_and_without_frames_are_encrypted_and_encrypted_again() {
    for has_frames in [true, false] {
        let lines = mixed(3, 200);
        let cli = filled(&lines);
        let [first, second] = [(); 2].map(|()| age::x25519::Identity::generate());
        let text = format!("{}\n{}\n", first.to_string().expose_secret(), second.to_string().expose_secret());
        let file = cli.file("identities.txt", text);
        let cli = cli.with("EVENTODB_AGE_IDENTITY_FILE", &file);
        let [first, second] = [first, second].map(|identity| identity.to_public().to_string());
        let before = cli.run(&["messages", "export"]).succeeds().stdout.clone();
        let chunks = cli.json(&["chunks", "list"]);
        for (n, codec) in ["zstd", "gzip", "none"].iter().enumerate() {
            let name = chunks[n]["chunk_name"].as_str().unwrap();
            cli.run(&["chunks", "archive", name, "--compression", codec]).succeeds();
        }
        first_format(&cli);
        if !has_frames {
            rewrite(&cli, |m| m["data"]["frames"] = Value::Array(Vec::new()));
        }
        let holds_the_same = |what: &str| {
            cli.run(&["archives", "verify", "--all"]).succeeds();
            cli.run(&["coverage"]).succeeds();
            assert_eq!(cli.run(&["messages", "export"]).succeeds().stdout, before, "{what}, frames: {has_frames}");
            let of_stream = cli.run(&["messages", "read", "order-28", "-o", "json"]).succeeds().stdout.clone();
            assert!(of_stream.contains("order-28"), "{what}: {of_stream}");
        };
        cli.run(&["archives", "rekey", "--add", &first]).succeeds();
        holds_the_same("encrypted");
        // Encrypted by the first writers: no hash of a frame, no frames of the stream list.
        rewrite_kept(&cli);
        holds_the_same("of the first format, encrypted");
        cli.run(&["archives", "rekey", "--add", &second, "--remove", &first]).succeeds();
        holds_the_same("encrypted to another");
        cli.run(&["archives", "rehydrate", "--from", "2013-01-01"]).succeeds();
        assert_eq!(cli.run(&["messages", "export"]).succeeds().stdout, before, "all is back");
    }
}

/// As the first format had encrypted archives.
fn rewrite_kept(cli: &Cli) {
    rewrite(cli, |m| {
        m["format_version"] = 1.into();
        m["heads"].as_object_mut().unwrap().remove("frames");
        for frame in m["data"]["frames"].as_array_mut().unwrap() {
            frame.as_object_mut().unwrap().remove("sha256");
        }
    });
}

#[test]
fn a_later_format_is_refused() {
    let cli = filled(&mixed(1, 50));
    cli.run(&["chunks", "archive", "--older-than", "0d"]).succeeds();
    rewrite(&cli, |m| m["format_version"] = 3.into());
    cli.run(&["messages", "export"]).fails(8, "use a newer eventodb-admin");
}
