//! `report`: a page for people that is true, bounded, and harmless whatever the database holds.

use std::os::unix::fs::PermissionsExt;

use serde_json::{Value, json};

use super::cli::{Cli, sql};
use super::scene::{RUN, archive_all, chunks, filled, night, set, store, two};

/// The page, and that the file is nobody else's to read.
fn page(cli: &Cli, words: &[&str]) -> String {
    let file = cli.path("report.html");
    let path = file.display().to_string();
    let run = cli.run(&[&["report", "--html", &path], words].concat());
    assert_eq!(run.succeeds().stdout, "", "the page is in the file");
    assert_eq!(std::fs::metadata(&file).unwrap().permissions().mode() & 0o777, 0o600);
    std::fs::read_to_string(&file).unwrap()
}

/// Tags of the page as they are opened and closed: each closes the one that was opened last.
fn is_well_formed(page: &str) {
    const VOID: [&str; 2] = ["meta", "!doctype"];
    let mut open: Vec<&str> = Vec::new();
    let (head, rest) = page.split_once("<style>").unwrap();
    let (_, body) = rest.split_once("</style>").unwrap();
    for part in [head, body] {
        for piece in part.split('<').skip(1) {
            let tag = piece.split('>').next().unwrap();
            let name = tag.split_whitespace().next().unwrap_or_default().to_lowercase();
            match name.strip_prefix('/') {
                Some(closed) => assert_eq!(open.pop(), Some(closed).map(|c| &piece[1..=c.len()]), "{piece}"),
                None if VOID.contains(&name.as_str()) => {}
                None => open.push(&piece[..name.len()]),
            }
        }
    }
    assert!(open.is_empty(), "{open:?}");
}

/// Nothing is loaded, and nothing runs. Text may say what it likes: only tags count, and in them what they name.
fn is_self_contained(page: &str) {
    assert!(page.contains("default-src 'none'"), "nothing may be loaded");
    let (head, rest) = page.split_once("<style>").unwrap();
    let (style, body) = rest.split_once("</style>").unwrap();
    assert!(!style.contains("url(") && !style.contains("@import") && !style.contains("http"), "{style}");
    for tag in
        [head, body].iter().flat_map(|part| part.split('<').skip(1)).map(|piece| piece.split('>').next().unwrap())
    {
        for foreign in ["script", "link", "img", "iframe", "object", "embed", "base", "form"] {
            assert_ne!(tag.split_whitespace().next(), Some(foreign), "{tag}");
        }
        // Without what they are set to.
        let names: String = tag.split('"').step_by(2).collect();
        for attribute in [" src=", " style=", " on", " action=", " srcset=", " background="] {
            assert!(!names.contains(attribute), "{attribute}: {tag}");
        }
        if let Some((_, address)) = tag.split_once(" href=") {
            assert!(address.starts_with("\"#"), "{tag}");
        }
    }
}

