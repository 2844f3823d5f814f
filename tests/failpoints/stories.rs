//! What an operator does, and how it is told whether it went well in the end.

use std::fmt;
use std::path::{Path, PathBuf};

use age::secrecy::ExposeSecret;
use eventodb_admin::archive::{AfterVerify, State};
use eventodb_admin::chunks::{self, Direction, Selection};
use eventodb_admin::namespace;
use eventodb_admin::store::{AgeKeys, Store, StoreUrl};

use super::lab::{self, Lab, Server, shown};
use super::program::Program;

/// A command and the state that it finds.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Story {
    /// Two chunks are archived and dropped.
    Archive,
    /// A chunk of many parcels is archived and dropped.
    Large,
    /// A chunk is archived and stays.
    Keep,
    /// A chunk without messages is dropped.
    Empty,
    /// The export fails, and what it has sent is taken back.
    ExportFails,
    /// A rehydrated chunk goes again, unchanged.
    Release,
    /// A rehydrated chunk has late rows: it becomes a new generation.
    ReleaseChanged,
    /// A rehydrated chunk is gone: the ledger is told.
    ReleaseGone,
    /// The same, found while late rows of its range are archived.
    ArchiveBesideGone,
    /// A kept chunk is dropped because its archive is verified.
    DropKept,
    /// The run before was killed, and left a row, a frozen chunk and objects.
    Recover,
    /// An archive comes back.
    Rehydrate,
    /// An archive comes back beside late rows that are compressed, and under a continuous aggregate.
    RehydrateBesideCompressed,
    /// The copy back fails, into a chunk that was made for it.
    RehydrateFails,
    /// Some of what came back was deleted by others, and is put in.
    RehydrateMissing,
    /// An archive comes back for a while.
    RehydrateForAWhile,
    /// One that is back gets a lease.
    Lease,
    /// An archive is copied into another namespace.
    Into,
    /// The same, into a chunk that is compressed.
    IntoCompressed,
    /// A stream is erased: in an archive that is the only copy, in one whose chunk was kept, and in that chunk.
    Erase,
    /// The same in a compressed chunk.
    EraseCompressed,
    /// The same in a generation that another has taken the place of.
    EraseOld,
    /// The archive that was written anew cannot be read back.
    EraseFails,
    /// Archives are encrypted: one that is the only copy, and one whose chunk was kept.
    Rekey,
    /// The archive that was encrypted cannot be read back.
    RekeyFails,
    /// A kept chunk's archive is pruned.
    Prune,
    /// A ledger from before an archive was written anew hears of it.
    SyncOvertaken,
    /// A file is imported.
    Import,
    /// A chunk is dropped with no archive.
    Discard,
    /// The ledger is lost and made anew from the store.
    Sync,
    /// Heads that are lost, and a sequence that is behind, are made anew from what is archived.
    Recount,
    /// What an attempt that failed and an upload that was never ended have left is removed.
    Sweep,
    /// An archive is past its time.
    Expire,
    /// A hold is placed.
    Hold,
    /// It is released.
    HoldReleased,
    /// Holds are lost with the database, and made anew from the store.
    SyncHeld,
    /// A hold is placed on an archive whose expiry was killed.
    ExpireHeld,
    /// Two chunks are archived to two stores.
    Copies,
    /// A damaged copy is made anew.
    CopyAnew,
    /// What is pruned has a copy in a second store.
    PruneCopies,
    /// The store of an archive is gone, and the run goes on by its copy.
    CopyInstead,
}

/// What must be there in the end.
pub struct Expected {
    export: String,
    versions: String,
}

const LATE: &str = "INSERT INTO {{schema}}.messages (time, position, stream_name, type) VALUES ('2013-01-03T12:00:00Z', 0, 'late-1', 'L')";

