//! How grants are written in columns: as bytes. 16 for each rank; or, if one of them ends, a byte 1, and then
//! 24 for each grant: its rank and its end in milliseconds since 1970, big-endian, the largest number without
//! an end.

use jiff::Timestamp;
use rankledger_domain::account::HeldRank;
use rankledger_domain::ids::RankId;
use uuid::Uuid;

/// The bytes of a rank.
const RANK: usize = 16;

/// The bytes of a rank and an end.
const GRANT: usize = RANK + 8;

/// The first byte of grants of which one ends.
const WITH_ENDS: u8 = 1;

/// The end of a grant that never ends.
const NEVER: i64 = i64::MAX;

/// Writes grants.
pub(crate) fn write(held: &[HeldRank]) -> Vec<u8> {
    if held.iter().all(|held| held.expires_at.is_none()) {
        return held.iter().flat_map(|held| *held.rank.0.as_bytes()).collect();
    }
    let mut bytes = Vec::with_capacity(1 + held.len() * GRANT);
    bytes.push(WITH_ENDS);
    for held in held {
        bytes.extend_from_slice(held.rank.0.as_bytes());
        bytes.extend_from_slice(&held.expires_at.map_or(NEVER, Timestamp::as_millisecond).to_be_bytes());
    }
    bytes
}

/// Reads grants as [`write`] writes them; else returns what is wrong with them.
pub(crate) fn read(bytes: &[u8]) -> Result<Vec<HeldRank>, &'static str> {
    if bytes.len().is_multiple_of(RANK) {
        let (ranks, _) = bytes.as_chunks::<RANK>();
        return Ok(ranks.iter().map(|rank| HeldRank::permanent(rank_of(*rank))).collect());
    }
    let Some((&WITH_ENDS, grants)) = bytes.split_first() else { return Err("unknown form of grants") };
    let (grants, rest) = grants.as_chunks::<GRANT>();
    if !rest.is_empty() {
        return Err("grants are cut off");
    }
    let held: Vec<_> = grants.iter().map(grant).collect::<Result<_, _>>()?;
    // Grants of which none ends have another form, and each has one only.
    if held.iter().any(|held| held.expires_at.is_some()) { Ok(held) } else { Err("not as it was written") }
}

/// Returns whether a rank is among grants. Bytes of another form hold none.
pub(crate) fn holds(bytes: &[u8], rank: RankId) -> bool {
    let (start, size) = if bytes.len().is_multiple_of(RANK) { (0, RANK) } else { (1, GRANT) };
    let grants = bytes.get(start..).unwrap_or_default().chunks_exact(size);
    grants.into_iter().any(|grant| grant.starts_with(rank.0.as_bytes()))
}

/// Returns the soonest end among grants.
pub(crate) fn next_end(held: &[HeldRank]) -> Option<Timestamp> {
    held.iter().filter_map(|held| held.expires_at).min()
}

fn rank_of(bytes: [u8; RANK]) -> RankId {
    RankId(Uuid::from_bytes(bytes))
}

fn grant(bytes: &[u8; GRANT]) -> Result<HeldRank, &'static str> {
    let (rank, end) = bytes.split_at(RANK);
    let rank = rank_of(rank.try_into().expect("16 bytes"));
    let end = match i64::from_be_bytes(end.try_into().expect("8 bytes")) {
        NEVER => None,
        end => Some(Timestamp::from_millisecond(end).map_err(|_| "time out of range")?),
    };
    Ok(HeldRank { rank, expires_at: end })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn rank(number: u128) -> RankId {
        RankId(Uuid::from_u128(number))
    }

    fn until(number: u128, end: i64) -> HeldRank {
        HeldRank { rank: rank(number), expires_at: Some(Timestamp::from_millisecond(end).expect("a time")) }
    }

    #[test]
    fn grants_are_read_as_they_were_written() {
        let permanent = [HeldRank::permanent(rank(1)), HeldRank::permanent(rank(2))];
        let mixed = [HeldRank::permanent(rank(1)), until(2, -5), until(3, 1_800_000_000_000)];
        for (held, length) in [(&[][..], 0), (&permanent, 32), (&mixed, 73), (&mixed[1..2], 25)] {
            let bytes = write(held);
            assert_eq!(bytes.len(), length);
            assert_eq!(read(&bytes).as_deref(), Ok(held));
            for number in 0..5 {
                let is_held = held.iter().any(|held| held.rank == rank(number));
                assert_eq!(holds(&bytes, rank(number)), is_held, "{number}");
            }
        }
        assert_eq!(next_end(&mixed), mixed[1].expires_at);
        assert_eq!(next_end(&permanent), None);
    }

    #[test]
    fn a_rank_is_not_found_across_two_others() {
        let bytes = write(&[HeldRank::permanent(rank(0x1122 << 64)), HeldRank::permanent(rank(7))]);
        let across = u128::from_be_bytes(bytes[8..24].try_into().expect("16 bytes"));
        assert!(!holds(&bytes, rank(across)));
    }

    #[test]
    fn bytes_that_nobody_wrote_are_refused() {
        let mut unknown = write(&[until(1, 5)]);
        unknown[0] = 2;
        let mut endless = write(&[until(1, 5)]);
        endless[17..].copy_from_slice(&NEVER.to_be_bytes());
        let mut beyond = write(&[until(1, 5)]);
        beyond[17..].copy_from_slice(&(NEVER - 1).to_be_bytes());
        for bytes in [&unknown[..], &endless, &beyond, &[1; 24], &[0; 8]] {
            assert!(read(bytes).is_err(), "{bytes:?}");
        }
    }
}
