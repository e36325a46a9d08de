//! Signing in, calling people, handing over events: with the backend, without it, and when it comes back.

use ventanilla_contract::event::{Event, HoldReason};
use ventanilla_domain::case::{CaseState, HoldReason as Hold};

use super::model::Fault;
use super::*;
use crate::Own;
use crate::store::cases;
use crate::tests::walk_in;
use crate::view::{CaseStateView, Phase};

fn away(net: &Net) {
    net.doors.refuse.store(u32::MAX, Ordering::SeqCst);
}

fn back(net: &Net) {
    net.doors.refuse.store(0, Ordering::SeqCst);
}

#[tokio::test]
async fn a_wrong_pin_is_the_backends_refusal_and_opens_nothing() {
    let net = Net::new().await;
    let error = net.desk().sign_in("ana".into(), "9999".into(), None).await.unwrap_err();
    assert_eq!(error.code(), "sign_in_failed");
    assert_eq!(net.desk().session().unwrap().phase, Phase::SignedOut);
}

#[tokio::test]
async fn without_the_backend_a_known_clerk_works_twelve_hours_and_nobody_else() {
    let net = Net::new().await;
    away(&net);
    let stranger = net.desk().sign_in("ana".into(), "4711".into(), None).await.unwrap_err();
    assert!(stranger.is(Own::BackendUnreachable), "never seen here: {stranger}");
    back(&net);
    let case = net.signed_in().await;
    net.desk().sign_out().await.unwrap();
    away(&net);
    net.rig.clock.advance(12 * 3_600_000);
    let view = net.desk().sign_in("ana".into(), "4711".into(), None).await.unwrap();
    assert!(view.offline && view.phase == Phase::SignedIn);
    assert!(net.desk().sign_in("ana".into(), "1234".into(), None).await.unwrap_err().is(Own::WrongPin));
    net.desk().check_in(case.clone(), false).unwrap();
    assert!(net.desk().call(case).await.unwrap_err().is(Own::BackendUnreachable), "no token, no claim");
    net.rig.clock.advance(1);
    let late = net.desk().sign_in("ana".into(), "4711".into(), None).await.unwrap_err();
    assert!(late.is(Own::OfflineTooLong), "{late}");
}

#[tokio::test]
async fn a_lock_drops_the_token_and_signing_out_revokes_it() {
    let net = Net::new().await;
    net.signed_in().await;
    assert!(net.desk().token().is_some());
    net.desk().lock().unwrap();
    assert!(net.desk().token().is_none());
    until("nothing is kept", || crate::desk::held(&net.desk().net().session).is_none().then_some(())).await;
    sign_in(net.desk()).await;
    net.desk().sign_out().await.unwrap();
    assert_eq!(net.model.count("POST /v1/staff/sign-out"), 1);
    assert!(net.desk().token().is_none());
}

#[tokio::test]
async fn a_token_is_renewed_before_it_ends_unless_the_clerk_is_idle() {
    let net = Net::new().await;
    net.signed_in().await;
    for _ in 0..3 {
        net.rig.clock.advance(210_000);
        net.desk().touch().unwrap();
    }
    until("it is renewed", || (net.model.count("POST /v1/staff/renew") > 0).then_some(())).await;
    net.rig.clock.advance(301_000);
    a_while().await;
    assert_eq!(net.desk().session().unwrap().phase, Phase::Locked);
    let before = net.model.count("POST /v1/staff/renew");
    net.rig.clock.advance(400_000);
    a_while().await;
    assert_eq!(net.model.count("POST /v1/staff/renew"), before);
}

