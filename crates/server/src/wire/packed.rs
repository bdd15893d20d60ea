//! Long texts, kept compressed: reports of rollbacks and answers under an idempotency key in the database,
//! and long answers in memory until a slow reader has taken them. What is kept as it is needs no reading
//! here: JSON begins with another sign.

use std::io::{self, Cursor, Read, Write};

use data_encoding::BASE64;
use flate2::Compression;
use flate2::read::DeflateDecoder;
use flate2::write::DeflateEncoder;

/// Number of bytes up to which a text is kept as it is.
const SHORT: usize = 4096;

/// What a packed text begins with, where a text is kept.
const TEXT_SIGN: &str = "deflate:";

/// What packed bytes begin with, where bytes are kept.
const BYTES_SIGN: u8 = 0;

/// Returns the bytes compressed.
#[must_use]
pub fn pack(bytes: &[u8]) -> Vec<u8> {
    let mut packed = packer();
    packed.write_all(bytes).and_then(|()| packed.finish()).expect("memory takes whatever is written to it")
}

/// Compresses what is written to it, portion by portion.
#[must_use]
pub fn packer() -> DeflateEncoder<Vec<u8>> {
    DeflateEncoder::new(Vec::new(), Compression::fast())
}

/// Reads packed bytes, portion by portion.
pub fn unpack<R: Read>(packed: R) -> DeflateDecoder<R> {
    DeflateDecoder::new(packed)
}

/// Returns the form in which a text is kept where texts are: a long one is packed.
#[must_use]
pub fn keep_text(text: String) -> String {
    if text.len() <= SHORT {
        return text;
    }
    format!("{TEXT_SIGN}{}", BASE64.encode(&pack(text.as_bytes())))
}

/// Reads a text that was kept, portion by portion.
pub fn read_text(kept: &str) -> io::Result<Box<dyn Read + '_>> {
    let Some(packed) = kept.strip_prefix(TEXT_SIGN) else { return Ok(Box::new(kept.as_bytes())) };
    let packed = BASE64.decode(packed.as_bytes()).map_err(io::Error::other)?;
    Ok(Box::new(unpack(Cursor::new(packed))))
}

/// Returns the form in which bytes are kept where bytes are: many are packed.
#[must_use]
pub fn keep_bytes(bytes: Vec<u8>) -> Vec<u8> {
    if bytes.len() <= SHORT {
        return bytes;
    }
    [&[BYTES_SIGN], pack(&bytes).as_slice()].concat()
}

/// Returns bytes that were kept.
pub fn kept_bytes(kept: &[u8]) -> io::Result<Vec<u8>> {
    let Some((&BYTES_SIGN, packed)) = kept.split_first() else { return Ok(kept.to_vec()) };
    let mut bytes = Vec::new();
    unpack(packed).read_to_end(&mut bytes)?;
    Ok(bytes)
}
