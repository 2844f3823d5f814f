//! What each namespace comes to, and the report as a whole: by the same rules as the alerts in `packaging/prometheus`.

use std::ops::Add;

use chrono::{DateTime, TimeDelta, Utc};

use super::model::{Checked, Level, LevelCounts, MorningReport, NamespaceKind, NamespaceReport, Notice, RunSummary};
use crate::db::queries::history::{FailureText, RunResult};
use crate::text::{are, counted, shell_word};

/// Nights are missing after so long.
const NIGHTS_MISSING: TimeDelta = TimeDelta::days(2);
/// Archiving is behind its age after so long.
const BEHIND: TimeDelta = TimeDelta::days(3);

/// Judges each namespace, sorts them, the worst first, and says what it all comes to.
pub(super) fn judge(report: &mut MorningReport) {
    let now = report.made_at;
    for namespace in &mut report.namespaces {
        namespace.notices = notices(namespace, now);
        namespace.notices.sort_by_key(|notice| std::cmp::Reverse(notice.level));
        namespace.level = namespace.notices.iter().map(|n| n.level).max().unwrap_or_default();
    }
    report.namespaces.sort_by(|a, b| {
        let rank = |n: &NamespaceReport| {
            (n.level, n.last_run.as_ref().map_or(0, |run| run.result.rank()), n.notices.len(), n.missing_copies)
        };
        rank(b).cmp(&rank(a)).then_with(|| a.name.cmp(&b.name))
    });
    report.counts = counts(&report.namespaces);
    report.level = report.namespaces.iter().map(|n| n.level).max().unwrap_or_default();
    report.verdict = said(report.counts);
}

fn counts(namespaces: &[NamespaceReport]) -> LevelCounts {
    let of = |level| namespaces.iter().filter(|n| n.level == level).count();
    LevelCounts {
        namespaces: namespaces.len(),
        alarm: of(Level::Alarm),
        attention: of(Level::Attention),
        unknown: of(Level::Unknown),
        good: of(Level::Good),
    }
}

/// What it comes to, in a line.
fn said(counts: LevelCounts) -> String {
    let LevelCounts { namespaces, alarm, attention, unknown, .. } = counts;
    let number = |n: usize| i64::try_from(n).unwrap_or(i64::MAX);
    let of = |n: usize| format!("{n} of {}", counted(number(namespaces), "namespace"));
    let mut text = match (namespaces, alarm, attention) {
        (0, ..) => return "there are no namespaces".to_owned(),
        (all, 0, 0) if unknown == all => {
            return format!("nobody knows: this role may read none of {}", counted(number(all), "namespace"));
        }
        // Not that all is well: nobody has looked.
        (_, 0, 0) if unknown > 0 => {
            return format!(
                "{} cannot be read by this role; all is well in the other {}",
                of(unknown),
                namespaces - unknown
            );
        }
        (all, 0, 0) => format!("all is well: {}", counted(number(all), "namespace")),
        (_, 0, some) => format!("{} {} to be looked at", of(some), are(number(some))),
        (_, bad, 0) => format!("{} {} somebody now", of(bad), needs(bad)),
        (_, bad, some) => {
            format!("{} {} somebody now, {some} more {} to be looked at", of(bad), needs(bad), are(number(some)))
        }
    };
    if unknown > 0 {
        text = format!("{text}; {unknown} cannot be read by this role");
    }
    text
}

const fn needs(n: usize) -> &'static str {
    if n == 1 { "needs" } else { "need" }
}

pub(super) fn notice(level: Level, text: impl Into<String>, advice: impl Into<Advice>) -> Notice {
    let Advice { command, hint } = advice.into();
    Notice { level, text: text.into(), command, hint: Some(hint) }
}

/// A command as it is typed.
pub(super) struct TypedCommand(pub String);

/// What to do next, and the command that it begins with.
pub(super) struct Advice {
    command: Option<String>,
    hint: String,
}

