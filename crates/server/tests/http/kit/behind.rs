//! Access past the API: reads the ledger, and changes data that an operator would import.

use std::sync::Arc;
use std::time::Duration;

use futures_util::stream::{FuturesOrdered, StreamExt};
use jiff::Timestamp;
use rankledger_domain::account::HeldRank;
use rankledger_domain::ids::{AccountId, ChangeNumber, Ids, RankId};
use rankledger_domain::rank::{Power, Rank};
use rankledger_domain::rank_change::{RankChange, Source};
use rankledger_domain::transition::Transition;
use rankledger_server::jobs::health::HealthJob;
use rankledger_server::ops::OpError;
use rankledger_server::ops::expire_grants::ExpireGrants;
use rankledger_server::ops::lift_bans::LiftBans;
use rankledger_server::ops::prune::{PrunePlan, delete_pruned, prune};
use rankledger_server::ops::record::{NewRankChange, record};
use rankledger_storage::WriteTx;
use rankledger_storage::accounts::Profile;
use rankledger_storage::clock_rows::ClockRow;
use rankledger_storage::communities::NewCommunity;
use rankledger_storage::departments::DepartmentRank;
use rankledger_storage::json::Json;
use uuid::Uuid;

use super::{Answer, Server, rank};

impl Server {
    /// Returns the change with this number from the ledger.
    pub(crate) async fn change(&self, number: i64) -> RankChange {
        let community = self.community("club").await;
        let mut tx = self.storage.read().await.expect("a view");
        let change = tx.rank_change(community, ChangeNumber(number)).await.expect("a look-up");
        change.expect("a recorded change")
    }

    /// Makes writers of the community wait until the returned transaction is dropped.
    pub(crate) async fn hold_up(&self) -> Box<dyn WriteTx> {
        let community = self.community("club").await;
        let mut tx = self.storage.begin().await.expect("nobody writes yet");
        tx.ledger_head(community).await.expect("a look-up");
        tx
    }

