//! What a role enters in the ledger of its own namespace stops nobody else, and names nothing that is somebody else's.

use super::cli::{Held, made_up, sql, try_sql};
use super::one_namespace::Two;

/// A row of alpha's ledger as an archiver may enter it, and what is changed in it.
fn planned(columns: &str, values: &str) -> String {
    format!(
        "INSERT INTO eventodb_store.archives (namespace, generation, chunk_name, state, store_url, object_key, manifest_key, heads_key,
                codec, range_start, range_end{columns})
         VALUES ('ALPHA', 7, 'x', 'planned', 'file:///nowhere', 'ALPHA/messages/a', 'ALPHA/messages/b', 'ALPHA/messages/c', 'zstd',
                '1999-01-01', '1999-01-08'{values})"
    )
}

#[test]
fn a_value_that_nobody_can_read_is_not_entered_in_the_ledger() {
    let Some(two) = Two::new() else { return };
    let archiver = two.role(&two.alpha, "archiver", &[]);
    let operator = two.role(&two.alpha, "operator", &[]);
    let refused = |url: &str, statement: &str| {
        assert_eq!(try_sql(url, &two.filled(statement)), Err("23514".to_owned()), "{statement}");
    };
    for (column, value) in [
        ("first_time", "'infinity'"),
        ("last_time", "'-infinity'"),
        ("verified_at", "'infinity'"),
        ("lease_until", "'infinity'"),
        ("locked_until", "'294000-01-01'"),
        ("message_count", "9223372036854775807"),
        ("last_error", "repeat('x', 100000000)"),
        ("category_counts", "(repeat('[', 60) || repeat(']', 60))::jsonb"),
        ("global_position_sum", "'NaN'"),
        ("global_position_sum", "'Infinity'"),
    ] {
        refused(&two.alpha.db_url, &planned(&format!(", {column}"), &format!(", {value}")));
    }
    refused(&archiver.url, &planned("", "").replace("'1999-01-01'", "'-infinity'"));
    refused(&archiver.url, &planned("", "").replace("'1999-01-08'", "'infinity'"));
    refused(&archiver.url, "UPDATE eventodb_store.archives SET dropped_at = 'infinity' WHERE namespace = 'ALPHA'");
    refused(&archiver.url, "UPDATE eventodb_store.archives SET read_back_at = '-infinity' WHERE namespace = 'ALPHA'");
    refused(
        &operator.url,
        "INSERT INTO eventodb_store.policies (namespace, store_url, copies) VALUES ('ALPHA', 'file:///x', ARRAY[NULL::text])",
    );
    refused(
        &operator.url,
        "INSERT INTO eventodb_store.holds (namespace, case_name, placed_by, from_time, to_time)
         VALUES ('ALPHA', 'c', 'x', '-infinity', '2020-01-01')",
    );
}

#[test]
fn a_row_of_the_ledger_that_cannot_be_read_is_named_and_ends_no_run_in_a_panic() {
    let Some(two) = Two::new() else { return };
    // As a restore of another version could leave it.
    two.sql("ALTER TABLE eventodb_store.archives DROP CONSTRAINT archives_readable");
    two.sql(&planned("", "").replace("'1999-01-01'", "'-infinity'"));
    for args in [&["archives", "list"][..], &["coverage"], &["lifecycle", "run"], &["archives", "sweep"]] {
        let out = two.alpha.run(args);
        out.fails(5, "reading column range_start");
        out.fails(5, &format!("of namespace {}", two.alpha.namespace));
    }
    two.beta.run(&["archives", "list"]).succeeds();
    two.beta.run(&["report"]).succeeds();
}

