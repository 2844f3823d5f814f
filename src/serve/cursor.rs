//! A SELECT that is being answered, some rows at a time.

use std::sync::Arc;

use bytes::{Buf, BufMut, BytesMut};
use pgwire::messages::data::{FieldDescription, MESSAGE_TYPE_BYTE_DATA_ROW, RowDescription};
use tokio::task::JoinHandle;

use super::fault::{Answer, Fault};
use super::scan::{AfterRow, Scan, ScanEnd, ScanPlan, StatementTurn};
use super::server::{HeldMemory, Server};
use super::sql::{Aggregate, Expr, MessageColumn, Output, RowView, Select, Type, Value};

/// Rows that are sent at a time.
const BATCH_BYTES: usize = 128 << 10;

/// Rows of a FETCH that are read before they are asked for, at most.
const AHEAD_ROWS: u64 = 10_000;
/// What a scan may hold in memory that goes on before it is asked.
const AHEAD_BYTES: usize = 4 << 20;

/// A SELECT that is being answered.
#[derive(Debug)]
pub struct Cursor {
    source: RowSource,
    scan: Option<Scan>,
    held: HeldMemory,
    is_done: bool,
    /// How often rows were asked for.
    fetches: u32,
    ahead: Option<Ahead>,
    /// Rows that were read and not asked for.
    rest: Option<RowBatch>,
}

/// Where its rows come from, and how they are sent.
#[derive(Debug, Clone)]
struct RowSource {
    server: Arc<Server>,
    plan: Arc<ScanPlan>,
    formats: Arc<[i16]>,
}

/// Rows that are being read before they are asked for.
#[derive(Debug)]
struct Ahead(JoinHandle<Answer<(Scan, RowBatch)>>);

impl Drop for Ahead {
    fn drop(&mut self) {
        self.0.abort();
    }
}

/// Some rows, encoded.
#[derive(Debug, Default)]
pub struct RowBatch {
    /// As the protocol has them.
    pub encoded: BytesMut,
    /// How many.
    pub rows: u64,
    /// Whether there are no more.
    pub is_last: bool,
}

impl RowBatch {
    /// Takes all but the first so many rows away.
    fn split_off(&mut self, rows: u64) -> Self {
        let mut at = 0;
        for _ in 0..rows {
            // A message is one byte, and a length that has itself in it.
            let length = self.encoded.get(at + 1..at + 5).map_or(0, |mut bytes| bytes.get_u32());
            at += 1 + usize::try_from(length).unwrap_or_default();
        }
        let encoded = self.encoded.split_off(at.min(self.encoded.len()));
        let rest = Self { encoded, rows: self.rows - rows, is_last: self.is_last };
        (self.rows, self.is_last) = (rows, false);
        rest
    }
}

impl Cursor {
    /// Over what a plan says; `formats` as the protocol has them: none, one for all, or one each.
    pub fn new(server: &Arc<Server>, plan: ScanPlan, formats: Vec<i16>) -> Self {
        let source = RowSource { server: Arc::clone(server), plan: Arc::new(plan), formats: formats.into() };
        let held = HeldMemory::none(server);
        Self { source, scan: None, held, is_done: false, fetches: 0, ahead: None, rest: None }
    }

    /// Bytes that its statement takes for as long as it is kept.
    pub fn statement_bytes(&self) -> usize {
        self.source.plan.select_bytes()
    }

    /// What its rows look like.
    pub fn description(&self) -> RowDescription {
        describe(&self.source.plan.select().outputs, &self.source.formats)
    }

    /// Back to before the first row.
    pub fn rewind(&mut self) {
        (self.scan, self.ahead, self.rest) = (None, None, None);
        self.held.set(0);
        self.is_done = false;
        self.fetches = 0;
    }

    /// The next rows, at most `most`.
    ///
    /// # Errors
    /// Where they cannot be read; 40001 where that is because they were removed meanwhile.
    pub async fn batch(&mut self, most: u64) -> Answer<RowBatch> {
        let mut batch = match self.rest.take() {
            Some(rest) => rest,
            None if self.is_done || most == 0 => return Ok(RowBatch { is_last: self.is_done, ..RowBatch::default() }),
            None => self.read(most).await?,
        };
        if batch.rows > most {
            self.rest = Some(batch.split_off(most));
        }
        Ok(batch)
    }

    /// Its turns among all statements.
    pub fn turn(&self) -> &StatementTurn {
        self.source.plan.turn()
    }

    /// A batch is with the client.
    pub fn sent(&mut self) {
        if self.source.plan.turn().give_back()
            && let Some(scan) = &mut self.scan
        {
            scan.put_away();
            self.held.set(scan.bytes());
        }
    }

