//! Turnos, employers, events, devices and staff.

use std::sync::Arc;

use ventanilla_contract::error::ErrorCode as E;
use ventanilla_contract::turno::WalkIn;

use super::super::*;
use super::resets::{event, push};
use super::world::*;

pub async fn two_counters_never_serve_the_same_person(w: World) {
    let (case_a, case_b) = (w.id(), w.id());
    let (ana, luis) = (ana(), luis());
    let (a, b) =
        tokio::join!(w.store.call(turno(1), case_a, w.id(), &ana), w.store.call(turno(1), case_b, w.id(), &luis));
    assert!(a.is_ok() != b.is_ok());
    let (won, lost) = if a.is_ok() { (a, b) } else { (b, a) };
    assert_eq!(code(lost), E::TurnoCalledElsewhere);
    let (period, turno_called) = won.unwrap();
    assert_eq!(period.expires_in_ms, 600_000);
    assert_eq!(code(w.store.call(turno(4), w.id(), w.id(), &ana).await), E::TurnoOtherCenter);
    assert_eq!(code(w.store.call(w.id(), w.id(), w.id(), &ana).await), E::TurnoUnknown);
    let (who, case) = if turno_called.called_by.as_deref() == Some("1") { (ana, case_a) } else { (luis, case_b) };
    let (_, again) = w.store.call(turno(1), case, w.id(), &who).await.unwrap();
    assert_eq!(again, turno_called, "the same case again is no change");
    let walk_in =
        WalkIn { number: PERSON.into(), ticket: "W-001".into(), person_name: "José".into(), preferential: true };
    let id = w.id();
    let issued = w.store.put_walk_in(id, walk_in.clone(), &who).await.unwrap();
    assert_eq!((issued.day.as_str(), issued.walk_in), ("2026-11-24", true));
    assert_eq!(w.store.put_walk_in(id, walk_in.clone(), &who).await.unwrap(), issued);
    assert_eq!(code(w.store.put_walk_in(id, walk_in, &eva()).await), E::TurnoOtherCenter);
    let tickets: Vec<_> = w.store.turnos("QS", "2026-11-24").await.unwrap().into_iter().map(|t| t.ticket).collect();
    assert_eq!(tickets, ["A-001", "A-002", "A-003", "W-001"]);
}

