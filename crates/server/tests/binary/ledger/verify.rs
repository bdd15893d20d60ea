//! `rankledger verify`: reports whole histories as whole, and finds an altered row by its number.

use std::sync::atomic::{AtomicBool, Ordering};

use rusqlite::Connection;
use rusqlite::types::Value as Cell;
use serde_json::{Value, json};

use super::kit::{BOTH, Ledger, Said, Through, ledger_of_nine, tamperer};
use crate::kit::{account_id, agent, set_ranks, undo};

/// Numbers of the rows that are tampered with: a reversed one, one in the middle, the reversal, and the last.
const ROWS: [i64; 4] = [6, 5, 8, 9];

/// Returns the number at which the history is broken, and how.
#[track_caller]
fn broken(said: &Said) -> (i64, String) {
    let report: Value = serde_json::from_str(&said.out).unwrap_or_else(|_| panic!("no report: {}", said.err));
    assert_eq!((said.code, &report["whole"]), (Some(1), &json!(false)), "{report}");
    let first = &report["broken"][0];
    let (number, fault) = (first["number"].as_i64(), first["fault"].as_str());
    (number.expect("a number"), fault.expect("a fault").to_owned())
}

#[test]
fn a_whole_history_is_told_to_be_whole() {
    let ledger = ledger_of_nine();
    let last = ledger.change(9);
    let hash = last["hash"].as_str().expect("a hash").to_owned();
    let recorded = last["at"].as_str().expect("a time").replace('T', " ");
    let recorded = recorded.split('.').next().expect("seconds");
    for through in BOTH {
        let said = ledger.say(through, &["verify"]).printed();
        let limit = match through {
            Through::Server => "",
            Through::File => "; whether more followed, this database alone cannot tell",
        };
        let expected = format!(
            "club: 9 changes, whole and linked without a break\n  last change  9\n  its hash     {hash}\n  \
             recorded     {recorded} UTC{limit}\n  accounts     3, as the ledger leaves them\n  3 acts of administration, whole and linked without a break\n"
        );
        assert_eq!(said, expected);
        let report = ledger.say(through, &["verify", "--json"]).json();
        assert_eq!(
            (&report["whole"], &report["changes"], &report["broken"]),
            (&json!(true), &json!(9), &json!([]))
        );
        assert_eq!((&report["accounts"], &report["brokenAccounts"]), (&json!(3), &json!([])));
    }
}

#[test]
fn a_history_that_goes_on_meanwhile_is_whole() {
    let ledger = ledger_of_nine();
    let (base, is_over) = (ledger.server.url(""), AtomicBool::new(false));
    std::thread::scope(|scope| {
        scope.spawn(|| {
            let agent = agent();
            while !is_over.load(Ordering::Relaxed) {
                let body = json!({"add": ["officer"]});
                let (_, changed) = set_ranks(&agent, &base, &account_id(2), &body).expect("an answer");
                let (status, _) =
                    undo(&agent, &base, &changed["meta"]["changeNumber"].to_string()).expect("an answer");
                assert_eq!(status, 200);
            }
        });
        let said: Vec<_> =
            (0..4).flat_map(|_| BOTH).map(|through| ledger.say(through, &["verify", "--json"])).collect();
        is_over.store(true, Ordering::Relaxed);
        for said in said {
            assert_eq!(said.json()["whole"], true);
        }
    });
}

