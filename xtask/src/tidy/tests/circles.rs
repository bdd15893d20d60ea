//! Circles of imports.

use super::shown;
use crate::tidy::circles::{check, listing};
use crate::tidy::imports::Import;

/// One import per word: `ab` means that the file `a` imports the file `b`. The line is the place in the list.
fn imports(edges: &str) -> Vec<Import> {
    let import = |(index, edge): (usize, &str)| {
        let (from, to) = edge.split_at(1);
        Import { file: format!("src/{from}"), line: index + 1, from: from.to_owned(), to: to.to_owned() }
    };
    edges.split(' ').enumerate().map(import).collect()
}

#[test]
fn a_circle_of_five_files_is_let_pass() {
    assert_eq!(check(&imports("ab bc cd de ea xa ey")), []);
}

#[test]
fn six_files_without_a_circle_are_let_pass() {
    assert_eq!(check(&imports("ab bc cd de ef af bf")), []);
}

#[test]
fn two_circles_that_reach_each_other_one_way_only_are_two() {
    assert_eq!(check(&imports("ab bc ca cd de ef fd")), []);
}

#[test]
fn a_circle_of_six_files_is_found_at_the_import_that_breaks_it_best() {
    let text = "6 files import each other in a circle (a, b, c, d, e, f), 5 are the most: move what they share into a \
                file below them; without this import of d at most 3 would; `cargo xtask tidy --circles` lists all";
    // Two circles of three, joined there and back: without the way there each is one by itself.
    assert_eq!(shown(&check(&imports("ab bc ca ad de ef fd ea"))), [format!("src/a:4: {text}")]);
}

#[test]
fn all_imports_within_a_large_circle_are_listed() {
    let found = shown(&listing(&imports("ab bc cd de ef fa xa ay mn nm")));
    let expected = ["a:1 b", "b:2 c", "c:3 d", "d:4 e", "e:5 f", "f:6 a"];
    let expected = expected.map(|edge| {
        let (place, to) = edge.split_once(' ').expect("two words");
        format!("src/{place}: imports {to} within a circle")
    });
    assert_eq!(found, expected);
}
