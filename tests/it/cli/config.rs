//! Where settings come from: flag, environment, profile, file, default; and what `config show` tells of them.

use serde_json::Value;

use super::cli::Cli;

const FILE: &str = "\
namespace = 'top'
store = 's3://events/top'
lock_timeout = '7s'

[profiles.prod]
db_url = 'postgres://ops:hunter2@db.example.org/events?sslmode=verify-full'
store = 's3://events/prod'
limit_rate = '20M'
tags = { team = 'events', tier = 'cold' }

[profiles.stage]
namespace = 'stage'
";

/// Name, value and source of one setting.
fn setting(shown: &Value, name: &str) -> (String, String) {
    let all = shown.as_array().unwrap();
    let one = all.iter().find(|s| s["name"] == name).unwrap_or_else(|| panic!("no {name} in {shown}"));
    (one["value"].as_str().unwrap_or("-").to_owned(), one["source"].as_str().unwrap().to_owned())
}

fn is(shown: &Value, name: &str, value: &str, source: &str) {
    assert_eq!(setting(shown, name), (value.to_owned(), source.to_owned()), "{name}");
}

/// Without a database URL or namespace of the environment.
fn bare() -> Cli {
    Cli::offline().with("EVENTODB_DB_URL", "").with("EVENTODB_NAMESPACE", "")
}

#[test]
fn each_setting_says_which_layer_it_came_from() {
    let cli = bare().with("EVENTODB_STORE", "file:///from/environment");
    let config = cli.file("c.toml", FILE);
    let shown = cli.json(&["config", "show", "--config", &config, "--profile", "prod", "--lock-timeout", "3s"]);
    is(&shown, "config", &config, "flag");
    is(&shown, "profile", "prod", "flag");
    is(&shown, "lock_timeout", "3s", "flag");
    is(&shown, "store", "file:///from/environment", "EVENTODB_STORE");
    is(&shown, "limit_rate", "20971520", "profile prod");
    is(&shown, "tags", "team=events, tier=cold", "profile prod");
    is(&shown, "namespace", "top", "file");
    is(&shown, "connect_timeout", "10s", "default");
    is(&shown, "storage_class", "-", "default");
}

#[test]
fn a_profile_goes_before_the_files_top_level_and_after_the_environment() {
    let cli = bare();
    let config = cli.file("c.toml", FILE);
    let stage = cli.json(&["config", "show", "--config", &config, "--profile", "stage"]);
    is(&stage, "namespace", "stage", "profile stage");
    is(&stage, "store", "s3://events/top", "file");
    let cli = bare().with("EVENTODB_NAMESPACE", "elsewhere").with("EVENTODB_PROFILE", "stage");
    let shown = cli.json(&["config", "show", "--config", &config]);
    is(&shown, "profile", "stage", "EVENTODB_PROFILE");
    is(&shown, "namespace", "elsewhere", "EVENTODB_NAMESPACE");
}

#[test]
fn a_value_of_the_environment_that_outdoes_the_profile_named_on_the_command_line_is_pointed_out() {
    let cli = bare().with("EVENTODB_DB_URL", "postgres://other.example.org/x");
    let config = cli.file("c.toml", FILE);
    let out = cli.run(&["config", "show", "--config", &config, "--profile", "prod"]);
    out.succeeds().fails(0, "EVENTODB_DB_URL");
    let unnamed = cli.run(&["config", "show", "--config", &config]);
    assert_eq!((unnamed.code, unnamed.stderr.as_str()), (0, ""));
}

#[test]
fn the_users_own_file_is_read_unasked_and_any_named_one_goes_before_it() {
    let cli = bare();
    let own = cli.path(".config/eventodb-admin");
    std::fs::create_dir_all(&own).unwrap();
    std::fs::write(own.join("config.toml"), "namespace = 'own'").unwrap();
    is(&cli.json(&["config", "show"]), "namespace", "own", "file");
    let xdg = cli.path("xdg/eventodb-admin");
    std::fs::create_dir_all(&xdg).unwrap();
    std::fs::write(xdg.join("config.toml"), "namespace = 'xdg'").unwrap();
    let cli = cli.with("XDG_CONFIG_HOME", xdg.parent().unwrap().to_str().unwrap());
    is(&cli.json(&["config", "show"]), "namespace", "xdg", "file");
    let named = cli.file("named.toml", "namespace = 'named'");
    let cli = cli.with("EVENTODB_CONFIG", &named);
    let shown = cli.json(&["config", "show"]);
    is(&shown, "namespace", "named", "file");
    is(&shown, "config", &named, "EVENTODB_CONFIG");
    is(&cli.json(&["config", "show", "--config", "/dev/null"]), "namespace", "default", "default");
}

