//! A disk that fails to flush: nobody is promised what may not be on it, and nothing is built upon that. A
//! disk that is full: everybody is told so, and the server goes on when there is room.

use std::path::Path;
use std::process::Command;
use std::time::Duration;

use rankledger_instances::Disk;
use serde_json::json;

use crate::doctor::{assert_fails, doctor};
use crate::faults::{Acknowledged, CLIENTS, check, load};
use crate::kit::{
    Community, Process, account_id, agent, database_url, make_community, rankledger, run, set_ranks,
    wait_until,
};

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
    wait_until("a watcher is told", || {
        let (status, told) = server.readiness();
        status == 503 && told.contains("flushed to its disk")
    });
    let mut examined = doctor(&database_url(&community.database));
    disk.put_under(&mut examined);
    assert_fails(&mut examined, "disk", &["nothing can be written beside the database"]);
    disk.recover().expect("it is told");
    wait_until("it is ready again", || server.readiness().0 == 200);
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

/// Puts a server under load while its disk is filled and room is made again. Returns the acknowledged
/// changes.
fn fill_under_load(
    server: Process,
    database: &Path,
    fill: impl FnOnce(),
    examine: &mut Command,
    make_room: impl FnOnce(),
) -> Vec<Acknowledged> {
    let base = server.url("");
    let give = || {
        let body = json!({ "add": ["officer", "medic"], "active": true });
        set_ranks(&agent(), &base, &account_id(1), &body).expect("an answer")
    };
    std::thread::scope(|scope| {
        let clients: Vec<_> = (0..CLIENTS).map(|client| (client, &base)).collect();
        let clients: Vec<_> =
            clients.into_iter().map(|(client, base)| scope.spawn(move || load(base, client))).collect();
        fill();
        wait_until("a client is told that the disk is full", || {
            let (status, answer) = give();
            status == 503
                && answer["detail"].as_str().is_some_and(|text| text.contains("disk of the database is full"))
        });
        wait_until("a watcher is told that the disk is full", || {
            let (status, told) = server.readiness();
            status == 503 && told.contains("the disk of the database is full")
        });
        assert_eq!(agent().get(format!("{base}/healthz")).call().expect("an answer").status(), 200);
        assert_fails(examine, "disk", &["full", "make room"]);
        make_room();
        wait_until("it is ready again", || server.readiness().0 == 200);
        wait_until("clients are served again", || give().0 == 200);
        assert!(database.exists());
        server.kill();
        clients.into_iter().flat_map(|client| client.join().expect("a client ends")).collect()
    })
}

#[test]
fn on_a_full_disk_everybody_is_told_and_it_goes_on_when_there_is_room() {
    let community = Community::of(20);
    let tools = tempfile::tempdir().expect("a folder");
    let disk = Disk::make(tools.path()).expect("a disk");
    let server = serve_on(&disk, &community.database);
    let mut examine = doctor(&database_url(&community.database));
    disk.put_under(&mut examine);
    let fill = || disk.fill(community.folder.path()).expect("it is told");
    let make_room = || disk.make_room().expect("it is told");
    let acknowledged = fill_under_load(server, &community.database, fill, &mut examine, make_room);
    check(&community.database, &acknowledged);
}

/// A file system of a few megabytes. Dropping it takes it away.
struct SmallDisk(tempfile::TempDir);

impl SmallDisk {
    /// `None` if this user may not mount anything.
    fn mount() -> Option<Self> {
        let folder = tempfile::tempdir().expect("a folder");
        let mut mount = Command::new("mount");
        let mount = mount.args(["-t", "tmpfs", "-o", "size=16m", "tmpfs"]).arg(folder.path());
        run(mount).status.success().then(|| Self(folder))
    }

    fn ballast(&self) -> std::path::PathBuf {
        self.0.path().join("ballast")
    }

    /// Fills it up to the last byte.
    fn fill(&self) {
        let mut file = std::fs::File::create(self.ballast()).expect("a file");
        let filled = std::io::copy(&mut std::io::repeat(1), &mut file).expect_err("it is small");
        assert_eq!(filled.kind(), std::io::ErrorKind::StorageFull);
    }
}

impl Drop for SmallDisk {
    fn drop(&mut self) {
        run(Command::new("umount").arg("--lazy").arg(self.0.path()));
    }
}

/// Where nobody may mount a disk, the test above stands for this one.
#[test]
fn on_a_disk_that_is_really_full_it_is_the_same() {
    let Some(disk) = SmallDisk::mount() else {
        println!("this user may not mount a disk");
        return;
    };
    let database = disk.0.path().join("test.db");
    let url = database_url(&database);
    make_community(&url, 20);
    let server = Process::serve(&database);
    let (_, ready) = server.readiness();
    assert!(ready.contains("MiB left: make room"), "it warns before: {ready}");
    let make_room = || std::fs::remove_file(disk.ballast()).expect("the file goes");
    let acknowledged = fill_under_load(server, &database, || disk.fill(), &mut doctor(&url), make_room);
    check(&database, &acknowledged);
}