#[test]
fn rows_from_before_they_were_looked_at_become_such_as_can_be_read() {
    let Some(two) = Two::new() else { return };
    for table in ["policies", "runs", "holds", "claims"] {
        two.sql(&format!("ALTER TABLE eventodb_store.{table} DROP CONSTRAINT {table}_readable"));
    }
    two.alpha.run(&["policy", "set", "--archive-after", "0d", "--store", &two.alpha.store()]).succeeds();
    two.alpha.run(&["lifecycle", "run"]).succeeds();
    two.alpha.run(&["holds", "place", "--case", "c", "--category", "account"]).succeeds();
    two.sql(
        "UPDATE eventodb_store.policies SET last_run_at = 'infinity', updated_at = '-infinity' WHERE namespace = 'ALPHA';
         UPDATE eventodb_store.runs SET began_at = '-infinity', ended_at = CASE WHEN ended_at IS NOT NULL THEN 'infinity'::timestamptz END, csv_bytes = 9223372036854775807
          WHERE namespace = 'ALPHA';
         UPDATE eventodb_store.claims SET changed_at = 'infinity' WHERE namespace = 'ALPHA';
         INSERT INTO eventodb_store.holds (namespace, case_name, placed_by, from_time, to_time)
         VALUES ('ALPHA', 'endless', 'x', '-infinity', '2020-01-01')",
    );
    // As the database was, whose rows nobody had looked at: the step is taken again.
    two.sql(
        "ALTER TABLE eventodb_store.policies ADD CONSTRAINT policies_readable CHECK (true) NOT VALID;
         ALTER TABLE eventodb_store.runs ADD CONSTRAINT runs_readable CHECK (isfinite(began_at)) NOT VALID;
         ALTER TABLE eventodb_store.holds ADD CONSTRAINT holds_readable CHECK (true) NOT VALID;
         ALTER TABLE eventodb_store.claims ADD CONSTRAINT claims_readable CHECK (true) NOT VALID;
         ALTER TABLE eventodb_store.archives DROP COLUMN returned_in, DROP COLUMN return_seen_at;
         DROP TRIGGER archives_note_return ON eventodb_store.archives;
         DROP FUNCTION eventodb_store.archives_note_return();
         ALTER TABLE eventodb_store.migration_ranges DROP COLUMN source_horizon;
         DELETE FROM eventodb_store.admin_migrations WHERE version >= 24",
    );
    two.alpha.run(&["namespaces", "upgrade", "--all"]).succeeds();
    for args in [
        &["report"][..],
        &["policy", "show"],
        &["lifecycle", "history"],
        &["holds", "list"],
        &["doctor"],
        &["lifecycle", "run"],
    ] {
        let out = two.alpha.run(args);
        assert!(out.code != 101 && out.code != 2, "{args:?}: {} {}", out.code, out.stderr);
    }
}

#[test]
fn an_archiver_names_no_object_of_another_namespace() {
    let Some(two) = Two::new() else { return };
    let archiver = two.role(&two.alpha, "archiver", &[]);
    assert_eq!(try_sql(&archiver.url, &two.filled(&planned("", ""))), Ok(String::new()));
    for key in ["a", "b", "c"] {
        let foreign = planned("", "").replace(&format!("'ALPHA/messages/{key}'"), "'BETA/messages/2013/w01/x'");
        let foreign = foreign.replace("1999", "1998");
        assert_eq!(try_sql(&archiver.url, &two.filled(&foreign)), Err("42501".to_owned()), "{key}");
    }
}

#[test]
fn an_archiver_does_not_choose_the_key_of_its_lock() {
    let Some(two) = Two::new() else { return };
    let archiver = two.role(&two.alpha, "archiver", &[]);
    let other = "hashtextextended('eventodb-admin/lifecycle/BETA', 0)";
    for statement in [
        format!("UPDATE eventodb_store.lifecycle_locks SET key = {other} WHERE namespace = 'ALPHA'"),
        format!(
            "INSERT INTO eventodb_store.lifecycle_locks VALUES ('ALPHA', {other}) ON CONFLICT (namespace) DO UPDATE SET key = {other}"
        ),
    ] {
        assert!(try_sql(&archiver.url, &two.filled(&statement)).is_ok(), "{statement}");
        let keys = "SELECT count(DISTINCT eventodb_store.lifecycle_key(n.id)) FROM eventodb_store.namespaces n
                     WHERE n.id IN ('ALPHA', 'BETA')";
        assert_eq!(two.sql(keys), "2");
        let held = Held::new(
            &archiver.url,
            "SELECT pg_advisory_lock(eventodb_store.lifecycle_key('ALPHA'))"
                .replace("ALPHA", &two.alpha.namespace)
                .as_str(),
        );
        two.beta.run(&["archives", "sweep"]).succeeds();
        drop(held);
    }
}

