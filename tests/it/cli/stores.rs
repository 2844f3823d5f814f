//! Stores with settings of their own: services with other addresses and keys, in one file, and folders beside them.

use std::io::{Read, Write};

use super::cli::{Cli, made_up, sql, var};
use super::s3_server::S3Server;

const WRONG: &str = "wrong-keys-of-the-environment-4711";

/// A namespace with some weeks of messages, and four stores for them: two services that have buckets of one name, one of them
/// by a profile and by a file of credentials, and a folder.
struct Scene {
    cli: Cli,
    second: S3Server,
    config: String,
    stores: [String; 4],
}

impl Scene {
    /// What the environment says of S3 is wrong throughout, so that nothing works but by the file.
    fn of(cli: Cli) -> Self {
        let bucket = var("EVENTODB_TEST_S3_BUCKET");
        let second = S3Server::start(&bucket);
        let base = format!("s3://{bucket}/{}", cli.namespace);
        let stores = [format!("{base}/first"), format!("{base}/profile"), format!("{base}/file"), cli.store()];
        let profile = format!(
            "[profile second]\nregion = us-east-1\naws_access_key_id = {}\naws_secret_access_key = {}\nendpoint_url = {}\n",
            second.access_key, second.secret_key, second.endpoint
        );
        let aws_config = cli.file("aws-config", profile);
        let keys = format!(
            "[default]\naws_access_key_id = {}\naws_secret_access_key = {}\n",
            second.access_key, second.secret_key
        );
        let keys = cli.file("credentials", keys);
        std::process::Command::new("chmod").args(["0600", &keys]).status().unwrap();
        let text = format!(
            "[stores.\"{base}\"]\nendpoint = \"{}\"\nregion = \"{}\"\naccess_key_id_env = \"FIRST_ACCESS_KEY_ID\"\n\
             secret_access_key_env = \"FIRST_SECRET_ACCESS_KEY\"\n\
             [stores.\"{}\"]\naws_profile = \"second\"\n\
             [stores.\"{}\"]\nendpoint = \"{}\"\ncredentials_file = \"{keys}\"\n\
             [stores.\"{}\"]\nlimit_rate = \"100M\"\n\
             [stores.\"s3://nobody\"]\nregion = \"elsewhere\"\n",
            var("AWS_ENDPOINT_URL_S3"),
            var("AWS_REGION"),
            stores[1],
            stores[2],
            second.endpoint,
            stores[3],
        );
        let config = cli.file("c.toml", text);
        let cli = cli
            .with("EVENTODB_CONFIG", &config)
            .with("AWS_CONFIG_FILE", &aws_config)
            .with("AWS_ACCESS_KEY_ID", "wrong")
            .with("AWS_SECRET_ACCESS_KEY", WRONG)
            .with("AWS_SESSION_TOKEN", WRONG)
            .with("AWS_REGION", "wrong-region")
            .with("AWS_ENDPOINT_URL_S3", "http://127.0.0.1:1")
            .with("FIRST_ACCESS_KEY_ID", &var("AWS_ACCESS_KEY_ID"))
            .with("FIRST_SECRET_ACCESS_KEY", &var("AWS_SECRET_ACCESS_KEY"));
        Self { cli, second, config, stores }
    }

    fn new() -> Self {
        Self::of(Cli::new())
    }

    /// An archive in each store.
    fn archived() -> Self {
        let scene = Self::new();
        let cli = &scene.cli;
        cli.run_with(&["messages", "import"], made_up(4, 20).as_bytes()).succeeds();
        let chunks = cli.json(&["chunks", "list"]);
        for (chunk, store) in chunks.as_array().unwrap().iter().zip(&scene.stores) {
            let chunk = chunk["chunk_name"].as_str().unwrap();
            let out = cli.run(&["chunks", "archive", chunk, "--store", store, "-v"]);
            assert!(
                out.code == 0 && !out.stderr.contains("WARN"),
                "nobody else is asked, such as for a region: {out:?}"
            );
        }
        scene
    }

    /// The file with other text in it.
    fn change(&self, from: &str, to: &str) {
        let text = std::fs::read_to_string(&self.config).unwrap();
        assert!(text.contains(from), "no {from} in {text}");
        std::fs::write(&self.config, text.replace(from, to)).unwrap();
    }
}

fn checks<'a>(all: &'a serde_json::Value, name: &str) -> Vec<(&'a str, &'a str)> {
    let of = |c: &'a serde_json::Value| (c["verdict"].as_str().unwrap(), c["found"].as_str().unwrap());
    all.as_array().unwrap().iter().filter(|c| c["check"] == name).map(of).collect()
}

