//! The life of a chunk, on a real server and a real store: archived, dropped, read, brought back.

mod bytes;
mod gathered;

use crate::support::{lab, program};
use eventodb_admin::Kind;
use eventodb_admin::archive::{self, AfterVerify, ArchiveOptions, Codec, RehydrateOutcome, State};
use eventodb_admin::chunks::{self, Direction};
use eventodb_admin::db::queries::ledger;
use eventodb_admin::messages::Archived;
use eventodb_admin::progress::Silent;
use eventodb_admin::stop::Stop;
use lab::{Lab, Server, shown};

const LATE: &str = "INSERT INTO {{schema}}.messages (time, position, stream_name, type) VALUES ('2013-01-03T12:00:00Z', 0, 'late-1', 'L')";

#[tokio::test]
async fn everything_archived_dropped_and_rehydrated_exports_byte_for_byte() {
    let mut lab = Lab::new(Server::Main).await;
    let lines = lab.fill(4, 500).await;
    let versions = lab.versions().await;
    assert_eq!(lab.export().await.unwrap(), lines);

    let archived = lab.archive_all().await;
    assert_eq!(archived.iter().map(|a| a.rows).sum::<i64>(), 2000);
    assert!(archived.iter().all(|a| a.state == State::Dropped));
    assert!(lab.closed().await.is_empty());
    assert_eq!(lab.versions().await, versions);
    lab.assert_covered().await;
    assert_eq!(lab.export().await.unwrap(), lines);
    assert_eq!(lab.export_with(Archived::Skip).await.unwrap(), "");

    lab.rehydrate_all().await;
    assert_eq!(lab.export().await.unwrap(), lines);
    assert_eq!(lab.versions().await, versions);
    lab.assert_covered().await;
}

#[tokio::test]
async fn a_stream_whose_messages_are_all_archived_goes_on_at_the_next_position() {
    let mut lab = Lab::new(Server::Main).await;
    lab.fill(1, 200).await;
    let version = lab.version("account-0").await;
    lab.archive_all().await;
    assert_eq!(lab.version("account-0").await, version);
    let wrong = lab.write_expecting("account-0", "T", Some(-1)).await.unwrap_err();
    assert_eq!(wrong.kind(), Kind::Conflict);
    assert_eq!(lab.write_expecting("account-0", "T", Some(version)).await.unwrap(), version + 1);
    lab.assert_covered().await;
    lab.rehydrate_all().await;
    assert_eq!(
        lab.one("SELECT count(*) - count(DISTINCT (stream_name, position)) FROM {{schema}}.messages").await,
        "0"
    );
    lab.assert_covered().await;
}

#[tokio::test]
async fn a_rehydrate_never_moves_the_sequence_back() {
    let mut lab = Lab::new(Server::Main).await;
    lab.fill(1, 50).await;
    lab.archive_all().await;
    for _ in 0..3 {
        lab.write("fresh-1", "T").await.unwrap();
    }
    lab.rehydrate_all().await;
    lab.write("fresh-1", "T").await.unwrap();
    assert_eq!(lab.one("SELECT max(global_position) FROM {{schema}}.messages").await, "54");
    assert_eq!(lab.one("SELECT count(*) - count(DISTINCT global_position) FROM {{schema}}.messages").await, "0");
}