    /// Sends requests so that they wait together, and are written in this order. Returns the answers in the
    /// same order.
    pub(crate) async fn together<'a>(
        &self,
        requests: impl IntoIterator<Item = impl Future<Output = Answer> + 'a>,
    ) -> Vec<Answer> {
        let held_up = self.hold_up().await;
        let mut under_way = FuturesOrdered::new();
        let mut answers = Vec::new();
        for request in requests {
            let received = self.ledger.stats().received();
            under_way.push_back(request);
            // Each request has reached the queue before the next one is sent.
            while self.ledger.stats().received() == received {
                tokio::select! {
                    Some(answer) = under_way.next() => {
                        answers.push(answer);
                        break;
                    }
                    () = tokio::time::sleep(Duration::from_millis(1)) => {}
                }
            }
        }
        drop(held_up);
        answers.extend(under_way.collect::<Vec<_>>().await);
        answers
    }

    /// Changes what is stored of a rank: its power, or whether it is retired.
    pub(crate) async fn edit_rank(&self, rank: &str, edit: impl FnOnce(&mut Rank)) {
        let mut stored = self.stored_rank(rank).await;
        edit(&mut stored.rank);
        self.put_ranks(&[stored]).await;
    }

    /// Makes this many ranks of power 1. Returns their keys.
    pub(crate) async fn more_ranks(&self, count: u32) -> Vec<String> {
        let cadet = self.stored_rank(rank::CADET).await;
        let more = (0..count).map(|index| {
            let mut more = cadet.clone();
            more.rank.id = RankId(self.ids.uuid());
            more.rank.key = Some(format!("extra-{index}"));
            more.rank.label = format!("Extra {index}");
            more.rank.power = Power(1);
            more
        });
        let more: Vec<_> = more.collect();
        self.put_ranks(&more).await;
        more.into_iter().filter_map(|more| more.rank.key).collect()
    }

    /// Makes the community demand a person for every change.
    pub(crate) async fn demand_persons(&self) {
        let id = self.community("club").await;
        let mut tx = self.storage.begin().await.expect("a transaction");
        let old = tx.community(id).await.expect("a look-up").expect("the community");
        let demanding = NewCommunity {
            uuid: old.uuid,
            public_id: old.public_id,
            name: old.name,
            sub_version: old.sub_version,
            undo_needs_user: old.undo_needs_user,
            change_needs_user: true,
            custom_domain: old.custom_domain,
            created_at: self.now(),
        };
        tx.update_community(id, &demanding).await.expect("an update");
        tx.commit().await.expect("a commit");
    }

    async fn stored_rank(&self, id: &str) -> DepartmentRank {
        let community = self.community("club").await;
        let mut tx = self.storage.read().await.expect("a view");
        let ranks = tx.department_ranks(community).await.expect("the ranks");
        let found = ranks.into_iter().find(|stored| stored.rank.id == RankId(uuid(id)));
        found.expect("a rank of the kit")
    }

    async fn put_ranks(&self, ranks: &[DepartmentRank]) {
        let community = self.community("club").await;
        let mut tx = self.storage.begin().await.expect("a transaction");
        for rank in ranks {
            tx.put_rank(community, rank).await.expect("a rank");
        }
        tx.commit().await.expect("a commit");
    }

    /// Writes this Discord id to an account's row.
    pub(crate) async fn link_discord(&self, account: &str, discord_id: &str) {
        self.edit_profile(account, |profile| profile.discord_id = Some(discord_id.to_owned())).await;
    }

    /// Gives an account a name, also one that is no longer given to anybody.
    pub(crate) async fn rename(&self, account: &str, name: &str) {
        self.edit_profile(account, |profile| name.clone_into(&mut profile.name)).await;
    }

    /// Gives an account a number, also one that is no longer given to anybody.
    pub(crate) async fn renumber(&self, account: &str, number: i64) {
        self.edit_profile(account, |profile| profile.unique_id = number).await;
    }

    /// Changes the profile of an account.
    pub(crate) async fn edit_profile(&self, account: &str, edit: impl FnOnce(&mut Profile)) {
        let community = self.community("club").await;
        let mut tx = self.storage.begin().await.expect("a transaction");
        let row = tx.snapshot(community, AccountId(uuid(account))).await.expect("a look-up");
        let mut profile = row.expect("an account of the kit").details.profile.clone();
        edit(&mut profile);
        tx.update_profile(community, &profile).await.expect("an update");
        tx.commit().await.expect("a commit");
    }

    /// Records that an account began to play now on this game server. Returns the id of the row.
    pub(crate) async fn play(&self, account: &str, server: Option<i64>) -> String {
        let community = self.community("club").await;
        let row = ClockRow {
            id: self.ids.uuid(),
            start_time: self.now(),
            end_time: None,
            completed: false,
            notes: Json::EMPTY_ARRAY,
            kind: "patrol".into(),
        };
        let mut tx = self.storage.begin().await.expect("a transaction");
        tx.put_activity_row(community, AccountId(uuid(account)), server, &row).await.expect("a row");
        tx.commit().await.expect("a commit");
        row.id.to_string()
    }

    /// Gives an account without ranks a rank for some time. Returns the number of the change.
    pub(crate) async fn grant_for(&self, account: &str, rank: &str, time: Duration) -> i64 {
        let community = self.community("club").await;
        let expires_at = Some(self.now() + time);
        let transition = Transition {
            before: Vec::new(),
            after: vec![HeldRank { rank: RankId(uuid(rank)), expires_at }],
            status_before: false,
            status_after: true,
            active: None,
        };
        let change = NewRankChange::by_server(AccountId(uuid(account)), transition, Source::Api, self.now());
        let mut tx = self.storage.begin().await.expect("a transaction");
        let recorded = record(tx.as_mut(), self.ids.as_ref(), community, change).await.expect("a record");
        tx.commit().await.expect("a commit");
        recorded.number.0
    }

    /// Returns how many answers are stored for repeated requests.
    pub(crate) async fn kept_keys(&self) -> i64 {
        self.place.number("SELECT count(*) FROM idempotency_keys").await
    }

    /// Returns how many leases there are.
    pub(crate) async fn leases(&self) -> i64 {
        self.place.number("SELECT count(*) FROM leases").await
    }

    /// Removes the grants that have ended, as the scheduler does. Returns how many accounts lost ranks.
    pub(crate) async fn expire_due(&self) -> usize {
        self.expire_portion(200).await
    }

    /// Removes at most `limit` grants that have ended. Returns how many accounts lost ranks.
    pub(crate) async fn expire_portion(&self, limit: u32) -> usize {
        self.try_expire(limit).await.expect("ended grants are taken away")
    }

    /// Lifts the bans that have ended, as the scheduler does. Returns how many.
    pub(crate) async fn lift_bans(&self) -> usize {
        self.ledger.submit(LiftBans { limit: 100 }).await.expect("bans are lifted")
    }

    /// Removes at most `limit` grants that have ended. Returns an error if that fails.
    pub(crate) async fn try_expire(&self, limit: u32) -> Result<usize, OpError> {
        self.ledger.submit(ExpireGrants { limit }).await
    }

    /// Starts the job that logs the health warnings, as often as this.
    pub(crate) fn start_health_job(&self, period: Duration) -> HealthJob {
        let (storage, clock) = (Arc::clone(&self.faults), Arc::clone(&self.clock));
        HealthJob::start(storage, self.ledger.clone(), clock, period)
    }

    /// Prunes what a community recorded before this time, as an operator does.
    pub(crate) async fn prune(&self, public_id: &str, before: Timestamp) -> PrunePlan {
        let (storage, community) = (self.storage.as_ref(), self.community(public_id).await);
        let plan =
            prune(storage, community, before, self.now(), self.ids.as_ref()).await.expect("it is pruned");
        delete_pruned(storage, community, |_| ()).await.expect("it is deleted");
        plan
    }

    /// Returns how many rank changes the community has, and how many rank changes and acts. Neither grows
    /// when nothing is written.
    pub(crate) async fn written(&self) -> (i64, usize) {
        let community = self.community("club").await;
        let mut tx = self.storage.read().await.expect("a view");
        let last = tx.last_change_number(community).await.expect("the last number");
        let entries = self.log().await.len();
        (last.0, entries + usize::try_from(last.0).expect("a few"))
    }
}

fn uuid(text: &str) -> Uuid {
    text.parse().expect("a UUID of the kit")
}
