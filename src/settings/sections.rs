//! Sections of the configuration file that hold for one store each: `[stores."s3://bucket/prefix"]`.

mod check;

use std::collections::BTreeMap;
use std::path::PathBuf;

use clap::ValueEnum;
use serde::Deserialize;

use crate::cli::ThawTier;
use crate::store::StoreUrl;
pub(super) use check::checked;

/// What a section may hold: names of global settings, and how the service is reached.
#[derive(Debug, Clone, Default, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct FileStore {
    pub(super) endpoint: Option<String>,
    pub(super) region: Option<String>,
    #[serde(alias = "aws-profile")]
    pub(super) aws_profile: Option<String>,
    #[serde(alias = "credentials-file")]
    pub(super) credentials_file: Option<PathBuf>,
    #[serde(alias = "access-key-id-env")]
    pub(super) access_key_id_env: Option<String>,
    #[serde(alias = "secret-access-key-env")]
    pub(super) secret_access_key_env: Option<String>,
    #[serde(alias = "session-token-env")]
    pub(super) session_token_env: Option<String>,
    pub(super) credentials: Option<SharedKeys>,
    #[serde(alias = "s3-path-style")]
    pub(super) s3_path_style: Option<bool>,
    #[serde(alias = "s3-max-parts")]
    pub(super) s3_max_parts: Option<u32>,
    #[serde(alias = "storage-class")]
    pub(super) storage_class: Option<String>,
    pub(super) sse: Option<StoreSse>,
    #[serde(alias = "sse-kms-key-id")]
    pub(super) sse_kms_key_id: Option<String>,
    #[serde(alias = "sse-c-key-file")]
    pub(super) sse_c_key_file: Option<PathBuf>,
    pub(super) tags: Option<BTreeMap<String, String>>,
    #[serde(alias = "requester-pays")]
    pub(super) requester_pays: Option<bool>,
    #[serde(alias = "thaw-tier")]
    pub(super) thaw_tier: Option<ThawTier>,
    #[serde(alias = "thaw-days")]
    pub(super) thaw_days: Option<u16>,
    #[serde(alias = "limit-rate")]
    pub(super) limit_rate: Option<String>,
}

/// Keys that a section shares with all stores, said where they would go to an endpoint that only the section names.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum, Deserialize)]
#[serde(rename_all = "lowercase")]
pub(super) enum SharedKeys {
    /// The AWS chain's: environment, profile, instance.
    Chain,
}

/// Who encrypts the objects of one store.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum, Deserialize)]
pub(super) enum StoreSse {
    /// Nobody, whatever holds for other stores.
    #[serde(rename = "none")]
    None,
    /// Keys of the key management service.
    #[value(name = "aws:kms")]
    #[serde(rename = "aws:kms")]
    Kms,
    /// Keys of the storage service.
    #[value(name = "AES256")]
    #[serde(rename = "AES256")]
    Aes256,
}

/// A section, once its address and its values make sense.
#[derive(Debug, Clone)]
pub(super) struct Section {
    pub(super) url: StoreUrl,
    pub(super) line: usize,
    pub(super) store: FileStore,
    pub(super) limit_rate: Option<u64>,
}

impl Section {
    /// Whether both are of one store.
    pub(super) fn is_of_the_store_of(&self, other: &Self) -> bool {
        self.url == other.url
    }
}

impl FileStore {
    /// The names of the keys that it holds and that make sense for a bucket alone.
    fn of_buckets(&self) -> Vec<&'static str> {
        let held = [
            ("endpoint", self.endpoint.is_some()),
            ("region", self.region.is_some()),
            ("aws_profile", self.aws_profile.is_some()),
            ("credentials_file", self.credentials_file.is_some()),
            ("access_key_id_env", self.access_key_id_env.is_some()),
            ("secret_access_key_env", self.secret_access_key_env.is_some()),
            ("session_token_env", self.session_token_env.is_some()),
            ("credentials", self.credentials.is_some()),
            ("s3_path_style", self.s3_path_style.is_some()),
            ("s3_max_parts", self.s3_max_parts.is_some()),
            ("storage_class", self.storage_class.is_some()),
            ("sse", self.sse.is_some()),
            ("sse_kms_key_id", self.sse_kms_key_id.is_some()),
            ("sse_c_key_file", self.sse_c_key_file.is_some()),
            ("tags", self.tags.is_some()),
            ("requester_pays", self.requester_pays.is_some()),
            ("thaw_tier", self.thaw_tier.is_some()),
            ("thaw_days", self.thaw_days.is_some()),
        ];
        held.into_iter().filter_map(|(name, is_held)| is_held.then_some(name)).collect()
    }

    fn names_variables(&self) -> bool {
        self.access_key_id_env.is_some() || self.secret_access_key_env.is_some() || self.session_token_env.is_some()
    }

    pub(super) fn names_profile(&self) -> bool {
        self.aws_profile.is_some() || self.credentials_file.is_some()
    }

    pub(super) fn tag_pairs(&self) -> Option<Vec<(String, String)>> {
        self.tags.clone().map(|tags| tags.into_iter().collect())
    }
}
