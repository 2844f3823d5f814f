//! What is counted in two ways, and looked at again under the lock.

use super::super::cli::{Cli, sql, try_sql};
use super::scene::{
    ARCHIVE, BETWEEN, Role, WEEK, archived, chunks, compressed_table, database, fill, held, is_community, live, scene,
    schema,
};

fn hidden_by_an_unknown_setting(cli: &Cli) -> Option<Vec<(&'static str, &'static str)>> {
    if !is_community(&cli.db_url) {
        eprintln!("NOT TESTED HERE: hidden compressed rows; this edition has none");
        return None;
    }
    let database = database(cli);
    sql(&cli.db_url, &format!("ALTER DATABASE {database} SET timescaledb.enable_columnarscan = off"));
    Some(vec![("EVENTODB_FAILPOINTS", "session.unknown-setting=error")])
}

#[test]
fn what_a_setting_of_a_newer_server_hides_is_found_by_counting_in_two_ways() {
    let Some((cli, total)) = scene() else { return };
    let Some(env) = hidden_by_an_unknown_setting(&cli) else { return };
    let run = |args: &[&str]| cli.run_in(&env, args, b"");
    // The week that is not compressed goes, the others stay.
    let out = run(&ARCHIVE);
    out.fails(5, "its files hold 20");
    assert!(out.stderr.contains("its files hold 23") && out.stderr.contains("hint:"), "{out:?}");
    assert_eq!((live(&cli), archived(&cli)), (total - WEEK as i64, WEEK as i64));
    let out = run(&["chunks", "archive", "--older-than", "0d", "--keep"]);
    out.fails(5, "its files hold 20");
    let out = run(&["chunks", "drop", "--older-than", "0d", "--unarchived", "--yes"]);
    out.fails(5, "its files hold 20");
    assert_eq!(live(&cli), total - WEEK as i64);
    // All is archived where nothing hides it, and what came back is not taken for gone.
    cli.run(&ARCHIVE).succeeds();
    let ids: Vec<String> =
        cli.json(&["archives", "list"]).as_array().unwrap().iter().map(|a| a["id"].to_string()).collect();
    for id in &ids {
        cli.run(&["archives", "rehydrate", id]).succeeds();
    }
    for chunk in chunks(&cli) {
        cli.run(&["chunks", "compress", &chunk]).succeeds();
    }
    run(&["archives", "release", &ids[1]]).fails(5, "its files hold");
    run(&["archives", "rehydrate", &ids[1]]).fails(5, "its files hold");
    assert_eq!(cli.json(&["archives", "show", &ids[1]])["state"], "rehydrated");
    assert_eq!(live(&cli), total);
}

#[test]
fn a_batch_whose_note_differs_from_its_rows_keeps_the_chunk() {
    let Some((cli, total)) = scene() else { return };
    if !is_community(&cli.db_url) {
        return;
    }
    let chunk = chunks(&cli).remove(1);
    let table = compressed_table(&cli, &chunk);
    for change in ["+ 1", "- 2"] {
        sql(&cli.db_url, &format!("UPDATE {table} SET _ts_meta_count = _ts_meta_count {change}"));
        // The server finds some of these itself.
        let out = cli.run(&["chunks", "archive", &chunk]);
        assert!([1, 5].contains(&out.code), "{out:?}");
        assert!(chunks(&cli).contains(&chunk));
    }
    sql(&cli.db_url, &format!("UPDATE {table} SET _ts_meta_count = _ts_meta_count + 1"));
    cli.run(&["chunks", "archive", &chunk]).succeeds();
    assert_eq!(live(&cli) + archived(&cli), total);
}

