//! A document's content to a PDF (M19, M20) and to a printer.
//!
//! [`render`] is pure: no clock, no file, no randomness, and the same [`Document`] gives the same bytes. [`Printer`] is
//! the way to paper; "printed" is only what the printer reported. Neither knows the desk's rules, its store or its
//! screens: what is on the paper and when it may be printed is decided by the caller.
#![cfg_attr(test, allow(clippy::unwrap_used, clippy::expect_used, clippy::panic, clippy::indexing_slicing))]

mod compose;
mod content;
mod font;
mod ipp_printer;
mod layout;
mod media;
mod pdf;
mod printer;
mod qr;
mod text;

#[cfg(all(unix, feature = "test-printer"))]
pub mod testing;

use std::collections::BTreeSet;

pub use content::{CheckLine, Document, Fact, Kind, Paper, Party, Signer, SlipItem};
pub use ipp_printer::IppPrinter;
pub use printer::{JobRef, JobState, PrintError, Printer, PrinterInfo, PrinterState, Trouble};
use ventanilla_words::Key;

/// Why there is no PDF.
#[derive(Debug, thiserror::Error)]
pub enum RenderError {
    /// The shipped font cannot be read: the installation is damaged.
    #[error("the paper's font cannot be read")]
    Font,
    /// The content of the QR does not fit on the paper at a size that a counter printer resolves.
    #[error("the QR of {bytes} bytes does not fit on the paper")]
    QrTooLong {
        /// Length of what was to be coded.
        bytes: usize,
    },
    /// The PDF writer refused; for the log.
    #[error("the PDF was not written: {0}")]
    Pdf(String),
}

impl RenderError {
    /// Stable code for the wire and the word tables.
    #[must_use]
    pub fn code(&self) -> &'static str {
        match self {
            Self::Font => "paper_font",
            Self::QrTooLong { .. } => "paper_qr_too_long",
            Self::Pdf(_) => "paper_pdf",
        }
    }
}

/// A rendered document, ready to print or to save.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Sheet {
    /// What it is called in the print queue: kind and number, no personal data.
    pub title: String,
    /// The PDF.
    pub pdf: Vec<u8>,
    /// The paper that it was laid out for.
    pub paper: Paper,
    /// Width and height of the tallest page, in whole millimetres.
    pub size_mm: (u32, u32),
    /// How many pages; one on a roll shorter than two metres.
    pub pages: usize,
    /// Characters that the font lacks. Each stands as `U+FFFD` on the paper; the caller tells the clerk.
    pub replaced: Vec<char>,
}

/// Lays the document out and writes its PDF.
///
/// # Errors
/// [`RenderError::QrTooLong`] where the QR's content fits no paper; the others mean a damaged installation.
pub fn render(document: &Document, paper: Paper) -> Result<Sheet, RenderError> {
    let words = ventanilla_words::es();
    let faces = font::Faces::get()?;
    let style = layout::Style::of(paper);
    let (pages, replaced) = lay_out(document, &style, faces)?;
    let title = compose::title(words, document);
    let watermark = document.training.then(|| words.get(Key::PaperTraining).to_uppercase());
    let about = pdf::About {
        title: &title,
        author: &words.get(Key::PaperInstitution),
        at: document.at,
        watermark: watermark.as_deref(),
    };
    let pdf = pdf::write(faces, &style, &pages, &about)?;
    let height = pages.iter().map(|p| p.height).fold(0.0, f32::max);
    Ok(Sheet {
        title,
        pdf,
        paper,
        size_mm: (millimetres(style.page_width), millimetres(height)),
        pages: pages.len(),
        replaced: replaced.into_iter().collect(),
    })
}

/// The pages of a document, and the characters that the font lacks.
fn lay_out(
    document: &Document,
    style: &layout::Style,
    faces: &font::Faces,
) -> Result<(Vec<layout::Page>, BTreeSet<char>), RenderError> {
    let words = ventanilla_words::es();
    let mut flow = layout::Flow::new(style, faces);
    compose::compose(words, document, &mut flow)?;
    let mut pages = layout::paginate(style, flow.pieces.clone(), 0.0);
    if pages.len() > 1 {
        // Pages that can be separated carry their number: the foot takes room, so break again with it.
        let foot = style.lead * 1.4;
        pages = layout::paginate(style, std::mem::take(&mut flow.pieces), foot);
        let count = pages.len().to_string();
        for (index, page) in pages.iter_mut().enumerate() {
            let number = (index + 1).to_string();
            let line =
                words.with(Key::PaperPage, &[("number", &document.number), ("page", &number), ("pages", &count)]);
            flow.pieces.clear();
            flow.text(&line, layout::Look { align: layout::Align::Center, ..flow.body() });
            let top = page.height - style.bottom - style.lead;
            page.pieces.extend(flow.pieces.drain(..).take(1).map(|piece| (top, piece)));
        }
    }
    Ok((pages, flow.replaced))
}

#[allow(clippy::cast_possible_truncation, clippy::cast_sign_loss)] // a page is between 0 and 2 000 mm
fn millimetres(points: f32) -> u32 {
    (points / layout::MM).round() as u32
}
