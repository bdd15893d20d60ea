//! Promotion flows: directions, and the change that a flow asks for.

use rankledger_domain::change::ChangeRequest;
use rankledger_domain::grant::Grant;
use rankledger_domain::ids::RankId;
use rankledger_domain::name::Name;
use rankledger_domain::promotion_flow::{FlowDirection, FlowRanks, Misfit, PromotionFlow, WrongDirection};
use rankledger_domain::rank::RankName;
use uuid::Uuid;

use crate::kit::{account, id};

fn flow(direction: FlowDirection) -> PromotionFlow {
    PromotionFlow {
        id: Uuid::nil(),
        key: None,
        label_from: Name::parse("Recruit").expect("a name"),
        label_to: Name::parse("Officer").expect("a name"),
        ranks: FlowRanks::new(vec![id("officer"), id("medic")], vec![id("recruit")])
            .expect("no rank is both"),
        actions: Vec::new(),
        direction,
        position: 0,
    }
}

fn change(add: &[RankId], remove: &[RankId]) -> ChangeRequest {
    ChangeRequest {
        add: Some(add.iter().map(|&rank| Grant::plain(RankName::Id(rank))).collect()),
        remove: Some(remove.iter().map(|&rank| RankName::Id(rank)).collect()),
        ..ChangeRequest::default()
    }
}

#[test]
fn a_promotion_adds_and_removes_and_a_demotion_does_it_in_reverse() {
    let flow = flow(FlowDirection::Both);
    let (up, down) = ([id("officer"), id("medic")], [id("recruit")]);
    assert_eq!(flow.request(true), Ok(change(&up, &down)));
    assert_eq!(flow.request(false), Ok(change(&down, &up)));
}

#[test]
fn a_flow_of_one_direction_is_refused_in_the_other() {
    for promote in [true, false] {
        let (kept, other) = if promote {
            (FlowDirection::Promote, FlowDirection::Demote)
        } else {
            (FlowDirection::Demote, FlowDirection::Promote)
        };
        assert!(flow(kept).request(promote).is_ok());
        assert_eq!(flow(other).request(promote), Err(WrongDirection { promote }));
    }
}

#[test]
fn a_flow_is_for_those_who_stand_where_it_begins() {
    let flow = flow(FlowDirection::Both);
    let fits = |held: &str, promote: bool| flow.fits(&account(1, held), promote);
    assert_eq!(fits("recruit", true), Ok(()));
    assert_eq!(fits("recruit medic", true), Ok(()), "not yet all that it gives");
    assert_eq!(fits("sergeant", true), Err(Misfit::HoldsNone(vec![id("recruit")])));
    let gives = vec![id("officer"), id("medic")];
    assert_eq!(fits("recruit officer medic", true), Err(Misfit::HoldsAll(gives.clone())));
    assert_eq!(fits("medic", false), Ok(()), "one of those that are taken is enough");
    assert_eq!(fits("", false), Err(Misfit::HoldsNone(gives)));
    assert_eq!(fits("medic recruit", false), Err(Misfit::HoldsAll(vec![id("recruit")])));
    let gives_only =
        PromotionFlow { ranks: FlowRanks::stored(vec![id("medic")], Vec::new()), ..flow.clone() };
    assert_eq!(gives_only.fits(&account(1, ""), true), Ok(()), "it takes nothing");
    assert_eq!(gives_only.fits(&account(1, ""), false), Err(Misfit::HoldsNone(vec![id("medic")])));
    assert_eq!(gives_only.fits(&account(1, "medic"), false), Ok(()), "it gives nothing");
}

#[test]
fn a_direction_is_read_back_from_its_word_and_no_other_word_is_one() {
    for direction in FlowDirection::ALL {
        assert_eq!(FlowDirection::parse(direction.as_str()), Some(direction));
    }
    for word in ["", "Both", "PROMOTE", "up", "sideways", " both"] {
        assert_eq!(FlowDirection::parse(word), None, "{word:?}");
    }
}

#[test]
fn no_rank_is_both_added_and_removed() {
    let (officer, medic, recruit) = (id("officer"), id("medic"), id("recruit"));
    let refused = FlowRanks::new(vec![officer, medic, recruit], vec![recruit, officer]);
    assert_eq!(refused, Err(vec![officer, recruit]));
    let ranks = FlowRanks::new(vec![officer], vec![recruit, medic]).expect("no rank is both");
    assert_eq!(ranks.all().collect::<Vec<_>>(), [officer, recruit, medic]);
}
