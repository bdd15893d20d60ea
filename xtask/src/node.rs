//! A folder of npm packages of our own, for the tests.

use std::path::{Path, PathBuf};
use std::process::Command;

use anyhow::{Context, Result};

use crate::need::{has_program, need};
use crate::shell::{root, run, succeeds};

/// The packages of the tests, in the versions that they were written against.
const PACKAGES: [(&str, &str); 1] = [("standardwebhooks", "1.1.1")]; // the official verifier of deliveries

/// Installs the packages if they are not there. Answers the folder that has `node_modules`.
pub(crate) fn make() -> Result<PathBuf> {
    need("Node.js", "nodejs", || has_program("node"))?;
    let folder = root().join("target").join("node");
    if !PACKAGES.iter().all(|package| is_installed(&folder, package)) {
        need("npm", "npm", || has_program("npm"))?;
        let wanted: Vec<_> = PACKAGES.iter().map(|(name, version)| format!("{name}@{version}")).collect();
        let what = wanted.join(", ");
        println!("xtask: installing {what} in {}", folder.display());
        let install = ["install", "--silent", "--no-audit", "--no-fund", "--no-save", "--prefix"];
        run(Command::new("npm").args(install).arg(&folder).args(wanted))
            .with_context(|| format!("cannot install {what}"))?;
    }
    Ok(folder)
}

fn is_installed(folder: &Path, (name, version): &(&str, &str)) -> bool {
    let check = format!("process.exit(require('{name}/package.json').version === '{version}' ? 0 : 1)");
    succeeds(Command::new("node").args(["-e", &check]).env("NODE_PATH", folder.join("node_modules")))
}
