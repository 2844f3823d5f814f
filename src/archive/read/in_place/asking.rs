//! Asking the ledger what has taken an archive's place.

use std::collections::HashMap;

use tokio::sync::Mutex;

use crate::archive::format::ledger_row::end_of_chain;
use crate::db::Connector;
use crate::db::queries::ledger::{self, ArchiveRow};
use crate::error::Result;

/// Who is asked what has taken an archive's place, and what was found.
#[derive(Debug)]
pub(super) struct ReplacementLookup {
    connector: Connector,
    /// Rows that were found, by the archives whose place they have taken.
    pub(super) known: Mutex<HashMap<i64, ArchiveRow>>,
}

impl ReplacementLookup {
    pub(super) fn new(connector: Connector) -> Self {
        Self { connector, known: Mutex::default() }
    }

    /// The archive that has taken this one's place, where it holds the same.
    pub(super) async fn look(&self, archive: &ArchiveRow) -> Result<Option<ArchiveRow>> {
        let db = self.connector.connect().await?;
        let all = ledger::list(db.client(), &archive.namespace).await;
        db.close().await;
        let all = all?;
        // What is known of it here is from before.
        let Some(now) = all.iter().find(|a| a.id == archive.id) else { return Ok(None) };
        let content = |a: &ArchiveRow| (a.csv_sha256.clone(), a.message_count, a.global_position_sum.clone());
        Ok(end_of_chain(now, &all).filter(|last| content(last) == content(archive)).cloned())
    }
}
