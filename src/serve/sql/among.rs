//! Of how many values, and how many of them must fit.

use sqlparser::ast::Expr as Ast;

/// What is compared with.
#[derive(Debug, Clone, Copy)]
pub enum Among<'a> {
    /// IN (…)
    List(&'a [Ast]),
    /// ANY (…)
    Array(&'a Ast),
}

/// How many comparisons must hold.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Quantity {
    /// ANY
    One,
    /// ALL
    All,
}