#[test]
fn archives_lie_in_two_services_and_a_folder_by_nothing_but_the_file() {
    let scene = Scene::archived();
    let cli = &scene.cli;
    let archives = cli.json(&["archives", "list"]);
    let lie = archives.as_array().unwrap().iter().map(|a| a["store_url"].as_str().unwrap());
    assert_eq!(lie.collect::<Vec<_>>(), scene.stores);
    cli.run(&["archives", "verify", "--all"]).succeeds();
    cli.run(&["coverage"]).succeeds();
    let exported = cli.run(&["messages", "export"]).succeeds().stdout.clone();
    assert_eq!(exported.lines().count(), 80);
    let checked = cli.json(&["doctor", "--store", &scene.stores[1]]);
    assert!(checks(&checked, "other stores").is_empty(), "--store says where archives have gone: {checked}");
    cli.run(&["policy", "set", "--store", &scene.stores[1]]).succeeds();
    let checked = cli.json(&["doctor"]);
    assert_eq!(checks(&checked, "store")[0].0, "ok", "{checked}");
    let others = checks(&checked, "other stores");
    assert!(others.len() == 3 && others.iter().all(|(verdict, _)| *verdict == "ok"), "{checked}");
    assert_eq!(checks(&checked, "sections of stores").len(), 1, "{checked}");
    assert!(checks(&checked, "sections of stores")[0].1.starts_with("s3://nobody:"), "{checked}");
    // Archives that come back, and go again.
    cli.run(&["archives", "rehydrate", "1", "2"]).succeeds();
    cli.run(&["archives", "release", "1", "2"]).succeeds();
    // Engines read each store where it is.
    let first = var("AWS_ENDPOINT_URL_S3");
    for (engine, parts) in [
        ("clickhouse", vec![first.clone(), scene.second.endpoint.clone()]),
        ("duckdb", vec![format!("SCOPE '{}'", scene.stores[0]), format!("SCOPE '{}'", scene.stores[2])]),
        ("spark", vec![format!("endpoint = {}", scene.second.endpoint)]),
    ] {
        let text = cli.run(&["archives", "sql", "--engine", engine]).succeeds().stdout.clone();
        for part in parts {
            assert!(text.contains(&part) && !text.contains("127.0.0.1:1/"), "{engine}, {part}: {text}");
        }
    }
    let hidden = scene.second.secret_key;
    assert!(!cli.run(&["archives", "verify", "--all", "-vv"]).stderr.contains(hidden));
}

#[test]
fn a_wrong_key_for_one_store_fails_for_that_one_alone() {
    let scene = Scene::archived();
    let states = |more: &[(&str, &str)]| {
        let out = scene.cli.run_in(more, &["archives", "verify", "--all", "-o", "json"], b"");
        let rows: serde_json::Value = serde_json::from_str(&out.stdout).unwrap();
        let sound = rows.as_array().unwrap().iter().filter(|row| row["result"] == "ok");
        let ids: Vec<_> = sound.map(|row| row["archive_id"].as_i64().unwrap()).collect();
        (out, ids)
    };
    for (variable, value, text) in [
        ("FIRST_SECRET_ACCESS_KEY", "another-secret-key-4711", "the variables that the section of s3://"),
        ("FIRST_SECRET_ACCESS_KEY", "", "FIRST_SECRET_ACCESS_KEY is not set"),
        ("FIRST_ACCESS_KEY_ID", "", "FIRST_ACCESS_KEY_ID is not set"),
    ] {
        let (out, verified) = states(&[(variable, value)]);
        assert_eq!((out.code, verified), (1, vec![2, 3, 4]), "{out:?}");
        assert!(out.stderr.contains("archive 1") && out.stderr.contains(text), "{out:?}");
    }
    let checked = scene.cli.run_in(
        &[("FIRST_SECRET_ACCESS_KEY", "")],
        &["doctor", "-o", "json", "-n", &scene.cli.namespace],
        b"",
    );
    let checked: serde_json::Value = serde_json::from_str(&checked.stdout).unwrap();
    let failed: Vec<_> =
        checks(&checked, "other stores").into_iter().filter(|(verdict, _)| *verdict == "fail").collect();
    assert!(failed.len() == 1 && failed[0].1.contains("not set"), "{checked}");
    scene.change("aws_profile = \"second\"", "aws_profile = \"nobody\"");
    let (out, verified) = states(&[]);
    assert_eq!((out.code, verified), (1, vec![1, 3, 4]), "{out:?}");
    assert!(out.stderr.contains("nobody"), "{out:?}");
}

