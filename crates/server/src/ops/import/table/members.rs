//! From the rows of a table to a document that brings its members into a community that is there.

use std::collections::HashMap;

use rankledger_domain::name::check_reason;
use rankledger_domain::rank::CommunityRanks;
use rankledger_storage::communities::Community;
use rankledger_storage::departments::Department;
use rankledger_storage::{ReadTx, StorageError};

use super::super::checks::require_name;
use super::super::document::{AccountEntry, CommunityEntry, Document, IdentifierEntry};
use super::super::errors::{DocumentErrors, DocumentPlace, ImportError};
use super::super::grants::GrantEntry;
use super::super::places::Places;
use super::cells::{BadDiscordId, DiscordId, on_one_line};
use super::columns::{Columns, Field};
use super::dates::{DateOrder, Days};
use super::ranks::RankNames;
use super::{Row, Table};

impl Table {
    /// Makes a document of the table: each row is a member of the community. Refused with all errors of the
    /// table, before anything of its members is looked up in the database.
    pub async fn document(
        &self,
        columns: &Columns,
        dates: Option<DateOrder>,
        community: &Community,
        tx: &mut dyn ReadTx,
    ) -> Result<Document, ImportError> {
        let (ranks, departments) = structure(community, tx).await?;
        let name = |row: &Row| on_one_line(columns.cell(Field::Name, &row.cells).unwrap_or_default());
        let places = Places::in_rows(self.rows.iter().map(|row| (row.line, name(row))).collect());
        let joined = self.rows.iter().filter_map(|row| columns.cell(Field::Joined, &row.cells));
        let reader = MemberReader {
            columns,
            ranks: RankNames { ranks: &ranks, departments: &departments },
            days: Days::of(dates, joined),
            refuses_rounded: self.looks_rounded(columns),
        };
        let mut errors = DocumentErrors::at(&places);
        let root = DocumentPlace::root("accounts");
        let rows = self.rows.iter().enumerate();
        let accounts = rows.map(|(index, row)| reader.member(row, root.index(index), &mut errors)).collect();
        self.refuse_twice(columns, &mut errors);
        errors.into_result()?;
        let community = CommunityEntry {
            id: community.public_id.clone(),
            name: community.name.clone(),
            ..CommunityEntry::default()
        };
        let mut document = Document { community, hash: self.hash, places, accounts, ..Document::default() };
        document.normalize_names();
        Ok(document)
    }

    /// Whether a spreadsheet has rounded the Discord ids: more than half of them look like it.
    fn looks_rounded(&self, columns: &Columns) -> bool {
        let cells = self.rows.iter().filter_map(|row| columns.cell(Field::Discord, &row.cells));
        let plain: Vec<_> =
            cells.filter_map(|cell| DiscordId::parse(cell).ok()).filter(|id| id.is_plain).collect();
        plain.iter().filter(|id| id.looks_rounded()).count() * 2 > plain.len()
    }

    /// Refuses a row whose Discord id an earlier row has.
    fn refuse_twice(&self, columns: &Columns, errors: &mut DocumentErrors) {
        let root = DocumentPlace::root("accounts");
        let mut first: HashMap<String, usize> = HashMap::new();
        for (index, row) in self.rows.iter().enumerate() {
            let id = columns.cell(Field::Discord, &row.cells).and_then(|cell| DiscordId::parse(cell).ok());
            let Some(DiscordId { digits, .. }) = id else { continue };
            if let Some(other) = first.get(&digits) {
                let other = errors.refer(root.index(*other));
                let column = columns.name(Field::Discord);
                errors.add(
                    root.index(index).key(column),
                    format_args!("{other} has the Discord id {digits} too, and it belongs to one person: correct one of the two"),
                );
            } else {
                first.insert(digits, index);
            }
        }
    }
}

fn discord_identifier(value: String) -> IdentifierEntry {
    IdentifierEntry { kind: "discord".to_owned(), value, ..IdentifierEntry::default() }
}

async fn structure(
    community: &Community,
    tx: &mut dyn ReadTx,
) -> Result<(CommunityRanks, Vec<Department>), StorageError> {
    let ranks = tx.ranks(community.id).await?;
    Ok((ranks.as_ref().clone(), tx.departments(community.id).await?))
}

/// Reads members from rows.
struct MemberReader<'a> {
    columns: &'a Columns,
    ranks: RankNames<'a>,
    days: Days,
    /// Whether the Discord ids were rounded.
    refuses_rounded: bool,
}

impl MemberReader<'_> {
    fn member(&self, row: &Row, place: DocumentPlace<'_>, errors: &mut DocumentErrors) -> AccountEntry {
        let cell = |field| self.columns.cell(field, &row.cells);
        let at = |field| self.columns.name(field);
        self.check_width(row, place, errors);
        let name = on_one_line(cell(Field::Name).unwrap_or_default());
        require_name(&name, place.key(at(Field::Name)), errors);
        let reason = cell(Field::Reason).map(on_one_line);
        if let Some(Err(fault)) = reason.as_deref().map(check_reason) {
            errors.add(place.key(at(Field::Reason)), fault);
        }
        let mut report = |field, fault: String| errors.add(place.key(at(field)), fault);
        let discord = cell(Field::Discord).map(|cell| self.discord_id(cell));
        let discord =
            discord.and_then(|read| read.map_err(|fault| report(Field::Discord, fault.to_string())).ok());
        let joined = cell(Field::Joined).map(|cell| self.days.read(cell));
        let join_date = joined.and_then(|read| read.map_err(|fault| report(Field::Joined, fault)).ok());
        AccountEntry {
            ranks: self.ranks(row, place, errors),
            reason,
            join_date,
            identifiers: discord.map(discord_identifier).into_iter().collect(),
            name,
            ..AccountEntry::default()
        }
    }

    /// Returns the ranks of a row. `None` if its cells are empty, which says nothing.
    fn ranks(
        &self,
        row: &Row,
        place: DocumentPlace<'_>,
        errors: &mut DocumentErrors,
    ) -> Option<Vec<GrantEntry>> {
        let department = self.columns.cell(Field::Department, &row.cells);
        let mut ranks: Vec<GrantEntry> = Vec::new();
        for read in
            self.columns.cells(Field::Ranks, &row.cells).flat_map(|cell| self.ranks.read(cell, department))
        {
            match read {
                Ok(rank) if ranks.iter().any(|known| known.rank == rank) => {}
                Ok(rank) => ranks.push(GrantEntry { rank, expires_at: None }),
                Err(fault) => errors.add(place.key(self.columns.name(Field::Ranks)), fault),
            }
        }
        (!ranks.is_empty()).then_some(ranks)
    }

    fn discord_id(&self, cell: &str) -> Result<String, BadDiscordId> {
        let id = DiscordId::parse(cell)?;
        if self.refuses_rounded && id.looks_rounded() {
            return Err(BadDiscordId::Rounded(id.digits));
        }
        Ok(id.digits)
    }

    /// Refuses a row that is longer than the head: a cell of it was probably cut in two.
    fn check_width(&self, row: &Row, place: DocumentPlace<'_>, errors: &mut DocumentErrors) {
        let width = row.cells.iter().rposition(|cell| !cell.is_empty()).map_or(0, |last| last + 1);
        if width > self.columns.width() {
            let columns = self.columns.width();
            errors.add(
                place,
                format_args!("it has {width} cells, and the first line names {columns} columns: put a cell in quotes if a \
                 separator is a part of it"),
            );
        }
    }
}
