//! The links and the anchors of a Markdown page.

use std::collections::BTreeMap;

/// A link: its line, counted from 1, and its target as written.
pub(super) type Link = (usize, String);

/// Returns all links of a page: inline ones, and definitions of references. Code is left out.
pub(super) fn links(page: &str) -> Vec<Link> {
    let mut links = Vec::new();
    for (line, text) in prose(page) {
        let text = without_code(text);
        let mut rest = text.as_str();
        while let Some((_, after)) = rest.split_once("](") {
            links.push((line, target(inside_parentheses(after))));
            rest = after;
        }
        let definition = text.strip_prefix('[').and_then(|text| text.split_once("]: "));
        links.extend(definition.map(|(_, text)| (line, target(text))));
    }
    links
}

/// Returns the anchors of a page's headings as GitHub makes them, and those of `<a id="...">`.
pub(super) fn anchors(page: &str) -> Vec<String> {
    let mut seen = BTreeMap::<String, usize>::new();
    let mut anchors = Vec::new();
    for (_, text) in prose(page) {
        let heading = text.trim_start_matches('#').strip_prefix(' ').filter(|_| text.starts_with('#'));
        if let Some(heading) = heading {
            let anchor = slug(heading);
            let count = seen.entry(anchor.clone()).or_default();
            anchors.push(if *count == 0 { anchor } else { format!("{anchor}-{count}") });
            *count += 1;
        }
        let ids = text.split("<a id=\"").skip(1).filter_map(|rest| rest.split('"').next());
        anchors.extend(ids.map(str::to_owned));
    }
    anchors
}

/// The lines outside of blocks of code, counted from 1.
fn prose(page: &str) -> impl Iterator<Item = (usize, &str)> {
    let mut fence = None;
    page.lines().enumerate().filter_map(move |(index, line)| {
        let begins = ["```", "~~~"].into_iter().find(|mark| line.trim_start().starts_with(mark));
        match (fence, begins) {
            (None, Some(mark)) => fence = Some(mark),
            (Some(open), Some(mark)) if open == mark => fence = None,
            (None, None) => return Some((index + 1, line)),
            _ => {}
        }
        None
    })
}

/// The line with blanks for the code in it.
fn without_code(line: &str) -> String {
    let parts = line.split('`').enumerate();
    parts.map(|(index, part)| if index % 2 == 0 { part.to_owned() } else { " ".repeat(part.len()) }).collect()
}

fn inside_parentheses(text: &str) -> &str {
    let mut depth = 1;
    let end = text.find(|next| {
        depth += i32::from(next == '(') - i32::from(next == ')');
        depth == 0
    });
    &text[..end.unwrap_or(text.len())]
}

/// The target without its title.
fn target(text: &str) -> String {
    let target = text.split_whitespace().next().unwrap_or_default();
    target.trim_start_matches('<').trim_end_matches('>').to_owned()
}

fn slug(heading: &str) -> String {
    let mut text = heading.trim().to_lowercase();
    while let Some((begin, rest)) = text.clone().split_once("](") {
        let after = rest.split_once(')').map_or("", |(_, after)| after);
        text = format!("{begin}{after}");
    }
    let kept = text.chars().filter(|next| next.is_alphanumeric() || matches!(next, '-' | '_' | ' '));
    kept.map(|next| if next == ' ' { '-' } else { next }).collect()
}
