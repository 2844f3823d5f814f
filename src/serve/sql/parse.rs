//! From text to statements: what a session may be asked to do.

use sqlparser::ast::{Query, Statement as Ast};
use sqlparser::dialect::PostgreSqlDialect;
use sqlparser::parser::Parser;
use sqlparser::tokenizer::{Token, Tokenizer};

use super::bound;
use crate::serve::fault::{Answer, Fault};

/// Expressions within expressions up to here.
const MAX_DEPTH: usize = 200;

/// How much of a cursor is wanted.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Fetch {
    /// So many rows.
    Rows(u64),
    /// All that are left.
    All,
}

/// What a session is asked to do.
#[derive(Debug, Clone, PartialEq)]
pub enum Statement {
    /// Nothing.
    Empty,
    /// BEGIN, START TRANSACTION
    Begin,
    /// COMMIT, END
    Commit,
    /// ROLLBACK, ABORT
    Rollback,
    /// SAVEPOINT
    Savepoint(String),
    /// RELEASE
    Release(String),
    /// ROLLBACK TO
    RollbackTo(String),
    /// SET: a name in lower case, a value
    Set(String, String),
    /// SHOW
    Show(String),
    /// DECLARE … CURSOR FOR
    Declare(String, Box<Query>),
    /// FETCH
    Fetch(String, Fetch),
    /// MOVE BACKWARD ALL: to before the first row
    Rewind(String),
    /// CLOSE, of one or of all
    Close(Option<String>),
    /// DEALLOCATE, of one or of all
    Deallocate(Option<String>),
    /// DISCARD ALL
    Discard,
    /// SELECT
    Select(Box<Query>),
    /// EXPLAIN
    Explain(Box<Query>),
    /// DELETE and UPDATE
    Change(Box<Ast>),
    /// TRUNCATE
    Truncate,
}

/// Reads statements, with a semicolon between two.
pub fn statements(sql: &str) -> Answer<Vec<Statement>> {
    let syntax = |e: &dyn std::fmt::Display| Fault::new("42601", format!("syntax error: {e}"));
    bound::check_pieces(sql)?;
    let tokens = Tokenizer::new(&PostgreSqlDialect {}, sql).tokenize().map_err(|e| syntax(&e))?;
    let tokens: Vec<Token> = tokens.into_iter().filter(|t| !matches!(t, Token::Whitespace(_))).collect();
    bound::within(tokens.len())?;
    tokens.split(|t| *t == Token::SemiColon).map(one).filter(|s| s != &Ok(Statement::Empty)).collect()
}

/// A token that is a word: in lower case, unless it is quoted.
fn word(token: &Token) -> Option<String> {
    match token {
        Token::Word(w) if w.quote_style.is_some() => Some(w.value.clone()),
        Token::Word(w) => Some(w.value.to_ascii_lowercase()),
        _ => None,
    }
}

