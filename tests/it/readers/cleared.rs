//! A namespace that was cleared begins anew for its readers as well.

use eventodb_admin::chunks::{self, Direction};
use eventodb_admin::events::Events;
use eventodb_admin::stats::{self, Settled};
use eventodb_admin::stop::Stop;

use super::lab::{Lab, Server, shown};

/// More weeks than are all looked into, some of them compressed, and all of them settled.
async fn settled() -> Lab {
    let mut lab = Lab::new(Server::Main).await;
    lab.fill(60, 2).await;
    if lab.db.server.supports_compression() {
        for chunk in &lab.closed().await[..10] {
            chunks::resize(&lab.db, &lab.scope, chunk, Direction::Compress).await.map_err(shown).unwrap();
        }
    }
    let mut lock = lab.lock().await;
    assert_eq!(
        stats::count_and_settle(&mut lock, &lab.scope, &Stop::default()).await.map_err(shown).unwrap(),
        Settled::Yes
    );
    lock.release().await.unwrap();
    lab
}

async fn clear(lab: &Lab, how: &str) {
    match how {
        "as EventoDB's server" => {
            lab.sql(
                "TRUNCATE {{schema}}.messages; ALTER SEQUENCE {{schema}}.messages_global_position_seq RESTART WITH 1",
            )
            .await;
        }
        "as Message DB's script" => lab.sql("TRUNCATE {{schema}}.messages RESTART IDENTITY").await,
        _ => {
            let events = Events::open(lab.db.client(), lab.scope.namespace()).await.map_err(shown).unwrap();
            events.clear(lab.db.client()).await.map_err(shown).unwrap();
        }
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn what_is_written_after_a_clear_is_read_from_its_first_message_on() {
    for how in ["as EventoDB's server", "as Message DB's script", "by the driver"] {
        let lab = settled().await;
        clear(&lab, how).await;
        for _ in 0..5 {
            lab.write("account-1", "Anew").await.map_err(shown).unwrap();
        }
        // In a second chunk, as an import has it.
        lab.sql(
            "INSERT INTO {{schema}}.messages (time, position, global_position, stream_name, type)
             VALUES ('2013-01-10', 0, 1000, 'account-2', 'Imported')",
        )
        .await;
        for category in ["account", ""] {
            let read = format!(
                "SELECT string_agg(global_position::text, ',') FROM {{{{schema}}}}.get_category_messages('{category}')"
            );
            assert_eq!(lab.one(&read).await, "1,2,3,4,5,1000", "{how}: {category:?}");
        }
        assert_eq!(
            lab.one("SELECT string_agg(position::text, ',') FROM {{schema}}.get_stream_messages('account-1')").await,
            "0,1,2,3,4",
            "{how}"
        );
        // And nothing is known of the former life.
        let left = "SELECT (SELECT count(*) FROM {{schema}}.spans) + (SELECT count(*) FROM {{schema}}.counted)
                           + (SELECT count(*) FROM {{schema}}.settings WHERE settled_until IS NOT NULL OR is_compressed)";
        assert_eq!(lab.one(left).await, "0", "{how}");
        assert_eq!(lab.write("account-1", "Next").await.map_err(shown).unwrap(), 5, "{how}");
        assert_eq!(lab.one("SELECT max(global_position) FROM {{schema}}.messages").await, "1001", "{how}");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_clear_that_is_undone_leaves_reads_and_positions_as_they_were() {
    let lab = settled().await;
    lab.sql("BEGIN; TRUNCATE {{schema}}.messages RESTART IDENTITY; ROLLBACK").await;
    let read = "SELECT count(*) || '/' || max(global_position) FROM {{schema}}.get_category_messages('', 1, -1)";
    assert_eq!(lab.one(read).await, "120/120");
    lab.write("account-1", "Next").await.map_err(shown).unwrap();
    assert_eq!(lab.one(read).await, "121/121");
}

#[tokio::test(flavor = "multi_thread")]
async fn what_is_written_with_a_clock_that_was_set_back_is_read() {
    let lab = settled().await;
    // As if the clock had gone back by a day: what is settled lies ahead of it.
    lab.sql("UPDATE {{schema}}.settings SET settled_until = now() + interval '1 day'").await;
    lab.write("account-1", "Late").await.map_err(shown).unwrap();
    let batch =
        "SELECT first_position FROM {{schema}}.append_messages('account-1', ARRAY[gen_random_uuid()], ARRAY['Late'],
                                                               ARRAY[NULL]::jsonb[], ARRAY[NULL]::jsonb[])";
    lab.sql(batch).await;
    for category in ["account", ""] {
        let read = format!(
            "SELECT count(*) FROM {{{{schema}}}}.get_category_messages('{category}', 119, 1000) WHERE type = 'Late'"
        );
        assert_eq!(lab.one(&read).await, "2", "{category:?}");
    }
}
