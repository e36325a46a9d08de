//! The reset under every silence: the right state in the end, and nothing sent twice or later (M11, M12).

use ventanilla_contract::event::Outcome;
use ventanilla_contract::reset::{ResetState, Step};

use super::model::Fault;
use super::*;
use crate::Own;
use crate::view::{CaseStateView, Obstacle, PaperKind};

const POST: &str = "POST /v1/resets";

fn live(view: &ResetView) -> bool {
    matches!(view, ResetView::Live { .. })
}

#[tokio::test]
async fn the_main_way_ends_with_the_key_set_and_a_receipt() {
    let net = Net::new().await;
    let case = net.live().await;
    net.model.step(ResetState::HandedOver, Step::HandedOver);
    net.until_reset("handed over", &case, |v| match v {
        ResetView::Live { link } => link.telltale.iter().any(|l| l.step == Step::HandedOver) && link.live,
        _ => false,
    })
    .await;
    assert!(net.desk().close(case.clone(), Outcome::KeyRestored).unwrap_err().is(Own::KeyNotConfirmed), "M8");
    net.model.step(ResetState::Used, Step::KeySet);
    net.until_reset("the key is set", &case, |v| matches!(v, ResetView::KeySet { .. })).await;
    let view = net.desk().close(case.clone(), Outcome::KeyRestored).unwrap();
    assert_eq!(view.row.state, CaseStateView::Closed);
    assert_eq!(view.paper.iter().map(|p| p.kind).collect::<Vec<_>>(), [PaperKind::Receipt]);
    assert_eq!((net.model.count(POST), net.model.state().accepted), (1, 1));
    let events = until("all events are handed over", || {
        (net.desk().connection().unwrap().unsent == 0).then(|| net.model.state().events.clone())
    })
    .await;
    let kinds = ["reset_intended", "reset_accepted", "key_set", "closed", "paper_committed"];
    let places: Vec<_> = kinds.iter().map(|k| events.iter().position(|e| e.contains(k)).unwrap()).collect();
    assert!(places.is_sorted(), "{places:?}");
    let all = events.join("\n");
    assert!(!all.contains("eltrigo.ec") || !all.contains("maria@"), "no event names the address");
}

#[tokio::test]
async fn an_answer_that_is_lost_is_asked_for_and_not_sent_again() {
    for fault in [Fault::CutAfter, Fault::GarbageAfter, Fault::BrokenAfter] {
        let net = Net::new().await;
        let case = net.ready().await;
        net.model.fault(POST, fault.clone());
        let view = net.desk().send_reset(case.clone()).await.unwrap();
        assert!(matches!(view.reset, ResetView::Unknown | ResetView::Live { .. }), "{fault:?}: {:?}", view.reset);
        net.until_reset("adopted", &case, live).await;
        a_while().await;
        assert_eq!((net.model.count(POST), net.model.state().accepted), (1, 1), "{fault:?}");
    }
}

#[tokio::test]
async fn a_request_that_was_cut_waits_for_the_clerk_and_goes_again_with_the_same_key_and_body() {
    let net = Net::new().await;
    let case = net.ready().await;
    net.model.fault(POST, Fault::CutBefore);
    net.desk().send_reset(case.clone()).await.unwrap();
    net.until_reset("no such key", &case, |v| *v == ResetView::NotFound).await;
    a_while().await;
    assert_eq!(net.model.count(POST), 0, "nothing but the question is automatic");
    assert!(net.model.count("GET /v1/resets/by-key/") > 1, "a 404 is not final: it goes on asking");
    assert!(net.desk().send_reset(case.clone()).await.unwrap_err().is(Own::ResetOpen), "no second request beside it");
    let stored = net.rig.db().read(|c| crate::store::resets::latest(c, case.parse().unwrap())).unwrap().unwrap();
    let view = net.desk().resend(case.clone()).await.unwrap();
    assert!(live(&view.reset), "{:?}", view.reset);
    let state = net.model.state();
    assert_eq!(state.bodies, [stored.body.into_bytes()], "the bytes that were on disk");
    assert!(state.keys.contains_key(&stored.key));
    assert_eq!(state.accepted, 1);
}