#[test]
fn the_counts_of_the_report_are_those_of_the_commands() {
    let cli = filled(4);
    let ages = sql(&cli.db_url, "SELECT floor(extract(epoch FROM now() - '2013-01-20'::timestamptz))::bigint || 's'");
    set(&cli, &["--archive-after", &ages, "--store", &store(&cli)]);
    let run = night(&cli, &[]);
    let report = cli.json(&["report"]);
    let of = &report["namespaces"][0];
    let listed = cli.json(&["chunks", "list"]);
    let listed = listed.as_array().unwrap();
    let cells = of["strip"].as_array().unwrap();
    assert_eq!(cells.len(), listed.len());
    for (cell, chunk) in cells.iter().zip(listed) {
        for (ours, theirs) in
            [("range_start", "range_start"), ("range_end", "range_end"), ("state", "state"), ("bytes", "size_bytes")]
        {
            assert_eq!(cell[ours], chunk[theirs], "{cell} {chunk}");
        }
        assert_eq!(cell["archives"][0], chunk["archive_id"], "{cell}");
    }
    assert_eq!((&of["archives"], &of["archive_bytes"]), (&json!(2), &run["stored_bytes"]));
    assert_eq!(of["chunks"]["archived"]["messages"], 40);
    assert_eq!(
        of["database_bytes"],
        listed.iter().filter(|c| c["state"] != "archived").map(|c| c["size_bytes"].as_i64().unwrap()).sum::<i64>()
    );
    assert_eq!((&of["last_run"]["run_id"], &of["last_run"]["archived"]), (&run["run_id"], &json!(2)));
    assert_eq!((&of["level"], &report["level"], &of["notices"]), (&json!("good"), &json!("good"), &json!([])));
    assert_eq!((&of["drills"]["level"], &of["forecast"]["level"]), (&json!("good"), &json!("good")), "{of}");
    let said = |chapter: &str| of[chapter]["lines"][0].as_str().unwrap().to_owned();
    assert!(said("drills").starts_with("no restore of 2 archives was ever tried"), "{of}");
    assert!(said("forecast").starts_with("in 90 days the database has "), "{of}");
    let proven = cli.json(&["report", "--coverage"]);
    assert_eq!(proven["namespaces"][0]["coverage"]["verdict"], "complete");
    let page = page(&cli, &[]);
    is_well_formed(&page);
    is_self_contained(&page);
    assert!(
        page.contains("4 chunks from 2012-12-27 to 2013-01-24: ")
            || page.contains("4 chunks from 2013-01-03 to 2013-01-31: "),
        "{page}"
    );
    let text = cli.run(&["report"]).stdout;
    assert!(text.starts_with("all is well: 1 namespace\n\nSTATE") && text.contains(&cli.namespace), "{text}");
    let csv = cli.run(&["report", "-o", "csv"]).stdout;
    assert_eq!(csv.lines().count(), 2, "{csv}");
}

#[test]
fn the_worst_namespace_comes_first_with_what_to_do() {
    let Some((one, other)) = two(2) else { return };
    archive_all(&one);
    set(&other, &["--archive-after", "0d", "--store", &store(&other)]);
    one.run(&["lifecycle", "run", "--all-namespaces"]).succeeds();
    let good = one.json(&["report", "--all-namespaces"]);
    assert_eq!((&good["verdict"], &good["counts"]["good"]), (&json!("all is well: 2 namespaces"), &json!(2)));
    // Whichever comes later by its name.
    let bad = if one.namespace > other.namespace { &one } else { &other };
    std::fs::rename(bad.path("disk"), bad.path("away")).unwrap();
    bad.run_with(&["messages", "import"], super::cli::made_up(4, 20).as_bytes());
    assert_eq!(bad.run(&RUN).code, 4);
    let report = one.json(&["report", "--all-namespaces"]);
    let worst = &report["namespaces"][0];
    assert_eq!((&worst["name"], &worst["level"]), (&json!(bad.namespace), &json!("alarm")), "{report}");
    assert!(worst["notices"][0]["text"].as_str().unwrap().starts_with("the last run failed (exit 4): "), "{worst}");
    assert!(!worst["notices"][0]["hint"].is_null());
    assert_eq!(report["verdict"], "1 of 2 namespaces needs somebody now");
    let text = one.run(&["report", "--all-namespaces"]).stdout;
    let lines: Vec<&str> = text.lines().collect();
    assert!(lines[0].starts_with("1 of 2") && lines[3].starts_with("alarm") && lines[4].starts_with("good"), "{text}");
    let page = page(&one, &["--all-namespaces"]);
    let at = |name: &str| page.find(&format!(">{name}<")).unwrap_or_else(|| panic!("no {name}"));
    let rows = &page[page.find("<table>").unwrap()..];
    let at_row = |name: &str| rows.find(&format!(">{name}<")).unwrap();
    let fine = if bad.namespace == one.namespace { &other } else { &one };
    assert!(at_row(&bad.namespace) < at_row(&fine.namespace) && at(&bad.namespace) > 0);
    is_well_formed(&page);
}

