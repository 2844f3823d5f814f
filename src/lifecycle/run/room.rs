//! Room: what leaves the database because an aim by space asks for it, the oldest first.

use std::collections::HashSet;

use super::super::outcome::{RunOutcome, SpaceOutcome};
use super::super::plan::PlanInput;
use super::super::space::{self, MeasuredSpace, Missed, StayingBytes};
use super::super::step::Step;
use super::{NamespaceNight, NamespaceWork};
use crate::archive;
use crate::db::queries::policies::SpaceAims;
use crate::error::{Error, Result};
use crate::text;

/// What fails where a continuous aggregate is in the way.
const AGGREGATES: &str = "continuous aggregates";

/// A look at a namespace and its disk.
struct RoomState {
    known: PlanInput,
    measured: MeasuredSpace,
    missed: Missed,
}

/// Why no more was done, though an aim is missed.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum RoomEnd {
    /// The aims are reached, or what waits for copies reaches them.
    Enough,
    /// No other chunk may leave.
    NothingLeft,
    /// Time was too short.
    OutOfTime,
    /// Continuous aggregates, or a store: the failure is noted.
    Refused,
    /// As many bytes again as were missing are gone, and the disk does not show it.
    Unseen,
}

impl NamespaceNight<'_> {
    /// Archives and releases chunks until the policy's aims by space are reached, after what was done by age. An aim that is
    /// missed at the end is a failure.
    pub(super) async fn make_room(&mut self, by_age: &[Step], outcome: &mut RunOutcome) -> Result<()> {
        let aims = self.work.policy.space.clone();
        if !aims.has_aim() {
            return Ok(());
        }
        if aims.keep_free.is_some() && self.work.disk.is_none() {
            outcome.fail("disk", unknown_disk(self.work.scope.namespace()));
        }
        let _alone = match aims.keep_free {
            Some(_) => Some(self.work.limits.slots.alone_with_the_disk().await),
            None => None,
        };
        let mut tried: HashSet<String> =
            by_age.iter().filter_map(Step::leaves).map(|chunk| chunk.name().to_owned()).collect();
        let mut look = self.look(&aims).await?;
        let (at_first, freed_before) = (look.missed.by_free, outcome.freed_bytes);
        let ended = loop {
            let freed = i64::try_from(outcome.freed_bytes - freed_before).unwrap_or(i64::MAX);
            let missing = look.missed.believable(at_first, freed);
            let steps = self.choose(&aims, &look, &tried, missing);
            match self.next(&steps, (&look, missing), outcome).await? {
                Some(ended) => break ended,
                None => tried.extend(steps.iter().filter_map(Step::leaves).map(|chunk| chunk.name().to_owned())),
            }
            look = self.look(&aims).await?;
        };
        self.note_room(&aims, &look, ended, outcome);
        Ok(())
    }

    async fn look(&mut self, aims: &SpaceAims) -> Result<RoomState> {
        let NamespaceWork { scope, policy, disk, .. } = self.work;
        let db = self.lock.db();
        let known = PlanInput::of(db, scope, policy).await?;
        let disk = match disk {
            Some(disk) if aims.keep_free.is_some() => Some(disk.space(db).await?),
            _ => None,
        };
        let measured = MeasuredSpace { live_bytes: space::live_bytes(&known.live), disk };
        Ok(RoomState { missed: space::missed(aims, &measured), known, measured })
    }

    /// What leaves next. A chunk that was archived tonight and waits for copies will go, and no other one goes in its place.
    fn choose(&self, aims: &SpaceAims, look: &RoomState, tried: &HashSet<String>, missing: i64) -> Vec<Step> {
        let waits = |name: &str| self.waiting.contains(name);
        let promised = look.known.live.iter().filter(|chunk| waits(chunk.name()));
        let promised = promised.fold(0_i64, |sum, chunk| sum.saturating_add(chunk.size_bytes));
        space::choose(aims, &look.known.live, &look.known.situation(), tried, missing.saturating_sub(promised))
    }

    /// Carries a choice out; says why there is no further one.
    async fn next(
        &mut self,
        steps: &[Step],
        (look, missing): (&RoomState, i64),
        outcome: &mut RunOutcome,
    ) -> Result<Option<RoomEnd>> {
        self.work.stop.check()?;
        if look.missed.bytes() == 0 || steps.is_empty() && !self.waiting.is_empty() {
            return Ok(Some(RoomEnd::Enough));
        }
        if missing == 0 {
            return Ok(Some(RoomEnd::Unseen));
        }
        if steps.is_empty() {
            return Ok(Some(RoomEnd::NothingLeft));
        }
        if self.work.limits.is_over() {
            outcome.left += steps.len() as u64;
            return Ok(Some(RoomEnd::OutOfTime));
        }
        if outcome.failures.iter().any(|failure| failure.name == AGGREGATES) {
            return Ok(Some(RoomEnd::Refused));
        }
        let told = self.work.policy.continuous_aggregates.unwrap_or_default();
        if let Err(e) = archive::may_drop(self.lock.db(), self.work.scope, told).await {
            outcome.fail(AGGREGATES, e);
            return Ok(Some(RoomEnd::Refused));
        }
        self.archives.clone_from(&look.known.archives);
        let (left, gone) = (outcome.left, outcome.archived + outcome.released);
        outcome.left += steps.len() as u64;
        self.each(steps, outcome).await?;
        outcome.for_space += outcome.archived + outcome.released - gone;
        let is_left = outcome.left > left;
        let ended = if self.work.limits.is_over() { RoomEnd::OutOfTime } else { RoomEnd::Refused };
        Ok(is_left.then_some(ended))
    }

    /// Notes what was reached. What is missed is a failure of its own, with the reason and a way out.
    fn note_room(&self, aims: &SpaceAims, look: &RoomState, ended: RoomEnd, outcome: &mut RunOutcome) {
        let missed_bytes = look.missed.bytes();
        let keep_free_bytes = aims.keep_free.zip(look.measured.disk).map(|(free, disk)| free.of_disk(disk.size_bytes));
        // Of a disk that cannot be seen nobody knows whether its aim is reached.
        let is_known = missed_bytes > 0 || aims.keep_free.is_none() || look.measured.disk.is_some();
        outcome.space = is_known.then_some(SpaceOutcome { measured: look.measured, missed_bytes, keep_free_bytes });
        if missed_bytes == 0 {
            return;
        }
        let staying = space::staying(aims, &look.known.live, &look.known.situation());
        let namespace = self.work.scope.namespace();
        let (why, hint) = reason(namespace, aims, (ended, self.waiting.len()), (&staying, outcome));
        let e = Error::failed(format!("keeping namespace {namespace} within its room"))
            .because(format!("{}; {why}", by_how_much(aims, look)))
            .hint(hint);
        outcome.fail("space", e);
    }
}

