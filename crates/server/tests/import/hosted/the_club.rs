//! The community that the stand-in has: written as the documented answers are.

use std::collections::HashMap;

use serde_json::{Value, json};

use super::stand_in::{StandIn, There};

pub(crate) const CADET: &str = "22222222-2222-2222-2222-000000000001";
pub(crate) const OFFICER: &str = "22222222-2222-2222-2222-000000000002";
pub(crate) const CHIEF: &str = "22222222-2222-2222-2222-000000000003";
pub(crate) const MEDIC: &str = "22222222-2222-2222-2222-000000000004";

const DAY: &str = "2026-04-15T00:00:00.000Z";

/// Returns the id of the account with this number.
pub(crate) fn id(number: usize) -> String {
    format!("a0000000-0000-0000-0000-{number:012}")
}

/// Returns `data` of Get Account.
pub(crate) fn account(number: usize, name: &str, ranks: &[&str]) -> Value {
    let discord = format!("{}", 100_000_000_000_000_000 + number);
    json!({
        "accId": id(number), "sysStatus": true, "comStatus": !ranks.is_empty(), "accName": name,
        "comName": "The Club", "joinDate": DAY, "lastLogin": null, "owner": number == 1, "banned": false,
        "archived": false, "activeApiIds": [format!("discord:{discord}")], "discordId": discord,
        "uniqueId": 1000 + number,
        "identifiers": {"idents": [{
            "id": format!("b0000000-0000-0000-0000-{number:012}"), "accId": id(number), "type": "discord",
            "value": discord, "refCount": 1, "verified": true, "metadata": {}, "flagId": null,
            "createdAt": DAY, "updatedAt": null,
        }]},
        "ranks": ranks, "profileFields": {"data": [{"id": "callsign", "value": format!("L-{number}")}]},
        "clockData": {"data": [{
            "id": format!("c0000000-0000-0000-0000-{number:012}"), "startTime": DAY,
            "endTime": "2026-04-15T02:00:00.000Z", "completed": true, "notes": [], "type": "patrol",
        }]},
        "teamspeakId": null,
    })
}

fn rank(id: &str, label: &str, power: Option<u32>) -> Value {
    json!({"id": id, "label": label, "primaryOnly": false, "secondaryOnly": false, "power": power})
}

/// Returns the departments, with these powers of cadet, officer, chief and medic.
pub(crate) fn departments(powers: [Option<u32>; 4]) -> Value {
    let [cadet, officer, chief, medic] = powers;
    json!([
        {
            "uuid": "11111111-1111-1111-1111-000000000001", "label": "Police Department", "labelTwo": "Police",
            "ranks": [rank(CADET, "Cadet", cadet), rank(OFFICER, "Officer", officer), rank(CHIEF, "Chief", chief)],
        },
        {
            "uuid": "11111111-1111-1111-1111-000000000002", "label": "Rescue", "labelTwo": "Rescue",
            "ranks": [rank(MEDIC, "Medic", medic)],
        },
    ])
}

fn lists() -> HashMap<&'static str, Value> {
    HashMap::from([
        (
            "/v2/community",
            json!({
                "id": "CMS-1000", "uuid": "d0000000-0000-0000-0000-000000000001", "name": "The Club", "subVersion": 3,
                "tier": "SonoranOne", "servers": 1,
            }),
        ),
        ("/v2/community/departments", departments([None; 4])),
        (
            "/v2/community/promotion-flows",
            json!([{
                "id": "44444444-4444-4444-4444-444444444444", "communityUuid": "d0000000-0000-0000-0000-000000000001",
                "labelFrom": "Cadet", "labelTo": "Officer", "ranksToAdd": [OFFICER], "ranksToRemove": [CADET],
                "actions": {"data": [], "promotionType": "both"}, "promotionType": "both",
            }]),
        ),
        (
            "/v2/community/profile-fields",
            json!([
                {"id": "callsign", "label": "Call sign", "type": "text", "options": null, "metadata": {"placeholder": "L-1"}},
            ]),
        ),
        ("/v2/community/clockin-types", json!([{"id": "patrol", "label": "Patrol"}])),
        (
            "/v2/community/custom-log-types",
            json!([{
                "id": "33333333-3333-3333-3333-333333333333", "label": "Warning", "shortCode": "warn", "melonlyId": "101",
            }]),
        ),
        (
            "/v2/community/servers",
            json!({"servers": [{
                "id": 1, "name": "Main Server", "description": "Where we play", "ip": "127.0.0.1", "port": "30120",
                "typeLastUpdated": DAY, "type": "qb-core", "robloxJoinCode": null,
                "aceConfig": {"mappings": [{"ranks": [CHIEF], "principal": "group.admin"}]},
            }]}),
        ),
    ])
}

/// Returns the community with Ann, who is chief and the owner, Bob and Cy.
pub(crate) fn the_club() -> There {
    let accounts =
        vec![account(1, "Ann", &[CHIEF]), account(2, "Bob", &[CADET]), account(3, "Cy", &[OFFICER, MEDIC])];
    There { lists: lists(), accounts, longest_page: 100, ..There::default() }
}

/// Returns the community with this many members.
pub(crate) fn a_club_of(members: usize) -> There {
    let accounts = (1..=members).map(|number| account(number, &format!("Member {number}"), &[CADET]));
    There { accounts: accounts.collect(), ..the_club() }
}

/// Starts the stand-in with the community of Ann, Bob and Cy.
pub(crate) fn stand_in() -> StandIn {
    StandIn::new(the_club())
}
