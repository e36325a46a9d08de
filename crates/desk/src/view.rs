//! What the window shows: plain data, ready for the eye. Words stay with the window, which has one for each code; dates,
//! times and masked numbers are formatted here, once. No 64-bit integer crosses to the web view.

use serde::{Deserialize, Serialize};
use specta::Type;
use ventanilla_contract::employer::{AccountState, EmployerKind, RucStatus};
use ventanilla_contract::event::{HoldReason, Outcome, RefusalReason};
use ventanilla_contract::reset::{Document, Seen, Step};
use ventanilla_contract::staff::Role;

/// An answer that is not a success, as the window shows it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, Type)]
pub struct UiError {
    /// Stable code: the backend's, or one of the desk's own.
    pub code: String,
    /// What happened, in Spanish.
    pub message: String,
    /// What to do next, in Spanish.
    pub hint: String,
    /// A refusal looks different from a breakdown.
    pub severity: UiSeverity,
    /// `11:52` at the centre, with the day in front if it is not today: from when trying again makes sense.
    pub until: Option<String>,
}

/// How an error looks.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, Type)]
#[serde(rename_all = "snake_case")]
pub enum UiSeverity {
    /// A rule says no.
    Refusal,
    /// Something is broken or away.
    Breakdown,
}

/// Where the session stands.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, Type)]
#[serde(rename_all = "snake_case")]
pub enum Phase {
    /// The workstation is not enrolled; IT staff run `ventanilla enroll`.
    NotEnrolled,
    /// Nobody is signed in.
    SignedOut,
    /// Locked by idle time or on purpose; the same clerk's PIN opens it.
    Locked,
    /// A clerk is at work.
    SignedIn,
}

/// Who is signed in.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, Type)]
pub struct StaffView {
    /// User name.
    pub username: String,
    /// Name.
    pub name: String,
    /// Role.
    pub role: Role,
}

/// A fictional clerk of training mode, shown on the sign-in screen.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, Type)]
pub struct TrainingStaff {
    /// User name.
    pub username: String,
    /// Name.
    pub name: String,
    /// The PIN of this training day, made at its first start.
    pub pin: String,
}

/// The session.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, Type)]
pub struct SessionView {
    /// Where it stands.
    pub phase: Phase,
    /// Training mode (M30).
    pub training: bool,
    /// Centre name.
    pub center_name: String,
    /// Counter.
    pub counter: String,
    /// Who is, or was before the lock, signed in.
    pub staff: Option<StaffView>,
    /// The machine has no secret of its own: the passphrase is asked for (M35).
    pub passphrase_needed: bool,
    /// In training only.
    pub training_staff: Vec<TrainingStaff>,
    /// Signed in without the backend: dossier work only.
    pub offline: bool,
    /// Seconds without a key press after which the session locks.
    pub idle_lock_s: u32,
    /// Where the training mailbox is read; in training only.
    pub mailbox_url: Option<String>,
    /// The centre's minutes east of UTC; 0 where the workstation is not enrolled.
    pub utc_offset_minutes: i32,
    /// What the person must know before the PIN: the store was set aside, or why the session is locked
    /// (`line_is_back`, `session_ended`).
    pub trouble: Option<UiError>,
}

/// The line to the backend.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, Type)]
pub struct Connection {
    /// The last call was answered.
    pub online: bool,
    /// Seconds since the last answer; absent before the first.
    pub last_contact_s: Option<u32>,
    /// Events that wait to be sent.
    pub unsent: u32,
    /// The backend takes no events of this workstation: they contradict what it sent before.
    pub quarantined: bool,
}

/// Where a case stands, for the eye.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, Type)]
#[serde(rename_all = "snake_case")]
#[allow(missing_docs)] // The variants are those of `domain::case::CaseState`.
pub enum CaseStateView {
    Scheduled,
    Waiting,
    Called,
    InService,
    OnHold,
    Closed,
}