#[tokio::test]
async fn a_period_that_the_backend_ended_is_got_anew_by_the_next_press() {
    let net = Net::new().await;
    let case = net.ready().await;
    net.model.fault(POST, Fault::Refuse(410, "service_period_over"));
    let view = net.desk().send_reset(case.clone()).await.unwrap();
    assert!(matches!(view.reset, ResetView::Refused { retry: true, .. }), "{:?}", view.reset);
    let calls = net.model.count("POST /v1/turnos");
    let view = net.desk().send_reset(case).await.unwrap();
    assert!(live(&view.reset), "{:?}", view.reset);
    assert_eq!(net.model.count("POST /v1/turnos"), calls + 1, "the clerk's press, and one claim with it");
}

#[tokio::test]
async fn what_never_left_leaves_the_case_as_it_was() {
    let net = Net::new().await;
    let case = net.ready().await;
    // Background calls may walk into the door too: keep it shut until the act is over.
    net.doors.refuse.store(u32::MAX, Ordering::SeqCst);
    let error = net.desk().send_reset(case.clone()).await.unwrap_err();
    assert!(error.is(Own::BackendUnreachable), "{error}");
    // M12: no reset without a line. A call that was answered meanwhile may have said that there is one.
    net.until_reset("no line", &case, |v| *v == ResetView::NotYet { obstacle: Obstacle::Offline }).await;
    net.doors.refuse.store(0, Ordering::SeqCst);
    net.until_reset("the line is back", &case, |v| matches!(v, ResetView::Ready { .. })).await;
    assert_eq!(net.model.count(POST), 0, "nothing is kept for later");
    let view = net.desk().send_reset(case.clone()).await.unwrap();
    assert!(live(&view.reset));
    assert_eq!(net.model.state().keys.len(), 1);
    let history = net.desk().history(case).unwrap();
    assert!(history.iter().any(|h| h.codes.contains(&"backend_unreachable".to_owned())), "{history:?}");
}

#[tokio::test]
async fn a_late_original_is_taken_over_when_it_arrives() {
    let net = Net::new().await;
    let case = net.ready().await;
    net.model.fault(POST, Fault::Late);
    net.desk().send_reset(case.clone()).await.unwrap();
    net.until_reset("no such key", &case, |v| *v == ResetView::NotFound).await;
    assert_eq!(net.model.release(), [201]);
    net.until_reset("adopted", &case, live).await;
    assert_eq!(net.model.state().accepted, 1);
}

#[tokio::test]
async fn a_late_original_and_a_resend_are_one_reset() {
    let net = Net::new().await;
    let case = net.ready().await;
    net.model.fault(POST, Fault::Late);
    net.desk().send_reset(case.clone()).await.unwrap();
    net.until_reset("no such key", &case, |v| *v == ResetView::NotFound).await;
    assert!(live(&net.desk().resend(case.clone()).await.unwrap().reset));
    assert_eq!(net.model.release(), [200], "a replay");
    let state = net.model.state();
    assert_eq!((state.accepted, state.links), (1, 1));
}

#[tokio::test]
async fn a_reset_that_was_given_up_is_turned_away_when_it_arrives() {
    let net = Net::new().await;
    let case = net.ready().await;
    net.model.fault(POST, Fault::Late);
    net.desk().send_reset(case.clone()).await.unwrap();
    net.until_reset("no such key", &case, |v| *v == ResetView::NotFound).await;
    let view = net.desk().abandon(case.clone()).await.unwrap();
    assert!(matches!(view.reset, ResetView::Ready { .. }), "{:?}", view.reset);
    assert_eq!(net.model.release(), [410]);
    assert_eq!(net.model.state().accepted, 0);
    assert!(net.desk().resend(case.clone()).await.unwrap_err().is(Own::DoesNotFit), "a tombstone stays");
    assert!(live(&net.desk().send_reset(case).await.unwrap().reset), "another key");
    assert_eq!(net.model.state().accepted, 1);
}

