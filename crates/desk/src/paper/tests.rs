//! Paper: what it says, and a printer that does everything a printer can do wrong.

use std::collections::VecDeque;
use std::sync::{Arc, Mutex};
use std::time::Duration;

use ventanilla_contract::event::{Outcome, RefusalReason};
use ventanilla_contract::reset::{Document as Paper, Reset, ResetState, Step, TelltaleStep};
use ventanilla_domain::time::Millis;
use ventanilla_receipt::{JobRef, JobState, Kind, PrintError, Printer, PrinterInfo, Sheet};

use super::*;
use crate::store::resets;
use crate::tests::{CEDULA, FixedSecret, QUICK, Rig, TEN, ana, employer};
use crate::view::PaperView;
use crate::{Deps, DeskConfig};

/// Answers from two lists; the last answer of a list stays.
#[derive(Default)]
struct Scripted {
    submits: Mutex<VecDeque<Result<(), PrintError>>>,
    states: Mutex<VecDeque<Result<JobState, PrintError>>>,
    sheets: Mutex<Vec<String>>,
}

impl Scripted {
    fn then_submit(&self, answer: Result<(), PrintError>) {
        self.submits.lock().unwrap().push_back(answer);
    }
    fn then_state(&self, answer: Result<JobState, PrintError>) {
        self.states.lock().unwrap().push_back(answer);
    }
    /// The text of every sheet that was handed over.
    fn sheets(&self) -> Vec<String> {
        self.sheets.lock().unwrap().clone()
    }
}

impl Printer for Scripted {
    fn submit(&self, _: &str, sheet: &Sheet) -> Result<JobRef, PrintError> {
        let answer = self.submits.lock().unwrap().pop_front().unwrap_or(Ok(()));
        answer?;
        let pdf = lopdf::Document::load_mem(&sheet.pdf).unwrap();
        let pages: Vec<u32> = pdf.get_pages().into_keys().collect();
        let mut sheets = self.sheets.lock().unwrap();
        sheets.push(pdf.extract_text(&pages).unwrap());
        Ok(JobRef { id: i32::try_from(sheets.len()).unwrap(), media: None })
    }

    fn job_state(&self, _: &JobRef) -> Result<JobState, PrintError> {
        self.states.lock().unwrap().pop_front().unwrap_or(Ok(JobState::Printed))
    }

    fn describe(&self) -> Result<PrinterInfo, PrintError> {
        Err(PrintError::Silent)
    }
}

/// A rig whose desk has this printer.
fn with_printer(printer: Option<Arc<Scripted>>) -> Rig {
    let mut rig = Rig::open();
    rig.desk = reopened(&rig, printer);
    rig.desk.admit(&ana(), "4711", true).unwrap();
    rig
}

fn reopened(rig: &Rig, printer: Option<Arc<Scripted>>) -> Desk {
    let mut config = DeskConfig::new(rig.dir.clone());
    config.kdf = QUICK;
    config.paper.printer = printer.map(|p| p as Arc<dyn Printer>);
    config.paper.poll = Duration::from_millis(10);
    let deps = Deps { clock: rig.clock.clone(), random: rig.random.clone(), secret: Arc::new(FixedSecret([7; 32])) };
    Desk::new(config, deps).unwrap()
}

fn content(rig: &Rig, case: &str) -> Document {
    let id = case.parse().unwrap();
    rig.db().read(|c| papers::of_case(c, id)).unwrap().remove(0).content
}

/// A returned case: the letter is not signed, the rest not looked at.
fn returned(rig: &Rig) -> String {
    let case = rig.in_service();
    rig.desk.refuse(case.clone(), Paper::RequestLetter, RefusalReason::NotSigned).unwrap();
    rig.desk.close(case.clone(), Outcome::Returned).unwrap();
    case
}

fn newest(rig: &Rig, case: &str) -> PaperView {
    rig.desk.open_case(case.to_owned()).unwrap().paper.remove(0)
}

fn until(rig: &Rig, case: &str, what: PaperState) -> PaperView {
    for _ in 0..1_000 {
        let paper = newest(rig, case);
        if paper.state == what {
            return paper;
        }
        std::thread::sleep(Duration::from_millis(5));
    }
    panic!("never {what:?}: {:?}", newest(rig, case));
}

