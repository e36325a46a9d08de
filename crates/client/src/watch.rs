//! Following a reset as it happens: Server-Sent Events over lines that are opened again whenever they break.
//!
//! An event says what changed. How long the link still runs is not to be read from it: it may have lain in the network
//! for any time. Whoever shows a countdown asks for the reset and counts from before the question (M13).

use std::sync::Arc;

use futures_util::future::{Either, select};
use http_body_util::{BodyExt, Full};
use hyper::body::{Bytes, Incoming};
use hyper::client::conn::http1;
use tokio::time::{Instant, timeout, timeout_at};
use uuid::Uuid;
use ventanilla_contract::reset::Reset;

use crate::dial::Line;
use crate::error::ClientError;
use crate::exchange::{Call, chain, pause, refused};
use crate::{ANSWER_LIMIT, Client, Token};

/// Answers "whose token counts now?": it is renewed while a stream is open. `None` once nobody is signed in.
pub type Bearer = Arc<dyn Fn() -> Option<Token> + Send + Sync>;

/// What a watch saw.
#[derive(Debug)]
pub enum Seen {
    /// The stream is open; what comes from now on comes as it happens.
    Open,
    /// The reset changed.
    Changed(Box<Reset>),
    /// The stream broke or could not be opened; the watch opens it again by itself, after a pause, at the next call.
    Broken(ClientError),
    /// Nobody is signed in any more, or the backend refuses: the watch is over.
    Over(Option<ClientError>),
}

/// A stream of changes of one reset.
pub struct Watch {
    client: Client,
    bearer: Bearer,
    reset: Uuid,
    stream: Option<Stream>,
    failures: u32,
}

struct Stream {
    driver: http1::Connection<Box<dyn Line>, Full<Bytes>>,
    ended: bool,
    // Dropping it would end the line.
    _sender: http1::SendRequest<Full<Bytes>>,
    body: Incoming,
    buffer: Vec<u8>,
}

impl Client {
    /// Follows a reset. Nothing is opened before the first [`Watch::next`].
    #[must_use]
    pub fn watch(&self, bearer: Bearer, reset: Uuid) -> Watch {
        Watch { client: self.clone(), bearer, reset, stream: None, failures: 0 }
    }
}

impl Watch {
    /// What happened next. After [`Seen::Broken`] the next call pauses (250 ms … 8 s) and opens the stream again.
    /// Not cancel-safe for the event that is being read; a dropped call may lose it, never corrupt the next one.
    pub async fn next(&mut self) -> Seen {
        if self.stream.is_none() {
            return self.reopen().await;
        }
        match self.read().await {
            Ok(reset) => {
                self.failures = 0;
                Seen::Changed(Box::new(reset))
            }
            Err(e) => self.broken(e),
        }
    }

    fn broken(&mut self, error: ClientError) -> Seen {
        self.stream = None;
        self.failures = self.failures.saturating_add(1);
        Seen::Broken(error)
    }

    async fn reopen(&mut self) -> Seen {
        if self.failures > 0 {
            tokio::time::sleep(pause(self.failures)).await;
        }
        let Some(token) = (self.bearer)() else { return Seen::Over(None) };
        match start(&self.client, self.reset, &token).await {
            Ok(stream) => {
                self.stream = Some(stream);
                Seen::Open
            }
            // A refusal of the 400s stays one, however often it is asked; 401 may be a token that was renewed meanwhile.
            Err(e @ ClientError::Refused { status: 402..=499 | 400, .. }) => Seen::Over(Some(e)),
            Err(e) => self.broken(e),
        }
    }

