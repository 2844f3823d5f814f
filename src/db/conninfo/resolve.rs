//! From named texts to [`ConnInfo`]: precedence, defaults, and the meaning of each value.

use std::net::IpAddr;
use std::path::{Path, PathBuf};
use std::time::Duration;

use super::params::{DOING, Params};
use super::parse;
use super::{
    ChannelBinding, ConnInfo, Endpoint, HostOrder, Keepalives, Named, RequireAuth, Roots, ServerAddress, Sni, SslMode,
    SslNegotiation, SslSettings, TargetSessionAttrs, TlsVersion, service,
};
use crate::db::pgpass;
use crate::db::secret::Secret;
use crate::error::{Error, Result};

/// Where Debian's and the upstream's servers keep their sockets.
const SOCKET_FOLDERS: [&str; 2] = ["/var/run/postgresql", "/tmp"];
/// What says where a database is.
const WHERE: [&str; 5] = ["host", "hostaddr", "port", "dbname", "user"];
const DEFAULT_PORT: u16 = 5432;

impl ConnInfo {
    /// Reads `url` — a `postgres://` or `postgresql://` URL or a `key=value` string — and fills in what it leaves out:
    /// from the service file it names, libpq's environment variables (through `env`), libpq's defaults and `~/.pgpass`.
    ///
    /// # Errors
    /// [`Kind::Usage`](crate::error::Kind::Usage) where it cannot be read, names an unknown parameter or one that this
    /// program cannot honour. No error shows a password.
    pub fn resolve(url: Option<&str>, env: &dyn Fn(&str) -> Option<String>) -> Result<Self> {
        resolve(url, env)
    }
}

fn resolve(url: Option<&str>, env: &dyn Fn(&str) -> Option<String>) -> Result<ConnInfo> {
    let home = env("HOME").filter(|home| !home.is_empty()).map(PathBuf::from).or_else(std::env::home_dir);
    let mut params = url.map_or_else(|| Ok(Params::default()), parse::text)?;
    if let Some(name) = params.get("service").map(str::to_owned).or_else(|| env("PGSERVICE")) {
        params.fill_from(service::read(&name, env, home.as_deref())?);
    }
    params.fill_from_env(env);
    params.check_supported()?;
    check_refused_values(&params)?;

    let is_named = url.is_some() || WHERE.iter().any(|name| params.get(name).is_some());
    let user = match params.get("user") {
        Some(user) => user.to_owned(),
        None => whoami::username().map_err(|e| {
            Error::usage(DOING).because(e).hint("name the user in the database URL or by PGUSER: the system knows none")
        })?,
    };
    let dbname = params.get("dbname").unwrap_or(&user).to_owned();
    let endpoints = endpoints(&params, &dbname, &user, home.as_deref())?;
    let ssl = ssl(&params, home.as_deref())?;
    Ok(ConnInfo {
        endpoints,
        named: if is_named { Named::Yes } else { Named::No },
        dbname,
        ssl,
        connect_timeout: connect_timeout(&params)?,
        options: params.get("options").map(str::to_owned),
        application_name: params
            .get("application_name")
            .or_else(|| params.get("fallback_application_name"))
            .map(str::to_owned),
        target_session_attrs: choose(
            &params,
            "target_session_attrs",
            &[
                ("any", TargetSessionAttrs::Any),
                ("read-write", TargetSessionAttrs::ReadWrite),
                ("read-only", TargetSessionAttrs::ReadOnly),
                ("primary", TargetSessionAttrs::Primary),
                ("standby", TargetSessionAttrs::Standby),
                ("prefer-standby", TargetSessionAttrs::PreferStandby),
            ],
        )?
        .unwrap_or(TargetSessionAttrs::Any),
        host_order: choose(
            &params,
            "load_balance_hosts",
            &[("disable", HostOrder::Listed), ("random", HostOrder::Random)],
        )?
        .unwrap_or(HostOrder::Listed),
        channel_binding: choose(
            &params,
            "channel_binding",
            &[
                ("disable", ChannelBinding::Disable),
                ("prefer", ChannelBinding::Prefer),
                ("require", ChannelBinding::Require),
            ],
        )?
        .unwrap_or(ChannelBinding::Prefer),
        require_auth: RequireAuth::of(&params)?,
        keepalives: keepalives(&params)?,
        tcp_user_timeout: whole(&params, "tcp_user_timeout")?.filter(|ms| *ms > 0).map(Duration::from_millis),
        user,
    })
}

fn bad(what: String) -> Error {
    Error::usage(DOING).because(what)
}

