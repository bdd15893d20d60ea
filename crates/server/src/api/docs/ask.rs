//! What is asked of the documentation: the passages that fit the question, best first (BM25). The index of
//! all passages is made when somebody first asks.

use std::fmt::Write;
use std::sync::LazyLock;

use bm25::{Document, SearchEngine, SearchEngineBuilder, Tokenizer};
use rust_stemmers::{Algorithm, Stemmer};

use crate::api::docs::links::{between, moved};
use crate::api::docs::pages::{PAGES, Page};
use crate::api::docs::passages::{self, Passage};

/// Number of passages in an answer.
const MOST: usize = 5;

/// The part of the best passage's score below which a passage is left out.
const LEAST: f32 = 0.5;

/// Words that say nothing about what is asked.
const EMPTY: &str = "a about all am an and any are as at be been but by can could did do does for from get had has have \
                     how i if in into is it its me my of on or our should so than that the their them then there these \
                     they this to us was we were what when where which who why will with would you your";

static INDEX: LazyLock<Index> = LazyLock::new(Index::make);

struct Index {
    passages: Vec<Passage>,
    engine: SearchEngine<u32, u32, Words>,
}

/// The words of a text, as they are compared: see [`words`].
struct Words;

impl Tokenizer for Words {
    fn tokenize(&self, text: &str) -> Vec<String> {
        words(text)
    }
}

/// Returns the words of a text without their endings, and without those that say nothing. A name such as
/// `setAccountRanks` is three words.
pub(super) fn words(text: &str) -> Vec<String> {
    let stemmer = Stemmer::create(Algorithm::English);
    let mut words = Vec::new();
    for run in text.split(|c: char| !c.is_alphanumeric()) {
        let mut rest = run;
        while !rest.is_empty() {
            let (word, after) = rest.split_at(end_of_word(rest));
            rest = after;
            let word = word.to_lowercase();
            if !EMPTY.split(' ').any(|empty| empty == word) {
                words.push(stemmer.stem(&word).into_owned());
            }
        }
    }
    words
}

/// Returns where the first word of a name ends: before a capital that follows a small letter.
fn end_of_word(text: &str) -> usize {
    let mut pairs = text.char_indices().zip(text.chars().skip(1));
    let last = pairs.find(|((_, one), next)| one.is_lowercase() && next.is_uppercase());
    last.map_or(text.len(), |((at, one), _)| at + one.len_utf8())
}

impl Index {
    fn make() -> Self {
        let passages: Vec<_> = PAGES.all().filter(|page| is_searched(page)).flat_map(passages::of).collect();
        let documents = passages.iter().zip(0..).map(|(passage, id)| Document::new(id, indexed(passage)));
        let documents: Vec<_> = documents.collect();
        let engine = SearchEngineBuilder::with_tokenizer_and_documents(Words, documents).build();
        Self { passages, engine }
    }

    /// Returns the passages that fit a question, the best first; of each section one.
    fn find(&self, question: &str) -> Vec<&Passage> {
        let found = self.engine.search(question, MOST * 4);
        let best = found.first().map_or(0.0, |first| first.score);
        let good = found.iter().filter(|one| one.score >= best * LEAST);
        let mut passages: Vec<&Passage> = Vec::new();
        for passage in good.filter_map(|one| self.passages.get(usize::try_from(one.document.id).ok()?)) {
            let is_known = passages.iter().any(|other| other.is_beside(passage));
            if !is_known && passages.len() < MOST {
                passages.push(passage);
            }
        }
        passages
    }
}

/// Whether a page answers questions. That of all pages, that of all changes, and those of the legacy API,
/// which are like those of v2, do not.
fn is_searched(page: &Page) -> bool {
    !matches!(page.name.as_str(), "index" | "changelog") && !page.name.starts_with("endpoints/v1-")
}

/// Returns what the index knows of a passage: titles count more than the text.
fn indexed(passage: &Passage) -> String {
    let headings = passage.headings.join(" ");
    format!("{} {headings} {headings} {}", passage.page.title, passage.text)
}

/// Answers a question that was asked on a page, in Markdown.
pub(super) async fn answer(question: String, page: &'static Page) -> String {
    let answered = tokio::task::spawn_blocking(move || write(&INDEX.find(&question), page));
    answered.await.expect("reading the index does not panic")
}

fn write(found: &[&Passage], page: &Page) -> String {
    let index = between(&page.name, "index");
    if found.is_empty() {
        return format!(
            "# Nothing fits\n\nNo page has these words. Ask with other ones, or look at [all pages]({index}.md).\n"
        );
    }
    let mut answer = "# What the documentation says\n\nThe passages that fit the question best, each with the page that it is from.\n".to_owned();
    for passage in found {
        let (from, text) = (&passage.page.name, &passage.text);
        let anchor = passage.anchor.as_deref().map(|anchor| format!("#{anchor}")).unwrap_or_default();
        let link = format!("{}.md{anchor}", between(&page.name, from));
        let titles: Vec<_> =
            [&passage.page.title].into_iter().chain(&passage.headings).map(String::as_str).collect();
        let title = titles.join(": ");
        write!(answer, "\n## [{title}]({link})\n\n{}\n", moved(text, from, &page.name))
            .expect("a text takes everything");
    }
    write!(answer, "\n---\n\nNot there? [All pages]({index}.md)\n").expect("a text takes everything");
    answer
}
