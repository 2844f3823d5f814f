//! The SQL that EventoDB's server and Message DB's clients call, on a real server.

mod layouts;

use crate::support::lab;
use eventodb_admin::namespace;
use lab::{Lab, Server, shown};

const ID: &str = "0b1f2c3d-0000-4000-8000-00000000000";

/// SQL and what it gives, after three messages: `account-1` at 0 and 1, `account-2+x` at 0.
const FUNCTIONS: &[(&str, &str)] = &[
    // Names.
    ("{{schema}}.category('account-1')", "account"),
    ("{{schema}}.category('account')", "account"),
    ("{{schema}}.category('account:command-1-2')", "account:command"),
    ("{{schema}}.id('account-1-2')", "1-2"),
    ("{{schema}}.id('account')", "NULL"),
    ("{{schema}}.cardinal_id('account-1+2')", "1"),
    ("{{schema}}.cardinal_id('account-1')", "1"),
    ("{{schema}}.cardinal_id('account')", "NULL"),
    ("{{schema}}.is_category('account')", "t"),
    ("{{schema}}.is_category('account-1')", "f"),
    // The first 64 bits of the MD5, signed.
    ("{{schema}}.hash_64('account')", "-2132379389342958165"),
    // Versions.
    ("{{schema}}.stream_version('account-1')", "1"),
    ("{{schema}}.stream_version('nobody-1')", "-1"),
    // Streams: from a position on, a batch, all with -1, defaults for NULL.
    ("(SELECT count(*) FROM {{schema}}.get_stream_messages('account-1'))", "2"),
    ("(SELECT count(*) FROM {{schema}}.get_stream_messages('account-1', 1))", "1"),
    ("(SELECT count(*) FROM {{schema}}.get_stream_messages('account-1', 0, 1))", "1"),
    ("(SELECT count(*) FROM {{schema}}.get_stream_messages('account-1', 0, -1))", "2"),
    ("(SELECT count(*) FROM {{schema}}.get_stream_messages('account-1', NULL, NULL, NULL))", "2"),
    ("(SELECT count(*) FROM {{schema}}.get_stream_messages('nobody-1'))", "0"),
    ("(SELECT string_agg(position::text, ',') FROM {{schema}}.get_stream_messages('account-1'))", "0,1"),
    (
        "(SELECT pg_typeof(time)::text || pg_typeof(data) || pg_typeof(id) FROM {{schema}}.get_stream_messages('account-1') LIMIT 1)",
        "timestamp without time zonecharacter varyingcharacter varying",
    ),
    // Categories: with six and with seven arguments, all where the name is empty.
    ("(SELECT count(*) FROM {{schema}}.get_category_messages('account'))", "3"),
    ("(SELECT count(*) FROM {{schema}}.get_category_messages('account', 2, 1000, NULL, NULL, NULL))", "2"),
    ("(SELECT count(*) FROM {{schema}}.get_category_messages('account', 1, 1000, NULL, NULL, NULL, NULL))", "3"),
    ("(SELECT count(*) FROM {{schema}}.get_category_messages('account', 1, -1))", "3"),
    ("(SELECT count(*) FROM {{schema}}.get_category_messages('', 1, 2))", "2"),
    ("(SELECT count(*) FROM {{schema}}.get_category_messages('acc'))", "0"),
    ("(SELECT count(*) FROM {{schema}}.get_category_messages('account', 1, 1000, 'route'))", "1"),
    ("(SELECT count(*) FROM {{schema}}.get_category_messages('account', 1, 1000, 'rout'))", "0"),
    // The last message, of a type.
    ("(SELECT position FROM {{schema}}.get_last_stream_message('account-1'))", "1"),
    ("(SELECT position FROM {{schema}}.get_last_stream_message('account-1', 'Opened'))", "0"),
    ("(SELECT count(*) FROM {{schema}}.get_last_stream_message('account-1', 'Nothing'))", "0"),
    ("(SELECT count(*) FROM {{schema}}.get_last_stream_message('nobody-1', NULL))", "0"),
    // EventoDB's server reads the global position back by stream and position.
    ("(SELECT global_position FROM {{schema}}.messages WHERE stream_name = 'account-2+x' AND position = 0)", "3"),
    ("(SELECT max(version) FROM {{schema}}._schema_version)", "2"),
];

