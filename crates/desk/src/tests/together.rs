//! Two clerks at one counter.

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
