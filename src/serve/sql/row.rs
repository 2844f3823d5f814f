//! An archived message's fields, as far as an expression needs them.

use std::borrow::Cow;
use std::cell::OnceCell;

use super::expr::Column;
use super::value::{self, Type, Value};
use crate::archive::CsvFields;
use crate::serve::fault::{Answer, Fault};

type Four<'a> = [Cow<'a, [u8]>; 4];

/// A row of an archive's CSV. What stands at its start is cut at once, the rest when it is asked for.
#[derive(Debug)]
pub struct RowView<'a> {
    start: Four<'a>,
    rest: CsvFields<'a>,
    end: OnceCell<Option<Four<'a>>>,
}

fn four<'a>(fields: &mut CsvFields<'a>) -> Option<Four<'a>> {
    Some([fields.next()?, fields.next()?, fields.next()?, fields.next().unwrap_or_default()])
}

fn damaged(column: Column) -> Fault {
    Fault::new("XX001", format!("an archived message's {} cannot be read", column.name()))
        .hint("eventodb-admin archives verify --all shows which archive is damaged")
}

impl<'a> RowView<'a> {
    /// Cuts a row; `None` where it is not of an archive's form.
    pub fn read(row: &'a [u8]) -> Option<Self> {
        let mut rest = CsvFields(row);
        Some(Self { start: four(&mut rest)?, rest, end: OnceCell::new() })
    }

    /// A field as it is printed; `None` for NULL.
    ///
    /// # Errors
    /// XX001 where there is no such field.
    pub fn bytes(&self, column: Column) -> Answer<Option<&[u8]>> {
        let end = |at: usize| match self.end.get_or_init(|| four(&mut self.rest.clone())) {
            Some(end) => Ok(&*end[at]),
            None => Err(damaged(column)),
        };
        Ok(match column {
            Column::GlobalPosition => Some(&*self.start[0]),
            Column::Position => Some(&*self.start[1]),
            Column::Time => Some(&*self.start[2]),
            Column::Stream => Some(&*self.start[3]),
            Column::Type => Some(end(0)?),
            Column::Id => Some(end(1)?),
            // JSON is never empty: an empty field is NULL.
            Column::Data => Some(end(2)?).filter(|json| !json.is_empty()),
            Column::Metadata => Some(end(3)?).filter(|json| !json.is_empty()),
            // No place in a table: enough for who asks it back in the condition of a change, which is then refused.
            Column::Ctid => Some(b"(0,1)"),
        })
    }

    /// A field's value.
    ///
    /// # Errors
    /// XX001 where it is not of its type.
    pub fn value(&self, column: Column) -> Answer<Value<'_>> {
        let Some(bytes) = self.bytes(column)? else { return Ok(Value::Null) };
        let text = std::str::from_utf8(bytes).map_err(|_| damaged(column))?;
        match column {
            Column::Stream | Column::Type => Ok(Value::Text(Cow::Borrowed(text))),
            // Its depth is no damage.
            Column::Data | Column::Metadata => value::read(text, Type::Json),
            _ => value::read(text, of(column)).map_err(|_| damaged(column)),
        }
    }
}

/// A column's type.
pub const fn of(column: Column) -> Type {
    match column {
        Column::Time => Type::Time,
        Column::GlobalPosition | Column::Position => Type::Int8,
        Column::Stream => Type::Text(value::Collation::C),
        Column::Type | Column::Ctid => Type::Text(value::Collation::OfDatabase),
        Column::Data | Column::Metadata => Type::Json,
        Column::Id => Type::Uuid,
    }
}
