//! What is removed because another archive has its messages: that one is read back first.

use std::collections::HashSet;

use super::context::Stores;
use super::{Context, verify};
use crate::archive::ArchiveRow;
use crate::error::Result;

/// Archives that this run has read back.
#[derive(Debug, Default)]
pub(super) struct Proofs(HashSet<i64>);

impl Proofs {
    /// One that was read back just now.
    pub fn add(&mut self, id: i64) {
        self.0.insert(id);
    }

    /// Reads the archive back that took another's place, where there is one that is kept.
    pub async fn of_successor(
        &mut self,
        context: &Context,
        stores: &mut Stores<'_>,
        archive: &ArchiveRow,
        all: &[ArchiveRow],
    ) -> Result<()> {
        let next = archive.superseded_by.and_then(|id| all.iter().find(|a| a.id == id && a.state.is_kept()));
        let Some(next) = next.filter(|a| !self.0.contains(&a.id)) else { return Ok(()) };
        verify::verify_one(context, stores, next).await.map_err(|e| {
            e.while_doing(format!("keeping archive {}, which archive {} took the place of", archive.id, next.id))
        })?;
        self.add(next.id);
        Ok(())
    }
}
