//! Functions by name.

use sqlparser::ast::{self, Expr as Ast, FunctionArg, FunctionArgExpr, FunctionArguments};

use super::compile::{Compiler, Typed, folded, short, unified};
use super::expr::{Expr, Function};
use super::value::{Collation, Type, Value};
use crate::serve::fault::{Answer, Fault};

/// The arguments of a plain call; `None` where there is more to it.
pub fn plain_args(function: &ast::Function) -> Option<Vec<&Ast>> {
    let is_plain = function.filter.is_none()
        && function.over.is_none()
        && function.null_treatment.is_none()
        && function.within_group.is_empty()
        && function.parameters == FunctionArguments::None
        && !function.uses_odbc_syntax;
    let FunctionArguments::List(list) = &function.args else { return None };
    if !is_plain || list.duplicate_treatment.is_some() || !list.clauses.is_empty() {
        return None;
    }
    let mut all = Vec::new();
    for arg in &list.args {
        match arg {
            FunctionArg::Unnamed(FunctionArgExpr::Expr(expr)) => all.push(expr),
            _ => return None,
        }
    }
    Some(all)
}

/// A function's name, as the catalog has it.
pub fn name_of(function: &ast::Function) -> String {
    function.name.to_string().to_ascii_lowercase().replace('"', "").trim_start_matches("pg_catalog.").to_owned()
}

impl Compiler<'_> {
    pub(super) fn function(&self, function: &ast::Function) -> Answer<Typed> {
        let refuse = || Fault::refused(format_args!("function {}", short(&Ast::Function(function.clone()))));
        let args = plain_args(function).ok_or_else(refuse)?;
        let name = name_of(function);
        let typed = match (name.as_str(), args.as_slice()) {
            ("split_part", [s, by, n]) => {
                let (s, by) = (self.text(s)?, self.text(by)?);
                let kind = unified((Expr::NULL, s.1), (Expr::NULL, by.1))?.2;
                (Expr::Call(Function::SplitPart, vec![s.0, by.0, self.integer(n)?]), kind)
            }
            ("length" | "char_length" | "character_length", [s]) => self.of_text(Function::Length, s, Type::Int4)?,
            ("octet_length", [s]) => self.of_text(Function::OctetLength, s, Type::Int4)?,
            ("lower", [s]) => self.cased(Function::Lower, s)?,
            ("upper", [s]) => self.cased(Function::Upper, s)?,
            ("left", [s, n]) => self.cut(Function::Left, s, n)?,
            ("right", [s, n]) => self.cut(Function::Right, s, n)?,
            ("substr" | "substring", [s, from]) => self.substring(s, from, None)?,
            ("substr" | "substring", [s, from, length]) => self.substring(s, from, Some(length))?,
            ("strpos", [s, sought]) => self.of_texts(Function::Position, s, sought, Type::Int4)?,
            ("starts_with", [s, start]) => self.of_texts(Function::StartsWith, s, start, Type::Bool)?,
            ("like_escape", [pattern, escape]) => {
                self.of_texts(Function::LikeEscape, pattern, escape, Type::Text(Collation::OfDatabase))?
            }
            ("abs", [n]) => match self.expr(n)? {
                (expr, kind @ (Type::Int4 | Type::Int8)) => (Expr::Call(Function::Abs(kind), vec![expr]), kind),
                _ => return Err(refuse()),
            },
            ("mod", [a, b]) => {
                let modulo = ast::BinaryOperator::Modulo;
                let whole = Ast::BinaryOp { left: Box::new((*a).clone()), op: modulo, right: Box::new((*b).clone()) };
                self.expr(&whole)?
            }
            ("jsonb_typeof", [json]) => self.of_json(Function::JsonType, json, Type::Text(Collation::OfDatabase))?,
            ("jsonb_array_length", [json]) => self.of_json(Function::JsonLength, json, Type::Int4)?,
            ("coalesce", [_, ..]) => self.coalesce(&args)?,
            ("nullif", [a, b]) => {
                let (left, right, kind) = self.pair(a, b)?;
                let equal = super::expr::Binary::Compare(super::expr::Compare::Eq);
                let is_same = Expr::Binary(equal, Box::new(left.clone()), Box::new(right));
                (Expr::Case(vec![(is_same, Expr::NULL)], Box::new(left)), kind)
            }
            ("version", []) => constant(concat!("eventodb-admin ", env!("CARGO_PKG_VERSION"), ", archived messages")),
            ("current_database" | "current_catalog", []) => constant("archived"),
            ("current_schema", []) => constant("pg_catalog"),
            _ => return Err(refuse()),
        };
        Ok((folded(typed.0)?, typed.1))
    }

    fn coalesce(&self, args: &[&Ast]) -> Answer<Typed> {
        let typed = args.iter().map(|arg| self.expr(arg)).collect::<Answer<Vec<_>>>()?;
        let mut kind = Type::Unknown;
        for one in &typed {
            kind = unified((Expr::NULL, kind), (Expr::NULL, one.1))?.2;
        }
        let mut all = Vec::new();
        for one in typed {
            all.push(unified(one, (Expr::NULL, kind))?.0);
        }
        Ok((Expr::Coalesce(all), kind))
    }

    fn of_text(&self, function: Function, s: &Ast, result: Type) -> Answer<Typed> {
        // The length of JSON or of a number is another function.
        Ok((Expr::Call(function, vec![self.text(s)?.0]), result))
    }

    fn of_texts(&self, function: Function, a: &Ast, b: &Ast, result: Type) -> Answer<Typed> {
        Ok((Expr::Call(function, vec![self.text(a)?.0, self.text(b)?.0]), result))
    }

    fn cased(&self, function: Function, s: &Ast) -> Answer<Typed> {
        let (s, kind) = self.text(s)?;
        self.has_case(kind, kind)?;
        Ok((Expr::Call(function, vec![s]), kind))
    }

    fn cut(&self, function: Function, s: &Ast, n: &Ast) -> Answer<Typed> {
        let (s, kind) = self.text(s)?;
        Ok((Expr::Call(function, vec![s, self.integer(n)?]), kind))
    }

    pub(super) fn substring(&self, s: &Ast, from: &Ast, length: Option<&Ast>) -> Answer<Typed> {
        let (s, kind) = self.text(s)?;
        let mut args = vec![s, self.integer(from)?];
        if let Some(length) = length {
            args.push(self.integer(length)?);
        }
        Ok((Expr::Call(Function::Substring, args), kind))
    }

    fn of_json(&self, function: Function, json: &Ast, result: Type) -> Answer<Typed> {
        match self.expr(json)? {
            (expr, Type::Json) => Ok((Expr::Call(function, vec![expr]), result)),
            (_, other) => Err(Fault::refused(format_args!("a function of jsonb with {}", other.name()))),
        }
    }
}

fn constant(text: &str) -> Typed {
    (Expr::Constant(Value::Text(text.to_owned().into())), Type::Text(Collation::OfDatabase))
}