#[test]
fn a_compressed_chunk_whose_compressed_rows_are_not_found_stays() {
    let Some((cli, total)) = scene() else { return };
    if !is_community(&cli.db_url) {
        return;
    }
    let chunk = chunks(&cli).remove(1);
    // As a catalog of another version would have it, as far as this one lets it be made.
    sql(
        &cli.db_url,
        &format!(
            "UPDATE _timescaledb_catalog.compression_settings SET compress_relid = NULL WHERE relid = '{chunk}'::regclass;
             DO $$ BEGIN
                 -- Told twice, before 2.29.
                 IF EXISTS (SELECT FROM pg_attribute WHERE attrelid = '_timescaledb_catalog.chunk'::regclass
                               AND attname = 'compressed_chunk_id') THEN
                     UPDATE _timescaledb_catalog.chunk SET compressed_chunk_id = NULL WHERE table_name = '{}';
                 END IF;
             END $$",
            chunk.split('.').nth(1).unwrap()
        ),
    );
    cli.run(&["chunks", "archive", &chunk]).fails(5, "not found");
    let _ = total;
    assert_eq!(chunks(&cli).len(), 3);
}

#[test]
fn a_chunk_that_seems_empty_goes_only_where_nothing_can_be_in_it() {
    let (cli, _) = fill(Cli::bare());
    let chunk = chunks(&cli).remove(0);
    sql(&cli.db_url, &format!("DELETE FROM {}.messages WHERE time < '2013-01-10'", schema(&cli)));
    // By the heads twenty messages are missing, and its file is not empty.
    let out = cli.run(&["chunks", "archive", &chunk]);
    out.fails(5, "20 more messages");
    assert!(out.stderr.contains("VACUUM") && chunks(&cli).contains(&chunk), "{out:?}");
    sql(&cli.db_url, &format!("VACUUM {chunk}"));
    cli.run(&["chunks", "archive", &chunk]).succeeds();
    assert!(!chunks(&cli).contains(&chunk));
}

#[test]
fn a_chunk_whose_messages_were_all_moved_elsewhere_goes_by_the_heads() {
    let (cli, total) = fill(Cli::bare());
    let chunk = chunks(&cli).remove(0);
    sql(
        &cli.db_url,
        &format!(
            "SET eventodb.heads_kept = 'on';
             WITH gone AS (DELETE FROM {0}.messages WHERE time < '2013-01-10' RETURNING *)
             INSERT INTO {0}.messages SELECT time + interval '1 year', global_position, position, stream_name, type, data,
                    metadata, id FROM gone",
            schema(&cli)
        ),
    );
    cli.run(&["chunks", "archive", &chunk]).succeeds();
    assert!(!chunks(&cli).contains(&chunk));
    assert_eq!(live(&cli) + archived(&cli), total);
}

#[test]
fn a_chunk_that_is_thawed_changed_and_frozen_again_between_copy_and_drop_stays() {
    let (cli, total) = fill(Cli::bare());
    if !is_community(&cli.db_url) {
        eprintln!("NOT TESTED HERE: frozen chunks; this edition has none");
        return;
    }
    // Neither the count nor the sum of the global positions tells of it.
    let names = chunks(&cli);
    for (n, chunk) in names.iter().enumerate() {
        let run = held(&cli, &["chunks", "archive", chunk], BETWEEN);
        sql(
            &cli.db_url,
            &format!(
                "SELECT _timescaledb_functions.unfreeze_chunk('{chunk}');
                 UPDATE {}.messages SET data = '{{\"n\": \"changed\"}}' WHERE stream_name = 'account-{n}'
                    AND time >= '2013-01-03'::timestamptz + {n} * interval '7 d' AND time < '2013-01-10'::timestamptz + {n} * interval '7 d';
                 SELECT _timescaledb_functions.freeze_chunk('{chunk}')",
                schema(&cli)
            ),
        );
        run.goes_on().fails(5, "written again");
        assert_eq!(live(&cli), total, "{chunk}");
        // What was archived is not what is there: it is archived anew.
        cli.run(&["chunks", "archive", chunk]).succeeds();
        cli.run(&["archives", "rehydrate", "--from", "2013-01-01", "--to", "2013-02-01"]).succeeds();
        let changed = sql(
            &cli.db_url,
            &format!(
                "SELECT count(*) > 0 FROM {}.messages WHERE data ->> 'n' = 'changed' AND stream_name = 'account-{n}'",
                schema(&cli)
            ),
        );
        assert_eq!((changed.as_str(), live(&cli)), ("t", total));
    }
}

