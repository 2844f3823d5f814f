//! Flags that every verb takes.

use std::path::PathBuf;
use std::time::Duration;

use clap::{ArgAction, Args, ValueEnum, ValueHint};
use serde::Deserialize;

use super::known_value::KnownValue;
use super::values;
use crate::db::conninfo::Secret;

/// Flags that every verb takes. What is not given comes from the environment, then from the configuration file.
#[derive(Debug, Clone, Default, Args)]
#[command(next_help_heading = "Global options")]
#[allow(clippy::struct_excessive_bools)] // flags as clap takes them; `settings` makes modes of them
pub struct Global {
    /// Database URL or conninfo [env: EVENTODB_DB_URL, DATABASE_URL, PG…]
    ///
    /// Arguments are seen by all users of the machine: give a password by EVENTODB_DB_URL, PGPASSWORD, PGPASSFILE or the
    /// configuration file.
    #[arg(long, global = true, value_name = "URL")]
    pub db_url: Option<Secret>,
    /// Kind of server [env: EVENTODB_DB_TYPE] [default: auto]
    #[arg(long, global = true, value_name = "TYPE", hide_short_help = true)]
    pub db_type: Option<DbType>,
    /// Namespace [env: EVENTODB_NAMESPACE] [default: default]
    #[arg(short, long, global = true, value_name = "NAME", add = KnownValue::Namespace)]
    pub namespace: Option<String>,
    /// s3://bucket/prefix or file:///dir [env: EVENTODB_STORE]
    #[arg(long, global = true, value_name = "URL")]
    pub store: Option<String>,
    /// Folder for parts of archives that were read [env: EVENTODB_CACHE_DIR] [default: eventodb-admin in the user's cache folder]
    #[arg(long, global = true, value_name = "DIR", value_hint = ValueHint::DirPath, hide_short_help = true)]
    pub cache_dir: Option<PathBuf>,
    /// What it may hold, such as 1G [env: EVENTODB_CACHE_SIZE] [default: 256M]
    #[arg(long, global = true, value_name = "BYTES", hide_short_help = true, value_parser = values::size)]
    pub cache_size: Option<u64>,
    /// Keep no parts of archives
    #[arg(long, global = true, hide_short_help = true)]
    pub no_cache: bool,
    /// Name the bucket in the path of requests, or with =false in the host name [default: the path where an endpoint is set]
    #[arg(long, global = true, value_name = "BOOL", num_args = 0..=1, require_equals = true, default_missing_value = "true", hide_short_help = true)]
    pub s3_path_style: Option<bool>,
    /// Most parts of an S3 object, where the service takes fewer than 10000
    #[arg(long, global = true, value_name = "N", value_parser = clap::value_parser!(u32).range(1..=10_000), hide_short_help = true)]
    pub s3_max_parts: Option<u32>,
    /// S3 storage class of new objects, such as STANDARD_IA
    #[arg(long, global = true, value_name = "CLASS", hide_short_help = true)]
    pub storage_class: Option<String>,
    /// Encryption by the service
    #[arg(long, global = true, value_name = "MODE", hide_short_help = true)]
    pub sse: Option<SseMode>,
    /// Key for --sse aws:kms
    #[arg(long, global = true, value_name = "ID", hide_short_help = true)]
    pub sse_kms_key_id: Option<String>,
    /// File with the key that the service encrypts with and does not keep (SSE-C) [env: EVENTODB_SSE_C_KEY_FILE, EVENTODB_SSE_C_KEY]
    #[arg(long, global = true, value_name = "FILE", hide_short_help = true, conflicts_with = "sse")]
    pub sse_c_key_file: Option<PathBuf>,
    /// Encrypt archives to the age recipients (age1…) in this file [env: EVENTODB_AGE_RECIPIENTS_FILE, EVENTODB_AGE_RECIPIENTS]
    #[arg(long, global = true, value_name = "FILE", hide_short_help = true)]
    pub age_recipients_file: Option<PathBuf>,
    /// File with the age identities that open archives [env: EVENTODB_AGE_IDENTITY_FILE]
    #[arg(long, global = true, value_name = "FILE", hide_short_help = true)]
    pub age_identity_file: Option<PathBuf>,
    /// Tag of new S3 objects; may be repeated
    #[arg(long = "tag", global = true, value_name = "KEY=VALUE", value_parser = values::tag, hide_short_help = true)]
    pub tags: Vec<(String, String)>,
    /// Pay for requests to somebody else's bucket
    #[arg(long, global = true, hide_short_help = true)]
    pub requester_pays: bool,
    /// How fast S3 brings back what lies in an archive storage class [default: standard]
    #[arg(long, global = true, value_name = "TIER", hide_short_help = true)]
    pub thaw_tier: Option<ThawTier>,
    /// Days that what was brought back stays readable [default: 7]
    #[arg(long, global = true, value_name = "N", value_parser = clap::value_parser!(u16).range(1..), hide_short_help = true)]
    pub thaw_days: Option<u16>,
    /// Most bytes a second to and from the store, such as 20M [env: EVENTODB_LIMIT_RATE]
    #[arg(long, global = true, value_name = "RATE", value_parser = values::rate, hide_short_help = true)]
    pub limit_rate: Option<u64>,
    /// Output [env: EVENTODB_OUTPUT]
    #[arg(short, long, global = true, value_name = "FORMAT")]
    pub output: Option<OutputFormat>,
    /// Print the plan and change nothing
    #[arg(long, global = true)]
    pub dry_run: bool,
    /// Answer the confirmation of a destructive verb
    #[arg(long, global = true)]
    pub yes: bool,
    /// Only data and errors
    #[arg(short, long, global = true, conflicts_with = "verbose")]
    pub quiet: bool,
    /// Say more on stderr; twice for everything
    #[arg(short, long, global = true, action = ArgAction::Count)]
    pub verbose: u8,
    /// Form of what goes to stderr [default: text]
    #[arg(long, global = true, value_name = "FORMAT", hide_short_help = true)]
    pub log_format: Option<LogFormat>,
    /// Say nothing of progress
    #[arg(long, global = true, hide_short_help = true)]
    pub no_progress: bool,
    /// Say on stderr how long each stage of archiving, verifying and rehydrating took
    #[arg(long, global = true, hide_short_help = true)]
    pub timings: bool,
    /// Colours [default: auto; NO_COLOR is honoured]
    #[arg(long, global = true, value_name = "WHEN", hide_short_help = true)]
    pub color: Option<ColorMode>,
    /// TOML file with these settings [env: EVENTODB_CONFIG] [default: ~/.config/eventodb-admin/config.toml]
    #[arg(long, global = true, value_name = "FILE", hide_short_help = true)]
    pub config: Option<PathBuf>,
    /// Section [profiles.NAME] of that file to prefer [env: EVENTODB_PROFILE]
    #[arg(long, global = true, value_name = "NAME", add = KnownValue::Profile, hide_short_help = true)]
    pub profile: Option<String>,
    /// How long to wait for a lock [default: 5s]
    #[arg(long, global = true, value_name = "D", value_parser = values::duration, allow_hyphen_values = true, hide_short_help = true)]
    pub lock_timeout: Option<Duration>,
    /// How long to wait for a server to let us in [default: 10s]
    #[arg(long, global = true, value_name = "D", value_parser = values::duration, allow_hyphen_values = true, hide_short_help = true)]
    pub connect_timeout: Option<Duration>,
}

