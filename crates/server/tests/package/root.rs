//! A small Debian in a temporary folder: the files of a few packages of this machine, and a list of what is
//! installed. Programs run in it as root, in a chroot, and use the network of the machine.

use std::path::{Path, PathBuf};
use std::process::{Command, Output, Stdio};
use std::time::{Duration, Instant};

use rankledger_package::Release;
use serde_json::Value;
use tempfile::TempDir;

/// The packages whose files are copied: a shell and what the scripts of a package may use.
const PACKAGES: [&str; 15] = [
    "dash",
    "coreutils",
    "init-system-helpers",
    "perl-base",
    "sed",
    "libacl1",
    "libattr1",
    "libc6",
    "libcrypt1",
    "libgcc-s1",
    "libgmp10",
    "libpcre2-8-0",
    "libselinux1",
    "libssl3",
    "grep",
];

/// The owner's id at Discord.
const OWNER: &str = "123456789012345678";

/// Longest time that something may take which should be done in a moment.
const PATIENCE: Duration = Duration::from_mins(1);

/// A root of its own.
pub(crate) struct Root {
    folder: TempDir,
}

/// The result of a program in it.
pub(crate) struct Ran {
    pub(crate) succeeded: bool,
    pub(crate) stdout: String,
    pub(crate) stderr: String,
}

impl Root {
    pub(crate) fn new() -> Self {
        let root = Self { folder: tempfile::tempdir().expect("a temporary folder") };
        for folder in
            ["usr/bin", "usr/sbin", "usr/lib", "usr/lib64", "dev", "etc", "run", "tmp", "var/lib/dpkg/info"]
        {
            std::fs::create_dir_all(root.at(folder)).expect("a folder");
        }
        for (link, to) in
            [("bin", "usr/bin"), ("sbin", "usr/sbin"), ("lib", "usr/lib"), ("lib64", "usr/lib64")]
        {
            std::os::unix::fs::symlink(to, root.at(link)).expect("a link");
        }
        root.copy_packages();
        if !root.at("usr/bin/sh").exists() {
            std::os::unix::fs::symlink("dash", root.at("usr/bin/sh")).expect("a link");
        }
        // A file does for those who throw their output away.
        std::fs::write(root.at("dev/null"), "").expect("a file");
        root
    }

    /// Copies the files of the packages that are installed here, and notes that they are.
    fn copy_packages(&self) {
        let shown =
            Command::new("dpkg-query").args(["--status"]).args(PACKAGES).output().expect("dpkg-query runs");
        std::fs::write(self.at("var/lib/dpkg/status"), shown.stdout).expect("a file");
        let listed = Command::new("dpkg-query")
            .args(["--listfiles"])
            .args(PACKAGES)
            .output()
            .expect("dpkg-query runs");
        let listed = String::from_utf8(listed.stdout).expect("names are text");
        let wanted = |name: &&str| {
            Path::new(name).symlink_metadata().is_ok_and(|found| !found.is_dir())
                && !["/usr/share/", "/usr/lib/x86_64-linux-gnu/gconv"]
                    .iter()
                    .any(|skipped| name.starts_with(skipped))
        };
        let list = self.at("tmp/list");
        let names: Vec<_> = listed.lines().filter(wanted).map(|name| name.trim_start_matches('/')).collect();
        std::fs::write(&list, names.join("\n")).expect("a file");
        let copy = format!(
            "tar --create --directory=/ --files-from={} | tar --extract --keep-directory-symlink --directory={}",
            list.display(),
            self.folder.path().display()
        );
        let copied = Command::new("sh").args(["-c", &copy]).output().expect("tar runs");
        assert!(copied.status.success(), "{}", String::from_utf8_lossy(&copied.stderr));
    }

    /// Returns where a file of the root is, seen from outside.
    pub(crate) fn at(&self, path: &str) -> PathBuf {
        self.folder.path().join(path.trim_start_matches('/'))
    }

    pub(crate) fn read(&self, path: &str) -> String {
        std::fs::read_to_string(self.at(path)).unwrap_or_else(|error| panic!("{path}: {error}"))
    }

    /// Runs dpkg on it, which must succeed. Returns what it said.
    pub(crate) fn dpkg(&self, arguments: &[&str]) -> String {
        let mut dpkg = as_root("dpkg");
        dpkg.arg(format!("--root={}", self.folder.path().display())).args(arguments);
        let ran = ran(dpkg.env("DEBIAN_FRONTEND", "noninteractive"));
        assert!(ran.succeeded, "{arguments:?}: {}\n{}", ran.stdout, ran.stderr);
        ran.stdout
    }

    /// Makes a package of this version, of the binary under test, and installs it.
    pub(crate) fn install(&self, version: &str) -> String {
        let folder = tempfile::tempdir().expect("a temporary folder");
        let package = rankledger_package::debian(release(version), folder.path()).expect("a package");
        self.dpkg(&["--install", package.to_str().expect("a path of text")])
    }

