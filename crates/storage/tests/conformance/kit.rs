//! A community with ranks and accounts, and rows with everything filled in.

use jiff::Timestamp;
use rankledger_domain::account::{Account, HeldRank};
use rankledger_domain::credential::{Credential, RateFactor};
use rankledger_domain::ids::{
    AccountId, BatchId, ChangeNumber, CommunityId, CredentialId, DepartmentId, LogId, RankId, UndoId,
};
use rankledger_domain::log::{Act, ActKind};
use rankledger_domain::rank::{Power, Rank};
use rankledger_domain::rank_change::{ChangeKind, RankChange, Source};
use rankledger_domain::transition::Transition;
use rankledger_storage::accounts::Profile;
use rankledger_storage::clock_rows::ClockRow;
use rankledger_storage::communities::NewCommunity;
use rankledger_storage::departments::{Department, DepartmentRank};
use rankledger_storage::identifiers::Identifier;
use rankledger_storage::json::Json;
use rankledger_storage::{ReadTx, Storage, WriteTx};
use serde_json::json;
use uuid::Uuid;

pub(crate) fn uuid(number: u128) -> Uuid {
    Uuid::from_u128(number)
}

pub(crate) fn account_id(number: u128) -> AccountId {
    AccountId(uuid(number))
}

pub(crate) fn rank_id(number: u128) -> RankId {
    RankId(uuid(number))
}

pub(crate) fn held(number: u128) -> HeldRank {
    HeldRank::permanent(rank_id(number))
}

/// Returns a time to the millisecond.
pub(crate) fn time(milliseconds: i64) -> Timestamp {
    Timestamp::from_millisecond(1_776_211_200_123 + milliseconds).expect("a time in range")
}

pub(crate) async fn begin(storage: &dyn Storage) -> Box<dyn WriteTx> {
    storage.begin().await.expect("a transaction")
}

pub(crate) async fn read(storage: &dyn Storage) -> Box<dyn ReadTx> {
    storage.read().await.expect("a view")
}

pub(crate) fn new_community(public_id: &str) -> NewCommunity {
    let number = public_id.bytes().map(u128::from).sum();
    NewCommunity {
        uuid: uuid(number),
        public_id: public_id.to_owned(),
        name: format!("The {public_id}"),
        sub_version: 3,
        undo_needs_user: false,
        change_needs_user: false,
        custom_domain: None,
        created_at: time(0),
    }
}

/// Returns a community with a department of the ranks 1 to 4, and the accounts 1 to 3.
pub(crate) async fn community(tx: &mut dyn WriteTx, public_id: &str) -> CommunityId {
    let community = tx.insert_community(&new_community(public_id)).await.expect("a community");
    tx.put_department(community, &department(1)).await.expect("a department");
    for number in 1..=4 {
        tx.put_rank(community, &rank(number)).await.expect("a rank");
    }
    for number in 1..=3 {
        tx.insert_account(community, &profile(number), &standing(number)).await.expect("an account");
    }
    community
}

/// Returns a credential that writes ranks, for ever.
pub(crate) fn bot(community: CommunityId, number: u128) -> Credential {
    Credential {
        id: CredentialId(uuid(number)),
        community,
        name: "bot".to_owned(),
        scopes: "ranks:write".parse().expect("scopes"),
        power_ceiling: None,
        rate_factor: RateFactor::ONE,
        created_at: time(0),
        made_by: None,
        expires_at: None,
        revoked_at: None,
    }
}

pub(crate) fn department(number: u128) -> Department {
    Department {
        id: DepartmentId(uuid(number)),
        label: format!("Department {number}"),
        label_two: format!("D{number}"),
        retired: false,
        position: i64::try_from(number).expect("a small number"),
    }
}

pub(crate) fn rank(number: u128) -> DepartmentRank {
    let small = u32::try_from(number).expect("a small number");
    let rank = Rank {
        id: rank_id(number),
        key: Some(format!("rank-{number}")),
        label: format!("Rank {number}"),
        department: DepartmentId(uuid(1)),
        power: Power(small * 10),
        retired: false,
    };
    DepartmentRank {
        rank,
        primary_only: true,
        secondary_only: false,
        position: i64::from(small),
        scopes: "ranks:write".parse().expect("scopes"),
    }
}