/// A case whose key is set by the backend's word.
fn key_set(rig: &Rig) -> String {
    let case = rig.in_service();
    rig.accept_all(&case);
    rig.desk.email_compared(case.parse().unwrap(), "maria@eltrigo.ec", true, 4).unwrap();
    let actor = rig.desk.actor().unwrap();
    rig.db()
        .act(&actor, |act| {
            let request = rig.desk.reset_request(act, case.parse().unwrap())?;
            let row = resets::intend(act, &request)?;
            let word = Reset {
                id: row.key,
                case_id: row.case_id,
                state: ResetState::Used,
                version: 4,
                remaining_ms: None,
                email_masked: "m•••••@eltrigo.ec".into(),
                links_today: 1,
                links_per_day: 3,
                reissue_in_ms: 0,
                telltale: vec![TelltaleStep { step: Step::KeySet, at: TEN + 480_000, reason: None }],
            };
            resets::adopt(act, row.key, &word, 0)
        })
        .unwrap();
    for _ in 0..8 {
        rig.clock.advance(60_000);
        rig.desk.touch().unwrap();
    }
    rig.desk.close(case.clone(), Outcome::KeyRestored).unwrap();
    case
}

#[test]
fn a_receipt_says_what_was_verified_and_hides_what_it_must() {
    let rig = with_printer(None);
    let document = content(&rig, &key_set(&rig));
    assert_eq!((document.kind, document.number.as_str()), (Kind::KeyRestored, "QS-3-2026-000001"));
    assert_eq!((document.clerk.as_str(), document.counter.as_str()), ("Ana Pérez", "3"));
    assert_eq!(document.served, Some(("10:01".into(), "10:09".into())));
    let party = document.employer.clone().unwrap();
    assert_eq!((party.ruc.as_str(), party.cedula.as_str()), ("1793213150001", "17••••••65"));
    assert_eq!(document.checks.len(), 7);
    assert!(document.checks.iter().all(|c| c.ok));
    assert!(document.facts.iter().any(|f| f.value.contains("10:08")), "{:?}", document.facts);
    assert!(document.facts.iter().any(|f| f.value == "CAU-QS-2026-00001"));
    let all = serde_json::to_string(&document).unwrap();
    assert!(!all.contains(CEDULA) && !all.contains("maria@"), "{all}");
}

#[test]
fn a_natural_persons_ruc_is_masked_and_arrears_are_explained() {
    let rig = with_printer(None);
    let case = rig.in_service();
    let mut word = employer();
    word.number = "1710034065001".into();
    word.kind = ventanilla_contract::employer::EmployerKind::NaturalPerson;
    word.representative.appointment = None;
    word.email_masked = None;
    word.in_arrears = true;
    rig.consult(case.parse().unwrap(), &word);
    rig.desk.close(case.clone(), Outcome::DivertedNoEmail).unwrap();
    let document = content(&rig, &case);
    assert_eq!(document.employer.clone().unwrap().ruc, "17••••••65001");
    assert!(document.notes.iter().any(|n| n.contains("mora patronal")), "R33");
    assert_eq!(document.next_steps.len(), 3, "R12, M18");
    assert!(!serde_json::to_string(&document).unwrap().contains(CEDULA));
}

#[test]
fn a_return_slip_names_what_is_wrong_the_remedy_and_the_last_day() {
    let rig = with_printer(None);
    let document = content(&rig, &returned(&rig));
    assert_eq!(document.items.len(), 1);
    assert_eq!(document.items[0].wrong, "Sin firma del representante");
    assert!(document.items[0].remedy.contains("30 días"));
    assert!(document.next_steps[1].contains("Nombramiento"), "what was not looked at: {:?}", document.next_steps);
    assert_eq!(document.deadline.as_deref(), Some("4 de diciembre de 2026, en este centro"));
}

#[test]
fn every_diversion_has_its_slip_with_what_to_do_next() {
    use ventanilla_contract::employer::{AccountState, RucStatus};
    type Change = fn(&mut ventanilla_contract::employer::Employer);
    let ways: [(Outcome, Change, &str); 4] = [
        (Outcome::DivertedNoEmail, |e| e.email_masked = None, "datos de contacto"),
        (Outcome::DivertedAccountBlocked, |e| e.account = AccountState::Blocked, "Desbloqueo de Clave"),
        (Outcome::DivertedRucNotActive, |e| e.ruc_status = RucStatus::Suspended, "SUSPENDIDO"),
        (
            Outcome::DivertedAppointmentLapsed,
            |e| e.representative.appointment.as_mut().unwrap().valid_until = Some("2026-01-01".into()),
            "Registro Mercantil",
        ),
    ];
    for (outcome, change, says) in ways {
        let rig = with_printer(None);
        let case = rig.in_service();
        let mut word = employer();
        change(&mut word);
        rig.consult(case.parse().unwrap(), &word);
        rig.desk.close(case.clone(), outcome).unwrap();
        let document = content(&rig, &case);
        assert_eq!(document.kind, Kind::Diverted);
        assert!(document.next_steps.iter().any(|s| s.contains(says)), "{outcome:?}: {:?}", document.next_steps);
    }
}

