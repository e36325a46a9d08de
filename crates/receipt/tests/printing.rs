//! Printing, against Debian's `ippeveprinter` (apt: cups-ipp-utils, dbus).
#![allow(missing_docs, clippy::unwrap_used, clippy::panic, clippy::indexing_slicing)]

use std::net::TcpListener;
use std::time::{Duration, Instant};

use ventanilla_receipt::testing::{TestPrinter, sample};
use ventanilla_receipt::{
    IppPrinter, JobRef, JobState, Paper, PrintError, Printer, PrinterState, Sheet, Trouble, render,
};

fn receipt(paper: Paper) -> Sheet {
    render(&sample(), paper).unwrap()
}

#[test]
fn what_the_printer_gets_is_the_receipt_byte_for_byte() {
    let printer = TestPrinter::start();
    for paper in [Paper::Roll80, Paper::A5] {
        let sheet = receipt(paper);
        let job = printer.client().submit(&sheet.title, &sheet).unwrap();
        assert_eq!(printer.wait_for(&job, JobState::is_final).unwrap(), JobState::Printed);
        assert_eq!(printer.received().last(), Some(&sheet.pdf));
    }
}

#[test]
fn an_office_printer_is_asked_for_a5_by_name() {
    let printer = TestPrinter::with_media(&["iso_a4_210x297mm", "iso_a5_148x210mm"], None);
    let job = printer.client().submit("x", &receipt(Paper::A5)).unwrap();
    assert_eq!(job.media.as_deref(), Some("iso_a5_148x210mm"));
}

#[test]
fn a_roll_printer_cuts_where_the_slip_ends() {
    let printer = TestPrinter::with_media(&["oe_roll_80x297mm"], Some(((50, 30), (82, 2000))));
    let sheet = receipt(Paper::Roll80);
    let job = printer.client().submit("x", &sheet).unwrap();
    assert_eq!(job.media, Some(format!("80x{}mm", sheet.size_mm.1)));
    assert_eq!(printer.wait_for(&job, JobState::is_final).unwrap(), JobState::Printed);
}

#[test]
fn a_roll_printer_with_fixed_lengths_is_asked_for_the_shortest_that_holds_the_slip() {
    let printer = TestPrinter::with_media(&["oe_roll_80x100mm", "oe_roll_80x600mm", "oe_roll_80x250mm"], None);
    let job = printer.client().submit("x", &receipt(Paper::Roll80)).unwrap();
    assert_eq!(job.media.as_deref(), Some("oe_roll_80x250mm"));
    assert_eq!(printer.wait_for(&job, JobState::is_final).unwrap(), JobState::Printed);
}

#[test]
fn out_of_paper_is_reported_and_the_job_goes_on_by_itself() {
    let printer = TestPrinter::start();
    printer.set_paper(false);
    let job = printer.client().submit("x", &receipt(Paper::Roll80)).unwrap();
    assert_eq!(printer.wait_for(&job, |s| *s == JobState::OutOfPaper).unwrap(), JobState::OutOfPaper);
    assert_eq!(printer.client().describe().unwrap().state, PrinterState::OutOfPaper);
    printer.set_paper(true);
    assert_eq!(printer.wait_for(&job, JobState::is_final).unwrap(), JobState::Printed);
    assert_eq!(printer.client().describe().unwrap().state, PrinterState::Ready);
}

#[test]
fn an_open_cover_stops_the_job_and_says_so() {
    let printer = TestPrinter::start();
    printer.set_cover_open(true);
    let job = printer.client().submit("x", &receipt(Paper::Roll80)).unwrap();
    let stopped = JobState::Stopped(Trouble::CoverOpen);
    assert_eq!(printer.wait_for(&job, |s| *s == stopped).unwrap(), stopped);
    printer.set_cover_open(false);
    assert_eq!(printer.wait_for(&job, JobState::is_final).unwrap(), JobState::Printed);
}

#[test]
fn a_job_that_the_printer_gives_up_is_aborted_never_printed() {
    let printer = TestPrinter::start();
    printer.set_defect(true);
    let job = printer.client().submit("x", &receipt(Paper::Roll80)).unwrap();
    assert_eq!(printer.wait_for(&job, JobState::is_final).unwrap(), JobState::Aborted);
}

#[test]
fn a_frozen_printer_is_silent_within_the_limit_and_can_be_asked_again() {
    let printer = TestPrinter::start();
    let job = printer.client().submit("x", &receipt(Paper::Roll80)).unwrap();
    printer.freeze();
    let begun = Instant::now();
    let error = printer.client().submit("x", &receipt(Paper::Roll80)).unwrap_err();
    assert!(matches!(error, PrintError::Silent), "{error:?}");
    assert!(begun.elapsed() < Duration::from_secs(3), "{:?}", begun.elapsed());
    assert!(matches!(printer.client().job_state(&job), Err(PrintError::Silent)));
    printer.thaw();
    assert_eq!(printer.wait_for(&job, JobState::is_final).unwrap(), JobState::Printed);
}

#[test]
fn a_printer_that_is_off_is_gone_at_once() {
    let mut printer = TestPrinter::start();
    printer.switch_off();
    let begun = Instant::now();
    let error = printer.client().submit("x", &receipt(Paper::Roll80)).unwrap_err();
    assert!(matches!(error, PrintError::Gone(_)), "{error:?}");
    assert!(begun.elapsed() < Duration::from_secs(1));
}

#[test]
fn a_host_that_does_not_exist_is_gone() {
    let printer = IppPrinter::new("ipp://nowhere.invalid/ipp/print", "ventanilla-3").unwrap();
    let error = printer.describe().unwrap_err();
    assert!(matches!(error, PrintError::Gone(_)), "{error:?}");
}

#[test]
fn something_that_is_no_printer_is_not_taken_for_one() {
    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    let port = listener.local_addr().unwrap().port();
    std::thread::spawn(move || {
        use std::io::{Read, Write};
        for stream in listener.incoming().take(1) {
            let mut stream = stream.unwrap();
            let (mut seen, mut part) = (Vec::new(), [0; 4096]);
            while !seen.ends_with(b"\r\n0\r\n\r\n") {
                let length = stream.read(&mut part).unwrap();
                seen.extend_from_slice(&part[..length]);
            }
            let _ = stream.write_all(b"HTTP/1.1 200 OK\r\ncontent-length: 5\r\n\r\nhello");
        }
    });
    let printer = IppPrinter::new(&format!("ipp://127.0.0.1:{port}/ipp/print"), "ventanilla-3").unwrap();
    let error = printer.describe().unwrap_err();
    assert!(matches!(error, PrintError::Garbled(_)), "{error:?}");
}

#[test]
fn a_job_that_the_printer_does_not_know_is_not_printed() {
    let printer = TestPrinter::start();
    let unknown = JobRef { id: 4711, media: None };
    assert!(matches!(printer.client().job_state(&unknown), Err(PrintError::JobUnknown)));
}

#[test]
fn a_printer_says_who_it_is_and_what_it_holds() {
    let printer = TestPrinter::with_media(&["oe_roll_80x297mm"], None);
    let info = printer.client().describe().unwrap();
    assert_eq!((info.name.as_str(), info.state, info.takes_pdf), ("Test Roll", PrinterState::Ready, true));
    assert_eq!(info.media, ["oe_roll_80x297mm"]);
}

#[test]
fn only_ipp_addresses_are_accepted() {
    for address in ["", "printer", "ipps://x/ipp/print", "file:///dev/lp0", "ipp:///ipp/print"] {
        assert!(matches!(IppPrinter::new(address, "x"), Err(PrintError::Address(_))), "{address}");
    }
}
