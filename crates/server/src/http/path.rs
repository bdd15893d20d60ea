//! Parameters of paths, each parsed once.

use aide::OperationInput;
use aide::generate::GenContext;
use aide::openapi::Operation;
use axum::extract::{FromRequestParts, RawPathParams};
use http::request::Parts;
use rankledger_domain::game_server::{MAX_ID, check_id};
use rankledger_domain::identifier::IdentifierName;
use rankledger_domain::ids::{
    BatchId, ChangeNumber, CredentialId, DepartmentId, FlagId, SubscriptionId, UndoId,
};
use rankledger_domain::log::LogPlace;
use rankledger_domain::name;
use rankledger_domain::rank::RankName;
use schemars::{JsonSchema, Schema, SchemaGenerator, json_schema};
use uuid::Uuid;

use crate::http::{App, describe};
use crate::ops::accounts::find::AccountName;
use crate::ops::undo_change::ChangeName;
use crate::wire::problem::ProblemType;
use crate::wire::problem::{Problem, types};
use crate::wire::text_schemas::Word;

/// Reads and describes one parameter of a path.
trait Segment: Sized {
    /// Name of the parameter in the path.
    const NAME: &'static str;
    /// Description of the parameter.
    const WHAT: &'static str;
    /// Problems that answer a request if the parameter names nothing.
    const MISSING: &'static [&'static ProblemType];

    /// Reads the parameter. `None` if the text is something else.
    fn parse(text: &str) -> Option<Self>;

    /// Returns the schema of the parameter.
    fn schema() -> Schema;
}

