//! A request that had no answer because the server was killed is sent again with the same `Idempotency-Key`.
//! The server carries it out once.

use crate::kills::{CLIENTS, Random, Sent, Stored, change_of, kill_under_load};
use crate::kit::{Community, Process, agent};

const KILLS: u32 = 10;

/// Sends a request again. If it made a change before the kill, checks that the answer is that change.
fn retry(sent: &Sent, server: &Process, before: &[(i64, String)]) -> Option<(i64, String)> {
    let (status, answer) = sent.send(&agent(), &server.url("")).expect("an answer");
    assert!([200, 404, 409].contains(&status), "{status}: {answer}");
    let told = change_of(&answer);
    if let Some(made) = before.first() {
        assert_eq!(told.as_ref(), Some(made), "{sent:?} is answered as the first time: {answer}");
    }
    told
}

#[test]
fn a_request_without_an_answer_is_carried_out_once_however_often_it_is_sent() {
    let community = Community::of(20);
    let mut random = Random::seeded();
    let (mut retried, mut survived) = (0, 0);
    for round in 1..=KILLS {
        let told = kill_under_load(Process::serve(&community.database), CLIENTS, round, &mut random);
        let before = Stored::read(&community.database);
        let server = Process::serve(&community.database);
        let mut made = Vec::new();
        for sent in told.unanswered.iter().filter(|sent| sent.is_keyed) {
            let earlier = before.made_by(&sent.key);
            survived += earlier.len();
            let first = retry(sent, &server, &earlier);
            assert_eq!(retry(sent, &server, &earlier), first, "{sent:?} is answered as the first time");
            made.push((sent, first));
        }
        server.kill();
        let after = Stored::read(&community.database);
        after.check();
        for (sent, told) in made {
            retried += 1;
            assert_eq!(after.made_by(&sent.key), Vec::from_iter(told), "{sent:?} was carried out once");
        }
    }
    assert!(retried > 0, "there was load");
    println!("{retried} requests were sent again, of which {survived} had been carried out before the kill");
}
