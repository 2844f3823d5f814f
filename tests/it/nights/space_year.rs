//! A year of bursts on a real server, and a forecast that is held against what came.

use std::time::Duration;

use chrono::{DateTime, TimeDelta, Utc};
use eventodb_admin::db::ConnectOptions;
use eventodb_admin::db::connect::connect;
use eventodb_admin::db::conninfo::ConnInfo;
use eventodb_admin::lifecycle::Policy;
use eventodb_admin::lifecycle::forecast::{self, Forecast, Start};
use eventodb_admin::namespace;
use rand::rngs::StdRng;
use rand::{RngExt, SeedableRng};
use serde_json::Value;

use super::cli::{Cli, sql};
use super::scene::{RUN, schema, set, store};

type Time = DateTime<Utc>;

/// A chunk of a week begins here.
fn begin() -> Time {
    "2013-01-03T00:00:00Z".parse().unwrap()
}

struct Chunk {
    name: String,
    range_end: Time,
    bytes: i64,
}

struct Scene {
    cli: Cli,
    schema: String,
    written: i64,
}

impl Scene {
    fn new() -> Self {
        let cli = Cli::new();
        let schema = schema(&cli);
        Self { cli, schema, written: 0 }
    }

    /// Days with so many events each, a stream a day; gives the day after them.
    fn write(&mut self, from: Time, counts: &[i64]) -> Time {
        let (mut day, mut all) = (from, String::new());
        for count in counts {
            all.push_str(&self.day(day, *count));
            self.written += count;
            day += TimeDelta::days(1);
        }
        sql(&self.cli.db_url, &all);
        day
    }

    fn day(&self, day: Time, count: i64) -> String {
        let stamp = day.to_rfc3339();
        format!(
            "INSERT INTO \"{}\".messages (time, position, stream_name, type, data)
             SELECT '{stamp}'::timestamptz + i * interval '70 seconds', i, 'acct-{}', 'Happened',
                    jsonb_build_object('text', (SELECT string_agg(md5(i::text || k), '') FROM generate_series(1, 8) k))
               FROM generate_series(0, {count} - 1) i;",
            self.schema,
            day.timestamp()
        )
    }

    /// Has the policy's ages mean the simulated night.
    fn ages(&self, now: Time, ages: &[(&str, i64)]) {
        for (column, days) in ages {
            let stamp = now.to_rfc3339();
            sql(
                &self.cli.db_url,
                &format!(
                    "UPDATE eventodb_store.policies SET {column} = now() - '{stamp}'::timestamptz + interval '{days} days'
                      WHERE namespace = '{}'",
                    self.cli.namespace
                ),
            );
        }
    }

    fn live(&self) -> Vec<Chunk> {
        let all = self.cli.json(&["chunks", "list"]);
        let live = all.as_array().unwrap().iter().filter(|c| c["state"] != "archived");
        live.map(|c| Chunk {
            name: c["chunk_name"].as_str().unwrap().to_owned(),
            range_end: c["range_end"].as_str().unwrap().parse().unwrap(),
            bytes: c["size_bytes"].as_i64().unwrap(),
        })
        .collect()
    }

    /// Every event is in the hypertable or in an archive whose chunk was dropped, and in one of them alone.
    fn assert_all_there(&self) {
        let there = sql(
            &self.cli.db_url,
            &format!(
                "SELECT (SELECT count(*) FROM \"{}\".messages)
                      + (SELECT coalesce(sum(message_count), 0) FROM eventodb_store.archives
                          WHERE namespace = '{}' AND state = 'dropped')",
                self.schema, self.cli.namespace
            ),
        );
        assert_eq!(there, self.written.to_string());
    }

    fn stored_bytes(&self) -> i64 {
        sql(
            &self.cli.db_url,
            &format!(
                "SELECT coalesce(sum(stored_bytes), 0) FROM eventodb_store.archives WHERE namespace = '{}' AND state = 'dropped'",
                self.cli.namespace
            ),
        )
        .parse()
        .unwrap()
    }
}

