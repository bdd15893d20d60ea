//! A folder in which files are laid out as they are to be installed.

use std::fs;
use std::io::Write as _;
use std::os::unix::fs::PermissionsExt as _;
use std::path::{Path, PathBuf};

use anyhow::{Context, Result};
use flate2::{Compression, GzBuilder};

/// A file that anybody may read.
pub(crate) const DATA: u32 = 0o644;

/// A file that anybody may run.
pub(crate) const PROGRAM: u32 = 0o755;

/// A folder in which files are laid out.
pub(crate) struct Stage {
    root: PathBuf,
}

impl Stage {
    /// Begins with a folder, which is made.
    pub(crate) fn new(root: PathBuf) -> Result<Self> {
        let stage = Self { root };
        stage.folder("")?;
        Ok(stage)
    }

    pub(crate) fn root(&self) -> &Path {
        &self.root
    }

    /// Returns where this file is while it is laid out.
    pub(crate) fn at(&self, path: &str) -> PathBuf {
        self.root.join(path)
    }

    /// Makes a folder, and those that it is in.
    pub(crate) fn folder(&self, path: &str) -> Result<PathBuf> {
        let folder = self.at(path);
        fs::create_dir_all(&folder).with_context(|| format!("cannot make {}", folder.display()))?;
        let mut made = folder.as_path();
        // Whatever the mask of this process is.
        while made.starts_with(&self.root) {
            set_mode(made, PROGRAM)?;
            made = made.parent().unwrap_or(Path::new("/"));
        }
        Ok(folder)
    }

    /// Writes a file.
    pub(crate) fn write(&self, path: &str, mode: u32, bytes: &[u8]) -> Result<()> {
        let file = self.at(path);
        self.folder(path.rsplit_once('/').map_or("", |(folder, _)| folder))?;
        fs::write(&file, bytes).with_context(|| format!("cannot write {}", file.display()))?;
        set_mode(&file, mode)
    }

    /// Writes a file compressed, as Debian keeps manuals and changelogs.
    pub(crate) fn write_compressed(&self, path: &str, bytes: &[u8]) -> Result<()> {
        let mut gzip = GzBuilder::new().mtime(0).write(Vec::new(), Compression::best());
        let packed = gzip.write_all(bytes).and_then(|()| gzip.finish()).context("cannot compress")?;
        self.write(path, DATA, &packed)
    }

    /// Copies a file.
    pub(crate) fn copy(&self, from: &Path, path: &str, mode: u32) -> Result<()> {
        let bytes = fs::read(from).with_context(|| format!("cannot read {}", from.display()))?;
        self.write(path, mode, &bytes)
    }

    /// Returns the paths of all files, relative to the stage.
    pub(crate) fn files(&self) -> Result<Vec<PathBuf>> {
        files_in(&self.root)
    }
}

/// Returns the paths of all files in a folder and the folders in it, relative to it, in the order of their
/// names.
pub(crate) fn files_in(folder: &Path) -> Result<Vec<PathBuf>> {
    let mut files = Vec::new();
    collect(folder, &mut files).with_context(|| format!("cannot list {}", folder.display()))?;
    let mut files: Vec<_> =
        files.iter().filter_map(|file| file.strip_prefix(folder).ok()).map(Path::to_owned).collect();
    files.sort();
    Ok(files)
}

fn set_mode(path: &Path, mode: u32) -> Result<()> {
    fs::set_permissions(path, fs::Permissions::from_mode(mode))
        .with_context(|| format!("cannot set the mode of {}", path.display()))
}

fn collect(folder: &Path, files: &mut Vec<PathBuf>) -> std::io::Result<()> {
    for entry in fs::read_dir(folder)? {
        let path = entry?.path();
        if path.is_dir() { collect(&path, files)? } else { files.push(path) }
    }
    Ok(())
}
