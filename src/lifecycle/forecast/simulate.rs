//! Nights that have not come yet: chunks grow, and each night does what the plan of that day says.

use std::collections::{HashMap, HashSet};

use chrono::{DateTime, TimeDelta, Utc};

use super::growth::{Measures, floor, measure};
use super::outlook::{Forecast, ForecastNight};
use super::prices::{Bill, Prices};
use super::start::Start;
use crate::archive::{self, ArchiveRow, Objects, State};
use crate::chunks::ChunkRow;
use crate::db::ident::Qualified;
use crate::error::Result;
use crate::lifecycle::disk::DiskSpace;
use crate::lifecycle::plan::of as plan_by_age;
use crate::lifecycle::space::{self, MeasuredSpace};
use crate::lifecycle::step::{Situation, Step};

pub(super) fn forecast_one(start: &Start, days: u32, prices: Option<&Prices>) -> Result<Forecast> {
    let mut all = forecast_all(std::slice::from_ref(start), days, prices)?;
    Ok(all.swap_remove(0))
}

pub(super) fn forecast_all(starts: &[Start], days: u32, prices: Option<&Prices>) -> Result<Vec<Forecast>> {
    let mut disk = starts.iter().find_map(|start| start.disk);
    let mut spaces: Vec<_> = starts.iter().map(|start| Space::new(start, prices)).collect();
    for night in 1..=days {
        for space in &mut spaces {
            let grown = space.grow(space.start.now + TimeDelta::days(i64::from(night)));
            free(&mut disk, -grown);
        }
        for space in &mut spaces {
            space.night(&mut disk)?;
        }
        // The disk is what all of them have made of it.
        for space in &mut spaces {
            space.end_of_night(disk);
        }
    }
    Ok(spaces.into_iter().map(Space::forecast).collect())
}

fn free(disk: &mut Option<DiskSpace>, bytes: i64) {
    if let Some(disk) = disk {
        disk.free_bytes = disk.free_bytes.saturating_add(bytes);
    }
}

#[allow(clippy::cast_possible_truncation)] // saturates far above any disk
const fn whole(bytes: f64) -> i64 {
    bytes.round() as i64
}

/// A namespace under way.
struct Space<'a> {
    start: &'a Start,
    measures: Measures,
    /// The instant that it has come to.
    now: DateTime<Utc>,
    live: Vec<ChunkRow>,
    archives: Vec<ArchiveRow>,
    /// Bytes of chunks before they were compressed.
    raw: HashMap<String, f64>,
    /// Chunks that were made.
    made: i64,
    /// Archives that were made.
    archived: i64,
    tonight: Option<ForecastNight>,
    nights: Vec<ForecastNight>,
    bill: Option<Bill<'a>>,
    currency: Option<String>,
}

impl<'a> Space<'a> {
    fn new(start: &'a Start, prices: Option<&'a Prices>) -> Self {
        let measures = measure(start);
        Self {
            start,
            now: start.now,
            live: start.live.clone(),
            archives: start.archives.clone(),
            raw: measures.raw.clone(),
            measures,
            made: 0,
            archived: 0,
            tonight: None,
            nights: Vec::new(),
            bill: prices.map(Bill::new),
            currency: prices.and_then(|prices| prices.currency.clone()),
        }
    }

    /// Writes what is written until then; tells how many bytes.
    fn grow(&mut self, until: DateTime<Utc>) -> i64 {
        let interval = TimeDelta::from_std(self.start.chunk_interval).unwrap_or(TimeDelta::days(7));
        let a_second = self.measures.growth.bytes_per_day / 86_400.0;
        let before = space::live_bytes(&self.live);
        let mut at = self.now;
        while at < until && a_second > 0.0 {
            let from = at;
            let open = self.live.iter().position(|c| c.range_start <= from && from < c.range_end);
            let open = open.unwrap_or_else(|| {
                let begin = floor(self.measures.grid, interval, from);
                self.made += 1;
                self.live.push(new_chunk(self.made, begin, begin + interval));
                self.live.len() - 1
            });
            let chunk = &mut self.live[open];
            at = chunk.range_end.min(until);
            let raw = self.raw.entry(chunk.name().to_owned()).or_default();
            let more = a_second * (at - from).as_seconds_f64();
            let was = whole(*raw);
            *raw += more;
            chunk.size_bytes += whole(*raw) - was;
        }
        self.now = until;
        for chunk in &mut self.live {
            chunk.is_closed = chunk.range_end <= until;
        }
        space::live_bytes(&self.live) - before
    }

