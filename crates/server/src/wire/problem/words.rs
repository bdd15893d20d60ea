//! Lists and quotations in the sentences of problems. Both are cut at a greatest length, so that a reply does
//! not grow with the request that it refuses.

use std::borrow::Cow;

/// The most characters of a client's text that a sentence quotes.
const LONGEST_EXCERPT: usize = 100;

/// The most entries of a list that a sentence names; all of them stand in the problem's members.
const LONGEST_LIST: usize = 10;

/// Returns the beginning of a client's text.
pub(super) fn excerpt(text: &str) -> Cow<'_, str> {
    match text.char_indices().nth(LONGEST_EXCERPT) {
        Some((end, _)) => Cow::Owned(format!("{}...", &text[..end])),
        None => Cow::Borrowed(text),
    }
}

/// Names the first entries of a list, with commas between them.
pub(super) fn in_words<T>(entries: &[T], name: impl Fn(&T) -> String) -> String {
    joined(entries, ", ", name)
}

/// Names the first entries of a list, with this separator between them.
pub(super) fn joined<T>(entries: &[T], separator: &str, name: impl Fn(&T) -> String) -> String {
    let mut words: Vec<_> = entries.iter().take(LONGEST_LIST).map(name).collect();
    if entries.len() > words.len() {
        words.push(format!("and {} more", entries.len() - words.len()));
    }
    words.join(separator)
}
