//! The settings of one store: those of all stores, and what the section that it lies in changes.

use std::borrow::Cow;
use std::path::Path;

use futures::FutureExt;

use super::sections::{SectionKeys, SectionSse, SectionThaw, StoreSection, StoreSections};
use super::service::{CustomerKey, KeySource, Sse};
use super::settings::StoreSettings;
use super::url::StoreUrl;
use crate::{Error, Result};

impl StoreSection {
    /// The settings of a store in this section, where those of all stores are `all`.
    async fn over(&self, all: &StoreSettings) -> Result<StoreSettings> {
        let mut own = StoreSettings {
            path_style: self.path_style.unwrap_or(all.path_style),
            max_parts: self.max_parts.or(all.max_parts),
            storage_class: self.storage_class.clone().or_else(|| all.storage_class.clone()),
            tags: self.tags.clone().unwrap_or_else(|| all.tags.clone()),
            requester_pays: self.requester_pays.unwrap_or(all.requester_pays),
            thaw: match self.thaw {
                SectionThaw::Shared => all.thaw,
                SectionThaw::Own(own) => own,
            },
            rate: self.rate.within(&all.rate),
            sections: StoreSections::default(),
            applied: Some(self.url.clone()),
            ..all.clone()
        };
        if let Some(sse) = &self.sse {
            own.sse = self.encryption(sse).await?;
        }
        self.reach(&mut own).await?;
        Ok(own)
    }

    /// Keys and endpoint belong together: whoever names keys of its own gets no endpoint of the environment, so that keys are
    /// used where they were meant to be used and nowhere else.
    async fn reach(&self, own: &mut StoreSettings) -> Result<()> {
        let (keys, credentials) = match &self.keys {
            SectionKeys::Shared => {
                own.endpoint = self.endpoint.clone().or_else(|| own.endpoint.take());
                own.region = self.region.clone().or_else(|| own.region.take());
                return Ok(());
            }
            SectionKeys::Profile(profile) => {
                if let Some(file) = &profile.file {
                    self.read(file, "credentials").await?;
                }
                (KeySource::Profile(profile.clone()), None)
            }
            SectionKeys::Found(credentials) => (KeySource::Settings, Some(credentials.clone())),
            SectionKeys::Missing(names) => {
                let are = if names.len() == 1 { "is" } else { "are" };
                return Err(Error::failed("looking for its keys")
                    .because(format!("{} {are} not set", names.join(" and ")))
                    .hint(format!("the section of {} names these variables", self.url)));
            }
        };
        own.endpoint.clone_from(&self.endpoint);
        own.region.clone_from(&self.region);
        (own.keys, own.credentials, own.profile) = (keys, credentials, None);
        Ok(())
    }

    async fn encryption(&self, sse: &SectionSse) -> Result<Option<Sse>> {
        match sse {
            SectionSse::Off => Ok(None),
            SectionSse::Service(sse) => Ok(Some(sse.clone())),
            SectionSse::KeyFile(file) => {
                let bytes = self.read(file, "the key of SSE-C").await?;
                let key = CustomerKey::parse(&bytes)
                    .map_err(|e| e.while_doing(format!("reading the key of SSE-C in {}", file.display())))?;
                Ok(Some(Sse::Customer(key)))
            }
        }
    }

    async fn read(&self, file: &Path, what: &str) -> Result<Vec<u8>> {
        tokio::fs::read(file).await.map_err(|e| {
            Error::failed(format!("reading {what} in {}", file.display()))
                .because(e)
                .hint(format!("the section of {} names this file", self.url))
        })
    }
}

