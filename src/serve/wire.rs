//! The protocol's messages on a stream (<https://www.postgresql.org/docs/current/protocol-message-formats.html>), by
//! `pgwire`'s codecs.

use std::io;

use bytes::{Buf, BytesMut};
use futures::{SinkExt, StreamExt};
use pgwire::messages::response::{CommandComplete, ErrorResponse, ReadyForQuery, TransactionStatus};
use pgwire::messages::{
    DecodeContext, PgWireBackendMessage as Backend, PgWireFrontendMessage as Frontend, ProtocolVersion,
};
use tokio::io::{AsyncRead, AsyncWrite, AsyncWriteExt};
use tokio_util::codec::{Decoder, Encoder, Framed, FramedParts};

use super::fault::Fault;

/// A message before the client is known.
const MAX_GREETING: usize = 10_000;
/// A statement with its parameters.
const MAX_MESSAGE: usize = 8 << 20;

/// Rows that are sent together with what stands before them.
const MAX_BUFFERED: usize = 1 << 20;

/// Any stream.
pub trait WireStream: AsyncRead + AsyncWrite + Unpin + Send {}
impl<T: AsyncRead + AsyncWrite + Unpin + Send> WireStream for T {}

/// What is read next.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Expecting {
    /// A request for TLS, or who the client is.
    Negotiation,
    /// The answer to a challenge.
    Password,
    /// Anything else.
    Messages,
}

/// Cuts messages.
#[derive(Debug)]
pub struct WireCodec {
    expecting: Expecting,
}

impl Decoder for WireCodec {
    type Item = Frontend;
    type Error = io::Error;

    fn decode(&mut self, source: &mut BytesMut) -> io::Result<Option<Frontend>> {
        let broken = |e: &dyn std::fmt::Display| io::Error::new(io::ErrorKind::InvalidData, e.to_string());
        let has_type = matches!(self.expecting, Expecting::Password | Expecting::Messages);
        let most = if self.expecting == Expecting::Messages { MAX_MESSAGE } else { MAX_GREETING };
        let start = usize::from(has_type);
        if source.len() < start + 4 {
            return Ok(None);
        }
        let length = usize::try_from((&source[start..]).get_i32()).map_err(|e| broken(&e))?;
        if length < 4 || length > most {
            return Err(broken(&format_args!("a message of {length} bytes")));
        }
        if source.len() < start + length {
            return Ok(None);
        }
        // The codec is given one whole message: it waits for nothing.
        let mut message = source.split_to(start + length);
        let mut context = DecodeContext::new(ProtocolVersion::PROTOCOL3_0);
        context.awaiting_frontend_ssl = self.expecting == Expecting::Negotiation;
        context.awaiting_frontend_startup = context.awaiting_frontend_ssl;
        let whole = message.clone();
        let read = Frontend::decode(&mut message, &context).map_err(|e| broken(&e))?;
        if let Some(Frontend::SslNegotiation(pgwire::messages::SslNegotiationMetaMessage::None)) = read {
            // It was no request for TLS: it says who the client is.
            context.awaiting_frontend_ssl = false;
            let mut whole = whole;
            return Frontend::decode(&mut whole, &context).map_err(|e| broken(&e));
        }
        Ok(read)
    }
}

impl Encoder<Backend> for WireCodec {
    type Error = io::Error;

    fn encode(&mut self, message: Backend, to: &mut BytesMut) -> io::Result<()> {
        message.encode(to).map_err(|e| io::Error::other(e.to_string()))
    }
}

/// A connection.
pub struct Wire {
    framed: Framed<Box<dyn WireStream>, WireCodec>,
}

impl Wire {
    /// On a stream.
    pub fn new(stream: Box<dyn WireStream>) -> Self {
        Self { framed: Framed::new(stream, WireCodec { expecting: Expecting::Negotiation }) }
    }

    /// The stream, to be encrypted; nothing may have been read past what was asked for.
    pub fn into_stream(self) -> io::Result<Box<dyn WireStream>> {
        let FramedParts { io, read_buf, .. } = self.framed.into_parts();
        if read_buf.is_empty() { Ok(io) } else { Err(io::Error::other("data came before encryption")) }
    }

    /// What comes next.
    pub fn expect(&mut self, expecting: Expecting) {
        self.framed.codec_mut().expecting = expecting;
    }

    /// The next message; `None` at the end.
    pub async fn next(&mut self) -> io::Result<Option<Frontend>> {
        self.framed.next().await.transpose()
    }

    /// Writes a message when there is occasion.
    pub async fn feed(&mut self, message: Backend) -> io::Result<()> {
        self.framed.feed(message).await
    }

    /// Writes what was encoded already; what is large is not copied once more.
    pub async fn write(&mut self, encoded: &[u8]) -> io::Result<()> {
        if encoded.len() > MAX_BUFFERED {
            self.flush().await?;
            self.framed.get_mut().write_all(encoded).await?;
        } else {
            self.framed.write_buffer_mut().extend_from_slice(encoded);
        }
        self.flush().await
    }

    /// Sends all.
    pub async fn flush(&mut self) -> io::Result<()> {
        SinkExt::<Backend>::flush(&mut self.framed).await
    }

    /// A statement is done.
    pub async fn complete(&mut self, tag: impl Into<String>) -> io::Result<()> {
        self.feed(Backend::CommandComplete(CommandComplete::new(tag.into()))).await
    }

    /// The next statement may come.
    pub async fn ready(&mut self, status: TransactionStatus) -> io::Result<()> {
        self.feed(Backend::ReadyForQuery(ReadyForQuery::new(status))).await?;
        self.flush().await
    }

    /// An error.
    pub async fn fault(&mut self, severity: &str, fault: &Fault) -> io::Result<()> {
        let mut fields = vec![
            (b'S', severity.to_owned()),
            (b'V', severity.to_owned()),
            (b'C', fault.code.to_owned()),
            (b'M', fault.message.replace('\0', " ")),
        ];
        fields.extend(fault.hint.as_ref().map(|hint| (b'H', hint.replace('\0', " "))));
        self.feed(Backend::ErrorResponse(ErrorResponse::new(fields))).await?;
        self.flush().await
    }
}
