//! What somebody means who names a member, a rank, an API key or a promotion flow in words: the id that the
//! API takes. A name that means nothing, or several things, is an error that lists what there is to choose
//! from.

mod account;
mod flow;
mod key;
mod structure;

pub(super) use account::{account, account_id, person, standing};
pub(super) use flow::{flow, flows, in_words as flow_in_words, table as flow_table};
pub(super) use key::{key_among, key_id, keys, state as key_state};
pub(super) use structure::{Structure, rank};

use crate::wire::nearest::nearest;

/// Returns a hint at the end of an error: the known name that is nearest to a name that nobody has.
fn did_you_mean<'a>(name: &str, known: impl Iterator<Item = &'a str>) -> String {
    let known: Vec<_> = known.collect();
    nearest(name, &known).map(|near| format!("; did you mean \"{near}\"?")).unwrap_or_default()
}

/// Whether two names are the same but for the case of their letters and the white space around them.
fn is_same(one: &str, other: &str) -> bool {
    let folded = |name: &str| name.trim().to_lowercase();
    folded(one) == folded(other)
}
