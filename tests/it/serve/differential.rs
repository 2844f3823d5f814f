//! The same statement over a plain table and over the archive of the same rows: `PostgreSQL` is the judge.

use tokio_postgres::Client;
use tokio_postgres::types::{FromSql, Type};

use super::cli::var;
use super::far_end::{Answer, ask};
use super::nasty::{Twins, twins, twins_on_s3};
use super::random::{Dice, statement};
use super::steps;

/// Sorted where no order was asked for.
fn comparable(answer: Answer, is_ordered: bool) -> Answer {
    answer.map(|mut rows| {
        if !is_ordered {
            rows.sort();
        }
        rows
    })
}

/// What random statements add where they are to go out of range.
const OUT_OF_RANGE: &str = "9223372036854775800";

struct Tally {
    equal: usize,
    refused: usize,
    failed_alike: usize,
}

async fn compare(twins: &Twins, client: &Client, seed: u64, tally: &mut Tally) {
    let (template, is_ordered) = statement(&mut Dice::new(seed));
    let of = |table: &str| template.replace("{}", table);
    let plain = comparable(ask(&twins.db, &of(&twins.plain)).await, is_ordered);
    for (way, answer) in [
        ("directly", ask(client, &of(&twins.archived)).await),
        ("by the foreign table", ask(&twins.db, &of(&twins.foreign)).await),
    ] {
        let answer = comparable(answer, is_ordered);
        match (&plain, &answer) {
            // It may always be refused, never answered otherwise.
            (_, Err(code)) if code == "0A000" => tally.refused += 1,
            (Ok(_), Ok(_)) if plain == answer => tally.equal += 1,
            (Err(expected), Err(code)) if expected == code => tally.failed_alike += 1,
            // Which condition is looked at first is nobody's promise, so that a number out of range may not be met.
            (Err(code), Ok(_)) | (Ok(_), Err(code)) if code == "22003" && template.contains(OUT_OF_RANGE) => {
                tally.failed_alike += 1;
            }
            _ => panic!("seed {seed} {way}: {template}\nthe table says {plain:?}\nthe archive says {answer:?}"),
        }
    }
}

/// Most of the statements for a folder, the last fifth for S3.
async fn random_statements(twins: Twins, is_on_s3: bool) {
    let number = |name: &str| std::env::var(name).ok().map(|text| text.parse::<u64>().unwrap());
    let count = number("EVENTODB_SERVE_STATEMENTS").unwrap_or(if steps::are_all() { 1000 } else { 200 });
    let today = std::time::SystemTime::now().duration_since(std::time::UNIX_EPOCH).unwrap().as_secs() / 86_400;
    let from = number("EVENTODB_SERVE_SEED").unwrap_or(today * 1_000_000);
    eprintln!("EVENTODB_SERVE_SEED={from} EVENTODB_SERVE_STATEMENTS={count} asks the same again");
    let on_s3 = from + count - count / 5;
    let seeds = if is_on_s3 { on_s3..from + count } else { from..on_s3 };
    let mut tally = Tally { equal: 0, refused: 0, failed_alike: 0 };
    let client = twins.far_end.client().await;
    for seed in seeds {
        compare(&twins, &client, seed, &mut tally).await;
    }
    eprintln!("{} equal, {} refused, {} failed alike", tally.equal, tally.refused, tally.failed_alike);
    // Of a few statements chance may have many refused.
    let refused = if is_on_s3 { tally.refused } else { tally.refused * 5 };
    assert!(refused < tally.equal, "most must be answered: {} equal, {} refused", tally.equal, tally.refused);
}

#[tokio::test]
async fn random_statements_are_answered_as_the_database_does_or_refused() {
    random_statements(twins(&[]).await, false).await;
}

#[tokio::test]
async fn random_statements_are_answered_alike_from_s3_where_nothing_is_cached() {
    random_statements(twins_on_s3(&var("EVENTODB_TEST_S3_ENDPOINT"), &["--no-cache"]).await, true).await;
}

