//! An erasure is believed when the content is gone, not when the server says so.

use super::*;

const ERASE: [&str; 7] = ["archives", "erase", "--stream", "account-3", "--reason", "asked", "--yes"];

/// A function of somebody's, and a trigger that calls it before each change of a row.
fn guard(cli: &Cli, name: &str, body: &str) {
    let schema = schema(cli);
    sql(
        &cli.db_url,
        &format!(
            "CREATE FUNCTION {schema}.{name}() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN {body} END $$;
             CREATE TRIGGER {name} BEFORE UPDATE ON {schema}.messages FOR EACH ROW EXECUTE FUNCTION {schema}.{name}()"
        ),
    );
}

fn unguard(cli: &Cli, name: &str) {
    sql(&cli.db_url, &format!("DROP FUNCTION {}.{name}() CASCADE", schema(cli)));
}

fn content(cli: &Cli) -> String {
    sql(
        &cli.db_url,
        &format!(
            "SELECT string_agg(m::text, ' ' ORDER BY global_position) FROM {}.messages m WHERE stream_name = 'account-3'",
            schema(cli)
        ),
    )
}

fn unfinished(cli: &Cli) -> String {
    let all = format!(
        "SELECT string_agg(concat_ws(':', finished_at IS NULL, live_messages), ' ' ORDER BY id)
           FROM eventodb_store.erasures WHERE namespace = '{}'",
        cli.namespace
    );
    sql(&cli.db_url, &all)
}

#[test]
fn content_that_a_trigger_keeps_or_changes_in_another_way_is_not_called_erased() {
    let bodies = [
        ("keep_old", "RETURN OLD;"),
        ("do_nothing", "RETURN NULL;"),
        ("put_back", "NEW.data := OLD.data; RETURN NEW;"),
        ("note_it", "NEW.metadata := '{\"erased\": true}'; RETURN NEW;"),
        ("rename_it", "NEW.type := 'Erased'; RETURN NEW;"),
        ("touch_it", "NEW.time := NEW.time + interval '1 s'; RETURN NEW;"),
        ("number_it", "NEW.id := gen_random_uuid(); RETURN NEW;"),
        ("move_it", "NEW.stream_name := 'erased-1'; RETURN NEW;"),
    ];
    let cli = filled(1);
    let before = content(&cli);
    for (name, body) in bodies {
        guard(&cli, name, body);
        let told = cli.run(&ERASE);
        told.fails(5, name).fails(5, "nothing of it was committed").fails(5, "run the same command again");
        assert_eq!(content(&cli), before, "{name}");
        assert_eq!(unfinished(&cli), "t:0", "{name}");
        unguard(&cli, name);
    }
    cli.run(&ERASE).succeeds();
    assert_eq!(unfinished(&cli), "f:3");
    covered(&cli);
}

#[test]
fn an_erasure_that_fails_leaves_a_compressed_chunk_compressed() {
    let cli = filled(1);
    if !is_community(&cli) {
        eprintln!("NOT TESTED HERE: compressed chunks; the Apache-2 edition has none");
        return;
    }
    cli.run(&["chunks", "compress", "--older-than", "0d"]).succeeds();
    let (before, chunk) = (content(&cli), chunks(&cli).remove(0));
    guard(&cli, "keep_old", "RETURN OLD;");
    cli.run(&ERASE).fails(5, "keep_old");
    assert_eq!((status(&cli, &chunk), content(&cli)), ("1".to_owned(), before));
    unguard(&cli, "keep_old");
    guard(&cli, "refuse", "RAISE EXCEPTION 'no';");
    cli.run(&ERASE).fails(1, "no");
    assert_eq!(status(&cli, &chunk), "1");
    unguard(&cli, "refuse");
    cli.run(&ERASE).succeeds();
    assert_eq!(status(&cli, &chunk), "1");
    let left =
        format!("SELECT count(*) || ':' || count(data) FROM {}.messages WHERE stream_name = 'account-3'", schema(&cli));
    assert_eq!(sql(&cli.db_url, &left), "3:0");
}

/// A trigger that waits for the commit is part of the effect.
#[test]
fn an_erasure_that_a_deferred_trigger_undoes_is_not_said_to_be_done() {
    let cli = Cli::new();
    cli.run_with(&["messages", "import"], made_up(1, 40).as_bytes()).succeeds();
    let (schema, before) = (schema(&cli), content(&cli));
    sql(
        &cli.db_url,
        &format!(
            "CREATE FUNCTION {schema}.again() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN
                 UPDATE {schema}.messages SET data = OLD.data WHERE id = OLD.id AND data IS NULL; RETURN NULL; END $$;
             CREATE CONSTRAINT TRIGGER again AFTER UPDATE ON {schema}.messages DEFERRABLE INITIALLY DEFERRED
                 FOR EACH ROW EXECUTE FUNCTION {schema}.again()"
        ),
    );
    cli.run(&ERASE).fails(5, "again");
    assert_eq!(content(&cli), before);
    unguard(&cli, "again");
    cli.run(&ERASE).succeeds();
    assert_ne!(content(&cli), before);
}
