//! The body of a long answer: kept compressed, and unpacked portion by portion as the client takes it. So
//! many clients that read slowly take little memory.

use std::io::{Cursor, Read};
use std::pin::Pin;
use std::task::{Context, Poll};

use axum::body::{Body, Bytes, HttpBody};
use flate2::read::DeflateDecoder;
use hyper::body::{Frame, SizeHint};

use crate::wire::packed::{pack, unpack};

/// Number of bytes from which an answer is long.
const LONG: usize = 256 * 1024;

/// Number of bytes that are unpacked at once.
const PORTION: usize = 32 * 1024;

/// Returns the body of an answer of these bytes.
pub(super) fn body_of(bytes: Vec<u8>) -> Body {
    if bytes.len() < LONG {
        return Body::from(Bytes::from(bytes));
    }
    let packed = unpack(Cursor::new(Bytes::from(pack(&bytes))));
    Body::new(LongBody { packed, left: bytes.len() })
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
