//! Texts of people inside Discord's markdown: they are shown as they are, and are no longer than may be.

/// The characters that mean something in Discord's markdown, in mentions or in links.
const SPECIAL: &[char] = &[
    '\\', '*', '_', '~', '`', '|', '>', '<', '#', '-', '+', '.', ':', '/', '[', ']', '(', ')', '{', '}', '@',
    '!', '^',
];

/// Returns a text that Discord shows as it is: no part of it is formatted, mentions anybody or is a link. It
/// has no more than `longest` characters, as Discord counts them, and ends in an ellipsis if it was cut.
pub(super) fn escaped(text: &str, longest: usize) -> String {
    let mut shown = String::new();
    let mut length = 0;
    for one in text.chars() {
        // A line break could begin a heading or a quote.
        let one = if one.is_whitespace() || one.is_control() { ' ' } else { one };
        let is_special = SPECIAL.contains(&one);
        let added = one.len_utf16() + usize::from(is_special);
        if length + added + 1 > longest {
            shown.push('…');
            return shown;
        }
        if is_special {
            shown.push('\\');
        }
        shown.push(one);
        length += added;
    }
    shown
}

/// Returns the number of characters of a text, as Discord counts them.
pub(super) fn length(text: &str) -> usize {
    text.encode_utf16().count()
}
