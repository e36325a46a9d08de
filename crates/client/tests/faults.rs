//! The client against a line that misbehaves in every way: what it says is certain is what happened.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic, clippy::indexing_slicing, missing_docs)]

use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::{Duration, Instant};

use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::{TcpListener, TcpStream};
use uuid::Uuid;
use ventanilla_client::{
    Client, ClientConfig, ClientError, Deadlines, DeviceCredential, GivenUp, Outcome, Seen, Token,
};
use ventanilla_contract::error::ErrorCode;
use ventanilla_contract::reset::{Reset, ResetState};

const SHORT: Deadlines = Deadlines {
    connect: Duration::from_millis(300),
    total: Duration::from_millis(600),
    stream: Duration::from_millis(400),
};

/// A server that does one scripted thing for each connection, and counts them.
struct Server {
    url: String,
    connections: Arc<AtomicUsize>,
}

async fn serve<F, Fut>(script: F) -> Server
where
    F: Fn(usize, String, TcpStream) -> Fut + Send + Sync + 'static,
    Fut: Future<Output = ()> + Send + 'static,
{
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let url = format!("http://{}", listener.local_addr().unwrap());
    let connections = Arc::new(AtomicUsize::new(0));
    let count = Arc::clone(&connections);
    let script = Arc::new(script);
    tokio::spawn(async move {
        while let Ok((mut stream, _)) = listener.accept().await {
            let nth = count.fetch_add(1, Ordering::SeqCst);
            let script = Arc::clone(&script);
            tokio::spawn(async move {
                let mut head = Vec::new();
                let mut buffer = [0; 4096];
                while !head.windows(4).any(|w| w == b"\r\n\r\n") {
                    match stream.read(&mut buffer).await {
                        Ok(0) | Err(_) => break,
                        Ok(n) => head.extend_from_slice(&buffer[..n]),
                    }
                }
                script(nth, String::from_utf8_lossy(&head).into_owned(), stream).await;
            });
        }
    });
    Server { url, connections }
}

fn client(url: &str) -> Client {
    let config = ClientConfig { deadlines: SHORT, ..ClientConfig::new(url) };
    Client::new(&config).unwrap().with_device(DeviceCredential::new("QS-3", "geheim"))
}

fn token() -> Token {
    Token::new("abc".to_owned())
}

async fn answer(stream: &mut TcpStream, status: &str, body: &str) {
    let text =
        format!("HTTP/1.1 {status}\r\ncontent-type: application/json\r\ncontent-length: {}\r\n\r\n{body}", body.len());
    let _ = stream.write_all(text.as_bytes()).await;
}

fn reset(version: u32) -> Reset {
    Reset {
        id: Uuid::from_u128(7),
        case_id: Uuid::from_u128(8),
        state: ResetState::HandedOver,
        version,
        remaining_ms: Some(100_000),
        email_masked: "m•••••@eltrigo.ec".to_owned(),
        links_today: 1,
        links_per_day: 3,
        reissue_in_ms: 0,
        telltale: vec![],
    }
}

async fn ask(server: &Server) -> Result<Reset, ClientError> {
    client(&server.url).reset(&token(), Uuid::from_u128(1), b"{}".to_vec()).await
}

#[tokio::test]
async fn nobody_at_the_address_means_that_nothing_left() {
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let url = format!("http://{}", listener.local_addr().unwrap());
    drop(listener);
    let error = client(&url).reset(&token(), Uuid::from_u128(1), vec![]).await.unwrap_err();
    assert!(matches!(error, ClientError::Unreachable(_)), "{error}");
    assert_eq!(error.outcome(), Outcome::NotSent);
}

#[tokio::test]
async fn a_line_that_never_opens_means_that_nothing_left() {
    struct Never;
    impl ventanilla_client::Dial for Never {
        fn dial(&self, _: &hyper::Uri) -> ventanilla_client::Dialing {
            Box::pin(std::future::pending())
        }
    }
    let client = Client::with_dial("http://backend", Arc::new(Never), SHORT).unwrap();
    let begun = Instant::now();
    assert_eq!(client.health().await.unwrap_err().outcome(), Outcome::NotSent);
    assert!(begun.elapsed() < Duration::from_millis(550), "the shorter deadline counts for the line");
}

#[tokio::test]
async fn silence_is_unknown_and_ends_at_the_deadline() {
    let server = serve(|_, _, stream| async move {
        tokio::time::sleep(Duration::from_secs(5)).await;
        drop(stream);
    })
    .await;
    let begun = Instant::now();
    let error = ask(&server).await.unwrap_err();
    assert!(matches!(error, ClientError::Silent(_)), "{error}");
    assert_eq!(error.outcome(), Outcome::Unknown);
    assert!(begun.elapsed() < Duration::from_secs(2));
    assert_eq!(server.connections.load(Ordering::SeqCst), 1, "nothing is sent twice");
}

