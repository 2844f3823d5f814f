//! Every server that the program logs in to, by whichever flag it is named: a stranger gets no password.

use super::cli::Cli;
use super::rogue::{CLEAR_TEXT, Rogue, outer_address};

const PASSWORD: &str = "pass-Word-4711";

#[test]
#[allow(clippy::print_stderr)]
fn no_verb_tells_a_stranger_the_password() {
    let loopback = std::net::Ipv4Addr::LOCALHOST.into();
    // On this machine clear text is refused where that is asked for; elsewhere it is always.
    let mut strangers = vec![(Rogue::start(loopback, CLEAR_TEXT, false), "?require_auth=scram-sha-256")];
    match outer_address() {
        Some(ip) => strangers.push((Rogue::start(ip, CLEAR_TEXT, false), "")),
        None => eprintln!("SKIPPED in part: this machine has no address but its loopback's"),
    }
    let cli = Cli::new();
    for (rogue, more) in &strangers {
        let url = format!("postgres://app:{PASSWORD}@{}/d{more}", rogue.address);
        for args in [
            &["--db-url", &url, "namespaces", "list"][..],
            &["--db-url", &url, "--db-type", "postgres", "messages", "read", "a-1"],
            &["--db-url", &url, "doctor"],
            &["--db-url", &url, "lifecycle", "run", "--all-namespaces"],
            &["migrate", "postgres", "--from-url", &url, "--from-schema", "message_store"],
            &["migrate", "to-postgres", "--to-url", &url, "--to-schema", "eventodb_back"],
        ] {
            let out = cli.run(args);
            out.fails(1, "the server asks for").fails(1, "hint: ");
            assert!(!out.stderr.contains(PASSWORD), "{out:?}");
            let (asked, heard) = rogue.heard();
            assert!(asked > 0, "{args:?} asked another server");
            assert_eq!(heard, "", "{args:?}");
        }
    }
}
