//! Looks at how a server asks its client to log in, before the driver sees the question: the driver would answer any, with
//! the password itself if that is what is asked for.

use std::fmt;
use std::future::Ready;
use std::io;
use std::pin::Pin;
use std::task::{Context, Poll, ready};

use tokio::io::{AsyncRead, AsyncWrite, ReadBuf};
use tokio_postgres::tls::{ChannelBinding, TlsConnect, TlsStream};

use super::line::{LineProtection, ServerLine};
use crate::db::conninfo::{AuthMethod, RequireAuth};

/// The tag of the server's messages about logging in, and bytes of a message's tag and length
/// (<https://www.postgresql.org/docs/current/protocol-message-formats.html>).
const AUTHENTICATION: u8 = b'R';
const HEADER: usize = 5;
/// Bytes of a message's length, which count themselves.
const LENGTH: u32 = 4;

/// Which ways to log in are accepted on a line.
#[derive(Debug, Clone)]
pub(super) struct Rules {
    pub require: RequireAuth,
    pub protection: LineProtection,
}

/// Why the server's question was not answered.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum LoginRefusal {
    /// `require_auth` does not have it.
    NotAllowed(AuthMethod),
    /// The password itself, over a line that others may hear or answer on.
    ClearText(LineProtection),
}

impl Rules {
    fn check(&self, method: AuthMethod) -> Result<(), LoginRefusal> {
        if !self.require.allows(method) {
            return Err(LoginRefusal::NotAllowed(method));
        }
        let is_safe = matches!(self.protection, LineProtection::ThisMachine | LineProtection::Proven);
        if method == AuthMethod::Password && !is_safe && !self.require.names(method) {
            return Err(LoginRefusal::ClearText(self.protection));
        }
        Ok(())
    }
}

impl fmt::Display for LoginRefusal {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::NotAllowed(AuthMethod::None) => {
                f.write_str("the server let us in without asking who we are, which require_auth does not allow")
            }
            Self::NotAllowed(method) => {
                write!(f, "the server asks for the login by {}, which require_auth does not allow", method.name())
            }
            Self::ClearText(LineProtection::Encrypted) => f.write_str(
                "the server asks for the password in clear text, and its certificate was not checked: it may be anybody. The \
                 password was not sent",
            ),
            Self::ClearText(_) => f.write_str(
                "the server asks for the password in clear text over a connection that is not encrypted. The password was not \
                 sent",
            ),
        }
    }
}

impl std::error::Error for LoginRefusal {}

impl LoginRefusal {
    /// What the user can do about it.
    pub(super) const fn hint(&self) -> &'static str {
        match self {
            Self::NotAllowed(_) => {
                "if this is the server that was meant, change the login in its pg_hba.conf, or require_auth (PGREQUIREAUTH)"
            }
            Self::ClearText(_) => {
                "use sslmode=verify-full, or have the server ask for scram-sha-256 (its pg_hba.conf); require_auth=password \
                 sends the password nevertheless"
            }
        }
    }
}

/// A line whose server is watched until it has let us in.
pub(super) struct Guarded {
    line: Box<dyn ServerLine>,
    watch: Option<LoginWatch>,
}

impl Guarded {
    pub(super) fn new(line: Box<dyn ServerLine>, rules: Rules) -> Self {
        Self { line, watch: Some(LoginWatch { rules, was_asked: false, at: ParseState::Header([0; HEADER], 0) }) }
    }

    /// A line on which nobody logs in.
    pub(super) fn unwatched(line: Box<dyn ServerLine>) -> Self {
        Self { line, watch: None }
    }
}

/// Follows the server's messages.
struct LoginWatch {
    rules: Rules,
    /// Whether the server has asked for anything.
    was_asked: bool,
    at: ParseState,
}

enum ParseState {
    /// So many bytes of a message's tag and length were seen.
    Header([u8; HEADER], usize),
    /// So many bytes of what it asks for were seen; so many bytes of the message follow them.
    Question([u8; 4], usize, u32),
    /// So many bytes of the message are left.
    Rest(u32),
}

#[derive(Debug, PartialEq, Eq)]
enum LoginProgress {
    /// There is more to come.
    More,
    /// The server has let us in.
    LetIn,
}