#[tokio::test]
async fn a_cut_before_during_and_after_the_head_is_unknown_and_never_sent_again() {
    for part in ["", "HTTP/1.1 20", "HTTP/1.1 200 OK\r\ncontent-length: 500\r\n\r\n{\"id\":"] {
        let server = serve(move |_, _, mut stream| async move {
            let _ = stream.write_all(part.as_bytes()).await;
        })
        .await;
        let error = ask(&server).await.unwrap_err();
        assert_eq!(error.outcome(), Outcome::Unknown, "{part:?}: {error}");
        tokio::time::sleep(Duration::from_millis(50)).await;
        assert_eq!(server.connections.load(Ordering::SeqCst), 1);
    }
}

#[tokio::test]
async fn an_answer_that_trickles_is_cut_at_the_total_deadline() {
    let server = serve(|_, _, mut stream| async move {
        let _ = stream.write_all(b"HTTP/1.1 200 OK\r\ncontent-length: 5000\r\n\r\n").await;
        for _ in 0..100 {
            if stream.write_all(b" ").await.is_err() {
                return;
            }
            tokio::time::sleep(Duration::from_millis(50)).await;
        }
    })
    .await;
    let begun = Instant::now();
    assert_eq!(ask(&server).await.unwrap_err().outcome(), Outcome::Unknown);
    assert!(begun.elapsed() < Duration::from_secs(2));
}

#[tokio::test]
async fn garbage_is_named_garbled_and_stays_unknown() {
    for text in [
        "SSH-2.0-OpenSSH_9.2\r\n",
        "HTTP/1.1 200 OK\r\ncontent-length: 5\r\n\r\nhello",
        "HTTP/1.1 200 OK\r\ncontent-length: 2\r\n\r\n{}",
        "HTTP/1.1 502 Bad Gateway\r\ncontent-length: 6\r\n\r\n<html>",
        "HTTP/1.1 403 Forbidden\r\ncontent-length: 6\r\n\r\n<html>",
        "HTTP/1.1 302 Found\r\nlocation: http://127.0.0.1:1/\r\ncontent-length: 0\r\n\r\n",
    ] {
        let server = serve(move |_, _, mut stream| async move {
            let _ = stream.write_all(text.as_bytes()).await;
        })
        .await;
        let error = ask(&server).await.unwrap_err();
        assert!(matches!(error, ClientError::Garbled { .. }), "{text:?}: {error}");
        assert_eq!(error.outcome(), Outcome::Unknown);
    }
}

#[tokio::test]
async fn ten_megabytes_are_not_read_to_their_end() {
    let server = serve(|_, _, mut stream| async move {
        let _ = stream.write_all(b"HTTP/1.1 200 OK\r\ncontent-length: 10485760\r\n\r\n").await;
        let block = vec![b' '; 65_536];
        while stream.write_all(&block).await.is_ok() {}
    })
    .await;
    let error = ask(&server).await.unwrap_err();
    assert!(matches!(error, ClientError::Garbled { .. } | ClientError::Silent(_)), "{error}");
}

