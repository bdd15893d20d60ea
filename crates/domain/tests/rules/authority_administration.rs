//! Authority to ban, archive and bring back an account, and to make, change and retire a rank.

use rankledger_domain::account::{Account, AccountPower};
use rankledger_domain::authority::{Authority, PowerRefusal};
use rankledger_domain::rank::{Power, Rank};

use crate::kit::{account, acting, all_ranks, community, hours, id, person, start, stranger, until};

/// Checks that the authority may ban or archive the account, at the start.
fn to_account(authority: &Authority, account: &Account) -> Result<(), PowerRefusal> {
    authority.check_account(account, &community(), start())
}

/// Checks that the authority may change the rank with this key.
fn to_rank(authority: &Authority, key: &str) -> Result<(), PowerRefusal> {
    let rank = all_ranks().into_iter().find(|rank| rank.id == id(key)).expect("a rank of the kit");
    authority.check_rank(&rank)
}

fn member(keys: &str) -> Account {
    account(1, keys)
}

fn owner() -> Account {
    Account { owner: true, ..person("") }
}

fn account_too_high(power: u32, limit: u32) -> Result<(), PowerRefusal> {
    let power = AccountPower::Power(Power(power));
    Err(PowerRefusal::Account { power, limit: Power(limit) })
}

fn owner_too_high(limit: u32) -> Result<(), PowerRefusal> {
    Err(PowerRefusal::Account { power: AccountPower::Owner, limit: Power(limit) })
}

fn rank_too_high(key: &str, power: u32, limit: u32) -> Result<(), PowerRefusal> {
    let (power, limit) = (Power(power), Power(limit));
    Err(PowerRefusal::Rank { rank: id(key), label: format!("The {key}"), power, limit })
}

#[test]
fn the_operator_may_ban_everybody_and_change_every_rank() {
    let operator = Authority::operator();
    assert_eq!(to_account(&operator, &owner()), Ok(()));
    assert_eq!(to_account(&operator, &member("chief")), Ok(()));
    assert_eq!(to_rank(&operator, "chief"), Ok(()));
}

#[test]
fn a_credential_without_ceiling_and_person_may_ban_everybody_and_change_every_rank() {
    let authority = acting(None, None);
    assert_eq!(to_account(&authority, &owner()), Ok(()));
    assert_eq!(to_rank(&authority, "chief"), Ok(()));
}

#[test]
fn only_an_account_strictly_below_the_ceiling_is_banned() {
    let authority = acting(Some(30), None);
    assert_eq!(to_account(&authority, &member("")), Ok(()));
    assert_eq!(to_account(&authority, &member("recruit officer")), Ok(()));
    assert_eq!(to_account(&authority, &member("recruit sergeant")), account_too_high(30, 30));
    assert_eq!(to_account(&authority, &member("chief")), account_too_high(50, 30));
}

#[test]
fn only_a_rank_strictly_below_the_ceiling_is_changed() {
    let authority = acting(Some(30), None);
    assert_eq!(to_rank(&authority, "officer"), Ok(()));
    assert_eq!(to_rank(&authority, "sergeant"), rank_too_high("sergeant", 30, 30));
    assert_eq!(to_rank(&authority, "captain"), rank_too_high("captain", 40, 30));
}

#[test]
fn a_ceiling_of_zero_reaches_nothing() {
    let authority = acting(Some(0), None);
    assert_eq!(to_account(&authority, &member("")), account_too_high(0, 0));
    let lowest = Rank { power: Power(0), ..all_ranks().remove(0) };
    assert_eq!(authority.check_rank(&lowest), rank_too_high("recruit", 0, 0));
}

#[test]
fn a_rank_is_judged_by_the_power_that_it_is_to_have() {
    let authority = acting(Some(30), None);
    let raised = Rank { power: Power(30), ..all_ranks().remove(0) };
    assert_eq!(authority.check_rank(&raised), rank_too_high("recruit", 30, 30));
    let new = Rank { id: stranger(), key: None, power: Power(29), ..raised };
    assert_eq!(authority.check_rank(&new), Ok(()));
}

#[test]
fn a_retired_rank_is_judged_like_any_other() {
    let retired = |power| Rank { retired: true, power: Power(power), ..all_ranks().remove(0) };
    assert_eq!(acting(Some(30), None).check_rank(&retired(10)), Ok(()));
    assert_eq!(acting(Some(30), None).check_rank(&retired(30)), rank_too_high("recruit", 30, 30));
}

#[test]
fn only_an_account_strictly_below_the_person_is_banned() {
    let authority = acting(None, Some(&person("recruit sergeant")));
    assert_eq!(to_account(&authority, &member("officer")), Ok(()));
    assert_eq!(to_account(&authority, &member("sergeant")), account_too_high(30, 30));
    assert_eq!(to_account(&authority, &member("chief")), account_too_high(50, 30));
}

#[test]
fn only_a_rank_strictly_below_the_person_is_changed() {
    let authority = acting(None, Some(&person("recruit sergeant")));
    assert_eq!(to_rank(&authority, "officer"), Ok(()));
    assert_eq!(to_rank(&authority, "sergeant"), rank_too_high("sergeant", 30, 30));
}

