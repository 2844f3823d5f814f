//! What is wrong with a command line, and the help that one asks for.

use std::io::{self, Write};

use clap::error::ErrorKind;
use serde_json::{Value, json};

use super::Ui;
use super::unwritten;
use crate::cli::LogFormat;
use crate::error::{Kind, Result};
use crate::text::without_passwords;

impl Ui {
    /// Says what is wrong with the arguments, or prints the help that they ask for.
    ///
    /// # Errors
    /// Where help that was asked for cannot be printed.
    pub fn usage(&self, e: &clap::Error) -> Result<()> {
        let text = e.render().to_string();
        let told = without_passwords(&text);
        if e.use_stderr() && self.speech.log == LogFormat::Json {
            self.line(&self.tags.line("error", as_error(e.kind(), &told)));
            return Ok(());
        }
        // Nobody to tell where standard error fails.
        if e.use_stderr() && told != text {
            drop(write!(io::stderr().lock(), "{told}"));
            return Ok(());
        }
        match e.print().and_then(|()| io::stdout().lock().flush()) {
            Err(failed) if !e.use_stderr() && failed.kind() != io::ErrorKind::BrokenPipe => Err(unwritten(failed)),
            _ => Ok(()),
        }
    }
}

/// What is wrong, in the form of the program's other errors: the first paragraph is the message, and the rest the hint.
fn as_error(kind: ErrorKind, text: &str) -> Value {
    let exit_code = Kind::Usage.exit_code();
    if kind == ErrorKind::DisplayHelpOnMissingArgumentOrSubcommand {
        let hint = "--help shows what may follow";
        return json!({"message": "the command line ends before it names a command", "hint": hint, "exit_code": exit_code});
    }
    let words = |part: &str| part.split_whitespace().collect::<Vec<_>>().join(" ");
    let (message, rest) = text.split_once("\n\n").unwrap_or((text, ""));
    let hint = Some(words(rest)).filter(|hint| !hint.is_empty());
    json!({"message": words(message.trim_start_matches("error:")), "hint": hint, "exit_code": exit_code})
}
