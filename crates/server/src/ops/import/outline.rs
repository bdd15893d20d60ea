//! The outline of a text in YAML or JSON: at which line each entry stands, and what the entries around it are
//! called. Made only when there is an error to be told, and from as much of the text as can be read.

use std::collections::HashMap;

use granit_parser::{Event, Parser, ScalarStyle, Span};

/// The keys by which people know an entry, the best first.
const NAMING_KEYS: [&str; 8] = ["name", "label", "labelFrom", "account", "shortCode", "key", "type", "id"];

/// A step on the way to an entry.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Step<'a> {
    /// To the value of a key.
    Key(&'a str),
    /// To an element of a list.
    Element(usize),
}

/// An entry, as people look for it.
#[derive(Debug, Default, PartialEq, Eq)]
pub(super) struct Found<'a> {
    /// Its line, counted from 1.
    pub(super) line: usize,
    /// The names of the entries around it, from the outside to the inside.
    pub(super) names: Vec<&'a str>,
    /// How many steps lead to the innermost of them.
    pub(super) named: usize,
}

#[derive(Debug)]
struct Node {
    line: usize,
    /// The number of characters before it in its line.
    column: usize,
    kind: Kind,
}

#[derive(Debug)]
enum Kind {
    Text(String),
    /// Each key with its line and the index of its value.
    Keys(Vec<(String, usize, usize)>),
    Elements(Vec<usize>),
}

/// The entries of a text. The first node is the whole text.
#[derive(Debug, Default)]
pub(super) struct Outline {
    nodes: Vec<Node>,
}

impl Outline {
    /// Returns the outline of a text, up to the first place that cannot be read.
    pub(super) fn of(text: &str) -> Self {
        let mut builder = Builder::default();
        for event in Parser::new_from_str(text) {
            let Ok((event, span)) = event else { break };
            builder.take(event, span);
        }
        builder.outline
    }

    /// Finds an entry; if there is none, the entry nearest to it on the way.
    pub(super) fn find(&self, way: &[Step<'_>]) -> Found<'_> {
        let mut found = Found { line: 1, ..Found::default() };
        let mut at = 0;
        for (index, step) in way.iter().enumerate() {
            let next = match (self.nodes.get(at).map(|node| &node.kind), step) {
                (Some(Kind::Keys(keys)), Step::Key(key)) => {
                    keys.iter().find(|(name, ..)| name == key).map(|(_, line, value)| (*line, *value))
                }
                (Some(Kind::Elements(all)), Step::Element(index)) => {
                    all.get(*index).map(|&element| (self.nodes[element].line, element))
                }
                _ => None,
            };
            let Some((line, node)) = next else { break };
            (found.line, at) = (line, node);
            if let (Step::Element(_), Some(name)) = (step, self.name(node)) {
                found.names.push(name);
                found.named = index + 1;
            }
        }
        found
    }

    /// Returns the names of the entries around a line, from the outside to the inside. `indentation`: the
    /// number of spaces before it, if the text cannot be read to its end, so that the line may belong to an
    /// entry that is not in the outline.
    pub(super) fn names_at(&self, line: usize, indentation: Option<usize>) -> Vec<&str> {
        let (mut names, mut at) = (Vec::new(), 0);
        loop {
            let next = match self.nodes.get(at).map(|node| &node.kind) {
                Some(Kind::Keys(keys)) => {
                    keys.iter().rev().find(|(_, start, _)| *start <= line).map(|&(_, _, value)| value)
                }
                Some(Kind::Elements(all)) => {
                    // An element that is an alias stands elsewhere.
                    let begins = |&element: &usize| element > at && self.nodes[element].line <= line;
                    let element = all.iter().copied().rev().find(begins);
                    let element = element.filter(|&element| {
                        let Node { line: first, column, .. } = &self.nodes[element];
                        *first == line || indentation.is_none_or(|spaces| spaces >= *column)
                    });
                    names.extend(element.and_then(|element| self.name(element)));
                    element
                }
                _ => None,
            };
            // An alias leads back: the nodes inside of a node come after it.
            match next.filter(|&next| next > at) {
                Some(next) => at = next,
                None => return names,
            }
        }
    }

    /// Returns the text that an entry is known by. `None` if it has none.
    fn name(&self, node: usize) -> Option<&str> {
        let Kind::Keys(keys) = &self.nodes[node].kind else { return None };
        let text = |wanted: &&str| {
            let (.., value) = keys.iter().find(|(key, ..)| key == wanted)?;
            match &self.nodes[*value].kind {
                Kind::Text(text) if !text.trim().is_empty() => Some(text.as_str()),
                _ => None,
            }
        };
        NAMING_KEYS.iter().find_map(text)
    }
}

/// Builds an outline, event by event.
#[derive(Default)]
struct Builder {
    outline: Outline,
    /// The nodes that are not at their end yet, each with the key that waits for its value.
    open: Vec<(usize, Option<(String, usize)>)>,
    anchors: HashMap<usize, usize>,
}

impl Builder {
    fn take(&mut self, event: Event<'_>, span: Span) {
        let (line, column) = (span.start.line(), span.start.col());
        match event {
            Event::Scalar(text, style, anchor, _) => {
                let is_nothing =
                    style == ScalarStyle::Plain && matches!(&*text, "~" | "null" | "Null" | "NULL");
                let text = if is_nothing { String::new() } else { text.into_owned() };
                if self.is_key_due() {
                    self.set_key(text, line);
                } else {
                    self.add(Node { line, column, kind: Kind::Text(text) }, anchor);
                }
            }
            Event::MappingStart(_, anchor, _) => {
                self.open(Node { line, column, kind: Kind::Keys(Vec::new()) }, anchor);
            }
            Event::SequenceStart(_, anchor, _) => {
                self.open(Node { line, column, kind: Kind::Elements(Vec::new()) }, anchor);
            }
            Event::MappingEnd | Event::SequenceEnd => {
                self.open.pop();
            }
            Event::Alias(anchor) => {
                if self.is_key_due() {
                    self.set_key(String::new(), line);
                } else if let Some(&node) = self.anchors.get(&anchor) {
                    self.link(node);
                } else {
                    self.add(Node { line, column, kind: Kind::Text(String::new()) }, 0);
                }
            }
            _ => {}
        }
    }

    fn is_key_due(&self) -> bool {
        self.open.last().is_some_and(|(node, key)| {
            key.is_none() && matches!(self.outline.nodes[*node].kind, Kind::Keys(_))
        })
    }

    fn set_key(&mut self, text: String, line: usize) {
        if let Some((_, key)) = self.open.last_mut() {
            *key = Some((text, line));
        }
    }

    fn open(&mut self, node: Node, anchor: usize) {
        let index = self.add(node, anchor);
        self.open.push((index, None));
    }

    /// Adds a node to the one that is open. Returns its index.
    fn add(&mut self, node: Node, anchor: usize) -> usize {
        let index = self.outline.nodes.len();
        self.outline.nodes.push(node);
        if anchor != 0 {
            self.anchors.insert(anchor, index);
        }
        self.link(index);
        index
    }

    fn link(&mut self, index: usize) {
        let line = self.outline.nodes[index].line;
        let Some((parent, key)) = self.open.last_mut() else { return };
        match &mut self.outline.nodes[*parent].kind {
            Kind::Keys(keys) => {
                // A key that is no text is a key of nobody.
                let (key, line) = key.take().unwrap_or((String::new(), line));
                keys.push((key, line, index));
            }
            Kind::Elements(elements) => elements.push(index),
            Kind::Text(_) => {}
        }
    }
}
