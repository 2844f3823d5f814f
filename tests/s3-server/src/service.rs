//! The S3 operations, over the store.

use std::collections::BTreeMap;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::SystemTime;

use futures::stream::poll_fn;
use s3s::crypto::{Checksum as _, Md5};
#[allow(clippy::wildcard_imports, reason = "three types an operation")]
use s3s::dto::*;
use s3s::{S3, S3Error, S3Request, S3Response, S3Result, s3_error};
use uuid::Uuid;

use crate::body;
use crate::checksums::{self, Checksums, set_checksums};
use crate::store::{Attributes, Conditions, Entry, PutError, Store};
use crate::uploads::{Upload, check_parts};

/// Entries a page of a listing has at most.
const PAGE: i32 = 1000;

/// The service: the store, and the uploads under way.
pub struct Service {
    store: Store,
    uploads: Mutex<BTreeMap<String, Upload>>,
}

/// Sets the fields that GET and HEAD answer alike.
macro_rules! describe {
    ($to:expr, $entry:expr) => {
        let attributes = &$entry.attributes;
        $to.accept_ranges = Some("bytes".to_owned());
        $to.content_type = attributes.content_type.clone();
        $to.content_encoding = attributes.content_encoding.clone();
        $to.metadata = Some(attributes.metadata.clone().into_iter().collect());
        $to.storage_class = attributes.storage_class.clone().map(StorageClass::from);
        $to.server_side_encryption = attributes.encryption.clone().map(ServerSideEncryption::from);
        $to.ssekms_key_id = attributes.kms_key_id.clone();
        $to.e_tag = Some(ETag::Strong($entry.etag.clone()));
        $to.last_modified = Some($entry.modified.into());
    };
}

/// What a client says about an object, from the fields that PUT and `CreateMultipartUpload` have in common.
macro_rules! attributes_of {
    ($input:expr) => {
        Attributes {
            content_type: $input.content_type,
            content_encoding: $input.content_encoding,
            metadata: $input.metadata.unwrap_or_default().into_iter().collect(),
            storage_class: $input.storage_class.map(|class| class.as_str().to_owned()),
            encryption: $input.server_side_encryption.map(|kind| kind.as_str().to_owned()),
            kms_key_id: $input.ssekms_key_id,
        }
    };
}

#[allow(clippy::unnecessary_wraps, reason = "the type that every operation returns")]
fn respond<T>(output: T) -> S3Result<S3Response<T>> {
    Ok(S3Response::new(output))
}

fn put_failed(error: PutError) -> S3Error {
    match error {
        PutError::NoBucket => s3_error!(NoSuchBucket),
        PutError::Precondition => s3_error!(PreconditionFailed),
        PutError::Io(error) => S3Error::internal_error(error),
    }
}

/// Multipart checksums are those of the parts' checksums, marked by the number of parts.
fn checksum_type(checksums: &Checksums) -> Option<ChecksumType> {
    let name = checksums.values().next()?;
    let kind = if name.contains('-') { ChecksumType::COMPOSITE } else { ChecksumType::FULL_OBJECT };
    Some(ChecksumType::from_static(kind))
}

impl Service {
    /// A service over a store.
    pub fn new(store: Store) -> Self {
        Self { store, uploads: Mutex::default() }
    }

    fn uploads(&self) -> MutexGuard<'_, BTreeMap<String, Upload>> {
        self.uploads.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn check_bucket(&self, bucket: &str) -> S3Result {
        if self.store.has_bucket(bucket) { Ok(()) } else { Err(s3_error!(NoSuchBucket)) }
    }

    fn find(&self, bucket: &str, key: &str) -> S3Result<Arc<Entry>> {
        self.check_bucket(bucket)?;
        self.store.get(bucket, key).ok_or_else(|| s3_error!(NoSuchKey))
    }

    /// Calls `action` with the upload, if it is one of this bucket and key.
    fn with_upload<T>(
        &self,
        id: &str,
        bucket: &str,
        key: &str,
        action: impl FnOnce(&mut Upload) -> S3Result<T>,
    ) -> S3Result<T> {
        self.check_bucket(bucket)?;
        match self.uploads().get_mut(id) {
            Some(upload) if upload.bucket == bucket && upload.key == key => action(upload),
            _ => Err(s3_error!(NoSuchUpload)),
        }
    }
}

#[async_trait::async_trait]
impl S3 for Service {
    async fn create_bucket(&self, req: S3Request<CreateBucketInput>) -> S3Result<S3Response<CreateBucketOutput>> {
        if !self.store.create_bucket(&req.input.bucket).map_err(S3Error::internal_error)? {
            return Err(s3_error!(BucketAlreadyOwnedByYou));
        }
        respond(CreateBucketOutput::default())
    }

