//! SELECT, DELETE and UPDATE over a namespace's archived messages, as far as they are answered.

use sqlparser::ast::{
    self, Distinct, Expr as Ast, FromTable, FunctionArg, FunctionArgExpr, FunctionArguments, LimitClause, OrderByKind,
    OrderBySort, Query, SelectItem, SetExpr, TableFactor, TableWithJoins,
};

use super::calls::{name_of, plain_args};
use super::compile::Compiler;
use super::expr::{Expr, MessageColumn};
use super::row;
use super::value::Type;
use crate::serve::fault::{Answer, Fault};

/// A namespace's table.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct NamespaceTable {
    /// The namespace's schema.
    pub schema: String,
}

/// A column of the answer.
#[derive(Debug, Clone)]
pub struct Output {
    /// Its name.
    pub name: String,
    /// Its type.
    pub kind: Type,
    /// What it shows.
    pub expr: Expr,
}

/// A figure over all rows.
#[derive(Debug, Clone)]
pub enum Aggregate {
    /// How many rows: all of them, or those for which an expression is not NULL.
    Count(Option<Expr>),
    /// The lowest value.
    Min(Expr),
    /// The highest.
    Max(Expr),
}

/// What rows are in order by.
#[derive(Debug, Clone, PartialEq)]
pub struct Order {
    /// The value.
    pub expr: Expr,
    /// Whether the highest comes first.
    pub is_descending: bool,
    /// Whether NULL comes first.
    pub nulls_first: bool,
}

/// A SELECT.
#[derive(Debug, Clone)]
pub struct Select {
    /// Where from; `None` is one row without columns.
    pub table: Option<NamespaceTable>,
    /// What is shown.
    pub outputs: Vec<Output>,
    /// Figures instead, one for each output.
    pub aggregates: Option<Vec<Aggregate>>,
    /// Which rows.
    pub condition: Option<Expr>,
    /// In which order.
    pub order: Vec<Order>,
    /// At most so many.
    pub limit: Option<u64>,
    /// Without the first ones.
    pub offset: u64,
    /// Whether rows are to be locked.
    pub locks: bool,
}

/// A DELETE or an UPDATE.
#[derive(Debug, Clone)]
pub struct ChangeStatement {
    /// The word for the answer.
    pub verb: &'static str,
    /// Where.
    pub table: NamespaceTable,
    /// Which rows.
    pub condition: Option<Expr>,
    /// What is shown of them, where that is asked for.
    pub outputs: Vec<Output>,
}

