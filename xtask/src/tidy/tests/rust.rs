//! Sources taken apart.

use crate::tidy::rust::Source;

fn code(text: &str) -> String {
    Source::read(text).code
}

fn comments(text: &str) -> Vec<(usize, &'static str, String, bool)> {
    let comments = Source::read(text).comments;
    comments.into_iter().map(|one| (one.line, one.marker, one.text, one.trails)).collect()
}

#[test]
fn comments_are_found_with_their_lines() {
    let text = "//! Top.\n/// Doc.\nlet a = 1; // behind\n    // Alone.\n//// Ruler\n";
    let expected = [
        (1, "//!", "Top.", false),
        (2, "///", "Doc.", false),
        (3, "//", "behind", true),
        (4, "//", "Alone.", false),
        (5, "//", "// Ruler", false),
    ];
    assert_eq!(
        comments(text),
        expected.map(|(line, mark, text, trails)| (line, mark, text.to_owned(), trails))
    );
}

#[test]
fn marks_within_strings_and_characters_are_no_comments() {
    for text in [
        r#"a("// no");"#,
        r#"a("\"// no");"#,
        r##"a(r"\", 1); b(r#"" // no"#);"##,
        r#"a(b"// no", '"', '\'', '\\', "// no");"#,
        "a('/', '/', b'/');",
        "/* // no /* nested // */ // no */ a();",
    ] {
        assert_eq!(comments(text), [], "{text}");
    }
    assert_eq!(comments("fn a<'a>(b: &'a str) {} // yes").len(), 1);
    assert_eq!(comments("let r = 1; a(r, \"\"); // yes").len(), 1);
}

#[test]
fn the_code_keeps_its_lines() {
    assert_eq!(code("a(\"x\ny\", 'é'); // z\nb"), "a(  \n  ,    );     \nb");
}

#[test]
fn a_string_that_is_a_path_of_the_crate_stays() {
    assert_eq!(code("with = \"crate::wire::time\""), "with =  crate::wire::time ");
    assert_eq!(code("with = \"crate::wire time\""), format!("with = {}", " ".repeat(18)));
}

#[test]
fn lines_of_one_comment_are_a_block() {
    let text = "//! One\n//! comment.\n/// Another\n\n/// A third\na(); // a fourth\nb(); // a fifth\n// The sixth.\n";
    let source = Source::read(text);
    let lines: Vec<_> = source.blocks().iter().map(|block| (block[0].line, block.len())).collect();
    assert_eq!(lines, [(1, 2), (3, 1), (5, 1), (6, 1), (7, 1), (8, 1)]);
}
