//! The Markdown files that are pages as they stand, compiled in.

use include_dir::{Dir, include_dir};

/// Every guide: a new one is found by itself.
static GUIDES: Dir<'_> = include_dir!("$CARGO_MANIFEST_DIR/../../docs/guides");

/// A file of the repository.
pub(super) struct Source {
    /// Its path in the repository.
    pub(super) file: String,
    /// Its page.
    pub(super) name: String,
    /// Its text.
    pub(super) text: &'static str,
}

macro_rules! single {
    ($($name:literal = $file:literal),*) => {
        [$(($name, $file, include_str!(concat!("../../../../../", $file)))),*]
    };
}

/// The pages that are no guides.
const SINGLE: [(&str, &str, &str); 4] = single![
    "readme" = "README.md",
    "compatibility" = "docs/compatibility.md",
    "glossary" = "docs/glossary.md",
    "changelog" = "CHANGELOG.md"
];

/// Returns all of them, the guides first, in the order of their names.
pub(super) fn all() -> Vec<Source> {
    let guides = GUIDES.files().filter_map(|file| {
        let name = file.path().file_stem()?.to_str()?;
        let file_name = file.path().file_name()?.to_str()?;
        Some(Source {
            file: format!("docs/guides/{file_name}"),
            name: format!("guides/{name}"),
            text: file.contents_utf8()?,
        })
    });
    let mut all: Vec<_> = guides.collect();
    all.sort_by(|one, other| one.name.cmp(&other.name));
    let single =
        SINGLE.map(|(name, file, text)| Source { file: file.to_owned(), name: name.to_owned(), text });
    all.extend(single);
    all
}