#[tokio::test]
async fn parameters_and_joins_and_functions_over_both_are_answered_alike() {
    let twins = twins(&[]).await;
    twins.db.batch_execute("SET plan_cache_mode = force_generic_plan").await.unwrap();
    for (name, types, rest, arguments) in [
        (
            "s",
            "text, bigint",
            "WHERE stream_name = $1 AND \"position\" >= $2 ORDER BY \"position\", global_position",
            "'account-1', 3",
        ),
        ("a", "text[]", "WHERE stream_name = ANY ($1) ORDER BY global_position", "'{account-1,\"a''b-1\",NULL}'"),
        ("c", "text", "WHERE split_part(stream_name, '-', 1) = $1 ORDER BY global_position LIMIT 7", "'order'"),
        ("t", "timestamptz", "WHERE \"time\" < $1 ORDER BY global_position", "'2000-01-01 00:00:00+02'"),
        ("j", "jsonb", "WHERE data @> $1 ORDER BY global_position", "'{\"a\": 1.00}'"),
        ("u", "uuid", "WHERE id = $1 ORDER BY global_position", "'00000000-0000-0000-0000-010101010106'"),
        ("n", "text", "WHERE stream_name = $1 ORDER BY global_position", "NULL"),
    ] {
        let mut answers = Vec::new();
        for (n, table) in [&twins.plain, &twins.foreign].into_iter().enumerate() {
            twins
                .db
                .batch_execute(&format!("PREPARE {name}{n}({types}) AS SELECT * FROM {table} {rest}"))
                .await
                .unwrap();
            answers.push(ask(&twins.db, &format!("EXECUTE {name}{n}({arguments})")).await);
        }
        assert!(answers[0].is_ok() && answers[0] == answers[1], "{rest}: {answers:?}");
    }
    let join = |table: &str| {
        format!(
            "SELECT a.global_position, b.id FROM {table} a JOIN {} b ON b.global_position = a.global_position + 1
              WHERE a.stream_name = 'account-2' ORDER BY 1",
            twins.plain
        )
    };
    for off in ["", "SET enable_hashjoin = off; SET enable_mergejoin = off;"] {
        twins.db.batch_execute(off).await.unwrap();
        assert_eq!(ask(&twins.db, &join(&twins.foreign)).await, ask(&twins.db, &join(&twins.plain)).await);
    }
}

/// A value's bytes: numbers of 400 digits are more than a driver's JSON takes.
#[derive(Debug, PartialEq)]
struct Raw(Vec<u8>);

impl<'a> FromSql<'a> for Raw {
    fn from_sql(_: &Type, raw: &'a [u8]) -> Result<Self, Box<dyn std::error::Error + Sync + Send>> {
        Ok(Self(raw.to_vec()))
    }

    fn accepts(_: &Type) -> bool {
        true
    }
}

#[tokio::test]
async fn a_driver_asks_with_parameters_and_gets_values_in_binary_form() {
    let twins = twins(&[]).await;
    let client = twins.far_end.client().await;
    let sql = |table: &str| {
        format!(
            "SELECT global_position, stream_name, \"time\", id, data, metadata FROM {table}
              WHERE stream_name = $1 AND global_position > $2 AND \"time\" > '1900-01-01 00:00:00+00' ORDER BY global_position"
        )
    };
    let rows = client.query(&sql(&twins.archived), &[&"account-1", &20_i64]).await.unwrap();
    let expected = twins.db.query(&sql(&twins.plain), &[&"account-1", &20_i64]).await.unwrap();
    assert!(rows.len() > 5);
    assert_eq!(rows.len(), expected.len());
    for (a, b) in rows.iter().zip(&expected) {
        assert_eq!(a.get::<_, i64>(0), b.get::<_, i64>(0));
        assert_eq!(a.get::<_, &str>(1), b.get::<_, &str>(1));
        assert_eq!(a.get::<_, std::time::SystemTime>(2), b.get::<_, std::time::SystemTime>(2));
        assert_eq!(a.get::<_, uuid::Uuid>(3), b.get::<_, uuid::Uuid>(3));
        for json in [4, 5] {
            assert_eq!(a.get::<_, Option<Raw>>(json), b.get::<_, Option<Raw>>(json));
        }
    }
    let some = ["account-1".to_owned(), "order-1".to_owned()];
    let sql = format!("SELECT count(*) FROM {} WHERE stream_name = ANY($1)", twins.archived);
    assert_eq!(client.query_one(&sql, &[&&some[..]]).await.unwrap().get::<_, i64>(0), 40);
}