    async fn delete_bucket(&self, req: S3Request<DeleteBucketInput>) -> S3Result<S3Response<DeleteBucketOutput>> {
        self.check_bucket(&req.input.bucket)?;
        if !self.store.delete_bucket(&req.input.bucket).map_err(S3Error::internal_error)? {
            return Err(s3_error!(BucketNotEmpty));
        }
        respond(DeleteBucketOutput::default())
    }

    async fn head_bucket(&self, req: S3Request<HeadBucketInput>) -> S3Result<S3Response<HeadBucketOutput>> {
        self.check_bucket(&req.input.bucket)?;
        respond(HeadBucketOutput::default())
    }

    async fn get_bucket_location(
        &self,
        req: S3Request<GetBucketLocationInput>,
    ) -> S3Result<S3Response<GetBucketLocationOutput>> {
        self.check_bucket(&req.input.bucket)?;
        respond(GetBucketLocationOutput::default())
    }

    async fn list_buckets(&self, _: S3Request<ListBucketsInput>) -> S3Result<S3Response<ListBucketsOutput>> {
        let buckets = self.store.buckets().into_iter().map(|(name, made)| Bucket {
            name: Some(name),
            creation_date: Some(made.into()),
            ..Bucket::default()
        });
        respond(ListBucketsOutput { buckets: Some(buckets.collect()), ..ListBucketsOutput::default() })
    }

    async fn put_object(&self, req: S3Request<PutObjectInput>) -> S3Result<S3Response<PutObjectOutput>> {
        let input = req.input;
        self.check_bucket(&input.bucket)?;
        let conditions = Conditions { if_match: input.if_match, if_none_match: input.if_none_match };
        // Before the body as well: nobody wants to send a gigabyte only to hear that the key is taken.
        if !conditions.hold(self.store.get(&input.bucket, &input.key).as_deref()) {
            return Err(s3_error!(PreconditionFailed));
        }
        let body =
            body::receive(&self.store, input.body, &req.headers, req.trailing_headers, input.content_md5.as_deref())
                .await?;
        let entry = Entry {
            key: input.key,
            blobs: Vec::new(),
            etag: body.etag(),
            modified: body.modified,
            checksums: body.checksums.clone(),
            attributes: attributes_of!(input),
        };
        let mut output = PutObjectOutput {
            e_tag: Some(ETag::Strong(entry.etag.clone())),
            server_side_encryption: entry.attributes.encryption.clone().map(ServerSideEncryption::from),
            ssekms_key_id: entry.attributes.kms_key_id.clone(),
            ..PutObjectOutput::default()
        };
        set_checksums!(output, entry.checksums);
        self.store.put(&input.bucket, entry, &[(body.file.path(), body.size)], &conditions).map_err(put_failed)?;
        respond(output)
    }

    async fn get_object(&self, req: S3Request<GetObjectInput>) -> S3Result<S3Response<GetObjectOutput>> {
        let input = req.input;
        let entry = self.find(&input.bucket, &input.key)?;
        let conditions = Conditions { if_match: input.if_match, if_none_match: None };
        if !conditions.hold(Some(&entry)) {
            return Err(s3_error!(PreconditionFailed));
        }
        if let Some("GLACIER" | "DEEP_ARCHIVE") = entry.attributes.storage_class.as_deref() {
            return Err(s3_error!(InvalidObjectState));
        }
        let size = entry.size();
        let range = match input.range {
            None => 0..size,
            Some(range) => range.check(size).map_err(|error| s3_error!(error, InvalidRange))?,
        };
        let mut output = GetObjectOutput {
            content_length: i64::try_from(range.end - range.start).ok(),
            content_range: input.range.map(|_| format!("bytes {}-{}/{size}", range.start, range.end - 1)),
            ..GetObjectOutput::default()
        };
        describe!(output, entry);
        // A checksum is that of the whole object: with a range it would not fit the body.
        if input.range.is_none() && input.checksum_mode.is_some() {
            set_checksums!(output, entry.checksums);
            output.checksum_type = checksum_type(&entry.checksums);
        }
        let mut bytes = self.store.read(&input.bucket, &entry, range);
        output.body = Some(StreamingBlob::wrap(poll_fn(move |context| bytes.poll_recv(context))));
        respond(output)
    }

