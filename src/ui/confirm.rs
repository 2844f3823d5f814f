//! Confirmations: the operator types what is about to go.

use std::io::{self, BufRead, IsTerminal, Write};

use super::Ui;
use super::human::printable;
use crate::error::{Error, Result};
use crate::settings::Confirmation;

impl Ui {
    /// Whether somebody is there to answer.
    pub fn can_ask() -> bool {
        io::stdin().is_terminal() && io::stderr().is_terminal()
    }

    /// Goes on where the operator types `expected`, or `--yes` was given. `doing` says what would be done.
    ///
    /// # Errors
    /// A usage error where something else is typed, or there is no terminal to ask at.
    pub fn confirm(&self, given: Confirmation, doing: &str, expected: &str) -> Result<()> {
        if given == Confirmation::Given {
            return Ok(());
        }
        let (stdin, stderr) = (io::stdin(), io::stderr());
        if !Self::can_ask() {
            return Err(Error::usage(doing)
                .because("it must be confirmed, and there is no terminal to ask at")
                .hint("add --yes to go on without being asked; --dry-run shows what would be done"));
        }
        // Not locked: a signal during the wait is told there as well.
        ask(&mut stdin.lock(), &mut &stderr, doing, expected)
    }
}

fn ask(answers: &mut impl BufRead, questions: &mut impl Write, doing: &str, expected: &str) -> Result<()> {
    let failed = |e: io::Error| Error::failed(format!("asking to confirm {doing}")).because(e);
    let shown = printable(doing);
    write!(questions, "{shown}: this cannot be undone.\nType {expected} to go on: ")
        .and_then(|()| questions.flush())
        .map_err(failed)?;
    let mut answer = String::new();
    answers.read_line(&mut answer).map_err(failed)?;
    if answer.trim() == expected {
        return Ok(());
    }
    Err(Error::usage(doing).because("it was not confirmed").hint("nothing has changed"))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_the_very_words_confirm() {
        for (answer, goes_on) in
            [("orders\n", true), (" orders \n", true), ("y\n", false), ("", false), ("order\n", false)]
        {
            let mut said = Vec::new();
            let result = ask(&mut answer.as_bytes(), &mut said, "deleting namespace orders", "orders");
            assert_eq!(result.is_ok(), goes_on, "{answer:?}");
            assert!(String::from_utf8(said).unwrap().contains("Type orders"));
        }
    }

    #[test]
    fn what_is_to_go_is_named_without_commands_to_the_terminal() {
        let mut said = Vec::new();
        ask(&mut "orders\n".as_bytes(), &mut said, "deleting orders\u{1b}]52;c;eA==\u{7}\nType y", "orders").unwrap();
        let said = String::from_utf8(said).unwrap();
        assert!(!said.contains(['\u{1b}', '\u{7}']) && said.lines().count() == 2, "{said:?}");
    }
}
