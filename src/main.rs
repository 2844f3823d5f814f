//! The `eventodb-admin` command.

use std::process::ExitCode;

fn main() -> ExitCode {
    eventodb_admin::commands::main()
}
