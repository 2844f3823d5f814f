//! How long chains of a statement may be. The parser makes a tree of `a AND b AND c …` in a loop, which is as deep on one side as
//! the chain is long, and counts no nesting there; whatever walks the tree, copies it or drops it goes down to its end. So the
//! tokens are counted before, and the threads that work on statements have a stack for that many.

use sqlparser::keywords::Keyword;
use sqlparser::tokenizer::Token;

use crate::serve::fault::{Answer, Fault};

/// Operators and words of the language in a statement.
pub(super) const MAX_CHAIN: usize = 5000;

/// The stack of a thread that works on statements: memory is taken only as deep as one goes. A build without optimisation takes
/// several times as much for each step. The tests find the longest chains to go with a third of it.
pub const STACK_BYTES: usize = if cfg!(debug_assertions) { 256 << 20 } else { 64 << 20 };

/// Words, values and signs in a statement: each takes up to a kilobyte once it is read.
const MAX_PIECES: usize = 250_000;

/// Refuses a statement that would take too much memory, before anything is made of it.
///
/// # Errors
/// 54001 where it has too many pieces.
pub(super) fn check_pieces(sql: &str) -> Answer<()> {
    let (mut pieces, mut before) = (0, Lexeme::Gap);
    let (mut bytes, mut word) = (sql.bytes(), 0);
    while let Some(byte) = bytes.next() {
        let piece = match (before, byte) {
            (Lexeme::Escaped, b'\\') => {
                bytes.next();
                continue;
            }
            (Lexeme::Quoted(quote), _) if byte != quote => continue,
            (Lexeme::Escaped, _) if byte != b'\'' => continue,
            (Lexeme::Quoted(_) | Lexeme::Escaped, _) | (_, b' ' | b'\t' | b'\r' | b'\n') => Lexeme::Gap,
            // E'…'
            (Lexeme::Word, b'\'') if matches!(word, b'e' | b'E') => Lexeme::Escaped,
            (_, b'\'' | b'"') => Lexeme::Quoted(byte),
            (_, b'a'..=b'z' | b'A'..=b'Z' | b'0'..=b'9' | b'_' | b'$' | 0x80..) => Lexeme::Word,
            _ => Lexeme::Sign,
        };
        pieces += usize::from(piece != Lexeme::Gap && (piece != Lexeme::Word || before != Lexeme::Word));
        // The whole of a word of one letter.
        word = if before == Lexeme::Word { 0 } else { byte };
        before = piece;
    }
    within(pieces)
}

/// The same once it is cut: comments and other quotes are known then.
///
/// # Errors
/// 54001 where there are too many.
pub(super) fn within(pieces: usize) -> Answer<()> {
    if pieces <= MAX_PIECES {
        return Ok(());
    }
    let message = format!("the statement has {pieces} words, values and signs, {MAX_PIECES} are answered");
    Err(Fault::new("54001", message).hint("ask for many values by one text, = ANY ('{…}'), or by several statements"))
}

/// What a byte of a statement belongs to.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Lexeme {
    Gap,
    Word,
    Sign,
    /// Until this quote comes again.
    Quoted(u8),
    /// The same where a backslash takes the next byte's meaning.
    Escaped,
}

/// Refuses a statement whose tree could be deeper than the stack.
///
/// # Errors
/// 54001 where it has too many operators.
pub(super) fn check(tokens: &[Token]) -> Answer<()> {
    let chained = tokens.iter().filter(|t| may_chain(t)).count();
    if chained <= MAX_CHAIN {
        return Ok(());
    }
    let message = format!("the statement has {chained} operators and words of the language, {MAX_CHAIN} are answered");
    Err(Fault::new("54001", message)
        .hint("ask for many values by one list, = ANY ('{…}'), or join the messages with a table of the values"))
}

