//! `rankledger import` and `rankledger community`, and the end of a command that cannot be carried out.

use std::io::Write;
use std::path::PathBuf;
use std::process::{Child, Command, Output, Stdio};

use tempfile::TempDir;

/// A folder with a database in it, and the commands that work on that.
pub(crate) struct Operator {
    folder: TempDir,
}

impl Operator {
    pub(crate) fn new() -> Self {
        Self { folder: tempfile::tempdir().expect("a temporary folder") }
    }

    /// Makes an operator with the community `club`.
    pub(crate) fn of_club() -> Self {
        let operator = Self::new();
        operator.succeed(&["community", "create", "club", "--name", "The Club"]);
        operator
    }

    pub(crate) fn path(&self, name: &str) -> PathBuf {
        self.folder.path().join(name)
    }

    pub(crate) fn file(&self, name: &str, text: &str) -> String {
        std::fs::write(self.path(name), text).expect("a file");
        self.path(name).display().to_string()
    }

    /// Runs a command on the database, with this standard input.
    pub(crate) fn run(&self, arguments: &[&str], input: &str) -> Output {
        let database = format!("sqlite:{}", self.path("test.db").display());
        self.run_on(&database, arguments, input)
    }

    fn run_on(&self, database: &str, arguments: &[&str], input: &str) -> Output {
        let mut child = self.spawn_on(database, arguments);
        let mut stdin = child.stdin.take().expect("its input was piped");
        // A command that reads no input may have ended before the input is written.
        let _ = stdin.write_all(input.as_bytes());
        drop(stdin);
        child.wait_with_output().expect("it ends")
    }

    /// Starts a command on the database.
    pub(crate) fn spawn(&self, arguments: &[&str]) -> Child {
        self.spawn_on(&format!("sqlite:{}", self.path("test.db").display()), arguments)
    }

    fn spawn_on(&self, database: &str, arguments: &[&str]) -> Child {
        let mut command = Command::new(env!("CARGO_BIN_EXE_rankledger"));
        command.args(arguments).current_dir(self.folder.path());
        command
            .env_remove("RANKLEDGER_CONFIG")
            .env("RANKLEDGER_DATABASE", database)
            .env("RUST_BACKTRACE", "1");
        command.stdin(Stdio::piped()).stdout(Stdio::piped()).stderr(Stdio::piped());
        command.spawn().expect("the binary runs")
    }

    /// Runs a command that must succeed. Returns its output.
    pub(crate) fn succeed(&self, arguments: &[&str]) -> String {
        self.succeed_with(arguments, "")
    }

    pub(crate) fn succeed_with(&self, arguments: &[&str], input: &str) -> String {
        let output = self.run(arguments, input);
        assert!(output.status.success(), "{arguments:?}: {}", text(&output.stderr));
        text(&output.stdout)
    }

    /// Runs a command that must fail. Returns its one line of error.
    pub(crate) fn fail(&self, arguments: &[&str]) -> String {
        self.fail_with(arguments, "")
    }

    pub(crate) fn fail_with(&self, arguments: &[&str], input: &str) -> String {
        one_line(&self.run(arguments, input))
    }
}

pub(crate) fn text(bytes: &[u8]) -> String {
    String::from_utf8(bytes.to_vec()).expect("it prints UTF-8")
}

fn one_line(output: &Output) -> String {
    assert!(!output.status.success());
    assert_eq!(text(&output.stdout), "");
    let error = text(&output.stderr);
    let lines: Vec<_> = error.lines().collect();
    assert!(lines.len() == 1 && lines[0].starts_with("error: "), "{error}");
    lines[0].to_owned()
}

