//! Scripts that give a role what it needs and no more. They are printed, never run: rights are an administrator's to give.

use std::fmt;
use std::str::FromStr;

use super::Namespace;
use crate::db::Db;
use crate::db::ident::Ident;
use crate::db::queries::grants::{self as queries, OwnershipFacts};
use crate::error::{Error, Result};
use crate::text::is_unprintable;

/// `PostgreSQL` cuts longer names off.
const MAX_NAME_BYTES: usize = 63;

/// The name of a database role.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct RoleName(Ident);

impl fmt::Display for RoleName {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.fmt(f)
    }
}

impl FromStr for RoleName {
    type Err = Error;

    fn from_str(name: &str) -> Result<Self> {
        let refuse = |why: &str| {
            let shown: String = name.chars().take(60).flat_map(char::escape_debug).collect();
            Err(Error::usage(format!("role name \"{shown}\"")).because(why.to_owned()))
        };
        if name.is_empty() {
            return refuse("it is empty");
        }
        if name.len() > MAX_NAME_BYTES {
            return refuse(&format!("it has {} bytes, PostgreSQL keeps {MAX_NAME_BYTES}", name.len()));
        }
        // Somebody reads the script before it is run.
        if name.chars().any(is_unprintable) {
            return refuse("it has a character that is not shown");
        }
        // Even in quotes, GRANT takes these for everybody and for nobody.
        if ["public", "none"].contains(&name) {
            return refuse("it is no role of anybody's");
        }
        Ok(Self(Ident::new(name)))
    }
}

/// What a role is for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Purpose {
    /// Reads messages, chunks, archives, coverage.
    Reader,
    /// Reads, and writes messages through the functions.
    Writer,
    /// Reads, archives, drops what is archived, brings back.
    Archiver,
    /// Makes and upgrades namespaces, and does all that their owner can.
    Operator,
    /// Reads, and answers archived reads.
    Server,
}

/// Whether the functions that freeze and drop chunks are taken away from everybody else.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum ChunkFunctions {
    /// They stay as they are.
    Leave,
    /// They are.
    Restrict,
}

/// The script for a role on a namespace: one transaction, all of it or nothing.
///
/// # Errors
/// Where the namespace's owner cannot be found out.
pub async fn grants(
    db: &Db,
    namespace: &Namespace,
    role: &RoleName,
    purpose: Purpose,
    chunk_functions: ChunkFunctions,
) -> Result<String> {
    const READER: &str = include_str!("../db/sql/grants_reader.sql");
    const WRITER: &str = include_str!("../db/sql/grants_writer.sql");
    const LEDGER: &str = include_str!("../db/sql/grants_ledger.sql");
    const ARCHIVER: &str = include_str!("../db/sql/grants_archiver.sql");
    const OPERATOR: &str = include_str!("../db/sql/grants_operator.sql");
    const MEMBER: &str = include_str!("../db/sql/grants_member.sql");
    const OWNER: &str = include_str!("../db/sql/grants_owner.sql");
    const SERVER: &str = include_str!("../db/sql/grants_server.sql");
    const CHUNK_FUNCTIONS: &str = include_str!("../db/sql/grants_chunk_functions.sql");

    let facts = queries::facts(db.client(), &namespace.scope).await?;
    let mut parts = match purpose {
        Purpose::Reader => vec![READER],
        Purpose::Writer => vec![READER, WRITER],
        Purpose::Archiver => vec![READER, LEDGER, ARCHIVER],
        Purpose::Server => vec![READER, SERVER],
        Purpose::Operator if facts.owner == role.0 => vec![OPERATOR, LEDGER],
        Purpose::Operator if facts.owner_is_superuser => vec![OPERATOR, LEDGER, OWNER],
        Purpose::Operator => vec![OPERATOR, LEDGER, MEMBER],
    };
    // Whose the namespace's functions are once the script has run.
    let hands_over = purpose == Purpose::Operator && facts.owner_is_superuser;
    let chunk_owner = if hands_over { &role.0 } else { &facts.owner };
    if chunk_functions == ChunkFunctions::Restrict {
        parts.push(CHUNK_FUNCTIONS);
    }
    let OwnershipFacts { database, owner, .. } = &facts;
    let lines = |all: &[String], line: &dyn Fn(&String) -> String| all.iter().map(line).collect::<Vec<_>>().join("\n");
    let functions = lines(&facts.functions, &|f| format!("ALTER FUNCTION {f} OWNER TO {role};"));
    let deprecated = lines(&facts.deprecated, &|f| format!("REVOKE EXECUTE ON FUNCTION {f} FROM PUBLIC;"));
    let chunk_functions = chunk_functions_of(&facts, chunk_owner);
    let more = [
        ("chunk_owner", &*chunk_owner.to_string()),
        ("chunk_functions", &*chunk_functions),
        ("member_of", &*member_of(&facts)),
        ("role", &*role.to_string()),
        ("role_format", &*role.to_string().replace('%', "%%").replace('\'', "''")),
        ("database", &*database.to_string()),
        ("owner", &*owner.to_string()),
        ("functions", &*functions),
        ("deprecated", &*deprecated),
    ];
    let body = namespace.scope.render_with(&parts.concat(), &more)?;
    // No name in the comments: a line's end in one would end the comment.
    Ok(format!(
        "-- Nothing has been run. Read it, then run it with psql as the owner of the tables it names, or as a superuser.\n\
         BEGIN;\n{}\nCOMMIT;\n",
        body.trim_end()
    ))
}

