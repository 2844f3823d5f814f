//! Expressions as they are evaluated: typed, names resolved, constants read.

use super::like::{Case, Pattern};
use super::value::{Type, Value};

/// A column of the remote table, in its order there.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum MessageColumn {
    /// "time"
    Time,
    /// `global_position`
    GlobalPosition,
    /// "position"
    Position,
    /// `stream_name`
    Stream,
    /// "type"
    Type,
    /// data
    Data,
    /// metadata
    Metadata,
    /// id
    Id,
    /// ctid, by which a change is asked for after a SELECT
    Ctid,
}

impl MessageColumn {
    /// The table's columns in order.
    pub const ALL: [Self; 8] = [
        Self::Time,
        Self::GlobalPosition,
        Self::Position,
        Self::Stream,
        Self::Type,
        Self::Data,
        Self::Metadata,
        Self::Id,
    ];

    /// The column's name.
    pub const fn name(self) -> &'static str {
        match self {
            Self::Time => "time",
            Self::GlobalPosition => "global_position",
            Self::Position => "position",
            Self::Stream => "stream_name",
            Self::Type => "type",
            Self::Data => "data",
            Self::Metadata => "metadata",
            Self::Id => "id",
            Self::Ctid => "ctid",
        }
    }
}

/// A comparison.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Compare {
    /// =
    Eq,
    /// <>
    Ne,
    /// <
    Lt,
    /// <=
    Le,
    /// >
    Gt,
    /// >=
    Ge,
}

/// What is done with a left and a right value.
#[derive(Debug, Clone, PartialEq)]
pub enum Binary {
    /// A comparison of values of one type.
    Compare(Compare),
    /// @>
    Contains,
    /// <@
    ContainedIn,
    /// ?
    HasKey,
    /// ~~ and its kin; whether the answer is turned round.
    Like(Case, bool),
    /// ^@
    StartsWith,
    /// ||
    Concat,
    /// + - * / % & | of integers; which must fit into the type.
    Arithmetic(Arithmetic, Type),
}

/// Integer arithmetic.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Arithmetic {
    /// +
    Add,
    /// -
    Subtract,
    /// *
    Multiply,
    /// /
    Divide,
    /// %
    Modulo,
    /// &
    And,
    /// |
    Or,
}

/// A function.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Function {
    /// `split_part(text, text, integer)`
    SplitPart,
    /// `length(text)`
    Length,
    /// `octet_length(text)`
    OctetLength,
    /// lower(text) by collation C
    Lower,
    /// upper(text) by collation C
    Upper,
    /// left(text, integer)
    Left,
    /// right(text, integer)
    Right,
    /// substr(text, integer)
    Substring,
    /// strpos(text, text)
    Position,
    /// `starts_with(text, text)`
    StartsWith,
    /// `like_escape(text, text)`
    LikeEscape,
    /// abs(bigint)
    Abs(Type),
    /// `jsonb_typeof(jsonb)`
    JsonType,
    /// `jsonb_array_length(jsonb)`
    JsonLength,
    /// A cast of an integer: into one that may be too narrow for it, numeric or text.
    OfInteger(Type),
    /// A cast of a uuid to text.
    UuidText,
}

/// Which of true, false and unknown is asked for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Truth {
    /// IS TRUE
    True,
    /// IS FALSE
    False,
    /// IS UNKNOWN, IS NULL
    Unknown,
}

/// An expression.
#[derive(Debug, Clone, PartialEq)]
pub enum Expr {
    /// A column.
    Column(MessageColumn),
    /// A constant.
    Constant(Value<'static>),
    /// AND
    And(Box<Self>, Box<Self>),
    /// OR
    Or(Box<Self>, Box<Self>),
    /// NOT
    Not(Box<Self>),
    /// IS …; whether the answer is turned round.
    Is(Truth, Box<Self>, bool),
    /// IS DISTINCT FROM
    Distinct(Box<Self>, Box<Self>),
    /// An operator.
    Binary(Binary, Box<Self>, Box<Self>),
    /// LIKE with a pattern that is known.
    Matches(Box<Self>, Pattern, Case, bool),
    /// = ANY and its kin: whether one, or else each, of the list's comparisons holds; `None` is a NULL array.
    Any { op: Binary, left: Box<Self>, list: Option<Vec<Self>>, all: bool },
    /// = ANY of many constants, in order, and whether there is a NULL beside them.
    OneOf { left: Box<Self>, sorted: Vec<Value<'static>>, has_null: bool },
    /// - of an integer
    Negate(Type, Box<Self>),
    /// A function.
    Call(Function, Vec<Self>),
    /// CASE: conditions with what they give, and what else.
    Case(Vec<(Self, Self)>, Box<Self>),
    /// coalesce
    Coalesce(Vec<Self>),
}

impl Expr {
    /// A constant that is NULL.
    pub const NULL: Self = Self::Constant(Value::Null);

    /// Its value, where it is a constant.
    pub const fn constant(&self) -> Option<&Value<'static>> {
        match self {
            Self::Constant(value) => Some(value),
            _ => None,
        }
    }

    /// Those that must all be true for it to be.
    pub fn conjuncts(&self) -> Vec<&Self> {
        match self {
            Self::And(a, b) => {
                let mut all = a.conjuncts();
                all.extend(b.conjuncts());
                all
            }
            other => vec![other],
        }
    }
}
