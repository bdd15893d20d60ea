//! The calls of v1: their names, their paths, the endpoints whose limits they share, and their handlers.

use crate::api::v1::legacy_type::{Answers, LegacyType};
use crate::api::v1::{accounts, clock, community, servers};
use crate::api::v2;

macro_rules! types {
    ($($name:literal at $path:literal as $endpoint:path, answers $answers:ident, $summary:literal, $example:literal,
        $handler:path;)*) => {
        /// Every call.
        pub static TYPES: &[LegacyType] = &[$(
            LegacyType {
                name: $name,
                path: $path,
                endpoint: &$endpoint,
                summary: $summary,
                answers: Answers::$answers,
                example: $example,
                run: |call| Box::pin($handler(call)),
            },
        )*];
    };
}

types! {
    "GET_SUB_VERSION" at "/general/get_sub_version" as v2::community::SUB_VERSION, answers Text,
        "The subscription level, as a number", "{}",
        community::sub_version;
    "GET_DEPARTMENTS" at "/general/get_departments" as v2::departments::LIST, answers Json,
        "The departments and their ranks", "{}",
        community::departments;
    "GET_PROFILE_FIELDS" at "/general/get_profile_fields" as v2::profile_fields::LIST, answers Json,
        "The profile fields", "{}",
        community::profile_fields;
    "GET_CLOCKIN_TYPES" at "/general/get_clockin_types" as v2::clockin_types::LIST, answers Json,
        "The clock-in types", "{}",
        community::clockin_types;
    "GET_CUSTOM_LOG_TYPES" at "/general/get_custom_log_types" as v2::custom_log_types::LIST, answers Json,
        "The custom log types", "{}",
        community::custom_log_types;
    "GET_PROMOTION_FLOWS" at "/general/get_promotion_flows" as v2::promotion_flows::LIST, answers Json,
        "The promotion flows", "{}",
        community::promotion_flows;
    "TRIGGER_PROMOTION_FLOWS" at "/general/trigger_promotion_flows" as v2::promotion_flows::trigger::TRIGGER, answers Json,
        "Run promotion flows", r#"{"flowId": "flow-1", "users": ["ExampleUser"], "promote": true}"#,
        community::trigger_promotion_flows;
    "GET_GAME_SERVERS" at "/servers/get_game_servers" as v2::servers::LIST, answers Json,
        "The game servers", "{}",
        servers::list;
    "SET_GAME_SERVERS" at "/servers/set_game_servers" as v2::servers::SET, answers Json,
        "Replace all game servers", r#"{"id": 1, "name": "Main Server", "ip": "127.0.0.1", "port": "30120"}"#,
        servers::set;
    "ADD_GAME_SERVERS" at "/servers/add_game_servers" as v2::servers::ADD, answers Json,
        "Add game servers", r#"{"id": 9, "name": "Night Server", "port": 30120, "type": "qb-core"}"#,
        servers::add;
    "VERIFY_WHITELIST" at "/servers/verify_whitelist" as v2::servers::whitelist::check::CHECK, answers Verdict,
        "Check whether an account may join a game server", r#"{"apiId": "discord:1234567891", "serverId": 1}"#,
        servers::verify;
    "FULL_WHITELIST" at "/servers/full_whitelist" as v2::servers::whitelist::LIST, answers Json,
        "All who may join a game server", r#"{"serverId": 1}"#,
        servers::full_whitelist;
    "GET_ACE_CONFIG" at "/servers/get_ace_config" as v2::servers::ace_config::SHOW, answers Json,
        "The permissions on a game server", r#"{"serverId": 1}"#,
        servers::ace_config;
    "GET_FULL_WHITELIST" at "/servers/get_full_whitelist" as v2::servers::whitelist::LIST, answers Json,
        "The same as FULL_WHITELIST", r#"{"serverId": 1}"#,
        servers::full_whitelist;
    "SET_SERVER_TYPE" at "/servers/set_server_type" as v2::servers::r#type::SET, answers Json,
        "Note the type of a game server", r#"{"serverId": 1, "type": "qb-core"}"#,
        servers::set_type;
    "ACTIVITY_TRACKER_SERVER_START" at "/servers/activity_tracker_server_start" as v2::servers::activity::start::START, answers Envelope,
        "Note that a game server has started", r#"{"serverId": 1}"#,
        servers::started;
    "ACTIVITY_TRACKER_START_STOP" at "/servers/activity_tracker_start_stop" as v2::servers::activity::TRACK, answers Envelope,
        "Note that a player comes or goes", r#"{"discord": "1234567891", "forceStart": true, "serverId": 1}"#,
        servers::activity;
    "IDENTIFIERS" at "/game/identifiers" as v2::accounts::identifiers::REGISTER, answers Envelope,
        "Register what a game server knows of a player", r#"{"discord": "1234567891", "identifiers": [{"type": "license", "value": "abcdef0123"}]}"#,
        servers::identifiers;
    "GAMESTATE" at "/servers/gamestate" as v2::servers::LIST, answers Text,
        "Take what a game server says of itself; nothing reads it", "{}",
        servers::state;
    "GET_ACCOUNTS" at "/general/get_accounts" as v2::accounts::LIST, answers Json,
        "The accounts, page by page", r#"{"skip": 0, "take": 25, "sysStatus": true}"#,
        accounts::list;
    "GET_COM_ACCOUNT" at "/general/get_com_account" as v2::accounts::SHOW, answers Json,
        "An account", r#"{"accId": "00000000-0000-0000-0000-000000000000"}"#,
        accounts::show;
    "CHECK_COM_APIID" at "/general/check_com_apiid" as v2::accounts::search::SEARCH, answers Text,
        "The name of the account that an id is linked to", r#"{"apiId": "discord:1234567890"}"#,
        accounts::check_api_id;
    "GET_ACCOUNT_RANKS" at "/general/get_account_ranks" as v2::accounts::ranks::LIST, answers Json,
        "The ranks of an account", r#"{"accId": "00000000-0000-0000-0000-000000000000"}"#,
        accounts::ranks;
    "SET_ACCOUNT_RANKS" at "/general/set_account_ranks" as v2::accounts::ranks::SET, answers Json,
        "Change the ranks of an account", r#"{"accId": "00000000-0000-0000-0000-000000000000", "add": ["rank-1"]}"#,
        accounts::set_ranks;
    "UNDO_RANK_CHANGE" at "/general/undo_rank_change" as v2::rank_changes::undo::UNDO, answers Json,
        "Undo a rank change", r#"{"undoId": "11111111-1111-1111-1111-111111111111"}"#,
        accounts::undo_rank_change;
    "SET_ACCOUNT_NAME" at "/general/set_account_name" as v2::accounts::name::SET, answers Text,
        "Rename an account", r#"{"accId": "00000000-0000-0000-0000-000000000000", "newName": "Example Account"}"#,
        accounts::set_name;
    "EDIT_ACC_PROFLIE_FIELDS" at "/general/edit_acc_profile_fields" as v2::accounts::profile_fields::EDIT, answers Json,
        "Fill in profile fields of an account", r#"{"accId": "00000000-0000-0000-0000-000000000000", "profileFields": [{"id": "discord", "value": "1234567890"}]}"#,
        accounts::edit_profile_fields;
    "FORCE_SYNC" at "/general/force_sync" as v2::accounts::sync::FORCE, answers Text,
        "Emit the account's update event again", r#"{"accId": "00000000-0000-0000-0000-000000000000"}"#,
        accounts::force_sync;
    "KICK_ACCOUNT" at "/general/kick_account" as v2::accounts::membership::KICK, answers Text,
        "Kick an account: archive it and take its ranks", r#"{"accId": "00000000-0000-0000-0000-000000000000"}"#,
        accounts::kick;
    "BAN_ACCOUNT" at "/general/ban_account" as v2::accounts::membership::BAN, answers Text,
        "Ban an account", r#"{"accId": "00000000-0000-0000-0000-000000000000"}"#,
        accounts::ban;
    "CLOCK_IN_OUT" at "/general/clock_in_out" as v2::accounts::clock::CLOCK, answers Json,
        "Clock an account in or out", r#"{"accId": "00000000-0000-0000-0000-000000000000", "forceClockIn": true, "type": "patrol"}"#,
        clock::clock;
    "GET_CURRENT_CLOCK_IN" at "/general/get_current_clock_in" as v2::accounts::clock::current::SHOW, answers Either,
        "The open clock row of an account", r#"{"accId": "00000000-0000-0000-0000-000000000000"}"#,
        clock::current;
    "GET_LATEST_ACTIVITY" at "/general/get_latest_activity" as v2::accounts::activity::latest::LIST, answers Json,
        "The latest activity of an account", r#"{"accId": "00000000-0000-0000-0000-000000000000", "type": "clockin"}"#,
        clock::latest_activity;
}