#[tokio::test]
async fn late_rows_after_a_drop_become_a_second_part_and_both_come_back() {
    let mut lab = Lab::new(Server::Main).await;
    let lines = lab.fill(1, 100).await;
    lab.archive_all().await;
    let late = lines.lines().last().unwrap().replace("account-", "late-").replace("order-", "late-");
    let late = late.replace("\"gpos\":100", "\"gpos\":101").replace("\"pos\":4", "\"pos\":0");
    let late = late.replace(&uuid::Uuid::from_u128(100).to_string(), &uuid::Uuid::from_u128(999).to_string());
    lab.import(format!("{late}\n").as_bytes()).await.map_err(shown).unwrap();
    lab.assert_covered().await;
    let second = lab.archive_all().await;
    assert_eq!(second[0].rows, 1);
    let archives = lab.archives().await;
    assert_eq!(
        archives.iter().map(|a| (a.generation, a.state)).collect::<Vec<_>>(),
        [(1, State::Dropped), (2, State::Dropped)]
    );
    lab.assert_covered().await;

    lab.rehydrate_all().await;
    assert_eq!(lab.export().await.unwrap(), format!("{lines}{late}\n"));
    // Both parts are in one chunk now: archived again, it is one archive that supersedes the two.
    let third = lab.archive_all().await;
    assert_eq!(third[0].rows, 101);
    let states: Vec<_> = lab.archives().await.iter().map(|a| (a.generation, a.state)).collect();
    assert_eq!(states, [(1, State::Expired), (2, State::Expired), (3, State::Dropped)]);
    // The store alone tells it too.
    let rows = lab.archives().await;
    let manifest = archive::read_manifest(&lab.store, &rows[2]).await.unwrap();
    assert_eq!(manifest.replaces, [rows[0].manifest_key.clone().unwrap(), rows[1].manifest_key.clone().unwrap()]);
    lab.assert_covered().await;
}

#[tokio::test]
async fn an_unchanged_rehydrated_chunk_is_dropped_again_without_an_upload() {
    let mut lab = Lab::new(Server::Main).await;
    lab.fill(1, 100).await;
    let first = lab.archive_all().await;
    lab.rehydrate_all().await;
    let again = lab.archive_all().await;
    assert_eq!((again[0].archive_id, &again[0].object), (first[0].archive_id, &first[0].object));
    assert_eq!(lab.archives().await.len(), 1);
    lab.assert_covered().await;
}

#[tokio::test]
async fn a_changed_rehydrated_chunk_becomes_a_new_generation() {
    let mut lab = Lab::new(Server::Main).await;
    lab.fill(1, 100).await;
    lab.archive_all().await;
    lab.rehydrate_all().await;
    lab.sql("INSERT INTO {{schema}}.messages (time, position, stream_name, type) VALUES ('2013-01-03T12:00:00Z', 0, 'late-1', 'L')").await;
    let again = lab.archive_all().await;
    assert_eq!(again[0].rows, 101);
    let states: Vec<_> = lab.archives().await.iter().map(|a| (a.generation, a.state)).collect();
    assert_eq!(states, [(1, State::Expired), (2, State::Dropped)]);
    lab.assert_covered().await;
}

#[tokio::test]
async fn a_rehydrate_that_is_asked_for_twice_doubles_nothing() {
    let mut lab = Lab::new(Server::Main).await;
    lab.fill(1, 100).await;
    let id = lab.archive_all().await[0].archive_id.unwrap();
    assert_eq!(lab.rehydrate(id).await.unwrap().outcome, RehydrateOutcome::Restored);
    assert_eq!(lab.rehydrate(id).await.unwrap().outcome, RehydrateOutcome::WasThere);
    assert_eq!(lab.one("SELECT count(*) FROM {{schema}}.messages").await, "100");
}

#[tokio::test]
async fn a_chunk_restored_by_hand_is_not_restored_twice() {
    let mut lab = Lab::new(Server::Main).await;
    lab.fill(1, 100).await;
    lab.sql("CREATE TABLE {{schema}}.copy AS SELECT * FROM {{schema}}.messages").await;
    let id = lab.archive_all().await[0].archive_id.unwrap();
    lab.sql("SET eventodb.heads_kept = 'on'; INSERT INTO {{schema}}.messages SELECT * FROM {{schema}}.copy; RESET eventodb.heads_kept").await;
    assert_eq!(lab.rehydrate(id).await.unwrap_err().kind(), Kind::Conflict);
    assert_eq!(lab.one("SELECT count(*) FROM {{schema}}.messages").await, "100");
    assert!(lab.coverage().await.findings.iter().any(|f| f.kind == "overlap"));
}