#[test]
fn what_is_wrong_by_the_ledger_is_an_alarm_and_missing_copies_want_attention() {
    let Some((cli, other)) = two(2) else { return };
    for cli in [&cli, &other] {
        archive_all(cli);
    }
    let kept = chunks(&cli).remove(0);
    cli.run(&["chunks", "archive", &kept, "--keep"]).succeeds();
    night(&other, &[]);
    set(&other, &["--copy", &other.second_store()]);
    let level = |report: &Value, cli: &Cli| {
        let of = report["namespaces"].as_array().unwrap().iter().find(|n| n["name"] == cli.namespace.as_str()).unwrap();
        (of["level"].as_str().unwrap().to_owned(), of["notices"][0]["text"].as_str().unwrap_or_default().to_owned())
    };
    let report = cli.json(&["report", "--all-namespaces"]);
    let (behind, text) = level(&report, &cli);
    assert_eq!((behind.as_str(), text.starts_with("archiving is behind")), ("attention", true), "{report}");
    assert_eq!(level(&report, &other), ("attention".to_owned(), "2 copies of archives are missing".to_owned()));
    let cells =
        report["namespaces"].as_array().unwrap().iter().find(|n| n["name"] == other.namespace.as_str()).unwrap();
    assert_eq!(cells["strip"][0]["missing_copies"], 1);
    sql(&cli.db_url, &format!("DROP TABLE _timescaledb_internal.{kept}"));
    let report = cli.json(&["report", "--all-namespaces"]);
    let (level, text) = level(&report, &cli);
    assert_eq!((level.as_str(), text.contains("somebody has dropped chunk")), ("alarm", true), "{text}");
}

/// What somebody could have put into the database for whoever looks at the page.
const HOSTILE: &str = "\"><script>alert(1)</script>'&\u{202e}\u{1b}[31m";

#[test]
fn hostile_names_and_texts_are_text_on_the_page() {
    let Some((cli, _)) = two(2) else { return };
    archive_all(&cli);
    night(&cli, &[]);
    cli.run(&["holds", "place", "--case", "<img onerror=x>", "--whole-namespace"]).succeeds();
    let quoted = format!("'{}'", HOSTILE.replace('\'', "''"));
    let name = &cli.namespace;
    for statement in [
        format!(
            "UPDATE eventodb_store.runs SET failures = jsonb_build_array(jsonb_build_object('target', {quoted}, 'error', {quoted}, 'hint', {quoted})), failed = 1, result = 'failed' WHERE namespace = '{name}'"
        ),
        format!("UPDATE eventodb_store.policies SET store_url = 'file:///' || {quoted} WHERE namespace = '{name}'"),
        format!("UPDATE eventodb_store.archives SET namespace = {quoted} WHERE namespace = '{name}'"),
        format!("UPDATE eventodb_store.holds SET namespace = {quoted} WHERE namespace = '{name}'"),
        format!("UPDATE eventodb_store.policies SET namespace = {quoted} WHERE namespace = '{name}'"),
        format!("UPDATE eventodb_store.runs SET namespace = {quoted} WHERE namespace = '{name}'"),
        format!("UPDATE eventodb_store.namespaces SET id = {quoted} WHERE id = '{name}'"),
    ] {
        sql(&cli.db_url, &statement);
    }
    let page = page(&cli, &["--all-namespaces"]);
    is_well_formed(&page);
    is_self_contained(&page);
    assert!(!page.contains(['\u{1b}', '\u{202e}']), "control characters are shown, and not obeyed");
    assert!(page.contains("&lt;script&gt;alert(1)&lt;/script&gt;") && page.contains("\\u{202e}"), "{page}");
    assert!(page.contains("&lt;img onerror=x&gt;"));
    for words in [&["report", "--all-namespaces"][..], &["chunks", "list", "--timeline", "--all-namespaces"]] {
        let text = cli.run(words).succeeds().stdout.clone();
        assert!(!text.contains(['\u{1b}', '\u{202e}']), "{text:?}");
    }
    assert_eq!(cli.json(&["report", "--all-namespaces"])["namespaces"][0]["name"], HOSTILE, "data is what it is");
}