#[tokio::test]
async fn a_refusal_keeps_its_code_and_one_of_the_500s_is_no_refusal() {
    let server = serve(|nth, _, mut stream| async move {
        let (status, code) = match nth {
            0 => ("429 Too Many Requests", "cool_down"),
            1 => ("503 Service Unavailable", "store_unavailable"),
            _ => ("503 Service Unavailable", "registro_civil_unavailable"),
        };
        let body = format!(r#"{{"code":"{code}","message":"m","hint":"h","retry_at":12}}"#);
        answer(&mut stream, status, &body).await;
    })
    .await;
    let error = ask(&server).await.unwrap_err();
    let body = error.refusal().unwrap();
    assert_eq!((body.code, body.retry_at), (ErrorCode::CoolDown, Some(12)));
    assert_eq!(error.outcome(), Outcome::NotDone);
    let error = ask(&server).await.unwrap_err();
    assert_eq!(error.refusal().unwrap().code, ErrorCode::StoreUnavailable);
    assert_eq!(error.outcome(), Outcome::Unknown, "a commit that was cut off may still have happened");
    let error = ask(&server).await.unwrap_err();
    assert_eq!(error.refusal().unwrap().code, ErrorCode::RegistroCivilUnavailable);
    assert_eq!(error.outcome(), Outcome::NotDone, "the registry is asked before anything is done");
}

#[tokio::test]
async fn a_code_that_this_desk_does_not_know_is_garbled_and_not_taken_for_another() {
    let server = serve(|_, _, mut stream| async move {
        answer(&mut stream, "409 Conflict", r#"{"code":"from_the_future","message":"m","hint":"h"}"#).await;
    })
    .await;
    assert!(matches!(ask(&server).await.unwrap_err(), ClientError::Garbled { status: 409, .. }));
}

#[tokio::test]
async fn every_call_carries_who_what_and_which_version() {
    let server = serve(|_, head, mut stream| async move {
        let head = head.to_ascii_lowercase();
        let sound = head.starts_with("post /v1/resets http/1.1\r\n")
            && head.contains("authorization: bearer abc\r\n")
            && head.contains("x-device: qs-3.geheim\r\n")
            && head.contains("idempotency-key: 00000000-0000-0000-0000-000000000001\r\n")
            && head.contains("x-client-version: 0.")
            && head.contains("content-type: application/json\r\n");
        let body = serde_json::to_string(&reset(1)).unwrap();
        answer(&mut stream, if sound { "201 Created" } else { "400 Bad Request" }, &body).await;
    })
    .await;
    assert_eq!(ask(&server).await.unwrap(), reset(1));
}

#[tokio::test]
async fn giving_up_tells_a_tombstone_from_a_reset_that_was_accepted() {
    let server = serve(|nth, _, mut stream| async move {
        let body = if nth == 0 { String::new() } else { serde_json::to_string(&reset(3)).unwrap() };
        answer(&mut stream, "200 OK", &body).await;
    })
    .await;
    let client = client(&server.url);
    assert_eq!(client.give_up(&token(), Uuid::from_u128(1)).await.unwrap(), GivenUp::Tombstone);
    assert_eq!(client.give_up(&token(), Uuid::from_u128(1)).await.unwrap(), GivenUp::Exists(Box::new(reset(3))));
}

#[test]
fn secrets_do_not_show_in_debug() {
    let text =
        format!("{:?} {:?} {:?}", token(), DeviceCredential::new("QS-3", "geheim"), client("http://127.0.0.1:1"));
    assert!(!text.contains("abc") && !text.contains("geheim"), "{text}");
}

const SSE: &str = "HTTP/1.1 200 OK\r\ncontent-type: text/event-stream\r\ntransfer-encoding: chunked\r\n\r\n";

async fn chunk(stream: &mut TcpStream, text: &str) {
    let _ = stream.write_all(format!("{:x}\r\n{text}\r\n", text.len()).as_bytes()).await;
}

fn event(version: u32) -> String {
    format!("event: reset\r\ndata: {}\r\n\r\n", serde_json::to_string(&reset(version)).unwrap())
}

#[tokio::test]
async fn a_watch_reads_on_over_comments_cuts_and_silence() {
    let server = serve(|nth, _, mut stream| async move {
        let _ = stream.write_all(SSE.as_bytes()).await;
        match nth {
            0 => {
                chunk(&mut stream, ": still here\n\n").await;
                let text = event(1);
                // Cut in the middle of a letter of two bytes.
                let bytes = text.as_bytes();
                let cut = text.find('•').unwrap() + 1;
                for part in [&bytes[..cut], &bytes[cut..]] {
                    let _ = stream.write_all(format!("{:x}\r\n", part.len()).as_bytes()).await;
                    let _ = stream.write_all(part).await;
                    let _ = stream.write_all(b"\r\n").await;
                    tokio::time::sleep(Duration::from_millis(20)).await;
                }
            }
            1 => tokio::time::sleep(Duration::from_secs(5)).await,
            _ => {
                chunk(&mut stream, &event(2).replace("\r\n", "\n")).await;
                tokio::time::sleep(Duration::from_secs(5)).await;
            }
        }
    })
    .await;
    let mut watch = client(&server.url).watch(Arc::new(|| Some(token())), Uuid::from_u128(7));
    assert!(matches!(watch.next().await, Seen::Open));
    assert!(matches!(watch.next().await, Seen::Changed(r) if r.version == 1));
    assert!(matches!(watch.next().await, Seen::Broken(_)), "cut");
    assert!(matches!(watch.next().await, Seen::Open));
    assert!(matches!(watch.next().await, Seen::Broken(_)), "no sign of life");
    assert!(matches!(watch.next().await, Seen::Open));
    assert!(matches!(watch.next().await, Seen::Changed(r) if r.version == 2));
}

#[tokio::test]
async fn a_watch_ends_when_nobody_is_signed_in_or_the_reset_is_unknown() {
    let server = serve(|_, _, mut stream| async move {
        answer(&mut stream, "404 Not Found", r#"{"code":"reset_unknown","message":"m","hint":"h"}"#).await;
    })
    .await;
    let nobody = client(&server.url).watch(Arc::new(|| None), Uuid::from_u128(7)).next().await;
    assert!(matches!(nobody, Seen::Over(None)));
    let unknown = client(&server.url).watch(Arc::new(|| Some(token())), Uuid::from_u128(7)).next().await;
    assert!(matches!(unknown, Seen::Over(Some(e)) if e.refusal().unwrap().code == ErrorCode::ResetUnknown));
}
