//! A disk that fails to flush: nobody is promised what may not be on it, and nothing is built upon that.

use std::path::Path;
use std::time::Duration;

use rankledger_instances::Disk;
use serde_json::json;

use crate::faults::{CLIENTS, check, load};
use crate::kit::{Community, Process, account_id, agent, database_url, rankledger, set_ranks};

/// Serves a database on this disk.
fn serve_on(disk: &Disk, database: &Path) -> Process {
    let mut serve = rankledger(&["serve", "--database", &database_url(database), "--rate-limits", "off"]);
    disk.put_under(&mut serve);
    Process::spawn(serve)
}

fn disk_for(community: &Community) -> Disk {
    Disk::make(community.folder.path()).expect("a disk")
}

#[test]
fn a_change_that_may_not_be_on_the_disk_is_not_promised() {
    let community = Community::of(1);
    let disk = disk_for(&community);
    let server = serve_on(&disk, &community.database);
    let (agent, base, one) = (agent(), server.url(""), account_id(1));
    let change = |rank: &str| {
        let (status, answer) = set_ranks(&agent, &base, &one, &json!({ "add": [rank] })).expect("an answer");
        (status, answer["type"].as_str().unwrap_or_default().to_owned())
    };
    assert_eq!(change("officer").0, 200);
    disk.fail().expect("it is told");
    assert_eq!(change("medic"), (503, "/problems/outcome-unknown".to_owned()));
    assert_eq!(change("cadet"), (503, "/problems/unavailable".to_owned()), "nothing is built upon it");
    disk.recover().expect("it is told");
    assert_eq!(change("cadet").0, 200, "it goes on by itself");
    let (_, log) = server.terminate();
    assert!(log.iter().any(|line| line.contains("could not be flushed")), "{log:?}");
    check(&community.database, &[]);
}

#[test]
fn what_is_acknowledged_beside_a_failing_disk_is_kept() {
    let community = Community::of(20);
    let disk = disk_for(&community);
    let server = serve_on(&disk, &community.database);
    let base = server.url("");
    let acknowledged: Vec<_> = std::thread::scope(|scope| {
        let clients: Vec<_> = (0..CLIENTS).map(|client| (client, &base)).collect();
        let clients: Vec<_> =
            clients.into_iter().map(|(client, base)| scope.spawn(move || load(base, client))).collect();
        for _ in 0..3 {
            std::thread::sleep(Duration::from_millis(150));
            disk.fail().expect("it is told");
            std::thread::sleep(Duration::from_millis(50));
            disk.recover().expect("it is told");
        }
        std::thread::sleep(Duration::from_millis(300));
        server.kill();
        clients.into_iter().flat_map(|client| client.join().expect("a client ends")).collect()
    });
    assert!(acknowledged.len() > 10, "{} changes were acknowledged", acknowledged.len());
    check(&community.database, &acknowledged);
}