#[tokio::test]
async fn giving_up_counts_only_once_the_backend_confirmed_it() {
    let net = Net::new().await;
    let case = net.ready().await;
    net.model.fault(POST, Fault::CutBefore);
    net.desk().send_reset(case.clone()).await.unwrap();
    net.until_reset("no such key", &case, |v| *v == ResetView::NotFound).await;
    net.model.fault("DELETE", Fault::CutBefore);
    assert!(net.desk().abandon(case.clone()).await.unwrap_err().is(Own::BackendUnreachable));
    a_while().await;
    assert_eq!(net.reset(&case), ResetView::NotFound, "nothing was confirmed");
    net.model.fault("DELETE", Fault::CutAfter);
    let _ = net.desk().abandon(case.clone()).await.unwrap_err();
    net.until_reset("the question finds the tombstone", &case, |v| matches!(v, ResetView::Ready { .. })).await;
}

#[tokio::test]
async fn giving_up_too_late_takes_the_reset_over() {
    let net = Net::new().await;
    let case = net.ready().await;
    net.model.fault(POST, Fault::Late);
    net.desk().send_reset(case.clone()).await.unwrap();
    net.until_reset("no such key", &case, |v| *v == ResetView::NotFound).await;
    // No question may come between.
    for _ in 0..50 {
        net.model.fault("GET /v1/resets/by-key", Fault::CutBefore);
    }
    net.model.release();
    assert!(live(&net.desk().abandon(case).await.unwrap().reset));
}

#[tokio::test]
async fn a_refused_resend_is_buried_before_it_is_believed() {
    let net = Net::new().await;
    let case = net.ready().await;
    net.model.fault(POST, Fault::Late);
    net.desk().send_reset(case.clone()).await.unwrap();
    net.until_reset("no such key", &case, |v| *v == ResetView::NotFound).await;
    net.model.fault(POST, Fault::Refuse(429, "cool_down"));
    let view = net.desk().resend(case.clone()).await.unwrap();
    assert!(matches!(&view.reset, ResetView::Refused { error, .. } if error.code == "cool_down"), "{:?}", view.reset);
    assert_eq!(net.model.release(), [410], "the copy that went before cannot be accepted any more");
    assert_eq!(net.model.state().accepted, 0);
}

#[tokio::test]
async fn a_refusal_is_the_backends_word_and_the_clerk_may_press_again() {
    let net = Net::new().await;
    let case = net.ready().await;
    net.model.fault(POST, Fault::Refuse(409, "reset_live"));
    let view = net.desk().send_reset(case.clone()).await.unwrap();
    assert!(matches!(&view.reset, ResetView::Refused { error, retry: true } if error.code == "reset_live"));
    assert_eq!(net.model.count("DELETE"), 0, "only one copy ever went");
    assert!(live(&net.desk().send_reset(case).await.unwrap().reset));
}

#[tokio::test]
async fn two_presses_at_once_are_one_request() {
    let net = Net::new().await;
    let case = net.ready().await;
    let (a, b) = tokio::join!(net.desk().send_reset(case.clone()), net.desk().send_reset(case.clone()));
    assert_eq!([&a, &b].iter().filter(|r| r.is_ok()).count(), 1);
    assert!([a, b].into_iter().filter_map(Result::err).all(|e| e.is(Own::ResetOpen)));
    assert_eq!(net.model.count(POST), 1);
}

#[tokio::test]
async fn a_caller_that_goes_away_stops_nothing() {
    let net = Net::new().await;
    let case = net.ready().await;
    let desk = net.desk().clone();
    let asked = case.clone();
    let press = tokio::spawn(async move { desk.send_reset(asked).await });
    until("it is under way", || (net.reset(&case) == ResetView::Sending || live(&net.reset(&case))).then_some(()))
        .await;
    press.abort();
    net.until_reset("followed to its end", &case, live).await;
    assert_eq!(net.model.state().accepted, 1);
}

#[tokio::test]
async fn another_link_is_one_link_whatever_is_lost() {
    let net = Net::new().await;
    let case = net.live().await;
    net.model.step(ResetState::Expired, Step::Expired);
    net.until_reset("expired", &case, |v| matches!(v, ResetView::Expired { .. })).await;
    net.model.fault("POST /v1/resets/", Fault::CutAfter);
    assert!(net.desk().reissue(case.clone()).await.unwrap_err().is(Own::BackendUnreachable));
    net.until_reset("the lost answer is asked for", &case, live).await;
    a_while().await;
    assert_eq!((net.model.count("POST /v1/resets/"), net.model.state().links), (1, 2));

    net.model.step(ResetState::Expired, Step::Expired);
    net.until_reset("expired again", &case, |v| matches!(v, ResetView::Expired { .. })).await;
    net.model.fault("POST /v1/resets/", Fault::Late);
    let _ = net.desk().reissue(case.clone()).await.unwrap_err();
    a_while().await;
    assert!(matches!(net.reset(&case), ResetView::Expired { .. }), "nothing is sent by itself");
    assert!(live(&net.desk().reissue(case.clone()).await.unwrap().reset), "the clerk pressed again");
    net.model.release();
    assert_eq!(net.model.state().links, 3, "with the same key: the late one is a replay");
}

