//! How stores are reached, as flags, environment and file say.

use std::path::PathBuf;

use super::bounds::{check_max_parts, check_tags, path_style, thaw};
use super::env::Env;
use super::layers::{Choice, Layers, SettingSource};
use super::resolved_sections::{self, ThawOfAll};
use super::run::RunMode;
use crate::cli::{Global, SseMode, ThawTier, values};
use crate::error::{Error, Result};
use crate::store::{AgeKeys, CustomerKey, RateLimit, Sse, StoreSettings, age_identities, age_recipients};

/// The key in the environment itself.
const KEY: &str = "EVENTODB_SSE_C_KEY";
/// A file with the key.
const KEY_FILE: &str = "EVENTODB_SSE_C_KEY_FILE";
/// Recipients, parted by commas.
const RECIPIENTS: &str = "EVENTODB_AGE_RECIPIENTS";
/// A file of them.
const RECIPIENTS_FILE: &str = "EVENTODB_AGE_RECIPIENTS_FILE";
/// A file of identities.
const IDENTITIES: &str = "EVENTODB_AGE_IDENTITY_FILE";
/// Days that a thawed object stays readable, unless told otherwise.
const THAW_DAYS: u16 = 7;

/// What the command line says.
pub(super) struct StoreFlags {
    pub path_style: Option<bool>,
    pub max_parts: Option<u32>,
    pub storage_class: Option<String>,
    pub sse: Option<SseMode>,
    pub sse_kms_key_id: Option<String>,
    pub sse_c_key_file: Option<PathBuf>,
    pub age_recipients_file: Option<PathBuf>,
    pub age_identity_file: Option<PathBuf>,
    pub tags: Vec<(String, String)>,
    pub requester_pays: bool,
    pub thaw_tier: Option<ThawTier>,
    pub thaw_days: Option<u16>,
    pub limit_rate: Option<u64>,
}

impl From<Global> for StoreFlags {
    fn from(flags: Global) -> Self {
        Self {
            path_style: flags.s3_path_style,
            max_parts: flags.s3_max_parts,
            storage_class: flags.storage_class,
            sse: flags.sse,
            sse_kms_key_id: flags.sse_kms_key_id,
            sse_c_key_file: flags.sse_c_key_file,
            age_recipients_file: flags.age_recipients_file,
            age_identity_file: flags.age_identity_file,
            tags: flags.tags,
            requester_pays: flags.requester_pays,
            thaw_tier: flags.thaw_tier,
            thaw_days: flags.thaw_days,
            limit_rate: flags.limit_rate,
        }
    }
}

pub(super) fn resolve(layers: &mut Layers, given: StoreFlags, run: RunMode, env: Env) -> Result<StoreSettings> {
    let path_style = layers.pick("s3_path_style", given.path_style).file(|f| f.s3_path_style).maybe();
    let max_parts = layers.pick("s3_max_parts", given.max_parts).file(|f| f.s3_max_parts).maybe();
    check_max_parts(max_parts)?;
    let storage_class = layers.pick("storage_class", given.storage_class).file(|f| f.storage_class.clone()).maybe();
    let mode = layers.pick("sse", given.sse.map(Choice)).file(|f| f.sse.map(Choice)).maybe().map(|mode| mode.0);
    let key_id = layers.pick("sse_kms_key_id", given.sse_kms_key_id).file(|f| f.sse_kms_key_id.clone()).maybe();
    let customer = customer_key(layers, given.sse_c_key_file, env)?;
    let age = age_keys(layers, given.age_recipients_file, given.age_identity_file, env)?;
    let flagged = (!given.tags.is_empty()).then_some(given.tags);
    let tags = layers
        .pick("tags", flagged)
        .file(|f| f.tags.clone().map(|tags| tags.into_iter().collect()))
        .told_as(|tags| tags.iter().map(|(key, value)| format!("{key}={value}")).collect::<Vec<_>>().join(", "))
        .unwrap_or_default();
    check_tags(&tags)?;
    let requester_pays = layers.switch("requester_pays", given.requester_pays, |f| f.requester_pays);
    let tier = layers
        .pick("thaw_tier", given.thaw_tier.map(Choice))
        .file(|f| f.thaw_tier.map(Choice))
        .or_default(Choice(ThawTier::Standard))
        .0;
    let days = layers.pick("thaw_days", given.thaw_days).file(|f| f.thaw_days).or_default(THAW_DAYS);
    let limit = layers
        .pick("limit_rate", given.limit_rate)
        .env(&["EVENTODB_LIMIT_RATE"], |name, text| {
            values::rate(&text).map_err(|e| Error::usage(format!("reading {name}")).because(e))
        })?
        .file_text(|f| f.limit_rate.as_ref(), values::rate)?
        .maybe();
    let sections = resolved_sections::resolve(layers, ThawOfAll { tier, days, run }, env);
    Ok(StoreSettings {
        path_style: self::path_style(path_style),
        max_parts,
        storage_class,
        sse: sse(mode, key_id, customer)?,
        age,
        tags,
        requester_pays,
        thaw: thaw(tier, days, run),
        rate: limit.map_or_else(RateLimit::default, RateLimit::new),
        sections,
        ..StoreSettings::default()
    })
}