impl Story {
    pub const ALL: [Self; 41] = [
        Self::Archive,
        Self::Large,
        Self::Keep,
        Self::Empty,
        Self::ExportFails,
        Self::Release,
        Self::ReleaseChanged,
        Self::ReleaseGone,
        Self::ArchiveBesideGone,
        Self::DropKept,
        Self::Recover,
        Self::Rehydrate,
        Self::RehydrateBesideCompressed,
        Self::RehydrateFails,
        Self::RehydrateMissing,
        Self::RehydrateForAWhile,
        Self::Lease,
        Self::Into,
        Self::IntoCompressed,
        Self::Erase,
        Self::EraseCompressed,
        Self::EraseOld,
        Self::EraseFails,
        Self::Rekey,
        Self::RekeyFails,
        Self::Prune,
        Self::SyncOvertaken,
        Self::Import,
        Self::Discard,
        Self::Sync,
        Self::Recount,
        Self::Sweep,
        Self::Expire,
        Self::Copies,
        Self::CopyAnew,
        Self::PruneCopies,
        Self::CopyInstead,
        Self::Hold,
        Self::HoldReleased,
        Self::SyncHeld,
        Self::ExpireHeld,
    ];

    /// The server that it can happen on.
    pub fn server(self) -> Server {
        match self {
            Self::RehydrateBesideCompressed | Self::IntoCompressed | Self::EraseCompressed => Server::Community,
            _ => Server::Main,
        }
    }

    pub fn command(self) -> Vec<String> {
        let words: &[&str] = match self {
            Self::Archive
            | Self::Large
            | Self::Empty
            | Self::ExportFails
            | Self::ArchiveBesideGone
            | Self::Recover
            | Self::Copies => &["chunks", "archive", "--older-than", "0d"],
            Self::Keep => &["chunks", "archive", "--older-than", "0d", "--keep"],
            Self::Release | Self::ReleaseChanged | Self::ReleaseGone | Self::CopyInstead => {
                &["archives", "release", "{first}"]
            }
            Self::CopyAnew => &["archives", "copy", "--all"],
            Self::DropKept => &["chunks", "drop", "--older-than", "0d"],
            Self::Rehydrate | Self::RehydrateBesideCompressed | Self::RehydrateFails => {
                &["archives", "rehydrate", "--from", "2012-01-01", "--to", "2014-01-01"]
            }
            Self::RehydrateMissing => &["archives", "rehydrate", "{first}"],
            // It is over at once: what follows finds nothing that is to stay.
            Self::RehydrateForAWhile | Self::Lease => &["archives", "rehydrate", "{first}", "--for", "0s"],
            Self::Into | Self::IntoCompressed => &["archives", "rehydrate", "{first}", "--into", "{scratch}"],
            Self::Erase | Self::EraseCompressed | Self::EraseOld | Self::EraseFails => ERASE,
            Self::Prune | Self::PruneCopies => {
                &["archives", "prune", "--older-than", "1d", "--yes", "--confirm-count", "1"]
            }
            Self::Rekey | Self::RekeyFails => &["archives", "rekey", "--add", "{recipient}"],
            Self::SyncOvertaken => &["archives", "sync"],
            Self::Import => &["messages", "import", "{file}"],
            Self::Discard => &["chunks", "drop", "--older-than", "0d", "--unarchived", "--yes"],
            Self::Sync => &["archives", "sync"],
            Self::Recount => &["namespaces", "recount", "--accept-missing", "--yes"],
            Self::Sweep => &["archives", "sweep", "--older-than", "0s"],
            Self::Expire | Self::ExpireHeld => &["lifecycle", "run"],
            Self::Hold => PLACE,
            Self::HoldReleased => &["holds", "release", "--case", "7", "--yes"],
            Self::SyncHeld => &["archives", "sync"],
        };
        words.iter().map(|&word| word.to_owned()).collect()
    }

