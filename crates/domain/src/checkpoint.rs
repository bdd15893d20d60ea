//! Checkpoints: the signed head of a community's ledger at some time, to be kept elsewhere.
//!
//! A person who keeps a checkpoint can later find out whether the history up to it is still the same, because
//! its hash covers all of it; and the same of the log, whose end is signed beside it.

use ed25519_dalek::{Signature, Signer, SigningKey, VerifyingKey};
use jiff::Timestamp;
use uuid::Uuid;

use crate::chain::ChainHash;
use crate::ids::ChangeNumber;
use crate::log::LogPlace;
use crate::time::wire_format;

/// The head of a community's ledger at some time.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Checkpoint {
    /// The UUID of the community.
    pub community: Uuid,
    /// Number of the community's last change.
    pub number: ChangeNumber,
    /// Hash of that change.
    pub hash: ChainHash,
    /// Time of the checkpoint.
    pub at: Timestamp,
}

/// A signature, and the key that verifies it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Signed {
    /// The public half of an Ed25519 key.
    pub public_key: [u8; 32],
    /// The Ed25519 signature of a message.
    pub signature: [u8; 64],
}

/// Signs a message of this server for itself with the secret half of a community's Ed25519 key. `purpose`
/// keeps it from being taken for another one.
#[must_use]
pub fn seal(secret: &[u8; 32], purpose: &str, message: &[u8]) -> [u8; 64] {
    SigningKey::from_bytes(secret).sign(&sealed(purpose, message)).to_bytes()
}

/// Returns whether [`seal`] made this signature.
#[must_use]
pub fn is_sealed(secret: &[u8; 32], purpose: &str, message: &[u8], signature: &[u8; 64]) -> bool {
    let key = SigningKey::from_bytes(secret).verifying_key();
    key.verify_strict(&sealed(purpose, message), &Signature::from_bytes(signature)).is_ok()
}

fn sealed(purpose: &str, message: &[u8]) -> Vec<u8> {
    let mut sealed = format!("rankledger {purpose}\n").into_bytes();
    sealed.extend_from_slice(message);
    sealed
}

impl Checkpoint {
    /// Returns the text that is signed: five lines, each with its line break.
    #[must_use]
    pub fn message(&self) -> String {
        format!(
            "rankledger checkpoint\n{}\n{}\n{}\n{}\n",
            self.community.hyphenated(),
            self.number,
            self.hash,
            wire_format(self.at)
        )
    }

    /// Signs the checkpoint with the secret half of an Ed25519 key.
    #[must_use]
    pub fn sign(&self, secret: &[u8; 32]) -> Signed {
        Signed::of(&self.message(), secret)
    }

    /// Returns whether the signature is one of this checkpoint, by the public key that comes with it.
    #[must_use]
    pub fn is_signed(&self, signed: &Signed) -> bool {
        signed.is_of(&self.message())
    }
}

/// The end of a community's log at the time of a checkpoint: without it nobody notices that entries were cut
/// off there.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct LogCheckpoint {
    /// The UUID of the community.
    pub community: Uuid,
    /// Place of the last entry.
    pub place: LogPlace,
    /// Hash of that entry.
    pub hash: ChainHash,
    /// Time of the checkpoint.
    pub at: Timestamp,
}

impl LogCheckpoint {
    /// Returns the text that is signed: five lines, each with its line break.
    #[must_use]
    pub fn message(&self) -> String {
        let Self { community, place, hash, at } = self;
        let (community, at) = (community.hyphenated(), wire_format(*at));
        format!("rankledger log checkpoint\n{community}\n{place}\n{hash}\n{at}\n")
    }
}

impl Signed {
    /// Signs a message with the secret half of an Ed25519 key.
    #[must_use]
    pub fn of(message: &str, secret: &[u8; 32]) -> Self {
        let key = SigningKey::from_bytes(secret);
        let signature = key.sign(message.as_bytes()).to_bytes();
        Self { public_key: key.verifying_key().to_bytes(), signature }
    }

    /// Returns whether the signature is one of this message, by the public key that comes with it.
    #[must_use]
    pub fn is_of(&self, message: &str) -> bool {
        let signature = Signature::from_bytes(&self.signature);
        VerifyingKey::from_bytes(&self.public_key)
            .is_ok_and(|key| key.verify_strict(message.as_bytes(), &signature).is_ok())
    }
}
