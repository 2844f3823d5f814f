//! Archives of another namespace of the same name.

use crate::commands::app::Context;
use crate::text;

pub(super) fn tell_set_aside(context: &Context, name: &str, archives: u64) {
    let archives = i64::try_from(archives).unwrap_or(i64::MAX);
    if archives > 0 {
        context.ui.note(&format!(
            "{} of another namespace {name}, which was deleted, {} set aside as expired; if this is to be the same one again: \
             eventodb-admin -n {name} archives sync --expired",
            text::counted(archives, "archive"),
            text::are(archives)
        ));
    }
}
