//! Forecasts of made-up namespaces.
#![allow(clippy::cast_precision_loss, clippy::cast_sign_loss, clippy::float_cmp)]

use std::collections::HashMap;
use std::time::Duration;

use chrono::{DateTime, TimeDelta, Utc};
use proptest::prelude::*;

use super::*;
use crate::archive::ArchiveRow;
use crate::chunks::ChunkRow;
use crate::db::ident::Qualified;
use crate::db::queries::policies::{KeepFree, SpaceAims};
use crate::lifecycle::DiskSpace;

const MIB: i64 = 1 << 20;
const DAY: Duration = Duration::from_hours(24);

fn now() -> DateTime<Utc> {
    "2026-03-02T02:00:00Z".parse().unwrap()
}

fn chunk(number: i64, range_start: DateTime<Utc>, size_bytes: i64) -> ChunkRow {
    let range_end = range_start + TimeDelta::days(7);
    ChunkRow {
        table: Qualified::new("s", format!("c{number}")),
        oid: 1,
        range_start,
        range_end,
        is_compressed: false,
        is_partly_compressed: false,
        size_bytes,
        estimate: Some(size_bytes / 500),
        is_closed: range_end <= now(),
    }
}

/// Ten weeks of 70 MiB each, and a week that is half over.
fn steady(policy: Policy) -> Start {
    let open = now() - TimeDelta::hours(84);
    let mut live: Vec<_> = (1..=10).rev().map(|n| chunk(n, open - TimeDelta::days(7 * n), 70 * MIB)).collect();
    live.push(chunk(0, open, 35 * MIB));
    Start {
        namespace: "n".to_owned(),
        policy,
        now: now(),
        live,
        archives: Vec::new(),
        before_compression: Vec::new(),
        chunk_interval: DAY * 7,
        can_compress: true,
        disk: None,
    }
}

fn by_age(days: u32) -> Policy {
    let store_url = Some("s3://bucket/events".to_owned());
    Policy { archive_after: Some(DAY * days), store_url, ..Policy::default() }
}

fn near(one: f64, other: f64) -> bool {
    (one - other).abs() <= other.abs() * 0.01
}

#[test]
fn steady_load_goes_on_and_the_mean_shows_its_spread() {
    let mut start = steady(Policy::default());
    let it = of(&start, 70, None).unwrap();
    assert!(near(it.growth.bytes_per_day, 10.0 * MIB as f64), "{:?}", it.growth);
    assert_eq!((it.growth.intervals, it.nights.len()), (8, 70));
    assert!(near(it.growth.messages_per_day.unwrap(), 10.0 * MIB as f64 / 500.0));
    let last = it.nights.last().unwrap();
    assert!(near(last.database_bytes as f64, 1435.0 * MIB as f64), "{last:?}");
    assert!(it.nights.iter().all(|night| !night.is_busy() && night.store_bytes == 0));
    // A burst shows in the spread.
    start.live[9].size_bytes = 700 * MIB;
    let growth = of(&start, 1, None).unwrap().growth;
    assert!(
        near(growth.highest_bytes_per_day, 100.0 * MIB as f64) && near(growth.lowest_bytes_per_day, 10.0 * MIB as f64)
    );
}

#[test]
fn what_is_archived_already_counts_as_growth_and_gives_the_ratio() {
    let mut start = steady(by_age(30));
    let gone: Vec<_> = start.live.drain(..6).collect();
    start.archives = gone
        .iter()
        .map(|chunk| {
            let mut archive = ArchiveRow::imagined(1, "n", chunk);
            archive.csv_bytes = Some(chunk.size_bytes / 2);
            archive.stored_bytes = Some(chunk.size_bytes / 10);
            archive
        })
        .collect();
    let it = of(&start, 10, None).unwrap();
    assert!(near(it.growth.bytes_per_day, 10.0 * MIB as f64), "{:?}", it.growth);
    assert!(near(it.archiving.ratio, 0.1) && !it.archiving.is_assumed, "{:?}", it.archiving);
    assert!(it.compression.is_assumed);
}

