//! Which column of a table holds what: as the command line says, and else as its name says.

use std::str::FromStr;

use rankledger_domain::name::folded;

use super::super::parse::ReadError;
use super::Table;

/// What a column can hold.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Field {
    Name,
    Discord,
    Ranks,
    Department,
    Joined,
    Reason,
}

impl Field {
    const ALL: [Self; 6] =
        [Self::Name, Self::Discord, Self::Ranks, Self::Department, Self::Joined, Self::Reason];

    fn word(self) -> &'static str {
        match self {
            Self::Name => "name",
            Self::Discord => "discord",
            Self::Ranks => "ranks",
            Self::Department => "department",
            Self::Joined => "joined",
            Self::Reason => "reason",
        }
    }

    /// The usual names of its column, without spaces and marks.
    fn usual_names(self) -> &'static [&'static str] {
        match self {
            Self::Name => &["name", "member", "membername", "username", "accname", "displayname"],
            Self::Discord => &["discord", "discordid", "discorduserid"],
            Self::Ranks => &["rank", "ranks", "role", "roles"],
            Self::Department => &["department", "dept"],
            Self::Joined => &["joined", "joindate", "joinedat", "joinedon", "membersince"],
            Self::Reason => &["reason"],
        }
    }
}

/// `FIELD=COLUMN`: what a column holds, as the command line says.
#[derive(Debug, Clone)]
pub struct Mapping {
    field: Field,
    column: String,
}

impl FromStr for Mapping {
    type Err = String;

    fn from_str(text: &str) -> Result<Self, String> {
        let fields = Field::ALL.map(Field::word).join(", ");
        let form = format!("write FIELD=COLUMN, such as name=Member; a field is one of {fields}");
        let (field, column) = text.split_once('=').ok_or(&form)?;
        let word = field.trim().to_lowercase();
        let field = Field::ALL.into_iter().find(|field| field.word() == word);
        let field = field.ok_or_else(|| format!("there is no field \"{word}\": {form}"))?;
        Ok(Self { field, column: column.trim().to_owned() })
    }
}

/// The columns that are read: each with its field and its index.
#[derive(Debug)]
pub struct Columns {
    read: Vec<(Field, usize)>,
    head: Vec<String>,
}

impl Columns {
    /// Finds the columns of a table. An error says which column is missing.
    pub fn of(table: &Table, mappings: &[Mapping]) -> Result<Self, ReadError> {
        let mut columns = Self { read: Vec::new(), head: table.head.clone() };
        for Mapping { field, column } in mappings {
            let index = columns.index(column).map_err(ReadError::Malformed)?;
            columns.add(*field, index).map_err(ReadError::Malformed)?;
        }
        for field in Field::ALL {
            if !columns.has(field) {
                columns.guess(field).map_err(ReadError::Malformed)?;
            }
        }
        if !columns.has(Field::Name) {
            return Err(ReadError::Malformed(format!(
                "no column is called name: say which one has the names with --map name=COLUMN; the columns are {}",
                columns.all_names()
            )));
        }
        Ok(columns)
    }

    /// Returns the columns that are not read, by their names.
    #[must_use]
    pub fn unread(&self) -> Vec<&str> {
        let is_unread = |(index, name): &(usize, &String)| {
            !name.is_empty() && !self.read.iter().any(|(_, read)| read == index)
        };
        self.head.iter().enumerate().filter(is_unread).map(|(_, name)| name.as_str()).collect()
    }

    /// Describes the columns that are read: `name from "Member", ranks from "Rank"`.
    #[must_use]
    pub fn in_words(&self) -> String {
        let words =
            self.read.iter().map(|(field, index)| format!("{} from \"{}\"", field.word(), self.head[*index]));
        words.collect::<Vec<_>>().join(", ")
    }

    /// Returns the cells of a field in a row that are not empty.
    pub(super) fn cells<'r>(&self, field: Field, row: &'r [String]) -> impl Iterator<Item = &'r str> {
        let columns = self.read.iter().filter(move |(of, _)| *of == field);
        columns.filter_map(|(_, index)| row.get(*index)).map(String::as_str).filter(|cell| !cell.is_empty())
    }

    /// Returns the cell of a field in a row. `None` if there is no such column, or the cell is empty.
    pub(super) fn cell<'r>(&self, field: Field, row: &'r [String]) -> Option<&'r str> {
        self.cells(field, row).next()
    }

    /// Returns the name of the column of a field.
    pub(super) fn name(&self, field: Field) -> &str {
        let index = self.read.iter().find(|(of, _)| *of == field).map(|(_, index)| *index);
        index.map_or(field.word(), |index| &self.head[index])
    }

    /// Returns the number of columns.
    pub(super) fn width(&self) -> usize {
        self.head.len()
    }

    fn has(&self, field: Field) -> bool {
        self.read.iter().any(|(of, _)| *of == field)
    }

    fn index(&self, name: &str) -> Result<usize, String> {
        let same = |(_, column): &(usize, &String)| folded(column) == folded(name);
        let mut found = self.head.iter().enumerate().filter(same).map(|(index, _)| index);
        match (found.next(), found.next()) {
            (Some(one), None) => Ok(one),
            (Some(_), Some(_)) => Err(format!("two columns are called \"{name}\": rename one of them")),
            (None, _) => Err(format!("there is no column \"{name}\": the columns are {}", self.all_names())),
        }
    }

    /// Several columns may hold ranks; each other field has one column.
    fn add(&mut self, field: Field, index: usize) -> Result<(), String> {
        let word = field.word();
        if self.has(field) && field != Field::Ranks {
            return Err(format!("two columns are to hold the {word}: choose one"));
        }
        if self.read.iter().any(|(_, read)| *read == index) {
            return Err(format!("the column \"{}\" is to hold two things: choose one", self.head[index]));
        }
        self.read.push((field, index));
        Ok(())
    }

    /// Takes the column that has one of the usual names of a field, if there is one and it is free.
    fn guess(&mut self, field: Field) -> Result<(), String> {
        for usual in field.usual_names() {
            let same = |(_, name): &(usize, &String)| letters(name) == *usual;
            let found: Vec<_> = self.head.iter().enumerate().filter(same).map(|(index, _)| index).collect();
            match found.as_slice() {
                [index] if self.add(field, *index).is_ok() => return Ok(()),
                [first, second, ..] => {
                    let [first, second] = [first, second].map(|index| &self.head[*index]);
                    let word = field.word();
                    return Err(format!(
                        "two columns can have the {word}, \"{first}\" and \"{second}\": say which with --map {word}=COLUMN; \
                         rename one if both are called the same"
                    ));
                }
                _ => {}
            }
        }
        Ok(())
    }

    fn all_names(&self) -> String {
        let names = self.head.iter().filter(|name| !name.is_empty()).map(|name| format!("\"{name}\""));
        names.collect::<Vec<_>>().join(", ")
    }
}

/// Returns the letters and digits of a name, in lower case.
fn letters(name: &str) -> String {
    name.chars().filter(|c| c.is_alphanumeric()).flat_map(char::to_lowercase).collect()
}
