//! libpq's parameters by name, their environment variables, and which of them mean something here.

use std::collections::BTreeMap;

use crate::error::{Error, Result};

/// What is being done, in every error of this folder.
pub(super) const DOING: &str = "reading the database URL and PG* settings";

/// What becomes of a parameter.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(super) enum Treatment {
    /// Read.
    Used,
    /// Has no bearing on this program: any value is fine.
    Ignored,
    /// Asks for something this program cannot do, unless it has this value.
    RefusedUnless(&'static str),
}

pub(super) struct Parameter {
    pub name: &'static str,
    pub env: Option<&'static str>,
    pub treatment: Treatment,
}

const fn used(name: &'static str, env: &'static str) -> Parameter {
    Parameter { name, env: Some(env), treatment: Treatment::Used }
}

const fn used_without_env(name: &'static str) -> Parameter {
    Parameter { name, env: None, treatment: Treatment::Used }
}

const fn ignored(name: &'static str) -> Parameter {
    Parameter { name, env: None, treatment: Treatment::Ignored }
}

const fn refused(name: &'static str, env: Option<&'static str>, unless: &'static str) -> Parameter {
    Parameter { name, env, treatment: Treatment::RefusedUnless(unless) }
}

pub(super) const PARAMETERS: &[Parameter] = &[
    used("service", "PGSERVICE"),
    used("host", "PGHOST"),
    used("hostaddr", "PGHOSTADDR"),
    used("port", "PGPORT"),
    used("dbname", "PGDATABASE"),
    used("user", "PGUSER"),
    used("password", "PGPASSWORD"),
    used("passfile", "PGPASSFILE"),
    used("connect_timeout", "PGCONNECT_TIMEOUT"),
    used("options", "PGOPTIONS"),
    used("application_name", "PGAPPNAME"),
    used_without_env("fallback_application_name"),
    used("target_session_attrs", "PGTARGETSESSIONATTRS"),
    used("load_balance_hosts", "PGLOADBALANCEHOSTS"),
    used("channel_binding", "PGCHANNELBINDING"),
    used("require_auth", "PGREQUIREAUTH"),
    used("sslmode", "PGSSLMODE"),
    used("sslnegotiation", "PGSSLNEGOTIATION"),
    used("sslrootcert", "PGSSLROOTCERT"),
    used("sslcrl", "PGSSLCRL"),
    used("sslcert", "PGSSLCERT"),
    used("sslkey", "PGSSLKEY"),
    used("sslcertmode", "PGSSLCERTMODE"),
    used("sslsni", "PGSSLSNI"),
    used("ssl_min_protocol_version", "PGSSLMINPROTOCOLVERSION"),
    used("ssl_max_protocol_version", "PGSSLMAXPROTOCOLVERSION"),
    used_without_env("keepalives"),
    used_without_env("keepalives_idle"),
    used_without_env("keepalives_interval"),
    used_without_env("keepalives_count"),
    used_without_env("tcp_user_timeout"),
    // Sessions always speak UTF-8; libpq itself ignores compression by now; Kerberos is never tried.
    ignored("client_encoding"),
    ignored("sslcompression"),
    ignored("krbsrvname"),
    ignored("gsslib"),
    ignored("gssdelegation"),
    Parameter { name: "gssencmode", env: Some("PGGSSENCMODE"), treatment: Treatment::Used },
    // Each of these narrows what is accepted: ignoring one would be less safe than what was asked for.
    refused("requirepeer", Some("PGREQUIREPEER"), ""),
    refused("sslcrldir", Some("PGSSLCRLDIR"), ""),
    refused("sslpassword", None, ""),
    refused("replication", None, "false"),
    refused("scram_client_key", None, ""),
    refused("scram_server_key", None, ""),
    refused("sslkeylogfile", None, ""),
    refused("min_protocol_version", Some("PGMINPROTOCOLVERSION"), "3.0"),
    refused("max_protocol_version", Some("PGMAXPROTOCOLVERSION"), "3.0"),
];

/// Never shown.
const SECRETS: &[&str] = &["password", "sslpassword", "scram_client_key", "scram_server_key"];

/// What was given, by parameter. No `Debug`: one of the values is the password.
#[derive(Default)]
pub(super) struct Params(BTreeMap<&'static str, String>);

impl Params {
    /// Sets a parameter by its libpq name.
    pub(super) fn set(&mut self, name: &str, value: String) -> Result<(), UnknownParameter> {
        let parameter = PARAMETERS.iter().find(|p| p.name == name).ok_or(UnknownParameter)?;
        self.0.insert(parameter.name, value);
        Ok(())
    }

    /// The value, unless it is missing or empty.
    pub(super) fn get(&self, name: &str) -> Option<&str> {
        self.0.get(name).map(String::as_str).filter(|value| !value.is_empty())
    }

    /// Takes from `other` what is not set here.
    pub(super) fn fill_from(&mut self, other: Self) {
        for (name, value) in other.0 {
            self.0.entry(name).or_insert(value);
        }
    }

    /// Takes from the environment what is not set here.
    pub(super) fn fill_from_env(&mut self, env: &dyn Fn(&str) -> Option<String>) {
        for parameter in PARAMETERS {
            if let Some(value) = parameter.env.and_then(env) {
                self.0.entry(parameter.name).or_insert(value);
            }
        }
    }

    /// As `key=value` pairs in the order that people write, secrets as `***`.
    pub(super) fn masked(&self) -> String {
        let pair = |p: &Parameter| {
            let value = self.get(p.name)?;
            let value = if SECRETS.contains(&p.name) {
                "***".to_owned()
            } else if value.contains([' ', '\'', '\\']) {
                format!("'{}'", value.replace('\\', r"\\").replace('\'', r"\'"))
            } else {
                value.to_owned()
            };
            Some(format!("{}={value}", p.name))
        };
        PARAMETERS.iter().filter_map(pair).collect::<Vec<_>>().join(" ")
    }

    /// Refuses what this program cannot honour.
    pub(super) fn check_supported(&self) -> Result<()> {
        for parameter in PARAMETERS {
            let Treatment::RefusedUnless(fine) = parameter.treatment else { continue };
            if self.get(parameter.name).is_some_and(|value| value != fine) {
                return Err(Error::usage(DOING)
                    .because(format!("the parameter {} is not supported", parameter.name))
                    .hint("leave it out; what it asks for cannot be honoured here"));
            }
        }
        Ok(())
    }
}

/// No such parameter.
pub(super) struct UnknownParameter;
