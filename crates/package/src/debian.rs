//! The Debian package.

use std::fmt::Write as _;
use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;

use anyhow::{Context, Result};

use crate::contents::{Shell, manual, put_binary, put_completions, put_documents, unit};
use crate::program::output_of;
use crate::stage::{DATA, PROGRAM, Stage};
use crate::{Release, project};

/// The folder of the package's documents.
const DOCUMENTS: &str = "usr/share/doc/rankledger";

/// The scripts that dpkg runs when the package comes, is replaced and goes.
const SCRIPTS: [(&str, &str); 3] = [
    ("postinst", include_str!("../files/postinst")),
    ("prerm", include_str!("../files/prerm")),
    ("postrm", include_str!("../files/postrm")),
];

/// Makes the package in this folder. Returns its path. It needs the programs of the package `dpkg-dev`.
pub fn debian(release: Release<'_>, folder: &Path) -> Result<PathBuf> {
    let staging = tempfile::tempdir().context("cannot make a temporary folder")?;
    let stage = Stage::new(staging.path().join("package"))?;
    lay_out(&stage, release)?;
    let size: u64 = installed_size(&stage)?;
    let architecture = output_of(Command::new("dpkg").arg("--print-architecture"))?;
    let architecture = architecture.trim();
    let control = control(release.version, architecture, size, &libraries(&stage, staging.path())?);
    let sums = output_of(Command::new("md5sum").args(stage.files()?).current_dir(stage.root()))?;
    stage.write("DEBIAN/md5sums", DATA, sums.as_bytes())?;
    stage.write("DEBIAN/control", DATA, control.as_bytes())?;
    for (name, script) in SCRIPTS {
        stage.write(&format!("DEBIAN/{name}"), PROGRAM, script.as_bytes())?;
    }
    fs::create_dir_all(folder).with_context(|| format!("cannot make {}", folder.display()))?;
    let package = folder.join(format!("rankledger_{}_{architecture}.deb", release.version));
    let mut build = Command::new("dpkg-deb");
    if !release.is_packed {
        build.arg("-Znone");
    }
    build.args(["--root-owner-group", "--build"]).arg(stage.root()).arg(&package);
    output_of(build.env("SOURCE_DATE_EPOCH", release.time.to_string()))?;
    Ok(package)
}

/// Puts every file where it is to be installed.
fn lay_out(stage: &Stage, release: Release<'_>) -> Result<()> {
    put_binary(stage, release, "usr/bin/rankledger")?;
    stage.folder("etc/rankledger")?;
    let unit = unit("/usr/bin/rankledger");
    stage.write("usr/lib/systemd/system/rankledger.service", DATA, unit.as_bytes())?;
    for (shell, path) in [
        (Shell::Bash, "usr/share/bash-completion/completions/rankledger"),
        (Shell::Zsh, "usr/share/zsh/vendor-completions/_rankledger"),
        (Shell::Fish, "usr/share/fish/vendor_completions.d/rankledger.fish"),
    ] {
        put_completions(stage, release, shell, path)?;
    }
    for (name, text) in manual(release)? {
        stage.write_compressed(&format!("usr/share/man/man1/{name}.gz"), &text)?;
    }
    put_documents(stage, DOCUMENTS)?;
    stage.write(&format!("{DOCUMENTS}/copyright"), DATA, copyright()?.as_bytes())
}

/// Returns the terms in the way in which Debian's packages have them: the texts of both licences.
fn copyright() -> Result<String> {
    let mut text =
        "Rankledger may be used under the MIT licence or the Apache licence 2.0, as you like.\n".to_owned();
    for name in ["LICENSE-MIT", "LICENSE-APACHE"] {
        let path = project().join(name);
        let licence = fs::read_to_string(&path).with_context(|| format!("cannot read {}", path.display()))?;
        write!(text, "\n{name}\n\n{licence}")?;
    }
    Ok(text)
}

/// Returns the size of all files in KiB.
fn installed_size(stage: &Stage) -> Result<u64> {
    let size = |file: PathBuf| Ok(fs::metadata(stage.root().join(file))?.len().div_ceil(1024));
    stage.files()?.into_iter().map(size).sum::<Result<u64>>().context("cannot tell the size of the files")
}

/// Returns the packages with the libraries that the binary is linked with, in the versions that it needs.
fn libraries(stage: &Stage, scratch: &Path) -> Result<String> {
    // The program reads the name of the package from a source package.
    let source = Stage::new(scratch.join("source"))?;
    source.write(
        "debian/control",
        DATA,
        b"Source: rankledger\n\nPackage: rankledger\nArchitecture: any\n",
    )?;
    let mut shlibdeps = Command::new("dpkg-shlibdeps");
    shlibdeps.arg("-O").arg("-e").arg(stage.at("usr/bin/rankledger")).current_dir(source.root());
    let depends = output_of(&mut shlibdeps)?;
    let depends =
        depends.trim().strip_prefix("shlibs:Depends=").context("dpkg-shlibdeps named no libraries")?;
    Ok(depends.to_owned())
}

fn control(version: &str, architecture: &str, size: u64, libraries: &str) -> String {
    format!(
        "\
Package: rankledger
Version: {version}
Architecture: {architecture}
Maintainer: The Rankledger project
Installed-Size: {size}
Depends: {libraries}, init-system-helpers
Recommends: ca-certificates, systemd
Suggests: caddy | nginx, postgresql, redis-server
Section: net
Priority: optional
Description: self-hosted rank service for game communities
 Rankledger keeps the ranks of a game community (FiveM, Roblox ER:LC and the
 like) and speaks the account side of the Sonoran CMS API, so that bots, game
 servers and client libraries work unchanged. Every rank change is authorised,
 recorded and reversible.
 .
 `rankledger setup` makes a community and starts the server. Purging the
 package deletes the database.
"
    )
}