impl Compiler<'_> {
    /// A query, all of whose clauses are known.
    pub fn select(&self, query: &Query) -> Answer<Select> {
        let SetExpr::Select(select) = &*query.body else { return Err(Fault::refused("this form of SELECT")) };
        only_known(query, select)?;
        let table = match select.from.as_slice() {
            [] => None,
            [one] => Some(table(one)?),
            _ => return Err(Fault::refused("a join: join it outside")),
        };
        let condition = select.selection.as_ref().map(|c| self.condition(c)).transpose()?;
        if table.is_none() && (condition.is_some() || query.order_by.is_some()) {
            return Err(Fault::refused("a condition without a table"));
        }
        let (outputs, aggregates) = self.outputs(&select.projection, table.is_some())?;
        let order = match &query.order_by {
            Some(order) => self.order(order, &outputs)?,
            None => Vec::new(),
        };
        if aggregates.is_some() && !order.is_empty() {
            return Err(Fault::refused("the order of figures"));
        }
        let (limit, offset) = self.limit(query.limit_clause.as_ref())?;
        let locks = !query.locks.is_empty();
        Ok(Select { table, outputs, aggregates, condition, order, limit, offset, locks })
    }

    fn limit(&self, clause: Option<&LimitClause>) -> Answer<(Option<u64>, u64)> {
        match clause {
            None => Ok((None, 0)),
            Some(LimitClause::LimitOffset { limit, offset, limit_by }) if limit_by.is_empty() => {
                let limit = limit.as_ref().map(|l| self.count(l)).transpose()?.flatten();
                let offset = offset.as_ref().map(|o| self.count(&o.value)).transpose()?.flatten();
                Ok((limit, offset.unwrap_or(0)))
            }
            Some(_) => Err(Fault::refused("this form of LIMIT")),
        }
    }

    fn order(&self, order: &ast::OrderBy, outputs: &[Output]) -> Answer<Vec<Order>> {
        let OrderByKind::Expressions(all) = &order.kind else { return Err(Fault::refused("ORDER BY ALL")) };
        all.iter()
            .map(|one| {
                let is_descending = match &one.options.sort {
                    None | Some(OrderBySort::Asc) => false,
                    Some(OrderBySort::Desc) => true,
                    Some(OrderBySort::Using(_)) => return Err(Fault::refused("ORDER BY … USING")),
                };
                // A bare number is the number of an output.
                let (expr, kind) = match &one.expr {
                    Ast::Value(v) => {
                        let at = v.value.to_string().parse::<usize>().ok().and_then(|n| n.checked_sub(1));
                        let output = at.and_then(|at| outputs.get(at));
                        let output = output.ok_or_else(|| Fault::new("42P10", "ORDER BY names no output column"))?;
                        (output.expr.clone(), output.kind)
                    }
                    expr => self.expr(expr)?,
                };
                self.ordered(kind)?;
                let nulls_first = one.options.nulls_first.unwrap_or(is_descending);
                Ok(Order { expr, is_descending, nulls_first })
            })
            .collect()
    }

    fn outputs(&self, items: &[SelectItem], has_table: bool) -> Answer<(Vec<Output>, Option<Vec<Aggregate>>)> {
        let (mut outputs, mut aggregates) = (Vec::new(), Vec::new());
        for item in items {
            let (ast, alias) = match item {
                SelectItem::UnnamedExpr(ast) => (ast, None),
                SelectItem::ExprWithAlias { expr, alias } => (expr, Some(alias.value.clone())),
                SelectItem::Wildcard(options) if has_table && *options == ast::WildcardAdditionalOptions::default() => {
                    outputs.extend(MessageColumn::ALL.map(|column| Output {
                        name: column.name().to_owned(),
                        kind: row::of(column),
                        expr: Expr::Column(column),
                    }));
                    continue;
                }
                other => return Err(Fault::refused(format_args!("the column {other}"))),
            };
            if let Some((name, aggregate, kind)) = self.aggregate(ast)? {
                outputs.push(Output { name: alias.unwrap_or(name), kind, expr: Expr::NULL });
                aggregates.push(aggregate);
                continue;
            }
            let (expr, kind) = self.expr(ast)?;
            let name = alias.unwrap_or_else(|| match (&expr, ast) {
                (Expr::Column(column), _) => column.name().to_owned(),
                (_, Ast::Function(function)) => name_of(function),
                _ => "?column?".to_owned(),
            });
            outputs.push(Output { name, kind, expr });
        }
        match aggregates.len() {
            0 => Ok((outputs, None)),
            n if n == outputs.len() => Ok((outputs, Some(aggregates))),
            _ => Err(Fault::refused("figures beside columns")),
        }
    }

    fn aggregate(&self, ast: &Ast) -> Answer<Option<(String, Aggregate, Type)>> {
        let Ast::Function(function) = ast else { return Ok(None) };
        let name = name_of(function);
        if !matches!(name.as_str(), "count" | "min" | "max") {
            return Ok(None);
        }
        if name == "count"
            && let FunctionArguments::List(list) = &function.args
            && let [FunctionArg::Unnamed(FunctionArgExpr::Wildcard)] = list.args.as_slice()
            && list.duplicate_treatment.is_none()
            && function.filter.is_none()
            && function.over.is_none()
        {
            return Ok(Some((name, Aggregate::Count(None), Type::Int8)));
        }
        let args = plain_args(function);
        let Some([arg]) = args.as_deref() else { return Err(Fault::refused(format_args!("this form of {name}"))) };
        let (expr, kind) = self.expr(arg)?;
        if name == "count" {
            return Ok(Some((name, Aggregate::Count(Some(expr)), Type::Int8)));
        }
        self.ordered(kind)?;
        if matches!(kind, Type::Bool | Type::Uuid) {
            return Err(Fault::refused(format_args!("{name} of {}", kind.name())));
        }
        let aggregate = if name == "min" { Aggregate::Min(expr) } else { Aggregate::Max(expr) };
        Ok(Some((name, aggregate, kind)))
    }

    fn returning(&self, items: Option<&[SelectItem]>) -> Answer<Vec<Output>> {
        match self.outputs(items.unwrap_or_default(), true)? {
            (outputs, None) => Ok(outputs),
            (_, Some(_)) => Err(Fault::refused("figures in RETURNING")),
        }
    }

    /// A DELETE or an UPDATE.
    pub fn change(&self, statement: &ast::Statement) -> Answer<ChangeStatement> {
        match statement {
            ast::Statement::Delete(delete) => {
                let (FromTable::WithFromKeyword(from) | FromTable::WithoutKeyword(from)) = &delete.from;
                let ([from], None) = (from.as_slice(), &delete.using) else {
                    return Err(Fault::refused("DELETE with more than one table"));
                };
                let condition = delete.selection.as_ref().map(|c| self.condition(c)).transpose()?;
                let outputs = self.returning(delete.returning.as_deref())?;
                Ok(ChangeStatement { verb: "DELETE", table: table(from)?, condition, outputs })
            }
            ast::Statement::Update(update) if update.from.is_none() => {
                let condition = update.selection.as_ref().map(|c| self.condition(c)).transpose()?;
                let outputs = self.returning(update.returning.as_deref())?;
                Ok(ChangeStatement { verb: "UPDATE", table: table(&update.table)?, condition, outputs })
            }
            _ => Err(Fault::refused("this change")),
        }
    }
}

