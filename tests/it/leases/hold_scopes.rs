//! What a hold is on, and what lies beside it.

use serde_json::Value;

use super::cli::Cli;
use super::holds::{PRUNE, held, place, release, state};
use super::scene::{archive, chunks, covered, filled, id, of_namespace, states};

/// Two weeks: `a-1` and `b-1` on the 3rd and 4th, `a-2` and `c-1` on the 10th and 11th of January.
pub fn two_weeks() -> Cli {
    let cli = Cli::new();
    let store = cli.store();
    let cli = cli.with("EVENTODB_STORE", &store);
    let line = |n: u128, stream: &str, day: u32| {
        format!(
            "{{\"id\":\"{}\",\"stream\":\"{stream}\",\"type\":\"T\",\"pos\":0,\"gpos\":{n},\"data\":{{\"n\":{n}}},\"meta\":null,\
             \"time\":\"2013-01-{day:02}T00:00:00Z\"}}\n",
            uuid::Uuid::from_u128(n)
        )
    };
    let lines =
        [(1, "a-1", 3), (2, "b-1", 4), (3, "a-2", 10), (4, "c-1", 11)].map(|(n, s, day)| line(n, s, day)).concat();
    cli.run_with(&["messages", "import"], lines.as_bytes()).succeeds();
    cli
}

#[test]
fn a_hold_is_on_what_it_names_and_on_nothing_beside_it() {
    let cli = two_weeks();
    archive(&cli);
    let ids = [id(&cli, 0), id(&cli, 1)];
    for (words, is_held) in [
        (&["--stream", "a-1"][..], [true, false]),
        (&["--stream", "c-1"], [false, true]),
        (&["--stream", "a"], [false, false]),
        (&["--category", "a"], [true, true]),
        (&["--category", "c"], [false, true]),
        (&["--category", "d"], [false, false]),
        (&["--whole-namespace"], [true, true]),
        (&["--from", "2013-01-10"], [false, true]),
        (&["--from", "2013-01-03", "--to", "2013-01-10"], [true, false]),
        // Of the week's time, and none of its messages.
        (&["--from", "2013-01-05", "--to", "2013-01-09"], [false, false]),
        (&["--from", "2013-01-04", "--to", "2013-01-04T00:00:00.000001Z"], [true, false]),
        (&["--from", "2013-01-01", "--to", "2013-01-03"], [false, false]),
        (&["--stream", "a-1", "--from", "2013-01-04"], [false, false]),
        (&["--stream", "b-1", "--from", "2013-01-04"], [true, false]),
        (&["--category", "a", "--from", "2013-01-04"], [false, true]),
        (&["--category", "b", "--from", "2013-01-01", "--to", "2013-01-04"], [false, false]),
    ] {
        place(&cli, words);
        let out = cli.run(&[&PRUNE[..], &["--dry-run", "-o", "json"]].concat());
        let plan: Value = serde_json::from_str(&out.stdout).unwrap();
        let goes: Vec<&str> = plan.as_array().unwrap().iter().map(|step| step["target"].as_str().unwrap()).collect();
        let free: Vec<&str> = ids.iter().zip(is_held).filter(|(_, held)| !held).map(|(id, _)| id.as_str()).collect();
        assert_eq!(goes, free, "{words:?} {out:?}");
        assert_eq!(out.code, if is_held.contains(&true) { 4 } else { 0 }, "{words:?} {out:?}");
        release(&cli);
    }
    // One that is held keeps no other one from going.
    place(&cli, &["--stream", "a-1"]);
    cli.run(&[&PRUNE[..], &["--yes", "--confirm-count", "1"]].concat())
        .fails(4, "case 7 O 12/26 holds it (stream a-1)");
    assert_eq!(states(&cli), ["dropped", "expired"]);
    assert_eq!(of_namespace(&cli).len(), 1);
}

