//! Comparisons with one, or with each, of many values: IN, ANY and ALL.

use sqlparser::ast::{BinaryOperator as Op, Expr as Ast, Value as Literal};

use super::among::{Among, Quantity};
use super::compile::{Compiler, Typed, coerce, not, short, unified};
use super::expr::{Binary, Compare, Expr};
use super::like::Case;
use super::literal::{element_of, parameter_of, string_of};
use super::value::{Collation, Type, Value};
use crate::serve::fault::{Answer, Fault};

fn one_of(left: Expr, values: Vec<Value<'static>>) -> Expr {
    let count = values.len();
    let mut sorted: Vec<_> = values.into_iter().filter(|v| *v != Value::Null).collect();
    let has_null = sorted.len() < count;
    sorted.sort_by(|a, b| a.order(b).unwrap_or(std::cmp::Ordering::Equal));
    sorted.dedup();
    Expr::OneOf { left: Box::new(left), sorted, has_null }
}

impl Compiler<'_> {
    pub(super) fn any_of(&self, left: &Ast, op: &Op, among: Among<'_>, quantity: Quantity) -> Answer<Expr> {
        let left = self.expr(left)?;
        let (left, list, kind) = match among {
            Among::List(list) => self.listed(left, list)?,
            Among::Array(ast) => self.array(left, ast)?,
        };
        let binary = match op {
            Op::PGLikeMatch => Binary::Like(Case::Sensitive, false),
            Op::PGNotLikeMatch => Binary::Like(Case::Sensitive, true),
            Op::AtArrow if kind == Type::Json => Binary::Contains,
            _ => self.comparison(op, kind)?,
        };
        let all = quantity == Quantity::All;
        let Some(list) = list else { return Ok(Expr::Any { op: binary, left: Box::new(left), list: None, all }) };
        let is_sorted = matches!(kind, Type::Int4 | Type::Int8 | Type::Text(_) | Type::Time | Type::Uuid);
        let values: Option<Vec<_>> = list.iter().map(|e| e.constant().cloned()).collect();
        match (binary, values, all) {
            (Binary::Compare(Compare::Eq), Some(values), false) if is_sorted => Ok(one_of(left, values)),
            (Binary::Compare(Compare::Ne), Some(values), true) if is_sorted => Ok(not(one_of(left, values))),
            (op, _, all) => Ok(Expr::Any { op, left: Box::new(left), list: Some(list), all }),
        }
    }

    fn listed(&self, left: Typed, list: &[Ast]) -> Answer<(Expr, Option<Vec<Expr>>, Type)> {
        let typed = list
            .iter()
            .map(|one| match self.untyped(one) {
                Some(at) => self.parameter(at, left.1),
                None => self.expr(one),
            })
            .collect::<Answer<Vec<_>>>()?;
        let mut kind = left.1;
        for one in &typed {
            kind = unified((Expr::NULL, kind), (Expr::NULL, one.1))?.2;
        }
        let list = typed.into_iter().map(|one| Ok(coerce(one, kind)?.0)).collect::<Answer<Vec<_>>>()?;
        Ok((coerce(left, kind)?.0, Some(list), kind))
    }

    fn array(&self, left: Typed, ast: &Ast) -> Answer<(Expr, Option<Vec<Expr>>, Type)> {
        let (inner, element) = match ast {
            Ast::Nested(inner) => return self.array(left, inner),
            Ast::Array(array) => return self.listed(left, &array.elem),
            Ast::Cast { expr, data_type, .. } => match element_of(data_type) {
                Some(element) => (&**expr, element?),
                None => return Err(Fault::refused(format_args!("ANY of {data_type}"))),
            },
            other => (other, if left.1 == Type::Unknown { Type::Text(Collation::OfDatabase) } else { left.1 }),
        };
        let (values, element) = match (inner, parameter_of(inner), string_of(inner)) {
            (Ast::Array(array), ..) => return self.listed(left, &array.elem),
            (_, Some(at), _) => self.parameters.array(at, element)?,
            (_, None, Some(text)) => (Some(super::array::read(text, element)?), element),
            (Ast::Value(value), None, None) if value.value == Literal::Null => (None, element),
            (other, ..) => return Err(Fault::refused(format_args!("ANY of {}", short(other)))),
        };
        let (left, _, kind) = unified(left, (Expr::NULL, element))?;
        let fit = |value| Ok(coerce((Expr::Constant(value), element), kind)?.0);
        let list = values.map(|all| all.into_iter().map(fit).collect::<Answer<Vec<_>>>()).transpose()?;
        Ok((left, list, kind))
    }
}