#[test]
fn the_name_of_a_namespace_that_has_left_archives_is_not_another_roles_to_take() {
    let Some(two) = Two::new() else { return };
    let operator = two.role(&two.alpha, "operator", &[]);
    let beta = two.beta.namespace.clone();
    let chunk = Two::chunks(&two.beta).remove(0);
    two.beta.run(&["chunks", "archive", &chunk, "--store", &two.beta.store()]).succeeds();
    two.beta.run(&["namespaces", "delete", &beta, "--yes"]).succeeds();
    let count = |what: &str| sql(&two.alpha.db_url, &format!("SELECT count(*) FROM eventodb_store.{what} = '{beta}'"));
    assert_ne!(count("archives WHERE namespace"), "0");
    let out = two.run(&two.alpha, &operator, &["namespaces", "create", &beta]);
    out.fails(1, "has left archives");
    out.fails(1, "Take another name");
    assert!(!out.stderr.contains("GRANT the role"), "{}", out.stderr);
    assert_eq!(count("namespaces WHERE id"), "0");
    // Another name is free, and whoever owns the registry decides.
    two.run(&two.alpha, &operator, &["namespaces", "create", &format!("{beta}2")]).succeeds();
    two.alpha.run(&["namespaces", "create", &beta]).succeeds();
}

#[test]
fn reasons_of_erasures_and_cases_of_a_namespace_that_was_deleted_are_not_shown_to_who_takes_its_name() {
    let Some(two) = Two::new() else { return };
    let operator = two.role(&two.alpha, "operator", &[]);
    let beta = two.beta.namespace.clone();
    two.beta.run(&["holds", "place", "--case", "Doe", "--category", "account"]).succeeds();
    two.beta.run(&["holds", "release", "--case", "Doe", "--yes"]).succeeds();
    two.beta.run(&["namespaces", "delete", &beta, "--yes"]).succeeds();
    let ledger = "ALTER TABLE eventodb_store.archives";
    sql(
        &two.alpha.db_url,
        &format!(
            "{ledger} DISABLE TRIGGER USER; UPDATE eventodb_store.archives SET state = 'discarded' WHERE namespace = '{beta}';
             {ledger} ENABLE TRIGGER USER"
        ),
    );
    for what in ["erasures", "holds"] {
        let left = format!("SELECT count(*) FROM eventodb_store.{what} WHERE namespace = '{beta}'");
        assert_ne!(sql(&two.alpha.db_url, &left), "0", "{what}");
    }
    two.run(&two.alpha, &operator, &["namespaces", "create", &beta]).fails(1, "was deleted and has left");
}