#[test]
fn a_page_of_many_chunks_is_bounded_and_counts_them_all() {
    let Some((cli, _)) = two(1) else { return };
    archive_all(&cli);
    night(&cli, &[]);
    let name = &cli.namespace;
    // Ranges of a ledger: an archive an hour, some of which lack a copy.
    set(&cli, &["--copy", &cli.second_store()]);
    let columns = "range_start, range_end, generation, chunk_name, state, store_url, object_key, manifest_key, heads_key, codec,
         message_count, csv_bytes, csv_sha256, stored_bytes, stored_sha256, manifest_sha256, first_global_position, last_global_position";
    sql(
        &cli.db_url,
        &format!(
            "INSERT INTO eventodb_store.archives (namespace, {columns})
             SELECT namespace, range_start + make_interval(hours => n), range_start + make_interval(hours => n + 1), 1, 'c' || n,
                    state, store_url, object_key || n, manifest_key || n, heads_key || n, codec, message_count, csv_bytes, csv_sha256,
                    stored_bytes, stored_sha256, manifest_sha256, first_global_position, last_global_position
               FROM eventodb_store.archives, generate_series(1000, 10999) n WHERE namespace = '{name}'"
        ),
    );
    let report = cli.json(&["report"]);
    let cells = report["namespaces"][0]["strip"].as_array().unwrap().clone();
    assert!(cells.len() <= 1200, "{}", cells.len());
    assert_eq!(cells.iter().map(|c| c["chunks"].as_i64().unwrap()).sum::<i64>(), 10_001);
    assert_eq!(report["namespaces"][0]["missing_copies"], 10_001);
    let page = page(&cli, &[]);
    assert!(page.len() < 1_000_000, "{}", page.len());
    is_well_formed(&page);
}

#[test]
fn a_timeline_has_a_line_a_namespace_and_a_character_a_part_of_the_time() {
    let Some((one, other)) = two(4) else { return };
    let ages = sql(&one.db_url, "SELECT floor(extract(epoch FROM now() - '2013-01-20'::timestamptz))::bigint || 's'");
    set(&one, &["--archive-after", &ages, "--store", &store(&one)]);
    night(&one, &[]);
    let text = one.run(&["chunks", "list", "--timeline", "--all-namespaces"]).succeeds().stdout.clone();
    let line = |cli: &Cli| text.lines().find(|line| line.starts_with(&cli.namespace[..20])).unwrap().to_owned();
    let count = |line: &str, glyph: char| line.chars().filter(|c| *c == glyph).count();
    assert!(count(&line(&one), '▂') > 10 && count(&line(&one), '█') > 10, "{text}");
    assert!(count(&line(&other), '▂') == 0 && count(&line(&other), '█') > 20, "{text}");
    assert!(text.lines().last().unwrap().contains("▂ archived"), "{text}");
    let runs = one.json(&["chunks", "list", "--timeline"]);
    let states: Vec<_> = runs.as_array().unwrap().iter().map(|r| (r["state"].clone(), r["chunks"].clone())).collect();
    assert_eq!(states, [(json!("archived"), json!(2)), (json!("closed"), json!(2))]);
    one.run(&["chunks", "list", "--timeline", "--exact"]).fails(2, "--exact");
}

