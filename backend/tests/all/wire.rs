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
    let world = World::of_release("1.4.2");
    let clerk = world.clerk();
    const TURNOS: &str = "/v1/centers/QS/turnos?day=2026-11-24";
    assert_eq!(clerk.with("X-Client-Version", "1.2.9").get(TURNOS).refused(), (426, "upgrade_required"));
    assert_eq!(clerk.with("X-Client-Version", "1.2.9").get("/v1/health").status, 200);
    for fine in ["1.3.0", "1.4.2", "1.5.0"] {
        assert_eq!(clerk.with("X-Client-Version", fine).get(TURNOS).status, 200, "{fine}");
    }
}

#[test]
fn a_body_that_trickles_is_refused_before_the_deadline() {
    use std::io::{Read as _, Write as _};
    let world = World::open();
    let address = world.running().url.strip_prefix("http://").unwrap().to_owned();
    let mut stream = std::net::TcpStream::connect(&address).unwrap();
    let head = format!(
        "POST /v1/devices/enroll HTTP/1.1\r\nHost: {address}\r\nContent-Length: 100\r\nConnection: close\r\n\r\n{{"
    );
    stream.write_all(head.as_bytes()).unwrap();
    let began = std::time::Instant::now();
    let mut said = String::new();
    stream.read_to_string(&mut said).unwrap();
    assert!(said.starts_with("HTTP/1.1 400") && said.contains("body_invalid"), "{said}");
    assert!(began.elapsed() < std::time::Duration::from_secs(10));
}

#[test]
fn a_browser_gets_pages_under_clave_and_a_program_codes() {
    let world = World::open();
    let url = &world.running().url;
    for path in ["/clave", "/clave/", "/clave/x/y/z"] {
        let page = phone().get(&format!("{url}{path}"));
        assert_eq!((page.status, page.header("content-type")), (404, "text/html; charset=utf-8"), "{path}");
        assert!(page.text.contains("No reconocemos este enlace"), "{path}");
    }
    let method = phone().delete(&format!("{url}/clave/x"));
    assert_eq!((method.status, method.header("content-type")), (405, "text/html; charset=utf-8"));
    assert_eq!(phone().get(&format!("{url}/claves")).refused(), (404, "not_found"));
}

#[test]
fn a_workstation_asks_for_the_head_that_the_backend_kept_and_for_no_other_one_s() {
    let world = World::open();
    let clerk = world.clerk();
    assert_eq!(clerk.get("/v1/ws/QS-3/1/head").body, json!({"len": 0, "head": ""}));
    let event = json!({"id": Uuid::from_u128(1), "ws": "QS-3", "epoch": 1, "seq": 1, "at": 5, "actor": "landrade",
        "body": {"kind": "signed_in", "offline": false}});
    let body = json!({"events": [event], "audit_head": "ab".repeat(32), "audit_len": 7}).to_string();
    assert_eq!(clerk.send("PUT", "/v1/ws/QS-3/1/events?from=1", Some(body.into_bytes())).body["high"], 1);
    assert_eq!(clerk.get("/v1/ws/QS-3/1/head").body, json!({"len": 7, "head": "ab".repeat(32)}));
    assert_eq!(clerk.get("/v1/ws/QS-4/1/head").refused(), (401, "device_unknown"));
    assert_eq!(clerk.get("/v1/ws/QS-3/2/head").refused(), (401, "device_unknown"));
    assert_eq!(world.at("QS-3.s3").get("/v1/ws/QS-3/1/head").refused(), (401, "token_invalid"));
}

#[test]
fn a_second_backend_on_the_same_file_is_refused_in_words() {
    let mut world = World::open();
    let refused = world.second().map(|_| ()).unwrap_err().to_string();
    assert!(refused.contains("is held by another process"), "{refused}");
    assert_eq!(world.clerk().get("/v1/health").status, 200, "the first one serves on");
    world.restart();
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