    /// As many rows were asked for, and given. Who asks again and again is answered sooner: the next ones are read meanwhile.
    pub fn go_on(&mut self, most: u64) {
        self.fetches += 1;
        let plan = &self.source.plan;
        let is_plain =
            plan.select().aggregates.is_none() && !plan.turn().has_met_large() && (1..=AHEAD_ROWS).contains(&most);
        if self.fetches < 2 || !is_plain || self.is_done || self.rest.is_some() {
            return;
        }
        if let Some(scan) = self.scan.take_if(|scan| scan.bytes() <= AHEAD_BYTES) {
            let source = self.source.clone();
            self.ahead = Some(Ahead(tokio::spawn(async move { source.read(Some(scan), most).await })));
        }
    }

    async fn read(&mut self, most: u64) -> Answer<RowBatch> {
        let read = match self.ahead.take() {
            Some(mut ahead) => {
                (&mut ahead.0).await.unwrap_or_else(|e| Err(Fault::new("XX000", format!("reading ahead: {e}"))))
            }
            None => self.source.read(self.scan.take(), most).await,
        };
        let server = &self.source.server;
        let (mut scan, batch) = match read {
            Err(fault) if fault.is_of_store() => match server.pool.get().await {
                Ok(db) => return Err(self.source.plan.explain(&db, fault).await),
                Err(_) => return Err(fault),
            },
            read => read?,
        };
        self.is_done = batch.is_last;
        if batch.is_last {
            self.held.set(0);
            return Ok(batch);
        }
        if self.held.set(scan.bytes()) {
            scan.put_away();
            if self.held.set(scan.bytes()) {
                return Err(Fault::new("53200", "too many messages are being put in order at a time").hint(
                    "run fewer such statements at a time, or order outside of the part that is read from archives",
                ));
            }
        }
        self.scan = Some(scan);
        Ok(batch)
    }
}

impl RowSource {
    async fn read(&self, scan: Option<Scan>, most: u64) -> Answer<(Scan, RowBatch)> {
        let _reading = self.plan.turn().read().await?;
        let mut scan = match scan {
            Some(scan) => scan,
            None => Scan::begin(&self.plan).await?,
        };
        let select = self.plan.select();
        let batch = match &select.aggregates {
            Some(aggregates) => figures(&mut scan, select, aggregates, &self.formats).await?,
            None => rows(&mut scan, select, &self.formats, most).await?,
        };
        Ok((scan, batch))
    }
}

/// How an output is sent.
fn format(formats: &[i16], at: usize) -> i16 {
    match formats {
        [] => 0,
        [all] => *all,
        each => each.get(at).copied().unwrap_or(0),
    }
}

/// The description of such rows.
pub fn describe(outputs: &[Output], formats: &[i16]) -> RowDescription {
    let one = |(at, output): (usize, &Output)| {
        let kind = output.kind;
        FieldDescription::new(output.name.clone(), 0, 0, kind.oid(), kind.size(), -1, format(formats, at))
    };
    RowDescription::new(outputs.iter().enumerate().map(one).collect())
}

async fn rows(scan: &mut Scan, select: &Select, formats: &[i16], most: u64) -> Answer<RowBatch> {
    let mut batch = RowBatch::default();
    let locks = select.locks && !select.outputs.iter().any(|o| o.expr == Expr::Column(MessageColumn::Ctid));
    let mut sink = |row: &RowView<'_>, _: &[u8]| {
        // With ctid it is the first half of a change, which is refused where it comes to one.
        if locks {
            return Err(Fault::archived());
        }
        encode(&mut batch.encoded, select, formats, row)?;
        batch.rows += 1;
        let is_enough = batch.rows >= most || batch.encoded.len() >= BATCH_BYTES;
        Ok(if is_enough { AfterRow::Pause } else { AfterRow::GoOn })
    };
    let ended = scan.run(&mut sink).await?;
    batch.is_last = ended == ScanEnd::Done;
    Ok(batch)
}

fn encode(to: &mut BytesMut, select: &Select, formats: &[i16], row: &RowView<'_>) -> Answer<()> {
    let at = begin(to, select.outputs.len())?;
    for (n, output) in select.outputs.iter().enumerate() {
        match (&output.expr, format(formats, n)) {
            (Expr::Column(column), 0) => put(to, row.bytes(*column)?),
            (Expr::Column(column), _) if output.kind == Type::Json => put_json(to, row.bytes(*column)?),
            (expr, 0) => put(to, expr.value(Some(row))?.text()?.as_deref().map(str::as_bytes)),
            (expr, _) => put_binary(to, &expr.value(Some(row))?, output.kind)?,
        }
    }
    end(to, at)
}

