//! Expressions over a row, with three-valued logic.

use std::borrow::Cow;
use std::cmp::Ordering;

use super::expr::{Arithmetic, Binary, Compare, Expr, Truth};
use super::functions::call;
use super::like::{Case, Pattern};
use super::range::fitting;
use super::row::RowView;
use super::value::{Type, Value};
use crate::serve::fault::{Answer, Fault};

impl Expr {
    /// Whether a row is taken: the expression is true, neither false nor unknown.
    pub fn takes(&self, row: &RowView<'_>) -> Answer<bool> {
        Ok(self.truth(Some(row))? == Some(true))
    }

    /// Its value for a row; without one it must have no column.
    pub fn value<'r>(&'r self, row: Option<&'r RowView<'_>>) -> Answer<Value<'r>> {
        Ok(match self {
            Self::Column(column) => {
                let row =
                    row.ok_or_else(|| Fault::new("42703", format!("column \"{}\" does not exist", column.name())))?;
                return row.value(*column);
            }
            Self::Constant(value) => value.clone(),
            Self::Negate(kind, inner) => match inner.value(row)? {
                Value::Int(n) => Value::Int(fitting(n.checked_neg(), *kind)?),
                _ => Value::Null,
            },
            Self::Call(function, args) => {
                let mut values = Vec::with_capacity(args.len());
                for arg in args {
                    values.push(arg.value(row)?);
                }
                return call(*function, &values);
            }
            Self::Case(branches, otherwise) => {
                for (condition, result) in branches {
                    if condition.truth(row)? == Some(true) {
                        return result.value(row);
                    }
                }
                return otherwise.value(row);
            }
            Self::Coalesce(all) => {
                for one in all {
                    match one.value(row)? {
                        Value::Null => {}
                        found => return Ok(found),
                    }
                }
                Value::Null
            }
            Self::Binary(Binary::Arithmetic(op, kind), a, b) => match (a.value(row)?, b.value(row)?) {
                (Value::Int(a), Value::Int(b)) => Value::Int(arithmetic(*op, *kind, a, b)?),
                _ => Value::Null,
            },
            Self::Binary(Binary::Concat, a, b) => match (a.value(row)?, b.value(row)?) {
                (Value::Text(a), Value::Text(b)) => Value::Text(Cow::Owned(format!("{a}{b}"))),
                _ => Value::Null,
            },
            _ => self.truth(row)?.map_or(Value::Null, Value::Bool),
        })
    }

    /// Its value where it is true, false or unknown.
    fn truth<'r>(&'r self, row: Option<&'r RowView<'_>>) -> Answer<Option<bool>> {
        match self {
            Self::And(a, b) => Ok(match a.truth(row)? {
                Some(false) => Some(false),
                Some(true) => b.truth(row)?,
                None => b.truth(row)?.filter(|b| !b),
            }),
            Self::Or(a, b) => Ok(match a.truth(row)? {
                Some(true) => Some(true),
                Some(false) => b.truth(row)?,
                None => b.truth(row)?.filter(|b| *b),
            }),
            Self::Not(inner) => Ok(inner.truth(row)?.map(|is| !is)),
            Self::Is(truth, inner, negated) => Ok(Some((is(*truth, &inner.value(row)?)) != *negated)),
            Self::Distinct(a, b) => {
                let (a, b) = (a.value(row)?, b.value(row)?);
                Ok(Some(match a.order(&b) {
                    Some(order) => order != Ordering::Equal,
                    None => (a == Value::Null) != (b == Value::Null),
                }))
            }
            Self::Matches(text, pattern, case, negated) => Ok(match text.value(row)? {
                Value::Text(text) => Some(pattern.matches(&text, *case) != *negated),
                _ => None,
            }),
            Self::OneOf { left, sorted, has_null } => Ok(match left.value(row)? {
                Value::Null => None,
                value => {
                    let find = |v: &Value<'static>| v.order(&value).unwrap_or(Ordering::Less);
                    if sorted.binary_search_by(find).is_ok() { Some(true) } else { (!has_null).then_some(false) }
                }
            }),
            Self::Any { op, left, list, all } => {
                let left = left.value(row)?;
                let Some(list) = list else { return Ok(None) };
                any(op, &left, list, *all, row)
            }
            Self::Binary(op, a, b) if !matches!(op, Binary::Arithmetic(..) | Binary::Concat) => {
                binary(op, &a.value(row)?, &b.value(row)?)
            }
            _ => Ok(match self.value(row)? {
                Value::Bool(is) => Some(is),
                _ => None,
            }),
        }
    }
}

fn is(truth: Truth, value: &Value<'_>) -> bool {
    match truth {
        Truth::True => *value == Value::Bool(true),
        Truth::False => *value == Value::Bool(false),
        Truth::Unknown => *value == Value::Null,
    }
}

fn any<'r>(
    op: &Binary,
    left: &Value<'_>,
    list: &'r [Expr],
    all: bool,
    row: Option<&'r RowView<'_>>,
) -> Answer<Option<bool>> {
    let mut answer = Some(all);
    for right in list {
        match binary(op, left, &right.value(row)?)? {
            Some(holds) if holds != all => return Ok(Some(holds)),
            Some(_) => {}
            None => answer = None,
        }
    }
    Ok(answer)
}

fn binary(op: &Binary, left: &Value<'_>, right: &Value<'_>) -> Answer<Option<bool>> {
    if let Binary::Compare(compare) = op {
        return Ok(left.order(right).map(|order| match compare {
            Compare::Eq => order == Ordering::Equal,
            Compare::Ne => order != Ordering::Equal,
            Compare::Lt => order == Ordering::Less,
            Compare::Le => order != Ordering::Greater,
            Compare::Gt => order == Ordering::Greater,
            Compare::Ge => order != Ordering::Less,
        }));
    }
    Ok(match (op, left, right) {
        (Binary::Contains, Value::Json(a), Value::Json(b)) | (Binary::ContainedIn, Value::Json(b), Value::Json(a)) => {
            Some(a.contains(b)?)
        }
        (Binary::HasKey, Value::Json(a), Value::Text(key)) => Some(a.has_key(key)),
        (Binary::StartsWith, Value::Text(a), Value::Text(b)) => Some(a.starts_with(&**b)),
        (Binary::Like(case, negated), Value::Text(text), Value::Text(pattern)) => {
            Some(matches(text, pattern, *case)? != *negated)
        }
        _ => None,
    })
}

fn matches(text: &str, pattern: &str, case: Case) -> Answer<bool> {
    Ok(Pattern::read(pattern, Some('\\'), case)?.matches(text, case))
}

fn arithmetic(op: Arithmetic, kind: Type, a: i64, b: i64) -> Answer<i64> {
    if b == 0 && matches!(op, Arithmetic::Divide | Arithmetic::Modulo) {
        return Err(Fault::new("22012", "division by zero"));
    }
    let n = match op {
        Arithmetic::Add => a.checked_add(b),
        Arithmetic::Subtract => a.checked_sub(b),
        Arithmetic::Multiply => a.checked_mul(b),
        Arithmetic::Divide => a.checked_div(b),
        // The lowest number divided by -1 leaves nothing.
        Arithmetic::Modulo => Some(a.checked_rem(b).unwrap_or(0)),
        Arithmetic::And => Some(a & b),
        Arithmetic::Or => Some(a | b),
    };
    fitting(n, kind)
}
