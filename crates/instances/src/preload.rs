//! Libraries that stand between a program and the system (`LD_PRELOAD`), made by the C compiler.

use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;

use anyhow::{Context, Result, ensure};

/// Makes the library of this name from its source, in this folder.
pub(crate) fn compile(folder: &Path, name: &str, source: &str) -> Result<PathBuf> {
    let (file, library) = (folder.join(name).with_extension("c"), folder.join(name).with_extension("so"));
    fs::write(&file, source).with_context(|| format!("cannot write {}", file.display()))?;
    let mut compile = Command::new("cc");
    compile.args(["-shared", "-fPIC", "-o"]).arg(&library).arg(&file).arg("-ldl");
    let status = compile.status().context("cannot run cc: install gcc")?;
    ensure!(status.success(), "cc cannot compile {}: {status}", file.display());
    Ok(library)
}
