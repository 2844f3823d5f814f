//! Settings of the server that are worth another value.

use super::check::{Check, Verdict};
use crate::db::queries::doctor::{self as queries, NamespaceSize, Setting};
use crate::db::{Db, Scope};
use crate::error::Result;

const MIB: i64 = 1 << 20;
/// Indexes of a chunk are built with this much at a time when an archive comes back.
const MAINTENANCE: i64 = 256 * MIB;
/// A query without a time filter locks each chunk, its indexes and its TOAST table.
const LOCKS_PER_CHUNK: i64 = 10;
/// So many such queries at once must not exhaust the lock table.
const FULL_SCANS: i64 = 4;
/// Below this, the default of `shared_buffers` is no trouble.
const LARGE: i64 = 4 << 30;

/// Looks at the settings that matter to an event store with many chunks.
pub(super) async fn all(db: &Db, scope: &Scope) -> Result<Vec<Check>> {
    let settings = queries::settings(db.client()).await?;
    let sizes = queries::sizes(db.client(), scope).await?;
    let number = |name: &str| settings.iter().find(|s| s.name == name).and_then(Setting::number);
    let text = |name: &str| settings.iter().find(|s| s.name == name).map(|s| s.value.as_str());
    let mut checks = vec![durability(&text), locks(&number, &sizes), memory(&number, &sizes)];
    checks.extend(workers(&number));
    checks.extend(db.unsound.iter().map(|unsound| Check {
        verdict: Verdict::Fail,
        name: "visibility",
        found: format!("{}: messages may be hidden, or heads not kept", unsound.what()),
        fix: Some(unsound.hint()),
    }));
    checks.extend(hidden(&text));
    Ok(checks)
}

fn durability<'a>(text: &impl Fn(&str) -> Option<&'a str>) -> Check {
    let name = "durability";
    let off: Vec<_> = ["fsync", "full_page_writes", "synchronous_commit"]
        .into_iter()
        .filter(|setting| text(setting) == Some("off"))
        .collect();
    if off.is_empty() {
        return Check::ok(name, "a write that was answered survives a crash".to_owned());
    }
    Check::warn(
        name,
        format!("{} off: a crash can lose messages that were answered, or the whole database", off.join(", ")),
        off.iter().map(|setting| format!("ALTER SYSTEM SET {setting} = on;")).collect::<Vec<_>>().join(" "),
    )
}

/// This program sets it right for its own sessions; others read by the role's, the database's or the server's.
fn hidden<'a>(text: &impl Fn(&str) -> Option<&'a str>) -> Option<Check> {
    let names = ["timescaledb.enable_columnarscan", "timescaledb.enable_transparent_decompression"];
    let name = names.into_iter().find(|name| text(name) == Some("off"))?;
    Some(Check::warn(
        "visibility",
        format!("{name} is off: compressed messages are hidden from readers, but this program reads them"),
        format!("ALTER ROLE … RESET {name}; the same of ALTER DATABASE and ALTER SYSTEM"),
    ))
}

fn locks(number: &impl Fn(&str) -> Option<i64>, sizes: &NamespaceSize) -> Check {
    let name = "max_locks_per_transaction";
    let sessions = number("max_connections").unwrap_or(100) + number("max_prepared_transactions").unwrap_or(0);
    let (now, needed) = (number(name).unwrap_or(64), sizes.chunks * LOCKS_PER_CHUNK * FULL_SCANS);
    if now * sessions >= needed {
        return Check::ok(name, format!("{now}; live chunks: {}", sizes.chunks));
    }
    let better = ((needed / sessions.max(1)).max(127) / 64 + 1) * 64;
    Check::warn(
        name,
        format!("{now}: a few queries over all {} chunks fill the lock table", sizes.chunks),
        format!("ALTER SYSTEM SET {name} = {better}; then restart"),
    )
}

fn memory(number: &impl Fn(&str) -> Option<i64>, sizes: &NamespaceSize) -> Check {
    let name = "memory";
    let (maintenance, buffers) = (number("maintenance_work_mem"), number("shared_buffers"));
    // The view gives them in kB and in pages of 8 kB.
    let (maintenance, buffers) = (maintenance.unwrap_or_default() * 1024, buffers.unwrap_or_default() * 8192);
    if maintenance < MAINTENANCE && sizes.largest_chunk > maintenance {
        return Check::warn(
            name,
            format!(
                "maintenance_work_mem is {} MiB, the largest chunk {} MiB",
                maintenance / MIB,
                sizes.largest_chunk / MIB
            ),
            "ALTER SYSTEM SET maintenance_work_mem = '512MB'; SELECT pg_reload_conf()",
        );
    }
    if buffers <= 128 * MIB && sizes.bytes > LARGE {
        return Check::warn(
            name,
            format!("shared_buffers is {} MiB for {} GiB of messages", buffers / MIB, sizes.bytes >> 30),
            "ALTER SYSTEM SET shared_buffers to a quarter of the machine's memory; then restart",
        );
    }
    Check::ok(name, format!("maintenance_work_mem {} MiB, shared_buffers {} MiB", maintenance / MIB, buffers / MIB))
}

fn workers(number: &impl Fn(&str) -> Option<i64>) -> Option<Check> {
    let name = "workers";
    let (background, all) = (number("timescaledb.max_background_workers")?, number("max_worker_processes")?);
    let parallel = number("max_parallel_workers").unwrap_or_default();
    // One launcher for TimescaleDB, one for each database's scheduler, one for logical replication.
    let needed = background + parallel + 3;
    Some(if all >= needed {
        Check::ok(name, format!("max_worker_processes {all}"))
    } else {
        Check::warn(
            name,
            format!(
                "max_worker_processes is {all}: TimescaleDB's {background} and {parallel} parallel ones do not fit"
            ),
            format!("ALTER SYSTEM SET max_worker_processes = {needed}; then restart"),
        )
    })
}
