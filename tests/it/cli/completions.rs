//! What shells offer: the words that the program prints when a shell's script asks, and the scripts in the shells that are here.

use std::path::Path;
use std::process::Command;

use super::cli::{BINARY, Cli, Out};

/// What is offered for the last of these words, as bash asks.
fn asked(cli: &Cli, words: &[&str]) -> Out {
    let index = words.len().to_string();
    let variables = [("EVENTODB_COMPLETE", "bash"), ("_CLAP_COMPLETE_INDEX", index.as_str()), ("_CLAP_IFS", "\n")];
    let line = [&["--", "eventodb-admin"][..], words].concat();
    cli.run_in(&variables, &line, b"")
}

#[track_caller]
fn offered(cli: &Cli, words: &[&str]) -> Vec<String> {
    let out = asked(cli, words);
    assert_eq!((out.code, out.stderr.as_str()), (0, ""), "{words:?}: {out:?}");
    out.stdout.lines().map(str::to_owned).collect()
}

#[test]
fn nouns_verbs_flags_and_their_values_are_offered_without_a_server() {
    let cli = Cli::offline();
    let cases: &[(&[&str], &[&str])] = &[
        (&["chu"], &["chunks"]),
        (&["chunk", "arch"], &["archive"]),
        (&["messages", "ex"], &["export"]),
        (&["chunks", "archive", "--kee"], &["--keep"]),
        (&["chunks", "list", "--cache-s"], &["--cache-size"]),
        (&["-o", ""], &["table", "json", "csv"]),
        (&["messages", "read", "--output", "j"], &["json"]),
        (&["completions", "z"], &["zsh"]),
        (&["namespaces", "grants", "--as", "re"], &["reader"]),
        (&["man", "/us"], &["/usr/"]),
        (&["nonsense", "--outp"], &["--output"]),
    ];
    for (words, expected) in cases {
        assert_eq!(offered(&cli, words), *expected, "{words:?}");
    }
    let verbs = offered(&cli, &["chunks", ""]);
    assert_eq!(verbs[..5], ["list", "compress", "decompress", "archive", "drop"].map(str::to_owned));
    assert!(verbs.contains(&"--store".into()) && !verbs.contains(&"--sse-kms-key-id".into()), "{verbs:?}");
}

#[test]
fn files_and_profiles_are_offered() {
    let cli = Cli::offline();
    let config = cli.file("config.toml", "[profiles.prod]\n[profiles.test]\n[profiles.'$(reboot)']\n");
    let begun = config.strip_suffix("fig.toml").unwrap();
    assert_eq!(offered(&cli, &["--config", begun]), [config.as_str()]);
    assert_eq!(offered(&cli, &["--config", &config, "--profile", ""]), ["prod", "test"]);
    assert_eq!(offered(&cli, &["--config", "/nowhere.toml", "--profile", ""]), [""; 0]);
}

#[test]
fn a_database_that_does_not_answer_is_waited_for_shortly_and_without_a_word() {
    let nobody = Cli::offline();
    assert_eq!(offered(&nobody, &["-n", ""]), [""; 0]);
    // It takes the connection, and says nothing.
    let mute = std::net::TcpListener::bind("127.0.0.1:0").unwrap();
    let url = format!("postgres://nobody@{}/none", mute.local_addr().unwrap());
    let began = std::time::Instant::now();
    assert_eq!(offered(&nobody, &["--db-url", &url, "-n", ""]), [""; 0]);
    assert!(began.elapsed() >= std::time::Duration::from_millis(300), "it was not asked");
    assert!(began.elapsed() < std::time::Duration::from_secs(5), "{:?}", began.elapsed());
    assert_eq!(offered(&nobody, &["--db-url", "mysql://x", "-n", ""]), [""; 0]);
}

