//! The import document of what was read, as YAML that a person can edit: a line for each rank, each account
//! and everything else, in which names and values are written as in JSON.

use std::fmt::Write as _;
use std::io::{self, Write};
use std::path::Path;

use anyhow::{Context, Result};
use rankledger_domain::identifier::is_control;
use serde::Serialize;
use serde_json::ser::Formatter;
use serde_json::{Map, Serializer, Value};

use super::answers::{Account, Community, Definitions, Department};
use super::powers::{Origin, Powers};

/// What a document is made of.
pub(super) struct Parts<'a> {
    pub(super) community: &'a Community,
    pub(super) definitions: &'a Definitions,
    pub(super) accounts: &'a [Account],
    pub(super) powers: &'a Powers,
    /// Lines for people, at the top.
    pub(super) heading: &'a [String],
}

impl Parts<'_> {
    /// Writes the document into a new file, whole or not at all. Only its user may read the file.
    pub(super) fn write(&self, path: &Path) -> Result<()> {
        let in_file = || format!("cannot write {}", path.display());
        let folder = path.parent().unwrap_or(Path::new("."));
        let mut file = tempfile::NamedTempFile::new_in(folder).with_context(in_file)?;
        file.write_all(self.text()?.as_bytes())
            .and_then(|()| file.as_file().sync_all())
            .with_context(in_file)?;
        file.persist_noclobber(path).map_err(|error| error.error).with_context(in_file)?;
        Ok(())
    }

    fn text(&self) -> Result<String> {
        let mut text = String::new();
        for line in self.heading {
            writeln!(text, "# {}", crate::cli::print::harmless(line).trim_end())?;
        }
        writeln!(text, "\ncommunity: {}\n", entry(self.community)?)?;
        self.departments(&mut text)?;
        let definitions = self.definitions;
        list(&mut text, "promotionFlows", &definitions.flows)?;
        list(&mut text, "profileFields", &definitions.profile_fields)?;
        list(&mut text, "clockInTypes", &definitions.clock_in_types)?;
        list(&mut text, "customLogTypes", &definitions.log_types)?;
        list(&mut text, "servers", &definitions.servers)?;
        list(&mut text, "accounts", self.accounts)?;
        Ok(text)
    }

    fn departments(&self, text: &mut String) -> Result<()> {
        if self.definitions.departments.is_empty() {
            return Ok(());
        }
        writeln!(text, "departments:")?;
        for department in &self.definitions.departments {
            self.department(text, department)?;
        }
        writeln!(text)?;
        Ok(())
    }

    fn department(&self, text: &mut String, department: &Department) -> Result<()> {
        let mut members = members(department)?;
        members.remove("ranks");
        let mut mark = "-";
        for (name, value) in members {
            writeln!(text, "  {mark} {name}: {}", line(&value)?)?;
            mark = " ";
        }
        if department.ranks.is_empty() {
            return Ok(());
        }
        writeln!(text, "    ranks:")?;
        for rank in &department.ranks {
            let note = match self.powers.origin(rank.id) {
                Origin::Proposed => " # power proposed",
                Origin::Here | Origin::There => "",
            };
            writeln!(text, "      - {}{note}", entry(rank)?)?;
        }
        Ok(())
    }
}

fn list(text: &mut String, name: &str, entries: &[impl Serialize]) -> Result<()> {
    if entries.is_empty() {
        return Ok(());
    }
    writeln!(text, "{name}:")?;
    for one in entries {
        writeln!(text, "  - {}", entry(one)?)?;
    }
    writeln!(text)?;
    Ok(())
}

/// Returns an entry on one line.
fn entry(entry: &impl Serialize) -> Result<String> {
    line(&members(entry)?.into())
}

/// Returns the members of an entry that say something: no null, no empty list.
fn members(entry: &impl Serialize) -> Result<Map<String, Value>> {
    let says_something =
        |value: &Value| !value.is_null() && value.as_array().is_none_or(|list| !list.is_empty());
    match serde_json::to_value(entry)? {
        Value::Object(members) => {
            Ok(members.into_iter().filter(|(_, value)| says_something(value)).collect())
        }
        _ => Ok(Map::new()),
    }
}

/// Returns JSON on one line, which is YAML, too.
fn line(value: &Value) -> Result<String> {
    let mut bytes = Vec::new();
    value.serialize(&mut Serializer::with_formatter(&mut bytes, OneLine))?;
    String::from_utf8(bytes).context("JSON is text")
}

/// JSON on one line, with a space after each comma and colon, and without raw control characters.
struct OneLine;

impl Formatter for OneLine {
    fn begin_array_value<W: ?Sized + Write>(&mut self, writer: &mut W, first: bool) -> io::Result<()> {
        if first { Ok(()) } else { writer.write_all(b", ") }
    }

    fn begin_object_key<W: ?Sized + Write>(&mut self, writer: &mut W, first: bool) -> io::Result<()> {
        if first { Ok(()) } else { writer.write_all(b", ") }
    }

    fn begin_object_value<W: ?Sized + Write>(&mut self, writer: &mut W) -> io::Result<()> {
        writer.write_all(b": ")
    }

    fn write_string_fragment<W: ?Sized + Write>(&mut self, writer: &mut W, fragment: &str) -> io::Result<()> {
        for c in fragment.chars() {
            if is_control(c) || matches!(c, '\u{FEFF}' | '\u{FFFE}' | '\u{FFFF}') {
                write!(writer, "\\u{:04x}", u32::from(c))?;
            } else {
                write!(writer, "{c}")?;
            }
        }
        Ok(())
    }
}
