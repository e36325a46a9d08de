use ventanilla_contract::error::{ErrorBody, ErrorCode};
use ventanilla_contract::event::{HoldReason, Outcome, RefusalReason};
use ventanilla_contract::reset::{Document, Seen};

use super::*;
use crate::Own;
use crate::store::{cases, events, periods, visits};
use crate::view::{CaseStateView, Obstacle, ResetView, StandingView};

fn code<T: std::fmt::Debug>(answer: Result<T, DeskError>) -> &'static str {
    answer.unwrap_err().code()
}

#[test]
fn the_queue_is_ordered_preferential_due_walk_in_early() {
    let rig = Rig::open();
    let minutes = |n: i64| Some(TEN + n * 60_000);
    let early = rig.turno("A-001", minutes(90));
    let due = rig.turno("A-002", minutes(-30));
    let older = rig.turno("A-003", minutes(-10));
    rig.desk.check_in(early.to_string(), false).unwrap();
    rig.clock.advance(1_000);
    let walk_in = rig.desk.walk_in_local(&walk_in()).unwrap();
    rig.clock.advance(1_000);
    rig.desk.check_in(due.to_string(), false).unwrap();
    rig.clock.advance(1_000);
    let queue = rig.desk.check_in(older.to_string(), true).unwrap();
    let tickets: Vec<_> = queue.waiting.iter().map(|r| r.ticket.as_str()).collect();
    assert_eq!(tickets, ["A-003", "A-002", "S3-001", "A-001"]);
    assert_eq!(queue.waiting_total, 4);
    assert_eq!(rig.desk.next_in_line(&[]).unwrap(), older);
    assert_eq!(rig.desk.next_in_line(&[older, due]).unwrap().to_string(), walk_in.case_id);
}

#[test]
fn an_empty_queue_says_so() {
    assert_eq!(code(Rig::open().desk.next_in_line(&[])), "empty_queue");
}

#[test]
fn a_case_that_the_line_pulled_twice_is_one_case() {
    let rig = Rig::open();
    let id = Uuid::from_u128(99);
    let put = |t: &Turno| rig.db().mirror(|act| visits::upsert_turno(act, t)).unwrap().unwrap();
    let first = put(&turno(id, "A-001", Some(TEN)));
    let again = put(&Turno { person_name: "Otra Persona".into(), ..turno(id, "A-001", Some(TEN)) });
    assert_eq!(first, again);
    let queue = rig.desk.queue().unwrap();
    assert_eq!((queue.upcoming_total, queue.upcoming[0].person.as_str()), (1, "Otra Persona"));
}

#[test]
fn a_person_called_at_another_counter_leaves_this_queue() {
    let rig = Rig::open();
    let id = Uuid::from_u128(99);
    let case = rig.db().mirror(|act| visits::upsert_turno(act, &turno(id, "A-001", Some(TEN)))).unwrap().unwrap();
    rig.desk.check_in(case.to_string(), false).unwrap();
    let elsewhere = Turno { called_by: Some("5".into()), ..turno(id, "A-001", Some(TEN)) };
    rig.db().mirror(|act| visits::upsert_turno(act, &elsewhere)).unwrap();
    let queue = rig.desk.queue().unwrap();
    assert_eq!((queue.waiting.len(), queue.waiting_total), (0, 0));
    assert_eq!(code(rig.desk.mark_called(case, None)), "turno_called_elsewhere");
    assert_eq!(rig.desk.search("a-001".into()).unwrap()[0].elsewhere.as_deref(), Some("5"));
}

#[test]
fn two_callers_race_and_one_gets_the_person() {
    let rig = Rig::open();
    let id = rig.turno("A-001", Some(TEN));
    rig.desk.check_in(id.to_string(), false).unwrap();
    let answers: Vec<_> = std::thread::scope(|s| {
        let calls: Vec<_> = (0..8).map(|_| s.spawn(|| rig.desk.mark_called(id, None))).collect();
        calls.into_iter().map(|c| c.join().unwrap()).collect()
    });
    assert_eq!(answers.iter().filter(|a| a.is_ok()).count(), 1);
    assert!(answers.iter().filter_map(|a| a.as_ref().err()).all(|e| e.is(Own::DoesNotFit)));
}

