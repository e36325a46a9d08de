use std::sync::Arc;

use ventanilla_contract::employer::{AccountState, Employer, EmployerKind, Representative, RucStatus};
use ventanilla_contract::event::{Outcome, RefusalReason};
use ventanilla_contract::reset::Document;
use ventanilla_contract::staff::{Device, Role, Staff};
use ventanilla_desk::edge::{SystemClock, SystemRandom};
use ventanilla_desk::keys::{KdfParams, TrainingSecret};
use ventanilla_desk::store::employers;
use ventanilla_desk::view::WalkInForm;
use ventanilla_desk::{Actor, Deps, DeskConfig};
use ventanilla_words::es;

use super::*;

/// A desk with two returned cases, `S3-001` and `S3-002`; answers the number of each case's slip too.
fn desk(dir: &Path) -> (Desk, Vec<String>) {
    let mut config = DeskConfig::new(dir.to_owned());
    config.kdf = KdfParams { m_kib: 64, t: 1, p: 1 };
    let random = Arc::new(SystemRandom);
    let secret = Arc::new(TrainingSecret::new(dir, random.clone()));
    let desk = Desk::new(config, Deps { clock: Arc::new(SystemClock::default()), random, secret }).unwrap();
    desk.keep_device(&Device {
        device_id: "ws-3".into(),
        secret: "s".into(),
        epoch: 1,
        center: "QS".into(),
        center_name: "Quito Sur".into(),
        utc_offset_minutes: -300,
        counter: "3".into(),
    })
    .unwrap();
    let ana = Staff { username: "ana".into(), name: "Ana".into(), role: Role::Clerk, center: "QS".into() };
    desk.admit(&ana, "4711", true).unwrap();
    let mut numbers = Vec::new();
    for _ in 0..2 {
        let form = WalkInForm { number: "1710034065".into(), person: "José".into(), preferential: false };
        let case = desk.walk_in_local(&form).unwrap().case_id;
        desk.mark_called(case.parse().unwrap(), None).unwrap();
        desk.serve_local(&case).unwrap();
        let id = case.parse().unwrap();
        desk.db().unwrap().act(&Actor::from(&ana), |act| employers::put(act, id, &household())).unwrap();
        desk.refuse(case.clone(), Document::RequestLetter, RefusalReason::Missing).unwrap();
        numbers.push(desk.close(case, Outcome::Returned).unwrap().paper[0].number.clone());
    }
    (desk, numbers)
}

fn household() -> Employer {
    Employer {
        number: "1710034065".into(),
        name: "José".into(),
        kind: EmployerKind::Household,
        ruc_status: RucStatus::Active,
        representative: Representative {
            cedula: "1710034065".into(),
            name: "José".into(),
            cedula_expires: None,
            registries_agree: true,
            appointment: None,
        },
        email_masked: None,
        account: AccountState::Active,
        in_arrears: false,
        as_of: 0,
    }
}

#[test]
fn a_document_is_written_by_case_ticket_or_number_to_a_relative_path_too_and_the_act_is_logged() {
    let dir = tempfile::tempdir().unwrap();
    let (desk, numbers) = desk(&dir.path().join("data"));
    let case = desk.case_named("s3-001").unwrap();
    let before = verify(&desk, None).unwrap().head.len;
    // Tests share their folder of work, so that the relative path is a name of its own.
    let relative = Path::new("ventanilla-cli-test-comprobante.pdf");
    receipt(&desk, "S3-001", relative).unwrap();
    assert!(std::fs::read(relative).unwrap().starts_with(b"%PDF"));
    std::fs::remove_file(relative).unwrap();
    for name in [&case, &numbers[0]] {
        let path = dir.path().join("out.pdf");
        receipt(&desk, name, &path).unwrap();
        assert!(path.is_file());
    }
    assert_eq!(desk.case_named(&numbers[1]).unwrap(), desk.case_named("S3-002").unwrap());
    assert_eq!(verify(&desk, None).unwrap().head.len, before + 3, "each is an entry");
}

#[test]
fn what_begins_like_a_ticket_is_not_that_ticket() {
    let dir = tempfile::tempdir().unwrap();
    let (desk, _) = desk(dir.path());
    for name in ["S3-00", "S3-0010", "José", "", "QS-3-2026-999999"] {
        let error = receipt(&desk, name, &dir.path().join("out.pdf")).unwrap_err();
        assert!(error.is(Own::CaseUnknown), "{name}: {error}");
    }
}

#[test]
fn nobody_signed_in_reads_nothing() {
    let dir = tempfile::tempdir().unwrap();
    let (desk, numbers) = desk(dir.path());
    desk.lock().unwrap();
    assert!(receipt(&desk, &numbers[0], &dir.path().join("out.pdf")).unwrap_err().is(Own::NotSignedIn));
    assert!(verify(&desk, None).unwrap_err().is(Own::NotSignedIn));
}

#[test]
fn a_chain_that_is_shorter_than_what_the_backend_keeps_is_told_in_words() {
    let dir = tempfile::tempdir().unwrap();
    let (desk, _) = desk(dir.path());
    let head = verify(&desk, None).unwrap().head;
    assert_eq!(verify(&desk, Some((head.len, head.hash.clone()))).unwrap().fault, None);
    let shorter = verify(&desk, Some((head.len + 1, "00".repeat(32)))).unwrap().fault.unwrap();
    assert_eq!(shorter, Fault::ShorterThanKept(head.len));
    assert!(fault(shorter, es()).contains("el servidor conserva"));
    let edited = verify(&desk, Some((head.len, "00".repeat(32)))).unwrap().fault;
    assert_eq!(edited, Some(Fault::Edited(head.len)));
}
