//! Tables for people: no borders. Where they are wider than the terminal, cells go on in the next line; piped, nothing is cut or
//! wrapped.

use std::io::{self, Write};

use comfy_table::presets::NOTHING;
use comfy_table::{Cell, CellAlignment, ColumnConstraint, ContentArrangement, Table, Width};

use super::chart::terminal_width;
use super::human::NOTHING as NOTHING_THERE;
use super::styling::{BOLD, Styling};
use super::{TableColumn, Tabular, human};

fn empty() -> Table {
    let mut table = Table::new();
    table.load_style(NOTHING).set_content_arrangement(ContentArrangement::Disabled).force_no_tty();
    table
}

fn write(out: &mut impl Write, table: &mut Table, heading: Option<Styling>, terminal: Option<usize>) -> io::Result<()> {
    for column in table.column_iter_mut() {
        column.set_padding((0, 2));
    }
    if let Some(width) = terminal
        && table.lines().any(|line| line.trim_end().chars().count() > width)
    {
        wrap(table, u16::try_from(width).unwrap_or(u16::MAX));
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

/// Has long cells go on in the next line. Numbers and short words stay whole: where there is no room for them, all stays as it is.
fn wrap(table: &mut Table, width: u16) {
    const WHOLE: u16 = 16;
    const GAP: u16 = 2;
    let least: Vec<u16> = table.column_max_content_widths().into_iter().map(|w| w.min(WHOLE) + GAP).collect();
    // What stands behind the last column takes no place.
    let width = width.saturating_add(GAP);
    if least.iter().copied().fold(0, u16::saturating_add) > width {
        return;
    }
    for (column, least) in table.column_iter_mut().zip(least) {
        column.set_constraint(ColumnConstraint::LowerBoundary(Width::Fixed(least)));
    }
    table.set_content_arrangement(ContentArrangement::Dynamic).set_width(width);
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
    let cell = |text: &str, column: TableColumn| {
        Cell::new(human::printable(text)).set_alignment(match column {
            TableColumn::Left(_) | TableColumn::Optional(_) => CellAlignment::Left,
            TableColumn::Right(_) => CellAlignment::Right,
        })
    };
    let all: Vec<_> = items.iter().map(T::cells).collect();
    let is_shown = |n: usize| {
        !matches!(T::COLUMNS[n], TableColumn::Optional(_)) || all.iter().any(|cells| cells[n] != NOTHING_THERE)
    };
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
    write(out, &mut table, (head == Head::Shown).then_some(styling), terminal_width())
}

/// A line a field.
pub(super) fn vertical<T: Tabular>(out: &mut impl Write, item: &T, styling: Styling) -> io::Result<()> {
    let cells = item.cells();
    let width = T::COLUMNS.iter().map(|c| c.heading().chars().count()).max().unwrap_or_default();
    for (column, text) in T::COLUMNS.iter().zip(&cells) {
        if matches!(column, TableColumn::Optional(_)) && text == NOTHING_THERE {
            continue;
        }
        let heading = format!("{:width$}", column.heading());
        writeln!(out, "{}  {}", styling.paint(BOLD, &heading), human::printable(text))?;
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_table_that_is_wider_than_the_terminal_is_wrapped_and_piped_it_is_not() {
        let drawn = |terminal| {
            let mut table = empty();
            table.set_header(["CHECK", "FOUND", "FIX"]);
            table.add_row(["workers", &"too few ".repeat(10), &"ALTER SYSTEM SET max_worker_processes; ".repeat(5)]);
            let mut out = Vec::new();
            write(&mut out, &mut table, None, terminal).unwrap();
            String::from_utf8(out).unwrap()
        };
        for width in [60, 80, 120] {
            let text = drawn(Some(width));
            assert!(text.lines().all(|line| line.chars().count() <= width), "{text}");
        }
        assert!(drawn(Some(60)).contains("workers "), "short words stay whole");
        assert_eq!(drawn(Some(30)), drawn(None), "there is no room");
        assert_eq!(drawn(None).lines().count(), 2);
        assert_eq!(drawn(Some(1000)), drawn(None));
    }
}
