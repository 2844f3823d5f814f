//! `doctor` proves that archived messages are served, and finds where they are not.

use eventodb_admin::doctor::{self, Check, Verdict};

use super::lab::{Lab, shown, skip_where_nobody_waits};
use super::stand_in::{NOWHERE, served, served_from, set};

async fn checks(lab: &Lab) -> Vec<Check> {
    let all = doctor::database(&lab.another_session().await, &lab.scope).await.map_err(shown).unwrap();
    all.into_iter().filter(|c| c.name == "served archives").collect()
}

async fn one(lab: &Lab, verdict: Verdict, found: &str) {
    let checks = checks(lab).await;
    assert!(checks.iter().any(|c| c.verdict == verdict && c.found.contains(found)), "{found}: {checks:?}");
    assert!(checks.iter().all(|c| c.verdict == Verdict::Ok || c.fix.is_some()), "{checks:?}");
}

#[tokio::test]
async fn the_far_end_is_asked_and_compared_with_the_ledger() {
    if skip_where_nobody_waits().await {
        return;
    }
    let (mut lab, far) = served(2, 40).await;
    one(&lab, Verdict::Ok, "nothing is archived yet").await;
    lab.archive_all().await;
    one(&lab, Verdict::Ok, "has the first and the last message of archive").await;
    // It reads another database: asking again does not help.
    far.db
        .batch_execute(
            "ALTER FUNCTION far.archived() RENAME TO archived_here;
             CREATE FUNCTION far.archived() RETURNS SETOF far.everything LANGUAGE plpgsql AS $$
             BEGIN
                 RAISE EXCEPTION 'the asking session is not in the database that this server reads'
                     USING ERRCODE = 'object_not_in_prerequisite_state', HINT = 'a serve of its own';
             END $$",
        )
        .await
        .unwrap();
    far.db
        .batch_execute(&format!(
            "CREATE OR REPLACE VIEW {}.messages AS SELECT a.*, NULL::tid AS ctid FROM far.archived() a",
            lab.scope.schema()
        ))
        .await
        .unwrap();
    one(&lab, Verdict::Fail, "refuses: the asking session is not in the database").await;
    far.db
        .batch_execute(&format!(
            "CREATE OR REPLACE VIEW {}.messages AS SELECT a.*, NULL::tid AS ctid FROM far.archived_here() a",
            lab.scope.schema()
        ))
        .await
        .unwrap();
    // It lost some.
    far.db.batch_execute("DELETE FROM far.everything WHERE global_position = 80").await.unwrap();
    one(&lab, Verdict::Fail, "lacks messages of archive").await;
    set(&mut lab, served_from(NOWHERE)).await;
    one(&lab, Verdict::Fail, "does not answer").await;
    lab.sql("SELECT _timescaledb_functions.drop_osm_chunk('{{schema}}.messages')").await;
    one(&lab, Verdict::Fail, "is no part of the messages").await;
    far.end(&mut lab).await;
    assert!(checks(&lab).await.is_empty());
}

#[tokio::test]
async fn readers_who_leave_archived_messages_out_are_found() {
    if skip_where_nobody_waits().await {
        return;
    }
    let (mut lab, far) = served(1, 20).await;
    let role = lab.scope.schema().to_owned();
    lab.sql(&format!("CREATE ROLE {role}")).await;
    lab.sql(&format!("ALTER ROLE {role} SET timescaledb.enable_tiered_reads = off")).await;
    one(&lab, Verdict::Fail, &format!("role {role} in every database")).await;
    lab.sql(&format!("DROP ROLE {role}")).await;
    assert!(checks(&lab).await.iter().all(|c| c.verdict == Verdict::Ok));
    lab.sql("UPDATE {{schema}}.settings SET archived_reads = 'skip'").await;
    one(&lab, Verdict::Warn, "the functions are set to skip").await;
    far.end(&mut lab).await;
}