#[tokio::test]
async fn each_function_answers_as_message_db_and_eventodb_have_it() {
    let lab = Lab::new(Server::Main).await;
    lab.sql(&format!("SELECT {{{{schema}}}}.write_message('{ID}1', 'account-1', 'Opened', '{{\"a\": 1}}')")).await;
    lab.sql(&format!(
        "SELECT {{{{schema}}}}.write_message('{ID}2', 'account-1', 'Closed', '{{\"a\": 2}}', '{{\"correlationStreamName\": \"route-7\"}}', 0)"
    ))
    .await;
    lab.sql(&format!("SELECT {{{{schema}}}}.write_message('{ID}3', 'account-2+x', 'Opened', NULL, NULL, -1)")).await;
    for (call, expected) in FUNCTIONS {
        assert_eq!(lab.one(&format!("SELECT {call}")).await, *expected, "{call}");
    }
}

/// SQL that must fail, with the text that clients match on.
const REFUSALS: &[(&str, &str)] = &[
    (
        "{{schema}}.write_message(gen_random_uuid()::varchar, 'account-1', 'T', NULL, NULL, 7)",
        "Wrong expected version: 7 (Stream: account-1, Stream Version: 0)",
    ),
    (
        "{{schema}}.write_message(gen_random_uuid()::varchar, 'fresh-1', 'T', NULL, NULL, 0)",
        "Wrong expected version: 0 (Stream: fresh-1, Stream Version: -1)",
    ),
    ("{{schema}}.write_message(gen_random_uuid()::varchar, '', 'T', NULL)", "stream name must not be empty"),
    ("{{schema}}.write_message('no uuid', 'account-1', 'T', NULL)", "invalid input syntax for type uuid"),
    ("{{schema}}.get_category_messages('account-1')", "Must be a category: account-1"),
    (
        "{{schema}}.get_category_messages('account', 1, 10, 'route-1')",
        "Correlation must be a category (Correlation: route-1)",
    ),
    (
        "{{schema}}.get_category_messages('account', 1, 10, NULL, 0, NULL)",
        "Consumer group member and size must be specified",
    ),
    ("{{schema}}.get_category_messages('account', 1, 10, NULL, 0, 0)", "Consumer group size must not be less than 1"),
    (
        "{{schema}}.get_category_messages('account', 1, 10, NULL, -1, 2)",
        "Consumer group member must not be less than 0",
    ),
    (
        "{{schema}}.get_category_messages('account', 1, 10, NULL, 2, 2)",
        "Consumer group member must be less than the group size",
    ),
    ("{{schema}}.get_stream_messages('account-1', 0, 10, 'true')", "Retrieval with SQL condition is not activated"),
];

#[tokio::test]
async fn what_cannot_be_done_is_refused_in_the_words_that_clients_know() {
    let lab = Lab::new(Server::Main).await;
    lab.write("account-1", "T").await.unwrap();
    for (call, expected) in REFUSALS {
        let error = lab.try_sql(&format!("SELECT {call}")).await.unwrap_err();
        let text = error.as_db_error().unwrap().message().to_owned();
        assert!(text.starts_with(expected), "{call}: {text}");
    }
    assert_eq!(lab.version("account-1").await, 0);
    assert_eq!(lab.version("fresh-1").await, -1);
}

#[tokio::test]
async fn a_message_written_again_keeps_its_place_and_its_id_serves_no_other() {
    let lab = Lab::new(Server::Main).await;
    let write = |stream: &str, data: &str| {
        format!("SELECT {{{{schema}}}}.write_message('{ID}1', '{stream}', 'T', '{data}', NULL, -1)")
    };
    assert_eq!(lab.one(&write("account-1", "{\"a\": 1}")).await, "0");
    lab.write("account-1", "Another").await.unwrap();
    assert_eq!(lab.one(&write("account-1", "{\"a\": 1}")).await, "0");
    assert_eq!(lab.version("account-1").await, 1);
    // Where the version is another one as well, that is told: a client then reads the stream, and finds its message there.
    for (stream, data, code) in [("account-1", "{\"a\": 2}", "P0001"), ("account-2", "{\"a\": 1}", "23505")] {
        let error = lab.try_sql(&write(stream, data)).await.unwrap_err();
        assert_eq!(error.code().unwrap().code(), code, "{error:?}");
    }
    let unexpecting = write("account-1", "{\"a\": 2}").replace("NULL, -1)", "NULL, NULL)");
    assert_eq!(lab.try_sql(&unexpecting).await.unwrap_err().code().unwrap().code(), "23505");
    assert_eq!(lab.version("account-2").await, -1);
}

