//! Operators by name.

use sqlparser::ast::BinaryOperator as Op;

use super::expr::Arithmetic;

/// Whether an operator that compares or joins two values of one type is answered here.
pub const fn is_known(op: &Op) -> bool {
    let is_comparison = matches!(op, Op::Eq | Op::NotEq | Op::Lt | Op::LtEq | Op::Gt | Op::GtEq);
    is_comparison || matches!(op, Op::AtArrow | Op::ArrowAt | Op::PGStartsWith | Op::StringConcat)
}

/// An operator by its name in the catalog.
pub fn plain(operator: &str) -> Option<Op> {
    Some(match operator {
        "=" => Op::Eq,
        "<>" | "!=" => Op::NotEq,
        "<" => Op::Lt,
        "<=" => Op::LtEq,
        ">" => Op::Gt,
        ">=" => Op::GtEq,
        "~~" => Op::PGLikeMatch,
        "!~~" => Op::PGNotLikeMatch,
        "@>" => Op::AtArrow,
        "<@" => Op::ArrowAt,
        "+" => Op::Plus,
        "-" => Op::Minus,
        "*" => Op::Multiply,
        "/" => Op::Divide,
        "%" => Op::Modulo,
        "||" => Op::StringConcat,
        _ => return None,
    })
}

/// An operator as integer arithmetic.
pub const fn arithmetic(op: &Op) -> Option<Arithmetic> {
    Some(match op {
        Op::Plus => Arithmetic::Add,
        Op::Minus => Arithmetic::Subtract,
        Op::Multiply => Arithmetic::Multiply,
        Op::Divide => Arithmetic::Divide,
        Op::Modulo => Arithmetic::Modulo,
        Op::BitwiseAnd => Arithmetic::And,
        Op::BitwiseOr => Arithmetic::Or,
        _ => return None,
    })
}
