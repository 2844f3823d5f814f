//! The functions of Message DB 1.3, as its documentation and its tests describe them: a row is a statement and what it
//! gives. Rows that differ between the layouts, or from Message DB, say so.

use crate::parity::scene::{Side, sides};

/// A behaviour.
struct Row {
    what: &'static str,
    statement: &'static str,
    hypertable: &'static str,
    plain: &'static str,
}

/// The same in both layouts, and in Message DB.
const fn same(what: &'static str, statement: &'static str, gives: &'static str) -> Row {
    Row { what, statement, hypertable: gives, plain: gives }
}

/// Where the layouts differ: EventoDB's two drivers do.
const fn each(what: &'static str, statement: &'static str, hypertable: &'static str, plain: &'static str) -> Row {
    Row { what, statement, hypertable, plain }
}

/// What is there: seven messages, at global positions 1 to 7.
const WRITTEN: &[&str] = &[
    r#"'00000000-0000-4000-8000-000000000001', 'account-1', 'Opened', '{"a": 1}'"#,
    r#"'00000000-0000-4000-8000-000000000002', 'account-1', 'Deposited', '{"a": 2}', '{"correlationStreamName": "route-7"}'"#,
    r#"'00000000-0000-4000-8000-000000000003', 'account-2+x', 'Opened', NULL, '{"correlationStreamName": "route"}', NULL"#,
    r#"'00000000-0000-4000-8000-000000000004', 'account-1+y', 'Opened', '{}', NULL, -1"#,
    r#"'00000000-0000-4000-8000-000000000005', 'order-1', 'Placed', '{"text": "ü 🦀"}'"#,
    r#"'00000000-0000-4000-8000-000000000006', 'account-3', 'Opened', '[]', '{"correlationStreamName": "router-1"}'"#,
    r#"'00000000-0000-4000-8000-000000000007', 'account', 'Registered', '{}'"#,
];

const NAMES: &[Row] = &[
    same("a category is what stands before the first '-'", "SELECT {s}.category('account-1')", "account"),
    same("… all of it where there is none", "SELECT {s}.category('account')", "account"),
    same("… types in it stay", "SELECT {s}.category('account:command+position-1-2')", "account:command+position"),
    same("… of nothing it is nothing", "SELECT {s}.category('')", ""),
    same("… of NULL it is NULL", "SELECT {s}.category(NULL)", "NULL"),
    same("an id is what stands behind the first '-'", "SELECT {s}.id('account-1-2+3')", "1-2+3"),
    same("… NULL for a category", "SELECT {s}.id('account')", "NULL"),
    same("… and may be empty", "SELECT {s}.id('account-')", ""),
    same("a cardinal id ends before the first '+'", "SELECT {s}.cardinal_id('account-1-2+3+4')", "1-2"),
    same("… is the id where there is none", "SELECT {s}.cardinal_id('account-1')", "1"),
    same("… a '+' of the category does not count", "SELECT {s}.cardinal_id('a+b-1+2')", "1"),
    same("… NULL for a category", "SELECT {s}.cardinal_id('account')", "NULL"),
    same("a name without '-' is a category", "SELECT {s}.is_category('account')", "t"),
    same("… with one it is none", "SELECT {s}.is_category('account-1')", "f"),
    same("… not even with an empty id", "SELECT {s}.is_category('account-')", "f"),
    same("… and NULL is one", "SELECT {s}.is_category(NULL)", "t"),
    same("hash_64 is the MD5's first half, signed", "SELECT {s}.hash_64('account')", "-2132379389342958165"),
    same("… positive where its first bit is off", "SELECT {s}.hash_64('123')", "2318431741638412123"),
    same("… of the bytes of UTF-8", "SELECT {s}.hash_64('überweisung')", "6139288720160743054"),
    same("… of nothing, too", "SELECT {s}.hash_64('')", "-3162216497309240828"),
    same("acquire_lock gives the hash of the category", "SELECT {s}.acquire_lock('account-1')", "-2132379389342958165"),
    same("the functions are those of Message DB 1.3", "SELECT {s}.message_store_version()", "1.3.0"),
];