impl Add<&str> for TypedCommand {
    type Output = Advice;

    /// The command, and what it does.
    fn add(self, words: &str) -> Advice {
        Advice { hint: format!("{}{words}", self.0), command: Some(self.0) }
    }
}

impl From<String> for Advice {
    fn from(hint: String) -> Self {
        Self { command: None, hint }
    }
}

/// A hint whose commands name the namespace.
pub(super) fn in_namespace(hint: &str, namespace: &str) -> String {
    hint.replace("eventodb-admin archives ", &format!("eventodb-admin -n {} archives ", shell_word(namespace)))
}

fn notices(namespace: &NamespaceReport, now: DateTime<Utc>) -> Vec<Notice> {
    if namespace.kind == NamespaceKind::Hidden {
        let name = shell_word(&namespace.name);
        let hint = TypedCommand(format!("eventodb-admin namespaces grants {name} --role ROLE --as reader"))
            + " prints the rights that are missing";
        return vec![notice(Level::Unknown, "this role may not read it", hint)];
    }
    let mut found = Vec::new();
    if namespace.kind == NamespaceKind::Missing {
        let table = &namespace.facts.schema;
        let text = format!("its table {table}.messages is not there: no live message can be read");
        found.push(notice(Level::Alarm, text, crate::namespace::WHERE_MISSING.to_owned()));
    }
    if namespace.facts.lacks_upgrade {
        let hint =
            TypedCommand(format!("eventodb-admin namespaces upgrade {}", shell_word(&namespace.name))) + " does so";
        found.push(notice(Level::Attention, "it has to be upgraded before anything can be done with it", hint));
    }
    found.extend(namespace.last_run.as_ref().and_then(|run| of_run(namespace, run)));
    found.extend(nights_missing(namespace, now));
    found.extend(of_coverage(namespace));
    found.extend(of_copies(namespace));
    found.extend(behind(namespace, now));
    if namespace.facts.has_retention {
        found.push(notice(
            Level::Attention,
            "the server drops chunks by itself, by a retention policy of its own",
            command(namespace, "doctor") + " tells whether it drops what is in no archive",
        ));
    }
    found.extend(namespace.facts.notices.iter().cloned());
    found
}

/// A command on the namespace, as it is typed.
pub(super) fn command(namespace: &NamespaceReport, words: &str) -> TypedCommand {
    TypedCommand(format!("eventodb-admin -n {} {words}", shell_word(&namespace.name)))
}

fn of_run(namespace: &NamespaceReport, run: &RunSummary) -> Option<Notice> {
    let log = || TypedCommand(format!("eventodb-admin lifecycle history --run {}", run.run_id)) + " tells all of it";
    match run.result {
        RunResult::Done | RunResult::Running => None,
        RunResult::Left => Some(notice(
            Level::Attention,
            format!("the last run left {} for want of time", counted(run.figures.left, "step")),
            command(namespace, "lifecycle run --max-duration 8h") + " gives it more",
        )),
        RunResult::Stopped => {
            Some(notice(Level::Attention, "the last run was stopped", command(namespace, "lifecycle run") + " goes on"))
        }
        RunResult::Busy => Some(notice(
            Level::Attention,
            "the last run did nothing: another one held the lifecycle lock",
            "SELECT pid, application_name FROM pg_stat_activity shows who".to_owned(),
        )),
        RunResult::Died => Some(notice(
            Level::Alarm,
            "the last run died: it began, and has no end",
            command(namespace, "lifecycle run") + " clears up and goes on; nothing is lost",
        )),
        RunResult::Failed => {
            let first = run.failures.first();
            let hint = first.and_then(|f| f.hint.clone()).map_or_else(log, Advice::from);
            Some(notice(Level::Alarm, failed(run, first), hint))
        }
    }
}

