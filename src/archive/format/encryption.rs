//! Encryption by us, before anything leaves: each frame is an age file of its own, so that one can be read without the
//! others. Order and completeness are proven by the manifest's hashes.

use std::fmt;
use std::io::{self, BufRead, Cursor, Read, Write};

use serde::{Deserialize, Serialize};

use crate::store::{AgeKeys, CannotOpen};

/// How an archive's objects are encrypted.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Encryption {
    /// [`SCHEME`].
    pub scheme: String,
    /// Whose identities open it.
    pub recipients: Vec<String>,
    /// Bytes of each of the heads object's frames; the data object's are told with its frames.
    pub heads_frames: Vec<u64>,
}

impl Encryption {
    /// By these keys, where there are any.
    pub fn by(keys: &AgeKeys, heads_frames: Vec<u64>) -> Option<Self> {
        let recipients = keys.recipients().iter().map(ToString::to_string).collect();
        keys.seals().then(|| Self { scheme: SCHEME.to_owned(), recipients, heads_frames })
    }
}

/// Each frame an age file (<https://age-encryption.org/v1>), one after the other.
pub const SCHEME: &str = "age-frames";

/// Encrypts one frame.
///
/// # Errors
/// Where the library fails.
pub fn seal(keys: &AgeKeys, frame: &[u8]) -> io::Result<Vec<u8>> {
    let recipients = keys.recipients().iter().map(|recipient| recipient as &dyn age::Recipient);
    let encryptor = age::Encryptor::with_recipients(recipients).map_err(io::Error::other)?;
    let mut sealed = Vec::with_capacity(frame.len() + 512);
    let mut writer = encryptor.wrap_output(&mut sealed)?;
    writer.write_all(frame)?;
    writer.finish()?;
    Ok(sealed)
}

/// Decrypts one frame.
///
/// # Errors
/// [`CannotOpen`] inside where no identity given is one that it was encrypted to; otherwise it is damaged.
pub fn open(keys: &AgeKeys, sealed: &[u8]) -> io::Result<Vec<u8>> {
    let fault = |e: age::DecryptError| match e {
        age::DecryptError::NoMatchingKeys => io::Error::other(CannotOpen),
        other => io::Error::new(io::ErrorKind::InvalidData, other),
    };
    let identities = keys.identities().iter().map(|identity| identity as &dyn age::Identity);
    let mut reader = age::Decryptor::new_buffered(sealed).and_then(|d| d.decrypt(identities)).map_err(fault)?;
    let mut frame = Vec::with_capacity(sealed.len());
    reader.read_to_end(&mut frame)?;
    Ok(frame)
}

/// The most that the header of an encrypted frame may take: some thousand recipients.
pub const HEADER_BYTES: u64 = 1 << 20;

/// Whether one of the identities opens a frame that begins with these bytes: its header and a nonce are enough.
///
/// # Errors
/// Where they are no such thing, or too few.
pub fn opens(keys: &AgeKeys, beginning: &[u8]) -> io::Result<bool> {
    let odd = |e: age::DecryptError| io::Error::new(io::ErrorKind::InvalidData, e);
    let identities = keys.identities().iter().map(|identity| identity as &dyn age::Identity);
    match age::Decryptor::new_buffered(beginning).map_err(odd)?.decrypt(identities) {
        Ok(_) => Ok(true),
        Err(age::DecryptError::NoMatchingKeys) => Ok(false),
        Err(e) => Err(odd(e)),
    }
}

/// Bytes of a frame behind its header, where it opens to so many: a nonce, then 16 bytes more for each 64 KiB.
pub const fn sealed_payload(opened: u64) -> u64 {
    let pieces = opened.div_ceil(64 << 10);
    16 + opened + 16 * if pieces == 0 { 1 } else { pieces }
}

/// Reads frames of these lengths, decrypted, as if they were one. What follows them is an error.
pub struct Opening<R> {
    inner: R,
    keys: AgeKeys,
    lengths: std::vec::IntoIter<u64>,
    frame: Cursor<Vec<u8>>,
}

impl<R: BufRead> Opening<R> {
    /// From the first frame on.
    pub fn new(inner: R, keys: AgeKeys, lengths: Vec<u64>) -> Self {
        Self { inner, keys, lengths: lengths.into_iter(), frame: Cursor::default() }
    }
}

