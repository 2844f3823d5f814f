//! Whether archives have shown that they come back.

use super::check::{Check, Verdict};
use crate::archive::drills;
use crate::db::{Db, Scope};
use crate::error::Result;
use crate::text::counted;

/// How the restore drills stand.
pub(super) async fn last(db: &Db, scope: &Scope) -> Result<Check> {
    let (name, drilled) = ("restore drills", drills::summary(db, scope).await?);
    let archives = counted(i64::try_from(drilled.archives).unwrap_or(i64::MAX), "archive");
    let hint = |found: String| Check {
        verdict: Verdict::Ok,
        name,
        found,
        fix: Some(
            "eventodb-admin drill run --each-within 90d, by cron, brings some back for a while and compares them"
                .to_owned(),
        ),
    };
    Ok(match (drilled.last, drilled.verdict, drilled.failed) {
        _ if drilled.archives == 0 => Check::ok(name, "there is no archive to drill".to_owned()),
        (Some(at), _, Some(failed)) if failed > 0 => Check::warn(
            name,
            format!(
                "{failed} of {archives} {} not what was stored; the last drill was of {}",
                if failed == 1 { "is" } else { "are" },
                at.format("%Y-%m-%d")
            ),
            "eventodb-admin drill list, then drill show ID, names them; archives verify --all looks at all; once they are whole, drill run ID \
             tells so",
        ),
        (Some(at), Some(verdict), _) if drilled.never_drilled == 0 => {
            let found = format!(
                "each of {archives} came back; the last drill, of {}, was {}",
                at.format("%Y-%m-%d"),
                verdict.as_str()
            );
            Check::ok(name, found)
        }
        (Some(_), ..) => hint(format!("{} of {archives} never came back in a drill", drilled.never_drilled)),
        (None, ..) => hint(format!("no drill yet: nobody has seen that {archives} come back")),
    })
}
