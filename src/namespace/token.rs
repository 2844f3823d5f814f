//! EventoDB's access tokens: `ns_<base64url(namespace)>_<64 hex>`, kept as their SHA-256.

use std::fmt;

use base64::Engine;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use rand::Rng;
use sha2::{Digest, Sha256};

use crate::error::{Error, Result};

/// A token. Its Debug does not show it; [`Token::reveal`] does, once, where it is printed.
#[derive(Clone)]
pub struct Token(String);

impl Token {
    /// A new random token for a namespace.
    pub fn generate(namespace: &str) -> Self {
        let mut secret = [0_u8; 32];
        rand::rng().fill_bytes(&mut secret);
        Self(format!("ns_{}_{}", URL_SAFE_NO_PAD.encode(namespace), hex::encode(secret)))
    }

    /// A token that the user chose; it must be of EventoDB's form and name this namespace.
    ///
    /// # Errors
    /// Where it is not; the token itself is not in the error.
    pub fn parse(text: &str, namespace: &str) -> Result<Self> {
        let refuse = |why: &str| {
            Err(Error::usage(format!("the token given for namespace {namespace}"))
                .because(why.to_owned())
                .hint("leave --token out and one is made; its form is ns_<base64url(namespace)>_<64 hex digits>"))
        };
        let Some((name, secret)) = text.strip_prefix("ns_").and_then(|rest| rest.rsplit_once('_')) else {
            return refuse("it is not of EventoDB's form");
        };
        if secret.len() != 64 || !secret.bytes().all(|b| b.is_ascii_hexdigit()) {
            return refuse("its last part is not 64 hex digits");
        }
        match URL_SAFE_NO_PAD.decode(name) {
            Ok(name) if name == namespace.as_bytes() => Ok(Self(text.to_owned())),
            Ok(_) => refuse("it names another namespace"),
            Err(_) => refuse("its first part is not base64url"),
        }
    }

    /// What the registry keeps.
    pub fn sha256(&self) -> String {
        hex::encode(Sha256::digest(self.0.as_bytes()))
    }

    /// The token itself.
    pub fn reveal(&self) -> &str {
        &self.0
    }
}

impl fmt::Debug for Token {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Token(…)")
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_generated_token_parses_for_its_namespace_only() {
        let token = Token::generate("tenant-a");
        assert!(token.reveal().starts_with("ns_dGVuYW50LWE_"));
        assert!(Token::parse(token.reveal(), "tenant-a").is_ok());
        let error = Token::parse(token.reveal(), "tenant-b").unwrap_err();
        assert!(!format!("{error} {error:?} {token:?}").contains(token.reveal()));
    }

    #[test]
    fn a_base64url_name_may_hold_an_underscore() {
        let token = Token::generate("ü?>");
        assert!(Token::parse(token.reveal(), "ü?>").is_ok());
    }
}