#[test]
fn a_person_without_ranks_reaches_nothing() {
    let authority = acting(None, Some(&person("")));
    assert_eq!(to_account(&authority, &member("")), account_too_high(0, 0));
    assert_eq!(to_rank(&authority, "recruit"), rank_too_high("recruit", 10, 0));
}

#[test]
fn the_lower_of_ceiling_and_person_decides() {
    for (ceiling, keys) in [(30, "chief"), (50, "sergeant"), (30, "sergeant")] {
        let authority = acting(Some(ceiling), Some(&person(keys)));
        assert_eq!(to_account(&authority, &member("officer")), Ok(()));
        assert_eq!(to_account(&authority, &member("sergeant")), account_too_high(30, 30));
        assert_eq!(to_rank(&authority, "officer"), Ok(()));
        assert_eq!(to_rank(&authority, "captain"), rank_too_high("captain", 40, 30));
    }
}

#[test]
fn nobody_but_the_owner_bans_the_owner() {
    let banned_owner = Account { banned: true, ..owner() };
    for account in [owner(), banned_owner] {
        assert_eq!(to_account(&acting(Some(u32::MAX), None), &account), owner_too_high(u32::MAX));
        assert_eq!(to_account(&acting(None, Some(&member("chief"))), &account), owner_too_high(50));
    }
    assert_eq!(to_account(&acting(None, Some(&owner())), &owner()), Ok(()));
}

#[test]
fn the_owner_may_ban_everybody_and_change_every_rank() {
    let authority = acting(None, Some(&owner()));
    assert_eq!(to_account(&authority, &member("chief")), Ok(()));
    assert_eq!(to_rank(&authority, "chief"), Ok(()));
}

#[test]
fn naming_the_owner_does_not_lift_the_ceiling() {
    let authority = acting(Some(30), Some(&owner()));
    assert_eq!(to_account(&authority, &member("sergeant")), account_too_high(30, 30));
    assert_eq!(to_account(&authority, &owner()), owner_too_high(30));
    assert_eq!(to_rank(&authority, "captain"), rank_too_high("captain", 40, 30));
}

#[test]
fn nobody_below_the_owner_bans_themselves() {
    let own = member("sergeant");
    assert_eq!(to_account(&acting(None, Some(&own)), &own), account_too_high(30, 30));
    assert_eq!(to_account(&acting(Some(31), Some(&own)), &own), account_too_high(30, 30));
    assert_eq!(to_account(&acting(Some(20), Some(&own)), &own), account_too_high(30, 20));
}

#[test]
fn a_banned_or_archived_person_reaches_nothing_whatever_they_are() {
    for person in [person("chief"), owner()] {
        let banned = Account { banned: true, ..person.clone() };
        let archived = Account { archived: true, ..person };
        for barred in [banned, archived] {
            for ceiling in [None, Some(u32::MAX)] {
                let authority = acting(ceiling, Some(&barred));
                assert_eq!(to_account(&authority, &member("")), Err(PowerRefusal::ActorBarred));
                assert_eq!(to_account(&authority, &barred), Err(PowerRefusal::ActorBarred), "nor themselves");
                assert_eq!(to_rank(&authority, "recruit"), Err(PowerRefusal::ActorBarred));
            }
        }
    }
}

#[test]
fn a_banned_or_archived_account_stands_as_high_as_its_ranks() {
    let authority = acting(Some(30), None);
    for (banned, archived) in [(true, false), (false, true)] {
        let barred = |keys| Account { banned, archived, ..member(keys) };
        assert_eq!(to_account(&authority, &barred("officer")), Ok(()));
        assert_eq!(to_account(&authority, &barred("sergeant")), account_too_high(30, 30));
    }
}

#[test]
fn a_grant_that_has_ended_neither_shields_an_account_nor_lends_power() {
    let mut lent = person("officer");
    lent.ranks.push(until("chief", 1));
    let mut shielded = member("recruit");
    shielded.ranks.push(until("captain", 1));
    let ranks = community();

    let before = Authority::new(None, Some(&lent), &ranks, start());
    assert_eq!(before.check_account(&member("captain"), &ranks, start()), Ok(()));
    assert_eq!(to_rank(&before, "captain"), Ok(()));
    let after = Authority::new(None, Some(&lent), &ranks, hours(1));
    assert_eq!(after.check_account(&member("captain"), &ranks, hours(1)), account_too_high(40, 20));
    assert_eq!(to_rank(&after, "captain"), rank_too_high("captain", 40, 20));

    assert_eq!(after.check_account(&shielded, &ranks, start()), account_too_high(40, 20));
    assert_eq!(after.check_account(&shielded, &ranks, hours(1)), Ok(()));
}

#[test]
fn a_rank_that_the_community_does_not_have_shields_an_account_from_every_ceiling() {
    let mut account = member("recruit");
    account.ranks[0].rank = stranger();
    assert_eq!(to_account(&acting(Some(u32::MAX), None), &account), account_too_high(u32::MAX, u32::MAX));
    assert_eq!(to_account(&acting(None, None), &account), Ok(()));
}