/// Whether another step of a chain can be made of it: an operator, a bracket or a word of the language. Names, values, parentheses and
/// commas alone make none; the parser counts how deep parentheses are nested.
fn may_chain(token: &Token) -> bool {
    match token {
        Token::Word(word) => word.quote_style.is_none() && !is_name_or_value(word.keyword),
        Token::EOF
        | Token::Number(..)
        | Token::SingleQuotedString(_)
        | Token::DoubleQuotedString(_)
        | Token::DollarQuotedString(_)
        | Token::EscapedStringLiteral(_)
        | Token::NationalStringLiteral(_)
        | Token::HexStringLiteral(_)
        | Token::UnicodeStringLiteral(_)
        | Token::Placeholder(_)
        | Token::Comma
        | Token::Period
        | Token::SemiColon
        | Token::LParen
        | Token::RParen
        | Token::RBracket
        | Token::Whitespace(_) => false,
        _ => true,
    }
}

/// Columns, types and values whose names are words of the language somewhere.
const fn is_name_or_value(word: Keyword) -> bool {
    use Keyword::{
        BIGINT, DATA, FALSE, ID, INT4, INT8, INTEGER, JSONB, METADATA, NULL, NUMERIC, NoKeyword, POSITION, TEXT, TIME,
        TIMESTAMP, TIMESTAMPTZ, TRUE, TYPE, UUID, WITH, ZONE,
    };
    matches!(
        word,
        NoKeyword
            | BIGINT
            | DATA
            | FALSE
            | ID
            | INT4
            | INT8
            | INTEGER
            | JSONB
            | METADATA
            | NULL
            | NUMERIC
            | POSITION
            | TEXT
            | TIME
            | TIMESTAMP
            | TIMESTAMPTZ
            | TRUE
            | TYPE
            | UUID
            | WITH
            | ZONE
    )
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_statement_of_very_many_pieces_is_refused_before_it_is_read_and_a_long_text_is_one() {
        let list = |values: usize| format!("SELECT 1 FROM a.messages WHERE position IN (0{})", ", 1".repeat(values));
        assert!(statements(&list(40_000)).is_ok());
        for many in [
            list(2_000_000),
            format!("SELECT {}1", "a,".repeat(2_000_000)),
            format!("SELECT {}1", "a ".repeat(4_000_000)),
            // Nothing of it is in quotes.
            format!("SELECT E'\\'', 'x', {}1", "a,".repeat(2_000_000)),
            format!("SELECT $x$'$x$, {}1", "a,".repeat(300_000)),
        ] {
            assert_eq!(statements(&many).unwrap_err().code, "54001");
        }
        let text = format!("SELECT 1 FROM a.messages WHERE stream_name = ANY ('{{{}b}}')", "a-1,".repeat(1_000_000));
        assert!(statements(&text).is_ok());
    }
    use crate::serve::sql::{Collation, Compiler, Parameters, RowBounds, RowView, Statement, statements};

    /// Chains of each kind: what begins, a link, what ends, and the steps that a link takes.
    const CHAINS: [(&str, &str, &str, usize); 12] = [
        ("SELECT 1 FROM a.messages WHERE global_position <> 0", " AND global_position <> 1000", "", 2),
        ("SELECT 1 FROM a.messages WHERE global_position = 0", " OR global_position = 1000", "", 2),
        ("SELECT 1 FROM a.messages WHERE true", " AND true", "", 1),
        ("SELECT 1 FROM a.messages WHERE true", " OR false", "", 1),
        ("SELECT 1 FROM a.messages WHERE stream_name <> 'x'", " AND stream_name NOT LIKE '%y'", "", 3),
        ("SELECT 1 FROM a.messages WHERE type || 'a'", " || 'b'", " = 'c'", 1),
        ("SELECT 1 FROM a.messages WHERE global_position", " + 0", " = 1", 1),
        ("SELECT 1 FROM a.messages WHERE (global_position = 0)", " = true", "", 1),
        ("SELECT 1", "::int8", "", 1),
        ("SELECT data", "->'a'", " FROM a.messages", 1),
        ("SELECT 1 FROM a.messages WHERE true", " IS TRUE", "", 1),
        ("SELECT 1", " UNION ALL SELECT 1", "", 3),
    ];

    /// On a third of the stack that the program has for it.
    fn on_a_third<T: Send + 'static>(work: impl FnOnce() -> T + Send + 'static) -> T {
        std::thread::Builder::new().stack_size(STACK_BYTES / 3).spawn(work).unwrap().join().unwrap()
    }

    /// What a session does with a statement: it reads it, copies it, prints it, compiles it, asks it of a row, drops it.
    fn whole_life(sql: &str) -> Answer<()> {
        for statement in statements(sql)? {
            let copy = statement.clone();
            assert!(copy == statement);
            let (Statement::Select(query) | Statement::Explain(query)) = &copy else { panic!("{sql}") };
            assert!(!query.to_string().is_empty());
            let given = Parameters::default();
            let compiler = Compiler { parameters: &given, collation: Collation::C };
            // What is refused has gone down its chain, too.
            let Ok(select) = compiler.select(query) else { continue };
            let again = select.clone();
            let _bounds = RowBounds::of(again.condition.as_ref());
            let row = RowView::read(b"7,0,2013-01-03 10:15:00+00,account-1,Opened,id,{},").unwrap();
            let values = again.outputs.iter().map(|output| output.expr.value(Some(&row)).map(drop));
            values.collect::<Answer<()>>()?;
            again.condition.as_ref().map(|condition| condition.takes(&row)).transpose()?;
        }
        Ok(())
    }

    fn chain((start, link, end, _): (&str, &str, &str, usize), links: usize) -> String {
        format!("{start}{}{end}", link.repeat(links))
    }

    #[test]
    fn the_longest_chains_of_each_kind_go_with_a_third_of_the_stack() {
        for kind in CHAINS {
            // The rest of the statement has some words, too.
            let sql = chain(kind, (MAX_CHAIN - 8) / kind.3);
            let done = on_a_third(move || whole_life(&sql));
            assert_eq!(done.map_err(|fault| (fault.code, fault.message)), Ok(()), "{kind:?}");
        }
    }

    #[test]
    fn a_longer_chain_is_refused_before_it_is_a_tree() {
        for kind in CHAINS {
            for links in [MAX_CHAIN / kind.3 + 1, 20_000] {
                let sql = chain(kind, links);
                let fault = on_a_third(move || whole_life(&sql)).unwrap_err();
                assert_eq!(fault.code, "54001", "{kind:?}: {}", fault.message);
            }
        }
    }

    #[test]
    fn lists_of_values_are_no_chains() {
        let list = (0..100_000).map(|n| n.to_string()).collect::<Vec<_>>().join(", ");
        whole_life(&format!("SELECT data FROM a.messages WHERE global_position IN ({list}) AND type = 'x'::text"))
            .unwrap();
    }

    #[test]
    fn what_is_joined_is_evaluated_from_left_to_right_with_null_as_the_database_has_it() {
        let row = RowView::read(b"7,0,2013-01-03 10:15:00+00,account-1,Opened,id,{},").unwrap();
        let takes = |condition: &str| {
            let all = statements(&format!("SELECT 1 FROM a.messages WHERE {condition}")).unwrap();
            let Statement::Select(query) = &all[0] else { panic!("{condition}") };
            let given = Parameters::default();
            let select = Compiler { parameters: &given, collation: Collation::C }.select(query).unwrap();
            select.condition.unwrap().takes(&row).map_err(|fault| fault.code)
        };
        let by_zero = "position / position = 1";
        for (condition, expected) in [
            ("global_position = 8 AND true AND position / position = 1".to_owned(), Ok(false)),
            (format!("true AND true AND global_position = 8 AND {by_zero} AND true"), Ok(false)),
            (format!("false OR false OR global_position = 7 OR {by_zero} OR false"), Ok(true)),
            (format!("true AND true AND {by_zero} AND false"), Err("22012")),
            ("(true AND metadata = '1' AND true) IS UNKNOWN".to_owned(), Ok(true)),
            ("true AND true AND metadata = '1' AND true AND true".to_owned(), Ok(false)),
            ("false OR metadata = '1' OR false OR true OR false".to_owned(), Ok(true)),
            ("NOT (metadata = '1' AND false AND true)".to_owned(), Ok(true)),
        ] {
            assert_eq!(takes(&condition), expected, "{condition}");
        }
    }
}
