//! The part of SQL that is answered: parsed by `sqlparser`, typed and evaluated here as `PostgreSQL` does, or refused.

mod among;
mod array;
mod bound;
mod calls;
mod compile;
mod decimal;
mod deep_json;
mod eval;
mod expr;
mod functions;
mod joined;
mod json;
mod like;
mod lists;
mod literal;
mod operators;
mod parse;
mod prune;
mod range;
mod row;
mod select;
pub mod time;
mod value;
mod weight;

pub use bound::STACK_BYTES;
pub use compile::{Compiler, ParameterValue, Parameters};
pub use expr::{Expr, MessageColumn};
pub use parse::{Fetch, Statement, statements};
pub use prune::{Range, RowBounds};
pub use row::RowView;
pub use select::{Aggregate, ChangeStatement, NamespaceTable, Order, Output, Select};
pub use value::{Collation, Type, Value};
