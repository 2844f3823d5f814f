//! Bodies that pass no faster than a bound allows: after signing, so that what is sent is what it would be without.

use std::fmt;
use std::future::Future;
use std::pin::Pin;
use std::task::{Context, Poll, ready};

use aws_sdk_s3::config::SharedHttpClient;
use aws_smithy_runtime_api::box_error::BoxError;
use aws_smithy_runtime_api::client::connector_metadata::ConnectorMetadata;
use aws_smithy_runtime_api::client::http::{
    HttpClient, HttpConnector, HttpConnectorFuture, HttpConnectorSettings, SharedHttpConnector,
};
use aws_smithy_runtime_api::client::orchestrator::HttpRequest;
use aws_smithy_runtime_api::client::runtime_components::{RuntimeComponents, RuntimeComponentsBuilder};
use aws_smithy_types::body::SdkBody;
use aws_smithy_types::config_bag::ConfigBag;
use bytes::Bytes;
use http_body::{Body, Frame, SizeHint};

use super::super::RateLimit;

/// `inner`, held to the bound where there is one.
pub(super) fn client(inner: SharedHttpClient, rate: &RateLimit) -> SharedHttpClient {
    match rate.bytes_a_second() {
        Some(_) => SharedHttpClient::new(Limited { inner, rate: rate.clone() }),
        None => inner,
    }
}

#[derive(Debug)]
struct Limited<T> {
    inner: T,
    rate: RateLimit,
}

impl HttpClient for Limited<SharedHttpClient> {
    fn http_connector(&self, settings: &HttpConnectorSettings, components: &RuntimeComponents) -> SharedHttpConnector {
        let inner = self.inner.http_connector(settings, components);
        SharedHttpConnector::new(Limited { inner, rate: self.rate.clone() })
    }

    fn validate_base_client_config(
        &self,
        components: &RuntimeComponentsBuilder,
        config: &ConfigBag,
    ) -> Result<(), BoxError> {
        self.inner.validate_base_client_config(components, config)
    }

    fn validate_final_config(&self, components: &RuntimeComponents, config: &ConfigBag) -> Result<(), BoxError> {
        self.inner.validate_final_config(components, config)
    }

    fn connector_metadata(&self) -> Option<ConnectorMetadata> {
        self.inner.connector_metadata()
    }
}

impl HttpConnector for Limited<SharedHttpConnector> {
    fn call(&self, request: HttpRequest) -> HttpConnectorFuture {
        let rate = self.rate.clone();
        let answer = self.inner.call(request.map(|body| slowed(body, rate.clone())));
        HttpConnectorFuture::new(async move { Ok(answer.await?.map(move |body| slowed(body, rate.clone()))) })
    }
}

fn slowed(body: SdkBody, rate: RateLimit) -> SdkBody {
    if body.content_length() == Some(0) {
        return body;
    }
    SdkBody::from_body_1_x(Slowed { inner: Box::pin(body), rate, waiting: None, rest: Bytes::new() })
}

/// When the line is free.
type RateTurn = Pin<Box<dyn Future<Output = ()> + Send + Sync>>;

/// A body whose bytes wait for their turn.
struct Slowed {
    inner: Pin<Box<SdkBody>>,
    rate: RateLimit,
    /// Until the next piece of `rest` may go on.
    waiting: Option<(usize, RateTurn)>,
    /// What has come and not yet gone on.
    rest: Bytes,
}

impl fmt::Debug for Slowed {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Slowed").finish_non_exhaustive()
    }
}

impl Body for Slowed {
    type Data = Bytes;
    type Error = aws_smithy_types::body::Error;

    fn poll_frame(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<Option<Result<Frame<Bytes>, Self::Error>>> {
        loop {
            if let Some((piece, wait)) = &mut self.waiting {
                let piece = *piece;
                ready!(wait.as_mut().poll(cx));
                self.waiting = None;
                return Poll::Ready(Some(Ok(Frame::data(self.rest.split_to(piece)))));
            }
            if !self.rest.is_empty() {
                let piece = self.rest.len().min(self.rate.piece());
                self.waiting = Some((piece, Box::pin(self.rate.pass(piece))));
                continue;
            }
            match ready!(self.inner.as_mut().poll_frame(cx)) {
                Some(Ok(frame)) => match frame.into_data() {
                    Ok(data) => self.rest = data,
                    Err(trailers) => return Poll::Ready(Some(Ok(trailers))),
                },
                end => return Poll::Ready(end),
            }
        }
    }

    fn is_end_stream(&self) -> bool {
        self.rest.is_empty() && self.inner.is_end_stream()
    }

    fn size_hint(&self) -> SizeHint {
        let inner = self.inner.size_hint();
        let rest = self.rest.len() as u64;
        let mut hint = SizeHint::new();
        hint.set_lower(inner.lower() + rest);
        if let Some(upper) = inner.upper() {
            hint.set_upper(upper + rest);
        }
        hint
    }
}