#[test]
fn the_same_content_is_rendered_again_to_the_same_bytes() {
    let rig = with_printer(None);
    let document = content(&rig, &key_set(&rig));
    let once = rig.desk.sheet(document.clone(), false).unwrap();
    assert_eq!(once.pdf, rig.desk.sheet(document, false).unwrap().pdf);
    assert!(once.replaced.is_empty(), "letters that the font lacks: {:?}", once.replaced);
}

#[test]
fn a_paper_is_committed_before_it_is_printed_and_printed_is_the_printers_word() {
    let printer = Arc::new(Scripted::default());
    printer.then_state(Ok(JobState::Queued));
    printer.then_state(Ok(JobState::OutOfPaper));
    printer.then_state(Ok(JobState::OutOfPaper));
    let rig = with_printer(Some(Arc::clone(&printer)));
    let case = returned(&rig);
    let paper = newest(&rig, &case);
    assert_ne!(paper.state, PaperState::NoPrinter);
    until(&rig, &case, PaperState::Printed);
    let sheets = printer.sheets();
    assert_eq!(sheets.len(), 1);
    let text = sheets[0].replace('\n', " ");
    assert!(text.contains("Núñez") && text.contains("1793213150001") && text.contains("QS-3-2026-000001"), "{text}");
    let history = rig.desk.history(case).unwrap();
    let place = |kind: &str| history.iter().position(|h| h.kind == kind).unwrap();
    assert!(place("paper_committed") < place("print_requested") && place("print_requested") < place("printed"));
}

#[test]
fn a_second_print_says_duplicata_and_is_journaled() {
    let printer = Arc::new(Scripted::default());
    let rig = with_printer(Some(Arc::clone(&printer)));
    let case = returned(&rig);
    until(&rig, &case, PaperState::Printed);
    rig.desk.print(case.clone()).unwrap();
    for _ in 0..1_000 {
        if printer.sheets().len() == 2 {
            break;
        }
        std::thread::sleep(Duration::from_millis(5));
    }
    let sheets = printer.sheets();
    assert!(!sheets[0].contains("DUPLICATA") && sheets[1].contains("DUPLICATA"));
    assert!(newest(&rig, &case).duplicate);
    let asked = rig.desk.history(case).unwrap().into_iter().filter(|h| h.kind == "print_requested").count();
    assert_eq!(asked, 2);
}

#[test]
fn a_printer_that_is_off_is_gone_and_a_retry_is_no_duplicate() {
    let printer = Arc::new(Scripted::default());
    printer.then_submit(Err(PrintError::Gone("off".into())));
    let rig = with_printer(Some(Arc::clone(&printer)));
    let case = returned(&rig);
    let paper = until(&rig, &case, PaperState::Gone);
    assert_eq!(paper.reason, Some(crate::show::print_reason("printer_gone")));
    rig.desk.retry_print(paper.job_id.clone()).unwrap();
    let again = until(&rig, &case, PaperState::Printed);
    assert_eq!((again.job_id, again.duplicate), (paper.job_id.clone(), false));
    assert!(rig.desk.retry_print(paper.job_id).unwrap_err().is(Own::DoesNotFit), "printed is printed");
}

#[test]
fn a_sheet_that_may_have_come_out_is_repeated_only_as_a_duplicate() {
    let printer = Arc::new(Scripted::default());
    printer.then_submit(Err(PrintError::Unanswered));
    let rig = with_printer(Some(Arc::clone(&printer)));
    let case = returned(&rig);
    let paper = until(&rig, &case, PaperState::Failed);
    rig.desk.retry_print(paper.job_id.clone()).unwrap();
    let again = until(&rig, &case, PaperState::Printed);
    assert!(again.duplicate && again.job_id != paper.job_id);
}

