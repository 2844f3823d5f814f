//! The service's clock, by the `Date` of its answers: locks end by it.

use std::sync::{Arc, Mutex, PoisonError};
use std::time::Instant;

use aws_smithy_runtime_api::box_error::BoxError;
use aws_smithy_runtime_api::client::interceptors::context::AfterDeserializationInterceptorContextRef;
use aws_smithy_runtime_api::client::interceptors::{Intercept, dyn_dispatch_hint};
use aws_smithy_runtime_api::client::runtime_components::RuntimeComponents;
use aws_smithy_types::config_bag::ConfigBag;
use chrono::{DateTime, TimeDelta, Utc};

/// What the last answer said, and when it came. Clones share it.
#[derive(Debug, Clone, Default)]
pub(super) struct ServiceClock(Arc<Mutex<Option<ServiceTime>>>);

#[derive(Debug, Clone, Copy)]
struct ServiceTime {
    time: DateTime<Utc>,
    at: Instant,
}

impl ServiceClock {
    /// The time there now; nothing before the first answer, or where the service does not tell.
    pub(super) fn now(&self) -> Option<DateTime<Utc>> {
        let said = (*self.0.lock().unwrap_or_else(PoisonError::into_inner))?;
        said.time.checked_add_signed(TimeDelta::from_std(said.at.elapsed()).ok()?)
    }
}

#[dyn_dispatch_hint]
impl Intercept for ServiceClock {
    fn name(&self) -> &'static str {
        "the service's clock"
    }

    fn read_after_deserialization(
        &self,
        context: &AfterDeserializationInterceptorContextRef<'_>,
        _components: &RuntimeComponents,
        _config: &mut ConfigBag,
    ) -> Result<(), BoxError> {
        let date = context.response().headers().get("date");
        if let Some(time) = date.and_then(|date| DateTime::parse_from_rfc2822(date).ok()) {
            let said = ServiceTime { time: time.to_utc(), at: Instant::now() };
            *self.0.lock().unwrap_or_else(PoisonError::into_inner) = Some(said);
        }
        Ok(())
    }
}
