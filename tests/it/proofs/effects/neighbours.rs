//! What a trigger of somebody's or a gateway before the store keeps is not said to be gone or changed.

use super::*;

use crate::support::proxy::{Answer, Harm, Proxy};

/// A trigger that lets a statement on one of our tables do nothing.
fn keep(cli: &Cli, table: &str, event: &str) {
    sql(
        &cli.db_url,
        &format!(
            "CREATE FUNCTION public.keep() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN RETURN NULL; END $$;
             CREATE TRIGGER keep BEFORE {event} ON {table} FOR EACH ROW EXECUTE FUNCTION public.keep()"
        ),
    );
}

fn let_go(cli: &Cli) {
    sql(&cli.db_url, "DROP FUNCTION public.keep() CASCADE");
}

#[test]
fn a_namespace_that_the_registry_keeps_is_not_deleted() {
    let Some(cli) = alone(1) else { return };
    keep(&cli, "eventodb_store.namespaces", "DELETE");
    cli.run(&["namespaces", "delete", &cli.namespace, "--yes"]).fails(1, "nothing was changed");
    covered(&cli);
    let_go(&cli);
    cli.run(&["namespaces", "delete", &cli.namespace, "--yes"]).succeeds();
    cli.run(&["namespaces", "show"]).fails(3, "");
}

#[test]
fn a_policy_that_does_not_come_into_the_database_or_does_not_leave_it_is_told() {
    let Some(cli) = alone(1) else { return };
    keep(&cli, "eventodb_store.policies", "INSERT");
    cli.run(&["policy", "set", "--archive-after", "90d"]).fails(1, "nothing was changed");
    let_go(&cli);
    cli.run(&["policy", "set", "--archive-after", "90d"]).succeeds();
    keep(&cli, "eventodb_store.policies", "UPDATE OR DELETE");
    cli.run(&["policy", "set", "--archive-after", "30d"]).fails(1, "nothing was changed");
    cli.run(&["policy", "clear"]).fails(1, "nothing was changed");
    let_go(&cli);
    assert_eq!(cli.json(&["policy", "show"])["archive_after"], "90d");
    cli.run(&["policy", "clear"]).succeeds();
}

#[test]
fn objects_that_a_gateway_keeps_are_not_said_to_be_deleted() {
    let endpoint = super::super::cli::var("EVENTODB_TEST_S3_ENDPOINT");
    let bucket = super::super::cli::var("EVENTODB_TEST_S3_BUCKET");
    let store = format!("s3://{bucket}/effects/{}", uuid::Uuid::new_v4());
    let cli = filled(1);
    let runtime = tokio::runtime::Builder::new_multi_thread().worker_threads(2).enable_all().build().unwrap();
    let is_delete = |head: &str| head.starts_with("DELETE ");
    let gone = Harm::Say(Answer::new(204, ""));
    let proxy = runtime.block_on(Proxy::start(&endpoint, usize::MAX, is_delete, gone));
    let (id, secret) = (super::super::cli::var("AWS_ACCESS_KEY_ID"), super::super::cli::var("AWS_SECRET_ACCESS_KEY"));
    let by = |endpoint: &str, words: &[&str]| {
        let variables = [
            ("EVENTODB_STORE", store.as_str()),
            ("AWS_ENDPOINT_URL_S3", endpoint),
            ("AWS_ACCESS_KEY_ID", &id),
            ("AWS_SECRET_ACCESS_KEY", &secret),
            ("AWS_REGION", "us-east-1"),
            ("EVENTODB_S3_PATH_STYLE", "true"),
        ];
        cli.run_in(&variables, words, b"")
    };
    by(&endpoint, &["chunks", "archive", "--older-than", "0d"]).succeeds();
    let prune = ["archives", "prune", "--older-than", "0d", "--yes", "--confirm-count", "1"];
    by(&proxy.endpoint(), &prune).fails(1, "it is still there");
    assert!(proxy.harmed() > 0);
    // Said to be gone is not gone: the next run has them deleted.
    by(&endpoint, &prune).succeeds();
    let left = by(&endpoint, &["archives", "verify", "--all", "-o", "json"]);
    assert_eq!(left.stdout.trim(), "[]", "{left:?}");
}