#[test]
fn numbers_that_cannot_exist_are_refused_at_the_field() {
    let rig = Rig::open();
    let typed = |number: &str| code(rig.desk.walk_in_local(&WalkInForm { number: number.into(), ..walk_in() }));
    assert_eq!(typed("17100ABC65"), "number_not_digits");
    assert_eq!(typed("171003"), "number_length");
    assert_eq!(typed("2510034065"), "number_province");
    assert_eq!(typed("1770034065001"), "number_third_digit");
    assert_eq!(typed("1710034064"), "number_check_digit");
    assert_eq!(typed("1710034065000"), "number_establishment");
    assert_eq!(code(rig.desk.walk_in_local(&WalkInForm { person: " ".into(), ..walk_in() })), "person_missing");
}

#[test]
fn a_walk_in_waits_with_a_turno_that_the_backend_is_still_to_know() {
    let rig = Rig::open();
    let row = rig.desk.walk_in_local(&walk_in()).unwrap();
    assert_eq!((row.state, row.ticket.as_str(), row.walk_in), (CaseStateView::Waiting, "S3-001", true));
    assert_eq!(row.number, "17••••••65");
    let waiting = rig.db().read(visits::unregistered).unwrap();
    assert_eq!(waiting.len(), 1);
    let known =
        Turno { id: waiting[0].turno_id, employer_name: "José Ñandú".into(), ..turno(Uuid::nil(), "S3-001", None) };
    rig.db().mirror(|act| visits::set_registered(act, &known)).unwrap();
    assert!(rig.db().read(visits::unregistered).unwrap().is_empty());
    assert_eq!(rig.desk.queue().unwrap().waiting[0].employer, "José Ñandú");
}

#[test]
fn a_tick_is_on_disk_before_the_view_returns_and_a_kill_changes_nothing() {
    let mut rig = Rig::open();
    let case = rig.in_service();
    rig.desk.accept(case.clone(), form(Document::Cedula, Seen::Original)).unwrap();
    let before = rig.desk.accept(case.clone(), form(Document::RequestLetter, Seen::Original)).unwrap();
    assert_eq!(before.missing, 3);
    rig.restart();
    assert_eq!(code(rig.desk.open_case(case.clone())), "not_signed_in");
    rig.desk.admit(&ana(), "4711", false).unwrap();
    assert_eq!(rig.desk.open_case(case).unwrap(), before);
}

#[test]
fn a_complete_dossier_is_ready_once_the_address_matches_and_the_line_is_up() {
    let rig = Rig::open();
    let case = rig.in_service();
    let not_yet = |obstacle| ResetView::NotYet { obstacle };
    assert_eq!(rig.desk.open_case(case.clone()).unwrap().reset, not_yet(Obstacle::DossierIncomplete));
    let view = rig.accept_all(&case);
    assert_eq!((view.missing, view.reset), (0, not_yet(Obstacle::Offline)));
    rig.desk.set_online(true);
    let id = case.parse().unwrap();
    assert!(matches!(
        rig.desk.open_case(case.clone()).unwrap().reset,
        ResetView::CompareAddress { mismatch: false, .. }
    ));
    rig.desk.email_compared(id, "otra@eltrigo.ec", false, 4).unwrap();
    assert!(matches!(
        rig.desk.open_case(case.clone()).unwrap().reset,
        ResetView::CompareAddress { mismatch: true, tries_left: 4, .. }
    ));
    rig.desk.email_compared(id, "maria@eltrigo.ec", true, 3).unwrap();
    assert!(matches!(rig.desk.open_case(case).unwrap().reset, ResetView::Ready { .. }));
}

