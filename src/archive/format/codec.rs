//! How archived CSV is compressed: in frames that can be read one by one, and as one file by any tool.

use std::cell::RefCell;
use std::fmt;
use std::io::{self, BufRead, Read, Write};
use std::str::FromStr;

use zstd::stream::raw::Operation;

use crate::error::{Error, Result};

/// The compression of an archive's data.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Codec {
    /// zstd at this level (1–22), a frame of its own every few MiB.
    Zstd {
        /// Higher is smaller and slower.
        level: i32,
    },
    /// gzip at this level (1–9), a member of its own every few MiB.
    Gzip {
        /// Higher is smaller and slower.
        level: u32,
    },
    /// Plain CSV.
    None,
}

/// Rows of JSON share long pieces, and their ids share none: levels 2 to 5, which look for short ones, take longer and come
/// out larger (benches/README.md).
const DEFAULT_LEVEL: i32 = 1;

/// zstd at the level that this tool uses unasked.
impl Default for Codec {
    fn default() -> Self {
        Self::Zstd { level: DEFAULT_LEVEL }
    }
}

impl Codec {
    /// The codec by its name, with a level where one is given.
    ///
    /// # Errors
    /// A usage error for an unknown name, or a level that the codec does not have.
    pub fn new(name: &str, level: Option<i32>) -> Result<Self> {
        let refuse = |why: String| Err(Error::usage(format!("compression {name}")).because(why));
        match (name, level) {
            ("zstd", level) => match level.unwrap_or(DEFAULT_LEVEL) {
                level @ 1..=22 => Ok(Self::Zstd { level }),
                level => refuse(format!("level {level} is not within 1 to 22")),
            },
            ("gzip", level) => match u32::try_from(level.unwrap_or(6)) {
                Ok(level @ 1..=9) => Ok(Self::Gzip { level }),
                _ => refuse(format!("level {} is not within 1 to 9", level.unwrap_or_default())),
            },
            ("none", None) => Ok(Self::None),
            ("none", Some(_)) => refuse("it has no level".into()),
            _ => refuse("it is not one of zstd, gzip and none".into()),
        }
    }

    /// The codec's name in the ledger and the manifest.
    pub const fn name(self) -> &'static str {
        match self {
            Self::Zstd { .. } => "zstd",
            Self::Gzip { .. } => "gzip",
            Self::None => "none",
        }
    }

    /// The level, where the codec has one.
    pub fn level(self) -> Option<i32> {
        match self {
            Self::Zstd { level } => Some(level),
            Self::Gzip { level } => i32::try_from(level).ok(),
            Self::None => None,
        }
    }

    /// What object names end with.
    pub const fn extension(self) -> &'static str {
        match self {
            Self::Zstd { .. } => ".zst",
            Self::Gzip { .. } => ".gz",
            Self::None => "",
        }
    }

    /// What compresses frame after frame.
    ///
    /// # Errors
    /// Where the library fails.
    pub fn compressor(self) -> io::Result<Compressor> {
        Ok(match self {
            Self::Zstd { level } => {
                let mut context = zstd::bulk::Compressor::new(level)?;
                context.include_checksum(true)?;
                context.include_contentsize(true)?;
                Compressor::Zstd(context)
            }
            Self::Gzip { level } => Compressor::Gzip(flate2::Compression::new(level)),
            Self::None => Compressor::None,
        })
    }

    /// Compresses one frame.
    ///
    /// # Errors
    /// Where the library fails; with data in memory it does not.
    pub fn compress(self, frame: &[u8]) -> io::Result<Vec<u8>> {
        self.compressor()?.compress(frame)
    }

    /// Reads frames one after the other, as if they were one.
    ///
    /// # Errors
    /// Where the library fails.
    pub fn decompress<'a>(self, stored: impl BufRead + Send + 'a) -> io::Result<Box<dyn Read + Send + 'a>> {
        Ok(match self {
            Self::Zstd { .. } => Box::new(zstd::Decoder::with_buffer(stored)?),
            Self::Gzip { .. } => Box::new(flate2::bufread::MultiGzDecoder::new(stored)),
            Self::None => Box::new(stored),
        })
    }
}

thread_local! {
    /// Making one takes as long as a small frame does.
    static ZSTD: RefCell<Option<zstd::stream::raw::Decoder<'static>>> = const { RefCell::new(None) };
}

