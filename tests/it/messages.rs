//! Messages through the library, on a real server: imported, read, and what is archived told.

use crate::support::lab;
use eventodb_admin::messages::Archived;
use eventodb_admin::messages::{self, CategoryRead, StreamRead};
use eventodb_admin::{Kind, Result};
use lab::{Lab, Server, made_up, shown};

fn line(stream: &str, place: &str, time: &str, data: &str) -> String {
    format!("{{\"stream\":\"{stream}\",\"type\":\"T\",{place}\"data\":{data},\"meta\":null,\"time\":\"{time}\"}}\n")
}

async fn read_stream(lab: &Lab, from: i64, limit: Option<i64>, archived: Archived) -> (Result<()>, Vec<i64>) {
    let read = StreamRead { stream: "account-0".parse().unwrap(), from, limit, archived };
    let mut positions = Vec::new();
    let mut db = lab.another_session().await;
    let result = messages::read_stream(&mut db, &lab.scope, &read, &lab.reach(), |m| {
        positions.push(m.position);
        Ok(())
    })
    .await;
    (result, positions)
}

#[tokio::test]
async fn a_broken_line_in_the_middle_leaves_nothing_behind() {
    let mut lab = Lab::new(Server::Main).await;
    let good = made_up(2, 12_000);
    let mut lines: Vec<_> = good.lines().collect();
    lines[20_500] = "{\"stream\":\"account-1\",";
    let error = lab.import(lines.join("\n").as_bytes()).await.unwrap_err();
    assert!(error.to_string().contains("line 20501"), "{error}");
    assert_eq!(lab.one("SELECT count(*) FROM {{schema}}.messages").await, "0");
    assert_eq!(lab.one("SELECT count(*) FROM {{schema}}.heads").await, "0");
    assert_eq!(lab.import(good.as_bytes()).await.map_err(shown).unwrap().messages, 24_000);
    lab.assert_covered().await;
}

#[tokio::test]
async fn a_source_imported_twice_is_a_conflict_and_changes_nothing() {
    let mut lab = Lab::new(Server::Main).await;
    let lines = lab.fill(2, 100).await;
    assert_eq!(lab.import(lines.as_bytes()).await.unwrap_err().kind(), Kind::Conflict);
    lab.archive_all().await;
    assert_eq!(lab.import(lines.as_bytes()).await.unwrap_err().kind(), Kind::Conflict);
    lab.rehydrate_all().await;
    assert_eq!(lab.export().await.unwrap(), lines);
}

#[tokio::test]
async fn a_global_position_is_taken_once() {
    let mut lab = Lab::new(Server::Main).await;
    lab.write("account-1", "T").await.unwrap();
    let time = "2013-01-01T00:00:00Z";
    let taken = line("fresh-1", "\"pos\":0,\"gpos\":1,", time, "1");
    assert_eq!(lab.import(taken.as_bytes()).await.unwrap_err().kind(), Kind::Conflict);
    let twice =
        line("fresh-1", "\"pos\":0,\"gpos\":9,", time, "1") + &line("fresh-1", "\"pos\":1,\"gpos\":9,", time, "1");
    assert_eq!(lab.import(twice.as_bytes()).await.unwrap_err().kind(), Kind::Conflict);
    assert_eq!(lab.version("fresh-1").await, -1);
    let falling =
        line("fresh-1", "\"pos\":0,\"gpos\":9,", time, "1") + &line("fresh-1", "\"pos\":1,\"gpos\":7,", time, "1");
    lab.import(falling.as_bytes()).await.map_err(shown).unwrap();
    lab.write("fresh-1", "T").await.unwrap();
    assert_eq!(lab.one("SELECT max(global_position) FROM {{schema}}.messages").await, "10");
}

#[tokio::test]
async fn lines_without_positions_are_appended_in_order_beside_those_that_have_them() {
    let mut lab = Lab::new(Server::Main).await;
    lab.write("a-1", "T").await.unwrap();
    let time = "2013-01-01T00:00:00Z";
    let source = line("a-1", "", time, "\"first\"")
        + &line("b-1", "\"pos\":0,\"gpos\":50,", time, "\"second\"")
        + &line("a-1", "", time, "\"third\"")
        + &line("b-1", "", time, "\"fourth\"");
    let imported = lab.import(source.as_bytes()).await.map_err(shown).unwrap();
    assert_eq!((imported.messages, imported.appended), (4, 3));
    let order = lab.one("SELECT string_agg(stream_name || '/' || position || '=' || (data#>>'{}'), ' ' ORDER BY stream_name, position) FROM {{schema}}.messages WHERE data IS NOT NULL").await;
    assert_eq!(order, "a-1/1=first a-1/2=third b-1/0=second b-1/1=fourth");
    lab.assert_covered().await;
}

