//! API keys: the secret of a credential.
//!
//! A key made by Rankledger is `rlk_` and 58 characters: 256 random bits and their CRC-32 in lower-case
//! base32. So a secret scanner can recognise a key, and a mistyped one is refused without a query of the
//! database. A key adopted from elsewhere may be any text. Of either, only the SHA-256 is stored.

use std::collections::HashSet;
use std::fmt;
use std::hash::{Hash, Hasher};
use std::sync::LazyLock;

use data_encoding::{Encoding, Specification};
use sha2::{Digest, Sha256};
use subtle::ConstantTimeEq;

/// Prefix of every key made by Rankledger.
pub const PREFIX: &str = "rlk_";

/// Smallest number of characters of a key adopted from elsewhere.
pub const MIN_ADOPTED_LENGTH: usize = 16;

/// Smallest number of different characters of a key adopted from elsewhere. Of 16 random hexadecimal digits,
/// about ten differ.
pub const MIN_ADOPTED_VARIETY: usize = 6;

const ENTROPY_BYTES: usize = 32;

static BASE32: LazyLock<Encoding> = LazyLock::new(|| {
    let mut specification = Specification::new();
    specification.symbols.push_str("abcdefghijklmnopqrstuvwxyz234567");
    specification.encoding().expect("32 distinct symbols are a valid specification")
});

/// A key in plain text: shown once when it is made, and read from requests. Never stored, never printed by
/// `Debug`.
#[derive(Clone, PartialEq, Eq)]
pub struct ApiKey(String);

/// Why a text is not a key.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum MalformedKey {
    /// The text begins like a key made by Rankledger, but its checksum does not fit.
    #[error(
        "it begins with \"rlk_\" but is not a whole key: compare it with the one that was shown when it was made"
    )]
    Checksum,
    /// The text is empty, or holds a character that a header cannot carry unchanged.
    #[error("a key is one word of letters, digits and signs of ASCII")]
    NotAWord,
}

/// Why a key is not adopted from elsewhere.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum UnfitKey {
    /// The text is no key.
    #[error(transparent)]
    Malformed(#[from] MalformedKey),
    /// The key is too short.
    #[error(
        "the key is too short to be safe: it needs at least {MIN_ADOPTED_LENGTH} characters, and has {0}"
    )]
    TooShort(usize),
    /// The key consists of few different characters.
    #[error(
        "the key is too easily guessed: it needs at least {MIN_ADOPTED_VARIETY} different characters, and has {0}"
    )]
    TooUniform(usize),
    /// The key repeats a word, or counts up or down.
    #[error(
        "the key is too easily guessed: it repeats itself or counts, such as 1234567890123456. Adopt a random key, or \
         make one with `rankledger key create`"
    )]
    Pattern,
}

impl ApiKey {
    /// Reads a key that clients have already and that is to be accepted from now on. It must not be one that
    /// is easily guessed.
    pub fn adopt(text: &str) -> Result<Self, UnfitKey> {
        let length = text.chars().count();
        if length < MIN_ADOPTED_LENGTH {
            return Err(UnfitKey::TooShort(length));
        }
        let key = Self::parse(text)?;
        let variety = text.bytes().collect::<HashSet<_>>().len();
        if variety < MIN_ADOPTED_VARIETY {
            return Err(UnfitKey::TooUniform(variety));
        }
        if is_pattern(text.as_bytes()) { Err(UnfitKey::Pattern) } else { Ok(key) }
    }

    /// Returns the key made of 256 random bits.
    #[must_use]
    pub fn from_entropy(entropy: [u8; ENTROPY_BYTES]) -> Self {
        let mut bytes = entropy.to_vec();
        bytes.extend(crc32fast::hash(&entropy).to_be_bytes());
        Self(format!("{PREFIX}{}", BASE32.encode(&bytes)))
    }

    /// Reads a key, made here or adopted.
    pub fn parse(text: &str) -> Result<Self, MalformedKey> {
        if text.is_empty() || !text.bytes().all(|byte| byte.is_ascii_graphic()) {
            return Err(MalformedKey::NotAWord);
        }
        if let Some(body) = text.strip_prefix(PREFIX)
            && !has_fitting_checksum(body)
        {
            return Err(MalformedKey::Checksum);
        }
        Ok(Self(text.to_owned()))
    }

    /// Returns the key itself, to be shown to the person who made it.
    #[must_use]
    pub fn reveal(&self) -> &str {
        &self.0
    }

    /// Returns the hash of the key, which is all that is stored of it.
    #[must_use]
    pub fn hash(&self) -> KeyHash {
        KeyHash(Sha256::digest(self.0.as_bytes()).into())
    }
}

fn has_fitting_checksum(body: &str) -> bool {
    let Ok(bytes) = BASE32.decode(body.as_bytes()) else { return false };
    let Some((entropy, checksum)) = bytes.split_at_checked(ENTROPY_BYTES) else { return false };
    crc32fast::hash(entropy).to_be_bytes() == checksum
}

/// Whether a text is a shorter one repeated, or counts up or down for most of its length.
fn is_pattern(text: &[u8]) -> bool {
    let repeats =
        (1..=text.len() / 2).any(|period| text.iter().zip(&text[period..]).all(|(one, next)| one == next));
    let is_step = |pair: &&[u8]| pair[0].abs_diff(pair[1]) <= 1;
    let steps = text.windows(2).filter(is_step).count();
    repeats || steps * 4 >= (text.len() - 1) * 3
}

impl fmt::Debug for ApiKey {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("ApiKey(***)")
    }
}

/// The SHA-256 of a key.
#[derive(Debug, Clone, Copy)]
pub struct KeyHash(pub [u8; 32]);

impl PartialEq for KeyHash {
    /// Compares two hashes in the same time, whether and wherever they differ.
    fn eq(&self, other: &Self) -> bool {
        self.0.ct_eq(&other.0).into()
    }
}

impl Eq for KeyHash {}

impl Hash for KeyHash {
    fn hash<H: Hasher>(&self, state: &mut H) {
        self.0.hash(state);
    }
}
