//! The passages of a page: what stands below one heading, in portions that can be read at a glance.

use std::ops::Range;

use pulldown_cmark::{Event, HeadingLevel, Parser, Tag, TagEnd};

use crate::api::docs::endpoints::is_searched;
use crate::api::docs::html::{OPTIONS, anchors};
use crate::api::docs::pages::Page;

/// The length in bytes beyond which a passage is split, if it has more than one paragraph or row.
const LONG: usize = 1500;

/// Number of lines of a program that a passage shows: the page has the others.
const LONGEST_PROGRAM: usize = 12;

/// A passage.
pub(super) struct Passage {
    /// The page that it is on.
    pub(super) page: &'static Page,
    /// The headings above it, from the second level down.
    pub(super) headings: Vec<String>,
    /// The anchor of the last heading. `None` if it is the title of the page.
    pub(super) anchor: Option<String>,
    /// Its text, in Markdown.
    pub(super) text: String,
}

impl Passage {
    /// Whether two passages stand below the same heading.
    pub(super) fn is_beside(&self, other: &Self) -> bool {
        self.page.name == other.page.name && self.anchor == other.anchor
    }
}

/// A heading of a page: its level, its text, and where its section begins.
struct Heading {
    level: HeadingLevel,
    text: String,
    place: Range<usize>,
}

/// Returns the passages of a page.
pub(super) fn of(page: &'static Page) -> Vec<Passage> {
    let events: Vec<_> = Parser::new_ext(&page.markdown, OPTIONS).into_offset_iter().collect();
    let headings = headings(&events);
    let mut plain = Vec::with_capacity(events.len());
    plain.extend(events.into_iter().map(|(event, _)| event));
    let anchors = anchors(&plain);
    let mut passages = Vec::new();
    let mut above: Vec<(HeadingLevel, String)> = Vec::new();
    for (index, (heading, anchor)) in headings.iter().zip(anchors).enumerate() {
        above.retain(|(level, _)| *level < heading.level);
        above.push((heading.level, heading.text.clone()));
        let end = headings.get(index + 1).map_or(page.markdown.len(), |next| next.place.start);
        let section = page.markdown[heading.place.end..end].trim();
        let trail = above.iter().filter(|(level, _)| *level > HeadingLevel::H1);
        let trail: Vec<_> = trail.map(|(_, text)| text.clone()).collect();
        if section.is_empty() || !is_searched(page, trail.first()) {
            continue;
        }
        let anchor = (heading.level > HeadingLevel::H1).then_some(anchor);
        passages.extend(portions(section).into_iter().map(|text| Passage {
            page,
            headings: trail.clone(),
            anchor: anchor.clone(),
            text,
        }));
    }
    passages
}

fn headings(events: &[(Event<'_>, Range<usize>)]) -> Vec<Heading> {
    let mut headings = Vec::new();
    let mut open: Option<Heading> = None;
    for (event, place) in events {
        match event {
            Event::Start(Tag::Heading { level, .. }) => {
                open = Some(Heading { level: *level, text: String::new(), place: place.clone() });
            }
            Event::Text(text) | Event::Code(text) => {
                if let Some(heading) = &mut open {
                    heading.text.push_str(text);
                }
            }
            Event::End(TagEnd::Heading(_)) => headings.extend(open.take()),
            _ => {}
        }
    }
    headings
}

/// Splits a section between its paragraphs, and a table between its rows, so that a portion is longer than
/// [`LONG`] only if it is one paragraph.
fn portions(section: &str) -> Vec<String> {
    let mut portions: Vec<String> = Vec::new();
    for block in blocks(section) {
        match portions.last_mut() {
            Some(last) if last.len() + block.len() <= LONG => {
                last.push_str("\n\n");
                last.push_str(&block);
            }
            _ => portions.push(block),
        }
    }
    portions
}

/// Returns the paragraphs, lists, tables and blocks of code of a section. A long table is several.
fn blocks(section: &str) -> Vec<String> {
    let mut depth = 0;
    let mut blocks = Vec::new();
    for (event, place) in Parser::new_ext(section, OPTIONS).into_offset_iter() {
        match event {
            Event::Start(tag) => {
                if depth == 0 {
                    let block = section[place].trim_end();
                    match tag {
                        Tag::Table(_) => blocks.extend(rows(block)),
                        Tag::CodeBlock(_) => blocks.push(beginning(block)),
                        _ => blocks.push(block.to_owned()),
                    }
                }
                depth += 1;
            }
            Event::End(_) => depth -= 1,
            _ => {}
        }
    }
    blocks
}

/// Returns a block of code; of a long one the beginning.
fn beginning(block: &str) -> String {
    let lines: Vec<_> = block.lines().collect();
    let [shown @ .., fence] = lines.as_slice() else { return block.to_owned() };
    match shown.get(..=LONGEST_PROGRAM) {
        Some(first) if shown.len() > LONGEST_PROGRAM + 1 => format!("{}\n...\n{fence}", first.join("\n")),
        _ => block.to_owned(),
    }
}

/// Splits a table; each portion begins with its head.
fn rows(table: &str) -> Vec<String> {
    let mut lines = table.lines();
    let head: Vec<_> = lines.by_ref().take(2).collect();
    let head = head.join("\n");
    let mut tables = vec![head.clone()];
    for line in lines {
        let last = tables.last_mut().expect("the first is there");
        if last.len() + line.len() > LONG && *last != head {
            tables.push(format!("{head}\n{line}"));
        } else {
            last.push('\n');
            last.push_str(line);
        }
    }
    tables
}
