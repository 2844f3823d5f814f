//! `report`.

use std::path::PathBuf;

use clap::Args;

/// `report`.
#[derive(Debug, Args)]
pub struct MakeReport {
    /// Of all namespaces
    #[arg(long)]
    pub all_namespaces: bool,
    /// Write it as one HTML page that needs nothing else, for its owner alone to read
    #[arg(long, value_name = "FILE")]
    pub html: Option<PathBuf>,
    /// Prove coverage as well: every message is counted, and the stores are asked
    #[arg(long)]
    pub coverage: bool,
}
