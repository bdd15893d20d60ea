//! A root that looks as if systemd had booted it. A script plays systemctl: a container has no systemd that
//! could start something.

use std::os::unix::fs::PermissionsExt as _;
use std::process::Command;

use super::root::{Root, wait_until};

/// A root with the script. Dropping this value stops the server in it.
pub(crate) struct Booted(pub(crate) Root);

impl Booted {
    pub(crate) fn new() -> Self {
        let root = Root::new();
        std::fs::create_dir_all(root.at("run/systemd/system")).expect("a folder");
        let script = root.at("usr/bin/systemctl");
        std::fs::write(&script, include_str!("systemctl.sh")).expect("a file");
        std::fs::set_permissions(&script, std::fs::Permissions::from_mode(0o755)).expect("a mode");
        Self(root)
    }

    /// Returns what systemctl was asked since the last call.
    pub(crate) fn asked(&self) -> Vec<String> {
        let log = self.0.at("run/asked");
        let text = std::fs::read_to_string(&log).unwrap_or_default();
        // It need not be there.
        let _ = std::fs::remove_file(log);
        text.lines().map(str::to_owned).collect()
    }

    /// Returns the process of the server.
    pub(crate) fn server(&self) -> String {
        self.0.read("run/rankledger.pid").trim().to_owned()
    }

    pub(crate) fn is_running(&self) -> bool {
        let pid = std::fs::read_to_string(self.0.at("run/rankledger.pid")).unwrap_or_default();
        !pid.is_empty()
            && Command::new("kill").args(["-0", pid.trim()]).output().is_ok_and(|kill| kill.status.success())
    }
}

impl Drop for Booted {
    fn drop(&mut self) {
        if self.is_running() {
            // It may have ended meanwhile.
            let _ = Command::new("kill").args(["-TERM", &self.server()]).output();
            if !std::thread::panicking() {
                wait_until("the server has stopped", || !self.is_running());
            }
        }
    }
}
