//! What every engine must do. Each case runs on SQLite and on PostgreSQL, through the traits that the API uses.

mod counter;
mod races;
pub(super) mod resets;
pub(super) mod world;

use std::pin::Pin;

use world::World;

type Case = (&'static str, fn(World) -> Pin<Box<dyn Future<Output = ()>>>);

macro_rules! cases {
    ($($module:ident :: $name:ident;)*) => {
        const CASES: &[Case] = &[$((stringify!($name), |w| Box::pin($module::$name(w)))),*];
        mod sqlite {
            $(#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
            async fn $name() { super::$module::$name(super::World::sqlite().await).await; })*
        }
    };
}

cases! {
    resets::a_complete_dossier_is_accepted_and_one_mail_is_due;
    resets::two_racing_accepts_with_one_key_make_one_reset;
    resets::two_racing_accepts_with_two_keys_leave_one_live_reset;
    resets::another_body_under_the_same_key_is_refused;
    resets::a_tombstone_refuses_the_late_original;
    resets::a_key_that_was_accepted_cannot_be_given_up;
    resets::an_incomplete_dossier_is_refused_and_leaves_nothing;
    resets::other_people_s_cases_turnos_and_centres_are_refused;
    resets::a_request_after_its_service_period_is_gone;
    resets::a_closed_case_takes_no_late_request;
    resets::a_stale_live_reset_is_put_away_by_the_next_one;
    resets::a_live_reset_of_another_case_refuses;
    resets::the_link_lives_179_999_and_not_180_000;
    resets::two_racing_uses_set_one_key;
    resets::a_cancel_and_a_use_that_race_have_one_winner;
    resets::a_second_start_of_the_mail_keeps_the_expiry_and_a_late_one_is_dropped;
    resets::a_mail_that_never_started_is_not_sent_later;
    resets::a_link_whose_mail_began_late_is_not_over_before_its_time;
    resets::a_deferred_mail_comes_back_and_never_after_its_time;
    resets::another_link_supersedes_the_one_before;
    resets::links_stop_at_the_cap_and_wait_for_the_cool_down;
    resets::a_re_issue_is_replayed_by_its_key;
    resets::the_key_ends_sessions_and_tells_the_owner;
    resets::looking_at_the_page_changes_no_link;
    resets::every_change_raises_the_version_and_is_told;
    resets::a_bounce_shows_and_the_link_may_still_be_used;
    resets::a_late_report_still_lights_the_telltale;
    resets::a_report_after_the_time_is_still_told;
    resets::another_link_is_judged_by_what_is_true_now;
    resets::the_owner_s_notice_is_told_as_what_became_of_it;
    races::a_closing_case_and_a_use_that_race_have_one_winner;
    races::an_extract_beside_the_day_s_work_throws_nobody_out;
    counter::two_counters_never_serve_the_same_person;
    counter::a_case_opens_no_other_employer_s_file;
    counter::a_returned_case_is_taken_up_with_its_next_turno;
    counter::a_colleague_at_the_same_workstation_takes_a_case_over;
    counter::the_registry_s_outage_says_when_to_try_again;
    counter::addresses_are_compared_a_few_times_only;
    counter::a_reset_with_a_wrong_address_counts_as_a_comparison;
    counter::events_come_without_gaps_and_once;
    counter::other_bytes_under_a_known_number_quarantine_the_workstation;
    counter::a_poison_event_is_kept_and_stops_nothing;
    counter::an_enrolment_code_works_once_and_a_new_one_ends_the_old_secret;
    counter::wrong_pins_lock_and_the_lock_ends;
    counter::a_session_ends_for_device_person_and_sign_out;
    counter::a_cut_audit_chain_shows;
    counter::racing_guesses_do_not_outrun_the_cap;
    counter::new_walk_ins_give_no_endless_guesses_at_one_address;
    counter::a_case_that_named_the_address_is_not_stopped_by_what_others_missed;
    counter::with_its_next_turno_a_case_has_named_no_address_yet;
    counter::what_an_earlier_epoch_left_unsent_still_comes;
    counter::a_push_that_a_request_overtook_is_no_cut_chain;
    counter::a_revoked_person_is_out_at_once_and_an_extract_brings_nobody_back;
    counter::an_event_of_somebody_who_is_no_staff_here_is_not_believed;
    counter::key_restored_is_believed_only_of_a_link_that_set_one;
    counter::a_case_that_closes_takes_its_live_link_with_it;
    counter::only_a_returned_case_comes_back_and_only_for_ten_days;
    counter::an_extract_can_be_imported_twice;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn postgresql_passes_the_same_suite() {
    let cluster = crate::testing::Cluster::start().unwrap();
    for (name, case) in CASES {
        eprintln!("postgresql: {name}");
        case(World::postgres(&cluster).await).await;
    }
    let w = World::postgres(&cluster).await;
    assert!(w.store.works().await);
    drop(cluster);
    tokio::time::sleep(std::time::Duration::from_millis(2_050)).await;
    assert!(!w.store.works().await, "a server that ended shows");
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn under_postgresql_the_database_s_clock_sets_the_expiry() {
    let cluster = crate::testing::Cluster::start().unwrap();
    world::database_clock(&cluster).await;
}