impl StoreSettings {
    /// The settings of one store.
    ///
    /// # Errors
    /// Where a file or a variable that its section names is not there.
    pub(super) async fn of_store(&self, url: &StoreUrl) -> Result<Cow<'_, Self>> {
        match self.sections.of(url) {
            Some(section) => {
                // Boxed, because what opens stores is deep enough already.
                let own = section.over(self).boxed().await;
                own.map(Cow::Owned).map_err(|e| e.while_doing(format!("opening {url}")))
            }
            None => Ok(Cow::Borrowed(self)),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::super::RateLimit;
    use super::super::service::{AwsProfile, Credentials};
    use super::*;

    fn url(text: &str) -> StoreUrl {
        text.parse().unwrap()
    }

    fn credentials(id: &str) -> Credentials {
        Credentials { access_key_id: id.into(), secret_access_key: "secret".into(), session_token: None }
    }

    fn with(sections: Vec<StoreSection>) -> StoreSettings {
        StoreSettings {
            endpoint: Some("https://all.example.org".into()),
            region: Some("all".into()),
            credentials: Some(credentials("all")),
            storage_class: Some("STANDARD_IA".into()),
            sse: Some(Sse::S3),
            tags: vec![("team".into(), "events".into())],
            sections: StoreSections::new(sections),
            ..StoreSettings::default()
        }
    }

    #[test]
    fn the_deepest_section_counts_and_a_name_that_only_begins_alike_does_not() {
        let names = ["s3://bucket", "s3://bucket/a", "s3://bucket/a/b", "file:///mnt", "file:///mnt/nfs"];
        let sections = StoreSections::new(names.iter().map(|name| StoreSection::new(url(name))).collect());
        let of = |name: &str| sections.of(&url(name)).map(|section| section.url.to_string());
        for (name, section) in [
            ("s3://bucket", "s3://bucket"),
            ("s3://bucket/other", "s3://bucket"),
            ("s3://bucket/ab", "s3://bucket"),
            ("s3://bucket/a", "s3://bucket/a"),
            ("s3://bucket/a/c", "s3://bucket/a"),
            ("s3://bucket/a/b/c", "s3://bucket/a/b"),
            ("file:///mnt/nfs2", "file:///mnt"),
            ("file:///mnt/nfs/events", "file:///mnt/nfs"),
        ] {
            assert_eq!(of(name).as_deref(), Some(section), "{name}");
        }
        for name in ["s3://bucket2", "s3://bucket2/a", "s3://bucke", "file:///media"] {
            assert_eq!(of(name), None, "{name}");
        }
    }

    #[tokio::test]
    async fn what_a_section_does_not_name_is_as_everywhere() {
        let section = StoreSection { storage_class: Some("STANDARD".into()), ..StoreSection::new(url("s3://bbb/a")) };
        let all = with(vec![section]);
        let own = all.of_store(&url("s3://bbb/a/x")).await.unwrap();
        assert_eq!(own.storage_class.as_deref(), Some("STANDARD"));
        assert_eq!((&own.sse, &own.tags), (&all.sse, &all.tags));
        assert_eq!((own.endpoint.as_deref(), own.region.as_deref()), (Some("https://all.example.org"), Some("all")));
        assert_eq!(own.credentials.as_ref().unwrap().access_key_id, "all");
        assert!(matches!(all.of_store(&url("s3://bbb/ab")).await.unwrap(), Cow::Borrowed(_)));
    }

    #[tokio::test]
    async fn a_bound_of_a_section_lies_within_the_one_of_all_stores() {
        let rate = |bytes| StoreSection { rate: RateLimit::new(bytes), ..StoreSection::new(url("s3://bbb")) };
        for (own, all, least) in [(20_000, 50_000, 20_000), (50_000, 20_000, 20_000)] {
            let all = StoreSettings { rate: RateLimit::new(all), ..with(vec![rate(own)]) };
            let settings = all.of_store(&url("s3://bbb")).await.unwrap();
            assert_eq!(settings.rate.bytes_a_second(), Some(least));
        }
    }

    #[tokio::test]
    async fn keys_of_a_section_take_neither_endpoint_nor_region_of_others() {
        for keys in [
            SectionKeys::Found(credentials("own")),
            SectionKeys::Profile(AwsProfile { name: "own".into(), file: None }),
        ] {
            let all = with(vec![StoreSection { keys, ..StoreSection::new(url("s3://bbb")) }]);
            let own = all.of_store(&url("s3://bbb")).await.unwrap();
            assert_eq!((&own.endpoint, &own.region), (&None, &None));
            assert_ne!(own.credentials.as_ref().map(|c| c.access_key_id.as_str()), Some("all"));
            assert_ne!(own.keys, KeySource::Chain);
        }
    }

    #[tokio::test]
    async fn encryption_can_be_another_one_or_none() {
        let dir = tempfile::tempdir().unwrap();
        let file = dir.path().join("key");
        let section = |sse| StoreSection { sse: Some(sse), ..StoreSection::new(url("s3://bbb")) };
        let off = with(vec![section(SectionSse::Off)]);
        assert_eq!(off.of_store(&url("s3://bbb")).await.unwrap().sse, None);
        let by_key = with(vec![section(SectionSse::KeyFile(file.clone()))]);
        let missing = by_key.of_store(&url("s3://bbb")).await.unwrap_err();
        assert!(missing.to_string().contains("opening s3://bbb") && missing.hint_text().is_some(), "{missing}");
        std::fs::write(&file, [7; 32]).unwrap();
        assert!(matches!(by_key.of_store(&url("s3://bbb")).await.unwrap().sse, Some(Sse::Customer(_))));
    }

    #[tokio::test]
    async fn variables_that_are_not_set_are_named() {
        let keys = SectionKeys::Missing(vec!["R2_ID".into(), "R2_SECRET".into()]);
        let all = with(vec![StoreSection { keys, ..StoreSection::new(url("s3://bbb")) }]);
        let error = all.of_store(&url("s3://bbb")).await.unwrap_err();
        assert!(error.to_string().contains("R2_ID and R2_SECRET are not set"), "{error}");
        assert!(all.of_store(&url("s3://ccc")).await.is_ok());
    }
}
