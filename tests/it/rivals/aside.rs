//! Archives that come back in a table of their own, which then becomes a chunk, and who writes meanwhile.

use super::lab::{Lab, Server, skip_where_nobody_waits};
use super::program::{ARCHIVE, run, run_when_free, start_armed, wait_until};

const LATE: &str = "INSERT INTO {{schema}}.messages (time, position, stream_name, type) VALUES ('2013-01-03T12:00:00Z', 0, 'late-1', 'L')";
const ELSEWHERE: &str = "INSERT INTO {{schema}}.messages (time, position, stream_name, type) VALUES ('2015-06-03T12:00:00Z', 0, 'else-1', 'L')";
const REHYDRATE: [&str; 6] = ["archives", "rehydrate", "--from", "2012-01-01", "--to", "2014-01-01"];

/// False, loudly, where chunks are not made in this way.
async fn is_done_here(lab: &Lab) -> bool {
    let here = lab.fills_aside().await;
    if !here {
        eprintln!(
            "SKIPPED: needs a native TimescaleDB Community that finds a chunk's indexes without a catalog (2.28)"
        );
    }
    here
}

#[tokio::test]
async fn a_late_message_that_makes_the_chunk_first_is_kept_beside_what_comes_back() {
    if skip_where_nobody_waits().await {
        return;
    }
    for end in ["pour.after=wait:/nowhere/at/all", "pour.before=kill", "pour.after=kill", "pour.after=error"] {
        let mut lab = Lab::new(Server::Main).await;
        if !is_done_here(&lab).await {
            return;
        }
        lab.fill(1, 50).await;
        lab.archive_all().await;
        let file = lab.dir.path().join("held");
        let armed = format!("rehydrate.adopt.before=wait:{};rehydrate.{end}", file.display());
        let mut back = start_armed(&lab, &REHYDRATE, &armed);
        while !file.exists() {
            assert!(back.is_alive(), "{end}: {:?}", back.ended().await);
            tokio::time::sleep(std::time::Duration::from_millis(10)).await;
        }
        // Nobody waits for a load that is under way.
        lab.sql(&format!("SET statement_timeout = '1s'; {LATE}; {ELSEWHERE}; RESET statement_timeout")).await;
        std::fs::remove_file(&file).unwrap();
        let out = back.ended().await;
        let whole = !end.ends_with("kill") && !end.ends_with("error");
        assert_eq!(out.code == Some(0), whole, "{end}: {out:?}");
        wait_until(
            &lab,
            "NOT EXISTS (SELECT FROM pg_stat_activity WHERE state LIKE 'idle in%' AND datname = current_database())",
        )
        .await;
        let live = if whole { "52" } else { "2" };
        assert_eq!(lab.one("SELECT count(*) FROM {{schema}}.messages").await, live, "{end}");
        let left = "SELECT count(*) FROM pg_class WHERE relname LIKE 'rehydrated%' AND relnamespace = '{{schema_text}}'::regnamespace";
        assert_eq!(lab.one(left).await, "0", "{end}");
        lab.assert_covered().await;
        run_when_free(&lab, &REHYDRATE).await.succeeds();
        assert_eq!(lab.one("SELECT count(*) FROM {{schema}}.messages").await, "52", "{end}");
        lab.assert_covered().await;
    }
}

