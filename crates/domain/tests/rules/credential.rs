//! Credentials: their scopes, when they end, and the form of an API key.

use proptest::collection::vec;
use proptest::prelude::{ProptestConfig, any, prop_assert_eq, proptest};
use proptest::sample::Index;
use rankledger_domain::api_key::{ApiKey, KeyHash, MalformedKey, PREFIX, UnfitKey};
use rankledger_domain::credential::{
    Credential, EndedCredential, RateFactor, Scope, Scopes, in_force_made_by,
};
use rankledger_domain::ids::{CommunityId, CredentialId};
use uuid::Uuid;

use crate::kit::{hours, start};

fn scopes(names: &str) -> Scopes {
    names.parse().expect("names of scopes")
}

fn credential() -> Credential {
    Credential {
        id: CredentialId(Uuid::from_u128(9)),
        community: CommunityId(1),
        name: "Game server".to_owned(),
        scopes: scopes("ranks:write"),
        power_ceiling: None,
        rate_factor: RateFactor::ONE,
        created_at: start(),
        made_by: None,
        expires_at: None,
        revoked_at: None,
    }
}

fn key() -> ApiKey {
    ApiKey::from_entropy([7; 32])
}

#[test]
fn every_scope_is_read_back_from_its_name() {
    for scope in Scope::ALL {
        assert_eq!(scope.to_string().parse(), Ok(scope));
    }
}

#[test]
fn scopes_are_called_as_documented() {
    let names: Vec<_> = Scope::ALL.iter().map(|scope| scope.as_str()).collect();
    let documented = [
        "community:read",
        "accounts:read",
        "accounts:write",
        "ranks:write",
        "ranks:undo",
        "ranks:rollback",
        "ranks:force",
        "events:read",
        "admin",
    ];
    assert_eq!(names, documented);
}

#[test]
fn scopes_are_separated_by_spaces_or_commas() {
    let expected: Scopes = [Scope::RanksWrite, Scope::RanksUndo].into_iter().collect();
    assert_eq!(scopes("ranks:write ranks:undo"), expected);
    assert_eq!(scopes("ranks:write,ranks:undo"), expected);
    assert_eq!(scopes(" ranks:undo, ranks:write ,ranks:undo"), expected);
}

#[test]
fn scopes_print_so_that_they_can_be_read_back() {
    let printed = scopes("ranks:undo,accounts:read").to_string();
    assert_eq!(printed, "accounts:read ranks:undo");
    assert_eq!(scopes(&printed), scopes("ranks:undo accounts:read"));
}

#[test]
fn the_scopes_given_come_in_their_order_each_once() {
    let given: Vec<_> = scopes("ranks:undo, community:read ranks:undo").iter().collect();
    assert_eq!(given, [Scope::CommunityRead, Scope::RanksUndo]);
    assert_eq!(Scope::ALL.into_iter().rev().collect::<Scopes>().iter().collect::<Vec<_>>(), Scope::ALL);
    assert_eq!(Scopes::default().iter().count(), 0);
    assert_eq!(
        scopes("admin").iter().collect::<Vec<_>>(),
        [Scope::Admin],
        "what it stands for was not given"
    );
}

#[test]
fn an_unknown_scope_is_named_together_with_the_known_ones() {
    let error = "ranks:write ranks:delete".parse::<Scopes>().expect_err("no such scope").to_string();
    assert!(error.contains("\"ranks:delete\""), "{error}");
    for scope in Scope::ALL {
        assert!(error.contains(scope.as_str()), "{error}");
    }
}

#[test]
fn a_scope_allows_itself_and_no_other() {
    let scopes = scopes("ranks:write");
    for scope in Scope::ALL {
        assert_eq!(scopes.allow(scope), scope == Scope::RanksWrite, "{scope}");
    }
}

#[test]
fn writing_ranks_does_not_include_undoing_them() {
    assert!(!scopes("ranks:write accounts:write").allow(Scope::RanksUndo));
}

#[test]
fn admin_stands_for_every_scope() {
    assert!(Scope::ALL.into_iter().all(|scope| scopes("admin").allow(scope)));
}

#[test]
fn every_other_scope_together_is_not_admin() {
    let others: Scopes = Scope::ALL.into_iter().filter(|scope| *scope != Scope::Admin).collect();
    assert!(!others.allow(Scope::Admin));
}

#[test]
fn the_usual_scopes_undo_single_changes_and_nothing_larger() {
    let usual = Scopes::usual();
    assert_eq!(
        usual.to_string(),
        "community:read accounts:read accounts:write ranks:write ranks:undo events:read"
    );
    for scope in [Scope::RanksRollback, Scope::RanksForce, Scope::Admin] {
        assert!(!usual.allow(scope), "{scope}");
    }
}

