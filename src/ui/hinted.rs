//! Hints that were printed: many errors of one cause have one hint.

use std::collections::HashSet;
use std::sync::{Arc, Mutex, PoisonError};

use crate::about;

/// Each hint, and the namespace that it was for.
#[derive(Debug, Default)]
pub(super) struct Hinted(Mutex<HashSet<(Option<Arc<str>>, String)>>);

impl Hinted {
    /// Whether it is the first of these words about the namespace that is worked on.
    pub(super) fn is_new(&self, hint: &str) -> bool {
        let key = (about::current(), hint.to_owned());
        self.0.lock().unwrap_or_else(PoisonError::into_inner).insert(key)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[tokio::test]
    async fn a_hint_is_new_once_for_each_namespace() {
        let hinted = Hinted::default();
        assert!(hinted.is_new("run it again") && hinted.is_new("make room"));
        assert!(!hinted.is_new("run it again"));
        let of_another = async { (hinted.is_new("run it again"), hinted.is_new("run it again")) };
        assert_eq!(about::namespace("bank", of_another).await, (true, false));
    }
}