pub async fn a_case_opens_no_other_employer_s_file(w: World) {
    let (case, _) = w.called(turno(1), &ana()).await;
    assert_eq!(code(w.store.look(PERSON, case, &ana()).await), E::CaseNotYours);
    assert_eq!(code(w.store.email_check(case, PERSON, ADDRESS, &ana()).await), E::CaseNotYours);
    w.store.look(COMPANY, case, &ana()).await.unwrap();
    let closed = event(&ana(), 1, Some(case), r#"{"kind":"closed","outcome":"left"}"#);
    w.store.push_events(push(&ana(), 1, vec![closed]), &ana()).await.unwrap();
    assert_eq!(code(w.store.look(COMPANY, case, &ana()).await), E::ServicePeriodOver, "nor its own once it is over");
    assert_eq!(code(w.store.email_check(case, COMPANY, ADDRESS, &ana()).await), E::ServicePeriodOver);
}

pub async fn a_returned_case_is_taken_up_with_its_next_turno(w: World) {
    let (case, _) = w.called(turno(1), &ana()).await;
    w.store.email_check(case, COMPANY, "otra@eltrigo.ec", &ana()).await.unwrap();
    let returned = event(&ana(), 1, Some(case), r#"{"kind":"closed","outcome":"returned"}"#);
    w.store.push_events(push(&ana(), 1, vec![returned]), &ana()).await.unwrap();
    let (other, next) = (w.walk_in_of(PERSON).await, w.walk_in_of(COMPANY).await);
    assert_eq!(code(w.store.call(other, case, w.id(), &ana()).await), E::CaseNotYours, "another employer's turno");
    assert_eq!(code(w.store.call(next, case, w.id(), &luis()).await), E::CaseNotYours, "another workstation");
    let (period, _) = w.store.call(next, case, w.id(), &ana()).await.unwrap();
    let tries = w.store.email_check(case, COMPANY, ADDRESS, &ana()).await.unwrap().tries_left;
    assert_eq!(tries, 5, "a new attendance");
    let ask = w.ask_for(case, period.id, next, &ana());
    let old = w.ask_for(case, period.id, turno(1), &ana());
    assert_eq!(code(w.store.accept_reset(old).await), E::CaseNotYours, "the turno of the first time is over");
    w.store.accept_reset(ask).await.unwrap();
}

pub async fn a_colleague_at_the_same_workstation_takes_a_case_over(w: World) {
    let (case, period) = w.called(turno(1), &ana()).await;
    let eugenia = actor("eugenia", "QS", "1");
    let ask = w.ask_for(case, period, turno(1), &eugenia);
    assert_eq!(code(w.store.accept_reset(ask.clone()).await), E::CaseNotYours, "not without taking it over");
    let (fresh, _) = w.store.call(turno(1), case, w.id(), &eugenia).await.unwrap();
    assert_eq!(code(w.store.look(COMPANY, case, &ana()).await), E::CaseNotYours, "it is one clerk's at a time");
    w.store.accept_reset(w.ask_for(case, fresh.id, turno(1), &eugenia)).await.unwrap();
}

pub async fn the_registry_s_outage_says_when_to_try_again(w: World) {
    let ask = w.ask().await;
    w.store.set_registro_civil_down(true).await.unwrap();
    match w.store.look(COMPANY, ask.request.case_id, &ana()).await {
        Err(StoreError::Refused(refusal)) => {
            assert_eq!(refusal.code, E::RegistroCivilUnavailable);
            assert_eq!(refusal.retry_at, Some(MORNING.plus(3_600_000)));
        }
        other => panic!("{other:?}"),
    }
    assert_eq!(code(w.store.accept_reset(ask.clone()).await), E::RegistroCivilUnavailable);
    w.clock.advance(1_800_000);
    w.store.set_registro_civil_down(true).await.unwrap();
    let told = async || match w.store.look(COMPANY, ask.request.case_id, &ana()).await {
        Err(StoreError::Refused(refusal)) => refusal.retry_at.unwrap(),
        other => panic!("{other:?}"),
    };
    assert_eq!(told().await, MORNING.plus(3_600_000), "asking again puts it off for nobody");
    w.clock.advance(1_800_000);
    assert_eq!(told().await, MORNING.plus(7_200_000), "it lasts: one more pause");
    w.clock.advance(-3_600_000);
    w.store.set_registro_civil_down(false).await.unwrap();
    let employer = w.store.look(COMPANY, ask.request.case_id, &ana()).await.unwrap();
    assert_eq!(employer.email_masked.as_deref(), Some("m•••••@eltrigo.ec"));
    assert_eq!(employer.as_of, MORNING.0);
    assert_eq!(code(w.store.look(COMPANY, ask.request.case_id, &luis()).await), E::CaseNotYours);
    assert_eq!(code(w.store.look("17", ask.request.case_id, &ana()).await), E::NumberInvalid);
    w.store.accept_reset(ask).await.unwrap();
}

pub async fn addresses_are_compared_a_few_times_only(w: World) {
    let (case, _) = w.called(turno(1), &ana()).await;
    let check = async |stated: &str| w.store.email_check(case, COMPANY, stated, &ana()).await;
    for left in (0..5).rev() {
        let right = check("MARIA.NUNEZ@eltrigo.ec").await.unwrap();
        assert!(right.matches && right.tries_left == left + 1, "a match costs nothing");
        let wrong = check("maria@eltrigo.ec").await.unwrap();
        assert!(!wrong.matches && wrong.tries_left == left);
    }
    assert_eq!(code(check(ADDRESS).await), E::EmailCheckExhausted);
}

pub async fn a_reset_with_a_wrong_address_counts_as_a_comparison(w: World) {
    let ask = w.ask().await;
    for _ in 0..5 {
        let mut guess = ask.clone();
        guess.request.stated_email = "maria@eltrigo.ec".into();
        assert_eq!(code(w.store.accept_reset(guess).await), E::EmailMismatch);
    }
    assert_eq!(code(w.store.accept_reset(ask.clone()).await), E::EmailCheckExhausted);
    assert_eq!(code(w.store.reset_by_key(ask.key, &ana()).await), E::ResetUnknown, "a miss keeps no key");
    w.store.verify_audit("QS").await.unwrap();
}

pub async fn racing_guesses_do_not_outrun_the_cap(w: World) {
    let ask = w.ask().await;
    let w = Arc::new(w);
    let guesses = (0..12).map(|_| {
        let (w, mut guess) = (w.clone(), ask.clone());
        (guess.key, guess.request.stated_email) = (w.id(), "maria@eltrigo.ec".into());
        tokio::spawn(async move { code(w.store.accept_reset(guess).await) })
    });
    let mut compared = 0;
    for guess in guesses.collect::<Vec<_>>() {
        match guess.await.unwrap() {
            E::EmailMismatch => compared += 1,
            other => assert_eq!(other, E::EmailCheckExhausted),
        }
    }
    assert_eq!(compared, 5);
}

/// Cases of the company that miss its address until nobody may compare it any more today.
async fn misses_of_a_day(w: &World) {
    for _ in 0..3 {
        let turno = w.walk_in_of(COMPANY).await;
        let (case, _) = w.called(turno, &ana()).await;
        for _ in 0..5 {
            assert!(!w.store.email_check(case, COMPANY, "maria@eltrigo.ec", &ana()).await.unwrap().matches);
        }
    }
}

pub async fn new_walk_ins_give_no_endless_guesses_at_one_address(w: World) {
    misses_of_a_day(&w).await;
    let turno = w.walk_in_of(COMPANY).await;
    let (case, period) = w.called(turno, &ana()).await;
    assert_eq!(code(w.store.email_check(case, COMPANY, ADDRESS, &ana()).await), E::EmailCheckExhausted);
    assert_eq!(code(w.store.accept_reset(w.ask_for(case, period, turno, &ana())).await), E::EmailCheckExhausted);
    w.clock.advance(86_400_000);
    assert!(w.store.email_check(case, COMPANY, ADDRESS, &ana()).await.unwrap().matches, "another day");
}

pub async fn a_case_that_named_the_address_is_not_stopped_by_what_others_missed(w: World) {
    let ask = w.ask().await;
    let check = async || w.store.email_check(ask.request.case_id, COMPANY, ADDRESS, &ana()).await;
    assert!(check().await.unwrap().matches);
    misses_of_a_day(&w).await;
    assert_eq!(code(check().await), E::EmailCheckExhausted, "a comparison stays capped");
    let guess = || {
        let mut guess = AcceptReset { key: w.id(), ..ask.clone() };
        guess.request.stated_email = "maria@eltrigo.ec".into();
        guess
    };
    for _ in 0..4 {
        assert_eq!(code(w.store.accept_reset(guess()).await), E::EmailMismatch, "its own tries are counted on");
    }
    assert!(!w.store.accept_reset(ask.clone()).await.unwrap().replayed);
    assert_eq!(code(w.store.accept_reset(guess()).await), E::EmailMismatch);
    assert_eq!(code(w.store.accept_reset(guess()).await), E::EmailCheckExhausted);
}

pub async fn with_its_next_turno_a_case_has_named_no_address_yet(w: World) {
    let (case, _) = w.called(turno(1), &ana()).await;
    assert!(w.store.email_check(case, COMPANY, ADDRESS, &ana()).await.unwrap().matches);
    misses_of_a_day(&w).await;
    let returned = event(&ana(), 1, Some(case), r#"{"kind":"closed","outcome":"returned"}"#);
    w.store.push_events(push(&ana(), 1, vec![returned]), &ana()).await.unwrap();
    let next = w.walk_in_of(COMPANY).await;
    let (period, _) = w.store.call(next, case, w.id(), &ana()).await.unwrap();
    let ask = w.ask_for(case, period.id, next, &ana());
    assert_eq!(code(w.store.accept_reset(ask).await), E::EmailCheckExhausted);
}

const SERVED: &str = r#"{"kind":"service_began"}"#;

pub async fn events_come_without_gaps_and_once(w: World) {
    let bytes = |seq| event(&ana(), seq, None, SERVED);
    let send = async |from, events| w.store.push_events(push(&ana(), from, events), &ana()).await;
    assert_eq!(send(1, vec![bytes(1), bytes(2)]).await.unwrap(), 2);
    assert_eq!(send(1, vec![bytes(1), bytes(2)]).await.unwrap(), 2, "the same again");
    assert_eq!(send(2, vec![bytes(2), bytes(3)]).await.unwrap(), 3, "an overlap");
    match send(6, vec![bytes(6)]).await {
        Err(StoreError::Refused(refusal)) => assert_eq!((refusal.code, refusal.expected), (E::EventGap, Some(4))),
        other => panic!("{other:?}"),
    }
    assert_eq!(send(4, vec![]).await.unwrap(), 3, "nothing new");
    assert_eq!(code(w.store.push_events(Push { epoch: 0, ..push(&ana(), 1, vec![]) }, &ana()).await), E::DeviceUnknown);
    let wrong_epoch = Push { epoch: 2, ..push(&ana(), 4, vec![bytes(4)]) };
    assert_eq!(code(w.store.push_events(wrong_epoch, &ana()).await), E::DeviceUnknown);
    assert_eq!(code(w.store.push_events(push(&ana(), 4, vec![bytes(4)]), &luis()).await), E::DeviceUnknown);
    let (a, b) = tokio::join!(send(4, vec![bytes(4)]), send(4, vec![bytes(4), bytes(5)]));
    assert!(a.unwrap().max(b.unwrap()) == 5, "racing pushes of the same events");
    w.store.verify_audit("QS").await.unwrap();
}

pub async fn other_bytes_under_a_known_number_quarantine_the_workstation(w: World) {
    let bytes = |seq| event(&ana(), seq, None, SERVED);
    w.store.push_events(push(&ana(), 1, vec![bytes(1), bytes(2)]), &ana()).await.unwrap();
    let forged = event(&ana(), 2, None, r#"{"kind":"resumed"}"#);
    let answer = w.store.push_events(push(&ana(), 2, vec![forged]), &ana()).await;
    assert_eq!(code(answer), E::WorkstationQuarantined);
    let answer = w.store.push_events(push(&ana(), 3, vec![bytes(3)]), &ana()).await;
    assert_eq!(code(answer), E::WorkstationQuarantined, "until somebody decides");
    let other = event(&luis(), 1, None, SERVED);
    assert_eq!(w.store.push_events(push(&luis(), 1, vec![other]), &luis()).await.unwrap(), 1, "the others go on");
    assert_eq!(code(w.store.lift_quarantine("QS-2").await), E::NotFound, "that one is in none");
    w.store.lift_quarantine("QS-1").await.unwrap();
    assert_eq!(w.store.push_events(push(&ana(), 3, vec![bytes(3)]), &ana()).await.unwrap(), 3);
}

pub async fn what_an_earlier_epoch_left_unsent_still_comes(w: World) {
    let bytes = |seq| event(&ana(), seq, None, SERVED);
    w.store.push_events(push(&ana(), 1, vec![bytes(1)]), &ana()).await.unwrap();
    w.store.put_enrollment_code([9; 32], "QS", "1", 1_000).await.unwrap();
    assert_eq!(w.store.enroll([9; 32], [72; 32]).await.unwrap().epoch, 2);
    let second = String::from_utf8(bytes(1)).unwrap().replace(r#""epoch":1"#, r#""epoch":2"#);
    let newer = Push { epoch: 2, ..push(&ana(), 1, vec![second.into()]) };
    assert_eq!(w.store.push_events(newer, &ana()).await.unwrap(), 1);
    assert_eq!(w.store.push_events(push(&ana(), 2, vec![bytes(2)]), &ana()).await.unwrap(), 2, "each its own stream");
    assert_eq!(code(w.store.kept_head("QS-1", 3, &ana()).await), E::DeviceUnknown);
}

pub async fn a_poison_event_is_kept_and_stops_nothing(w: World) {
    let ok = |seq| event(&ana(), seq, None, SERVED);
    let unknown = event(&ana(), 2, None, r#"{"kind":"from_the_future","x":1}"#);
    let events = vec![ok(1), unknown, b"not json".to_vec(), ok(77), ok(5)];
    assert_eq!(w.store.push_events(push(&ana(), 1, events), &ana()).await.unwrap(), 5);
}

pub async fn an_enrolment_code_works_once_and_a_new_one_ends_the_old_secret(w: World) {
    assert_eq!(code(w.store.put_enrollment_code([7; 32], "XX", "9", 1_000).await), E::NotFound);
    w.store.put_enrollment_code([7; 32], "QS", "9", 1_000).await.unwrap();
    let device = w.store.enroll([7; 32], [70; 32]).await.unwrap();
    assert_eq!((device.device_id.as_str(), device.epoch), ("QS-9", 1));
    assert_eq!(code(w.store.enroll([7; 32], [71; 32]).await), E::EnrollmentInvalid, "used");
    w.store.put_enrollment_code([8; 32], "QS", "9", 1_000).await.unwrap();
    w.clock.advance(1_000);
    assert_eq!(code(w.store.enroll([8; 32], [71; 32]).await), E::EnrollmentInvalid, "past its time");
    w.store.put_enrollment_code([9; 32], "QS", "9", 1_000).await.unwrap();
    assert_eq!(w.store.enroll([9; 32], [72; 32]).await.unwrap().epoch, 2);
    assert_eq!(code(w.store.device("QS-9", [70; 32]).await), E::DeviceUnknown);
    w.store.device("QS-9", [72; 32]).await.unwrap();
    w.store.revoke_device("QS-9").await.unwrap();
    assert_eq!(code(w.store.device("QS-9", [72; 32]).await), E::DeviceUnknown);
}

pub async fn wrong_pins_lock_and_the_lock_ends(w: World) {
    assert!(w.store.begin_sign_in("nobody").await.unwrap().is_none());
    for _ in 0..PIN_TRIES {
        let hash = w.store.begin_sign_in("ana").await.unwrap().unwrap().pin_hash;
        assert_eq!(hash, "pin-ana");
        w.store.sign_in_failed("ana", "QS-1").await.unwrap();
    }
    for _ in 0..2 {
        match w.store.begin_sign_in("ana").await {
            Err(StoreError::Refused(refusal)) => {
                assert_eq!((refusal.code, refusal.retry_at), (E::SignInLocked, Some(MORNING.plus(PIN_LOCK_MS))));
            }
            other => panic!("{}", other.is_ok()),
        }
    }
    w.clock.advance(PIN_LOCK_MS);
    w.store.begin_sign_in("ana").await.unwrap().unwrap();
    w.store.signed_in(w.id(), "ana", "QS-1").await.unwrap();
    for _ in 0..PIN_TRIES {
        w.store.begin_sign_in("ana").await.unwrap().unwrap();
    }
    assert_eq!(code(w.store.signed_in(w.id(), "eva", "QS-1").await), E::Forbidden, "of another centre");
}

pub async fn a_session_ends_for_device_person_and_sign_out(w: World) {
    let sid = w.id();
    w.store.signed_in(sid, "ana", "QS-1").await.unwrap();
    assert_eq!(w.store.authenticate("QS-1", [1; 32], sid).await.unwrap(), ana());
    assert_eq!(code(w.store.authenticate("QS-1", [2; 32], sid).await), E::DeviceUnknown);
    assert_eq!(code(w.store.authenticate("QS-2", [2; 32], sid).await), E::TokenInvalid, "another device's session");
    w.store.signed_out(sid).await.unwrap();
    w.store.signed_out(sid).await.unwrap();
    assert_eq!(code(w.store.authenticate("QS-1", [1; 32], sid).await), E::TokenInvalid);
}

pub async fn a_cut_audit_chain_shows(w: World) {
    let bytes = |seq| event(&ana(), seq, None, SERVED);
    let before = w.store.verify_audit("QS").await.unwrap();
    let with = |from, head: &str, len| Push {
        audit_head: head.into(),
        audit_len: len,
        ..push(&ana(), from, vec![bytes(from)])
    };
    w.store.push_events(with(1, "aa", 10), &ana()).await.unwrap();
    let calm = w.store.verify_audit("QS").await.unwrap();
    assert_eq!(calm, before + 1);
    w.store.push_events(with(2, "bb", 10), &ana()).await.unwrap();
    assert_eq!(w.store.verify_audit("QS").await.unwrap(), calm + 2, "one entry more: the conflict");
    w.store.push_events(with(3, "cc", 12), &ana()).await.unwrap();
    assert_eq!(w.store.verify_audit("QS").await.unwrap(), calm + 3);
    w.store.push_events(with(4, "dd", 11), &ana()).await.unwrap();
    assert_eq!(w.store.verify_audit("QS").await.unwrap(), calm + 5, "a chain that was only cut shows as well");
}

pub async fn a_push_that_a_request_overtook_is_no_cut_chain(w: World) {
    assert_eq!(w.store.kept_head("QS-1", 1, &ana()).await.unwrap(), Head::default());
    let mut ask = w.ask().await;
    (ask.request.audit_head, ask.request.audit_len) = ("dd".into(), 9);
    w.store.accept_reset(ask).await.unwrap();
    let before = w.store.verify_audit("QS").await.unwrap();
    let earlier =
        Push { audit_head: "cc".into(), audit_len: 7, ..push(&ana(), 1, vec![event(&ana(), 1, None, SERVED)]) };
    w.store.push_events(earlier.clone(), &ana()).await.unwrap();
    assert_eq!(w.store.verify_audit("QS").await.unwrap(), before + 1);
    w.store.push_events(Push { audit_head: "aa".into(), audit_len: 5, ..earlier }, &ana()).await.unwrap();
    assert_eq!(w.store.verify_audit("QS").await.unwrap(), before + 1, "the same events again, sent before");
    assert_eq!(w.store.kept_head("QS-1", 1, &ana()).await.unwrap(), Head { len: 9, head: "dd".into() });
    assert_eq!(code(w.store.kept_head("QS-1", 1, &luis()).await), E::DeviceUnknown);
}

pub async fn a_revoked_person_is_out_at_once_and_an_extract_brings_nobody_back(w: World) {
    let sid = w.id();
    w.store.signed_in(sid, "ana", "QS-1").await.unwrap();
    w.store.revoke_staff("ana").await.unwrap();
    assert_eq!(code(w.store.authenticate("QS-1", [1; 32], sid).await), E::TokenInvalid);
    w.store.import(day()).await.unwrap();
    assert!(w.store.begin_sign_in("ana").await.unwrap().is_none());
    assert_eq!(code(w.store.revoke_staff("ana").await), E::NotFound);
    assert_eq!(code(w.store.revoke_staff("nobody").await), E::NotFound);
}

/// Pushes one event; answers whether it was kept as flawed.
async fn flawed(w: &World, seq: u32, actor: &str, case: Option<Uuid>, body: &str) -> bool {
    let who = Actor { username: actor.into(), ..ana() };
    let before = w.store.flaws("QS").await.unwrap();
    w.store.push_events(push(&ana(), seq, vec![event(&who, seq, case, body)]), &ana()).await.unwrap();
    w.store.flaws("QS").await.unwrap() > before
}

const RESTORED: &str = r#"{"kind":"closed","outcome":"key_restored"}"#;
const RETURNED: &str = r#"{"kind":"closed","outcome":"returned"}"#;
const LEFT: &str = r#"{"kind":"closed","outcome":"left"}"#;
const REOPENED: &str = r#"{"kind":"reopened"}"#;

pub async fn an_event_of_somebody_who_is_no_staff_here_is_not_believed(w: World) {
    assert!(!flawed(&w, 1, "ana", None, SERVED).await);
    assert!(!flawed(&w, 2, "system", None, SERVED).await);
    assert!(flawed(&w, 3, "eva", None, SERVED).await, "of another centre");
    let (case, _) = w.called(turno(1), &ana()).await;
    assert!(flawed(&w, 4, "nobody", Some(case), LEFT).await);
    w.store.renew_period(case, turno(1), w.id(), &ana()).await.unwrap();
}

pub async fn key_restored_is_believed_only_of_a_link_that_set_one(w: World) {
    let ask = w.mailing().await;
    let case = Some(ask.request.case_id);
    assert!(flawed(&w, 1, "ana", case, RESTORED).await);
    assert!(flawed(&w, 2, "ana", Some(w.id()), RESTORED).await, "of a case that nobody opened");
    w.store.renew_period(ask.request.case_id, turno(1), w.id(), &ana()).await.unwrap();
    w.use_link(&ask.link).await.unwrap();
    assert!(!flawed(&w, 3, "ana", case, RESTORED).await);
    assert!(flawed(&w, 4, "ana", case, LEFT).await, "it is closed already");
    let closed = w.store.renew_period(ask.request.case_id, turno(1), w.id(), &ana()).await;
    assert_eq!(code(closed), E::ServicePeriodOver);
}

pub async fn a_case_that_closes_takes_its_live_link_with_it(w: World) {
    let ask = w.mailing().await;
    assert!(!flawed(&w, 1, "ana", Some(ask.request.case_id), LEFT).await);
    assert_eq!(w.state(ask.reset_id).await, ventanilla_contract::reset::ResetState::Cancelled);
    assert_eq!(w.use_link(&ask.link).await, Err(ventanilla_domain::reset::LinkRefusal::Withdrawn));
    assert!(w.store.due_mails(10, 1).await.unwrap().is_empty(), "and its mail");
    w.store.verify_audit("QS").await.unwrap();
}

pub async fn only_a_returned_case_comes_back_and_only_for_ten_days(w: World) {
    let (left, _) = w.called(turno(1), &ana()).await;
    let (returned, _) = w.called(turno(2), &ana()).await;
    assert!(!flawed(&w, 1, "ana", Some(left), LEFT).await);
    assert!(flawed(&w, 2, "ana", Some(left), REOPENED).await, "it was not returned");
    assert_eq!(code(w.store.renew_period(left, turno(1), w.id(), &ana()).await), E::ServicePeriodOver);
    assert!(!flawed(&w, 3, "ana", Some(returned), RETURNED).await);
    assert!(!flawed(&w, 4, "ana", Some(returned), REOPENED).await);
    assert!(!flawed(&w, 5, "ana", Some(returned), REOPENED).await, "open already");
    assert!(!flawed(&w, 6, "ana", Some(returned), RETURNED).await);
    // Returned at ten in the morning: the last day counts until its midnight.
    w.clock.advance((10 * 24 + 14) * 3_600_000 - 1);
    assert!(!flawed(&w, 7, "ana", Some(returned), REOPENED).await);
    assert!(!flawed(&w, 8, "ana", Some(returned), RETURNED).await);
    w.clock.advance(11 * 86_400_000);
    assert!(flawed(&w, 9, "ana", Some(returned), REOPENED).await, "too late");
    let next = w.walk_in_of(COMPANY).await;
    assert_eq!(code(w.store.call(next, returned, w.id(), &ana()).await), E::ServicePeriodOver, "nor by a turno");
}

pub async fn an_extract_can_be_imported_twice(w: World) {
    let ask = w.mailing().await;
    w.store.import(day()).await.unwrap();
    assert_eq!(w.store.device("QS-1", [1; 32]).await.unwrap().epoch, 1, "the same secret is no new enrolment");
    assert_eq!(w.store.turnos("QS", "2026-11-24").await.unwrap()[0].called_by.as_deref(), Some("1"));
    w.use_link(&ask.link).await.unwrap();
}
