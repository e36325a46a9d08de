//! One call: a line, a request, a whole answer, within the deadlines.

use std::pin::pin;
use std::time::Duration;

use http_body_util::{BodyExt, Full, LengthLimitError, Limited};
use hyper::body::{Bytes, Incoming};
use hyper::client::conn::http1;
use hyper::header::{ACCEPT, AUTHORIZATION, CONNECTION, CONTENT_TYPE, HOST, HeaderValue};
use hyper::{Method, Request, Response, StatusCode};
use serde::de::DeserializeOwned;
use tokio::time::{Instant, timeout_at};
use uuid::Uuid;
use ventanilla_contract::error::ErrorBody;

use crate::dial::Line;
use crate::error::ClientError;
use crate::{ANSWER_LIMIT, CLIENT_VERSION, Client, Token};

/// What a call carries.
pub(crate) struct Call<'a> {
    pub(crate) method: Method,
    /// Path and query, percent-encoded.
    pub(crate) path: String,
    pub(crate) token: Option<&'a Token>,
    pub(crate) key: Option<Uuid>,
    pub(crate) body: Option<Vec<u8>>,
}

impl Call<'_> {
    pub(crate) const fn get(path: String) -> Self {
        Self { method: Method::GET, path, token: None, key: None, body: None }
    }
}

impl<'a> Call<'a> {
    pub(crate) const fn new(method: Method, path: String) -> Self {
        Self { method, path, token: None, key: None, body: None }
    }

    pub(crate) const fn by(mut self, token: &'a Token) -> Self {
        self.token = Some(token);
        self
    }

    pub(crate) const fn keyed(mut self, key: Uuid) -> Self {
        self.key = Some(key);
        self
    }

    pub(crate) fn bytes(mut self, body: Vec<u8>) -> Self {
        self.body = Some(body);
        self
    }
}

type Sender = http1::SendRequest<Full<Bytes>>;
type Driver = http1::Connection<Box<dyn Line>, Full<Bytes>>;

impl Client {
    /// Opens a line. Every failure here means that nothing was sent.
    pub(crate) async fn open(&self, total: Instant) -> Result<(Sender, Driver), ClientError> {
        let gone = |what: String| ClientError::Unreachable(what);
        let until = total.min(Instant::now() + self.inner.deadlines.connect);
        let opening = async {
            let line = self.inner.dial.dial(&self.inner.base).await.map_err(|e| gone(chain(e.as_ref())))?;
            http1::handshake(line).await.map_err(|e| gone(e.to_string()))
        };
        match timeout_at(until, opening).await {
            Ok(opened) => opened,
            Err(_) => Err(gone("nobody took the line in time".to_owned())),
        }
    }

    pub(crate) fn request(&self, call: Call<'_>) -> Result<Request<Full<Bytes>>, ClientError> {
        let unsendable = |what: &str| ClientError::Unreachable(format!("not a header: {what}"));
        let host = self.inner.base.authority().map_or("", |a| a.as_str());
        let mut request = Request::builder()
            .method(call.method)
            .uri(call.path)
            .header(HOST, host)
            .header(CONNECTION, "close")
            .header(ACCEPT, "application/json")
            .header("X-Client-Version", CLIENT_VERSION);
        if let Some(device) = &self.inner.device {
            let mut value = HeaderValue::from_str(device.header()).map_err(|_| unsendable("device"))?;
            value.set_sensitive(true);
            request = request.header("X-Device", value);
        }
        if let Some(token) = call.token {
            let bearer = format!("Bearer {}", token.header());
            let mut value = HeaderValue::from_str(&bearer).map_err(|_| unsendable("token"))?;
            value.set_sensitive(true);
            request = request.header(AUTHORIZATION, value);
        }
        if let Some(key) = call.key {
            request = request.header("Idempotency-Key", key.to_string());
        }
        if call.body.is_some() {
            request = request.header(CONTENT_TYPE, "application/json");
        }
        let body = Full::new(Bytes::from(call.body.unwrap_or_default()));
        request.body(body).map_err(|e| ClientError::Unreachable(e.to_string()))
    }