#[tokio::test]
async fn every_stream_belongs_to_one_member_of_a_group_and_compound_ids_go_together() {
    let lab = Lab::new(Server::Main).await;
    for i in 0..40 {
        lab.write(&format!("account-{i}"), "T").await.unwrap();
        lab.write(&format!("account-{i}+part"), "T").await.unwrap();
    }
    let mut streams = Vec::new();
    for member in 0..3 {
        let of_member = lab
            .one(&format!(
                "SELECT string_agg(stream_name, ',') FROM {{{{schema}}}}.get_category_messages('account', 1, -1, NULL, {member}, 3)"
            ))
            .await;
        let of_member: Vec<_> = of_member.split(',').map(str::to_owned).collect();
        for stream in of_member.iter().filter(|s| !s.ends_with("+part")) {
            assert!(of_member.contains(&format!("{stream}+part")), "{stream} is apart from its parts");
        }
        streams.extend(of_member);
    }
    streams.sort();
    streams.dedup();
    assert_eq!(streams.len(), 80);
}

#[tokio::test]
async fn copy_and_plain_inserts_reach_the_heads_in_any_order() {
    let lab = Lab::new(Server::Main).await;
    lab.sql(
        "INSERT INTO {{schema}}.messages (id, stream_name, type, position, global_position, time) VALUES
            (gen_random_uuid(), 'a-1', 'T', 2, 30, '2013-03-01'), (gen_random_uuid(), 'a-1', 'T', 0, 10, '2013-01-01'),
            (gen_random_uuid(), 'b-1', 'T', 0, 40, '2013-02-01')",
    )
    .await;
    lab.sql("INSERT INTO {{schema}}.messages (stream_name, type, position, global_position, time) VALUES ('a-1', 'T', 1, 20, '2013-02-01')").await;
    let heads = lab
        .one("SELECT string_agg(concat_ws('/', stream_name, position, global_position, messages, first_time::date, last_time::date), ' ' ORDER BY stream_name) FROM {{schema}}.heads")
        .await;
    assert_eq!(heads, "a-1/2/30/3/2013-01-01/2013-03-01 b-1/0/40/1/2013-02-01/2013-02-01");
    lab.sql("SELECT setval('{{schema_text}}.messages_global_position_seq', 40)").await;
    assert_eq!(lab.write("a-1", "T").await.unwrap(), 3);
}

#[tokio::test]
async fn a_position_is_taken_once_in_whatever_chunk_the_other_is() {
    let lab = Lab::new(Server::Main).await;
    let insert =
        |rows: &str| format!("INSERT INTO {{{{schema}}}}.messages (stream_name, type, position, time) VALUES {rows}");
    lab.sql(&insert("('a-1', 'T', 0, '2013-01-01'), ('a-1', 'T', 5, '2013-02-01')")).await;
    for rows in [
        "('a-1', 'T', 0, '2013-06-01')",
        "('a-1', 'T', 5, '2013-02-01')",
        "('a-1', 'T', 6, '2013-06-01'), ('a-1', 'T', 6, '2013-07-01')",
        "('a-1', 'T', -1, '2013-06-01')",
    ] {
        let error = lab.try_sql(&insert(rows)).await.unwrap_err();
        assert_eq!(error.code().unwrap().code(), "23505", "{rows}: {error:?}");
    }
    // A gap may be filled: that is how a sparse import goes on.
    lab.sql(&insert("('a-1', 'T', 3, '2013-06-01')")).await;
    assert_eq!(lab.version("a-1").await, 5);
}

