//! The stamps of the commits that are in a write-ahead log (see `file_stamp.rs`), read from its bytes: no
//! connection is opened, for that would take the log for the database's own.
//!
//! The format is that of <https://sqlite.org/fileformat2.html#the_write_ahead_log>: a header, and then a
//! frame for each page that was written. A frame counts if its salts are those of the header, its checksum
//! fits, and it or a later one ends a commit.

use std::fs::File;
use std::io::{self, BufReader, Read};
use std::path::Path;

use super::file_stamp::Stamp;

/// The header of a log. Another one begins when the log starts anew.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Header([u8; Self::BYTES]);

/// The two running sums of a log.
type Sums = (u32, u32);

impl Header {
    const BYTES: usize = 32;

    /// Reads the header of a log. `None` if there is no log, or SQLite would ignore it.
    pub(super) fn read(log: &Path) -> io::Result<Option<Self>> {
        match File::open(log) {
            Ok(mut file) => Self::from(&mut file),
            Err(error) if error.kind() == io::ErrorKind::NotFound => Ok(None),
            Err(error) => Err(error),
        }
    }

    fn from(log: &mut impl Read) -> io::Result<Option<Self>> {
        let mut bytes = [0; Self::BYTES];
        if !fill(log, &mut bytes)? {
            return Ok(None);
        }
        let header = Self(bytes);
        let is_one = header.word(0) & !1 == 0x377F_0682 && header.page_size().is_multiple_of(512);
        let sums = header.sum((0, 0), &bytes[..24]);
        Ok((is_one && sums == header.sums() && header.page_size() >= 512).then_some(header))
    }

    fn word(&self, at: usize) -> u32 {
        big_endian(&self.0[at..])
    }

    fn page_size(&self) -> usize {
        self.word(8) as usize
    }

    fn sums(&self) -> Sums {
        (self.word(24), self.word(28))
    }

    /// Goes on with the running sums over these bytes. Their words are of the byte order of the machine that
    /// began the log.
    fn sum(&self, (mut a, mut b): Sums, bytes: &[u8]) -> Sums {
        let is_big_endian = self.word(0) & 1 == 1;
        for bytes in bytes.chunks_exact(4).map(big_endian).collect::<Vec<_>>().chunks_exact(2) {
            let word = |word: u32| if is_big_endian { word } else { word.swap_bytes() };
            a = a.wrapping_add(word(bytes[0])).wrapping_add(b);
            b = b.wrapping_add(word(bytes[1])).wrapping_add(a);
        }
        (a, b)
    }
}

/// Returns the header of a log, and the stamps of all commits in it, oldest first. `None` if there is no log.
pub(super) fn stamps(log: &Path) -> io::Result<Option<(Header, Vec<Stamp>)>> {
    let mut log = match File::open(log) {
        Ok(file) => BufReader::with_capacity(1 << 20, file),
        Err(error) if error.kind() == io::ErrorKind::NotFound => return Ok(None),
        Err(error) => return Err(error),
    };
    let Some(header) = Header::from(&mut log)? else { return Ok(None) };
    let (mut stamps, mut uncommitted, mut sums) = (Vec::new(), Vec::new(), header.sums());
    let (mut frame, mut page) = ([0; 24], vec![0; header.page_size()]);
    while fill(&mut log, &mut frame)? && fill(&mut log, &mut page)? {
        sums = header.sum(header.sum(sums, &frame[..8]), &page);
        let is_counted =
            frame[8..16] == header.0[16..24] && sums == (big_endian(&frame[16..]), big_endian(&frame[20..]));
        if !is_counted {
            break;
        }
        uncommitted.extend(Stamp::in_page(&page));
        let ends_commit = big_endian(&frame[4..]) > 0;
        if ends_commit {
            stamps.append(&mut uncommitted);
        }
    }
    Ok(Some((header, stamps)))
}

/// Fills the buffer. Returns false if the file ends before that.
fn fill(file: &mut impl Read, buffer: &mut [u8]) -> io::Result<bool> {
    match file.read_exact(buffer) {
        Ok(()) => Ok(true),
        Err(error) if error.kind() == io::ErrorKind::UnexpectedEof => Ok(false),
        Err(error) => Err(error),
    }
}

/// The word at the beginning of these bytes.
fn big_endian(bytes: &[u8]) -> u32 {
    bytes.iter().take(4).fold(0, |word, byte| (word << 8) | u32::from(*byte))
}
