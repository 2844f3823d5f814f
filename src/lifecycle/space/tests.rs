//! A year of bursts, by the planning alone.

use std::collections::HashSet;
use std::time::Duration;

use chrono::{DateTime, TimeDelta, Utc};
use proptest::prelude::*;

use super::*;
use crate::db::ident::Qualified;
use crate::db::queries::policies::KeepFree;
use crate::lifecycle::step::{Situation, Step};

const NONE: &[crate::archive::CopyRow] = &[];

fn day(n: i64) -> DateTime<Utc> {
    DateTime::from_timestamp(1_767_225_600, 0).unwrap() + TimeDelta::days(n)
}

fn chunk(number: i64, from: i64, until: i64, size_bytes: i64) -> ChunkRow {
    ChunkRow {
        table: Qualified::new("s", format!("c{number}")),
        oid: 1,
        range_start: day(from),
        range_end: day(until),
        is_compressed: false,
        is_partly_compressed: false,
        size_bytes,
        estimate: None,
        is_closed: true,
    }
}

fn at(now: i64, archives: &[ArchiveRow]) -> Situation<'_> {
    Situation { now: day(now), can_compress: true, archives, copied: NONE }
}

fn names(steps: &[Step]) -> Vec<&str> {
    steps.iter().filter_map(Step::leaves).map(ChunkRow::name).collect()
}

fn floor(days: u64) -> SpaceAims {
    SpaceAims { keep_live_at_least: Some(Duration::from_hours(24 * days)), ..SpaceAims::default() }
}

/// An archive that is back in the chunk's range.
fn back(id: i64, chunk: &ChunkRow, lease_until: Option<DateTime<Utc>>) -> ArchiveRow {
    let mut archive = ArchiveRow::imagined(id, "n", chunk);
    archive.state = State::Rehydrated;
    archive.lease_until = lease_until;
    archive
}

#[test]
fn the_oldest_leave_and_not_one_more_than_it_takes() {
    let live: Vec<_> = (0..5).map(|n| chunk(n, n * 7, n * 7 + 7, 100)).collect();
    for (bytes, expected) in [(0, 0), (1, 1), (100, 1), (101, 2), (300, 3), (10_000, 5)] {
        let chosen = choose(&SpaceAims::default(), &live, &at(100, &[]), &HashSet::new(), bytes);
        assert_eq!(names(&chosen), ["c0", "c1", "c2", "c3", "c4"][..expected], "{bytes}");
    }
    let tried = HashSet::from(["c0".to_owned()]);
    assert_eq!(names(&choose(&SpaceAims::default(), &live, &at(100, &[]), &tried, 100)), ["c1"]);
}

#[test]
fn what_is_open_young_or_leased_stays() {
    let mut live: Vec<_> = (0..4).map(|n| chunk(n, n * 7, n * 7 + 7, 100)).collect();
    live[3].is_closed = false;
    let leased = [back(1, &live[0], Some(day(60)))];
    // c1 ended on day 14, c2 on day 21: the floor of 30 days lets c1 go from day 44 on.
    for (now, expected) in [(43, &[][..]), (44, &["c1"]), (50, &["c1"]), (51, &["c1", "c2"]), (61, &["c0", "c1", "c2"])]
    {
        let chosen = choose(&floor(30), &live, &at(now, &leased), &HashSet::new(), 1000);
        assert_eq!(names(&chosen), expected, "day {now}");
    }
    // What a lease keeps is old enough, and c1 and c2 are not yet.
    let stays = staying(&floor(30), &live, &at(43, &leased));
    assert_eq!(stays, StayingBytes { open: 100, young: 200, leased: 100 });
}

#[test]
fn what_came_back_goes_first_as_nothing_is_uploaded_for_it() {
    let live: Vec<_> = (0..3).map(|n| chunk(n, n * 7, n * 7 + 7, 100)).collect();
    let archives = [back(7, &live[2], None)];
    let chosen = choose(&SpaceAims::default(), &live, &at(100, &archives), &HashSet::new(), 150);
    assert!(matches!(&chosen[0], Step::Release(chunk, ids) if chunk.name() == "c2" && ids == &[7]));
    assert!(matches!(&chosen[1], Step::Archive(chunk) if chunk.name() == "c0"));
    // The floor keeps it as it keeps the others.
    assert!(
        choose(&floor(90), &live, &at(100, &archives), &HashSet::new(), 150)
            .iter()
            .all(|step| matches!(step, Step::Archive(chunk) if chunk.name() == "c0"))
    );
}

