//! Checkpoints: a signature is valid only for the text that was signed.

use data_encoding::HEXLOWER;
use jiff::SignedDuration;
use rankledger_domain::chain::ChainHash;
use rankledger_domain::checkpoint::{Checkpoint, Signed};
use rankledger_domain::ids::ChangeNumber;
use uuid::Uuid;

use crate::chain::{SECOND, community};
use crate::kit::start;

const SECRET: [u8; 32] = [7; 32];

/// The public half of the key, and the signature, as another implementation of Ed25519 made them.
const PUBLIC_KEY: &str = "ea4a6c63e29c520abef5507b132ec5f9954776aebebe7b92421eea691446d22c";
const SIGNATURE: &str = concat!(
    "02e92578890e15a6565011ad1ac9236f3ff6b1cbbcd4f79e1b9d3b971b716bd8",
    "712652a1ac9f61c1b473326cfd79381b58a2c2eb7fb960c07bdfe60ebe137e09"
);

fn checkpoint() -> Checkpoint {
    Checkpoint {
        community: community(),
        number: ChangeNumber(2),
        hash: SECOND.parse().expect("a hash"),
        at: start(),
    }
}

#[test]
fn what_is_signed_are_five_lines() {
    let lines = format!(
        "rankledger checkpoint\ne0000000-0000-0000-0000-00000000000a\n2\n{SECOND}\n2026-04-15T00:00:00.000Z\n"
    );
    assert_eq!(checkpoint().message(), lines);
}

#[test]
fn a_signature_is_the_one_that_anybody_makes() {
    let signed = checkpoint().sign(&SECRET);
    assert_eq!(HEXLOWER.encode(&signed.public_key), PUBLIC_KEY);
    assert_eq!(HEXLOWER.encode(&signed.signature), SIGNATURE);
    assert!(checkpoint().is_signed(&signed));
}

#[test]
fn a_signature_is_of_no_other_checkpoint() {
    let signed = checkpoint().sign(&SECRET);
    let alterations: [fn(&mut Checkpoint); 5] = [
        |checkpoint| checkpoint.community = Uuid::from_u128(1),
        |checkpoint| checkpoint.number.0 += 1,
        |checkpoint| checkpoint.hash.0[31] ^= 1,
        |checkpoint| checkpoint.hash = ChainHash([0; 32]),
        |checkpoint| checkpoint.at += SignedDuration::from_millis(1),
    ];
    for alter in alterations {
        let mut altered = checkpoint();
        alter(&mut altered);
        assert!(!altered.is_signed(&signed), "{altered:?}");
    }
}

#[test]
fn no_bit_of_a_signature_or_key_can_be_flipped() {
    let signed = checkpoint().sign(&SECRET);
    for bit in 0..8 * 64 {
        let mut signature = signed.signature;
        signature[bit / 8] ^= 1 << (bit % 8);
        assert!(!checkpoint().is_signed(&Signed { signature, ..signed }), "bit {bit} of the signature");
    }
    for bit in 0..8 * 32 {
        let mut public_key = signed.public_key;
        public_key[bit / 8] ^= 1 << (bit % 8);
        assert!(!checkpoint().is_signed(&Signed { public_key, ..signed }), "bit {bit} of the key");
    }
}

#[test]
fn the_key_of_another_does_not_fit() {
    let (ours, theirs) = (checkpoint().sign(&SECRET), checkpoint().sign(&[8; 32]));
    assert!(!checkpoint().is_signed(&Signed { public_key: theirs.public_key, ..ours }));
    // A public key that makes every text look signed is never accepted.
    let weak = Signed { public_key: [0; 32], signature: [0; 64] };
    assert!(!checkpoint().is_signed(&weak));
}
