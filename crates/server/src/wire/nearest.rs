//! The known name that a misspelt one is probably meant to be: of a member of a body, or of a query
//! parameter. Pure; asked only about names that nobody knows.

/// Most bytes of a name that can be near to another.
const LONGEST: usize = 64;

/// Fewest letters that two names need so that one can be an edit of the other: in shorter names one letter is
/// too much of the name.
const SHORTEST_EDITED: usize = 3;

/// Fewest letters that two names need so that two edits are few.
const TWO_EDITS_FROM: usize = 5;

/// Returns the name of `known` that is nearest to `name`; the first of several that are as near. `None` if
/// all are far from it.
///
/// Near is a name with the same letters but for their case, `_` and `-`; its plural or singular; and a name
/// that is one edit away, or two if both have five letters or more. An edit adds, takes or replaces a letter,
/// or swaps two that are side by side.
#[must_use]
pub fn nearest<'a>(name: &str, known: &[&'a str]) -> Option<&'a str> {
    if name.len() > LONGEST {
        return None;
    }
    let letters = fold(name);
    let near = known.iter().filter_map(|known| Some((distance(&letters, &fold(known))?, *known)));
    near.min_by_key(|(distance, _)| *distance).map(|(_, known)| known)
}

/// Returns the letters of a name in lower case, without `_` and `-`.
fn fold(name: &str) -> String {
    name.chars().filter(|c| !matches!(c, '_' | '-')).flat_map(char::to_lowercase).collect()
}

/// Returns how far two folded names are from each other, 0 to 2. `None` if they are not near.
fn distance(one: &str, other: &str) -> Option<usize> {
    if one == other {
        return Some(0);
    }
    if singular(one) == singular(other) {
        return Some(1);
    }
    let lengths = [one, other].map(|name| name.chars().count());
    let shorter = lengths[0].min(lengths[1]);
    let most = match shorter {
        ..SHORTEST_EDITED => return None,
        SHORTEST_EDITED..TWO_EDITS_FROM => 1,
        _ => 2,
    };
    if lengths[0].abs_diff(lengths[1]) > most {
        return None;
    }
    Some(strsim::osa_distance(one, other)).filter(|distance| *distance <= most)
}

/// Returns the singular of a word, as English forms most: `entry` of `entries`, `rank` of `ranks`. A word of
/// two letters has no plural.
fn singular(word: &str) -> String {
    match (word.strip_suffix("ies"), word.strip_suffix('s')) {
        (Some(stem), _) if !stem.is_empty() => format!("{stem}y"),
        (_, Some(stem)) if stem.len() > 1 => stem.to_owned(),
        _ => word.to_owned(),
    }
}