const STREAMS: &[Row] = &[
    same("a stream is read from its first message", "SELECT position FROM {s}.get_stream_messages('account-1')", "0\n1"),
    same("… only it", "SELECT global_position FROM {s}.get_stream_messages('account-1+y')", "4"),
    same("… from a position on, which is included", "SELECT position FROM {s}.get_stream_messages('account-1', 1)", "1"),
    same("… behind its last there is nothing", "SELECT position FROM {s}.get_stream_messages('account-1', 2)", ""),
    same("… below its first there is all", "SELECT position FROM {s}.get_stream_messages('account-1', -5)", "0\n1"),
    same("… at most so many", "SELECT position FROM {s}.get_stream_messages('account-1', 0, 1)", "0"),
    same("… -1 is all", "SELECT position FROM {s}.get_stream_messages('account-1', 0, -1)", "0\n1"),
    same("… 0 is none", "SELECT position FROM {s}.get_stream_messages('account-1', 0, 0)", ""),
    same("… less is refused", "SELECT position FROM {s}.get_stream_messages('account-1', 0, -2)", "2201W: LIMIT must not be negative"),
    same("… of a stream that is not there, too", "SELECT position FROM {s}.get_stream_messages('nobody-1', 0, -2)", "2201W: LIMIT must not be negative"),
    same("… the largest is all", "SELECT position FROM {s}.get_stream_messages('account-1', 0, 9223372036854775807)", "0\n1"),
    same("… from the largest position on there is nothing", "SELECT * FROM {s}.get_stream_messages('account-1', 9223372036854775807, 9223372036854775807)", ""),
    same("… from the least there is all", "SELECT position FROM {s}.get_stream_messages('account-1', -9223372036854775808, -1)", "0\n1"),
    same("… NULL is the default", "SELECT position FROM {s}.get_stream_messages('account-1', NULL, NULL, NULL)", "0\n1"),
    same("… nothing of a stream that is not there", "SELECT * FROM {s}.get_stream_messages('nobody-1')", ""),
    each(
        "all columns come, in this order; JSON as text, or as EventoDB's Postgres driver has it",
        "SELECT id, stream_name, type, position, global_position, data, metadata, pg_typeof(id), pg_typeof(data), pg_typeof(time)
           FROM {s}.get_stream_messages('account-1', 1)",
        "00000000-0000-4000-8000-000000000002|account-1|Deposited|1|2|{\"a\": 2}|{\"correlationStreamName\": \"route-7\"}|character varying|character varying|timestamp without time zone",
        "00000000-0000-4000-8000-000000000002|account-1|Deposited|1|2|{\"a\": 2}|{\"correlationStreamName\": \"route-7\"}|uuid|jsonb|timestamp without time zone",
    ),
    same("the time is UTC's", "SELECT abs(extract(epoch FROM (now() AT TIME ZONE 'UTC') - time)) < 600 FROM {s}.get_stream_messages('account-1', 1)", "t"),
    each(
        "arguments have Message DB's names; EventoDB's Postgres driver put a _ before them",
        "SELECT position FROM {s}.get_stream_messages(stream_name => 'account-1', \"position\" => 0, batch_size => 1, condition => NULL)",
        "0",
        "42883: function {s}.get_stream_messages(stream_name => unknown, position => integer, batch_size => integer, condition => unknown) does not exist",
    ),
    // Message DB refuses it: Must be a stream name: account.
    same("DIFFERENT: a stream without an id is read", "SELECT type FROM {s}.get_stream_messages('account')", "Registered"),
];

