//! Random statements over a table of messages.

use super::nasty::{JSON, STREAMS, TIMES, TYPES, literal};

/// Numbers from a seed.
pub struct Dice(u64);

impl Dice {
    pub fn new(seed: u64) -> Self {
        Self(seed.wrapping_mul(0x9e37_79b9_7f4a_7c15) | 1)
    }

    pub fn below(&mut self, n: usize) -> usize {
        self.0 ^= self.0 << 13;
        self.0 ^= self.0 >> 7;
        self.0 ^= self.0 << 17;
        (self.0 >> 11) as usize % n
    }

    pub fn pick<'a, T: ?Sized>(&mut self, all: &[&'a T]) -> &'a T {
        all[self.below(all.len())]
    }
}

const COMPARE: [&str; 6] = ["=", "<>", "<", "<=", ">", ">="];

fn number(dice: &mut Dice) -> String {
    match dice.below(9) {
        0 => "NULL".into(),
        1 => "9223372036854775807".into(),
        2 => "(-9223372036854775808)".into(),
        3 => format!("{}.5", dice.below(20)),
        4 => format!("'{}'::bigint", dice.below(240)),
        5 => format!("(-{})", dice.below(5)),
        _ => dice.below(250).to_string(),
    }
}

fn integer(dice: &mut Dice) -> String {
    let column = dice.pick(&["global_position", "\"position\""]);
    match dice.below(10) {
        0 => format!("({column} + {})", dice.below(9)),
        1 => format!("({column} * {})", dice.below(5)),
        2 => format!("({column} % {})", dice.below(6) + 1),
        3 => format!("({column} / {})", dice.below(6) + 1),
        4 => format!("(- {column})"),
        5 => format!("abs({column} - {})", dice.below(200)),
        6 => "length(stream_name)".into(),
        7 if dice.below(8) == 0 => format!("({column} + 9223372036854775800)"),
        _ => column.into(),
    }
}

/// A text constant, with C's escapes now and then.
fn text(dice: &mut Dice) -> String {
    let all: Vec<&str> = STREAMS.iter().chain(&TYPES).copied().collect();
    match dice.below(12) {
        0 => "NULL".into(),
        1 => "'account-'".into(),
        2 => format!("E'{}'", dice.pick(&all).replace('\\', "\\\\").replace('\'', "\\'")),
        _ => literal(Some(dice.pick(&all))),
    }
}

fn text_expr(dice: &mut Dice) -> String {
    let column = dice.pick(&["stream_name", "stream_name", "stream_name", "\"type\""]);
    match dice.below(12) {
        0 => format!("split_part({column}, '-', {})", dice.pick(&["1", "2", "-1", "3"])),
        1 => format!("left({column}, {})", dice.pick(&["3", "-2", "0"])),
        2 => format!("right({column}, {})", dice.pick(&["3", "-2", "0"])),
        3 => format!("substr({column}, {}, 3)", dice.pick(&["1", "0", "-1", "4"])),
        4 => format!("({column} || {})", text(dice)),
        5 => "lower(stream_name)".into(),
        6 => "upper(stream_name)".into(),
        _ => column.into(),
    }
}

fn pattern(dice: &mut Dice) -> String {
    let all = [
        "account-%",
        "%-1",
        "a%",
        "%",
        "_%-_",
        "%ï%",
        "a\\\\b%",
        "%\\%%",
        "%\\_%",
        "",
        "O_ened",
        "%🦀",
        "acc%nt-1_",
        "%'%",
        "account\\-1",
    ];
    literal(Some(dice.pick(&all)))
}

fn time(dice: &mut Dice) -> String {
    let all =
        ["infinity", "-infinity", "2013-01-03 11:15:00.5+01", "2013-01-03 06:45:00.25-03:30", "2013-01-05", "epoch"];
    let some = if dice.below(3) == 0 { dice.pick(&all) } else { dice.pick(&TIMES) };
    format!("'{some}'::timestamp with time zone")
}

fn json(dice: &mut Dice) -> String {
    let own = [
        "[1]",
        "[2, 1, 1]",
        "{\"a\": 1e0}",
        "{\"a\": {}}",
        "[[2]]",
        "1.5",
        "{\"b\": [2]}",
        "{\"a\":{\"b\":{\"c\":[null]}}}",
        "[{\"a\": null}]",
    ];
    let some = if dice.below(2) == 0 { dice.pick(&own) } else { dice.pick(&JSON) };
    if dice.below(15) == 0 { "NULL::jsonb".into() } else { format!("{}::jsonb", literal(Some(some))) }
}

fn list(dice: &mut Dice, one: fn(&mut Dice) -> String) -> String {
    (0..=dice.below(4)).map(|_| one(dice)).collect::<Vec<_>>().join(", ")
}

fn array(dice: &mut Dice) -> String {
    let quoted = |s: &str| format!("\"{}\"", s.replace('\\', "\\\\").replace('"', "\\\""));
    let mut all: Vec<String> = (0..dice.below(4)).map(|_| quoted(dice.pick(&STREAMS))).collect();
    if dice.below(6) == 0 {
        all.push("NULL".into());
    }
    format!("{}::text[]", literal(Some(&format!("{{{}}}", all.join(",")))))
}

