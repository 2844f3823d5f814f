//! An archived message's fields, as far as an expression needs them.

use std::borrow::Cow;
use std::cell::OnceCell;

use super::expr::MessageColumn;
use super::json::Json;
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

fn damaged(column: MessageColumn) -> Fault {
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
    pub fn bytes(&self, column: MessageColumn) -> Answer<Option<&[u8]>> {
        let end = |at: usize| match self.end.get_or_init(|| four(&mut self.rest.clone())) {
            Some(end) => Ok(&*end[at]),
            None => Err(damaged(column)),
        };
        Ok(match column {
            MessageColumn::GlobalPosition => Some(&*self.start[0]),
            MessageColumn::Position => Some(&*self.start[1]),
            MessageColumn::Time => Some(&*self.start[2]),
            MessageColumn::Stream => Some(&*self.start[3]),
            MessageColumn::Type => Some(end(0)?),
            MessageColumn::Id => Some(end(1)?),
            // JSON is never empty: an empty field is NULL.
            MessageColumn::Data => Some(end(2)?).filter(|json| !json.is_empty()),
            MessageColumn::Metadata => Some(end(3)?).filter(|json| !json.is_empty()),
            // No place in a table: enough for who asks it back in the condition of a change, which is then refused.
            MessageColumn::Ctid => Some(b"(0,1)"),
        })
    }

    /// A field's value.
    ///
    /// # Errors
    /// XX001 where it is not of its type.
    pub fn value(&self, column: MessageColumn) -> Answer<Value<'_>> {
        let Some(bytes) = self.bytes(column)? else { return Ok(Value::Null) };
        let text = std::str::from_utf8(bytes).map_err(|_| damaged(column))?;
        match column {
            MessageColumn::Stream | MessageColumn::Type => Ok(Value::Text(Cow::Borrowed(text))),
            MessageColumn::Data | MessageColumn::Metadata => Json::read_stored(text).map(Value::Json),
            _ => value::read(text, of(column)).map_err(|_| damaged(column)),
        }
    }
}

/// A column's type.
pub const fn of(column: MessageColumn) -> Type {
    match column {
        MessageColumn::Time => Type::Time,
        MessageColumn::GlobalPosition | MessageColumn::Position => Type::Int8,
        MessageColumn::Stream => Type::Text(value::Collation::C),
        MessageColumn::Type | MessageColumn::Ctid => Type::Text(value::Collation::OfDatabase),
        MessageColumn::Data | MessageColumn::Metadata => Type::Json,
        MessageColumn::Id => Type::Uuid,
    }
}
