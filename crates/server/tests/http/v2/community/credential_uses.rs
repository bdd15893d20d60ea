//! When API keys were last used, as an administrator sees it.

use std::time::Duration;

use rankledger_server::http::feature::Features;
use rankledger_server::ops::credential_uses::CredentialUses;
use serde_json::{Value, json};

use crate::kit::{Actor, Options, Server};

const PATH: &str = "/v2/community/credentials";
const MINUTE: Duration = Duration::from_mins(1);
const HOUR: Duration = Duration::from_hours(1);

/// A server, the uses that it notes, its administrator, and a key.
struct Watched {
    server: Server,
    uses: CredentialUses,
    admin: Actor,
    /// The path of the key's credential.
    path: String,
    key: String,
}

impl Watched {
    async fn start() -> Self {
        let uses = CredentialUses::default();
        let features = Features::default().with(uses.clone());
        let server = Server::with(Options { features, ..Options::default() }).await;
        let admin = server.admin().await;
        let answer = admin.post(PATH, json!({"name": "Bot", "scopes": ["community:read"]})).await;
        let made = &answer.ok()["data"];
        assert_eq!(made["lastUsedAt"], Value::Null);
        let text = |member: &str| made[member].as_str().expect("a text").to_owned();
        let (path, key) = (format!("{PATH}/{}", text("id")), text("key"));
        Self { server, uses, admin, path, key }
    }

    async fn use_key(&self) {
        self.server.holder_of(&self.key).get("/v2/community").await.ok();
    }

    async fn last_used(&self) -> Value {
        self.admin.get(&self.path).await.ok()["data"]["lastUsedAt"].clone()
    }

    fn now(&self) -> Value {
        json!(rankledger_domain::time::wire_format(self.server.now()))
    }

    /// Stores what is due. Returns how many commits that took.
    async fn store_due(&self) -> u64 {
        let before = self.server.ledger.stats().commits();
        self.uses.store_due(&self.server.ledger).await.expect("it is stored");
        self.server.ledger.stats().commits() - before
    }
}

#[tokio::test]
async fn an_administrator_sees_when_a_key_was_last_used() {
    let watched = Watched::start().await;
    assert_eq!(watched.last_used().await, Value::Null);
    watched.use_key().await;
    let first = watched.now();
    watched.server.advance(MINUTE);
    assert_eq!(watched.last_used().await, first);
    watched.use_key().await;
    assert_eq!(watched.last_used().await, watched.now());
    let listed = watched.admin.get(PATH).await.ok()["data"].clone();
    assert_eq!(listed.as_array().expect("a list").last().expect("the newest")["lastUsedAt"], watched.now());
}

#[tokio::test]
async fn v1_is_a_use_and_a_request_with_a_revoked_key_is_none() {
    let watched = Watched::start().await;
    let body = json!({"id": "club", "key": watched.key, "type": "GET_SUB_VERSION"});
    watched.server.stranger().post("/general/get_sub_version", body).await;
    let used = watched.now();
    assert_eq!(watched.last_used().await, used);
    watched.server.advance(MINUTE);
    let revoked = watched.admin.delete(&watched.path).await.ok()["data"].clone();
    assert_eq!(revoked["lastUsedAt"], used);
    watched.server.holder_of(&watched.key).get("/v2/community").await.problem(401, "revoked-credential");
    assert_eq!(watched.last_used().await, used);
}

#[tokio::test]
async fn a_request_beyond_the_scopes_of_a_key_is_a_use() {
    let watched = Watched::start().await;
    watched.server.holder_of(&watched.key).get(PATH).await.problem(403, "missing-scope");
    assert_eq!(watched.last_used().await, watched.now());
}

#[tokio::test]
async fn a_use_is_stored_once_an_hour_and_known_after_a_restart() {
    let watched = Watched::start().await;
    watched.use_key().await;
    let stored = watched.now();
    assert_eq!(watched.store_due().await, 1, "the administrator's key and this one, in one commit");
    watched.server.advance(MINUTE);
    watched.use_key().await;
    assert_eq!(watched.store_due().await, 0, "one was stored a minute ago");

    let twin = watched.server.twin().await;
    let seen_by_twin = twin.admin().await.get(&watched.path).await.ok()["data"]["lastUsedAt"].clone();
    assert_eq!(seen_by_twin, stored, "another node knows what is stored");

    watched.server.advance(HOUR);
    assert_eq!(watched.store_due().await, 0, "nobody has used it since");
    watched.use_key().await;
    assert_eq!(watched.store_due().await, 1);
    watched.server.advance(MINUTE);
    watched.use_key().await;
    watched.uses.store_all(&watched.server.ledger).await.expect("it is stored");
    let last = watched.now();
    let Watched { server, path, .. } = watched;
    let server = server.restarted().await;
    assert_eq!(server.admin().await.get(&path).await.ok()["data"]["lastUsedAt"], last);
}