#[test]
fn a_mistake_in_the_users_own_file_stops_every_verb() {
    let cli = bare();
    let own = cli.path(".config/eventodb-admin");
    std::fs::create_dir_all(&own).unwrap();
    std::fs::write(own.join("config.toml"), "namepsace = 'own'").unwrap();
    cli.run(&["namespaces", "list"]).fails(2, "namepsace");
}

#[test]
fn no_secret_is_shown() {
    let cli = bare();
    let config = cli.file("c.toml", FILE);
    let out = cli.run(&["config", "show", "--config", &config, "--profile", "prod"]);
    let masked = "host=db.example.org dbname=events user=ops password=*** sslmode=verify-full";
    assert!(out.stdout.contains(masked), "{out:?}");
    let key = "MDEyMzQ1Njc4OTAxMjM0NTY3ODkwMTIzNDU2Nzg5MDE=";
    for url in [
        "postgres://ops:hunter2@db/events",
        "postgres://db/events?password=hunter2",
        "host=db password='a hunter2' dbname=events",
        "postgres://ops:hun@ter2/x@db/events hunter2",
    ] {
        let cli = bare().with("EVENTODB_DB_URL", url).with("EVENTODB_SSE_C_KEY", key);
        let cli = cli.with("EVENTODB_STORE", "s3://AKIAEXAMPLE:hunter2@bucket");
        for form in ["table", "json", "csv"] {
            let out = cli.run(&["config", "show", "-o", form]);
            assert_eq!(out.code, 0, "{out:?}");
            assert!(!format!("{out:?}").contains("hunter2") && !format!("{out:?}").contains(key), "{out:?}");
            assert!(out.stdout.contains("EVENTODB_SSE_C_KEY"), "{out:?}");
        }
    }
}

#[test]
fn what_a_profile_cannot_mean_exits_2_and_says_why() {
    let cli = bare();
    let config = cli.file("c.toml", FILE);
    cli.run(&["version", "--config", &config, "--profile", "pord"]).fails(2, "prod, stage");
    cli.run(&["version", "--profile", "prod"]).fails(2, "no configuration file");
    let nested = cli.file("n.toml", "[profiles.a.profiles.b]\nyes = true\n");
    cli.run(&["version", "--config", &nested]).fails(2, "holds profiles");
    // Whichever profile is used, a mistake in any is told.
    let wrong = cli.file("w.toml", "[profiles.a]\nyse = true\n");
    cli.run(&["version", "--config", &wrong]).fails(2, "yse");
}

#[test]
fn settings_of_the_store_that_cannot_be_meant_exit_2() {
    let cli = bare();
    let short = cli.file("short.key", "hunter2");
    let key = cli.file("right.key", [7; 32]);
    for (args, text) in [
        (&["--limit-rate", "fast"][..], "512K"),
        (&["--limit-rate", "1K"], "too slow"),
        (&["--tag", "team"], "KEY=VALUE"),
        (&["--tag", "a=1", "--tag", "a=2"], "twice"),
        (&["--tag", "aws:a=1"], "aws:"),
        (&["--thaw-days", "0"], "--thaw-days"),
        (&["--thaw-tier", "slow"], "bulk"),
        (&["--sse-c-key-file", "/nowhere.key"], "/nowhere.key"),
        (&["--age-recipients-file", &short], "age recipients, line 1"),
        (&["--age-identity-file", &short], "age identities, line 1"),
        (&["--age-recipients-file", "/dev/null"], "no age recipients"),
        (&["--sse-c-key-file", &short], "32 bytes"),
        (&["--sse-c-key-file", &key, "--sse", "AES256"], "cannot be used with"),
    ] {
        let out = cli.run(&[args, &["version"]].concat());
        out.fails(2, text);
        assert!(!out.stderr.contains("hunter2"), "{out:?}");
    }
    let file = cli.file("c.toml", "sse = 'aws:kms'\n");
    cli.run(&["version", "--config", &file, "--sse-c-key-file", &key]).fails(2, "SSE-C");
}
