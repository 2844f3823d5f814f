//! What a condition says about where rows can lie: bounds that every row it takes is within.

use std::collections::BTreeSet;

use super::expr::{Binary, Compare, Expr, Function, MessageColumn};
use super::value::Value;

/// What every row that is taken has.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct RowBounds {
    /// One of these streams.
    pub streams: Option<BTreeSet<String>>,
    /// One of these categories.
    pub categories: Option<BTreeSet<String>>,
    /// A global position from … to.
    pub global_positions: Range,
    /// A position from … to.
    pub positions: Range,
    /// A time from … to, in microseconds since 2000.
    pub times: Range,
    /// No row can be taken.
    pub is_empty: bool,
}

/// Both ends are within it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Range {
    /// The lowest.
    pub from: i64,
    /// The highest.
    pub to: i64,
}

impl Default for Range {
    fn default() -> Self {
        Self { from: i64::MIN, to: i64::MAX }
    }
}

impl Range {
    fn narrow(&mut self, from: i64, to: i64) {
        self.from = self.from.max(from);
        self.to = self.to.min(to);
    }

    /// Whether nothing is within it.
    pub const fn is_empty(self) -> bool {
        self.from > self.to
    }

    /// Whether it has something in common with another one.
    pub const fn meets(self, from: i64, to: i64) -> bool {
        self.from <= to && from <= self.to
    }
}

impl RowBounds {
    /// Reads them off a condition.
    pub fn of(condition: Option<&Expr>) -> Self {
        let mut bounds = Self::default();
        for conjunct in condition.map(Expr::conjuncts).unwrap_or_default() {
            bounds.conjunct(conjunct);
        }
        let is_nothing = |set: &Option<BTreeSet<String>>| set.as_ref().is_some_and(BTreeSet::is_empty);
        bounds.is_empty |= is_nothing(&bounds.streams)
            || is_nothing(&bounds.categories)
            || [bounds.global_positions, bounds.positions, bounds.times].into_iter().any(Range::is_empty);
        bounds
    }

    fn conjunct(&mut self, conjunct: &Expr) {
        match conjunct {
            Expr::Constant(Value::Bool(false) | Value::Null) => self.is_empty = true,
            Expr::Binary(Binary::Compare(compare), left, right) => match (left.constant(), right.constant()) {
                (None, Some(value)) => self.compare(left, *compare, value),
                (Some(value), None) => self.compare(right, turned(*compare), value),
                _ => {}
            },
            Expr::OneOf { left, sorted, .. } => self.one_of(left, sorted),
            Expr::Matches(text, pattern, super::like::Case::Sensitive, false) if is_stream(text) => {
                // Only a whole category's name tells something.
                if let Some((category, _)) = pattern.prefix().split_once('-') {
                    meet(&mut self.categories, BTreeSet::from([category.to_owned()]));
                }
            }
            _ => {}
        }
    }

    fn compare(&mut self, left: &Expr, compare: Compare, value: &Value<'static>) {
        if *value == Value::Null {
            self.is_empty = true;
            return;
        }
        if compare == Compare::Eq {
            self.one_of(left, std::slice::from_ref(value));
            return;
        }
        let Some(range) = self.range(left) else { return };
        let (Value::Int(n) | Value::Time(n)) = value else { return };
        match compare {
            // Nothing is below the lowest, nor above the highest.
            Compare::Lt => range.narrow(i64::MIN, n.saturating_sub(1)),
            Compare::Le => range.narrow(i64::MIN, *n),
            Compare::Gt => range.narrow(n.saturating_add(1), i64::MAX),
            Compare::Ge => range.narrow(*n, i64::MAX),
            Compare::Eq | Compare::Ne => {}
        }
    }

    fn range(&mut self, left: &Expr) -> Option<&mut Range> {
        match left {
            Expr::Column(MessageColumn::GlobalPosition) => Some(&mut self.global_positions),
            Expr::Column(MessageColumn::Position) => Some(&mut self.positions),
            Expr::Column(MessageColumn::Time) => Some(&mut self.times),
            _ => None,
        }
    }

    fn one_of(&mut self, left: &Expr, values: &[Value<'static>]) {
        let texts = || -> BTreeSet<String> {
            let text = |v: &Value<'static>| if let Value::Text(t) = v { Some(t.clone().into_owned()) } else { None };
            values.iter().filter_map(text).collect()
        };
        if is_stream(left) {
            meet(&mut self.streams, texts());
        } else if is_category(left) {
            meet(&mut self.categories, texts());
        } else if let Some(range) = self.range(left) {
            let number = |v: &Value<'static>| if let Value::Int(n) | Value::Time(n) = v { Some(*n) } else { None };
            let numbers: Option<Vec<i64>> = values.iter().map(number).collect();
            if let Some(numbers) = numbers {
                let (from, to) = (numbers.iter().min().copied(), numbers.iter().max().copied());
                range.narrow(from.unwrap_or(i64::MAX), to.unwrap_or(i64::MIN));
            }
        }
    }

    /// The categories that rows can be of, where they are known.
    pub fn all_categories(&self) -> Option<BTreeSet<String>> {
        let of_streams = self.streams.as_ref().map(|streams| {
            streams.iter().map(|s| s.split('-').next().unwrap_or_default().to_owned()).collect::<BTreeSet<_>>()
        });
        match (of_streams, &self.categories) {
            (Some(a), Some(b)) => Some(a.intersection(b).cloned().collect()),
            (Some(a), None) => Some(a),
            (None, b) => b.clone(),
        }
    }
}

fn meet(own: &mut Option<BTreeSet<String>>, others: BTreeSet<String>) {
    *own = Some(match own.take() {
        Some(own) => own.intersection(&others).cloned().collect(),
        None => others,
    });
}

const fn is_stream(expr: &Expr) -> bool {
    matches!(expr, Expr::Column(MessageColumn::Stream))
}

/// `split_part(stream_name, '-', 1)`
fn is_category(expr: &Expr) -> bool {
    matches!(expr, Expr::Call(Function::SplitPart, args) if is_stream(&args[0])
        && args[1].constant() == Some(&Value::Text("-".into())) && args[2].constant() == Some(&Value::Int(1)))
}

const fn turned(compare: Compare) -> Compare {
    match compare {
        Compare::Lt => Compare::Gt,
        Compare::Le => Compare::Ge,
        Compare::Gt => Compare::Lt,
        Compare::Ge => Compare::Le,
        Compare::Eq | Compare::Ne => compare,
    }
}
