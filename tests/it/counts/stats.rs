//! Figures that stay right.

use std::collections::BTreeMap;

use eventodb_admin::archive::{self, State};
use eventodb_admin::chunks::{self, Direction};
use eventodb_admin::namespace;
use eventodb_admin::stats::{self, Bucket, Dimension, StatsQuery, Uncounted};
use eventodb_admin::stop::Stop;
use eventodb_admin::{Error, Kind};

use super::lab::{Lab, Server, shown};

pub type Figures = BTreeMap<(String, String, String), i64>;

pub fn everything() -> StatsQuery {
    StatsQuery {
        category: None,
        message_type: None,
        since: None,
        until: None,
        bucket: Bucket::Hour,
        per: vec![Dimension::Category, Dimension::Type],
        uncounted: Uncounted::Refuse,
    }
}

pub async fn try_figures(lab: &mut Lab, query: &StatsQuery) -> Result<Figures, Error> {
    let mut figures = Figures::new();
    stats::read(&mut lab.db, &lab.scope, query, |c| {
        let key = (c.bucket.to_rfc3339(), c.category.unwrap_or_default(), c.message_type.unwrap_or_default());
        assert!(figures.insert(key, c.messages).is_none(), "a figure is told twice");
        Ok(())
    })
    .await?;
    Ok(figures)
}

pub async fn figures(lab: &mut Lab) -> Figures {
    try_figures(lab, &everything()).await.map_err(shown).unwrap()
}

/// What the lines of an export say.
fn of_lines(lines: &str) -> Figures {
    let mut figures = Figures::new();
    for line in lines.lines() {
        let m: serde_json::Value = serde_json::from_str(line).unwrap();
        let text = |name: &str| m[name].as_str().unwrap().to_owned();
        let hour = format!("{}:00:00+00:00", &text("time")[..13]);
        let category = text("stream").split('-').next().unwrap().to_owned();
        *figures.entry((hour, category, text("type"))).or_default() += 1;
    }
    figures
}

/// The figures, the heads and coverage agree.
pub async fn assert_agreed(lab: &mut Lab, expected: &Figures) {
    assert_eq!(&figures(lab).await, expected);
    let heads = lab.one("SELECT coalesce(sum(messages), 0) FROM {{schema}}.heads").await;
    assert_eq!(expected.values().sum::<i64>().to_string(), heads);
    lab.assert_covered().await;
}

/// Counts what can be: how many things that were.
pub async fn refresh(lab: &Lab) -> usize {
    let mut lock = lab.lock().await;
    stats::forget_chunks(&mut lock, &lab.scope, stats::Forget::Stale).await.unwrap();
    let pending = stats::pending(lock.db(), &lab.scope).await.unwrap();
    for chunk in &pending.chunks {
        stats::count_chunk(&mut lock, &lab.scope, chunk).await.map_err(shown).unwrap();
    }
    for archive in &pending.archives {
        stats::count_archive(&mut lock, &lab.scope, &lab.store, archive, &Stop::default())
            .await
            .map_err(shown)
            .unwrap();
    }
    lock.release().await.unwrap();
    pending.chunks.len() + pending.archives.len()
}

async fn counted_chunks(lab: &Lab) -> String {
    lab.one("SELECT count(*) FROM {{schema}}.counted WHERE chunk_name IS NOT NULL").await
}

fn line(n: u128, stream: &str, kind: &str, pos: i64, gpos: i64, time: &str) -> String {
    format!(
        "{{\"id\":\"{}\",\"stream\":\"{stream}\",\"type\":\"{kind}\",\"pos\":{pos},\"gpos\":{gpos},\"data\":null,\
         \"meta\":null,\"time\":\"{time}\"}}\n",
        uuid::Uuid::from_u128(n)
    )
}

#[tokio::test]
async fn figures_are_the_same_through_the_whole_life_of_chunks() {
    let mut lab = Lab::new(Server::Community).await;
    let lines = lab.fill(3, 400).await;
    let all = of_lines(&lines);
    assert_agreed(&mut lab, &all).await;
    assert_eq!(refresh(&lab).await, 3);
    assert_eq!(refresh(&lab).await, 0);
    assert_agreed(&mut lab, &all).await;
    for chunk in lab.closed().await {
        chunks::resize(&lab.db, &lab.scope, &chunk, Direction::Compress).await.map_err(shown).unwrap();
    }
    assert_eq!(refresh(&lab).await, 0, "compressing changes no figure");
    assert_agreed(&mut lab, &all).await;

    lab.archive_all().await;
    assert_agreed(&mut lab, &all).await;
    lab.rehydrate_all().await;
    assert_agreed(&mut lab, &all).await;
    assert_eq!(refresh(&lab).await, 3);
    assert_agreed(&mut lab, &all).await;
    // Dropped again, without an upload.
    lab.archive_all().await;
    assert_eq!(lab.archives().await.len(), 3);
    assert_agreed(&mut lab, &all).await;
}

