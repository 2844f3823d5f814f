//! Which chunks leave the database for room. Changes nothing.

use std::collections::HashSet;
use std::time::Duration;

use chrono::{DateTime, Utc};

use super::disk::DiskSpace;
use super::step::{Situation, Step, until};
use crate::archive::{ArchiveRow, State, leased_until};
use crate::chunks::ChunkRow;
use crate::db::queries::policies::SpaceAims;

/// What the chunks and the disk are like.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct MeasuredSpace {
    /// The namespace's chunks with their indexes and what is compressed of them, in bytes.
    pub live_bytes: i64,
    /// The disk, where an aim asks for it.
    pub disk: Option<DiskSpace>,
}

/// By how many bytes each aim is missed; not above 0 where it is reached.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Missed {
    /// What the chunks take more than they may.
    pub by_size: i64,
    /// What of the disk is free less than is to be.
    pub by_free: i64,
}

impl Missed {
    /// The larger of the two; 0 where both are reached.
    pub fn bytes(self) -> i64 {
        self.by_size.max(self.by_free).max(0)
    }
}

impl Missed {
    /// The bytes that are still worth freeing, where so many were freed since so many of the disk were missing. A disk whose
    /// snapshots keep what is deleted would have every chunk leave: it is believed until twice as much is freed.
    pub(super) fn believable(self, missing_at_first: i64, freed: i64) -> i64 {
        let is_believed = freed == 0 || freed < missing_at_first.saturating_mul(2);
        Self { by_free: if is_believed { self.by_free } else { 0 }, ..self }.bytes()
    }
}

/// The bytes of these chunks.
pub(super) fn live_bytes(live: &[ChunkRow]) -> i64 {
    live.iter().fold(0, |sum, chunk| sum.saturating_add(chunk.size_bytes))
}

/// Compares what is measured with what is aimed at.
pub fn missed(aims: &SpaceAims, measured: &MeasuredSpace) -> Missed {
    let signed = |n: u64| i64::try_from(n).unwrap_or(i64::MAX);
    let by_size = aims.keep_at_most.map_or(0, |most| measured.live_bytes.saturating_sub(signed(most)));
    let by_free = aims
        .keep_free
        .zip(measured.disk)
        .map_or(0, |(free, disk)| signed(free.of_disk(disk.size_bytes)).saturating_sub(disk.free_bytes));
    Missed { by_size, by_free }
}

/// Why a chunk stays, however little room there is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum ChunkStayReason {
    /// Its range has not ended.
    Open,
    /// Its range ended less than [`SpaceAims::keep_live_at_least`] ago.
    Young,
    /// A lease keeps it.
    Leased,
}

/// What may become of a chunk for room.
enum RoomChoice {
    Stays(ChunkStayReason),
    /// It came back, and its archives are these: nothing is uploaded.
    Back(Vec<i64>),
    Leaves,
}

fn way(aims: &SpaceAims, chunk: &ChunkRow, at: &Situation<'_>) -> RoomChoice {
    if !chunk.is_closed {
        return RoomChoice::Stays(ChunkStayReason::Open);
    }
    if !is_old_enough(aims.keep_live_at_least, chunk.range_end, at.now) {
        return RoomChoice::Stays(ChunkStayReason::Young);
    }
    if leased_until(chunk, at.archives, at.now).is_some() {
        return RoomChoice::Stays(ChunkStayReason::Leased);
    }
    let is_in = |a: &&ArchiveRow| {
        a.state == State::Rehydrated && a.range_start < chunk.range_end && chunk.range_start < a.range_end
    };
    let back: Vec<_> = at.archives.iter().filter(is_in).map(|a| a.id).collect();
    if back.is_empty() { RoomChoice::Leaves } else { RoomChoice::Back(back) }
}

/// Whether the floor lets a chunk leave the database.
pub(super) fn is_old_enough(floor: Option<Duration>, range_end: DateTime<Utc>, now: DateTime<Utc>) -> bool {
    floor.is_none_or(|floor| range_end <= until(now, floor))
}

/// Chooses chunks until so many bytes are found, and not one more: first what came back and lies in the store already, then what
/// is archived, each the oldest first. What was `tried` tonight is not chosen again.
pub(super) fn choose(
    aims: &SpaceAims,
    live: &[ChunkRow],
    at: &Situation<'_>,
    tried: &HashSet<String>,
    bytes: i64,
) -> Vec<Step> {
    let (mut back, mut leaving) = (Vec::new(), Vec::new());
    for chunk in live.iter().filter(|chunk| !tried.contains(chunk.name())) {
        match way(aims, chunk, at) {
            RoomChoice::Stays(_) => {}
            RoomChoice::Back(ids) => back.push((chunk, ids)),
            RoomChoice::Leaves => leaving.push(chunk),
        }
    }
    back.sort_by_key(|(chunk, _)| chunk.range_start);
    leaving.sort_by_key(|chunk| chunk.range_start);
    let back = back.into_iter().map(|(chunk, ids)| Step::Release(chunk.clone(), ids));
    let leaving = leaving.into_iter().map(|chunk| Step::Archive(chunk.clone()));
    let mut found = 0_i64;
    let mut chosen = Vec::new();
    for step in back.chain(leaving) {
        if found >= bytes {
            break;
        }
        found = found.saturating_add(step.leaves().map_or(0, |chunk| chunk.size_bytes));
        chosen.push(step);
    }
    chosen
}

/// What stays in the database whatever is aimed at, in bytes.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct StayingBytes {
    /// Chunks that are written to.
    pub open: i64,
    /// Chunks that the floor keeps.
    pub young: i64,
    /// Chunks that a lease keeps.
    pub leased: i64,
}

/// Adds up what stays.
pub(super) fn staying(aims: &SpaceAims, live: &[ChunkRow], at: &Situation<'_>) -> StayingBytes {
    let mut staying = StayingBytes::default();
    for chunk in live {
        if let RoomChoice::Stays(why) = way(aims, chunk, at) {
            let sum = match why {
                ChunkStayReason::Open => &mut staying.open,
                ChunkStayReason::Young => &mut staying.young,
                ChunkStayReason::Leased => &mut staying.leased,
            };
            *sum = sum.saturating_add(chunk.size_bytes);
        }
    }
    staying
}

#[cfg(test)]
mod tests;
