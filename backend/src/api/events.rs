//! Events of a workstation, pushed in order, and the head of its audit chain.

use std::sync::Arc;

use axum::Json;
use axum::extract::State;
use serde::Deserialize;
use serde_json::value::RawValue;
use utoipa::IntoParams;
use ventanilla_contract::error::ErrorCode;
use ventanilla_contract::event::{EventPush, EventsAccepted, KeptHead};

use super::error::Api;
use super::read::{Asked, At, Read, Signed};
use crate::app::App;
use crate::store::{Head, Push};

/// Most events of one push.
const EVENTS: usize = 500;
/// Most bytes of events in one push.
const BYTES: usize = 256 * 1024;

/// Where the push begins.
#[derive(Debug, Deserialize, IntoParams)]
pub struct From {
    /// Number of its first event.
    from: u32,
}

/// [`EventPush`] with each event as the very bytes that were sent: the hash is over them, and one that this release
/// cannot read is kept and stops nothing.
#[derive(Deserialize)]
pub struct RawPush {
    events: Vec<Box<RawValue>>,
    audit_head: String,
    audit_len: u32,
}

/// Takes events; answers how far the backend has come. The same event again changes nothing.
#[utoipa::path(put, path = "/v1/ws/{ws}/{epoch}/events", tag = "workstation",
    params(("ws" = String, Path), ("epoch" = u32, Path), From), request_body = EventPush,
    responses((status = 200, body = EventsAccepted)))]
pub async fn push(
    State(app): State<Arc<App>>,
    signed: Signed,
    At((ws, epoch)): At<(String, u32)>,
    Asked(From { from }): Asked<From>,
    Read(body): Read<RawPush>,
) -> Api<Json<EventsAccepted>> {
    let events: Vec<Vec<u8>> = body.events.iter().map(|event| event.get().as_bytes().to_vec()).collect();
    if events.len() > EVENTS || events.iter().map(Vec::len).sum::<usize>() > BYTES {
        return Err(ErrorCode::BodyTooLarge.into());
    }
    let push = Push { ws, epoch, from, events, audit_head: body.audit_head, audit_len: body.audit_len };
    Ok(Json(EventsAccepted { high: app.store.push_events(push, &signed.actor).await? }))
}

/// The newest head of the workstation's audit chain that came here, for the desk to compare its own chain with: a chain
/// that was cut holds no entry of this number, or another one.
#[utoipa::path(get, path = "/v1/ws/{ws}/{epoch}/head", tag = "workstation",
    params(("ws" = String, Path), ("epoch" = u32, Path)), responses((status = 200, body = KeptHead)))]
pub async fn head(
    State(app): State<Arc<App>>,
    signed: Signed,
    At((ws, epoch)): At<(String, u32)>,
) -> Api<Json<KeptHead>> {
    let Head { len, head } = app.store.kept_head(&ws, epoch, &signed.actor).await?;
    Ok(Json(KeptHead { len, head }))
}
