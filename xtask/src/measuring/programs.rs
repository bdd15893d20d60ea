//! The programs that are built to be measured, or to measure with.

use std::fs;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};

use anyhow::{Context, Result, bail};
use serde_json::Value;

use super::load;
use crate::shell::{root, run};

/// Where they are.
pub(crate) struct Programs {
    folder: PathBuf,
}

impl Programs {
    /// Builds what has changed, and installs the load generator if it is missing.
    pub(crate) fn prepare() -> Result<Self> {
        load::prepare()?;
        Self::build(&root(), &root().join("target"))
    }

    /// Builds what has changed in a workspace since this target folder was used last, in the profile that is
    /// packaged; a commit that does not have that yet is built in release.
    pub(crate) fn build(workspace: &Path, target: &Path) -> Result<Self> {
        let manifest = workspace.join("Cargo.toml");
        let manifest = fs::read_to_string(&manifest).with_context(|| manifest.display().to_string())?;
        let profile = if manifest.contains("[profile.dist]") { "dist" } else { "release" };
        let mut cargo = Command::new("cargo");
        cargo.args(["build", "--profile", profile, "--locked", "--bins"]);
        cargo.args(["--package", "rankledger", "--package", "rankledger-bench"]);
        cargo.arg("--target-dir").arg(target);
        // The variables that cargo sets for this chore would make it build some dependencies anew.
        for (variable, _) in std::env::vars_os() {
            let name = variable.to_string_lossy();
            if name.starts_with("CARGO_PKG_") || name.starts_with("CARGO_MANIFEST_") {
                cargo.env_remove(&variable);
            }
        }
        run(cargo.current_dir(workspace))?;
        Ok(Self::in_folder(target.join(profile)))
    }

    /// Programs that were built before.
    pub(crate) fn in_folder(folder: PathBuf) -> Self {
        Self { folder }
    }

    /// The path of one that was built.
    pub(crate) fn built(&self, name: &str) -> PathBuf {
        self.folder.join(name)
    }

    /// One that was built. Of the settings in the environment it sees none.
    pub(crate) fn command(&self, name: &str) -> Command {
        let mut command = Command::new(self.built(name));
        for (variable, _) in std::env::vars_os() {
            if variable.to_string_lossy().starts_with("RANKLEDGER_") {
                command.env_remove(variable);
            }
        }
        command
    }
}

/// Runs a program that answers with one line of JSON. What it says of its progress is shown.
pub(crate) fn answer_of(command: &mut Command) -> Result<Value> {
    let name = command.get_program().to_string_lossy().into_owned();
    let output = command.stderr(Stdio::inherit()).output().with_context(|| format!("cannot run {name}"))?;
    if !output.status.success() {
        bail!("{name} failed: {}", output.status);
    }
    serde_json::from_slice(&output.stdout).with_context(|| format!("{name} did not answer with JSON"))
}