#[test]
fn undoing_single_changes_does_not_include_rolling_back() {
    assert!(!scopes("ranks:undo ranks:force").allow(Scope::RanksRollback));
    assert!(!scopes("ranks:rollback").allow(Scope::RanksUndo));
}

#[test]
fn no_scopes_allow_nothing() {
    assert_eq!(scopes(""), Scopes::default());
    assert!(Scope::ALL.into_iter().all(|scope| !scopes("").allow(scope)));
}

#[test]
fn a_credential_without_end_is_accepted() {
    assert_eq!(credential().accepted_at(hours(1_000_000)), Ok(()));
}

#[test]
fn a_credential_is_accepted_until_its_end_and_not_at_it() {
    let credential = Credential { expires_at: Some(hours(2)), ..credential() };
    assert_eq!(credential.accepted_at(hours(1)), Ok(()));
    assert_eq!(credential.accepted_at(hours(2)), Err(EndedCredential::Expired(hours(2))));
}

#[test]
fn a_revoked_credential_is_not_accepted() {
    let credential = Credential { revoked_at: Some(hours(1)), ..credential() };
    assert_eq!(credential.accepted_at(hours(1)), Err(EndedCredential::Revoked(hours(1))));
}

#[test]
fn a_credential_both_revoked_and_expired_is_called_revoked() {
    let credential = Credential { revoked_at: Some(hours(1)), expires_at: Some(hours(2)), ..credential() };
    assert_eq!(credential.accepted_at(hours(3)), Err(EndedCredential::Revoked(hours(1))));
}

#[test]
fn a_rate_factor_is_a_number_from_1_to_1000() {
    for factor in [1, 2, 1000] {
        assert_eq!(RateFactor::new(factor).map(RateFactor::get), Some(factor));
    }
    for none in [0, 1001, u32::MAX] {
        assert_eq!(RateFactor::new(none), None);
    }
    assert_eq!(RateFactor::ONE.to_string(), "1");
    assert!(RateFactor::ONE < RateFactor::new(2).expect("a factor"));
}

/// Returns a credential with the id `number`, made by the one with the id `by`.
fn made(number: u128, by: Option<u128>) -> Credential {
    let id = |number| CredentialId(Uuid::from_u128(number));
    Credential { id: id(number), made_by: by.map(id), ..credential() }
}

#[test]
fn a_credential_has_made_what_it_made_itself_and_what_that_made() {
    let all = [
        made(1, None),
        made(5, Some(4)),
        made(2, Some(1)),
        made(3, Some(2)),
        made(4, Some(2)),
        made(6, None),
    ];
    let numbers = |maker| -> Vec<_> {
        let found = in_force_made_by(CredentialId(Uuid::from_u128(maker)), &all, hours(1));
        found.iter().map(|one| one.id.0.as_u128()).collect()
    };
    assert_eq!(numbers(1), [5, 2, 3, 4], "in the order of the list");
    assert_eq!(numbers(2), [5, 3, 4]);
    for without in [3, 5, 6, 99] {
        assert_eq!(numbers(without), [0; 0], "{without}");
    }
}

#[test]
fn what_was_made_through_a_credential_that_has_ended_is_still_in_force() {
    let revoked = Credential { revoked_at: Some(hours(1)), ..made(2, Some(1)) };
    let expired = Credential { expires_at: Some(hours(2)), ..made(3, Some(2)) };
    let all = [made(1, None), revoked, expired, made(4, Some(3))];
    let numbers = |now| -> Vec<_> {
        let found = in_force_made_by(all[0].id, &all, now);
        found.iter().map(|one| one.id.0.as_u128()).collect()
    };
    assert_eq!(numbers(hours(1)), [3, 4]);
    assert_eq!(numbers(hours(2)), [4]);
}

#[test]
fn a_key_is_its_prefix_and_58_lower_case_letters_and_digits() {
    let key = key();
    let body = key.reveal().strip_prefix(PREFIX).expect("the prefix");
    assert_eq!(PREFIX, "rlk_");
    assert_eq!(body.len(), 58);
    assert!(body.chars().all(|c| matches!(c, 'a'..='z' | '2'..='7')), "{body}");
}

#[test]
fn a_key_of_given_bits_is_always_the_same() {
    let expected = "rlk_aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaabscsvvu";
    assert_eq!(ApiKey::from_entropy([0; 32]).reveal(), expected);
}

#[test]
fn a_key_made_here_is_read_back() {
    assert_eq!(ApiKey::parse(key().reveal()), Ok(key()));
}

#[test]
fn a_key_cut_short_or_grown_is_malformed() {
    let whole = key().reveal().to_owned();
    assert_eq!(ApiKey::parse(&whole[..whole.len() - 1]), Err(MalformedKey::Checksum));
    assert_eq!(ApiKey::parse(&format!("{whole}a")), Err(MalformedKey::Checksum));
    assert_eq!(ApiKey::parse(PREFIX), Err(MalformedKey::Checksum));
}

