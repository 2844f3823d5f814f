//! Tables for people: no borders, no wrapping, the same when piped.

use std::io::{self, Write};

use comfy_table::presets::NOTHING;
use comfy_table::{Cell, CellAlignment, ContentArrangement, Table};

use super::human::NOTHING as NOTHING_THERE;
use super::styling::{BOLD, Styling};
use super::{Column, Tabular, human};

fn empty() -> Table {
    let mut table = Table::new();
    table.load_style(NOTHING).set_content_arrangement(ContentArrangement::Disabled).force_no_tty();
    table
}

fn write(out: &mut impl Write, table: &mut Table, heading: Option<Styling>) -> io::Result<()> {
    for column in table.column_iter_mut() {
        column.set_padding((0, 2));
    }
    for (n, line) in table.lines().enumerate() {
        let line = line.trim_end();
        match heading {
            Some(styling) if n == 0 => writeln!(out, "{}", styling.paint(BOLD, line))?,
            _ => writeln!(out, "{line}")?,
        }
    }
    Ok(())
}

/// Whether the column's headings are written.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Head {
    /// They are.
    Shown,
    /// They were.
    Left,
}

/// A row a record.
pub(super) fn rows<T: Tabular>(out: &mut impl Write, items: &[T], head: Head, styling: Styling) -> io::Result<()> {
    let cell = |text: &str, column: Column| {
        Cell::new(human::printable(text)).set_alignment(match column {
            Column::Left(_) | Column::Optional(_) => CellAlignment::Left,
            Column::Right(_) => CellAlignment::Right,
        })
    };
    let all: Vec<_> = items.iter().map(T::cells).collect();
    let is_shown =
        |n: usize| !matches!(T::COLUMNS[n], Column::Optional(_)) || all.iter().any(|cells| cells[n] != NOTHING_THERE);
    let shown: Vec<usize> = (0..T::COLUMNS.len()).filter(|n| is_shown(*n)).collect();
    let mut table = empty();
    if head == Head::Shown {
        table.set_header(shown.iter().map(|n| cell(T::COLUMNS[*n].heading(), T::COLUMNS[*n])));
    } else if items.is_empty() {
        return Ok(());
    }
    for cells in &all {
        table.add_row(shown.iter().map(|n| cell(&cells[*n], T::COLUMNS[*n])));
    }
    write(out, &mut table, (head == Head::Shown).then_some(styling))
}

/// A line a field.
pub(super) fn vertical<T: Tabular>(out: &mut impl Write, item: &T, styling: Styling) -> io::Result<()> {
    let cells = item.cells();
    let width = T::COLUMNS.iter().map(|c| c.heading().chars().count()).max().unwrap_or_default();
    for (column, text) in T::COLUMNS.iter().zip(&cells) {
        if matches!(column, Column::Optional(_)) && text == NOTHING_THERE {
            continue;
        }
        let heading = format!("{:width$}", column.heading());
        writeln!(out, "{}  {}", styling.paint(BOLD, &heading), human::printable(text))?;
    }
    Ok(())
}