#[tokio::test]
async fn heads_that_were_not_raised_are_saved_before_their_chunk_goes() {
    let mut lab = Lab::new(Server::Main).await;
    lab.fill(1, 200).await;
    let versions = lab.versions().await;
    // One is missing, one is behind.
    lab.sql(
        "DELETE FROM {{schema}}.heads WHERE stream_name = 'account-0';
         UPDATE {{schema}}.heads SET position = 0 WHERE stream_name = 'account-1'",
    )
    .await;
    assert_ne!(lab.versions().await, versions);
    lab.archive_all().await;
    assert_eq!(lab.versions().await, versions);
    lab.assert_covered().await;
}

#[tokio::test]
async fn a_kept_chunk_is_dropped_later_only_if_nothing_has_changed() {
    let mut lab = Lab::new(Server::Main).await;
    lab.fill(2, 100).await;
    let closed = lab.closed().await;
    let kept = lab.archive(&closed, AfterVerify::Keep).await;
    assert!(kept.iter().all(|r| r.as_ref().unwrap().state == State::Verified));
    assert_eq!(lab.one("SELECT count(*) FROM {{schema}}.messages").await, "200");
    lab.sql("INSERT INTO {{schema}}.messages (time, position, stream_name, type) VALUES ('2013-01-03T12:00:00Z', 0, 'late-1', 'L')").await;

    let mut lock = lab.lock().await;
    let store = archive::claimed(&mut lock, &lab.scope, &lab.store).await.map_err(shown).unwrap();
    let to = archive::Destination::alone(store);
    let changed = archive::drop_verified(&mut lock, &lab.scope, &to, &closed[0], &Silent, &Stop::default()).await;
    assert_eq!(changed.unwrap_err().kind(), Kind::Verification);
    let same = archive::drop_verified(&mut lock, &lab.scope, &to, &closed[1], &Silent, &Stop::default()).await;
    assert_eq!(same.map_err(shown).unwrap().state, State::Dropped);
    lock.release().await.unwrap();
    assert_eq!(lab.one("SELECT count(*) FROM {{schema}}.messages").await, "101");
    lab.assert_covered().await;
    // Nothing has stayed frozen: writers are let in.
    lab.sql("INSERT INTO {{schema}}.messages (time, position, stream_name, type) VALUES ('2013-01-03T12:00:01Z', 1, 'late-1', 'L')").await;
}

#[tokio::test]
async fn the_sql_function_drops_only_chunks_that_are_verified_and_unchanged() {
    let mut lab = Lab::new(Server::Main).await;
    lab.fill(3, 100).await;
    let closed = lab.closed().await;
    for result in lab.archive(&closed[..2], AfterVerify::Keep).await {
        result.unwrap();
    }
    lab.sql("INSERT INTO {{schema}}.messages (time, position, stream_name, type) VALUES ('2013-01-03T12:00:00Z', 0, 'late-1', 'L')").await;
    let dropped = lab.one("SELECT string_agg(d, ',') FROM {{schema}}.drop_chunks_older_than('1 year') d").await;
    assert_eq!(dropped, format!("_timescaledb_internal.{}", closed[1].name()));
    assert_eq!(lab.one("SELECT count(*) FROM {{schema}}.messages").await, "201");
    lab.assert_covered().await;
    lab.rehydrate_all().await;
    assert_eq!(lab.one("SELECT count(*) FROM {{schema}}.messages").await, "301");
}

#[tokio::test]
async fn a_chunk_that_is_thrown_away_on_demand_is_no_hole_and_keeps_its_versions() {
    let mut lab = Lab::new(Server::Main).await;
    lab.fill(2, 100).await;
    let versions = lab.versions().await;
    let chunk = lab.closed().await.remove(0);
    let confirmed = archive::discard::count(&mut lab.db, &lab.scope, &chunk).await.map_err(shown).unwrap();
    let lost = archive::discard::discard(&mut lab.db, &lab.scope, &chunk, &confirmed).await.map_err(shown).unwrap();
    assert_eq!(lost.messages, 100);
    assert_eq!(lab.versions().await, versions);
    assert_eq!(lab.archives().await[0].state, State::Discarded);
    lab.assert_covered().await;
}

