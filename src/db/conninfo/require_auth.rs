//! Which ways to log in the server may ask for: libpq's `require_auth`.

use super::params::DOING;
use super::params::Params;
use crate::error::{Error, Result};

/// A way in which a server makes sure who its client is, as `require_auth` names it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum AuthMethod {
    /// The password itself, in clear text.
    Password,
    /// A hash of the password, by MD5.
    Md5,
    /// Kerberos, by GSSAPI. Not spoken here.
    Gss,
    /// Kerberos, by Windows. Not spoken here.
    Sspi,
    /// A proof that client and server both know the password; neither can learn it from the other.
    ScramSha256,
    /// A token of another service. Not spoken here.
    Oauth,
    /// The server asks for nothing: it trusts the address, or the client's certificate.
    None,
}

const METHODS: [(&str, AuthMethod); 7] = [
    ("password", AuthMethod::Password),
    ("md5", AuthMethod::Md5),
    ("gss", AuthMethod::Gss),
    ("sspi", AuthMethod::Sspi),
    ("scram-sha-256", AuthMethod::ScramSha256),
    ("oauth", AuthMethod::Oauth),
    ("none", AuthMethod::None),
];

impl AuthMethod {
    /// The method's name in `require_auth`.
    pub fn name(self) -> &'static str {
        METHODS.iter().find(|(_, method)| *method == self).map_or("", |(name, _)| name)
    }

    /// Whether this program can log in that way.
    const fn is_spoken(self) -> bool {
        matches!(self, Self::Password | Self::Md5 | Self::ScramSha256 | Self::None)
    }
}

/// The ways to log in that are accepted.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub enum RequireAuth {
    /// Whichever the server asks for. The default.
    #[default]
    Any,
    /// One of these.
    OneOf(Vec<AuthMethod>),
    /// Any other than these.
    NoneOf(Vec<AuthMethod>),
}

impl RequireAuth {
    /// Whether the server may ask for it.
    pub fn allows(&self, method: AuthMethod) -> bool {
        match self {
            Self::Any => true,
            Self::OneOf(methods) => methods.contains(&method),
            Self::NoneOf(methods) => !methods.contains(&method),
        }
    }

    /// Whether it is named as one that will do.
    pub fn names(&self, method: AuthMethod) -> bool {
        matches!(self, Self::OneOf(methods) if methods.contains(&method))
    }

    /// Reads the parameter, as libpq does: names with commas between them, either all of them with a `!` or none.
    pub(super) fn of(params: &Params) -> Result<Self> {
        let Some(given) = params.get("require_auth") else { return Ok(Self::Any) };
        let refused = |why: String| Error::usage(DOING).because(why).hint(hint());
        let (mut wanted, mut refusing): (Vec<AuthMethod>, Vec<AuthMethod>) = (Vec::new(), Vec::new());
        for item in given.split(',') {
            let (list, name) = match item.strip_prefix('!') {
                Some(name) => (&mut refusing, name),
                None => (&mut wanted, item),
            };
            let Some((name, method)) = METHODS.iter().find(|(known, _)| *known == name) else {
                return Err(refused("require_auth names a way to log in that nobody knows".to_owned()));
            };
            if list.contains(method) {
                return Err(refused(format!("require_auth names {name} twice")));
            }
            list.push(*method);
        }
        match (wanted.is_empty(), refusing.is_empty()) {
            (false, false) => Err(refused("require_auth has names with a ! and names without".to_owned())),
            (true, _) => Ok(Self::NoneOf(refusing)),
            (false, true) if wanted.iter().any(|method| method.is_spoken()) => Ok(Self::OneOf(wanted)),
            (false, true) => Err(Error::usage(DOING)
                .because(format!("require_auth={given} is not supported: this program speaks none of these"))
                .hint("use require_auth=scram-sha-256, or none with a client certificate")),
        }
    }
}

fn hint() -> String {
    let names: Vec<&str> = METHODS.iter().map(|(name, _)| *name).collect();
    format!("require_auth is a list of {} with commas between, or of such names with a ! before each", names.join(", "))
}