#[allow(clippy::redundant_closure_for_method_calls)] // a method is of one parser's lifetime
fn one(tokens: &[Token]) -> Answer<Statement> {
    let words: Vec<Option<String>> = tokens.iter().map(word).collect();
    let words: Vec<&str> = words.iter().map(|w| w.as_deref().unwrap_or_default()).collect();
    let name = |at: usize| {
        let name = words.get(at).filter(|w| !w.is_empty()).map(|w| (*w).to_owned());
        name.ok_or_else(|| Fault::new("42601", "syntax error: a name is missing"))
    };
    Ok(match words.as_slice() {
        [] => Statement::Empty,
        ["begin", ..] | ["start", "transaction", ..] => Statement::Begin,
        ["commit" | "end", ..] => Statement::Commit,
        ["rollback", "to", "savepoint", ..] => Statement::RollbackTo(name(3)?),
        ["rollback", "to", ..] => Statement::RollbackTo(name(2)?),
        ["rollback" | "abort", ..] => Statement::Rollback,
        ["savepoint", ..] => Statement::Savepoint(name(1)?),
        ["release", "savepoint", ..] => Statement::Release(name(2)?),
        ["release", ..] => Statement::Release(name(1)?),
        ["close", "all"] => Statement::Close(None),
        ["close", _] => Statement::Close(Some(name(1)?)),
        ["deallocate", "all"] => Statement::Deallocate(None),
        ["deallocate", "prepare", _] => Statement::Deallocate(Some(name(2)?)),
        ["deallocate", _] => Statement::Deallocate(Some(name(1)?)),
        ["discard", ..] => Statement::Discard,
        ["truncate", ..] => Statement::Truncate,
        ["set", rest @ ..] => set(&tokens[1..], rest)?,
        ["show", rest @ ..] => Statement::Show(rest.join("_")),
        ["declare", ..] => declare(tokens, &words, name(1)?)?,
        ["fetch", rest @ ..] => fetch(&tokens[1..], rest)?,
        ["move", "backward", "all", "in" | "from", _] => Statement::Rewind(name(4)?),
        ["explain", rest @ ..] => {
            if rest.iter().take_while(|w| **w != "select").any(|w| *w == "analyze") {
                return Err(Fault::refused("EXPLAIN ANALYZE"));
            }
            let at = words.iter().position(|w| *w == "select").ok_or_else(|| Fault::refused("EXPLAIN of this"))?;
            Statement::Explain(query(&tokens[at..])?)
        }
        ["select", ..] => Statement::Select(query(tokens)?),
        ["delete" | "update", ..] => Statement::Change(Box::new(parsed(tokens, |p| p.parse_statement())?)),
        ["insert" | "copy" | "merge", ..] => {
            return Err(Fault::new("55000", "messages cannot be written into archives here")
                .hint("write them into the namespace's messages, or give messages import what is to be brought in"));
        }
        [first, ..] => return Err(Fault::refused(format_args!("{}", if first.is_empty() { "this" } else { first }))),
    })
}

