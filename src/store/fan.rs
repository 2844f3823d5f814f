//! The same bytes to several stores at once.

use std::pin::pin;
use std::time::{Duration, Instant};

use bytes::Bytes;
use futures::future::{Either, join_all, select};

use super::Upload;
use crate::Result;

/// An upload to a store, and the same to others beside it. One beside it that fails, or that the first would have to wait for, is
/// given up, and the first goes on without it. Each piece is with all of them before the next one is taken: what is held in memory
/// is what each upload holds.
#[derive(Debug)]
pub struct Fan {
    first: Upload,
    beside: Vec<Beside>,
    patience: Duration,
}

/// An upload beside the first.
#[derive(Debug)]
struct Beside {
    /// By which the caller knows it.
    number: usize,
    upload: Upload,
    /// Whether it took all that it was given.
    is_whole: bool,
}

impl Beside {
    async fn write(&mut self, data: Bytes) {
        self.is_whole = false;
        match self.upload.write(data).await {
            Ok(()) => self.is_whole = true,
            Err(e) => tracing::debug!("{e}"),
        }
    }
}

impl From<Upload> for Fan {
    fn from(first: Upload) -> Self {
        Self { first, beside: Vec::new(), patience: Self::PATIENCE }
    }
}

impl Fan {
    /// How long an object waits for the stores beside its first one, in all, once the first has taken what it was given.
    pub const PATIENCE: Duration = Duration::from_secs(10);

    /// Has the same bytes go to `upload`, before anything is written.
    pub fn add(&mut self, number: usize, upload: Upload) {
        self.beside.push(Beside { number, upload, is_whole: true });
    }

    /// Appends `data` to all.
    ///
    /// # Errors
    /// As those of [`Upload::write`], of the first one alone.
    pub async fn write(&mut self, data: Bytes) -> Result<()> {
        if self.beside.is_empty() {
            return self.first.write(data).await;
        }
        self.write_to_all(data).await?;
        // What is dropped unfinished is aborted.
        self.beside.retain(|beside| beside.is_whole);
        Ok(())
    }

    async fn write_to_all(&mut self, data: Bytes) -> Result<()> {
        let others = join_all(self.beside.iter_mut().map(|beside| beside.write(data.clone())));
        match select(pin!(self.first.write(data)), others).await {
            Either::Left((done, others)) => {
                done?;
                let began = Instant::now();
                // One that is late is torn, and so it is no longer whole.
                let _ = tokio::time::timeout(self.patience, others).await;
                self.patience = self.patience.saturating_sub(began.elapsed());
                Ok(())
            }
            Either::Right((_, first)) => first.await,
        }
    }

    /// The first upload, and those beside it that are whole, by their numbers.
    pub fn into_parts(self) -> (Upload, Vec<(usize, Upload)>) {
        (self.first, self.beside.into_iter().map(|beside| (beside.number, beside.upload)).collect())
    }
}