const CATEGORIES: &[Row] = &[
    same(
        "a category is read by global position, from 1",
        "SELECT global_position FROM {s}.get_category_messages('account')",
        "1\n2\n3\n4\n6\n7",
    ),
    same("… only it, and no name that begins alike", "SELECT count(*) FROM {s}.get_category_messages('acc')", "0"),
    same(
        "… from a global position on, which is included",
        "SELECT global_position FROM {s}.get_category_messages('account', 4)",
        "4\n6\n7",
    ),
    same("… at most so many", "SELECT global_position FROM {s}.get_category_messages('account', 2, 2)", "2\n3"),
    same("… -1 is all", "SELECT count(*) FROM {s}.get_category_messages('account', 1, -1)", "6"),
    same("… 0 is none", "SELECT count(*) FROM {s}.get_category_messages('account', 1, 0)", "0"),
    same(
        "… less is refused",
        "SELECT * FROM {s}.get_category_messages('account', 1, -2)",
        "2201W: LIMIT must not be negative",
    ),
    same(
        "… the largest is all",
        "SELECT count(*) FROM {s}.get_category_messages('account', 1, 9223372036854775807)",
        "6",
    ),
    same(
        "… from the largest on there is nothing",
        "SELECT * FROM {s}.get_category_messages('account', 9223372036854775807, 9223372036854775807)",
        "",
    ),
    same(
        "… from the least there is all",
        "SELECT count(*) FROM {s}.get_category_messages('account', -9223372036854775808)",
        "6",
    ),
    same(
        "… NULL is the default",
        "SELECT count(*) FROM {s}.get_category_messages('account', NULL, NULL, NULL, NULL, NULL, NULL)",
        "6",
    ),
    same(
        "… six arguments are enough",
        "SELECT count(*) FROM {s}.get_category_messages('account', 1, 1000, NULL, NULL, NULL)",
        "6",
    ),
    same(
        "… a stream is refused",
        "SELECT * FROM {s}.get_category_messages('account-1')",
        "P0001: Must be a category: account-1",
    ),
    each(
        "arguments have Message DB's names, as its clients give them",
        "SELECT global_position FROM {s}.get_category_messages('account', 1, 10, correlation => 'route', consumer_group_member => 1, consumer_group_size => 2, condition => NULL)",
        "3",
        "42883: function {s}.get_category_messages(unknown, integer, integer, correlation => unknown, consumer_group_member => integer, consumer_group_size => integer, condition => unknown) does not exist",
    ),
    // Message DB gives nothing: EventoDB's server exports by it.
    same(
        "DIFFERENT: all categories, where the name is empty",
        "SELECT count(*) FROM {s}.get_category_messages('')",
        "7",
    ),
    same("DIFFERENT: … or NULL", "SELECT count(*) FROM {s}.get_category_messages(NULL)", "7"),
];

const CORRELATION: &[Row] = &[
    same(
        "correlation is by the category of the correlated stream, with an id or without",
        "SELECT global_position FROM {s}.get_category_messages('account', correlation_ => 'route')",
        "2\n3",
    ),
    same(
        "… and no name that begins alike",
        "SELECT global_position FROM {s}.get_category_messages('account', correlation_ => 'router')",
        "6",
    ),
    same(
        "… of nothing there is nothing",
        "SELECT global_position FROM {s}.get_category_messages('account', correlation_ => 'rout')",
        "",
    ),
    same(
        "… a stream is refused",
        "SELECT * FROM {s}.get_category_messages('account', correlation_ => 'route-7')",
        "P0001: Correlation must be a category (Correlation: route-7)",
    ),
];

const GROUPS: &[Row] = &[
    same(
        "members share by the cardinal id: account-1 and account-1+y go together",
        "SELECT global_position FROM {s}.get_category_messages('account', member_ => 0, size_ => 2)",
        "1\n2\n4\n6",
    ),
    same(
        "… the other one",
        "SELECT global_position FROM {s}.get_category_messages('account', member_ => 1, size_ => 2)",
        "3",
    ),
    same(
        "… of three",
        "SELECT global_position FROM {s}.get_category_messages('account', member_ => 2, size_ => 3)",
        "6",
    ),
    same(
        "… a group of one has all streams that have an id",
        "SELECT global_position FROM {s}.get_category_messages('account', member_ => 0, size_ => 1)",
        "1\n2\n3\n4\n6",
    ),
    same(
        "… at most so many of its own",
        "SELECT global_position FROM {s}.get_category_messages('account', 2, 2, NULL, 0, 2)",
        "2\n4",
    ),
    same(
        "… with correlation",
        "SELECT global_position FROM {s}.get_category_messages('account', 1, 10, 'route', 1, 2)",
        "3",
    ),
    same(
        "… a member without a size is refused",
        "SELECT * FROM {s}.get_category_messages('account', 1, 1, NULL, 0, NULL)",
        "P0001: Consumer group member and size must be specified (Consumer Group Member: 0, Consumer Group Size: <NULL>)",
    ),
    same(
        "… and a size without a member",
        "SELECT * FROM {s}.get_category_messages('account', 1, 1, NULL, NULL, 2)",
        "P0001: Consumer group member and size must be specified (Consumer Group Member: <NULL>, Consumer Group Size: 2)",
    ),
    same(
        "… a size below 1",
        "SELECT * FROM {s}.get_category_messages('account', 1, 1, NULL, 0, 0)",
        "P0001: Consumer group size must not be less than 1 (Consumer Group Member: 0, Consumer Group Size: 0)",
    ),
    same(
        "… a member below 0",
        "SELECT * FROM {s}.get_category_messages('account', 1, 1, NULL, -1, 2)",
        "P0001: Consumer group member must not be less than 0 (Consumer Group Member: -1, Consumer Group Size: 2)",
    ),
    same(
        "… a member that is the size",
        "SELECT * FROM {s}.get_category_messages('account', 1, 1, NULL, 2, 2)",
        "P0001: Consumer group member must be less than the group size (Consumer Group Member: 2, Consumer Group Size: 2)",
    ),
    same(
        "… or above it",
        "SELECT * FROM {s}.get_category_messages('account', 1, 1, NULL, 3, 2)",
        "P0001: Consumer group member must be less than the group size (Consumer Group Member: 3, Consumer Group Size: 2)",
    ),
];