#[tokio::test]
async fn a_refused_link_leaves_no_intent_behind() {
    let net = Net::new().await;
    let case = net.live().await;
    net.model.fault("POST /v1/resets/", Fault::Refuse(429, "cool_down"));
    assert_eq!(net.desk().reissue(case.clone()).await.unwrap_err().code(), "cool_down");
    let open = net.rig.db().read(|c| crate::store::reissues::open(c, case.parse().unwrap())).unwrap();
    assert_eq!(open, None);
    assert!(live(&net.reset(&case)), "the link before it still lives");
}

#[tokio::test]
async fn a_person_who_cannot_finish_gets_a_slip_and_the_link_is_dead() {
    let net = Net::new().await;
    let case = net.live().await;
    net.model.fault("DELETE /v1/resets/", Fault::CutBefore);
    assert!(net.desk().cancel_reset(case.clone()).await.unwrap_err().is(Own::BackendUnreachable));
    assert!(live(&net.reset(&case)), "the case is open while the link lives");
    let view = net.desk().cancel_reset(case).await.unwrap();
    assert_eq!(view.row.outcome, Some(Outcome::LinkNotCompleted));
    assert_eq!(view.paper[0].kind, PaperKind::NotCompleted);
    assert_eq!(net.model.state().resets.values().next().unwrap().reset.state, ResetState::Cancelled);
}

#[tokio::test]
async fn a_person_who_was_faster_than_the_clerk_has_their_key() {
    let net = Net::new().await;
    net.model.state().streams = false;
    let case = net.live().await;
    for _ in 0..50 {
        net.model.fault("GET /v1/resets/", Fault::CutBefore);
    }
    net.model.step(ResetState::Used, Step::KeySet);
    net.model.state().streams = true;
    let error = net.desk().cancel_reset(case.clone()).await.unwrap_err();
    assert!(error.is(Own::KeyIsSet) || error.is(Own::BackendUnreachable), "{error}");
    net.until_reset("the key is set", &case, |v| matches!(v, ResetView::KeySet { .. })).await;
    assert!(net.desk().cancel_reset(case).await.unwrap_err().is(Own::KeyIsSet));
}

#[tokio::test]
async fn an_intent_whose_act_could_not_write_its_end_is_asked_about_all_the_same() {
    let net = Net::new().await;
    let case = net.ready().await;
    net.desk().renew_period(case.parse().unwrap()).await.unwrap();
    let actor = net.desk().actor().unwrap();
    // As a full disk leaves it: intended, and nobody at work on it.
    let intend = |act: &mut crate::store::Act<'_>| {
        let request = net.desk().reset_request(act, case.parse().unwrap())?;
        crate::store::resets::intend(act, &request)
    };
    net.rig.db().act(&actor, intend).unwrap();
    net.until_reset("the backend knows no such key", &case, |v| *v == ResetView::NotFound).await;
}

#[tokio::test]
async fn a_case_is_not_closed_while_another_link_may_be_on_its_way() {
    let net = Net::new().await;
    let case = net.live().await;
    net.model.step(ResetState::Expired, Step::Expired);
    net.until_reset("expired", &case, |v| matches!(v, ResetView::Expired { .. })).await;
    net.model.fault("POST /v1/resets/", Fault::Late);
    assert!(net.desk().reissue(case.clone()).await.is_err());
    let view = net.desk().open_case(case.clone()).unwrap();
    assert_eq!(view.outcomes, [], "a further link is unresolved");
    let closed = net.desk().close(case.clone(), ventanilla_contract::event::Outcome::LinkNotCompleted);
    assert_eq!(closed.unwrap_err().code(), "reset_open");
    assert!(net.desk().cancel_reset(case).await.is_ok(), "which buries it first");
}