    /// What goes wrong in the story itself.
    pub fn standing(self) -> &'static str {
        match self {
            Self::ExportFails => "archive.copied=error",
            Self::RehydrateFails => "rehydrate.copy.after=error",
            Self::EraseFails => "erase.read-back.after=error",
            Self::RekeyFails => "rekey.read-back.after=error",
            _ => "",
        }
    }

    /// Comes to the point where the command is given.
    pub async fn prepare(self, lab: &mut Lab) -> Expected {
        let lines = match self {
            Self::Import => lab::made_up(2, 40),
            Self::Archive | Self::Sync | Self::Erase | Self::Copies | Self::Rekey => lab.fill(2, 40).await,
            Self::Large => lab.fill(1, 8000).await,
            _ => lab.fill(1, 40).await,
        };
        match self {
            Self::Archive | Self::Large | Self::Keep | Self::ExportFails | Self::Discard => {}
            Self::Empty => {
                lab.sql("DELETE FROM {{schema}}.messages; UPDATE {{schema}}.heads SET messages = 0").await;
            }
            Self::Release | Self::ReleaseChanged | Self::ReleaseGone | Self::ArchiveBesideGone => {
                lab.archive_all().await;
                lab.rehydrate_all().await;
                if matches!(self, Self::ReleaseGone | Self::ArchiveBesideGone) {
                    lab.sql(
                        "SELECT {{extension}}.drop_chunks('{{schema_text}}.messages'::regclass, '2014-01-01'::timestamptz)",
                    )
                    .await;
                }
                if matches!(self, Self::ReleaseChanged | Self::ArchiveBesideGone) {
                    lab.sql(LATE).await;
                }
            }
            Self::RekeyFails => {
                give_identity(lab).await;
                lab.archive_all().await;
            }
            Self::Erase | Self::Rekey => {
                if self == Self::Rekey {
                    give_identity(lab).await;
                }
                let closed = lab.closed().await;
                lab.archive(&closed[..1], AfterVerify::Drop).await;
                lab.archive(&closed[1..], AfterVerify::Keep).await;
            }
            Self::EraseCompressed => {
                let chunk = lab.closed().await.remove(0);
                chunks::resize(&lab.db, &lab.scope, &chunk, Direction::Compress).await.map_err(shown).unwrap();
            }
            Self::EraseOld => {
                lab.archive_all().await;
                lab.rehydrate_all().await;
                // Longer than it was: a new generation.
                lab.sql(
                    "UPDATE {{schema}}.messages SET data = data || '{\"more\": 1}' WHERE stream_name = 'account-0'",
                )
                .await;
                lab.archive_all().await;
            }
            Self::EraseFails => {
                lab.archive_all().await;
            }
            Self::Prune => {
                let closed = lab.closed().await;
                lab.archive(&closed, AfterVerify::Keep).await;
            }
            Self::SyncOvertaken => {
                lab.archive_all().await;
                let erased = Program(lab).run(&ERASE.map(str::to_owned), "", None);
                assert_eq!(erased.status.code(), Some(0), "{}", String::from_utf8_lossy(&erased.stderr));
                let [old, new] = lab.archives().await.try_into().unwrap();
                lab.sql(&format!(
                    "SET session_replication_role = replica;
                     UPDATE eventodb_store.archives SET state = 'dropped', superseded_by = NULL, objects = 'kept' WHERE id = {};
                     DELETE FROM eventodb_store.archives WHERE id = {}; RESET session_replication_role",
                    old.id, new.id
                ))
                .await;
            }
            Self::RehydrateForAWhile => {
                lab.archive_all().await;
            }
            Self::RehydrateMissing => {
                lab.archive_all().await;
                lab.rehydrate_all().await;
                lab.sql("DELETE FROM {{schema}}.messages WHERE global_position BETWEEN 4 AND 9").await;
            }
            Self::Lease => {
                lab.archive_all().await;
                lab.rehydrate_all().await;
            }
            Self::Into | Self::IntoCompressed => {
                lab.archive_all().await;
                let scratch = scratch(lab);
                lab::create(&mut lab.another_session().await, &scratch).await;
                if self == Self::IntoCompressed {
                    lab.note_first_archive().await;
                    let mut words = Program(lab).command(self);
                    words.extend(["--only-streams", "--stream", "order-11"].map(str::to_owned));
                    // By stream, and not by number.
                    words.remove(2);
                    let some = Program(lab).run(&words, "", None);
                    assert_eq!(some.status.code(), Some(0), "{}", String::from_utf8_lossy(&some.stderr));
                    let scope = namespace::open(&lab.db, &scratch).await.unwrap().scope;
                    let older = Selection::OlderThan(std::time::Duration::ZERO);
                    let chunk = chunks::select(&lab.db, &scope, &older).await.unwrap().remove(0);
                    chunks::resize(&lab.db, &scope, &chunk, Direction::Compress).await.map_err(shown).unwrap();
                }
            }
            Self::DropKept => {
                let closed = lab.closed().await;
                lab.archive(&closed, AfterVerify::Keep).await;
            }
            Self::Recover => {
                let killed = Program(lab).run(&self.command(), "archive.put-manifest.after=kill", None);
                assert!(killed.status.code().is_none(), "it was not killed");
                Program(lab).until_the_lock_is_free().await;
            }
            Self::Rehydrate => {
                lab.archive_all().await;
            }
            Self::RehydrateFails => {
                lab.archive_all().await;
                // A setting that chunks take over: a table filled aside would lack it.
                lab.sql("ALTER TABLE {{schema}}.messages SET (autovacuum_analyze_threshold = 51)").await;
            }
            Self::RehydrateBesideCompressed => {
                lab.sql(
                    "CREATE MATERIALIZED VIEW {{schema}}.hourly WITH (timescaledb.continuous) AS
                     SELECT {{extension}}.time_bucket('1 hour', time) AS hour, count(*) AS messages
                       FROM {{schema}}.messages GROUP BY 1 WITH NO DATA",
                )
                .await;
                lab.sql(
                    "INSERT INTO eventodb_store.policies (namespace, continuous_aggregates) VALUES ({{namespace_text}}, 'allow')",
                )
                .await;
                lab.archive_all().await;
                lab.sql(LATE).await;
                let late = lab.closed().await.remove(0);
                chunks::resize(&lab.db, &lab.scope, &late, Direction::Compress).await.map_err(shown).unwrap();
            }
            Self::Import => std::fs::write(file(lab), &lines).unwrap(),
            Self::Sync | Self::Recount => {
                lab.archive_all().await;
            }
            Self::Expire => {
                lab.archive_all().await;
                lab.sql(
                    "INSERT INTO eventodb_store.policies (namespace, archive_after, expire_archives_after)
                     VALUES ({{namespace_text}}, '0', '1 day')",
                )
                .await;
            }
            Self::Copies => lab.keep_copies(None).await,
            Self::CopyAnew => {
                lab.keep_copies(None).await;
                let made = Program(lab).run(&Self::Copies.command(), "", None);
                assert_eq!(made.status.code(), Some(0), "{}", String::from_utf8_lossy(&made.stderr));
                for damaged in walk(&lab.copies().join(lab.scope.namespace())) {
                    if !damaged.ends_with("owner.json") {
                        std::fs::write(damaged, "not what was stored").unwrap();
                    }
                }
                lab.sql("UPDATE eventodb_store.copies SET state = 'damaged' WHERE namespace = {{namespace_text}}")
                    .await;
            }
            Self::PruneCopies => {
                lab.keep_copies(None).await;
                let keep = Program(lab).run(&Self::Keep.command(), "", None);
                assert_eq!(keep.status.code(), Some(0), "{}", String::from_utf8_lossy(&keep.stderr));
            }
            Self::CopyInstead => {
                let gone = lab.copies();
                lab.keep_copies(Some(&gone)).await;
                let mut words = Self::Copies.command();
                words.extend(["--store".to_owned(), format!("file://{}", gone.display())]);
                let made = Program(lab).run(&words, "", None);
                assert_eq!(made.status.code(), Some(0), "{}", String::from_utf8_lossy(&made.stderr));
                lab.rehydrate_all().await;
                std::fs::remove_dir_all(gone).unwrap();
                lab.sql("DELETE FROM eventodb_store.policies WHERE namespace = {{namespace_text}}").await;
            }
            Self::Hold => {
                lab.archive_all().await;
            }
            Self::HoldReleased | Self::SyncHeld => {
                lab.archive_all().await;
                hold(lab);
                if self == Self::SyncHeld {
                    lab.sql("DELETE FROM eventodb_store.holds WHERE namespace = {{namespace_text}}").await;
                }
            }
            Self::ExpireHeld => {
                lab.archive_all().await;
                lab.sql(
                    "INSERT INTO eventodb_store.policies (namespace, archive_after, expire_archives_after)
                     VALUES ({{namespace_text}}, '0', '1 day')",
                )
                .await;
                let killed = Program(lab).run(&self.command(), "expire.tell.before=kill", None);
                assert!(killed.status.code().is_none(), "it was not killed");
                Program(lab).until_the_lock_is_free().await;
                assert_eq!(archived(lab).len(), 4, "the archive and its tombstone");
                hold(lab);
            }
            Self::Sweep => {
                let failed = Program(lab).run(&Self::Archive.command(), "archive.read-back.before=error", None);
                assert_eq!(failed.status.code(), Some(1));
                let data = lab.archives().await.remove(0).object_key;
                std::fs::write(lab.object(data.as_ref()).with_extension("zst.tmp-abcdefgh"), "cut off").unwrap();
                lab.archive_all().await;
            }
        }
        let expected = Expected { export: self.export(lab, lines).await, versions: lab.versions().await };
        if self == Self::Sync {
            lab.sql("DELETE FROM eventodb_store.archives WHERE namespace = {{namespace_text}}").await;
        }
        if matches!(self, Self::Sync | Self::Recount) {
            lab.sql(
                "DELETE FROM {{schema}}.heads; SELECT setval('{{schema_text}}.messages_global_position_seq', 1, false)",
            )
            .await;
        }
        expected
    }

    /// The export in the end: what was filled in, and the late row that some stories have.
    async fn export(self, lab: &Lab, lines: String) -> String {
        match self {
            Self::ReleaseChanged => lab.export().await.unwrap(),
            Self::ArchiveBesideGone | Self::RehydrateBesideCompressed => {
                let late = lab.one("SELECT to_json(id) || ' ' || global_position FROM {{schema}}.messages").await;
                let (id, gpos) = late.split_once(' ').unwrap();
                format!(
                    "{lines}{{\"id\":{id},\"stream\":\"late-1\",\"type\":\"L\",\"pos\":0,\"gpos\":{gpos},\"data\":null,\
                     \"meta\":null,\"time\":\"2013-01-03T12:00:00Z\"}}\n"
                )
            }
            Self::Erase | Self::EraseCompressed | Self::EraseOld | Self::EraseFails | Self::SyncOvertaken => {
                blanked(&lines)
            }
            Self::Empty | Self::Discard | Self::Expire => String::new(),
            _ => lines,
        }
    }

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
            let states = lab
                .one("SELECT string_agg(DISTINCT state, ',') FROM eventodb_store.copies WHERE namespace = {{namespace_text}}")
                .await;
            assert_eq!(states, "verified", "{told}");
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