/// Returns altered values for a cell: one letter of a text changed, one bit of a hash or an id, another
/// number, a value for null.
fn tampered(column: &str, cell: &Cell) -> Vec<Cell> {
    match cell {
        Cell::Null if ["active", "reverses", "reversed_by"].contains(&column) => {
            vec![Cell::Integer(1), Cell::Integer(0)]
        }
        Cell::Null if column == "reason" => vec![Cell::Text(String::new())],
        Cell::Null => vec![Cell::Blob(vec![0; 16])],
        Cell::Integer(number) => vec![
            Cell::Integer(number + if column == "number" { 1000 } else { 1 }),
            Cell::Integer(number ^ 64),
        ],
        Cell::Text(text) => {
            let letter = text.find(|c: char| c.is_ascii_alphabetic()).unwrap_or(0);
            let flip = |(place, bit): (usize, u8)| {
                let mut bytes = text.clone().into_bytes();
                bytes[place] ^= bit;
                Cell::Text(String::from_utf8(bytes).expect("ASCII stays ASCII"))
            };
            [(0, 1), (letter, 32), (text.len() - 1, 2), (text.len() / 2, 4)].map(flip).to_vec()
        }
        Cell::Blob(bytes) if bytes.is_empty() => vec![Cell::Blob(vec![1; 16])],
        Cell::Blob(bytes) => {
            let flip = |place: usize| {
                let mut bytes = bytes.clone();
                bytes[place] ^= 1;
                Cell::Blob(bytes)
            };
            vec![flip(0), flip(bytes.len() - 1)]
        }
        Cell::Real(_) => panic!("the ledger has no such numbers"),
    }
}

fn columns(connection: &Connection) -> Vec<String> {
    let mut statement =
        connection.prepare("SELECT name FROM pragma_table_info('rank_changes')").expect("a query");
    let names = statement.query_map([], |row| row.get(0)).expect("the columns");
    names.collect::<Result<_, _>>().expect("names")
}

#[test]
fn whatever_is_altered_in_any_column_is_found_by_its_number() {
    let ledger = ledger_of_nine();
    let connection = tamperer(&ledger.community.database);
    let columns = columns(&connection);
    assert_eq!(columns.len(), 21, "the columns: {columns:?}");
    for (index, row) in ROWS.into_iter().enumerate() {
        for column in &columns {
            let select = format!("SELECT {column} FROM rank_changes WHERE number = ?1");
            let cell: Cell = connection.query_row(&select, [row], |row| row.get(0)).expect("the cell");
            for other in tampered(column, &cell) {
                let set =
                    format!("UPDATE rank_changes SET {column} = ?3 WHERE {column} IS ?2 AND undo_id = ?1");
                let undo_id: Vec<u8> = connection
                    .query_row("SELECT undo_id FROM rank_changes WHERE number = ?1", [row], |row| row.get(0))
                    .expect("the id");
                assert_eq!(
                    connection.execute(&set, (&undo_id, &cell, &other)).expect("an update"),
                    1,
                    "{column}"
                );
                let through = BOTH[index % 2];
                let (number, fault) = broken(&ledger.say(through, &["verify", "--json"]));
                assert_eq!(number, row, "{column} of {row}, {cell:?} to {other:?}: {fault}");
                let undo_id = if column == "undo_id" { other.clone() } else { Cell::Blob(undo_id) };
                assert_eq!(
                    connection.execute(&set, (&undo_id, &other, &cell)).expect("an update"),
                    1,
                    "{column}"
                );
            }
        }
    }
    ledger.say(Through::File, &["verify"]).printed();
}

#[test]
fn what_is_broken_is_told_in_a_sentence() {
    let ledger = ledger_of_nine();
    let connection = tamperer(&ledger.community.database);
    let cases = [
        (
            "UPDATE rank_changes SET reason = 'Not my friend' WHERE number = 5",
            "BROKEN at change 5: its hash is not that of what it says and of the change before it: one of the two was \
             altered\n",
        ),
        (
            "UPDATE rank_changes SET ranks_before = x'0707' WHERE number = 4",
            "BROKEN at change 4: its row in the database cannot be read\n",
        ),
        (
            "DELETE FROM rank_changes WHERE number = 3",
            "BROKEN at change 3: it is missing\nalso at change 4: ",
        ),
        (
            "DELETE FROM rank_changes WHERE number IN (1, 2)",
            "BROKEN at change 1: it is missing, as is all up to 3\nalso at change 4: ",
        ),
    ];
    for (sql, expected) in cases {
        connection.execute(sql, []).expect("rows");
        let said = ledger.say(Through::Server, &["verify"]);
        assert_eq!(said.code, Some(1), "{}", said.err);
        assert!(said.out.starts_with(expected), "{}", said.out);
    }
}

