//! `rankledger export`.

use std::io::Read;
use std::process::Stdio;

use serde_json::{Value, json};

use super::kit::{BOTH, Ledger, Through};
use crate::kit::account_id;

#[test]
fn it_is_the_same_file_wherever_it_goes() {
    let ledger = Ledger::with_a_rogue_moderator();
    let file = ledger.community.folder.path().join("history.ndjson");
    let path = file.display().to_string();
    let lines = ledger.say(Through::Server, &["export"]).printed();
    let numbers: Vec<_> = lines
        .lines()
        .map(|line| serde_json::from_str::<Value>(line).expect("JSON")["changeNumber"].take())
        .collect();
    assert_eq!(json!(numbers), json!([1, 2, 3, 4, 5, 6, 7]));
    for through in BOTH {
        assert_eq!(ledger.say(through, &["export"]).printed(), lines);
        assert_eq!(ledger.say(through, &["export", "--output", &path]).printed(), "");
        assert_eq!(std::fs::read_to_string(&file).expect("the file"), lines);
        std::fs::remove_file(&file).expect("it is there");
    }
}

#[test]
fn it_is_filtered_and_a_table_if_that_is_asked_for() {
    let ledger = Ledger::with_a_rogue_moderator();
    for through in BOTH {
        let table = ledger.say(through, &["export", "--format", "csv", "--user", &account_id(3)]).printed();
        assert!(table.starts_with("changeNumber,undoId,"), "{table}");
        assert!(table.contains("\n5,") && table.contains("\n6,") && !table.contains("\n7,"), "{table}");
    }
}

#[test]
fn a_table_for_spreadsheets_has_names_beside_ids_and_no_formula() {
    let ledger = Ledger::with_a_rogue_moderator();
    let reason = "=HYPERLINK(\"https://example.com\";\"Zoë\")";
    ledger.set_ranks(2, &json!({"add": ["officer"], "reason": reason}));
    ledger.set_ranks(2, &json!({"remove": ["officer"], "reason": "200000000000000001"}));
    let mut tables = Vec::new();
    for through in BOTH {
        let file = ledger.community.folder.path().join("history.csv");
        let path = file.display().to_string();
        assert_eq!(ledger.say(through, &["export", "--csv", "--output", &path]).printed(), "");
        let table = std::fs::read_to_string(&file).expect("the file");
        assert_eq!(ledger.say(through, &["export", "--csv"]).printed(), table);
        tables.push(table);
    }
    assert_eq!(tables[0], tables[1], "from a server and from its file");
    let text = tables[0].strip_prefix('\u{feff}').expect("a byte order mark");
    let mut reader = csv::Reader::from_reader(text.as_bytes());
    let rows: Vec<_> = reader.records().map(|row| row.expect("as many cells as columns")).collect();
    assert_eq!(rows.len(), 9);
    let cells = |row: usize, columns: [usize; 4]| columns.map(|column| &rows[row][column]);
    assert_eq!(cells(4, [0, 2, 3, 11]), ["5", "Member 1", account_id(1).as_str(), "Member 3"]);
    assert_eq!(cells(4, [4, 5, 6, 7]), ["Officer", "Cadet", "Cadet", "Officer"]);
    assert_eq!(&rows[7][10], format!("'{reason}"));
    assert_eq!(&rows[8][10], "'200000000000000001", "a spreadsheet would round it");
    let is_formula = |cell: &str| cell.starts_with(['=', '+', '-', '@']);
    assert!(!rows.iter().flatten().any(is_formula), "{text}");
    let both = ledger.say(Through::File, &["export", "--csv", "--format", "csv"]);
    assert_eq!(both.code, Some(2), "{}", both.err);
}

#[test]
fn a_file_is_whole_or_not_there() {
    let ledger = Ledger::with_a_rogue_moderator();
    let folder = ledger.community.folder.path();
    let before = std::fs::read_dir(folder).expect("the folder").count();
    let nowhere = folder.join("no-such-folder").join("history.csv");
    for through in BOTH {
        let file = folder.join("history.csv").display().to_string();
        let error = ledger.say(through, &["export", "--rank", "admiral", "--output", &file]).error(1);
        assert!(error.contains("admiral"), "{error}");
        let error = ledger.say(through, &["export", "--output", &nowhere.display().to_string()]).error(1);
        assert!(error.contains("no-such-folder"), "{error}");
    }
    assert_eq!(std::fs::read_dir(folder).expect("the folder").count(), before);
}

#[test]
fn whoever_has_seen_enough_may_stop_reading() {
    let ledger = Ledger::with_a_rogue_moderator();
    for _ in 0..200 {
        ledger.set_ranks(2, &json!({"add": ["officer"], "reason": "x".repeat(400)}));
        ledger.set_ranks(2, &json!({"remove": ["officer"], "reason": "x".repeat(400)}));
    }
    let formats: [&[&str]; 2] = [&["export"], &["export", "--csv"]];
    for (through, arguments) in BOTH.into_iter().flat_map(|through| formats.map(|format| (through, format))) {
        let mut command = ledger.command(through, arguments);
        let mut child =
            command.stdout(Stdio::piped()).stderr(Stdio::piped()).spawn().expect("the binary starts");
        let mut stdout = child.stdout.take().expect("it was piped");
        stdout.read_exact(&mut [0; 100]).expect("a beginning");
        drop(stdout);
        let output = child.wait_with_output().expect("it ends");
        assert_eq!((output.status.code(), output.stderr), (Some(0), Vec::new()));
    }
}
