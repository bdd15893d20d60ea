//! Benches of the rules: planning a change, and planning an undo after few reversals and after many.

use std::hint::black_box;

use criterion::{BenchmarkId, Criterion, criterion_group, criterion_main};
use jiff::Timestamp;
use rankledger_bench::changes::{Step, request};
use rankledger_bench::community::{RANKS, ranks};
use rankledger_bench::member::standing;
use rankledger_bench::recorded::{NOW, change_of, reversals_of};
use rankledger_domain::account::Account;
use rankledger_domain::authority::Authority;
use rankledger_domain::change::plan_change;
use rankledger_domain::lineage::Lineage;
use rankledger_domain::rank::CommunityRanks;
use rankledger_domain::undo::{OnConflict, plan_undo};

/// The rank that is given and taken.
const RANK: u8 = RANKS - 1;

fn plan_changes(criterion: &mut Criterion) {
    let (ranks, authority) = authority();
    let account = standing(0);
    let request = request(Step::Give, RANK);
    criterion.bench_function("plan_change", |bencher| {
        bencher.iter(|| plan_change(black_box(&account), &ranks, &authority, black_box(&request), NOW));
    });
}

fn plan_undos(criterion: &mut Criterion) {
    let (ranks, authority) = authority();
    let root = change_of(0, RANK);
    let account = Account { ranks: root.transition.after.clone(), ..standing(0) };
    let mut group = criterion.benchmark_group("plan_undo");
    for reversals in [0, 2, 100] {
        let lineage = Lineage::new(root.clone(), reversals_of(&root, reversals));
        group.bench_function(BenchmarkId::new("reversals", reversals), |bencher| {
            let plan =
                |account| plan_undo(account, &ranks, &authority, &lineage, &[], OnConflict::Refuse, NOW);
            bencher.iter(|| plan(black_box(&account)));
        });
    }
    group.finish();
}

fn authority() -> (CommunityRanks, Authority) {
    let ranks: CommunityRanks = ranks().collect();
    let authority = Authority::new(None, None, &ranks, Timestamp::UNIX_EPOCH);
    (ranks, authority)
}

criterion_group!(benches, plan_changes, plan_undos);
criterion_main!(benches);
