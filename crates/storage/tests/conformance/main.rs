//! Requirements on every backend, as tests that know only the traits of the storage.
//!
//! A backend is added by one line at [`conformance!`]: a name, and how a fresh storage is made. Each pair of
//! a test and a backend is a test of its own.

mod accounts;
mod backend;
mod clock_rows;
mod communities;
mod console_sessions;
mod credential_uses;
mod credentials;
mod definitions;
mod deliveries;
mod departments;
mod events;
mod freshness;
mod game_servers;
mod grants;
mod guards;
mod heads;
mod history;
mod idempotency_keys;
mod identifier_flags;
mod identifiers;
mod isolation;
mod kit;
mod leases;
mod listing;
mod log;
mod members;
mod profiles;
mod pruning;
mod rank_changes;
mod rollbacks;
mod roster;
mod short_urls;
mod signing_keys;
mod standings;
mod subscriptions;
mod transactions;
mod unfinished_imports;

macro_rules! conformance {
    ($($backend:ident = $fresh:expr;)*) => {$(
        mod $backend {
            use crate::*;
            tests! { $fresh;
                accounts: a_row_comes_back_as_it_was_stored, a_profile_is_brought_up_to_date,
                    a_transition_is_carried_out, ranks_keep_their_order, grants_keep_their_end,
                    accounts_are_found_by_name_whatever_the_case, keys_tell_accounts_apart,
                    flags_are_set_and_count_a_version, a_touch_counts_a_version_and_nothing_else,
                    an_account_that_there_is_not_cannot_be_touched, the_holders_of_a_rank_are_found;
                clock_rows: the_newest_open_clock_row_is_found, the_latest_clock_rows_come_newest_first,
                    an_account_comes_with_its_newest_clock_rows_oldest_first, a_clock_row_stays_with_its_account,
                    an_activity_row_stays_with_its_account, activity_rows_are_found_by_type_and_server,
                    an_activity_row_is_brought_up_to_date_and_comes_with_its_server;
                listing: a_list_is_filtered_and_counted, a_list_comes_in_pages, accounts_are_found_by_every_selector,
                    digits_are_nobodys_name, selectors_are_combined, a_summary_shows_ranks_and_active_ids;
                communities: a_community_comes_back_as_it_was_stored, a_public_id_is_taken_once,
                    a_community_gets_another_name_and_keeps_the_rest;
                console_sessions: a_session_is_found_by_its_token_whose_ever_it_is, a_session_is_used_and_ended,
                    sessions_that_are_over_go_when_another_begins, sessions_end_with_their_key_and_their_person,
                    a_link_is_taken_once;
                credential_uses: the_latest_use_of_each_credential_is_kept;
                credentials: a_credential_is_found_by_its_hash, a_key_is_stored_once, a_credential_is_revoked_once,
                    the_rate_factor_of_a_credential_is_set;
                definitions: profile_field_definitions_come_in_order_until_removed,
                    clockin_types_come_in_order_until_removed, custom_log_types_come_in_order_until_removed;
                deliveries: a_delivery_comes_back_as_it_was_stored,
                    deliveries_come_newest_first_in_pages_and_by_their_state, deliveries_after_a_place_that_wait_are_forgotten,
                    old_deliveries_are_forgotten_unless_they_wait;
                departments: departments_and_ranks_come_in_order, a_rank_is_brought_up_to_date,
                    ranks_are_retired_with_their_department, a_rank_key_is_taken_once,
                    promotion_flows_come_in_order, a_removed_promotion_flow_is_gone_and_its_key_is_free;
                events: the_feed_is_the_plain_list_whatever_the_filter_and_the_page,
                    the_feed_passes_over_what_was_pruned, the_first_event_since_a_time_is_found, every_community_has_a_feed_of_its_own;
                freshness: whatever_is_written_is_seen_by_the_next_transaction,
                    whatever_is_not_kept_is_seen_by_nobody_else, a_view_stays_as_it_began_while_others_write;
                game_servers: a_game_server_comes_back_as_it_was_stored,
                    a_game_server_is_brought_up_to_date_until_it_is_removed, game_servers_are_counted,
                    open_activity_rows_are_found_by_their_server, a_closed_activity_row_is_open_no_more;
                guards: a_community_begins_with_the_usual_guards, guards_come_back_as_they_were_stored,
                    removals_are_counted_for_each_and_come_oldest_first,
                    removals_outside_of_a_span_are_forgotten_for_one_only,
                    the_removals_of_all_together_are_counted_under_an_id_of_nobody;
                heads: the_latest_of_the_newest_changes_is_found;
                idempotency_keys: a_key_is_found_by_its_credential_and_name,
                    a_key_that_is_stored_again_replaces_what_was_known,
                    the_oldest_keys_are_removed_first_a_few_at_a_time;
                history: the_history_is_filtered_by_each_member, the_members_of_a_filter_are_combined,
                    a_time_between_two_milliseconds_is_between_them, times_need_not_grow_with_the_numbers,
                    the_history_comes_in_pages_in_both_orders,
                    a_place_in_the_history_stays_while_it_grows, each_change_is_linked_to_the_one_before,
                    a_change_that_is_refused_moves_no_head, every_community_has_a_history_and_a_chain_of_its_own;
                grants: the_holders_of_ended_grants_are_found_in_the_order_of_the_ends,
                    the_next_end_of_a_grant_is_known, nothing_ends_in_a_frozen_community,
                    bans_that_have_ended_are_found_in_the_order_of_the_ends;
                identifier_flags: a_flag_names_accounts_and_is_set_on_their_identifiers,
                    flags_are_listed_newest_first_and_dismissed_once;
                identifiers: identifiers_come_back_oldest_first, a_verified_value_has_one_owner,
                    an_identifier_stays_with_its_account, an_identifier_that_is_removed_is_free_for_others, discord_ids_are_found_in_rows_and_identifiers;
                leases: a_lease_has_one_holder_who_may_renew_it, a_lease_that_is_over_or_given_back_is_free;
                log: an_entry_comes_back_as_it_was_written, entries_are_linked_to_each_other_and_to_the_ledger,
                    every_community_has_a_log_and_a_chain_of_its_own, an_entry_that_is_rolled_back_leaves_its_place,
                    the_log_is_filtered_by_each_member, the_members_of_a_filter_of_the_log_are_combined,
                    the_log_comes_in_pages_in_both_orders, places_are_shared_with_rank_changes;
                members: active_members_come_by_number_with_their_ranks, a_member_comes_with_what_is_its_own;
                isolation: no_finder_sees_another_community, no_finder_sees_what_accounts_of_another_community_did,
                    the_same_ids_live_in_two_communities;
                profiles: parts_are_replaced_not_repeated, an_emptied_profile_field_is_gone;
                pruning: a_pruned_history_begins_after_what_went,
                    a_history_is_not_pruned_in_the_midst_of_a_lineage_nor_whole, what_could_be_pruned_is_found,
                    with_a_rollback_goes_its_report,
                    what_an_import_recorded_is_known_when_it_is_pruned;
                rank_changes: a_change_comes_back_as_it_was_recorded, numbers_have_no_hole_and_no_repeat,
                    an_undo_id_is_taken_once, a_change_is_reversed_once, only_live_changes_are_found_after_a_number;
                rollbacks: a_rollback_comes_back_as_it_was_kept, a_rollback_is_kept_once_in_a_community;
                roster: members_come_by_name_and_are_found_by_a_part_of_it,
                    the_roster_is_filtered_by_rank_and_status, the_roster_is_leafed_through_both_ways,
                    changes_are_named_by_their_numbers;
                signing_keys: a_community_keeps_one_signing_key;
                standings: all_standings_come_in_the_order_of_the_ids, a_standing_names_what_left_it_so;
                short_urls: a_short_url_is_found_by_its_code_whose_ever_it_is, a_short_url_is_found_by_where_it_leads,
                    a_code_is_taken_once_on_a_server;
                subscriptions: a_subscription_comes_back_as_it_was_stored,
                    the_enabled_subscriptions_of_all_communities_are_found,
                    subscriptions_that_fail_or_were_disabled_by_the_server_are_counted,
                    the_progress_of_each_subscription_is_kept,
                    a_subscription_is_removed_with_its_deliveries_that_wait;
                transactions: what_is_not_committed_leaves_nothing, a_savepoint_takes_back_what_came_after_it,
                    a_released_savepoint_stays, a_reader_sees_one_moment, writers_take_turns;
                unfinished_imports: an_import_comes_back_as_it_was_stored_until_it_is_finished,
                    a_community_is_found_once_the_import_that_makes_it_is_finished,
                    only_a_community_that_an_import_makes_is_deleted;
            }
        }
    )*};
}

macro_rules! tests {
    ($fresh:expr; $($noun:ident: $($test:ident),*;)*) => {$($(
        #[tokio::test]
        async fn $test() {
            let backend = $fresh.await;
            crate::$noun::$test(backend.storage()).await;
        }
    )*)*};
}

conformance! {
    sqlite = async { backend::Sqlite::fresh() };
    postgres = backend::Postgres::fresh();
}