#[tokio::test]
async fn whoever_another_counter_called_is_passed_over() {
    let net = Net::new().await;
    let other = Uuid::from_u128(0xB001);
    net.model.state().turnos.push(turno(other, "B-001", Some(TEN - 600_000)));
    let first = net.signed_in().await;
    net.desk().check_in(first.clone(), true).unwrap();
    let second = net.desk().queue().unwrap().upcoming[0].case_id.clone();
    net.desk().check_in(second.clone(), false).unwrap();
    net.model.state().elsewhere.push(net.turno);
    let view = net.desk().call_next().await.unwrap();
    assert_eq!((view.row.case_id, view.row.state), (second, CaseStateView::Called));
    net.desk().hold(net.desk().queue().unwrap().serving[0].case_id.clone()).unwrap();
    assert!(net.desk().call_next().await.unwrap_err().is(Own::EmptyQueue), "the first is not offered again");
    assert!(net.desk().call(first).await.is_err());
}

#[tokio::test]
async fn a_claim_whose_answer_is_lost_is_the_same_claim_when_pressed_again() {
    let net = Net::new().await;
    let case = net.signed_in().await;
    net.desk().check_in(case.clone(), false).unwrap();
    net.model.fault("POST /v1/turnos", Fault::CutAfter);
    assert!(net.desk().call(case.clone()).await.unwrap_err().is(Own::BackendUnreachable));
    assert_eq!(net.desk().call(case).await.unwrap().row.state, CaseStateView::Called);
}

#[tokio::test]
async fn a_walk_in_is_served_during_a_cut_and_made_known_afterwards() {
    let net = Net::new().await;
    net.signed_in().await;
    away(&net);
    let row = net.desk().walk_in(walk_in()).await.unwrap();
    let view = net.desk().call(row.case_id.clone()).await.unwrap();
    assert_eq!(view.row.state, CaseStateView::Called, "no other counter can have this person");
    let view = net.desk().serve(row.case_id.clone()).await.unwrap();
    assert_eq!(view.row.state, CaseStateView::InService);
    assert!(net.desk().consult(row.case_id.clone()).await.unwrap_err().is(Own::BackendUnreachable));
    back(&net);
    until("the backend knows the turno", || {
        net.model.state().turnos.iter().any(|t| t.ticket == row.ticket && t.walk_in).then_some(())
    })
    .await;
    let view = net.desk().consult(row.case_id).await.unwrap();
    assert!(view.employer.is_some(), "claimed late, then asked");
}

#[tokio::test]
async fn a_civil_registry_that_is_down_rests_the_case_until_the_time_it_names() {
    let net = Net::new().await;
    net.model.state().registro_down = true;
    let case = net.signed_in().await;
    net.desk().check_in(case.clone(), false).unwrap();
    net.desk().call_next().await.unwrap();
    net.desk().serve(case.clone()).await.unwrap();
    let id = case.parse().unwrap();
    let row = until("it rests", || {
        let row = net.rig.db().read(|c| cases::need(c, id)).unwrap();
        matches!(row.state, CaseState::OnHold { .. }).then_some(row)
    })
    .await;
    let hour = net.rig.clock.now().plus(3_600_000);
    assert_eq!(row.state, CaseState::OnHold { reason: Hold::RegistroCivilDown, retry_at: Some(hour) });
    let view = net.desk().open_case(case.clone()).unwrap();
    assert_eq!(view.row.hold, Some(HoldReason::RegistroCivilDown));
    assert_eq!(view.registry_error.unwrap().code, "registro_civil_unavailable");
    net.model.state().registro_down = false;
    net.desk().resume(case.clone()).await.unwrap();
    until("asked anew", || net.desk().open_case(case.clone()).unwrap().employer).await;
}

#[tokio::test]
async fn events_arrive_in_order_as_the_bytes_that_are_stored_and_the_audit_head_goes_along() {
    let net = Net::new().await;
    net.ready().await;
    until("all are handed over", || (net.desk().connection().unwrap().unsent == 0).then_some(())).await;
    let stored: Vec<String> = net
        .rig
        .db()
        .read(|c| {
            let mut statement = c.prepare("SELECT bytes FROM events ORDER BY epoch, seq")?;
            let rows = statement.query_map([], |r| r.get::<_, Vec<u8>>(0))?.collect::<Result<Vec<_>, _>>()?;
            Ok(rows.into_iter().map(|b| String::from_utf8(b).unwrap()).collect())
        })
        .unwrap();
    let state = net.model.state();
    assert_eq!(state.events, stored);
    assert!(state.audit_len >= stored.len() as u64);
    let seqs: Vec<u32> = stored.iter().map(|e| serde_json::from_str::<Event>(e).unwrap().seq).collect();
    assert_eq!(seqs, (1..=u32::try_from(stored.len()).unwrap()).collect::<Vec<_>>());
}

