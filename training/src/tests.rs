use std::collections::HashSet;

use ventanilla_contract::employer::{AccountState, Employer, EmployerKind, RucStatus};
use ventanilla_domain::dossier::{Check, Document, Entry, Evidence, Seen, TurnoFacts, assess, is_complete};
use ventanilla_domain::email::Email;
use ventanilla_domain::employer::{EmployerId, Facts};
use ventanilla_domain::number::{Cedula, Verdict, check_ruc};
use ventanilla_domain::policy::Policy;

use super::*;

fn days() -> Vec<NaiveDate> {
    // An ordinary day, the last of a short month, a leap day, New Year's Eve.
    [(2026, 11, 24), (2027, 2, 28), (2028, 2, 29), (2026, 12, 31)]
        .map(|(y, m, d)| NaiveDate::from_ymd_opt(y, m, d).unwrap())
        .to_vec()
}

fn secrets() -> Secrets {
    Secrets { pins: ["111111", "222222", "333333"].map(str::to_owned), device_secret: None, enrollment_code: None }
}

fn facts(lesson: Lesson, today: NaiveDate) -> Facts {
    let day = lesson.employer(today);
    let employer = Employer {
        number: day.number,
        name: day.name,
        kind: day.kind,
        ruc_status: day.ruc_status,
        representative: day.representative,
        email_masked: day.email.map(|e| ventanilla_domain::mask::email(&e)),
        account: day.account,
        in_arrears: day.in_arrears,
        as_of: 0,
    };
    Facts::try_from(&employer).unwrap()
}

/// What fails when a clerk attests everything as it should be.
fn failures(lesson: Lesson, today: NaiveDate) -> (Vec<Check>, bool) {
    let facts = facts(lesson, today);
    let turno = TurnoFacts { day: today, this_centre: true, employer: facts.id.clone(), walk_in: false };
    let shown = facts.representative.cedula.clone();
    let evidence = Evidence { facts: &facts, turno: Some(&turno), cedula_shown: Some(&shown), today };
    let lines = assess(&Policy::default(), evidence, |document| {
        let seen = if document.may_be_consulted_online() && document != Document::RucPrintout {
            Seen::ConsultedOnline
        } else {
            Seen::Original
        };
        Some(Entry::Accepted { seen, dated: Some(today), second_signature: true })
    });
    let failed = lines.iter().flat_map(|l| &l.findings).filter(|f| !f.holds).map(|f| f.check).collect();
    (failed, is_complete(&lines))
}

#[test]
fn every_number_of_the_day_holds_and_no_two_are_alike() {
    let mut seen = HashSet::new();
    for lesson in Lesson::ALL {
        for today in days() {
            let employer = lesson.employer(today);
            assert!(EmployerId::parse(&employer.number).is_ok(), "{lesson:?} {}", employer.number);
            assert!(Cedula::parse(&employer.representative.cedula).is_ok(), "{lesson:?}");
        }
        let employer = lesson.employer(days()[0]);
        assert!(seen.insert(employer.number), "{lesson:?}");
        assert!(seen.insert(format!("c{}", employer.representative.cedula)), "{lesson:?}");
    }
    let odd = Lesson::NumberRemark.employer(days()[0]).number;
    assert!(matches!(check_ruc(&odd), Verdict::Remark(_)));
}

#[test]
fn every_kind_of_employer_reaches_a_complete_dossier() {
    for today in days() {
        let mut kinds = Vec::new();
        for lesson in [
            Lesson::Company,
            Lesson::JointCooperative,
            Lesson::PublicEntity,
            Lesson::NaturalPerson,
            Lesson::Household,
            Lesson::FoundationInArrears,
            Lesson::WalkInCompany,
            Lesson::WalkInPerson,
        ] {
            assert_eq!(failures(lesson, today), (vec![], true), "{lesson:?} {today}");
            kinds.push(lesson.employer(today).kind);
        }
        for kind in ventanilla_domain::employer::EmployerKind::ALL {
            assert!(kinds.contains(&EmployerKind::from(kind)), "{kind:?}");
        }
    }
}

#[test]
fn every_lesson_fails_in_the_one_way_that_it_teaches() {
    for today in days() {
        assert_eq!(failures(Lesson::Suspended, today), (vec![Check::RucIsActive], false));
        assert_eq!(failures(Lesson::AppointmentLapsed, today), (vec![Check::AppointmentIsInForce], false));
        assert_eq!(failures(Lesson::RegistriesDisagree, today), (vec![Check::RegistriesAgree], false));
        assert_eq!(failures(Lesson::CedulaExpired, today), (vec![Check::CedulaIsInForce], false));
        assert_eq!(failures(Lesson::NumberRemark, today), (vec![Check::RucDigitsFit], true));
        for lesson in [Lesson::NoEmail, Lesson::Blocked, Lesson::RegistroCivilDown] {
            assert_eq!(failures(lesson, today), (vec![], true), "{lesson:?}: the dossier is not what stops it");
        }
        assert!(Lesson::NoEmail.employer(today).email.is_none());
        assert_eq!(Lesson::Blocked.employer(today).account, AccountState::Blocked);
        assert_eq!(Lesson::Suspended.employer(today).ruc_status, RucStatus::Suspended);
        assert!(Lesson::RegistroCivilDown.employer(today).registro_civil_down);
        assert!(facts(Lesson::FoundationInArrears, today).in_arrears);
    }
}

#[test]
fn no_mail_of_training_can_reach_anybody() {
    for lesson in Lesson::ALL {
        if let Some(email) = lesson.employer(days()[0]).email {
            assert!(Email::parse(&email).is_ok() && email.ends_with(".example"), "{email}");
        }
    }
}

#[test]
fn the_day_has_fourteen_turnos_with_tickets_and_ids_of_their_own() {
    let today = days()[0];
    let day = fictional_day(today, &secrets());
    assert_eq!((day.turnos.len(), day.employers.len(), day.staff.len()), (14, 16, 3));
    let tickets: HashSet<_> = day.turnos.iter().map(|t| t.ticket.clone()).collect();
    let ids: HashSet<_> = day.turnos.iter().map(|t| t.id).collect();
    assert_eq!((tickets.len(), ids.len()), (14, 14));
    let tomorrow = fictional_day(today.succ_opt().unwrap(), &secrets());
    assert!(tomorrow.turnos.iter().all(|t| !ids.contains(&t.id)), "yesterday's turno is not today's");
    let again = fictional_day(today, &secrets());
    assert!(again.turnos.iter().all(|t| ids.contains(&t.id)), "a second start brings no second turno");
    assert_eq!(day.turnos.iter().filter(|t| t.preferential).count(), 1);
    // 08:00 at the centre is 13:00 UTC.
    assert_eq!(day.turnos[0].appointed_at.unwrap() % 86_400_000, 13 * 3_600_000);
}
