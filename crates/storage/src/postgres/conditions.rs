//! Conditions of a query that are only known when it is asked.

use tokio_postgres::types::ToSql;

/// The text of conditions, and the values of their parameters.
pub(super) struct Conditions {
    sql: Vec<String>,
    values: Vec<Box<dyn ToSql + Sync + Send>>,
    /// How many parameters the statement has before these.
    before: usize,
}

impl Conditions {
    /// Returns an empty list of conditions, for a statement that has this many other parameters before them.
    pub(super) fn after(before: usize) -> Self {
        Self { sql: Vec::new(), values: Vec::new(), before }
    }

    /// Adds a condition in which question marks stand for the value, if there is one.
    pub(super) fn and(mut self, sql: &str, value: Option<impl ToSql + Sync + Send + 'static>) -> Self {
        if let Some(value) = value {
            self.values.push(Box::new(value));
            let number = self.before + self.values.len();
            self.sql.push(sql.replace('?', &format!("${number}")));
        }
        self
    }

    /// All of them as one.
    pub(super) fn all(&self) -> String {
        if self.sql.is_empty() { "TRUE".to_owned() } else { self.sql.join(" AND ") }
    }

    /// The values, in order.
    pub(super) fn params(&self) -> impl Iterator<Item = &(dyn ToSql + Sync)> {
        self.values.iter().map(|value| value.as_ref() as &(dyn ToSql + Sync))
    }
}