/// The server takes the batches that may have the same key out of the compressed part, where no query of the same statement
/// sees them.
#[tokio::test]
async fn a_position_is_taken_once_in_a_compressed_chunk_as_well() {
    let lab = Lab::new(Server::Community).await;
    let insert =
        |rows: &str| format!("INSERT INTO {{{{schema}}}}.messages (stream_name, type, position, time) VALUES {rows}");
    lab.sql(&insert(
        "('a-1', 'T', 0, '2013-01-03'), ('a-1', 'T', 1, '2013-01-04'), ('a-1', 'T', 4, '2013-01-05'), ('b-1', 'T', 0, '2013-01-05'),
         ('a-1', 'T', 6, '2013-01-12'), ('a-1', 'T', 8, '2013-01-13'), ('e-1', 'T', 0, '2013-01-13')",
    ))
    .await;
    let chunks = lab.closed().await;
    for partly in [false, true] {
        for chunk in &chunks {
            lab.sql(&format!("SELECT {{{{extension}}}}.compress_chunk('{}', true)", chunk.table)).await;
        }
        if partly {
            lab.sql(&insert("('c-1', 'T', 0, '2013-01-06')")).await;
        }
        for rows in [
            "('a-1', 'T', 4, '2013-01-04')",
            "('a-1', 'T', 4, '2013-01-05')",
            "('a-1', 'T', 0, '2013-01-08'), ('a-1', 'T', 2, '2013-01-08')",
            "('d-1', 'T', 0, '2013-01-04'), ('b-1', 'T', 0, '2013-01-03')",
            // The place is in the other chunk, and it is another row that has it unpacked there.
            "('a-1', 'T', 8, '2013-01-04'), ('a-1', 'T', 9, '2013-01-12')",
            "('a-1', 'T', 8, '2013-01-04'), ('d-2', 'T', 0, '2013-01-12')",
            "('a-1', 'T', 8, '2013-01-04'), ('a-1', 'T', 9, '2013-01-12'), ('d-2', 'T', 0, '2013-01-12'), ('d-2', 'T', 1, '2013-01-12')",
        ] {
            let error = lab.try_sql(&insert(rows)).await.unwrap_err();
            assert_eq!(error.code().unwrap().code(), "23505", "{rows}, {partly}: {error:?}");
        }
    }
    lab.sql(&insert("('a-1', 'T', 2, '2013-01-04')")).await;
    assert_eq!(lab.one("SELECT count(*) FROM {{schema}}.messages").await, "9");
}

#[tokio::test]
async fn rows_with_a_place_that_may_be_archived_are_refused() {
    let mut lab = Lab::new(Server::Main).await;
    lab.fill(1, 40).await;
    lab.archive_all().await;
    let error = lab
        .try_sql("INSERT INTO {{schema}}.messages (stream_name, type, position, global_position, time) VALUES ('account-0', 'T', 0, 1, '2013-01-03')")
        .await
        .unwrap_err();
    assert_eq!(error.code().unwrap().code(), "23505");
    assert!(error.as_db_error().unwrap().message().contains("may lie in archive"), "{error:?}");
}

#[tokio::test]
async fn truncate_starts_a_namespace_anew() {
    let mut lab = Lab::new(Server::Main).await;
    lab.fill(2, 40).await;
    let closed = lab.closed().await;
    lab.archive(&closed[..1], eventodb_admin::archive::AfterVerify::Drop).await;
    lab.sql("TRUNCATE {{schema}}.messages; ALTER SEQUENCE {{schema}}.messages_global_position_seq RESTART WITH 1")
        .await;
    assert_eq!(lab.version("account-0").await, -1);
    assert_eq!(lab.write("account-0", "T").await.unwrap(), 0);
    lab.assert_covered().await;
    assert_eq!(lab.archives().await[0].state, eventodb_admin::archive::State::Expired);
}

#[tokio::test]
async fn the_ledger_refuses_a_step_that_skips_another() {
    let mut lab = Lab::new(Server::Main).await;
    lab.fill(1, 10).await;
    lab.archive_all().await;
    for state in ["planned", "uploaded", "verified", "failed"] {
        let error = lab
            .try_sql(&format!(
                "UPDATE eventodb_store.archives SET state = '{state}' WHERE namespace = {{{{namespace_text}}}}"
            ))
            .await
            .unwrap_err();
        assert_eq!(error.code().unwrap().code(), "23514", "{state}");
    }
}

