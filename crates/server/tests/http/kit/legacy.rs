//! Somebody who calls the legacy v1 API: the key is in the body, and refusals are plain text.

use http::{Method, StatusCode};
use rankledger_domain::credential::Credential;
use rankledger_server::api::v1::reply::RefusalForm;
use rankledger_server::api::v1::{LegacyType, TYPES};
use serde_json::{Value, json};

use super::{ALL_SCOPES, Actor, Answer, Server};

/// A call of every type that is answered 200 if it is the first on a fresh server, and the scope that it
/// needs.
#[rustfmt::skip]
pub(crate) const CALLS: &[(&str, &str, &str)] = &[
    ("GET_SUB_VERSION", "community:read", "[]"),
    ("GET_DEPARTMENTS", "community:read", "[]"),
    ("GET_PROFILE_FIELDS", "community:read", "[{}]"),
    ("GET_CLOCKIN_TYPES", "community:read", "[]"),
    ("GET_CUSTOM_LOG_TYPES", "community:read", "[]"),
    ("GET_PROMOTION_FLOWS", "community:read", "[]"),
    ("TRIGGER_PROMOTION_FLOWS", "ranks:write", r#"[{"flowId": "up", "users": ["1002"], "promote": true}]"#),
    ("GET_GAME_SERVERS", "community:read", "[]"),
    ("SET_GAME_SERVERS", "admin", r#"[{"id": 1, "name": "Main"}, {"id": 2, "name": "Test"}]"#),
    ("ADD_GAME_SERVERS", "accounts:write", r#"[{"id": 9, "name": "Night", "port": 30120, "type": "qb-core"}]"#),
    ("VERIFY_WHITELIST", "accounts:read", r#"[{"uniqueId": 1002, "serverId": 1}]"#),
    ("FULL_WHITELIST", "accounts:read", r#"[{"serverId": 1}]"#),
    ("GET_ACE_CONFIG", "community:read", r#"{"serverId": 1}"#),
    ("GET_FULL_WHITELIST", "accounts:read", r#"[{"serverId": "1"}]"#),
    ("SET_SERVER_TYPE", "accounts:write", r#"{"serverId": 1, "type": "qb-core"}"#),
    ("ACTIVITY_TRACKER_SERVER_START", "accounts:write", r#"[{"serverId": 1}]"#),
    ("ACTIVITY_TRACKER_START_STOP", "accounts:write", r#"{"uniqueId": 1002, "forceStart": true, "serverId": 1}"#),
    ("IDENTIFIERS", "accounts:write",
        r#"{"uniqueId": 1002, "identifiers": [{"type": "xbl", "value": "2535428000000000"}]}"#),
    ("GAMESTATE", "community:read", "[]"),
    ("GET_ACCOUNTS", "accounts:read", "[{}]"),
    ("GET_COM_ACCOUNT", "accounts:read", r#"[{"uniqueId": 1002}]"#),
    ("CHECK_COM_APIID", "accounts:read", r#"[{"apiId": "LEGACY-7"}]"#),
    ("GET_ACCOUNT_RANKS", "accounts:read", r#"[{"uniqueId": 1002}]"#),
    ("SET_ACCOUNT_RANKS", "ranks:write", r#"[{"uniqueId": 1002, "add": ["officer"]}]"#),
    ("UNDO_RANK_CHANGE", "ranks:undo", r#"[{"undoId": "2"}]"#),
    ("SET_ACCOUNT_NAME", "accounts:write", r#"[{"uniqueId": 1002, "newName": "Arwin"}]"#),
    ("EDIT_ACC_PROFLIE_FIELDS", "accounts:write",
        r#"[{"uniqueId": 1002, "profileFields": [{"id": "motto", "value": "Protect"}]}]"#),
    ("FORCE_SYNC", "accounts:write", r#"[{"uniqueId": 1002}]"#),
    ("KICK_ACCOUNT", "accounts:write", r#"[{"uniqueId": 1004}]"#),
    ("BAN_ACCOUNT", "accounts:write", r#"[{"uniqueId": 1003}]"#),
    ("CLOCK_IN_OUT", "accounts:write", r#"[{"uniqueId": 1002, "forceClockIn": false, "forceClockOut": false}]"#),
    ("GET_CURRENT_CLOCK_IN", "accounts:read", r#"[{"uniqueId": 1002}]"#),
    ("GET_LATEST_ACTIVITY", "accounts:read", r#"[{"uniqueId": 1002, "type": "clockin"}]"#),
];

/// Returns the call of this name.
#[track_caller]
pub(crate) fn legacy_type(name: &str) -> &'static LegacyType {
    TYPES.iter().find(|legacy| legacy.name == name).unwrap_or_else(|| panic!("there is no type {name}"))
}

/// A caller of v1, with the id of a community and a key.
#[derive(Clone)]
pub(crate) struct Legacy {
    actor: Actor,
    pub(crate) id: String,
    pub(crate) key: String,
}

impl Legacy {
    /// Returns the same caller with another text as its key.
    pub(crate) fn with_key(&self, key: &str) -> Self {
        Self { key: key.to_owned(), ..self.clone() }
    }

    /// Returns the same caller with another text as the id of the community.
    pub(crate) fn with_id(&self, id: &str) -> Self {
        Self { id: id.to_owned(), ..self.clone() }
    }

    /// Calls a type at its path, with this value for `data`.
    pub(crate) async fn call(&self, name: &str, data: Value) -> Answer {
        self.call_at(legacy_type(name).path, name, data).await
    }

    /// Calls a type at this path.
    pub(crate) async fn call_at(&self, path: &str, name: &str, data: Value) -> Answer {
        let body = json!({ "id": self.id, "key": self.key, "type": name, "data": data });
        self.send(path, &body.to_string()).await
    }

    /// Calls a type as [`CALLS`] lists it.
    pub(crate) async fn call_listed(&self, (name, _, data): (&str, &str, &str)) -> Answer {
        self.call(name, serde_json::from_str(data).expect("data of the kit")).await
    }

    /// Sends a body as it is.
    pub(crate) async fn send(&self, path: &str, body: &str) -> Answer {
        self.actor.send(Method::POST, path, body.to_owned()).await
    }

    /// Returns the ranks that an account holds now.
    pub(crate) async fn ranks_of(&self, account: &str) -> Value {
        self.call("GET_ACCOUNT_RANKS", json!([{ "accId": account }])).await.legacy_json().clone()
    }
}

impl Server {
    /// Returns a caller of v1 with every scope but `admin`, and the same bot as a caller of v2.
    pub(crate) async fn legacy(&self) -> (Legacy, Actor) {
        self.legacy_with(ALL_SCOPES, |_| {}).await
    }

    /// Returns a caller of v1 with these scopes, otherwise as `edit` makes it, and the same bot as a caller
    /// of v2.
    pub(crate) async fn legacy_with(
        &self,
        scopes: &str,
        edit: impl FnOnce(&mut Credential),
    ) -> (Legacy, Actor) {
        self.legacy_of("club", scopes, edit).await
    }

    /// Returns a caller of v1 from the other community.
    pub(crate) async fn neighbours_legacy(&self) -> Legacy {
        self.legacy_of("neighbours", ALL_SCOPES, |_| {}).await.0
    }

    async fn legacy_of(
        &self,
        community: &str,
        scopes: &str,
        edit: impl FnOnce(&mut Credential),
    ) -> (Legacy, Actor) {
        let key = self.key_of(community, scopes, edit).await;
        let bot = self.holder_of(&key);
        (Legacy { actor: self.stranger(), id: community.to_owned(), key }, bot)
    }
}

impl Answer {
    /// Returns the JSON of a success of v1.
    #[track_caller]
    pub(crate) fn legacy_json(&self) -> &Value {
        assert_eq!(self.status, StatusCode::OK, "{}", self.text);
        assert_eq!(self.header("content-type"), Some("application/json"), "{}", self.text);
        assert!(self.header("x-request-id").is_some());
        &self.body
    }

    /// Returns the text of a success of v1.
    #[track_caller]
    pub(crate) fn legacy_text(&self) -> &str {
        assert_eq!(self.status, StatusCode::OK, "{}", self.text);
        assert_eq!(self.header("content-type"), Some("text/plain; charset=utf-8"), "{}", self.text);
        assert!(self.header("x-request-id").is_some());
        &self.text
    }

    /// Returns the text of a refusal of v1, after checking everything that all refusals have. A few types
    /// refuse in JSON.
    #[track_caller]
    pub(crate) fn legacy_refusal(&self, status: u16) -> &str {
        assert_eq!(self.status.as_u16(), status, "{}", self.text);
        assert_eq!(self.header("www-authenticate"), None);
        assert!(self.header("x-request-id").is_some());
        assert!(!self.text.is_empty());
        let called = TYPES.iter().find(|legacy| legacy.path == self.path);
        let form = called.map_or(RefusalForm::Text, |legacy| legacy.answers.refusals());
        if form != RefusalForm::Text {
            assert_eq!(self.header("content-type"), Some("application/json"));
            match form {
                RefusalForm::Verdict => assert_eq!(self.body["status"], status),
                _ => assert_eq!((&self.body["success"], &self.body["data"]), (&json!(false), &Value::Null)),
            }
            let text = self.body["explanation"].as_str().or_else(|| self.body["message"].as_str());
            return text.expect("a text");
        }
        assert_eq!(self.header("content-type"), Some("text/plain; charset=utf-8"));
        assert!(serde_json::from_str::<Value>(&self.text).is_err(), "a refusal is not JSON: {}", self.text);
        &self.text
    }
}
