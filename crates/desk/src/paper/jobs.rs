//! The thread that prints. One thread, because there is one printer: it hands jobs over in their order and asks about
//! those that are on their way. "Printed" is only what the printer said.

use std::collections::HashMap;
use std::sync::mpsc::{Receiver, RecvTimeoutError};
use std::sync::{Arc, Weak, mpsc};
use std::time::Duration;

use uuid::Uuid;
use ventanilla_receipt::{JobRef, JobState, PrintError, Printer};

use crate::desk::{Desk, Inner, held};
use crate::error::DeskError;
use crate::store::print_jobs;
use crate::view::PaperState;

/// Stands in a committed job while its sheet is being handed over: a job that a restart finds so may have come out.
pub(super) const SENDING: &str = "print_sending";

/// Questions in a row that may go unanswered before a job counts as the printer's no more.
const PATIENCE: u32 = 3;

/// Sends a committed job on its way, without waiting for the printer.
pub(crate) fn start(desk: &Desk, job: Uuid) {
    let Some(printer) = desk.inner.paper.config.printer.clone() else { return };
    held(&desk.inner.paper.handed).insert(job);
    let mut way = held(&desk.inner.paper.jobs);
    let untaken = match way.as_ref() {
        Some(sender) => sender.send(job).is_err(),
        None => true,
    };
    if untaken {
        let (sender, receiver) = mpsc::channel();
        let _ = sender.send(job);
        let worker = Worker {
            desk: Arc::downgrade(&desk.inner),
            printer,
            poll: desk.inner.paper.config.poll,
            under_way: HashMap::new(),
        };
        match std::thread::Builder::new().name("paper".to_owned()).spawn(move || worker.run(&receiver)) {
            Ok(_) => *way = Some(sender),
            Err(error) => {
                tracing::error!(%error, "no thread to print on; the job stays committed");
                let_go(desk, job);
            }
        }
    }
}

/// A job that nobody follows any more.
fn let_go(desk: &Desk, job: Uuid) {
    held(&desk.inner.paper.handed).remove(&job);
}

/// After a restart: jobs at the printer are asked about again. A job whose sheet was being handed over may have come
/// out, and one that was only committed waits for a key press: nobody may stand there any more.
///
/// # Errors
/// The store.
pub(crate) fn take_up(desk: &Desk) -> Result<(), DeskError> {
    let db = desk.db()?;
    for job in db.read(print_jobs::open)? {
        let doubtful = match job.state {
            PaperState::Sent | PaperState::OutOfPaper if job.printer_job.is_some() => {
                start(desk, job.id);
                false
            }
            PaperState::Sent | PaperState::OutOfPaper => true,
            PaperState::Committed => job.reason.as_deref() == Some(SENDING),
            PaperState::Printed | PaperState::Failed | PaperState::Gone | PaperState::NoPrinter => false,
        };
        if doubtful {
            db.mirror(|act| print_jobs::report(act, job.id, PaperState::Failed, Some("printer_unanswered"), None))?;
        }
    }
    Ok(())
}

struct Worker {
    desk: Weak<Inner>,
    printer: Arc<dyn Printer>,
    poll: Duration,
    under_way: HashMap<Uuid, UnderWay>,
}

struct UnderWay {
    at_printer: JobRef,
    unanswered: u32,
}

impl Worker {
    fn run(mut self, jobs: &Receiver<Uuid>) {
        loop {
            let next = if self.under_way.is_empty() {
                jobs.recv().map_err(|_| RecvTimeoutError::Disconnected)
            } else {
                jobs.recv_timeout(self.poll)
            };
            let Some(desk) = self.desk.upgrade().map(|inner| Desk { inner }) else { return };
            let done = match next {
                Ok(job) => {
                    let taken = self.take(&desk, job);
                    if !self.under_way.contains_key(&job) {
                        let_go(&desk, job);
                    }
                    taken
                }
                Err(RecvTimeoutError::Timeout) => self.ask(&desk),
                Err(RecvTimeoutError::Disconnected) => return,
            };
            if let Err(error) = done {
                tracing::error!(%error, "a print job was not kept track of");
            }
        }
    }

