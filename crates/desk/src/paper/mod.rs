//! Paper (M19): what it says is composed from the case and committed with the act that it is about; printing comes
//! after the commit, on a thread of its own. A reprint is an act and says DUPLICATA; saving to a file is one too.
//!
//! The layout is `ventanilla-receipt`'s, the words are in `assets/words`. Nothing in here decides about a case.

mod compose;
mod jobs;
#[cfg(test)]
mod tests;

use std::collections::HashSet;
use std::fmt;
use std::path::{Path, PathBuf};
use std::sync::{Arc, Mutex, mpsc};
use std::time::Duration;

use uuid::Uuid;
use ventanilla_contract::event::{EventBody, Outcome};
use ventanilla_contract::staff::Role;
use ventanilla_receipt::{Document, Paper, Printer};

use crate::desk::{Desk, DeskConfig, held};
use crate::dossier::judge;
use crate::error::{DeskError, Own};
use crate::queue::parse_id;
use crate::store::cases::{self, CaseRow};
use crate::store::papers::PaperRow;
use crate::store::print_jobs::{self, JobRow};
use crate::store::{Act, papers};
use crate::view::{CaseView, PaperKind, PaperState};

/// Where paper goes.
#[derive(Clone)]
pub struct PaperConfig {
    /// The printer; without one papers are committed and can be saved.
    pub printer: Option<Arc<dyn Printer>>,
    /// What lies in it.
    pub paper: Paper,
    /// How often the printer is asked about a job.
    pub poll: Duration,
}

impl Default for PaperConfig {
    fn default() -> Self {
        Self { printer: None, paper: Paper::Roll80, poll: Duration::from_millis(500) }
    }
}

impl fmt::Debug for PaperConfig {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let printer = if self.printer.is_some() { "one" } else { "none" };
        f.debug_struct("PaperConfig").field("printer", &printer).field("paper", &self.paper).finish()
    }
}

/// What printing keeps in memory.
pub(crate) struct Printing {
    config: PaperConfig,
    /// The way to the printing thread, once it runs.
    jobs: Mutex<Option<mpsc::Sender<Uuid>>>,
    /// Jobs of this run that the thread has not seen to their end.
    handed: Mutex<HashSet<Uuid>>,
}

impl Printing {
    pub(crate) fn new(config: &DeskConfig) -> Self {
        Self { config: config.paper.clone(), jobs: Mutex::new(None), handed: Mutex::new(HashSet::new()) }
    }

    /// Whether a sheet of this job is on its way and needs nobody: another press would print a second one.
    pub(crate) fn is_under_way(&self, job: Uuid, state: PaperState) -> bool {
        let on_its_way = match state {
            PaperState::Committed | PaperState::Sent | PaperState::OutOfPaper => true,
            PaperState::Printed | PaperState::Failed | PaperState::Gone | PaperState::NoPrinter => false,
        };
        on_its_way && held(&self.handed).contains(&job)
    }

    fn first_state(&self) -> PaperState {
        if self.config.printer.is_some() { PaperState::Committed } else { PaperState::NoPrinter }
    }
}

pub(crate) use jobs::{start, take_up};

/// Commits the paper of a case that is being closed, in the closing's own transaction; `case` is closed already. The
/// answer is the print job to start after the commit.
pub(crate) fn commit_closing(
    desk: &Desk,
    act: &mut Act<'_>,
    case: &CaseRow,
    outcome: Outcome,
) -> Result<Option<Uuid>, DeskError> {
    let kind = match outcome {
        Outcome::KeyRestored => PaperKind::Receipt,
        Outcome::LinkNotCompleted => PaperKind::NotCompleted,
        Outcome::Returned => PaperKind::ReturnSlip,
        Outcome::DivertedNoEmail
        | Outcome::DivertedAccountBlocked
        | Outcome::DivertedRucNotActive
        | Outcome::DivertedAppointmentLapsed
        | Outcome::DivertedRegistryDown
        | Outcome::DivertedStaleEmail => PaperKind::DiversionSlip,
        Outcome::NoShow | Outcome::Cancelled | Outcome::Left => return Ok(None),
    };
    let number = papers::next_number(act, desk.config().training)?;
    let judged = judge(act, desk.policy(), case, &act.place()?, act.now())?;
    let content = compose::closing(desk, act, case, judged.as_ref(), outcome, number)?;
    let paper = papers::commit(act, Some(case.id), kind, &content)?;
    print_jobs::add(act, &paper, false, desk.inner.paper.first_state()).map(|job| Some(job.id))
}

