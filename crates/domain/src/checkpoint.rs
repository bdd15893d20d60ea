//! Checkpoints: what the ledger of a community had come to at some time, signed, to be kept elsewhere.
//!
//! Whoever keeps one can later tell whether the history up to it is still the same, for its hash covers all of it.

use ed25519_dalek::{Signature, Signer, SigningKey, VerifyingKey};
use jiff::Timestamp;
use uuid::Uuid;

use crate::chain::ChainHash;
use crate::ids::ChangeNumber;
use crate::time::wire_format;

/// What the ledger of a community had come to.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Checkpoint {
    /// The UUID of the community.
    pub community: Uuid,
    /// The number of its last change.
    pub number: ChangeNumber,
    /// The hash of that change.
    pub hash: ChainHash,
    /// When that was so.
    pub at: Timestamp,
}

/// A signature, and the key that tells whether it is true.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Signed {
    /// The public half of an Ed25519 key.
    pub public_key: [u8; 32],
    /// The Ed25519 signature of [`Checkpoint::message`].
    pub signature: [u8; 64],
}

impl Checkpoint {
    /// What is signed: five lines, each with its line break.
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

    /// Signs it with the secret half of an Ed25519 key.
    #[must_use]
    pub fn sign(&self, secret: &[u8; 32]) -> Signed {
        let key = SigningKey::from_bytes(secret);
        let signature = key.sign(self.message().as_bytes()).to_bytes();
        Signed { public_key: key.verifying_key().to_bytes(), signature }
    }

    /// Whether the signature is one of this checkpoint, by the key that it names.
    #[must_use]
    pub fn is_signed(&self, signed: &Signed) -> bool {
        let signature = Signature::from_bytes(&signed.signature);
        VerifyingKey::from_bytes(&signed.public_key)
            .is_ok_and(|key| key.verify_strict(self.message().as_bytes(), &signature).is_ok())
    }
}