impl fmt::Display for Story {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{self:?}")
    }
}

const ERASE: &[&str; 7] = &["archives", "erase", "--stream", "account-0", "--reason", "request 1", "--yes"];

const PLACE: &[&str; 6] = &["holds", "place", "--case", "7", "--stream", "account-0"];

fn hold(lab: &Lab) {
    let placed = Program(lab).run(&PLACE.map(str::to_owned), "", None);
    assert_eq!(placed.status.code(), Some(0), "{}", String::from_utf8_lossy(&placed.stderr));
}

/// Holds in force by the database.
async fn held(lab: &Lab) -> String {
    lab.one("SELECT count(*) FROM eventodb_store.holds WHERE namespace = {{namespace_text}} AND released_at IS NULL")
        .await
}

/// Holds that the store has.
fn holds(lab: &Lab) -> Vec<PathBuf> {
    let mut found = walk(lab.dir.path());
    found.retain(|path| path.to_str().unwrap().contains("/holds/"));
    found
}

/// The namespace beside the lab's.
pub fn scratch(lab: &Lab) -> String {
    format!("{}s", lab.scope.namespace())
}

async fn in_scratch(lab: &Lab) -> String {
    let scope = namespace::open(&lab.db, &scratch(lab)).await.unwrap().scope;
    let sql = format!("SELECT count(*)::text FROM {}", scope.messages());
    lab.db.query_one(&sql, &[]).await.unwrap().get(0)
}