#[test]
fn a_press_while_the_sheet_is_on_its_way_prints_no_second_one() {
    for word in [JobState::Printing, JobState::OutOfPaper, JobState::Stopped(ventanilla_receipt::Trouble::Jam)] {
        let printer = Arc::new(Scripted::default());
        for _ in 0..40 {
            printer.then_state(Ok(word.clone()));
        }
        let rig = with_printer(Some(Arc::clone(&printer)));
        let case = returned(&rig);
        let job = newest(&rig, &case).job_id;
        for _ in 0..3 {
            if newest(&rig, &case).state == PaperState::Printed {
                break;
            }
            let pressed = [rig.desk.print(case.clone()), rig.desk.retry_print(job.clone())];
            for error in pressed.into_iter().map(Result::unwrap_err) {
                assert!(error.is(Own::AlreadyPrinting), "{word:?}: {error}");
            }
        }
        until(&rig, &case, PaperState::Printed);
        assert_eq!(printer.sheets().len(), 1, "{word:?}");
    }
}

#[test]
fn a_reason_of_the_printers_is_told_in_words() {
    let reasons = [
        "print_sending",
        "print_out_of_paper",
        "print_jam",
        "print_cover_open",
        "print_no_ink",
        "print_paused",
        "print_unreachable",
        "print_held",
        "print_stopped",
        "print_aborted",
        "print_canceled",
        "print_job_unknown",
        "printer_gone",
        "printer_silent",
        "printer_unanswered",
        "printer_refused",
        "printer_no_pdf",
        "printer_address",
        "printer_garbled",
        "paper_pdf",
    ];
    for code in reasons {
        assert_ne!(crate::show::print_reason(code), code);
    }
    assert_eq!(crate::show::print_reason("from_the_future"), "from_the_future");
}

#[test]
fn the_queue_names_the_cases_whose_sheet_did_not_come_out_until_it_does() {
    let printer = Arc::new(Scripted::default());
    printer.then_submit(Err(PrintError::Gone("off".into())));
    let rig = with_printer(Some(Arc::clone(&printer)));
    let case = returned(&rig);
    until(&rig, &case, PaperState::Gone);
    let missing = rig.desk.queue().unwrap().unprinted;
    assert_eq!(missing.iter().map(|r| &r.case_id).collect::<Vec<_>>(), [&case]);
    rig.desk.print(case.clone()).unwrap();
    until(&rig, &case, PaperState::Printed);
    assert_eq!(rig.desk.queue().unwrap().unprinted, []);
}

#[test]
fn a_job_that_the_printer_dropped_is_printed_again_as_itself() {
    for (word, reason) in [(JobState::Aborted, "print_aborted"), (JobState::Canceled, "print_canceled")] {
        let printer = Arc::new(Scripted::default());
        printer.then_state(Ok(word));
        let rig = with_printer(Some(Arc::clone(&printer)));
        let case = returned(&rig);
        let paper = until(&rig, &case, PaperState::Failed);
        assert_eq!(paper.reason, Some(crate::show::print_reason(reason)));
        rig.desk.print(case.clone()).unwrap();
        assert!(!until(&rig, &case, PaperState::Printed).duplicate);
    }
}

#[test]
fn a_printer_that_vanishes_with_a_sheet_is_gone_until_it_answers_again() {
    let printer = Arc::new(Scripted::default());
    for _ in 0..30 {
        printer.then_state(Err(PrintError::Silent));
    }
    let rig = with_printer(Some(Arc::clone(&printer)));
    let case = returned(&rig);
    until(&rig, &case, PaperState::Gone);
    until(&rig, &case, PaperState::Printed);
    assert_eq!(printer.sheets().len(), 1);
}

#[test]
fn after_a_restart_nothing_prints_by_itself_and_doubtful_sheets_say_so() {
    let mut rig = with_printer(None);
    let case = returned(&rig);
    let job: Uuid = newest(&rig, &case).job_id.parse().unwrap();
    let set = |state, reason: Option<&str>| {
        rig.db().mirror(|act| print_jobs::report(act, job, state, reason, None)).unwrap();
    };
    set(PaperState::Committed, None);
    let printer = Arc::new(Scripted::default());
    let fresh = reopened(&rig, Some(Arc::clone(&printer)));
    fresh.admit(&ana(), "4711", true).unwrap();
    take_up(&fresh).unwrap();
    std::thread::sleep(Duration::from_millis(100));
    assert_eq!(printer.sheets().len(), 0, "nobody may stand there any more");
    set(PaperState::Committed, Some(jobs::SENDING));
    take_up(&fresh).unwrap();
    rig.desk = fresh;
    let paper = newest(&rig, &case);
    let doubt = Some(crate::show::print_reason("printer_unanswered"));
    assert_eq!((paper.state, paper.reason), (PaperState::Failed, doubt));
    rig.desk.print(case.clone()).unwrap();
    assert!(until(&rig, &case, PaperState::Printed).duplicate);
}