#[test]
fn a_vacuum_between_copy_and_drop_changes_nothing() {
    let (cli, total) = fill(Cli::bare());
    for chunk in chunks(&cli) {
        if !is_community(&cli.db_url) {
            // The lock protocol holds the chunk from the copy to the drop: nothing comes between.
            return;
        }
        let run = held(&cli, &["chunks", "archive", &chunk], BETWEEN);
        sql(&cli.db_url, &format!("VACUUM (FREEZE, ANALYZE) {chunk}"));
        run.goes_on().succeeds();
    }
    assert_eq!(archived(&cli), total);
}

#[test]
fn a_chunk_that_was_merged_or_split_after_it_was_listed_is_left_to_the_next_run() {
    let (cli, total) = fill(Cli::bare());
    let can = |function: &str| {
        sql(&cli.db_url, &format!("SELECT EXISTS (SELECT FROM pg_proc WHERE proname = '{function}')")) == "t"
    };
    if !is_community(&cli.db_url) || !can("merge_chunks") || !can("split_chunk") {
        eprintln!("NOT TESTED HERE: chunks that are merged and split; this server cannot");
        return;
    }
    for chunk in &chunks(&cli)[1..] {
        cli.run(&["chunks", "decompress", chunk]).succeeds();
    }
    let names = chunks(&cli);
    // All three are listed; the second and the third become one while the first is archived.
    let run = held(&cli, &ARCHIVE, "freeze.freeze.before");
    sql(&cli.db_url, &format!("CALL public.merge_chunks('{}', '{}')", names[1], names[2]));
    let out = run.goes_on();
    out.fails(1, "merged");
    assert!(out.stderr.contains("hint:"), "{out:?}");
    assert_eq!((live(&cli), archived(&cli)), (total - WEEK as i64, WEEK as i64));
    // The next one is split between listing and lock.
    let names = chunks(&cli);
    let run = held(&cli, &ARCHIVE, "freeze.freeze.before");
    sql(&cli.db_url, &format!("CALL public.split_chunk('{}')", names[0]));
    run.goes_on().fails(1, "its range is");
    assert_eq!((live(&cli), archived(&cli)), (total - WEEK as i64, WEEK as i64));
    cli.run(&ARCHIVE).succeeds();
    assert_eq!(archived(&cli), total);
    for archive in cli.json(&["archives", "list"]).as_array().unwrap() {
        cli.run(&["archives", "rehydrate", &archive["id"].to_string()]).succeeds();
    }
    assert_eq!(live(&cli), total);
}

#[test]
fn what_is_thrown_away_is_what_was_confirmed() {
    let discard = ["chunks", "drop", "--unarchived", "--yes"];
    for (what, change) in [
        (
            "a late row",
            "INSERT INTO {0}.messages (time, position, stream_name, type) VALUES ('2013-01-04', 0, 'late-9', 'L')",
        ),
        ("an update", "UPDATE {0}.messages SET data = '{{}}' WHERE stream_name = 'account-1' AND time < '2013-01-10'"),
    ] {
        let (cli, total) = fill(Cli::bare());
        let chunk = chunks(&cli).remove(0);
        let run = held(&cli, &[&discard[..], &[&chunk]].concat(), "lifecycle.lock.before");
        sql(&cli.db_url, &change.replace("{0}", &schema(&cli)).replace("{{}}", "{}"));
        let out = run.goes_on();
        assert_eq!(out.code, 4, "{what}: {out:?}");
        assert!(chunks(&cli).contains(&chunk) && live(&cli) >= total, "{what}");
        cli.run(&[&discard[..], &[&chunk]].concat()).succeeds();
    }
    // Archived meanwhile: the ledger counts on the chunk.
    let (cli, total) = fill(Cli::bare());
    let chunk = chunks(&cli).remove(0);
    let run = held(&cli, &[&discard[..], &[&chunk]].concat(), "lifecycle.lock.before");
    cli.run(&["chunks", "archive", &chunk, "--keep"]).succeeds();
    // The server may take a moment to notice that the session with the lock has ended.
    let locks = "SELECT count(*) FROM pg_locks l JOIN pg_database d ON d.oid = l.database
                  WHERE l.locktype = 'advisory' AND d.datname = current_database()";
    while sql(&cli.db_url, locks) != "0" {
        std::thread::sleep(std::time::Duration::from_millis(20));
    }
    run.goes_on().fails(4, "archive");
    assert_eq!(live(&cli), total);
    cli.run(&["chunks", "drop", &chunk]).succeeds();
    assert_eq!(live(&cli) + archived(&cli), total);
}

