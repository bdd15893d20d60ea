//! A page as HTML: the Markdown rendered, within a frame that has no script.

use std::collections::HashMap;

use pulldown_cmark::{CowStr, Event, Options, Parser, Tag, TagEnd};

use crate::api::docs::links::local;
use crate::api::docs::pages::Page;

/// The parts of Markdown that pages use besides the common ones.
pub(super) const OPTIONS: Options = Options::ENABLE_TABLES;

/// Returns the HTML of a page, or of the answer to a question that was asked there.
pub(super) fn page(page: &Page, markdown: &str, question: Option<&str>) -> String {
    let root = "../".repeat(page.name.matches('/').count());
    let name = page.name.rsplit('/').next().unwrap_or_default();
    let title = escaped(&page.title);
    let question = escaped(question.unwrap_or_default());
    let main = rendered(markdown);
    format!(
        "<!DOCTYPE html>\n<html lang=\"en\">\n<head>\n<meta charset=\"utf-8\">\n\
         <meta name=\"viewport\" content=\"width=device-width, initial-scale=1\">\n\
         <title>{title} - Rankledger</title>\n<link rel=\"stylesheet\" href=\"{root}style.css\">\n</head>\n<body>\n\
         <header>\n<nav><a href=\"{root}index\">All pages</a> <a href=\"{root}../docs\">API reference</a> \
         <a href=\"{name}.md\">As Markdown</a></nav>\n\
         <form><label for=\"ask\">Ask the documentation</label> \
         <input id=\"ask\" name=\"ask\" type=\"search\" maxlength=\"500\" required value=\"{question}\"> \
         <button>Ask</button></form>\n</header>\n<main>\n{main}</main>\n</body>\n</html>\n"
    )
}

/// Returns a text so that it means itself in HTML, also within an attribute.
fn escaped(text: &str) -> String {
    text.replace('&', "&amp;").replace('<', "&lt;").replace('>', "&gt;").replace('"', "&quot;")
}

/// Renders Markdown. HTML in it is shown as text.
fn rendered(markdown: &str) -> String {
    let mut events: Vec<_> = Parser::new_ext(markdown, OPTIONS).map(tamed).collect();
    let anchors = anchors(&events);
    let headings = events.iter_mut().filter_map(|event| match event {
        Event::Start(Tag::Heading { id, .. }) => Some(id),
        _ => None,
    });
    for (id, anchor) in headings.zip(anchors) {
        *id = Some(anchor.into());
    }
    let mut html = String::with_capacity(markdown.len() * 2);
    pulldown_cmark::html::push_html(&mut html, events.into_iter().flat_map(in_a_frame));
    html
}

/// Lets links lead to the HTML of a page, and takes HTML for text.
fn tamed(event: Event<'_>) -> Event<'_> {
    match event {
        Event::Start(Tag::Link { link_type, dest_url, title, id }) => {
            let dest_url = without_suffix(&dest_url).map_or(dest_url, CowStr::from);
            Event::Start(Tag::Link { link_type, dest_url, title, id })
        }
        Event::Html(html) | Event::InlineHtml(html) => Event::Text(html),
        event => event,
    }
}

/// Returns a link to the Markdown of a page as one to its HTML. `None` if it leads to something else.
fn without_suffix(link: &str) -> Option<String> {
    let (path, place) = local(link)?;
    Some(format!("{}{place}", path.strip_suffix(".md")?))
}

/// Puts a table into a frame that can be scrolled sideways.
fn in_a_frame(event: Event<'_>) -> impl Iterator<Item = Event<'_>> {
    let (before, after) = match &event {
        Event::Start(Tag::Table(_)) => (Some("<div class=\"wide\" tabindex=\"0\">\n"), None),
        Event::End(TagEnd::Table) => (None, Some("</div>\n")),
        _ => (None, None),
    };
    let html = |text: &'static str| Event::Html(text.into());
    before.map(html).into_iter().chain([event]).chain(after.map(html))
}

/// Returns the anchor of each heading, in order: its words in lower case, joined by hyphens, with a number if
/// another has the same.
pub(super) fn anchors(events: &[Event<'_>]) -> Vec<String> {
    let mut anchors = Vec::new();
    let mut seen = HashMap::<String, usize>::new();
    let mut heading = None;
    for event in events {
        match (event, &mut heading) {
            (Event::Start(Tag::Heading { .. }), _) => heading = Some(String::new()),
            (Event::Text(text) | Event::Code(text), Some(heading)) => heading.push_str(text),
            (Event::End(TagEnd::Heading(_)), _) => {
                let anchor = slug(&heading.take().unwrap_or_default());
                let count = seen.entry(anchor.clone()).or_default();
                anchors.push(if *count == 0 { anchor } else { format!("{anchor}-{count}") });
                *count += 1;
            }
            _ => {}
        }
    }
    anchors
}

fn slug(heading: &str) -> String {
    let text = heading.trim().to_lowercase();
    let kept = text.chars().filter(|next| next.is_alphanumeric() || matches!(next, '-' | '_' | ' '));
    kept.map(|next| if next == ' ' { '-' } else { next }).collect()
}
