//! What the nights to come will do, by the very same planning, and what the database and the store will take then.

mod growth;
mod outlook;
mod prices;
mod simulate;
mod start;
#[cfg(test)]
mod tests;

pub use growth::{Growth, Ratio};
pub use prices::{Month, Prices};

use crate::db::queries::policies::Policy;
use crate::db::{Db, Scope};
use crate::error::Result;
pub use outlook::{Forecast, ForecastNight};
pub use start::Start;

/// Forecasts a namespace by itself: what else lies on the disk stays as it is.
///
/// # Errors
/// Where a query fails.
pub async fn forecast(db: &Db, scope: &Scope, policy: &Policy, days: u32) -> Result<Forecast> {
    let start = Start::of(db, scope, policy).await?;
    of(&start, days, None)
}

/// Forecasts a namespace from how it is.
///
/// # Errors
/// Where the policy's lock cannot be read.
pub fn of(start: &Start, days: u32, prices: Option<&Prices>) -> Result<Forecast> {
    simulate::forecast_one(start, days, prices)
}

/// Forecasts namespaces that lie on one disk, side by side: each night works on one after the other.
///
/// # Errors
/// As [`of`].
pub fn of_all(starts: &[Start], days: u32, prices: Option<&Prices>) -> Result<Vec<Forecast>> {
    simulate::forecast_all(starts, days, prices)
}