#[test]
fn a_bucket_of_the_same_name_at_another_service_is_not_down_with_it() {
    let Some(cli) = Cli::alone() else { return };
    cli.run(&["namespaces", "create", &cli.namespace, "--compress-after", "never"]).succeeds();
    let mut scene = Scene::of(cli);
    let (first, second) = (scene.cli.namespace.clone(), format!("u{}", scene.cli.namespace));
    scene.cli.run(&["namespaces", "create", &second, "--compress-after", "never"]).succeeds();
    for (namespace, store) in [(&first, &scene.stores[0]), (&second, &scene.stores[1])] {
        scene.cli.run_with(&["messages", "import", "-n", namespace], made_up(1, 5).as_bytes()).succeeds();
        scene.cli.run(&["policy", "set", "-n", namespace, "--archive-after", "1d", "--store", store]).succeeds();
    }
    scene.change(
        &format!("endpoint = \"{}\"\nregion", var("AWS_ENDPOINT_URL_S3")),
        "endpoint = \"http://127.0.0.1:1\"\nregion",
    );
    scene.cli = scene.cli.with("EVENTODB_LOG_FORMAT", "text");
    let out = scene.cli.run(&["lifecycle", "run", "--all-namespaces"]);
    assert_ne!(out.code, 0, "{out:?}");
    let states =
        "SELECT string_agg(namespace || ' ' || state, ',') FROM eventodb_store.archives WHERE state = 'dropped'";
    assert_eq!(sql(&scene.cli.db_url, states), format!("{second} dropped"), "{out:?}");
}

#[test]
fn sections_are_shown_without_secrets_and_flags_go_before_them() {
    let scene = Scene::new();
    let (cli, second) = (&scene.cli, &scene.second);
    let of = |args: &[&str], key: &str| {
        let shown = cli.json(&[&["config", "show"], args].concat());
        let row = shown.as_array().unwrap().iter().find(|row| row["name"].as_str().unwrap().ends_with(key)).cloned();
        row.map(|row| (row["value"].as_str().unwrap().to_owned(), row["source"].as_str().unwrap().to_owned()))
    };
    let name = |store: &str, key: &str| format!("stores.\"{store}\".{key}");
    let told = |value: &str, source: &str| Some((value.to_owned(), source.to_owned()));
    assert_eq!(of(&[], &name(&scene.stores[1], "aws_profile")), told("second", "file"));
    assert_eq!(of(&[], &name(&scene.stores[2], "endpoint")), told(&second.endpoint, "file"));
    assert_eq!(of(&[], ".secret_access_key_env"), told("FIRST_SECRET_ACCESS_KEY", "file"));
    for form in ["table", "json", "csv"] {
        let out = cli.run(&["config", "show", "-o", form, "-vv"]);
        let first = var("AWS_SECRET_ACCESS_KEY");
        for secret in [second.secret_key, &first, WRONG] {
            assert!(!format!("{out:?}").contains(secret), "{out:?}");
        }
    }
    let more = "storage_class = \"STANDARD_IA\"\nthaw_days = 3\nsse = \"none\"\n";
    scene.change("aws_profile = \"second\"\n", &format!("aws_profile = \"second\"\n{more}"));
    let class = name(&scene.stores[1], "storage_class");
    assert_eq!(of(&[], &class), told("STANDARD_IA", "file"));
    assert_eq!(of(&["--storage-class", "STANDARD"], &class), None, "the flag goes before it");
    assert_eq!(of(&["--sse", "AES256"], &name(&scene.stores[1], "sse")), None);
    assert_eq!(of(&["--storage-class", "STANDARD"], ".thaw_days"), told("3", "file"));
    // Bounds do not outdo each other.
    assert_eq!(of(&["--limit-rate", "1M"], &name(&scene.stores[3], "limit_rate")), told("104857600", "file"));
    // A profile's section takes the place of the one at the top.
    let profile = format!("[profiles.p.stores.\"{}/\"]\nregion = \"eu-central-1\"\n", scene.stores[1]);
    scene.change("[stores.\"s3://nobody\"]", &format!("{profile}[stores.\"s3://nobody\"]"));
    assert_eq!(of(&["--profile", "p"], &name(&scene.stores[1], "region")), told("eu-central-1", "profile p"));
    assert_eq!(of(&["--profile", "p"], ".aws_profile"), None);
    assert_eq!(of(&[], ".aws_profile"), told("second", "file"));
}

