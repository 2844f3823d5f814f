//! A namespace with weeks that are compressed, partly compressed and not compressed, and what is done to it.

use std::path::PathBuf;
use std::process::{Child, Command, Stdio};

use super::super::cli::{BINARY, Cli, Out, made_up, sql, try_sql};

/// Messages a week.
pub const WEEK: usize = 20;

pub const LATE: i64 = 3;

pub const ARCHIVE: [&str; 4] = ["chunks", "archive", "--older-than", "0d"];

pub fn is_community(url: &str) -> bool {
    sql(url, "SELECT current_setting('timescaledb.license')") == "timescale"
}

pub fn schema(cli: &Cli) -> String {
    cli.json(&["namespaces", "show"])["schema"].as_str().unwrap().to_owned()
}

/// Chunks that are live, oldest first, with their schema.
pub fn chunks(cli: &Cli) -> Vec<String> {
    let names = sql(
        &cli.db_url,
        &format!(
            "SELECT coalesce(string_agg(format('%I.%I', chunk_schema, chunk_name), ' ' ORDER BY range_start), '')
               FROM timescaledb_information.chunks WHERE hypertable_schema = '{}'",
            schema(cli)
        ),
    );
    names.split_whitespace().map(str::to_owned).collect()
}

pub fn live(cli: &Cli) -> i64 {
    sql(&cli.db_url, &format!("SELECT count(*) FROM {}.messages", schema(cli))).parse().unwrap()
}

pub fn archived(cli: &Cli) -> i64 {
    let all = cli.json(&["archives", "list"]);
    all.as_array()
        .unwrap()
        .iter()
        .filter(|a| a["state"] == "dropped")
        .map(|a| a["messages"].as_i64().unwrap_or_else(|| a["message_count"].as_i64().unwrap()))
        .sum()
}

pub fn late(cli: &Cli, time: &str, n: i64) {
    sql(
        &cli.db_url,
        &format!(
            "INSERT INTO {}.messages (time, position, stream_name, type)
             SELECT '{time}'::timestamptz + i * interval '1 s', i, 'late-{}', 'Late' FROM generate_series(0, {} - 1) i",
            schema(cli),
            time.replace(['-', ':'], ""),
            n
        ),
    );
}

/// On a database of its own: a week that is not compressed, and where the server can, one that is, and one that is and has
/// late rows beside it.
pub fn scene() -> Option<(Cli, i64)> {
    let cli = Cli::alone()?;
    Some(fill(cli))
}

pub fn fill(cli: Cli) -> (Cli, i64) {
    let store = cli.store();
    let cli = cli.with("EVENTODB_STORE", &store);
    cli.run(&["namespaces", "create", &cli.namespace, "--compress-after", "never"]).succeeds();
    cli.run_with(&["messages", "import"], made_up(3, WEEK).as_bytes()).succeeds();
    let mut total = 3 * WEEK as i64;
    if is_community(&cli.db_url) {
        for chunk in &chunks(&cli)[1..] {
            cli.run(&["chunks", "compress", chunk]).succeeds();
        }
        late(&cli, "2013-01-18T12:00:00Z", LATE);
        total += LATE;
    } else {
        eprintln!("NOT TESTED HERE: compressed chunks; this edition has none");
    }
    (cli, total)
}

/// A run that is held at a failpoint.
pub struct Run {
    child: Child,
    file: PathBuf,
}

pub fn held(cli: &Cli, args: &[&str], point: &str) -> Run {
    let file = cli.path(&format!("gate-{}", uuid::Uuid::new_v4().simple()));
    let child = Command::new(BINARY)
        .args(args)
        .env_clear()
        .envs(cli.variables())
        .env("EVENTODB_FAILPOINTS", format!("{point}=wait:{}", file.display()))
        .current_dir(cli.dir.path())
        .stdin(Stdio::null())
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .spawn()
        .unwrap();
    let mut run = Run { child, file };
    while !run.file.exists() {
        if run.child.try_wait().unwrap().is_some() {
            panic!("it never came to {point}: {:?}", run.ended());
        }
        std::thread::sleep(std::time::Duration::from_millis(5));
    }
    run
}