#[tokio::test]
async fn the_same_holds_on_the_apache_edition_and_for_late_parts() {
    let mut lab = Lab::new(Server::Main).await;
    let mut lines = lab.fill(2, 200).await;
    lab.archive_all().await;
    let late = line(9001, "late-1", "Late", 0, 9001, "2013-01-03T17:00:00Z");
    lab.import(late.as_bytes()).await.map_err(shown).unwrap();
    lines.push_str(&late);
    let mut all = of_lines(&lines);
    assert_agreed(&mut lab, &all).await;
    assert_eq!(refresh(&lab).await, 1);
    // Back into a chunk that is counted: its late row alone.
    let first = lab.archives().await[0].id;
    lab.rehydrate(first).await.map_err(shown).unwrap();
    assert_agreed(&mut lab, &all).await;
    lab.archive_all().await;
    assert_agreed(&mut lab, &all).await;
    // Written now.
    lab.write("fresh-1", "T").await.unwrap();
    let now = lab
        .one("SELECT to_char(max(time) AT TIME ZONE 'UTC', 'YYYY-MM-DD\"T\"HH24:00:00+00:00') FROM {{schema}}.messages")
        .await;
    *all.entry((now, "fresh".into(), "T".into())).or_default() += 1;
    assert_agreed(&mut lab, &all).await;
}

#[tokio::test]
async fn whatever_is_written_to_a_counted_chunk_is_counted_again() {
    let mut lab = Lab::new(Server::Community).await;
    let mut lines = lab.fill(2, 100).await;
    let at = "2013-01-05T10:30:00Z";
    let changes: [(&str, &str); 4] = [
        (
            "plain INSERT",
            "INSERT INTO {{schema}}.messages (time, position, stream_name, type) VALUES ('2013-01-05T10:30:00Z', 0, 'late-1', 'L')",
        ),
        (
            "an INSERT under an older snapshot",
            "BEGIN ISOLATION LEVEL REPEATABLE READ; SELECT 1; INSERT INTO {{schema}}.messages (time, position, stream_name, type) VALUES ('2013-01-05T10:30:00Z', 1, 'late-1', 'L'); COMMIT",
        ),
        ("UPDATE", "UPDATE {{schema}}.messages SET type = 'M' WHERE stream_name = 'late-1' AND position = 0"),
        (
            "DELETE",
            "DELETE FROM {{schema}}.messages WHERE stream_name = 'late-1' AND position = 1; UPDATE {{schema}}.heads SET messages = 1, position = 0 WHERE stream_name = 'late-1'",
        ),
    ];
    let expected = [vec!["L"], vec!["L", "L"], vec!["L", "M"], vec!["M"]];
    for ((what, sql), types) in changes.into_iter().zip(expected) {
        refresh(&lab).await;
        assert_eq!(counted_chunks(&lab).await, "2", "{what}");
        let before = figures(&mut lab).await;
        lab.sql(sql).await;
        let mut with = lines.clone();
        for (n, kind) in types.iter().enumerate() {
            with.push_str(&line(5000 + n as u128, "late-1", kind, n as i64, 900, at));
        }
        let after = figures(&mut lab).await;
        assert_ne!(before, after, "{what}");
        assert_eq!(after, of_lines(&with), "{what}");
        refresh(&lab).await;
        assert_eq!(figures(&mut lab).await, of_lines(&with), "{what}");
    }
    lines.push_str(&line(5000, "late-1", "M", 0, 900, at));
    // By COPY, as an import has it.
    let imported = line(7000, "late-2", "C", 0, 9000, at);
    lab.import(imported.as_bytes()).await.map_err(shown).unwrap();
    lines.push_str(&imported);
    assert_agreed(&mut lab, &of_lines(&lines)).await;
    // Whose row is in no counted chunk leaves no trace.
    refresh(&lab).await;
    lab.write("fresh-1", "T").await.unwrap();
    assert_eq!(lab.one("SELECT count(*) FROM {{schema}}.recount").await, "0");
}

