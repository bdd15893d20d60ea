//! The README is true: its lines lead from the package to the first promotion.

use super::root::{has, has_dpkg, ran, release};
use super::systemctl::Booted;

const README: &str = include_str!("../../../../README.md");

/// What the lines mean in a root of its own: `$ROOT` is its folder, `$URL` where the server is to be.
const MEANING: &str = r#"
cd "$ROOT"
sudo() { "$@"; }
apt() { dpkg --root="$ROOT" --install "$PACKAGE"; }
rankledger() {
    if [ "$*" = setup ]; then
        set -- setup --name Club --owner 123456789012345678 --address "$URL" --proxy none
        chroot "$ROOT" /usr/bin/rankledger "$@" > "$ROOT/key"
    else
        chroot "$ROOT" /usr/bin/rankledger "$@"
    fi
}
"#;

#[test]
fn the_lines_of_the_readme_lead_from_the_package_to_a_promotion() {
    if !has_dpkg() || !has(&["curl", "bash"]) {
        return;
    }
    let section =
        README.split("## Install it").nth(1).and_then(|rest| rest.split("Without the package").next());
    let blocks = section.expect("the section").split("```sh\n").skip(1);
    let lines: String = blocks.filter_map(|block| block.split("```").next()).collect();
    let url = format!("http://127.0.0.1:{}", rankledger_instances::free_port().expect("a free port"));
    let lines =
        lines.replace("http://127.0.0.1:8080", &url).replace("KEY=rlk_...", "KEY=$(cat \"$ROOT/key\")");
    assert!(lines.contains("$(cat") && lines.contains(&url), "the README has both: {lines}");

    let machine = Booted::new();
    let folder = tempfile::tempdir().expect("a temporary folder");
    let package = rankledger_package::debian(release("0.2.0"), folder.path()).expect("a package");
    let mut shell = super::root::as_root("bash");
    shell.args(["-eu", "-c", &format!("{MEANING}{lines}")]);
    shell.env("ROOT", machine.0.at("")).env("URL", &url).env("PACKAGE", package);
    for name in ["RANKLEDGER_CONFIG", "RANKLEDGER_DATABASE", "RANKLEDGER_URL", "RANKLEDGER_KEY"] {
        shell.env_remove(name);
    }
    let ran = ran(&mut shell);
    assert!(ran.succeeded, "{}\n{}", ran.stdout, ran.stderr);
    assert!(ran.stdout.contains("\"success\":true"), "{}", ran.stdout);
    let promoted = ran
        .stdout
        .lines()
        .any(|line| line.contains("Ann") && line.contains("+Officer") && line.contains("-Cadet"));
    assert!(promoted, "the history shows it: {}", ran.stdout);
}
