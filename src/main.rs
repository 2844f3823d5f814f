//! The `eventodb-admin` command.

fn main() {}