#[test]
fn a_restore_drill_is_told_and_one_that_found_damage_is_an_alarm() {
    let cli = filled(2);
    archive_all(&cli);
    cli.run(&RUN).succeeds();
    cli.run(&["drill", "run", "--archives", "1"]).succeeds();
    let good = cli.json(&["report"]);
    let drills = &good["namespaces"][0]["drills"];
    assert_eq!((&drills["level"], &good["level"]), (&json!("good"), &json!("good")), "{good}");
    assert!(drills["lines"][0].as_str().unwrap().ends_with("found all as it was stored"), "{drills}");
    assert_eq!(drills["lines"][1], "1 of 2 archives never came back in a drill");
    let object = cli.json(&["archives", "list"])[0]["object_key"].as_str().map(str::to_owned);
    let object = object.unwrap_or_else(|| {
        sql(
            &cli.db_url,
            &format!("SELECT min(object_key) FROM eventodb_store.archives WHERE namespace = '{}'", cli.namespace),
        )
    });
    let path = cli.path("disk/events/prod").join(object);
    let mut bytes = std::fs::read(&path).unwrap();
    let middle = bytes.len() / 2;
    bytes[middle] ^= 1;
    std::fs::write(&path, bytes).unwrap();
    assert_eq!(cli.run(&["drill", "run", "--all"]).code, 5);
    let bad = cli.json(&["report"]);
    assert_eq!((&bad["level"], &bad["namespaces"][0]["level"]), (&json!("alarm"), &json!("alarm")), "{bad}");
    assert!(
        bad["namespaces"][0]["drills"]["lines"][0]
            .as_str()
            .unwrap()
            .contains("found 1 archive that is not what was stored")
    );
    let notice = &bad["namespaces"][0]["notices"][0];
    assert!(
        notice["hint"].as_str().unwrap().starts_with(&format!("eventodb-admin -n {} drill ", cli.namespace)),
        "{bad}"
    );
    let text = cli.run(&["report"]).stdout;
    assert!(text.contains("drills: the drill of "), "{text}");
    assert!(page(&cli, &[]).contains("that is not what was stored"));
    // What it finds of another archive does not take that back.
    let ids: Vec<String> = super::scene::archives(&cli).iter().map(|archive| archive["id"].to_string()).collect();
    let whole = ids.iter().find(|id| cli.run(&["drill", "run", id]).code == 0);
    whole.expect("the other one is whole");
    let still = cli.json(&["report"]);
    assert_eq!(still["level"], "alarm", "{still}");
}

#[test]
fn what_is_said_of_all_namespaces_is_of_all_of_them_and_of_the_last_night() {
    let Some((one, other)) = two(3) else { return };
    archive_all(&one);
    archive_all(&other);
    one.run(&["lifecycle", "run", "--all-namespaces"]).succeeds();
    // Namespaces without a policy have no runs, and no sizes of before.
    let third = super::scene::another(&one, 2);
    sql(
        &one.db_url,
        &format!(
            "UPDATE eventodb_store.runs SET began_at = began_at - interval '9 days', ended_at = ended_at - interval '9 days'
              WHERE namespace = '{}'",
            other.namespace
        ),
    );
    let report = one.json(&["report", "--all-namespaces"]);
    assert_eq!(report["last_runs"]["results"], json!({"done": 1}), "{}", report["last_runs"]);
    assert_eq!(report["last_runs"]["archived"], 3);
    let all = report["namespaces"].as_array().unwrap();
    let bytes = |cli: &Cli| {
        all.iter().find(|of| of["name"] == cli.namespace.as_str()).unwrap()["database_bytes"].as_i64().unwrap()
    };
    assert!(bytes(&third) > 0 && all.len() == 3);
    for size in report["sizes"].as_array().unwrap() {
        assert!(size["database_bytes"].as_i64().unwrap() >= bytes(&third), "it was there all the time: {size}");
    }
    assert_eq!(report["drills"]["lines"], json!(["no restore was ever tried in 2 of 2 namespaces with archives"]));
    let said = report["forecast"]["lines"][0].as_str().unwrap();
    assert!(said.starts_with("in 90 days 2 namespaces have ") && said.contains(" (now "), "{said}");
    let page = page(&one, &["--all-namespaces"]);
    assert!(!page.contains("<h2>Drills <span"), "what was never tried is not called good");
    is_well_formed(&page);
}

