//! The pages: the guides and other files, a page for each endpoint, and the index of all.

use std::collections::BTreeMap;
use std::fmt::Write;
use std::sync::LazyLock;

use crate::api::docs::links::{self, Target, between, joined, redirected};
use crate::api::docs::{endpoints, sources};

/// All pages. They are made when one is first asked for.
pub(super) static PAGES: LazyLock<Pages> = LazyLock::new(Pages::make);

/// The page that lists the others.
const INDEX: &str = "index";

/// Number of pages that are named in the place of one that is not there.
const MOST_NEAREST: usize = 3;

/// A page.
pub struct Page {
    /// Its name, which is its path below `/docs`.
    pub(super) name: String,
    /// Its title.
    pub(super) title: String,
    /// Its text. Links to other pages are relative and end in `.md`.
    pub(super) markdown: String,
    /// The chapter of the index, in which it is.
    pub(super) chapter: String,
}

/// The pages by their names.
pub(super) struct Pages(BTreeMap<String, Page>);

impl Pages {
    fn make() -> Self {
        let mut pages = of_files();
        pages.extend(endpoints::pages());
        let index = index(&pages);
        pages.push(index);
        Self(pages.into_iter().map(|page| (page.name.clone(), page)).collect())
    }

    /// Returns the page of this name.
    pub(super) fn find(&self, name: &str) -> Option<&Page> {
        self.0.get(name)
    }

    /// Returns all pages.
    pub(super) fn all(&self) -> impl Iterator<Item = &Page> {
        self.0.values()
    }

    /// Returns the pages whose names are nearest to this one, the nearest first.
    pub(super) fn nearest(&self, name: &str) -> Vec<&str> {
        let wanted: String = name.chars().take(100).collect::<String>().to_lowercase();
        let last = |name: &str| name.rsplit('/').next().unwrap_or_default().to_owned();
        let likeness = |page: &str| {
            strsim::jaro_winkler(&wanted, page).max(strsim::jaro_winkler(&last(&wanted), &last(page)))
        };
        let mut names: Vec<_> = self.0.keys().map(String::as_str).collect();
        names.sort_by(|one, other| likeness(other).total_cmp(&likeness(one)));
        names.truncate(MOST_NEAREST);
        names
    }
}

/// Makes the pages of files: their links to files that are pages lead to those pages, and their links to
/// other files are mere text.
fn of_files() -> Vec<Page> {
    let sources = sources::all();
    let page_of = |file: &str| sources.iter().find(|source| source.file == file);
    let made = sources.iter().map(|source| {
        let target = |link: &str| {
            let Some((path, place)) = links::local(link) else { return Target::Same };
            match page_of(&joined(&source.file, path)) {
                Some(page) => Target::To(format!("{}.md{place}", between(&source.name, &page.name))),
                None => Target::Nowhere,
            }
        };
        let chapter = if source.name.starts_with("guides/") { "Guides" } else { "More" };
        Page {
            name: source.name.clone(),
            title: title(source.text),
            markdown: redirected(source.text, target),
            chapter: chapter.to_owned(),
        }
    });
    made.collect()
}

/// Returns the text of the first heading.
fn title(markdown: &str) -> String {
    let heading = markdown.lines().find_map(|line| line.strip_prefix("# "));
    heading.unwrap_or("Rankledger").to_owned()
}

/// Makes the page that lists all others.
fn index(pages: &[Page]) -> Page {
    let mut markdown = "# The documentation of this server\n\n\
        Every page is here as HTML and, with `.md` at the end of its address, as Markdown. To ask for the passages that fit a \
        question, add `?ask=` and the question to the address of any page.\n"
        .to_owned();
    let mut chapter = "";
    for page in pages {
        if page.chapter != chapter {
            chapter = &page.chapter;
            write!(markdown, "\n## {chapter}\n\n").expect("a text takes everything");
        }
        writeln!(markdown, "- [{}]({}.md)", page.title, page.name).expect("a text takes everything");
    }
    Page { name: INDEX.to_owned(), title: "Documentation".to_owned(), markdown, chapter: String::new() }
}
