//! Rows in any order: sorted in memory, aside on disk where they are many, unless they were encrypted.

use std::cmp::Ordering;
use std::fs::File;
use std::io::{BufReader, BufWriter, Read, Seek, SeekFrom, Write};

use super::asked::{AfterRow, ScanEnd, ScanRequest, ScanSink};
use crate::serve::fault::{Answer, Fault};
use crate::serve::sql::{Order, RowView, Value};

/// Rows that are sorted in memory.
const MEMORY: usize = 16 << 20;

/// Runs that are merged at a time.
const MAX_RUNS: usize = 256;

#[derive(Debug)]
struct SortedRow {
    key: Vec<Value<'static>>,
    csv: Vec<u8>,
}

/// Sorted rows on disk.
#[derive(Debug)]
struct SortedRun {
    file: BufReader<File>,
    next: Option<SortedRow>,
}

/// Sorts rows.
#[derive(Debug)]
pub struct Sorter {
    order: Vec<Order>,
    /// No more than the first so many are wanted.
    wanted: Option<usize>,
    is_sealed: bool,
    lines: Vec<SortedRow>,
    bytes: usize,
    runs: Vec<SortedRun>,
    /// Once it is filled, the next line to give is the last.
    is_reversed: bool,
}

impl Sorter {
    /// For what is asked.
    pub fn new(asked: &ScanRequest, is_sealed: bool) -> Self {
        let select = &asked.select;
        let wanted = select.limit.and_then(|l| usize::try_from(l.saturating_add(select.offset)).ok());
        let (lines, runs) = (Vec::new(), Vec::new());
        Self { order: select.order.clone(), wanted, is_sealed, lines, bytes: 0, runs, is_reversed: false }
    }

    /// What it holds in memory.
    pub const fn bytes(&self) -> usize {
        self.bytes
    }

    /// Takes a row.
    pub fn add(&mut self, row: &RowView<'_>, csv: &[u8]) -> Answer<()> {
        let key = key(&self.order, row)?;
        self.bytes += csv.len() + 64 * (key.len() + 1) + key.iter().map(text_bytes).sum::<usize>();
        self.lines.push(SortedRow { key, csv: csv.to_vec() });
        if let Some(wanted) = self.wanted
            && self.lines.len() >= wanted.saturating_mul(2).max(1024)
        {
            self.sort();
            self.lines.truncate(wanted);
            self.measure();
        }
        if self.bytes > MEMORY { self.spill() } else { Ok(()) }
    }

    fn measure(&mut self) {
        let one = |l: &SortedRow| l.csv.len() + 64 * (l.key.len() + 1) + l.key.iter().map(text_bytes).sum::<usize>();
        self.bytes = self.lines.iter().map(one).sum();
    }

    fn sort(&mut self) {
        let order = &self.order;
        self.lines.sort_by(|a, b| compare(order, &a.key, &b.key));
    }

    fn spill(&mut self) -> Answer<()> {
        if self.is_sealed {
            return Err(Fault::new("53200", "so many messages of encrypted archives are not put in order here")
                .hint("order them outside: SELECT … FROM (SELECT … OFFSET 0) m ORDER BY …, or by global_position"));
        }
        if self.runs.len() >= MAX_RUNS {
            return Err(Fault::new("53400", "so many messages are not put in order here")
                .hint("order them outside: SELECT … FROM (SELECT … OFFSET 0) m ORDER BY …, or by global_position"));
        }
        self.sort();
        let failed = |e: std::io::Error| Fault::new("58030", format!("sorting aside: {e}"));
        let mut file = BufWriter::new(tempfile::tempfile().map_err(failed)?);
        for line in self.lines.drain(..) {
            let length = u64::try_from(line.csv.len()).unwrap_or(u64::MAX);
            file.write_all(&length.to_le_bytes()).and_then(|()| file.write_all(&line.csv)).map_err(failed)?;
        }
        let mut file = file.into_inner().map_err(|e| failed(e.into_error()))?;
        file.seek(SeekFrom::Start(0)).map_err(failed)?;
        self.runs.push(SortedRun { file: BufReader::new(file), next: None });
        self.bytes = 0;
        Ok(())
    }