#[tokio::test]
async fn a_transaction_that_stayed_open_past_the_end_of_its_chunk_is_counted_when_it_writes() {
    let mut lab = Lab::new(Server::Main).await;
    lab.write("early-1", "T").await.unwrap();
    // As if the chunk of now were over and counted, and ten minutes nothing.
    lab.sql(
        "DO $$ BEGIN EXECUTE replace(pg_get_functiondef('{{schema_text}}.append_message'::regproc), '10 minutes', '0 seconds'); END $$;
         INSERT INTO {{schema}}.counted (chunk_name, range_start, range_end, messages)
         SELECT chunk_name, range_start, range_end, 1 FROM timescaledb_information.chunks
          WHERE hypertable_schema = {{schema_name_text}};
         INSERT INTO {{schema}}.counts SELECT c.id, date_trunc('hour', m.time), 'early', 'T', 1, 1, 1
           FROM {{schema}}.counted c, {{schema}}.messages m",
    )
    .await;
    assert_eq!(figures(&mut lab).await.len(), 1);
    lab.write("late-1", "T").await.unwrap();
    let categories: Vec<_> = figures(&mut lab).await.into_keys().map(|k| k.1).collect();
    assert_eq!(categories, ["early", "late"]);
    assert_eq!(lab.one("SELECT count(*) FROM {{schema}}.recount").await, "1");
}

#[tokio::test]
async fn what_is_lost_on_demand_or_cleared_is_not_counted() {
    let mut lab = Lab::new(Server::Main).await;
    let lines = lab.fill(3, 100).await;
    refresh(&lab).await;
    let closed = lab.closed().await;
    let counted = archive::discard::count(&mut lab.db, &lab.scope, &closed[0]).await.map_err(shown).unwrap();
    archive::discard::discard(&mut lab.db, &lab.scope, &closed[0], &counted).await.map_err(shown).unwrap();
    let kept: String = lines.lines().skip(100).map(|l| format!("{l}\n")).collect();
    assert_agreed(&mut lab, &of_lines(&kept)).await;
    lab.archive_all().await;
    let oldest = lab.archives().await.into_iter().find(|a| a.state == State::Dropped).unwrap();
    let mut lock = lab.lock().await;
    let store = archive::claimed(&mut lock, &lab.scope, &lab.store).await.map_err(shown).unwrap();
    archive::expire(&mut lock, &lab.scope, &store, &oldest, &Stop::default()).await.map_err(shown).unwrap();
    lock.release().await.unwrap();
    let kept: String = lines.lines().skip(200).map(|l| format!("{l}\n")).collect();
    assert_agreed(&mut lab, &of_lines(&kept)).await;
    lab.sql("TRUNCATE {{schema}}.messages").await;
    assert_agreed(&mut lab, &Figures::new()).await;
    refresh(&lab).await;
    assert_eq!(lab.one("SELECT count(*) FROM {{schema}}.counted").await, "0", "what holds no longer is cleared away");
}

#[tokio::test]
async fn an_archive_that_was_never_counted_is_told_and_then_counted_from_its_data() {
    let mut lab = Lab::new(Server::Main).await;
    let lines = lab.fill(2, 100).await;
    lab.archive_all().await;
    lab.sql("DELETE FROM {{schema}}.counted WHERE archive_id = (SELECT min(archive_id) FROM {{schema}}.counted)").await;
    let e = try_figures(&mut lab, &everything()).await.unwrap_err();
    assert_eq!(e.kind(), Kind::Archived);
    assert!(e.hint_text().unwrap().contains("stats refresh"), "{e}");
    let live = StatsQuery { uncounted: Uncounted::LeaveOut, ..everything() };
    assert_eq!(try_figures(&mut lab, &live).await.unwrap().values().sum::<i64>(), 100);
    // Not asked for: no matter.
    let later = StatsQuery { since: "2013-01-10T00:00:00Z".parse().ok(), ..everything() };
    assert_eq!(try_figures(&mut lab, &later).await.unwrap().values().sum::<i64>(), 100);
    assert_eq!(refresh(&lab).await, 1);
    assert_agreed(&mut lab, &of_lines(&lines)).await;
}

#[tokio::test]
async fn coverage_notices_figures_that_are_wrong_and_counting_again_mends_them() {
    let mut lab = Lab::new(Server::Main).await;
    let lines = lab.fill(2, 100).await;
    let closed = lab.closed().await;
    lab.archive(&closed[..1], archive::AfterVerify::Drop).await;
    refresh(&lab).await;
    lab.sql("UPDATE {{schema}}.counts SET messages = messages + 1").await;
    let findings = lab.coverage().await.findings;
    assert_eq!(findings.iter().map(|f| f.kind).collect::<Vec<_>>(), ["counts", "counts"], "{findings:?}");
    let mut lock = lab.lock().await;
    stats::forget_chunks(&mut lock, &lab.scope, stats::Forget::All).await.unwrap();
    lock.release().await.unwrap();
    assert_eq!(refresh(&lab).await, 2);
    assert_agreed(&mut lab, &of_lines(&lines)).await;
}

