//! Commands for what a history asks, and how they must end where nothing interferes.

use crate::histories::actions::{Back, Expected, Line, Places, What, Which};
use crate::histories::model::{Draft, instant};
use crate::histories::world::{Prepared, STREAMS, World};

impl What {
    pub fn name(&self) -> &'static str {
        match self {
            Self::Write { .. } => "write",
            Self::WriteAgain { .. } => "write again",
            Self::Import { .. } => "import",
            Self::Compress(_) => "compress",
            Self::Decompress(_) => "decompress",
            Self::Archive { keep: true, .. } => "archive --keep",
            Self::Archive { .. } => "archive",
            Self::Drop(_) => "drop",
            Self::Rehydrate(_) => "rehydrate",
            Self::Release(_) => "release",
            Self::Verify => "verify",
            Self::Export => "export",
        }
    }
}

fn run(args: &[&str], exits: &[i32]) -> Prepared {
    Prepared {
        args: args.iter().map(ToString::to_string).collect(),
        stdin: Vec::new(),
        drafts: Vec::new(),
        exits: exits.to_vec(),
        position: None,
    }
}

fn nth<T>(all: &[T], n: u8) -> Option<&T> {
    all.get(usize::from(n).checked_rem(all.len())?)
}

impl World<'_> {
    /// The command; `None` where there is nothing that it could be about.
    pub fn prepare(&mut self, what: &What) -> Option<Prepared> {
        Some(match what {
            What::Write { stream, expected, body } => self.write(*stream, *expected, *body),
            What::WriteAgain { event, same } => self.write_again(*event, *same)?,
            What::Import { lines, places } => self.import(lines, *places),
            What::Compress(which) => self.resize("compress", *which)?,
            What::Decompress(which) => self.resize("decompress", *which)?,
            What::Archive { which, keep, jobs, codec } => {
                let mut p = self.on_chunks("archive", *which, &[0], &[0])?;
                p.args.extend(["--jobs".into(), jobs.to_string(), "--compression".into(), (*codec).to_owned()]);
                if *keep {
                    p.args.push("--keep".into());
                }
                p
            }
            // One that has changed since it was archived stays; by name, one in no archive is an error.
            What::Drop(which) => self.on_chunks("drop", *which, &[0, 5], &[0, 1, 5])?,
            What::Rehydrate(back) => self.rehydrate(*back)?,
            What::Release(n) => {
                let there: Vec<_> =
                    self.ledger.iter().filter(|r| r.state == "rehydrated" || r.state == "dropped").collect();
                run(&["archives", "release", &nth(&there, *n)?.id.to_string()], &[0])
            }
            What::Verify => run(&["archives", "verify", "--all"], &[0]),
            What::Export => run(&["messages", "export"], &[0]),
        })
    }

    fn write(&mut self, stream: u8, expected: Expected, body: u8) -> Prepared {
        let version = self.model.version(STREAMS[usize::from(stream)]);
        let mut draft = self.draft(Line { stream, week: 0, at: 0, body }, version + 1);
        draft.time = None;
        let mut p = write_of(&draft);
        let wrong = expected == Expected::Wrong;
        match expected {
            Expected::Any => {}
            Expected::Right => p.args.extend(["--expected-version".into(), version.to_string()]),
            Expected::Wrong => p.args.extend(["--expected-version".into(), (version + 1).to_string()]),
        }
        p.exits = vec![if wrong { 4 } else { 0 }];
        p.position = Some(draft.position);
        p.drafts = vec![draft];
        p
    }

    /// Of an event that was just written: an id is known for some days.
    fn write_again(&mut self, event: u8, same: bool) -> Option<Prepared> {
        let recent = self.clock() - 3_600_000_000;
        let events: Vec<_> = self.model.events.values().filter(|e| e.time > recent).collect();
        let e = (*nth(&events, event)?).clone();
        let mut p = write_of(&Draft {
            id: e.id,
            stream: e.stream,
            kind: if same { e.kind } else { "Another".to_owned() },
            position: e.position,
            global_position: None,
            data: e.data,
            metadata: e.metadata,
            time: None,
        });
        p.exits = vec![if same { 0 } else { 4 }];
        p.position = Some(e.position);
        Some(p)
    }

    fn import(&mut self, lines: &[Line], places: Places) -> Prepared {
        let mut places = places;
        let heads = self.model.heads();
        let mut gaps = self.gaps();
        if places == Places::InGaps && gaps.len() < lines.len() || places == Places::Taken && heads.is_empty() {
            places = Places::Above(1);
        }
        let mut versions: std::collections::HashMap<String, i64> =
            heads.iter().map(|(s, h)| (s.clone(), h.version)).collect();
        let mut gpos = self.model.last_global_position();
        let mut drafts = Vec::new();
        for line in lines {
            let mut draft = self.draft(*line, 0);
            if places == Places::Taken && drafts.is_empty() {
                draft.stream.clone_from(heads.keys().next().unwrap());
                draft.position = heads[&draft.stream].version;
            } else {
                let version = versions.entry(draft.stream.clone()).or_insert(-1);
                *version += 1;
                draft.position = *version;
            }
            draft.global_position = match places {
                Places::Above(step) => {
                    gpos += i64::from(step);
                    Some(gpos)
                }
                Places::Taken => {
                    gpos += 1;
                    Some(gpos)
                }
                Places::InGaps => Some(gaps.remove(usize::from(line.at) % gaps.len())),
                Places::Chosen => None,
            };
            drafts.push(draft);
        }
        let mut exits = vec![if places == Places::Taken { 4 } else { 0 }];
        let archived = |g: i64| {
            let mut dropped = self.ledger.iter().filter(|r| r.state == "dropped");
            dropped.any(|r| r.global_positions.is_some_and(|(first, last)| (first..=last).contains(&g)))
        };
        // What may be in an archive is refused.
        if drafts.iter().filter_map(|d| d.global_position).any(archived) {
            exits.push(4);
        }
        if self.frozen > 0 {
            exits.push(7);
        }
        let mut p = run(&["messages", "import", "-"], &exits);
        p.stdin = drafts.iter().map(line_of).collect::<String>().into_bytes();
        p.drafts = drafts;
        p
    }

    fn resize(&mut self, verb: &str, which: Which) -> Option<Prepared> {
        let mut exits = match (self.community, self.closed().is_empty()) {
            (true, _) => vec![0],
            (false, false) => vec![8],
            (false, true) => vec![0, 8],
        };
        if self.frozen > 0 {
            exits.push(7);
        }
        self.on_chunks(verb, which, &exits, &exits)
    }

    fn on_chunks(&self, verb: &str, which: Which, all: &[i32], one: &[i32]) -> Option<Prepared> {
        Some(match which {
            Which::All => run(&["chunks", verb, "--older-than", "0d"], all),
            Which::One(n) => run(&["chunks", verb, nth(&self.closed(), n)?], one),
        })
    }

    fn rehydrate(&self, back: Back) -> Option<Prepared> {
        let verb = ["archives", "rehydrate"];
        Some(match back {
            Back::All => run(&[&verb[..], &["--from", "2012-01-01", "--to", "2014-01-01"]].concat(), &[0]),
            Back::Weeks(from, weeks) => {
                let day = |week: u8| format!("2013-01-{:02}", 3 + 7 * week.min(4));
                let (from, to) = (day(from), day(from + weeks));
                run(&[&verb[..], &["--from", &from, "--to", &to]].concat(), &[0])
            }
            Back::Stream(n) => {
                let stream = STREAMS[usize::from(n)];
                let exits = if self.model.version(stream) < 0 { [3] } else { [0] };
                run(&[&verb[..], &["--stream", stream]].concat(), &exits)
            }
            Back::Id(n) => {
                let row = nth(&self.ledger, n)?;
                let exits: &[i32] = match row.state.as_str() {
                    "dropped" => &[0],
                    // It is there, or its messages are archived anew.
                    "rehydrated" | "verified" => &[0, 4],
                    // What is in it alone is put in: nothing, as a rule. Its objects may be gone or unfinished, and what is
                    // live may have other content.
                    "expired" | "failed" => &[0, 1, 4, 5],
                    _ => &[1],
                };
                run(&[&verb[..], &[&row.id.to_string()]].concat(), exits)
            }
        })
    }
}

fn write_of(d: &Draft) -> Prepared {
    let mut p = run(&["messages", "write", &d.stream, &d.kind, "--id", &d.id.to_string(), "-o", "json"], &[0]);
    for (flag, json) in [("--data", &d.data), ("--metadata", &d.metadata)] {
        if let Some(json) = json {
            p.args.extend([flag.to_owned(), json.clone()]);
        }
    }
    p
}

/// A line of an import.
fn line_of(d: &Draft) -> String {
    let text = |s: &str| serde_json::to_string(s).unwrap();
    let json = |j: &Option<String>| j.clone().unwrap_or_else(|| "null".to_owned());
    let places = d.global_position.map_or_else(String::new, |g| format!("\"pos\":{},\"gpos\":{g},", d.position));
    format!(
        "{{\"id\":\"{}\",\"stream\":{},\"type\":{},{places}\"data\":{},\"meta\":{},\"time\":\"{}\"}}\n",
        d.id,
        text(&d.stream),
        text(&d.kind),
        json(&d.data),
        json(&d.metadata),
        instant(d.time.unwrap_or_default())
    )
}