fn leaf(dice: &mut Dice) -> String {
    let compare = dice.pick(&COMPARE);
    let column = dice.pick(&["data", "metadata"]);
    match dice.below(22) {
        0..3 => format!("{} {compare} {}", integer(dice), number(dice)),
        3 => format!("{} {compare} {}", number(dice), integer(dice)),
        4..6 => format!("{} {compare} {}", text_expr(dice), text(dice)),
        6 => format!("{} LIKE {}", text_expr(dice), pattern(dice)),
        7 => format!("{} NOT LIKE {}", text_expr(dice), pattern(dice)),
        8 => format!("stream_name ILIKE {}", pattern(dice)),
        9 => format!(
            "stream_name {} {}",
            dice.pick(&["= ANY", "<> ALL", "<> ANY", "= ALL"]),
            format_args!("({})", array(dice))
        ),
        10 => format!("stream_name {} ({})", dice.pick(&["IN", "NOT IN"]), list(dice, text)),
        11 => format!("{} {} ({})", integer(dice), dice.pick(&["IN", "NOT IN"]), list(dice, number)),
        12 => format!("\"time\" {compare} {}", time(dice)),
        13 => format!("\"time\" BETWEEN {} AND {}", time(dice), time(dice)),
        14 => format!("{column} @> {}", json(dice)),
        15 => format!("{column} <@ {}", json(dice)),
        16 => format!("{column} {} {}", dice.pick(&["=", "<>"]), json(dice)),
        17 => format!("{column} IS {}", dice.pick(&["NULL", "NOT NULL"])),
        18 => format!("{column} IS {} FROM {}", dice.pick(&["DISTINCT", "NOT DISTINCT"]), json(dice)),
        19 => format!(
            "jsonb_typeof({column}) {} {}",
            dice.pick(&["=", "<>"]),
            literal(Some(dice.pick(&["object", "array", "number", "null"])))
        ),
        20 => format!("id {compare} '{}'::uuid", uuid::Uuid::from_u128(dice.below(240) as u128 * 0x0101_0101_0101 + 5)),
        _ => format!("global_position BETWEEN {} AND {}", number(dice), number(dice)),
    }
}

pub fn condition(dice: &mut Dice, depth: usize) -> String {
    if depth == 0 {
        return leaf(dice);
    }
    match dice.below(9) {
        0..3 => format!("({}) AND ({})", condition(dice, depth - 1), condition(dice, depth - 1)),
        3..5 => format!("({}) OR ({})", condition(dice, depth - 1), condition(dice, depth - 1)),
        5 => format!("NOT ({})", condition(dice, depth - 1)),
        6 => format!(
            "({}) IS {}",
            condition(dice, depth - 1),
            dice.pick(&["TRUE", "NOT TRUE", "FALSE", "UNKNOWN", "NOT UNKNOWN"])
        ),
        7 => format!(
            "CASE WHEN {} THEN {} ELSE {} END",
            leaf(dice),
            condition(dice, depth - 1),
            dice.pick(&["TRUE", "FALSE", "NULL"])
        ),
        _ => leaf(dice),
    }
}

/// What is asked of a table, which stands for `{}`, and whether its rows come in an order of their own.
pub fn statement(dice: &mut Dice) -> (String, bool) {
    let columns = ["\"time\"", "global_position", "\"position\"", "stream_name", "\"type\"", "data", "metadata", "id"];
    let where_ = match dice.below(8) {
        0 => String::new(),
        _ => {
            let depth = dice.below(4);
            format!(" WHERE {}", condition(dice, depth))
        }
    };
    if dice.below(8) == 0 {
        let figures = ["count(*)", "count(data)", "min(global_position), max(\"time\")", "max(stream_name), count(*)"];
        return (format!("SELECT {} FROM {{}}{where_}", dice.pick(&figures)), true);
    }
    let shown = match dice.below(4) {
        0 => "*".to_owned(),
        1 => "global_position".to_owned(),
        _ => (0..=dice.below(4)).map(|_| dice.pick(&columns)).collect::<Vec<_>>().join(", "),
    };
    let way = dice.pick(&["", " DESC", " ASC NULLS LAST", " DESC NULLS FIRST"]);
    let order = match dice.below(6) {
        0 | 1 => return (format!("SELECT {shown} FROM {{}}{where_}"), false),
        2 => format!("global_position{way}"),
        3 => format!("\"position\"{way}, global_position"),
        4 => format!("\"time\"{way}, stream_name DESC, global_position"),
        _ => format!("stream_name{way}, \"position\", id"),
    };
    let limit = match dice.below(4) {
        0 => format!(" LIMIT {}", dice.below(30)),
        1 => format!(" LIMIT {} OFFSET {}", dice.below(30), dice.below(30)),
        _ => String::new(),
    };
    (format!("SELECT {shown} FROM {{}}{where_} ORDER BY {order}{limit}"), true)
}
