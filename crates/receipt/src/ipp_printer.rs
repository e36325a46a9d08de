//! IPP, to a network printer and to CUPS alike. Reads what they say with the distrust that they have earned: reasons by
//! prefix, the printer's own state beside the job's, and CUPS's message where it says nothing else.

use std::collections::BTreeMap;
use std::io::{self, Cursor};
use std::time::Duration;

use ipp::prelude::*;
use ipp::request::IppRequestResponse;
use ipp::value::IppName;

use crate::Sheet;
use crate::media::{self, Choice};
use crate::printer::{JobRef, JobState, PrintError, Printer, PrinterInfo, PrinterState, Trouble};

const PDF: &str = "application/pdf";

/// A printer, or a CUPS queue, at an `ipp://` address.
pub struct IppPrinter {
    uri: Uri,
    limit: Duration,
    user: String,
}

impl IppPrinter {
    /// Silence that counts as no answer.
    pub const LIMIT: Duration = Duration::from_secs(3);

    /// Talks to `uri` (`ipp://host[:631]/ipp/print`) as `user`, a name for the queue's list such as "ventanilla-3".
    ///
    /// # Errors
    /// [`PrintError::Address`] for anything but an `ipp:` or `http:` address with a host.
    pub fn new(uri: &str, user: &str) -> Result<Self, PrintError> {
        let parsed: Uri = uri.parse().map_err(|_| PrintError::Address(uri.to_owned()))?;
        let known = matches!(parsed.scheme_str(), Some("ipp" | "http"));
        if !known || parsed.host().is_none_or(str::is_empty) {
            return Err(PrintError::Address(uri.to_owned()));
        }
        Ok(Self { uri: parsed, limit: Self::LIMIT, user: user.to_owned() })
    }

    /// Another time limit than [`IppPrinter::LIMIT`].
    #[must_use]
    pub fn with_limit(self, limit: Duration) -> Self {
        Self { limit, ..self }
    }

    fn send(&self, request: impl Into<IppRequestResponse>) -> Result<IppRequestResponse, PrintError> {
        let client = IppClient::builder(self.uri.clone()).request_timeout(self.limit).build();
        client.send(request).map_err(|error| {
            tracing::warn!(error = %error, "the printer did not answer");
            classify(&error)
        })
    }

    fn attributes(&self, names: &[&str]) -> Result<Answer, PrintError> {
        let request = IppOperationBuilder::get_printer_attributes(self.uri.clone())
            .attributes(names)
            .build()
            .map_err(|e| PrintError::Garbled(e.to_string()))?;
        let answer = self.send(request)?;
        let status = answer.header().status_code();
        if !status.is_success() {
            return Err(PrintError::Refused(status.to_string()));
        }
        Ok(Answer::of(&answer, DelimiterTag::PrinterAttributes))
    }
}

impl Printer for IppPrinter {
    fn submit(&self, title: &str, sheet: &Sheet) -> Result<JobRef, PrintError> {
        let can = self.attributes(&[
            "document-format-supported",
            "media-supported",
            "media-ready",
            "print-scaling-supported",
        ])?;
        if !can.takes_pdf() {
            return Err(PrintError::NoPdf);
        }
        let choice =
            media::choose(sheet.paper, sheet.size_mm, &can.words("media-supported"), &can.words("media-ready"));
        let mut job = IppOperationBuilder::print_job(self.uri.clone(), IppPayload::new(Cursor::new(sheet.pdf.clone())))
            .user_name(&self.user)
            .job_title(shortened(title))
            .document_format(PDF);
        for attribute in wishes(&choice, &can).map_err(|e| PrintError::Garbled(e.to_string()))? {
            job = job.attribute(attribute);
        }
        let request = job.build().map_err(|e| PrintError::Garbled(e.to_string()))?;
        let answer = self.send(request).map_err(|error| match error {
            PrintError::Refused(why) => PrintError::Refused(why),
            // It answered a moment ago; whatever broke since, it may have the whole sheet.
            _ => PrintError::Unanswered,
        })?;
        let status = answer.header().status_code();
        if !status.is_success() {
            return Err(PrintError::Refused(status.to_string()));
        }
        let id = Answer::of(&answer, DelimiterTag::JobAttributes).number("job-id").ok_or(PrintError::Unanswered)?;
        let media = match choice {
            Choice::Named(name) => Some(name),
            Choice::Custom { width, height } => Some(format!("{}x{}mm", width / 100, height / 100)),
            Choice::Default => None,
        };
        Ok(JobRef { id, media })
    }

