//! Continuous aggregates over messages.
