//! From the parser's tree to a typed expression, as `PostgreSQL` resolves names, types and literals; whatever is not known
//! to be answered exactly is refused.

use sqlparser::ast::{self, BinaryOperator as Op, Expr as Ast, InTarget, UnaryOperator, Value as Literal};

use super::among::{Among, Quantity};
use super::expr::{Binary, Compare, Expr, Function, MessageColumn, Truth};
use super::like::{Case, Pattern};
pub use super::literal::{ParameterValue, Parameters};
use super::literal::{parameter_of, string_of, type_of};
use super::operators::{arithmetic, is_known, plain};
use super::row;
use super::value::{self, Collation, Type, Value};
use crate::serve::fault::{Answer, Fault};

/// Resolves expressions.
#[derive(Debug)]
pub struct Compiler<'a> {
    /// The statement's parameters.
    pub parameters: &'a Parameters,
    /// How the database has text in order where nothing else is said.
    pub collation: Collation,
}

/// An expression and its type.
pub type Typed = (Expr, Type);

impl Compiler<'_> {
    /// A condition.
    pub fn condition(&self, ast: &Ast) -> Answer<Expr> {
        let typed = self.expr(ast)?;
        boolean(typed)
    }

    /// A limit or an offset; `None` where it is NULL.
    pub fn count(&self, ast: &Ast) -> Answer<Option<u64>> {
        let (expr, kind) = self.expr(ast)?;
        let (expr, _) = coerce((expr, kind), Type::Int8)?;
        match expr.value(None)? {
            Value::Null => Ok(None),
            Value::Int(n) => u64::try_from(n).map(Some).map_err(|_| Fault::new("2201W", "LIMIT must not be negative")),
            _ => Err(Fault::refused("LIMIT with other than a whole number")),
        }
    }

    /// An expression.
    pub fn expr(&self, ast: &Ast) -> Answer<Typed> {
        match ast {
            Ast::Nested(inner) => self.expr(inner),
            Ast::Identifier(name) => column(name),
            Ast::CompoundIdentifier(names) => {
                column(names.last().ok_or_else(|| Fault::refused("a name without parts"))?)
            }
            Ast::Value(value) => self.literal(&value.value),
            Ast::Cast { kind: ast::CastKind::Cast | ast::CastKind::DoubleColon, expr, data_type, format: None } => {
                self.cast(expr, type_of(data_type)?)
            }
            Ast::TypedString(typed) if !typed.uses_odbc_syntax => {
                self.cast(&Ast::Value(typed.value.clone()), type_of(&typed.data_type)?)
            }
            Ast::UnaryOp { op, expr } => self.unary(*op, expr),
            Ast::BinaryOp { left, op, right } => self.operator(left, op, right),
            Ast::IsNull(e) => self.is(Truth::Unknown, e, false),
            Ast::IsNotNull(e) => self.is(Truth::Unknown, e, true),
            Ast::IsTrue(e) => self.is_truth(Truth::True, e, false),
            Ast::IsNotTrue(e) => self.is_truth(Truth::True, e, true),
            Ast::IsFalse(e) => self.is_truth(Truth::False, e, false),
            Ast::IsNotFalse(e) => self.is_truth(Truth::False, e, true),
            Ast::IsUnknown(e) => self.is_truth(Truth::Unknown, e, false),
            Ast::IsNotUnknown(e) => self.is_truth(Truth::Unknown, e, true),
            Ast::IsDistinctFrom(a, b) => Ok((self.distinct(a, b)?, Type::Bool)),
            Ast::IsNotDistinctFrom(a, b) => Ok((not(self.distinct(a, b)?), Type::Bool)),
            Ast::In { expr, target: InTarget::List(list), negated, global: false } => {
                self.any_of(expr, &Op::Eq, Among::List(list), Quantity::One).map(|e| turned((e, Type::Bool), *negated))
            }
            Ast::Between { expr, negated, low, high } => {
                let (low, high) = (self.operator(expr, &Op::GtEq, low)?, self.operator(expr, &Op::LtEq, high)?);
                Ok(turned((Expr::And(Box::new(low.0), Box::new(high.0)), Type::Bool), *negated))
            }
            Ast::Like { negated, any: false, expr, pattern, escape_char } => {
                self.like(expr, pattern, escape_char.as_deref(), (Case::Sensitive, *negated))
            }
            Ast::ILike { negated, any: false, expr, pattern, escape_char } => {
                self.like(expr, pattern, escape_char.as_deref(), (Case::Ignored, *negated))
            }
            Ast::AnyOp { left, compare_op, right, .. } => {
                Ok((self.any_of(left, compare_op, Among::Array(right), Quantity::One)?, Type::Bool))
            }
            Ast::AllOp { left, compare_op, right } => {
                Ok((self.any_of(left, compare_op, Among::Array(right), Quantity::All)?, Type::Bool))
            }
            Ast::Case { operand, conditions, else_result, .. } => {
                self.case(operand.as_deref(), conditions, else_result.as_deref())
            }
            Ast::Collate { expr, collation } => self.collate(expr, collation),
            Ast::Function(function) => self.function(function),
            Ast::Position { expr, r#in } => {
                let (sought, text) = (self.text(expr)?, self.text(r#in)?);
                Ok((Expr::Call(Function::Position, vec![text.0, sought.0]), Type::Int4))
            }
            Ast::Substring { expr, substring_from: Some(from), substring_for, special: _, shorthand: _ } => {
                self.substring(expr, from, substring_for.as_deref())
            }
            // What `postgres_fdw` writes in EXPLAIN for a value that it does not know yet.
            Ast::Subquery(query) => match &*query.body {
                ast::SetExpr::Select(select) if query.to_string().to_ascii_uppercase().starts_with("SELECT NULL::") => {
                    match select.projection.as_slice() {
                        [ast::SelectItem::UnnamedExpr(cast)] if select.from.is_empty() => self.expr(cast),
                        _ => Err(Fault::refused(short(ast))),
                    }
                }
                _ => Err(Fault::refused("a subquery")),
            },
            other => Err(Fault::refused(short(other))),
        }
    }

    fn literal(&self, literal: &Literal) -> Answer<Typed> {
        Ok(match literal {
            Literal::Number(text, false) => number(text)?,
            Literal::Boolean(is) => (Expr::Constant(Value::Bool(*is)), Type::Bool),
            Literal::Null => (Expr::NULL, Type::Unknown),
            Literal::SingleQuotedString(text) | Literal::EscapedStringLiteral(text) => unknown(text),
            Literal::DollarQuotedString(quoted) => unknown(&quoted.value),
            Literal::Placeholder(name) => {
                let at = parameter_of(&Ast::Value(literal.clone().into()));
                let at = at.ok_or_else(|| Fault::new("42601", format!("{name} is no parameter")))?;
                match self.parameters.known(at) {
                    Some(super::literal::ParameterType::One(kind)) => {
                        let (value, kind) = self.parameters.one(at, kind)?;
                        (Expr::Constant(value), kind)
                    }
                    _ => {
                        return Err(Fault::refused(format_args!(
                            "{name} without a type: write {name}::text or the like"
                        )));
                    }
                }
            }
            other => return Err(Fault::refused(format_args!("the literal {other}"))),
        })
    }

    /// Both sides as one type.
    pub(super) fn pair(&self, left: &Ast, right: &Ast) -> Answer<(Expr, Expr, Type)> {
        // A parameter without a type takes that of the other side.
        let (left, right) = match (self.untyped(left), self.untyped(right)) {
            (Some(at), _) => {
                let right = self.expr(right)?;
                (self.parameter(at, right.1)?, right)
            }
            (None, Some(at)) => {
                let left = self.expr(left)?;
                let right = self.parameter(at, left.1)?;
                (left, right)
            }
            (None, None) => (self.expr(left)?, self.expr(right)?),
        };
        unified(left, right)
    }

    pub(super) fn untyped(&self, ast: &Ast) -> Option<usize> {
        parameter_of(ast).filter(|at| self.parameters.known(*at).is_none())
    }

    pub(super) fn parameter(&self, at: usize, kind: Type) -> Answer<Typed> {
        let kind = if kind == Type::Unknown { Type::Text(Collation::OfDatabase) } else { kind };
        let (value, kind) = self.parameters.one(at, kind)?;
        Ok((Expr::Constant(value), kind))
    }

    fn unary(&self, op: UnaryOperator, inner: &Ast) -> Answer<Typed> {
        match op {
            UnaryOperator::Not => Ok((not(self.condition(inner)?), Type::Bool)),
            UnaryOperator::Plus => match self.expr(inner)? {
                typed @ (_, Type::Int4 | Type::Int8 | Type::Numeric) => Ok(typed),
                (_, other) => Err(Fault::refused(format_args!("+ of {}", other.name()))),
            },
            UnaryOperator::Minus => {
                if let Ast::Value(value) = inner
                    && let Literal::Number(text, false) = &value.value
                {
                    return number(&format!("-{text}"));
                }
                match self.expr(inner)? {
                    (expr, kind @ (Type::Int4 | Type::Int8)) => Ok((folded(Expr::Negate(kind, Box::new(expr)))?, kind)),
                    (_, other) => Err(Fault::refused(format_args!("- of {}", other.name()))),
                }
            }
            other => Err(Fault::refused(format_args!("operator {other}"))),
        }
    }

    fn operator(&self, left: &Ast, op: &Op, right: &Ast) -> Answer<Typed> {
        if let Op::PGCustomBinaryOperator(parts) = op
            && let [schema, name] = parts.as_slice()
            && schema == "pg_catalog"
            && let Some(op) = plain(name)
        {
            return self.operator(left, &op, right);
        }
        if matches!(op, Op::And | Op::Or) {
            return self.joined(left, op, right);
        }
        match op {
            Op::PGLikeMatch => return self.like(left, right, None, (Case::Sensitive, false)),
            Op::PGNotLikeMatch => return self.like(left, right, None, (Case::Sensitive, true)),
            Op::PGILikeMatch => return self.like(left, right, None, (Case::Ignored, false)),
            Op::PGNotILikeMatch => return self.like(left, right, None, (Case::Ignored, true)),
            _ => {}
        }
        if let Some(arithmetic) = arithmetic(op) {
            let (a, b, kind) = self.pair(left, right)?;
            if !matches!(kind, Type::Int4 | Type::Int8) {
                return Err(Fault::refused(format_args!("operator {op} of {}", kind.name())));
            }
            return Ok((folded(Expr::Binary(Binary::Arithmetic(arithmetic, kind), Box::new(a), Box::new(b)))?, kind));
        }
        if *op == Op::Question {
            let (json, key) = (self.expr(left)?, self.text(right)?);
            if json.1 != Type::Json {
                return Err(Fault::refused(format_args!("operator ? of {}", json.1.name())));
            }
            return Ok((Expr::Binary(Binary::HasKey, Box::new(json.0), Box::new(key.0)), Type::Bool));
        }
        if !is_known(op) {
            return Err(Fault::refused(format_args!("operator {op}")));
        }
        let (a, b, kind) = self.pair(left, right)?;
        let (binary, result) = match (op, kind) {
            (Op::AtArrow, Type::Json) => (Binary::Contains, Type::Bool),
            (Op::ArrowAt, Type::Json) => (Binary::ContainedIn, Type::Bool),
            (Op::PGStartsWith, Type::Text(_)) => (Binary::StartsWith, Type::Bool),
            (Op::StringConcat, Type::Text(_)) => (Binary::Concat, kind),
            _ => (self.comparison(op, kind)?, Type::Bool),
        };
        Ok((Expr::Binary(binary, Box::new(a), Box::new(b)), result))
    }

    /// A comparison of two values of a type, where it is answered here.
    pub(super) fn comparison(&self, op: &Op, kind: Type) -> Answer<Binary> {
        let compare = match op {
            Op::Eq => Compare::Eq,
            Op::NotEq => Compare::Ne,
            Op::Lt => Compare::Lt,
            Op::LtEq => Compare::Le,
            Op::Gt => Compare::Gt,
            Op::GtEq => Compare::Ge,
            other => return Err(Fault::refused(format_args!("operator {other}"))),
        };
        if !matches!(compare, Compare::Eq | Compare::Ne) {
            self.ordered(kind)?;
        }
        Ok(Binary::Compare(compare))
    }

    /// Refuses what is in another order in the database, or may be.
    pub(super) fn ordered(&self, kind: Type) -> Answer<()> {
        match kind {
            Type::Json => Err(Fault::refused("the order of jsonb")),
            Type::Text(Collation::OfDatabase) if self.collation == Collation::OfDatabase => Err(Fault::new(
                "0A000",
                "archived messages cannot be asked for by the order of text in the database's collation",
            )
            .hint(
                "write COLLATE \"C\" behind it, or order and compare it outside of the part that is read from archives",
            )),
            _ => Ok(()),
        }
    }

    fn is(&self, truth: Truth, inner: &Ast, negated: bool) -> Answer<Typed> {
        Ok((Expr::Is(truth, Box::new(self.expr(inner)?.0), negated), Type::Bool))
    }

    fn is_truth(&self, truth: Truth, inner: &Ast, negated: bool) -> Answer<Typed> {
        Ok((Expr::Is(truth, Box::new(self.condition(inner)?), negated), Type::Bool))
    }

    fn distinct(&self, a: &Ast, b: &Ast) -> Answer<Expr> {
        let (a, b, _) = self.pair(a, b)?;
        Ok(Expr::Distinct(Box::new(a), Box::new(b)))
    }

    /// Text, or a literal that becomes text.
    pub(super) fn text(&self, ast: &Ast) -> Answer<Typed> {
        let text = Type::Text(Collation::OfDatabase);
        let typed = match self.untyped(ast) {
            Some(at) => self.parameter(at, text)?,
            None => coerce(self.expr(ast)?, text)?,
        };
        match typed.1 {
            Type::Text(_) => Ok(typed),
            other => Err(Fault::refused(format_args!("text made of {}", other.name()))),
        }
    }

    /// An integer.
    pub(super) fn integer(&self, ast: &Ast) -> Answer<Expr> {
        match coerce(self.expr(ast)?, Type::Int4)? {
            (expr, Type::Int4) => Ok(expr),
            (_, other) => Err(Fault::refused(format_args!("{} in the place of an integer", other.name()))),
        }
    }

    fn like(&self, text: &Ast, pattern: &Ast, escape: Option<&Ast>, how: (Case, bool)) -> Answer<Typed> {
        let ((text, collation), (mut pattern, of_pattern)) = (self.text(text)?, self.text(pattern)?);
        if how.0 == Case::Ignored {
            self.has_case(collation, of_pattern)?;
        }
        if let Some(escape) = escape {
            pattern = folded(Expr::Call(Function::LikeEscape, vec![pattern, self.text(escape)?.0]))?;
        }
        let expr = match &pattern {
            Expr::Constant(Value::Text(constant)) => {
                Expr::Matches(Box::new(text), Pattern::read(constant, Some('\\'), how.0)?, how.0, how.1)
            }
            _ => Expr::Binary(Binary::Like(how.0, how.1), Box::new(text), Box::new(pattern)),
        };
        Ok((expr, Type::Bool))
    }

    /// Refuses letters whose other case is the database's to say.
    pub(super) fn has_case(&self, a: Type, b: Type) -> Answer<()> {
        let c = Type::Text(Collation::C);
        if a == c || b == c || self.collation == Collation::C {
            return Ok(());
        }
        Err(Fault::new(
            "0A000",
            "archived messages cannot be asked for by upper and lower case in the database's collation",
        )
        .hint("write COLLATE \"C\" behind the text, or compare it outside of the part that is read from archives"))
    }

    fn collate(&self, expr: &Ast, collation: &ast::ObjectName) -> Answer<Typed> {
        let name = collation.to_string();
        match (self.text(expr)?, name.trim_start_matches("pg_catalog.")) {
            ((expr, _), "\"C\"" | "\"POSIX\"") => Ok((expr, Type::Text(Collation::C))),
            _ => Err(Fault::refused(format_args!("collation {name}"))),
        }
    }

    fn case(&self, operand: Option<&Ast>, conditions: &[ast::CaseWhen], otherwise: Option<&Ast>) -> Answer<Typed> {
        let mut branches = Vec::new();
        let mut kind = Type::Unknown;
        for when in conditions {
            let condition = match operand {
                Some(operand) => self.operator(operand, &Op::Eq, &when.condition)?.0,
                None => self.condition(&when.condition)?,
            };
            let result = self.expr(&when.result)?;
            kind = unified((Expr::NULL, kind), (Expr::NULL, result.1))?.2;
            branches.push((condition, result));
        }
        let otherwise = otherwise.map_or(Ok((Expr::NULL, Type::Unknown)), |e| self.expr(e))?;
        kind = unified((Expr::NULL, kind), (Expr::NULL, otherwise.1))?.2;
        let fit = |typed| coerce(typed, kind).map(|typed| typed.0);
        let branches = branches.into_iter().map(|(c, r)| Ok((c, fit(r)?))).collect::<Answer<Vec<_>>>()?;
        Ok((Expr::Case(branches, Box::new(fit(otherwise)?)), kind))
    }

    pub(super) fn cast(&self, inner: &Ast, to: Type) -> Answer<Typed> {
        if let Some(at) = self.untyped(inner) {
            return self.parameter(at, to);
        }
        if let Some(text) = string_of(inner) {
            return Ok((Expr::Constant(value::read(text, to)?), to));
        }
        let (expr, from) = self.expr(inner)?;
        Ok(match (from, to) {
            (Type::Unknown, _) => coerce((expr, from), to)?,
            (Type::Text(_), Type::Text(_)) => (expr, from),
            (from, to) if from == to => (expr, to),
            (Type::Int4, Type::Int8) => (expr, to),
            (Type::Int8, Type::Int4) | (Type::Int4 | Type::Int8, Type::Numeric | Type::Text(_)) => {
                (folded(Expr::Call(Function::OfInteger(to), vec![expr]))?, to)
            }
            (Type::Uuid, Type::Text(_)) => (Expr::Call(Function::UuidText, vec![expr]), to),
            _ => return Err(Fault::refused(format_args!("a cast of {} to {}", from.name(), to.name()))),
        })
    }
}

pub(super) fn column(name: &ast::Ident) -> Answer<Typed> {
    let name = if name.quote_style.is_some() { name.value.clone() } else { name.value.to_ascii_lowercase() };
    let all = MessageColumn::ALL.into_iter().chain([MessageColumn::Ctid]);
    let column = all.into_iter().find(|c| c.name() == name);
    let column = column.ok_or_else(|| Fault::new("42703", format!("column \"{name}\" does not exist")))?;
    Ok((Expr::Column(column), row::of(column)))
}

/// A literal or an untyped parameter as this type; whatever has a type stays as it is.
pub(super) fn coerce(typed: Typed, to: Type) -> Answer<Typed> {
    match typed {
        (Expr::Constant(Value::Text(text)), Type::Unknown) => Ok((Expr::Constant(value::read(&text, to)?), to)),
        (Expr::Constant(Value::Null), Type::Unknown) => Ok((Expr::NULL, to)),
        (expr, Type::Int4) if to == Type::Int8 => Ok((expr, to)),
        (expr, Type::Int4 | Type::Int8) if to == Type::Numeric => {
            Ok((folded(Expr::Call(Function::OfInteger(to), vec![expr]))?, to))
        }
        typed => Ok(typed),
    }
}

pub(super) fn unified(left: Typed, right: Typed) -> Answer<(Expr, Expr, Type)> {
    let target = match (left.1, right.1) {
        (Type::Unknown, Type::Unknown) => Type::Text(Collation::OfDatabase),
        (Type::Unknown, other) | (other, Type::Unknown) => other,
        (Type::Text(a), Type::Text(b)) => Type::Text(if a == Collation::C { a } else { b }),
        (Type::Numeric, Type::Int4 | Type::Int8) | (Type::Int4 | Type::Int8, Type::Numeric) => Type::Numeric,
        (Type::Int8, Type::Int4) | (Type::Int4, Type::Int8) => Type::Int8,
        (a, b) if a == b => a,
        (a, b) => return Err(Fault::refused(format_args!("comparing {} with {}", a.name(), b.name()))),
    };
    Ok((coerce(left, target)?.0, coerce(right, target)?.0, target))
}

fn boolean(typed: Typed) -> Answer<Expr> {
    match coerce(typed, Type::Bool)? {
        (expr, Type::Bool) => Ok(expr),
        (_, other) => Err(Fault::new("42804", format!("argument must be type boolean, not type {}", other.name()))),
    }
}

pub(super) fn not(expr: Expr) -> Expr {
    Expr::Not(Box::new(expr))
}

fn turned((expr, kind): Typed, negated: bool) -> Typed {
    (if negated { not(expr) } else { expr }, kind)
}

fn unknown(text: &str) -> Typed {
    (Expr::Constant(Value::Text(text.to_owned().into())), Type::Unknown)
}

fn number(text: &str) -> Answer<Typed> {
    if let Ok(n) = text.parse::<i64>() {
        let kind = if i32::try_from(n).is_ok() { Type::Int4 } else { Type::Int8 };
        return Ok((Expr::Constant(Value::Int(n)), kind));
    }
    Ok((Expr::Constant(value::read(text, Type::Numeric)?), Type::Numeric))
}

/// An expression of constants is one.
pub(super) fn folded(expr: Expr) -> Answer<Expr> {
    let is_constant = match &expr {
        Expr::Binary(_, a, b) => a.constant().is_some() && b.constant().is_some(),
        Expr::Negate(_, inner) => inner.constant().is_some(),
        Expr::Call(_, args) => args.iter().all(|a| a.constant().is_some()),
        _ => false,
    };
    if is_constant { Ok(Expr::Constant(expr.value(None)?.into_owned())) } else { Ok(expr) }
}

/// An expression as it may stand in a message.
pub(super) fn short(ast: &Ast) -> String {
    let text = ast.to_string();
    if text.chars().count() <= 80 { text } else { text.chars().take(79).chain(['…']).collect() }
}