#[test]
fn a_job_at_the_printer_is_asked_about_again_after_a_restart() {
    let mut rig = with_printer(None);
    let case = returned(&rig);
    let job: Uuid = newest(&rig, &case).job_id.parse().unwrap();
    let at_printer = serde_json::to_string(&JobRef { id: 7, media: None }).unwrap();
    rig.db().mirror(|act| print_jobs::report(act, job, PaperState::Sent, None, Some(&at_printer))).unwrap();
    let printer = Arc::new(Scripted::default());
    rig.desk = reopened(&rig, Some(Arc::clone(&printer)));
    rig.desk.admit(&ana(), "4711", true).unwrap();
    take_up(&rig.desk).unwrap();
    until(&rig, &case, PaperState::Printed);
    assert_eq!(printer.sheets().len(), 0);
}

#[test]
fn without_a_printer_the_paper_is_kept_and_can_be_saved_which_is_journaled() {
    let rig = with_printer(None);
    let case = returned(&rig);
    let paper = newest(&rig, &case);
    assert_eq!(paper.state, PaperState::NoPrinter);
    let path = rig.dir.join("hoja ñ.pdf");
    rig.desk.save_paper(paper.job_id.clone(), path.display().to_string()).unwrap();
    assert!(std::fs::read(&path).unwrap().starts_with(b"%PDF-"));
    assert_eq!(
        std::fs::read_dir(&rig.dir)
            .unwrap()
            .filter(|f| { f.as_ref().unwrap().file_name().to_string_lossy().ends_with(".part") })
            .count(),
        0
    );
    let saved =
        |rig: &Rig| rig.desk.history(case.clone()).unwrap().iter().filter(|h| h.kind == "saved_to_file").count();
    assert_eq!(saved(&rig), 1);
    for bad in ["relative.pdf", "/", "", "/proc/nowhere/x.pdf"] {
        let error = rig.desk.save_paper(paper.job_id.clone(), bad.to_owned()).unwrap_err();
        assert!(error.is(Own::PathNotWritable), "{bad:?}: {error}");
    }
    assert_eq!(saved(&rig), 1);
}

#[test]
fn the_label_of_the_letter_carries_its_archive_number() {
    let printer = Arc::new(Scripted::default());
    let rig = with_printer(Some(Arc::clone(&printer)));
    let case = rig.in_service();
    assert!(rig.desk.print_label(case.clone()).unwrap_err().is(Own::NotPrintedYet));
    rig.accept_all(&case);
    rig.desk.print_label(case.clone()).unwrap();
    let paper = until(&rig, &case, PaperState::Printed);
    assert_eq!((paper.kind, paper.number.as_str()), (PaperKind::ArchiveLabel, "CAU-QS-2026-00001"));
    assert!(rig.desk.print(case.clone()).unwrap_err().is(Own::NotPrintedYet), "a label is not the case's paper");
    rig.desk.print_label(case.clone()).unwrap();
    assert!(newest(&rig, &case).duplicate);
}

#[test]
fn a_time_to_come_back_is_the_one_that_the_backend_named() {
    let rig = with_printer(None);
    let case = rig.in_service();
    let actor = rig.desk.actor().unwrap();
    let words = rig
        .db()
        .act(&actor, |act| {
            let mut row = cases::need(act, case.parse().unwrap())?;
            row.registry_error = Some(crate::store::cases::NoAnswer::Refused(ventanilla_contract::error::ErrorBody {
                code: ventanilla_contract::error::ErrorCode::RegistroCivilUnavailable,
                message: String::new(),
                hint: String::new(),
                retry_at: Some(act.now().plus(3_600_000).0),
                expected: None,
            }));
            let judged = judge(act, rig.desk.policy(), &row, &act.place()?, act.now())?;
            compose::closing(&rig.desk, act, &row, judged.as_ref(), Outcome::DivertedRegistryDown, "X".into())
        })
        .unwrap();
    let again = Millis(TEN + 60_000 + 3_600_000).local(-300).format("%H:%M").to_string();
    assert!(words.next_steps[0].contains(&again), "{:?}", words.next_steps);
}
