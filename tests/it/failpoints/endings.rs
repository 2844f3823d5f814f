//! How a story must stand after a fault, and how it ends once the same command was run again.

use eventodb_admin::archive::State;

use super::lab::Lab;
use super::places::{archived, assert_erased_in_the_store, held, holds, in_scratch, names_and_sizes};
use super::program::Program;
use super::stories::{Expected, Story};

impl Story {
    /// What holds at every instant.
    pub async fn assert_safe(self, lab: &mut Lab, told: &str) {
        if self == Self::Sync {
            // Nothing is known yet, or all is.
            let rows = lab.archives().await.len();
            assert!(rows == 0 || rows == 2, "{told}: {rows} of 2 archives are known");
        } else if self == Self::Recount {
            let counted = lab.one("SELECT coalesce(sum(messages), 0) FROM {{schema}}.heads").await;
            assert!(counted == "0" || counted == "40", "{told}: {counted} of 40 are counted");
        } else if !matches!(
            self,
            Self::ReleaseGone | Self::ArchiveBesideGone | Self::RehydrateMissing | Self::SyncOvertaken
        ) {
            lab.assert_covered().await;
        }
        let live = lab.one("SELECT count(*) FROM {{schema}}.messages").await;
        match self {
            Self::HoldReleased | Self::SyncHeld => {
                let (rows, objects) = (held(lab).await, holds(lab).len());
                // What of it is gone was gone from the store first.
                assert!(
                    self == Self::SyncHeld || rows == "1" || objects == 0,
                    "{told}: {rows} rows, {objects} objects"
                );
                if rows == "1" || objects > 0 {
                    let prune = ["archives", "prune", "--older-than", "1d", "--dry-run"].map(str::to_owned);
                    let out = Program(lab).run(&prune, "", None);
                    assert_eq!(out.status.code(), Some(4), "{told}: {}", String::from_utf8_lossy(&out.stderr));
                }
            }
            Self::Rehydrate | Self::RehydrateFails | Self::RehydrateForAWhile => {
                assert!(live == "0" || live == "40", "{told}: {live} of 40")
            }
            Self::RehydrateMissing => assert!(live == "34" || live == "40", "{told}: {live} of 40"),
            Self::Import => assert!(live == "0" || live == "80", "{told}: {live} of 80"),
            Self::Into => {
                let there = in_scratch(lab).await;
                assert!(there == "0" || there == "40", "{told}: {there} of 40");
                assert_eq!(lab.archives().await[0].state, State::Dropped, "{told}: the archive is still the only copy");
            }
            _ => {}
        }
    }

