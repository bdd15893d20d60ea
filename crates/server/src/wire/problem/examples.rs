//! The things that the examples of problems speak of.

use jiff::Timestamp;
use rankledger_domain::ids::{AccountId, BatchId, ChangeNumber, CredentialId, RankId, UndoId};
use rankledger_domain::rank_change::Source;
use rankledger_domain::refusal::ChangeRef;
use uuid::Uuid;

/// The path of most examples.
pub(super) const RANKS_PATH: &str = "/v2/community/accounts/00000000-0000-0000-0000-000000000000/ranks";

/// An id that names nothing.
pub(super) const UNKNOWN: Uuid = Uuid::from_u128(0x9999_9999_9999_9999_9999_9999_9999_9999);

pub(super) const ACCOUNT: AccountId = AccountId(Uuid::nil());
pub(super) const RANK: RankId = RankId(Uuid::from_u128(0x2222_2222_2222_2222_2222_2222_2222_2222));
pub(super) const BATCH: BatchId = BatchId(UNKNOWN);
pub(super) const UNDO_ID: UndoId = UndoId(Uuid::from_u128(0x1111_1111_1111_1111_1111_1111_1111_1111));
pub(super) const CREDENTIAL: CredentialId =
    CredentialId(Uuid::from_u128(0x7777_7777_7777_7777_7777_7777_7777_7777));

/// 2026-04-15.
pub(super) const TIME: Timestamp = Timestamp::constant(1_776_211_200, 0);

/// Returns a change that a person made.
pub(super) fn change() -> ChangeRef {
    let (number, credential) = (ChangeNumber(2), None);
    let source = Source::Api;
    ChangeRef { number, undo_id: UNDO_ID, at: TIME, actor: Some(ACCOUNT), credential, source }
}
