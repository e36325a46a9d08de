use super::*;
use crate::employer::{AccountState, Appointment, EmployerKind, Registry, Representative};
use crate::number::Ruc;

fn day(text: &str) -> NaiveDate {
    text.parse().unwrap()
}

fn facts(kind: EmployerKind) -> Facts {
    let id = match kind {
        EmployerKind::Household => EmployerId::parse("1710034065").unwrap(),
        EmployerKind::NaturalPerson => EmployerId::parse("1710034065001").unwrap(),
        EmployerKind::Company | EmployerKind::OtherOrganisation | EmployerKind::PublicEntity => {
            EmployerId::Ruc(Ruc::parse("0993370026001").unwrap())
        }
    };
    let appointment = Policy::registries(kind).first().map(|&registry| Appointment {
        registry,
        registered_on: day("2025-03-01"),
        valid_until: Some(day("2027-03-01")),
        representation: Representation::Individual,
    });
    Facts {
        id,
        name: "Panadería El Trigo S.A.S.".into(),
        kind,
        ruc_status: RucStatus::Active,
        representative: Representative {
            cedula: Cedula::parse("1710034065").unwrap(),
            name: "María Núñez".into(),
            cedula_expires: Some(day("2031-04-30")),
            registries_agree: true,
            appointment,
        },
        has_email: true,
        account: AccountState::Active,
        in_arrears: false,
    }
}

fn turno(facts: &Facts) -> TurnoFacts {
    TurnoFacts { day: day("2026-11-24"), this_centre: true, employer: facts.id.clone(), walk_in: false }
}

fn good(document: Document) -> Option<Entry> {
    let seen = if document.may_be_consulted_online() { Seen::ConsultedOnline } else { Seen::Original };
    Some(Entry::Accepted { seen, dated: Some(day("2026-11-22")), second_signature: false })
}

fn judge(facts: &Facts, entry_of: impl Fn(Document) -> Option<Entry>) -> Vec<Line> {
    let turno = turno(facts);
    let evidence = Evidence { facts, turno: Some(&turno), cedula_shown: None, today: day("2026-11-24") };
    assess(&Policy::default(), evidence, entry_of)
}

fn standing(lines: &[Line], document: Document) -> Standing {
    lines.iter().find(|l| l.document == document).unwrap().standing
}

#[test]
fn every_kind_completes_with_its_own_documents() {
    for kind in EmployerKind::ALL {
        let lines = judge(&facts(kind), good);
        assert!(is_complete(&lines), "{kind:?}: {lines:?}");
        assert_eq!(lines.len(), Policy::documents(kind).len());
    }
}

#[test]
fn one_missing_tick_keeps_the_dossier_incomplete() {
    for kind in EmployerKind::ALL {
        for &missing in Policy::documents(kind) {
            assert!(!is_complete(&judge(&facts(kind), |d| if d == missing { None } else { good(d) })));
        }
    }
}

#[test]
fn an_attestation_never_outweighs_a_registry() {
    let mut inactive = facts(EmployerKind::Company);
    inactive.ruc_status = RucStatus::Suspended;
    assert_eq!(standing(&judge(&inactive, good), Document::RucPrintout), Standing::Stopped(Severity::Refusal));
    let mut disagree = facts(EmployerKind::Company);
    disagree.representative.registries_agree = false;
    assert_eq!(standing(&judge(&disagree, good), Document::Cedula), Standing::Stopped(Severity::Refusal));
}

#[test]
fn a_lapsed_appointment_stops_on_the_day_after_its_term() {
    let mut f = facts(EmployerKind::Company);
    f.representative.appointment.as_mut().unwrap().valid_until = Some(day("2026-11-24"));
    assert_eq!(standing(&judge(&f, good), Document::Appointment), Standing::Accepted);
    f.representative.appointment.as_mut().unwrap().valid_until = Some(day("2026-11-23"));
    assert_eq!(standing(&judge(&f, good), Document::Appointment), Standing::Stopped(Severity::Refusal));
}

#[test]
fn an_appointment_that_has_not_begun_stops_with_and_without_an_end() {
    for until in [Some(day("2027-03-01")), None] {
        let mut f = facts(EmployerKind::Company);
        let appointment = f.representative.appointment.as_mut().unwrap();
        (appointment.registered_on, appointment.valid_until) = (day("2026-11-25"), until);
        assert_eq!(
            standing(&judge(&f, good), Document::Appointment),
            Standing::Stopped(Severity::Refusal),
            "{until:?}"
        );
    }
}

#[test]
fn a_term_from_29_february_has_its_maximum_too() {
    for (until, expected) in
        [("2029-02-28", Standing::Accepted), ("2029-03-01", Standing::Stopped(Severity::Overridable))]
    {
        let mut f = facts(EmployerKind::Company);
        let appointment = f.representative.appointment.as_mut().unwrap();
        (appointment.registered_on, appointment.valid_until) = (day("2024-02-29"), Some(day(until)));
        assert_eq!(standing(&judge(&f, good), Document::Appointment), expected, "{until}");
    }
}

