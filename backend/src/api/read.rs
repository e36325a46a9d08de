//! What a handler takes out of a request, each with a refusal of our own form.

use std::sync::Arc;
use std::time::Duration;

use axum::body::Body;
use axum::extract::{FromRequest, FromRequestParts, Path, Query, Request};
use axum::http::request::Parts;
use futures_util::StreamExt as _;
use serde::de::DeserializeOwned;
use uuid::Uuid;
use ventanilla_contract::error::ErrorCode;

use super::error::ApiError;
use crate::app::App;
use crate::auth::{self, Claims, DeviceClaim};
use crate::store::Actor;

/// Largest body, bytes: a push of events (256 KiB) and what is around it.
pub const BODY_LIMIT: usize = 300 * 1024;
/// What is still read of a body that is too large, so that its sender comes to read the answer.
const DRAIN_LIMIT: usize = 12 * 1024 * 1024;
/// How long a body may take; shorter than the deadline of the whole, so that its sender hears what was wrong.
const BODY_TIME: Duration = Duration::from_secs(8);

/// A JSON body.
pub struct Read<T>(pub T);

impl<T: DeserializeOwned> FromRequest<Arc<App>> for Read<T> {
    type Rejection = ApiError;

    async fn from_request(request: Request, _: &Arc<App>) -> Result<Self, ApiError> {
        let bytes = whole(request.into_body(), BODY_LIMIT).await?;
        serde_json::from_slice(&bytes).map(Self).map_err(|_| ErrorCode::BodyInvalid.into())
    }
}

/// The bytes of a body.
///
/// # Errors
/// `body_too_large`, `body_invalid` when the sender broke off or took too long.
pub async fn whole(body: Body, limit: usize) -> Result<Vec<u8>, ApiError> {
    let read = tokio::time::timeout(BODY_TIME, gather(body, limit)).await;
    read.unwrap_or_else(|_| Err(ErrorCode::BodyInvalid.into()))
}

async fn gather(body: Body, limit: usize) -> Result<Vec<u8>, ApiError> {
    let mut stream = body.into_data_stream();
    let (mut bytes, mut seen) = (Vec::new(), 0_usize);
    while let Some(chunk) = stream.next().await {
        let chunk = chunk.map_err(|_| ApiError::from(ErrorCode::BodyInvalid))?;
        seen = seen.saturating_add(chunk.len());
        if seen <= limit {
            bytes.extend_from_slice(&chunk);
        } else if seen > DRAIN_LIMIT {
            break;
        }
    }
    if seen > limit { Err(ErrorCode::BodyTooLarge.into()) } else { Ok(bytes) }
}

/// A part of the path. What cannot be one names nothing.
pub struct At<T>(pub T);

impl<T: DeserializeOwned + Send> FromRequestParts<Arc<App>> for At<T> {
    type Rejection = ApiError;

    async fn from_request_parts(parts: &mut Parts, app: &Arc<App>) -> Result<Self, ApiError> {
        let found = Path::<T>::from_request_parts(parts, app).await;
        found.map(|Path(value)| Self(value)).map_err(|_| ErrorCode::NotFound.into())
    }
}

/// The query.
pub struct Asked<T>(pub T);

impl<T: DeserializeOwned> FromRequestParts<Arc<App>> for Asked<T> {
    type Rejection = ApiError;

    async fn from_request_parts(parts: &mut Parts, app: &Arc<App>) -> Result<Self, ApiError> {
        let found = Query::<T>::from_request_parts(parts, app).await;
        found.map(|Query(value)| Self(value)).map_err(|_| ErrorCode::BodyInvalid.into())
    }
}

/// `Idempotency-Key`: a UUID, bare or in quotes as the IETF draft has it.
pub struct Key(pub Uuid);

impl FromRequestParts<Arc<App>> for Key {
    type Rejection = ApiError;

    async fn from_request_parts(parts: &mut Parts, _: &Arc<App>) -> Result<Self, ApiError> {
        let key = parts.headers.get("idempotency-key").and_then(|v| v.to_str().ok());
        key.and_then(|text| Uuid::try_parse(text.trim().trim_matches('"')).ok())
            .map(Self)
            .ok_or_else(|| ErrorCode::IdempotencyKeyMissing.into())
    }
}

/// The workstation's claim; the store is asked by whoever uses it.
pub struct Workstation(pub DeviceClaim);

impl FromRequestParts<Arc<App>> for Workstation {
    type Rejection = ApiError;

    async fn from_request_parts(parts: &mut Parts, app: &Arc<App>) -> Result<Self, ApiError> {
        app.devices.which(&parts.headers).map(Self).ok_or_else(|| ErrorCode::DeviceUnknown.into())
    }
}

/// Who acts: token and device credential, both checked against the store within this request.
pub struct Signed {
    /// For the store.
    pub actor: Actor,
    /// For tokens.
    pub claims: Claims,
    /// For streams, which ask again.
    pub device: DeviceClaim,
}

impl FromRequestParts<Arc<App>> for Signed {
    type Rejection = ApiError;

    async fn from_request_parts(parts: &mut Parts, app: &Arc<App>) -> Result<Self, ApiError> {
        let Workstation(device) = Workstation::from_request_parts(parts, app).await?;
        let token = auth::bearer(&parts.headers).ok_or(ErrorCode::TokenInvalid)?;
        let claims = app.staff.who(token).map_err(|_| ErrorCode::TokenInvalid)?;
        if claims.device != device.device_id {
            return Err(ErrorCode::TokenInvalid.into());
        }
        let actor = app.store.authenticate(&device.device_id, device.secret_hash, claims.jti).await?;
        if actor.username != claims.sub || actor.center != claims.center || actor.role != claims.role {
            return Err(ErrorCode::TokenInvalid.into());
        }
        Ok(Self { actor, claims, device })
    }
}
