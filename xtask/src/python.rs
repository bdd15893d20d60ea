//! A Python of the tests' own, with the packages that they need.

use std::path::PathBuf;
use std::process::Command;

use anyhow::{Context, Result};

use crate::need::{has_program, need};
use crate::shell::{root, run, succeeds};

/// The packages, in the versions that the tests were written against.
const PACKAGES: [(&str, &str); 4] = [
    ("Sonoran.py", "0.1.25"),    // the official client
    ("schemathesis", "4.32.5"),  // holds the server against its OpenAPI document
    ("hypothesis", "6.170.15"),  // makes up what Schemathesis sends: with the same seed the same
    ("jsonschema_rs", "0.60.3"), // tells Schemathesis whether an answer fits
];

/// Makes the environment if it is not there. Answers its interpreter.
pub(crate) fn environment() -> Result<PathBuf> {
    need("Python 3", "python3", || has_program("python3"))?;
    need("Python's venv module", "python3-venv", || {
        succeeds(Command::new("python3").args(["-c", "import venv, ensurepip"]))
    })?;
    let folder = root().join("target").join("python");
    let python = folder.join("bin").join("python");
    let installed = || {
        let checks = PACKAGES.map(|(name, version)| format!("assert version('{name}') == '{version}'"));
        let check = format!("from importlib.metadata import version; {}", checks.join("; "));
        succeeds(Command::new(&python).args(["-c", &check]))
    };
    if !installed() {
        let requirements = PACKAGES.map(|(name, version)| format!("{name}=={version}"));
        let what = requirements.join(", ");
        println!("xtask: installing {what} in {}", folder.display());
        run(Command::new("python3").args(["-m", "venv", "--clear"]).arg(&folder))
            .and_then(|()| {
                let pip = ["-m", "pip", "install", "--quiet", "--disable-pip-version-check"];
                run(Command::new(&python).args(pip).args(requirements))
            })
            .with_context(|| format!("cannot install {what}"))?;
    }
    Ok(python)
}
