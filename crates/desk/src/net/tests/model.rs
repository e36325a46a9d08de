//! A backend for tests: the idempotency rules of the contract in memory, served by hyper, with faults on order. It counts
//! what reached it.

use std::collections::HashMap;
use std::convert::Infallible;
use std::pin::Pin;
use std::sync::{Arc, Mutex, MutexGuard};
use std::task::{Context, Poll};
use std::time::Duration;

use http_body_util::combinators::BoxBody;
use http_body_util::{BodyExt, Full};
use hyper::body::{Body, Bytes, Frame, Incoming};
use hyper::service::service_fn;
use hyper::{Request, Response};
use hyper_util::rt::TokioIo;
use serde_json::{Value, json};
use tokio::io::{AsyncRead, AsyncWrite};
use uuid::Uuid;
use ventanilla_contract::employer::Employer;
use ventanilla_contract::reset::{Reset, ResetRequest, ResetState, Step, TelltaleStep};
use ventanilla_contract::turno::Turno;

use crate::edge::Clock;

/// What goes wrong with one call.
#[derive(Debug, Clone)]
pub(crate) enum Fault {
    /// Cut before it was read.
    CutBefore,
    /// Carried out, and the answer is cut.
    CutAfter,
    /// Carried out, and the answer never comes.
    HangAfter,
    /// Carried out, and something else answers.
    GarbageAfter,
    /// Carried out, and the answer is a defect.
    BrokenAfter,
    /// Kept in the network: no answer, and it arrives when [`Model::release`] is called.
    Late,
    /// Answered with this, and not carried out.
    Refuse(u16, &'static str),
    /// Carried out; these milliseconds pass before the answer is read.
    Slow(i64),
}

pub(crate) struct Live {
    pub(crate) reset: Reset,
    pub(crate) expires_mono: u64,
}

#[derive(Default)]
pub(crate) struct State {
    pub(crate) turnos: Vec<Turno>,
    pub(crate) employer: Option<Employer>,
    pub(crate) registro_down: bool,
    pub(crate) elsewhere: Vec<Uuid>,
    /// `None` is a tombstone.
    pub(crate) keys: HashMap<Uuid, Option<(Uuid, String)>>,
    pub(crate) resets: HashMap<Uuid, Live>,
    pub(crate) accepted: u32,
    pub(crate) links: u32,
    pub(crate) events: Vec<String>,
    pub(crate) audit_len: u64,
    pub(crate) quarantined: bool,
    pub(crate) tokens: u32,
    pub(crate) dead_tokens: Vec<String>,
    pub(crate) streams: bool,
    /// Method and path of what arrived, with its idempotency key.
    pub(crate) log: Vec<String>,
    /// Bodies of the reset requests that arrived.
    pub(crate) bodies: Vec<Vec<u8>>,
    pub(crate) faults: Vec<(String, Fault)>,
    late: Vec<(String, String, Option<Uuid>, Vec<u8>)>,
}

pub(crate) struct Model {
    state: Mutex<State>,
    clock: Arc<dyn Clock>,
    /// What happens while an answer is slow.
    pass: Box<dyn Fn(i64) + Send + Sync>,
}

type Reply = (u16, Value);

impl Model {
    pub(crate) fn new(clock: Arc<dyn Clock>, pass: Box<dyn Fn(i64) + Send + Sync>) -> Arc<Self> {
        let state = State { streams: true, ..State::default() };
        Arc::new(Self { state: Mutex::new(state), clock, pass })
    }

    pub(crate) fn state(&self) -> MutexGuard<'_, State> {
        self.state.lock().unwrap()
    }

    /// The next call that begins with `what` ("POST /v1/resets") meets this fault.
    pub(crate) fn fault(&self, what: &str, fault: Fault) {
        self.state().faults.push((what.to_owned(), fault));
    }

    /// How many calls with exactly this method and path prefix arrived.
    pub(crate) fn count(&self, what: &str) -> usize {
        self.state().log.iter().filter(|l| l.starts_with(what)).count()
    }

    /// Calls that were on their way arrive.
    pub(crate) fn release(&self) -> Vec<u16> {
        let late = std::mem::take(&mut self.state().late);
        late.into_iter().map(|(m, p, k, b)| self.handle(&m, &p, k, &b).0).collect()
    }

    /// The one reset that there is; changes it and counts its version up.
    pub(crate) fn change(&self, change: impl FnOnce(&mut Live)) {
        let mut state = self.state();
        let live = state.resets.values_mut().next().unwrap();
        live.reset.version += 1;
        change(live);
    }

    pub(crate) fn step(&self, state: ResetState, step: Step) {
        let at = self.clock.now().0;
        self.change(|live| {
            live.reset.state = state;
            live.reset.telltale.push(TelltaleStep { step, at, reason: None });
        });
    }