/// Returns a profile with everything filled in.
pub(crate) fn profile(number: u128) -> Profile {
    Profile {
        id: account_id(number),
        unique_id: 1000 + i64::try_from(number).expect("a small number"),
        custom_unique_id: true,
        name: format!("Member {number}"),
        sys_status: true,
        join_date: time(1),
        last_login: Some(time(2)),
        ban_info: Some("for a day".to_owned()),
        ban_expiration: Some(time(3)),
        api_id_preference: 2,
        bio: Some("says \"hello\"".to_owned()),
        discord_id: Some(format!("10000000000000000{number}")),
        roblox_id: Some("77".to_owned()),
        teamspeak_id: Some("ts".to_owned()),
    }
}

pub(crate) fn standing(number: u128) -> Account {
    Account {
        id: account_id(number),
        ranks: Vec::new(),
        com_status: false,
        owner: number == 1,
        banned: false,
        archived: false,
    }
}

pub(crate) fn identifier(number: u128, account: u128, value: &str) -> Identifier {
    Identifier {
        id: uuid(number),
        account: account_id(account),
        kind: "steam".into(),
        value: value.into(),
        ref_count: 2,
        verified: true,
        metadata: json!({"source": "game", "level": 7}).into(),
        flag_id: Some("flag".into()),
        created_at: time(i64::try_from(number).expect("a small number")),
        updated_at: Some(time(9)),
    }
}

/// Returns an open clock row.
pub(crate) fn clock_row(number: u128, start: i64) -> ClockRow {
    ClockRow {
        id: uuid(number),
        start_time: time(start),
        end_time: None,
        completed: false,
        notes: Json::EMPTY_ARRAY,
        kind: "patrol".into(),
    }
}

pub(crate) fn transition(before: &[HeldRank], after: &[HeldRank]) -> Transition {
    Transition {
        before: before.to_vec(),
        after: after.to_vec(),
        status_before: !before.is_empty(),
        status_after: !after.is_empty(),
        active: None,
    }
}

/// Returns a change of account 1 that adds rank 1, with everything else filled in.
pub(crate) fn change(number: i64) -> RankChange {
    let own = u128::from(number.unsigned_abs());
    RankChange {
        number: ChangeNumber(number),
        undo_id: UndoId(uuid(1000 + own)),
        log_id: LogId(uuid(2000 + own)),
        account: account_id(1),
        at: time(number),
        transition: Transition { active: Some(true), ..transition(&[], &[held(1)]) },
        kind: ChangeKind::Change,
        source: Source::Api,
        actor: Some(account_id(2)),
        credential: Some(CredentialId(uuid(5))),
        reason: Some("earned it".to_owned()),
        batch: Some(BatchId(uuid(6))),
        reverses: None,
        reversed_by: None,
    }
}

/// Returns an act with everything filled in.
pub(crate) fn act(number: i64) -> Act {
    let own = u128::from(number.unsigned_abs());
    Act {
        id: LogId(uuid(3000 + own)),
        at: time(number),
        kind: ActKind::AccountRenamed,
        actor: Some(account_id(2)),
        credential: Some(CredentialId(uuid(5))),
        address: Some("192.0.2.7".parse().expect("an address")),
        account: Some(account_id(1)),
        before: Some(r#"{"name":"Ann"}"#.to_owned()),
        after: Some(format!(r#"{{"name":"\"Zoë\" {number}"}}"#)),
    }
}

/// Returns the change `number`, as the reversal of `reversed`.
pub(crate) fn reversal(number: i64, reversed: i64, kind: ChangeKind) -> RankChange {
    RankChange { reverses: Some(ChangeNumber(reversed)), kind, ..change(number) }
}

/// Records a transition of an account as the community's next change.
pub(crate) async fn carry_out(
    tx: &mut dyn WriteTx,
    community: CommunityId,
    account: AccountId,
    transition: &Transition,
) {
    let next = tx.last_change_number(community).await.expect("a look-up").next();
    let change = RankChange { account, transition: transition.clone(), ..change(next.0) };
    tx.append_rank_change(community, &change).await.expect("a change");
}

/// Returns the live changes of an account after this number, oldest first.
pub(crate) async fn live_changes_after(
    tx: &mut dyn ReadTx,
    community: CommunityId,
    account: AccountId,
    number: ChangeNumber,
) -> Vec<RankChange> {
    let mut live = Vec::new();
    let keep = &mut |change| {
        live.push(change);
        true
    };
    tx.look_back(community, account, number, keep).await.expect("a walk");
    live.reverse();
    live
}