#[test]
fn a_file_of_keys_that_cannot_be_read_tells_none_of_them() {
    let scene = Scene::new();
    let (cli, secret) = (scene.cli, scene.second.secret_key);
    let store = &scene.stores[2];
    cli.run_with(&["messages", "import"], made_up(1, 5).as_bytes()).succeeds();
    for text in [
        format!("aws_secret_access_key = {secret}\n"),
        format!("[default\naws_secret_access_key = {secret}\n"),
        format!("[default]\n{secret}\n"),
        format!("[default]\naws_access_key_id = a\n = {secret}\n"),
        format!("[default]\naws_secret_access_key = {secret}\n"),
        format!("[other]\naws_access_key_id = a\naws_secret_access_key = {secret}\n"),
        format!("[default]\naws_access_key_id = {secret}\naws_secret_access_key = a\n"),
        format!("[default]\ncredential_process = echo {secret}\n"),
    ] {
        cli.file("credentials", &text);
        for trace in ["", "trace"] {
            let archive = ["chunks", "archive", "--older-than", "0d", "--store", store, "-vv"];
            let out = cli.run_in(&[("RUST_LOG", trace)], &archive, b"");
            assert_eq!(out.code, 1, "{text}: {out:?}");
            assert!(!out.stderr.contains(secret) && out.stderr.contains("hint:"), "{text}: {out:?}");
        }
    }
    std::fs::remove_file(cli.path("credentials")).unwrap();
    let gone = cli.run(&["chunks", "archive", "--older-than", "0d", "--store", store]);
    gone.fails(1, "credentials: No such file");
    // Others on the machine may read it.
    let keys = cli.file("credentials", "");
    std::process::Command::new("chmod").args(["0644", &keys]).status().unwrap();
    cli.run(&["version"]).fails(0, "chmod 0600");
}

#[test]
fn keys_of_the_environment_go_to_no_endpoint_of_a_section_unless_it_says_so() {
    let cli = Cli::new();
    let bucket = var("EVENTODB_TEST_S3_BUCKET");
    let store = format!("s3://{bucket}/{}", cli.namespace);
    let section = format!("[stores.\"{store}\"]\nendpoint = \"{}\"\n", var("AWS_ENDPOINT_URL_S3"));
    let config = cli.file("c.toml", &section);
    let cli = cli
        .with("EVENTODB_CONFIG", &config)
        .with("AWS_ENDPOINT_URL_S3", "http://127.0.0.1:1")
        .with("AWS_ACCESS_KEY_ID", &var("AWS_ACCESS_KEY_ID"))
        .with("AWS_SECRET_ACCESS_KEY", &var("AWS_SECRET_ACCESS_KEY"))
        .with("AWS_REGION", &var("AWS_REGION"));
    cli.run(&["version"]).fails(2, "an endpoint without keys");
    cli.file("c.toml", format!("{section}credentials = \"chain\"\n"));
    let checked = cli.json(&["doctor", "--store", &store]);
    assert_eq!(checks(&checked, "store")[0].0, "ok", "{checked}");
    // And keys of a section go to no endpoint of the environment, though that one would take them: to AWS, which is not asked
    // in earnest.
    let cli = cli.with("AWS_ENDPOINT_URL_S3", &var("AWS_ENDPOINT_URL_S3")).with("HTTPS_PROXY", "http://127.0.0.1:1");
    let keys = "access_key_id_env = \"AWS_ACCESS_KEY_ID\"\nsecret_access_key_env = \"AWS_SECRET_ACCESS_KEY\"\n";
    cli.file("c.toml", format!("[stores.\"{store}\"]\n{keys}"));
    let out = cli.run(&["doctor", "--store", &store]);
    assert!(out.stdout.contains("no region is known") && out.stdout.contains("name region in the section"), "{out:?}");
    cli.file("aws-config", "[profile own]\naws_access_key_id = a\naws_secret_access_key = b\n");
    let cli = cli.with("AWS_CONFIG_FILE", "aws-config");
    for keys in [keys, "aws_profile = \"own\"\n"] {
        cli.file("c.toml", format!("[stores.\"{store}\"]\nregion = \"eu-central-1\"\n{keys}"));
        let checked = cli.run(&["doctor", "--store", &store, "-o", "json"]);
        assert_eq!(checked.code, 1, "{checked:?}");
        assert!(checked.stdout.contains("AWS in eu-central-1"), "{checked:?}");
    }
}

