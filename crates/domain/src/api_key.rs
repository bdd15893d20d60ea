//! API keys: the secret of a credential.
//!
//! A key made by Rankledger is `rlk_` and 58 characters: 256 random bits and their CRC-32 in lower-case
//! base32. So a secret scanner can recognise a key, and a mistyped one is refused without a query of the
//! database. A key adopted from elsewhere may be any text. Of either, only the SHA-256 is stored.

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

impl ApiKey {
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