fn failed(run: &RunSummary, first: Option<&FailureText>) -> String {
    let code = run.exit_code.map(|code| format!(" (exit {code})")).unwrap_or_default();
    let Some(first) = first else { return format!("the last run failed{code}") };
    let target = first.target.as_deref().map(|t| format!("{t}: ")).unwrap_or_default();
    let more = match run.figures.failed - 1 {
        n if n > 0 => format!(" (and {n} more)"),
        _ => String::new(),
    };
    format!("the last run failed{code}: {target}{}{more}", first.error)
}

fn nights_missing(namespace: &NamespaceReport, now: DateTime<Utc>) -> Option<Notice> {
    let since = namespace.last_success_at.or(namespace.facts.policy_set_at)?;
    namespace.policy.as_ref()?;
    if now - since <= NIGHTS_MISSING {
        return None;
    }
    let text = match namespace.last_success_at {
        Some(at) => format!("no run went well since {}", at.format("%Y-%m-%d")),
        None => "no run went well since its policy was set".to_owned(),
    };
    Some(notice(Level::Alarm, text, command(namespace, "lifecycle run") + " shows what keeps it"))
}

fn of_coverage(namespace: &NamespaceReport) -> Option<Notice> {
    let coverage = &namespace.coverage;
    let first = coverage.findings.first();
    let (level, what) = match coverage.verdict {
        "incomplete" | "inconsistent" => (Level::Alarm, "coverage is incomplete"),
        "unproven" => (Level::Attention, "coverage could not be proven"),
        _ => return None,
    };
    let what = if coverage.checked == Checked::Ledger { "the ledger does not add up" } else { what };
    let text = first.map_or_else(|| what.to_owned(), |first| format!("{what}: {first}"));
    let hint = coverage.hint.clone();
    let hint = hint.map_or_else(|| command(namespace, "coverage") + " tells all of it", Advice::from);
    Some(notice(level, text, hint))
}

fn of_copies(namespace: &NamespaceReport) -> Vec<Notice> {
    let mut found = Vec::new();
    if namespace.damaged_copies > 0 {
        let text = format!("{} not whole", copies_are(namespace.damaged_copies));
        let hint = command(namespace, "archives verify --all --repair") + " makes them again from a whole one";
        found.push(notice(Level::Alarm, text, hint));
    }
    if namespace.missing_copies > 0 {
        let text = format!("{} missing", copies_are(namespace.missing_copies));
        let hint = command(namespace, "archives copy --all") + " makes them";
        found.push(notice(Level::Attention, text, hint));
    }
    found
}

fn copies_are(n: i64) -> String {
    let copies = if n == 1 { "copy" } else { "copies" };
    format!("{n} {copies} of archives {}", are(n))
}

fn behind(namespace: &NamespaceReport, now: DateTime<Utc>) -> Option<Notice> {
    let age = namespace.policy.as_ref()?.archive_after_seconds?;
    let oldest = namespace.facts.oldest_unarchived?;
    let age = i64::try_from(age).ok().and_then(TimeDelta::try_seconds)?;
    if now - oldest <= age.checked_add(&BEHIND)? {
        return None;
    }
    let text = format!("archiving is behind: a chunk that ended on {} is in no archive", oldest.format("%Y-%m-%d"));
    Some(notice(Level::Attention, text, command(namespace, "lifecycle run --dry-run") + " lists what is due"))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn all_is_well_where_all_was_looked_at() {
        let told = |namespaces, attention, unknown| {
            let good = namespaces - attention - unknown;
            said(LevelCounts { namespaces, alarm: 0, attention, unknown, good })
        };
        assert_eq!(told(2, 0, 0), "all is well: 2 namespaces");
        assert_eq!(told(3, 0, 1), "1 of 3 namespaces cannot be read by this role; all is well in the other 2");
        assert_eq!(told(2, 0, 2), "nobody knows: this role may read none of 2 namespaces");
        assert_eq!(told(3, 1, 1), "1 of 3 namespaces is to be looked at; 1 cannot be read by this role");
    }
}
