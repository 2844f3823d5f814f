//! Colours and weights of what is printed.

use clap::builder::styling::Style;

use crate::cli::ColorMode;

/// Whether a stream takes colours.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Styling {
    Plain,
    Coloured,
}

impl Styling {
    pub(super) fn of(mode: ColorMode, is_terminal: bool) -> Self {
        let dumb = || std::env::var_os("TERM").is_some_and(|t| t == "dumb");
        match mode {
            ColorMode::Always => Self::Coloured,
            ColorMode::Auto if is_terminal && !dumb() => Self::Coloured,
            _ => Self::Plain,
        }
    }

    pub(super) fn paint(self, style: Style, text: &str) -> String {
        match self {
            Self::Plain => text.to_owned(),
            Self::Coloured => format!("{style}{text}{style:#}"),
        }
    }
}

pub(super) const BOLD: Style = Style::new().bold();
