//! Helpers for tests of administration: administrators, and access to the stored data and the events.

use rankledger_domain::api_key::ApiKey;
use rankledger_domain::credential::Credential;
use rankledger_domain::rank::Power;
use rankledger_storage::history::{HistoryFilter, LinkedChange, Order};
use rankledger_storage::log::{LinkedEntry, LogFilter};
use serde_json::{Value, json};

use super::{Actor, Answer, Server};

/// Departments of the community.
pub(crate) mod department {
    /// Has the ranks `cadet`, `officer`, `chief` and `explorer`.
    pub(crate) const POLICE: &str = "d0000000-0000-0000-0000-000000000001";
    /// Has the rank `medic`.
    pub(crate) const MEDICAL: &str = "d0000000-0000-0000-0000-000000000002";
    /// Is retired, and has the rank `diver`.
    pub(crate) const COAST_GUARD: &str = "d0000000-0000-0000-0000-000000000003";
    /// A department of the other community.
    pub(crate) const FOREIGN: &str = "d1000000-0000-0000-0000-000000000001";
}

impl Server {
    /// Returns somebody who may do everything below this power.
    pub(crate) async fn admin_below(&self, ceiling: u32) -> Actor {
        self.bot_with("admin", |credential| credential.power_ceiling = Some(Power(ceiling))).await
    }

    /// Returns all entries of the log, oldest first.
    pub(crate) async fn log(&self) -> Vec<LinkedEntry> {
        let community = self.community("club").await;
        let mut tx = self.storage.read().await.expect("a view");
        let all = LogFilter::default();
        tx.log(community, &all, Order::OldestFirst, None, 10_000).await.expect("a page").entries
    }

    /// Returns what happened since the import, in the order of the places: rank changes, and acts.
    pub(crate) async fn events(&self) -> Vec<Value> {
        let (community, entries) = (self.community("club").await, self.log().await);
        let mut tx = self.storage.read().await.expect("a view");
        let all = HistoryFilter::default();
        let changes = tx.history(community, &all, Order::OldestFirst, None, 10_000).await.expect("a page");
        let mut events = Vec::new();
        for LinkedChange { change, .. } in changes.changes {
            let place = tx.log_position_before(community, change.number).await.expect("a look-up");
            let told = json!({"topic": "ranks.changed", "account": change.account, "change": change.number});
            events.push((place.place_of(change.number), change.log_id, told));
        }
        for LinkedEntry { entry, .. } in entries {
            let after: Value = entry
                .act
                .after
                .as_deref()
                .map_or(Value::Null, |text| serde_json::from_str(text).expect("it is JSON"));
            let (kind, change) = (entry.act.kind.as_str(), &after["changeNumber"]);
            let told = json!({"topic": kind, "account": entry.act.account, "change": change});
            events.push((entry.position.place, entry.act.id, told));
        }
        events.sort_by_key(|(place, ..)| *place);
        assert!(
            events.iter().zip(1..).all(|((place, ..), expected)| place.0 == expected),
            "there is no hole"
        );
        // Ids are counted, and those of the import are in a series of their own.
        events.retain(|(_, id, _)| id.0.as_u64_pair().0 >> 32 == 0);
        events.into_iter().map(|(_, _, told)| told).collect()
    }

    /// Returns the stored credential with this key.
    pub(crate) async fn stored_credential(&self, key: &str) -> Credential {
        let hash = ApiKey::parse(key).expect("a key").hash();
        let mut tx = self.storage.read().await.expect("a view");
        tx.credential_by_hash(&hash).await.expect("a look-up").expect("a stored credential")
    }

    /// Returns whether this text occurs anywhere in the database.
    pub(crate) async fn has_in_its_database(&self, text: &str) -> bool {
        self.place.has(text).await
    }
}

impl Actor {
    /// Makes an account.
    pub(crate) async fn create_account(&self, body: Value) -> Answer {
        self.post("/v2/community/accounts", body).await
    }

    /// Bans, unbans, kicks, archives or restores an account.
    pub(crate) async fn change_standing(&self, account: &str, action: &str, body: Value) -> Answer {
        self.post(&format!("/v2/community/accounts/{account}/{action}"), body).await
    }

    /// Retires or restores a rank.
    pub(crate) async fn change_rank(&self, rank: &str, action: &str, body: Value) -> Answer {
        self.post(&format!("/v2/community/ranks/{rank}/{action}"), body).await
    }

    /// Retires or restores a department.
    pub(crate) async fn change_department(&self, department: &str, action: &str, body: Value) -> Answer {
        self.post(&format!("/v2/community/departments/{department}/{action}"), body).await
    }

    /// Sets the guards of the community.
    pub(crate) async fn set_guards(&self, body: Value) -> Answer {
        self.put("/v2/community/guards", body).await
    }

    /// Returns the guards of the community, without what is counted.
    pub(crate) async fn guards(&self) -> Value {
        let mut guards = self.get("/v2/community/guards").await.ok()["data"].clone();
        let counted = guards.as_object_mut().and_then(|guards| guards.remove("counted"));
        assert!(counted.is_some_and(|counted| counted.is_array()), "{guards}");
        guards
    }

    /// Returns what the guard counts now, and for whom.
    pub(crate) async fn counted(&self) -> Value {
        self.get("/v2/community/guards").await.ok()["data"]["counted"].clone()
    }

    /// Freezes the community.
    pub(crate) async fn freeze(&self, body: Value) -> Answer {
        self.post("/v2/community/freeze", body).await
    }

    /// Lifts the freeze.
    pub(crate) async fn unfreeze(&self, body: Value) -> Answer {
        self.post("/v2/community/unfreeze", body).await
    }

    /// Returns the departments with all their members.
    pub(crate) async fn departments(&self) -> Value {
        self.get("/v2/community/departments?includeRetired=true").await.ok()["data"].clone()
    }
}