#[test]
fn the_machine_stops_what_the_clerk_accepts() {
    let rig = Rig::open();
    let case = rig.in_service();
    let old = AcceptForm { date: Some("2026-01-01".into()), ..form(Document::RequestLetter, Seen::Original) };
    let view = rig.desk.accept(case.clone(), old).unwrap();
    let line = view.lines.iter().find(|l| l.document == Document::RequestLetter).unwrap();
    assert_eq!(line.standing, StandingView::Stopped);
    assert!(line.findings.iter().any(|f| f.check == "letter_is_recent" && !f.holds));
    let other = AcceptForm { cedula: Some("1714307103".into()), ..form(Document::Cedula, Seen::Original) };
    let view = rig.desk.accept(case, other).unwrap();
    assert_eq!(view.lines[0].standing, StandingView::Stopped);
}

#[test]
fn forms_that_cannot_be_are_refused() {
    let rig = Rig::open();
    let case = rig.in_service();
    let accept = |f: AcceptForm| code(rig.desk.accept(case.clone(), f));
    assert_eq!(accept(form(Document::Cedula, Seen::ConsultedOnline)), "online_not_allowed");
    let letter = form(Document::RequestLetter, Seen::Original);
    assert_eq!(accept(AcceptForm { date: Some("ayer".into()), ..letter.clone() }), "date_form");
    assert_eq!(accept(AcceptForm { date: None, ..letter }), "date_form");
    let cedula = form(Document::Cedula, Seen::Original);
    assert_eq!(accept(AcceptForm { cedula: Some("1710034064".into()), ..cedula }), "number_check_digit");
    let refuse = rig.desk.refuse(case.clone(), Document::Turno, RefusalReason::NotSigned);
    assert_eq!(code(refuse), "reason_does_not_fit");
    assert_eq!(code(rig.desk.take_back(case.clone(), Document::Turno)), "does_not_fit");
    assert_eq!(code(rig.desk.open_case("nothing".into())), "case_unknown");
}

#[test]
fn the_letter_gets_one_archive_number_and_keeps_it() {
    let rig = Rig::open();
    let case = rig.in_service();
    let letter = || form(Document::RequestLetter, Seen::Original);
    let view = rig.desk.accept(case.clone(), letter()).unwrap();
    assert_eq!(view.archive_number.as_deref(), Some("CAU-QS-2026-00001"));
    rig.desk.take_back(case.clone(), Document::RequestLetter).unwrap();
    let view = rig.desk.accept(case, letter()).unwrap();
    assert_eq!(view.archive_number.as_deref(), Some("CAU-QS-2026-00001"));
}

#[test]
fn a_returned_case_reopens_with_its_ticks_visible_and_to_be_seen_again() {
    let rig = Rig::open();
    let case = rig.in_service();
    assert_eq!(code(rig.desk.close(case.clone(), Outcome::Returned)), "nothing_to_return");
    rig.desk.accept(case.clone(), form(Document::Cedula, Seen::Original)).unwrap();
    let view = rig.desk.refuse(case.clone(), Document::RequestLetter, RefusalReason::NotSigned).unwrap();
    assert!(view.outcomes.iter().any(|o| o.outcome == Outcome::Returned && o.suggested));
    let view = rig.desk.close(case.clone(), Outcome::Returned).unwrap();
    assert!(view.reopenable);
    rig.clock.advance(2 * 86_400_000);
    rig.desk.admit(&ana(), "4711", true).unwrap();
    let view = rig.desk.reopen(case.clone()).unwrap();
    assert_eq!((view.row.state, view.row.ticket.as_str()), (CaseStateView::Waiting, "S3-001"));
    let cedula = view.lines.iter().find(|l| l.document == Document::Cedula).unwrap();
    assert_eq!((cedula.standing, cedula.seen), (StandingView::Pending, Some(Seen::Original)));
    assert_eq!(code(rig.desk.reopen(case.clone())), "does_not_fit");
    let turno = view.lines.iter().find(|l| l.document == Document::Turno).unwrap();
    assert!(turno.findings.iter().all(|f| f.holds), "the turno is of today: {:?}", turno.findings);
}

