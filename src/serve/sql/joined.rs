//! Conditions that are joined by AND or OR. A chain of them becomes a tree that is as shallow as it can be, so that thousands are
//! evaluated, copied and dropped within a few steps of depth.

use sqlparser::ast::{BinaryOperator as Op, Expr as Ast};

use super::compile::{Compiler, Typed};
use super::expr::Expr;
use super::value::Type;
use crate::serve::fault::Answer;

impl Compiler<'_> {
    /// A chain of conditions by AND, or by OR, from its last operator on.
    pub(super) fn joined(&self, left: &Ast, op: &Op, right: &Ast) -> Answer<Typed> {
        let (mut terms, mut left) = (vec![right], left);
        while let Ast::BinaryOp { left: further, op: same, right } = left
            && same == op
        {
            terms.push(right);
            left = further;
        }
        terms.push(left);
        let mut level = terms.into_iter().rev().map(|term| self.condition(term)).collect::<Answer<Vec<_>>>()?;
        let join = if *op == Op::And { Expr::And } else { Expr::Or };
        // Neighbours are joined, level by level: they are still evaluated from left to right.
        while level.len() > 1 {
            let mut rest = level.into_iter();
            let mut joined = Vec::with_capacity(rest.len().div_ceil(2));
            while let Some(first) = rest.next() {
                joined.push(match rest.next() {
                    Some(second) => join(Box::new(first), Box::new(second)),
                    None => first,
                });
            }
            level = joined;
        }
        Ok((level.pop().unwrap_or(Expr::NULL), Type::Bool))
    }
}