/// Takes the server's functions from those who had them by name, and gives them to the owners of namespaces.
fn chunk_functions_of(facts: &OwnershipFacts, owner: &Ident) -> String {
    const FUNCTIONS: &str = "_timescaledb_functions.freeze_chunk(regclass), _timescaledb_functions.unfreeze_chunk(regclass),\n    \
                             _timescaledb_functions.drop_chunk(regclass)";
    let mut owners = facts.chunk_owners.clone();
    if !facts.owner_is_superuser || *owner != facts.owner {
        owners.push(owner.clone());
    }
    owners.sort();
    owners.dedup();
    let names = |all: &[Ident]| all.iter().map(ToString::to_string).collect::<Vec<_>>().join(", ");
    let callers: Vec<_> = facts.chunk_callers.iter().filter(|caller| !owners.contains(caller)).cloned().collect();
    let mut lines = Vec::new();
    if !callers.is_empty() {
        let callers = names(&callers);
        lines.push(format!("REVOKE EXECUTE ON FUNCTION {FUNCTIONS} FROM {callers};"));
        lines.extend(facts.deprecated.iter().map(|f| format!("REVOKE EXECUTE ON FUNCTION {f} FROM {callers};")));
    }
    if !owners.is_empty() {
        lines.push(format!("GRANT EXECUTE ON FUNCTION {FUNCTIONS} TO {};", names(&owners)));
    }
    lines.join("\n")
}

/// What else the owner has, which a member gets as well.
fn member_of(facts: &OwnershipFacts) -> String {
    let mut more = Vec::new();
    if facts.others > 0 {
        more.push(format!("{} more of this database's namespaces", facts.others));
    }
    if facts.owns_ledger {
        more.push("the registry and the ledger of all namespaces".to_owned());
    }
    if more.is_empty() {
        return String::new();
    }
    // No name in it: a line's end in one would end the comment.
    format!(
        "-- Beware: the owner has {}, too, and so will this role. Give the namespace an owner of its own first.\n",
        more.join(" and ")
    )
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn roles_are_quoted_and_odd_ones_are_refused() {
        assert_eq!(r#"a";--"#.parse::<RoleName>().unwrap().to_string(), r#""a"";--""#);
        for name in ["", "public", "none", "a\nb", "a\0b", "a\u{202e}b", &"x".repeat(64)] {
            assert!(name.parse::<RoleName>().is_err(), "{name:?}");
        }
    }
}