    async fn head_object(&self, req: S3Request<HeadObjectInput>) -> S3Result<S3Response<HeadObjectOutput>> {
        let entry = self.find(&req.input.bucket, &req.input.key)?;
        let mut output =
            HeadObjectOutput { content_length: i64::try_from(entry.size()).ok(), ..HeadObjectOutput::default() };
        describe!(output, entry);
        if req.input.checksum_mode.is_some() {
            set_checksums!(output, entry.checksums);
            output.checksum_type = checksum_type(&entry.checksums);
        }
        respond(output)
    }

    async fn delete_object(&self, req: S3Request<DeleteObjectInput>) -> S3Result<S3Response<DeleteObjectOutput>> {
        self.check_bucket(&req.input.bucket)?;
        self.store.delete(&req.input.bucket, &req.input.key).map_err(S3Error::internal_error)?;
        respond(DeleteObjectOutput::default())
    }

    async fn delete_objects(&self, req: S3Request<DeleteObjectsInput>) -> S3Result<S3Response<DeleteObjectsOutput>> {
        self.check_bucket(&req.input.bucket)?;
        let mut deleted = Vec::new();
        for object in req.input.delete.objects {
            self.store.delete(&req.input.bucket, &object.key).map_err(S3Error::internal_error)?;
            deleted.push(DeletedObject { key: Some(object.key), ..DeletedObject::default() });
        }
        let deleted = (!req.input.delete.quiet.unwrap_or_default()).then_some(deleted);
        respond(DeleteObjectsOutput { deleted, ..DeleteObjectsOutput::default() })
    }

    async fn list_objects_v2(&self, req: S3Request<ListObjectsV2Input>) -> S3Result<S3Response<ListObjectsV2Output>> {
        let input = req.input;
        self.check_bucket(&input.bucket)?;
        let limit = input.max_keys.unwrap_or(PAGE).clamp(0, PAGE);
        let page = self.store.list(
            &input.bucket,
            input.prefix.as_deref().unwrap_or_default(),
            input.delimiter.as_deref().filter(|delimiter| !delimiter.is_empty()),
            input.continuation_token.as_deref().or(input.start_after.as_deref()).unwrap_or_default(),
            usize::try_from(limit).unwrap_or_default(),
        );
        let contents: Vec<_> = page
            .entries
            .iter()
            .map(|entry| Object {
                key: Some(entry.key.clone()),
                size: i64::try_from(entry.size()).ok(),
                e_tag: Some(ETag::Strong(entry.etag.clone())),
                last_modified: Some(entry.modified.into()),
                storage_class: Some(ObjectStorageClass::from(
                    entry.attributes.storage_class.clone().unwrap_or_else(|| "STANDARD".to_owned()),
                )),
                ..Object::default()
            })
            .collect();
        let prefixes: Vec<_> = page.prefixes.into_iter().map(|prefix| CommonPrefix { prefix: Some(prefix) }).collect();
        respond(ListObjectsV2Output {
            key_count: i32::try_from(contents.len() + prefixes.len()).ok(),
            contents: Some(contents),
            common_prefixes: Some(prefixes),
            is_truncated: Some(page.next.is_some()),
            next_continuation_token: page.next,
            name: Some(input.bucket),
            prefix: input.prefix,
            delimiter: input.delimiter,
            max_keys: Some(limit),
            continuation_token: input.continuation_token,
            start_after: input.start_after,
            ..ListObjectsV2Output::default()
        })
    }

    async fn create_multipart_upload(
        &self,
        req: S3Request<CreateMultipartUploadInput>,
    ) -> S3Result<S3Response<CreateMultipartUploadOutput>> {
        let input = req.input;
        self.check_bucket(&input.bucket)?;
        let id = Uuid::new_v4().to_string();
        let output = CreateMultipartUploadOutput {
            bucket: Some(input.bucket.clone()),
            key: Some(input.key.clone()),
            upload_id: Some(id.clone()),
            checksum_algorithm: input.checksum_algorithm,
            ..CreateMultipartUploadOutput::default()
        };
        let upload = Upload {
            bucket: input.bucket,
            key: input.key,
            initiated: SystemTime::now(),
            attributes: attributes_of!(input),
            parts: BTreeMap::new(),
        };
        self.uploads().insert(id, upload);
        respond(output)
    }

    async fn upload_part(&self, req: S3Request<UploadPartInput>) -> S3Result<S3Response<UploadPartOutput>> {
        let input = req.input;
        if !(1..=10_000).contains(&input.part_number) {
            return Err(s3_error!(InvalidArgument, "a part's number is from 1 to 10000"));
        }
        self.with_upload(&input.upload_id, &input.bucket, &input.key, |_| Ok(()))?;
        let part =
            body::receive(&self.store, input.body, &req.headers, req.trailing_headers, input.content_md5.as_deref())
                .await?;
        let mut output = UploadPartOutput { e_tag: Some(ETag::Strong(part.etag())), ..UploadPartOutput::default() };
        set_checksums!(output, part.checksums);
        self.with_upload(&input.upload_id, &input.bucket, &input.key, |upload| {
            upload.parts.insert(input.part_number, Arc::new(part));
            Ok(())
        })?;
        respond(output)
    }

