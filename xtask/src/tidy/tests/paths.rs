//! Paths that a source names.

use crate::tidy::paths::paths;
use crate::tidy::rust::Source;

/// Each path with its line, and ` as ` before its name.
fn named(text: &str) -> Vec<String> {
    let shown = paths(&Source::read(text)).into_iter().map(|path| {
        let name = path.name.map(|name| format!(" as {name}")).unwrap_or_default();
        format!("{}: {}{name}", path.line, path.segments.join("::"))
    });
    shown.collect()
}

#[test]
fn a_use_brings_each_of_its_names() {
    let text = "pub use crate::a::{self, b::{C, D as E},\n    f::*};\nuse super::g as h;\nuse i;\n";
    let expected = [
        "1: crate::a as a",
        "1: crate::a::b::C as C",
        "1: crate::a::b::D as E",
        "2: crate::a::f::*",
        "3: super::g as h",
        "4: i as i",
    ];
    assert_eq!(named(text), expected);
}

#[test]
fn paths_within_the_code_are_found() {
    let text =
        "fn a(b: crate::wire::Time) -> Vec<super::C> {\n    self::d::<u8>(x.y::<Z>(), Vec::new())\n}\n";
    let expected = ["1: crate::wire::Time", "1: super::C", "2: self::d", "2: Vec::new"];
    assert_eq!(named(text), expected);
}

#[test]
fn comments_strings_and_visibilities_name_nothing() {
    let text = "/// See [`crate::a::B`].\npub(in crate::a) fn c() { d(\"use crate::e::F;\") }\npub(super) struct G;\n";
    assert_eq!(named(text), Vec::<String>::new());
    assert_eq!(named("for a in crate::b::C {}"), ["1: crate::b::C"]);
}

#[test]
fn attributes_name_functions_in_strings() {
    assert_eq!(named("#[serde(with = \"crate::wire::time\")]"), ["1: crate::wire::time"]);
}

#[test]
fn captured_lifetimes_are_no_imports() {
    assert_eq!(named("fn a<'a>() -> impl B + use<'a> {}"), Vec::<String>::new());
}

#[test]
fn a_module_within_the_file_belongs_to_it() {
    let text = "mod a {\n    use super::B;\n    use super::super::C;\n}\nuse super::D;\n";
    assert_eq!(named(text), ["2: self::B", "3: self::super::C", "5: super::D as D"]);
}
