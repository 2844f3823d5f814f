//! What may happen to a namespace, and how often it does.

use std::fmt;
use std::path::Path;

use proptest::collection::vec;
use proptest::prelude::*;
use proptest::sample::select;

/// A step of a history. Numbers choose among what is there when the step is taken.
#[derive(Debug, Clone)]
pub enum Action {
    /// A run of the program, and what happens meanwhile.
    Run(What, Meanwhile),
    /// Rows for an old week, by plain INSERT in a session of their own.
    Late(Late),
    /// The same, with our triggers off; `namespaces recount` comes after them.
    Bypass(Late),
    /// A copy of the database does this with the original's store.
    InACopy(What),
    Restart(Stop),
    /// One of two stores is away from now on; where one is away already, it is back.
    Away(u8),
}

/// Which command is run.
#[derive(Debug, Clone)]
pub enum What {
    Write {
        stream: u8,
        expected: Expected,
        body: u8,
    },
    /// An event that is there already, sent again: the same, or another under its id.
    WriteAgain {
        event: u8,
        same: bool,
    },
    Import {
        lines: Vec<Line>,
        places: Places,
    },
    Compress(Which),
    Decompress(Which),
    Archive {
        which: Which,
        keep: bool,
        jobs: u8,
        codec: &'static str,
    },
    Drop(Which),
    Rehydrate(Back),
    Release(u8),
    Verify,
    Export,
}

/// An event for an old week.
#[derive(Clone, Copy)]
pub struct Line {
    pub stream: u8,
    pub week: u8,
    /// Into the week, in parts of 65536; the first and the last are its first and last microsecond.
    pub at: u16,
    pub body: u8,
}

impl fmt::Debug for Line {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "s{} w{}@{} b{}", self.stream, self.week, self.at, self.body)
    }
}

