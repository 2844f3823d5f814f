//! The part of SQL that is answered: parsed by `sqlparser`, typed and evaluated here as `PostgreSQL` does, or refused.

mod among;
mod array;
mod bound;
mod calls;
mod compile;
mod decimal;
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

pub use bound::STACK_BYTES;
pub use compile::{Compiler, Given, Parameters};
pub use expr::{Column, Expr};
pub use parse::{Fetch, Statement, statements};
pub use prune::{Bounds, Range};
pub use row::RowView;
pub use select::{Aggregate, Order, Output, Select, Table};
pub use value::{Collation, Type, Value};