#[tokio::test]
async fn a_backend_that_lost_events_gets_them_again_from_where_it_stands() {
    let net = Net::new().await;
    let case = net.signed_in().await;
    until("all are handed over", || (net.desk().connection().unwrap().unsent == 0).then_some(())).await;
    let before = net.model.state().events.clone();
    net.model.state().events.clear();
    net.desk().check_in(case, false).unwrap();
    until("all are there again", || (net.model.state().events.len() > before.len()).then_some(())).await;
    assert_eq!(net.model.state().events[..before.len()], before);
}

#[tokio::test]
async fn a_push_whose_answer_is_lost_goes_again_without_harm() {
    let net = Net::new().await;
    net.model.fault("PUT /v1/ws", Fault::CutAfter);
    net.model.fault("PUT /v1/ws", Fault::CutBefore);
    net.model.fault("PUT /v1/ws", Fault::GarbageAfter);
    net.signed_in().await;
    until("all are handed over", || (net.desk().connection().unwrap().unsent == 0).then_some(())).await;
    let state = net.model.state();
    let unique: std::collections::HashSet<&String> = state.events.iter().collect();
    assert_eq!(unique.len(), state.events.len());
}

#[tokio::test]
async fn a_quarantine_is_told_and_stops_no_counter() {
    let net = Net::new().await;
    net.model.state().quarantined = true;
    let case = net.ready().await;
    until("it is told", || net.desk().is_quarantined().then_some(())).await;
    assert!(matches!(net.desk().send_reset(case).await.unwrap().reset, ResetView::Live { .. }));
    net.model.state().quarantined = false;
    until("out of it", || (!net.desk().is_quarantined()).then_some(())).await;
}

#[tokio::test]
async fn the_line_says_since_when_nobody_answered() {
    let net = Net::new().await;
    net.signed_in().await;
    until("online", || net.desk().connection().unwrap().online.then_some(())).await;
    away(&net);
    until("offline", || (!net.desk().connection().unwrap().online).then_some(())).await;
    net.rig.clock.advance(90_000);
    assert!(net.desk().connection().unwrap().last_contact_s.unwrap() >= 90);
    back(&net);
    until("online again", || net.desk().connection().unwrap().online.then_some(())).await;
}

#[tokio::test]
async fn an_ended_token_is_told_and_nothing_acts_with_it() {
    let net = Net::new().await;
    let case = net.ready().await;
    let token = format!("Bearer t{}", net.model.state().tokens);
    net.model.state().dead_tokens.push(token);
    assert!(net.desk().send_reset(case.clone()).await.unwrap_err().is(Own::NotSignedIn));
    assert_eq!(net.model.state().accepted, 0);
    let session = net.desk().session().unwrap();
    assert_eq!((session.phase, session.trouble.unwrap().code.as_str()), (Phase::Locked, "session_ended"));
    sign_in(net.desk()).await;
    assert_eq!(net.desk().session().unwrap().trouble, None);
    assert!(matches!(net.desk().send_reset(case).await.unwrap().reset, ResetView::Live { .. }));
}

