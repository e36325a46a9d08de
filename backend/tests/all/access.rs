//! Who may ask at all.

use serde_json::json;

use crate::world::{TODAY, World};

const TURNOS: &str = "/v1/centers/QS/turnos?day=2026-11-24";

#[test]
fn without_a_token_or_a_device_nothing_is_said() {
    let world = World::open();
    let clerk = world.clerk();
    assert_eq!(clerk.get(TURNOS).status, 200);
    assert_eq!(world.at("QS-3.s3").get(TURNOS).refused(), (401, "token_invalid"));
    // A token is bound to its device: another one's name makes it no token at all.
    assert_eq!(clerk.with("X-Device", "QS-9.s3").get(TURNOS).refused(), (401, "token_invalid"));
    for device in ["", "QS-3", "QS-3.wrong"] {
        assert_eq!(clerk.with("X-Device", device).get(TURNOS).refused(), (401, "device_unknown"), "{device}");
    }
}

#[test]
fn an_expired_a_forged_and_another_devices_token_are_refused() {
    let world = World::open();
    let clerk = world.clerk();
    assert_eq!(clerk.with("X-Device", "QS-4.s4").get(TURNOS).refused(), (401, "token_invalid"), "bound to its device");
    assert_eq!(clerk.with("Authorization", "Bearer a.b.c").get(TURNOS).refused(), (401, "token_invalid"));
    world.clock.advance(899_999);
    let renewed = clerk.post("/v1/staff/renew", &json!({}));
    assert_eq!(renewed.body["staff"]["name"], "Lucía Andrade");
    world.clock.advance(1);
    assert_eq!(clerk.get(TURNOS).refused(), (401, "token_invalid"));
    let renewed = format!("Bearer {}", renewed.body["token"].as_str().unwrap());
    assert_eq!(clerk.with("Authorization", &renewed).get(TURNOS).status, 200);
}

#[test]
fn sign_out_and_a_revoked_device_end_everything_at_once() {
    let world = World::open();
    let clerk = world.clerk();
    assert_eq!(clerk.post("/v1/staff/sign-out", &json!({})).status, 204);
    assert_eq!(clerk.get(TURNOS).refused(), (401, "token_invalid"));
    let again = world.clerk();
    world.rt.block_on(world.running().store().revoke_device("QS-3")).unwrap();
    assert_eq!(again.get(TURNOS).refused(), (401, "device_unknown"));
}

#[test]
fn another_centres_day_and_staff_stay_there() {
    let world = World::open();
    let clerk = world.clerk();
    assert_eq!(clerk.get(&format!("/v1/centers/GY/turnos?day={TODAY}")).refused(), (403, "forbidden"));
    let away = world.at("QS-3.s3").post("/v1/staff/sign-in", &json!({"username": "tlejano", "pin": "482915"}));
    assert_eq!(away.refused(), (403, "forbidden"));
    let id = world.reset(&clerk);
    let far = world.at("GY-1.s1").signed_in("tlejano", "482915");
    assert_eq!(far.get(&format!("/v1/resets/{id}")).refused(), (404, "reset_unknown"));
    assert_eq!(far.delete(&format!("/v1/resets/{id}")).status, 404);
}

#[test]
fn five_wrong_pins_lock_for_fifteen_minutes_and_an_unknown_name_looks_the_same() {
    let world = World::open();
    let device = world.at("QS-3.s3");
    let attempt = |name: &str, pin: &str| device.post("/v1/staff/sign-in", &json!({"username": name, "pin": pin}));
    for _ in 0..5 {
        assert_eq!(attempt("landrade", "000000").refused(), (401, "sign_in_failed"));
    }
    let locked = attempt("landrade", "284617");
    assert_eq!(locked.refused(), (429, "sign_in_locked"));
    assert_eq!(locked.body["retry_at"], crate::world::START.0 + 900_000);
    let unknown = attempt("nadie", "000000");
    let mut wrong = attempt("jnono", "000000");
    assert_eq!(unknown.text, wrong.text);
    wrong = attempt("jnono", &"9".repeat(500));
    assert_eq!(wrong.refused(), (401, "sign_in_failed"));
    world.clock.advance(900_000);
    assert_eq!(attempt("landrade", "284617").status, 200);
}

#[test]
fn an_enrolment_code_works_once() {
    let world = World::open();
    let code = ventanilla_backend::secrets::random_code().unwrap();
    let hash = ventanilla_backend::secrets::hash(&code);
    world.rt.block_on(world.running().store().put_enrollment_code(hash, "QS", "5", 1000)).unwrap();
    let enrolled = world.at("-").post("/v1/devices/enroll", &json!({ "code": code }));
    assert_eq!((enrolled.status, enrolled.body["device_id"].as_str()), (200, Some("QS-5")));
    let device = format!("QS-5.{}", enrolled.body["secret"].as_str().unwrap());
    assert_eq!(world.at(&device).signed_in("landrade", "284617").get(TURNOS).status, 200);
    let again = world.at("-").post("/v1/devices/enroll", &json!({ "code": code }));
    assert_eq!(again.refused(), (403, "enrollment_invalid"));
}