#[tokio::test]
async fn streams_that_came_past_the_heads_keep_their_versions_when_their_chunk_is_thrown_away() {
    let mut lab = Lab::new(Server::Main).await;
    lab.fill(1, 10).await;
    lab.sql(
        "SET eventodb.heads_kept = 'on';
         INSERT INTO {{schema}}.messages (time, position, stream_name, type)
         SELECT '2013-01-04T12:00:00Z'::timestamptz + i * interval '1 s', i, 'past-1', 'L' FROM generate_series(0, 2) i;
         RESET eventodb.heads_kept",
    )
    .await;
    let chunk = lab.closed().await.remove(0);
    let confirmed = archive::discard::count(&mut lab.db, &lab.scope, &chunk).await.map_err(shown).unwrap();
    archive::discard::discard(&mut lab.db, &lab.scope, &chunk, &confirmed).await.map_err(shown).unwrap();
    let write = "SELECT {{schema}}.write_message(gen_random_uuid()::varchar, 'past-1', 'T', NULL)";
    assert_eq!(lab.one(write).await, "3");
    lab.assert_covered().await;
}

#[tokio::test]
async fn an_empty_chunk_is_dropped_and_needs_no_archive() {
    let mut lab = Lab::new(Server::Main).await;
    lab.fill(1, 10).await;
    lab.sql("DELETE FROM {{schema}}.messages; UPDATE {{schema}}.heads SET messages = 0").await;
    let archived = lab.archive_all().await;
    assert_eq!((archived[0].archive_id, archived[0].rows), (None, 0));
    assert!(lab.closed().await.is_empty());
    let folder = lab.dir.path().join(lab.scope.namespace());
    let there: Vec<_> = std::fs::read_dir(folder).unwrap().map(|e| e.unwrap().file_name()).collect();
    assert_eq!(there, ["owner.json"], "an object was stored for nothing");
}

#[tokio::test]
async fn a_column_that_an_archive_would_lose_stops_the_run_before_anything_happens() {
    let mut lab = Lab::new(Server::Main).await;
    lab.fill(1, 10).await;
    lab.sql("ALTER TABLE {{schema}}.messages ADD COLUMN tenant text").await;
    let closed = lab.closed().await;
    let mut lock = lab.lock().await;
    let options = ArchiveOptions { after: AfterVerify::Drop, codec: Codec::None, jobs: 1 };
    let result = lab
        .run(&mut lock, &closed, &options, &Stop::default(), &mut |_| {
            panic!("a chunk was touched");
        })
        .await;
    let error = result.unwrap_err();
    assert!(error.kind() == Kind::Unsupported && error.to_string().contains("tenant text"), "{error}");
}

#[tokio::test]
async fn a_chunk_of_another_schemas_view_fails_alone() {
    let mut lab = Lab::new(Server::Main).await;
    lab.fill(2, 50).await;
    let closed = lab.closed().await;
    lab.sql(&format!("CREATE VIEW {{{{schema}}}}.hangs_on AS SELECT * FROM {}", closed[0].table)).await;
    let results = lab.archive(&closed, AfterVerify::Drop).await;
    assert!(results[0].is_err() && results[1].is_ok());
    assert_eq!(lab.one("SELECT count(*) FROM {{schema}}.messages").await, "50");
    lab.assert_covered().await;
}

#[tokio::test]
async fn compressed_and_plain_chunks_export_the_same_bytes() {
    let mut lab = Lab::new(Server::Community).await;
    lab.fill(2, 300).await;
    let closed = lab.closed().await;
    let plain = lab.archive(&closed, AfterVerify::Keep).await;
    for chunk in &closed {
        let resized = chunks::resize(&lab.db, &lab.scope, chunk, Direction::Compress).await.map_err(shown).unwrap();
        assert!(resized.after_bytes < resized.before_bytes, "{resized:?}");
    }
    let listed = chunks::list(&lab.db, &lab.scope, &chunks::ListFilter::default()).await.unwrap();
    assert!(listed.iter().all(|c| c.is_compressed && c.message_count == Some(300)), "{listed:?}");
    // The archives made before serve again: what comes out of a compressed chunk hashes the same.
    let closed = lab.closed().await;
    let compressed = lab.archive(&closed, AfterVerify::Drop).await;
    for (plain, compressed) in plain.into_iter().zip(compressed) {
        assert_eq!(plain.unwrap().archive_id, compressed.map_err(shown).unwrap().archive_id);
    }
    lab.assert_covered().await;
}

