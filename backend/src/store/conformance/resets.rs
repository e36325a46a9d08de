//! The reset and its links.

use std::sync::Arc;

use ventanilla_contract::error::ErrorCode as E;
use ventanilla_contract::reset::{Document, ResetState, Step};
use ventanilla_domain::reset::LinkRefusal;

use super::super::*;
use super::world::*;

pub async fn a_complete_dossier_is_accepted_and_one_mail_is_due(w: World) {
    let ask = w.ask().await;
    let accepted = w.store.accept_reset(ask.clone()).await.unwrap();
    assert!(!accepted.replayed);
    assert_eq!(accepted.reset.state, ResetState::Accepted);
    assert_eq!(accepted.reset.email_masked, "m•••••@eltrigo.ec");
    assert_eq!(accepted.reset.remaining_ms, None, "the time begins with the mail");
    assert_eq!((accepted.reset.links_today, accepted.reset.links_per_day), (1, 3));
    let mails = w.store.due_mails(10, 30_000).await.unwrap();
    assert_eq!(mails.len(), 1);
    assert_eq!((mails[0].id, mails[0].template, mails[0].attempts), (ask.link.mail_id, Template::Link, 0));
    assert_eq!(mails[0].link, Some(DueLink { id: ask.link.id, kid: "k1".into() }));
    assert_eq!(mails[0].to.as_str(), ADDRESS);
    assert!(w.store.due_mails(10, 30_000).await.unwrap().is_empty(), "leased");
    assert_eq!(w.store.reset_by_key(ask.key, &ana()).await.unwrap().id, ask.reset_id);
    assert_eq!(code(w.store.reset_by_key(ask.key, &eva()).await), E::ResetUnknown);
    assert_eq!(code(w.store.reset_by_id(ask.reset_id, &eva()).await), E::ResetUnknown);
    assert!(w.store.verify_audit("QS").await.unwrap() >= 3);
}

pub async fn two_racing_accepts_with_one_key_make_one_reset(w: World) {
    let first = w.ask().await;
    let mut second = first.clone();
    (second.reset_id, second.link) = (w.id(), w.link());
    let (a, b) = tokio::join!(w.store.accept_reset(first), w.store.accept_reset(second));
    let (a, b) = (a.unwrap(), b.unwrap());
    assert_eq!(a.reset, b.reset);
    assert!(a.replayed != b.replayed, "one made it, one was told of it");
    assert_eq!(w.store.due_mails(10, 1).await.unwrap().len(), 1);
}

pub async fn two_racing_accepts_with_two_keys_leave_one_live_reset(w: World) {
    let first = w.ask().await;
    let (case, period) = w.called(turno(2), &luis()).await;
    let second = w.ask_for(case, period, turno(2), &luis());
    let (a, b) = tokio::join!(w.store.accept_reset(first), w.store.accept_reset(second));
    let lost = if a.is_ok() { b } else { a };
    assert_eq!(code(lost), E::ResetLive);
}

pub async fn another_body_under_the_same_key_is_refused(w: World) {
    let ask = w.ask().await;
    w.store.accept_reset(ask.clone()).await.unwrap();
    let mut other = ask.clone();
    other.request.stated_email = "otra@eltrigo.ec".into();
    assert_eq!(code(w.store.accept_reset(other).await), E::IdempotencyKeyReused);
    let again = w.store.accept_reset(ask).await.unwrap();
    assert!(again.replayed);
}

pub async fn a_tombstone_refuses_the_late_original(w: World) {
    let ask = w.ask().await;
    assert_eq!(w.store.abandon_key(ask.key, &ana()).await.unwrap(), Abandoned::Tombstone);
    assert_eq!(w.store.abandon_key(ask.key, &ana()).await.unwrap(), Abandoned::Tombstone, "and again");
    assert_eq!(code(w.store.accept_reset(ask.clone()).await), E::ResetAbandoned);
    assert_eq!(code(w.store.reset_by_key(ask.key, &ana()).await), E::ResetAbandoned);
    assert!(w.store.due_mails(10, 1).await.unwrap().is_empty());
}