    /// Carries a call out and reads the whole answer.
    pub(crate) async fn exchange(&self, call: Call<'_>) -> Result<(StatusCode, Bytes), ClientError> {
        let deadline = Instant::now() + self.inner.deadlines.total;
        let request = self.request(call)?;
        let (mut sender, driver) = self.open(deadline).await?;
        let mut driver = pin!(driver);
        let asking = pin!(timeout_at(deadline, async {
            let response = sender.try_send_request(request).await.map_err(|mut e| {
                let what = chain(e.error());
                // The request comes back only if not one byte of it was written.
                if e.take_message().is_some() { ClientError::Unreachable(what) } else { unanswered(e.error()) }
            })?;
            whole(response).await
        }));
        // The driver moves the bytes; it may end before the answer has been looked at.
        let answer = match futures_util::future::select(asking, &mut driver).await {
            futures_util::future::Either::Left((answer, _)) => answer,
            futures_util::future::Either::Right((_, asking)) => asking.await,
        };
        answer.unwrap_or_else(|_| Err(ClientError::Silent("the time is over".to_owned())))
    }

    /// A call whose answer is JSON.
    pub(crate) async fn ask<T: DeserializeOwned>(&self, call: Call<'_>) -> Result<T, ClientError> {
        let (status, body) = self.exchange(call).await?;
        if status.is_success() {
            return read(status, &body);
        }
        Err(refused(status, &body))
    }

    /// A call whose answer is that it was done.
    pub(crate) async fn tell(&self, call: Call<'_>) -> Result<(), ClientError> {
        let (status, body) = self.exchange(call).await?;
        if status.is_success() { Ok(()) } else { Err(refused(status, &body)) }
    }
}

async fn whole(response: Response<Incoming>) -> Result<(StatusCode, Bytes), ClientError> {
    let status = response.status();
    match Limited::new(response.into_body(), ANSWER_LIMIT).collect().await {
        Ok(body) => Ok((status, body.to_bytes())),
        Err(e) if e.is::<LengthLimitError>() => {
            Err(ClientError::Garbled { status: status.as_u16(), what: "the answer has no end".to_owned() })
        }
        Err(e) => Err(ClientError::Silent(format!("cut in mid-answer: {}", chain(e.as_ref())))),
    }
}

fn unanswered(e: &hyper::Error) -> ClientError {
    if e.is_parse() {
        return ClientError::Garbled { status: 0, what: chain(e) };
    }
    ClientError::Silent(chain(e))
}

pub(crate) fn read<T: DeserializeOwned>(status: StatusCode, body: &[u8]) -> Result<T, ClientError> {
    serde_json::from_slice(body).map_err(|e| ClientError::Garbled { status: status.as_u16(), what: e.to_string() })
}

/// The refusal in an answer that is no success; without the contract's body it could come from any proxy.
pub(crate) fn refused(status: StatusCode, body: &[u8]) -> ClientError {
    match read::<ErrorBody>(status, body) {
        Ok(body) => ClientError::Refused { body: Box::new(body), status: status.as_u16() },
        Err(garbled) => garbled,
    }
}

/// An error with its causes.
pub(crate) fn chain(error: &(dyn std::error::Error + 'static)) -> String {
    let mut text = error.to_string();
    let mut cause = error.source();
    while let Some(e) = cause {
        text = format!("{text}: {e}");
        cause = e.source();
    }
    text
}

/// The pause before attempt `n` (from 1) of something harmless: 250 ms, 500 ms … at most 8 s.
pub(crate) fn pause(attempt: u32) -> Duration {
    Duration::from_millis(250u64.saturating_mul(1 << attempt.saturating_sub(1).min(5)))
}
