//! What is learnt of messages on their way out is what SQL says of the chunk.

use eventodb_admin::archive::AfterVerify;
use eventodb_admin::db::queries::counts;

use super::lab::{Lab, Server};
use super::program::{ARCHIVE, start_armed};

#[tokio::test]
async fn the_stream_list_is_what_sql_says_of_the_chunk_however_many_streams_there_is_room_for() {
    // For all; for some, the others are written aside; for none, the server makes the list.
    for failpoints in ["", "streams.crowded=error", "streams.crowded=error;streams.lost=error"] {
        a_stream_list_is_what_sql_says_of_the_chunk(failpoints).await;
    }
}

async fn a_stream_list_is_what_sql_says_of_the_chunk(failpoints: &str) {
    use futures::TryStreamExt;
    let mut lab = Lab::new(Server::Main).await;
    lab.fill(1, 6000).await;
    // Names and orders that made-up lines do not have.
    lab.sql(
        "INSERT INTO {{schema}}.messages (time, position, stream_name, type)
         SELECT '2013-01-03T12:00:00Z'::timestamptz + i * interval '1 millisecond' * (i % 3 - 1), 40 - i, s, 'T'
           FROM generate_series(1, 40) i, unnest(ARRAY['a,b-1', 'a\"b\"-1', E'a\\nb-1', 'Ä-1', ' ', '-1']) s",
    )
    .await;
    // More of them than there is room for, each with messages in between those of all others.
    lab.sql(
        "INSERT INTO {{schema}}.messages (time, position, stream_name, type)
         SELECT '2013-01-03T12:00:00Z', i / 150, 'many-' || i % 150, 'T' FROM generate_series(0, 449) i",
    )
    .await;
    // One is missing, one is behind.
    let versions = lab.versions().await;
    lab.sql(
        "DELETE FROM {{schema}}.heads WHERE stream_name = 'many-7';
         UPDATE {{schema}}.heads SET position = 0 WHERE stream_name = 'many-8'",
    )
    .await;
    let closed = lab.closed().await;
    start_armed(&lab, &[&ARCHIVE[..], &["--keep"]].concat(), failpoints).ended().await.succeeds();
    assert_eq!(lab.versions().await, versions, "{failpoints}");
    let archive = lab.archives().await.remove(0);
    let manifest: serde_json::Value =
        serde_json::from_slice(&std::fs::read(lab.object(archive.manifest_key.as_ref())).unwrap()).unwrap();
    let frames = manifest["data"]["frames"].as_array().unwrap();
    assert!(frames.len() > 3, "{} frames", frames.len());
    let bounds: Vec<_> = frames.iter().map(|f| f["first_global_position"].to_string()).collect();
    let oracle = include_str!("../support/heads_export.sql")
        .replace("{{chunk}}", &closed[0].table.to_string())
        .replace("{{bounds}}", &bounds.join(","));
    let rows = lab.db.copy_out(&format!("COPY ({oracle}) TO STDOUT (FORMAT csv, HEADER)")).await.unwrap();
    let expected: Vec<u8> = rows.try_collect::<Vec<_>>().await.unwrap().concat();
    let key = manifest["heads"]["object"].as_str().unwrap().to_owned();
    let list = zstd::decode_all(&std::fs::read(lab.object(Some(&key))).unwrap()[..]).unwrap();
    assert_eq!(String::from_utf8(list).unwrap(), String::from_utf8(expected).unwrap(), "{failpoints}");
}

#[tokio::test]
async fn figures_that_are_counted_on_the_way_out_are_what_sql_counts() {
    let mut lab = Lab::new(Server::Main).await;
    lab.fill(1, 3000).await;
    lab.sql(
        "INSERT INTO {{schema}}.messages (time, position, stream_name, type, data)
         SELECT '2013-01-03T12:59:59.5Z'::timestamptz + i * interval '1 minute' * (i % 3 - 1), (40 - i) * 4 + n, s, t,
                CASE WHEN i % 2 = 0 THEN '{\"k\": \"a\\\\b \\\"(c)\\n ü\"}'::jsonb END
           FROM generate_series(1, 40) i, unnest(ARRAY['a,b-1', 'a\"b\"-1', E'a\\nb-1', 'Ä', ' ', '-1', 'a--b']) s,
                unnest(ARRAY['T', '', 'T,\"', E'\\\\N']) WITH ORDINALITY t (t, n)",
    )
    .await;
    let closed = lab.closed().await;
    lab.archive(&closed, AfterVerify::Keep).await.remove(0).unwrap();
    let figures =
        "SELECT string_agg(d::text, E'\\n' ORDER BY d::text) FROM (SELECT \"hour\", category, \"type\", messages,
                          first_global_position, last_global_position FROM {{schema}}.counts) d";
    let counted = "SELECT string_agg(format('%s %s %s %s', archive_id, range_start, range_end, messages), ',') FROM {{schema}}.counted";
    // The digest of a kept chunk as well.
    let digest = format!("SELECT digest FROM {{{{schema}}}}.chunk_digest('{}')", closed[0].table);
    assert_eq!(
        lab.one("SELECT content_digest FROM eventodb_store.archives WHERE namespace = {{namespace_text}}").await,
        lab.one(&digest).await
    );
    let ours = (lab.one(figures).await, lab.one(counted).await);
    assert!(ours.0.lines().count() > 50, "{}", ours.0);

    lab.sql("DELETE FROM {{schema}}.counted").await;
    let range = (closed[0].range_start, closed[0].range_end);
    let archive = lab.archives().await.remove(0);
    counts::keep(lab.db.client(), &lab.scope, &closed[0].table, counts::CountsOwner::Archive(archive.id), range)
        .await
        .unwrap();
    assert_eq!(ours, (lab.one(figures).await, lab.one(counted).await));
}