#[test]
fn after_the_set_days_a_returned_case_stays_closed() {
    let rig = Rig::open();
    let case = rig.in_service();
    rig.desk.refuse(case.clone(), Document::RequestLetter, RefusalReason::Missing).unwrap();
    rig.desk.close(case.clone(), Outcome::Returned).unwrap();
    // The slip prints the 4th of December: that day counts to its end at the centre, and not longer.
    rig.clock.advance(10 * 86_400_000 + 14 * 3_600_000 - 61_000);
    rig.desk.admit(&ana(), "4711", true).unwrap();
    assert!(rig.desk.open_case(case.clone()).unwrap().reopenable);
    rig.clock.advance(1_000);
    rig.desk.admit(&ana(), "4711", true).unwrap();
    assert_eq!(code(rig.desk.reopen(case.clone())), "reopen_expired");
    assert!(!rig.desk.open_case(case).unwrap().reopenable);
}

#[test]
fn a_turno_whose_case_was_reopened_with_another_one_makes_no_second_case() {
    let rig = Rig::open();
    let case = rig.in_service();
    let first = rig.db().read(|c| crate::store::cases::need(c, case.parse().unwrap())).unwrap().turno_id;
    rig.desk.refuse(case.clone(), Document::RequestLetter, RefusalReason::Missing).unwrap();
    rig.desk.close(case.clone(), Outcome::Returned).unwrap();
    rig.desk.reopen(case.clone()).unwrap();
    let pulled = Turno { called_by: Some("3".into()), ..turno(first, "A-014", Some(TEN - 1_800_000)) };
    assert_eq!(rig.db().mirror(|act| visits::upsert_turno(act, &pulled)).unwrap(), None);
    let queue = rig.desk.queue().unwrap();
    assert_eq!((queue.upcoming.len(), queue.upcoming_total, queue.waiting.len()), (0, 0, 1));
}

#[test]
fn the_facts_suggest_where_a_case_goes_on_and_no_other_way_is_offered() {
    let rig = Rig::open();
    let case = rig.in_service();
    let id = case.parse().unwrap();
    let mut word = employer();
    let suggested = |word: &Employer| {
        rig.consult(id, word);
        let view = rig.desk.open_case(case.clone()).unwrap();
        view.outcomes.into_iter().filter(|o| o.suggested).map(|o| o.outcome).collect::<Vec<_>>()
    };
    assert_eq!(suggested(&word), []);
    assert_eq!(code(rig.desk.close(case.clone(), Outcome::DivertedAccountBlocked)), "does_not_fit");
    word.representative.appointment.as_mut().unwrap().valid_until = Some("2026-11-23".into());
    assert_eq!(suggested(&word), [Outcome::DivertedAppointmentLapsed]);
    word.email_masked = None;
    assert_eq!(suggested(&word), [Outcome::DivertedNoEmail]);
    word.account = AccountState::Blocked;
    assert_eq!(suggested(&word), [Outcome::DivertedAccountBlocked]);
    word.ruc_status = RucStatus::Suspended;
    assert_eq!(suggested(&word), [Outcome::DivertedRucNotActive]);
    let view = rig.desk.close(case.clone(), Outcome::DivertedRucNotActive).unwrap();
    assert_eq!(view.row.outcome, Some(Outcome::DivertedRucNotActive));
    assert_eq!(code(rig.desk.close(case, Outcome::Cancelled)), "does_not_fit");
}

#[test]
fn an_address_that_is_not_the_registered_one_leads_to_the_contact_update() {
    let rig = Rig::open();
    let case = rig.in_service();
    assert_eq!(code(rig.desk.close(case.clone(), Outcome::DivertedStaleEmail)), "does_not_fit");
    rig.desk.email_compared(case.parse().unwrap(), "otro@eltrigo.ec", false, 3).unwrap();
    let view = rig.desk.open_case(case.clone()).unwrap();
    assert!(view.outcomes.iter().any(|o| o.outcome == Outcome::DivertedStaleEmail && o.suggested));
    let view = rig.desk.close(case, Outcome::DivertedStaleEmail).unwrap();
    assert_eq!(view.paper[0].kind, crate::view::PaperKind::DiversionSlip);
}

