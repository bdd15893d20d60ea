//! Secrets of subscriptions: which ones are taken.

use proptest::prelude::*;
use rankledger_domain::api_key::UnfitKey;
use rankledger_domain::webhook_secret::{BadSecret, check, check_key, from_entropy};

/// Returns the secret of so many bytes.
fn secret(bytes: usize) -> String {
    format!("whsec_{}", data_encoding::BASE64.encode(&vec![0xA5; bytes]))
}

#[test]
fn a_secret_has_24_to_64_bytes() {
    for bytes in 24..=64 {
        assert_eq!(check(&secret(bytes)), Ok(()), "{bytes}");
    }
    for bytes in [0, 1, 8, 23, 65, 66, 1000] {
        assert_eq!(check(&secret(bytes)), Err(BadSecret::Length(bytes)), "{bytes}");
    }
}

#[test]
fn a_secret_begins_as_all_do_and_goes_on_in_base64() {
    let body = &secret(32)["whsec_".len()..];
    for text in ["", "whsec", "secret", body, &format!("WHSEC_{body}"), &format!(" whsec_{body}")] {
        assert_eq!(check(text), Err(BadSecret::Prefix), "{text}");
    }
    for text in [
        format!("whsec_{body} "),
        format!("whsec_{}", body.trim_end_matches('=')),
        format!("whsec_{}", body.replace('p', "!")),
        format!("whsec_{body}{body}"),
        // The last letter has bits that no byte takes.
        format!("whsec_{}", secret(32)["whsec_".len()..].replace("pQ==", "pR==").replace("paU=", "paV=")),
    ] {
        assert_eq!(check(&text), Err(BadSecret::NotBase64), "{text}");
    }
}

#[test]
fn the_key_of_a_game_server_is_a_word_that_is_not_easily_guessed() {
    assert_eq!(check_key("8c1d7e40-93a5-4f0b"), Ok(()));
    assert_eq!(check_key("short"), Err(BadSecret::Unfit(UnfitKey::TooShort(5))));
    assert_eq!(check_key("1234567890123456"), Err(BadSecret::Unfit(UnfitKey::Pattern)));
    let random = "8c1d7e40-93a5-4f0bx".repeat(14);
    assert_eq!(check_key(&random), Err(BadSecret::LongKey(266)));
    assert!(matches!(check_key("8c1d7e40 93a5 4f0b"), Err(BadSecret::Unfit(UnfitKey::Malformed(_)))));
}

proptest! {
    #[test]
    fn every_secret_that_is_made_here_is_taken(entropy: [u8; 32]) {
        prop_assert_eq!(check(&from_entropy(entropy)), Ok(()));
    }

    #[test]
    fn no_text_makes_the_check_panic_and_no_sentence_repeats_it(text in "(whsec_)?.{9,80}") {
        for checked in [check(&text), check_key(&text)] {
            if let Err(error) = checked {
                prop_assert!(!error.to_string().contains(&text));
            }
        }
    }
}
