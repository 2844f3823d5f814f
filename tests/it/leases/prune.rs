//! `archives prune`.

use super::cli::sql;
use super::scene::{archive, archived, archives, chunks, covered, export, filled, of_namespace, schema, states};

const PRUNE: [&str; 4] = ["archives", "prune", "--older-than", "1d"];

fn with<'a>(words: &[&'a str]) -> Vec<&'a str> {
    [&PRUNE[..], words].concat()
}

#[test]
fn newest_generations_go_only_with_yes_and_their_number() {
    let (cli, _) = archived(3);
    cli.run(&["archives", "rehydrate", "--from", "2013-01-17"]).succeeds();
    let before = of_namespace(&cli);
    cli.run(&PRUNE).fails(2, "newest generations go only with --yes and their number");
    cli.run(&with(&["--yes"])).fails(2, "no terminal to ask at");
    cli.run(&with(&["--confirm-count", "3"])).fails(2, "--yes");
    cli.run(&with(&["--yes", "--confirm-count", "2"])).fails(2, "--confirm-count is 2");
    let plan = cli.run(&with(&["--dry-run"])).succeeds().stdout.clone();
    assert_eq!((plan.matches("delete for good").count(), plan.matches("remove the copy in").count()), (2, 1), "{plan}");
    assert_eq!(of_namespace(&cli), before);
    covered(&cli);
    let pruned = cli.json(&with(&["--yes", "--confirm-count", "3"]));
    let lost: Vec<_> = pruned.as_array().unwrap().iter().map(|p| p["lost"].as_str().unwrap()).collect();
    assert_eq!(lost, ["messages", "messages", "copy"]);
    assert!(of_namespace(&cli).is_empty());
    // What was live is live.
    assert_eq!(export(&cli).lines().count(), 20);
    covered(&cli);
    assert_eq!(cli.json(&["streams", "version", "account-0"])["version"], 8, "versions stay");
    archive(&cli);
    covered(&cli);
    // From the store alone nothing comes back that is gone, and nothing is missing by accident.
    if let Some(lost) = cli.after_the_database_is_lost() {
        let lost = lost.with("EVENTODB_STORE", &cli.store());
        lost.run(&["archives", "sync"]).succeeds();
        covered(&lost);
        assert_eq!(states(&lost).iter().filter(|s| *s == "dropped").count(), 1);
    }
}

#[test]
fn superseded_generations_go_alone() {
    let (cli, _) = archived(1);
    cli.run(&["archives", "rehydrate", "--from", "2013-01-01"]).succeeds();
    sql(
        &cli.db_url,
        &format!(
            "INSERT INTO {}.messages (time, position, stream_name, type) VALUES ('2013-01-04', 0, 'late-1', 'Late')",
            schema(&cli)
        ),
    );
    archive(&cli);
    assert_eq!((states(&cli), of_namespace(&cli).len()), (vec!["expired".to_owned(), "dropped".into()], 2));
    cli.run(&with(&["--superseded"])).fails(2, "must be confirmed");
    // What took its place is damaged: the old one may be all that there is.
    let newest = of_namespace(&cli).pop().unwrap();
    let whole = std::fs::read(&newest).unwrap();
    std::fs::write(&newest, &whole[1..]).unwrap();
    cli.run(&with(&["--superseded", "--yes"])).fails(5, "took the place of");
    assert_eq!(of_namespace(&cli).len(), 2);
    std::fs::write(&newest, whole).unwrap();
    let pruned = cli.json(&with(&["--superseded", "--yes"]));
    assert_eq!((pruned.as_array().unwrap().len(), pruned[0]["lost"].as_str()), (1, Some("nothing")));
    assert_eq!(of_namespace(&cli).len(), 1);
    assert_eq!(cli.json(&with(&["--superseded", "--yes"])).as_array().unwrap().len(), 0, "twice is fine");
    covered(&cli);
    cli.run(&["archives", "verify", "--all"]).succeeds();
    if let Some(lost) = cli.after_the_database_is_lost() {
        let lost = lost.with("EVENTODB_STORE", &cli.store());
        lost.run(&["archives", "sync"]).succeeds();
        covered(&lost);
    }
}

#[test]
fn young_archives_and_archives_whose_messages_are_not_all_live_stay() {
    let (cli, lines) = filled(1);
    cli.run(&["chunks", "archive", "--older-than", "0d", "--keep"]).succeeds();
    let none = cli.json(&["archives", "prune", "--older-than", "100y", "--yes", "--confirm-count", "1"]);
    assert_eq!(none.as_array().unwrap().len(), 0);
    sql(&cli.db_url, &format!("SELECT drop_chunks('{}.messages', '2014-01-01'::timestamptz)", schema(&cli)));
    cli.run(&with(&["--yes", "--confirm-count", "1"])).fails(5, "it may be the only copy");
    assert_eq!(
        (of_namespace(&cli).len(), chunks(&cli).len(), archives(&cli)[0]["state"].as_str()),
        (1, 0, Some("verified"))
    );
    cli.run(&["archives", "rehydrate", &archives(&cli)[0]["id"].to_string()]).succeeds();
    assert_eq!(export(&cli), lines);
}
