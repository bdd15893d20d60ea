//! Links of pages.

use super::shown;
use crate::tidy::links::check;
use crate::tidy::tree::Tree;

/// The findings in a page `docs/page.md` with this text, beside some other files.
fn found(text: &str) -> Vec<String> {
    let other = "# Other page\n## What's `new`?\n## [Linked](page.md) twice\n## Again\n## Again\n<a id=\"named\"></a>\n\
                 ```\n# no heading\n```\n";
    let files = [
        ("docs/page.md", text),
        ("docs/other.md", other),
        ("README.md", "# Top\n"),
        ("src/a/b.rs", "//! B.\n"),
    ];
    shown(&check(&Tree::of(&files)))
}

#[test]
fn links_that_lead_somewhere_are_let_pass() {
    for target in [
        "other.md",
        "./other.md \"a title\"",
        "<other.md>",
        "../README.md#top",
        "../src/a/b.rs",
        "../src/a",
        "../src/",
        "..",
        "other.md#other-page",
        "other.md#whats-new",
        "other.md#linked-twice",
        "other.md#again-1",
        "other.md#named",
        "https://example.org/nothing",
        "mailto:somebody@example.org",
        "#here-it-is",
    ] {
        assert_eq!(found(&format!("# Here it is\n[text]({target})\n")), Vec::<String>::new(), "{target}");
    }
}

#[test]
fn a_link_to_no_file_is_found() {
    let text =
        "# Page\n\nSee [this](none.md), [`that`](../none/), and [these][these].\n\n[these]: gone.md#top\n";
    let expected = [
        "docs/page.md:3: the link none.md leads nowhere: there is no docs/none.md",
        "docs/page.md:3: the link ../none/ leads nowhere: there is no none",
        "docs/page.md:5: the link gone.md#top leads nowhere: there is no docs/gone.md",
    ];
    assert_eq!(found(text), expected);
}

#[test]
fn an_anchor_without_heading_is_found() {
    let expected = [
        "docs/page.md:1: the link #top leads nowhere: docs/page.md has no heading #top",
        "docs/page.md:2: the link other.md#no-heading leads nowhere: docs/other.md has no heading #no-heading",
    ];
    assert_eq!(found("[top](#top)\n[other](other.md#no-heading)\n"), expected);
}

#[test]
fn code_holds_no_links() {
    assert_eq!(found("`[a](b.md)`\n```\n[a](b.md)\n```\n"), Vec::<String>::new());
}