#[test]
fn namespaces_chunks_and_archives_are_those_that_the_database_has() {
    let cli = Cli::new();
    let lines = "{\"stream\":\"a-1\",\"type\":\"T\",\"time\":\"2013-01-02T00:00:00Z\"}\n";
    cli.run_with(&["messages", "import"], lines.as_bytes()).succeeds();
    let chunk = cli.json(&["chunks", "list"])[0]["chunk_name"].as_str().unwrap().to_owned();
    // A machine that is busy may be too slow for who waits at a key.
    let patiently =
        |words: &[&str]| (0..20).map(|_| offered(&cli, words)).find(|found| !found.is_empty()).unwrap_or_default();
    let begun = &cli.namespace[..20];
    assert_eq!(patiently(&["chunks", "list", "-n", begun]), [cli.namespace.as_str()]);
    assert_eq!(patiently(&["namespaces", "show", begun]), [cli.namespace.as_str()]);
    assert_eq!(patiently(&["chunks", "archive", "_"]), [chunk.as_str()]);
    cli.run(&["chunks", "archive", &chunk, "--store", &cli.store(), "--yes"]).succeeds();
    let id = cli.json(&["archives", "list"])[0]["id"].to_string();
    assert_eq!(patiently(&["archives", "show", &id]), [id.as_str()]);
    assert!(patiently(&["--namespace", &cli.namespace, "archives", "verify", ""]).contains(&id));
}

#[test]
fn a_script_is_short_and_asks_the_program() {
    for shell in ["bash", "zsh", "fish", "powershell", "elvish"] {
        let script = Cli::offline().run(&["completions", shell]).succeeds().stdout.clone();
        assert!(script.contains("EVENTODB_COMPLETE") && script.contains("eventodb-admin"), "{script}");
        assert!(script.lines().count() < 60 && !script.contains(BINARY), "{script}");
    }
}

#[test]
fn a_variable_that_names_no_shell_is_an_error_and_that_of_others_is_not_read() {
    let cli = Cli::offline();
    cli.run_in(&[("EVENTODB_COMPLETE", "tcsh")], &["version"], b"").fails(2, "unknown shell");
    cli.run_in(&[("COMPLETE", "tcsh"), ("EVENTODB_COMPLETE", "")], &["version"], b"").succeeds();
}

/// What a shell prints, which finds the program on its path. `None` where it is not installed.
#[allow(clippy::print_stderr)]
fn in_shell(shell: &str, text: &str) -> Option<String> {
    let folder = Path::new(BINARY).parent().unwrap().display();
    let path = format!("{folder}:{}", std::env::var("PATH").unwrap());
    let home = tempfile::tempdir().unwrap();
    let run = Command::new(shell).args(["-c", text]).env_clear().env("PATH", path).env("HOME", home.path()).output();
    let Ok(out) = run else {
        eprintln!("NOT TESTED HERE: completions in {shell}; it is not installed");
        return None;
    };
    assert!(out.status.success() && out.stderr.is_empty(), "{out:?}");
    Some(String::from_utf8(out.stdout).unwrap())
}

#[test]
fn bash_offers_what_the_program_prints() {
    let text = "source <(eventodb-admin completions bash)
        COMP_WORDS=(eventodb-admin chunks ar) COMP_CWORD=2 COMP_TYPE=9
        _clap_complete_eventodb_admin eventodb-admin ar chunks
        echo ${COMPREPLY[@]}
        complete -p eventodb-admin";
    let printed = in_shell("bash", text).unwrap();
    assert!(printed.starts_with("archive\n") && printed.contains("-F _clap_complete_eventodb_admin"), "{printed}");
}

#[test]
fn zsh_offers_what_the_program_prints_from_the_first_call_on() {
    // `_describe` needs the line editor: here it prints what it is given.
    let text = "mkdir $HOME/site; eventodb-admin completions zsh > $HOME/site/_eventodb-admin
        fpath=($HOME/site $fpath); autoload -Uz compinit; compinit -u -D; print $_comps[eventodb-admin]
        function _describe() { print ${(P)3} }
        words=(eventodb-admin chunks ar) CURRENT=3; _eventodb-admin";
    let Some(printed) = in_shell("zsh", text) else { return };
    assert!(printed.starts_with("_eventodb-admin\n") && printed.contains("archive:"), "{printed}");
}

#[test]
fn fish_offers_what_the_program_prints() {
    let text = "eventodb-admin completions fish | source; complete -C 'eventodb-admin chunks ar'";
    let Some(printed) = in_shell("fish", text) else { return };
    assert!(printed.starts_with("archive\t"), "{printed}");
}
