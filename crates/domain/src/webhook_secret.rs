//! Secrets by which the receiver of a subscription knows who sends: those of Standard Webhooks, and the keys
//! that game servers expect.

use data_encoding::{BASE64, DecodeKind};

use crate::api_key::{ApiKey, UnfitKey};

/// What each secret of Standard Webhooks begins with.
const PREFIX: &str = "whsec_";

/// Smallest number of bytes of a secret of Standard Webhooks.
pub const MIN_BYTES: usize = 24;

/// Largest number of bytes of a secret of Standard Webhooks.
pub const MAX_BYTES: usize = 64;

/// Largest number of characters of the key that a game server expects.
pub const MAX_KEY_LENGTH: usize = 256;

/// Why a text is no secret. No sentence repeats any part of the text.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum BadSecret {
    /// The text has another beginning than a secret of Standard Webhooks.
    #[error("it must be \"whsec_\" and {MIN_BYTES} to {MAX_BYTES} random bytes in base64")]
    Prefix,
    /// The rest of the text is not base64.
    #[error("after \"whsec_\" it must be base64, with the signs = at its end, and nothing after them")]
    NotBase64,
    /// The secret has fewer or more bytes than it may have.
    #[error("after \"whsec_\" it must be {MIN_BYTES} to {MAX_BYTES} bytes in base64, and is {0}")]
    Length(usize),
    /// The key of a game server is too easily guessed.
    #[error(transparent)]
    Unfit(#[from] UnfitKey),
    /// The key of a game server is too long.
    #[error("the key has {0} characters, and may have {MAX_KEY_LENGTH}")]
    LongKey(usize),
}

/// Returns the secret of Standard Webhooks that is made of these random bytes.
#[must_use]
pub fn from_entropy(entropy: [u8; 32]) -> String {
    format!("{PREFIX}{}", BASE64.encode(&entropy))
}

/// Checks a secret of Standard Webhooks.
pub fn check(secret: &str) -> Result<(), BadSecret> {
    let text = secret.strip_prefix(PREFIX).ok_or(BadSecret::Prefix)?;
    let bytes = BASE64.decode(text.as_bytes()).map_err(|error| match error.kind {
        // Of a text that is cut off, the length says more than the signs at its end.
        DecodeKind::Length if text.len() < MIN_BYTES => BadSecret::Length(text.len() * 3 / 4),
        _ => BadSecret::NotBase64,
    })?;
    // The library reads several texts with signs at their ends, one behind the other.
    if BASE64.encode(&bytes) != text {
        return Err(BadSecret::NotBase64);
    }
    if (MIN_BYTES..=MAX_BYTES).contains(&bytes.len()) { Ok(()) } else { Err(BadSecret::Length(bytes.len())) }
}

/// Checks the key that a game server expects. It is sent in clear, and must not be easily guessed.
pub fn check_key(key: &str) -> Result<(), BadSecret> {
    let length = key.chars().count();
    if length > MAX_KEY_LENGTH {
        return Err(BadSecret::LongKey(length));
    }
    ApiKey::adopt(key)?;
    Ok(())
}