#[test]
fn a_role_that_may_not_own_a_namespace_locks_no_table_that_all_runs_write_in() {
    let Some(two) = Two::new() else { return };
    for purpose in ["reader", "writer", "archiver"] {
        let role = two.role(&two.alpha, purpose, &[]);
        for table in [
            "runs",
            "archives",
            "policies",
            "lifecycle_locks",
            "claims",
            "copies",
            "holds",
            "drilled",
            "drills",
            "namespaces",
        ] {
            let lock = format!("BEGIN; LOCK TABLE eventodb_store.{table} IN ACCESS EXCLUSIVE MODE");
            assert_eq!(try_sql(&role.url, &lock), Err("42501".to_owned()), "{purpose} {table}");
        }
    }
    // Whoever has a namespace still has its history go with it.
    let operator = two.role(&two.alpha, "operator", &[]);
    let runs = |name: &str| {
        sql(&two.beta.db_url, &format!("SELECT count(*) FROM eventodb_store.runs WHERE namespace = '{name}'"))
    };
    let (alpha, beta) = (&two.alpha.namespace, &two.beta.namespace);
    assert_eq!(try_sql(&operator.url, &format!("SELECT eventodb_store.forget_history('{beta}')")), Ok(String::new()));
    assert_ne!(runs(beta), "0");
    two.run(&two.alpha, &operator, &["namespaces", "delete", alpha, "--yes"]).succeeds();
    assert_eq!(runs(alpha), "0");
    assert_ne!(runs(beta), "0");
}

#[test]
fn a_writer_that_announces_by_a_setting_hides_no_message_from_readers() {
    let Some(two) = Two::new() else { return };
    let writer = two.role(&two.alpha, "writer", &[]);
    let table = two.sql("SELECT 'tsdb_ALPHA.messages'::regclass::oid");
    let last = "SELECT tsdb_ALPHA.global_horizon()";
    // Its chunk is there: who makes one is waited for.
    two.alpha.run(&["messages", "write", "other-1", "T"]).succeeds();
    for announced in ["999999999", "no number", "-5"] {
        let before: i64 = two.sql(last).parse().unwrap();
        let write = "SELECT tsdb_ALPHA.write_message(gen_random_uuid()::varchar, 'ghost-1', 'T', '{}')";
        let open = Held::new(
            &writer.url,
            &two.filled(&format!("BEGIN; SET LOCAL \"eventodb.announced_{table}\" = '{announced}'; {write}")),
        );
        two.alpha.run(&["messages", "write", "other-1", "T"]).succeeds();
        assert!(two.sql(last).parse::<i64>().unwrap() <= before, "{announced}");
        drop(open);
    }
}

#[test]
fn a_writer_enters_no_message_that_takes_more_memory_than_a_night_has() {
    let Some(two) = Two::new() else { return };
    let writer = two.role(&two.alpha, "writer", &[]);
    let refused = |what: &str, statement: &str| {
        assert_eq!(try_sql(&writer.url, statement), Err("54000".to_owned()), "{what}");
    };
    // A number of a few bytes is printed as a hundred thousand digits: 28 KB as 275 MB.
    let numbers = "(SELECT ('[' || string_agg('1e131071', ',') || ']')::jsonb FROM generate_series(1, 2100))";
    let id = "gen_random_uuid()";
    refused("numbers", &two.filled(&format!("SELECT tsdb_ALPHA.write_message({id}::varchar, 's-1', 'T', {numbers})")));
    refused(
        "the second of a batch",
        &two.filled(&format!(
            "SELECT tsdb_ALPHA.append_messages('s-1', ARRAY[{id}, {id}], ARRAY['T', 'T'], ARRAY['{{}}', {numbers}], ARRAY[NULL, NULL]::jsonb[])"
        )),
    );
    // Kept compressed, it looks small.
    refused(
        "out of a table",
        &two.filled(&format!(
            "CREATE TEMPORARY TABLE kept AS SELECT {numbers} AS data;
             SELECT tsdb_ALPHA.write_message({id}::varchar, 's-1', 'T', data) FROM kept"
        )),
    );
    assert_eq!(two.sql("SELECT count(*) FROM tsdb_ALPHA.heads WHERE stream_name = 's-1'"), "0");
    // A half each of what is just allowed.
    let of_type = |kind: &str| {
        let half = "to_jsonb(repeat('x', 134217726))";
        try_sql(&two.alpha.db_url, &two.filled(&format!("SELECT tsdb_ALPHA.refuse_large('{kind}', {half}, {half})")))
    };
    assert_eq!(of_type(""), Ok(String::new()));
    assert_eq!(of_type("T"), Err("54000".to_owned()), "one byte more");
    let written = two.filled(&format!("SELECT tsdb_ALPHA.write_message({id}::varchar, 's-1', 'T', '{{\"a\": 1}}')"));
    assert_eq!(try_sql(&writer.url, &written), Ok("0".to_owned()));
}

