//! Addresses that are told.

use std::fmt;
use std::time::Duration;

use aws_smithy_runtime_api::client::http::HttpConnector;
use aws_smithy_runtime_api::client::orchestrator::HttpRequest;
use aws_smithy_types::body::SdkBody;
use backon::{ConstantBuilder, Retryable};
use serde_json::Value;
use url::Url;

use super::event::HookEvent;
use crate::error::{Error, Result};
use crate::http_client;

/// How often it is tried, and how long is waited in between.
const TRIES: usize = 3;
const PAUSE: Duration = Duration::from_secs(1);

const JSON: &str = "application/json";

/// An HTTP address. Whoever knows all of it may write there: it is shown by its host alone.
#[derive(Clone, PartialEq, Eq)]
pub struct HookAddress(Url);

impl fmt::Display for HookAddress {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}://{}/…", self.0.scheme(), self.0.host_str().unwrap_or_default())
    }
}

impl fmt::Debug for HookAddress {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Display::fmt(self, f)
    }
}

impl HookAddress {
    /// From a setting.
    ///
    /// # Errors
    /// Why it is none, without its text.
    pub fn parse(text: &str) -> Result<Self, String> {
        let url = Url::parse(text).map_err(|e| format!("it is no address: {e}"))?;
        match url.scheme() {
            "http" | "https" => Ok(Self(url)),
            other => Err(format!("it begins with {other}:, not with https:")),
        }
    }

    /// Sends a message.
    pub(super) async fn post(&self, message: &Value) -> Result<()> {
        let body = message.to_string();
        self.send("POST", self.0.as_str(), (&body, JSON)).await
    }

    /// Tells a dead man's switch, as the services for it have it: the address itself after a success, `/start` and `/fail`
    /// behind it otherwise.
    pub(super) async fn ping(&self, event: HookEvent) -> Result<()> {
        let mut url = self.0.clone();
        let behind = match event {
            HookEvent::Start => "/start",
            HookEvent::Success => "",
            HookEvent::Failure => "/fail",
        };
        url.set_path(&format!("{}{behind}", self.0.path().trim_end_matches('/')));
        self.send("GET", url.as_str(), ("", JSON)).await
    }

    /// Sends metrics to a gateway that keeps them until Prometheus asks for them: what it had of this job goes.
    ///
    /// # Errors
    /// Where it cannot be reached, or refuses.
    pub(super) async fn put_metrics(&self, text: &str) -> Result<()> {
        self.send("PUT", self.0.as_str(), (text, "text/plain; version=0.0.4")).await
    }

    async fn send(&self, method: &str, url: &str, (body, kind): (&str, &'static str)) -> Result<()> {
        let connector = http_client::connector()?;
        let failed = |why: String| Error::failed(format!("asking {self}")).because(why);
        let once = async || {
            let mut request = HttpRequest::new(SdkBody::from(body));
            let made = async {
                request.set_method(method).map_err(|e| e.to_string())?;
                request.set_uri(url).map_err(|_| "it is no address of a request".to_owned())
            };
            made.await.map_err(failed)?;
            let headers = request.headers_mut();
            headers.insert("user-agent", concat!("eventodb-admin/", env!("CARGO_PKG_VERSION")));
            if !body.is_empty() {
                headers.insert("content-type", kind);
            }
            headers.insert("content-length", body.len().to_string());
            let unanswered = |e| Error::failed(format!("asking {self}")).because(e);
            let answer = connector.call(request).await.map_err(unanswered)?;
            match answer.status().as_u16() {
                200..=299 => Ok(()),
                status => Err(failed(format!("it answered with status {status}"))),
            }
        };
        once.retry(ConstantBuilder::default().with_delay(PAUSE).with_max_times(TRIES - 1)).await
    }
}
