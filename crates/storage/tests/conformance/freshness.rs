//! A transaction sees the data that was committed before it began and its own writes, and nothing else,
//! however much a backend has cached.

use std::sync::Arc;

use rankledger_domain::api_key::KeyHash;
use rankledger_domain::credential::Credential;
use rankledger_domain::game_server::GameServer;
use rankledger_domain::guard::Guards;
use rankledger_domain::ids::{CommunityId, CredentialId};
use rankledger_domain::rank::{CommunityRanks, Rank};
use rankledger_storage::accounts::Profile;
use rankledger_storage::communities::{Community, NewCommunity};
use rankledger_storage::departments::{Department, DepartmentRank};
use rankledger_storage::profiles::{NotificationPreference, ProfileField};
use rankledger_storage::standings::AccountSnapshot;
use rankledger_storage::{ReadTx, Storage, WriteTx};
use serde_json::json;

use crate::kit::{
    account_id, begin, bot, change, clock_row, community, department, identifier, new_community, profile,
    rank, read, time, uuid,
};

const HASH: KeyHash = KeyHash([7; 32]);

/// Everything that a backend may cache.
#[derive(Debug, PartialEq)]
struct View {
    credential: Option<Credential>,
    community: Option<Community>,
    ranks: Arc<CommunityRanks>,
    guards: Guards,
    account: Option<AccountSnapshot>,
}

async fn view<T: ReadTx + ?Sized>(tx: &mut T, club: CommunityId) -> View {
    View {
        credential: tx.credential_by_hash(&HASH).await.expect("a look-up"),
        community: tx.community(club).await.expect("a look-up"),
        ranks: tx.ranks(club).await.expect("the ranks"),
        guards: tx.guards(club).await.expect("the guards"),
        account: tx.snapshot(club, account_id(1)).await.expect("a look-up"),
    }
}

/// Names of the edits that change something of a view, one for each way to do it.
const EDITS: [&str; 17] = [
    "revoke the credential",
    "rename the community",
    "add a game server",
    "retire the department",
    "add a rank",
    "edit a rank",
    "freeze",
    "rename the account",
    "ban the account",
    "change its ranks",
    "touch it",
    "add an identifier",
    "set its ids",
    "clock it in",
    "fill a profile field in",
    "empty a profile field",
    "set a preference",
];

async fn edit(tx: &mut dyn WriteTx, club: CommunityId, edit: &str) {
    let one = account_id(1);
    let done = match edit {
        "revoke the credential" => tx.revoke_credential(club, CredentialId(uuid(1)), time(5)).await.map(drop),
        "rename the community" => {
            let renamed = NewCommunity { name: "Renamed".to_owned(), ..new_community("club") };
            tx.update_community(club, &renamed).await
        }
        "add a game server" => {
            let server = GameServer::named(1, "One");
            tx.put_game_server(club, &server).await
        }
        "retire the department" => {
            tx.put_department(club, &Department { retired: true, ..department(1) }).await
        }
        "add a rank" => tx.put_rank(club, &rank(9)).await,
        "edit a rank" => {
            let relabelled = Rank { label: "New".to_owned(), ..rank(1).rank };
            tx.put_rank(club, &DepartmentRank { rank: relabelled, ..rank(1) }).await
        }
        "freeze" => tx.put_guards(club, &Guards { enabled: true, ..Guards::default() }).await,
        "rename the account" => {
            tx.update_profile(club, &Profile { name: "Renamed".to_owned(), ..profile(1) }).await
        }
        "ban the account" => tx.set_flags(club, one, true, false).await.map(drop),
        "change its ranks" => tx.append_rank_change(club, &change(2)).await,
        "touch it" => tx.touch(club, one).await.map(drop),
        "add an identifier" => tx.put_identifier(club, &identifier(3, 1, "new")).await,
        "set its ids" => tx.set_api_ids(club, one, &["new".to_owned()]).await,
        "clock it in" => tx.put_clock_row(club, one, &clock_row(1, 5)).await,
        "fill a profile field in" => {
            let field = ProfileField { id: "new".into(), value: json!("value").into() };
            tx.put_profile_field(club, one, 1, &field).await
        }
        "empty a profile field" => tx.remove_profile_field(club, one, "known").await,
        "set a preference" => {
            tx.put_notification_preference(club, one, &NotificationPreference::usual()).await
        }
        other => panic!("no such edit: {other}"),
    };
    done.unwrap_or_else(|error| panic!("{edit}: {error}"));
}

async fn prepare(storage: &dyn Storage) -> CommunityId {
    let mut tx = begin(storage).await;
    let club = community(tx.as_mut(), "club").await;
    tx.insert_credential(&bot(club, 1), &HASH).await.expect("a credential");
    let known = ProfileField { id: "known".into(), value: json!("value").into() };
    tx.put_profile_field(club, account_id(1), 0, &known).await.expect("a field");
    tx.append_rank_change(club, &change(1)).await.expect("a change");
    tx.commit().await.expect("a commit");
    club
}

pub(crate) async fn whatever_is_written_is_seen_by_the_next_transaction(storage: &dyn Storage) {
    let club = prepare(storage).await;
    for name in EDITS {
        let before = view(read(storage).await.as_mut(), club).await;
        let mut tx = begin(storage).await;
        edit(tx.as_mut(), club, name).await;
        let within = view(tx.as_mut(), club).await;
        assert_ne!(within, before, "{name}: seen by whoever wrote it");
        tx.commit().await.expect("a commit");
        assert_eq!(view(read(storage).await.as_mut(), club).await, within, "{name}: seen by the next");
    }
}

pub(crate) async fn whatever_is_not_kept_is_seen_by_nobody_else(storage: &dyn Storage) {
    let club = prepare(storage).await;
    let before = view(read(storage).await.as_mut(), club).await;
    for name in EDITS {
        let mut tx = begin(storage).await;
        tx.savepoint().await.expect("a savepoint");
        edit(tx.as_mut(), club, name).await;
        assert_ne!(view(tx.as_mut(), club).await, before, "{name}: seen by whoever wrote it");
        tx.rollback_to_savepoint().await.expect("it is taken back");
        assert_eq!(view(tx.as_mut(), club).await, before, "{name}: taken back");
        edit(tx.as_mut(), club, name).await;
        assert_ne!(view(tx.as_mut(), club).await, before, "{name}: seen by whoever wrote it");
        drop(tx);
        assert_eq!(view(read(storage).await.as_mut(), club).await, before, "{name}: not committed");
    }
}

pub(crate) async fn a_view_stays_as_it_began_while_others_write(storage: &dyn Storage) {
    let club = prepare(storage).await;
    for name in EDITS {
        let mut old = read(storage).await;
        let before = view(old.as_mut(), club).await;
        let mut tx = begin(storage).await;
        edit(tx.as_mut(), club, name).await;
        tx.commit().await.expect("a commit");
        let after = view(read(storage).await.as_mut(), club).await;
        assert_ne!(after, before, "{name}: seen by the next");
        assert_eq!(view(old.as_mut(), club).await, before, "{name}: not seen by who began before");
        drop(old);
        assert_eq!(view(read(storage).await.as_mut(), club).await, after, "{name}: still there");
    }
}
