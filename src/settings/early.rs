//! How the program speaks before its settings are known: by what the command line and the environment say alone.

use std::ffi::OsString;

use clap::ValueEnum;

use super::env::Env;
use super::{LOG_FORMAT, ProgressMode, Speech, TimingsMode, verbosity};
use crate::cli::{Global, LogFormat};

impl Speech {
    /// From flags and environment alone, for errors before the configuration file is read.
    pub fn early(flags: &Global, env: Env) -> Self {
        Self {
            output: flags.output.unwrap_or_default(),
            log: flags.log_format.or_else(|| log_format_of(env)).unwrap_or_default(),
            verbosity: verbosity(flags.quiet, flags.verbose),
            progress: ProgressMode::Silent,
            timings: TimingsMode::Silent,
            color: flags.color.unwrap_or_default(),
        }
    }

    /// From the words of a command line that was not understood: only `--log-format` is looked for.
    pub fn of_words(words: impl Iterator<Item = OsString>, env: Env) -> Self {
        Self::early(&Global { log_format: named_in(words), ..Global::default() }, env)
    }
}

fn log_format_of(env: Env) -> Option<LogFormat> {
    LOG_FORMAT.iter().find_map(|name| env(name)).and_then(|value| LogFormat::from_str(value.trim(), false).ok())
}

/// The format that the last `--log-format` names.
fn named_in(words: impl Iterator<Item = OsString>) -> Option<LogFormat> {
    let mut named = None;
    let mut words = words.take_while(|word| word != "--");
    while let Some(word) = words.next() {
        let Some(rest) = word.to_str().and_then(|word| word.strip_prefix("--log-format")) else { continue };
        let value = match rest.strip_prefix('=') {
            Some(value) => Some(value.to_owned()),
            None if rest.is_empty() => words.next().and_then(|value| value.into_string().ok()),
            None => None,
        };
        named = value.and_then(|value| LogFormat::from_str(&value, false).ok()).or(named);
    }
    named
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_format_of_lines_is_found_on_a_command_line_that_was_not_understood() {
        let log = |line: &str, variable: Option<&str>| {
            let env = |name: &str| variable.filter(|_| name == "EVENTODB_LOG_FORMAT").map(str::to_owned);
            Speech::of_words(line.split(' ').map(OsString::from), &env).log
        };
        for line in ["--log-format json x", "chunks --wrong --log-format=json", "--log-format text --log-format json"] {
            assert_eq!(log(line, None), LogFormat::Json, "{line}");
        }
        for line in ["chunks", "--log-format", "--log-format xml", "-- --log-format json", "--log-formats json"] {
            assert_eq!(log(line, None), LogFormat::Text, "{line}");
        }
        assert_eq!(log("chunks", Some("json")), LogFormat::Json);
        assert_eq!(log("--log-format text chunks", Some("json")), LogFormat::Text);
    }
}
