//! A Python of the tests' own, with the official client in it.

use std::path::PathBuf;
use std::process::Command;

use anyhow::{Context, Result};

use crate::need::{has_program, need};
use crate::shell::{root, run, succeeds};

/// The official client, at the version that the tests were written against.
const CLIENT: &str = "sonoran.py==0.1.25";

/// Makes the environment if it is not there. Answers its interpreter.
pub(crate) fn environment() -> Result<PathBuf> {
    need("Python 3", "python3", || has_program("python3"))?;
    need("Python's venv module", "python3-venv", || {
        succeeds(Command::new("python3").args(["-c", "import venv, ensurepip"]))
    })?;
    let folder = root().join("target").join("python");
    let python = folder.join("bin").join("python");
    let installed = || {
        let check = format!("from importlib.metadata import version; assert 'sonoran.py=={{}}'.format(version('sonoran.py')) == '{CLIENT}'");
        succeeds(Command::new(&python).args(["-c", &check]))
    };
    if !installed() {
        println!("xtask: installing {CLIENT} in {}", folder.display());
        run(Command::new("python3").args(["-m", "venv", "--clear"]).arg(&folder))
            .and_then(|()| {
                let pip = ["-m", "pip", "install", "--quiet", "--disable-pip-version-check", CLIENT];
                run(Command::new(&python).args(pip))
            })
            .with_context(|| format!("cannot install {CLIENT}"))?;
    }
    Ok(python)
}
