//! Links between pages. In a file they lead to files of the repository; in a page they lead to pages, from
//! wherever the page is shown.

use std::ops::Range;

use pulldown_cmark::{Event, Parser, Tag};

use crate::api::docs::html::OPTIONS;

/// What becomes of a link.
pub(super) enum Target {
    /// It stays as it is.
    Same,
    /// It leads elsewhere.
    To(String),
    /// There is nothing to lead to: its text remains.
    Nowhere,
}

/// Returns Markdown in which each link leads where `target` says.
pub(super) fn redirected(markdown: &str, target: impl Fn(&str) -> Target) -> String {
    let mut text = String::with_capacity(markdown.len());
    let mut done = 0;
    for (range, to) in inline_links(markdown) {
        let whole = &markdown[range.clone()];
        let Some(label_end) = whole.rfind("](") else { continue };
        let replacement = match target(&to) {
            Target::Same => continue,
            Target::To(to) => format!("{}({to})", &whole[..=label_end]),
            Target::Nowhere => whole[1..label_end].to_owned(),
        };
        text.push_str(&markdown[done..range.start]);
        text.push_str(&replacement);
        done = range.end;
    }
    text.push_str(&markdown[done..]);
    text
}

/// Returns the places of links that are written as `[label](target)`, and their targets.
fn inline_links(markdown: &str) -> impl Iterator<Item = (Range<usize>, String)> {
    Parser::new_ext(markdown, OPTIONS).into_offset_iter().filter_map(move |(event, range)| match event {
        Event::Start(Tag::Link { dest_url, .. }) if markdown[range.clone()].ends_with(')') => {
            Some((range, dest_url.to_string()))
        }
        _ => None,
    })
}

/// Splits a link into a path and, with its `#`, the place on the page. `None` for a link to another site or
/// to a place on the same page.
pub(super) fn local(link: &str) -> Option<(&str, &str)> {
    if link.contains("://") || link.starts_with(['#', '/']) || link.starts_with("mailto:") {
        return None;
    }
    Some(link.split_at(link.find('#').unwrap_or(link.len())))
}

/// Returns the path that a relative one means, seen from this file or page. It begins with `..` if it leads
/// out of all folders.
pub(super) fn joined(from: &str, relative: &str) -> String {
    let mut parts: Vec<_> = from.split('/').collect();
    parts.pop();
    for part in relative.split('/') {
        match part {
            ".." if parts.last().is_some_and(|last| *last != "..") => drop(parts.pop()),
            "." => {}
            _ => parts.push(part),
        }
    }
    parts.join("/")
}

/// Returns the relative path from one page to another.
pub(super) fn between(from: &str, to: &str) -> String {
    let mut up = from.split('/').count() - 1;
    let mut rest = to;
    let mut own = from;
    while let (Some((one, own_rest)), Some((other, other_rest))) = (own.split_once('/'), rest.split_once('/'))
    {
        if one != other {
            break;
        }
        (own, rest, up) = (own_rest, other_rest, up - 1);
    }
    format!("{}{rest}", "../".repeat(up))
}

/// Returns the Markdown of one page so that its links lead to the same places from another.
pub(super) fn moved(markdown: &str, from: &str, to: &str) -> String {
    redirected(markdown, |link| match local(link) {
        Some((path, place)) => Target::To(format!("{}{place}", between(to, &joined(from, path)))),
        None if link.starts_with('#') => Target::To(format!("{}.md{link}", between(to, from))),
        None => Target::Same,
    })
}