#[tokio::test]
async fn json_and_times_come_out_as_they_went_in() {
    let mut lab = Lab::new(Server::Main).await;
    let data = [
        "123456789012345678901234567890",
        "0.123456789012345678901234567890",
        "1.50",
        "-9223372036854775809",
        "{\"b\":1,\"aa\":[],\"ccc\":{\"x\":null}}",
        "\"🦀 \\\" \\\\ \\n\"",
        "true",
        "[[[[]]]]",
        "\"\"",
    ];
    let times =
        ["1955-11-05T06:00:00Z", "1969-12-31T23:59:59.999999Z", "2013-01-01T00:00:00.5Z", "9999-12-31T23:59:59Z"];
    let mut source = String::new();
    for (i, data) in data.iter().enumerate() {
        let id = uuid::Uuid::from_u128(i as u128 + 1);
        source.push_str(&format!(
            "{{\"id\":\"{id}\",\"stream\":\"odd 'name' %-🦀\",\"type\":\"\",\"pos\":{i},\"gpos\":{},\"data\":{data},\"meta\":null,\"time\":\"{}\"}}\n",
            i + 1,
            times[i % times.len()],
        ));
    }
    lab.import(source.as_bytes()).await.map_err(shown).unwrap();
    assert_eq!(lab.export().await.unwrap(), source);
    lab.archive_all().await;
    lab.rehydrate_all().await;
    assert_eq!(lab.export().await.unwrap(), source);
    // A zone is understood, and UTC comes out.
    lab.import(line("zoned-1", "\"pos\":0,\"gpos\":99,", "2013-01-01T02:00:00+02:00", "1").as_bytes()).await.unwrap();
    assert!(lab.export().await.unwrap().contains("\"time\":\"2013-01-01T00:00:00Z\""));
}

/// A ledger that names a store which this program does not know: nobody can be asked.
async fn lose_the_store(lab: &Lab) {
    lab.sql("UPDATE eventodb_store.archives SET store_url = 'gs://elsewhere' WHERE namespace = {{namespace_text}}")
        .await;
}

#[tokio::test]
async fn what_is_archived_is_told_and_never_skipped_unasked_where_there_is_no_store() {
    let mut lab = Lab::new(Server::Main).await;
    lab.fill(2, 100).await;
    let closed = lab.closed().await;
    lab.archive(&closed[..1], eventodb_admin::archive::AfterVerify::Drop).await;
    lose_the_store(&lab).await;

    for archived in [Archived::Auto, Archived::Only] {
        let (result, positions) = read_stream(&lab, 0, None, archived).await;
        let error = result.unwrap_err();
        assert_eq!((error.kind(), positions.len()), (Kind::Archived, 0));
        assert!(error.to_string().contains("2013-01-03 to 2013-01-10"), "{error}");
        assert!(error.hint_text().unwrap().contains("--archived skip"));
    }
    let (result, positions) = read_stream(&lab, 0, None, Archived::Skip).await;
    assert!(result.is_ok());
    assert_eq!(positions, [5, 6, 7, 8, 9]);
    let (result, positions) = read_stream(&lab, 5, None, Archived::Auto).await;
    assert!(result.is_ok());
    assert_eq!(positions.len(), 5);

    let category = |from, limit, category: &str| CategoryRead {
        category: Some(category.parse().unwrap()),
        from,
        limit,
        correlation: None,
        group: None,
        archived: Archived::Auto,
    };
    let (mut seen, reach) = (0, lab.reach());
    let mut db = lab.another_session().await;
    let result = messages::read_category(&mut db, &lab.scope, &category(1, None, "account"), &reach, |_| {
        seen += 1;
        Ok(())
    })
    .await;
    assert_eq!((result.unwrap_err().kind(), seen), (Kind::Archived, 0));
    let result = messages::read_category(&mut db, &lab.scope, &category(101, None, "account"), &reach, |_| {
        seen += 1;
        Ok(())
    })
    .await;
    assert!(result.is_ok());
    assert_eq!(seen, 50);
    // An archive without the category is no reason to stop.
    let none = messages::read_category(&mut db, &lab.scope, &category(1, None, "nobody"), &reach, |_| Ok(())).await;
    assert!(none.is_ok());
}

