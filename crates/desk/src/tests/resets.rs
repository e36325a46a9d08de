use ventanilla_contract::error::{ErrorBody, ErrorCode};
use ventanilla_contract::event::Outcome;
use ventanilla_contract::reset::{Reset, ResetState, Step, TelltaleStep};
use ventanilla_domain::reset::Ask;

use super::*;
use crate::store::resets::{self, Learned, ResetRow};
use crate::view::{LinkClock, ResetView};

fn word(version: u32, state: ResetState, remaining_ms: Option<u32>) -> Reset {
    Reset {
        id: Uuid::from_u128(42),
        case_id: Uuid::nil(),
        state,
        version,
        remaining_ms,
        email_masked: "m•••••@eltrigo.ec".into(),
        links_today: 1,
        links_per_day: 3,
        reissue_in_ms: 30_000,
        telltale: vec![TelltaleStep { step: Step::KeySet, at: TEN, reason: None }],
    }
}

/// A case whose reset is intended.
fn intended(rig: &Rig) -> (String, Uuid) {
    let case = rig.in_service();
    rig.accept_all(&case);
    rig.desk.set_online(true);
    rig.desk.email_compared(case.parse().unwrap(), "maria@eltrigo.ec", true, 4).unwrap();
    let row = intend(rig, &case).unwrap();
    (case, row.key)
}

fn intend(rig: &Rig, case: &str) -> Result<ResetRow, DeskError> {
    let actor = rig.desk.actor().unwrap();
    rig.db().act(&actor, |act| {
        let request = rig.desk.reset_request(act, case.parse().unwrap())?;
        resets::intend(act, &request)
    })
}