    /// Returns a command that runs a program in it.
    pub(crate) fn command(&self, program: &str, arguments: &[&str]) -> Command {
        let mut chroot = as_root("chroot");
        chroot.arg(self.folder.path()).arg(program).args(arguments).stdin(Stdio::null());
        for name in [
            "RANKLEDGER_CONFIG",
            "RANKLEDGER_DATABASE",
            "RANKLEDGER_LISTEN",
            "RANKLEDGER_URL",
            "RANKLEDGER_KEY",
        ] {
            chroot.env_remove(name);
        }
        chroot
    }

    /// Runs the installed program.
    pub(crate) fn rankledger(&self, arguments: &[&str]) -> Ran {
        ran(&mut self.command("/usr/bin/rankledger", arguments))
    }

    /// Sets a server up that listens on a free port. Returns the URL of it, and what the command did.
    pub(crate) fn set_up(&self) -> (String, Ran) {
        let url = format!("http://127.0.0.1:{}", rankledger_instances::free_port().expect("a free port"));
        let ran = self.set_up_at(&url);
        assert!(ran.succeeded, "{}", ran.stderr);
        (url, ran)
    }

    /// Runs the setup for a server at this URL.
    pub(crate) fn set_up_at(&self, url: &str) -> Ran {
        let who = ["--community", "club", "--name", "The Club", "--owner", OWNER];
        self.rankledger(&[&["setup"][..], &who, &["--address", url, "--proxy", "none"]].concat())
    }

    /// Runs the installed program, which must succeed. Returns its output.
    pub(crate) fn succeed(&self, arguments: &[&str]) -> String {
        let ran = self.rankledger(arguments);
        assert!(ran.succeeded, "{arguments:?}: {}", ran.stderr);
        ran.stdout
    }
}

/// The release of this version with the binary under test.
pub(crate) fn release(version: &str) -> Release<'_> {
    let binary = Path::new(env!("CARGO_BIN_EXE_rankledger"));
    Release { binary, version, time: 1_796_083_200, is_packed: false }
}

/// Runs a command to its end.
pub(crate) fn ran(command: &mut Command) -> Ran {
    let Output { status, stdout, stderr } = command.output().expect("it runs");
    let text = |bytes: Vec<u8>| String::from_utf8(bytes).expect("text");
    Ran { succeeded: status.success(), stdout: text(stdout), stderr: text(stderr) }
}

/// Returns a command that runs as root: as it is, or in a namespace whose root this user is.
pub(crate) fn as_root(program: &str) -> Command {
    let mut command = if rustix::process::geteuid().is_root() {
        Command::new(program)
    } else {
        let mut unshare = Command::new("unshare");
        unshare.args(["--map-root-user", program]);
        unshare
    };
    command.env("PATH", "/usr/sbin:/usr/bin:/sbin:/bin");
    command
}

/// Whether the machine has these programs. `cargo xtask test` installs them; without it, says that the test
/// is skipped.
pub(crate) fn has(programs: &[&str]) -> bool {
    let missing = programs.iter().find(|program| Command::new(program).arg("--version").output().is_err());
    assert!(missing.is_none() || std::env::var_os("CI").is_none(), "run the tests with `cargo xtask test`");
    if let Some(missing) = missing {
        println!("skipped: {missing} is not installed; `cargo xtask test` does that");
    }
    missing.is_none()
}

/// Whether packages can be made and installed on this machine.
pub(crate) fn has_dpkg() -> bool {
    has(&["dpkg", "dpkg-shlibdeps", "strip"])
}

/// Asks until the condition holds.
pub(crate) fn wait_until(what: &str, mut holds: impl FnMut() -> bool) {
    let begun = Instant::now();
    while !holds() {
        assert!(begun.elapsed() < PATIENCE, "it never came to this: {what}");
        std::thread::sleep(Duration::from_millis(20));
    }
}

/// Asks a server with this key. Returns the status and the body; `None` without an answer.
pub(crate) fn get(url: &str, key: &str) -> Option<(u16, Value)> {
    let config = ureq::Agent::config_builder().http_status_as_error(false).timeout_global(Some(PATIENCE));
    let request =
        config.build().new_agent().get(url).header("authorization", format!("Bearer {}", key.trim()));
    let mut answer = request.call().ok()?;
    let body = answer.body_mut().read_to_string().ok()?;
    Some((answer.status().as_u16(), serde_json::from_str(&body).ok()?))
}

/// Waits until the server is ready.
pub(crate) fn wait_until_ready(url: &str) {
    wait_until("the server is ready", || {
        get(&format!("{url}/readyz"), "").is_some_and(|(status, _)| status == 200)
    });
}