/// Begins a `DataRow` where it is sent from: a large message is in memory once less. Says where it begins.
fn begin(to: &mut BytesMut, fields: usize) -> Answer<usize> {
    let fields = i16::try_from(fields).map_err(|_| Fault::new("54011", "too many columns"))?;
    let at = to.len();
    to.put_u8(MESSAGE_TYPE_BYTE_DATA_ROW);
    to.put_i32(0);
    to.put_i16(fields);
    Ok(at)
}

/// Its length has itself in it, and not its type.
fn end(to: &mut BytesMut, at: usize) -> Answer<()> {
    let length = i32::try_from(to.len() - at - 1).map_err(|_| Fault::new("54000", "a row is larger than 2 GiB"))?;
    to[at + 1..at + 5].copy_from_slice(&length.to_be_bytes());
    Ok(())
}

fn length(bytes: usize) -> i32 {
    i32::try_from(bytes).unwrap_or(i32::MAX)
}

fn put(to: &mut BytesMut, bytes: Option<&[u8]>) {
    match bytes {
        Some(bytes) => {
            to.put_i32(length(bytes.len()));
            to.put_slice(bytes);
        }
        None => to.put_i32(-1),
    }
}

fn put_json(to: &mut BytesMut, bytes: Option<&[u8]>) {
    match bytes {
        Some(bytes) => {
            to.put_i32(length(bytes.len() + 1));
            to.put_u8(1);
            to.put_slice(bytes);
        }
        None => to.put_i32(-1),
    }
}

fn put_binary(to: &mut BytesMut, value: &Value<'_>, kind: Type) -> Answer<()> {
    match (value, kind) {
        (Value::Null, _) => to.put_i32(-1),
        (Value::Bool(is), _) => put(to, Some(&[u8::from(*is)])),
        (Value::Int(n), Type::Int4) => put(to, Some(&i32::try_from(*n).unwrap_or_default().to_be_bytes())),
        (Value::Int(n) | Value::Time(n), _) => put(to, Some(&n.to_be_bytes())),
        (Value::Uuid(id), _) => put(to, Some(&id.to_be_bytes())),
        (Value::Text(text), _) => put(to, Some(text.as_bytes())),
        (Value::Numeric(_) | Value::Json(_), _) => put(to, value.text()?.as_deref().map(str::as_bytes)),
    }
    Ok(())
}

/// Figures over all rows, which are one row.
async fn figures(scan: &mut Scan, select: &Select, all: &[Aggregate], formats: &[i16]) -> Answer<RowBatch> {
    let mut found: Vec<Value<'static>> =
        all.iter().map(|one| if matches!(one, Aggregate::Count(_)) { Value::Int(0) } else { Value::Null }).collect();
    let mut sink = |row: &RowView<'_>, _: &[u8]| {
        for (one, found) in all.iter().zip(&mut found) {
            add(one, found, row)?;
        }
        Ok(AfterRow::GoOn)
    };
    scan.run(&mut sink).await?;
    if select.offset > 0 || select.limit == Some(0) {
        return Ok(RowBatch { is_last: true, ..RowBatch::default() });
    }
    let mut batch = RowBatch { rows: 1, is_last: true, ..RowBatch::default() };
    let at = begin(&mut batch.encoded, select.outputs.len())?;
    for (n, (value, output)) in found.iter().zip(&select.outputs).enumerate() {
        match format(formats, n) {
            0 => put(&mut batch.encoded, value.text()?.as_deref().map(str::as_bytes)),
            _ => put_binary(&mut batch.encoded, value, output.kind)?,
        }
    }
    end(&mut batch.encoded, at)?;
    Ok(batch)
}

fn add(one: &Aggregate, found: &mut Value<'static>, row: &RowView<'_>) -> Answer<()> {
    let wanted = match one {
        Aggregate::Count(of) => {
            let counts = match of {
                None => true,
                Some(expr) => expr.value(Some(row))? != Value::Null,
            };
            if let (Value::Int(n), true) = (found, counts) {
                *n += 1;
            }
            return Ok(());
        }
        Aggregate::Min(_) => std::cmp::Ordering::Less,
        Aggregate::Max(_) => std::cmp::Ordering::Greater,
    };
    let (Aggregate::Min(expr) | Aggregate::Max(expr)) = one else { return Ok(()) };
    let value = expr.value(Some(row))?;
    if value != Value::Null && (*found == Value::Null || value.order(found) == Some(wanted)) {
        *found = value.into_owned();
    }
    Ok(())
}
