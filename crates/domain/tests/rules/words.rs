//! The words and formats that leave the domain: kinds, sources, names of ranks, times.

use rankledger_domain::ids::ChangeNumber;
use rankledger_domain::rank::RankName;
use rankledger_domain::rank_change::{ChangeKind, Source};
use rankledger_domain::time::wire_format;

use crate::kit::{Ledger, community, id, start, stranger};

#[test]
fn a_kind_is_read_back_from_its_word() {
    for kind in [ChangeKind::Change, ChangeKind::Undo, ChangeKind::Redo] {
        assert_eq!(ChangeKind::parse(kind.as_str()), Some(kind));
    }
    assert_eq!(ChangeKind::parse("Undo"), None);
}

#[test]
fn a_source_is_read_back_from_its_word() {
    for source in Source::ALL {
        assert_eq!(Source::parse(source.as_str()), Some(source));
    }
    assert_eq!(Source::parse(""), None);
    assert_eq!(Source::parse("Api"), None);
}

#[test]
fn a_source_is_called_by_what_makes_such_changes() {
    let words = Source::ALL.map(Source::as_str);
    let expected = ["api", "import", "flow", "ban", "kick", "archive", "retirement", "rollback", "expiry"];
    assert_eq!(words, expected);
}

#[test]
fn the_reversal_of_an_undo_is_a_redo_and_of_that_an_undo() {
    assert_eq!(ChangeKind::Change.reversal(), ChangeKind::Undo);
    assert_eq!(ChangeKind::Undo.reversal(), ChangeKind::Redo);
    assert_eq!(ChangeKind::Redo.reversal(), ChangeKind::Undo);
}

#[test]
fn a_change_and_its_reversal_cancel_out_and_a_redo_is_live() {
    let mut ledger = Ledger::holding("");
    let change = ledger.change("+officer");
    assert!(ledger.entry(change).is_live());
    let undo = ledger.undo(change);
    assert!(!ledger.entry(change).is_live() && !ledger.entry(undo).is_live());
    let redo = ledger.undo(undo);
    assert!(!ledger.entry(change).is_live() && !ledger.entry(undo).is_live());
    assert!(ledger.entry(redo).is_live());
}

#[test]
fn the_first_number_is_one() {
    assert_eq!(ChangeNumber(0).next(), ChangeNumber(1));
}

#[test]
fn a_rank_name_prints_as_it_is_resolved() {
    let name = RankName::parse(&id("medic").to_string());
    assert_eq!(name, RankName::Id(id("medic")));
    assert_eq!(name.to_string(), id("medic").to_string());
    assert_eq!(RankName::parse("medic").to_string(), "medic");
}

#[test]
fn a_rank_is_resolved_by_id_and_by_key() {
    let ranks = community();
    let by_key = ranks.resolve(&RankName::Key("medic".into())).map(|rank| rank.id);
    let by_id = ranks.resolve(&RankName::Id(id("medic"))).map(|rank| rank.id);
    assert_eq!((by_key, by_id), (Some(id("medic")), Some(id("medic"))));
    assert!(ranks.resolve(&RankName::Id(stranger())).is_none());
}

#[test]
fn a_rank_that_has_gone_is_called_by_its_id() {
    assert_eq!(community().label(stranger()), stranger().to_string());
    assert_eq!(community().label(id("medic")), "The medic");
}

#[test]
fn times_are_utc_with_milliseconds_and_z() {
    assert_eq!(wire_format(start()), "2026-04-15T00:00:00.000Z");
    let finer = "2026-04-15T02:00:00.1239+02:00".parse().expect("a valid timestamp");
    assert_eq!(wire_format(finer), "2026-04-15T00:00:00.123Z");
}
