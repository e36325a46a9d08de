//! The case on the desk: employer, checklist, and what may come of it (M1–M5).

use serde::{Deserialize, Serialize};
use specta::Type;
use ventanilla_contract::employer::{AccountState, EmployerKind, RucStatus};
use ventanilla_contract::event::RefusalReason;
use ventanilla_contract::reset::{Document, Seen};

use super::{OutcomeChoice, PaperView, ResetView, Row, UiError};

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