fn drop_in_sql(cli: &Cli) -> Result<String, String> {
    try_sql(&cli.db_url, &format!("SELECT count(*) FROM {}.drop_chunks_older_than('1 day')", schema(cli)))
}

#[test]
fn the_function_in_sql_drops_only_on_a_proof_of_today() {
    let (cli, total) = fill(Cli::bare());
    let own = format!("namespace = '{}'", cli.namespace);
    cli.run(&["chunks", "archive", "--older-than", "0d", "--keep"]).succeeds();
    sql(
        &cli.db_url,
        &format!("UPDATE eventodb_store.archives SET read_back_at = now() - interval '25 hours' WHERE {own}"),
    );
    assert_eq!(drop_in_sql(&cli).unwrap(), "0");
    // The proof is of an earlier version of this program: there is none.
    sql(&cli.db_url, &format!("UPDATE eventodb_store.archives SET read_back_at = NULL WHERE {own}"));
    assert_eq!(drop_in_sql(&cli).unwrap(), "0");
    assert_eq!(live(&cli), total);
    cli.run(&["archives", "verify", "--all"]).succeeds();
    // Of another range than the archive's: it was merged or split since.
    sql(
        &cli.db_url,
        &format!(
            "UPDATE eventodb_store.archives SET range_end = range_end + interval '1 s' WHERE {own} AND generation = 1"
        ),
    );
    assert_eq!(drop_in_sql(&cli).unwrap(), "0");
    sql(
        &cli.db_url,
        &format!(
            "UPDATE eventodb_store.archives SET range_end = range_end - interval '1 s' WHERE {own} AND generation = 1"
        ),
    );
    assert_eq!(drop_in_sql(&cli).unwrap(), "3");
    assert_eq!((live(&cli), archived(&cli)), (0, total));
}

#[test]
fn the_function_in_sql_drops_nothing_whose_archive_was_found_damaged_or_whose_store_is_anothers() {
    let (cli, total) = fill(Cli::bare());
    let store = cli.path("store");
    cli.run(&["chunks", "archive", "--older-than", "0d", "--keep"]).succeeds();
    let away = cli.path("away");
    let messages = store.join(&cli.namespace).join("messages");
    for command in [&["archives", "verify", "--all"][..], &["chunks", "drop", "--older-than", "0d"]] {
        std::fs::rename(&messages, &away).unwrap();
        cli.run(command).fails(5, "");
        assert_eq!(drop_in_sql(&cli).unwrap(), "0", "{command:?}");
        std::fs::rename(&away, &messages).unwrap();
        cli.run(&["archives", "verify", "--all"]).succeeds();
    }
    // The store is taken away: what was read back there counts for nothing.
    std::fs::rename(&store, &away).unwrap();
    std::fs::create_dir(&store).unwrap();
    cli.run(&["archives", "sweep"]).fails(4, "");
    assert_eq!(drop_in_sql(&cli).unwrap(), "0");
    assert_eq!(live(&cli), total);
    std::fs::remove_dir(&store).unwrap();
    std::fs::rename(&away, &store).unwrap();
    cli.run(&["archives", "verify", "--all"]).succeeds();
    assert_eq!(drop_in_sql(&cli).unwrap(), "3");
}