#[tokio::test]
async fn the_ledger_refuses_a_second_attempt_at_a_chunk_and_an_archive_without_its_hashes() {
    let mut lab = Lab::new(Server::Main).await;
    lab.fill(1, 10).await;
    lab.archive_all().await;
    let attempt = "INSERT INTO eventodb_store.archives (namespace, range_start, range_end, generation, chunk_name, state,
                store_url, object_key, manifest_key, heads_key, codec)
         SELECT namespace, range_start, range_end, {generation}, 'a_chunk', '{state}', store_url, object_key, manifest_key,
                heads_key, codec
           FROM eventodb_store.archives WHERE namespace = {{namespace_text}} AND generation = 1";
    let enter = |generation: i32, state: &str| {
        attempt.replace("{generation}", &generation.to_string()).replace("{state}", state)
    };
    let refused = |tried: Result<(), tokio_postgres::Error>| tried.unwrap_err().code().unwrap().code().to_owned();
    assert_eq!(refused(lab.try_sql(&enter(1, "planned")).await), "23505", "a generation twice");
    for state in ["uploaded", "verified", "dropped", "rehydrated"] {
        assert_eq!(refused(lab.try_sql(&enter(2, state)).await), "23514", "{state} without hashes");
    }
    lab.sql(&enter(2, "exported")).await;
    assert_eq!(refused(lab.try_sql(&enter(3, "planned")).await), "23505", "another attempt is under way");
    lab.sql(&enter(3, "failed")).await;
}

#[tokio::test]
async fn who_may_not_write_heads_cannot_leave_them_out() {
    let lab = Lab::new(Server::Main).await;
    let role = format!("{}_inserts", lab.scope.namespace());
    lab.sql(&format!(
        "CREATE ROLE {role}; GRANT USAGE ON SCHEMA {{{{schema}}}} TO {role};
         GRANT INSERT ON {{{{schema}}}}.messages TO {role}; GRANT USAGE ON ALL SEQUENCES IN SCHEMA {{{{schema}}}} TO {role}"
    ))
    .await;
    lab.sql(&format!(
        "SET ROLE {role}; SET eventodb.heads_kept = 'on';
         INSERT INTO {{{{schema}}}}.messages (time, position, stream_name, type)
         VALUES ('2013-01-03T12:00:00Z', 0, 'left-out-1', 'L');
         RESET eventodb.heads_kept; RESET ROLE; DROP OWNED BY {role}; DROP ROLE {role}"
    ))
    .await;
    assert_eq!(lab.one("SELECT count(*) FROM {{schema}}.heads WHERE stream_name = 'left-out-1'").await, "1");
}

#[tokio::test]
async fn namespaces_with_one_category_do_not_wait_for_each_other() {
    let (one, two) = (Lab::new(Server::Main).await, Lab::new(Server::Main).await);
    if one.one("SELECT count(*) FROM pg_stat_activity").await == "1" {
        eprintln!("SKIPPED: the embedded server runs one transaction at a time");
        return;
    }
    one.sql("BEGIN; SELECT {{schema}}.write_message(gen_random_uuid()::varchar, 'account-1', 'T', NULL)").await;
    two.sql("SET lock_timeout = '2s'").await;
    two.sql("SELECT {{schema}}.write_message(gen_random_uuid()::varchar, 'account-1', 'T', NULL)").await;
    one.sql("COMMIT").await;
}

/// A namespace of the shape that EventoDB's own TimescaleDB driver makes: its columns, its indexes' kinds, and two
/// functions of one name.
const MADE_BY_THE_SERVER: &str = "
CREATE SCHEMA {{schema}};
CREATE SEQUENCE {{schema}}.messages_global_position_seq;
CREATE TABLE {{schema}}.messages (
    time timestamptz NOT NULL DEFAULT now(), global_position bigint NOT NULL DEFAULT nextval('{{schema_text}}.messages_global_position_seq'),
    position bigint NOT NULL, stream_name text NOT NULL, type text NOT NULL, data jsonb, metadata jsonb,
    id uuid NOT NULL DEFAULT gen_random_uuid());
SELECT {{extension}}.create_hypertable('{{schema_text}}.messages'::regclass, {{extension}}.by_range('time', interval '7 days'));
CREATE UNIQUE INDEX messages_stream_position_time ON {{schema}}.messages (stream_name, position, time);
CREATE FUNCTION {{schema}}.stream_version(_stream_name text) RETURNS bigint LANGUAGE sql AS
    'SELECT max(position) FROM {{schema}}.messages WHERE stream_name = _stream_name';
CREATE FUNCTION {{schema}}.get_category_messages(_c text, _p bigint DEFAULT 1, _b bigint DEFAULT 1000, _r text DEFAULT NULL,
    _m bigint DEFAULT NULL, _s bigint DEFAULT NULL) RETURNS SETOF {{schema}}.messages LANGUAGE sql AS 'SELECT * FROM {{schema}}.messages';
