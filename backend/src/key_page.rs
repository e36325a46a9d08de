//! The routes of the employer's page: a GET shows and changes nothing, the person's POST sets the key (M10).

use std::sync::Arc;

use axum::Router;
use axum::body::Body;
use axum::extract::rejection::PathRejection;
use axum::extract::{Path, State};
use axum::http::{HeaderMap, HeaderValue, StatusCode, header};
use axum::response::{IntoResponse, Response};
use axum::routing::get;
use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use maud::Markup;
use sha2::{Digest, Sha256};
use ventanilla_contract::error::ErrorCode;
use ventanilla_domain::key_rules;
use ventanilla_domain::reset::LinkRefusal;
use zeroize::Zeroizing;

use crate::api::read::whole;
use crate::app::App;
use crate::asked::Asked;
use crate::pages::{self, DeadEnd, Fault, KeyPage};
use crate::secrets;
use crate::store::{LinkPage, PageEvent, StoreError};

/// Largest form, bytes: two keys and their names.
const FORM_LIMIT: usize = 8 * 1024;
/// Longest token that is looked at, bytes; ours have 43.
const TOKEN_LIMIT: usize = 128;

/// The routes.
pub fn router() -> Router<Arc<App>> {
    Router::new().route("/clave/{token}", get(show).post(set)).route("/clave/{token}/presencia.gif", get(presence))
}

#[derive(Default)]
struct Offered {
    clave: Zeroizing<String>,
    repetida: Zeroizing<String>,
}

/// What stands in the address; bytes that are no text are a token that nobody has.
type Token = Result<Path<String>, PathRejection>;

fn text(token: Token) -> String {
    token.map(|Path(text)| text).unwrap_or_default()
}

async fn show(State(app): State<Arc<App>>, token: Token) -> Response {
    let token = text(token);
    match look(&app, &token, PageEvent::Fetched).await {
        Ok((page, left)) => key_page(&app, &page, left, &token, None),
        Err(why) => dead_end(&app, why),
    }
}

/// The field has the focus: a person is on the page. Answers the same pixel whatever the token.
async fn presence(State(app): State<Arc<App>>, token: Token) -> Response {
    let _ = look(&app, &text(token), PageEvent::PersonOnPage).await;
    ([(header::CONTENT_TYPE, "image/gif")], pages::PIXEL).into_response()
}

async fn set(State(app): State<Arc<App>>, token: Token, headers: HeaderMap, body: Body) -> Response {
    let token = text(token);
    if !is_from_our_page(&headers) {
        return rendered(
            StatusCode::FORBIDDEN,
            &pages::dead_end(ventanilla_words::es(), DeadEnd::Unknown, app.training),
        );
    }
    let form = whole(body, FORM_LIMIT).await.map(Zeroizing::new).unwrap_or_default();
    // What is no form is an empty one, which breaks the rules.
    let Offered { clave, repetida } = read_form(&form);
    match offer(&app, &token, clave, &repetida).await {
        Ok(()) => rendered(StatusCode::OK, &pages::done(ventanilla_words::es(), app.training)),
        Err(Stopped::Fault(page, left, fault)) => key_page(&app, &page, left, &token, Some(fault)),
        Err(Stopped::DeadEnd(why)) => dead_end(&app, why),
    }
}

enum Stopped {
    Fault(Box<LinkPage>, i64, Fault),
    DeadEnd(DeadEnd),
}

impl From<DeadEnd> for Stopped {
    fn from(why: DeadEnd) -> Self {
        Self::DeadEnd(why)
    }
}

async fn offer(app: &App, token: &str, key: Zeroizing<String>, repeated: &str) -> Result<(), Stopped> {
    let (page, left) = look(app, token, PageEvent::PersonOnPage).await?;
    let broken = key_rules::broken(&key, &page.number, &[&page.employer_name, &page.representative_name]);
    if !broken.is_empty() {
        let (page, left) = look(app, token, PageEvent::KeyRefused).await?;
        return Err(Stopped::Fault(Box::new(page), left, Fault::Rules(broken)));
    }
    if *key != repeated {
        return Err(Stopped::Fault(Box::new(page), left, Fault::Mismatch));
    }
    // The link was valid above; hashing takes a while, and setting asks again in one compare-and-set.
    let hash = app.hash_key(key).await.map_err(|error| {
        tracing::error!(%error, "a key could not be hashed");
        DeadEnd::Trouble
    })?;
    let mail_id = app.id().map_err(|_| DeadEnd::Trouble)?;
    match app.store.use_link(secrets::hash(token), hash, mail_id).await {
        Ok(Ok(set)) => {
            tracing::info!(reset = %set.reset_id, ended = set.sessions_ended, "a key was set");
            Ok(())
        }
        Ok(Err(refusal)) => Err(over(refusal).into()),
        Err(error) => Err(broken_store(&error).into()),
    }
}

async fn look(app: &App, token: &str, event: PageEvent) -> Result<(LinkPage, i64), DeadEnd> {
    if token.len() > TOKEN_LIMIT {
        return Err(DeadEnd::Unknown);
    }
    match app.store.page(secrets::hash(token), event).await {
        Ok(Some(page)) => match page.standing {
            Ok(left) => Ok((page, left)),
            Err(refusal) => Err(over(refusal)),
        },
        Ok(None) => Err(DeadEnd::Unknown),
        Err(error) => Err(broken_store(&error)),
    }
}