#[test]
fn a_namespace_whose_schema_is_gone_is_an_alarm_and_nothing_is_said_of_its_coverage() {
    let cli = filled(2);
    archive_all(&cli);
    cli.run(&RUN).succeeds();
    cli.run(&["policy", "clear", "--yes"]).succeeds();
    let of = |cli: &Cli| cli.json(&["report"])["namespaces"][0].clone();
    assert_eq!((&of(&cli)["level"], &of(&cli)["coverage"]["verdict"]), (&json!("good"), &json!("consistent")));
    let schema = super::scene::schema(&cli);
    sql(&cli.db_url, &format!("DROP SCHEMA \"{schema}\" CASCADE"));
    let report = cli.json(&["report"]);
    let found = &report["namespaces"][0];
    assert_eq!(
        (&report["level"], &report["verdict"]),
        (&json!("alarm"), &json!("1 of 1 namespace needs somebody now"))
    );
    assert_eq!((&found["kind"], &found["coverage"]["verdict"]), (&json!("missing"), &json!("unknown")), "{found}");
    let notice = &found["notices"][0];
    assert!(notice["text"].as_str().unwrap().contains(&format!("{schema}.messages is not there")), "{notice}");
    assert!(notice["hint"].as_str().unwrap().contains("restore the schema"), "{notice}");
    let table = cli.run(&["report", "--coverage"]);
    assert!(table.succeeds().stdout.contains("unknown") && !table.stdout.contains("consistent"), "{table:?}");
    let page = page(&cli, &[]);
    assert!(page.contains("is not there") && !page.contains("consistent"), "{page}");
    is_well_formed(&page);
    for verb in [&["doctor"][..], &["coverage"], &["chunks", "list"], &["stats"], &["lifecycle", "run"]] {
        cli.run(verb).fails(3, "is not there");
    }
}

#[test]
fn an_aim_by_space_is_among_the_facts_and_commands_are_told_from_words() {
    let cli = filled(2);
    let store = store(&cli);
    let aims = ["--keep-at-most", "1500k", "--keep-live-at-least", "21d"];
    set(&cli, &[&["--archive-after", "30d", "--store", &store], &aims[..]].concat());
    cli.run(&RUN).succeeds();
    let of = cli.json(&["report"])["namespaces"][0].clone();
    let policy = &of["policy"];
    assert_eq!(
        (&policy["keep_at_most_bytes"], &policy["keep_live_at_least_seconds"]),
        (&json!(1_536_000), &json!(1_814_400))
    );
    let page = page(&cli, &[]);
    assert!(page.contains("chunks take 1.46 MiB at most; no chunk leaves before 21d; stores file://"), "{page}");
    // A failure's hint names the namespace, and what it begins with is a command.
    std::fs::rename(cli.path("disk"), cli.path("away")).unwrap();
    cli.run_with(&["messages", "import"], super::cli::made_up(4, 20).as_bytes());
    let failed = cli.run(&RUN);
    assert_eq!(failed.code, 4, "{failed:?}");
    let of = cli.json(&["report"])["namespaces"][0].clone();
    let hint = of["notices"][0]["hint"].as_str().unwrap().to_owned();
    let named = format!("eventodb-admin -n {} ", cli.namespace);
    assert!(
        hint.contains("eventodb-admin ") && hint.matches("eventodb-admin ").count() == hint.matches(&named).count(),
        "{hint}"
    );
    assert!(failed.stderr.contains(&named), "{failed:?}");
    let text = self::page(&cli, &[]);
    sql(
        &cli.db_url,
        &format!(
            "UPDATE eventodb_store.runs SET result = 'stopped', failures = '[]' WHERE namespace = '{}'",
            cli.namespace
        ),
    );
    let stopped = self::page(&cli, &[]);
    assert!(stopped.contains(&format!("<code>{named}lifecycle run</code> goes on</p>")), "{text}");
}