#[test]
fn row_security_that_is_forced_on_the_owner_keeps_chunks_from_being_archived() {
    let (cli, total) = fill(Cli::bare());
    if is_community(&cli.db_url) {
        eprintln!("NOT TESTED HERE: row security on messages; it excludes compression, which this edition sets up");
        return;
    }
    let role = Role::new(&cli, "");
    let grants = cli.run(&["namespaces", "grants", &cli.namespace, "--role", &role.name, "--as", "operator"]);
    sql(&cli.db_url, &grants.succeeds().stdout);
    let table = format!("{}.messages", schema(&cli));
    sql(
        &cli.db_url,
        &format!(
            "ALTER TABLE {table} ENABLE ROW LEVEL SECURITY; ALTER TABLE {table} FORCE ROW LEVEL SECURITY;
             CREATE POLICY p ON {table} USING (position < 5)"
        ),
    );
    let out = cli.run_in(&[("EVENTODB_DB_URL", &role.url)], &ARCHIVE, b"");
    out.fails(1, "row security holds").fails(1, "BYPASSRLS");
    assert_eq!(live(&cli), total);
    sql(&cli.db_url, &format!("ALTER TABLE {table} NO FORCE ROW LEVEL SECURITY"));
    cli.run(&ARCHIVE).succeeds();
    assert_eq!((live(&cli), archived(&cli)), (0, total));
}

#[test]
fn the_function_in_sql_keeps_what_is_hidden_from_it() {
    let Some((cli, total)) = scene() else { return };
    cli.run(&["chunks", "archive", "--older-than", "0d", "--keep"]).succeeds();
    let schema = schema(&cli);
    let restoring =
        format!("SET timescaledb.restoring = on; SELECT count(*) FROM {schema}.drop_chunks_older_than('1 day')");
    assert_eq!(try_sql(&cli.db_url, &restoring), Err("55000".to_owned()));
    if is_community(&cli.db_url) {
        let hidden = format!(
            "SET timescaledb.enable_columnarscan = off; SELECT count(*) FROM {schema}.drop_chunks_older_than('1 day')"
        );
        assert_eq!(sql(&cli.db_url, &hidden), "1", "the one that is not compressed");
        assert_eq!(live(&cli), total - WEEK as i64);
        let chunk = chunks(&cli).remove(0);
        let table = compressed_table(&cli, &chunk);
        sql(&cli.db_url, &format!("UPDATE {table} SET _ts_meta_count = _ts_meta_count + 1"));
        assert_eq!(drop_in_sql(&cli).unwrap(), "1", "the note of the other one's batches is wrong");
        assert!(chunks(&cli).contains(&chunk));
    }
}

#[test]
fn the_function_in_sql_keeps_a_chunk_one_of_whose_messages_was_changed_since() {
    let (cli, total) = fill(Cli::bare());
    let chunk = chunks(&cli).remove(0);
    cli.run(&["chunks", "archive", "--older-than", "0d", "--keep"]).succeeds();
    // As many messages as before, and none of the figures that the ledger has differs.
    sql(
        &cli.db_url,
        &format!("UPDATE {chunk} SET data = '{{\"corrected\": true}}' WHERE ctid = (SELECT min(ctid) FROM {chunk})"),
    );
    assert_eq!(drop_in_sql(&cli).unwrap(), "2");
    assert_eq!(chunks(&cli), [chunk.as_str()]);
    assert_eq!(live(&cli) + archived(&cli), total);
}

