//! Where archives lie: S3 or a local folder.