#[test]
fn a_hold_says_when_its_time_has_come_and_an_error_says_until_when_it_holds() {
    let rig = Rig::open();
    let case = rig.in_service();
    let later = rig.clock.now().plus(60_000);
    rig.desk.hold_for(&case, ventanilla_domain::case::HoldReason::RegistroCivilDown, Some(later)).unwrap();
    assert!(!rig.desk.queue().unwrap().serving[0].retry_due);
    rig.clock.advance(60_000);
    assert!(rig.desk.queue().unwrap().serving[0].retry_due);
    let pause = |ms| ErrorBody {
        code: ErrorCode::CoolDown,
        message: String::new(),
        hint: String::new(),
        retry_at: Some(rig.clock.now().0 + ms),
        expected: None,
    };
    let told = |ms| rig.desk.told(crate::DeskError::Backend(Box::new(pause(ms)))).until.unwrap();
    assert_eq!((told(3_600_000).as_str(), told(86_400_000).as_str()), ("11:02", "miércoles 25 nov 2026 10:02"));
}

#[test]
fn a_registry_that_is_down_rests_the_case_for_an_hour_and_it_keeps_its_place() {
    let rig = Rig::open();
    let case = rig.in_service();
    let down = ErrorBody {
        code: ErrorCode::RegistroCivilUnavailable,
        message: "Registro Civil no responde.".into(),
        hint: String::new(),
        retry_at: None,
        expected: None,
    };
    rig.desk.registry_failed(case.parse().unwrap(), &down).unwrap();
    let view = rig.desk.open_case(case.clone()).unwrap();
    assert_eq!((view.row.state, view.row.hold), (CaseStateView::OnHold, Some(HoldReason::RegistroCivilDown)));
    assert_eq!(view.row.retry_at.as_deref(), Some("11:01"));
    assert_eq!(view.registry_error.unwrap().code, "registro_civil_unavailable");
    assert_eq!(rig.desk.queue().unwrap().serving.len(), 1);
    assert_eq!(rig.desk.resume_local(&case).unwrap().row.state, CaseStateView::InService);
}

#[test]
fn numbers_are_whole_only_for_the_clerk_in_service_and_the_look_is_written_down_once() {
    let rig = Rig::open();
    let case = rig.in_service();
    let view = rig.desk.open_case(case.clone()).unwrap();
    assert_eq!(view.employer.unwrap().cedula, CEDULA);
    rig.desk.open_case(case.clone()).unwrap();
    let looks = |rig: &Rig| rig.desk.history(case.clone()).unwrap().iter().filter(|e| e.kind == "looked").count();
    assert_eq!(looks(&rig), 2, "number and cédula, once");
    rig.desk.admit(&luis(), "9999", true).unwrap();
    let view = rig.desk.open_case(case.clone()).unwrap();
    assert_eq!(view.employer.unwrap().cedula, "17••••••65");
    assert!(!format!("{:?}", view.lines).contains(CEDULA));
    assert_eq!(code(rig.desk.accept(case.clone(), form(Document::Turno, Seen::Original))), "does_not_fit");
    rig.desk.admit(&ana(), "4711", true).unwrap();
    rig.desk.hold(case.clone()).unwrap();
    rig.desk.resume_local(&case).unwrap();
    assert_eq!(looks(&rig), 4, "a new period, a new look");
}

#[test]
fn nothing_is_done_without_a_session_and_idle_time_ends_it() {
    let rig = Rig::open();
    let case = rig.in_service();
    rig.desk.touch().unwrap();
    rig.clock.advance(299_999);
    rig.desk.touch().unwrap();
    rig.clock.advance(299_999);
    assert!(rig.desk.queue().is_ok());
    rig.clock.advance(1);
    assert_eq!(code(rig.desk.queue()), "not_signed_in");
    for answer in [rig.desk.open_case(case.clone()).err(), rig.desk.hold(case.clone()).err(), rig.desk.day().err()] {
        assert!(answer.unwrap().is(Own::NotSignedIn));
    }
    assert_eq!(rig.desk.session().unwrap().phase, crate::view::Phase::Locked);
    rig.desk.touch().unwrap();
    assert_eq!(rig.desk.session().unwrap().phase, crate::view::Phase::Locked, "a key press opens nothing");
    rig.desk.admit(&ana(), "4711", false).unwrap();
    assert!(rig.desk.queue().is_ok());
}