#[tokio::test]
async fn a_line_that_comes_back_asks_for_the_pin_and_says_why() {
    let net = Net::new().await;
    net.signed_in().await;
    net.desk().sign_out().await.unwrap();
    away(&net);
    assert!(net.desk().sign_in("ana".into(), "4711".into(), None).await.unwrap().offline);
    a_while().await;
    assert_eq!(net.desk().session().unwrap().phase, Phase::SignedIn, "while it is away nobody is disturbed");
    back(&net);
    let session = until("it is told", || Some(net.desk().session().unwrap()).filter(|s| s.trouble.is_some())).await;
    assert_eq!((session.phase, session.trouble.unwrap().code.as_str()), (Phase::Locked, "line_is_back"));
    assert!(net.desk().connection().unwrap().online);
    sign_in(net.desk()).await;
    let session = net.desk().session().unwrap();
    assert!(session.trouble.is_none() && !session.offline && net.desk().token().is_some());
}

#[tokio::test]
async fn a_backend_that_answers_and_signs_nobody_in_does_not_lock_the_desk_again_and_again() {
    let net = Net::new().await;
    net.signed_in().await;
    for minutes in [1, 2, 4] {
        net.desk().sign_out().await.unwrap();
        net.model.fault("POST /v1/staff/sign-in", Fault::Refuse(503, "store_unavailable"));
        assert!(net.desk().sign_in("ana".into(), "4711".into(), None).await.unwrap().offline);
        net.rig.clock.advance(minutes * 60_000 - 1);
        net.desk().touch().unwrap();
        a_while().await;
        assert_eq!(net.desk().session().unwrap().phase, Phase::SignedIn, "its health is no sign-in");
        net.rig.clock.advance(1);
        let told = until("it is tried again", || Some(net.desk().session().unwrap()).filter(|s| s.trouble.is_some()));
        assert_eq!(told.await.phase, Phase::Locked);
    }
    sign_in(net.desk()).await;
    assert!(net.desk().token().is_some());
}

