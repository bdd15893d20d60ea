//! Benches of bytes: a link of the hash chain, an account's row on the wire, an API key as it is read from
//! a request.

use std::hint::black_box;

use criterion::{BatchSize, Criterion, criterion_group, criterion_main};
use rankledger_bench::community::RANKS;
use rankledger_bench::member::member;
use rankledger_bench::recorded::{NOW, change_of};
use rankledger_domain::api_key::ApiKey;
use rankledger_domain::chain;
use rankledger_server::wire::account::{AccountBody, FullAccountBody};
use uuid::Uuid;

fn link(criterion: &mut Criterion) {
    let change = change_of(0, RANKS - 1);
    let genesis = chain::genesis(Uuid::nil());
    criterion.bench_function("chain_link", |bencher| {
        bencher.iter(|| chain::link(black_box(genesis), black_box(&change)));
    });
}

fn account_row(criterion: &mut Criterion) {
    let account = member(0, NOW);
    let parts = || (account.clone(), "Bench".to_owned());
    let mut group = criterion.benchmark_group("account_row");
    group.bench_function("read", |bencher| {
        let write = |(account, name)| serde_json::to_vec(&AccountBody::new(account, name));
        bencher.iter_batched(parts, write, BatchSize::SmallInput);
    });
    group.bench_function("changed", |bencher| {
        let write = |(account, name)| serde_json::to_vec(&FullAccountBody::new(account, name));
        bencher.iter_batched(parts, write, BatchSize::SmallInput);
    });
    group.finish();
}

fn api_key(criterion: &mut Criterion) {
    let key = ApiKey::from_entropy([7; 32]);
    criterion.bench_function("api_key", |bencher| {
        bencher.iter(|| ApiKey::parse(black_box(key.reveal())).map(|key| key.hash()));
    });
}

criterion_group!(benches, link, account_row, api_key);
criterion_main!(benches);
