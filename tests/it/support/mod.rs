//! What tests of several subjects need.

pub mod cli;
pub mod cluster;
pub mod lab;
pub mod program;
pub mod proxy;
pub mod rogue;
pub mod s3_server;
pub mod secrets;
pub mod servers;
pub mod steps;
