//! A call of v1: its body, its credential and its request objects.

use std::net::IpAddr;

use axum::extract::State;
use axum::response::{IntoResponse, Response};
use rankledger_domain::api_key::ApiKey;
use rankledger_domain::credential::Credential;
use rankledger_domain::ids::AccountId;
use rankledger_domain::name::is_same;
use serde::Deserialize;
use serde::de::DeserializeOwned;
use serde_json::{Map, Value};
use uuid::Uuid;

use crate::api::v1::LegacyType;
use crate::http::App;
use crate::http::authenticate::accepted;
use crate::http::body::{JsonBody, from_value};
use crate::http::caller::{Caller, Needs};
use crate::http::guard_trips::{self, Refused};
use crate::http::own_community::own_community;
use crate::http::peer::Address;
use crate::http::selectors::Selectors;
use crate::wire::loose_text::Text;
use crate::wire::problem::Problem;

/// The body of every call. Other members that clients send are ignored.
#[derive(Debug, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Envelope {
    id: Option<String>,
    key: Option<String>,
    r#type: Option<String>,
    #[serde(default)]
    server_id: Value,
    /// The same as `server_id`.
    #[serde(default, rename = "serverID")]
    server_id_in_capitals: Value,
    #[serde(default)]
    data: Value,
}

/// A call whose credential was accepted.
pub struct Call {
    /// The state of the server that the call runs on.
    pub app: App,
    /// The credential of the caller.
    pub credential: Credential,
    address: Option<IpAddr>,
    /// The game server that the call names beside its data.
    pub server_id: Option<String>,
    items: Vec<Value>,
}

/// Runs a call of this type and returns the response.
pub async fn answer(
    State(app): State<App>,
    Address(address): Address,
    legacy: &'static LegacyType,
    JsonBody(envelope): JsonBody<Envelope>,
) -> Result<Response, Problem> {
    let credential = authenticate(&app, &envelope).await?;
    if !envelope.r#type.as_deref().is_some_and(|name| legacy.is_called(name)) {
        return Err(Problem::path_not_found(legacy.path));
    }
    // A client of v1 takes a 429 for a success, or falls silent for a minute: see decision 27.
    let (verdict, has_waited) = app.limiter.check_in_turn(&credential, legacy.endpoint).await;
    let credential = if has_waited { authenticate(&app, &envelope).await? } else { credential };
    let refused = Refused::of(&credential, address);
    let note = app.clone();
    let server_id = [envelope.server_id, envelope.server_id_in_capitals].into_iter().find_map(given);
    let answered = match (verdict.and_then(|verdict| verdict.refusal()), items(envelope.data)) {
        (None, Ok(items)) => (legacy.run)(Call { app, credential, address, server_id, items }).await,
        (Some(problem), _) | (None, Err(problem)) => Err(problem),
    };
    guard_trips::note(&note, refused, answered.as_ref().err());
    let mut response = answered.into_response();
    if let Some(verdict) = verdict {
        verdict.write_headers(response.headers_mut());
    }
    Ok(response)
}

/// Returns the text of a member. `None` if it is absent, empty, or no text at all.
fn given(member: Value) -> Option<String> {
    serde_json::from_value(member).ok().and_then(Text::given)
}

/// Returns the credential, if it is one of the community that the call names. Without an accepted key, the
/// answer is the same for a community that is here and for one that is not.
async fn authenticate(app: &App, envelope: &Envelope) -> Result<Credential, Problem> {
    let id = envelope.id.as_deref().unwrap_or_default();
    let key = envelope.key.as_deref().unwrap_or_default();
    let key = ApiKey::parse(key.trim()).map_err(Problem::malformed_credential)?;
    let mut tx = app.storage.read().await?;
    let credential = accepted(app, tx.credential_by_hash(&key.hash()).await?)?;
    let own = own_community(tx.as_mut(), credential.community).await?;
    if is_same(&own.public_id, id) { Ok(credential) } else { Err(Problem::community_not_found(id)) }
}

/// Returns the request objects. `data` is an array of them, an object by index (one client sends an array in
/// this form), or one object by itself.
fn items(data: Value) -> Result<Vec<Value>, Problem> {
    match data {
        Value::Null => Ok(Vec::new()),
        Value::Array(items) => Ok(items),
        Value::Object(members) if is_indexed(&members) => {
            Ok(members.into_iter().map(|(_, item)| item).collect())
        }
        object @ Value::Object(_) => Ok(vec![object]),
        _ => Err(Problem::invalid_body("/data", "it must be an array that holds one object")),
    }
}

fn is_indexed(members: &Map<String, Value>) -> bool {
    !members.is_empty() && members.keys().zip(0_usize..).all(|(key, index)| *key == index.to_string())
}

/// The names of the account id in a request object; all but the first are those of older clients.
const ACCOUNT_IDS: [&str; 3] = ["accId", "accountId", "accID"];

impl Call {
    /// Returns the caller, if its credential has the scope `S`.
    pub fn caller<S: Needs>(&self) -> Result<Caller<S>, Problem> {
        Caller::of(self.credential.clone(), self.address)
    }

    /// Returns the request object, read as `T`. Reads an empty object if there is none. The account id is
    /// removed first: the handlers of v2 have the account from the path.
    pub fn body<T: DeserializeOwned>(&self) -> Result<T, Problem> {
        let mut object = self.object()?;
        if let Some(members) = object.as_object_mut() {
            for name in ACCOUNT_IDS {
                members.remove(name);
            }
        }
        from_value("/data/0", object)
    }

    /// Returns the request object, read as `T`, with whatever names an account in it.
    pub fn whole_object<T: DeserializeOwned>(&self) -> Result<T, Problem> {
        from_value("/data/0", self.object()?)
    }

    /// Returns the request object. Refuses a call with several, because only one would be carried out.
    fn object(&self) -> Result<Value, Problem> {
        if self.items.len() > 1 {
            let what = format!("it holds {} objects: send one, in a call of its own", self.items.len());
            return Err(Problem::invalid_body("/data", &what));
        }
        let first = self.items.first().filter(|item| !item.is_null()).cloned();
        Ok(first.unwrap_or_else(|| Value::Object(Map::new())))
    }

    /// Every request object.
    #[must_use]
    pub fn into_items(self) -> Vec<Value> {
        self.items
    }

    /// Returns the caller, and the account that the request object names. A caller without the scope learns
    /// of no account.
    pub async fn about<S: Needs>(&self) -> Result<(Caller<S>, AccountId), Problem> {
        let caller = self.caller()?;
        let not_found = || Problem::account_not_found(AccountId(Uuid::nil()));
        let selectors: Selectors = self.whole_object()?;
        let mut tx = self.app.storage.read().await?;
        let found = selectors.find(tx.as_mut(), self.credential.community).await?;
        Ok((caller, found.ok_or_else(not_found)?.id))
    }
}