CREATE FUNCTION {{schema}}.get_category_messages(_c text, _p bigint DEFAULT 1, _b bigint DEFAULT 1000, _r text DEFAULT NULL,
    _m bigint DEFAULT NULL, _s bigint DEFAULT NULL, _x text DEFAULT NULL) RETURNS SETOF {{schema}}.messages LANGUAGE sql AS 'SELECT * FROM {{schema}}.messages';
CREATE TABLE {{schema}}._schema_version (version integer PRIMARY KEY, applied_at timestamp DEFAULT now());
INSERT INTO {{schema}}._schema_version (version) VALUES (1), (2);
INSERT INTO {{schema}}.messages (time, position, stream_name, type)
    SELECT '2013-01-01'::timestamptz + i * interval '1 day', i / 2, 'account-' || i % 2, 'T' FROM generate_series(0, 59) i;
SELECT setval('{{schema_text}}.messages_global_position_seq', 5);
INSERT INTO eventodb_store.namespaces (id, token_hash, schema_name, created_at) VALUES ({{namespace_text}}, {{schema_name_text}}, {{schema_name_text}}, 0);
";

#[tokio::test]
async fn a_namespace_that_the_server_made_is_adopted_with_all_its_messages() {
    let mut lab = Lab::new(Server::Main).await;
    let name = format!("server-{}", uuid::Uuid::new_v4().simple());
    let schema = format!("tsdb_{}", name.replace('-', "_"));
    lab.scope = eventodb_admin::db::Scope::new(&name, &schema, lab.scope.extension().as_str());
    lab.sql(MADE_BY_THE_SERVER).await;
    let refused = namespace::open(&lab.db, &name).await.unwrap_err();
    assert!(refused.hint_text().unwrap().contains("namespaces upgrade"), "{}", shown(refused));

    let row = namespace::find(&lab.db, &name).await.unwrap();
    let upgraded = namespace::upgrade(&mut lab.db, &row).await.map_err(shown).unwrap();
    assert!(upgraded.applied.contains(&"002_heads"));
    lab.scope = namespace::open(&lab.db, &name).await.map_err(shown).unwrap().scope;
    assert_eq!(lab.one("SELECT count(*) FROM {{schema}}.messages").await, "60");
    assert_eq!(lab.version("account-1").await, 29);
    // Calls are no longer ambiguous.
    assert_eq!(
        lab.one("SELECT count(*) FROM {{schema}}.get_category_messages('account', 1, 1000, NULL, NULL, NULL)").await,
        "60"
    );
    assert_eq!(lab.write("account-1", "T").await.unwrap(), 30);
    lab.assert_covered().await;
    assert!(lab.archive_all().await.len() > 5);
    lab.assert_covered().await;
    assert_eq!(lab.version("account-0").await, 29);
    // Its sequence had been moved back: what was handed out is not handed out again.
    assert_eq!(lab.one("SELECT count(*) - count(DISTINCT global_position) FROM {{schema}}.messages").await, "0");
    // Again: nothing to do.
    let row = namespace::find(&lab.db, &name).await.unwrap();
    assert!(namespace::upgrade(&mut lab.db, &row).await.map_err(shown).unwrap().applied.is_empty());
}

#[tokio::test]
async fn a_namespace_that_another_role_owns_goes_on_serving_that_role() {
    let mut lab = Lab::new(Server::Main).await;
    let id = uuid::Uuid::new_v4().simple().to_string();
    let (name, role) = (format!("owned-{id}"), format!("app_{id}"));
    lab.scope = eventodb_admin::db::Scope::new(&name, format!("tsdb_{id}"), lab.scope.extension().as_str());
    lab.sql(MADE_BY_THE_SERVER).await;
    lab.sql(&format!(
        "CREATE ROLE {role}; GRANT ALL ON SCHEMA {{{{schema}}}} TO {role}; ALTER TABLE {{{{schema}}}}.messages OWNER TO {role};
         ALTER SEQUENCE {{{{schema}}}}.messages_global_position_seq OWNER TO {role}"
    ))
    .await;
    let row = namespace::find(&lab.db, &name).await.unwrap();
    namespace::upgrade(&mut lab.db, &row).await.map_err(shown).unwrap();
    lab.sql(&format!("SET ROLE {role}")).await;
    for statement in [
        "SELECT {{schema}}.write_message(gen_random_uuid()::varchar, 'account-1', 'T', NULL)",
        "INSERT INTO {{schema}}.messages (stream_name, type, position) VALUES ('account-1', 'T', 31)",
        "SELECT {{schema}}.stream_version('account-1')",
        "SELECT * FROM {{schema}}.get_stream_messages('account-1')",
        "TRUNCATE {{schema}}.messages",
    ] {
        lab.sql(statement).await;
    }
    lab.sql(&format!("RESET ROLE; DROP SCHEMA {{{{schema}}}} CASCADE; DROP OWNED BY {role}; DROP ROLE {role}")).await;
}

