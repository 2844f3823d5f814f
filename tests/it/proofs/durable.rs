//! A power cut right after a drop: what a folder store holds by then is on disk, names and contents. The calls of the
//! program to its system are recorded by strace; whatever was not synced before the drop's COMMIT was sent is lost.

use std::collections::{BTreeMap, BTreeSet};
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};

use super::cli::{BINARY, Cli, made_up};

/// What a process did to files, in the order in which it was done.
#[derive(Debug, Clone, PartialEq, Eq)]
enum Event {
    /// A name was made: of a folder, or of a file that was not there.
    Made(PathBuf),
    /// Something has another name, or one more.
    Named {
        from: PathBuf,
        to: PathBuf,
        keeps: bool,
    },
    Written(PathBuf),
    Removed(PathBuf),
    Synced(PathBuf),
    /// The transaction that drops a chunk is about to be committed.
    Dropped,
}

/// A file or a folder, under whatever name.
type Node = usize;

/// What a disk has for certain.
#[derive(Debug, Default)]
struct Disk {
    nodes: usize,
    /// As the program sees it.
    names: BTreeMap<PathBuf, Node>,
    /// Contents that are not on disk yet.
    dirty: BTreeSet<Node>,
    /// Names that are not on disk yet: each lies in the folder that has to be synced.
    unsaved: BTreeSet<PathBuf>,
}

impl Disk {
    fn take(&mut self, event: &Event) {
        match event {
            Event::Made(path) => {
                if !self.names.contains_key(path) {
                    self.nodes += 1;
                    self.names.insert(path.clone(), self.nodes);
                    self.unsaved.insert(path.clone());
                }
            }
            Event::Named { from, to, keeps } => {
                if let Some(node) = self.names.get(from).copied() {
                    self.names.insert(to.clone(), node);
                    self.unsaved.insert(to.clone());
                    if !keeps {
                        self.names.remove(from);
                    }
                }
            }
            Event::Written(path) => self.dirty.extend(self.names.get(path)),
            Event::Removed(path) => {
                self.names.remove(path);
            }
            Event::Synced(path) => {
                if let Some(node) = self.names.get(path) {
                    self.dirty.remove(node);
                }
                self.unsaved.retain(|name| name.parent() != Some(path));
            }
            Event::Dropped => {}
        }
    }

    /// What would not be there after a power cut.
    fn lost(&self) -> BTreeSet<PathBuf> {
        let gone = |path: &&PathBuf| {
            path.ancestors().any(|step| self.unsaved.contains(step) && self.names.contains_key(step))
                || self.dirty.contains(&self.names[*path])
        };
        self.names.keys().filter(gone).cloned().collect()
    }
}

const CALLS: &str = "trace=openat,creat,write,pwrite64,writev,pwritev,ftruncate,fallocate,copy_file_range,rename,renameat,\
    renameat2,link,linkat,unlink,unlinkat,rmdir,mkdir,mkdirat,fsync,fdatasync,sendto,sendmsg";

/// Runs the program under strace. `None` where strace may not look.
fn recorded(cli: &Cli, args: &[&str]) -> Option<Vec<Event>> {
    let log = cli.path("calls");
    let works = Command::new("strace").args(["-qq", "-o", "/dev/null", "true"]).stderr(Stdio::null()).status();
    if !works.is_ok_and(|status| status.success()) {
        eprintln!("NOT TESTED HERE: what is on disk before a drop; this needs strace, as bin/servers installs it");
        return None;
    }
    let out = Command::new("strace")
        .args(["-f", "-qq", "-y", "-s", "400", "-e", CALLS, "-o", log.to_str().unwrap(), BINARY])
        .args(args)
        .env_clear()
        .envs(cli.variables())
        .current_dir(cli.dir.path())
        .output()
        .unwrap();
    assert!(out.status.success(), "{out:?}");
    Some(events(&std::fs::read_to_string(&log).unwrap(), &cli.path("store")))
}

/// The calls in the order of their ends; what is sent, in that of their beginnings.
fn events(log: &str, store: &Path) -> Vec<Event> {
    let mut open: BTreeMap<&str, String> = BTreeMap::new();
    let (mut all, mut drops) = (Vec::new(), false);
    for line in log.lines() {
        let (process, call) = line.split_once(' ').unwrap();
        let call = call.trim_start();
        let whole = if let Some(begun) = call.strip_suffix("<unfinished ...>") {
            open.insert(process, begun.to_owned());
            if is_sent(begun) { begun.to_owned() } else { continue }
        } else if call.starts_with("<... ") {
            let Some(begun) = open.remove(process) else { continue };
            if is_sent(&begun) {
                continue;
            }
            begun + call.split_once("resumed>").unwrap().1
        } else {
            call.to_owned()
        };
        if is_sent(&whole) {
            drops |= whole.contains("drop_chunk(");
            // The message of one statement: Q, its length, its text.
            if drops && whole.contains("Q\\0\\0\\0\\vCOMMIT\\0") {
                drops = false;
                all.push(Event::Dropped);
            }
        } else if !whole.contains("= -1 ") {
            all.extend(event(&whole).into_iter().filter(|event| is_of(event, store)));
        }
    }
    all
}