/// The lines without the content of the stream that is erased.
fn blanked(lines: &str) -> String {
    let blank = |line: &str| match line.split_once("\"data\":").filter(|_| line.contains("\"stream\":\"account-0\"")) {
        Some((before, rest)) => format!("{before}\"data\":null{}\n", &rest[rest.find(",\"meta\"").unwrap()..]),
        None => format!("{line}\n"),
    };
    lines.lines().map(blank).collect()
}

/// Every archive there is, also of attempts that failed, has no content of the stream.
fn assert_erased_in_the_store(lab: &Lab, told: &str) {
    for path in walk(lab.dir.path()).iter().filter(|p| p.to_str().unwrap().ends_with(".csv.zst")) {
        let text = String::from_utf8(zstd::decode_all(std::fs::File::open(path).unwrap()).unwrap()).unwrap();
        let rows: Vec<_> = text.lines().filter(|row| row.contains(",account-0,")).collect();
        assert!(!rows.is_empty() && rows.iter().all(|row| row.ends_with(",,")), "{told}: {rows:?} in {path:?}");
    }
}

/// What the store has beside the mark of its owner.
fn archived(lab: &Lab) -> Vec<PathBuf> {
    let mut found = walk(lab.dir.path());
    found.retain(|path| !path.ends_with("owner.json"));
    found
}

