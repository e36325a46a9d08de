//! Workstations and staff: enrolment, sign-in, renewal, sign-out.

use std::sync::Arc;

use axum::Json;
use axum::extract::State;
use axum::http::StatusCode;
use ventanilla_contract::error::ErrorCode;
use ventanilla_contract::staff::{Device, Enroll, Session, SignIn, Staff};
use zeroize::Zeroizing;

use super::error::{Api, ApiError};
use super::read::{Read, Signed, Workstation};
use crate::app::App;
use crate::auth::TOKEN_S;
use crate::secrets;

/// Longest PIN or user name that is looked at, bytes.
const LONGEST: usize = 128;

/// Makes a workstation known; the code works once.
#[utoipa::path(post, path = "/v1/devices/enroll", tag = "workstation", security(()), request_body = Enroll,
    responses((status = 200, body = Device)))]
pub async fn enroll(State(app): State<Arc<App>>, Read(body): Read<Enroll>) -> Api<Json<Device>> {
    let secret = secrets::random_text()?;
    let row = app.store.enroll(secrets::hash(body.code.trim()), secrets::hash(&secret)).await?;
    Ok(Json(Device {
        device_id: row.device_id,
        secret,
        epoch: row.epoch,
        center: row.center,
        center_name: row.center_name,
        utc_offset_minutes: row.utc_offset_minutes,
        counter: row.counter,
    }))
}

/// Signs a named member of staff in at an enrolled workstation. Five wrong PINs lock for fifteen minutes.
#[utoipa::path(post, path = "/v1/staff/sign-in", tag = "staff", security(("device" = [])), request_body = SignIn,
    responses((status = 200, body = Session)))]
pub async fn sign_in(
    State(app): State<Arc<App>>,
    Workstation(device): Workstation,
    Read(body): Read<SignIn>,
) -> Api<Json<Session>> {
    let pin = Zeroizing::new(body.pin);
    let row = app.store.device(&device.device_id, device.secret_hash).await?;
    if body.username.len() > LONGEST || pin.len() > LONGEST {
        return Err(ErrorCode::SignInFailed.into());
    }
    // The try is counted before the PIN is compared: parallel guesses do not outrun the lock.
    let attempt = app.store.begin_sign_in(&body.username).await?;
    let hash = attempt.as_ref().map_or_else(|| app.nobody.clone(), |a| a.pin_hash.clone());
    let fits = app.pin_fits(pin, hash).await.map_err(|error| {
        tracing::error!(%error, "a PIN could not be compared");
        ApiError::from(ErrorCode::Internal)
    })?;
    if attempt.is_none() || !fits {
        app.store.sign_in_failed(&body.username, &row.device_id).await?;
        return Err(ErrorCode::SignInFailed.into());
    }
    let session = app.id()?;
    let staff = app.store.signed_in(session, &body.username, &row.device_id).await?;
    let token = app.tokens.issue(&staff, &row.device_id, session).map_err(|_| ErrorCode::Internal)?;
    Ok(Json(Session { token, expires_in_s: TOKEN_S, staff }))
}

/// A fresh token for a session that is open; ends with the shift (12 h), when the PIN is due again.
#[utoipa::path(post, path = "/v1/staff/renew", tag = "staff", responses((status = 200, body = Session)))]
pub async fn renew(State(app): State<Arc<App>>, signed: Signed) -> Api<Json<Session>> {
    let token = app.tokens.renew(&signed.claims).map_err(|_| ErrorCode::TokenInvalid)?;
    let staff = Staff {
        username: signed.actor.username,
        name: signed.claims.name,
        role: signed.actor.role,
        center: signed.actor.center,
    };
    Ok(Json(Session { token, expires_in_s: TOKEN_S, staff }))
}

/// Ends the session: its tokens are worth nothing from now on.
#[utoipa::path(post, path = "/v1/staff/sign-out", tag = "staff", responses((status = 204)))]
pub async fn sign_out(State(app): State<Arc<App>>, signed: Signed) -> Api<StatusCode> {
    app.store.signed_out(signed.claims.jti).await?;
    Ok(StatusCode::NO_CONTENT)
}