#[tokio::test]
async fn a_namespace_of_an_earlier_version_is_counted_once_it_is_upgraded() {
    let mut lab = Lab::new(Server::Main).await;
    let lines = lab.fill(3, 100).await;
    let closed = lab.closed().await;
    lab.archive(&closed[..1], archive::AfterVerify::Drop).await;
    lab.sql(
        "DROP TRIGGER count_all_again_deleted ON {{schema}}.messages; DROP TRIGGER count_all_again_updated ON {{schema}}.messages;
         DROP FUNCTION {{schema}}.count_all_again; DROP FUNCTION {{schema}}.count_again;
         DROP FUNCTION {{schema}}.archived_reads, {{schema}}.archive_of_category, {{schema}}.archive_of_stream,
             {{schema}}.refuse_archived, {{schema}}.refuse_archived_meanwhile, {{schema}}.is_partly_archived,
             {{schema}}.note_dropped, {{schema}}.refuse_short_page;
         DROP SEQUENCE {{schema}}.messages_chunk_drops;
         DROP TABLE {{schema}}.counts, {{schema}}.counted, {{schema}}.recount, {{schema}}.settings,
             {{schema}}.spans, {{schema}}.unsettled;
         DELETE FROM {{schema}}._admin_migrations WHERE version IN (6, 7, 9, 20, 22)",
    )
    .await;
    let row = namespace::find(&lab.db, lab.scope.namespace()).await.unwrap();
    let applied = namespace::upgrade(&mut lab.db, &row).await.map_err(shown).unwrap().applied;
    assert_eq!(
        applied,
        ["006_counts", "007_archived_reads", "009_bounded_reads", "020_live_costs", "022_chunk_drops", "functions"]
    );
    assert_eq!(try_figures(&mut lab, &everything()).await.unwrap_err().kind(), Kind::Archived);
    assert_eq!(refresh(&lab).await, 3);
    assert_agreed(&mut lab, &of_lines(&lines)).await;
    // Archives of before are counted at the latest when their chunk is dropped again.
    lab.sql("DELETE FROM {{schema}}.counted").await;
    lab.rehydrate_all().await;
    lab.archive_all().await;
    assert_agreed(&mut lab, &of_lines(&lines)).await;
}

#[tokio::test]
async fn what_is_asked_for_is_what_is_counted() {
    let mut lab = Lab::new(Server::Main).await;
    lab.import(
        [
            line(1, "account-1", "Opened", 0, 1, "2013-01-03T10:59:59.9Z"),
            line(2, "account-1", "Closed", 1, 2, "2013-01-03T11:00:00Z"),
            line(3, "order-1", "Opened", 0, 3, "2013-01-07T00:00:00Z"),
            line(4, "-1", "", 0, 4, "2013-01-13T23:59:59Z"),
        ]
        .concat()
        .as_bytes(),
    )
    .await
    .map_err(shown)
    .unwrap();
    for counted in ["chunks", "archives"] {
        if counted == "archives" {
            lab.archive_all().await;
        } else {
            assert_eq!(refresh(&lab).await, 2);
        }
        let ask = |change: &dyn Fn(&mut StatsQuery)| {
            let mut query = StatsQuery { per: Vec::new(), ..everything() };
            change(&mut query);
            query
        };
        let at = |text: &str| text.parse().ok();
        type Case<'a> = (&'a str, StatsQuery, &'a [(&'a str, i64)]);
        let cases: [Case<'_>; 7] = [
            ("days", ask(&|q| q.bucket = Bucket::Day), &[("2013-01-03", 2), ("2013-01-07", 1), ("2013-01-13", 1)]),
            // Mondays.
            ("weeks", ask(&|q| q.bucket = Bucket::Week), &[("2012-12-31", 2), ("2013-01-07", 2)]),
            ("a category", ask(&|q| q.category = "order".parse().ok()), &[("2013-01-07", 1)]),
            ("a type", ask(&|q| q.message_type = Some("Opened".into())), &[("2013-01-03T10", 1), ("2013-01-07", 1)]),
            (
                "since, by whole hours",
                ask(&|q| q.since = at("2013-01-03T11:30:00Z")),
                &[("2013-01-03T11", 1), ("2013-01-07", 1), ("2013-01-13", 1)],
            ),
            ("until", ask(&|q| q.until = at("2013-01-03T11:00:00Z")), &[("2013-01-03T10", 1)]),
            ("nothing", ask(&|q| q.category = "nobody".parse().ok()), &[]),
        ];
        for (what, query, expected) in cases {
            let found = try_figures(&mut lab, &query).await.map_err(shown).unwrap();
            assert_eq!(found.len(), expected.len(), "{what} of {counted}: {found:?}");
            for (found, expected) in found.iter().zip(expected) {
                assert!(found.0.0.starts_with(expected.0) && *found.1 == expected.1, "{what} of {counted}: {found:?}");
            }
        }
    }
}