#[test]
fn the_day_counts_what_its_rows_show() {
    let rig = Rig::open();
    let case = rig.in_service();
    rig.desk.refuse(case.clone(), Document::RequestLetter, RefusalReason::Missing).unwrap();
    rig.clock.advance(120_000);
    rig.desk.close(case, Outcome::Returned).unwrap();
    let second = rig.turno("A-015", Some(TEN));
    rig.desk.check_in(second.to_string(), false).unwrap();
    rig.clock.advance(9 * 60_000);
    rig.desk.touch().ok();
    rig.desk.admit(&ana(), "4711", true).unwrap();
    rig.desk.mark_called(second, None).unwrap();
    rig.desk.close(second.to_string(), Outcome::NoShow).unwrap();
    let day = rig.desk.day().unwrap();
    assert_eq!((day.day.as_str(), day.total, day.rows.len()), ("martes 24 nov 2026", 2, 2));
    assert_eq!(day.rows[0].ticket, "A-015");
    assert_eq!(day.rows[1].served_s, Some(120));
    assert_eq!(day.outcomes.iter().map(|o| o.count).sum::<u32>(), 2);
    let queue = rig.desk.queue().unwrap();
    assert_eq!((queue.served_today, queue.wait_p90_min), (1, Some(9)));
}

#[test]
fn search_finds_tickets_numbers_and_names_without_accents() {
    let rig = Rig::open();
    let case = rig.in_service();
    for text in ["A-014", "a014", RUC, "17932", "nunez", "NÚÑEZ mar", "quishpe  maría trigo", CEDULA] {
        let found = rig.desk.search(text.into()).unwrap();
        assert_eq!(found.len(), 1, "{text}");
        assert_eq!(found[0].case_id, case);
    }
    for text in ["", "   ", "zzz", "nunez zzz", "%", "'; DROP TABLE cases; --"] {
        assert!(rig.desk.search(text.into()).unwrap().is_empty(), "{text}");
    }
}

#[test]
fn every_state_is_a_timed_period_with_clerk_and_counter() {
    let rig = Rig::open();
    let case = rig.in_service();
    let periods = rig.db().read(|c| periods::of_case(c, case.parse().unwrap())).unwrap();
    assert_eq!(periods.len(), 3);
    assert!(periods.windows(2).all(|p| p[0].ended_at == Some(p[1].began_at)));
    assert!(periods.iter().all(|p| p.clerk == "ana" && p.counter == "3"));
}

#[test]
fn papers_are_numbered_by_workstation_and_year_and_training_has_its_own() {
    let rig = Rig::open();
    let actor = rig.desk.actor().unwrap();
    let number = |training| rig.db().mirror(|act| crate::store::papers::next_number(act, training)).unwrap();
    assert_eq!(number(false), "QS-3-2026-000001");
    assert_eq!(number(true), "E-QS-3-2026-000002");
    rig.clock.advance(60 * 86_400_000);
    assert_eq!(number(false), "QS-3-2027-000001");
    assert_eq!(actor.username, "ana");
}

#[test]
fn whoever_acts_is_the_one_signed_in() {
    let rig = Rig::open();
    let case = rig.in_service();
    let stored = rig.db().read(|c| events::of_case(c, case.parse().unwrap())).unwrap();
    assert!(stored.iter().all(|e| e.actor == "ana"));
    assert!(rig.db().read(|c| cases::need(c, case.parse().unwrap())).unwrap().clerk.as_deref() == Some("ana"));
    assert_eq!(code(rig.desk.actor_as(Role::Supervisor)), "forbidden");
    rig.desk.admit(&luis(), "9999", true).unwrap();
    assert!(rig.desk.actor_as(Role::Supervisor).is_ok());
}