    async fn read(&mut self) -> Result<Reset, ClientError> {
        let patience = self.client.inner.deadlines.stream;
        let Some(stream) = &mut self.stream else { return Err(ClientError::Silent("no stream".to_owned())) };
        loop {
            while let Some(data) = stream.event() {
                if let Some(data) = data {
                    return serde_json::from_str(&data)
                        .map_err(|e| ClientError::Garbled { status: 200, what: e.to_string() });
                }
            }
            if stream.buffer.len() > ANSWER_LIMIT {
                return Err(ClientError::Garbled { status: 200, what: "the event has no end".to_owned() });
            }
            match timeout(patience, stream.chunk()).await {
                Ok(Ok(true)) => {}
                Ok(Ok(false)) => return Err(ClientError::Silent("the stream ended".to_owned())),
                Ok(Err(e)) => return Err(ClientError::Silent(chain(&e))),
                Err(_) => return Err(ClientError::Silent("not even a sign of life".to_owned())),
            }
        }
    }
}

async fn start(client: &Client, reset: Uuid, token: &Token) -> Result<Stream, ClientError> {
    let deadline = Instant::now() + client.inner.deadlines.total;
    let call = Call::get(format!("/v1/resets/{}/events", reset)).by(token);
    let mut request = client.request(call)?;
    request.headers_mut().insert("accept", hyper::header::HeaderValue::from_static("text/event-stream"));
    let (mut sender, mut driver) = client.open(deadline).await?;
    let mut ended = false;
    let silent = |what: String| ClientError::Silent(what);
    let response = {
        let asking = std::pin::pin!(timeout_at(deadline, sender.send_request(request)));
        match select(asking, &mut driver).await {
            Either::Left((answer, _)) => answer,
            Either::Right((_, asking)) => {
                ended = true;
                asking.await
            }
        }
    };
    let response = response.map_err(|_| silent("the time is over".to_owned()))?.map_err(|e| silent(chain(&e)))?;
    let status = response.status();
    let mut stream = Stream { driver, ended, _sender: sender, body: response.into_body(), buffer: Vec::new() };
    if status.is_success() {
        return Ok(stream);
    }
    while stream.buffer.len() < ANSWER_LIMIT {
        match timeout_at(deadline, stream.chunk()).await {
            Ok(Ok(true)) => {}
            Ok(_) | Err(_) => break,
        }
    }
    Err(refused(status, &stream.buffer))
}

impl Stream {
    /// Reads on; `false` at the end.
    async fn chunk(&mut self) -> Result<bool, hyper::Error> {
        let frame = {
            let reading = self.body.frame();
            if self.ended {
                reading.await
            } else {
                match select(reading, &mut self.driver).await {
                    Either::Left((frame, _)) => frame,
                    Either::Right((_, reading)) => {
                        self.ended = true;
                        reading.await
                    }
                }
            }
        };
        match frame {
            None => Ok(false),
            Some(Err(e)) => Err(e),
            Some(Ok(frame)) => {
                if let Some(data) = frame.data_ref() {
                    self.buffer.extend_from_slice(data);
                }
                Ok(true)
            }
        }
    }

    /// Takes one whole block out of the buffer: its data, or `Some(None)` for a comment.
    fn event(&mut self) -> Option<Option<String>> {
        let (length, skip) = block(&self.buffer)?;
        let text = String::from_utf8_lossy(self.buffer.get(..length).unwrap_or_default()).into_owned();
        self.buffer.drain(..length + skip);
        let data: Vec<&str> = text
            .lines()
            .filter_map(|line| line.strip_prefix("data:"))
            .map(|data| data.strip_prefix(' ').unwrap_or(data))
            .collect();
        Some((!data.is_empty()).then(|| data.join("\n")))
    }
}

/// Where the first block ends, and how long its blank line is.
fn block(buffer: &[u8]) -> Option<(usize, usize)> {
    let at = |needle: &[u8]| buffer.windows(needle.len()).position(|w| w == needle);
    match (at(b"\n\n"), at(b"\r\n\r\n")) {
        (Some(a), Some(b)) if b < a => Some((b, 4)),
        (Some(a), _) => Some((a, 2)),
        (None, Some(b)) => Some((b, 4)),
        (None, None) => None,
    }
}