/// One of the values that the parameter may have.
fn choose<T: Copy>(params: &Params, name: &str, values: &[(&str, T)]) -> Result<Option<T>> {
    let Some(given) = params.get(name) else { return Ok(None) };
    if let Some((_, value)) = values.iter().find(|(text, _)| *text == given) {
        return Ok(Some(*value));
    }
    let names: Vec<&str> = values.iter().map(|(text, _)| *text).collect();
    // A value that looks like a word is a misspelt one; anything else might be part of a password.
    let word = given.len() <= 20 && given.bytes().all(|b| b.is_ascii_alphabetic() || b == b'-' || b == b'_');
    let what = if word { format!("{name} cannot be {given}") } else { format!("{name} has a value it cannot have") };
    Err(bad(what).hint(format!("{name} is one of {}", names.join(", "))))
}

fn number(params: &Params, name: &str) -> Result<Option<i64>> {
    let Some(given) = params.get(name) else { return Ok(None) };
    match given.trim().parse() {
        Ok(number) => Ok(Some(number)),
        Err(_) => Err(bad(format!("{name} is not a whole number")).hint(format!("write {name}=10"))),
    }
}

/// Libpq takes a negative number for "the default", as it does 0.
fn whole(params: &Params, name: &str) -> Result<Option<u64>> {
    Ok(number(params, name)?.map(|number| u64::try_from(number).unwrap_or(0)))
}

fn connect_timeout(params: &Params) -> Result<Option<Duration>> {
    Ok(whole(params, "connect_timeout")?.map(Duration::from_secs))
}

fn check_refused_values(params: &Params) -> Result<()> {
    if params.get("gssencmode") == Some("require") {
        return Err(bad("gssencmode=require is not supported".to_owned()).hint("use TLS: sslmode=verify-full"));
    }
    if choose(params, "sslcertmode", &[("disable", false), ("allow", false), ("require", true)])? == Some(true) {
        return Err(bad("sslcertmode=require is not supported".to_owned())
            .hint("leave it out and make the server ask: clientcert=verify-full in its pg_hba.conf"));
    }
    Ok(())
}

fn keepalives(params: &Params) -> Result<Keepalives> {
    if number(params, "keepalives")? == Some(0) {
        return Ok(Keepalives::Off);
    }
    let seconds =
        |name| -> Result<Option<Duration>> { Ok(whole(params, name)?.filter(|s| *s > 0).map(Duration::from_secs)) };
    Ok(Keepalives::On {
        idle: seconds("keepalives_idle")?,
        interval: seconds("keepalives_interval")?,
        retries: whole(params, "keepalives_count")?.filter(|n| *n > 0).and_then(|n| u32::try_from(n).ok()),
    })
}

fn endpoints(params: &Params, dbname: &str, user: &str, home: Option<&Path>) -> Result<Vec<Endpoint>> {
    let list = |name| params.get(name).map(|text| text.split(',').map(str::trim).collect::<Vec<_>>());
    let hosts = list("host");
    let addrs = list("hostaddr");
    let ports = list("port").unwrap_or_default();
    let count = hosts.as_ref().or(addrs.as_ref()).map_or(1, Vec::len);
    if addrs.as_ref().is_some_and(|addrs| addrs.len() != count) {
        return Err(bad(format!("there are {count} hosts and another number of host addresses"))
            .hint("give one hostaddr a host, in the same order (PGHOSTADDR counts too)"));
    }
    if ports.len() > 1 && ports.len() != count {
        return Err(bad(format!("there are {count} hosts and {} ports", ports.len()))
            .hint("give one port for all hosts, or one a host in the same order (PGPORT counts too)"));
    }
    let passfile = params.get("passfile").map(PathBuf::from).or_else(|| home.map(|home| home.join(".pgpass")));
    (0..count)
        .map(|index| {
            let item = |list: &Option<Vec<&str>>| {
                list.as_ref().and_then(|list| list.get(index)).filter(|item| !item.is_empty()).map(|s| (*s).to_owned())
            };
            let port = port(ports.get(index).or_else(|| ports.first().filter(|_| ports.len() == 1)).copied())?;
            let (address, pgpass_host) = address(item(&hosts), item(&addrs), port)?;
            let password = match params.get("password") {
                Some(password) => Some(Secret::new(password)),
                None => passfile.as_deref().and_then(|file| {
                    pgpass::lookup(file, pgpass::PasswordRequest { host: &pgpass_host, port, dbname, user })
                }),
            };
            Ok(Endpoint { address, port, password })
        })
        .collect()
}

fn port(text: Option<&str>) -> Result<u16> {
    match text {
        None | Some("") => Ok(DEFAULT_PORT),
        Some(text) => match text.parse() {
            Ok(port) if port > 0 => Ok(port),
            _ => Err(bad("the port is not a number from 1 to 65535".to_owned()).hint("check port and PGPORT")),
        },
    }
}