/// Refuses a query with anything in it that is not looked at here.
fn only_known(query: &Query, select: &ast::Select) -> Answer<()> {
    let mut rest = query.clone();
    rest.order_by = None;
    rest.limit_clause = None;
    rest.locks.clear();
    let mut plain = select.clone();
    plain.projection.clear();
    plain.from.clear();
    plain.selection = None;
    *rest.body = SetExpr::Select(Box::new(plain));
    let mut template = super::parse::query_of("SELECT 1")?;
    if let SetExpr::Select(select) = &mut *template.body {
        select.projection.clear();
    }
    if rest == *template {
        return Ok(());
    }
    let what = match &select.distinct {
        Some(Distinct::Distinct | Distinct::On(_)) => "DISTINCT",
        _ if query.with.is_some() => "WITH",
        _ if select.having.is_some() => "HAVING",
        _ if select.group_by != ast::GroupByExpr::Expressions(Vec::new(), Vec::new()) => "GROUP BY",
        _ => "this form of SELECT",
    };
    Err(Fault::refused(what))
}

/// A namespace's messages, by `schema.messages`.
fn table(from: &TableWithJoins) -> Answer<NamespaceTable> {
    if !from.joins.is_empty() {
        return Err(Fault::refused("a join: join it outside"));
    }
    let TableFactor::Table {
        name,
        args: None,
        with_ordinality: false,
        json_path: None,
        sample: None,
        version: None,
        ..
    } = &from.relation
    else {
        return Err(Fault::refused(format_args!("{}", from.relation)));
    };
    let parts: Vec<String> = name
        .0
        .iter()
        .filter_map(|part| part.as_ident())
        .map(|i| if i.quote_style.is_some() { i.value.clone() } else { i.value.to_ascii_lowercase() })
        .collect();
    match parts.as_slice() {
        [schema, table] if table == "messages" => Ok(NamespaceTable { schema: schema.clone() }),
        _ => Err(Fault::new("42P01", format!("relation \"{name}\" does not exist")).hint(
            "a namespace's archived messages are its schema's table messages: SELECT … FROM tsdb_NAMESPACE.messages",
        )),
    }
}