#[test]
fn the_function_in_sql_keeps_a_chunk_that_holds_what_was_archived_beside_what_is_hidden() {
    let Some((cli, total)) = scene() else { return };
    if !is_community(&cli.db_url) {
        return;
    }
    let (chunk, schema) = (chunks(&cli).remove(0), schema(&cli));
    cli.run(&["chunks", "archive", &chunk, "--keep"]).succeeds();
    // Late messages are compressed, and those that are archived are not: a setting hides the former, and what is seen is just
    // what the archive holds.
    sql(
        &cli.db_url,
        &format!(
            "CREATE TABLE public.archived AS SELECT * FROM {chunk}; SET eventodb.heads_kept = 'on'; DELETE FROM {chunk};
             INSERT INTO {schema}.messages (time, position, stream_name, type)
             SELECT '2013-01-04T12:00:00Z'::timestamptz, 0, 'hidden-' || i, 'Late' FROM generate_series(1, 5) i"
        ),
    );
    cli.run(&["chunks", "compress", &chunk]).succeeds();
    sql(
        &cli.db_url,
        &format!("SET eventodb.heads_kept = 'on'; INSERT INTO {schema}.messages SELECT * FROM public.archived"),
    );
    let hidden = format!(
        "SET timescaledb.enable_columnarscan = off; SELECT count(*) FROM {schema}.drop_chunks_older_than('1 day')"
    );
    assert_eq!(sql(&cli.db_url, &hidden), "0");
    assert_eq!(live(&cli), total + 5);
}

#[test]
fn a_policy_on_rows_ends_an_archive_with_words_that_say_so() {
    let (cli, total) = fill(Cli::bare());
    let role = Role::new(&cli, "");
    let grants = cli.run(&["namespaces", "grants", &cli.namespace, "--role", &role.name, "--as", "archiver"]);
    sql(&cli.db_url, &grants.succeeds().stdout);
    for chunk in chunks(&cli) {
        sql(
            &cli.db_url,
            &format!(
                "ALTER TABLE {chunk} ENABLE ROW LEVEL SECURITY; CREATE POLICY p ON {chunk} USING (global_position < 5)"
            ),
        );
    }
    let out = cli.run_in(&[("EVENTODB_DB_URL", &role.url)], &ARCHIVE, b"");
    assert_ne!(out.code, 0, "{out:?}");
    assert!(out.stderr.contains("row-level security") && out.stderr.contains("BYPASSRLS"), "{out:?}");
    assert_eq!(live(&cli), total);
}

#[test]
fn streams_of_compressed_chunks_that_were_merged_are_told_of_once() {
    let (cli, total) = fill(Cli::bare());
    let can = "SELECT EXISTS (SELECT FROM pg_proc WHERE proname = 'merge_chunks')";
    if !is_community(&cli.db_url) || sql(&cli.db_url, can) != "t" {
        eprintln!("NOT TESTED HERE: compressed chunks that are merged; this server cannot");
        return;
    }
    cli.run(&["chunks", "compress", "--older-than", "0d"]).succeeds();
    let names = chunks(&cli);
    sql(&cli.db_url, &format!("CALL public.merge_chunks('{}', '{}')", names[0], names[1]));
    cli.run(&["coverage"]).succeeds();
    let schema = format!("tsdb_{}", cli.namespace);
    let heads = format!("SELECT md5(string_agg(h::text, '|' ORDER BY h.stream_name)) FROM {schema}.heads h");
    let before = sql(&cli.db_url, &heads);
    cli.run(&["namespaces", "recount", &cli.namespace]).succeeds();
    assert_eq!(sql(&cli.db_url, &heads), before);
    sql(&cli.db_url, &format!("DELETE FROM {schema}.heads"));
    cli.run(&["namespaces", "recount", &cli.namespace]).succeeds();
    assert_eq!(sql(&cli.db_url, &heads), before);
    // What a chunk takes with it leaves the heads' counts.
    let merged = chunks(&cli).remove(0);
    cli.run(&["chunks", "drop", &merged, "--unarchived", "--yes"]).succeeds();
    let counted = format!("SELECT sum(messages) FROM {schema}.heads");
    assert_eq!(sql(&cli.db_url, &counted), live(&cli).to_string());
    assert!(live(&cli) < total);
}