#[tokio::test]
async fn a_chunk_that_was_filled_aside_is_as_one_that_the_server_made() {
    let mut lab = Lab::new(Server::Main).await;
    if !is_done_here(&lab).await {
        return;
    }
    let lines = lab.fill(2, 50).await;
    let role = format!("reader_{}", lab.scope.namespace());
    lab.sql(&format!(
        "CREATE ROLE \"{role}\"; GRANT USAGE ON SCHEMA {{{{schema}}}} TO \"{role}\";
         GRANT SELECT ON {{{{schema}}}}.messages TO \"{role}\""
    ))
    .await;
    lab.archive_all().await;
    run(&lab, &REHYDRATE).await.succeeds();
    let filled_aside = lab
        .one("SELECT count(*) FROM pg_indexes WHERE schemaname = '_timescaledb_internal' AND indexname LIKE 'rehydrated%'
               AND tablename IN (SELECT chunk_name FROM timescaledb_information.chunks WHERE hypertable_schema = {{schema_name_text}})")
        .await;
    assert_eq!(filled_aside, "10");
    // Weeks that come: these chunks the server makes.
    lab.sql(ELSEWHERE).await;
    let shape = |of: &str| {
        format!(
            "SELECT string_agg(s.shape, ' | ') FROM (
                 SELECT count(*) || ' chunks: ' || pg_get_userbyid(c.relowner) || ' ' || c.relacl::text || ' '
                        || c.relpersistence::text || ' '
                        || (SELECT string_agg(concat_ws(' ', a.attname, a.atttypid::regtype, a.attnotnull, a.attcollation,
                                                        pg_get_expr(d.adbin, d.adrelid)), ', ' ORDER BY a.attnum)
                              FROM pg_attribute a LEFT JOIN pg_attrdef d ON (d.adrelid, d.adnum) = (a.attrelid, a.attnum)
                             WHERE a.attrelid = min(c.oid::bigint)::oid AND a.attnum > 0)
                        || (SELECT string_agg(i.indisunique::text || substr(d.def, strpos(d.def, ' USING ')), ', '
                                              ORDER BY substr(d.def, strpos(d.def, ' USING ')))
                              FROM pg_index i, pg_get_indexdef(i.indexrelid) d (def)
                             WHERE i.indrelid = min(c.oid::bigint)::oid) AS shape
                   FROM timescaledb_information.chunks k
                   JOIN pg_class c ON c.oid = format('%I.%I', k.chunk_schema, k.chunk_name)::regclass
                  WHERE k.hypertable_schema = {{{{schema_name_text}}}} AND k.range_start {of} '2014-01-01'
                  GROUP BY c.relowner, c.relacl::text, c.relpersistence) s"
        )
    };
    let (aside, made) = (lab.one(&shape("<")).await, lab.one(&shape(">")).await);
    assert!(aside.contains(&role) && aside.contains("stream_name"), "{aside}");
    assert_eq!(aside.replace("2 chunks", "1 chunks"), made);
    // An index that is dropped and made, compression and a drop find it.
    lab.sql("ALTER INDEX {{schema}}.messages_id_time RENAME TO other").await;
    let named = "SELECT count(*) FROM pg_indexes WHERE schemaname = '_timescaledb_internal' AND tablename IN
         (SELECT chunk_name FROM timescaledb_information.chunks WHERE hypertable_schema = {{schema_name_text}})";
    assert_eq!(lab.one(named).await, "15");
    lab.sql("DROP INDEX {{schema}}.other").await;
    assert_eq!(lab.one(named).await, "12");
    lab.sql("CREATE UNIQUE INDEX messages_id_time ON {{schema}}.messages (id, time)").await;
    assert_eq!(lab.one(named).await, "15");
    lab.sql("DELETE FROM {{schema}}.messages WHERE stream_name = 'else-1'; DELETE FROM {{schema}}.heads WHERE stream_name = 'else-1'")
        .await;
    run(&lab, &["chunks", "compress", "--older-than", "0d"]).await.succeeds();
    assert!(lab.export().await.unwrap() == lines, "the export differs");
    run(&lab, &ARCHIVE).await.succeeds();
    lab.assert_covered().await;
    lab.rehydrate_all().await;
    assert!(lab.export().await.unwrap() == lines, "the export differs");
    lab.sql(&format!("DROP OWNED BY \"{role}\"; DROP ROLE \"{role}\"")).await;
}

#[tokio::test]
async fn an_archive_comes_back_as_the_chunk_it_was_whatever_the_interval_is_now() {
    let mut lab = Lab::new(Server::Main).await;
    if !is_done_here(&lab).await {
        return;
    }
    let lines = lab.fill(1, 1000).await;
    let before = lab.closed().await.remove(0);
    lab.archive_all().await;
    lab.sql("SELECT {{extension}}.set_chunk_time_interval('{{schema_text}}.messages'::regclass, interval '5 minutes')")
        .await;
    run(&lab, &REHYDRATE).await.succeeds();
    let after = lab.closed().await;
    let ranges: Vec<_> = after.iter().map(|c| (c.range_start, c.range_end)).collect();
    assert_eq!(ranges, [(before.range_start, before.range_end)]);
    assert!(lab.export().await.unwrap() == lines, "the export differs");
    // What is written beside it gets chunks of the new interval.
    lab.sql(ELSEWHERE).await;
    // It goes again without an upload.
    run(&lab, &ARCHIVE).await.succeeds();
    let archives = lab.archives().await;
    assert!(archives.iter().filter(|a| a.range_start == before.range_start).count() == 1, "it was archived anew");
    lab.assert_covered().await;
}