pub async fn a_key_that_was_accepted_cannot_be_given_up(w: World) {
    let ask = w.ask().await;
    let who = ana();
    let (accepted, abandoned) = tokio::join!(w.store.accept_reset(ask.clone()), w.store.abandon_key(ask.key, &who));
    match abandoned.unwrap() {
        Abandoned::Tombstone => assert_eq!(code(accepted), E::ResetAbandoned),
        Abandoned::WasAccepted(reset) => assert_eq!(reset.id, accepted.unwrap().reset.id),
    }
}

pub async fn an_incomplete_dossier_is_refused_and_leaves_nothing(w: World) {
    let ask = w.ask().await;
    for missing in [Document::Cedula, Document::RucPrintout, Document::RequestLetter, Document::Appointment] {
        let mut cut = ask.clone();
        cut.request.attestations.retain(|a| a.document != missing);
        assert_eq!(code(w.store.accept_reset(cut).await), E::DossierIncomplete);
    }
    let mut old = ask.clone();
    old.request.attestations.iter_mut().for_each(|a| a.dated = Some("2026-01-01".into()));
    assert_eq!(code(w.store.accept_reset(old).await), E::DossierIncomplete, "a letter of January");
    let mut stranger = ask.clone();
    stranger.request.cedula_shown = "1710034073".into();
    assert!([E::NumberInvalid, E::DossierIncomplete].contains(&code(w.store.accept_reset(stranger).await)));
    assert_eq!(code(w.store.reset_by_key(ask.key, &ana()).await), E::ResetUnknown, "a refusal keeps no key");
    assert!(!w.store.accept_reset(ask).await.unwrap().replayed, "and the key is still good");
}

pub async fn other_people_s_cases_turnos_and_centres_are_refused(w: World) {
    let ask = w.ask().await;
    let mut other = ask.clone();
    other.actor = luis();
    assert_eq!(code(w.store.accept_reset(other).await), E::CaseNotYours);
    let mut other = ask.clone();
    other.actor = eva();
    assert_eq!(code(w.store.accept_reset(other).await), E::TurnoOtherCenter);
    let mut other = ask.clone();
    other.request.turno_id = turno(4);
    assert_eq!(code(w.store.accept_reset(other).await), E::TurnoOtherCenter);
    let mut other = ask.clone();
    other.request.turno_id = turno(2);
    assert_eq!(code(w.store.accept_reset(other).await), E::CaseNotYours, "a turno that this case did not call");
    let mut other = ask.clone();
    other.request.turno_id = w.id();
    assert_eq!(code(w.store.accept_reset(other).await), E::TurnoUnknown);
    let mut other = ask.clone();
    other.request.case_id = w.id();
    assert_eq!(code(w.store.accept_reset(other).await), E::CaseNotYours);
    let mut other = ask.clone();
    other.request.number = PERSON.into();
    assert_eq!(code(w.store.accept_reset(other).await), E::DossierIncomplete, "the turno is another employer's");
    let mut other = ask.clone();
    other.request.service_period = w.id();
    assert_eq!(code(w.store.accept_reset(other).await), E::ServicePeriodOver);
    w.clock.advance(86_400_000);
    let period = w.store.renew_period(ask.request.case_id, turno(1), w.id(), &ana()).await.unwrap();
    let mut tomorrow = ask.clone();
    tomorrow.request.service_period = period.id;
    assert_eq!(code(w.store.accept_reset(tomorrow).await), E::DossierIncomplete, "the turno is of yesterday");
}

pub async fn a_request_after_its_service_period_is_gone(w: World) {
    let ask = w.ask().await;
    w.clock.advance(600_000);
    assert_eq!(code(w.store.accept_reset(ask.clone()).await), E::ServicePeriodOver);
    let renewed = w.store.renew_period(ask.request.case_id, turno(1), w.id(), &ana()).await.unwrap();
    assert_eq!(renewed.expires_in_ms, 600_000);
    let mut again = ask;
    again.request.service_period = renewed.id;
    w.clock.advance(599_999);
    w.store.accept_reset(again).await.unwrap();
}

