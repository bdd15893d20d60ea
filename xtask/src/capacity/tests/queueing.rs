//! Waiting lines of which the theory of queues knows how long they are.

use super::given::{FREE, assert_near, figures, mixed, reads, system};
use crate::capacity::service_times::Work;
use crate::capacity::simulation::simulate;
use crate::capacity::system::System;

/// M/M/1: the time until the answer is exponential, with mean 1 / (service rate - arrival rate).
#[test]
fn one_core_keeps_requests_as_long_as_an_m_m_1_queue() {
    let node = Work { read: 100.0, ..FREE };
    for load in [0.3, 0.7, 0.85] {
        let outcome = simulate(&System { node, ..system() }, &reads(10_000.0 * load, 60));
        let theory = 100.0 / (1.0 - load);
        let [mean, median, slowest] = figures(outcome.reads);
        assert_near("mean", mean, theory, 4.0);
        assert_near("p50", median, theory * 2.0_f64.ln(), 4.0);
        assert_near("p99", slowest, theory * 100.0_f64.ln(), 6.0);
        assert_near("busy", outcome.busy.nodes, load, 1.0);
    }
}

/// M/M/4: the chance to wait is Erlang's, and the wait 1 / (4 * service rate - arrival rate).
#[test]
fn four_cores_keep_requests_as_long_as_an_m_m_4_queue() {
    let node = Work { read: 100.0, ..FREE };
    let offered = 3.2; // of four cores
    let outcome = simulate(&System { node, node_cores: 4, ..system() }, &reads(10_000.0 * offered, 30));
    let terms = [1.0, offered, offered.powi(2) / 2.0, offered.powi(3) / 6.0];
    let all_taken = offered.powi(4) / 24.0 / (1.0 - offered / 4.0);
    let waits = all_taken / (terms.iter().sum::<f64>() + all_taken);
    let theory = 100.0 + waits * 100.0 / (4.0 - offered);
    let [mean, ..] = figures(outcome.reads);
    assert_near("mean", mean, theory, 3.0);
}

/// Two M/M/1 queues one after the other, with a round trip between them.
#[test]
fn node_and_database_add_up() {
    let system = System {
        node: Work { read: 100.0, ..FREE },
        database: Work { read: 80.0, ..FREE },
        read_wait: 250.0,
        ..system()
    };
    let outcome = simulate(&system, &reads(6_000.0, 60));
    let theory = 100.0 / (1.0 - 0.6) + 250.0 + 80.0 / (1.0 - 0.48);
    let [mean, ..] = figures(outcome.reads);
    assert_near("mean", mean, theory, 3.0);
    assert_near("database", outcome.busy.database, 0.48, 1.0);
}

/// A node with one connection, which each read holds for a fixed time, is an M/D/1 queue: the mean wait is
/// half of that of M/M/1.
#[test]
fn one_connection_is_an_m_d_1_queue() {
    let system = System { readers: 1, read_wait: 1_000.0, ..system() };
    let outcome = simulate(&system, &reads(700.0, 600));
    let [mean, ..] = figures(outcome.reads);
    assert_near("mean", mean, 1_000.0 + 0.7 / (2.0 * 0.3) * 1_000.0, 3.0);
    assert_near("readers", outcome.busy.readers, 0.7, 1.0);
}

#[test]
fn all_that_comes_is_answered_and_the_same_each_time() {
    let system = System {
        nodes: 3,
        node_cores: 2,
        writers: 2,
        readers: 2,
        node: Work { commit: 50.0, change: 200.0, read: 100.0 },
        database: Work { commit: 100.0, change: 100.0, read: 50.0 },
        wait: 500.0,
        writer: 10.0,
        change_wait: 250.0,
        read_wait: 250.0,
        sync: 1_000.0,
        ..system()
    };
    for rate in [10.0, 1_000.0, 100_000.0] {
        let outcome = simulate(&system, &mixed(rate, 1));
        assert!(outcome.came > 0);
        assert_eq!(outcome.came, outcome.answered, "at {rate} requests a second");
        assert_eq!(outcome, simulate(&system, &mixed(rate, 1)));
    }
}
