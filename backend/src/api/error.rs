//! Every answer that is not a success: `{code, message, hint}` with the words of `errors.ftl`. Inner detail goes to the
//! log, never over the wire.

use axum::Json;
use axum::http::{HeaderValue, StatusCode, header};
use axum::response::{IntoResponse, Response};
use ventanilla_contract::error::{ErrorBody, ErrorCode};

use crate::secrets::SecretsError;
use crate::store::{Refusal, StoreError};

/// A refusal or a breakdown on its way to the caller.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct ApiError(Refusal);

/// What a handler answers.
pub type Api<T> = Result<T, ApiError>;

impl From<ErrorCode> for ApiError {
    fn from(code: ErrorCode) -> Self {
        Self(Refusal { code, retry_at: None, expected: None })
    }
}

impl From<StoreError> for ApiError {
    fn from(error: StoreError) -> Self {
        let code = error.code();
        match error {
            StoreError::Refused(refusal) => Self(refusal),
            StoreError::Unavailable(_)
            | StoreError::Unknown
            | StoreError::Newer { .. }
            | StoreError::Corrupt { .. }
            | StoreError::Unopened(_)
            | StoreError::Defect(_) => {
                tracing::error!(%error, "the store failed");
                code.into()
            }
        }
    }
}

impl From<SecretsError> for ApiError {
    fn from(error: SecretsError) -> Self {
        tracing::error!(%error, "no random bytes");
        ErrorCode::Internal.into()
    }
}

/// The wire form of a code, worded.
#[must_use]
pub fn body(refusal: Refusal) -> ErrorBody {
    let words = ventanilla_words::es();
    let id = format!("error-{}", refusal.code.as_str().replace('_', "-"));
    ErrorBody {
        code: refusal.code,
        message: words.find(&id).unwrap_or_default(),
        hint: words.find(&format!("{id}-hint")).unwrap_or_default(),
        retry_at: refusal.retry_at.map(|at| at.0),
        expected: refusal.expected,
    }
}

impl IntoResponse for ApiError {
    fn into_response(self) -> Response {
        let status = StatusCode::from_u16(self.0.code.status()).unwrap_or(StatusCode::INTERNAL_SERVER_ERROR);
        let mut response = (status, Json(body(self.0))).into_response();
        response.headers_mut().insert(header::CACHE_CONTROL, HeaderValue::from_static("no-store"));
        if status == StatusCode::UNAUTHORIZED {
            response.headers_mut().insert(header::WWW_AUTHENTICATE, HeaderValue::from_static("Bearer"));
        }
        response
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_code_says_what_happened_and_what_to_do() {
        for &code in ErrorCode::ALL {
            let body = body(Refusal { code, retry_at: None, expected: None });
            assert!(body.message.len() > 10 && body.message.ends_with('.'), "{code:?}: {}", body.message);
            assert!(body.hint.len() > 15 && body.hint.ends_with('.'), "{code:?}: {}", body.hint);
        }
    }

    #[test]
    fn the_published_messages_stand_word_for_word() {
        let message = |code: ErrorCode| body(Refusal { code, retry_at: None, expected: None }).message;
        assert_eq!(message(ErrorCode::RegistroCivilUnavailable), "Error de Conexión con el Registro Civil.");
        assert_eq!(message(ErrorCode::NoRegisteredEmail), "Usuario no tiene correo registrado.");
    }
}