#[test]
fn what_a_section_cannot_mean_exits_2_with_its_line() {
    let cli = Cli::offline().with("EVENTODB_DB_URL", "");
    for (text, part) in [
        ("yes = true\n\n[stores.\"s3:/a\"]\n", "line 3"),
        ("[stores.\"s3://aaa\"]\n[stores.\"s3://aaa/\"]\n", "two sections"),
        ("[stores.\"s3://aaa\"]\nregoin = \"x\"\n", "line 2"),
        ("[profiles.p.stores.\"file:///a\"]\nregion = \"x\"\n", "a setting of buckets"),
        ("[stores.\"s3://aaa\"]\nsecret_access_key = \"hunter2\"\n", "secrets do not go into this file"),
    ] {
        let config = cli.file("c.toml", text);
        let out = cli.run(&["version", "--config", &config]);
        out.fails(2, part);
        assert!(out.stderr.contains("c.toml, line") && !out.stderr.contains("hunter2"), "{out:?}");
    }
}

/// Where nobody names keys, the machine's metadata service is asked last, and here something else answers there.
#[test]
fn a_store_without_any_credentials_is_told_as_such() {
    let metadata = std::net::TcpListener::bind("127.0.0.1:0").unwrap();
    let address = format!("http://{}", metadata.local_addr().unwrap());
    std::thread::spawn(move || {
        for line in metadata.incoming() {
            let mut line = line.unwrap();
            let mut asked = [0; 4096];
            let _ = line.read(&mut asked);
            let _ = line.write_all(b"HTTP/1.1 404 Not Found\r\ncontent-length: 0\r\nconnection: close\r\n\r\n");
        }
    });
    let endpoint = var("AWS_ENDPOINT_URL_S3");
    let cli = Cli::new().with("AWS_EC2_METADATA_SERVICE_ENDPOINT", &address).with("AWS_ENDPOINT_URL_S3", &endpoint);
    let out = cli.run(&["archives", "sync", "--store", "s3://no-keys/at-all"]);
    out.fails(
        1,
        "s3://no-keys/at-all: there are no credentials\nhint: set AWS_ACCESS_KEY_ID and AWS_SECRET_ACCESS_KEY",
    );
    assert!(!out.stderr.contains("role_arn") && !out.stderr.contains("  "), "{out:?}");
}

#[test]
fn a_plan_of_verifying_changes_nothing_in_the_ledger() {
    let (first, second) = (Cli::new(), tempfile::tempdir().unwrap());
    let store = first.store();
    let cli = first.with("EVENTODB_STORE", &store);
    cli.run_with(&["messages", "import"], made_up(2, 20).as_bytes()).succeeds();
    cli.run(&["chunks", "archive", "--older-than", "0d", "--yes"]).succeeds();
    let copy = format!("file://{}", second.path().display());
    cli.run(&["archives", "copy", "--all", "--to", &copy, "--yes"]).succeeds();
    let ledger = || {
        let of = |table: &str| {
            let sql = format!(
                "SELECT string_agg(t::text, '|' ORDER BY t::text) FROM eventodb_store.{table} t WHERE namespace = '{}'",
                cli.namespace
            );
            super::cli::sql(&cli.db_url, &sql)
        };
        (of("archives"), of("copies"))
    };
    let before = ledger();
    cli.run(&["archives", "verify", "--all", "--dry-run"]).succeeds();
    assert_eq!(ledger(), before);
    // Neither that one is damaged.
    let mut folders = vec![second.path().to_owned()];
    let mut damaged = None;
    while let Some(folder) = folders.pop() {
        for entry in std::fs::read_dir(folder).unwrap() {
            match entry.unwrap().path() {
                folder if folder.is_dir() => folders.push(folder),
                file if file.to_str().unwrap().ends_with(".csv.zst") => damaged = Some(file),
                _ => {}
            }
        }
    }
    std::fs::write(damaged.unwrap(), "damaged").unwrap();
    cli.run(&["archives", "verify", "--all", "--dry-run"]).fails(5, "");
    cli.run(&["archives", "verify", "--all", "--repair", "--dry-run"]).fails(5, "");
    assert_eq!(ledger(), before);
    cli.run(&["archives", "verify", "--all"]).fails(5, "");
    assert_ne!(ledger(), before);
}