/// Which aim is missed, and by how much.
fn by_how_much(aims: &SpaceAims, look: &RoomState) -> String {
    let RoomState { measured, missed, .. } = look;
    let signed = |n: u64| i64::try_from(n).unwrap_or(i64::MAX);
    let mut said = Vec::new();
    if let Some(most) = aims.keep_at_most.filter(|_| missed.by_size > 0) {
        said.push(format!(
            "its chunks take {}, {} more than --keep-at-most {}",
            text::bytes(measured.live_bytes),
            text::bytes(missed.by_size),
            text::bytes(signed(most))
        ));
    }
    if let (Some(free), Some(disk), true) = (aims.keep_free, measured.disk, missed.by_free > 0) {
        said.push(format!(
            "{} of the disk are free, {} less than --keep-free asks for ({})",
            text::bytes(disk.free_bytes),
            text::bytes(missed.by_free),
            text::bytes(signed(free.of_disk(disk.size_bytes)))
        ));
    }
    said.join(", and ")
}

/// Why an aim is missed, and what can be done.
fn reason(
    namespace: &str,
    aims: &SpaceAims,
    (ended, waiting): (RoomEnd, usize),
    (staying, outcome): (&StayingBytes, &RunOutcome),
) -> (String, String) {
    let program = format!("eventodb-admin -n {namespace}");
    let again = format!("{program} lifecycle run goes on");
    let has_failed = !outcome.failures.is_empty();
    match ended {
        RoomEnd::OutOfTime => ("time was too short".to_owned(), format!("{again}, with a longer --max-duration")),
        RoomEnd::Refused => ("what failed above kept it from freeing more".to_owned(), format!("mend that, and {again}")),
        RoomEnd::Enough | RoomEnd::NothingLeft if waiting > 0 => (
            match waiting {
                1 => "a chunk is archived, and stays until its archive has enough copies".to_owned(),
                n => format!("{n} chunks are archived, and stay until their archives have enough copies"),
            },
            format!("{program} doctor tells which store lacks them; archives copy --all makes them"),
        ),
        RoomEnd::Unseen => (
            "as much again was freed, and the disk does not show it: others write to it, or its snapshots keep what is deleted"
                .to_owned(),
            "df and the snapshots of the file system tell; the next night goes on".to_owned(),
        ),
        RoomEnd::Enough | RoomEnd::NothingLeft if has_failed => {
            ("what could leave has failed".to_owned(), format!("see what failed above; {again}"))
        }
        RoomEnd::Enough | RoomEnd::NothingLeft => what_stays(&program, aims, staying),
    }
}

/// What no run may let go, and what can be done.
fn what_stays(program: &str, aims: &SpaceAims, staying: &StayingBytes) -> (String, String) {
    let StayingBytes { open, young, leased } = *staying;
    let parts = [
        (open, "are being written to"),
        (young, "ended less than --keep-live-at-least ago"),
        (leased, "came back, or stay, by a lease"),
    ];
    let said: Vec<_> =
        parts.iter().filter(|(n, _)| *n > 0).map(|(n, what)| format!("{} {what}", text::bytes(*n))).collect();
    let why = if said.is_empty() {
        "no chunk is left that could leave".to_owned()
    } else {
        format!("no other chunk may leave: {}", said.join(", "))
    };
    let hint = if young > 0 {
        format!("{program} policy set --keep-live-at-least with a shorter time, or a larger aim")
    } else if leased > 0 {
        format!("{program} chunks list --state rehydrated shows them; archives release lets one go")
    } else if aims.keep_at_most.is_some() {
        format!("{program} policy set --keep-at-most with more room; shorter chunk intervals let a chunk close earlier")
    } else {
        "the disk needs more room, or what else lies on it has to go".to_owned()
    };
    (why, hint)
}

fn unknown_disk(namespace: &str) -> Error {
    Error::failed(format!("looking how much of the disk of namespace {namespace} is free"))
        .because("the server's data directory cannot be seen from here")
        .hint(format!("eventodb-admin -n {namespace} policy set --disk-size 500G names its size"))
}