const LAST: &[Row] = &[
    same(
        "the last message of a stream",
        "SELECT position, type FROM {s}.get_last_stream_message('account-1')",
        "1|Deposited",
    ),
    same("… of a type", "SELECT position, type FROM {s}.get_last_stream_message('account-1', 'Opened')", "0|Opened"),
    same("… NULL is any type", "SELECT position FROM {s}.get_last_stream_message('account-1', NULL)", "1"),
    same(
        "… none of a type that it does not have",
        "SELECT * FROM {s}.get_last_stream_message('account-1', 'Closed')",
        "",
    ),
    same("… none of a stream that is not there", "SELECT * FROM {s}.get_last_stream_message('nobody-1')", ""),
    same("a version is the last position", "SELECT {s}.stream_version('account-1')", "1"),
    // Message DB gives NULL: EventoDB's drivers read a number.
    same("DIFFERENT: … -1 where there is no such stream", "SELECT {s}.stream_version('nobody-1')", "-1"),
];

const CONDITIONS: &[Row] = &[
    same(
        "a condition is refused unless it is switched on",
        "SELECT * FROM {s}.get_stream_messages('account-1', 0, 10, 'true')",
        "P0001: Retrieval with SQL condition is not activated",
    ),
    same(
        "… of a stream that is not there, too",
        "SELECT * FROM {s}.get_stream_messages('nobody-1', 0, 10, 'true')",
        "P0001: Retrieval with SQL condition is not activated",
    ),
    same(
        "… for categories, too",
        "SELECT * FROM {s}.get_category_messages('account', 1, 10, NULL, NULL, NULL, 'true')",
        "P0001: Retrieval with SQL condition is not activated",
    ),
    same(
        "… off is off",
        "SET message_store.sql_condition = 'off'; SELECT * FROM {s}.get_stream_messages('account-1', 0, 10, 'true')",
        "P0001: Retrieval with SQL condition is not activated",
    ),
    same(
        "… switched on, it counts",
        "SET message_store.sql_condition = 'on'; SELECT position FROM {s}.get_stream_messages('account-1', 0, 10, 'position > 0')",
        "1",
    ),
    same(
        "… columns are messages' own",
        "SELECT position FROM {s}.get_stream_messages('account-1', 0, 10, 'messages.type = ''Opened'' AND messages.data->>''a'' = ''1''')",
        "0",
    ),
    same(
        "… the time as well, without a zone",
        "SELECT count(*) FROM {s}.get_category_messages('account', 1, 10, NULL, NULL, NULL, 'messages.time > (now() AT TIME ZONE ''UTC'') - interval ''1 hour'' AND pg_typeof(messages.time)::text = ''timestamp without time zone''')",
        "6",
    ),
    same(
        "… it stays one, whatever stands in it",
        "SELECT position FROM {s}.get_stream_messages('account-1', 1, 10, 'true OR true')",
        "1",
    ),
    same("… a % is a %", "SELECT position FROM {s}.get_stream_messages('account-1', 0, 10, 'type LIKE ''Dep%''')", "1"),
    same(
        "… beside a group and correlation",
        "SELECT global_position FROM {s}.get_category_messages('account', 1, 10, 'route', 1, 2, 'stream_name LIKE ''%+x''')",
        "3",
    ),
    same(
        "… what is no SQL is refused",
        "SELECT * FROM {s}.get_stream_messages('account-1', 0, 10, 'type =')",
        "42601: syntax error at or near \")\"",
    ),
    same(
        "… NULL is none",
        "SELECT count(*) FROM {s}.get_stream_messages('account-1', 0, 10, NULL); RESET message_store.sql_condition",
        "2",
    ),
];

