//! Writing the configuration file: whole, or not at all.

use std::io::{ErrorKind, Write as _};
use std::path::{Path, PathBuf};

use anyhow::{Context, Result, anyhow};
use tempfile::NamedTempFile;

use crate::cli::database;
use crate::config::Overrides;

/// Refuses to go on if this user may not make the file.
pub(super) fn check_writable(path: &Path) -> Result<()> {
    beside(path).map(drop)
}

/// Writes a file that only its owner may read: the URL in it may have a password. It must not be there.
pub(super) fn write(path: &Path, text: &str) -> Result<()> {
    let mut file = beside(path)?;
    let cannot = || format!("cannot write {}", path.display());
    file.write_all(text.as_bytes()).and_then(|()| file.as_file().sync_all()).with_context(cannot)?;
    database::load(Some(file.path()), Overrides::default()).context("the settings do not fit together")?;
    file.persist_noclobber(path).with_context(cannot)?;
    Ok(())
}

/// Makes an empty file in the folder of this one, and the folder if need be.
fn beside(path: &Path) -> Result<NamedTempFile> {
    let path = std::path::absolute(path).unwrap_or_else(|_| path.to_owned());
    let folder = path.parent().map_or_else(|| PathBuf::from("/"), Path::to_owned);
    let made = std::fs::create_dir_all(&folder).and_then(|()| NamedTempFile::new_in(&folder));
    made.map_err(|error| {
        let way_out = match error.kind() {
            ErrorKind::PermissionDenied => "run it as root: sudo rankledger setup",
            _ => "choose another place with --config",
        };
        anyhow!("cannot write into {}: {error}; {way_out}", folder.display())
    })
}
