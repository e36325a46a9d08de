//! The reset: asked for once, looked up by its key, followed as it happens.

use std::convert::Infallible;
use std::sync::Arc;
use std::time::Duration;

use axum::Json;
use axum::extract::State;
use axum::http::StatusCode;
use axum::response::sse::{Event, KeepAlive, Sse};
use axum::response::{IntoResponse, Response};
use futures_util::Stream;
use tokio::sync::{broadcast, watch};
use tokio::time::{Instant, sleep_until};
use uuid::Uuid;
use ventanilla_contract::reset::{Reset, ResetRequest};

use super::error::Api;
use super::read::{At, Key, Read, Signed};
use crate::app::App;
use crate::store::{Abandoned, AcceptReset, Accepted, Reissue};

/// A sign of life on a quiet stream.
const ALIVE: Duration = Duration::from_secs(10);
/// How often a stream asks again whether it may go on, and for what it may have missed.
const ASK_AGAIN: Duration = Duration::from_secs(5);

fn accepted(answer: Accepted) -> (StatusCode, Json<Reset>) {
    (if answer.replayed { StatusCode::OK } else { StatusCode::CREATED }, Json(answer.reset))
}

/// Asks for a reset. The dossier is judged again here (M31); the same key and body again is the same reset (M11).
#[utoipa::path(post, path = "/v1/resets", tag = "reset",
    params(("Idempotency-Key" = Uuid, Header, description = "Durable at the desk before the call")),
    request_body = ResetRequest,
    responses((status = 201, body = Reset, description = "Accepted"), (status = 200, body = Reset, description = "Was accepted before")))]
pub async fn accept(
    State(app): State<Arc<App>>,
    signed: Signed,
    Key(key): Key,
    Read(request): Read<ResetRequest>,
) -> Api<(StatusCode, Json<Reset>)> {
    let ask = AcceptReset { key, request, actor: signed.actor, reset_id: app.id()?, link: app.new_link()? };
    Ok(accepted(app.store.accept_reset(ask).await?))
}

/// What became of a key. `reset_unknown` is not final: the original may still arrive.
#[utoipa::path(get, path = "/v1/resets/by-key/{key}", tag = "reset", params(("key" = Uuid, Path)),
    responses((status = 200, body = Reset)))]
pub async fn by_key(State(app): State<Arc<App>>, signed: Signed, At(key): At<Uuid>) -> Api<Json<Reset>> {
    Ok(Json(app.store.reset_by_key(key, &signed.actor).await?))
}

/// Gives a key up: a tombstone stands for it, and a late original gets 410. If the original was accepted before, its
/// reset is the answer.
#[utoipa::path(delete, path = "/v1/resets/by-key/{key}", tag = "reset", params(("key" = Uuid, Path)),
    responses((status = 204, description = "A tombstone stands"), (status = 200, body = Reset, description = "Too late: it exists")))]
pub async fn give_up(State(app): State<Arc<App>>, signed: Signed, At(key): At<Uuid>) -> Api<Response> {
    Ok(match app.store.abandon_key(key, &signed.actor).await? {
        Abandoned::Tombstone => StatusCode::NO_CONTENT.into_response(),
        Abandoned::WasAccepted(reset) => Json(reset).into_response(),
    })
}

/// A reset as it stands.
#[utoipa::path(get, path = "/v1/resets/{id}", tag = "reset", params(("id" = Uuid, Path)),
    responses((status = 200, body = Reset)))]
pub async fn now(State(app): State<Arc<App>>, signed: Signed, At(id): At<Uuid>) -> Api<Json<Reset>> {
    Ok(Json(app.store.reset_by_id(id, &signed.actor).await?))
}

/// Another link (M15); the one before is dead from now on (M10).
#[utoipa::path(post, path = "/v1/resets/{id}/links", tag = "reset",
    params(("id" = Uuid, Path), ("Idempotency-Key" = Uuid, Header)),
    responses((status = 201, body = Reset, description = "Issued"), (status = 200, body = Reset, description = "Was issued before")))]
pub async fn reissue(
    State(app): State<Arc<App>>,
    signed: Signed,
    At(reset_id): At<Uuid>,
    Key(key): Key,
) -> Api<(StatusCode, Json<Reset>)> {
    let ask = Reissue { key, reset_id, actor: signed.actor, link: app.new_link()? };
    Ok(accepted(app.store.reissue(ask).await?))
}

/// Gives the live link up: the case closes without it (M15).
#[utoipa::path(delete, path = "/v1/resets/{id}", tag = "reset", params(("id" = Uuid, Path)),
    responses((status = 200, body = Reset)))]
pub async fn cancel(State(app): State<Arc<App>>, signed: Signed, At(id): At<Uuid>) -> Api<Json<Reset>> {
    Ok(Json(app.store.cancel(id, &signed.actor).await?))
}

/// Follows a reset: the first event is the reset as it stands, then one for each change. The stream ends when the token
/// does.
#[utoipa::path(get, path = "/v1/resets/{id}/events", tag = "reset", params(("id" = Uuid, Path)),
    responses((status = 200, content_type = "text/event-stream", body = Reset)))]
pub async fn events(State(app): State<Arc<App>>, signed: Signed, At(id): At<Uuid>) -> Api<Response> {
    // Subscribed before the first look, so that no change falls between the two.
    let changes = app.store.changes();
    let first = app.store.reset_by_id(id, &signed.actor).await?;
    let follow = Follow {
        changes,
        until: Instant::now() + app.tokens.left(&signed.claims),
        ending: app.ending.clone(),
        first: Some(first),
        seen: None,
        app,
        signed,
        id,
    };
    Ok(Sse::new(follow.stream()).keep_alive(KeepAlive::new().interval(ALIVE)).into_response())
}

struct Follow {
    app: Arc<App>,
    signed: Signed,
    id: Uuid,
    changes: broadcast::Receiver<Uuid>,
    until: Instant,
    ending: watch::Receiver<bool>,
    first: Option<Reset>,
    seen: Option<u32>,
}

impl Follow {
    fn stream(self) -> impl Stream<Item = Result<Event, Infallible>> {
        futures_util::stream::unfold(self, |mut follow| async move {
            let reset = follow.next().await?;
            let event = Event::default().json_data(&reset).ok()?;
            Some((Ok(event), follow))
        })
    }

    async fn next(&mut self) -> Option<Reset> {
        if let Some(reset) = self.first.take() {
            self.seen = Some(reset.version);
            return Some(reset);
        }
        loop {
            if !self.wait().await {
                return None;
            }
            let device = &self.signed.device;
            let allowed =
                self.app.store.authenticate(&device.device_id, device.secret_hash, self.signed.claims.jti).await;
            let reset = self.app.store.reset_by_id(self.id, &allowed.ok()?).await.ok()?;
            if self.seen != Some(reset.version) {
                self.seen = Some(reset.version);
                return Some(reset);
            }
        }
    }

    /// Waits for a reason to look; `false` when the stream is over.
    async fn wait(&mut self) -> bool {
        // One deadline for the whole wait: what happens to other resets does not put it off.
        let ask_again = Instant::now() + ASK_AGAIN;
        loop {
            tokio::select! {
                changed = self.changes.recv() => match changed {
                    Ok(id) if id != self.id => {}
                    Ok(_) | Err(broadcast::error::RecvError::Lagged(_)) => return true,
                    Err(broadcast::error::RecvError::Closed) => return false,
                },
                () = sleep_until(ask_again) => return true,
                () = sleep_until(self.until) => return false,
                _ = self.ending.changed() => return false,
            }
        }
    }
}