#[test]
fn import_prints_what_it_did() {
    let operator = Operator::new();
    let file = operator.file(
        "club.yaml",
        "community: { id: club, name: Club }\naccounts: [{ name: Ann }, { name: Bob, active: true }]\n",
    );
    let summary = operator.succeed(&["import", &file]);
    assert!(summary.starts_with("community club: made\n"), "{summary}");
    assert!(summary.lines().any(|line| line.split_whitespace().eq(["accounts", "2", "0", "0"])), "{summary}");
    let nouns: Vec<_> = summary.lines().skip(2).filter_map(|line| line.get(..16)).map(str::trim).collect();
    assert_eq!(nouns[4..7], ["profile fields", "clock-in types", "custom log types"], "{summary}");
    assert!(summary.ends_with("rank changes: 1 recorded, 0 recorded before\n"), "{summary}");
    let again = operator.succeed(&["import", &file]);
    assert!(again.starts_with("community club: up to date already\n"), "{again}");
    let json = operator.file("club.json", r#"{"community": {"id": "klub", "name": "Klub"}}"#);
    assert!(operator.succeed(&["import", &json]).starts_with("community klub: made\n"));
}

#[test]
fn import_tells_what_is_wrong() {
    let operator = Operator::new();
    let unreadable = operator.fail(&["import", "nowhere.yaml"]);
    assert!(unreadable.contains("nowhere.yaml") && unreadable.contains("cannot be read"), "{unreadable}");
    let file = operator.file("bad.yaml", "community: { id: club }\n");
    let malformed = operator.fail(&["import", &file]);
    assert!(malformed.contains("bad.yaml") && malformed.contains("line 1"), "{malformed}");
    let file = operator.file("bad.json", r#"{"community": {"id": 5, "name": "Club"}}"#);
    assert!(operator.fail(&["import", &file]).contains("community.id: "));
    let file = operator.file("wrong.yaml", "community: { id: club, name: '' }\n");
    let output = operator.run(&["import", &file], "");
    let error = text(&output.stderr);
    assert!(error.contains("wrong.yaml: 1 problem, nothing was written\n  community.name: "), "{error}");
    assert!(!output.status.success() && output.stdout.is_empty());
}

#[test]
fn communities_are_made_and_listed() {
    let operator = Operator::new();
    operator.succeed(&[
        "community",
        "create",
        "club",
        "--name",
        "The Club",
        "--sub-version",
        "2",
        "--undo-needs-user",
        "--custom-domain",
        "cms.club.example",
    ]);
    operator.succeed(&["community", "create", "b", "--name", "B"]);
    operator.succeed(&["community", "create", "c", "--name", "C", "--change-needs-user"]);
    let list = operator.succeed(&["community", "list"]);
    let lines: Vec<_> = list.lines().collect();
    assert!(lines[0].starts_with("ID    NAME      SUB VERSION"), "{list}");
    assert!(lines[1].starts_with("b     B         5            0        -"), "{list}");
    assert!(lines[2].starts_with("c     C         5            0        every change"), "{list}");
    assert!(lines[3].starts_with("club  The Club  2            0        undos"), "{list}");
}

#[test]
fn a_community_is_not_made_twice_or_without_a_proper_name() {
    let operator = Operator::of_club();
    let again = operator.fail(&["community", "create", "club", "--name", "Other"]);
    assert!(again.contains("a community \"club\" already, called \"The Club\""), "{again}");
    assert!(operator.fail(&["community", "create", "the club", "--name", "X"]).contains("white space"));
    assert!(operator.fail(&["community", "create", "x", "--name", " "]).contains("empty"));
    let domain =
        operator.fail(&["community", "create", "x", "--name", "X", "--custom-domain", "Cms.example.com"]);
    assert!(domain.contains("\"Cms.example.com\" cannot be a custom domain"), "{domain}");
    let output = operator.run(&["community", "create", "x", "--name", "X", "--sub-version", "6"], "");
    assert!(!output.status.success() && text(&output.stderr).contains("0..=5"));
}

#[test]
fn a_database_that_cannot_be_written_is_named() {
    let operator = Operator::new();
    let nowhere = operator.path("no-such-folder").join("test.db");
    let command = ["community", "create", "club", "--name", "Club"];
    let error = one_line(&operator.run_on(&format!("sqlite:{}", nowhere.display()), &command, ""));
    assert!(error.contains(&nowhere.display().to_string()) && error.contains("folder exists"), "{error}");
}

#[test]
fn a_mistyped_database_is_not_made() {
    let operator = Operator::new();
    let mistyped = operator.path("mistyped.db");
    let commands: [&[&str]; 3] = [
        &["community", "list"],
        &["key", "list", "--community", "club"],
        &["key", "create", "--community", "club", "--name", "Bot"],
    ];
    for command in commands {
        let error = one_line(&operator.run_on(&format!("sqlite:{}", mistyped.display()), command, ""));
        assert!(error.contains("there is no database") && error.contains("mistyped.db"), "{error}");
        assert!(!mistyped.exists());
    }
}

#[test]
fn wrong_arguments_are_told_without_a_backtrace() {
    let operator = Operator::of_club();
    for arguments in [
        &["import"][..],
        &["community", "create"],
        &["key", "create", "--community", "club"],
        &["key", "create", "--community", "club", "--name", "k", "--scopes", "everything"],
        &["key", "create", "--community", "club", "--name", "k", "--scopes", ","],
        &["key", "create", "--community", "club", "--name", "k", "--expires", "tomorrow"],
        &["key", "create", "--community", "club", "--name", "k", "--power-ceiling", "high"],
        &["key", "create", "--community", "club", "--name", "k", "--power-ceiling", "-1"],
        &["key", "revoke", "--community", "club", "not-a-uuid"],
    ] {
        let output = operator.run(arguments, "");
        let error = text(&output.stderr);
        assert!(!output.status.success() && error.starts_with("error: "), "{arguments:?}: {error}");
        assert!(!error.contains("backtrace") && !error.contains("panicked"), "{error}");
    }
}
