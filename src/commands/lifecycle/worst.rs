//! What went wrong, namespace by namespace.

use crate::commands::app::Context;
use crate::error::{Error, Kind};
use crate::text::with_namespace;

/// The worst of what went wrong.
#[derive(Default)]
pub(super) struct Worst(pub Option<Kind>);

impl Worst {
    pub fn add(&mut self, kind: Kind) {
        if self.0.is_none_or(|worst| kind.severity() > worst.severity()) {
            self.0 = Some(kind);
        }
    }
}

pub(super) fn tell_one(context: &Context, name: &str, e: &Error) {
    let hint = e.hint_text().map(|hint| with_namespace(hint, name));
    context.ui.error(&Error::new(e.kind(), format!("namespace {name}: {e}")).hint_if_any(hint));
}
