//! What every request passes: an id, the version of the desk, a deadline, a net under panics, a line in the log that
//! names the route and never the address, and headers.

use std::future::Future;
use std::sync::Arc;
use std::time::{Duration, Instant};

use axum::extract::{MatchedPath, Request, State};
use axum::http::header::{CACHE_CONTROL, CONTENT_SECURITY_POLICY, REFERRER_POLICY};
use axum::http::{HeaderMap, HeaderName, HeaderValue};
use axum::middleware::Next;
use axum::response::{IntoResponse, Response};
use ventanilla_contract::error::ErrorCode;

use super::error::ApiError;
use crate::app::App;
use crate::key_page;

/// After this the caller gets an answer; the work goes on to its end, because a commit is never cancelled.
const DEADLINE: Duration = Duration::from_secs(10);

/// The layer around every route.
pub async fn guard(State(app): State<Arc<App>>, request: Request, next: Next) -> Response {
    let began = Instant::now();
    let id = app.id().map(|id| id.to_string()).unwrap_or_default();
    let method = request.method().clone();
    // The template, such as `/clave/{token}`: an address may hold a token.
    let route = request.extensions().get::<MatchedPath>().map_or("-", MatchedPath::as_str).to_owned();
    let too_old = route.starts_with("/v1/") && !is_current(request.headers(), app.release);
    let page = key_page::is_under(request.uri().path());
    let broken = |code: ErrorCode| {
        if page { key_page::trouble(app.training, code) } else { ApiError::from(code).into_response() }
    };
    let mut response = if too_old && route != "/v1/health" && route != "/v1/openapi.json" {
        ApiError::from(ErrorCode::UpgradeRequired).into_response()
    } else {
        in_time(DEADLINE, next.run(request)).await.unwrap_or_else(broken)
    };
    tracing::info!(request = %id, %method, route, status = response.status().as_u16(), ms = began.elapsed().as_millis(), "answered");
    let headers = response.headers_mut();
    let mut otherwise = |name: HeaderName, value: &'static str| {
        headers.entry(name).or_insert(HeaderValue::from_static(value));
    };
    otherwise(CACHE_CONTROL, "no-store");
    otherwise(REFERRER_POLICY, "no-referrer");
    otherwise(CONTENT_SECURITY_POLICY, "default-src 'none'; frame-ancestors 'none'");
    otherwise(HeaderName::from_static("x-content-type-options"), "nosniff");
    otherwise(HeaderName::from_static("x-frame-options"), "DENY");
    if app.tls {
        otherwise(HeaderName::from_static("strict-transport-security"), "max-age=31536000");
    }
    if let Ok(id) = HeaderValue::from_str(&id) {
        headers.insert("x-request-id", id);
    }
    response
}

/// The answer, or why there is none. The work is a task of its own: neither a caller that hangs up nor the deadline stops
/// it half way.
async fn in_time(
    deadline: Duration,
    work: impl Future<Output = Response> + Send + 'static,
) -> Result<Response, ErrorCode> {
    match tokio::time::timeout(deadline, tokio::spawn(work)).await {
        Ok(Ok(response)) => Ok(response),
        Ok(Err(_)) => Err(ErrorCode::Internal),
        Err(_) => Err(ErrorCode::OutcomeUnknown),
    }
}

/// Whether the desk is at most one release behind (M34); before `2.0` that is any `1.x`, since nobody here knows which was
/// the last one. Integrators without the header are not asked.
fn is_current(headers: &HeaderMap, ours: &str) -> bool {
    let release = |text: &str| {
        let mut parts = text.split('.').map(str::parse::<u32>);
        match (parts.next(), parts.next()) {
            (Some(Ok(major)), Some(Ok(minor))) => Some((major, minor)),
            _ => None,
        }
    };
    let theirs = headers.get("x-client-version").and_then(|v| v.to_str().ok()).and_then(release);
    match (theirs, release(ours)) {
        (Some(theirs), Some((major, 0))) => theirs >= (major.saturating_sub(1), 0),
        (Some(theirs), Some((major, minor))) => theirs >= (major, minor - 1),
        (None, _) | (_, None) => true,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[tokio::test]
    async fn past_the_deadline_nobody_says_that_nothing_was_done_and_the_work_goes_on() {
        let (done, heard) = tokio::sync::oneshot::channel();
        let work = async move {
            tokio::time::sleep(Duration::from_millis(80)).await;
            done.send(()).unwrap();
            Response::default()
        };
        assert_eq!(in_time(Duration::from_millis(10), work).await.map(|_| ()), Err(ErrorCode::OutcomeUnknown));
        heard.await.unwrap();
        let defect = async { panic!("a defect") };
        assert_eq!(in_time(Duration::from_secs(5), defect).await.map(|_| ()), Err(ErrorCode::Internal));
        let page = key_page::trouble(false, ErrorCode::OutcomeUnknown);
        assert_eq!(page.status(), 504);
        assert_eq!(page.headers()["content-type"], "text/html; charset=utf-8");
    }

    #[test]
    fn a_desk_one_release_behind_works_and_an_older_one_is_told() {
        let with = |version: &'static str| {
            let mut headers = HeaderMap::new();
            headers.insert("x-client-version", HeaderValue::from_static(version));
            headers
        };
        for fine in ["1.4.0", "1.3.9", "1.5.0", "2.0.0", "what"] {
            assert!(is_current(&with(fine), "1.4.2"), "{fine}");
        }
        for old in ["1.2.9", "0.9.0"] {
            assert!(!is_current(&with(old), "1.4.2"), "{old}");
        }
        assert!(is_current(&HeaderMap::new(), "1.4.2"));
        assert!(is_current(&with("1.9.3"), "2.0.0"), "one release behind across a major one");
        assert!(!is_current(&with("1.9.3"), "2.1.0"));
        assert!(!is_current(&with("0.9.3"), "2.0.0"));
    }
}
