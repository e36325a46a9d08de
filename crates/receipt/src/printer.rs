//! What the desk asks of a printer and what a printer can answer. No protocol here: IPP is in `ipp_printer`, the
//! Windows spooler will come beside it (M33).

use serde::{Deserialize, Serialize};

use crate::Sheet;

/// The way to paper. Calls block for at most the printer's time limit; the desk calls them off its own thread.
pub trait Printer: Send + Sync {
    /// Hands the sheet over. The job is not printed yet: ask [`Printer::job_state`].
    ///
    /// # Errors
    /// After [`PrintError::Unanswered`] the sheet may or may not come out; after every other error it does not.
    fn submit(&self, title: &str, sheet: &Sheet) -> Result<JobRef, PrintError>;

    /// What the printer says of a job right now.
    ///
    /// # Errors
    /// [`PrintError::JobUnknown`] where the printer has forgotten it.
    fn job_state(&self, job: &JobRef) -> Result<JobState, PrintError>;

    /// What the printer is, holds and is doing.
    ///
    /// # Errors
    /// [`PrintError::Gone`] and [`PrintError::Silent`] are the ones to expect.
    fn describe(&self) -> Result<PrinterInfo, PrintError>;
}

/// A job at the printer; can be stored and asked again after a restart.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct JobRef {
    /// The printer's number for it.
    pub id: i32,
    /// The medium that was asked for; `None` left the choice to the printer.
    #[serde(default)]
    pub media: Option<String>,
}

/// Where a job is. Only `Printed` means that paper came out.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case", tag = "state", content = "reason")]
pub enum JobState {
    /// With the printer, not begun.
    Queued,
    /// Being printed, as far as the printer says.
    Printing,
    /// The printer reports it done.
    Printed,
    /// Waits for paper; goes on by itself when there is some.
    OutOfPaper,
    /// Waits for somebody to put something right.
    Stopped(Trouble),
    /// Ended by the printer, not printed.
    Aborted,
    /// Ended by a person, or silently by the spooler (an impossible page size), not printed.
    Canceled,
}

impl JobState {
    /// Whether it will not change any more.
    #[must_use]
    pub fn is_final(&self) -> bool {
        match self {
            Self::Printed | Self::Aborted | Self::Canceled => true,
            Self::Queued | Self::Printing | Self::OutOfPaper | Self::Stopped(_) => false,
        }
    }

    /// Stable code for the wire and the word tables.
    #[must_use]
    pub fn code(&self) -> &'static str {
        match self {
            Self::Queued => "print_queued",
            Self::Printing => "printing",
            Self::Printed => "printed",
            Self::OutOfPaper => "print_out_of_paper",
            Self::Stopped(trouble) => trouble.code(),
            Self::Aborted => "print_aborted",
            Self::Canceled => "print_canceled",
        }
    }
}

/// What keeps a printer from printing.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Trouble {
    /// A cover or door is open.
    CoverOpen,
    /// Paper is jammed.
    Jam,
    /// No ink, toner or ribbon.
    NoInk,
    /// Stopped by a person at the printer or in the queue.
    Paused,
    /// The spooler cannot reach the printer behind it.
    Unreachable,
    /// The job is held back.
    Held,
    /// Something else; the printer's own keyword, for the log.
    Other(String),
}

impl Trouble {
    /// Stable code for the wire and the word tables.
    #[must_use]
    pub fn code(&self) -> &'static str {
        match self {
            Self::CoverOpen => "print_cover_open",
            Self::Jam => "print_jam",
            Self::NoInk => "print_no_ink",
            Self::Paused => "print_paused",
            Self::Unreachable => "print_unreachable",
            Self::Held => "print_held",
            Self::Other(_) => "print_stopped",
        }
    }
}

/// Whether a printer would print now.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case", tag = "state", content = "reason")]
pub enum PrinterState {
    /// It would.
    Ready,
    /// It prints something else first.
    Busy,
    /// It has no paper.
    OutOfPaper,
    /// It waits for somebody.
    Stopped(Trouble),
}

/// What a printer says about itself.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct PrinterInfo {
    /// Make and model, or its name.
    pub name: String,
    /// Whether it would print now.
    pub state: PrinterState,
    /// Whether it takes PDF; [`Printer::submit`] refuses where it does not.
    pub takes_pdf: bool,
    /// Media that lie in it, else those that it supports, as PWG names.
    pub media: Vec<String>,
}

/// Why a printer did not do what was asked. Inner detail is for the log.
#[derive(Debug, thiserror::Error)]
pub enum PrintError {
    /// Nobody answers there: off, unplugged, wrong address. Nothing was handed over.
    #[error("no printer answers there: {0}")]
    Gone(String),
    /// It took the connection and said nothing within the time limit. Nothing was handed over.
    #[error("the printer is silent")]
    Silent,
    /// The sheet was handed over and no answer came: it may come out, now or later.
    #[error("the printer took the sheet and did not answer")]
    Unanswered,
    /// It refused the job.
    #[error("the printer refused: {0}")]
    Refused(String),
    /// It takes no PDF.
    #[error("the printer takes no PDF")]
    NoPdf,
    /// It knows no such job (any more).
    #[error("the printer does not know the job")]
    JobUnknown,
    /// The configured address is no `ipp:` or `http:` address.
    #[error("not a printer's address: {0}")]
    Address(String),
    /// It answered something that is not IPP.
    #[error("the printer's answer was not understood: {0}")]
    Garbled(String),
}

impl PrintError {
    /// Stable code for the wire and the word tables.
    #[must_use]
    pub fn code(&self) -> &'static str {
        match self {
            Self::Gone(_) => "printer_gone",
            Self::Silent => "printer_silent",
            Self::Unanswered => "printer_unanswered",
            Self::Refused(_) => "printer_refused",
            Self::NoPdf => "printer_no_pdf",
            Self::JobUnknown => "print_job_unknown",
            Self::Address(_) => "printer_address",
            Self::Garbled(_) => "printer_garbled",
        }
    }
}
