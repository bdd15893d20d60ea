//! Check: a script of others is as its authors published it. The checksums stand beside the scripts, in the
//! format of `sha256sum`, with a licence for each.

use data_encoding::HEXLOWER;
use sha2::{Digest, Sha256};

use super::finding::Finding;
use super::tree::Tree;

const FOLDER: &str = "crates/server/assets/console/";
pub(super) const LIST: &str = "crates/server/assets/console/vendored.sha256";

/// Finds scripts of others that were changed, that are not listed, or that have no licence; and lines of the
/// list without a script.
pub(super) fn check(tree: &Tree) -> Vec<Finding> {
    let list: Vec<_> =
        tree.text(LIST).unwrap_or_default().lines().filter_map(|line| line.split_once("  ")).collect();
    let mut findings = Vec::new();
    for (path, text) in tree.ending(".min.js") {
        let name = path.strip_prefix(FOLDER).unwrap_or(path);
        let checksum = HEXLOWER.encode(&Sha256::digest(text));
        match list.iter().find(|(_, listed)| *listed == name) {
            Some((listed, _)) if *listed == checksum => {}
            Some(_) => findings.push(Finding::new(
                path,
                1,
                "it is not as it was published: restore it, or list the new version",
            )),
            None => findings.push(Finding::new(path, 1, format!("{LIST} lacks its checksum {checksum}"))),
        }
        let licence = format!("{}.LICENSE", path.trim_end_matches(".min.js"));
        if !tree.exists(&licence) {
            findings.push(Finding::new(path, 1, format!("put its licence into {licence}")));
        }
    }
    for (index, (_, name)) in list.iter().enumerate() {
        if !tree.exists(&format!("{FOLDER}{name}")) {
            findings.push(Finding::new(LIST, index + 1, format!("there is no {name}: remove the line")));
        }
    }
    findings
}