#[test]
fn a_key_in_upper_case_is_malformed() {
    let body = key().reveal()[PREFIX.len()..].to_uppercase();
    assert_eq!(ApiKey::parse(&format!("{PREFIX}{body}")), Err(MalformedKey::Checksum));
}

#[test]
fn a_key_from_elsewhere_may_be_any_word() {
    let key = ApiKey::parse("YOUR_API_KEY").expect("a word");
    assert_eq!(key.reveal(), "YOUR_API_KEY");
}

#[test]
fn a_key_is_one_word() {
    for text in ["", " ", "two words", "line\n", "tab\tbed", "bell\u{7}", "wide\u{2003}space"] {
        assert_eq!(ApiKey::parse(text), Err(MalformedKey::NotAWord), "{text:?}");
    }
}

#[test]
fn the_hash_of_a_key_is_its_sha_256() {
    let expected = "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad";
    let hash = ApiKey::parse("abc").expect("a word").hash();
    assert_eq!(data_encoding::HEXLOWER.encode(&hash.0), expected);
}

#[test]
fn hashes_are_equal_if_the_keys_are() {
    assert_eq!(key().hash(), ApiKey::parse(key().reveal()).expect("whole").hash());
    assert_ne!(key().hash(), ApiKey::from_entropy([8; 32]).hash());
}

#[test]
fn hashes_differ_if_any_byte_does() {
    for index in 0..32 {
        let mut bytes = key().hash().0;
        bytes[index] ^= 1;
        assert_ne!(KeyHash(bytes), key().hash(), "byte {index}");
    }
}

#[test]
fn debug_never_shows_a_key() {
    let adopted = ApiKey::parse("hunter2hunter2hunter2").expect("a word");
    assert_eq!(format!("{:?} {:?}", key(), adopted), "ApiKey(***) ApiKey(***)");
}

proptest! {
    #![proptest_config(ProptestConfig { failure_persistence: None, ..ProptestConfig::with_cases(256) })]

    #[test]
    fn any_one_mistyped_letter_is_noticed(entropy: [u8; 32], index in 0..58_usize, letter in "[a-z2-7]") {
        let whole = ApiKey::from_entropy(entropy);
        let mut mistyped = whole.reveal().to_owned();
        let at = PREFIX.len() + index;
        mistyped.replace_range(at..=at, &letter);
        let expected = if mistyped == whole.reveal() { Ok(whole) } else { Err(MalformedKey::Checksum) };
        prop_assert_eq!(ApiKey::parse(&mistyped), expected);
    }

    #[test]
    fn scopes_survive_printing_and_reading(chosen in vec(any::<Index>(), 0..6)) {
        let scopes: Scopes = chosen.iter().map(|index| *index.get(&Scope::ALL)).collect();
        prop_assert_eq!(scopes.to_string().parse(), Ok(scopes));
    }
}

#[test]
fn a_key_as_programs_use_them_is_adopted() {
    for text in [
        "DF58F1E-FD8A-44C5-BA",
        "9f86d081884c7d659a2feaa0c55ad015",
        "3f2504e0-4f89-41d3-9a0c-0305e82c3301",
        "key-of-the-bot-in-the-tests",
        "7301946528174039",
        key().reveal(),
    ] {
        assert_eq!(ApiKey::adopt(text).map(|key| key.reveal().to_owned()), Ok(text.to_owned()));
    }
}

#[test]
fn a_key_that_is_easily_guessed_is_not_adopted() {
    for (text, expected) in [
        ("", UnfitKey::TooShort(0)),
        ("Ab3$Ef6&Hi9=Kl2", UnfitKey::TooShort(15)),
        ("1111111111111111", UnfitKey::TooUniform(1)),
        ("abababababababababababab", UnfitKey::TooUniform(2)),
        ("0102010301020105", UnfitKey::TooUniform(5)),
        ("passwordpassword", UnfitKey::Pattern),
        ("secretsecretsecr", UnfitKey::TooUniform(5)),
        ("abc123abc123abc123", UnfitKey::Pattern),
        ("1234567890123456", UnfitKey::Pattern),
        ("zyxwvutsrqponmlkji", UnfitKey::Pattern),
        ("aaabbbcccdddeeefff", UnfitKey::Pattern),
        ("two words of a key", UnfitKey::Malformed(MalformedKey::NotAWord)),
        ("rlk_mistyped-key-of-somebody", UnfitKey::Malformed(MalformedKey::Checksum)),
    ] {
        assert_eq!(ApiKey::adopt(text).err(), Some(expected), "{text}");
    }
}

proptest! {
    #[test]
    fn a_random_key_is_adopted(bits in any::<u128>()) {
        prop_assert_eq!(ApiKey::adopt(&format!("{bits:032x}")).err(), None);
    }
}
