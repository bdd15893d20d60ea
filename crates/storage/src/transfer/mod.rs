//! A whole database, for `rankledger migrate`: read table by table, written table by table, whatever the rows
//! mean.
//!
//! [`copy`] carries the contents of one database into another that is empty, of whichever backend. It uses a
//! backend through [`WholeDatabase`], and knows the tables that [`tables`] lists.

pub(crate) mod chain;
mod compare;
mod copy;
pub(crate) mod deletion;
mod error;
mod inventory;
pub(crate) mod sql;
pub mod tables;
mod value;

use async_trait::async_trait;

pub use chain::BrokenPlace;
pub use copy::{Copied, Progress, Step, copy};
pub use error::CopyError;
pub(crate) use tables::tables;
pub use tables::{Column, DRAWN, Table};
pub use value::{Kind, Row, Value};

use crate::{Result, Storage};

/// A database that can be copied, and filled by a copy.
#[async_trait]
pub trait WholeDatabase: Storage {
    /// A consistent view of all tables. What is committed afterwards is not seen.
    async fn view(&self) -> Result<Box<dyn View>>;

    /// Returns the writer that fills the database.
    async fn filling(&self) -> Result<Box<dyn Filling>>;
}

/// A consistent view of all tables.
#[async_trait]
pub trait View: Send {
    /// How many rows a table has.
    async fn count(&mut self, table: &Table) -> Result<u64>;

    /// The highest key of a table; none if it has no row.
    async fn last_key(&mut self, table: &Table) -> Result<Option<Row>>;

    /// The rows after this key, in the order of their keys: `take` of them at the most.
    async fn page(&mut self, table: &Table, after: Option<&[Value]>, take: u32) -> Result<Vec<Row>>;
}

/// Fills a database, which nobody else uses until it is finished: [`crate::StorageError::Unfinished`].
#[async_trait]
pub trait Filling: Send {
    /// Returns the note about the source that was stored when the filling began. `None` before that.
    async fn noted(&mut self) -> Result<Option<String>>;

    /// Begins the filling, and stores this note about the source.
    async fn begin(&mut self, noted: &str) -> Result<()>;

    /// Writes rows of a table: all of them, durably, or none.
    async fn write(&mut self, table: &Table, rows: &[Row]) -> Result<()>;

    /// Ends the filling: from now on the database is like any other.
    async fn finish(&mut self) -> Result<()>;
}