impl LoginWatch {
    fn take(&mut self, mut bytes: &[u8]) -> Result<LoginProgress, LoginRefusal> {
        loop {
            match &mut self.at {
                ParseState::Header(header, seen) => {
                    if !fill(header, seen, &mut bytes) {
                        return Ok(LoginProgress::More);
                    }
                    let [tag, length @ ..] = *header;
                    // A length that is too short has the driver end the connection, as has a question that is.
                    let body = u32::from_be_bytes(length).saturating_sub(LENGTH);
                    self.at = match (tag, body.checked_sub(LENGTH)) {
                        (AUTHENTICATION, Some(rest)) => ParseState::Question([0; 4], 0, rest),
                        _ => ParseState::Rest(body),
                    };
                }
                ParseState::Question(code, seen, rest) => {
                    if !fill(code, seen, &mut bytes) {
                        return Ok(LoginProgress::More);
                    }
                    let (code, rest) = (u32::from_be_bytes(*code), *rest);
                    self.at = ParseState::Rest(rest);
                    if self.asked(code)? == LoginProgress::LetIn {
                        return Ok(LoginProgress::LetIn);
                    }
                }
                ParseState::Rest(left) => {
                    let passed = bytes.len().min(usize::try_from(*left).unwrap_or(usize::MAX));
                    bytes = &bytes[passed..];
                    *left -= u32::try_from(passed).unwrap_or(*left);
                    if *left > 0 {
                        return Ok(LoginProgress::More);
                    }
                    self.at = ParseState::Header([0; HEADER], 0);
                }
            }
        }
    }

    fn asked(&mut self, code: u32) -> Result<LoginProgress, LoginRefusal> {
        let method = match code {
            0 if self.was_asked => return Ok(LoginProgress::LetIn),
            0 => return self.rules.check(AuthMethod::None).map(|()| LoginProgress::LetIn),
            3 => AuthMethod::Password,
            5 => AuthMethod::Md5,
            7 => AuthMethod::Gss,
            9 => AuthMethod::Sspi,
            10 => AuthMethod::ScramSha256,
            // What goes on with one of these, or what the driver does not answer.
            _ => return Ok(LoginProgress::More),
        };
        self.was_asked = true;
        self.rules.check(method).map(|()| LoginProgress::More)
    }
}

/// Moves bytes over until the buffer is full.
fn fill(buffer: &mut [u8], seen: &mut usize, bytes: &mut &[u8]) -> bool {
    let moved = bytes.len().min(buffer.len() - *seen);
    buffer[*seen..*seen + moved].copy_from_slice(&bytes[..moved]);
    *bytes = &bytes[moved..];
    *seen += moved;
    *seen == buffer.len()
}

impl AsyncRead for Guarded {
    fn poll_read(mut self: Pin<&mut Self>, cx: &mut Context<'_>, buffer: &mut ReadBuf<'_>) -> Poll<io::Result<()>> {
        let before = buffer.filled().len();
        ready!(Pin::new(&mut self.line).poll_read(cx, buffer))?;
        match self.watch.as_mut().map(|watch| watch.take(&buffer.filled()[before..])) {
            None | Some(Ok(LoginProgress::More)) => {}
            Some(Ok(LoginProgress::LetIn)) => self.watch = None,
            Some(Err(refused)) => {
                // The question does not reach the driver, and so gets no answer.
                buffer.set_filled(before);
                return Poll::Ready(Err(io::Error::new(io::ErrorKind::PermissionDenied, refused)));
            }
        }
        Poll::Ready(Ok(()))
    }
}

impl AsyncWrite for Guarded {
    fn poll_write(mut self: Pin<&mut Self>, cx: &mut Context<'_>, bytes: &[u8]) -> Poll<io::Result<usize>> {
        Pin::new(&mut self.line).poll_write(cx, bytes)
    }

    fn poll_write_vectored(
        mut self: Pin<&mut Self>,
        cx: &mut Context<'_>,
        slices: &[io::IoSlice<'_>],
    ) -> Poll<io::Result<usize>> {
        Pin::new(&mut self.line).poll_write_vectored(cx, slices)
    }

    fn is_write_vectored(&self) -> bool {
        self.line.is_write_vectored()
    }

    fn poll_flush(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<io::Result<()>> {
        Pin::new(&mut self.line).poll_flush(cx)
    }

    fn poll_shutdown(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<io::Result<()>> {
        Pin::new(&mut self.line).poll_shutdown(cx)
    }
}

impl TlsStream for Guarded {
    fn channel_binding(&self) -> ChannelBinding {
        self.line.binding()
    }
}

/// Gives the driver a line as it is: whether it is encrypted was settled before.
#[derive(Debug, Clone, Copy)]
pub(super) struct AsItIs;

impl TlsConnect<Guarded> for AsItIs {
    type Stream = Guarded;
    type Error = io::Error;
    type Future = Ready<io::Result<Guarded>>;

    fn connect(self, line: Guarded) -> Self::Future {
        std::future::ready(Ok(line))
    }
}

#[cfg(test)]
mod tests;