#[tokio::test]
async fn a_namespace_made_anew_takes_nothing_from_the_one_deleted_before_it() {
    let mut lab = Lab::new(Server::Main).await;
    lab.fill(1, 40).await;
    lab.archive_all().await;
    let name = lab.scope.namespace().to_owned();
    let row = namespace::find(&lab.db, &name).await.unwrap();
    namespace::delete(&mut lab.db, &row).await.map_err(shown).unwrap();
    lab::create(&mut lab.db, &name).await;
    lab.scope = namespace::open(&lab.db, &name).await.unwrap().scope;
    lab.write("account-0", "T").await.unwrap();
    lab.assert_covered().await;
    lab.rehydrate_all().await;
    assert_eq!(lab.one("SELECT count(*) FROM {{schema}}.messages").await, "1");
}

#[tokio::test]
async fn a_namespace_made_anew_takes_nothing_from_one_that_others_deleted() {
    for is_made_by_the_server in [false, true] {
        let mut lab = Lab::new(Server::Main).await;
        lab.fill(1, 40).await;
        lab.archive_all().await;
        let name = lab.scope.namespace().to_owned();
        lab.sql(&format!(
            "INSERT INTO eventodb_store.policies (namespace, expire_archives_after) VALUES ('{name}', '1 year');
             DROP SCHEMA {{{{schema}}}} CASCADE; DELETE FROM eventodb_store.namespaces WHERE id = '{name}'"
        ))
        .await;
        if is_made_by_the_server {
            lab.sql(MADE_BY_THE_SERVER).await;
            lab.sql("TRUNCATE {{schema}}.messages; ALTER SEQUENCE {{schema}}.messages_global_position_seq RESTART")
                .await;
            let row = namespace::find(&lab.db, &name).await.unwrap();
            let upgraded = namespace::upgrade(&mut lab.db, &row).await.map_err(shown).unwrap();
            assert_eq!(upgraded.set_aside, 1);
        } else {
            lab::create(&mut lab.db, &name).await;
        }
        lab.scope = namespace::open(&lab.db, &name).await.unwrap().scope;
        let states = format!(
            "SELECT string_agg(DISTINCT state || ' ' || last_error, ',') FROM eventodb_store.archives WHERE namespace = '{name}'"
        );
        assert_eq!(lab.one(&states).await, "expired the namespace was deleted by others, and made again");
        let policies = format!("SELECT count(*) FROM eventodb_store.policies WHERE namespace = '{name}'");
        assert_eq!(lab.one(&policies).await, "0");
        lab.sql("UPDATE {{schema}}.settings SET archived_reads = 'fail'").await;
        lab.write("account-0", "T").await.unwrap();
        assert_eq!(lab.one("SELECT count(*) FROM {{schema}}.get_category_messages('account', 0)").await, "1");
        lab.assert_covered().await;
        lab.rehydrate_all().await;
        assert_eq!(lab.one("SELECT count(*) FROM {{schema}}.messages").await, "1");
        // An upgrade of what is this program's already ends nothing.
        lab.sql("TRUNCATE {{schema}}.messages").await;
        lab.fill(1, 40).await;
        lab.archive_all().await;
        let row = namespace::find(&lab.db, &name).await.unwrap();
        assert_eq!(namespace::upgrade(&mut lab.db, &row).await.map_err(shown).unwrap().set_aside, 0);
        let dropped =
            format!("SELECT count(*) FROM eventodb_store.archives WHERE namespace = '{name}' AND state = 'dropped'");
        assert_eq!(lab.one(&dropped).await, "1");
    }
}
