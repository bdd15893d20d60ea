//! Checkpoints: the signed head of a community's ledger at some time, to be kept elsewhere.
//!
//! A person who keeps a checkpoint can later find out whether the history up to it is still the same, because
//! its hash covers all of it.

use ed25519_dalek::{Signature, Signer, SigningKey, VerifyingKey};
use jiff::Timestamp;
use uuid::Uuid;

use crate::chain::ChainHash;
use crate::ids::ChangeNumber;
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
    /// The Ed25519 signature of [`Checkpoint::message`].
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
        let key = SigningKey::from_bytes(secret);
        let signature = key.sign(self.message().as_bytes()).to_bytes();
        Signed { public_key: key.verifying_key().to_bytes(), signature }
    }

    /// Returns whether the signature is one of this checkpoint, by the public key that comes with it.
    #[must_use]
    pub fn is_signed(&self, signed: &Signed) -> bool {
        let signature = Signature::from_bytes(&signed.signature);
        VerifyingKey::from_bytes(&signed.public_key)
            .is_ok_and(|key| key.verify_strict(self.message().as_bytes(), &signature).is_ok())
    }
}
