//! The commit that today's build is compared with, and its programs.

use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;

use anyhow::{Context, Result, ensure};

use crate::measuring::programs::Programs;
use crate::measuring::scratch::kept;
use crate::shell::{root, run, succeeds};

/// The programs that are kept of a commit.
const PROGRAMS: [&str; 2] = ["rankledger", "seed"];

/// A commit of this repository.
pub(super) struct Commit {
    /// Its hash in full.
    hash: String,
    /// Its hash in short.
    pub(super) short: String,
}

impl Commit {
    /// Finds the commit that a hash, a branch or a tag names.
    pub(super) fn find(name: &str) -> Result<Self> {
        let hash = git_says(&["rev-parse", "--verify", "--quiet", &format!("{name}^{{commit}}")])
            .with_context(|| format!("there is no commit \"{name}\" in this repository"))?;
        let short = git_says(&["rev-parse", "--short", &hash])?;
        Ok(Self { hash, short })
    }

    /// Whether it came after what is checked out today.
    pub(super) fn is_newer(&self) -> Result<bool> {
        let today = git_says(&["rev-parse", "HEAD"])?;
        let is_ancestor = ["merge-base", "--is-ancestor", &today, &self.hash];
        Ok(today != self.hash && succeeds(git().args(is_ancestor)))
    }

    /// Returns its programs. They are built once and kept under `target`, as is what the build of the next
    /// commit can take over.
    pub(super) fn programs(&self) -> Result<Programs> {
        let kept = kept().join("against");
        let folder = kept.join(&self.hash);
        if PROGRAMS.iter().all(|name| folder.join(name).exists()) {
            println!("xtask: the programs of {} are there already", self.short);
        } else {
            println!("xtask: building the programs of {}", self.short);
            let tree = Worktree::make(kept.join("tree"), &self.hash)?;
            let built = Programs::build(&tree.0, &kept.join("target"))?;
            fs::create_dir_all(&folder).with_context(|| format!("cannot make {}", folder.display()))?;
            for name in PROGRAMS {
                // The copy gets its name when it is whole, so that a run that is interrupted leaves no half
                // a program.
                let half = folder.join("half");
                fs::copy(built.built(name), &half).with_context(|| format!("cannot copy {name}"))?;
                fs::rename(half, folder.join(name)).with_context(|| format!("cannot name {name}"))?;
            }
        }
        Ok(Programs::in_folder(folder))
    }
}

/// A checked-out commit in a folder of its own. It is removed when this is dropped.
struct Worktree(PathBuf);

impl Worktree {
    /// Checks a commit out. A tree that an interrupted run has left there is removed first.
    fn make(folder: PathBuf, hash: &str) -> Result<Self> {
        remove(&folder);
        run(git().args(["worktree", "add", "--quiet", "--detach"]).arg(&folder).arg(hash))?;
        Ok(Self(folder))
    }
}

impl Drop for Worktree {
    fn drop(&mut self) {
        remove(&self.0);
    }
}

/// Removes a tree if there is one. What is left makes the next checkout fail, which says why.
fn remove(folder: &Path) {
    let _ = succeeds(git().args(["worktree", "remove", "--force"]).arg(folder));
}

fn git() -> Command {
    let mut git = Command::new("git");
    git.current_dir(root());
    git
}

/// Returns the single line that git prints.
fn git_says(args: &[&str]) -> Result<String> {
    let output = git().args(args).output().context("cannot run git")?;
    ensure!(output.status.success(), "git {} failed: {}", args.join(" "), output.status);
    Ok(String::from_utf8_lossy(&output.stdout).trim().to_owned())
}
