//! Names of types, texts of constants and parameters.

use std::sync::{Mutex, MutexGuard, PoisonError};

use bytes::Bytes;
use sqlparser::ast::{ArrayElemTypeDef, DataType, Expr as Ast, TimezoneInfo, Value as Literal};

use super::array;
use super::value::{self, Collation, Type, Value};
use crate::serve::fault::{Answer, Fault};

/// A type as it is written.
pub fn type_of(written: &DataType) -> Answer<Type> {
    let text = Type::Text(Collation::OfDatabase);
    Ok(match written {
        DataType::Bool | DataType::Boolean => Type::Bool,
        DataType::Int(None) | DataType::Integer(None) | DataType::Int4(None) => Type::Int4,
        DataType::BigInt(None) | DataType::Int8(None) => Type::Int8,
        DataType::Numeric(info) | DataType::Decimal(info) if info.to_string().is_empty() => Type::Numeric,
        DataType::Text | DataType::CharacterVarying(None) | DataType::Varchar(None) => text,
        DataType::Timestamp(None, TimezoneInfo::WithTimeZone | TimezoneInfo::Tz) => Type::Time,
        DataType::Uuid => Type::Uuid,
        DataType::JSONB => Type::Json,
        DataType::Custom(name, modifiers) if modifiers.is_empty() => {
            match name.to_string().to_ascii_lowercase().trim_start_matches("pg_catalog.") {
                "timestamptz" => Type::Time,
                "jsonb" => Type::Json,
                "text" => text,
                "int8" => Type::Int8,
                "int4" => Type::Int4,
                "bool" => Type::Bool,
                "uuid" => Type::Uuid,
                _ => return Err(Fault::refused(format_args!("type {name}"))),
            }
        }
        other => return Err(Fault::refused(format_args!("type {other}"))),
    })
}

/// The type of an array's elements, where it is an array's.
pub fn element_of(written: &DataType) -> Option<Answer<Type>> {
    match written {
        DataType::Array(ArrayElemTypeDef::SquareBracket(element, None)) => Some(type_of(element)),
        _ => None,
    }
}

/// The text of a string constant.
pub fn string_of(expr: &Ast) -> Option<&str> {
    match expr {
        Ast::Nested(inner) => string_of(inner),
        Ast::Value(value) => match &value.value {
            Literal::SingleQuotedString(text) | Literal::EscapedStringLiteral(text) => Some(text),
            Literal::DollarQuotedString(quoted) => Some(&quoted.value),
            _ => None,
        },
        _ => None,
    }
}

/// What a parameter is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum ParameterType {
    /// A value.
    One(Type),
    /// An array of such values.
    Array(Type),
}

impl ParameterType {
    const ARRAYS: [(Type, u32); 7] = [
        (Type::Bool, 1000),
        (Type::Int4, 1007),
        (Type::Text(Collation::OfDatabase), 1009),
        (Type::Int8, 1016),
        (Type::Time, 1185),
        (Type::Uuid, 2951),
        (Type::Json, 3807),
    ];

    fn of_oid(oid: u32) -> Option<Self> {
        let array = Self::ARRAYS.iter().find(|(_, array)| *array == oid).map(|(element, _)| Self::Array(*element));
        array.or_else(|| Type::of_oid(oid).map(Self::One))
    }

    /// The type's number in `pg_type`.
    pub fn oid(self) -> u32 {
        match self {
            Self::One(one) => one.oid(),
            Self::Array(Type::Text(_)) => 1009,
            Self::Array(element) => Self::ARRAYS.iter().find(|(e, _)| *e == element).map_or(1009, |(_, oid)| *oid),
        }
    }
}

/// A parameter's value as it came.
#[derive(Debug, Clone)]
pub struct ParameterValue {
    /// `None` is NULL.
    pub bytes: Option<Bytes>,
    /// Whether in binary form.
    pub is_binary: bool,
}

/// A statement's parameters: their types, as far as known, and their values once they are bound.
#[derive(Debug, Default)]
pub struct Parameters {
    types: Mutex<Vec<Option<ParameterType>>>,
    given: Option<Vec<ParameterValue>>,
}

impl Parameters {
    /// Types that the client has named; a 0 is left to the statement.
    pub fn of_types(oids: &[u32]) -> Self {
        Self { types: Mutex::new(oids.iter().map(|oid| ParameterType::of_oid(*oid)).collect()), given: None }
    }

    /// The same with values.
    #[must_use]
    pub fn bound(self, given: Vec<ParameterValue>) -> Self {
        Self { given: Some(given), ..self }
    }

    fn locked(&self) -> MutexGuard<'_, Vec<Option<ParameterType>>> {
        // A list of types is whole at every instant.
        self.types.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// The types, once a statement was compiled with them.
    pub fn types(&self) -> Vec<u32> {
        self.locked().iter().map(|t| t.map_or(25, ParameterType::oid)).collect()
    }

    /// What is known of a parameter's type.
    pub fn known(&self, at: usize) -> Option<ParameterType> {
        self.locked().get(at).copied().flatten()
    }

    fn set(&self, at: usize, to: ParameterType) -> ParameterType {
        let mut types = self.locked();
        if types.len() <= at {
            types.resize(at + 1, None);
        }
        *types[at].get_or_insert(to)
    }

    fn given(&self, at: usize) -> Answer<Option<&ParameterValue>> {
        let Some(given) = &self.given else { return Ok(None) };
        let missing = || Fault::new("08P01", format!("there is no parameter ${}", at + 1));
        given.get(at).map(Some).ok_or_else(missing)
    }

    /// A parameter's value of this type, unless it is known to be of another one; NULL before it is bound.
    pub fn one(&self, at: usize, kind: Type) -> Answer<(Value<'static>, Type)> {
        let ParameterType::One(kind) = self.set(at, ParameterType::One(kind)) else {
            return Err(Fault::refused(format_args!("an array in the place of ${}", at + 1)));
        };
        let value = match self.given(at)? {
            Some(ParameterValue { bytes: Some(bytes), is_binary: true }) => value::read_binary(bytes, kind)?,
            Some(ParameterValue { bytes: Some(bytes), is_binary: false }) => value::read(utf8(bytes)?, kind)?,
            _ => Value::Null,
        };
        Ok((value, kind))
    }

    /// The elements of a parameter that is an array; `None` where it is NULL, or not bound yet.
    pub fn array(&self, at: usize, element: Type) -> Answer<(Option<Vec<Value<'static>>>, Type)> {
        let ParameterType::Array(element) = self.set(at, ParameterType::Array(element)) else {
            return Err(Fault::refused(format_args!("a single value in the place of ${}", at + 1)));
        };
        let all = match self.given(at)? {
            Some(ParameterValue { bytes: Some(bytes), is_binary: true }) => Some(array::read_binary(bytes, element)?),
            Some(ParameterValue { bytes: Some(bytes), is_binary: false }) => Some(array::read(utf8(bytes)?, element)?),
            _ => None,
        };
        Ok((all, element))
    }
}

fn utf8(bytes: &[u8]) -> Answer<&str> {
    std::str::from_utf8(bytes).map_err(|_| Fault::new("22021", "invalid byte sequence for encoding \"UTF8\""))
}

/// The number of a parameter, from 0: `$1` is the first.
pub fn parameter_of(expr: &Ast) -> Option<usize> {
    match expr {
        Ast::Nested(inner) => parameter_of(inner),
        Ast::Value(value) => match &value.value {
            Literal::Placeholder(name) => name.strip_prefix('$')?.parse::<usize>().ok()?.checked_sub(1),
            _ => None,
        },
        _ => None,
    }
}
