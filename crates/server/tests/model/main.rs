//! The server against a model: random histories are played on both, and after each step both must agree.
//!
//! [`server`] is the real one, over a database of its own. [`model`] is a second, naive implementation of
//! what the documents promise, written without the server's rules. A history that fails is made as short as
//! possible, and printed.

mod community;
mod histories;
#[path = "../http/kit/mod.rs"]
#[expect(dead_code, unused_imports, reason = "the kit of the HTTP tests can do more than is needed here")]
mod kit;
mod model;
mod outcome;
#[path = "../http/deliveries/receiver.rs"]
#[expect(dead_code, reason = "the receivers of the HTTP tests can do more than is needed here")]
mod receiver;
mod run;
mod server;
mod steps;
mod subscriber;

use std::path::Path;
use std::sync::Once;

/// Commits are durable, which is slow on a disk. The databases are in memory if there is a file system for
/// that.
fn use_memory() {
    static ONCE: Once = Once::new();
    ONCE.call_once(|| {
        let memory = Path::new("/dev/shm");
        if memory.is_dir() {
            tempfile::env::override_temp_dir(memory)
                .expect("nothing has asked for the temporary folder before");
        }
    });
}

#[test]
fn the_server_and_a_naive_model_agree_after_each_step_of_random_histories() {
    use_memory();
    run::play_many();
}

#[test]
fn a_subscriber_pieces_together_what_the_accounts_hold() {
    use_memory();
    subscriber::follow_many();
}