    fn job_state(&self, job: &JobRef) -> Result<JobState, PrintError> {
        let request = IppOperationBuilder::get_job_attributes(self.uri.clone(), job.id)
            .user_name(&self.user)
            .build()
            .map_err(|e| PrintError::Garbled(e.to_string()))?;
        let answer = self.send(request)?;
        match answer.header().status_code() {
            StatusCode::ClientErrorNotFound | StatusCode::ClientErrorGone => return Err(PrintError::JobUnknown),
            status if !status.is_success() => return Err(PrintError::Refused(status.to_string())),
            _ => {}
        }
        let about = Answer::of(&answer, DelimiterTag::JobAttributes);
        let state = about.number("job-state").and_then(ipp::model::JobState::from_i32);
        let Some(state) = state else { return Err(PrintError::Garbled("no job-state".to_owned())) };
        let reasons = about.words("job-state-reasons");
        let messages = [about.text("job-printer-state-message"), about.text("job-state-message")];
        let printer = || -> Result<(Vec<String>, String), PrintError> {
            let about = self.attributes(&["printer-state-reasons", "printer-state-message"])?;
            Ok((about.words("printer-state-reasons"), about.text("printer-state-message")))
        };
        judge(state, &reasons, &messages, printer)
    }

    fn describe(&self) -> Result<PrinterInfo, PrintError> {
        let about = self.attributes(&[
            "printer-make-and-model",
            "printer-name",
            "printer-state",
            "printer-state-reasons",
            "printer-is-accepting-jobs",
            "document-format-supported",
            "media-supported",
            "media-ready",
        ])?;
        let state = about.number("printer-state").and_then(ipp::model::PrinterState::from_i32);
        let reasons = about.words("printer-state-reasons");
        let state = match (hindrance(&reasons), state) {
            (Some(Hindrance::Paper), _) => PrinterState::OutOfPaper,
            (Some(Hindrance::Trouble(trouble)), _) => PrinterState::Stopped(trouble),
            (None, Some(ipp::model::PrinterState::Stopped)) => PrinterState::Stopped(Trouble::Paused),
            (None, _) if about.flag("printer-is-accepting-jobs") == Some(false) => {
                PrinterState::Stopped(Trouble::Paused)
            }
            (None, Some(ipp::model::PrinterState::Processing)) => PrinterState::Busy,
            (None, Some(ipp::model::PrinterState::Idle) | None) => PrinterState::Ready,
        };
        let model = about.text("printer-make-and-model");
        let name = if model.is_empty() { about.text("printer-name") } else { model };
        let ready = about.words("media-ready");
        let media = if ready.is_empty() { about.words("media-supported") } else { ready };
        Ok(PrinterInfo { name, state, takes_pdf: about.takes_pdf(), media })
    }
}