    /// The command again, and then everything archived and brought back.
    pub async fn assert_ends_well(self, lab: &mut Lab, expected: &Expected, told: &str) {
        let program = Program(lab);
        let again = program.again(&program.command(self));
        let stderr = String::from_utf8_lossy(&again.stderr).into_owned();
        match (self, again.status.code()) {
            // It was imported, though the program never heard of it.
            (Self::Import, Some(4)) => {}
            // It was released, though the program never heard of it.
            (Self::HoldReleased, Some(3)) => {}
            (_, code) => assert_eq!(code, Some(0), "{told}: {stderr}"),
        }
        if self == Self::Discard {
            lab.assert_covered().await;
            assert!(lab.closed().await.is_empty(), "{told}");
            assert_eq!(lab.versions().await, expected.versions, "{told}");
            return;
        }
        if self == Self::Release {
            assert_eq!(lab.archives().await.len(), 1, "{told}: it was uploaded again");
        }
        if matches!(self, Self::Into | Self::IntoCompressed) {
            assert_eq!(in_scratch(lab).await, "40", "{told}");
        }
        if matches!(self, Self::Drill | Self::DrillLeft) {
            let left = "SELECT count(*) FROM eventodb_store.namespaces WHERE id = {{namespace_text}} || '-drill'";
            assert_eq!(lab.one(left).await, "0", "{told}: the throw-away namespace stays");
            let ended = "SELECT bool_and(ended_at IS NOT NULL AND cleared_at IS NOT NULL AND stored = stores)::text
                           FROM eventodb_store.drills WHERE namespace = {{namespace_text}}";
            assert_eq!(lab.one(ended).await, "true", "{told}: a drill has no end, or its report is not in the store");
        }
        if matches!(self, Self::Erase | Self::EraseOld | Self::EraseFails | Self::SyncOvertaken) {
            assert_erased_in_the_store(lab, told);
            let ends = lab
                .one(
                    "SELECT string_agg((finished_at IS NOT NULL)::text, ',') FROM eventodb_store.erasures
                       WHERE namespace = {{namespace_text}}",
                )
                .await;
            assert!(!ends.contains("false"), "{told}: {ends}");
        }
        if matches!(self, Self::Copies | Self::CopyAnew) {
            // What broken-off attempts have left in either store.
            for store in [lab.dir.path(), &lab.copies()] {
                let store = format!("file://{}", store.display());
                let sweep = ["archives", "sweep", "--older-than", "0s", "--store", &store].map(str::to_owned);
                let swept = Program(lab).run(&sweep, "", None);
                assert_eq!(swept.status.code(), Some(0), "{told}: {}", String::from_utf8_lossy(&swept.stderr));
            }
            let states = lab
                .one(
                    "SELECT string_agg(DISTINCT a.objects || ' ' || c.state, ',') FROM eventodb_store.copies c
                       JOIN eventodb_store.archives a ON a.id = c.archive
                      WHERE c.namespace = {{namespace_text}} AND NOT (a.state = 'failed' AND c.state IN ('planned', 'deleted'))",
                )
                .await;
            assert_eq!(states, "kept verified", "{told}");
            assert_eq!(names_and_sizes(&lab.copies()), names_and_sizes(lab.dir.path()), "{told}");
        }
        if self == Self::PruneCopies {
            let left = names_and_sizes(&lab.copies());
            assert!(left.len() == 1 && left[0].0.ends_with(".expired.json"), "{told}: {left:?}");
        }
        if matches!(self, Self::Rekey | Self::RekeyFails) {
            let plain: Vec<_> = archived(lab).into_iter().filter(|p| p.extension() == Some("zst".as_ref())).collect();
            assert!(plain.is_empty(), "{told}: {plain:?}");
        }
        if self == Self::Sweep {
            let objects = archived(lab);
            assert_eq!(objects.len(), 3, "{told}: the good archive's objects are all that is left: {objects:?}");
        }
        if matches!(self, Self::Hold | Self::HoldReleased | Self::SyncHeld) {
            let now = (held(lab).await, holds(lab).len());
            let expected = if self == Self::HoldReleased { ("0".to_owned(), 0) } else { ("1".to_owned(), 1) };
            assert_eq!(now, expected, "{told}: rows in force, objects");
        }
        if self == Self::ExpireHeld {
            let objects = archived(lab);
            assert_eq!(objects.len(), 4, "{told}: the archive is all there, and no tombstone: {objects:?}");
            lab.sql("DELETE FROM eventodb_store.policies WHERE namespace = {{namespace_text}}").await;
        }
        if self == Self::Expire {
            let objects = archived(lab);
            assert_eq!(objects.len(), 1, "{told}: the tombstone is all that is left: {objects:?}");
        }
        let program = Program(lab);
        let archived = program.again(&["chunks", "archive", "--older-than", "0d"].map(str::to_owned));
        assert!(archived.status.success(), "{told}: {}", String::from_utf8_lossy(&archived.stderr));
        lab.assert_covered().await;
        assert!(lab.closed().await.is_empty(), "{told}");
        let rows = lab.archives().await;
        let unfinished = |s| matches!(s, State::Planned | State::Exported | State::Uploaded | State::Verified);
        let unfinished: Vec<_> = rows.iter().filter(|a| unfinished(a.state)).map(|a| (a.id, a.state)).collect();
        assert!(unfinished.is_empty(), "{told}: {unfinished:?}");
        assert!(rows.iter().all(|a| a.frozen_chunk.is_none()), "{told}: a freeze was not forgotten");
        if self != Self::Import {
            assert_eq!(lab.versions().await, expected.versions, "{told}");
        }
        lab.rehydrate_all().await;
        let export = lab.export().await.unwrap();
        assert!(export == expected.export, "{told}: the export differs: {export}\n{}", expected.export);
        lab.assert_covered().await;
    }
}