/// One line of the queue, the search and the day.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, Type)]
pub struct Row {
    /// The case; one per turno until a visit holds several.
    pub case_id: String,
    /// `A-014`.
    pub ticket: String,
    /// Who is expected.
    pub person: String,
    /// The employer.
    pub employer: String,
    /// Number as lists may show it (M20).
    pub number: String,
    /// State.
    pub state: CaseStateView,
    /// Outcome of a closed case.
    pub outcome: Option<Outcome>,
    /// Preferential attention.
    pub preferential: bool,
    /// Issued at the desk.
    pub walk_in: bool,
    /// Seconds of waiting until called, or until now.
    pub waited_s: Option<u32>,
    /// Seconds of service until closed, or until now.
    pub served_s: Option<u32>,
    /// `11:00`; absent for a walk-in.
    pub appointed: Option<String>,
    /// `10:42`, when it was closed.
    pub closed_at: Option<String>,
    /// Why it rests.
    pub hold: Option<HoldReason>,
    /// `11:52`, from when trying again makes sense.
    pub retry_at: Option<String>,
    /// It rests, and that time has come.
    pub retry_due: bool,
    /// Name of the clerk who served it last.
    pub clerk: Option<String>,
    /// Called or served at another counter.
    pub elsewhere: Option<String>,
}

/// The queue of the day.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, Type)]
pub struct QueueView {
    /// Called, in service, on hold at this counter.
    pub serving: Vec<Row>,
    /// Waiting, in the order of *call next*; at most 100.
    pub waiting: Vec<Row>,
    /// How many wait in all.
    pub waiting_total: u32,
    /// Appointments of the day whose person has not come; at most 100, by time.
    pub upcoming: Vec<Row>,
    /// How many in all.
    pub upcoming_total: u32,
    /// Cases closed here today whose newest sheet did not come out, newest first; at most 20.
    pub unprinted: Vec<Row>,
    /// Cases closed here today after service.
    pub served_today: u32,
    /// Waiting time that nine of ten did not exceed today, minutes.
    pub wait_p90_min: Option<u32>,
    /// The line to the backend.
    pub connection: Connection,
}

/// A walk-in as typed.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, Type)]
pub struct WalkInForm {
    /// RUC, or cédula of a patrono de hogar.
    pub number: String,
    /// Who stands there.
    pub person: String,
    /// Preferential attention.
    pub preferential: bool,
}

/// The employer's pane.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, Type)]
pub struct EmployerView {
    /// Registered name.
    pub name: String,
    /// In full while the case is in service, else masked (M24).
    pub number: String,
    /// The digits pass, with a remark that binds nobody (M5).
    pub number_remark: bool,
    /// Kind.
    pub kind: EmployerKind,
    /// Tax registry.
    pub ruc_status: RucStatus,
    /// The representative's name.
    pub representative: String,
    /// Their cédula: in full while in service, else masked.
    pub cedula: String,
    /// The registered address, masked; absent where there is none (R29).
    pub email_masked: Option<String>,
    /// The account.
    pub account: AccountState,
    /// Contributions are overdue (R33).
    pub in_arrears: bool,
    /// `10:42`, when the registries said so.
    pub as_of: String,
}

/// What a fact line is about; the window has the label.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, Type)]
#[serde(rename_all = "snake_case")]
#[allow(missing_docs)] // Labels.
pub enum FactLabel {
    Number,
    Holder,
    Expires,
    Status,
    Issued,
    Appointed,
    IssuedHere,
    Signature,
    SecondSignature,
    Dated,
    Archive,
    Registry,
    RegisteredOn,
    ValidUntil,
    Representation,
}

/// A fact beside a document.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, Type)]
pub struct Fact {
    /// Label.
    pub label: FactLabel,
    /// Formatted value, or a code such as `supercias`, `individual`, `active` that the window has a word for.
    pub value: String,
    /// Whether `value` is a code to be worded.
    pub coded: bool,
}

/// What the machine checked, by the name of `domain::dossier::Check` in snake case (`ruc_is_active` …).
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, Type)]
pub struct FindingView {
    /// Code of the check.
    pub check: String,
    /// Whether it holds.
    pub holds: bool,
    /// What it means if not.
    pub severity: FindingSeverity,
}

/// What the failure of a check means (M1).
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, Type)]
#[serde(rename_all = "snake_case")]
#[allow(missing_docs)] // The variants are those of `domain::policy::Severity`.
pub enum FindingSeverity {
    Remark,
    Overridable,
    Refusal,
}

/// Where a document stands.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, Type)]
#[serde(rename_all = "snake_case")]
#[allow(missing_docs)] // The variants are those of `domain::dossier::Standing`.
pub enum StandingView {
    Pending,
    Accepted,
    Refused,
    Stopped,
}