#[test]
fn nights_do_what_the_policy_says_on_the_day_it_says_so() {
    let mut policy = by_age(60);
    policy.compress_after = Some(DAY * 10);
    policy.expire_archives_after = Some(DAY * 90);
    let it = of(&steady(policy.clone()), 60, None).unwrap();
    let total = |what: fn(&ForecastNight) -> u64| it.nights.iter().map(what).sum::<u64>();
    // Weeks that ended more than 60 days ago after 60 days: those of now, and the eight of them that age into it.
    assert_eq!(total(|n| n.archived), 10, "{:?}", it.nights);
    // Seven that are old enough in the first night, and eight that become so.
    assert_eq!(total(|n| n.compressed), 15, "{:?}", it.nights);
    // The oldest ended 66.5 days before: 90 days are over after 23.5.
    assert_eq!(it.nights.iter().position(|n| n.expired > 0), Some(23), "{:?}", it.nights);
    let busy = it.nights.iter().filter(|n| n.archived > 0).count();
    assert!(busy >= 8, "a week at a time");
    let edition = Start { can_compress: false, ..steady(policy) };
    assert!(of(&edition, 60, None).unwrap().nights.iter().all(|n| n.compressed == 0), "the Apache-2 edition");
}

#[test]
fn the_day_is_told_on_which_the_disk_is_full_and_an_aim_keeps_it_from_that() {
    let mut start = steady(Policy::default());
    start.disk = Some(DiskSpace { size_bytes: 2000 * MIB as u64, free_bytes: 305 * MIB });
    let it = of(&start, 90, None).unwrap();
    assert_eq!(it.disk_full_on, Some((now() + TimeDelta::days(31)).date_naive()));
    assert_eq!(it.aim_missed_on, None);
    start.policy = by_age(3650);
    start.policy.space = SpaceAims { keep_free: Some(KeepFree::Percent(10.0)), ..SpaceAims::default() };
    let it = of(&start, 90, None).unwrap();
    assert_eq!((it.disk_full_on, it.aim_missed_on), (None, None));
    assert!(it.nights.iter().any(|night| night.for_space > 0));
    assert!(it.nights.iter().all(|night| night.disk_free_bytes.unwrap() >= 200 * MIB));
    // A floor that is never reached lets nothing go.
    start.policy.space.keep_live_at_least = Some(DAY * 3650);
    let it = of(&start, 90, None).unwrap();
    assert_eq!(it.aim_missed_on, Some((now() + TimeDelta::days(11)).date_naive()));
    assert!(it.disk_full_on.is_some() && it.nights.iter().all(|night| !night.is_busy()));
}

#[test]
fn namespaces_share_a_disk() {
    let disk = Some(DiskSpace { size_bytes: 2000 * MIB as u64, free_bytes: 305 * MIB });
    let one = Start { disk, ..steady(Policy::default()) };
    let two = Start { namespace: "m".to_owned(), ..one.clone() };
    let both = of_all(&[one, two], 90, None).unwrap();
    assert!(both.iter().all(|it| it.disk_full_on == Some((now() + TimeDelta::days(16)).date_naive())), "{both:?}");
}

#[test]
fn on_a_shared_disk_the_first_namespace_makes_room_and_the_next_one_what_is_still_missing() {
    let mut policy = by_age(3650);
    policy.space.keep_free = Some(KeepFree::Bytes(300 * MIB as u64));
    let disk = Some(DiskSpace { size_bytes: 2000 * MIB as u64, free_bytes: 305 * MIB });
    let one = Start { disk, ..steady(policy) };
    let two = Start { namespace: "m".to_owned(), ..one.clone() };
    let both = of_all(&[one, two], 30, None).unwrap();
    let left = |it: &Forecast| it.nights.iter().map(|night| night.for_space).sum::<u64>();
    // 600 MiB come, and the first has so much that is closed.
    assert!(left(&both[0]) >= 9 && left(&both[1]) == 0, "{both:?}");
    assert!(both.iter().all(|it| it.aim_missed_on.is_none()));
}

#[test]
fn a_namespace_of_nothing_has_a_forecast_of_nothing() {
    let start = Start { live: Vec::new(), ..steady(by_age(1)) };
    let it = of(&start, 30, None).unwrap();
    assert!(it.nights.iter().all(|night| night.database_bytes == 0 && !night.is_busy()));
    // A first week that is not over yet.
    let mut start = steady(by_age(1));
    start.live.drain(..10);
    let growth = of(&start, 1, None).unwrap().growth;
    assert!(growth.intervals == 0 && near(growth.bytes_per_day, 10.0 * MIB as f64), "{growth:?}");
}

