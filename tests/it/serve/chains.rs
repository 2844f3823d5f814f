//! Statements with long chains of operators: they are answered up to a bound, refused beyond it, and the server goes on.

use super::far_end::{ask, fault, one};
use super::nasty::twins;

/// Operators and words of the language that a statement may have.
const BOUND: usize = 5000;

/// Chains of each kind on a table: what begins, a link, what ends, and what a link counts for.
fn kinds(table: &str) -> Vec<(String, &'static str, &'static str, usize)> {
    let from = |condition: &str| format!("SELECT count(*) FROM {table} WHERE {condition}");
    vec![
        (from("global_position <> 0"), " AND global_position <> 1000", "", 2),
        (from("global_position = 0"), " OR global_position = 7", "", 2),
        (from("stream_name <> 'x'"), " AND stream_name NOT LIKE '%y'", "", 3),
        (from("\"type\" || 'a'"), " || 'b'", " <> 'c'", 1),
        (from("global_position"), " + 0", " > 3", 1),
        ("SELECT 1".to_owned(), "::int8", "", 1),
    ]
}

#[tokio::test]
async fn chains_are_answered_up_to_the_bound_and_refused_beyond_it_and_the_server_goes_on() {
    let twins = twins(&[]).await;
    let client = twins.far_end.client().await;
    let alive = format!("SELECT count(*) FROM {}", twins.archived);
    let both = kinds(&twins.archived).into_iter().zip(kinds(&twins.plain));
    for ((start, link, end, weight), (plain, ..)) in both {
        // The database itself goes down such a chain by its own stack: it is asked for a short one that says the same.
        let expected = one(&twins.db, &format!("{plain}{}{end}", link.repeat(3))).await;
        for links in [1000, (BOUND - 12) / weight] {
            assert_eq!(one(&client, &format!("{start}{}{end}", link.repeat(links))).await, expected, "{links} {link}");
        }
        for links in [BOUND / weight + 1, 100_000] {
            let (code, message, hint) = fault(&client, &format!("{start}{}{end}", link.repeat(links))).await;
            assert_eq!(code, "54001", "{links} {link}: {message}");
            // So many steps are too many pieces as well, which are counted first.
            let most = if links < 100_000 { "5000 are answered" } else { "0 are answered" };
            assert!(message.contains(most) && hint.contains("= ANY"), "{message} {hint}");
        }
        assert_eq!(one(&client, &alive).await, "240", "after {link}");
    }
    // What is refused for another reason goes down its chain to say so.
    let arrows = format!("SELECT data{} FROM {}", "->'a'".repeat(BOUND - 12), twins.archived);
    assert_eq!(ask(&client, &arrows).await, Err("0A000".to_owned()));
    for changed in ["DELETE FROM", "UPDATE"] {
        let set = if changed == "UPDATE" { "SET \"type\" = 'x'" } else { "" };
        let or = " OR global_position = 7000".repeat(100_000);
        let sql = format!("{changed} {} {set} WHERE global_position = 7000{or}", twins.archived);
        assert_eq!(ask(&client, &sql).await, Err("54001".to_owned()), "{changed}");
    }
    // By the extended protocol as well.
    let sql = format!("{alive} WHERE global_position <> 0{}", " AND global_position <> 1000".repeat(2000));
    assert_eq!(client.query_one(&sql, &[]).await.unwrap().get::<_, i64>(0), 240);
    assert_eq!(one(&client, &alive).await, "240");
}

#[tokio::test]
async fn by_the_foreign_table_thousands_of_conditions_are_answered_and_more_are_refused() {
    let twins = twins(&[]).await;
    for (start, link, most) in [
        ("global_position <> 0", " AND global_position <> 1000", 2400),
        ("global_position = 0", " OR global_position = 7", 2400),
        ("stream_name <> 'x'", " AND stream_name NOT LIKE '%y'", 1600),
    ] {
        let sql =
            |table: &str, links: usize| format!("SELECT count(*) FROM {table} WHERE {start}{}", link.repeat(links));
        let expected = one(&twins.db, &sql(&twins.plain, 3)).await;
        for links in [120, 1000, most] {
            assert_eq!(one(&twins.db, &sql(&twins.foreign, links)).await, expected, "{links} {link}");
        }
        let (code, message, _) = fault(&twins.db, &sql(&twins.foreign, 4000)).await;
        assert_eq!(code, "54001", "{message}");
        assert_eq!(one(&twins.db, &format!("SELECT count(*) FROM {}", twins.foreign)).await, "240");
    }
}