#[test]
fn changes_and_their_reversals_name_each_other() {
    for (sql, expected) in [
        (
            "reversed_by = NULL WHERE number = 6",
            "BROKEN at change 6: it does not say that change 8 reversed it\n",
        ),
        (
            "reversed_by = 9 WHERE number = 5",
            "BROKEN at change 5: it says that change 9 reversed it, which is not so\n",
        ),
        (
            "reversed_by = 50 WHERE number = 5",
            "BROKEN at change 5: it says that change 50 reversed it, which is not so\n",
        ),
        (
            "reversed_by = 2 WHERE number = 5",
            "BROKEN at change 5: it says that change 2, which is older, reversed it\n",
        ),
        (
            "previous = 0 WHERE number = 8",
            "BROKEN at change 8: it does not name change 6 as the account's change before it\n",
        ),
        (
            "previous = 3 WHERE number = 1",
            "BROKEN at change 1: it names a change of the account before it, and there is none\n",
        ),
    ] {
        let ledger = ledger_of_nine();
        let connection = tamperer(&ledger.community.database);
        connection.execute(&format!("UPDATE rank_changes SET {sql}"), []).expect("a row");
        for through in BOTH {
            let said = ledger.say(through, &["verify"]);
            assert_eq!((said.code, said.out.as_str()), (Some(1), expected), "{}", said.err);
        }
    }
}

#[test]
fn the_end_of_the_ledger_is_kept_apart() {
    let ledger = ledger_of_nine();
    let connection = tamperer(&ledger.community.database);
    connection.execute("DELETE FROM rank_changes WHERE number = 9", []).expect("a row");
    let said = ledger.say(Through::File, &["verify"]);
    assert_eq!(said.out, "BROKEN at change 9: it is missing: the ledger says that change 9 is the last\n");
    connection.execute("UPDATE ledger_heads SET last_number = 8", []).expect("a row");
    assert_eq!(broken(&ledger.say(Through::Server, &["verify", "--json"])), (8, "end".to_owned()));
}

#[test]
fn a_byte_in_the_file_is_found() {
    const REASON: &[u8] = b"Not them";
    let Ledger { community, server } = ledger_of_nine();
    server.kill();
    let connection = tamperer(&community.database);
    connection.query_row("PRAGMA wal_checkpoint(TRUNCATE)", [], |_| Ok(())).expect("the log is moved");
    drop(connection);
    let bytes = std::fs::read(&community.database).expect("the file");
    let place =
        bytes.windows(REASON.len()).position(|window| window == REASON).expect("the reason of change 8");
    let url = crate::kit::database_url(&community.database);
    for (offset, bit) in [(0, 1), (4, 32), (7, 128)] {
        let mut bytes = bytes.clone();
        bytes[place + offset] ^= bit;
        std::fs::write(&community.database, &bytes).expect("the file");
        let verify = ["verify", "--json", "--database", &url];
        assert_eq!(broken(&super::kit::said(&mut crate::kit::rankledger(&verify))).0, 8, "byte {offset}");
    }
    // Elsewhere in the row the damage may make the database unreadable, but it never passes for whole.
    for offset in (1..200).step_by(11) {
        let mut bytes = bytes.clone();
        bytes[place - offset] ^= 4;
        std::fs::write(&community.database, &bytes).expect("the file");
        let code = super::kit::said(&mut crate::kit::rankledger(&["verify", "--database", &url])).code;
        assert!(matches!(code, Some(1 | 2)), "byte -{offset}: {code:?}");
    }
}
