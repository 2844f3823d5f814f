//! `serve`.

use std::path::PathBuf;

use clap::Args;

use crate::serve::ListenAddress;

/// `serve`.
#[derive(Debug, Args)]
pub struct Serve {
    /// Where to listen: HOST:PORT, or unix:/FOLDER for a socket that only this user opens; may be given several times
    #[arg(long, value_name = "HOST:PORT|unix:DIR", default_value = "127.0.0.1:5433")]
    pub listen: Vec<ListenAddress>,
    /// Who may connect over a network
    #[arg(long, value_name = "NAME", default_value = "eventodb")]
    pub user: String,
    /// File with that user's password, on its first line; EVENTODB_SERVE_PASSWORD has it otherwise
    #[arg(long, value_name = "FILE")]
    pub password_file: Option<PathBuf>,
    /// Certificate with its chain, in PEM: needed where the address is not this machine's own
    #[arg(long, value_name = "FILE", requires = "tls_key")]
    pub tls_cert: Option<PathBuf>,
    /// The certificate's key, in PEM
    #[arg(long, value_name = "FILE", requires = "tls_cert")]
    pub tls_key: Option<PathBuf>,
    /// Sessions at a time
    #[arg(long, value_name = "N", default_value = "64", value_parser = clap::value_parser!(u16).range(1..=1000))]
    pub max_sessions: u16,
    /// Where to answer /live, /ready and /metrics over HTTP
    #[arg(long, value_name = "HOST:PORT", visible_alias = "health")]
    pub metrics: Option<String>,
}
