//! `--keep-at-least`: a time before which nobody removes an archive, in any store.

use super::super::cli::sql;
use super::super::scene::{archive, archived, covered, filled, of_namespace, schema, states};
use super::PRUNE;

#[test]
fn what_is_younger_than_the_least_is_neither_pruned_nor_expires() {
    let (cli, _) = archived(1);
    cli.run(&["policy", "set", "--archive-after", "0d", "--keep-at-least", "100y"]).succeeds();
    assert_eq!(cli.json(&["policy", "show"])["keep_at_least"], "100y");
    for flags in [&[][..], &["--dry-run"]] {
        cli.run(&[&PRUNE[..], flags].concat()).fails(4, "the policy keeps it until 2113-");
    }
    cli.run(&["policy", "set", "--expire-archives-after", "99y", "--yes"]).fails(2, "below --keep-at-least");
    // By whatever way it came there.
    let shorter = format!(
        "UPDATE eventodb_store.policies SET expire_archives_after = '1 day' WHERE namespace = '{}'",
        cli.namespace
    );
    sql(&cli.db_url, &shorter);
    cli.run(&["lifecycle", "run"]).fails(4, "the policy keeps it until 2113-");
    assert_eq!((states(&cli), of_namespace(&cli).len()), (vec!["dropped".to_owned()], 1));
    covered(&cli);
    cli.run(&["policy", "set", "--keep-at-least", "2d", "--expire-archives-after", "3d", "--yes"]).succeeds();
    cli.run(&["policy", "set", "--keep-at-least", "4d"]).fails(2, "below --keep-at-least");
    cli.run(&["lifecycle", "run"]).succeeds();
    assert_eq!((states(&cli), of_namespace(&cli).len()), (vec!["expired".to_owned()], 0));
}

#[test]
fn the_least_keeps_the_newest_archive_of_live_messages_and_none_that_another_has_taken_the_place_of() {
    let (cli, _) = filled(1);
    cli.run(&["chunks", "archive", "--older-than", "0d", "--keep"]).succeeds();
    cli.run(&["policy", "set", "--keep-at-least", "100y"]).succeeds();
    // Of a copy of what is live.
    cli.run(&PRUNE).fails(4, "the policy keeps it");
    assert_eq!(states(&cli), ["verified"]);
    let late = r#"{"id":"8e3b5a52-7a3b-4d9e-a7a9-8f24c4b8d8a1","stream":"late-1","type":"T","data":1,"meta":null,"time":"2013-01-04T00:00:00Z"}"#;
    cli.run_with(&["messages", "import"], late.as_bytes()).succeeds();
    archive(&cli);
    assert_eq!((states(&cli), of_namespace(&cli).len()), (vec!["expired".to_owned(), "dropped".into()], 2));
    let superseded = ["archives", "prune", "--older-than", "1d", "--superseded", "--yes"];
    cli.run(&superseded).succeeds();
    assert_eq!(of_namespace(&cli).len(), 1);
    // What messages were before they changed is kept as well: no other archive has it.
    cli.run(&["archives", "rehydrate", "--since", "2013-01-01"]).succeeds();
    sql(&cli.db_url, &format!("UPDATE {}.messages SET data = '{{}}'", schema(&cli)));
    archive(&cli);
    cli.run(&[&superseded[..], &["--confirm-count", "1"]].concat()).fails(4, "the policy keeps it");
    assert_eq!(of_namespace(&cli).len(), 2);
    cli.run(&["policy", "set", "--keep-at-least", "never"]).succeeds();
    cli.run(&[&superseded[..], &["--confirm-count", "1"]].concat()).succeeds();
    cli.run(&["policy", "set", "--keep-at-least", "100y"]).succeeds();
    // A person's right to be forgotten is not bound by it.
    cli.run(&["archives", "erase", "--stream", "account-3", "--reason", "request 12", "--yes"]).succeeds();
    assert_eq!(of_namespace(&cli).len(), 1);
    covered(&cli);
    cli.run(&["policy", "set", "--keep-at-least", "never"]).succeeds();
    cli.run(&PRUNE).succeeds();
    assert!(of_namespace(&cli).is_empty());
}