/// A job's state from everything that is known. The printer itself is asked only while the job is not finished.
fn judge(
    state: ipp::model::JobState,
    reasons: &[String],
    messages: &[String],
    printer: impl FnOnce() -> Result<(Vec<String>, String), PrintError>,
) -> Result<JobState, PrintError> {
    use ipp::model::JobState as Ipp;
    Ok(match state {
        Ipp::Completed if reasons.iter().any(|r| r == "queued-in-device") => JobState::Printing,
        Ipp::Completed if reasons.iter().any(|r| r == "job-completed-with-errors") => JobState::Aborted,
        Ipp::Completed => JobState::Printed,
        Ipp::Aborted => JobState::Aborted,
        Ipp::Canceled => JobState::Canceled,
        Ipp::PendingHeld => JobState::Stopped(Trouble::Held),
        Ipp::Pending | Ipp::Processing | Ipp::ProcessingStopped => {
            let (printers, message) = printer()?;
            let all: Vec<String> = reasons.iter().chain(&printers).cloned().collect();
            match hindrance(&all) {
                Some(Hindrance::Paper) => JobState::OutOfPaper,
                Some(Hindrance::Trouble(trouble)) => JobState::Stopped(trouble),
                None if messages.iter().chain([&message]).any(|m| says_unreachable(m)) => {
                    JobState::Stopped(Trouble::Unreachable)
                }
                None if state == Ipp::Processing => JobState::Printing,
                None if state == Ipp::ProcessingStopped => {
                    let told = all.iter().find(|r| *r != "none" && *r != "printer-stopped");
                    JobState::Stopped(told.map_or(Trouble::Paused, |r| Trouble::Other(r.clone())))
                }
                None => JobState::Queued,
            }
        }
    })
}

enum Hindrance {
    Paper,
    Trouble(Trouble),
}

/// The first reason that keeps paper from coming out; want of paper first, since it is the one that a clerk mends.
fn hindrance(reasons: &[String]) -> Option<Hindrance> {
    let said = |prefix: &str| {
        // The severity suffix varies by maker; only "-report" is a mere remark.
        reasons.iter().any(|r| r.starts_with(prefix) && !r.ends_with("-report"))
    };
    if said("media-empty") || said("media-needed") {
        return Some(Hindrance::Paper);
    }
    let troubles = [
        ("cover-open", Trouble::CoverOpen),
        ("door-open", Trouble::CoverOpen),
        ("interlock-open", Trouble::CoverOpen),
        ("media-jam", Trouble::Jam),
        ("toner-empty", Trouble::NoInk),
        ("marker-supply-empty", Trouble::NoInk),
        ("paused", Trouble::Paused),
        ("moving-to-paused", Trouble::Paused),
        ("offline", Trouble::Unreachable),
        ("connecting-to-device", Trouble::Unreachable),
        ("timed-out", Trouble::Unreachable),
        ("shutdown", Trouble::Unreachable),
    ];
    let known = troubles.into_iter().find(|(prefix, _)| said(prefix)).map(|(_, trouble)| trouble);
    let other = || reasons.iter().find(|r| r.ends_with("-error")).map(|r| Trouble::Other(r.clone()));
    known.or_else(other).map(Hindrance::Trouble)
}

/// CUPS reports a printer that it cannot reach as *processing, none*, with only a message. Its wording is the sole
/// sign there is, hence the one place where a message is read.
fn says_unreachable(message: &str) -> bool {
    let message = message.to_ascii_lowercase();
    [
        "not responding",
        "not connected",
        "unreachable",
        "unable to locate",
        "unable to connect",
        "unable to contact",
        "not exist or is unavailable",
        "is turned off",
    ]
    .iter()
    .any(|sign| message.contains(sign))
}

/// The job attributes that ask for a medium.
fn wishes(choice: &Choice, can: &Answer) -> Result<Vec<IppAttribute>, ipp::parser::IppParseError> {
    Ok(match choice {
        Choice::Named(name) => vec![IppAttribute::with_name("media", IppValue::new_keyword(name)?)?],
        Choice::Custom { width, height } => {
            let size = collection(
                [("x-dimension", *width), ("y-dimension", *height)].map(|(n, v)| (n, IppValue::Integer(v))),
            )?;
            vec![IppAttribute::with_name("media-col", collection([("media-size", size)])?)?]
        }
        Choice::Default if can.words("print-scaling-supported").iter().any(|s| s == "none") => {
            // A slip on a large sheet stays a slip: scaled up, its QR leaves the dot grid.
            vec![IppAttribute::with_name("print-scaling", IppValue::new_keyword("none")?)?]
        }
        Choice::Default => vec![],
    })
}

