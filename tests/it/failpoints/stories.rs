//! What an operator does, and how it is told whether it went well in the end.

use std::fmt;

use eventodb_admin::archive::AfterVerify;
use eventodb_admin::chunks::{self, Direction, Selection};
use eventodb_admin::namespace;

use super::lab::{self, Lab, Server, shown};
use super::places::{PLACE, archived, blanked, file, give_identity, hold, scratch, until_the_drill_is_dead, walk};
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
    /// An archive comes back in a drill, and goes again.
    Drill,
    /// The same, after a drill that was killed.
    DrillLeft,
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
    /// Manifests and stream lists are lost or damaged, and are written again from the data.
    DescribeAgain,
    /// What is pruned has a copy in a second store.
    PruneCopies,
    /// The store of an archive is gone, and the run goes on by its copy.
    CopyInstead,
}

/// What must be there in the end.
pub struct Expected {
    pub export: String,
    pub versions: String,
}

const LATE: &str = "INSERT INTO {{schema}}.messages (time, position, stream_name, type) VALUES ('2013-01-03T12:00:00Z', 0, 'late-1', 'L')";

impl Story {
    pub const ALL: [Self; 44] = [
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
        Self::Drill,
        Self::DrillLeft,
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
        Self::DescribeAgain,
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
            Self::DescribeAgain => &["archives", "verify", "--all", "--repair"],
            Self::DropKept => &["chunks", "drop", "--older-than", "0d"],
            Self::Rehydrate | Self::RehydrateBesideCompressed | Self::RehydrateFails => {
                &["archives", "rehydrate", "--from", "2012-01-01", "--to", "2014-01-01"]
            }
            Self::RehydrateMissing => &["archives", "rehydrate", "{first}"],
            // It is over at once: what follows finds nothing that is to stay.
            Self::RehydrateForAWhile | Self::Lease => &["archives", "rehydrate", "{first}", "--for", "0s"],
            Self::Into | Self::IntoCompressed => &["archives", "rehydrate", "{first}", "--into", "{scratch}"],
            Self::Drill | Self::DrillLeft => &["drill", "run"],
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
            Self::Archive | Self::Sync | Self::Erase | Self::Copies | Self::Rekey | Self::DescribeAgain => {
                lab.fill(2, 40).await
            }
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
            Self::DescribeAgain => {
                let closed = lab.closed().await;
                lab.archive(&closed, AfterVerify::Keep).await;
                let [lost, damaged] = lab.archives().await.try_into().unwrap();
                for key in [&lost.manifest_key, &lost.heads_key] {
                    std::fs::remove_file(lab.object(key.as_ref())).unwrap();
                }
                for key in [&damaged.manifest_key, &damaged.heads_key] {
                    std::fs::write(lab.object(key.as_ref()), "not what was stored").unwrap();
                }
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
            Self::Hold | Self::Drill => {
                lab.archive_all().await;
            }
            Self::DrillLeft => {
                lab.archive_all().await;
                let killed = Program(lab).run(&self.command(), "drill.empty.before=kill", None);
                assert!(killed.status.code().is_none(), "it was not killed");
                until_the_drill_is_dead(lab).await;
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
}

impl fmt::Display for Story {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{self:?}")
    }
}

const ERASE: &[&str; 7] = &["archives", "erase", "--stream", "account-0", "--reason", "request 1", "--yes"];
