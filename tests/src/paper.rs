//! What a printer got, read by programs of another make.

use std::path::Path;
use std::process::Command;

pub use ventanilla_receipt::testing::TestPrinter;

/// Every document that the printer got, in order. It also keeps an empty file for what its filter prints.
#[must_use]
pub fn documents(printer: &TestPrinter) -> Vec<Vec<u8>> {
    printer.received().into_iter().filter(|bytes| !bytes.is_empty()).collect()
}

/// The words of a PDF, by `pdftotext`.
#[must_use]
pub fn words(pdf: &[u8], folder: &Path) -> String {
    let file = folder.join("paper.pdf");
    std::fs::write(&file, pdf).unwrap();
    let out = Command::new("pdftotext").args(["-layout", "-enc", "UTF-8"]).arg(&file).arg("-").output();
    let out = out.expect("pdftotext starts (run scripts/setup)");
    assert!(out.status.success(), "{}", String::from_utf8_lossy(&out.stderr));
    String::from_utf8(out.stdout).unwrap()
}

/// Page 1 as a PNG at 203 dpi, the printer's own resolution, by `pdftoppm`; written beside `stem`.
pub fn picture(pdf: &Path, stem: &Path) {
    let done = Command::new("pdftoppm").args(["-png", "-singlefile", "-r", "203"]).arg(pdf).arg(stem).status();
    assert!(done.expect("pdftoppm starts (run scripts/setup)").success());
}