#[tokio::test]
async fn late_rows_in_a_compressed_chunk_are_archived_with_it() {
    let mut lab = Lab::new(Server::Community).await;
    lab.fill(1, 300).await;
    let chunk = lab.closed().await.remove(0);
    chunks::resize(&lab.db, &lab.scope, &chunk, Direction::Compress).await.map_err(shown).unwrap();
    lab.sql("INSERT INTO {{schema}}.messages (time, position, stream_name, type) VALUES ('2013-01-03T12:00:00Z', 0, 'late-1', 'L')").await;
    assert_eq!(lab.archive_all().await[0].rows, 301);
    lab.assert_covered().await;
    lab.rehydrate_all().await;
    assert_eq!(lab.one("SELECT count(*) FROM {{schema}}.messages").await, "301");
}

#[tokio::test]
async fn an_archive_comes_back_beside_late_rows_that_were_compressed() {
    let mut lab = Lab::new(Server::Community).await;
    lab.fill(1, 100).await;
    lab.archive_all().await;
    lab.sql("INSERT INTO {{schema}}.messages (time, position, stream_name, type) VALUES ('2013-01-03T12:00:00Z', 0, 'late-1', 'L')").await;
    let late = lab.closed().await.remove(0);
    chunks::resize(&lab.db, &lab.scope, &late, Direction::Compress).await.map_err(shown).unwrap();
    lab.rehydrate_all().await;
    assert_eq!(lab.one("SELECT count(*) FROM {{schema}}.messages").await, "101");
    lab.assert_covered().await;
}

#[tokio::test]
async fn the_apache_edition_says_that_it_cannot_compress() {
    let mut lab = Lab::new(Server::Main).await;
    if lab.db.server.supports_compression() {
        eprintln!("SKIPPED: needs an Apache-2 server as the main one (EVENTODB_TEST_IGNORE_COMMUNITY=1)");
        return;
    }
    lab.fill(1, 10).await;
    let chunk = lab.closed().await.remove(0);
    let error = chunks::resize(&lab.db, &lab.scope, &chunk, Direction::Compress).await.unwrap_err();
    assert!(error.kind() == Kind::Unsupported && error.to_string().contains("Apache-2"), "{error}");
}

#[tokio::test]
async fn a_chunk_that_lacks_some_of_what_its_archive_holds_is_left_alone() {
    let mut lab = Lab::new(Server::Main).await;
    lab.fill(1, 100).await;
    let closed = lab.closed().await;
    lab.archive(&closed, AfterVerify::Keep).await;
    lab.sql("DELETE FROM {{schema}}.messages WHERE global_position > 60").await;
    let error = lab.archive(&closed, AfterVerify::Drop).await.remove(0).unwrap_err();
    assert_eq!(error.kind(), Kind::Verification, "{}", shown(error));
    assert_eq!(lab.archives().await[0].state, State::Verified);
    assert_eq!(lab.one("SELECT count(*) FROM {{schema}}.messages").await, "60");
    lab.sql(LATE).await;
}

#[tokio::test]
async fn a_newer_archive_of_a_kept_chunk_takes_the_place_of_the_older_one() {
    let mut lab = Lab::new(Server::Main).await;
    lab.fill(1, 100).await;
    let closed = lab.closed().await;
    lab.archive(&closed, AfterVerify::Keep).await;
    lab.sql(LATE).await;
    lab.archive(&closed, AfterVerify::Keep).await;
    let again = lab.archive(&closed, AfterVerify::Keep).await.remove(0).map_err(shown).unwrap();
    let rows = lab.archives().await;
    assert_eq!(rows.iter().map(|a| a.state).collect::<Vec<_>>(), [State::Expired, State::Verified]);
    assert_eq!(again.archive_id, Some(rows[1].id));
    let dropped = lab.one("SELECT count(*) FROM {{schema}}.drop_chunks_older_than('1 year')").await;
    assert_eq!(dropped, "1");
    lab.assert_covered().await;
    assert!(lab.rehydrate(rows[0].id).await.is_err());
    lab.rehydrate_all().await;
    assert_eq!(lab.one("SELECT count(*) FROM {{schema}}.messages").await, "101");
    lab.assert_covered().await;
}