/// The address, and the name that the password file has it under.
fn address(host: Option<String>, addr: Option<String>, port: u16) -> Result<(ServerAddress, String)> {
    let addr = addr
        .map(|text| {
            text.parse::<IpAddr>().map_err(|_| {
                bad("hostaddr is not an IP address".to_owned()).hint("hostaddr takes numbers; a name goes into host")
            })
        })
        .transpose()?;
    Ok(match (host, addr) {
        (Some(host), None) if host.starts_with('/') => {
            let named = if SOCKET_FOLDERS.contains(&host.as_str()) { "localhost".to_owned() } else { host.clone() };
            (ServerAddress::Unix(PathBuf::from(host)), named)
        }
        (Some(host), addr) => (ServerAddress::Tcp { host: host.clone(), addr }, host),
        (None, Some(addr)) => (ServerAddress::Tcp { host: addr.to_string(), addr: Some(addr) }, addr.to_string()),
        (None, None) => {
            let socket = SOCKET_FOLDERS
                .iter()
                .map(PathBuf::from)
                .find(|folder| cfg!(unix) && folder.join(format!(".s.PGSQL.{port}")).exists());
            let localhost = "localhost".to_owned();
            match socket {
                Some(folder) => (ServerAddress::Unix(folder), localhost),
                None => (ServerAddress::Tcp { host: localhost.clone(), addr: None }, localhost),
            }
        }
    })
}

fn ssl(params: &Params, home: Option<&Path>) -> Result<SslSettings> {
    let roots = match params.get("sslrootcert") {
        Some("system") => Roots::System,
        Some(file) => Roots::File(PathBuf::from(file)),
        None => home.map_or(Roots::None, |home| Roots::File(home.join(".postgresql/root.crt"))),
    };
    let given = choose(
        params,
        "sslmode",
        &[
            ("disable", SslMode::Disable),
            ("allow", SslMode::Allow),
            ("prefer", SslMode::Prefer),
            ("require", SslMode::Require),
            ("verify-ca", SslMode::VerifyCa),
            ("verify-full", SslMode::VerifyFull),
        ],
    )?;
    // Anybody can have a certificate from a public authority: only its name says who it is.
    if roots == Roots::System && given.is_some_and(|mode| mode != SslMode::VerifyFull) {
        return Err(bad("sslrootcert=system needs sslmode=verify-full".to_owned())
            .hint("use sslmode=verify-full (PGSSLMODE counts too), or name a root certificate file"));
    }
    let mode = given.unwrap_or(if roots == Roots::System { SslMode::VerifyFull } else { SslMode::Prefer });
    let negotiation = choose(
        params,
        "sslnegotiation",
        &[("postgres", SslNegotiation::Postgres), ("direct", SslNegotiation::Direct)],
    )?
    .unwrap_or(SslNegotiation::Postgres);
    if negotiation == SslNegotiation::Direct && mode < SslMode::Require {
        return Err(bad("sslnegotiation=direct needs TLS for sure".to_owned())
            .hint("use sslmode=require, verify-ca or verify-full with it"));
    }
    let sends_cert = params.get("sslcertmode") != Some("disable");
    let file = |name: &str, default: &str| {
        params.get(name).map(PathBuf::from).or_else(|| home.map(|home| home.join(".postgresql").join(default)))
    };
    let min = tls_version(params, "ssl_min_protocol_version")?.unwrap_or(TlsVersion::V1_2);
    let max = tls_version(params, "ssl_max_protocol_version")?.unwrap_or(TlsVersion::V1_3);
    if min > max {
        return Err(bad("ssl_min_protocol_version is above ssl_max_protocol_version".to_owned())
            .hint("use TLSv1.2 and TLSv1.3"));
    }
    Ok(SslSettings {
        mode,
        negotiation,
        roots,
        crl: file("sslcrl", "root.crl"),
        cert: sends_cert.then(|| file("sslcert", "postgresql.crt")).flatten(),
        key: sends_cert.then(|| file("sslkey", "postgresql.key")).flatten(),
        min,
        max,
        sni: if params.get("sslsni") == Some("0") { Sni::Withheld } else { Sni::Sent },
    })
}

fn tls_version(params: &Params, name: &str) -> Result<Option<TlsVersion>> {
    let Some(given) = params.get(name) else { return Ok(None) };
    match given.to_ascii_lowercase().as_str() {
        // Nothing older than 1.2 is ever spoken: a lower bound below it changes nothing.
        "tlsv1" | "tlsv1.1" if name == "ssl_min_protocol_version" => Ok(Some(TlsVersion::V1_2)),
        "tlsv1.2" => Ok(Some(TlsVersion::V1_2)),
        "tlsv1.3" => Ok(Some(TlsVersion::V1_3)),
        _ => Err(bad(format!("{name} names no TLS version spoken here")).hint("use TLSv1.2 or TLSv1.3")),
    }
}