pub async fn a_closed_case_takes_no_late_request(w: World) {
    let ask = w.ask().await;
    let closed = |seq, body| event(&ana(), seq, Some(ask.request.case_id), body);
    let close = closed(1, r#"{"kind":"closed","outcome":"returned"}"#);
    w.store.push_events(push(&ana(), 1, vec![close]), &ana()).await.unwrap();
    assert_eq!(code(w.store.accept_reset(ask.clone()).await), E::ServicePeriodOver);
    let renew = w.store.renew_period(ask.request.case_id, turno(1), w.id(), &ana()).await;
    assert_eq!(code(renew), E::ServicePeriodOver);
    let reopen = closed(2, r#"{"kind":"reopened"}"#);
    w.store.push_events(push(&ana(), 2, vec![reopen]), &ana()).await.unwrap();
    assert_eq!(code(w.store.accept_reset(ask.clone()).await), E::ServicePeriodOver, "the old period stays over");
    w.store.renew_period(ask.request.case_id, turno(1), w.id(), &ana()).await.unwrap();
}

pub async fn a_stale_live_reset_is_put_away_by_the_next_one(w: World) {
    let first = w.mailing().await;
    w.clock.advance(180_000);
    assert_eq!(w.state(first.reset_id).await, ResetState::Expired, "told at once, though nobody stored it yet");
    let (case, period) = w.called(turno(2), &luis()).await;
    let second = w.ask_for(case, period, turno(2), &luis());
    w.store.accept_reset(second.clone()).await.unwrap();
    let stored = w.store.reset_by_id(first.reset_id, &ana()).await.unwrap();
    assert_eq!(stored.telltale.last().unwrap().step, Step::Expired);
    assert_eq!(w.use_link(&first.link).await, Err(LinkRefusal::Expired));
    let again = Reissue { key: w.id(), reset_id: first.reset_id, actor: ana(), link: w.link() };
    assert_eq!(code(w.store.reissue(again).await), E::ResetLive, "the other case's reset is the live one");
}

pub async fn a_live_reset_of_another_case_refuses(w: World) {
    w.mailing().await;
    let (case, period) = w.called(turno(2), &luis()).await;
    let second = w.ask_for(case, period, turno(2), &luis());
    match w.store.accept_reset(second).await {
        Err(StoreError::Refused(refusal)) => {
            assert_eq!((refusal.code, refusal.retry_at), (E::ResetLive, Some(MORNING.plus(180_000))));
        }
        other => panic!("{other:?}"),
    }
}

pub async fn the_link_lives_179_999_and_not_180_000(w: World) {
    let ask = w.mailing().await;
    w.clock.advance(179_999);
    assert_eq!(w.store.reset_by_id(ask.reset_id, &ana()).await.unwrap().remaining_ms, Some(1));
    w.clock.advance(1);
    assert_eq!(w.use_link(&ask.link).await, Err(LinkRefusal::Expired));
    assert_eq!(w.state(ask.reset_id).await, ResetState::Expired);
    let again = Reissue { key: w.id(), reset_id: ask.reset_id, actor: ana(), link: w.link() };
    w.store.reissue(again.clone()).await.unwrap();
    w.start_mail(again.link.id).await;
    w.clock.advance(179_999);
    w.use_link(&again.link).await.unwrap();
    assert_eq!(w.state(ask.reset_id).await, ResetState::Used);
}

pub async fn two_racing_uses_set_one_key(w: World) {
    let ask = w.mailing().await;
    let w = Arc::new(w);
    let race = (0..8).map(|_| {
        let (w, link) = (w.clone(), ask.link.clone());
        tokio::spawn(async move { w.use_link(&link).await })
    });
    let mut won = 0;
    for racer in race.collect::<Vec<_>>() {
        match racer.await.unwrap() {
            Ok(_) => won += 1,
            Err(refusal) => assert_eq!(refusal, LinkRefusal::Used),
        }
    }
    assert_eq!(won, 1);
    assert_eq!(w.use_link(&ask.link).await, Err(LinkRefusal::Used), "and later");
}

pub async fn a_cancel_and_a_use_that_race_have_one_winner(w: World) {
    let ask = w.mailing().await;
    let who = ana();
    let (used, cancelled) = tokio::join!(w.use_link(&ask.link), w.store.cancel(ask.reset_id, &who));
    match used {
        Ok(_) => assert_eq!(code(cancelled), E::KeyAlreadySet),
        Err(refusal) => {
            assert_eq!(refusal, LinkRefusal::Withdrawn);
            assert_eq!(cancelled.unwrap().state, ResetState::Cancelled);
            assert_eq!(w.store.cancel(ask.reset_id, &ana()).await.unwrap().state, ResetState::Cancelled, "again");
        }
    }
    assert_eq!(code(w.store.cancel(ask.reset_id, &luis()).await), E::CaseNotYours);
}

pub async fn a_second_start_of_the_mail_keeps_the_expiry_and_a_late_one_is_dropped(w: World) {
    let ask = w.mailing().await;
    w.clock.advance(60_000);
    assert_eq!(w.start_mail(ask.link.id).await, MORNING.plus(180_000));
    w.clock.advance(120_000);
    assert_eq!(w.store.begin_mailing(ask.link.id).await.unwrap(), Mailing::TooLate);
    assert!(w.store.due_mails(10, 1).await.unwrap().is_empty(), "dropped from the outbox");
}

pub async fn a_mail_that_never_started_is_not_sent_later(w: World) {
    let ask = w.ask().await;
    w.store.accept_reset(ask.clone()).await.unwrap();
    w.clock.advance(180_000);
    assert_eq!(w.store.expire_due().await.unwrap(), 1);
    assert_eq!(w.store.expire_due().await.unwrap(), 0);
    assert_eq!(w.state(ask.reset_id).await, ResetState::Expired);
    assert_eq!(w.store.begin_mailing(ask.link.id).await.unwrap(), Mailing::TooLate);
    assert!(w.store.due_mails(10, 1).await.unwrap().is_empty());
}

pub async fn a_link_whose_mail_began_late_is_not_over_before_its_time(w: World) {
    let ask = w.ask().await;
    w.store.accept_reset(ask.clone()).await.unwrap();
    w.clock.advance(60_000);
    w.start_mail(ask.link.id).await;
    w.clock.advance(179_999);
    assert!(w.store.overdue().await.unwrap().is_empty(), "it takes no place of one that is over");
    w.clock.advance(1);
    assert_eq!(w.store.overdue().await.unwrap(), [ask.link.id]);
}

pub async fn a_deferred_mail_comes_back_and_never_after_its_time(w: World) {
    let ask = w.mailing().await;
    let mail = w.store.due_mails(10, 30_000).await.unwrap().remove(0);
    let deferred = || MailOutcome::Deferred { reason: "450 greylisted".into(), retry_in_ms: 20_000 };
    w.store.mail_result(mail.id, deferred()).await.unwrap();
    assert_eq!(w.state(ask.reset_id).await, ResetState::Deferred);
    assert!(w.store.due_mails(10, 30_000).await.unwrap().is_empty());
    w.clock.advance(20_000);
    assert_eq!(w.store.due_mails(10, 30_000).await.unwrap().remove(0).attempts, 1);
    w.clock.advance(150_000);
    w.store.mail_result(mail.id, deferred()).await.unwrap();
    w.clock.advance(1_000_000);
    assert!(w.store.due_mails(10, 30_000).await.unwrap().is_empty(), "the next try would be too late");
    let reset = w.store.reset_by_id(ask.reset_id, &ana()).await.unwrap();
    assert_eq!(reset.telltale.iter().filter(|s| s.step == Step::Deferred).count(), 2);
    assert_eq!(reset.telltale.last().unwrap().reason.as_deref(), Some("450 greylisted"));
}

pub async fn another_link_supersedes_the_one_before(w: World) {
    let ask = w.mailing().await;
    w.clock.advance(30_000);
    let again = Reissue { key: w.id(), reset_id: ask.reset_id, actor: ana(), link: w.link() };
    let reset = w.store.reissue(again.clone()).await.unwrap().reset;
    assert_eq!((reset.state, reset.links_today), (ResetState::Accepted, 2));
    assert_eq!(reset.telltale.len(), 1, "the telltale of the newest link");
    assert_eq!(w.use_link(&ask.link).await, Err(LinkRefusal::Withdrawn));
    assert_eq!(w.store.begin_mailing(ask.link.id).await.unwrap(), Mailing::TooLate);
    w.start_mail(again.link.id).await;
    w.use_link(&again.link).await.unwrap();
}

pub async fn links_stop_at_the_cap_and_wait_for_the_cool_down(w: World) {
    let ask = w.mailing().await;
    let again = || Reissue { key: w.id(), reset_id: ask.reset_id, actor: ana(), link: w.link() };
    w.clock.advance(29_999);
    match w.store.reissue(again()).await {
        Err(StoreError::Refused(refusal)) => {
            assert_eq!((refusal.code, refusal.retry_at), (E::CoolDown, Some(MORNING.plus(30_000))));
        }
        other => panic!("{other:?}"),
    }
    assert_eq!(w.state(ask.reset_id).await, ResetState::Mailing, "a refused re-issue kills no link");
    w.clock.advance(1);
    w.store.reissue(again()).await.unwrap();
    w.clock.advance(30_000);
    w.store.reissue(again()).await.unwrap();
    w.clock.advance(30_000);
    assert_eq!(code(w.store.reissue(again()).await), E::LinkCap);
}

pub async fn a_re_issue_is_replayed_by_its_key(w: World) {
    let ask = w.mailing().await;
    w.clock.advance(30_000);
    let again = Reissue { key: w.id(), reset_id: ask.reset_id, actor: ana(), link: w.link() };
    let first = w.store.reissue(again.clone()).await.unwrap();
    let second = w.store.reissue(Reissue { link: w.link(), ..again.clone() }).await.unwrap();
    assert!(second.replayed && second.reset == first.reset);
    assert_eq!(w.store.reset_by_key(again.key, &ana()).await.unwrap().id, ask.reset_id);
    let reused = AcceptReset { key: again.key, ..ask.clone() };
    assert_eq!(code(w.store.accept_reset(reused).await), E::IdempotencyKeyReused);
    let other = Reissue { key: w.id(), actor: luis(), link: w.link(), ..again };
    assert_eq!(code(w.store.reissue(other).await), E::CaseNotYours);
}

pub async fn the_key_ends_sessions_and_tells_the_owner(w: World) {
    let ask = w.mailing().await;
    let mail = w.store.due_mails(10, 30_000).await.unwrap().remove(0);
    w.store.mail_result(mail.id, MailOutcome::Taken { queue_id: "q1".into() }).await.unwrap();
    assert_eq!(w.state(ask.reset_id).await, ResetState::HandedOver);
    let set = w.use_link(&ask.link).await.unwrap();
    assert_eq!((set.reset_id, set.sessions_ended), (ask.reset_id, 2));
    let notice = w.store.due_mails(10, 30_000).await.unwrap();
    assert_eq!(notice.iter().map(|m| (m.template, m.link.clone())).collect::<Vec<_>>(), [(Template::KeyWasSet, None)]);
    w.store.mail_result(notice[0].id, MailOutcome::Taken { queue_id: "q2".into() }).await.unwrap();
    w.clock.advance(60_000);
    assert!(w.store.due_mails(10, 30_000).await.unwrap().is_empty());
    let again = Reissue { key: w.id(), reset_id: ask.reset_id, actor: ana(), link: w.link() };
    assert_eq!(code(w.store.reissue(again).await), E::KeyAlreadySet);
}

pub async fn looking_at_the_page_changes_no_link(w: World) {
    let ask = w.mailing().await;
    for _ in 0..10 {
        let page = w.store.page(ask.link.token_hash, PageEvent::Fetched).await.unwrap().unwrap();
        assert_eq!(page.standing, Ok(180_000));
        assert_eq!((page.number.as_str(), page.reset_id), (COMPANY, ask.reset_id));
    }
    w.store.page(ask.link.token_hash, PageEvent::PersonOnPage).await.unwrap().unwrap();
    w.store.page(ask.link.token_hash, PageEvent::KeyRefused).await.unwrap().unwrap();
    let steps: Vec<_> =
        w.store.reset_by_id(ask.reset_id, &ana()).await.unwrap().telltale.iter().map(|s| s.step).collect();
    assert_eq!(steps, [Step::Accepted, Step::PageFetched, Step::PersonOnPage, Step::KeyRefused]);
    assert!(w.store.page([9; 32], PageEvent::Fetched).await.unwrap().is_none());
    w.use_link(&ask.link).await.unwrap();
    let page = w.store.page(ask.link.token_hash, PageEvent::Fetched).await.unwrap().unwrap();
    assert_eq!(page.standing, Err(LinkRefusal::Used));
}

pub async fn every_change_raises_the_version_and_is_told(w: World) {
    let mut told = w.store.changes();
    let ask = w.mailing().await;
    let mut version = 0;
    for _ in 0..2 {
        assert_eq!(told.recv().await.unwrap(), ask.reset_id);
    }
    for event in [PageEvent::Fetched, PageEvent::PersonOnPage] {
        w.store.page(ask.link.token_hash, event).await.unwrap();
        assert_eq!(told.recv().await.unwrap(), ask.reset_id);
        let now = w.store.reset_by_id(ask.reset_id, &ana()).await.unwrap().version;
        assert!(now > version);
        version = now;
    }
    let mut refused = ask.clone();
    refused.key = w.id();
    w.store.accept_reset(refused).await.unwrap_err();
    assert!(told.try_recv().is_err(), "a refusal tells nothing");
}

pub async fn a_bounce_shows_and_the_link_may_still_be_used(w: World) {
    let ask = w.mailing().await;
    w.store.delivery_report(ask.link.id, "550 no such box".into()).await.unwrap();
    let reset = w.store.reset_by_id(ask.reset_id, &ana()).await.unwrap();
    assert_eq!((reset.state, reset.telltale.last().unwrap().step), (ResetState::Bounced, Step::Bounced));
    assert_eq!(code(w.store.delivery_report(w.id(), "?".into()).await), E::ResetUnknown);
    w.use_link(&ask.link).await.unwrap();
}

pub async fn a_late_report_still_lights_the_telltale(w: World) {
    let ask = w.mailing().await;
    w.clock.advance(30_000);
    let again = Reissue { key: w.id(), reset_id: ask.reset_id, actor: ana(), link: w.link() };
    w.store.reissue(again.clone()).await.unwrap();
    w.start_mail(again.link.id).await;
    for _ in 0..2 {
        w.store.delivery_report(ask.link.id, "550 no such box".into()).await.unwrap();
    }
    let reset = w.store.reset_by_id(ask.reset_id, &ana()).await.unwrap();
    assert_eq!(reset.state, ResetState::Mailing, "the newer link runs on");
    let bounced: Vec<_> = reset.telltale.iter().filter(|s| s.step == Step::Bounced).collect();
    assert_eq!((bounced.len(), bounced[0].reason.as_deref()), (1, Some("550 no such box")), "told once");
    let other =
        w.store.accept_reset(AcceptReset { key: w.id(), reset_id: w.id(), link: w.link(), ..ask.clone() }).await;
    assert_eq!(code(other), E::ResetLive, "and it is still the live one");
    w.clock.advance(180_000);
    w.store.delivery_report(again.link.id, "552 full".into()).await.unwrap();
    let reset = w.store.reset_by_id(ask.reset_id, &ana()).await.unwrap();
    assert_eq!(reset.state, ResetState::Expired);
    assert_eq!(reset.telltale.last().unwrap().step, Step::Expired, "the box was known to bounce before");
}

pub async fn a_report_after_the_time_is_still_told(w: World) {
    let ask = w.mailing().await;
    w.clock.advance(180_000);
    assert_eq!(w.store.expire_due().await.unwrap(), 1);
    w.store.delivery_report(ask.link.id, "552 full".into()).await.unwrap();
    let reset = w.store.reset_by_id(ask.reset_id, &ana()).await.unwrap();
    assert_eq!((reset.state, reset.telltale.last().unwrap().step), (ResetState::Expired, Step::Bounced));
}

pub async fn another_link_is_judged_by_what_is_true_now(w: World) {
    use ventanilla_contract::employer::{AccountState, RucStatus};
    let ask = w.mailing().await;
    w.clock.advance(30_000);
    let again = async || {
        let ask = Reissue { key: w.id(), reset_id: ask.reset_id, actor: ana(), link: w.link() };
        w.store.reissue(ask).await
    };
    company(&w, |e| e.ruc_status = RucStatus::Suspended).await;
    assert_eq!(code(again().await), E::RucNotActive);
    company(&w, |e| e.account = AccountState::Blocked).await;
    assert_eq!(code(again().await), E::AccountBlocked);
    company(&w, |e| e.email = None).await;
    assert_eq!(code(again().await), E::NoRegisteredEmail);
    company(&w, |e| e.email = Some("otra@eltrigo.ec".into())).await;
    assert_eq!(code(again().await), E::EmailMismatch, "the link would go to the address of before");
    company(&w, |e| e.registro_civil_down = true).await;
    assert_eq!(code(again().await), E::RegistroCivilUnavailable);
    assert_eq!(w.state(ask.reset_id).await, ResetState::Mailing, "a refused re-issue kills no link");
    company(&w, |e| e.email = Some(ADDRESS.to_uppercase())).await;
    again().await.unwrap();
    w.clock.advance(86_400_000);
    w.store.renew_period(ask.request.case_id, turno(1), w.id(), &ana()).await.unwrap();
    assert_eq!(code(again().await), E::DossierIncomplete, "the turno was of yesterday");
}

pub async fn the_owner_s_notice_is_told_as_what_became_of_it(w: World) {
    let outcomes = [
        ("notice_sent", MailOutcome::Taken { queue_id: "q".into() }, 0),
        ("notice_refused", MailOutcome::Refused { reason: "550".into() }, 0),
        ("notice_given_up", MailOutcome::Deferred { reason: "451".into(), retry_in_ms: 1_000 }, 86_400_000),
    ];
    for (turno_no, (what, outcome, later)) in (1..).zip(outcomes) {
        let turno = if turno_no == 3 { w.walk_in_of(COMPANY).await } else { turno(turno_no) };
        let (case, period) = w.called(turno, &ana()).await;
        let ask = w.ask_for(case, period, turno, &ana());
        w.store.accept_reset(ask.clone()).await.unwrap();
        w.start_mail(ask.link.id).await;
        w.use_link(&ask.link).await.unwrap();
        let notice = w.store.due_mails(10, 30_000).await.unwrap().remove(0);
        assert_eq!(notice.template, Template::KeyWasSet);
        let put_off = MailOutcome::Deferred { reason: "451".into(), retry_in_ms: 0 };
        let before = w.store.verify_audit("QS").await.unwrap();
        w.store.mail_result(notice.id, put_off).await.unwrap();
        assert_eq!(w.store.verify_audit("QS").await.unwrap(), before, "put off is nothing yet");
        w.clock.advance(later);
        w.store.mail_result(notice.id, outcome).await.unwrap();
        let newest = w.store.newest("QS").await.unwrap();
        assert!(newest.contains(&format!("\"what\":\"{what}\"")), "{newest}");
    }
}

/// A push of raw events with a chain head that follows the first number.
pub fn push(who: &Actor, from: u32, events: Vec<Vec<u8>>) -> Push {
    let audit_len = 100 + from;
    Push { ws: who.device_id.clone(), epoch: 1, from, events, audit_head: format!("h{from}"), audit_len }
}

/// An event's bytes as a workstation sends them.
pub fn event(who: &Actor, seq: u32, case: Option<Uuid>, body: &str) -> Vec<u8> {
    let case = case.map_or(String::new(), |c| format!(r#""case_id":"{c}","#));
    let (id, ws, actor) = (Uuid::from_u128(u128::from(seq)), &who.device_id, &who.username);
    format!(r#"{{"id":"{id}","ws":"{ws}","epoch":1,"seq":{seq},"at":1,"actor":"{actor}",{case}"body":{body}}}"#).into()
}
