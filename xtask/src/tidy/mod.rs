//! `cargo xtask tidy`: habits of the project that no compiler checks. One check per file, each a pure
//! function over text.

mod arguments;
mod circles;
mod columns;
mod finding;
mod floors;
mod headless;
mod imports;
mod length;
mod links;
mod markdown;
mod migrations;
mod modules;
mod opening;
mod paths;
mod rust;
#[cfg(test)]
mod tests;
mod tree;
mod vendored;

use anyhow::{Result, bail};

use arguments::Arguments;
use finding::Finding;
use imports::Import;
use modules::Modules;
use tree::Tree;

/// The folder of sources that is divided into floors.
const SERVER: &str = "crates/server/src/";

/// Prints each finding as `file:line: text`. An error if there is any.
pub(crate) fn run(args: &[String]) -> Result<()> {
    let arguments = Arguments::read(args)?;
    if arguments.land_migrations {
        migrations::land(&Tree::read()?)?;
    }
    let tree = Tree::read()?;
    let imports = imports::all(&Modules::of(&tree, SERVER));
    if arguments.headless {
        print(&headless::listing(&tree));
    }
    if arguments.circles {
        print(&circles::listing(&imports));
    }
    report(&checks(&tree, &imports))
}

/// Every check with its name.
fn checks(tree: &Tree, imports: &[Import]) -> [(&'static str, Vec<Finding>); 9] {
    [
        ("length of files", length::check(tree)),
        ("width of comments", columns::check(tree)),
        ("first lines", opening::check(tree)),
        ("floors", floors::check(imports)),
        ("circles", circles::check(imports)),
        ("links", links::check(tree)),
        ("landed migrations", migrations::check(tree)),
        ("headless comments", headless::check(tree)),
        ("files of others", vendored::check(tree)),
    ]
}

fn report(checks: &[(&str, Vec<Finding>)]) -> Result<()> {
    for (_, findings) in checks {
        print(findings);
    }
    let counts: Vec<_> = checks.iter().filter(|(_, findings)| !findings.is_empty()).collect();
    if counts.is_empty() {
        println!("xtask: everything is tidy");
        return Ok(());
    }
    let counts: Vec<_> =
        counts.iter().map(|(name, findings)| format!("{name}: {}", findings.len())).collect();
    bail!("not everything is tidy; findings by check: {}", counts.join(", "))
}

fn print(findings: &[Finding]) {
    for finding in findings {
        println!("{finding}");
    }
}