/// Whether paper of this job may have come out, so that another sheet would be a second one.
fn may_be_out(job: &JobRow) -> bool {
    let doubtful = matches!(job.reason.as_deref(), Some(jobs::SENDING | "printer_unanswered" | "print_job_unknown"));
    match job.state {
        PaperState::Printed | PaperState::Sent | PaperState::OutOfPaper => true,
        PaperState::Gone => job.printer_job.is_some() || doubtful,
        PaperState::Committed | PaperState::Failed => doubtful,
        PaperState::NoPrinter => false,
    }
}

impl Desk {
    /// Prints the case's paper: the one that waits, or a DUPLICATA of the one that came out (M19).
    ///
    /// # Errors
    /// [`Own::NotPrintedYet`] for a case without paper, [`Own::AlreadyPrinting`], not signed in, or the store.
    pub fn print(&self, case_id: String) -> Result<CaseView, DeskError> {
        self.print_newest(case_id, |kind| match kind {
            PaperKind::Receipt | PaperKind::NotCompleted | PaperKind::ReturnSlip | PaperKind::DiversionSlip => true,
            PaperKind::ArchiveLabel => false,
        })
    }

    /// Prints the archive label of the request letter (M4); the first time it is committed.
    ///
    /// # Errors
    /// [`Own::NotPrintedYet`] before the letter was accepted, not signed in, or the store.
    pub fn print_label(&self, case_id: String) -> Result<CaseView, DeskError> {
        let actor = self.actor_as(Role::Clerk)?;
        let id = parse_id(&case_id)?;
        let made = self.db()?.act(&actor, |act| {
            let case = cases::need(act, id)?;
            let number = case.archive_number.clone().ok_or(Own::NotPrintedYet)?;
            if papers::of_case(act, id)?.iter().any(|p| p.kind == PaperKind::ArchiveLabel) {
                return Ok(None);
            }
            let judged = judge(act, self.policy(), &case, &act.place()?, act.now())?;
            let content = compose::label(self, act, &case, judged.as_ref(), number)?;
            let paper = papers::commit(act, Some(id), PaperKind::ArchiveLabel, &content)?;
            print_jobs::add(act, &paper, false, self.inner.paper.first_state()).map(|job| Some(job.id))
        })?;
        match made {
            Some(job) => {
                start(self, job);
                self.open_case(case_id)
            }
            None => self.print_newest(case_id, |kind| kind == PaperKind::ArchiveLabel),
        }
    }

    fn print_newest(&self, case_id: String, wanted: impl Fn(PaperKind) -> bool) -> Result<CaseView, DeskError> {
        let actor = self.actor_as(Role::Clerk)?;
        let id = parse_id(&case_id)?;
        let job = self.db()?.act(&actor, |act| {
            let paper = papers::of_case(act, id)?.into_iter().find(|p| wanted(p.kind)).ok_or(Own::NotPrintedYet)?;
            self.again(act, &paper)
        })?;
        start(self, job);
        self.open_case(case_id)
    }

