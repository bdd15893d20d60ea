//! `rankledger import --from-hosted`, run as an owner runs it: against a stand-in for the hosted original,
//! and against our own server.

mod again;
mod bad_input;
mod cut_off;
mod moving;
mod own_server;
mod stand_in;
mod the_club;

use std::path::Path;
use std::process::{Child, Command, Output, Stdio};

use rankledger_instances::{Database, fresh_in_run, is_on_postgres};
use tempfile::TempDir;

use super::cli::text;
use stand_in::{KEY, StandIn};

/// An owner who moves in: a folder, and the database that the community comes into.
pub(crate) struct Owner {
    folder: TempDir,
    database: String,
    _postgres: Option<Database>,
}

impl Owner {
    pub(crate) fn new() -> Self {
        let folder = tempfile::tempdir().expect("a temporary folder");
        if is_on_postgres() {
            let runtime = tokio::runtime::Runtime::new().expect("a runtime");
            let database = runtime.block_on(fresh_in_run("nothing", async |_| {}));
            return Self { folder, database: database.url.clone(), _postgres: Some(database) };
        }
        let database = format!("sqlite:{}", folder.path().join("test.db").display());
        Self { folder, database, _postgres: None }
    }

    pub(crate) fn command(&self, arguments: &[&str]) -> Command {
        let mut command = Command::new(env!("CARGO_BIN_EXE_rankledger"));
        command.args(arguments).current_dir(self.folder.path());
        command.env_remove("RANKLEDGER_CONFIG").env("RANKLEDGER_DATABASE", &self.database);
        command.stdin(Stdio::null()).stdout(Stdio::piped()).stderr(Stdio::piped());
        command
    }

    /// Returns the command that reads the community from there, a thousand times as fast as documented.
    pub(crate) fn moving(&self, address: &str, arguments: &[&str]) -> Command {
        let mut command = self.command(&["import", "--from-hosted", "--community", "CMS-1000"]);
        command.args(["--address", address, "--rate-factor", "1000", "--folder", "."]).args(arguments);
        command.env("RANKLEDGER_HOSTED_KEY", KEY);
        command
    }

    /// Moves in, which must succeed. Returns the report.
    pub(crate) fn move_in(&self, there: &StandIn, arguments: &[&str]) -> String {
        succeeded(&self.moving(&there.address, arguments).output().expect("the binary runs"))
    }

    /// Moves in, which must fail. Returns the error.
    pub(crate) fn fail_to_move_in(&self, there: &StandIn, arguments: &[&str]) -> String {
        let output = self.moving(&there.address, arguments).output().expect("the binary runs");
        assert!(!output.status.success(), "{}", text(&output.stdout));
        let error = text(&output.stderr);
        assert!(!error.contains("panicked"), "{error}");
        error.lines().last().expect("an error").to_owned()
    }

    pub(crate) fn succeed(&self, arguments: &[&str]) -> String {
        succeeded(&self.command(arguments).output().expect("the binary runs"))
    }

    /// Starts to move in.
    pub(crate) fn start(&self, there: &StandIn, arguments: &[&str]) -> Child {
        self.moving(&there.address, arguments).spawn().expect("the binary runs")
    }

    /// Returns the names of the files that the command has left, in order.
    pub(crate) fn files(&self) -> Vec<String> {
        let files = std::fs::read_dir(self.folder.path()).expect("the folder");
        let names = files.map(|file| file.expect("a file").file_name().into_string().expect("a name"));
        let mut names: Vec<_> = names.filter(|name| name.starts_with("hosted-")).collect();
        names.sort();
        names
    }

    /// Returns the newest document, and its path.
    pub(crate) fn document(&self) -> (String, String) {
        let name = self
            .files()
            .into_iter()
            .rfind(|name| Path::new(name).extension().is_some_and(|end| end == "yaml"))
            .expect("a document");
        let text = std::fs::read_to_string(self.folder.path().join(&name)).expect("it can be read");
        (text, name)
    }

    pub(crate) fn write(&self, name: &str, text: &str) {
        std::fs::write(self.folder.path().join(name), text).expect("a file");
    }

    pub(crate) fn read(&self, name: &str) -> String {
        std::fs::read_to_string(self.folder.path().join(name)).expect("it can be read")
    }

    /// Returns whether the database has no community.
    pub(crate) fn has_nothing(&self) -> bool {
        let output = self.command(&["community", "list"]).output().expect("the binary runs");
        let (list, error) = (text(&output.stdout), text(&output.stderr));
        !list.contains("CMS-1000") && (output.status.success() || error.contains("there is no database"))
    }
}

/// Returns the output of a command that has succeeded.
pub(crate) fn succeeded(output: &Output) -> String {
    assert!(output.status.success(), "{}", text(&output.stderr));
    text(&output.stdout)
}

/// Returns the text with everything replaced that differs from run to run.
pub(crate) fn steady(text: &str, there: &str) -> String {
    let text = text.replace(there, "https://hosted.example.com");
    let begun = text.split("the reading began at ").nth(1).and_then(|rest| rest.get(..24)).map(str::to_owned);
    begun.map_or(text.clone(), |begun| text.replace(&begun, "2026-04-15T00:00:00.000Z"))
}