#[tokio::test]
async fn a_changed_chunk_interval_doubles_nothing() {
    let mut lab = Lab::new(Server::Main).await;
    let lines = lab.fill(1, 1000).await;
    lab.sql("UPDATE {{schema}}.heads SET messages = messages").await;
    let first = lab.archive_all().await[0].archive_id.unwrap();
    lab.sql("SELECT {{extension}}.set_chunk_time_interval('{{schema_text}}.messages'::regclass, interval '5 minutes')")
        .await;
    // A chunk of the new interval, with nothing in it: no chunk is made of the whole range, rows go where the interval wants
    // them.
    lab.sql(
        "SET eventodb.heads_kept = 'on';
         INSERT INTO {{schema}}.messages (time, position, stream_name, type) VALUES ('2013-01-03T00:00:00Z', 0, 'x', 'x');
         DELETE FROM {{schema}}.messages WHERE stream_name = 'x'; RESET eventodb.heads_kept",
    )
    .await;
    lab.rehydrate(first).await.map_err(shown).unwrap();
    assert!(lab.closed().await.len() > 2, "the interval has not changed");
    lab.assert_covered().await;
    lab.archive_all().await;
    lab.assert_covered().await;
    assert_eq!(lab.rehydrate(first).await.unwrap_err().kind(), Kind::Conflict);
    lab.rehydrate_all().await;
    assert_eq!(lab.export().await.unwrap(), lines);
    lab.assert_covered().await;
}

#[tokio::test]
async fn an_archive_is_superseded_though_a_late_message_lies_between_its_global_positions() {
    for back in [false, true] {
        let lines = lab::made_up(1, 100);
        // One global position among them is free.
        let kept: String = lines.lines().filter(|l| !l.contains("\"gpos\":50,")).map(|l| format!("{l}\n")).collect();
        let late = lines.lines().find(|l| l.contains("\"gpos\":50,")).unwrap().to_owned() + "\n";
        let mut lab = Lab::new(Server::Main).await;
        lab.import(kept.as_bytes()).await.unwrap();
        let closed = lab.closed().await;
        if back {
            lab.archive_all().await;
            lab.rehydrate_all().await;
        } else {
            lab.archive(&closed, AfterVerify::Keep).await;
        }
        lab.import(late.as_bytes()).await.map_err(shown).unwrap();
        lab.archive_all().await;
        let states: Vec<_> = lab.archives().await.iter().map(|a| a.state).collect();
        assert_eq!(states, [State::Expired, State::Dropped], "rehydrated: {back}");
        lab.assert_covered().await;
        lab.rehydrate_all().await;
        assert!(lab.export().await.unwrap() == lines);
    }
}

#[tokio::test]
async fn a_step_of_the_ledger_is_taken_from_the_state_that_was_seen_or_not_at_all() {
    let mut lab = Lab::new(Server::Main).await;
    lab.fill(1, 10).await;
    let id = lab.archive_all().await[0].archive_id.unwrap();
    lab.rehydrate_all().await;
    // The database would let this archive go from rehydrated to dropped; who believes it verified has seen another state.
    let late = ledger::advance(lab.db.client(), id, State::Verified, State::Dropped).await.unwrap_err();
    assert_eq!(late.kind(), Kind::Conflict);
    let late = ledger::retire(lab.db.client(), id, State::Dropped, State::Expired, "late", None).await.unwrap_err();
    assert_eq!(late.kind(), Kind::Conflict);
    assert_eq!(lab.archives().await[0].state, State::Rehydrated);
}
