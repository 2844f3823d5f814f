//! Archived messages in plain SQL: where the far end is, and the foreign table that asks it.

use std::net::IpAddr;

use tokio_postgres::Transaction;

use super::login::{self, LoginKey, SEPARATOR};
use crate::db::conninfo::{ConnInfo, Roots, Secret, ServerAddress, SslMode};
use crate::db::errors::explain;
use crate::db::queries::served::{self as queries, ServeFacts};
use crate::db::{Db, Scope};
use crate::error::{Error, Kind, Result};

/// What `postgres_fdw` calls its sessions at the far end: `%p` is the process that asks, by which the far end looks how old its
/// snapshot is; `%c` is the session, which a copy of the database has not.
const SESSION_NAME: &str = "eventodb-archived %p %c";
/// Seconds that the far end may take to answer a new session, where nothing else is said.
const CONNECT_TIMEOUT: u64 = 10;

/// Where `eventodb-admin serve` answers, and how to log in.
#[derive(Debug, Clone)]
pub struct FarEnd {
    options: Vec<(&'static str, String)>,
    user: String,
    password: Option<Secret>,
}

impl FarEnd {
    /// Takes what a URL says; `password` goes before the one that it found.
    ///
    /// # Errors
    /// [`Kind::Usage`] where the address is another machine's, and whoever answers there has to prove nothing.
    pub fn new(info: &ConnInfo, password: Option<Secret>) -> Result<Self> {
        require_proof(info)?;
        let hosts = info.endpoints.iter().map(|e| match &e.address {
            ServerAddress::Unix(folder) => folder.display().to_string(),
            ServerAddress::Tcp { host, .. } => host.clone(),
        });
        let ports = info.endpoints.iter().map(|e| e.port.to_string());
        let timeout = info.connect_timeout.map_or(CONNECT_TIMEOUT, |t| t.as_secs());
        let mut options = vec![
            ("host", hosts.collect::<Vec<_>>().join(",")),
            ("port", ports.collect::<Vec<_>>().join(",")),
            ("dbname", info.dbname.clone()),
            ("sslmode", sslmode(info.ssl.mode).to_owned()),
            ("connect_timeout", timeout.to_string()),
            ("application_name", SESSION_NAME.to_owned()),
            // Changes are asked as well: whether they hit something archived is for the far end to say.
            ("updatable", "true".to_owned()),
            ("truncatable", "true".to_owned()),
            // The far end says which ways of a statement it would refuse, and how many rows the others give.
            ("use_remote_estimate", "true".to_owned()),
        ];
        match (&info.ssl.roots, info.ssl.mode) {
            (Roots::System, _) => options.push(("sslrootcert", "system".to_owned())),
            // The file is read by the database's server.
            (Roots::File(file), SslMode::VerifyCa | SslMode::VerifyFull) => {
                options.push(("sslrootcert", file.display().to_string()));
            }
            _ => {}
        }
        let known = info.endpoints.first().and_then(|e| e.password.clone());
        Ok(Self { options, user: info.user.clone(), password: password.or(known) })
    }

