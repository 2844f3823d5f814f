//! Few bytes are fetched, and few frames.

use super::cli::{Cli, sql};
use super::fetched;

/// `chunks` weeks of 12,000 messages; each of 6,000 streams has two in each week.
fn weeks(chunks: usize) -> Cli {
    let cli = Cli::new();
    let schema =
        sql(&cli.db_url, &format!("SELECT schema_name FROM eventodb_store.namespaces WHERE id = '{}'", cli.namespace));
    for chunk in 0..chunks {
        sql(
            &cli.db_url,
            &format!(
                "INSERT INTO \"{schema}\".messages (time, position, stream_name, type, data)
                 SELECT '2020-01-02T00:00:00Z'::timestamptz + {chunk} * interval '7 days' + i * interval '40 seconds',
                        {chunk} * 2 + i / 6000, 'account-' || (i * 7919 % 6000), 'Deposited',
                        jsonb_build_object('amount', i, 'reference', md5(i::text), 'text', repeat(md5((i * {chunk})::text), 4))
                   FROM generate_series(0, 11999) i"
            ),
        );
    }
    let store = cli.store();
    cli.with("EVENTODB_STORE", &store)
}

#[test]
fn a_stream_and_a_page_fetch_the_frames_that_they_need_and_nothing_the_second_time() {
    let cli = weeks(3);
    let before = cli.run(&["messages", "read", "account-77", "-o", "json"]).succeeds().stdout.clone();
    let page = [
        "messages",
        "read",
        "--category",
        "account",
        "--from-global-position",
        "18000",
        "--limit",
        "1000",
        "-o",
        "json",
    ];
    let page_before = cli.run(&page).succeeds().stdout.clone();
    let archived = cli.json(&["chunks", "archive", "--older-than", "0d"]);
    let stored: u64 = archived.as_array().unwrap().iter().map(|a| a["stored_bytes"].as_u64().unwrap()).sum();
    let shown = cli.json(&["archives", "show", &archived[1]["archive_id"].to_string()]);
    let frames = shown["manifest"]["data"]["frames"].as_array().unwrap().clone();
    let largest = frames.iter().map(|f| f["length"].as_u64().unwrap()).max().unwrap();
    assert!(frames.len() > 10, "{}", frames.len());

    let read = ["messages", "read", "account-77", "-o", "json", "-v"];
    let cold = cli.run(&read);
    assert_eq!(cold.succeeds().stdout, before);
    let (bytes, _) = fetched(&cold);
    // Two frames of each archive at most, its manifest, and a frame of its stream list.
    assert!(bytes < 3 * (2 * largest + 40_000) && bytes * 4 < stored, "{bytes} of {stored}");
    let warm = cli.run(&read);
    assert_eq!((warm.stdout == before, fetched(&warm)), (true, (0, bytes)));

    // From the last week on: no other archive's data is read.
    let cold = cli.run(&["messages", "read", "account-77", "--from-position", "4", "-o", "json", "-v", "--no-cache"]);
    assert!(fetched(&cold).0 < 2 * largest + 3 * 40_000, "{cold:?}");
    // A page in the middle of an archive.
    let cold = cli.run(&[&page[..], &["-v", "--no-cache"]].concat());
    assert_eq!(cold.succeeds().stdout, page_before);
    assert!(fetched(&cold).0 < 3 * largest + 40_000, "{}", cold.stderr);
    // The first few of a stream: the archive that has them, and a look into the next few.
    let first = cli.run(&["messages", "read", "account-77", "--limit", "2", "-o", "json", "-v", "--no-cache"]);
    assert!(fetched(&first).0 < 2 * largest + 3 * 40_000, "{}", first.stderr);
}