const fn over(refusal: LinkRefusal) -> DeadEnd {
    match refusal {
        LinkRefusal::Expired => DeadEnd::Expired,
        LinkRefusal::Used => DeadEnd::Used,
        LinkRefusal::Withdrawn => DeadEnd::Withdrawn,
        LinkRefusal::DoesNotFit => DeadEnd::Unknown,
    }
}

fn broken_store(error: &StoreError) -> DeadEnd {
    if error.code() == ErrorCode::ResetUnknown {
        return DeadEnd::Unknown;
    }
    tracing::error!(%error, "the store failed");
    DeadEnd::Trouble
}

/// A form that another site sends is refused; ours sends `null`, because the page gives no referrer.
fn is_from_our_page(headers: &HeaderMap) -> bool {
    let text = |name: &str| headers.get(name).and_then(|value| value.to_str().ok());
    if text("sec-fetch-site").is_some_and(|site| site == "cross-site" || site == "same-site") {
        return false;
    }
    match (text("origin"), text("host")) {
        (None | Some("null"), _) => true,
        (Some(origin), Some(host)) => origin.split_once("://").is_some_and(|(_, from)| from == host),
        (Some(_), None) => false,
    }
}

fn read_form(form: &[u8]) -> Offered {
    let mut offered = Offered::default();
    for (name, value) in form_urlencoded::parse(form) {
        match &*name {
            "clave" => offered.clave = Zeroizing::new(value.into_owned()),
            "repetida" => offered.repetida = Zeroizing::new(value.into_owned()),
            _ => {}
        }
    }
    offered
}

fn key_page(app: &App, page: &LinkPage, left: i64, token: &str, fault: Option<Fault>) -> Response {
    let status = if fault.is_some() { StatusCode::UNPROCESSABLE_ENTITY } else { StatusCode::OK };
    let asked = Asked::from(&page.asked);
    let shown = KeyPage {
        employer: &page.employer_name,
        center: &asked.center,
        counter: &asked.counter,
        asked_at: &asked.time,
        remaining_ms: u32::try_from(left).unwrap_or(0),
        // A token that the store knows is one of ours: letters, digits, `-` and `_`.
        path: &format!("/clave/{token}"),
        fault,
        training: app.training,
    };
    rendered(status, &pages::key(ventanilla_words::es(), &shown))
}

/// Whether a path is one that a person sees in a browser.
pub(crate) fn is_under(path: &str) -> bool {
    path == "/clave" || path.starts_with("/clave/")
}

/// The page of a breakdown, with the status of its code.
pub(crate) fn trouble(training: bool, code: ErrorCode) -> Response {
    let status = StatusCode::from_u16(code.status()).unwrap_or(StatusCode::SERVICE_UNAVAILABLE);
    rendered(status, &pages::dead_end(ventanilla_words::es(), DeadEnd::Trouble, training))
}

/// The page of an address that is none of ours, or of a method that it does not take.
pub(crate) fn unknown(app: &App, code: ErrorCode) -> Response {
    let status = StatusCode::from_u16(code.status()).unwrap_or(StatusCode::NOT_FOUND);
    rendered(status, &pages::dead_end(ventanilla_words::es(), DeadEnd::Unknown, app.training))
}

fn dead_end(app: &App, why: DeadEnd) -> Response {
    let status = StatusCode::from_u16(why.status()).unwrap_or(StatusCode::NOT_FOUND);
    rendered(status, &pages::dead_end(ventanilla_words::es(), why, app.training))
}

/// A page with the policy that lets its own style in and nothing else.
pub(crate) fn rendered(status: StatusCode, page: &Markup) -> Response {
    let html = page.0.clone();
    let style =
        html.split_once("<style>").and_then(|(_, rest)| rest.split_once("</style>")).map_or("", |(style, _)| style);
    let policy = format!(
        "default-src 'none'; style-src 'sha256-{}'; img-src 'self'; form-action 'self'; base-uri 'none'; frame-ancestors 'none'",
        STANDARD.encode(Sha256::digest(style.as_bytes()))
    );
    let mut response = (status, [(header::CONTENT_TYPE, "text/html; charset=utf-8")], html).into_response();
    if let Ok(policy) = HeaderValue::from_str(&policy) {
        response.headers_mut().insert(header::CONTENT_SECURITY_POLICY, policy);
    }
    response
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_form_of_another_site_is_refused() {
        let with = |pairs: &[(&'static str, &'static str)]| {
            let mut headers = HeaderMap::new();
            for (name, value) in pairs {
                headers.insert(*name, HeaderValue::from_static(value));
            }
            is_from_our_page(&headers)
        };
        assert!(with(&[("host", "claves.ec")]));
        assert!(with(&[("host", "claves.ec"), ("origin", "null"), ("sec-fetch-site", "same-origin")]));
        assert!(with(&[("host", "claves.ec"), ("origin", "https://claves.ec")]));
        assert!(!with(&[("host", "claves.ec"), ("origin", "https://otra.ec")]));
        assert!(!with(&[("host", "claves.ec"), ("sec-fetch-site", "cross-site")]));
    }

    #[test]
    fn a_form_is_read_with_every_letter() {
        let offered = read_form("clave=%C3%91and%C3%BA_7x&repetida=a%2Bb+c&otra=1".as_bytes());
        assert_eq!((offered.clave.as_str(), offered.repetida.as_str()), ("Ñandú_7x", "a+b c"));
        assert_eq!(read_form(&[0xff, b'=', 0xfe]).clave.as_str(), "");
    }
}