/// Rows for one stream.
#[derive(Debug, Clone, Copy)]
pub struct Late {
    pub first: Line,
    pub rows: u8,
    /// With global positions that nobody has, below the highest.
    pub in_gaps: bool,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Expected {
    Any,
    Right,
    Wrong,
}

/// The positions and global positions of an import.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Places {
    /// Above all there are, so many apart.
    Above(u8),
    /// Global positions between others, that nobody has.
    InGaps,
    /// None: the lines are appended.
    Chosen,
    /// The first line's position is another event's.
    Taken,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Which {
    All,
    One(u8),
}

#[derive(Debug, Clone, Copy)]
pub enum Back {
    Id(u8),
    Weeks(u8, u8),
    Stream(u8),
    All,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Stop {
    Fast,
    Immediate,
}

/// What happens while a command runs. Times are milliseconds after its start.
#[derive(Debug, Clone)]
pub enum Meanwhile {
    Nothing,
    /// Killed, or an answer lost, at a failpoint; nothing where the run does not pass it.
    Failpoint(String, &'static str),
    Signal(&'static str, u16),
    Restart(Stop, u16),
    /// Rows for old weeks in a session of their own, until the command ends.
    Writer(Late),
    Second(Box<What>, u16),
    /// A setting of the role or the database holds in the run's sessions.
    Setting(&'static str, Of),
}

/// What a setting belongs to.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Of {
    Role,
    Database,
    RoleInDatabase,
}

/// Settings that hide rows, switch triggers off, or let a commit be lost.
const SETTINGS: [&str; 5] = [
    "timescaledb.enable_columnarscan = off",
    "timescaledb.restoring = on",
    "session_replication_role = replica",
    "row_security = off",
    "synchronous_commit = off",
];

impl fmt::Display for Action {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Run(what, Meanwhile::Nothing) => write!(f, "{what:?}"),
            Self::Run(what, meanwhile) => write!(f, "{what:?} while {meanwhile:?}"),
            Self::Late(late) => write!(f, "{late:?}"),
            Self::Bypass(late) => write!(f, "Bypass {late:?}"),
            Self::InACopy(what) => write!(f, "in a copy: {what:?}"),
            Self::Restart(how) => write!(f, "Restart {how:?}"),
            Self::Away(which) => write!(f, "a store away or back: {which}"),
        }
    }
}

/// What can be asked of the place where histories run.
#[derive(Debug, Clone, Copy)]
pub struct Abilities {
    /// The server may be restarted.
    pub restart: bool,
    /// Sessions are independent of each other.
    pub sessions: bool,
    /// The program has `archives release`.
    pub release: bool,
    /// Databases can be copied, and have settings of their own: the server is the histories' alone.
    pub own_server: bool,
}

/// The names of all failpoints, as the source has them.
pub fn failpoints() -> Vec<String> {
    let mut names = Vec::new();
    scan(&Path::new(env!("CARGO_MANIFEST_DIR")).join("src"), &mut names);
    names.sort();
    names.dedup();
    assert!(!names.is_empty(), "there is no failpoint in the source");
    names
}

fn scan(folder: &Path, names: &mut Vec<String>) {
    for entry in std::fs::read_dir(folder).unwrap() {
        let path = entry.unwrap().path();
        if path.is_dir() {
            scan(&path, names);
        } else if path.extension().is_some_and(|e| e == "rs") {
            let text = std::fs::read_to_string(&path).unwrap();
            for (marker, ends) in [("failpoint!(", &[""][..]), ("effect!(", &[".before", ".after"])] {
                for rest in text.split(marker).skip(1) {
                    let Some((name, _)) = rest.trim_start().strip_prefix('"').and_then(|r| r.split_once('"')) else {
                        continue;
                    };
                    names.extend(ends.iter().map(|end| format!("{name}{end}")));
                }
            }
        }
    }
}

/// Failpoints that a command may pass.
fn points_of(what: &What, all: &[String]) -> Vec<String> {
    let begins: &[&str] = match what {
        What::Import { .. } => &["import."],
        What::Rehydrate(_) => &["rehydrate."],
        What::Write { .. } => &["write."],
        _ => &[],
    };
    let others = ["import.", "rehydrate.", "write.", "discard."];
    let fits = |name: &&String| match begins {
        [] => !others.iter().any(|o| name.starts_with(o)),
        _ => begins.iter().any(|b| name.starts_with(b)),
    };
    let found: Vec<_> = all.iter().filter(fits).cloned().collect();
    if found.is_empty() { all.to_vec() } else { found }
}

const STREAMS: u8 = 7;
/// Weeks of 2013 that events lie in.
pub const WEEKS: u8 = 4;

fn line() -> impl Strategy<Value = Line> {
    let at = prop_oneof![1 => Just(0_u16), 1 => Just(u16::MAX), 8 => any::<u16>()];
    (0..STREAMS, 0..WEEKS, at, any::<u8>()).prop_map(|(stream, week, at, body)| Line { stream, week, at, body })
}

fn late() -> impl Strategy<Value = Late> {
    (line(), 1..4_u8, prop::bool::weighted(0.25)).prop_map(|(first, rows, in_gaps)| Late { first, rows, in_gaps })
}

fn which() -> impl Strategy<Value = Which> {
    prop_oneof![any::<u8>().prop_map(Which::One), Just(Which::All)]
}

fn import() -> impl Strategy<Value = What> {
    let places = prop_oneof![
        5 => (1..4_u8).prop_map(Places::Above),
        2 => Just(Places::InGaps),
        2 => Just(Places::Chosen),
        1 => Just(Places::Taken),
    ];
    (vec(line(), 1..25), places).prop_map(|(lines, places)| What::Import { lines, places })
}

fn archive() -> impl Strategy<Value = What> {
    let codec = select(vec!["zstd", "zstd", "gzip", "none"]);
    (which(), prop::bool::weighted(0.3), 1..3_u8, codec).prop_map(|(which, keep, jobs, codec)| What::Archive {
        which,
        keep,
        jobs,
        codec,
    })
}

fn back() -> impl Strategy<Value = Back> {
    prop_oneof![
        2 => any::<u8>().prop_map(Back::Id),
        2 => (0..WEEKS, 1..WEEKS).prop_map(|(from, weeks)| Back::Weeks(from, weeks)),
        1 => (0..STREAMS).prop_map(Back::Stream),
        1 => Just(Back::All),
    ]
}

fn write() -> impl Strategy<Value = What> {
    let expected = prop_oneof![2 => Just(Expected::Any), 2 => Just(Expected::Right), 1 => Just(Expected::Wrong)];
    (0..STREAMS, expected, any::<u8>()).prop_map(|(stream, expected, body)| What::Write { stream, expected, body })
}

/// What works on chunks and archives; it may run beside anything.
fn lifecycle(can: Abilities) -> impl Strategy<Value = What> {
    prop_oneof![
        8 => archive(),
        3 => which().prop_map(What::Compress),
        1 => which().prop_map(What::Decompress),
        2 => which().prop_map(What::Drop),
        8 => back().prop_map(What::Rehydrate),
        if can.release { 4 } else { 0 } => any::<u8>().prop_map(What::Release),
        1 => Just(What::Verify),
        1 => Just(What::Export),
    ]
}

fn what(can: Abilities) -> impl Strategy<Value = What> {
    prop_oneof![
        2 => write(),
        1 => (any::<u8>(), any::<bool>()).prop_map(|(event, same)| What::WriteAgain { event, same }),
        3 => import(),
        12 => lifecycle(can),
    ]
}

fn stop() -> impl Strategy<Value = Stop> {
    prop_oneof![Just(Stop::Fast), Just(Stop::Immediate)]
}

/// Most commands take 20 to 200 ms: moments early and late.
fn moment() -> impl Strategy<Value = u16> {
    prop_oneof![3 => 5..120_u16, 1 => 120..400_u16]
}

fn meanwhile(what: &What, can: Abilities, points: &[String]) -> impl Strategy<Value = Meanwhile> + use<> {
    let points = points_of(what, points);
    let beside = u32::from(can.sessions);
    prop_oneof![
        10 => Just(Meanwhile::Nothing),
        8 => (select(points), select(vec!["kill", "kill", "error"])).prop_map(|(p, how)| Meanwhile::Failpoint(p, how)),
        3 * beside => (select(vec!["KILL", "KILL", "INT", "TERM"]), moment()).prop_map(|(s, at)| Meanwhile::Signal(s, at)),
        u32::from(can.restart) => (stop(), moment()).prop_map(|(how, at)| Meanwhile::Restart(how, at)),
        3 * beside => late().prop_map(Meanwhile::Writer),
        3 * u32::from(can.own_server) => (select(SETTINGS.to_vec()), select(vec![Of::Role, Of::Database, Of::RoleInDatabase]))
            .prop_map(|(setting, of)| Meanwhile::Setting(setting, of)),
        2 * beside => (lifecycle(can), 0..150_u16).prop_map(|(what, at)| Meanwhile::Second(Box::new(what), at)),
    ]
}

/// A history.
pub fn history(can: Abilities) -> impl Strategy<Value = Vec<Action>> {
    let points = failpoints();
    let run = what(can).prop_flat_map(move |what| {
        meanwhile(&what, can, &points).prop_map(move |meanwhile| Action::Run(what.clone(), meanwhile))
    });
    let action = prop_oneof![
        30 => run,
        9 => late().prop_map(Action::Late),
        2 * u32::from(can.own_server) => late().prop_map(Action::Bypass),
        u32::from(can.own_server) => lifecycle(can).prop_map(Action::InACopy),
        u32::from(can.restart) => stop().prop_map(Action::Restart),
        // Where there is one store alone, nothing happens.
        3 => any::<u8>().prop_map(Action::Away),
    ];
    // There is something to begin with: an import with room between its global positions.
    let begin = vec(line(), 12..40)
        .prop_map(|lines| Action::Run(What::Import { lines, places: Places::Above(3) }, Meanwhile::Nothing));
    (begin, vec(action, 14..32)).prop_map(|(first, mut rest)| {
        rest.insert(0, first);
        rest
    })
}