fn act<T>(rig: &Rig, f: impl FnOnce(&mut crate::store::Act<'_>) -> Result<T, DeskError>) -> Result<T, DeskError> {
    let actor = rig.desk.actor().unwrap();
    rig.db().act(&actor, f)
}

#[test]
fn the_key_and_the_exact_body_are_on_disk_before_the_call() {
    let mut rig = Rig::open();
    let (case, key) = intended(&rig);
    rig.restart();
    rig.desk.admit(&ana(), "4711", false).unwrap();
    let open = rig.db().read(resets::open).unwrap();
    assert_eq!((open.len(), open[0].key, open[0].ask), (1, key, Ask::Intent));
    let request: ventanilla_contract::reset::ResetRequest = serde_json::from_str(&open[0].body).unwrap();
    assert_eq!(request.body_hash(), open[0].body_hash);
    assert_eq!((request.cedula_shown.as_str(), request.attestations.len()), (CEDULA, 5));
    assert_eq!(rig.desk.open_case(case).unwrap().reset, ResetView::Sending);
}

#[test]
fn a_second_press_starts_no_second_reset_and_the_dossier_stands_still() {
    let rig = Rig::open();
    let (case, _) = intended(&rig);
    assert_eq!(intend(&rig, &case).err().unwrap().code(), "reset_open");
    assert_eq!(rig.desk.take_back(case.clone(), Document::Cedula).unwrap_err().code(), "reset_open");
    assert_eq!(rig.desk.close(case, Outcome::Cancelled).unwrap_err().code(), "reset_open");
}

#[test]
fn silence_asks_and_only_the_clerk_sends_again_with_the_same_key() {
    let rig = Rig::open();
    let (case, key) = intended(&rig);
    let view = || rig.desk.open_case(case.clone()).unwrap().reset;
    rig.db().mirror(|a| resets::learn(a, key, Learned::Silence)).unwrap();
    assert_eq!(view(), ResetView::Unknown);
    assert!(act(&rig, |a| resets::resend(a, key)).is_err(), "not before the question");
    rig.db().mirror(|a| resets::learn(a, key, Learned::NoneByKey)).unwrap();
    assert_eq!(view(), ResetView::NotFound);
    let again = act(&rig, |a| resets::resend(a, key)).unwrap();
    assert_eq!((again.key, again.ask), (key, Ask::Intent));
    rig.db().mirror(|a| resets::learn(a, key, Learned::Silence)).unwrap();
    act(&rig, |a| resets::abandon(a, key)).unwrap();
    assert!(act(&rig, |a| resets::adopt(a, key, &word(1, ResetState::Accepted, None), 0)).is_err());
    assert!(matches!(view(), ResetView::Ready { .. }));
    assert_ne!(intend(&rig, &case).unwrap().key, key, "a new ask has a new key");
}

#[test]
fn the_countdown_follows_the_clock_that_only_runs_forward() {
    let rig = Rig::open();
    let (case, key) = intended(&rig);
    let before = rig.clock.mono_ms();
    rig.clock.advance(2_000);
    act(&rig, |a| resets::adopt(a, key, &word(1, ResetState::HandedOver, Some(180_000)), before)).unwrap();
    let left = || match rig.desk.open_case(case.clone()).unwrap().reset {
        ResetView::Live { link } => link.clock,
        other => panic!("{other:?}"),
    };
    assert_eq!(left(), LinkClock::Running { ms: 178_000 }, "counted from before the call: never too much");
    rig.clock.set_wall(TEN + 3_600_000);
    assert_eq!(left(), LinkClock::Running { ms: 178_000 });
    rig.clock.advance(178_001);
    assert_eq!(left(), LinkClock::Running { ms: 0 });
}

#[test]
fn another_run_of_the_program_shows_no_time_before_it_asked() {
    let mut rig = Rig::open();
    let (case, key) = intended(&rig);
    let mono = rig.clock.mono_ms();
    act(&rig, |a| resets::adopt(a, key, &word(1, ResetState::HandedOver, Some(180_000)), mono)).unwrap();
    rig.restart();
    rig.desk.admit(&ana(), "4711", false).unwrap();
    let ResetView::Live { link } = rig.desk.open_case(case).unwrap().reset else { panic!() };
    assert_eq!(link.clock, LinkClock::Unknown);
}

#[test]
fn only_a_higher_version_counts_and_the_key_is_set_once() {
    let rig = Rig::open();
    let (case, key) = intended(&rig);
    act(&rig, |a| resets::adopt(a, key, &word(3, ResetState::HandedOver, Some(100)), 0)).unwrap();
    let update = |v, state| rig.db().mirror(|a| resets::update(a, &word(v, state, None), 0)).unwrap();
    assert!(!update(2, ResetState::Expired));
    assert!(!update(3, ResetState::Expired));
    assert_eq!(rig.desk.close(case.clone(), Outcome::KeyRestored).unwrap_err().code(), "key_not_confirmed");
    assert!(update(4, ResetState::Used));
    assert!(!update(4, ResetState::Used));
    let view = rig.desk.open_case(case.clone()).unwrap();
    assert!(matches!(view.reset, ResetView::KeySet { .. }));
    assert_eq!(view.outcomes.len(), 1);
    assert!(view.outcomes[0].suggested && view.outcomes[0].outcome == Outcome::KeyRestored);
    assert_eq!(rig.desk.close(case.clone(), Outcome::Left).unwrap_err().code(), "key_is_set");
    rig.desk.close(case.clone(), Outcome::KeyRestored).unwrap();
    let set = rig.desk.history(case).unwrap().iter().filter(|e| e.kind == "key_set").count();
    assert_eq!(set, 1);
}

#[test]
fn a_refusal_is_shown_and_a_new_ask_may_follow() {
    let rig = Rig::open();
    let (case, key) = intended(&rig);
    let no =
        ErrorBody { code: ErrorCode::ResetLive, message: "m".into(), hint: "h".into(), retry_at: None, expected: None };
    act(&rig, |a| resets::refuse(a, key, &no)).unwrap();
    let ResetView::Refused { error, retry } = rig.desk.open_case(case.clone()).unwrap().reset else { panic!() };
    assert_eq!((error.code.as_str(), retry), ("reset_live", true));
    intend(&rig, &case).unwrap();
}

#[test]
fn a_request_needs_a_service_period_that_still_runs() {
    let rig = Rig::open();
    let case = rig.in_service();
    rig.accept_all(&case);
    let id = case.parse().unwrap();
    assert_eq!(intend(&rig, &case).err().unwrap().code(), "email_mismatch");
    rig.desk.email_compared(id, "maria@eltrigo.ec", true, 4).unwrap();
    for _ in 0..3 {
        rig.clock.advance(200_000);
        rig.desk.touch().unwrap();
    }
    assert_eq!(intend(&rig, &case).err().unwrap().code(), "does_not_fit");
    rig.desk.set_service_period(id, Uuid::from_u128(8), rig.clock.mono_ms() + 1).unwrap();
    intend(&rig, &case).unwrap();
}
