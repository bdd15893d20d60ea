//! Members from a table: every form in which spreadsheet programs write one, and everything that can be wrong
//! with a cell.

use std::fmt::Write;

use rankledger_server::ops::import::{Columns, DateOrder, Document, ImportError, Mapping, Table};

use super::kit::{Database, Everything};

/// Departments that both have a cadet; the ranks have keys, labels, or both.
const STRUCTURE: &str = "community: { id: club, name: The Club }
departments:
  - label: Police
    labelTwo: PD
    ranks:
      - { key: pd-cadet, label: Cadet, power: 10 }
      - { label: \"Chief, acting\", power: 80 }
      - { key: pd-chief, label: Chief, power: 90 }
  - label: Fire
    ranks: [{ key: fd-cadet, label: Cadet, power: 10 }]
";

async fn community() -> Database {
    let database = Database::new().await;
    database.import_yaml(STRUCTURE).await.expect("it is imported");
    database
}

/// Reads a table and makes a document of it.
async fn read(
    database: &Database,
    bytes: &[u8],
    mappings: &[&str],
    dates: Option<DateOrder>,
) -> Result<Document, String> {
    let table = Table::parse(bytes).map_err(|error| error.to_string())?;
    let mappings: Vec<Mapping> = mappings.iter().map(|text| text.parse().expect("a mapping")).collect();
    let columns = Columns::of(&table, &mappings).map_err(|error| error.to_string())?;
    let community = database.everything().await.community;
    let mut tx = database.storage.read().await.expect("a view");
    let made = table.document(&columns, dates, &community, tx.as_mut()).await;
    made.map_err(|error| error.to_string())
}

async fn import(database: &Database, bytes: &[u8]) -> Everything {
    let document = read(database, bytes, &[], None).await.expect("a table without errors");
    database.import(&document).await.expect("it is imported");
    database.everything().await
}

/// Checks that a table is refused, and nothing written. Returns why.
async fn refusal(database: &Database, bytes: &[u8]) -> String {
    let before = database.everything().await;
    let refused = match read(database, bytes, &[], None).await {
        Err(refused) => refused,
        Ok(document) => database.import(&document).await.expect_err("it has errors").to_string(),
    };
    assert_eq!(database.everything().await, before);
    refused
}

/// Describes the members of a community, a line each.
fn members(all: &Everything) -> String {
    let mut lines = String::new();
    for account in &all.accounts {
        let ranks = account.standing.account.ranks.iter().map(|held| {
            let rank = all.ranks.iter().find(|rank| rank.rank.id == held.rank).expect("a rank");
            rank.rank.key.as_deref().unwrap_or(&rank.rank.label)
        });
        let ranks: Vec<_> = ranks.collect();
        let profile = &account.profile;
        writeln!(lines, "{} {:?} {ranks:?} {}", profile.name, profile.discord_id, profile.join_date)
            .expect("a text can be written to");
    }
    lines
}

#[tokio::test]
async fn names_ids_ranks_dates_and_reasons_arrive() {
    let database = community().await;
    let table = "\u{feff}Name;Discord ID;Department;Rank;Joined;Reason;Phone\r
Ann;200000000000000001;Police;Cadet;31.01.2026;Passed the test;1\r
Bob;discord:200000000000000002;;pd-cadet, PD/Chief;2026-02-01;;2\r
\"Smith; \r\nEve\";<@200000000000000003>;FIRE;cadet;2026-02-01 18:30;\"Two\r\nlines\";3\r
;;;;;;\r
Dan;;;\"Chief, acting\";;;\r
Fay;'200000000000000004;;;;;\r
";
    let all = import(&database, table.as_bytes()).await;
    insta::assert_snapshot!(members(&all));
    let reasons: Vec<_> = all.changes.iter().map(|change| change.reason.as_deref()).collect();
    assert_eq!(reasons, [Some("Passed the test"), None, Some("Two lines"), None]);
    let again = import(&database, table.as_bytes()).await;
    assert_eq!(again, all, "nobody is there twice");
}

#[tokio::test]
async fn every_form_of_a_table_is_the_same_table() {
    let plain = "Name,Discord ID,Rank\nÄnn,200000000000000001,pd-cadet\nBob,200000000000000002,pd-chief\n";
    let utf16 = |text: &str, bytes: fn(u16) -> [u8; 2]| -> Vec<u8> {
        "\u{feff}".encode_utf16().chain(text.encode_utf16()).flat_map(bytes).collect()
    };
    let semicolons = plain.replace(',', ";");
    let forms: [Vec<u8>; 9] = [
        plain.into(),
        format!("\u{feff}{plain}").into(),
        plain.replace('\n', "\r\n").into(),
        semicolons.clone().into(),
        format!("sep=;\r\n{semicolons}").into(),
        plain.replace(',', "\t").into(),
        utf16(&plain.replace(',', "\t"), u16::to_le_bytes),
        utf16(&semicolons, u16::to_be_bytes),
        plain.replace("200000000000000001", "\"=\"\"200000000000000001\"\"\"").into(),
    ];
    let mut expected: Option<String> = None;
    for (index, form) in forms.iter().enumerate() {
        let members = members(&import(&community().await, form).await);
        assert_eq!(expected.get_or_insert_with(|| members.clone()), &members, "form {index}");
    }
    insta::assert_snapshot!(expected.expect("there are forms"));
}

#[tokio::test]
async fn columns_are_named_on_the_command_line() {
    let database = community().await;
    let table =
        "Mitglied,Kennung,Rang,Zweitrang,Eintritt\nAnn,200000000000000001,pd-cadet,fd-cadet,01/02/2026\n";
    let mappings = ["name=Mitglied", "discord=kennung", "ranks=Rang", "ranks=Zweitrang", "joined=Eintritt"];
    let order = Some(DateOrder::DayFirst);
    let document = read(&database, table.as_bytes(), &mappings, order).await.expect("a table");
    database.import(&document).await.expect("it is imported");
    insta::assert_snapshot!(members(&database.everything().await));
}

#[tokio::test]
async fn a_table_that_cannot_be_read_says_why() {
    let database = community().await;
    let mut told = String::new();
    let tables: [&[u8]; 9] = [
        b"",
        b"Mitglied,Rang\nAnn,Cadet\n",
        b"Name,Rank\nAnn,pd-cadet\nJos\xe9,pd-cadet\n",
        b"PK\x03\x04 and so on",
        b"Name,Rank\nAnn,\"pd-cadet\nBob,pd-cadet\n",
        b"Name,Rank\nAnn,pd-cadet,\nSmith, Eve,pd-cadet,x\n",
        b"Name,Rank\nA\0nn,pd-cadet\n",
        b"Name,Name,Rank\nAnn,Bob,pd-cadet\n",
        b"\xff\xfeN",
    ];
    for table in tables {
        writeln!(told, "{}\n", refusal(&database, table).await).expect("a text can be written to");
    }
    for mappings in [&["name=Nobody"][..], &["name=Name", "reason=Name"], &["name=Name", "name=Rank"]] {
        let refused = read(&database, b"Name,Rank\nAnn,pd-cadet\n", mappings, None).await;
        writeln!(told, "{}\n", refused.expect_err("it is refused")).expect("a text can be written to");
    }
    for mapping in ["name", "colour=Name"] {
        let refused = mapping.parse::<Mapping>().expect_err("it is refused");
        writeln!(told, "{refused}\n").expect("a text can be written to");
    }
    insta::assert_snapshot!(told);
}

#[tokio::test]
async fn every_bad_cell_is_told_with_its_line_and_name() {
    let database = community().await;
    let table = "Name;Discord;Rank;Joined;Reason
;200000000000000001;pd-cadet;;
Ann;2.00E+17;pd-cadet;;
Bob;2,00E+17;pd-cadet;;
Cat;cat#0001;pd-cadet;;
Dan;200000000000000005;Cadet;;
Eve;200000000000000006;pd-cadett;;
Fay;200000000000000007;pd-cadet;45678;
Gus;200000000000000007;pd-cadet;yesterday;
Hal;;pd-cadet;01/02/2026;
Ida;;pd-cadet;30.02.2026;
12345;;pd-cadet;;
"
    .to_owned()
        + &format!("Kim;;pd-cadet;;{}\n", "x".repeat(501));
    insta::assert_snapshot!(refusal(&database, table.as_bytes()).await);
}

#[tokio::test]
async fn ids_that_a_spreadsheet_has_rounded_are_refused_unless_they_are_meant() {
    let database = community().await;
    let rounded = "Name,Discord\nAnn,200000000000000000\nBob,212345678901234000\nCat,212345678901234567\n";
    insta::assert_snapshot!(refusal(&database, rounded.as_bytes()).await);
    let meant = "Name,Discord\nAnn,discord:200000000000000000\n";
    assert!(members(&import(&database, meant.as_bytes()).await).contains("200000000000000000"));
    let one_of_many =
        "Name,Discord\nDan,212345678901235000\nEve,212345678901234567\nFay,212345678901234569\n";
    assert!(members(&import(&database, one_of_many.as_bytes()).await).contains("212345678901235000"));
}

#[tokio::test]
async fn a_large_table_with_one_bad_row_is_refused_whole() {
    let database = community().await;
    let mut table = "Name,Discord ID,Rank\n".to_owned();
    for n in 0..100_000_u64 {
        let id = 200_000_000_000_000_001 + n;
        writeln!(table, "Member {n},{id},pd-cadet").expect("a text can be written to");
    }
    table.push_str("Ann,200000000001000001,pd-cadte\n");
    assert_eq!(
        refusal(&database, table.as_bytes()).await,
        "1 problem, nothing was written\n  line 100002, Ann, Rank: there is no rank \"pd-cadte\": did you mean pd-cadet?"
    );
}

#[tokio::test]
async fn a_table_updates_ranks_only_if_that_is_asked_for() {
    let database = community().await;
    import(
        &database,
        b"Name,Discord,Rank\nAnn,200000000000000001,pd-cadet\nBob,200000000000000002,pd-chief\n",
    )
    .await;
    let table =
        b"Name,Discord,Rank,Reason\nAnna,200000000000000001,pd-chief,Elected\nBob,200000000000000002,,\n";
    let document = read(&database, table, &[], None).await.expect("a table");
    let summary = database.import(&document).await.expect("it is imported");
    assert_eq!((summary.rank_changes_recorded, summary.standings.kept.total), (0, 1));
    let summary = database.import(&document.updating(true)).await.expect("it is imported");
    assert_eq!((summary.rank_changes_recorded, summary.standings.changed.total), (1, 1));
    insta::assert_snapshot!(members(&database.everything().await));
}

#[tokio::test]
async fn a_table_of_people_who_are_there_twice_is_refused() {
    let database = community().await;
    let table = "Name,Rank\nAnn,pd-cadet\nann,pd-chief\n";
    let document = read(&database, table.as_bytes(), &[], None).await.expect("a table");
    let error = database.import(&document).await.expect_err("two of one name");
    assert!(matches!(error, ImportError::Invalid(_)));
    insta::assert_snapshot!(error.to_string());
}
