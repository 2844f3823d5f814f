//! Sections put together with what holds for all stores. A flag goes before a section, and a section before the environment,
//! the profile and the file's top level.

use super::bounds::{path_style, thaw};
use super::env::Env;
use super::layers::{Choice, Layers, SettingSource, Shown};
use super::run::RunMode;
use super::sections::{FileStore, Section, StoreSse};
use crate::cli::ThawTier;
use crate::store::{
    AwsProfile, Credentials, RateLimit, SectionKeys, SectionSse, SectionThaw, Sse, StoreSection, StoreSections,
};

/// The profile of a file of credentials that names none.
const DEFAULT_PROFILE: &str = "default";

/// How what lies in archive storage classes comes back from stores whose sections say nothing of it.
#[derive(Debug, Clone, Copy)]
pub(super) struct ThawOfAll {
    pub tier: ThawTier,
    pub days: u16,
    pub run: RunMode,
}

/// The sections of the profile, and those of the file whose stores have none there.
pub(super) fn resolve(layers: &mut Layers, all: ThawOfAll, env: Env) -> StoreSections {
    let sections = layers.take_sections().into_iter();
    StoreSections::new(sections.map(|(section, source)| one(layers, section, source, all, env)).collect())
}

/// Picks what counts of a section, and tells it.
struct Teller<'l, 'a> {
    layers: &'l mut Layers<'a>,
    before: String,
    source: SettingSource,
}

impl Teller<'_, '_> {
    fn tell(&mut self, key: &str, value: String) {
        self.layers.tell(format!("{}{key}", self.before), Some(value), self.source.clone());
    }

    /// The value, unless a flag goes before it.
    fn own<T: Shown>(&mut self, key: &str, value: Option<T>) -> Option<T> {
        let value = value.filter(|_| !self.layers.is_flag(key))?;
        self.tell(key, value.shown());
        Some(value)
    }

    /// Tells what has no flag.
    fn told<T: Shown>(&mut self, key: &str, value: Option<&T>) {
        if let Some(value) = value {
            self.tell(key, value.shown());
        }
    }
}

fn one(layers: &mut Layers, section: Section, source: SettingSource, all: ThawOfAll, env: Env) -> StoreSection {
    let Section { url, store, limit_rate, .. } = section;
    if let Some(file) = &store.credentials_file {
        layers.look_at_secret(file, &format!("the keys of {url}"));
    }
    let mut teller = Teller { before: format!("stores.\"{url}\"."), layers, source };
    let t = &mut teller;
    t.told("endpoint", store.endpoint.as_ref());
    t.told("region", store.region.as_ref());
    let keys = keys(t, &store, env);
    let path_style = t.own("s3_path_style", store.s3_path_style).map(|always| path_style(Some(always)));
    let max_parts = t.own("s3_max_parts", store.s3_max_parts);
    let storage_class = t.own("storage_class", store.storage_class.clone());
    let sse = encryption(t, &store);
    let tags = store.tag_pairs().filter(|_| !t.layers.is_flag("tags"));
    if let Some(tags) = &tags {
        t.tell("tags", tags.iter().map(|(key, value)| format!("{key}={value}")).collect::<Vec<_>>().join(", "));
    }
    let requester_pays = t.own("requester_pays", store.requester_pays);
    let tier = t.own("thaw_tier", choice(store.thaw_tier)).map(|tier| tier.0);
    let days = t.own("thaw_days", store.thaw_days);
    let thaw = match (tier, days) {
        (None, None) => SectionThaw::Shared,
        (tier, days) => SectionThaw::Own(thaw(tier.unwrap_or(all.tier), days.unwrap_or(all.days), all.run)),
    };
    // Bounds do not go before each other: all of them hold.
    t.told("limit_rate", limit_rate.as_ref());
    StoreSection {
        endpoint: store.endpoint,
        region: store.region,
        keys,
        path_style,
        max_parts,
        storage_class,
        sse,
        tags,
        requester_pays,
        thaw,
        rate: limit_rate.map_or_else(RateLimit::default, RateLimit::new),
        ..StoreSection::new(url)
    }
}

fn keys(t: &mut Teller, store: &FileStore, env: Env) -> SectionKeys {
    t.told("aws_profile", store.aws_profile.as_ref());
    t.told("credentials_file", store.credentials_file.as_ref());
    // The names of variables are no secret.
    t.told("access_key_id_env", store.access_key_id_env.as_ref());
    t.told("secret_access_key_env", store.secret_access_key_env.as_ref());
    t.told("session_token_env", store.session_token_env.as_ref());
    t.told("credentials", choice(store.credentials).as_ref());
    if let (Some(id), Some(secret)) = (&store.access_key_id_env, &store.secret_access_key_env) {
        return of_variables(id, secret, store.session_token_env.as_ref(), env);
    }
    if store.names_profile() {
        let name = store.aws_profile.clone().unwrap_or_else(|| DEFAULT_PROFILE.to_owned());
        return SectionKeys::Profile(AwsProfile { name, file: store.credentials_file.clone() });
    }
    SectionKeys::Shared
}

fn of_variables(id: &String, secret: &String, token: Option<&String>, env: Env) -> SectionKeys {
    let missing: Vec<_> =
        [Some(id), Some(secret), token].into_iter().flatten().filter(|name| env(name).is_none()).cloned().collect();
    match (env(id), env(secret)) {
        (Some(access_key_id), Some(secret_access_key)) if missing.is_empty() => SectionKeys::Found(Credentials {
            access_key_id,
            secret_access_key,
            session_token: token.and_then(|name| env(name)),
        }),
        _ => SectionKeys::Missing(missing),
    }
}

/// Encryption by the service is one choice: a flag of it goes before all of the section's.
fn encryption(t: &mut Teller, store: &FileStore) -> Option<SectionSse> {
    if ["sse", "sse_kms_key_id", "sse_c_key_file"].iter().any(|key| t.layers.is_flag(key)) {
        return None;
    }
    t.told("sse", choice(store.sse).as_ref());
    t.told("sse_kms_key_id", store.sse_kms_key_id.as_ref());
    t.told("sse_c_key_file", store.sse_c_key_file.as_ref());
    if let Some(file) = &store.sse_c_key_file {
        t.layers.look_at_secret(file, "the key of SSE-C");
        return Some(SectionSse::KeyFile(file.clone()));
    }
    store.sse.map(|sse| match sse {
        StoreSse::None => SectionSse::Off,
        StoreSse::Aes256 => SectionSse::Service(Sse::S3),
        StoreSse::Kms => SectionSse::Service(Sse::Kms { key_id: store.sse_kms_key_id.clone() }),
    })
}

/// A choice as it is shown.
fn choice<T>(value: Option<T>) -> Option<Choice<T>> {
    value.map(Choice)
}
