//! Long statements are read by turns: what a text is parsed into takes up to some hundred times its memory, and is dropped before
//! the answer is sent, however slowly a client takes that.

use std::sync::Arc;

use tokio::sync::{OwnedSemaphorePermit, Semaphore};

use super::fault::{Answer, Fault};
use super::sql::{Statement, statements};

/// KiB of text that all sessions together have parsed at a time.
const AT_A_TIME: usize = 256;
/// Bytes of a text that waits for nobody.
const SHORT: usize = 8 << 10;

/// Who may have a long text parsed.
#[derive(Debug, Clone)]
pub struct StatementTurns(Arc<Semaphore>);

impl Default for StatementTurns {
    fn default() -> Self {
        Self(Arc::new(Semaphore::new(AT_A_TIME)))
    }
}

/// A statement and its turn. Both are dropped before anything is sent: whoever takes an answer slowly keeps neither.
#[derive(Debug)]
pub struct ReadStatement {
    /// What was read.
    pub statement: Statement,
    /// Given back when it is dropped; a short text has none.
    pub turn: Option<OwnedSemaphorePermit>,
}

impl StatementTurns {
    /// Waits until a text of so many bytes may be parsed. Nothing to wait for where it is short.
    async fn wait(&self, bytes: usize) -> Option<OwnedSemaphorePermit> {
        if bytes <= SHORT {
            return None;
        }
        let share = bytes.div_ceil(1024).min(AT_A_TIME);
        // It is never closed.
        Arc::clone(&self.0).acquire_many_owned(u32::try_from(share).unwrap_or(u32::MAX)).await.ok()
    }

    /// The statements of a text.
    ///
    /// # Errors
    /// 42601 where it is none, 54001 where one has too many words, 54000 where a long text has several.
    pub async fn read_all(&self, sql: &str) -> Answer<Vec<ReadStatement>> {
        let mut turn = self.wait(sql.len()).await;
        let all = statements(sql)?;
        if turn.is_some() && all.len() > 1 {
            let message = format!("a text of more than {SHORT} bytes has {} statements", all.len());
            return Err(Fault::new("54000", message).hint("send one at a time"));
        }
        Ok(all.into_iter().map(|statement| ReadStatement { statement, turn: turn.take() }).collect())
    }

    /// The one statement of a text.
    ///
    /// # Errors
    /// As [`Self::read_all`], and 42601 where there are several.
    pub async fn read_one(&self, sql: &str) -> Answer<ReadStatement> {
        let turn = self.wait(sql.len()).await;
        let mut all = statements(sql)?;
        if all.len() > 1 {
            return Err(Fault::new("42601", "cannot insert multiple commands into a prepared statement"));
        }
        Ok(ReadStatement { statement: all.pop().unwrap_or(Statement::Empty), turn })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[tokio::test]
    async fn long_texts_wait_for_each_other_and_short_ones_for_nobody() {
        let turns = StatementTurns::default();
        let long = format!("SELECT '{}'", "x".repeat(AT_A_TIME << 10));
        let first = turns.read_one(&long).await.unwrap();
        let second = turns.read_one(&long);
        tokio::pin!(second);
        assert!(futures::poll!(second.as_mut()).is_pending());
        assert_eq!(turns.read_all("BEGIN; COMMIT").await.unwrap().len(), 2);
        drop(first);
        second.await.unwrap();
    }

    #[tokio::test]
    async fn a_long_text_with_several_statements_is_refused() {
        let turns = StatementTurns::default();
        let long = format!("SELECT '{}'; SELECT 1", "x".repeat(SHORT));
        assert_eq!(turns.read_all(&long).await.unwrap_err().code, "54000");
        assert_eq!(turns.read_one(&long).await.unwrap_err().code, "42601");
    }
}