#[test]
fn chunks_are_held_message_by_message() {
    let cli = two_weeks();
    let live = chunks(&cli);
    let drop = |chunk: &str, words: &[&str]| {
        place(&cli, words);
        let out = cli.run(&["chunks", "drop", chunk, "--unarchived", "--yes", "--dry-run"]);
        release(&cli);
        out.code
    };
    for (words, codes) in [
        (&["--stream", "a-1"][..], [4, 0]),
        (&["--category", "c"], [0, 4]),
        (&["--whole-namespace"], [4, 4]),
        (&["--from", "2013-01-05", "--to", "2013-01-09"], [0, 0]),
        (&["--stream", "b-1", "--from", "2013-01-04"], [4, 0]),
        (&["--stream", "b-1", "--from", "2013-01-05"], [0, 0]),
    ] {
        assert_eq!([drop(&live[0], words), drop(&live[1], words)], codes, "{words:?}");
    }
    // By age, what is held stays and the rest goes.
    place(&cli, &["--stream", "a-1"]);
    cli.run(&["chunks", "drop", "--older-than", "0d", "--unarchived", "--yes"]).fails(4, "stream a-1");
    assert_eq!(chunks(&cli), live[..1]);
}

#[test]
fn an_erasure_is_refused_where_a_hold_is_on_the_stream_and_goes_on_beside_it() {
    let cli = two_weeks();
    archive(&cli);
    cli.run(&["archives", "rehydrate", &id(&cli, 0)]).succeeds();
    let erase = |stream: &str| cli.run(&["archives", "erase", "--stream", stream, "--reason", "request 9", "--yes"]);
    for (words, streams) in [
        (&["--whole-namespace"][..], &["a-1", "b-1", "c-1"][..]),
        (&["--category", "a"], &["a-1", "a-2"]),
        (&["--stream", "c-1", "--from", "2013-01-11"], &["c-1"]),
        (&["--from", "2013-01-04", "--to", "2013-01-11"], &["b-1", "a-2"]),
    ] {
        place(&cli, words);
        for stream in streams {
            let before = state(&cli);
            erase(stream).fails(4, &format!("erasing stream {stream} (request 9): case 7 O 12/26 holds it"));
            assert_eq!(state(&cli), before, "{words:?} {stream}");
        }
        release(&cli);
    }
    let content = |stream: &str| {
        let out = cli.run(&["messages", "read", stream, "-o", "json"]).json();
        out[0]["data"].clone()
    };
    // Beside it: in the same archive and chunk, of another stream, or of the stream at other times.
    place(&cli, &["--stream", "b-1"]);
    cli.run(&["holds", "place", "--case", "other", "--from", "2013-01-04", "--to", "2013-01-10"]).succeeds();
    cli.run(&["holds", "place", "--case", "third", "--category", "a", "--from", "2013-01-10"]).succeeds();
    cli.run(&["holds", "place", "--case", "fourth", "--stream", "a-1", "--from", "2013-01-04"]).succeeds();
    erase("a-1").succeeds();
    assert_eq!((content("a-1"), content("b-1")["n"].as_i64()), (Value::Null, Some(2)));
    assert_eq!(of_namespace(&cli).len(), 2, "the old objects are gone");
    covered(&cli);
}

#[test]
fn a_stream_list_that_cannot_be_read_makes_an_archive_held() {
    let cli = two_weeks();
    archive(&cli);
    place(&cli, &["--stream", "b-1"]);
    // The second week has no message of that category, which its manifest tells.
    let lists = || {
        let mut lists: Vec<_> =
            of_namespace(&cli).iter().map(|data| data.to_str().unwrap().replace(".csv.zst", ".heads.zst")).collect();
        lists.sort();
        lists
    };
    for list in lists() {
        std::fs::write(list, "gone").unwrap();
    }
    let out = cli.run(&[&PRUNE[..], &["--dry-run"]].concat());
    out.fails(4, "may hold it (stream b-1), and nobody can tell");
    assert_eq!(out.stdout.matches("delete for good").count(), 1, "{out:?}");
}

#[test]
fn a_hold_wants_a_case_and_says_what_is_held() {
    let (cli, _) = filled(1);
    for (words, said) in [
        (&["--case", "7"][..], "--whole-namespace"),
        (&["--stream", "a-1"], "--case"),
        (&["--case", " ", "--whole-namespace"], "it is empty"),
        (&["--case", "7", "--stream", "a-1", "--category", "a"], "cannot be used with"),
        (&["--case", "7", "--stream", "a-1", "--whole-namespace"], "cannot be used with"),
        (&["--case", "7", "--to", "2013-01-01"], "--since"),
        (&["--case", "7", "--from", "2013-01-02", "--to", "2013-01-02"], "--until is not after --since"),
        (&["--case", "7", "--category", "a-1"], "a-1"),
    ] {
        cli.run(&[&["holds", "place"], words].concat()).fails(2, said);
    }
    assert!(held(&cli).is_empty());
}
