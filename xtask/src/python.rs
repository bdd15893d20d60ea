//! A Python of the tests' own, with the official client in it.

use std::path::PathBuf;
use std::process::Command;

use anyhow::{Context, Result};

use crate::need::{has_program, need};
use crate::shell::{root, run, succeeds};

/// The official client.
const CLIENT: &str = "sonoran.py";

/// The version of it that the tests were written against.
const VERSION: &str = "0.1.25";

/// Makes the environment if it is not there. Answers its interpreter.
pub(crate) fn environment() -> Result<PathBuf> {
    need("Python 3", "python3", || has_program("python3"))?;
    need("Python's venv module", "python3-venv", || {
        succeeds(Command::new("python3").args(["-c", "import venv, ensurepip"]))
    })?;
    let folder = root().join("target").join("python");
    let python = folder.join("bin").join("python");
    let installed = || {
        let check =
            format!("from importlib.metadata import version; assert version('{CLIENT}') == '{VERSION}'");
        succeeds(Command::new(&python).args(["-c", &check]))
    };
    if !installed() {
        let requirement = format!("{CLIENT}=={VERSION}");
        println!("xtask: installing {requirement} in {}", folder.display());
        run(Command::new("python3").args(["-m", "venv", "--clear"]).arg(&folder))
            .and_then(|()| {
                let pip = ["-m", "pip", "install", "--quiet", "--disable-pip-version-check", &requirement];
                run(Command::new(&python).args(pip))
            })
            .with_context(|| format!("cannot install {requirement}"))?;
    }
    Ok(python)
}
