//! Whose keys a service gets, and where it is: as the AWS chain has it, or as the settings of one store say and nothing else.

use aws_config::environment::region::EnvironmentVariableRegionProvider;
use aws_config::imds::region::ImdsRegionProvider;
use aws_config::meta::region::RegionProviderChain;
use aws_config::profile::ProfileFileCredentialsProvider;
use aws_config::profile::region::ProfileFileRegionProvider;
use aws_config::provider_config::ProviderConfig;
use aws_config::{BehaviorVersion, ConfigLoader, Region, SdkConfig};
use aws_runtime::env_config::file::{EnvConfigFileKind, EnvConfigFiles};
use aws_sdk_s3::config::SharedHttpClient;
use aws_types::service_config::{LoadServiceConfig, ServiceConfigKey};

use super::super::{AwsProfile, Credentials, KeySource, StoreSettings};

/// The variable of the environment with an endpoint.
const ENDPOINT: &str = "AWS_ENDPOINT_URL";
/// Signed for where a service of one's own is named without a region: most such services take it.
pub(super) const OWN_SERVICE_REGION: Region = Region::from_static("us-east-1");
/// A name that no variable can have.
const NO_VARIABLE: &str = "=";

/// What the AWS configuration says, as far as it counts.
pub(super) struct AwsConfig {
    pub(super) config: SdkConfig,
    /// The settings' region or, where they name none, its own.
    pub(super) region: Option<Region>,
    /// What it names, not the settings.
    pub(super) endpoint: Option<String>,
}

/// Reads the AWS configuration.
pub(super) async fn load(settings: &StoreSettings, http: &SharedHttpClient) -> AwsConfig {
    let loader = aws_config::defaults(BehaviorVersion::latest()).http_client(http.clone());
    match &settings.keys {
        KeySource::Chain => of_chain(settings, loader).await,
        KeySource::Profile(profile) => of_profile(settings, profile, loader, http).await,
        KeySource::Settings => {
            let region = settings.region.clone().map(Region::new);
            let loader = with_credentials(settings, loader.region(some_region(region.as_ref())));
            AwsConfig { config: apart(loader.load().await), region, endpoint: None }
        }
    }
}

async fn of_chain(settings: &StoreSettings, mut loader: ConfigLoader) -> AwsConfig {
    let mut profile_region = ProfileFileRegionProvider::builder();
    if let Some(profile) = &settings.profile {
        profile_region = profile_region.profile_name(profile);
    }
    let region = RegionProviderChain::first_try(settings.region.clone().map(Region::new))
        .or_else(EnvironmentVariableRegionProvider::new())
        .or_else(profile_region.build());
    loader = loader.region(region);
    if let Some(profile) = &settings.profile {
        loader = loader.profile_name(profile);
    }
    let config = with_credentials(settings, loader).load().await;
    let endpoint = endpoint(&config, ENDPOINT).or_else(|| config.endpoint_url().map(ToOwned::to_owned));
    let region = config.region().cloned();
    AwsConfig { endpoint: endpoint.filter(|endpoint| !endpoint.is_empty()), region, config }
}

/// The chain would ask the environment first, also where a profile is named.
async fn of_profile(
    settings: &StoreSettings,
    profile: &AwsProfile,
    loader: ConfigLoader,
    http: &SharedHttpClient,
) -> AwsConfig {
    let files = match &profile.file {
        Some(file) => EnvConfigFiles::builder().with_file(EnvConfigFileKind::Credentials, file).build(),
        None => EnvConfigFiles::default(),
    };
    let provider = ProviderConfig::without_region().with_http_client(http.clone());
    let of_profile = ProfileFileRegionProvider::builder().configure(&provider).profile_name(&profile.name);
    let region = RegionProviderChain::first_try(settings.region.clone().map(Region::new))
        .or_else(of_profile.profile_files(files.clone()).build())
        .region()
        .await;
    let credentials = ProfileFileCredentialsProvider::builder()
        .configure(&provider.with_region(region.clone()))
        .profile_name(&profile.name)
        .profile_files(files.clone())
        .build();
    let loader = loader.profile_name(&profile.name).profile_files(files).region(some_region(region.as_ref()));
    let config = loader.credentials_provider(credentials).load().await;
    let endpoint = endpoint(&config, NO_VARIABLE).filter(|endpoint| !endpoint.is_empty());
    AwsConfig { config: apart(config), region, endpoint }
}

/// Without any, the loader would ask the machine's metadata service for one, and wait for it.
fn some_region(region: Option<&Region>) -> Region {
    region.cloned().unwrap_or(OWN_SERVICE_REGION)
}

fn with_credentials(settings: &StoreSettings, loader: ConfigLoader) -> ConfigLoader {
    let Some(own) = &settings.credentials else { return loader };
    let Credentials { access_key_id, secret_access_key, session_token } = own.clone();
    loader.credentials_provider(aws_sdk_s3::config::Credentials::new(
        access_key_id,
        secret_access_key,
        session_token,
        None,
        "settings",
    ))
}

/// The endpoint that a variable of this name or the profile names, for S3 or for all services.
fn endpoint(config: &SdkConfig, variable: &str) -> Option<String> {
    let key = ServiceConfigKey::builder().service_id("S3").env(variable).profile("endpoint_url").build().ok()?;
    config.service_config().and_then(|services| services.load_config(key))
}

/// The configuration without what it would still read from the environment.
fn apart(config: SdkConfig) -> SdkConfig {
    let mut builder = config.into_builder();
    builder.set_endpoint_url(None).set_service_config(Some(Nothing));
    builder.build()
}

/// Says nothing of any service.
#[derive(Debug)]
struct Nothing;

impl LoadServiceConfig for Nothing {
    fn load_config(&self, _: ServiceConfigKey<'_>) -> Option<String> {
        None
    }
}

/// The region of the machine, where it is one of AWS.
pub(super) async fn instance_region(http: SharedHttpClient) -> Option<Region> {
    let config = ProviderConfig::without_region().with_http_client(http);
    ImdsRegionProvider::builder().configure(&config).build().region().await
}