/// These change something: in order.
const WRITES: &[Row] = &[
    same(
        "a write gives the position",
        "SELECT {s}.write_message(gen_random_uuid()::varchar, 'fresh-1', 'A', '{}')",
        "0",
    ),
    same("… the next one", "SELECT {s}.write_message(gen_random_uuid()::varchar, 'fresh-1', 'A', '{}', '{}')", "1"),
    same(
        "… where the version is as expected",
        "SELECT {s}.write_message(gen_random_uuid()::varchar, 'fresh-1', 'A', '{}', NULL, 1)",
        "2",
    ),
    same(
        "… -1 expects no stream",
        "SELECT {s}.write_message(gen_random_uuid()::varchar, 'fresh-2', 'A', '{}', NULL, -1)",
        "0",
    ),
    same(
        "… NULL expects nothing",
        "SELECT {s}.write_message(gen_random_uuid()::varchar, 'fresh-2', 'A', NULL, NULL, NULL)",
        "1",
    ),
    same(
        "another version is refused, with Message DB's SQLSTATE and text",
        "SELECT {s}.write_message(gen_random_uuid()::varchar, 'fresh-1', 'A', '{}', NULL, 4)",
        "P0001: Wrong expected version: 4 (Stream: fresh-1, Stream Version: 2)",
    ),
    same(
        "… a version below",
        "SELECT {s}.write_message(gen_random_uuid()::varchar, 'fresh-1', 'A', '{}', NULL, 0)",
        "P0001: Wrong expected version: 0 (Stream: fresh-1, Stream Version: 2)",
    ),
    same(
        "… a version of a stream that is not there",
        "SELECT {s}.write_message(gen_random_uuid()::varchar, 'fresh-3', 'A', '{}', NULL, 0)",
        "P0001: Wrong expected version: 0 (Stream: fresh-3, Stream Version: -1)",
    ),
    same(
        "… -1 for one that is",
        "SELECT {s}.write_message(gen_random_uuid()::varchar, 'fresh-2', 'A', '{}', NULL, -1)",
        "P0001: Wrong expected version: -1 (Stream: fresh-2, Stream Version: 1)",
    ),
    same(
        "what was refused is not there",
        "SELECT {s}.stream_version('fresh-1'), {s}.stream_version('fresh-3')",
        "2|-1",
    ),
    same(
        "an id is a UUID",
        "SELECT {s}.write_message('no uuid', 'fresh-1', 'A', '{}')",
        "22P02: invalid input syntax for type uuid: \"no uuid\"",
    ),
    same(
        "the type must be there",
        "SELECT position('type' IN 'x') FROM {s}.write_message(gen_random_uuid()::varchar, 'fresh-1', NULL, '{}')",
        "23502: null value in column \"type\" of relation \"{m}\" violates not-null constraint",
    ),
    same(
        "another version is told of before an id that is none",
        "SELECT {s}.write_message('no uuid', 'fresh-1', 'A', '{}', NULL, 7)",
        "P0001: Wrong expected version: 7 (Stream: fresh-1, Stream Version: 2)",
    ),
    same(
        "… also where it looks like one",
        "SELECT {s}.write_message('0000000g-0000-4000-8000-000000000001', 'fresh-1', 'A', '{}', NULL, 7)",
        "P0001: Wrong expected version: 7 (Stream: fresh-1, Stream Version: 2)",
    ),
    same(
        "… and before an id that another message has",
        "SELECT {s}.write_message('00000000-0000-4000-8000-000000000001', 'fresh-1', 'B', '{}', NULL, 7)",
        "P0001: Wrong expected version: 7 (Stream: fresh-1, Stream Version: 2)",
    ),
    same(
        "an id is taken once",
        "SELECT {s}.write_message('00000000-0000-4000-8000-000000000001', 'fresh-1', 'B', '{}')",
        "23505: duplicate key value violates unique constraint \"messages_id\"",
    ),
    same(
        "what is read is of the moment of the call: the statement's own write is there",
        "SELECT write, (SELECT count(*) FROM {s}.get_stream_messages('self-1') WHERE write = 0) AS stream,
                (SELECT count(*) FROM {s}.get_category_messages('self') WHERE write = 0) AS category,
                (SELECT count(*) FROM {s}.get_last_stream_message('self-1') WHERE write = 0) AS last, {s}.stream_version('self-1')
           FROM (SELECT {s}.write_message(gen_random_uuid()::varchar, 'self-1', 'A', '{}') AS write OFFSET 0) w",
        "0|1|1|1|0",
    ),
    each(
        "DIFFERENT: … and a message that is written again as it was keeps its place there",
        r#"SELECT {s}.write_message('00000000-0000-4000-8000-000000000001', 'account-1', 'Opened', '{"a": 1}')"#,
        "0",
        "23505: duplicate key value violates unique constraint \"messages_id\"",
    ),
    each(
        "arguments have Message DB's names; a _ before them in EventoDB's Postgres driver",
        "SELECT {s}.write_message(id => gen_random_uuid()::varchar, stream_name => 'named-1', \"type\" => 'A', data => '{}', metadata => '{}', expected_version => -1)",
        "0",
        "42883: function {s}.write_message(id => character varying, stream_name => unknown, type => unknown, data => unknown, metadata => unknown, expected_version => integer) does not exist",
    ),
    each(
        "DIFFERENT: a stream has a name, in a hypertable",
        "SELECT {s}.write_message(gen_random_uuid()::varchar, '', 'A', '{}')",
        "22023: stream name must not be empty",
        "0",
    ),
];