    /// The job to start for another try at a paper: the newest one if no sheet of it can be out, else a new one that
    /// says DUPLICATA if any sheet of the paper can be.
    fn again(&self, act: &mut Act<'_>, paper: &PaperRow) -> Result<Uuid, DeskError> {
        let jobs = print_jobs::of_paper(act, paper.id)?;
        if jobs.iter().any(|job| self.inner.paper.is_under_way(job.id, job.state)) {
            return Err(Own::AlreadyPrinting.into());
        }
        if let Some(newest) = jobs.first().filter(|job| !may_be_out(job)) {
            print_jobs::report(act, newest.id, self.inner.paper.first_state(), None, None)?;
            let (number, duplicate) = (paper.number.clone(), newest.duplicate);
            act.record(paper.case_id, EventBody::PrintRequested { number, duplicate })?;
            return Ok(newest.id);
        }
        let duplicate = jobs.iter().any(may_be_out);
        print_jobs::add(act, paper, duplicate, self.inner.paper.first_state()).map(|job| job.id)
    }

    /// Tries a job again that did not come out. One that may have come out is printed as a DUPLICATA.
    ///
    /// # Errors
    /// [`Own::NotPrintedYet`] for an unknown job, [`Own::AlreadyPrinting`] for one that is on its way,
    /// [`Own::DoesNotFit`] for one that is printed, or the store.
    pub fn retry_print(&self, job_id: String) -> Result<CaseView, DeskError> {
        let actor = self.actor_as(Role::Clerk)?;
        let id: Uuid = job_id.parse().map_err(|_| Own::NotPrintedYet)?;
        let (case_id, job) = self.db()?.act(&actor, |act| {
            let (job, paper) = print_jobs::with_paper(act, id)?;
            if job.state == PaperState::Printed {
                return Err(Own::DoesNotFit.into());
            }
            Ok((paper.case_id.ok_or(Own::NotPrintedYet)?, self.again(act, &paper)?))
        })?;
        start(self, job);
        self.open_case(case_id.to_string())
    }

    /// Saves a paper as a PDF file: an explicit act, journaled (M19).
    ///
    /// # Errors
    /// [`Own::NotPrintedYet`] for an unknown job, [`Own::PathNotWritable`], not signed in, or the store.
    pub fn save_paper(&self, job_id: String, path: String) -> Result<CaseView, DeskError> {
        let actor = self.actor_as(Role::Clerk)?;
        let id: Uuid = job_id.parse().map_err(|_| Own::NotPrintedYet)?;
        let path = PathBuf::from(path.trim());
        if !path.is_absolute() || path.file_name().is_none() {
            return Err(Own::PathNotWritable.into());
        }
        let db = self.db()?;
        let (job, paper) = db.read(|c| print_jobs::with_paper(c, id))?;
        let pdf = self.sheet(paper.content, job.duplicate)?.pdf;
        let part = beside(&path, id);
        std::fs::write(&part, pdf).map_err(|e| not_writable(&e))?;
        // Journaled before the file is there under its name: no copy leaves the store unseen.
        let saved = db
            .act(&actor, |act| act.record(paper.case_id, EventBody::SavedToFile { number: paper.number }))
            .and_then(|()| std::fs::rename(&part, &path).map_err(|e| not_writable(&e)));
        if let Err(error) = saved {
            let _ = std::fs::remove_file(&part);
            return Err(error);
        }
        self.open_case(paper.case_id.ok_or(Own::NotPrintedYet)?.to_string())
    }

    fn sheet(&self, content: Document, duplicate: bool) -> Result<ventanilla_receipt::Sheet, DeskError> {
        let content = Document { duplicate, ..content };
        ventanilla_receipt::render(&content, self.inner.paper.config.paper).map_err(DeskError::defect)
    }
}

fn beside(path: &Path, id: Uuid) -> PathBuf {
    let mut name = path.as_os_str().to_owned();
    name.push(format!(".{id}.part"));
    PathBuf::from(name)
}

fn not_writable(error: &std::io::Error) -> DeskError {
    tracing::warn!(%error, "a paper was not saved");
    if error.kind() == std::io::ErrorKind::StorageFull { Own::StoreFull.into() } else { Own::PathNotWritable.into() }
}
