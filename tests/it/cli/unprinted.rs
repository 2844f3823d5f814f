//! Answers that cannot be printed, of what is done and is not to be done twice.

use std::path::{Path, PathBuf};
use std::process::{Command, Output, Stdio};

use super::cli::{BINARY, Cli};

/// Runs the program with its standard output in a file.
fn run_into(cli: &Cli, args: &[&str], file: &str, stdin: &str) -> Output {
    let out = std::fs::OpenOptions::new().append(true).create(true).open(file).unwrap();
    let input = std::fs::File::open(cli.file("stdin", stdin)).unwrap();
    let mut command = Command::new(BINARY);
    command.args(args).env_clear().envs(cli.variables()).stdin(input).stdout(out).stderr(Stdio::piped());
    command.output().unwrap()
}

fn said(output: &Output) -> String {
    String::from_utf8_lossy(&output.stderr).into_owned()
}

fn messages(cli: &Cli, stream: &str) -> usize {
    cli.json(&["messages", "read", stream]).as_array().unwrap().len()
}

#[test]
fn a_write_whose_answer_cannot_be_printed_says_that_it_is_done_and_where() {
    let cli = Cli::new();
    let out = run_into(&cli, &["messages", "write", "full-1", "T", "--data", "{}"], "/dev/full", "");
    let text = said(&out);
    assert_eq!(out.status.code(), Some(1), "{text}");
    assert!(text.contains("done: message ") && text.contains("stream full-1 at position 0, global position 1"), "{text}");
    assert!(text.contains("No space left on device") && text.contains("hint: do not write it again"), "{text}");
    // What the hint says is so.
    let id = text.split("--id ").nth(1).unwrap().split_whitespace().next().unwrap();
    let again = ["messages", "write", "full-1", "T", "--data", "{}", "--id", id];
    assert_eq!(cli.json(&again)["position"], 0);
    assert_eq!(messages(&cli, "full-1"), 1);
}

#[test]
fn an_import_whose_answer_cannot_be_printed_says_whether_it_may_be_done_again() {
    let cli = Cli::new();
    let line = r#"{"stream":"full-2","type":"T","data":{}}"#;
    let text = said(&run_into(&cli, &["messages", "import"], "/dev/full", line));
    assert!(text.contains("done: 1 messages were imported, 1 of them appended"), "{text}");
    assert!(text.contains("hint: do not import it again"), "{text}");
    assert_eq!(messages(&cli, "full-2"), 1);
    let exported = cli.run(&["messages", "export"]).stdout;
    let text = said(&run_into(&cli, &["messages", "import"], "/dev/full", &exported));
    assert!(text.contains("to import it again changes nothing"), "{text}");
    assert_eq!(messages(&cli, "full-2"), 1);
}

#[test]
fn a_namespace_whose_token_nobody_has_seen_says_so_and_how_to_get_another() {
    let cli = Cli::bare();
    let out = run_into(&cli, &["namespaces", "create", &cli.namespace], "/dev/full", "");
    let text = said(&out);
    assert_eq!(out.status.code(), Some(1), "{text}");
    assert!(text.contains(&format!("done: namespace {} was made", cli.namespace)), "{text}");
    assert!(text.contains("its token was shown to nobody: eventodb-admin namespaces delete"), "{text}");
    assert!(!text.contains("ns_"), "{text}");
    // It was closed from the beginning.
    let last = cli.beside();
    let script = format!("exec '{BINARY}' namespaces create {} >&-", last.namespace);
    let out = Command::new("/bin/sh").args(["-c", &script]).env_clear().envs(cli.variables()).output().unwrap();
    assert!(said(&out).contains("shown to nobody"), "{}", said(&out));
    cli.run(&["namespaces", "delete", &last.namespace, "--yes"]).succeeds();
    cli.run(&["namespaces", "create", &last.namespace]).succeeds();
}

#[test]
fn help_that_cannot_be_printed_is_a_failure() {
    let cli = Cli::offline();
    for args in [&["--help"][..], &["--version"], &["messages", "write", "--help"]] {
        let out = run_into(&cli, args, "/dev/full", "");
        assert_eq!(out.status.code(), Some(1), "{args:?}: {}", said(&out));
        assert!(said(&out).contains("No space left on device"), "{args:?}: {}", said(&out));
    }
}

/// A small file system without room, unmounted when it is dropped.
struct FullDisk(PathBuf);

impl FullDisk {
    fn mount(at: &Path) -> Option<Self> {
        std::fs::create_dir(at).unwrap();
        let mounted = Command::new("mount").args(["-t", "tmpfs", "-o", "size=64k", "tmpfs"]).arg(at).output().ok()?;
        let disk = mounted.status.success().then(|| Self(at.to_owned()))?;
        std::fs::write(at.join("log"), "").unwrap();
        std::fs::write(at.join("filling"), vec![0; 1 << 20]).unwrap_err();
        Some(disk)
    }
}

impl Drop for FullDisk {
    fn drop(&mut self) {
        Command::new("umount").arg(&self.0).status().ok();
    }
}

#[test]
fn where_the_answer_would_go_to_a_full_disk_nothing_is_written() {
    let cli = Cli::new();
    let Some(disk) = FullDisk::mount(&cli.path("full")) else {
        eprintln!("SKIPPED where_the_answer_would_go_to_a_full_disk_nothing_is_written: mounting a small tmpfs needs root");
        return;
    };
    let log = disk.0.join("log").display().to_string();
    let other = cli.beside().namespace;
    let line = r#"{"stream":"full-3","type":"T","data":{}}"#;
    for args in
        [&["messages", "write", "full-3", "T"][..], &["messages", "import"], &["namespaces", "create", other.as_str()]]
    {
        let out = run_into(&cli, args, &log, line);
        assert_eq!(out.status.code(), Some(1), "{args:?}: {}", said(&out));
        assert!(said(&out).contains("a disk that is full") && said(&out).contains("nothing was changed"), "{args:?}");
    }
    assert_eq!(messages(&cli, "full-3"), 0);
    cli.run(&["namespaces", "show", &other]).fails(3, &other);
}