impl Run {
    pub fn ended(self) -> Out {
        let out = self.child.wait_with_output().unwrap();
        Out {
            code: out.status.code().unwrap_or(-1),
            stdout: String::from_utf8(out.stdout).unwrap(),
            stderr: String::from_utf8(out.stderr).unwrap(),
        }
    }

    /// Passes this step, and the same one of later chunks.
    pub fn goes_on(mut self) -> Out {
        while self.child.try_wait().unwrap().is_none() {
            let _ = std::fs::remove_file(&self.file);
            std::thread::sleep(std::time::Duration::from_millis(5));
        }
        self.ended()
    }
}

/// A step that both protocols come to after the copy and before the drop.
pub const BETWEEN: &str = "archive.read-back.after";

/// Settings that hide rows, or keep heads from being kept, as `name = value`.
pub const SETTINGS: [&str; 6] = [
    "timescaledb.enable_columnarscan = off",
    "timescaledb.enable_transparent_decompression = off",
    "timescaledb.disable_load = on",
    "timescaledb.restoring = on",
    "zero_damaged_pages = on",
    "session_replication_role = replica",
];

/// A role of the test's own in the place of the one that made the database.
pub struct Role {
    pub name: String,
    pub url: String,
    admin: String,
}

impl Role {
    pub fn new(cli: &Cli, attributes: &str) -> Self {
        let name = format!("hidden_{}", uuid::Uuid::new_v4().simple());
        sql(&cli.db_url, &format!("CREATE ROLE {name} LOGIN {attributes} PASSWORD 'kept Secret-4711'"));
        let mut url = url::Url::parse(&cli.db_url).unwrap();
        url.set_username(&name).unwrap();
        url.set_password(Some("kept%20Secret-4711")).unwrap();
        Self { name, url: url.to_string(), admin: cli.db_url.clone() }
    }
}

impl Drop for Role {
    fn drop(&mut self) {
        let _ = try_sql(&self.admin, &format!("DROP OWNED BY {0}; DROP ROLE {0}", self.name));
    }
}

pub fn compressed_table(cli: &Cli, chunk: &str) -> String {
    sql(
        &cli.db_url,
        &format!(
            "SELECT to_jsonb(s) ->> 'compress_relid' FROM _timescaledb_catalog.compression_settings s
              WHERE s.relid = '{chunk}'::regclass"
        ),
    )
}

pub fn content(cli: &Cli) -> String {
    sql(
        &cli.db_url,
        &format!(
            "SELECT md5(string_agg(m::text, E'\\n' ORDER BY global_position, stream_name, position, time)) FROM {}.messages m",
            schema(cli)
        ),
    )
}

/// Rows as an adopted namespace may have them: past triggers.
pub fn insert_as_is(cli: &Cli, values: &str) {
    sql(
        &cli.db_url,
        &format!(
            "SET eventodb.heads_kept = 'on';
             INSERT INTO {}.messages (time, global_position, position, stream_name, type) VALUES {values}",
            schema(cli)
        ),
    );
}

pub fn bring_all_back(cli: &Cli) {
    let mut ids: Vec<i64> = cli
        .json(&["archives", "list"])
        .as_array()
        .unwrap()
        .iter()
        .filter(|a| a["state"] == "dropped")
        .map(|a| a["id"].as_i64().unwrap())
        .collect();
    ids.sort_unstable();
    for id in ids {
        cli.run(&["archives", "rehydrate", &id.to_string()]).succeeds();
    }
}

/// The database's own name.
pub fn database(cli: &Cli) -> String {
    url::Url::parse(&cli.db_url).unwrap().path().trim_start_matches('/').to_owned()
}
