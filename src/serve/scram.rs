//! SCRAM-SHA-256, the server's side (<https://www.rfc-editor.org/rfc/rfc5802>, <https://www.rfc-editor.org/rfc/rfc7677>). The
//! certificate is not bound to it: a client that insists on that is told so by the list of mechanisms.

use std::num::NonZeroU32;

use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use ring::{digest, hmac, pbkdf2};

/// The mechanism's name.
pub const MECHANISM: &str = "SCRAM-SHA-256";

/// As `PostgreSQL` has it.
const ITERATIONS: NonZeroU32 = NonZeroU32::MIN.saturating_add(4095);

/// What a password is proven by: not the password.
#[derive(Clone)]
pub struct PasswordVerifier {
    salt: [u8; 16],
    stored_key: Vec<u8>,
    server_key: Vec<u8>,
}

impl std::fmt::Debug for PasswordVerifier {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Verifier").finish_non_exhaustive()
    }
}

fn mac(key: &[u8], text: &[u8]) -> Vec<u8> {
    hmac::sign(&hmac::Key::new(hmac::HMAC_SHA256, key), text).as_ref().to_vec()
}

fn hash(bytes: &[u8]) -> Vec<u8> {
    digest::digest(&digest::SHA256, bytes).as_ref().to_vec()
}

impl PasswordVerifier {
    /// Of a password.
    pub fn new(password: &str) -> Self {
        let salt: [u8; 16] = rand::random();
        // One that cannot be prepared is taken as it is, as PostgreSQL does.
        let prepared = stringprep::saslprep(password).unwrap_or(password.into());
        let mut salted = [0; 32];
        pbkdf2::derive(pbkdf2::PBKDF2_HMAC_SHA256, ITERATIONS, &salt, prepared.as_bytes(), &mut salted);
        let stored_key = hash(&mac(&salted, b"Client Key"));
        Self { salt, stored_key, server_key: mac(&salted, b"Server Key") }
    }

    /// Answers a client's first message with a challenge; `None` where it is none that can be met.
    pub fn challenge(&self, first: &[u8]) -> Option<Challenge<'_>> {
        let text = std::str::from_utf8(first).ok()?;
        let (flag, rest) = text.split_once(',')?;
        // A client that would bind the certificate if only we did: we do not.
        if !matches!(flag, "n" | "y") {
            return None;
        }
        let (_authorization, bare) = rest.split_once(',')?;
        let header = &text[..text.len() - bare.len()];
        let nonce = bare.split(',').find_map(|part| part.strip_prefix("r=")).filter(|nonce| !nonce.is_empty())?;
        let nonce = format!("{nonce}{}", STANDARD.encode(rand::random::<[u8; 18]>()));
        let message = format!("r={nonce},s={},i={ITERATIONS}", STANDARD.encode(self.salt));
        Some(Challenge { verifier: self, binding: STANDARD.encode(header), bare: bare.to_owned(), nonce, message })
    }
}

/// A challenge that was sent.
#[derive(Debug)]
pub struct Challenge<'a> {
    verifier: &'a PasswordVerifier,
    binding: String,
    bare: String,
    nonce: String,
    /// What the client gets.
    pub message: String,
}

impl Challenge<'_> {
    /// The server's own proof, for a client that has proven that it knows the password.
    pub fn proof(&self, last: &[u8]) -> Option<String> {
        let text = std::str::from_utf8(last).ok()?;
        let (without_proof, proof) = text.rsplit_once(",p=")?;
        let mut parts = without_proof.split(',');
        let is_ours =
            parts.next()?.strip_prefix("c=")? == self.binding && parts.next()?.strip_prefix("r=")? == self.nonce;
        let proof = STANDARD.decode(proof).ok()?;
        let spoken = format!("{},{},{without_proof}", self.bare, self.message);
        let signature = mac(&self.verifier.stored_key, spoken.as_bytes());
        if !is_ours || proof.len() != signature.len() {
            return None;
        }
        let client_key: Vec<u8> = proof.iter().zip(&signature).map(|(a, b)| a ^ b).collect();
        // Both are hashes of what nobody knows but the client: how long they are compared tells nothing of it.
        if hash(&client_key) != self.verifier.stored_key {
            return None;
        }
        Some(format!("v={}", STANDARD.encode(mac(&self.verifier.server_key, spoken.as_bytes()))))
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use postgres_protocol::authentication::sasl::{ChannelBinding, ScramSha256};

    fn exchange(password: &str, given: &str) -> bool {
        let verifier = PasswordVerifier::new(password);
        let mut client = ScramSha256::new(given.as_bytes(), ChannelBinding::unsupported());
        let challenge = verifier.challenge(client.message()).unwrap();
        client.update(challenge.message.as_bytes()).unwrap();
        match challenge.proof(client.message()) {
            Some(proof) => {
                client.finish(proof.as_bytes()).unwrap();
                true
            }
            None => false,
        }
    }

    #[test]
    fn the_drivers_client_proves_the_password_and_no_other() {
        assert!(exchange("secret", "secret"));
        assert!(exchange("pä\u{00a0}ss", "pä ss"), "both are prepared alike");
        assert!(!exchange("secret", "Secret"));
        assert!(!exchange("secret", ""));
    }

    #[test]
    fn what_is_no_first_message_is_no_ground_for_a_challenge() {
        let verifier = PasswordVerifier::new("secret");
        for odd in ["", "n", "n,,", "n,,n=a", "n,,n=a,r=", "p=tls-unique,,n=a,r=x", "x,,n=a,r=x"] {
            assert!(verifier.challenge(odd.as_bytes()).is_none(), "{odd}");
        }
        let challenge = verifier.challenge(b"n,,n=a,r=x").unwrap();
        for odd in ["", "c=biws", "c=biws,r=x,p=", "c=biws,r=x,p=AAAA", "c=eSws,r=x,p=AAAA"] {
            assert!(challenge.proof(odd.as_bytes()).is_none(), "{odd}");
        }
    }
}
