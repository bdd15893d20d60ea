//! The places of a document in words: `line 412, Ann, ranks` for `accounts[82].ranks[0]`.

use std::sync::{Arc, OnceLock};

use super::outline::{Outline, Step};

/// Longest part of a name that is shown with a place, in characters.
const LONGEST_NAME: usize = 40;

/// Knows where the entries of a document stand. Cloning is cheap.
#[derive(Debug, Clone, Default)]
pub(super) struct Places(Arc<Known>);

#[derive(Debug, Default)]
enum Known {
    /// The document was made by a program and stands nowhere.
    #[default]
    Nothing,
    /// The text, and its outline once somebody asked for a place.
    Text(String, OnceLock<Outline>),
    /// The accounts are the rows of a table: the line and the name of each.
    Rows(Vec<(u64, String)>),
}

/// Where a document stands is no part of what it says.
impl PartialEq for Places {
    fn eq(&self, _: &Self) -> bool {
        true
    }
}

impl Places {
    /// Returns the places of a text in YAML or JSON.
    pub(super) fn in_text(text: &str) -> Self {
        Self(Arc::new(Known::Text(text.to_owned(), OnceLock::new())))
    }

    /// Returns the places of accounts that are the rows of a table, each with its line and its name.
    pub(super) fn in_rows(rows: Vec<(u64, String)>) -> Self {
        Self(Arc::new(Known::Rows(rows)))
    }

    /// Describes a place such as `accounts[82].ranks[0]`: line, names and key. The place itself, with the
    /// names, if the text has a single line.
    pub(super) fn describe(&self, place: &str) -> String {
        let way = steps(place);
        match &*self.0 {
            Known::Nothing => place.to_owned(),
            Known::Rows(rows) => match row(rows, &way) {
                Some((line, name)) => {
                    let key = last_keys(&way[2..]);
                    joined([format!("line {line}"), shortened(name), key])
                }
                None => place.to_owned(),
            },
            Known::Text(text, outline) => {
                let found = outline.get_or_init(|| Outline::of(text)).find(&way);
                let names = found.names.iter().map(|name| shortened(name));
                if is_one_line(text) {
                    return with_names(place, names);
                }
                let line = format!("line {}", found.line);
                joined([line].into_iter().chain(names).chain([last_keys(&way[found.named..])]))
            }
        }
    }

    /// Describes a line, and perhaps a column, at which a text cannot be read, with the names of what is
    /// around it. `is_broken`: the text is no YAML from there on.
    pub(super) fn describe_line(&self, line: usize, column: Option<usize>, is_broken: bool) -> String {
        let column = column.map(|column| format!(", column {column}"));
        let place = format!("line {line}{}", column.unwrap_or_default());
        let Known::Text(text, outline) = &*self.0 else { return place };
        if is_one_line(text) {
            return place;
        }
        let written = text.lines().nth(line.saturating_sub(1)).filter(|_| is_broken);
        let indentation = written.map(|written| written.len() - written.trim_start().len());
        let names = outline.get_or_init(|| Outline::of(text)).names_at(line, indentation);
        joined([place].into_iter().chain(names.into_iter().map(shortened)))
    }

    /// Names another place in a sentence: `line 9 (Bob)`, or the place itself if there are no lines.
    pub(super) fn refer(&self, place: &str) -> String {
        let way = steps(place);
        match &*self.0 {
            Known::Nothing => place.to_owned(),
            Known::Rows(rows) => match row(rows, &way) {
                Some((line, name)) => with_names(&format!("line {line}"), [shortened(name)].into_iter()),
                None => place.to_owned(),
            },
            Known::Text(text, outline) => {
                let found = outline.get_or_init(|| Outline::of(text)).find(&way);
                let line = if is_one_line(text) { place.to_owned() } else { format!("line {}", found.line) };
                with_names(&line, found.names.iter().map(|name| shortened(name)))
            }
        }
    }
}

fn is_one_line(text: &str) -> bool {
    !text.trim_end().contains('\n')
}

/// Returns the line and the name of the row that a way leads into.
fn row<'a>(rows: &'a [(u64, String)], way: &[Step<'_>]) -> Option<(u64, &'a str)> {
    match way {
        [Step::Key("accounts"), Step::Element(index), ..] => {
            rows.get(*index).map(|(line, name)| (*line, name.as_str()))
        }
        _ => None,
    }
}

/// Reads a place such as `accounts[82].ranks[0]`.
fn steps(place: &str) -> Vec<Step<'_>> {
    let mut way = Vec::new();
    for part in place.split('.') {
        let (key, mut rest) = part.split_at(part.find('[').unwrap_or(part.len()));
        if !key.is_empty() {
            way.push(Step::Key(key));
        }
        while let Some((index, after)) = rest.strip_prefix('[').and_then(|rest| rest.split_once(']')) {
            way.extend(index.parse().ok().map(Step::Element));
            rest = after;
        }
    }
    way
}

fn last_keys(way: &[Step<'_>]) -> String {
    let keys = way.iter().filter_map(|step| match step {
        Step::Key(key) => Some(*key),
        Step::Element(_) => None,
    });
    keys.collect::<Vec<_>>().join(".")
}

fn joined(parts: impl IntoIterator<Item = String>) -> String {
    parts.into_iter().filter(|part| !part.is_empty()).collect::<Vec<_>>().join(", ")
}

fn with_names(place: &str, names: impl Iterator<Item = String>) -> String {
    match joined(names) {
        names if names.is_empty() => place.to_owned(),
        names => format!("{place} ({names})"),
    }
}

fn shortened(name: &str) -> String {
    let mut letters = name.trim().chars();
    let beginning: String = letters.by_ref().take(LONGEST_NAME).collect();
    if letters.next().is_some() { format!("{beginning}...") } else { beginning }
}
