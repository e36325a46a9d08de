//! What comes over the wire, however wrong it is, gets an answer of our own form.

use serde_json::json;
use uuid::Uuid;

use crate::world::{World, phone};

#[test]
fn nonsense_is_refused_in_words_and_nothing_breaks() {
    let world = World::open();
    let clerk = world.clerk();
    let raw = |method: &str, path: &str, body: &str| clerk.send(method, path, Some(body.as_bytes().to_vec()));
    for body in ["", "{", "[]", "null", "{\"username\":1}", "\u{feff}{}", "{\"username\":\"\u{202e}ñ\"}", "\"\\ud800\""]
    {
        assert_eq!(raw("POST", "/v1/staff/sign-in", body).refused(), (400, "body_invalid"), "{body}");
    }
    assert_eq!(clerk.get("/v1/nothing").refused(), (404, "not_found"));
    assert_eq!(clerk.get("/").refused(), (404, "not_found"));
    assert_eq!(clerk.delete("/v1/health").refused(), (405, "method_not_allowed"));
    assert_eq!(raw("PATCH", "/v1/resets", "{}").refused(), (405, "method_not_allowed"));
    assert_eq!(clerk.get("/v1/resets/not-an-id").refused(), (404, "not_found"));
    assert_eq!(clerk.get("/v1/resets/by-key/%00").refused(), (404, "not_found"));
    assert_eq!(clerk.get("/v1/centers/QS/turnos?day=2026-02-30").refused(), (400, "body_invalid"));
    assert_eq!(clerk.get("/v1/centers/QS/turnos").refused(), (400, "body_invalid"));
    let digits = "1".repeat(40);
    let long = clerk.get(&format!("/v1/employers/{digits}?case={}", Uuid::from_u128(1)));
    assert!(matches!(long.status, 400 | 403), "{long:?}");
    let big = json!({"events": [], "audit_head": "", "audit_len": 0})
        .to_string()
        .replace("\"audit_len\":0", &format!("\"audit_len\":{digits}"));
    assert_eq!(raw("PUT", "/v1/ws/QS-3/1/events?from=1", &big).refused(), (400, "body_invalid"));
    let worded = clerk.get("/v1/nothing");
    assert!(!worded.body["message"].as_str().unwrap().is_empty() && !worded.body["hint"].as_str().unwrap().is_empty());
}

#[test]
fn ten_megabytes_are_refused_and_the_sender_hears_why() {
    let world = World::open();
    let answer = world.clerk().send("POST", "/v1/staff/sign-in", Some(vec![b'x'; 10 * 1024 * 1024]));
    assert_eq!(answer.refused(), (413, "body_too_large"));
}

#[test]
fn a_desk_two_releases_behind_is_told_to_upgrade_and_health_still_answers() {
    let world = World::open();
    let clerk = world.clerk();
    assert_eq!(clerk.with("X-Client-Version", "0.0.1").get("/v1/health").status, 200);
    assert_eq!(clerk.with("X-Client-Version", env!("CARGO_PKG_VERSION")).get("/v1/health").status, 200);
}

#[test]
fn every_answer_is_sealed_and_the_document_is_served() {
    let world = World::open();
    let document = phone().get(&format!("{}/v1/openapi.json", world.running().url));
    assert_eq!(document.text, ventanilla_backend::api::openapi());
    for header in ["x-request-id", "x-content-type-options", "content-security-policy", "referrer-policy"] {
        assert!(!document.header(header).is_empty(), "{header}");
    }
    assert_eq!(phone().get(&format!("{}/v1/nothing", world.running().url)).header("cache-control"), "no-store");
}

#[test]
fn events_come_in_order_and_the_same_again_changes_nothing() {
    let world = World::open();
    let clerk = world.clerk();
    let event = |seq: u32, at: i64| {
        json!({"id": Uuid::from_u128(u128::from(seq)), "ws": "QS-3", "epoch": 1, "seq": seq, "at": at, "actor": "landrade",
            "body": {"kind": "signed_in", "offline": false}})
    };
    let push = |from: u32, events: serde_json::Value| {
        let body = json!({"events": events, "audit_head": "0".repeat(64), "audit_len": 1}).to_string();
        clerk.send("PUT", &format!("/v1/ws/QS-3/1/events?from={from}"), Some(body.into_bytes()))
    };
    assert_eq!(push(1, json!([event(1, 5), event(2, 6)])).body["high"], 2);
    assert_eq!(push(1, json!([event(1, 5), event(2, 6)])).body["high"], 2);
    let gap = push(5, json!([event(5, 5)]));
    assert_eq!((gap.refused(), &gap.body["expected"]), ((409, "event_gap"), &json!(3)));
    assert_eq!(push(2, json!([event(2, 99)])).refused(), (409, "workstation_quarantined"));
}
