//! The recorded requests of each client, one after the other, against one demo.

use serde_json::Value;

use crate::clients::readings::{Reading, game_resource, sonoran_js, sonoran_lua, sonoran_net};
use crate::clients::requests::{Recorded, Response};
use crate::kit::Process;

/// Sends the requests in their order, and compares what the client makes of each answer with what the file
/// says.
fn replay(lines: &str, reading: fn(&Recorded, &Response) -> Reading) {
    let demo = Process::start(&["demo", "--rate-limits", "off"]);
    let mut undo_id = String::new();
    for request in Recorded::all(lines) {
        let response = request.send(demo.address, &undo_id);
        let name = format!("{} {}", request.method, request.path);
        let read = match (reading(&request, &response), request.success) {
            (Reading::Success(read), true) | (Reading::Failure(read), false) => read,
            (other, _) => panic!("{name} is not read as expected: {other:?}\n{response:?}"),
        };
        for (pointer, expected) in &request.reads {
            assert_eq!(
                read.pointer(pointer).unwrap_or(&Value::Null),
                expected,
                "{name}: {pointer} of {read}"
            );
        }
        if let Some(id) = response.header("rankledger-undo-id") {
            id.clone_into(&mut undo_id);
        }
    }
}

#[test]
fn the_requests_of_sonoran_js() {
    replay(include_str!("../fixtures/clients/sonoran_js.jsonl"), sonoran_js);
}

#[test]
fn the_requests_of_sonoran_lua() {
    replay(include_str!("../fixtures/clients/sonoran_lua.jsonl"), sonoran_lua);
}

#[test]
fn the_requests_of_sonoran_net() {
    replay(include_str!("../fixtures/clients/sonoran_net.jsonl"), sonoran_net);
}

#[test]
fn the_requests_of_the_game_resource() {
    replay(include_str!("../fixtures/clients/game_resource.jsonl"), game_resource);
}

#[test]
fn the_requests_of_sonoran_js_about_servers() {
    replay(include_str!("../fixtures/clients/sonoran_js_servers.jsonl"), sonoran_js);
}

#[test]
fn the_requests_of_sonoran_lua_about_servers() {
    replay(include_str!("../fixtures/clients/sonoran_lua_servers.jsonl"), sonoran_lua);
}

#[test]
fn the_requests_of_sonoran_net_about_servers() {
    replay(include_str!("../fixtures/clients/sonoran_net_servers.jsonl"), sonoran_net);
}

#[test]
fn the_requests_of_the_game_resource_about_servers() {
    replay(include_str!("../fixtures/clients/game_resource_servers.jsonl"), game_resource);
}

#[test]
fn the_requests_of_the_game_resource_that_speaks_v1() {
    replay(include_str!("../fixtures/clients/game_resource_v1.jsonl"), game_resource);
}
