//! Exactly once (M11), and judged again (M31).

use std::io::{BufRead, BufReader};
use std::sync::mpsc;

use serde_json::json;
use uuid::Uuid;

use crate::world::{KEY, TURNO, World, offer};

const ASKED: Uuid = Uuid::from_u128(501);

#[test]
fn an_incomplete_dossier_is_refused_whoever_calls() {
    let world = World::open();
    let clerk = world.clerk();
    let body = world.in_service(&clerk);
    for missing in 0..5 {
        let mut less = body.clone();
        less["attestations"].as_array_mut().unwrap().remove(missing);
        let answer = clerk.keyed(Uuid::from_u128(missing as u128)).post("/v1/resets", &less);
        assert_eq!(answer.refused(), (409, "dossier_incomplete"));
    }
    let mut other = body.clone();
    other["stated_email"] = json!("otra@eltrigo.example");
    assert_eq!(clerk.keyed(ASKED).post("/v1/resets", &other).refused(), (409, "email_mismatch"));
    let colleague = world.at("QS-4.s4").signed_in("jnono", "593028");
    assert_eq!(colleague.keyed(Uuid::from_u128(9)).post("/v1/resets", &body).refused(), (403, "case_not_yours"));
    let taken = colleague.post(&format!("/v1/turnos/{TURNO}/call"), &json!({"case_id": Uuid::from_u128(8)}));
    assert_eq!(taken.refused(), (409, "turno_called_elsewhere"));
    assert!(world.mail.mails.lock().unwrap().is_empty());
}

#[test]
fn a_suspended_ruc_gets_no_link_whoever_calls() {
    let world = World::open();
    let clerk = world.clerk();
    let body = world.in_service(&clerk);
    world.employer(|employer| employer["ruc_status"] = json!("suspended"));
    assert_eq!(clerk.keyed(ASKED).post("/v1/resets", &body).refused(), (409, "ruc_not_active"));
    world.employer(|_| {});
    let id = clerk.keyed(ASKED).post("/v1/resets", &body).body["id"].as_str().unwrap().to_owned();
    world.wait_state(&clerk, &id, "handed_over");
    world.clock.advance(30_000);
    world.employer(|employer| employer["ruc_status"] = json!("suspended"));
    let again = clerk.keyed(Uuid::from_u128(4)).post(&format!("/v1/resets/{id}/links"), &json!({}));
    assert_eq!(again.refused(), (409, "ruc_not_active"), "nor another one");
}

#[test]
fn the_same_key_is_the_same_reset_and_another_body_is_refused() {
    let world = World::open();
    let clerk = world.clerk();
    let body = world.in_service(&clerk);
    assert_eq!(clerk.post("/v1/resets", &body).refused(), (400, "idempotency_key_missing"));
    assert_eq!(
        clerk.with("Idempotency-Key", "x").post("/v1/resets", &body).refused(),
        (400, "idempotency_key_missing")
    );
    let by_key = format!("/v1/resets/by-key/{ASKED}");
    assert_eq!(clerk.get(&by_key).refused(), (404, "reset_unknown"));
    let first = clerk.keyed(ASKED).post("/v1/resets", &body);
    assert_eq!(first.status, 201, "{first:?}");
    let second = clerk.with("Idempotency-Key", &format!("\"{ASKED}\"")).post("/v1/resets", &body);
    assert_eq!((second.status, &second.body["id"]), (200, &first.body["id"]));
    assert_eq!(clerk.get(&by_key).body["id"], first.body["id"]);
    let mut other = body.clone();
    other["audit_len"] = json!(7);
    assert_eq!(clerk.keyed(ASKED).post("/v1/resets", &other).refused(), (422, "idempotency_key_reused"));
    let late = clerk.delete(&by_key);
    assert_eq!((late.status, &late.body["id"]), (200, &first.body["id"]), "too late to give it up");
    world.link();
    std::thread::sleep(std::time::Duration::from_millis(600));
    assert_eq!(world.mail.mails.lock().unwrap().len(), 1, "one mail");
}

#[test]
fn an_original_that_comes_after_its_tombstone_is_gone() {
    let world = World::open();
    let clerk = world.clerk();
    let body = world.in_service(&clerk);
    assert_eq!(clerk.delete(&format!("/v1/resets/by-key/{ASKED}")).status, 204);
    assert_eq!(clerk.keyed(ASKED).post("/v1/resets", &body).refused(), (410, "reset_abandoned"));
    world.clock.advance(600_000);
    assert_eq!(clerk.keyed(Uuid::from_u128(3)).post("/v1/resets", &body).refused(), (410, "service_period_over"));
}

#[test]
fn the_stream_tells_what_happens_as_it_happens() {
    let world = World::open();
    let clerk = world.clerk();
    let (id, link) = world.with_link(&clerk);
    let request = ureq::get(format!("{}/v1/resets/{id}/events", clerk.url));
    let (tell, told) = mpsc::channel();
    let request = clerk.dress(request);
    std::thread::spawn(move || {
        let response = request.call().unwrap();
        for line in BufReader::new(response.into_body().into_reader()).lines().map_while(Result::ok) {
            if let Some(data) = line.strip_prefix("data:") {
                let reset: serde_json::Value = serde_json::from_str(data.trim()).unwrap();
                if tell.send(reset).is_err() {
                    return;
                }
            }
        }
    });
    let next = || told.recv_timeout(std::time::Duration::from_secs(10)).unwrap();
    assert_eq!(next()["state"], "handed_over", "the first one is as it stands");
    assert_eq!(offer(&link, KEY, KEY).status, 200);
    let mut version = 0;
    loop {
        let reset = next();
        let newer = reset["version"].as_u64().unwrap();
        assert!(newer > version);
        version = newer;
        if reset["state"] == "used" {
            return;
        }
    }
}

#[test]
fn expiry_is_told_without_being_asked_and_a_cancelled_link_is_dead() {
    let world = World::open();
    let clerk = world.clerk();
    let (id, link) = world.with_link(&clerk);
    world.clock.advance(180_000);
    world.wait_state(&clerk, &id, "expired");
    // The state follows the clock at once; the light follows when the link is put down as over.
    let lit = (0..200).any(|_| {
        std::thread::sleep(std::time::Duration::from_millis(20));
        let reset = clerk.get(&format!("/v1/resets/{id}")).body;
        reset["telltale"].as_array().unwrap().iter().any(|s| s["step"] == "expired")
    });
    assert!(lit);
    assert_eq!(offer(&link, KEY, KEY).status, 410);
    let again = clerk.keyed(Uuid::from_u128(4)).post(&format!("/v1/resets/{id}/links"), &json!({}));
    assert_eq!(again.status, 201, "{again:?}");
    world.wait_state(&clerk, &id, "handed_over");
    let second = world.link();
    assert_ne!(second, link);
    assert_eq!(clerk.delete(&format!("/v1/resets/{id}")).body["state"], "cancelled");
    let dead = offer(&second, KEY, KEY);
    assert_eq!(dead.status, 410);
    assert!(dead.text.contains("Este enlace ya no vale"));
}
