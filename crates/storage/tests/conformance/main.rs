//! What every backend has to do, as tests that know only the seam.
//!
//! A backend is plugged in by one line at [`conformance!`]: a name, and how a fresh storage is made. Each pair of a test
//! and a backend is a test of its own.

mod accounts;
mod backend;
mod communities;
mod credentials;
mod departments;
mod identifiers;
mod isolation;
mod kit;
mod listing;
mod profiles;
mod rank_changes;
mod transactions;

macro_rules! conformance {
    ($($backend:ident = $fresh:expr;)*) => {$(
        mod $backend {
            use crate::*;
            tests! { $fresh;
                accounts: a_row_comes_back_as_it_was_stored, a_profile_is_brought_up_to_date,
                    a_transition_is_carried_out, ranks_keep_their_order, grants_keep_their_end,
                    accounts_are_found_by_name_whatever_the_case, keys_tell_accounts_apart;
                listing: a_list_is_filtered_and_counted, a_list_comes_in_pages, accounts_are_found_by_every_selector,
                    selectors_are_combined, a_summary_shows_ranks_and_active_ids;
                communities: a_community_comes_back_as_it_was_stored, a_public_id_is_taken_once,
                    game_servers_are_counted;
                credentials: a_credential_is_found_by_its_hash, a_key_is_stored_once, a_credential_is_revoked_once;
                departments: departments_and_ranks_come_in_order, a_rank_is_brought_up_to_date, a_rank_key_is_taken_once,
                    promotion_flows_come_in_order;
                identifiers: identifiers_come_back_oldest_first, a_verified_value_has_one_owner,
                    an_identifier_stays_with_its_account, discord_ids_are_found_in_rows_and_identifiers;
                isolation: no_finder_sees_another_community, the_same_ids_live_in_two_communities;
                profiles: parts_are_replaced_not_repeated, a_clock_row_stays_with_its_account;
                rank_changes: a_change_comes_back_as_it_was_recorded, numbers_have_no_hole_and_no_repeat,
                    an_undo_id_is_taken_once, a_change_is_reversed_once, only_live_changes_are_found_after_a_number,
                    events_come_oldest_first;
                transactions: what_is_not_committed_leaves_nothing, a_savepoint_takes_back_what_came_after_it,
                    a_released_savepoint_stays, a_reader_sees_one_moment, writers_take_turns;
            }
        }
    )*};
}

macro_rules! tests {
    ($fresh:expr; $($noun:ident: $($test:ident),*;)*) => {$($(
        #[tokio::test]
        async fn $test() {
            let backend = $fresh;
            crate::$noun::$test(backend.storage()).await;
        }
    )*)*};
}

conformance! {
    sqlite = backend::Sqlite::fresh();
}
