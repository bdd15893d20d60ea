//! What the package and the archive have in common: the binary, its manual, completions, unit and guides.

use std::path::{Path, PathBuf};
use std::process::Command;

use anyhow::{Context, Result};

use crate::program::output_of;
use crate::stage::{DATA, PROGRAM, Stage, files_in};
use crate::{Release, project};

/// The configuration that a newcomer starts from who does without `rankledger setup`.
const EXAMPLE: &str = include_str!("../files/rankledger.toml");

/// The unit, with a mark where the path of the binary goes.
const UNIT: &str = include_str!("../files/rankledger.service");

/// The mark.
const BINARY: &str = "@BINARY@";

/// The shells that get completions.
#[derive(Debug, Clone, Copy)]
pub(crate) enum Shell {
    Bash,
    Zsh,
    Fish,
}

impl Shell {
    fn name(self) -> &'static str {
        match self {
            Self::Bash => "bash",
            Self::Zsh => "zsh",
            Self::Fish => "fish",
        }
    }
}

/// Returns the unit for a binary that is installed in this place.
pub(crate) fn unit(binary: &str) -> String {
    UNIT.replace(BINARY, binary)
}

/// Puts the binary in its place, without what only a debugger reads.
pub(crate) fn put_binary(stage: &Stage, release: Release<'_>, path: &str) -> Result<()> {
    stage.write(path, PROGRAM, b"")?;
    let mut strip = Command::new("strip");
    strip.arg("--strip-unneeded").arg("-o").arg(stage.at(path)).arg(release.binary);
    output_of(&mut strip)?;
    Ok(())
}

/// Has the binary write its completions for a shell into this file.
pub(crate) fn put_completions(stage: &Stage, release: Release<'_>, shell: Shell, path: &str) -> Result<()> {
    let text = output_of(Command::new(release.binary).args(["completions", shell.name()]))?;
    stage.write(path, DATA, text.as_bytes())
}

/// Has the binary write its manual. Returns the name and the text of each page.
pub(crate) fn manual(release: Release<'_>) -> Result<Vec<(String, Vec<u8>)>> {
    let folder = tempfile::tempdir().context("cannot make a temporary folder")?;
    output_of(Command::new(release.binary).arg("man-pages").arg(folder.path()))?;
    let page = |path: PathBuf| {
        let text = std::fs::read(folder.path().join(&path)).context("cannot read a page of the manual")?;
        anyhow::Ok((path.display().to_string(), text))
    };
    files_in(folder.path())?.into_iter().map(page).collect()
}

/// Copies what people read into this folder, with the same names as in the project, so that links lead
/// somewhere.
pub(crate) fn put_documents(stage: &Stage, folder: &str) -> Result<()> {
    let project = project();
    for name in ["README.md", "CHANGELOG.md"] {
        stage.copy(&project.join(name), &format!("{folder}/{name}"), DATA)?;
    }
    for file in files_in(&project.join("docs"))? {
        if file.extension().is_some_and(|kind| kind == "md" || kind == "json") {
            let to = format!("{folder}/docs/{}", file.display());
            stage.copy(&project.join("docs").join(&file), &to, DATA)?;
        }
    }
    stage.write(&format!("{folder}/examples/rankledger.toml"), DATA, EXAMPLE.as_bytes())?;
    let community = Path::new("crates/server/demo/community.yaml");
    stage.copy(&project.join(community), &format!("{folder}/examples/community.yaml"), DATA)
}