async fn check(side: &Side, rows: &[Row], wrong: &mut Vec<String>) {
    for row in rows {
        let (member, size, correlation) = match side.layout {
            "plain" => ("_consumer_group_member", "_consumer_group_size", "_correlation"),
            _ => ("consumer_group_member", "consumer_group_size", "correlation"),
        };
        let statement =
            row.statement.replace("member_", member).replace("size_", size).replace("correlation_", correlation);
        let statement = statement.replace("batch__consumer_group_size", "batch_size");
        let expected = if side.layout == "plain" { row.plain } else { row.hypertable };
        // An error names the schema without quotes.
        let expected = expected.replace("{s}", &side.schema);
        let given = side.answer(&statement).await;
        let is_so = match expected.split_once("{m}") {
            // The table that a chunk is.
            Some((before, after)) => given.starts_with(before) && given.ends_with(after),
            None => given == expected,
        };
        if !is_so {
            wrong.push(format!(
                "{}, {}:\n  {}\n  gives    {given:?}\n  and not  {expected:?}",
                side.layout, row.what, row.statement
            ));
        }
    }
}

#[tokio::test]
async fn each_function_does_what_message_db_documents() {
    let mut wrong = Vec::new();
    for side in sides().await {
        for arguments in WRITTEN {
            side.run(&format!("SELECT {{s}}.write_message({arguments})")).await;
        }
        for rows in [NAMES, STREAMS, CATEGORIES, CORRELATION, GROUPS, LAST, CONDITIONS, WRITES] {
            check(&side, rows, &mut wrong).await;
        }
    }
    assert!(wrong.is_empty(), "{} rows:\n{}", wrong.len(), wrong.join("\n"));
}

#[tokio::test]
async fn acquire_lock_keeps_writers_of_the_category_out_and_no_others() {
    for side in sides().await {
        side.run("BEGIN; SELECT {s}.acquire_lock('account-1')").await;
        let other = crate::parity::scene::connector(&side.cli.db_url).connect_plain().await.unwrap();
        let write = |stream: &str| {
            side.render(&format!(
                "SET lock_timeout = '300ms'; SELECT {{s}}.write_message(gen_random_uuid()::varchar, '{stream}', 'A', '{{}}')"
            ))
        };
        let refused = other.batch_execute(&write("account-2")).await.unwrap_err();
        assert_eq!(refused.code().unwrap().code(), "55P03", "{}", side.layout);
        other.batch_execute(&write("order-1")).await.unwrap();
        side.run("COMMIT").await;
        other.batch_execute(&write("account-2")).await.unwrap();
    }
}
