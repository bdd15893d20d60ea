//! The usual mistakes in YAML: each is refused, with the line, the person, and the cure in words of the
//! document.

use std::fmt::Write;

use rankledger_server::ops::import::{Document, Format};

/// Each mistake, in the place of what belongs into the document below.
const TRAPS: [&str; 20] = [
    "  - name: [LSPD] Ann\n",
    "  - { name: [LSPD] Ann, ranks: [cadet] }\n",
    "  - name: [LSPD]\n",
    "  - name: @ann\n",
    "  - { name: @ann, ranks: [cadet] }\n",
    "  - name: *ann\n",
    "  - name: !ann\n",
    "  - name: Unit 12: Ann\n",
    "  - { name: Unit 12: Ann, ranks: [cadet] }\n",
    "  - name: Ann #12\n    ranks: [cadet]\n",
    "  - { name: Ann #12, ranks: [cadet] }\n",
    "  - name: #12 Ann\n",
    "  - name: null\n",
    "  - name: \"Ann\" the boss\n",
    "  - name: Ann\n\t  ranks: [cadet]\n",
    "  - name: Ann\n    name: Anna\n",
    "  - name: Ann\n    joinDate: 31.01.2026\n",
    "  - name: Ann\n    joinDate: 2026-01-31\n",
    "  - name: Ann\n    joinDate: 2026-01-31 18:00\n",
    "  - name: Ann\n    rank: cadet\n",
];

fn refusal(text: &str) -> String {
    Document::parse(text, Format::Yaml).expect_err(text).to_string()
}

#[test]
fn each_is_told_with_its_cure() {
    let mut told = String::new();
    for trap in TRAPS {
        let text = format!("community: {{ id: club, name: Club }}\naccounts:\n  - name: Zoe\n{trap}");
        writeln!(told, "{trap}=> {}\n", refusal(&text)).expect("a text can be written to");
    }
    insta::assert_snapshot!(told);
}

#[test]
fn a_table_is_no_yaml() {
    let mut told = String::new();
    for table in ["Name,Rank\nAnn,cadet\n", "Name;Discord ID;Rank\r\nAnn;200000000000000001;cadet\r\n"] {
        writeln!(told, "{}", refusal(table)).expect("a text can be written to");
    }
    insta::assert_snapshot!(told);
}

#[test]
fn what_is_no_mistake_is_read() {
    for account in [
        "name: Ann # the boss\n",
        "name: Ann#12\n",
        "name: \"Ann #12\"\n",
        "name: 'Unit 12: Ann' # patrol\n",
        "name: Ann ## twice\n",
        "bio: |\n      first #1\n      second: line\n    name: Ann\n",
        "name: Ann\n    ranks: [cadet] #cadet\n",
    ] {
        let text = format!("community: {{ id: club, name: Club }}\naccounts:\n  - {account}");
        if let Err(error) = Document::parse(&text, Format::Yaml) {
            panic!("{account}: {error}");
        }
    }
}