#[test]
fn the_larger_of_two_aims_counts() {
    let aims = SpaceAims { keep_at_most: Some(1000), keep_free: Some(KeepFree::Percent(20.0)), ..SpaceAims::default() };
    let disk = |free_bytes| Some(DiskSpace { size_bytes: 10_000, free_bytes });
    let missed = |live_bytes, disk| missed(&aims, &MeasuredSpace { live_bytes, disk }).bytes();
    assert_eq!((missed(900, disk(2000)), missed(1500, disk(2000))), (0, 500));
    assert_eq!((missed(900, disk(1400)), missed(1500, disk(1000))), (600, 1000));
    assert_eq!((missed(1500, None), missed(900, disk(-5))), (500, 2005));
}

#[test]
fn a_disk_that_shows_nothing_of_what_was_freed_is_believed_for_as_much_again() {
    let missed = |by_size, by_free| Missed { by_size, by_free };
    assert_eq!(missed(0, 100).believable(100, 0), 100);
    assert_eq!(missed(0, 100).believable(100, 199), 100);
    assert_eq!(missed(0, 100).believable(100, 200), 0);
    // What the chunks take is known.
    assert_eq!(missed(50, 100).believable(100, 5000), 50);
    assert_eq!(missed(-5, -7).believable(-7, 0), 0);
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 64, ..ProptestConfig::default() })]

    /// Each day writes, now and then a hundred times as much; each night makes room.
    #[test]
    fn in_a_year_of_bursts_no_night_is_over_the_aim_by_more_than_a_chunk_nor_below_the_floor(
        days in prop::collection::vec((1_i64..100, 0_u8..30), 365),
        interval in 1_i64..15,
        floor_days in 0_u64..60,
        aim in 500_i64..50_000,
    ) {
        let aims = SpaceAims { keep_at_most: aim.try_into().ok(), ..floor(floor_days) };
        let mut live: Vec<ChunkRow> = Vec::new();
        let (mut written, mut gone) = (0, 0);
        for (today, (bytes, luck)) in (0_i64..).zip(&days) {
            let bytes = if *luck == 0 { bytes * 100 } else { *bytes };
            written += bytes;
            let from = today - today % interval;
            match live.iter_mut().find(|c| c.range_start == day(from)) {
                Some(open) => open.size_bytes += bytes,
                None => live.push(chunk(today, from, from + interval, bytes)),
            }
            let now = today + 1;
            for chunk in &mut live {
                chunk.is_closed = chunk.range_end <= day(now);
            }
            let missing = missed(&aims, &MeasuredSpace { live_bytes: live_bytes(&live), disk: None }).bytes();
            let chosen = choose(&aims, &live, &at(now, &[]), &HashSet::new(), missing);
            let largest = chosen.iter().filter_map(Step::leaves).map(|c| c.size_bytes).max().unwrap_or(0);
            for leaving in chosen.iter().filter_map(Step::leaves) {
                prop_assert!(leaving.range_end <= day(now), "an open chunk");
                prop_assert!(leaving.range_end <= day(now - i64::try_from(floor_days).unwrap()), "below the floor");
                prop_assert!(live.iter().all(|c| c.range_start >= leaving.range_start), "not the oldest");
                live.retain(|c| c.name() != leaving.name());
                gone += leaving.size_bytes;
            }
            let left = live_bytes(&live);
            prop_assert_eq!(left + gone, written);
            if left > aim {
                // All that may go is gone.
                let may = |c: &&ChunkRow| {
                    c.is_closed && c.range_end <= day(now - i64::try_from(floor_days).unwrap())
                };
                prop_assert!(live.iter().find(may).is_none(), "{left} of {aim}");
            } else if !chosen.is_empty() {
                prop_assert!(left > aim - largest, "one chunk fewer would have done: {left} of {aim}");
            }
        }
    }
}