    /// The user and the password of a namespace. A user that is the namespace's already is taken as it is, with its password.
    /// Where there is no password there is nothing to prove, and the user stays.
    fn login(&self, namespace: &str) -> Result<(String, Option<Secret>)> {
        let Some(password) = &self.password else { return Ok((self.user.clone(), None)) };
        match self.user.split_once(SEPARATOR) {
            None => Ok((login::user_of(&self.user, namespace), Some(LoginKey::new(password).password_of(namespace)))),
            Some((_, of)) if of == namespace => Ok((self.user.clone(), Some(password.clone()))),
            Some(_) => Err(Error::usage("reading --serve-url")
                .because(format!("user {} is not of namespace {namespace}", self.user))
                .hint("give the user of serve itself (--user of serve), with its password")),
        }
    }
}

/// The database sends the password to whoever answers at the address, and takes messages from there.
fn require_proof(info: &ConnInfo) -> Result<()> {
    if matches!(info.ssl.mode, SslMode::VerifyCa | SslMode::VerifyFull) {
        return Ok(());
    }
    let foreign = info.endpoints.iter().find_map(|e| match &e.address {
        ServerAddress::Tcp { host, .. } if !is_this_machine(host) => Some(host),
        _ => None,
    });
    let Some(host) = foreign else { return Ok(()) };
    Err(Error::usage("reading --serve-url")
        .because(format!(
            "{host} is not this machine, and with sslmode={} the database would send the password to whoever answers there",
            sslmode(info.ssl.mode)
        ))
        .hint(
            "put sslmode=verify-full into the URL, and sslrootcert=FILE with the certificate's root, as the database's server \
             reads it",
        ))
}

/// Whether a host is the machine that asks.
fn is_this_machine(host: &str) -> bool {
    host.eq_ignore_ascii_case("localhost") || host.parse::<IpAddr>().is_ok_and(|ip| ip.to_canonical().is_loopback())
}

const fn sslmode(mode: SslMode) -> &'static str {
    match mode {
        SslMode::Disable => "disable",
        SslMode::Allow => "allow",
        SslMode::Prefer => "prefer",
        SslMode::Require => "require",
        SslMode::VerifyCa => "verify-ca",
        SslMode::VerifyFull => "verify-full",
    }
}

/// Puts the foreign table up, in the place of one that is there.
pub(super) async fn put_up(tx: &Transaction<'_>, scope: &Scope, far_end: &FarEnd) -> Result<()> {
    let facts = queries::facts(tx, scope).await?;
    refuse(scope, &facts)?;
    queries::take_down(tx, scope, &facts).await?;
    let (user, password) = far_end.login(scope.namespace())?;
    queries::put_up(tx, scope, &facts.columns, &far_end.options, &user).await?;
    match &password {
        Some(password) => queries::set_password(tx, scope, password).await,
        None if facts.is_superuser => queries::need_no_password(tx, scope).await,
        None => Ok(()),
    }
}

/// What takes a superuser, where one has logged in: `postgres_fdw`, and the right of the namespace's owner to use it. It has to
/// come before the session goes on as that owner.
///
/// # Errors
/// Where a statement fails.
pub async fn prepare(db: &Db, scope: &Scope) -> Result<()> {
    let facts = queries::facts(db.client(), scope).await?;
    if !facts.is_superuser || facts.has_extension && facts.may_use_it {
        return Ok(());
    }
    let doing = "installing postgres_fdw";
    db.batch_execute(&queries::for_superusers(scope, &facts.owner)).await.map_err(|e| explain(doing, e))
}

/// Takes it down, where it is there.
pub(super) async fn take_down(tx: &Transaction<'_>, scope: &Scope) -> Result<()> {
    let facts = queries::facts(tx, scope).await?;
    if facts.owns_server == Some(false) {
        return Err(not_ours(scope));
    }
    queries::take_down(tx, scope, &facts).await
}

fn not_ours(scope: &Scope) -> Error {
    let server = queries::server_name(scope);
    Error::new(Kind::Conflict, format!("looking for server {server}"))
        .because("it is there, and belongs to another role")
        .hint(format!("DROP SERVER {server} CASCADE; as its owner or a superuser, if nobody needs it"))
}