#[tokio::test]
async fn a_reopened_case_waits_until_the_backend_has_heard_of_its_first_end() {
    let net = Net::new().await;
    let case = net.signed_in().await;
    bring_to_ready(net.desk(), &case).await;
    let letter = ventanilla_contract::reset::Document::RequestLetter;
    let missing = ventanilla_contract::event::RefusalReason::Missing;
    net.desk().refuse(case.clone(), letter, missing).unwrap();
    for _ in 0..200 {
        net.model.fault("PUT /v1/ws", Fault::Refuse(503, "store_unavailable"));
    }
    net.desk().close(case.clone(), ventanilla_contract::event::Outcome::Returned).unwrap();
    net.desk().reopen(case.clone()).unwrap();
    assert!(net.desk().call(case.clone()).await.unwrap_err().is(Own::BackendUnreachable));
    net.model.state().faults.clear();
    net.desk().call(case).await.unwrap();
    let events = net.model.state().events.join(" ");
    assert!(events.contains(r#""kind":"closed""#), "{events}");
}

#[tokio::test]
async fn whoever_has_a_person_at_the_counter_calls_nobody_else() {
    let net = Net::new().await;
    let case = net.signed_in().await;
    net.desk().check_in(case.clone(), false).unwrap();
    let other = net.desk().walk_in(walk_in()).await.unwrap().case_id;
    // Two presses at once call one person.
    let desk = net.desk();
    let (one, two) = tokio::join!(desk.call_next(), desk.call_next());
    assert!(one.is_ok() != two.is_ok());
    assert!(one.and(two).unwrap_err().is(Own::AlreadyServing));
    let serving = desk.queue().unwrap().serving[0].case_id.clone();
    desk.serve(serving.clone()).await.unwrap();
    let waiting = if serving == case { other } else { case };
    assert!(desk.call(waiting.clone()).await.unwrap_err().is(Own::AlreadyServing));
    desk.hold(serving).unwrap();
    assert_eq!(desk.call_next().await.unwrap().row.case_id, waiting, "one that rests keeps nobody waiting");
}

#[tokio::test]
async fn a_person_whom_the_backend_refuses_does_not_block_those_behind() {
    for (status, code) in
        [(403, "case_not_yours"), (404, "turno_unknown"), (403, "turno_other_center"), (410, "service_period_over")]
    {
        let net = Net::new().await;
        let case = net.signed_in().await;
        net.desk().check_in(case.clone(), true).unwrap();
        net.model.fault("POST /v1/turnos", Fault::Refuse(status, code));
        assert_eq!(net.desk().call_next().await.unwrap_err().code(), code, "nobody else is there: the reason is told");
        let other = net.desk().walk_in(walk_in()).await.unwrap().case_id;
        net.model.fault("POST /v1/turnos", Fault::Refuse(status, code));
        assert_eq!(net.desk().call_next().await.unwrap().row.case_id, other, "{code}");
    }
}

#[tokio::test]
async fn without_the_line_the_next_one_is_a_walk_in_of_this_desk() {
    let net = Net::new().await;
    let case = net.signed_in().await;
    net.desk().check_in(case.clone(), true).unwrap();
    away(&net);
    assert!(net.desk().call_next().await.unwrap_err().is(Own::BackendUnreachable));
    let own = net.desk().walk_in(walk_in()).await.unwrap().case_id;
    assert_eq!(net.desk().call_next().await.unwrap().row.case_id, own, "no other counter can have that person");
}

#[tokio::test]
async fn registries_that_could_not_be_asked_are_asked_when_the_line_is_back() {
    let net = Net::new().await;
    let case = net.signed_in().await;
    net.desk().check_in(case.clone(), false).unwrap();
    net.desk().call_next().await.unwrap();
    away(&net);
    net.desk().serve(case.clone()).await.unwrap();
    let view = until("the case says so", || {
        Some(net.desk().open_case(case.clone()).unwrap()).filter(|v| v.registry_error.is_some())
    })
    .await;
    assert_eq!(view.registry_error.unwrap().code, "backend_unreachable");
    back(&net);
    let view =
        until("asked again", || Some(net.desk().open_case(case.clone()).unwrap()).filter(|v| v.employer.is_some()))
            .await;
    assert_eq!(view.registry_error, None);
}

#[tokio::test]
async fn the_registries_word_of_an_earlier_attendance_is_not_taken_for_today_s() {
    let net = Net::new().await;
    let case = net.signed_in().await;
    net.desk().check_in(case.clone(), false).unwrap();
    net.desk().call_next().await.unwrap();
    net.desk().serve(case.clone()).await.unwrap();
    until("asked", || net.desk().open_case(case.clone()).unwrap().employer).await;
    let document = ventanilla_contract::reset::Document::RequestLetter;
    let reason = ventanilla_contract::event::RefusalReason::Missing;
    net.desk().refuse(case.clone(), document, reason).unwrap();
    net.desk().close(case.clone(), ventanilla_contract::event::Outcome::Returned).unwrap();
    net.rig.clock.advance(60_000);
    net.desk().reopen(case.clone()).unwrap();
    net.model.state().employer.as_mut().unwrap().in_arrears = true;
    net.desk().call(case.clone()).await.unwrap();
    net.desk().serve(case.clone()).await.unwrap();
    until("the new word", || net.desk().open_case(case.clone()).unwrap().employer.filter(|e| e.in_arrears)).await;
}

#[tokio::test]
async fn a_civil_registry_that_is_down_at_the_reset_rests_the_case_and_nothing_was_started() {
    let net = Net::new().await;
    let case = net.ready().await;
    net.model.fault("POST /v1/resets", Fault::Refuse(503, "registro_civil_unavailable"));
    let view = net.desk().send_reset(case.clone()).await.unwrap();
    assert_eq!(view.row.hold, Some(HoldReason::RegistroCivilDown));
    assert!(view.row.retry_at.is_some());
    net.desk().resume(case.clone()).await.unwrap();
    let view = until("the registries answer", || {
        Some(net.desk().open_case(case.clone()).unwrap()).filter(|v| v.registry_error.is_none())
    })
    .await;
    assert!(matches!(&view.reset, ResetView::Refused { retry: true, .. }), "{:?}", view.reset);
    assert!(matches!(net.desk().send_reset(case).await.unwrap().reset, ResetView::Live { .. }));
    assert_eq!(net.model.state().accepted, 1);
}

#[tokio::test]
async fn a_civil_registry_that_is_down_at_the_comparison_rests_the_case() {
    let net = Net::new().await;
    let case = net.signed_in().await;
    net.desk().check_in(case.clone(), false).unwrap();
    net.desk().call_next().await.unwrap();
    net.desk().serve(case.clone()).await.unwrap();
    until("asked", || net.desk().open_case(case.clone()).unwrap().employer).await;
    net.model.fault("POST /v1/cases", Fault::Refuse(503, "registro_civil_unavailable"));
    let view = net.desk().compare_address(case, "maria@eltrigo.ec".into()).await.unwrap();
    assert_eq!(view.row.hold, Some(HoldReason::RegistroCivilDown));
}

#[tokio::test]
async fn a_machine_whose_secret_does_not_fit_is_told_and_no_pin_is_tried_against_it() {
    let mut net = Net::new().await;
    net.signed_in().await;
    let url = net.model.listen().await;
    let client = Client::with_dial(&url, Arc::new(DoorDial(Arc::clone(&net.doors))), PATIENT).unwrap();
    let mut config = DeskConfig::new(net.rig.dir.clone());
    config.net = NetConfig { client: Some(client), pace: QUICKLY };
    let (clock, random) = (net.rig.clock.clone(), Arc::clone(&net.rig.random));
    let other = Desk::new(config, Deps { clock, random, secret: Arc::new(FixedSecret([8; 32])) }).unwrap();
    for _ in 0..6 {
        let error = other.sign_in("ana".into(), "4711".into(), None).await.unwrap_err();
        assert!(error.is(Own::KeysUnreadable), "{error}");
    }
    net.rig.desk = desk_on(&net.rig, &url, &net.doors);
    sign_in(net.desk()).await;
}

#[tokio::test]
async fn a_pin_that_is_locked_here_says_until_when_also_with_the_line() {
    let mut net = Net::new().await;
    net.signed_in().await;
    net.rig.desk = desk_on(&net.rig, &net.model.listen().await, &net.doors);
    away(&net);
    for _ in 0..5 {
        assert!(net.desk().sign_in("ana".into(), "1111".into(), None).await.is_err());
    }
    let told = |error| net.desk().told(error);
    let shown = told(net.desk().sign_in("ana".into(), "4711".into(), None).await.unwrap_err());
    assert_eq!((shown.code.as_str(), shown.until.as_deref()), ("pin_locked", Some("10:15")));
    back(&net);
    let shown = told(net.desk().sign_in("ana".into(), "4711".into(), None).await.unwrap_err());
    assert_eq!((shown.code.as_str(), shown.until.as_deref()), ("pin_locked", Some("10:15")));
}

#[tokio::test]
async fn a_command_beside_the_window_takes_nothing_up() {
    let mut net = Net::new().await;
    let case = net.ready().await;
    net.desk().renew_period(case.parse().unwrap()).await.unwrap();
    net.rig.desk = desk_on(&net.rig, &net.model.listen().await, &net.doors);
    // The desk before has ended, and what it did by itself too.
    a_while().await;
    net.desk().sign_in_for_a_command("ana".into(), "4711".into(), None).await.unwrap();
    let actor = net.desk().actor().unwrap();
    let intend = |act: &mut crate::store::Act<'_>| {
        // As the window beside it does.
        let mut row = cases::need(act, case.parse().unwrap())?;
        row.service = row.service.map(|s| cases::Service { process: act.process(), ..s });
        cases::put(act, &row)?;
        let request = net.desk().reset_request(act, case.parse().unwrap())?;
        crate::store::resets::intend(act, &request)
    };
    net.rig.db().act(&actor, intend).unwrap();
    a_while().await;
    assert_eq!(net.reset(&case), ResetView::Sending, "whoever asked is at it");
}
