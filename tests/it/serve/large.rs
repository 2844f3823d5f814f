//! Messages of tens of megabytes: however many statements ask for them, one at a time is in memory.

use std::io::{Read, Write};
use std::os::unix::net::UnixStream;

use super::cli::Cli;
use super::far_end::{FarEnd, ask, database, schema};

/// MiB of JSON text of each.
const MIB: usize = 40;
/// MiB that it may have beside messages.
const OTHER: u64 = 90;

#[tokio::test]
async fn large_messages_of_many_statements_take_the_memory_of_one() {
    let cli = Cli::new();
    let store = cli.store();
    let cli = cli.with("EVENTODB_STORE", &store);
    let db = database(&cli).await;
    let schema = schema(&cli, &db).await;
    // A fifth of it quotes, which JSON escapes and CSV doubles.
    db.batch_execute(&format!(
        "INSERT INTO {schema}.messages (\"time\", \"position\", stream_name, \"type\", data)
         SELECT '2013-01-03 00:00:00+00'::timestamptz + n * interval '1 second', n / 2, 'big-' || n % 2, 'T',
                CASE WHEN n < 3 THEN jsonb_build_object('t', repeat('say \"x\" ', {})) ELSE '{{}}' END
           FROM generate_series(0, 5) n",
        MIB * (1 << 20) / 10
    ))
    .await
    .unwrap();
    cli.run(&["chunks", "archive", "--older-than", "0d", "--yes"]).succeeds();
    let far_end = FarEnd::start(&cli);
    let mut all = Vec::new();
    for at in 0..6 {
        let client = far_end.client().await;
        let sql = match at % 3 {
            0 => format!("SELECT * FROM {schema}.messages"),
            1 => format!("SELECT * FROM {schema}.messages WHERE stream_name IN ('big-0', 'big-1')"),
            _ => format!("SELECT data FROM {schema}.messages ORDER BY global_position"),
        };
        all.push(tokio::spawn(async move {
            client.batch_execute("BEGIN").await.unwrap();
            client.batch_execute(&format!("DECLARE c CURSOR FOR {sql}")).await.unwrap();
            let mut seen = 0;
            loop {
                let rows = client.simple_query("FETCH 1 FROM c").await.unwrap();
                let rows = rows.iter().filter(|m| matches!(m, tokio_postgres::SimpleQueryMessage::Row(_))).count();
                seen += rows;
                if rows == 0 {
                    return seen;
                }
            }
        }));
    }
    // Whoever has fetched and does not go on keeps nobody waiting.
    let idle = far_end.client().await;
    idle.batch_execute(&format!("BEGIN; DECLARE c CURSOR FOR SELECT * FROM {schema}.messages")).await.unwrap();
    idle.simple_query("FETCH 1 FROM c").await.unwrap();
    for one in all {
        assert_eq!(one.await.unwrap(), 6);
    }
    let (peak, limit) = (far_end.peak_bytes() >> 20, MIB as u64 * 4 + OTHER);
    assert!(peak <= limit, "it took {peak} MiB, more than {limit}");
    drop(idle);
}

fn message(kind: &[u8], content: &[u8]) -> Vec<u8> {
    let length = u32::try_from(content.len() + 4).unwrap().to_be_bytes();
    [kind, &length[..], content].concat()
}

/// A client that asks, and does not read what it gets.
fn asks_and_does_not_read(far_end: &FarEnd, sql: &str) -> UnixStream {
    let mut stream = UnixStream::connect(far_end.folder.join(".s.PGSQL.5433")).unwrap();
    stream.write_all(&message(b"", b"\0\x03\0\0user\0anybody\0database\0archived\0\0")).unwrap();
    let mut seen = [0; 4096];
    // Ready for a query: idle.
    loop {
        let n = stream.read(&mut seen).unwrap();
        assert!(n > 0);
        if seen[..n].ends_with(b"Z\0\0\0\x05I") {
            break;
        }
    }
    stream.write_all(&message(b"Q", &[sql.as_bytes(), b"\0"].concat())).unwrap();
    // Its first bytes are there: it is being sent.
    stream.read_exact(&mut [0; 5]).unwrap();
    stream
}

#[tokio::test]
async fn a_client_that_does_not_take_a_large_message_keeps_nobody_from_theirs() {
    let cli = Cli::new();
    let store = cli.store();
    let cli = cli.with("EVENTODB_STORE", &store);
    let db = database(&cli).await;
    let schema = schema(&cli, &db).await;
    db.batch_execute(&format!(
        "INSERT INTO {schema}.messages (\"time\", \"position\", stream_name, \"type\", data)
         SELECT '2013-01-03 00:00:00+00', n, 'big-1', 'T', jsonb_build_object('t', repeat('x', {MIB} << 20)) FROM generate_series(0, 1) n"
    ))
    .await
    .unwrap();
    cli.run(&["chunks", "archive", "--older-than", "0d", "--yes"]).succeeds();
    let far_end = FarEnd::start(&cli);
    let sql = format!("SELECT data FROM {schema}.messages");
    let stalled = asks_and_does_not_read(&far_end, &sql);
    let begun = std::time::Instant::now();
    let rows = ask(&far_end.client().await, &sql).await;
    assert_eq!(rows.map(|rows| rows.len()), Ok(2), "{:?}", begun.elapsed());
    drop(stalled);
}
