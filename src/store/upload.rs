//! Streamed writing, in memory that does not grow with the object.

use bytes::Bytes;

use super::Put;
use super::local::LocalUpload;
use super::s3::S3Upload;
use crate::{Error, Result};

/// An object being written. Nobody sees it before [`Upload::finish`]; dropped without that, it is aborted.
#[derive(Debug)]
pub struct Upload {
    to: UploadTarget,
    state: UploadState,
}

#[derive(Debug)]
enum UploadTarget {
    S3(Box<S3Upload>),
    Local(Box<LocalUpload>),
}

/// A write that failed, or whose future was dropped, may have lost bytes: such an upload must never be finished.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum UploadState {
    Whole,
    Torn,
}

impl From<S3Upload> for Upload {
    fn from(upload: S3Upload) -> Self {
        Self { to: UploadTarget::S3(Box::new(upload)), state: UploadState::Whole }
    }
}

impl From<LocalUpload> for Upload {
    fn from(upload: LocalUpload) -> Self {
        Self { to: UploadTarget::Local(Box::new(upload)), state: UploadState::Whole }
    }
}

impl Upload {
    /// Appends `data`. Waits while two parts are still on their way. After an error, or where this future was dropped
    /// before its end, the upload can only be aborted.
    pub async fn write(&mut self, data: Bytes) -> Result<()> {
        self.whole()?;
        self.state = UploadState::Torn;
        match &mut self.to {
            UploadTarget::S3(s3) => s3.write(data).await,
            UploadTarget::Local(local) => local.write(data).await,
        }?;
        self.state = UploadState::Whole;
        Ok(())
    }

    /// Bytes written so far.
    pub fn written(&self) -> u64 {
        match &self.to {
            UploadTarget::S3(s3) => s3.written(),
            UploadTarget::Local(local) => local.written(),
        }
    }

    /// Makes the object visible and durable. On an error it is not known to exist: treat it as not stored, though on a
    /// lost connection it may turn up later under this name. Conflict where somebody took the name meanwhile.
    pub async fn finish(self) -> Result<Put> {
        self.whole()?;
        match self.to {
            UploadTarget::S3(s3) => s3.finish().await,
            UploadTarget::Local(local) => local.finish().await,
        }
    }

    /// Removes what was written. An error means that parts may be left: `Store::list_uploads` finds them.
    pub async fn abort(self) -> Result<()> {
        match self.to {
            UploadTarget::S3(s3) => s3.abort().await,
            UploadTarget::Local(local) => local.abort().await,
        }
    }

    fn whole(&self) -> Result<()> {
        match self.state {
            UploadState::Whole => Ok(()),
            UploadState::Torn => {
                let key = match &self.to {
                    UploadTarget::S3(s3) => s3.key(),
                    UploadTarget::Local(local) => local.key(),
                };
                Err(Error::failed(format!("going on with the upload of {key} after a write that did not end")))
            }
        }
    }
}