    async fn list_parts(&self, req: S3Request<ListPartsInput>) -> S3Result<S3Response<ListPartsOutput>> {
        let input = req.input;
        let parts = self.with_upload(&input.upload_id, &input.bucket, &input.key, |upload| {
            let parts = upload.parts.iter().map(|(number, part)| {
                let mut listed = Part {
                    part_number: Some(*number),
                    size: i64::try_from(part.size).ok(),
                    e_tag: Some(ETag::Strong(part.etag())),
                    last_modified: Some(part.modified.into()),
                    ..Part::default()
                };
                set_checksums!(listed, part.checksums);
                listed
            });
            Ok(parts.collect())
        })?;
        respond(ListPartsOutput {
            bucket: Some(input.bucket),
            key: Some(input.key),
            upload_id: Some(input.upload_id),
            is_truncated: Some(false),
            parts: Some(parts),
            ..ListPartsOutput::default()
        })
    }

    async fn list_multipart_uploads(
        &self,
        req: S3Request<ListMultipartUploadsInput>,
    ) -> S3Result<S3Response<ListMultipartUploadsOutput>> {
        let input = req.input;
        self.check_bucket(&input.bucket)?;
        let prefix = input.prefix.clone().unwrap_or_default();
        let mut uploads: Vec<_> = self
            .uploads()
            .iter()
            .filter(|(_, upload)| upload.bucket == input.bucket && upload.key.starts_with(&prefix))
            .map(|(id, upload)| MultipartUpload {
                key: Some(upload.key.clone()),
                upload_id: Some(id.clone()),
                initiated: Some(upload.initiated.into()),
                storage_class: upload.attributes.storage_class.clone().map(StorageClass::from),
                ..MultipartUpload::default()
            })
            .collect();
        uploads.sort_by(|a, b| (&a.key, &a.initiated).cmp(&(&b.key, &b.initiated)));
        respond(ListMultipartUploadsOutput {
            bucket: Some(input.bucket),
            prefix: input.prefix,
            is_truncated: Some(false),
            uploads: Some(uploads),
            ..ListMultipartUploadsOutput::default()
        })
    }

    async fn complete_multipart_upload(
        &self,
        req: S3Request<CompleteMultipartUploadInput>,
    ) -> S3Result<S3Response<CompleteMultipartUploadOutput>> {
        let input = req.input;
        let named = input.multipart_upload.and_then(|list| list.parts).unwrap_or_default();
        let (parts, attributes) = self.with_upload(&input.upload_id, &input.bucket, &input.key, |upload| {
            Ok((check_parts(upload, &named)?, upload.attributes.clone()))
        })?;
        let mut md5 = Md5::new();
        for part in &parts {
            md5.update(&part.md5);
        }
        let entry = Entry {
            key: input.key.clone(),
            blobs: Vec::new(),
            etag: format!("{}-{}", hex::encode(md5.finalize()), parts.len()),
            modified: SystemTime::now(),
            checksums: checksums::composite(&parts.iter().map(|part| &part.checksums).collect::<Vec<_>>()),
            attributes,
        };
        let mut output = CompleteMultipartUploadOutput {
            bucket: Some(input.bucket.clone()),
            key: Some(input.key),
            e_tag: Some(ETag::Strong(entry.etag.clone())),
            checksum_type: checksum_type(&entry.checksums),
            ..CompleteMultipartUploadOutput::default()
        };
        set_checksums!(output, entry.checksums);
        let bodies: Vec<_> = parts.iter().map(|part| (part.file.path(), part.size)).collect();
        let conditions = Conditions { if_match: input.if_match, if_none_match: input.if_none_match };
        self.store.put(&input.bucket, entry, &bodies, &conditions).map_err(put_failed)?;
        self.uploads().remove(&input.upload_id);
        respond(output)
    }

    async fn abort_multipart_upload(
        &self,
        req: S3Request<AbortMultipartUploadInput>,
    ) -> S3Result<S3Response<AbortMultipartUploadOutput>> {
        let input = req.input;
        self.with_upload(&input.upload_id, &input.bucket, &input.key, |_| Ok(()))?;
        self.uploads().remove(&input.upload_id);
        respond(AbortMultipartUploadOutput::default())
    }
}