    fn told(&self, live: &Live) -> Reset {
        let mut reset = live.reset.clone();
        reset.remaining_ms = match reset.state {
            ResetState::Mailing | ResetState::Deferred | ResetState::HandedOver | ResetState::Bounced => {
                Some(u32::try_from(live.expires_mono.saturating_sub(self.clock.mono_ms())).unwrap())
            }
            ResetState::Accepted | ResetState::Used | ResetState::Expired | ResetState::Cancelled => None,
        };
        reset
    }

    /// Milliseconds that the link runs, by the backend's clock.
    pub(crate) fn remaining(&self) -> Option<u32> {
        let state = self.state();
        self.told(state.resets.values().next().unwrap()).remaining_ms
    }

    fn handle(&self, method: &str, path: &str, key: Option<Uuid>, body: &[u8]) -> Reply {
        let mut state = self.state();
        let no = |status: u16, code: &str| (status, json!({"code": code, "message": "m", "hint": "h"}));
        let parts: Vec<&str> = path.split('?').next().unwrap().trim_start_matches("/v1/").split('/').collect();
        let session = |n: u32| {
            json!({"token": format!("t{n}"), "expires_in_s": 900, "staff":
                {"username": "ana", "name": "Ana Pérez", "role": "clerk", "center": "QS"}})
        };
        match (method, parts.as_slice()) {
            ("POST", ["staff", "sign-in"]) => {
                let typed: Value = serde_json::from_slice(body).unwrap();
                if typed["pin"] != "4711" {
                    return no(401, "sign_in_failed");
                }
                state.tokens += 1;
                (200, session(state.tokens))
            }
            ("GET", ["health"]) => (204, Value::Null),
            ("POST", ["staff", "renew"]) => {
                state.tokens += 1;
                (200, session(state.tokens))
            }
            ("POST", ["staff", "sign-out"]) => (204, Value::Null),
            ("GET", ["centers", "QS", "turnos"]) => (200, serde_json::to_value(&state.turnos).unwrap()),
            ("PUT", ["turnos", id]) => {
                let id: Uuid = id.parse().unwrap();
                let said: Value = serde_json::from_slice(body).unwrap();
                let turno = Turno {
                    id,
                    ticket: said["ticket"].as_str().unwrap().into(),
                    number: said["number"].as_str().unwrap().into(),
                    person_name: said["person_name"].as_str().unwrap().into(),
                    walk_in: true,
                    appointed_at: None,
                    ..crate::tests::turno(id, "", None)
                };
                if !state.turnos.iter().any(|t| t.id == id) {
                    state.turnos.push(turno.clone());
                }
                (200, serde_json::to_value(turno).unwrap())
            }
            ("POST", ["turnos", id, "call"]) => {
                let id: Uuid = id.parse().unwrap();
                if state.elsewhere.contains(&id) {
                    return no(409, "turno_called_elsewhere");
                }
                let Some(turno) = state.turnos.iter_mut().find(|t| t.id == id) else {
                    return no(404, "turno_unknown");
                };
                turno.called_by = Some("3".into());
                let turno = turno.clone();
                (200, json!({"service_period": {"id": Uuid::from_u128(7), "expires_in_ms": 600_000}, "turno": turno}))
            }
            ("POST", ["cases", _, "service-period"]) => {
                (200, json!({"id": Uuid::from_u128(8), "expires_in_ms": 600_000}))
            }
            ("POST", ["cases", _, "email-check"]) => {
                let said: Value = serde_json::from_slice(body).unwrap();
                (200, json!({"matches": said["stated"] == "maria@eltrigo.ec", "tries_left": 4}))
            }
            ("GET", ["employers", _]) => {
                if state.registro_down {
                    let mut refusal = no(503, "registro_civil_unavailable");
                    refusal.1["retry_at"] = json!(self.clock.now().0 + 3_600_000);
                    return refusal;
                }
                (200, serde_json::to_value(state.employer.as_ref().unwrap()).unwrap())
            }
            ("POST", ["resets"]) => {
                state.bodies.push(body.to_vec());
                let key = key.unwrap();
                let request: ResetRequest = serde_json::from_slice(body).unwrap();
                match state.keys.get(&key) {
                    Some(None) => return no(410, "reset_abandoned"),
                    Some(Some((_, hash))) if *hash != request.body_hash() => return no(422, "idempotency_key_reused"),
                    Some(Some((id, _))) => {
                        let id = *id;
                        return (200, serde_json::to_value(self.told(&state.resets[&id])).unwrap());
                    }
                    None => {}
                }
                if state.resets.values().any(|l| !crate::store::resets::is_final(l.reset.state)) {
                    return no(409, "reset_live");
                }
                let id = Uuid::from_u128(100 + state.keys.len() as u128);
                let reset = Reset {
                    id,
                    case_id: request.case_id,
                    state: ResetState::Mailing,
                    version: 1,
                    remaining_ms: None,
                    email_masked: "m•••••@eltrigo.ec".into(),
                    links_today: 1,
                    links_per_day: 3,
                    reissue_in_ms: 0,
                    telltale: vec![TelltaleStep { step: Step::Accepted, at: self.clock.now().0, reason: None }],
                };
                let live = Live { reset, expires_mono: self.clock.mono_ms() + 180_000 };
                let answer = serde_json::to_value(self.told(&live)).unwrap();
                state.resets.insert(id, live);
                state.keys.insert(key, Some((id, request.body_hash())));
                state.accepted += 1;
                state.links += 1;
                (201, answer)
            }
            ("GET", ["resets", "by-key", key]) => match state.keys.get(&key.parse().unwrap()) {
                None => no(404, "reset_unknown"),
                Some(None) => no(410, "reset_abandoned"),
                Some(Some((id, _))) => (200, serde_json::to_value(self.told(&state.resets[id])).unwrap()),
            },
            ("DELETE", ["resets", "by-key", key]) => {
                let key: Uuid = key.parse().unwrap();
                if let Some(Some((id, _))) = state.keys.get(&key) {
                    return (200, serde_json::to_value(self.told(&state.resets[id])).unwrap());
                }
                state.keys.insert(key, None);
                (204, Value::Null)
            }
            ("GET", ["resets", id]) => match state.resets.get(&id.parse().unwrap()) {
                None => no(404, "reset_unknown"),
                Some(live) => (200, serde_json::to_value(self.told(live)).unwrap()),
            },
            ("POST", ["resets", id, "links"]) => {
                let (id, key): (Uuid, _) = (id.parse().unwrap(), key.unwrap());
                let known = state.keys.get(&key).cloned();
                match known {
                    Some(None) => return no(410, "reset_abandoned"),
                    Some(Some(_)) => {}
                    None => {
                        state.keys.insert(key, Some((id, String::new())));
                        state.links += 1;
                        let live = state.resets.get_mut(&id).unwrap();
                        live.reset.version += 1;
                        live.reset.links_today += 1;
                        live.reset.state = ResetState::Mailing;
                        live.expires_mono = self.clock.mono_ms() + 180_000;
                    }
                }
                (200, serde_json::to_value(self.told(&state.resets[&id])).unwrap())
            }
            ("DELETE", ["resets", id]) => {
                let live = state.resets.get_mut(&id.parse().unwrap()).unwrap();
                if live.reset.state == ResetState::Used {
                    return no(409, "key_already_set");
                }
                live.reset.version += 1;
                live.reset.state = ResetState::Cancelled;
                (200, serde_json::to_value(live.reset.clone()).unwrap())
            }
            ("PUT", ["ws", _, _, "events"]) => {
                if state.quarantined {
                    return no(409, "workstation_quarantined");
                }
                let from: usize = path.split("from=").nth(1).unwrap().parse().unwrap();
                if from > state.events.len() + 1 {
                    let mut refusal = no(409, "event_gap");
                    refusal.1["expected"] = json!(state.events.len() + 1);
                    return refusal;
                }
                // The events' own bytes, as they came.
                let text = std::str::from_utf8(body).unwrap();
                let raw: HashMap<&str, Box<serde_json::value::RawValue>> = serde_json::from_str(text).unwrap();
                let events: Vec<Box<serde_json::value::RawValue>> = serde_json::from_str(raw["events"].get()).unwrap();
                for (n, event) in events.iter().enumerate() {
                    match state.events.get(from - 1 + n) {
                        Some(known) if known != event.get() => return no(409, "workstation_quarantined"),
                        Some(_) => {}
                        None => state.events.push(event.get().to_owned()),
                    }
                }
                state.audit_len = raw["audit_len"].get().parse().unwrap();
                (200, json!({"high": state.events.len()}))
            }
            other => panic!("the model does not know {other:?}"),
        }
    }

