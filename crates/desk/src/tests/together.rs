//! Two clerks at one counter, and cases found among thousands.

use super::*;
use crate::view::CaseStateView;

#[test]
fn a_colleague_takes_over_what_was_left_at_the_counter_and_needs_a_service_period_of_their_own() {
    let rig = Rig::open();
    let case = rig.in_service();
    assert!(rig.desk.open_case(case.clone()).unwrap().mine);
    assert!(rig.desk.take_over_local(&case).unwrap_err().is(Own::DoesNotFit), "it is hers already");
    rig.desk.admit(&luis(), "1234", true).unwrap();
    let view = rig.desk.open_case(case.clone()).unwrap();
    assert!(!view.mine && view.employer.unwrap().cedula != CEDULA, "not his, so masked");
    let view = rig.desk.take_over_local(&case).unwrap();
    assert!(view.mine);
    assert_eq!((view.row.state, view.row.clerk), (CaseStateView::InService, Some("Luis Mero".into())));
    let row = rig.db().read(|c| cases::need(c, case.parse().unwrap())).unwrap();
    assert_eq!(row.service, None);
}

#[test]
fn whoever_resumes_a_colleagues_case_needs_a_service_period_of_their_own() {
    let rig = Rig::open();
    let case = rig.in_service();
    rig.desk.hold(case.clone()).unwrap();
    rig.desk.admit(&luis(), "1234", true).unwrap();
    assert!(rig.desk.resume_local(&case).unwrap().mine);
    assert_eq!(rig.db().read(|c| cases::need(c, case.parse().unwrap())).unwrap().service, None);
}

#[test]
fn a_case_that_is_nobodys_cannot_be_taken_over() {
    let rig = Rig::open();
    let id = rig.turno("A-014", None).to_string();
    assert!(rig.desk.take_over_local(&id).unwrap_err().is(Own::DoesNotFit));
    rig.desk.check_in(id.clone(), false).unwrap();
    assert!(rig.desk.take_over_local(&id).unwrap_err().is(Own::DoesNotFit));
}

#[test]
fn among_thousands_of_old_cases_with_the_same_words_today_s_and_the_newest_are_found() {
    let rig = Rig::open();
    let put = |n: u128, day: &str, ticket: &str, person: &str| {
        let word =
            Turno { day: day.into(), person_name: person.into(), ..turno(Uuid::from_u128(n), ticket, Some(TEN)) };
        // Ids follow the clock.
        rig.clock.advance(1);
        rig.db().mirror(|act| visits::upsert_turno(act, &word)).unwrap().unwrap().to_string()
    };
    for n in 0..1_500 {
        put(n, "2026-10-01", &format!("A-{n:04}"), "Rosa Quishpe");
    }
    let newest = put(5_000, "2026-10-02", "A-014", "Rosa Quishpe");
    let today = put(5_001, "2026-11-24", "A-014", "Luz Quishpe");
    let found = |text: &str| {
        let rows = rig.desk.search(text.to_owned()).unwrap();
        rows.into_iter().map(|row| row.case_id).collect::<Vec<_>>()
    };
    for text in ["quis", "quishpe", "a-014", "luz quis", "1793213150001", "17932"] {
        assert_eq!(found(text).first(), Some(&today), "{text}");
    }
    assert!(found("rosa quishpe").contains(&newest), "the newest of an exact word");
    assert_eq!(found("zambrano quishpe"), Vec::<String>::new());
    assert_eq!(rig.desk.case_named("A-014").unwrap(), today, "the newest day");
    put(5_002, "2026-11-24", "A-014", "Ana Toro");
    assert!(rig.desk.case_named("A-014").unwrap_err().is(Own::CaseAmbiguous));
}
