//! The target of output that may become large: standard output, or a file, which is written completely or not
//! at all.

use std::fs::Permissions;
use std::io::{self, Read, Write};
use std::os::unix::fs::PermissionsExt;
use std::path::{Path, PathBuf};

use anyhow::{Context, Result};
use clap::Args;

use super::print;

#[derive(Debug, Args)]
pub(super) struct OutputArgs {
    /// Write to this file instead of standard output. The file appears only when it is whole
    #[arg(long, short, value_name = "FILE")]
    output: Option<PathBuf>,
}

impl OutputArgs {
    /// Copies to the output until the end.
    pub(super) fn copy(&self, from: &mut dyn Read) -> Result<()> {
        let Some(path) = &self.output else {
            return print::copy(from).context("the file is not whole");
        };
        copy_to_file(from, path).with_context(|| format!("cannot write {}", path.display()))
    }
}

impl OutputArgs {
    /// Writes to the output what `write` writes: to a file only if all of it can be written.
    pub(super) fn write(&self, write: impl FnOnce(&mut dyn Write) -> Result<()>) -> Result<()> {
        match &self.output {
            None => print::stream(write),
            Some(path) => {
                in_new_file(path, write).with_context(|| format!("cannot write {}", path.display()))
            }
        }
    }
}

fn copy_to_file(from: &mut dyn Read, path: &Path) -> Result<()> {
    in_new_file(path, |file| {
        io::copy(from, file)?;
        Ok(())
    })
}

/// Makes a file of what `write` writes, which is there when it is whole.
fn in_new_file(path: &Path, write: impl FnOnce(&mut dyn Write) -> Result<()>) -> Result<()> {
    let folder = path.parent().filter(|folder| !folder.as_os_str().is_empty()).unwrap_or(Path::new("."));
    // Readable as any file that the user makes: the umask takes away what it has to.
    let mut builder = tempfile::Builder::new();
    let mut file =
        builder.prefix(".rankledger-").permissions(Permissions::from_mode(0o666)).tempfile_in(folder)?;
    write(&mut file)?;
    file.as_file().sync_all()?;
    file.persist(path)?;
    Ok(())
}
