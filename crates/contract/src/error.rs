//! Errors as integrators see them: a stable code, a message and a hint in Spanish. Nobody matches on the message.

use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

/// The body of every answer that is not a success.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct ErrorBody {
    /// Stable; callers branch on it.
    pub code: ErrorCode,
    /// What happened, for the person at the screen.
    pub message: String,
    /// What to do next.
    pub hint: String,
    /// When trying again makes sense, milliseconds since 1970 UTC, where the backend knows.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub retry_at: Option<i64>,
    /// With `event_gap`: the sequence number that the backend expects.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub expected: Option<u32>,
}

macro_rules! codes {
    ($($(#[$doc:meta])* $variant:ident = $code:literal, $status:literal;)*) => {
        /// A stable error code. A code exists because a caller branches on it.
        #[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize, ToSchema)]
        #[serde(rename_all = "snake_case")]
        pub enum ErrorCode { $($(#[$doc])* $variant,)* }
        impl ErrorCode {
            /// Every code.
            pub const ALL: &'static [Self] = &[$(Self::$variant,)*];
            /// As it stands on the wire.
            #[must_use]
            pub const fn as_str(self) -> &'static str { match self { $(Self::$variant => $code,)* } }
            /// The HTTP status that carries it.
            #[must_use]
            pub const fn status(self) -> u16 { match self { $(Self::$variant => $status,)* } }
        }
    };
}

codes! {
    /// The body is not JSON or a field is missing or of the wrong form.
    BodyInvalid = "body_invalid", 400;
    /// More bytes than the route takes.
    BodyTooLarge = "body_too_large", 413;
    /// A number that cannot exist.
    NumberInvalid = "number_invalid", 400;
    /// No such route or resource.
    NotFound = "not_found", 404;
    /// The route does not take this method.
    MethodNotAllowed = "method_not_allowed", 405;
    /// No token, a forged or an expired one.
    TokenInvalid = "token_invalid", 401;
    /// No device credential, or one that is unknown or revoked.
    DeviceUnknown = "device_unknown", 401;
    /// User name or PIN is wrong.
    SignInFailed = "sign_in_failed", 401;
    /// Too many wrong PINs; `retry_at` says until when.
    SignInLocked = "sign_in_locked", 429;
    /// The role may not do this.
    Forbidden = "forbidden", 403;
    /// The one-time code is unknown, used or past its time.
    EnrollmentInvalid = "enrollment_invalid", 403;
    /// The institute knows no such employer.
    EmployerUnknown = "employer_unknown", 404;
    /// "Error de Conexión con el Registro Civil" (R28); `retry_at` is set.
    RegistroCivilUnavailable = "registro_civil_unavailable", 503;
    /// The turno is unknown.
    TurnoUnknown = "turno_unknown", 404;
    /// The turno is of another centre.
    TurnoOtherCenter = "turno_other_center", 403;
    /// Another counter called it (M7).
    TurnoCalledElsewhere = "turno_called_elsewhere", 409;
    /// The case is somebody else's, or unknown.
    CaseNotYours = "case_not_yours", 403;
    /// The service period is over or of another case (M11); a late request ends here.
    ServicePeriodOver = "service_period_over", 410;
    /// The stated address was compared too often for this case.
    EmailCheckExhausted = "email_check_exhausted", 429;
    /// The dossier is incomplete (M31).
    DossierIncomplete = "dossier_incomplete", 409;
    /// R1.
    RucNotActive = "ruc_not_active", 409;
    /// R29.
    NoRegisteredEmail = "no_registered_email", 409;
    /// R13.
    AccountBlocked = "account_blocked", 409;
    /// The stated address is not the registered one (M14).
    EmailMismatch = "email_mismatch", 409;
    /// The pause between two links is not over (M15); `retry_at` is set.
    CoolDown = "cool_down", 429;
    /// No more links today without a supervisor (M15).
    LinkCap = "link_cap", 429;
    /// The `Idempotency-Key` header is missing or no UUID.
    IdempotencyKeyMissing = "idempotency_key_missing", 400;
    /// The key was used with another body.
    IdempotencyKeyReused = "idempotency_key_reused", 422;
    /// The key was given up; a tombstone stands for it.
    ResetAbandoned = "reset_abandoned", 410;
    /// No reset has this id or key.
    ResetUnknown = "reset_unknown", 404;
    /// The key is already set; there is nothing to cancel or to send again.
    KeyAlreadySet = "key_already_set", 409;
    /// Another reset of this employer is live.
    ResetLive = "reset_live", 409;
    /// Events are missing before this one; `expected` is set.
    EventGap = "event_gap", 409;
    /// The workstation's events contradict what it sent before; supervisors are told.
    WorkstationQuarantined = "workstation_quarantined", 409;
    /// The desk is too old for this backend (M34).
    UpgradeRequired = "upgrade_required", 426;
    /// The store did not answer in time or is full; nothing was done.
    StoreUnavailable = "store_unavailable", 503;
    /// No answer came in time and the work may go on: done or not, only asking again tells.
    OutcomeUnknown = "outcome_unknown", 504;
    /// A defect; details are in the backend's log.
    Internal = "internal", 500;
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_code_is_on_the_wire_what_it_says_it_is() {
        for code in ErrorCode::ALL {
            assert_eq!(serde_json::to_string(code).unwrap(), format!("\"{}\"", code.as_str()));
        }
    }
}
