//! The body of a long answer: kept compressed, and unpacked portion by portion as the client takes it. So
//! many clients that read slowly take little memory.

use std::io::{self, BufReader, Cursor, Read};
use std::pin::Pin;
use std::task::{Context, Poll};

use axum::body::{Body, Bytes, HttpBody};
use flate2::read::DeflateDecoder;
use hyper::body::{Frame, SizeHint};

use crate::http::prefix;
use crate::wire::packed::{pack, packer, read_text, unpack};

/// Number of bytes from which an answer is long.
const LONG: usize = 256 * 1024;

/// Number of bytes that are unpacked at once.
const PORTION: usize = 32 * 1024;

/// Returns the body of an answer of these bytes.
pub(super) fn body_of(bytes: Vec<u8>) -> Body {
    if bytes.len() < LONG {
        return Body::from(Bytes::from(bytes));
    }
    packed_body(pack(&bytes), bytes.len())
}

fn packed_body(packed: Vec<u8>, unpacked_len: usize) -> Body {
    Body::new(LongBody { packed: unpack(Cursor::new(Bytes::from(packed))), left: unpacked_len })
}

/// A long text for an answer, as it is kept.
#[derive(Clone)]
pub(super) struct LongMember {
    /// The member of the answer that the text is. It is written as null before.
    pub(super) name: &'static str,
    /// The text, in the form of [`crate::wire::packed::keep_text`].
    pub(super) kept: String,
}

impl LongMember {
    /// Returns the length and the body of an answer of this JSON, with the text in its place. The text is
    /// never in memory as a whole.
    pub(super) fn body_of(&self, json: &[u8], prefix: &str) -> io::Result<(usize, Body)> {
        // These words cannot be part of a text: there the quotes are escaped.
        let null = format!("\"{}\":null", self.name);
        let place = json.windows(null.len()).position(|at| at == null.as_bytes());
        let place = place.ok_or_else(|| io::Error::other(format!("{null} is not in the answer")))?;
        let end = place + null.len();
        let (before, after) = (&json[..end - "null".len()], &json[end..]);
        let whole = BufReader::new(before.chain(read_text(&self.kept)?).chain(after));
        let mut packed = packer();
        let len = prefix::copy_before_types(whole, &mut packed, prefix)?;
        Ok((len, packed_body(packed.finish()?, len)))
    }
}

/// The rest of a long answer.
struct LongBody {
    packed: DeflateDecoder<Cursor<Bytes>>,
    /// Number of bytes that have not been sent.
    left: usize,
}

impl HttpBody for LongBody {
    type Data = Bytes;
    type Error = std::io::Error;

    fn poll_frame(
        mut self: Pin<&mut Self>,
        _: &mut Context<'_>,
    ) -> Poll<Option<Result<Frame<Bytes>, std::io::Error>>> {
        if self.left == 0 {
            return Poll::Ready(None);
        }
        let mut portion = vec![0; PORTION.min(self.left)];
        let read = self.packed.read_exact(&mut portion);
        self.left -= portion.len();
        Poll::Ready(Some(read.map(|()| Frame::data(Bytes::from(portion)))))
    }

    fn is_end_stream(&self) -> bool {
        self.left == 0
    }

    fn size_hint(&self) -> SizeHint {
        SizeHint::with_exact(self.left as u64)
    }
}