    fn take(&mut self, desk: &Desk, id: Uuid) -> Result<(), DeskError> {
        // It may have been let go and started again since.
        held(&desk.inner.paper.handed).insert(id);
        let db = desk.db()?;
        let (job, paper) = db.read(|c| print_jobs::with_paper(c, id))?;
        if job.state != PaperState::Committed {
            // Already at the printer, before a restart.
            if let Some(at_printer) = job.printer_job.as_deref().and_then(|text| serde_json::from_str(text).ok()) {
                self.under_way.insert(id, UnderWay { at_printer, unanswered: 0 });
            }
            return Ok(());
        }
        let sheet = match desk.sheet(paper.content, job.duplicate) {
            Ok(sheet) => sheet,
            Err(error) => {
                tracing::error!(%error, "a paper was not rendered");
                return db.mirror(|act| print_jobs::report(act, id, PaperState::Failed, Some("paper_pdf"), None));
            }
        };
        db.mirror(|act| print_jobs::report(act, id, PaperState::Committed, Some(SENDING), None))?;
        let (state, reason, at_printer) = match self.printer.submit(&sheet.title, &sheet) {
            Ok(at_printer) => (PaperState::Sent, None, Some(at_printer)),
            Err(error) => {
                tracing::warn!(%error, "the printer did not take the sheet");
                (refused(&error), Some(error.code()), None)
            }
        };
        let reference = at_printer.as_ref().map(serde_json::to_string).transpose()?;
        db.mirror(|act| print_jobs::report(act, id, state, reason, reference.as_deref()))?;
        if let Some(at_printer) = at_printer {
            self.under_way.insert(id, UnderWay { at_printer, unanswered: 0 });
        }
        Ok(())
    }

    fn ask(&mut self, desk: &Desk) -> Result<(), DeskError> {
        let db = desk.db()?;
        let ids: Vec<Uuid> = self.under_way.keys().copied().collect();
        for id in ids {
            let Some(job) = self.under_way.get_mut(&id) else { continue };
            let (state, reason, over) = match self.printer.job_state(&job.at_printer) {
                Ok(state) => {
                    job.unanswered = 0;
                    let over = state.is_final();
                    let (shown, reason) = shown(&state);
                    (shown, reason, over)
                }
                Err(PrintError::JobUnknown) => (PaperState::Failed, Some("print_job_unknown"), true),
                Err(error) => {
                    job.unanswered = job.unanswered.saturating_add(1);
                    if job.unanswered < PATIENCE {
                        continue;
                    }
                    // It goes on being asked: the printer may come back with the sheet.
                    (PaperState::Gone, Some(error.code()), false)
                }
            };
            db.mirror(|act| print_jobs::report(act, id, state, reason, None))?;
            if over {
                self.under_way.remove(&id);
                let_go(desk, id);
            }
        }
        Ok(())
    }
}

/// What a refusal to take a sheet is on the screen.
fn refused(error: &PrintError) -> PaperState {
    match error {
        PrintError::Gone(_) | PrintError::Silent | PrintError::Address(_) => PaperState::Gone,
        PrintError::Unanswered
        | PrintError::Refused(_)
        | PrintError::NoPdf
        | PrintError::JobUnknown
        | PrintError::Garbled(_) => PaperState::Failed,
    }
}

/// What the printer's word is on the screen.
fn shown(state: &JobState) -> (PaperState, Option<&'static str>) {
    match state {
        JobState::Queued | JobState::Printing => (PaperState::Sent, None),
        JobState::Printed => (PaperState::Printed, None),
        JobState::OutOfPaper => (PaperState::OutOfPaper, None),
        // It waits for somebody and goes on by itself.
        JobState::Stopped(trouble) => (PaperState::Sent, Some(trouble.code())),
        JobState::Aborted => (PaperState::Failed, Some("print_aborted")),
        JobState::Canceled => (PaperState::Failed, Some("print_canceled")),
    }
}