    async fn answer(self: Arc<Self>, request: Request<Incoming>) -> Result<Response<BoxBody<Bytes, Infallible>>, Cut> {
        let method = request.method().to_string();
        let path = request.uri().path_and_query().unwrap().to_string();
        let key = request.headers().get("idempotency-key").map(|v| v.to_str().unwrap().parse().unwrap());
        let token = request.headers().get("authorization").map(|v| v.to_str().unwrap().to_owned());
        assert_eq!(request.headers()["x-device"], "ws-3.device-secret-in-clear");
        let body = request.into_body().collect().await.map_err(|_| Cut)?.to_bytes();
        let fault = {
            let mut state = self.state();
            let line = format!("{method} {path}");
            let found = state.faults.iter().position(|(what, _)| line.starts_with(what));
            let fault = found.map(|n| state.faults.remove(n).1);
            if !matches!(fault, Some(Fault::CutBefore | Fault::Late)) {
                state.log.push(key.map_or_else(|| line.clone(), |k: Uuid| format!("{line} {k}")));
            }
            if token.is_some_and(|t| state.dead_tokens.contains(&t)) {
                return Ok(plain(401, json!({"code": "token_invalid", "message": "m", "hint": "h"}).to_string()));
            }
            fault
        };
        if method == "GET" && path.ends_with("/events") {
            return self.stream(&path);
        }
        let handle = || self.handle(&method, &path, key, &body);
        let (status, value) = match fault {
            None => handle(),
            Some(Fault::CutBefore) => return Err(Cut),
            Some(Fault::CutAfter) => {
                handle();
                return Err(Cut);
            }
            Some(Fault::HangAfter) => {
                handle();
                std::future::pending().await
            }
            Some(Fault::GarbageAfter) => {
                handle();
                return Ok(plain(200, "<html>".to_owned()));
            }
            Some(Fault::BrokenAfter) => {
                handle();
                (500, json!({"code": "internal", "message": "m", "hint": "h"}))
            }
            Some(Fault::Late) => {
                self.state().late.push((method.clone(), path.clone(), key, body.to_vec()));
                return Err(Cut);
            }
            Some(Fault::Refuse(status, code)) => (status, json!({"code": code, "message": "m", "hint": "h"})),
            Some(Fault::Slow(ms)) => {
                let reply = handle();
                (self.pass)(ms);
                reply
            }
        };
        Ok(plain(status, if value.is_null() { String::new() } else { value.to_string() }))
    }

