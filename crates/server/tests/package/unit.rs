//! The unit of systemd.

use std::process::Command;

use super::root::{has, has_dpkg, ran, release};

/// The highest exposure that a service may have, in tenths.
const THRESHOLD: &str = "--threshold=20";

#[test]
fn the_unit_is_valid_and_leaves_little_exposed() {
    if !has_dpkg() || !has(&["systemd-analyze"]) {
        return;
    }
    let folder = tempfile::tempdir().expect("a temporary folder");
    let package = rankledger_package::debian(release("0.2.0"), folder.path()).expect("a package");
    let files = folder.path().join("files");
    let unpacked = ran(Command::new("dpkg-deb").arg("--extract").arg(&package).arg(&files));
    assert!(unpacked.succeeded, "{}", unpacked.stderr);
    let unit =
        std::fs::read_to_string(files.join("usr/lib/systemd/system/rankledger.service")).expect("the unit");
    for demanded in ["Type=notify", "WatchdogSec=", "DynamicUser=yes", "StateDirectory=rankledger"] {
        assert!(unit.lines().any(|line| line.starts_with(demanded)), "{demanded} is in {unit}");
    }
    // The program is not installed on the machine of the test.
    let unit = unit.replace("/usr/bin/rankledger", "/bin/true");
    let path = folder.path().join("rankledger.service");
    std::fs::write(&path, unit).expect("a file");

    let verified = ran(Command::new("systemd-analyze").args(["verify", "--man=no"]).arg(&path));
    assert!(verified.succeeded && !verified.stderr.contains("rankledger.service:"), "{}", verified.stderr);
    let exposure = ran(Command::new("systemd-analyze")
        .args(["security", "--offline=true", "--no-pager", THRESHOLD])
        .arg(&path));
    assert!(exposure.succeeded, "{}\n{}", exposure.stdout, exposure.stderr);
}