    /// All rows are in.
    pub fn finish(&mut self) -> Answer<()> {
        self.sort();
        self.lines.reverse();
        self.is_reversed = true;
        let order = self.order.clone();
        for run in &mut self.runs {
            run.advance(&order)?;
        }
        Ok(())
    }

    /// Gives rows until it is told to pause, or there are none left.
    pub fn run(&mut self, sink: ScanSink<'_>) -> Answer<ScanEnd> {
        debug_assert!(self.is_reversed, "it is filled first");
        let order = self.order.clone();
        loop {
            let mut best: Option<usize> = None;
            for (at, run) in self.runs.iter().enumerate() {
                let Some(line) = &run.next else { continue };
                let best_key = best.and_then(|b| self.runs[b].next.as_ref()).map(|l| &l.key);
                if best_key.is_none_or(|key| compare(&order, &line.key, key) == Ordering::Less) {
                    best = Some(at);
                }
            }
            let of_runs = best.and_then(|at| self.runs[at].next.as_ref());
            let in_memory = match (self.lines.last(), of_runs) {
                (Some(line), Some(other)) => compare(&order, &line.key, &other.key) != Ordering::Greater,
                (Some(_), None) => true,
                (None, _) => false,
            };
            let line = match best.filter(|_| !in_memory) {
                Some(at) => {
                    let line = self.runs[at].next.take();
                    self.runs[at].advance(&order)?;
                    line
                }
                None => self.lines.pop(),
            };
            let Some(line) = line else { return Ok(ScanEnd::Done) };
            let row = RowView::read(&line.csv).ok_or_else(|| Fault::new("XX001", "a row has another form"))?;
            if sink(&row, &line.csv)? == AfterRow::Pause {
                return Ok(ScanEnd::Paused);
            }
        }
    }
}

impl SortedRun {
    fn advance(&mut self, order: &[Order]) -> Answer<()> {
        let failed = |e: std::io::Error| Fault::new("58030", format!("sorting aside: {e}"));
        let mut length = [0; 8];
        self.next = match self.file.read_exact(&mut length) {
            Err(e) if e.kind() == std::io::ErrorKind::UnexpectedEof => None,
            Err(e) => return Err(failed(e)),
            Ok(()) => {
                let mut csv = vec![0; usize::try_from(u64::from_le_bytes(length)).unwrap_or(0)];
                self.file.read_exact(&mut csv).map_err(failed)?;
                let row = RowView::read(&csv).ok_or_else(|| Fault::new("XX001", "a row has another form"))?;
                let key = key(order, &row)?;
                Some(SortedRow { key, csv })
            }
        };
        Ok(())
    }
}

fn key(order: &[Order], row: &RowView<'_>) -> Answer<Vec<Value<'static>>> {
    let mut key = Vec::with_capacity(order.len());
    for one in order {
        key.push(one.expr.value(Some(row))?.into_owned());
    }
    Ok(key)
}

fn text_bytes(value: &Value<'_>) -> usize {
    if let Value::Text(text) = value { text.len() } else { 0 }
}

fn compare(order: &[Order], a: &[Value<'_>], b: &[Value<'_>]) -> Ordering {
    for (one, (a, b)) in order.iter().zip(a.iter().zip(b)) {
        let way = match (a, b) {
            (Value::Null, Value::Null) => Ordering::Equal,
            (Value::Null, _) => {
                if one.nulls_first {
                    Ordering::Less
                } else {
                    Ordering::Greater
                }
            }
            (_, Value::Null) => {
                if one.nulls_first {
                    Ordering::Greater
                } else {
                    Ordering::Less
                }
            }
            (a, b) => {
                let way = a.order(b).unwrap_or(Ordering::Equal);
                if one.is_descending { way.reverse() } else { way }
            }
        };
        if way != Ordering::Equal {
            return way;
        }
    }
    Ordering::Equal
}