/// What kind of server it is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum DbType {
    /// Look at the server
    Auto,
    /// TimescaleDB
    Timescale,
    /// PostgreSQL without TimescaleDB
    Postgres,
}

/// What standard output looks like.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, ValueEnum, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum OutputFormat {
    /// For people
    #[default]
    Table,
    /// One document
    Json,
    /// With a header
    Csv,
}

/// What standard error looks like.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, ValueEnum, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum LogFormat {
    /// For people
    #[default]
    Text,
    /// An object a line
    Json,
}

/// When to use colours.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, ValueEnum, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum ColorMode {
    /// On a terminal
    #[default]
    Auto,
    /// Always
    Always,
    /// Never
    Never,
}

/// Who encrypts objects.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum, Deserialize)]
pub enum SseMode {
    /// Keys of the key management service
    #[value(name = "aws:kms")]
    #[serde(rename = "aws:kms")]
    Kms,
    /// Keys of the storage service
    #[value(name = "AES256")]
    #[serde(rename = "AES256")]
    Aes256,
}

/// How fast what lies in an archive storage class comes back.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum ThawTier {
    /// Minutes, at the highest price; not from DEEP_ARCHIVE
    Expedited,
    /// Hours
    Standard,
    /// Up to two days, at the lowest price
    Bulk,
    /// Ask for nothing
    Never,
}