fn walk(folder: &Path) -> Vec<PathBuf> {
    let mut found = Vec::new();
    for entry in std::fs::read_dir(folder).unwrap() {
        let path = entry.unwrap().path();
        if path.is_dir() { found.extend(walk(&path)) } else { found.push(path) }
    }
    found
}

/// What lies in a store, without the marks that tell whose it is, and without what was begun.
fn names_and_sizes(store: &Path) -> Vec<(String, u64)> {
    let mut all: Vec<_> = walk(store)
        .into_iter()
        .map(|path| (path.strip_prefix(store).unwrap().display().to_string(), path.metadata().unwrap().len()))
        .filter(|(name, _)| !name.ends_with("owner.json") && !name.contains(".tmp-"))
        .collect();
    all.sort();
    all
}

/// The age identity that the lab and its programs read archives by, where it has one.
pub fn identity(lab: &Lab) -> PathBuf {
    lab.dir.path().join("identity.txt")
}

/// Whom the lab's identity opens archives for.
pub fn recipient(lab: &Lab) -> String {
    let text = std::fs::read_to_string(identity(lab)).unwrap_or_default();
    text.lines().find_map(|line| line.strip_prefix("# public key: ")).unwrap_or_default().to_owned()
}

async fn give_identity(lab: &mut Lab) {
    let own = age::x25519::Identity::generate();
    let text = format!("# public key: {}\n{}\n", own.to_public(), own.to_string().expose_secret());
    std::fs::write(identity(lab), text).unwrap();
    lab.settings.age = AgeKeys::new(Vec::new(), vec![own]);
    lab.store = Store::open(&StoreUrl::file(lab.dir.path()).unwrap(), &lab.settings).await.unwrap();
}

pub fn file(lab: &Lab) -> PathBuf {
    lab.dir.path().join("events.ndjson")
}