/// One line of the checklist.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, Type)]
pub struct LineView {
    /// Which document.
    pub document: Document,
    /// Where it stands.
    pub standing: StandingView,
    /// The clerk's reason.
    pub refused: Option<RefusalReason>,
    /// How it was seen, once accepted.
    pub seen: Option<Seen>,
    /// Facts to compare.
    pub facts: Vec<Fact>,
    /// What the machine found.
    pub findings: Vec<FindingView>,
    /// What Enter does: original for a cédula and a letter, online where that is allowed.
    pub default_seen: Seen,
    /// Whether `ConsultedOnline` is allowed (M4).
    pub online_allowed: bool,
    /// A date must be typed when it is seen in the original.
    pub needs_date: bool,
    /// ISO 8601 date typed before; empty where none was.
    pub date: String,
    /// The second signatory whose signature must be seen; absent unless joint.
    pub second_signatory: Option<String>,
    /// The cédula that lies on the counter must be typed or scanned, because the registry's is not taken on trust.
    pub needs_cedula: bool,
    /// Reasons for a refusal, in the order of the list.
    pub reasons: Vec<RefusalReason>,
}

/// What the clerk puts down when a document conforms.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, Type)]
pub struct AcceptForm {
    /// Which document.
    pub document: Document,
    /// How it was seen.
    pub seen: Seen,
    /// ISO 8601 date, where needed.
    pub date: Option<String>,
    /// The second signature was seen.
    pub second_signature: bool,
    /// The number on the cédula, where typed or scanned; absent means that the clerk compared it with the one shown.
    pub cedula: Option<String>,
}

/// One light of the telltale.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, Type)]
pub struct Light {
    /// What happened.
    pub step: Step,
    /// `10:48:02`.
    pub at: String,
    /// The mail server's words.
    pub reason: Option<String>,
}

/// The countdown of a link (M13).
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, Type)]
#[serde(tag = "kind", rename_all = "snake_case")]
pub enum LinkClock {
    /// The mail is not under way, or the link is over.
    NotStarted,
    /// Counted so that it never shows too much.
    Running {
        /// Milliseconds that remain.
        ms: u32,
    },
    /// Another run of the program got the word and no fresh one is there yet.
    Unknown,
}

/// Where the newest link stands, for the eye.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, Type)]
pub struct LinkView {
    /// The countdown.
    pub clock: LinkClock,
    /// Masked address.
    pub email_masked: String,
    /// Lights, oldest first.
    pub telltale: Vec<Light>,
    /// Milliseconds until another link may go out.
    pub reissue_in_ms: u32,
    /// Links of today.
    pub links_today: u32,
    /// Links that a clerk may issue.
    pub links_per_day: u32,
    /// Whether news come as they happen (SSE) or by asking every few seconds.
    pub live: bool,
}

/// Why the key is not enabled yet.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, Type)]
#[serde(rename_all = "snake_case")]
pub enum Obstacle {
    /// Documents are missing; how many stands in the case.
    DossierIncomplete,
    /// R1.
    RucNotActive,
    /// R29.
    NoRegisteredEmail,
    /// R13.
    AccountBlocked,
    /// The registries have not been asked.
    RegistryUnknown,
    /// The backend cannot be reached: a reset is never kept for later (M12).
    Offline,
    /// The case is not in service.
    NotInService,
}

/// The reset, for the eye.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, Type)]
#[serde(tag = "kind", rename_all = "snake_case")]
pub enum ResetView {
    /// Not yet; says why, in place.
    NotYet {
        /// The first obstacle.
        obstacle: Obstacle,
    },
    /// The person names the address, the clerk types it (M14).
    CompareAddress {
        /// Masked.
        email_masked: String,
        /// Comparisons left; 0 means none.
        tries_left: u32,
        /// The last one did not match.
        mismatch: bool,
    },
    /// One key press sends the link.
    Ready {
        /// Masked.
        email_masked: String,
    },
    /// On its way to the backend.
    Sending,
    /// No answer came; the desk asks by itself, it does not send again.
    Unknown,
    /// The backend does not know the request: resend (same key) or abandon.
    NotFound,
    /// A link lives.
    Live {
        /// It.
        link: LinkView,
    },
    /// The link expired, or bounced and expired: another one with one key press.
    Expired {
        /// It.
        link: LinkView,
    },
    /// The backend says that the key is set.
    KeySet {
        /// `10:50`.
        at: String,
        /// Lights of the link that did it.
        link: LinkView,
    },
    /// The backend refused.
    Refused {
        /// Its words.
        error: UiError,
        /// It makes sense to try again.
        retry: bool,
    },
}

