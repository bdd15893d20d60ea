//! The archive for systems without dpkg.

use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;

use anyhow::{Context, Result};

use crate::contents::{Shell, manual, put_binary, put_completions, put_documents, unit};
use crate::program::output_of;
use crate::stage::{DATA, Stage};
use crate::{Release, project};

/// Makes the archive in this folder: one folder with the binary, unit, manual, completions and guides.
/// Returns its path.
pub fn archive(release: Release<'_>, folder: &Path) -> Result<PathBuf> {
    let name = format!("rankledger-{}-{}-linux", release.version, std::env::consts::ARCH);
    let staging = tempfile::tempdir().context("cannot make a temporary folder")?;
    let stage = Stage::new(staging.path().join(&name))?;
    put_binary(&stage, release, "rankledger")?;
    stage.write("rankledger.service", DATA, unit("/usr/local/bin/rankledger").as_bytes())?;
    for (shell, file) in
        [(Shell::Bash, "rankledger.bash"), (Shell::Zsh, "_rankledger"), (Shell::Fish, "rankledger.fish")]
    {
        put_completions(&stage, release, shell, &format!("completions/{file}"))?;
    }
    for (page, text) in manual(release)? {
        stage.write(&format!("man/{page}"), DATA, &text)?;
    }
    put_documents(&stage, ".")?;
    for licence in ["LICENSE-MIT", "LICENSE-APACHE"] {
        stage.copy(&project().join(licence), licence, DATA)?;
    }
    fs::create_dir_all(folder).with_context(|| format!("cannot make {}", folder.display()))?;
    let archive = folder.join(format!("{name}.tar.gz"));
    let mut tar = Command::new("tar");
    let gzip = if release.is_packed { "gzip -9n" } else { "gzip -1n" };
    tar.args(["--create", "--use-compress-program", gzip]);
    tar.args(["--sort=name", "--owner=0", "--group=0", "--numeric-owner"]);
    tar.arg(format!("--mtime=@{}", release.time)).arg("--file").arg(&archive);
    output_of(tar.arg("--directory").arg(staging.path()).arg(&name))?;
    Ok(archive)
}