#[test]
fn months_cost_what_the_prices_say() {
    let prices = Prices::parse(
        "currency = 'EUR'\n[[stores]]\nurl = 's3://bucket/'\nstorage_per_gb_month = 1024.0\nput_per_1000 = 1000.0\n\
         get_per_1000 = 1000.0\nminimum_days = 90\n[[stores]]\nurl = 's3://'\nstorage_per_gb_month = 9e9\n",
    )
    .unwrap();
    let mut start = steady(by_age(365));
    // A GiB that lies there for all of March, and is deleted in the night of April 1st.
    let old = chunk(99, now() - TimeDelta::days(400), 0);
    let mut archive = ArchiveRow::imagined(1, "n", &old);
    archive.stored_bytes = Some(1 << 30);
    archive.store_url = Some("s3://bucket/events".to_owned());
    archive.created_at = now();
    start.archives = vec![archive];
    start.now = "2026-03-31T02:00:00Z".parse().unwrap();
    start.policy.expire_archives_after = Some(DAY * 10);
    let it = of(&start, 31, Some(&prices)).unwrap();
    assert_eq!(it.nights[0].expired, 1);
    assert_eq!(it.currency.as_deref(), Some("EUR"));
    let april = it.months.iter().find(|month| month.month == "2026-04").unwrap();
    // It is paid for until 90 days are over.
    assert!(near(april.storage, 1024.0) && april.requests == 0.0, "{april:?}");
    // Three objects are written and read back.
    start.policy = by_age(1);
    start.archives.clear();
    let it = of(&start, 1, Some(&prices)).unwrap();
    let archived: u64 = it.nights.iter().map(|night| night.archived).sum();
    assert!(near(it.months[0].requests, archived as f64 * 6.0) && archived > 0, "{:?}", it.months);
    start.policy.store_url = Some("file:///disk".to_owned());
    assert_eq!(of(&start, 1, Some(&prices)).unwrap().months[0].total, 0.0, "no price is known");
}

#[test]
fn prices_that_are_none_are_refused() {
    for (text, why) in [
        ("[[stores]]\nurl = 's3://'\nstorage_per_gb_month = -1.0", "below 0"),
        ("[[stores]]\nurl = 's3://'\nput_per_1000 = nan", "no number"),
        ("[[stores]]\nstorage_per_gb_month = 1.0", "url"),
        ("[[stores]]\nurl = 's3://'\nprice = 1.0", "price"),
        ("stores", "expected"),
    ] {
        let refused = Prices::parse(text).unwrap_err();
        assert!(refused.contains(why), "{refused}");
    }
}

#[test]
fn an_archive_that_expires_is_no_longer_in_the_store() {
    let mut policy = by_age(14);
    policy.expire_archives_after = Some(DAY * 21);
    policy.copies = vec!["s3://other/events".to_owned()];
    let it = of(&steady(policy), 200, None).unwrap();
    let last = it.nights.last().unwrap();
    // One archive or two in two stores, by a ratio of 0.15.
    let one = 70.0 * MIB as f64 * 0.15 * 2.0;
    assert!(last.store_bytes as f64 <= one * 2.01 && last.store_bytes > 0, "{last:?}");
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 24, ..ProptestConfig::default() })]

    /// Whatever was written before, no forecast night is over its aim unless it says so, and none loses a byte.
    #[test]
    fn a_forecast_year_after_bursts_keeps_its_aim_or_says_that_it_cannot(
        weeks in prop::collection::vec(1_i64..400, 4..20),
        aim in 10_i64..2000,
        floor_days in 0_u32..90,
    ) {
        let open = now() - TimeDelta::hours(84);
        let live: Vec<_> = (0_i64..).zip(&weeks).map(|(n, size)| chunk(n, open - TimeDelta::days(7 * n), size * MIB)).collect();
        let mut policy = Policy { archive_after: None, ..by_age(1) };
        policy.space = SpaceAims {
            keep_at_most: u64::try_from(aim * MIB).ok(),
            keep_live_at_least: Some(DAY * floor_days),
            ..SpaceAims::default()
        };
        let start = Start { live, ..steady(policy) };
        let it = of(&start, 365, None).unwrap();
        let sizes: HashMap<_, _> = it.nights.iter().map(|n| (n.date, n.database_bytes)).collect();
        prop_assert_eq!(sizes.len(), 365);
        for night in &it.nights {
            prop_assert_eq!(night.aim_missed_bytes, (night.database_bytes - aim * MIB).max(0));
        }
        // All that was written is in the database or, at the assumed ratio, in the store.
        let last = it.nights.last().unwrap();
        let written = it.database_bytes as f64 + it.growth.bytes_per_day * 365.0;
        let there = last.database_bytes as f64 + last.store_bytes as f64 / it.archiving.ratio;
        prop_assert!((written - there).abs() < written * 0.001, "{} of {}", there, written);
    }
}