/// The key of SSE-C: of the flag's file, of the environment, of the configuration's file. It is never an argument: those
/// are for everybody on the machine to see.
fn customer_key(layers: &mut Layers, flag: Option<PathBuf>, env: Env) -> Result<Option<CustomerKey>> {
    let is_flag = flag.is_some();
    if let Some(text) = env(KEY).filter(|_| !is_flag) {
        if env(KEY_FILE).is_some() {
            return Err(Error::usage(format!("reading {KEY}")).because(format!("{KEY_FILE} is set, too")));
        }
        layers.tell("sse_c_key_file", Some("(the key itself)".to_owned()), SettingSource::Environment(KEY));
        return CustomerKey::parse(text.as_bytes()).map_err(|e| e.while_doing(format!("reading {KEY}"))).map(Some);
    }
    let file = layers
        .pick("sse_c_key_file", flag)
        .env(&[KEY_FILE], |_, path| Ok(PathBuf::from(path)))?
        .file(|f| f.sse_c_key_file.clone())
        .maybe();
    let Some(file) = file else { return Ok(None) };
    let doing = format!("reading the key of SSE-C in {}", file.display());
    let bytes = std::fs::read(&file).map_err(|e| Error::usage(doing.clone()).because(e))?;
    layers.look_at_secret(&file, "the key of SSE-C");
    CustomerKey::parse(&bytes).map_err(|e| e.while_doing(doing)).map(Some)
}

/// Keys of encryption by us. Recipients are no secret; identities are, and come from files alone.
fn age_keys(
    layers: &mut Layers,
    recipients: Option<PathBuf>,
    identities: Option<PathBuf>,
    env: Env,
) -> Result<AgeKeys> {
    let read = |file: &PathBuf| {
        std::fs::read_to_string(file).map_err(|e| Error::usage(format!("reading {}", file.display())).because(e))
    };
    let of = |file: &PathBuf| format!("in {}", file.display());
    let given = if let Some(text) = env(RECIPIENTS).filter(|_| recipients.is_none()) {
        layers.tell("age_recipients", Some(text.clone()), SettingSource::Environment(RECIPIENTS));
        Some((text.replace(',', "\n"), format!("in {RECIPIENTS}")))
    } else {
        let file = layers
            .pick("age_recipients_file", recipients)
            .env(&[RECIPIENTS_FILE], |_, path| Ok(PathBuf::from(path)))?
            .file(|f| f.age_recipients_file.clone())
            .maybe();
        file.map(|file| Ok::<_, Error>((read(&file)?, of(&file)))).transpose()?
    };
    let recipients = match given {
        Some((text, place)) => {
            let found = age_recipients(&text).map_err(|e| e.while_doing(&place))?;
            if found.is_empty() {
                // To go on would be to store in the clear.
                return Err(Error::usage(place).because("there are no age recipients"));
            }
            found
        }
        None => Vec::new(),
    };
    let file = layers
        .pick("age_identity_file", identities)
        .env(&[IDENTITIES], |_, path| Ok(PathBuf::from(path)))?
        .file(|f| f.age_identity_file.clone())
        .maybe();
    let identities = match file {
        Some(file) => {
            layers.look_at_secret(&file, "age identities");
            age_identities(&read(&file)?).map_err(|e| e.while_doing(of(&file)))?
        }
        None => Vec::new(),
    };
    Ok(AgeKeys::new(recipients, identities))
}

fn sse(mode: Option<SseMode>, key_id: Option<String>, customer: Option<CustomerKey>) -> Result<Option<Sse>> {
    match (mode, key_id, customer) {
        (None, None, None) => Ok(None),
        (None, None, Some(key)) => Ok(Some(Sse::Customer(key))),
        (Some(SseMode::Aes256), None, None) => Ok(Some(Sse::S3)),
        (Some(SseMode::Kms), key_id, None) => Ok(Some(Sse::Kms { key_id })),
        (_, Some(_), None) => {
            Err(Error::usage("a key id for encryption").because("it is for --sse aws:kms").hint("add --sse aws:kms"))
        }
        (_, _, Some(_)) => Err(Error::usage("a key of SSE-C beside other encryption by the service")
            .because("an object is encrypted by one of them")
            .hint("leave out sse and sse_kms_key_id, or the key of SSE-C")),
    }
}