fn refuse(scope: &Scope, facts: &ServeFacts) -> Result<()> {
    let doing = "looking at what archived reads need";
    let unsupported = |why: &str| Error::new(Kind::Unsupported, doing).because(why.to_owned());
    if !facts.has_tiers {
        return Err(unsupported("this TimescaleDB has no foreign tables among a hypertable's chunks")
            .hint("TimescaleDB 2.19 and later have them, in both editions; after an update: namespaces upgrade"));
    }
    if !facts.names_its_sessions {
        return Err(unsupported("postgres_fdw tells the far end only from PostgreSQL 15 on which session asks"));
    }
    if !facts.has_own_columns {
        return Err(unsupported(
            "archives have the eight columns that this program gives to messages, with stream names in the order of bytes \
             (COLLATE \"C\"), and this table has others",
        )
        .hint("--archived-reads fail has reads notice what is archived"));
    }
    if facts.owns_server == Some(false) {
        return Err(not_ours(scope));
    }
    if !facts.has_extension || !facts.may_use_it {
        return Err(Error::failed(doing)
            .because("postgres_fdw is not installed, or the namespace's owner may not use it")
            .hint(format!("as a superuser: {}", queries::for_superusers(scope, &facts.owner))));
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn taken(url: &str) -> Result<FarEnd> {
        FarEnd::new(&ConnInfo::resolve(Some(url), &|_| None).unwrap(), None)
    }

    fn far_end(url: &str) -> FarEnd {
        taken(url).unwrap()
    }

    #[test]
    fn what_a_url_says_becomes_options_and_no_option_has_the_password() {
        let found = far_end("postgres://reader:geheim@db.example.org:5439/events?sslmode=verify-full");
        let value = |name: &str| found.options.iter().find(|(n, _)| *n == name).map(|(_, v)| v.as_str());
        assert_eq!(value("host"), Some("db.example.org"));
        assert_eq!(
            (value("port"), value("dbname"), value("sslmode")),
            (Some("5439"), Some("events"), Some("verify-full"))
        );
        assert_eq!(value("application_name"), Some("eventodb-archived %p %c"));
        assert_eq!(found.password.as_ref().map(Secret::reveal), Some("geheim"));
        assert!(!format!("{:?}", found.options).contains("geheim") && !format!("{found:?}").contains("geheim"));
        assert!(far_end("host=/run/eventodb user=u dbname=d").options.contains(&("host", "/run/eventodb".to_owned())));
    }

    #[test]
    fn another_machine_has_to_prove_who_it_is() {
        for host in
            ["192.0.2.2", "db.example.org", "[2001:db8::1]", "0.0.0.0", "127.0.0.1,192.0.2.2", "localhost.example.org"]
        {
            for mode in ["", "?sslmode=disable", "?sslmode=allow", "?sslmode=prefer", "?sslmode=require"] {
                let e = taken(&format!("postgres://u@{host}/d{mode}")).unwrap_err();
                let hint = e.hint_text().unwrap_or_default();
                assert!(e.kind() == Kind::Usage && hint.contains("sslmode=verify-full"), "{host} {mode}: {e}");
            }
            for mode in ["verify-ca", "verify-full"] {
                assert!(taken(&format!("postgres://u@{host}/d?sslmode={mode}")).is_ok(), "{host} {mode}");
            }
        }
        for here in
            ["127.0.0.1", "127.9.9.9", "[::1]", "[::ffff:127.0.0.1]", "localhost", "LOCALHOST", "%2Frun%2Feventodb"]
        {
            assert!(taken(&format!("postgres://u@{here}/d?sslmode=disable")).is_ok(), "{here}");
        }
    }

    #[test]
    fn the_login_is_the_namespaces_alone_where_there_is_a_password() {
        let login = |url: &str| {
            far_end(url).login("a/b").map(|(user, password)| (user, password.map(|p| p.reveal().to_owned())))
        };
        let (user, password) = login("postgres://eventodb:geheim@127.0.0.1/d").unwrap();
        let derived = LoginKey::new(&Secret::new("geheim")).password_of("a/b");
        assert_eq!((user.as_str(), password.as_deref()), ("eventodb/a/b", Some(derived.reveal())));
        let own = login("postgres://eventodb%2Fa%2Fb:own@127.0.0.1/d").unwrap();
        assert_eq!(own, ("eventodb/a/b".to_owned(), Some("own".to_owned())));
        assert_eq!(login("postgres://eventodb%2Fa:own@127.0.0.1/d").unwrap_err().kind(), Kind::Usage);
        assert_eq!(login("host=/run/eventodb user=u dbname=d").unwrap(), ("u".to_owned(), None));
    }
}
