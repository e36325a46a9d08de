//! What a counter asks for: turnos, service periods, employers.

use std::sync::Arc;

use axum::Json;
use axum::extract::State;
use chrono::NaiveDate;
use serde::{Deserialize, Serialize};
use utoipa::{IntoParams, ToSchema};
use uuid::Uuid;
use ventanilla_contract::employer::{EmailCheck, EmailCheckResult, Employer};
use ventanilla_contract::error::ErrorCode;
use ventanilla_contract::turno::{Call, ServicePeriod, Turno, WalkIn};

use super::error::Api;
use super::read::{Asked, At, Read, Signed};
use crate::app::App;

/// Which day.
#[derive(Debug, Deserialize, IntoParams)]
pub struct OfDay {
    /// ISO 8601 date at the centre.
    #[param(example = "2026-11-24")]
    day: String,
}

/// The turnos of a day at the caller's centre.
#[utoipa::path(get, path = "/v1/centers/{center}/turnos", tag = "counter",
    params(("center" = String, Path, description = "Centre id"), OfDay), responses((status = 200, body = Vec<Turno>)))]
pub async fn turnos(
    State(app): State<Arc<App>>,
    signed: Signed,
    At(center): At<String>,
    Asked(of): Asked<OfDay>,
) -> Api<Json<Vec<Turno>>> {
    if center != signed.actor.center {
        return Err(ErrorCode::Forbidden.into());
    }
    let day: NaiveDate = of.day.parse().map_err(|_| ErrorCode::BodyInvalid)?;
    Ok(Json(app.store.turnos(&center, &day.to_string()).await?))
}

/// Issues a walk-in's turno for today; the id is made at the desk, and sent again it is the same.
#[utoipa::path(put, path = "/v1/turnos/{id}", tag = "counter", params(("id" = Uuid, Path)), request_body = WalkIn,
    responses((status = 200, body = Turno)))]
pub async fn walk_in(
    State(app): State<Arc<App>>,
    signed: Signed,
    At(id): At<Uuid>,
    Read(body): Read<WalkIn>,
) -> Api<Json<Turno>> {
    Ok(Json(app.store.put_walk_in(id, body, &signed.actor).await?))
}

/// The person is this counter's now.
#[derive(Debug, Serialize, ToSchema)]
pub struct Called {
    /// The time in which requests for the case are taken (M11).
    pub service_period: ServicePeriod,
    /// The turno.
    pub turno: Turno,
}

/// Claims the person of a turno for a case: two counters can never serve the same one (M7).
#[utoipa::path(post, path = "/v1/turnos/{id}/call", tag = "counter", params(("id" = Uuid, Path)), request_body = Call,
    responses((status = 200, body = Called)))]
pub async fn call(
    State(app): State<Arc<App>>,
    signed: Signed,
    At(id): At<Uuid>,
    Read(body): Read<Call>,
) -> Api<Json<Called>> {
    let (service_period, turno) = app.store.call(id, body.case_id, app.id()?, &signed.actor).await?;
    Ok(Json(Called { service_period, turno }))
}

/// The turno of the case.
#[derive(Debug, Deserialize, ToSchema)]
pub struct PeriodOf {
    /// Its turno.
    pub turno_id: Uuid,
}

/// A service period from now on, at most ten minutes (M11).
#[utoipa::path(post, path = "/v1/cases/{case}/service-period", tag = "counter", params(("case" = Uuid, Path)),
    request_body = PeriodOf, responses((status = 200, body = ServicePeriod)))]
pub async fn service_period(
    State(app): State<Arc<App>>,
    signed: Signed,
    At(case): At<Uuid>,
    Read(body): Read<PeriodOf>,
) -> Api<Json<ServicePeriod>> {
    Ok(Json(app.store.renew_period(case, body.turno_id, app.id()?, &signed.actor).await?))
}

/// For which case.
#[derive(Debug, Deserialize, IntoParams)]
pub struct ForCase {
    /// The case in whose service the look happens; each look is logged (M24).
    case: Uuid,
}

/// What registries and account system say at this moment. The e-mail address is masked.
#[utoipa::path(get, path = "/v1/employers/{number}", tag = "counter",
    params(("number" = String, Path, description = "RUC, or cédula of a patrono de hogar"), ForCase),
    responses((status = 200, body = Employer)))]
pub async fn employer(
    State(app): State<Arc<App>>,
    signed: Signed,
    At(number): At<String>,
    Asked(of): Asked<ForCase>,
) -> Api<Json<Employer>> {
    Ok(Json(app.store.look(&number, of.case, &signed.actor).await?))
}

/// Compares the address that the person named; counts against the case's tries (M14).
#[utoipa::path(post, path = "/v1/cases/{case}/email-check", tag = "counter", params(("case" = Uuid, Path)),
    request_body = EmailCheck, responses((status = 200, body = EmailCheckResult)))]
pub async fn email_check(
    State(app): State<Arc<App>>,
    signed: Signed,
    At(case): At<Uuid>,
    Read(body): Read<EmailCheck>,
) -> Api<Json<EmailCheckResult>> {
    Ok(Json(app.store.email_check(case, &body.number, &body.stated, &signed.actor).await?))
}