#[test]
fn an_operators_store_does_not_lie_in_another_namespaces_folder() {
    let Some(two) = Two::new() else { return };
    let operator = two.role(&two.alpha, "operator", &[]);
    let inside = |part: &str| format!("{}/{}/{part}", two.beta.store(), two.beta.namespace);
    for part in ["messages", "holds"] {
        let set = two.run(&two.alpha, &operator, &["policy", "set", "--store", &inside(part)]);
        set.fails(4, &format!("the folder of namespace {}", two.beta.namespace));
        // Entered by hand, it is found by the night.
        let url = inside(part);
        let by_hand =
            two.filled(&format!("UPDATE eventodb_store.policies SET store_url = '{url}' WHERE namespace = 'ALPHA'"));
        assert_eq!(try_sql(&operator.url, &by_hand), Ok(String::new()));
        two.alpha.run(&["lifecycle", "run"]).fails(4, "be taken for its own");
    }
    two.beta.run(&["lifecycle", "run"]).succeeds();
    two.beta.run(&["archives", "sync", "--store", &two.beta.store()]).succeeds();
}

/// As it is where the store's folder was chosen before there was a namespace of that name.
#[test]
fn a_namespace_does_not_begin_in_a_folder_that_another_one_keeps_archives_in() {
    let Some(two) = Two::new() else { return };
    let operator = two.role(&two.alpha, "operator", &[]);
    let root = format!("file://{}", two.alpha.path("root").display());
    let why = format!("namespace {} keeps archives inside this namespace's folder", two.alpha.namespace);
    for has_begun in [false, true] {
        let late = two.alpha.beside();
        let inside = format!("{root}/{}/messages/2026", late.namespace);
        let set = ["policy", "set", "--store"];
        if has_begun {
            std::fs::create_dir_all(two.alpha.path("root").join(&late.namespace).join("messages")).unwrap();
            let chunk = Two::chunks(&two.alpha).pop().unwrap();
            two.alpha.run(&["chunks", "archive", &chunk, "--store", &inside]).succeeds();
            let own = two.alpha.store();
            two.run(&two.alpha, &operator, &[&set[..], &[&own]].concat()).succeeds();
        } else {
            two.run(&two.alpha, &operator, &[&set[..], &[&inside]].concat()).succeeds();
        }
        late.run(&["namespaces", "create", &late.namespace, "--compress-after", "never"]).succeeds();
        let file = late.file("in.ndjson", made_up(1, 20));
        late.run(&["messages", "import", &file]).succeeds();
        // By whoever may see that one's rows, and by a role that may not.
        let late_operator = two.role(&late, "operator", &[]);
        for url in [&late_operator.url, &late.db_url] {
            late.run(&["--db-url", url, "policy", "set", "--store", &root]).fails(4, &why);
            let archived = late.run(&["--db-url", url, "chunks", "archive", "--older-than", "0d", "--store", &root]);
            // What lies there is seen first.
            archived.fails(4, if has_begun { "which the ledger does not know" } else { &why });
        }
        let rows = format!("SELECT count(*) FROM eventodb_store.archives WHERE namespace = '{}'", late.namespace);
        assert_eq!(two.sql(&rows), "0");
        // Elsewhere there is room.
        let beside = format!("file://{}", two.alpha.path("elsewhere").display());
        late.run(&["--db-url", &late_operator.url, "policy", "set", "--store", &beside]).succeeds();
    }
    two.beta.run(&["policy", "set", "--store", &root]).succeeds();
}
