//! What a paper says, as plain owned data that the caller can store and render again to the same bytes. All words of
//! the case are resolved by the caller; only the fixed labels come from `assets/words/*/paper.ftl`. No layout here.

use chrono::NaiveDateTime;
use serde::{Deserialize, Serialize};

/// Which paper it is (M19, M4).
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Kind {
    /// Confirmation that the new key is set (R25, M8).
    KeyRestored,
    /// The person left without completing the link (M15).
    LinkNotCompleted,
    /// The dossier goes back: what is missing and why (M2).
    Returned,
    /// The case goes elsewhere: what to do next and when.
    Diverted,
    /// The label of a request letter that stays in the archive (M4); `Document::number` is its archive number.
    ArchiveLabel,
    /// The supervisor's day (M22).
    DayReport,
}

impl Kind {
    /// Every kind, for galleries and tests.
    pub const ALL: [Self; 6] = [
        Self::KeyRestored,
        Self::LinkNotCompleted,
        Self::Returned,
        Self::Diverted,
        Self::ArchiveLabel,
        Self::DayReport,
    ];
}

/// What the printer holds.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Paper {
    /// 80 mm roll with 72 mm printable; the page is as long as its content.
    Roll80,
    /// A5 upright, as many pages as it takes.
    A5,
}

/// Whose key signed the content of the QR (M20).
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Signer {
    /// The backend's key.
    #[default]
    Institute,
    /// The workstation's certified key: the slip was made offline and says so.
    Desk,
}

/// The employer as it may be printed: numbers built on a cédula come masked from the caller (M20).
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Party {
    /// Registered name.
    pub name: String,
    /// RUC, full for a company, masked where it is built on a cédula.
    pub ruc: String,
    /// Name of the legal representative; empty leaves the line out.
    #[serde(default)]
    pub representative: String,
    /// Masked cédula of the representative; empty leaves the line out.
    #[serde(default)]
    pub cedula: String,
}

/// One verified (or failed) point of the dossier, with its mark drawn in front.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct CheckLine {
    /// A tick, or else a cross.
    pub ok: bool,
    /// "Cédula original, vista".
    pub text: String,
}

/// One thing that a person has to bring or put right (M2).
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct SlipItem {
    /// Which document.
    pub document: String,
    /// What is wrong with it; empty leaves the line out.
    #[serde(default)]
    pub wrong: String,
    /// Where to get it right; empty leaves the line out.
    #[serde(default)]
    pub remedy: String,
}

/// One more label and its value, such as a figure of the day report.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Fact {
    /// Left.
    pub label: String,
    /// Right.
    pub value: String,
}

/// The whole content of one paper. Empty strings and lists leave their lines out.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Document {
    /// Which paper.
    pub kind: Kind,
    /// Its number, `QS-3-2026-000814`; the archive number on a label.
    pub number: String,
    /// Name of the service centre.
    pub center: String,
    /// Local date and time of the act; it dates the PDF too.
    pub at: NaiveDateTime,
    /// Training: watermark, bands and words that nobody can overlook (M30).
    #[serde(default)]
    pub training: bool,
    /// A reprint says DUPLICATA (M19).
    #[serde(default)]
    pub duplicate: bool,
    /// The employer; `None` on papers about no single one (day report).
    #[serde(default)]
    pub employer: Option<Party>,
    /// "Restablecimiento de la clave de empleador".
    #[serde(default)]
    pub procedure: String,
    /// Ticket, "A-014".
    #[serde(default)]
    pub ticket: String,
    /// From and to, "10:42" and "10:50".
    #[serde(default)]
    pub served: Option<(String, String)>,
    /// Who attended.
    #[serde(default)]
    pub clerk: String,
    /// At which counter.
    #[serde(default)]
    pub counter: String,
    /// What was verified.
    #[serde(default)]
    pub checks: Vec<CheckLine>,
    /// What is missing.
    #[serde(default)]
    pub items: Vec<SlipItem>,
    /// Further labelled values.
    #[serde(default)]
    pub facts: Vec<Fact>,
    /// What the person does next, numbered on paper.
    #[serde(default)]
    pub next_steps: Vec<String>,
    /// Until when it can be completed, in words.
    #[serde(default)]
    pub deadline: Option<String>,
    /// Content of the QR (M20), at most 2 953 bytes; up to about 300 it stays within 40 mm, beyond it grows.
    #[serde(default)]
    pub qr: Option<String>,
    /// Whose signature the QR carries; says so on paper.
    #[serde(default)]
    pub signed_by: Signer,
    /// Free lines at the foot.
    #[serde(default)]
    pub notes: Vec<String>,
}
