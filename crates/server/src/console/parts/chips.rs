//! Chips: a rank in short, held or given or taken.

use rankledger_domain::account::HeldRank;
use rankledger_domain::transition::Transition;

use super::moment::Moment;
use super::structure::Structure;

/// Number of chips in a row beyond which the others are counted.
const MOST: usize = 6;

/// What a chip says of its rank.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub(in crate::console) enum Tone {
    /// It is held.
    #[default]
    Held,
    /// It was given.
    Gave,
    /// It was taken.
    Took,
}

/// A rank in short.
#[derive(Debug, Clone, Default)]
pub(in crate::console) struct Chip {
    pub(in crate::console) tone: Tone,
    pub(in crate::console) code: String,
    pub(in crate::console) label: String,
    pub(in crate::console) until: Option<Moment>,
    /// Number of the department's tint in the style sheet.
    pub(in crate::console) tint: usize,
}

impl Chip {
    /// Returns the classes of the chip.
    pub(in crate::console) fn class(&self) -> String {
        match self.tone {
            Tone::Held => format!("chip held t{}", self.tint),
            Tone::Gave => "chip gave".to_owned(),
            Tone::Took => "chip took".to_owned(),
        }
    }

    /// Returns the sign before it.
    pub(in crate::console) fn sign(&self) -> &'static str {
        match self.tone {
            Tone::Held => "",
            Tone::Gave => "+",
            Tone::Took => "\u{2212}",
        }
    }
}

/// A row of chips, and how many more there are.
#[derive(Debug, Clone, Default)]
pub(in crate::console) struct Chips {
    pub(in crate::console) shown: Vec<Chip>,
    pub(in crate::console) more: usize,
}

impl Chips {
    fn of(mut all: Vec<Chip>) -> Self {
        let more = all.len().saturating_sub(MOST);
        all.truncate(MOST);
        Self { shown: all, more }
    }

    /// Returns the chips of ranks that are held.
    pub(in crate::console) fn held(ranks: &[HeldRank], structure: &Structure) -> Self {
        Self::of(ranks.iter().map(|held| structure.chip(*held)).collect())
    }

    /// Returns the chips of a change: what was taken, then what was given.
    pub(in crate::console) fn of_change(transition: &Transition, structure: &Structure) -> Self {
        let signed = |tone| move |held: HeldRank| Chip { tone, ..structure.chip(held) };
        let took = transition.removed().map(signed(Tone::Took));
        Self::of(took.chain(transition.added().map(signed(Tone::Gave))).collect())
    }
}