macro_rules! segments {
    ($($(#[$doc:meta])* $name:ident($type:ty), $parameter:literal, $what:literal, [$($missing:ident)?],
        $schema:expr, $parse:expr;)*) => {$(
        $(#[$doc])*
        pub struct $name(pub $type);

        impl Segment for $name {
            const NAME: &'static str = $parameter;
            const WHAT: &'static str = $what;
            const MISSING: &'static [&'static ProblemType] = &[$(&types::$missing)?];

            fn parse(text: &str) -> Option<Self> {
                let parse: fn(&str) -> Option<$type> = $parse;
                parse(text).map(Self)
            }

            fn schema() -> Schema {
                $schema
            }
        }

        impl FromRequestParts<App> for $name {
            type Rejection = Problem;

            async fn from_request_parts(parts: &mut Parts, app: &App) -> Result<Self, Problem> {
                read(parts, app).await
            }
        }

        impl OperationInput for $name {
            fn operation_input(_: &mut GenContext, operation: &mut Operation) {
                describe::<Self>(operation);
            }
        }
    )*};
}

segments! {
    /// `{accountId}`: a UUID, or a Discord id. [`super::account_path`] finds the account.
    AccountNamePath(AccountName), "accountId",
        "the UUID of an account, or its Discord id: 17 to 20 digits, or any number of them after `discord:`",
        [ACCOUNT_NOT_FOUND], account_schema(), AccountName::parse;
    /// `{discordId}`: the digits of a Discord id, which may have its type before it.
    DiscordPath(String), "discordId", "a Discord id, up to 20 digits", [ACCOUNT_NOT_FOUND],
        json_schema!({ "type": "string", "pattern": "^(discord:)?[0-9]{1,20}$" }), discord_id;
    /// `{undoId}`: the UUID or the number of a rank change.
    ChangePath(ChangeName), "undoId", "the undo id of a rank change, a UUID, or its number, 1 or more",
        [RANK_CHANGE_NOT_FOUND], change_schema(), change_name;
    /// `{batchId}`: a UUID.
    RollbackPath(BatchId), "batchId", "the batch id of a rollback, a UUID", [ROLLBACK_NOT_FOUND],
        uuid_schema(), |text| uuid(text).map(BatchId);
    /// `{departmentId}`: a UUID.
    DepartmentPath(DepartmentId), "departmentId", "the UUID of a department", [DEPARTMENT_NOT_FOUND],
        uuid_schema(), |text| uuid(text).map(DepartmentId);
    /// `{rankId}`: the UUID or the key of a rank.
    RankPath(RankName), "rankId", "the UUID or the key of a rank", [RANK_NOT_FOUND],
        word_schema(), |text| word(text).map(|word| RankName::parse(word.as_str()));
    /// `{flowId}`: the UUID or the key of a promotion flow.
    FlowPath(String), "flowId", "the UUID or the key of a promotion flow", [PROMOTION_FLOW_NOT_FOUND],
        word_schema(), |text| word(text).map(String::from);
    /// `{fieldId}`: a word.
    FieldPath(name::Word), "fieldId", "the id of a profile field, a word of at most 64 characters", [],
        word_schema(), word;
    /// `{typeId}`: a word.
    ClockInTypePath(name::Word), "typeId", "the id of a clock-in type, a word of at most 64 characters", [],
        word_schema(), word;
    /// `{logTypeId}`: a UUID.
    LogTypePath(Uuid), "logTypeId", "the UUID of a custom log type", [], uuid_schema(), uuid;
    /// `{identifierId}`: a UUID.
    IdentifierPath(Uuid), "identifierId", "the UUID of an identifier", [IDENTIFIER_NOT_FOUND], uuid_schema(), uuid;
    /// `{flagId}`: a UUID.
    FlagPath(FlagId), "flagId", "the UUID of a flag", [FLAG_NOT_FOUND], uuid_schema(), |text| uuid(text).map(FlagId);
    /// `{credentialId}`: a UUID.
    CredentialPath(CredentialId), "credentialId", "the UUID of a credential", [CREDENTIAL_NOT_FOUND],
        uuid_schema(), |text| uuid(text).map(CredentialId);
    /// `{serverId}`: the number of a game server.
    ServerPath(i64), "serverId", "the id of a game server, a whole number", [SERVER_NOT_FOUND], server_schema(), server_id;
    /// `{subscriptionId}`: a UUID.
    SubscriptionPath(SubscriptionId), "subscriptionId", "the UUID of a subscription", [SUBSCRIPTION_NOT_FOUND],
        uuid_schema(), |text| uuid(text).map(SubscriptionId);
    /// `{place}`: of an event.
    PlacePath(LogPlace), "place", "the place of an event, a whole number from 1 on", [DELIVERY_NOT_FOUND],
        json_schema!({ "type": "integer", "minimum": 1, "maximum": i64::MAX }), place;
    /// `{code}`: of a short URL.
    CodePath(String), "code", "the code of a short URL", [SHORT_URL_NOT_FOUND],
        json_schema!({ "type": "string" }), |text| Some(text.to_owned());
}

async fn read<S: Segment>(parts: &mut Parts, app: &App) -> Result<S, Problem> {
    let path = RawPathParams::from_request_parts(parts, app).await;
    let path = path.map_err(|_| Problem::undecodable_path())?;
    let (_, text) = path
        .iter()
        .find(|(name, _)| *name == S::NAME)
        .ok_or_else(|| Problem::internal(&format!("the path has no {}", S::NAME)))?;
    named(text)
}

fn named<S: Segment>(text: &str) -> Result<S, Problem> {
    S::parse(text).ok_or_else(|| Problem::invalid_path(S::NAME, text, S::WHAT))
}

fn describe<S: Segment>(operation: &mut Operation) {
    let mut description = S::WHAT.to_owned();
    if let Some(first) = description.get_mut(..1) {
        first.make_ascii_uppercase();
    }
    description.push('.');
    describe::add_path_parameter(operation, S::NAME, &description, S::schema());
    describe::problems::add(operation, &[&types::INVALID_PATH]);
    describe::problems::add(operation, S::MISSING);
}

fn uuid(text: &str) -> Option<Uuid> {
    Uuid::parse_str(text).ok()
}

fn word(text: &str) -> Option<name::Word> {
    name::Word::parse(text).ok()
}

/// Reads a whole number that is written in digits alone. `None` if the text is none.
fn digits(text: &str) -> Option<i64> {
    text.bytes().all(|byte| byte.is_ascii_digit()).then(|| text.parse().ok())?
}

fn place(text: &str) -> Option<LogPlace> {
    digits(text).filter(|place| *place >= 1).map(LogPlace)
}

/// Reads a Discord id, with its type or without. `None` if the text is none.
fn discord_id(text: &str) -> Option<String> {
    let name = IdentifierName::parse("discord", text).ok()?;
    Some(name.value)
}

/// Reads the name of a change: its number or its undo id. `None` if the text is neither.
pub fn change_name(text: &str) -> Option<ChangeName> {
    if let Some(number @ 1..) = digits(text) {
        return Some(ChangeName::Number(ChangeNumber(number)));
    }
    uuid(text).map(|uuid| ChangeName::UndoId(UndoId(uuid)))
}

/// Reads the id of a game server. `None` if the text is none.
pub fn server_id(text: &str) -> Option<i64> {
    digits(text).filter(|id| check_id(*id).is_ok())
}

fn server_schema() -> Schema {
    json_schema!({ "type": "integer", "minimum": 0, "maximum": MAX_ID })
}

fn uuid_schema() -> Schema {
    json_schema!({ "type": "string", "format": "uuid" })
}

/// Returns the schema of an account that is named by its UUID or its Discord id.
pub fn account_schema() -> Schema {
    json_schema!({
        "anyOf": [
            { "type": "string", "format": "uuid" },
            { "type": "string", "pattern": "^([0-9]{17,20}|discord:[0-9]{1,20})$" },
        ],
    })
}

fn word_schema() -> Schema {
    Word::json_schema(&mut SchemaGenerator::default())
}

fn change_schema() -> Schema {
    json_schema!({
        "anyOf": [{ "type": "string", "format": "uuid" }, { "type": "integer", "minimum": 1, "maximum": i64::MAX }],
    })
}