fn is_sent(call: &str) -> bool {
    let of_socket = |name: &str| call.starts_with(name) && call.contains("<socket:") || call.contains("<TCP:");
    call.starts_with("sendto(") || call.starts_with("sendmsg(") || of_socket("write(") || of_socket("writev(")
}

fn is_of(event: &Event, store: &Path) -> bool {
    match event {
        Event::Made(path) | Event::Written(path) | Event::Removed(path) => path.starts_with(store),
        // The folder above it has its name.
        Event::Synced(path) => path.starts_with(store) || Some(path.as_path()) == store.parent(),
        Event::Named { to, .. } => to.starts_with(store),
        Event::Dropped => true,
    }
}

/// Texts in quotes are paths as they were given, those in angle brackets what a number stands for.
fn event(call: &str) -> Option<Event> {
    let (name, rest) = call.split_once('(')?;
    let quoted: Vec<PathBuf> = rest.split('"').skip(1).step_by(2).map(PathBuf::from).collect();
    let of_number = || Some(PathBuf::from(rest.split_once('<')?.1.split_once('>')?.0));
    Some(match name {
        "openat" | "creat" if rest.contains("O_CREAT") || name == "creat" => Event::Made(quoted.first()?.clone()),
        "mkdir" | "mkdirat" => Event::Made(quoted.first()?.clone()),
        "rename" | "renameat" | "renameat2" => {
            Event::Named { from: quoted.first()?.clone(), to: quoted.get(1)?.clone(), keeps: false }
        }
        "link" | "linkat" => Event::Named { from: quoted.first()?.clone(), to: quoted.get(1)?.clone(), keeps: true },
        "unlink" | "unlinkat" | "rmdir" => Event::Removed(quoted.first()?.clone()),
        "fsync" | "fdatasync" => Event::Synced(of_number()?),
        "write" | "pwrite64" | "writev" | "pwritev" | "ftruncate" | "fallocate" | "copy_file_range" => {
            Event::Written(of_number()?)
        }
        _ => return None,
    })
}

/// What a power cut right after each drop takes away, of what lies there under its own name by then.
fn lost_at_drops(events: &[Event]) -> Vec<BTreeSet<PathBuf>> {
    let mut disk = Disk::default();
    let mut lost = Vec::new();
    for event in events {
        disk.take(event);
        if *event == Event::Dropped {
            lost.push(disk.lost());
        }
    }
    lost
}

#[test]
fn what_a_power_cut_after_a_drop_leaves_of_a_folder_is_every_archive() {
    let cli = Cli::new();
    let store = cli.store();
    let cli = cli.with("EVENTODB_STORE", &store);
    cli.run_with(&["messages", "import"], made_up(3, 20).as_bytes()).succeeds();
    let before = cli.run(&["messages", "export"]).succeeds().stdout.clone();
    let Some(events) = recorded(&cli, &["chunks", "archive", "--older-than", "0d"]) else { return };
    let lost = lost_at_drops(&events);
    assert_eq!(lost.len(), 3, "a drop a chunk was seen: {events:#?}");
    for (n, lost) in lost.iter().enumerate() {
        assert!(lost.is_empty(), "lost after drop {n}: {lost:#?}");
    }
    // Made up of the record alone, the folder has what is needed.
    for path in lost.last().unwrap() {
        let _ = std::fs::remove_file(path);
    }
    cli.run(&["archives", "verify", "--all"]).succeeds();
    assert_eq!(cli.run(&["messages", "export"]).succeeds().stdout, before);
    cli.run(&["archives", "rehydrate", "--from", "2013-01-01", "--to", "2014-01-01"]).succeeds();
    assert_eq!(cli.run(&["messages", "export", "--archived", "skip"]).succeeds().stdout, before);
}

/// The proof is worth something only if each kind of sync is needed for it.
#[test]
fn without_any_one_kind_of_sync_something_would_be_lost() {
    let cli = Cli::new();
    let store = cli.store();
    let cli = cli.with("EVENTODB_STORE", &store);
    cli.run_with(&["messages", "import"], made_up(1, 20).as_bytes()).succeeds();
    let Some(events) = recorded(&cli, &["chunks", "archive", "--older-than", "0d"]) else { return };
    let folders: BTreeSet<PathBuf> = events
        .iter()
        .filter_map(|event| match event {
            Event::Synced(path) if path.is_dir() => Some(path.clone()),
            _ => None,
        })
        .collect();
    assert!(folders.len() >= 4, "{folders:?}");
    // The store's mark is written again and again; of it nothing is expected but that it is whole.
    let is_mark = |path: &Path| path.to_string_lossy().contains("owner.json");
    let files = |event: &Event| matches!(event, Event::Synced(path) if !path.is_dir() && !is_mark(path));
    assert_eq!(events.iter().filter(|event| files(event)).count(), 3, "data, streams, manifest");
    let without = |gone: &dyn Fn(&Event) -> bool| {
        let left: Vec<_> = events.iter().filter(|event| !gone(event)).cloned().collect();
        lost_at_drops(&left).iter().any(|lost| !lost.is_empty())
    };
    assert!(without(&files));
    for folder in &folders {
        assert!(without(&|event| *event == Event::Synced(folder.clone())), "{}", folder.display());
    }
}