#[tokio::test]
async fn the_last_message_is_read_from_its_archive_or_told_to_be_there_rather_than_an_earlier_one_given() {
    let mut lab = Lab::new(Server::Main).await;
    lab.fill(2, 100).await;
    let closed = lab.closed().await;
    lab.archive(&closed[1..], eventodb_admin::archive::AfterVerify::Drop).await;
    let stream = "account-0".parse().unwrap();
    let mut db = lab.another_session().await;
    let reach = lab.reach();
    for message_type in [None, Some("Happened")] {
        let last = messages::last(&mut db, &lab.scope, &stream, message_type, Archived::Auto, &reach).await.unwrap();
        assert_eq!((last.position, last.message_type.as_str()), (9, "Happened"));
        let last = messages::last(&mut db, &lab.scope, &stream, message_type, Archived::Skip, &reach).await.unwrap();
        assert_eq!(last.position, 4);
    }
    let nothing = messages::last(&mut db, &lab.scope, &stream, Some("Nothing"), Archived::Auto, &reach).await;
    assert_eq!(nothing.unwrap_err().kind(), Kind::NotFound);
    let nobody = "nobody-1".parse().unwrap();
    let nobody = messages::last(&mut db, &lab.scope, &nobody, None, Archived::Auto, &reach).await;
    assert_eq!(nobody.unwrap_err().kind(), Kind::NotFound);
    lose_the_store(&lab).await;
    for message_type in [None, Some("Happened"), Some("Nothing")] {
        let last = messages::last(&mut db, &lab.scope, &stream, message_type, Archived::Auto, &lab.reach()).await;
        assert_eq!(last.unwrap_err().kind(), Kind::Archived, "{message_type:?}");
    }
    lab.write("account-0", "New").await.unwrap();
    let last = messages::last(&mut db, &lab.scope, &stream, None, Archived::Auto, &lab.reach()).await.unwrap();
    assert_eq!(last.message_type, "New");
}

#[tokio::test]
async fn a_sparse_import_reads_without_complaint() {
    let mut lab = Lab::new(Server::Main).await;
    let time = "2013-01-01T00:00:00Z";
    let source = line("account-0", "\"pos\":3,\"gpos\":70,", time, "1")
        + &line("account-0", "\"pos\":8,\"gpos\":90,", time, "1");
    lab.import(source.as_bytes()).await.unwrap();
    let (result, positions) = read_stream(&lab, 0, None, Archived::Auto).await;
    assert!(result.is_ok());
    assert_eq!(positions, [3, 8]);
}

#[tokio::test]
async fn events_that_are_archived_are_not_taken_again_whatever_time_they_are_given() {
    let mut lab = Lab::new(Server::Main).await;
    let lines = lab.fill(1, 40).await;
    lab.archive_all().await;
    let timeless: String =
        lines.lines().map(|line| format!("{}}}\n", &line[..line.rfind(",\"time\"").unwrap()])).collect();
    assert_eq!(lab.import(timeless.as_bytes()).await.unwrap_err().kind(), Kind::Conflict);
    let error = lab
        .try_sql("INSERT INTO {{schema}}.messages (stream_name, type, position) VALUES ('account-0', 'T', 1)")
        .await
        .unwrap_err();
    assert_eq!(error.code().unwrap().code(), "23505", "{error:?}");
    lab.rehydrate_all().await;
    assert_eq!(lab.export().await.unwrap(), lines);
}

#[tokio::test]
async fn an_import_and_a_writer_of_the_same_stream_do_not_deadlock() {
    let lab = Lab::new(Server::Main).await;
    if lab.one("SELECT count(*) FROM pg_stat_activity").await == "1" {
        eprintln!("SKIPPED: the embedded server runs one transaction at a time");
        return;
    }
    lab.write("s-1", "T").await.unwrap();
    lab.sql("BEGIN; LOCK TABLE ONLY {{schema}}.messages IN SHARE ROW EXCLUSIVE MODE").await;
    let (writer, scope) = (lab.another_session().await, lab.scope.clone());
    let waiting = tokio::spawn(async move {
        let sql =
            scope.render("SELECT {{schema}}.write_message(gen_random_uuid()::varchar, 's-1', 'T', NULL)").unwrap();
        writer.batch_execute(&sql).await
    });
    tokio::time::sleep(std::time::Duration::from_millis(500)).await;
    lab.sql("INSERT INTO {{schema}}.messages (stream_name, type, position) VALUES ('s-1', 'T', 1); COMMIT").await;
    waiting.await.unwrap().unwrap();
    assert_eq!(lab.version("s-1").await, 2);
}

