//! The archive for systems without dpkg.

use std::process::Command;

use super::root::{has, ran, release};

#[test]
fn the_archive_has_all_that_is_installed_by_hand() {
    if !has(&["tar", "strip"]) {
        return;
    }
    let folder = tempfile::tempdir().expect("a temporary folder");
    let archive = rankledger_package::archive(release("0.2.0"), folder.path()).expect("an archive");
    let name = format!("rankledger-0.2.0-{}-linux", std::env::consts::ARCH);
    assert_eq!(archive.file_name().and_then(|name| name.to_str()), Some(format!("{name}.tar.gz").as_str()));
    let unpacked =
        ran(Command::new("tar").arg("--extract").arg("--file").arg(&archive).arg("-C").arg(folder.path()));
    assert!(unpacked.succeeded, "{}", unpacked.stderr);
    let inside = folder.path().join(name);
    for file in [
        "README.md",
        "LICENSE-MIT",
        "docs/guides/running.md",
        "docs/guides/upgrading.md",
        "man/rankledger-setup.1",
        "completions/rankledger.bash",
        "examples/rankledger.toml",
    ] {
        assert!(inside.join(file).is_file(), "{file} is in the archive");
    }
    let version = ran(Command::new(inside.join("rankledger")).arg("--version"));
    assert_eq!(version.stdout, format!("rankledger {}\n", env!("CARGO_PKG_VERSION")));
    let unit = std::fs::read_to_string(inside.join("rankledger.service")).expect("the unit");
    assert!(unit.contains("ExecStart=/usr/local/bin/rankledger serve"), "{unit}");
    let example = inside.join("examples/rankledger.toml");
    let doctor = ran(Command::new(inside.join("rankledger"))
        .args(["doctor", "--database", "sqlite:none.db", "--config"])
        .arg(example));
    assert!(doctor.stdout.contains("ok       configuration"), "{}", doctor.stdout);
}
