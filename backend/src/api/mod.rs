//! `/v1`: parse, one call, map the error. Rules live in `domain`, state in `store`.

mod counter;
pub mod error;
mod events;
pub mod guard;
pub mod read;
mod resets;
mod staff;

use std::sync::Arc;

use axum::Json;
use axum::Router;
use axum::extract::State;
use axum::http::Uri;
use axum::http::header::CONTENT_TYPE;
use axum::response::{IntoResponse, Response};
use axum::routing::get;
use serde::Serialize;
use utoipa::openapi::security::{ApiKey, ApiKeyValue, HttpAuthScheme, HttpBuilder, SecurityScheme};
use utoipa::openapi::{Content, OpenApi, Ref, RefOr, Response as Documented, ResponseBuilder};
use utoipa::{OpenApi as _, ToSchema};
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;
use ventanilla_contract::error::{ErrorBody, ErrorCode};

use crate::app::App;
use crate::key_page;
use error::{Api, ApiError};

/// Somebody is there.
#[derive(Debug, Serialize, ToSchema)]
pub struct Health {
    /// Release of the backend.
    pub version: &'static str,
}

/// Whether anybody is there, and can write.
#[utoipa::path(get, path = "/v1/health", tag = "service", security(()), responses((status = 200, body = Health)))]
async fn health(State(app): State<Arc<App>>) -> Api<Json<Health>> {
    if app.store.works().await {
        Ok(Json(Health { version: env!("CARGO_PKG_VERSION") }))
    } else {
        Err(ErrorCode::StoreUnavailable.into())
    }
}

#[derive(utoipa::OpenApi)]
#[openapi(
    info(title = "Ventanilla", description = "Restores the clave de empleador at the counter. Every answer that is not a success is an ErrorBody; callers branch on its code."),
    security(("staff" = [], "device" = [])),
    components(schemas(ErrorBody, ErrorCode))
)]
struct Document;

fn documented() -> OpenApiRouter<Arc<App>> {
    OpenApiRouter::with_openapi(Document::openapi())
        .routes(routes!(health))
        .routes(routes!(staff::enroll))
        .routes(routes!(staff::sign_in))
        .routes(routes!(staff::renew))
        .routes(routes!(staff::sign_out))
        .routes(routes!(counter::turnos))
        .routes(routes!(counter::walk_in))
        .routes(routes!(counter::call))
        .routes(routes!(counter::service_period))
        .routes(routes!(counter::employer))
        .routes(routes!(counter::email_check))
        .routes(routes!(resets::accept))
        .routes(routes!(resets::by_key, resets::give_up))
        .routes(routes!(resets::now, resets::cancel))
        .routes(routes!(resets::reissue))
        .routes(routes!(resets::events))
        .routes(routes!(events::push))
        .routes(routes!(events::head))
}

/// The OpenAPI document of this release, as `/v1/openapi.json` serves it.
#[must_use]
pub fn openapi() -> String {
    let (_, document) = documented().split_for_parts();
    finished(document)
}

fn finished(mut document: OpenApi) -> String {
    let components = document.components.get_or_insert_default();
    let staff = HttpBuilder::new()
        .scheme(HttpAuthScheme::Bearer)
        .bearer_format("JWT")
        .description(Some("Staff token of /v1/staff/sign-in, at most 15 minutes"))
        .build();
    components.add_security_scheme("staff", SecurityScheme::Http(staff));
    let device = ApiKeyValue::with_description("X-Device", "<device_id>.<secret> of /v1/devices/enroll");
    components.add_security_scheme("device", SecurityScheme::ApiKey(ApiKey::Header(device)));
    for item in document.paths.paths.values_mut() {
        let all = [&mut item.get, &mut item.put, &mut item.post, &mut item.delete];
        for operation in all.into_iter().filter_map(Option::as_mut) {
            operation.responses.responses.insert("default".to_owned(), RefOr::T(refused()));
        }
    }
    document.to_pretty_json().map(|text| text + "\n").unwrap_or_default()
}

fn refused() -> Documented {
    let content = Content::new(Some(RefOr::Ref(Ref::from_schema_name("ErrorBody"))));
    ResponseBuilder::new()
        .description("Refused or broken; `code` says which")
        .content("application/json", content)
        .build()
}

/// The routes of `/v1`, with the document that describes them.
pub fn router() -> Router<Arc<App>> {
    let (router, document) = documented().split_for_parts();
    let document: axum::body::Bytes = finished(document).into();
    router.route(
        "/v1/openapi.json",
        get(move || async move { ([(CONTENT_TYPE, "application/json")], document).into_response() }),
    )
}

/// What is no route of ours.
pub async fn no_route(State(app): State<Arc<App>>, uri: Uri) -> Response {
    none(&app, &uri, ErrorCode::NotFound)
}

/// A route of ours with another method.
pub async fn no_method(State(app): State<Arc<App>>, uri: Uri) -> Response {
    none(&app, &uri, ErrorCode::MethodNotAllowed)
}

fn none(app: &App, uri: &Uri, code: ErrorCode) -> Response {
    if key_page::is_under(uri.path()) { key_page::unknown(app, code) } else { ApiError::from(code).into_response() }
}

#[cfg(test)]
mod tests {
    #[test]
    fn the_document_is_the_committed_one() {
        let path = concat!(env!("CARGO_MANIFEST_DIR"), "/../docs/openapi.json");
        let now = super::openapi();
        if std::env::var_os("VENTANILLA_BLESS").is_some() {
            std::fs::write(path, &now).unwrap();
        }
        let committed = std::fs::read_to_string(path).unwrap_or_default();
        assert!(
            now == committed,
            "docs/openapi.json is not of this code: VENTANILLA_BLESS=1 cargo test -p ventanilla-backend the_document"
        );
    }

    #[test]
    fn the_document_is_openapi_3_1_and_every_call_but_three_needs_a_token() {
        let document: serde_json::Value = serde_json::from_str(&super::openapi()).unwrap();
        assert!(document["openapi"].as_str().unwrap().starts_with("3.1"));
        let mut open = Vec::new();
        for (path, item) in document["paths"].as_object().unwrap() {
            for (method, operation) in item.as_object().unwrap() {
                let own = operation["security"].as_array();
                if own.is_some_and(|s| s.iter().all(|s| s.get("staff").is_none())) {
                    open.push(format!("{method} {path}"));
                }
            }
        }
        assert_eq!(open, ["post /v1/devices/enroll", "get /v1/health", "post /v1/staff/sign-in"]);
    }
}