impl Codec {
    /// The first so many bytes of what was compressed; what comes after them is not unpacked.
    ///
    /// # Errors
    /// Where there are fewer, or the library fails.
    pub fn first_bytes(self, stored: &[u8], bytes: usize) -> io::Result<Vec<u8>> {
        if let Self::Zstd { .. } = self {
            return ZSTD.with_borrow_mut(|decoder| first_bytes(decoder, stored, bytes));
        }
        let mut first = Vec::with_capacity(bytes);
        self.decompress(stored)?.take(bytes as u64).read_to_end(&mut first)?;
        if first.len() < bytes { Err(io::ErrorKind::UnexpectedEof.into()) } else { Ok(first) }
    }
}

fn first_bytes(
    decoder: &mut Option<zstd::stream::raw::Decoder<'static>>,
    stored: &[u8],
    bytes: usize,
) -> io::Result<Vec<u8>> {
    let decoder = match decoder {
        Some(decoder) => decoder,
        None => decoder.insert(zstd::stream::raw::Decoder::new()?),
    };
    decoder.reinit()?;
    let (mut first, mut read, mut written) = (vec![0; bytes], 0, 0);
    while written < bytes {
        let step = decoder.run_on_buffers(&stored[read..], &mut first[written..])?;
        if step.bytes_read == 0 && step.bytes_written == 0 {
            return Err(io::ErrorKind::UnexpectedEof.into());
        }
        read += step.bytes_read;
        written += step.bytes_written;
    }
    Ok(first)
}

/// Compresses frames, each by itself, in memory that is made once.
pub enum Compressor {
    /// A frame at a time: told its length beforehand and never copied, zstd is half as slow again as when it is written to.
    Zstd(zstd::bulk::Compressor<'static>),
    /// A member at a time.
    Gzip(flate2::Compression),
    /// As it is.
    None,
}

impl Compressor {
    /// Compresses one frame.
    ///
    /// # Errors
    /// Where the library fails; with data in memory it does not.
    pub fn compress(&mut self, frame: &[u8]) -> io::Result<Vec<u8>> {
        match self {
            Self::Zstd(context) => context.compress(frame),
            Self::Gzip(level) => {
                let mut encoder = flate2::write::GzEncoder::new(Vec::new(), *level);
                encoder.write_all(frame)?;
                encoder.finish()
            }
            Self::None => Ok(frame.to_vec()),
        }
    }
}

impl fmt::Debug for Compressor {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Compressor").finish_non_exhaustive()
    }
}

impl FromStr for Codec {
    type Err = Error;

    fn from_str(name: &str) -> Result<Self> {
        Self::new(name, None)
    }
}

impl fmt::Display for Codec {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.name())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_codec_is_the_one_that_its_name_says() {
        for name in ["zstd", "gzip", "none"] {
            assert_eq!(name.parse::<Codec>().unwrap().name(), name);
        }
        assert!("lz4".parse::<Codec>().is_err());
    }

    #[test]
    fn frames_read_as_one() {
        for codec in ["zstd", "gzip", "none"].map(|n| n.parse::<Codec>().unwrap()) {
            let mut stored = codec.compress(b"one\n").unwrap();
            stored.extend(codec.compress(b"two\n").unwrap());
            let mut plain = String::new();
            codec.decompress(&stored[..]).unwrap().read_to_string(&mut plain).unwrap();
            assert_eq!(plain, "one\ntwo\n", "{codec}");
        }
    }

    #[test]
    fn the_first_bytes_are_those_that_come_first() {
        let plain: Vec<u8> = (0..300_000_u32).flat_map(|n| (n / 7).to_le_bytes()).collect();
        for codec in ["zstd", "gzip", "none"].map(|n| n.parse::<Codec>().unwrap()) {
            let halves = [&plain[..500_001], &plain[500_001..]].map(|half| codec.compress(half).unwrap());
            let stored = halves.concat();
            for bytes in [0, 1, 131_072, 500_000, 500_001, 500_002, plain.len()] {
                assert!(codec.first_bytes(&stored, bytes).unwrap() == plain[..bytes], "{codec} {bytes}");
            }
            assert!(codec.first_bytes(&stored, plain.len() + 1).is_err(), "{codec}");
            assert!(codec.first_bytes(&stored[..stored.len() / 2], plain.len()).is_err(), "{codec}");
            // What failed does no harm to what comes next.
            assert!(codec.first_bytes(b"what is this", 13).is_err(), "{codec}");
            assert!(codec.first_bytes(&stored, 5).unwrap() == plain[..5], "{codec}");
        }
    }

    #[test]
    fn levels_that_a_codec_lacks_are_refused() {
        for (name, level) in
            [("zstd", Some(0)), ("zstd", Some(23)), ("gzip", Some(10)), ("none", Some(1)), ("lz4", None)]
        {
            assert!(Codec::new(name, level).is_err(), "{name} {level:?}");
        }
    }
}
