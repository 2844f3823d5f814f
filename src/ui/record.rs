//! What can be shown: a name and fields for scripts, columns and cells for people.

use std::fmt;

use chrono::{DateTime, Utc};
use serde::{Serialize, Serializer};

use crate::messages::rfc3339;

/// Named fields, in order: JSON's keys and CSV's header.
pub trait Record: Serialize {
    /// The fields' names.
    const FIELDS: &'static [&'static str];
}

/// A column of a table for people.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum TableColumn {
    /// Text, by its heading.
    Left(&'static str),
    /// Figures, by its heading.
    Right(&'static str),
    /// Text, by its heading; left out where no record has any.
    Optional(&'static str),
}

impl TableColumn {
    /// The heading.
    pub const fn heading(self) -> &'static str {
        match self {
            Self::Left(heading) | Self::Right(heading) | Self::Optional(heading) => heading,
        }
    }
}

/// A record that people can read.
pub trait Tabular: Record {
    /// The columns.
    const COLUMNS: &'static [TableColumn];

    /// The cells, one a column.
    fn cells(&self) -> Vec<String>;
}

/// A time that is RFC 3339 in UTC for scripts.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Time(pub DateTime<Utc>);

impl From<DateTime<Utc>> for Time {
    fn from(t: DateTime<Utc>) -> Self {
        Self(t)
    }
}

impl fmt::Display for Time {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&rfc3339(self.0))
    }
}

impl Serialize for Time {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_str(self)
    }
}

/// Makes a struct whose fields are the record's, in order.
macro_rules! record {
    ($(#[$meta:meta])* $name:ident { $($(#[$field_meta:meta])* $field:ident: $type:ty,)* }) => {
        $(#[$meta])*
        #[derive(Debug, serde::Serialize)]
        pub struct $name {
            $($(#[$field_meta])* pub $field: $type,)*
        }

        impl $crate::ui::Record for $name {
            const FIELDS: &'static [&'static str] = &[$(stringify!($field)),*];
        }
    };
}

pub(crate) use record;