/// Pages of the server's memory that a call asks for, its plan being there.
async fn pages_of(lab: &Lab, call: &str) -> u64 {
    let explain = format!("EXPLAIN (ANALYZE, BUFFERS, COSTS off, TIMING off) SELECT * FROM {{{{schema}}}}.{call}");
    let explain = lab.scope.render(&explain).unwrap();
    let mut text = String::new();
    for _ in 0..2 {
        let rows = lab.db.simple_query(&explain).await.unwrap();
        let lines = rows.iter().filter_map(|row| match row {
            tokio_postgres::SimpleQueryMessage::Row(row) => row.get(0),
            _ => None,
        });
        text = lines.collect::<Vec<_>>().join("\n");
    }
    let buffers = text.lines().find(|line| line.contains("Buffers: shared")).unwrap_or_else(|| panic!("{text}"));
    // Files that a sort wrote are none of it.
    let shared = buffers.split(", temp").next().unwrap_or_default();
    shared.split(|c: char| !c.is_ascii_digit()).filter_map(|word| word.parse::<u64>().ok()).sum()
}

async fn fill_and_compress(lab: &mut Lab, rows: &str) {
    lab.sql(&format!(
        "INSERT INTO {{{{schema}}}}.messages (time, global_position, position, stream_name, type, data)
         SELECT t, row_number() OVER (ORDER BY t, s), p, s, 'T', jsonb_build_object('text', repeat(md5(s || p), 20)) FROM ({rows}) r"
    ))
    .await;
    lab.sql(
        "SELECT {{extension}}.compress_chunk(c, true) FROM {{extension}}.show_chunks('{{schema_text}}.messages'::regclass) c",
    )
    .await;
    // What reads look at is told by whoever compresses.
    lab.sql("UPDATE {{schema}}.settings SET is_compressed = true").await;
}

#[tokio::test]
async fn a_stream_in_a_compressed_chunk_costs_the_batches_that_it_lies_in() {
    let mut lab = Lab::new(Server::Community).await;
    // Each stream has messages all the time: only by its name is a batch left out.
    let streams = "SELECT timestamptz '2013-01-03' + n * interval '1 second' AS t, n / 4000 AS p, 'order-' || lpad((n % 4000)::text, 4, '0') AS s
                     FROM generate_series(0, 39999) n";
    fill_and_compress(&mut lab, streams).await;
    let of_all = pages_of(&lab, "get_category_messages('order', 0, 40000)").await;
    let of_one = pages_of(&lab, "get_stream_messages('order-1000')").await;
    let of_last = pages_of(&lab, "get_last_stream_message('order-1000')").await;
    assert_eq!(lab.one("SELECT count(*) FROM {{schema}}.get_stream_messages('order-1000')").await, "10");
    assert!(of_one < of_all / 8 && of_last < of_all / 8, "{of_one}, {of_last} of {of_all}");
}

#[tokio::test]
async fn a_page_of_a_stream_over_many_compressed_chunks_costs_those_that_it_lies_in() {
    let mut lab = Lab::new(Server::Community).await;
    let streams = "SELECT timestamptz '2013-01-03' + w * interval '7 days' + n * interval '1 second' AS t, w AS p, 'sensor-' || lpad(n::text, 4, '0') AS s
                     FROM generate_series(0, 59) w, generate_series(0, 99) n";
    fill_and_compress(&mut lab, streams).await;
    let of_all = pages_of(&lab, "get_stream_messages('sensor-0050', 0, 60)").await;
    let of_page = pages_of(&lab, "get_stream_messages('sensor-0050', 0, 10)").await;
    let positions = "SELECT string_agg(position::text, ' ' ORDER BY position) FROM {{schema}}.get_stream_messages('sensor-0050', 20, 10)";
    assert_eq!(lab.one(positions).await, "20 21 22 23 24 25 26 27 28 29");
    assert!(of_page < of_all / 2, "{of_page} of {of_all}");
}