fn collection<const N: usize>(members: [(&str, IppValue); N]) -> Result<IppValue, ipp::parser::IppParseError> {
    let mut map = BTreeMap::new();
    for (name, value) in members {
        map.insert(IppName::new(name)?, value);
    }
    Ok(IppValue::Collection(map))
}

/// `job-name` holds 255 bytes.
fn shortened(title: &str) -> &str {
    let mut end = title.len().min(255);
    while !title.is_char_boundary(end) {
        end -= 1;
    }
    title.get(..end).unwrap_or_default()
}

/// The attributes of one group of an answer.
struct Answer(BTreeMap<String, IppValue>);

impl Answer {
    fn of(answer: &IppRequestResponse, tag: DelimiterTag) -> Self {
        let mut found = BTreeMap::new();
        for attribute in answer.attributes().groups_of(tag).flat_map(|g| g.attributes()) {
            // Some printers send a name twice, their own values first and a library's defaults after them.
            found.entry(attribute.name().as_str().to_owned()).or_insert_with(|| attribute.value().clone());
        }
        Self(found)
    }

    fn number(&self, name: &str) -> Option<i32> {
        match self.0.get(name) {
            Some(IppValue::Integer(value) | IppValue::Enum(value)) => Some(*value),
            _ => None,
        }
    }

    fn flag(&self, name: &str) -> Option<bool> {
        match self.0.get(name) {
            Some(IppValue::Boolean(value)) => Some(*value),
            _ => None,
        }
    }

    fn words(&self, name: &str) -> Vec<String> {
        self.0.get(name).map(|v| v.into_iter().map(ToString::to_string).collect()).unwrap_or_default()
    }

    fn text(&self, name: &str) -> String {
        self.words(name).into_iter().next().unwrap_or_default()
    }

    fn takes_pdf(&self) -> bool {
        // A printer that does not list its formats is asked to try.
        let formats = self.words("document-format-supported");
        formats.is_empty() || formats.iter().any(|f| f == PDF)
    }
}

/// Refused at once, silent, or nonsense: told apart by kind, down the chain of causes, never by message.
fn classify(error: &IppError) -> PrintError {
    match error {
        IppError::RequestError(status) => return PrintError::Refused(format!("HTTP {status}")),
        IppError::ClientError(ureq::Error::StatusCode(status)) => return PrintError::Refused(format!("HTTP {status}")),
        IppError::ClientError(ureq::Error::Timeout(ureq::Timeout::Connect | ureq::Timeout::Resolve)) => {
            return PrintError::Gone(error.to_string());
        }
        IppError::ClientError(ureq::Error::Timeout(_)) => return PrintError::Silent,
        IppError::ClientError(ureq::Error::ConnectionFailed | ureq::Error::HostNotFound) => {
            return PrintError::Gone(error.to_string());
        }
        _ => {}
    }
    // Without an answer (a name that does not resolve, a broken line) nobody is there; a broken answer is another thing.
    let (first, otherwise): (&(dyn std::error::Error + 'static), _) = match error {
        IppError::ClientError(ureq::Error::Io(io)) => (io, PrintError::Gone(io.to_string())),
        other => (other, PrintError::Garbled(other.to_string())),
    };
    let mut cause = Some(first);
    while let Some(error) = cause {
        if let Some(io) = error.downcast_ref::<io::Error>() {
            match io.kind() {
                io::ErrorKind::TimedOut | io::ErrorKind::WouldBlock => return PrintError::Silent,
                io::ErrorKind::ConnectionRefused
                | io::ErrorKind::ConnectionReset
                | io::ErrorKind::HostUnreachable
                | io::ErrorKind::NetworkUnreachable
                | io::ErrorKind::AddrNotAvailable
                | io::ErrorKind::NotFound => return PrintError::Gone(io.to_string()),
                _ => {}
            }
            if let Some(ureq::Error::Timeout(_)) = io.get_ref().and_then(|inner| inner.downcast_ref()) {
                return PrintError::Silent;
            }
        }
        cause = error.source();
    }
    otherwise
}
