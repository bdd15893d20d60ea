//! How things look in the log: the JSON of a department, a rank, a flow, a definition, a game server, a
//! credential, a subscription, before and after an act.

use rankledger_domain::credential::{Credential, Scope};
use rankledger_domain::definition::{ClockInType, CustomLogType, ProfileFieldDefinition};
use rankledger_domain::game_server::{GameServer, Secret};
use rankledger_domain::guard::Guards;
use rankledger_domain::name::{Key, Word};
use rankledger_domain::promotion_flow::PromotionFlow;
use rankledger_domain::subscription::Subscription;
use rankledger_storage::clock_rows::ClockRow;
use rankledger_storage::communities::{Community, NewCommunity};
use rankledger_storage::departments::{Department, DepartmentRank};
use serde_json::{Value, json};

use super::acts::NewAct;
use crate::wire::time::Time;

/// A department.
pub(super) fn department(of: &Department) -> Value {
    json!({"department": {
        "id": of.id, "label": of.label, "labelTwo": of.label_two, "retired": of.retired,
        "position": of.position,
    }})
}

/// A rank.
pub(super) fn rank(of: &DepartmentRank) -> Value {
    let rank = &of.rank;
    json!({"rank": {
        "id": rank.id, "key": rank.key, "label": rank.label, "power": rank.power.0,
        "department": rank.department, "primaryOnly": of.primary_only, "secondaryOnly": of.secondary_only,
        "retired": rank.retired, "position": of.position,
        "scopes": of.scopes.iter().map(Scope::as_str).collect::<Vec<_>>(),
    }})
}

/// A promotion flow.
pub(super) fn flow(of: &PromotionFlow) -> Value {
    json!({"promotionFlow": {
        "id": of.id, "key": of.key.as_ref().map(Key::as_str), "labelFrom": of.label_from.as_str(),
        "labelTo": of.label_to.as_str(), "ranksToAdd": of.ranks.add(), "ranksToRemove": of.ranks.remove(),
        "direction": of.direction, "position": of.position,
    }})
}

/// A profile field.
pub(super) fn profile_field(of: &ProfileFieldDefinition) -> Value {
    json!({"profileField": {
        "id": of.id.as_str(), "label": of.label.as_str(), "type": of.kind.field_type().as_str(),
        "options": of.kind.options(), "metadata": of.metadata, "position": of.position,
    }})
}

/// A clock-in type.
pub(super) fn clockin_type(of: &ClockInType) -> Value {
    json!({"clockInType": {"id": of.id.as_str(), "label": of.label.as_str(), "position": of.position}})
}

/// A custom log type.
pub(super) fn custom_log_type(of: &CustomLogType) -> Value {
    json!({"customLogType": {
        "id": of.id, "label": of.label.as_str(), "shortCode": of.short_code.as_str(),
        "melonlyId": of.melonly_id.as_ref().map(Word::as_str), "position": of.position,
    }})
}

/// Returns the act of a change of a game server; `None` if nothing of it was changed but the time of its
/// type. Of a secret it says only whether there is one, and if there is another one now.
pub(super) fn game_server_changed(before: Option<&GameServer>, after: Option<&GameServer>) -> Option<NewAct> {
    let was = before.map(|of| game_server(of, None));
    let is = after.map(|of| game_server(of, before));
    (was != is).then(|| NewAct::structure(was.as_ref(), is.as_ref()))
}

/// A game server, which was as `before` says. Of a secret it is told whether there is one, or another one.
fn game_server(of: &GameServer, before: Option<&GameServer>) -> Value {
    let secret = |secret_of: fn(&GameServer) -> Option<&Secret>| {
        let word = |new| match before.and_then(secret_of) {
            Some(old) if old != new => "replaced",
            _ => "set",
        };
        json!(secret_of(of).map(word))
    };
    json!({"gameServer": {
        "id": of.id, "name": of.name, "description": of.description, "ip": of.ip, "port": of.port,
        "type": of.kind, "robloxJoinCode": of.roblox_join_code, "robloxMetadata": of.roblox_metadata,
        "aceMappings": of.aces, "allowedRanks": of.whitelist.allowed, "blockedRanks": of.whitelist.blocked,
        "pushUrl": of.push_url, "pushSecret": secret(|server| server.push_secret.as_ref()),
        "erlcApiKey": secret(|server| server.erlc_api_key.as_ref()),
    }})
}

/// A credential, without anything that tells its key.
pub(crate) fn credential(of: &Credential) -> Value {
    json!({
        "id": of.id, "name": of.name, "scopes": of.scopes.iter().map(Scope::as_str).collect::<Vec<_>>(),
        "powerCeiling": of.power_ceiling.map(|power| power.0), "rateFactor": of.rate_factor.get(),
        "expiresAt": of.expires_at.map(Time),
    })
}

/// A subscription, without its secrets.
pub(super) fn subscription(of: &Subscription) -> Value {
    json!({
        "id": of.id, "kind": of.kind.as_str(), "name": of.name, "url": of.shown_url(),
        "types": of.types.iter().map(|wanted| wanted.as_str()).collect::<Vec<_>>(),
        "summarisesRollbacks": of.summarises_rollbacks, "server": of.server, "enabled": of.disabled.is_none(),
        "previousSecretUntil": of.previous_secret.as_ref().map(|(_, until)| Time(*until)),
    })
}

/// The limits of the guard.
pub(super) fn guards(of: &Guards) -> Value {
    let together = of.together();
    json!({
        "enabled": of.enabled, "removalsPerMinute": of.limits.per_minute,
        "removalsPerHour": of.limits.per_hour, "communityRemovalsPerMinute": together.per_minute,
        "communityRemovalsPerHour": together.per_hour,
    })
}

/// A clock row.
pub(super) fn clock_row(of: &ClockRow) -> Value {
    json!({
        "id": of.id, "startTime": Time(of.start_time), "endTime": of.end_time.map(Time), "type": &*of.kind,
    })
}

/// The settings of a community, as they are.
pub(super) fn settings(of: &Community) -> Value {
    json!({
        "name": of.name, "subVersion": of.sub_version, "undoNeedsUser": of.undo_needs_user,
        "changeNeedsUser": of.change_needs_user, "customDomain": of.custom_domain,
    })
}

/// The settings of a community, as they are to be.
pub(crate) fn new_settings(of: &NewCommunity) -> Value {
    json!({
        "name": of.name, "subVersion": of.sub_version, "undoNeedsUser": of.undo_needs_user,
        "changeNeedsUser": of.change_needs_user, "customDomain": of.custom_domain,
    })
}
