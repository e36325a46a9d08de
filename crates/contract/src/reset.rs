//! The reset: the request with all that the backend needs to judge it again (M31), and what became of it.

use serde::{Deserialize, Serialize};
use sha2::{Digest, Sha256};
use utoipa::ToSchema;
use uuid::Uuid;

/// A document of the dossier (R19–R23).
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[cfg_attr(feature = "specta", derive(specta::Type))]
#[serde(rename_all = "snake_case")]
#[allow(missing_docs)] // The variants are those of `domain::dossier::Document`.
pub enum Document {
    Cedula,
    RucPrintout,
    Turno,
    RequestLetter,
    Appointment,
}

/// How the clerk saw it (M4).
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[cfg_attr(feature = "specta", derive(specta::Type))]
#[serde(rename_all = "snake_case")]
#[allow(missing_docs)] // The variants are those of `domain::dossier::Seen`.
pub enum Seen {
    Original,
    ConsultedOnline,
}

/// The clerk's word about one document.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct Attestation {
    /// Which document.
    pub document: Document,
    /// How it was seen.
    pub seen: Seen,
    /// ISO 8601 date on the document, where a check needs one.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub dated: Option<String>,
    /// The second signatory signed too.
    #[serde(default)]
    pub second_signature: bool,
}

/// Asks for a reset. `Idempotency-Key` names the intent.
#[derive(Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct ResetRequest {
    /// The case at the desk.
    pub case_id: Uuid,
    /// Its turno (R21).
    pub turno_id: Uuid,
    /// The service period in which the clerk pressed.
    pub service_period: Uuid,
    /// The employer's number.
    pub number: String,
    /// The address as the person named it (M14).
    pub stated_email: String,
    /// The cédula that lay on the counter, ten digits.
    pub cedula_shown: String,
    /// What the clerk attested.
    pub attestations: Vec<Attestation>,
    /// Hex SHA-256 of the newest entry of the workstation's audit chain (M21).
    pub audit_head: String,
    /// Number of entries in that chain.
    pub audit_len: u32,
}

impl ResetRequest {
    /// Hex SHA-256 of the request as it is stored beside the key: another body under the same key is refused.
    #[must_use]
    pub fn body_hash(&self) -> String {
        // A struct of strings, numbers and enums always serialises.
        let bytes = serde_json::to_vec(self).unwrap_or_default();
        Sha256::digest(&bytes).iter().map(|b| format!("{b:02x}")).collect()
    }
}

/// Where the newest link of a reset stands.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[cfg_attr(feature = "specta", derive(specta::Type))]
#[serde(rename_all = "snake_case")]
pub enum ResetState {
    /// Accepted; the mail is not under way.
    Accepted,
    /// The time runs; the mail server has not answered.
    Mailing,
    /// The mail server put it off (4xx).
    Deferred,
    /// The mail server took it.
    HandedOver,
    /// Refused (5xx), or a delivery report came back.
    Bounced,
    /// The key is set.
    Used,
    /// The 180 s are over.
    Expired,
    /// The case gave it up.
    Cancelled,
}

/// One light of the telltale (M14), in the order in which it happened.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[cfg_attr(feature = "specta", derive(specta::Type))]
#[serde(rename_all = "snake_case")]
pub enum Step {
    /// The reset was accepted.
    Accepted,
    /// A further link was issued; the one before is dead.
    Reissued,
    /// Handed to the mail server.
    HandedOver,
    /// Put off by the mail server; `reason` holds its words.
    Deferred,
    /// Refused by the mail server; `reason` holds its words.
    Refused,
    /// A delivery report came back.
    Bounced,
    /// The page was fetched: may be a mail filter.
    PageFetched,
    /// A person is on the page.
    PersonOnPage,
    /// A key was offered that breaks the rules; the link stays valid.
    KeyRefused,
    /// The key is set.
    KeySet,
    /// The time is over.
    Expired,
    /// Given up at the counter.
    Cancelled,
}

/// A step with its time.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct TelltaleStep {
    /// What happened.
    pub step: Step,
    /// Milliseconds since 1970 UTC by the backend's clock.
    pub at: i64,
    /// The mail server's words, where it gave any; never an address or a token.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub reason: Option<String>,
}

/// A reset as the backend knows it. Holds no link, token or key (M9).
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct Reset {
    /// Id.
    pub id: Uuid,
    /// The case.
    pub case_id: Uuid,
    /// State of the newest link.
    pub state: ResetState,
    /// Grows with every change: a later answer outranks an earlier one, whatever way it came.
    pub version: u32,
    /// Milliseconds that the newest link still runs by the backend's clock, 0…180 000; absent while the time does not
    /// run.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub remaining_ms: Option<u32>,
    /// The masked address.
    pub email_masked: String,
    /// Links issued today for this case.
    pub links_today: u32,
    /// Links that a clerk may issue per case and day.
    pub links_per_day: u32,
    /// Milliseconds until another link may be issued; 0 when now.
    pub reissue_in_ms: u32,
    /// What happened since the newest link was issued, oldest first.
    pub telltale: Vec<TelltaleStep>,
}