#[test]
fn a_year_of_bursts_is_never_over_its_aim_by_more_than_it_says_nor_below_its_floor() {
    const AIM: i64 = 1_800 << 10;
    const FLOOR: i64 = 21;
    let mut scene = Scene::new();
    set(&scene.cli, &["--keep-at-most", &AIM.to_string(), "--store", &store(&scene.cli)]);
    let mut random = StdRng::seed_from_u64(20_130_103);
    let (mut now, mut missed_nights, mut left) = (begin(), 0, 0);
    // 26 nights, a fortnight apart: a year.
    for _ in 0..26 {
        let counts: Vec<i64> =
            (0..14).map(|_| if random.random_ratio(1, 30) { 1200 } else { random.random_range(10..60) }).collect();
        now = scene.write(now, &counts);
        scene.ages(now, &[("keep_live_at_least", FLOOR)]);
        let before = scene.live();
        let out = scene.cli.run(&[&RUN[..], &["-o", "json"]].concat());
        let record: Value = serde_json::from_str(&out.stdout).unwrap_or_else(|e| panic!("{e}: {out:?}"));
        let record = &record[0];
        let after = scene.live();
        let size: i64 = after.iter().map(|chunk| chunk.bytes).sum();
        assert_eq!(record["live_bytes"], size, "{record}");
        let floor = now - TimeDelta::days(FLOOR);
        let gone: Vec<_> = before.iter().filter(|b| after.iter().all(|a| a.name != b.name)).collect();
        assert!(gone.iter().all(|chunk| chunk.range_end <= floor), "below the floor: {now}, {record}");
        assert!(
            gone.iter().all(|gone| after.iter().all(|left| left.range_end > gone.range_end)),
            "not the oldest: {now}, {record}"
        );
        assert_eq!(record["for_space"], gone.len(), "{record}");
        if size > AIM {
            assert_eq!((out.code, &record["space_aim_missed_bytes"]), (1, &Value::from(size - AIM)), "{record}");
            assert!(after.iter().all(|chunk| chunk.range_end > floor), "more could have gone: {now}, {record}");
            missed_nights += 1;
        } else {
            assert_eq!((out.code, &record["space_aim_missed_bytes"]), (0, &Value::from(0)), "{out:?}");
            if let Some(newest) = gone.last() {
                assert!(size + newest.bytes > AIM, "one chunk too many: {now}, {record}");
            }
        }
        left += gone.len();
        scene.assert_all_there();
    }
    assert!(missed_nights > 0 && missed_nights < 24, "{missed_nights} nights of 26 missed their aim");
    assert!(left > 30, "{left} chunks left");
    scene.cli.run(&["coverage"]).succeeds();
    scene.cli.run(&["archives", "verify", "--all"]).succeeds();
}

/// The forecast of a moment that the server's clock has left behind.
fn forecast_at(cli: &Cli, policy: &Policy, now: Time, days: u32) -> Forecast {
    let (url, name, policy) = (cli.db_url.clone(), cli.namespace.clone(), policy.clone());
    let made = std::thread::spawn(move || {
        tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap().block_on(async {
            let info = ConnInfo::resolve(Some(&url), &|_| None).unwrap();
            let db = connect(&info, &ConnectOptions::default()).await.unwrap();
            let scope = namespace::open(&db, &name).await.unwrap().scope;
            let mut start = Start::of(&db, &scope, &policy).await.unwrap();
            start.now = now;
            for chunk in &mut start.live {
                chunk.is_closed = chunk.range_end <= now;
            }
            let made = forecast::of(&start, days, None).unwrap();
            db.close().await;
            made
        })
    });
    made.join().unwrap()
}

#[test]
fn a_forecast_of_steady_load_is_within_a_tenth_of_what_comes() {
    const COMPRESS: i64 = 10;
    const ARCHIVE: i64 = 28;
    let day = Duration::from_hours(24);
    let mut scene = Scene::new();
    let store = store(&scene.cli);
    set(&scene.cli, &["--compress-after", "10d", "--archive-after", "28d", "--store", &store]);
    let policy = Policy {
        compress_after: Some(day * COMPRESS as u32),
        archive_after: Some(day * ARCHIVE as u32),
        store_url: Some(store),
        ..Policy::default()
    };
    let (mut now, mut forecast) = (begin(), None);
    for week in 1..=20 {
        now = scene.write(now, &[300; 7]);
        if week % 5 > 0 {
            continue;
        }
        // As the server does by itself.
        sql(&scene.cli.db_url, &format!("ANALYZE \"{}\".messages", scene.schema));
        scene.ages(now, &[("compress_after", COMPRESS), ("archive_after", ARCHIVE)]);
        scene.cli.run(&RUN).succeeds();
        if week == 10 {
            forecast = Some(forecast_at(&scene.cli, &policy, now, 70));
        }
    }
    let forecast = forecast.unwrap();
    let last = forecast.nights.last().unwrap();
    let (live, stored) = (scene.live().iter().map(|chunk| chunk.bytes).sum::<i64>(), scene.stored_bytes());
    let near = |told: i64, came: i64| (told - came).abs() * 10 <= came;
    let told = format!("{live} and {stored} came: {:?} {:?} {last:?}", forecast.growth, forecast.archiving);
    assert!(near(last.store_bytes, stored), "{told}");
    assert!(near(last.database_bytes, live), "{told}");
    assert!(!forecast.archiving.is_assumed && last.store_bytes > forecast.store_bytes * 2, "{told}");
    scene.assert_all_there();
}