/// What may be closed, and how.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, Type)]
pub struct OutcomeChoice {
    /// The outcome.
    pub outcome: Outcome,
    /// What the facts suggest.
    pub suggested: bool,
}

/// A printed thing.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, Type)]
pub struct PaperView {
    /// Id of the print job.
    pub job_id: String,
    /// `QS-3-2026-000814`.
    pub number: String,
    /// What it is.
    pub kind: PaperKind,
    /// Says DUPLICATA.
    pub duplicate: bool,
    /// What the printer reported.
    pub state: PaperState,
    /// Why it does not come out, in Spanish, where the printer gave a reason.
    pub reason: Option<String>,
}

/// What is printed.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, Type)]
#[serde(rename_all = "snake_case")]
pub enum PaperKind {
    /// COMPROBANTE of a restored key.
    Receipt,
    /// What to do after a link that was not completed.
    NotCompleted,
    /// What is missing.
    ReturnSlip,
    /// Where it goes on.
    DiversionSlip,
    /// Archive number of the request letter (M4).
    ArchiveLabel,
}

/// State of a print job (M19): *printed* is only what the printer reported.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, Type)]
#[serde(rename_all = "snake_case")]
pub enum PaperState {
    /// Committed, not sent.
    Committed,
    /// Taken by the printer or spooler.
    Sent,
    /// On paper, by the printer's word.
    Printed,
    /// No paper; goes on by itself when there is.
    OutOfPaper,
    /// The printer stopped or dropped the job.
    Failed,
    /// No printer answers.
    Gone,
    /// No printer is set up.
    NoPrinter,
}

/// The case on the desk.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, Type)]
pub struct CaseView {
    /// Its line.
    pub row: Row,
    /// `10:42`, when called.
    pub called_at: Option<String>,
    /// The employer; absent until the registries were asked.
    pub employer: Option<EmployerView>,
    /// Why the registries gave no answer.
    pub registry_error: Option<UiError>,
    /// The checklist; empty until the kind of employer is known.
    pub lines: Vec<LineView>,
    /// Lines that are not accepted yet.
    pub missing: u32,
    /// The reset.
    pub reset: ResetView,
    /// How the case may be closed now.
    pub outcomes: Vec<OutcomeChoice>,
    /// Paper of the case, newest first.
    pub paper: Vec<PaperView>,
    /// Archive number of the request letter (M4).
    pub archive_number: Option<String>,
    /// It may be taken up again (returned within the set days).
    pub reopenable: bool,
    /// The present clerk has it. One that is called, served or at rest and not theirs can be taken over.
    pub mine: bool,
}

/// One entry of a case's history.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, Type)]
pub struct HistoryEntry {
    /// `10:42:07`.
    pub at: String,
    /// Name of who acted.
    pub actor: String,
    /// Kind of `contract::event::EventBody`, such as `document_accepted`.
    pub kind: String,
    /// Codes that belong to it (document, reason, outcome …), to be worded.
    pub codes: Vec<String>,
    /// Free values (numbers of papers, tickets).
    pub values: Vec<String>,
}

/// The day of this workstation.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, Type)]
pub struct DayView {
    /// `lunes 23 nov 2026`.
    pub day: String,
    /// Every case that was taken up here, newest first; at most 500.
    pub rows: Vec<Row>,
    /// How many in all.
    pub total: u32,
    /// Outcomes with their numbers.
    pub outcomes: Vec<OutcomeCount>,
}

/// How often an outcome came.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, Type)]
pub struct OutcomeCount {
    /// The outcome.
    pub outcome: Outcome,
    /// How often.
    pub count: u32,
}

/// What changed: the window asks again for what it shows.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, Type)]
#[serde(tag = "topic", rename_all = "snake_case")]
pub enum Change {
    /// Sign-in, lock.
    Session,
    /// The queue or the day.
    Queue,
    /// A case.
    Case {
        /// Which.
        case_id: String,
    },
    /// The line to the backend.
    Connection,
}