    fn stream(self: Arc<Self>, path: &str) -> Result<Response<BoxBody<Bytes, Infallible>>, Cut> {
        if !self.state().streams {
            return Err(Cut);
        }
        let id: Uuid = path.trim_start_matches("/v1/resets/").trim_end_matches("/events").parse().unwrap();
        let body = Events { model: self, id, version: 0, wake: Box::pin(tokio::time::sleep(Duration::ZERO)) };
        let response = Response::builder().header("content-type", "text/event-stream").body(BodyExt::boxed(body));
        Ok(response.unwrap())
    }

    /// Serves one connection to its end.
    pub(crate) async fn serve(self: Arc<Self>, io: impl AsyncRead + AsyncWrite + Unpin + Send + 'static) {
        let service = service_fn(move |request| Arc::clone(&self).answer(request));
        let _ = hyper::server::conn::http1::Builder::new().serve_connection(TokioIo::new(io), service).await;
    }

    /// Serves a free port of this machine; its address.
    pub(crate) async fn listen(self: &Arc<Self>) -> String {
        let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await.unwrap();
        let url = format!("http://{}", listener.local_addr().unwrap());
        let model = Arc::clone(self);
        tokio::spawn(async move {
            while let Ok((stream, _)) = listener.accept().await {
                tokio::spawn(Arc::clone(&model).serve(stream));
            }
        });
        url
    }
}

/// Ends the connection without an answer.
#[derive(Debug)]
pub(crate) struct Cut;

impl std::fmt::Display for Cut {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("cut")
    }
}

impl std::error::Error for Cut {}

fn plain(status: u16, text: String) -> Response<BoxBody<Bytes, Infallible>> {
    Response::builder().status(status).body(BodyExt::boxed(Full::from(text))).unwrap()
}

/// Every version of a reset as it comes; looks every few milliseconds. Ends when streams are switched off.
struct Events {
    model: Arc<Model>,
    id: Uuid,
    version: u32,
    wake: Pin<Box<tokio::time::Sleep>>,
}

impl Body for Events {
    type Data = Bytes;
    type Error = Infallible;

    fn poll_frame(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<Option<Result<Frame<Bytes>, Infallible>>> {
        loop {
            if self.wake.as_mut().poll(cx).is_pending() {
                return Poll::Pending;
            }
            self.wake.as_mut().reset(tokio::time::Instant::now() + Duration::from_millis(5));
            let told = {
                let state = self.model.state();
                if !state.streams {
                    return Poll::Ready(None);
                }
                state.resets.get(&self.id).filter(|l| l.reset.version > self.version).map(|l| self.model.told(l))
            };
            if let Some(reset) = told {
                self.version = reset.version;
                let text = format!("data: {}\n\n", serde_json::to_string(&reset).unwrap());
                return Poll::Ready(Some(Ok(Frame::data(Bytes::from(text)))));
            }
        }
    }
}
