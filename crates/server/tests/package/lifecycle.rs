//! A package comes, a server is set up, and the package goes again.

use super::root::{get, has_dpkg, wait_until_ready};
use super::systemctl::Booted;

/// The link by which systemd starts the server with the machine.
const WANTED: &str = "etc/systemd/system/multi-user.target.wants/rankledger.service";

#[test]
fn an_operator_installs_sets_up_removes_installs_again_and_purges() {
    if !has_dpkg() {
        return;
    }
    let machine = Booted::new();
    let root = &machine.0;
    let said = root.install("0.2.0");
    assert!(said.contains("sudo rankledger setup"), "{said}");
    assert_eq!(machine.asked(), ["--system daemon-reload", "--quiet is-active rankledger.service"]);
    assert!(!root.at(WANTED).is_symlink(), "nothing is started that is not set up");
    for file in [
        "usr/bin/rankledger",
        "usr/lib/systemd/system/rankledger.service",
        "usr/share/man/man1/rankledger-setup.1.gz",
        "usr/share/bash-completion/completions/rankledger",
        "usr/share/zsh/vendor-completions/_rankledger",
        "usr/share/fish/vendor_completions.d/rankledger.fish",
        "usr/share/doc/rankledger/copyright",
        "usr/share/doc/rankledger/docs/guides/running.md",
        "usr/share/doc/rankledger/examples/rankledger.toml",
    ] {
        assert!(root.at(file).is_file(), "{file} is installed");
    }
    assert!(root.at("etc/rankledger").is_dir());
    assert_eq!(root.succeed(&["--version"]), format!("rankledger {}\n", env!("CARGO_PKG_VERSION")));

    let (url, set_up) = root.set_up();
    let key = set_up.stdout;
    let (status, community) = get(&format!("{url}/v2/community"), &key).expect("an answer");
    assert_eq!((status, &community["data"]["name"]), (200, &"The Club".into()), "{community}");

    root.dpkg(&["--remove", "rankledger"]);
    assert!(machine.asked().iter().any(|asked| asked == "stop rankledger.service"));
    assert!(!machine.is_running() && !root.at("usr/bin/rankledger").exists());
    assert!(root.at("var/lib/rankledger/rankledger.db").exists(), "the data stays");
    assert!(root.at("etc/rankledger/rankledger.toml").exists(), "and so do the settings");

    let said = root.install("0.2.0");
    assert!(!said.contains("rankledger setup"), "it is set up: {said}");
    let again = root.set_up_at(&url);
    assert!(again.succeeded && again.stdout.is_empty(), "{}", again.stderr);
    wait_until_ready(&url);
    assert_eq!(get(&format!("{url}/v2/community"), &key).expect("an answer").0, 200, "the key of before");

    assert!(root.at(WANTED).is_symlink());
    root.dpkg(&["--purge", "rankledger"]);
    assert!(!root.at(WANTED).is_symlink());
    for gone in ["etc/rankledger", "var/lib/rankledger", "usr/share/doc/rankledger", "usr/bin/rankledger"] {
        assert!(!root.at(gone).exists(), "{gone} is gone");
    }
}
