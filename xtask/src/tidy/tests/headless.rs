//! Comments that begin headless.

use super::shown;
use crate::tidy::headless::{check, listing};
use crate::tidy::tree::Tree;

#[test]
fn a_comment_that_leaves_its_subject_open_is_headless() {
    for text in [
        "What it costs.",
        "Who acts.",
        "Whoever waits, waits.",
        "Whatever is left.",
        "It is over.",
        "It's over.",
        "None if there is none.",
        "Those of a client.",
        "These too.",
        "The same again.",
    ] {
        let tree = Tree::of(&[("a.rs", &format!("a();\n/// {text}\n"))]);
        assert_eq!(shown(&listing(&tree)), [format!("a.rs:2: the comment begins headless: \"{text}\"")]);
    }
}

#[test]
fn a_comment_that_names_its_subject_is_not() {
    for text in ["Whether it ends.", "`None` if there is none.", "Its end.", "The sameness.", "Items.", ""] {
        let tree = Tree::of(&[("a.rs", &format!("/// {text}\n"))]);
        assert_eq!(shown(&listing(&tree)), Vec::<String>::new());
    }
}

#[test]
fn only_the_first_line_of_a_comment_counts() {
    let tree = Tree::of(&[("a.rs", "/// The end.\n/// It is over.\n")]);
    assert_eq!(listing(&tree), []);
}

#[test]
fn fewer_than_five_in_a_hundred_are_let_pass() {
    let text = |headless: usize| {
        let texts = (0..100).map(|index| if index < headless { "It ends." } else { "The end." });
        texts.flat_map(|text| ["// ", text, "\n\n"]).collect::<String>()
    };
    assert_eq!(check(&Tree::of(&[("a.rs", &text(4))])), []);
    let finding = "a.rs:1: 5 of 100 comments begin headless, as this one does: name the subject, until they are \
                   fewer than 5 in 100; `cargo xtask tidy --headless` lists them";
    assert_eq!(shown(&check(&Tree::of(&[("a.rs", &text(5))]))), [finding]);
    assert_eq!(check(&Tree::of(&[])), []);
}
