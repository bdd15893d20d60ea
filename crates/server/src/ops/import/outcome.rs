//! The result of importing one entry of a document.

/// The result of one entry of a document.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Outcome {
    /// The entry was not stored before.
    Made,
    /// The entry was stored, but not like this.
    Updated,
    /// The entry was stored just like this.
    Unchanged,
}

impl Outcome {
    /// Returns the result of storing `row` over `stored`.
    pub(super) fn of<T: PartialEq>(row: &T, stored: Option<&T>) -> Self {
        match stored {
            None => Self::Made,
            Some(stored) if stored == row => Self::Unchanged,
            Some(_) => Self::Updated,
        }
    }
}