#[test]
fn a_message_that_a_trigger_lets_go_is_not_said_to_be_written_or_imported() {
    let cli = filled(1);
    let (table, whole) = (format!("{}.messages", schema(&cli)), cli.json(&["streams", "list"]));
    keep(&cli, &table, "INSERT");
    cli.run(&["messages", "write", "account-3", "T"]).fails(1, "it is not there");
    let placed = made_up(2, 20).lines().skip(20).collect::<Vec<_>>().join("\n");
    cli.run_with(&["messages", "import"], placed.as_bytes()).fails(1, "0 were stored");
    let line = r#"{"stream":"account-3","type":"T","data":null}"#;
    cli.run_with(&["messages", "import"], line.as_bytes()).fails(1, "0 were stored");
    sql(&cli.db_url, "DROP FUNCTION public.keep() CASCADE");
    assert_eq!(cli.json(&["streams", "list"]), whole, "no head was moved");
    covered(&cli);
    cli.run_with(&["messages", "import"], placed.as_bytes()).succeeds();
    let id = "0b1f2c3d-0000-4000-8000-000000000001";
    let words = ["messages", "write", "account-3", "T", "--id", id];
    assert_eq!(cli.json(&words), cli.json(&words), "written once");
    covered(&cli);
}

#[test]
fn an_import_that_a_trigger_alters_is_told_and_undone() {
    let placed = super::super::cli::made_up(1, 20);
    let appended = "{\"stream\":\"new-1\",\"type\":\"T\",\"data\":{\"a\":1}}\n{\"stream\":\"new-1\",\"type\":\"T\"}\n";
    for (altered, when) in [
        ("NEW.metadata = jsonb_build_object('by', 'stamp')", "BEFORE INSERT"),
        ("NEW.time = NEW.time + interval '1 s'", "BEFORE INSERT"),
        ("UPDATE {s}.messages SET type = 'Other' WHERE global_position = NEW.global_position", "AFTER INSERT"),
    ] {
        let Some(cli) = alone(0) else { return };
        let schema = cli.json(&["namespaces", "show"])["schema"].as_str().unwrap().to_owned();
        let altered = altered.replace("{s}", &schema);
        sql(
            &cli.db_url,
            &format!(
                "CREATE FUNCTION public.stamp() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN {altered}; RETURN NEW; END $$;
                 CREATE TRIGGER stamp {when} ON {schema}.messages FOR EACH ROW EXECUTE FUNCTION public.stamp()"
            ),
        );
        let count = || sql(&cli.db_url, &format!("SELECT count(*) FROM {schema}.messages"));
        for lines in [&placed[..], appended] {
            let import = cli.run_with(&["messages", "import"], lines.as_bytes());
            import.fails(5, "altered them (stamp)").fails(5, "nothing was imported");
            assert_eq!(count(), "0");
        }
        sql(&cli.db_url, "DROP FUNCTION public.stamp() CASCADE");
        // One that alters nothing is no trouble.
        sql(
            &cli.db_url,
            &format!(
                "CREATE FUNCTION public.stamp() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN RETURN NEW; END $$;
                 CREATE TRIGGER stamp BEFORE INSERT ON {schema}.messages FOR EACH ROW EXECUTE FUNCTION public.stamp()"
            ),
        );
        for lines in [&placed[..], appended] {
            cli.run_with(&["messages", "import"], lines.as_bytes()).succeeds();
        }
        assert_eq!(count(), "22");
        assert!(cli.run(&["messages", "export"]).stdout.starts_with(&placed));
        covered(&cli);
    }
}

#[test]
fn what_a_column_or_an_index_of_later_refuses_when_it_comes_back_is_told_with_what_to_do() {
    let Some(cli) = alone(0) else { return };
    let schema = cli.json(&["namespaces", "show"])["schema"].as_str().unwrap().to_owned();
    let table = format!("{schema}.messages");
    sql(
        &cli.db_url,
        &format!(
            "INSERT INTO {table} (time, position, stream_name, type)
             SELECT '2013-01-03T12:00Z'::timestamptz + i / 2 * interval '1 s', i, 'twice-1', 'T' FROM generate_series(0, 9) i"
        ),
    );
    cli.run(&["chunks", "archive", "--older-than", "0d"]).succeeds();
    for (later, undo, hint) in [
        (
            "ALTER TABLE {t} ALTER COLUMN metadata SET NOT NULL",
            "ALTER TABLE {t} ALTER COLUMN metadata DROP NOT NULL",
            (1, "constraint"),
        ),
        ("CREATE UNIQUE INDEX later ON {t} (time, type)", "DROP INDEX {s}.later", (4, "index that has come since")),
    ] {
        let filled = |text: &str| text.replace("{t}", &table).replace("{s}", &schema);
        sql(&cli.db_url, &filled(later));
        let refused = cli.run(&["archives", "rehydrate", "--from", "2013-01-01"]);
        refused.fails(hint.0, "hint:").fails(hint.0, hint.1).fails(hint.0, "nothing was changed");
        sql(&cli.db_url, &filled(undo));
    }
    cli.run(&["archives", "rehydrate", "--from", "2013-01-01"]).succeeds();
    covered(&cli);
}
