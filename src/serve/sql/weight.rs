//! How much memory a SELECT takes for as long as it is kept: a list of numbers takes many times what its text does.

use std::collections::BTreeSet;

use super::expr::Expr;
use super::json::Json;
use super::prune::RowBounds;
use super::select::{Aggregate, Select};
use super::value::Value;

/// What is pointed to from outside of the value itself: the allocator's share with it.
const ALLOCATED: usize = 16;

impl Value<'_> {
    /// Bytes besides its own.
    fn more_bytes(&self) -> usize {
        match self {
            Self::Text(text) => ALLOCATED + text.len(),
            Self::Numeric(number) => ALLOCATED + number.digit_count(),
            Self::Json(json) => json.more_bytes(),
            Self::Null | Self::Bool(_) | Self::Int(_) | Self::Time(_) | Self::Uuid(_) => 0,
        }
    }
}

impl Json {
    fn more_bytes(&self) -> usize {
        let of = |one: &Self| size_of::<Self>() + one.more_bytes();
        match self {
            Self::Null | Self::Bool(_) => 0,
            Self::Number(number) => ALLOCATED + number.digit_count(),
            Self::String(text) => ALLOCATED + text.len(),
            Self::Deep(deep) => ALLOCATED + deep.text_bytes(),
            Self::Array(all) => ALLOCATED + all.iter().map(of).sum::<usize>(),
            Self::Object(all) => {
                let key = |key: &str| size_of::<String>() + ALLOCATED + key.len();
                ALLOCATED + all.iter().map(|(name, one)| key(name) + of(one)).sum::<usize>()
            }
        }
    }
}

impl Expr {
    /// Bytes with its own.
    fn bytes(&self) -> usize {
        let of_values =
            |all: &[Value<'static>]| all.iter().map(|v| size_of::<Value<'_>>() + v.more_bytes()).sum::<usize>();
        let of_all = |all: &[Self]| all.iter().map(Self::bytes).sum::<usize>();
        let more = match self {
            Self::Column(_) => 0,
            Self::Constant(value) => value.more_bytes(),
            Self::And(a, b) | Self::Or(a, b) | Self::Distinct(a, b) | Self::Binary(_, a, b) => a.bytes() + b.bytes(),
            Self::Not(one) | Self::Is(_, one, _) | Self::Negate(_, one) => one.bytes(),
            Self::Matches(one, pattern, ..) => one.bytes() + pattern.bytes(),
            Self::Any { left, list, .. } => left.bytes() + list.as_deref().map_or(0, of_all),
            Self::OneOf { left, sorted, .. } => left.bytes() + of_values(sorted),
            Self::Call(_, all) | Self::Coalesce(all) => of_all(all),
            Self::Case(all, other) => all.iter().map(|(a, b)| a.bytes() + b.bytes()).sum::<usize>() + other.bytes(),
        };
        size_of::<Self>() + ALLOCATED + more
    }
}

impl RowBounds {
    /// Bytes of the names in it.
    fn more_bytes(&self) -> usize {
        let of = |set: &BTreeSet<String>| set.iter().map(|s| size_of::<String>() + ALLOCATED + s.len()).sum::<usize>();
        [&self.streams, &self.categories].into_iter().flatten().map(of).sum()
    }
}

impl Select {
    /// Bytes that it takes, about, with those of its bounds.
    pub fn bytes(&self, bounds: &RowBounds) -> usize {
        let outputs = self.outputs.iter().map(|o| o.name.len() + ALLOCATED + o.expr.bytes());
        let aggregates = self.aggregates.iter().flatten().map(|one| match one {
            Aggregate::Count(expr) => expr.as_ref().map_or(0, Expr::bytes),
            Aggregate::Min(expr) | Aggregate::Max(expr) => expr.bytes(),
        });
        let order = self.order.iter().map(|order| order.expr.bytes());
        let condition = self.condition.iter().map(Expr::bytes);
        let all = outputs.chain(aggregates).chain(order).chain(condition).sum::<usize>();
        size_of::<Self>() + all + bounds.more_bytes()
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::serve::sql::parse::query_of;
    use crate::serve::sql::{Collation, Compiler, Parameters};

    fn bytes(condition: &str) -> usize {
        let query = query_of(&format!("SELECT position FROM a.messages WHERE {condition}")).unwrap();
        let parameters = Parameters::default();
        let compiler = Compiler { parameters: &parameters, collation: Collation::C };
        let select = compiler.select(&query).unwrap();
        let bounds = RowBounds::of(select.condition.as_ref());
        select.bytes(&bounds)
    }

    #[test]
    fn what_a_statement_takes_is_counted_and_not_how_long_its_text_is() {
        assert!((200..20_000).contains(&bytes("global_position = 7")), "{}", bytes("global_position = 7"));
        let numbers = vec!["1"; 100_000].join(",");
        let distinct = (0..100_000).map(|n| n.to_string()).collect::<Vec<_>>().join(",");
        for condition in [format!("position IN ({distinct})"), format!("position = ANY ('{{{distinct}}}')")] {
            assert!(bytes(&condition) >= 100_000 * size_of::<Value<'_>>(), "{}", bytes(&condition));
        }
        assert!(bytes(&format!("position IN ({numbers})")) < 10_000_000);
        // A stream's name is in the condition and in the bounds.
        assert!(bytes(&format!("stream_name = '{}'", "x".repeat(1 << 20))) > 2 << 20);
        assert!(bytes(&format!("data @> '[{numbers}]'")) > 100_000 * size_of::<Json>());
        assert!(bytes(&format!("stream_name LIKE '%{}'", "x".repeat(1 << 20))) > 1 << 20);
    }
}