    /// Does what the plans of that day say, by age and then for room.
    fn night(&mut self, disk: &mut Option<DiskSpace>) -> Result<()> {
        self.tonight = Some(ForecastNight::of(self.now.date_naive()));
        let policy = &self.start.policy;
        let steps = plan_by_age(policy, self.live.clone(), &self.situation())?.steps;
        self.all(steps, disk)?;
        if policy.space.has_aim() {
            let measured = MeasuredSpace { live_bytes: space::live_bytes(&self.live), disk: *disk };
            let missing = space::missed(&policy.space, &measured).bytes();
            let steps = space::choose(&policy.space, &self.live, &self.situation(), &HashSet::new(), missing);
            let count = steps.len() as u64;
            self.all(steps, disk)?;
            self.tonight().for_space = count;
        }
        Ok(())
    }

    fn situation(&self) -> Situation<'_> {
        Situation { now: self.now, can_compress: self.start.can_compress, archives: &self.archives, copied: &[] }
    }

    fn tonight(&mut self) -> &mut ForecastNight {
        let date = self.now.date_naive();
        self.tonight.get_or_insert_with(|| ForecastNight::of(date))
    }

    fn all(&mut self, steps: Vec<Step>, disk: &mut Option<DiskSpace>) -> Result<()> {
        let before = space::live_bytes(&self.live);
        for step in steps {
            self.step(step)?;
        }
        free(disk, before - space::live_bytes(&self.live));
        Ok(())
    }

    fn step(&mut self, step: Step) -> Result<()> {
        match step {
            Step::Archive(chunk) => {
                let archive = self.archive(&chunk)?;
                self.live.retain(|live| live.name() != chunk.name());
                self.tonight().archived += 1;
                self.write(&archive, None);
                self.archives.push(archive);
                self.archived += 1;
            }
            Step::Release(chunk, ids) => {
                self.live.retain(|live| live.name() != chunk.name());
                for archive in self.archives.iter_mut().filter(|a| ids.contains(&a.id)) {
                    archive.state = State::Dropped;
                }
                self.tonight().released += 1;
            }
            Step::Tell(told) => {
                for archive in self.archives.iter_mut().filter(|a| a.id == told.id) {
                    archive.state = State::Dropped;
                }
            }
            Step::Compress(chunk) => self.compress(&chunk),
            Step::Expire(gone) => {
                for archive in self.archives.iter_mut().filter(|a| a.id == gone.id) {
                    archive.state = State::Expired;
                    archive.objects = Objects::Deleted;
                }
                if let Some(bill) = &mut self.bill {
                    bill.delete(&gone);
                }
                self.tonight().expired += 1;
            }
            Step::Copy(copied, url) => {
                self.write(&copied, Some(&url));
                for archive in self.archives.iter_mut().filter(|a| a.id == copied.id) {
                    archive.copies.push(url.clone());
                }
            }
            Step::Renew(renewed, to) => {
                for archive in self.archives.iter_mut().filter(|a| a.id == renewed.id) {
                    archive.locked_until = Some(to.until);
                    archive.lock_mode = Some(to.mode.to_string());
                }
            }
        }
        Ok(())
    }

    fn compress(&mut self, chunk: &ChunkRow) {
        let ratio = self.measures.compression.ratio;
        let raw = self.raw.get(chunk.name()).copied().unwrap_or_default();
        for live in self.live.iter_mut().filter(|live| live.name() == chunk.name()) {
            live.size_bytes = whole(raw * ratio);
            live.is_compressed = true;
            live.is_partly_compressed = false;
        }
        self.tonight().compressed += 1;
    }

    /// The archive that a chunk becomes, in every store of the policy.
    fn archive(&self, chunk: &ChunkRow) -> Result<ArchiveRow> {
        let policy = &self.start.policy;
        let raw = self.raw.get(chunk.name()).copied().unwrap_or_default();
        let lock = match archive::lock_of_policy(&policy.safeguards)? {
            Some(lock) => Some(lock.from(self.now)?),
            None => None,
        };
        Ok(ArchiveRow {
            stored_bytes: Some(whole(raw * self.measures.archiving.ratio)),
            store_url: policy.store_url.clone(),
            copies: policy.copies.clone(),
            created_at: self.now,
            locked_until: lock.map(|lock| lock.until),
            lock_mode: lock.map(|lock| lock.mode.to_string()),
            // No archive of the ledger has such a number.
            ..ArchiveRow::imagined(-1 - self.archived, &self.start.namespace, chunk)
        })
    }

    /// An archive is written: to all stores that it names, or to one more.
    fn write(&mut self, archive: &ArchiveRow, to: Option<&String>) {
        let stores: Vec<&String> = match to {
            Some(url) => vec![url],
            None => archive.store_url.iter().chain(&archive.copies).collect(),
        };
        let each = archive.stored_bytes.unwrap_or_default();
        let copies = i64::try_from(stores.len()).unwrap_or(i64::MAX).max(1);
        self.tonight().stored_bytes += each.saturating_mul(copies);
        for url in stores {
            if let Some(bill) = &mut self.bill {
                bill.write(url, self.now);
            }
        }
    }

    fn store_bytes(&self) -> i64 {
        store_bytes(&self.archives)
    }

    /// Notes what the night has left, once all namespaces on the disk had theirs.
    fn end_of_night(&mut self, disk: Option<DiskSpace>) {
        let policy = &self.start.policy;
        let database_bytes = space::live_bytes(&self.live);
        let missed = space::missed(&policy.space, &MeasuredSpace { live_bytes: database_bytes, disk }).bytes();
        let store_bytes = self.store_bytes();
        let Some(night) = self.tonight.take() else { return };
        self.nights.push(ForecastNight {
            database_bytes,
            store_bytes,
            disk_free_bytes: disk.map(|disk| disk.free_bytes),
            aim_missed_bytes: missed,
            ..night
        });
        if let Some(bill) = &mut self.bill {
            bill.day(&self.archives, self.now);
        }
        // What is expired has no part in what comes.
        self.archives.retain(|a| a.state != State::Expired);
    }

    fn forecast(self) -> Forecast {
        let first = |is_so: fn(&ForecastNight) -> bool| self.nights.iter().find(|n| is_so(n)).map(|night| night.date);
        Forecast {
            namespace: self.start.namespace.clone(),
            from: self.start.now,
            growth: self.measures.growth,
            compression: self.measures.compression,
            archiving: self.measures.archiving,
            database_bytes: space::live_bytes(&self.start.live),
            store_bytes: store_bytes(&self.start.archives),
            disk_size_bytes: self.start.disk.map(|disk| disk.size_bytes),
            disk_free_bytes: self.start.disk.map(|disk| disk.free_bytes),
            disk_full_on: first(|night| night.disk_free_bytes.is_some_and(|free| free <= 0)),
            aim_missed_on: first(|night| night.aim_missed_bytes > 0),
            currency: self.currency,
            months: self.bill.as_ref().map(Bill::months).unwrap_or_default(),
            nights: self.nights,
        }
    }
}

/// What archives take in all their stores.
fn store_bytes(archives: &[ArchiveRow]) -> i64 {
    let kept = archives.iter().filter(|a| a.state.is_kept() && a.objects == Objects::Kept);
    kept.fold(0, |sum, a| {
        let copies = i64::try_from(a.copies.len()).unwrap_or_default() + 1;
        sum.saturating_add(a.stored_bytes.unwrap_or_default().saturating_mul(copies))
    })
}

fn new_chunk(number: i64, range_start: DateTime<Utc>, range_end: DateTime<Utc>) -> ChunkRow {
    ChunkRow {
        table: Qualified::new("forecast", format!("chunk_{number}")),
        oid: 0,
        range_start,
        range_end,
        is_compressed: false,
        is_partly_compressed: false,
        size_bytes: 0,
        estimate: None,
        is_closed: false,
    }
}