#[test]
fn an_appointment_counts_only_where_its_kind_is_registered() {
    let mut f = facts(EmployerKind::Company);
    f.representative.appointment.as_mut().unwrap().registry = Registry::Seps;
    assert_eq!(standing(&judge(&f, good), Document::Appointment), Standing::Stopped(Severity::Refusal));
}

#[test]
fn a_term_over_the_maximum_waits_for_a_supervisor() {
    let mut f = facts(EmployerKind::Company);
    f.representative.appointment.as_mut().unwrap().valid_until = Some(day("2030-03-02"));
    assert_eq!(standing(&judge(&f, good), Document::Appointment), Standing::Stopped(Severity::Overridable));
}

#[test]
fn joint_representation_asks_for_the_second_signature() {
    let mut f = facts(EmployerKind::Company);
    f.representative.appointment.as_mut().unwrap().representation = Representation::Joint("Luis Mero".into());
    assert_eq!(standing(&judge(&f, good), Document::RequestLetter), Standing::Stopped(Severity::Refusal));
    let both = |d| match good(d) {
        Some(Entry::Accepted { seen, dated, .. }) => Some(Entry::Accepted { seen, dated, second_signature: true }),
        other => other,
    };
    assert_eq!(standing(&judge(&f, both), Document::RequestLetter), Standing::Accepted);
}

#[test]
fn the_turno_must_be_of_today_here_and_for_this_employer() {
    let f = facts(EmployerKind::Company);
    let right = turno(&f);
    let wrong = [
        TurnoFacts { day: day("2026-11-23"), ..right.clone() },
        TurnoFacts { this_centre: false, ..right.clone() },
        TurnoFacts { employer: EmployerId::parse("1710034065001").unwrap(), ..right },
    ];
    for t in wrong.iter().map(Some).chain([None]) {
        let evidence = Evidence { facts: &f, turno: t, cedula_shown: None, today: day("2026-11-24") };
        let lines = assess(&Policy::default(), evidence, good);
        assert_eq!(standing(&lines, Document::Turno), Standing::Stopped(Severity::Refusal), "{t:?}");
    }
}

#[test]
fn letter_and_printout_age_by_their_dates() {
    let f = facts(EmployerKind::Company);
    let dated = |doc: Document, text: &'static str| {
        judge(&f, move |d| {
            if d == doc {
                Some(Entry::Accepted { seen: Seen::Original, dated: Some(day(text)), second_signature: false })
            } else {
                good(d)
            }
        })
    };
    assert_eq!(standing(&dated(Document::RequestLetter, "2026-10-25"), Document::RequestLetter), Standing::Accepted);
    for (doc, text, severity) in [
        (Document::RequestLetter, "2026-10-24", Severity::Overridable),
        (Document::RequestLetter, "2026-11-25", Severity::Refusal),
        (Document::RucPrintout, "2026-10-24", Severity::Overridable),
        (Document::RucPrintout, "2026-11-25", Severity::Overridable),
    ] {
        assert_eq!(standing(&dated(doc, text), doc), Standing::Stopped(severity), "{doc:?} {text}");
    }
}

#[test]
fn a_letter_without_a_date_is_no_letter() {
    let f = facts(EmployerKind::Company);
    let lines = judge(&f, |d| {
        if d == Document::RequestLetter {
            Some(Entry::Accepted { seen: Seen::Original, dated: None, second_signature: false })
        } else {
            good(d)
        }
    });
    assert_eq!(standing(&lines, Document::RequestLetter), Standing::Stopped(Severity::Refusal));
}

#[test]
fn a_cedula_cannot_be_consulted_online() {
    let lines = judge(&facts(EmployerKind::Company), |d| {
        if d == Document::Cedula {
            Some(Entry::Accepted { seen: Seen::ConsultedOnline, dated: None, second_signature: false })
        } else {
            good(d)
        }
    });
    assert_eq!(standing(&lines, Document::Cedula), Standing::Pending);
}

#[test]
fn another_persons_cedula_is_refused() {
    let f = facts(EmployerKind::Company);
    let other = Cedula::parse("1714307103").unwrap();
    let t = turno(&f);
    let evidence = Evidence { facts: &f, turno: Some(&t), cedula_shown: Some(&other), today: day("2026-11-24") };
    let lines = assess(&Policy::default(), evidence, good);
    assert_eq!(standing(&lines, Document::Cedula), Standing::Stopped(Severity::Refusal));
}

#[test]
fn a_company_number_that_modulus_11_denies_is_a_remark_and_no_obstacle() {
    let lines = judge(&facts(EmployerKind::Company), good);
    let ruc = lines.iter().find(|l| l.document == Document::RucPrintout).unwrap();
    assert!(ruc.findings.iter().any(|f| f.check == Check::RucDigitsFit && !f.holds));
    assert_eq!(ruc.standing, Standing::Accepted);
}

#[test]
fn reasons_of_refusal_are_listed_for_each_document() {
    for document in Document::ALL {
        assert_eq!(RefusalReason::of(document).first(), Some(&RefusalReason::Missing));
    }
}
