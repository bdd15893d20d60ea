//! A community is read again after it moved in: what differs is shown before anything is written.

use serde_json::json;

use super::Owner;
use super::the_club::{CADET, OFFICER, account, stand_in};

const NEW_RANK: &str = "22222222-2222-2222-2222-000000000009";

#[test]
fn an_owner_sees_what_has_changed_there_since() {
    let (owner, there) = (Owner::new(), stand_in());
    owner.move_in(&there, &["--yes"]);
    {
        let mut club = there.there();
        club.accounts[1]["ranks"] = json!([OFFICER]);
        club.accounts[1]["accName"] = json!("Bobby");
        club.accounts[2]["comStatus"] = json!(false);
        let departments = club.lists.get_mut("/v2/community/departments").expect("departments");
        departments[0]["ranks"][2]["label"] = json!("Chief of Police");
        departments[1]["ranks"][0] = json!({"id": NEW_RANK, "label": "Surgeon", "power": null});
        club.accounts.remove(0);
        club.accounts.push(account(4, "Dee", &[CADET]));
    }
    let report = owner.move_in(&there, &[]);
    let differences = report.split("\n\n").find(|part| part.starts_with("Ranks and accounts that differ"));
    insta::assert_snapshot!("the_differences", differences.expect("a part of the report"));
    let list = owner.succeed(&["history", "--community", "CMS-1000"]);
    assert!(!list.contains("Dee"), "nothing is written before somebody says so: {list}");

    let (_, name) = owner.document();
    let summary = owner.succeed(&["import", &name]);
    assert!(summary.contains("accounts                 1         1         1\n"), "{summary}");
}

#[test]
fn a_new_rank_is_proposed_the_power_of_the_next_lower_one() {
    let (owner, there) = (Owner::new(), stand_in());
    owner.move_in(&there, &["--yes"]);
    {
        let mut club = there.there();
        let departments = club.lists.get_mut("/v2/community/departments").expect("departments");
        let ranks = departments[0]["ranks"].as_array_mut().expect("ranks");
        let new = json!({"id": NEW_RANK, "label": "Sergeant", "power": null});
        ranks.insert(2, new);
    }
    let report = owner.move_in(&there, &[]);
    assert!(report.contains("Cadet 10, Officer 20, Sergeant 20 (proposed), Chief 30\n"), "{report}");
    assert!(
        report.contains("as they are here; a new rank is proposed that of the next lower one"),
        "{report}"
    );
}

#[test]
fn each_run_has_a_document_of_its_own() {
    let (owner, there) = (Owner::new(), stand_in());
    owner.move_in(&there, &[]);
    owner.write("hosted-CMS-1000-1.yaml", "# edited\n");
    owner.move_in(&there, &[]);
    assert_eq!(owner.files(), ["hosted-CMS-1000-1.yaml", "hosted-CMS-1000-2.yaml"]);
    assert_eq!(owner.read("hosted-CMS-1000-1.yaml"), "# edited\n", "an edited document is never overwritten");
}
