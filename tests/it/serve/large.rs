//! Messages of tens of megabytes: however many statements ask for them, one at a time is in memory.

use super::cli::Cli;
use super::far_end::{FarEnd, database, schema};

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