impl<R: BufRead> Read for Opening<R> {
    fn read(&mut self, buf: &mut [u8]) -> io::Result<usize> {
        let n = self.fill_buf()?.read(buf)?;
        self.consume(n);
        Ok(n)
    }
}

impl<R: BufRead> BufRead for Opening<R> {
    fn fill_buf(&mut self) -> io::Result<&[u8]> {
        while self.frame.fill_buf()?.is_empty() {
            let Some(length) = self.lengths.next() else {
                if self.inner.fill_buf()?.is_empty() {
                    return Ok(&[]);
                }
                return Err(io::Error::new(io::ErrorKind::InvalidData, "it goes on past its last frame"));
            };
            // The frame before is done with, and this one may be large.
            self.frame = Cursor::default();
            let mut sealed = Vec::new();
            self.inner.by_ref().take(length).read_to_end(&mut sealed)?;
            if sealed.len() as u64 != length {
                return Err(io::Error::new(io::ErrorKind::UnexpectedEof, "it ends within a frame"));
            }
            self.frame = Cursor::new(open(&self.keys, &sealed)?);
        }
        self.frame.fill_buf()
    }

    fn consume(&mut self, n: usize) {
        self.frame.consume(n);
    }
}

impl<R> fmt::Debug for Opening<R> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Opening").finish_non_exhaustive()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn keys() -> AgeKeys {
        let identity = age::x25519::Identity::generate();
        AgeKeys::new(vec![identity.to_public()], vec![identity])
    }

    fn sealed(keys: &AgeKeys, frames: &[&[u8]]) -> (Vec<u8>, Vec<u64>) {
        let frames: Vec<_> = frames.iter().map(|frame| seal(keys, frame).unwrap()).collect();
        (frames.concat(), frames.iter().map(|f| f.len() as u64).collect())
    }

    fn opened(keys: &AgeKeys, (bytes, lengths): &(Vec<u8>, Vec<u64>)) -> io::Result<Vec<u8>> {
        let mut all = Vec::new();
        Opening::new(&bytes[..], keys.clone(), lengths.clone()).read_to_end(&mut all)?;
        Ok(all)
    }

    #[test]
    fn frames_open_one_by_one_and_as_one() {
        let keys = keys();
        let all = sealed(&keys, &[b"one\n", b"", &vec![7; 200_000]]);
        assert_eq!(opened(&keys, &all).unwrap(), [b"one\n".as_slice(), &vec![7; 200_000]].concat());
        let second = usize::try_from(all.1[0]).unwrap();
        let third = second + usize::try_from(all.1[1]).unwrap();
        assert_eq!(open(&keys, &all.0[third..]).unwrap(), vec![7; 200_000]);
    }

    #[test]
    fn the_length_of_a_frame_follows_from_its_header_and_from_what_it_opens_to() {
        let keys = keys();
        for opened in [0, 1, 65_535, 65_536, 65_537, 200_000] {
            let sealed = seal(&keys, &vec![7; opened]).unwrap();
            let mac = sealed.windows(5).position(|bytes| bytes == b"\n--- ").unwrap() + 1;
            let header = mac + sealed[mac..].iter().position(|b| *b == b'\n').unwrap() + 1;
            assert_eq!(sealed.len() as u64, header as u64 + sealed_payload(opened as u64), "{opened}");
        }
    }

    #[test]
    fn the_beginning_of_a_frame_tells_who_opens_it() {
        let (mine, other) = (keys(), keys());
        let sealed = seal(&mine, &[7; 1000]).unwrap();
        assert!(opens(&mine, &sealed[..600]).unwrap());
        assert!(!opens(&other, &sealed[..600]).unwrap());
        assert!(opens(&mine, &sealed[..100]).is_err());
        assert!(opens(&mine, b"time,global_position").is_err());
    }

    #[test]
    fn a_stranger_is_told_from_damage() {
        let mine = keys();
        let all = sealed(&mine, &[b"one\n", b"two\n"]);
        assert!(opened(&keys(), &all).unwrap_err().get_ref().unwrap().is::<CannotOpen>());
        for at in 0..all.0.len() {
            let mut damaged = all.clone();
            damaged.0[at] ^= 0x40;
            assert!(opened(&mine, &damaged).is_err(), "byte {at}");
        }
        let mut longer = all.clone();
        longer.0.push(0);
        assert!(opened(&mine, &longer).is_err());
        let mut shorter = all;
        shorter.0.pop();
        assert!(opened(&mine, &shorter).is_err());
    }
}
