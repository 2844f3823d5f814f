//! The login of one namespace at `eventodb-admin serve`. It is made from the server's own user and password, so there is no
//! further secret to keep: the user is `USER/NAMESPACE`, and the password is derived from the server's.

use ring::hmac;

use crate::db::conninfo::Secret;

/// What stands between the server's user and the namespace. The user has none, so everything behind the first one is the
/// namespace, whatever characters its name has.
pub const SEPARATOR: char = '/';

/// What the derived password is for. Another text would give other passwords.
const CONTEXT: &[u8] = b"eventodb-admin serve: the password of namespace ";

/// Makes passwords of namespaces from the server's password.
#[derive(Clone)]
pub struct LoginKey(hmac::Key);

impl std::fmt::Debug for LoginKey {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("LoginKey").finish_non_exhaustive()
    }
}

impl LoginKey {
    /// Of the server's password, in the form that SCRAM takes it in.
    pub fn new(password: &Secret) -> Self {
        let prepared = stringprep::saslprep(password.reveal()).unwrap_or(password.reveal().into());
        Self(hmac::Key::new(hmac::HMAC_SHA256, prepared.as_bytes()))
    }

    /// Derives the password of a namespace. It tells nothing of the server's, nor of another namespace's.
    pub fn password_of(&self, namespace: &str) -> Secret {
        let derived = hmac::sign(&self.0, &[CONTEXT, namespace.as_bytes()].concat());
        Secret::new(hex::encode(derived.as_ref()))
    }
}

/// Gives the user of a namespace.
pub fn user_of(server_user: &str, namespace: &str) -> String {
    format!("{server_user}{SEPARATOR}{namespace}")
}

/// Gives the namespace that a user is for, where it is one of a server's user.
pub fn namespace_of<'u>(user: &'u str, server_user: &str) -> Option<&'u str> {
    let (server, namespace) = user.split_once(SEPARATOR)?;
    (server == server_user && !namespace.is_empty()).then_some(namespace)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn each_namespace_has_a_password_of_its_own_and_it_is_not_the_servers() {
        let key = LoginKey::new(&Secret::new("pä\u{00a0}ss"));
        let alpha = key.password_of("alpha");
        assert_eq!(alpha, LoginKey::new(&Secret::new("pä ss")).password_of("alpha"), "both are prepared alike");
        assert!(alpha.reveal().len() == 64 && !format!("{key:?}").contains("ss\""));
        assert_ne!(alpha, key.password_of("alpha2"));
        assert_ne!(alpha, LoginKey::new(&Secret::new("another")).password_of("alpha"));
    }

    #[test]
    fn the_derived_password_never_changes() {
        // Mappings in databases have it.
        let derived = LoginKey::new(&Secret::new("secret")).password_of("alpha");
        let expected = {
            let key = hmac::Key::new(hmac::HMAC_SHA256, b"secret");
            hex::encode(hmac::sign(&key, b"eventodb-admin serve: the password of namespace alpha"))
        };
        assert_eq!(derived.reveal(), expected);
    }

    #[test]
    fn everything_behind_the_first_separator_is_the_namespace() {
        for namespace in ["alpha", "a/b", "/", "eventodb/alpha", "it's a \"name\""] {
            assert_eq!(namespace_of(&user_of("eventodb", namespace), "eventodb"), Some(namespace));
        }
        for other in ["eventodb", "eventodb/", "/alpha", "somebody/alpha", ""] {
            assert_eq!(namespace_of(other, "eventodb"), None, "{other}");
        }
    }
}