fn parsed<T>(
    tokens: &[Token],
    parse: impl FnOnce(&mut Parser<'_>) -> Result<T, sqlparser::parser::ParserError>,
) -> Answer<T> {
    bound::check(tokens)?;
    let dialect = PostgreSqlDialect {};
    let mut parser = Parser::new(&dialect).with_recursion_limit(MAX_DEPTH).with_tokens(tokens.to_vec());
    let done = parse(&mut parser).map_err(|e| match e {
        sqlparser::parser::ParserError::RecursionLimitExceeded => {
            Fault::new("54001", "the statement's expressions are nested too deeply")
        }
        e => Fault::new("42601", format!("syntax error: {e}")),
    })?;
    match parser.peek_token().token {
        Token::EOF => Ok(done),
        other => Err(Fault::new("42601", format!("syntax error at or near \"{other}\""))),
    }
}

#[allow(clippy::redundant_closure_for_method_calls)] // a method is of one parser's lifetime
fn query(tokens: &[Token]) -> Answer<Box<Query>> {
    parsed(tokens, |p| p.parse_query())
}

/// A query by itself.
pub(super) fn query_of(sql: &str) -> Answer<Box<Query>> {
    match statements(sql)?.pop() {
        Some(Statement::Select(query)) => Ok(query),
        _ => Err(Fault::refused("this")),
    }
}

/// `name = value`, `name TO value`, `SESSION name …`, `LOCAL name …`.
fn set(tokens: &[Token], words: &[&str]) -> Answer<Statement> {
    let skipped = usize::from(matches!(words.first(), Some(&"session" | &"local")));
    let (tokens, words) = (&tokens[skipped..], &words[skipped..]);
    let value = |at: usize| -> String {
        let texts = tokens.get(at..).unwrap_or_default().iter().map(|t| match t {
            Token::SingleQuotedString(text) => text.clone(),
            other => other.to_string(),
        });
        texts.collect()
    };
    match words {
        ["time", "zone", ..] => Ok(Statement::Set("timezone".to_owned(), value(2))),
        [name, ..] if matches!(tokens.get(1), Some(Token::Eq)) || words.get(1) == Some(&"to") => {
            Ok(Statement::Set((*name).to_owned(), value(2)))
        }
        _ => Err(Fault::refused(format_args!("SET {}", words.join(" ")))),
    }
}

fn declare(tokens: &[Token], words: &[&str], name: String) -> Answer<Statement> {
    let at = words.iter().position(|w| *w == "for").unwrap_or(words.len());
    let options = &words[2.min(at)..at];
    if options
        .iter()
        .any(|o| !matches!(*o, "cursor" | "no" | "scroll" | "without" | "hold" | "insensitive" | "asensitive"))
    {
        return Err(Fault::refused(format_args!("a cursor that is {}", options.join(" "))));
    }
    Ok(Statement::Declare(name, query(tokens.get(at + 1..).unwrap_or_default())?))
}

fn fetch(tokens: &[Token], words: &[&str]) -> Answer<Statement> {
    let skipped = usize::from(words.first() == Some(&"forward"));
    let (tokens, words) = (&tokens[skipped..], &words[skipped..]);
    let (amount, at) = match (tokens.first(), words) {
        (Some(Token::Number(n, _)), _) => {
            (Fetch::Rows(n.parse().map_err(|_| Fault::new("42601", format!("syntax error at or near \"{n}\"")))?), 1)
        }
        (_, ["all", ..]) => (Fetch::All, 1),
        (_, ["next", ..]) => (Fetch::Rows(1), 1),
        (_, ["backward" | "prior" | "first" | "last" | "absolute" | "relative", ..]) => {
            return Err(Fault::refused(format_args!("FETCH {}", words.join(" "))));
        }
        _ => (Fetch::Rows(1), 0),
    };
    let at = at + usize::from(matches!(words.get(at), Some(&"from" | &"in")));
    match words.get(at..) {
        Some([name]) if !name.is_empty() => Ok(Statement::Fetch((*name).to_owned(), amount)),
        _ => Err(Fault::new("42601", "syntax error in FETCH")),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_the_foreign_data_wrapper_sends_is_understood() {
        let read = |sql: &str| statements(sql).unwrap();
        assert_eq!(read("START TRANSACTION ISOLATION LEVEL REPEATABLE READ"), [Statement::Begin]);
        assert_eq!(read("SET timezone = 'GMT'"), [Statement::Set("timezone".into(), "GMT".into())]);
        assert_eq!(read("SET search_path = pg_catalog"), [Statement::Set("search_path".into(), "pg_catalog".into())]);
        assert_eq!(read("FETCH 100 FROM c1"), [Statement::Fetch("c1".into(), Fetch::Rows(100))]);
        assert_eq!(read("MOVE BACKWARD ALL IN c1"), [Statement::Rewind("c1".into())]);
        assert_eq!(
            read("ROLLBACK TO SAVEPOINT s2; RELEASE SAVEPOINT s2"),
            [Statement::RollbackTo("s2".into()), Statement::Release("s2".into())]
        );
        assert_eq!(read("DEALLOCATE ALL"), [Statement::Deallocate(None)]);
        assert!(matches!(
            read("DECLARE c1 CURSOR FOR\nSELECT NULL FROM a.messages WHERE ((stream_name = E'a\\\\b'))").as_slice(),
            [Statement::Declare(name, _)] if name == "c1"
        ));
        assert!(matches!(read("FETCH c1").as_slice(), [Statement::Fetch(_, Fetch::Rows(1))]));
        assert_eq!(read(" ; "), []);
    }

    #[test]
    fn expressions_are_nested_only_so_deep() {
        let deep = format!("SELECT {}1{}", "(".repeat(3000), ")".repeat(3000));
        assert_eq!(statements(&deep).unwrap_err().code, "54001");
    }
}
