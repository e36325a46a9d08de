//! A clerk with curl gets no further than the window (M31): the backend judges everything again.

use serde_json::{Value, json};
use uuid::Uuid;
use ventanilla_backend::import::{DayCenter, DayDevice, DayFile, DayStaff};
use ventanilla_contract::staff::Role;
use ventanilla_tests::backend::{Answer, Curl, reset_body};
use ventanilla_tests::world::{OTHER_PIN, PIN, World, clerk, day, today};
use ventanilla_training::{CENTER, COUNTER, Lesson, STAFF};

const AWAY_CODE: &str = "CODE-OF-THE-OTHER-CENTRE-1";

/// The fictional day and a second centre with a workstation and a clerk of its own.
fn two_centres() -> DayFile {
    let mut day = day();
    day.centers.push(DayCenter { id: "GY".to_owned(), name: "Guayaquil Centro".to_owned(), utc_offset_minutes: -300 });
    day.devices.push(DayDevice {
        center: "GY".to_owned(),
        counter: "1".to_owned(),
        secret: None,
        enrollment_code: Some(AWAY_CODE.to_owned()),
    });
    day.staff.push(DayStaff {
        username: "lejano".to_owned(),
        name: "Tomás Lejano".to_owned(),
        role: Role::Clerk,
        center: "GY".to_owned(),
        pin: "482915".to_owned(),
    });
    day
}

/// A case in service over plain HTTP.
struct Case {
    id: Uuid,
    turno: String,
    period: String,
    number: String,
    body: Value,
}

fn turno(curl: &Curl, ticket: &str) -> (String, String) {
    let turnos = curl.get(&format!("/v1/centers/{CENTER}/turnos?day={}", today()));
    let all = turnos.body.as_array().unwrap_or_else(|| panic!("{turnos:?}"));
    let one = all.iter().find(|t| t["ticket"] == ticket).unwrap();
    (one["id"].as_str().unwrap().to_owned(), one["number"].as_str().unwrap().to_owned())
}

fn in_service(curl: &Curl, ticket: &str, lesson: Lesson) -> Case {
    let (turno, number) = turno(curl, ticket);
    let id = Uuid::now_v7();
    let called = curl.post(&format!("/v1/turnos/{turno}/call"), &json!({ "case_id": id }));
    assert!(called.status < 300, "{called:?}");
    let period = called.body["service_period"]["id"].as_str().unwrap_or_else(|| panic!("{called:?}")).to_owned();
    let employer = curl.get(&format!("/v1/employers/{number}?case={id}"));
    assert_eq!(employer.status, 200, "{employer:?}");
    let email = lesson.employer(today()).email.unwrap_or_default();
    let cedula = employer.body["representative"]["cedula"].as_str().unwrap_or_default();
    let body = reset_body((&id.to_string(), &turno, &period), &number, &email, cedula);
    Case { id, turno, period, number, body }
}

fn reset(curl: &Curl, body: &Value) -> Answer {
    curl.with("Idempotency-Key", &Uuid::now_v7().to_string()).post("/v1/resets", body)
}

fn at_the_desk(world: &World) -> Curl {
    let code = world.backend.enrollment_code(CENTER, COUNTER);
    world.curl().enrolled(&code).signed_in(clerk(), PIN)
}

#[test]
fn an_incomplete_dossier_is_refused_whoever_calls() {
    let world = World::open();
    let curl = at_the_desk(&world);
    let case = in_service(&curl, "A-001", Lesson::Company);
    for missing in 0..5 {
        let mut body = case.body.clone();
        body["attestations"].as_array_mut().unwrap().remove(missing);
        let answer = reset(&curl, &body);
        assert_eq!((answer.status, answer.code()), (409, "dossier_incomplete"), "without {missing}: {answer:?}");
    }
    let mut late = case.body.clone();
    late["attestations"][3]["dated"] = json!((today() - chrono::Duration::days(31)).to_string());
    assert_eq!(reset(&curl, &late).code(), "dossier_incomplete");
    let mut copied = case.body.clone();
    copied["attestations"][0]["seen"] = json!("consulted_online");
    assert_eq!(reset(&curl, &copied).code(), "dossier_incomplete", "a cédula is seen in the original");
    let mut other_person = case.body.clone();
    other_person["cedula_shown"] = json!("1710034065");
    assert_eq!(reset(&curl, &other_person).code(), "dossier_incomplete");
    let mut elsewhere = case.body.clone();
    elsewhere["stated_email"] = json!("otro@trigo.example");
    assert_eq!(reset(&curl, &elsewhere).code(), "email_mismatch");
    assert!(world.mail.mails().is_empty(), "nothing left the house");
    let done = reset(&curl, &case.body);
    assert!(done.status < 300, "the same dossier, whole: {done:?}");
    let _ = (case.id, case.turno, case.period);
}

#[test]
fn a_stopped_employer_gets_no_link_from_anybody() {
    let world = World::open();
    let curl = at_the_desk(&world);
    for (ticket, lesson, code) in [
        ("A-006", Lesson::NoEmail, "no_registered_email"),
        ("A-007", Lesson::Blocked, "account_blocked"),
        ("A-009", Lesson::AppointmentLapsed, "dossier_incomplete"),
        ("A-010", Lesson::RegistriesDisagree, "dossier_incomplete"),
    ] {
        let case = in_service(&curl, ticket, lesson);
        let answer = reset(&curl, &case.body);
        assert_eq!((answer.status, answer.code()), (409, code), "{ticket}: {answer:?}");
    }
    let (down, _) = turno(&curl, "A-013");
    let id = Uuid::now_v7();
    assert!(curl.post(&format!("/v1/turnos/{down}/call"), &json!({ "case_id": id })).status < 300);
    let answer = curl.get(&format!("/v1/employers/{}?case={id}", Lesson::RegistroCivilDown.employer(today()).number));
    assert_eq!((answer.status, answer.code()), (503, "registro_civil_unavailable"));
    assert!(answer.body["retry_at"].is_i64(), "it says when to try again (R28)");
    assert!(world.mail.mails().is_empty());
}

#[test]
fn somebody_elses_case_and_another_centres_turno_are_refused() {
    let world = World::with(&two_centres(), "");
    let curl = at_the_desk(&world);
    let case = in_service(&curl, "A-001", Lesson::Company);
    let colleague = curl.without("Authorization").signed_in(STAFF[1].0, OTHER_PIN);
    let answer = reset(&colleague, &case.body);
    assert_eq!((answer.status, answer.code()), (403, "case_not_yours"), "{answer:?}");

    let away = world.curl().enrolled(AWAY_CODE).signed_in("lejano", "482915");
    let (turno, number) = turno(&curl, "A-002");
    let called = away.post(&format!("/v1/turnos/{turno}/call"), &json!({ "case_id": Uuid::now_v7() }));
    assert_eq!((called.status, called.code()), (403, "turno_other_center"), "{called:?}");
    let looked = away.get(&format!("/v1/employers/{number}?case={}", case.id));
    assert!(matches!(looked.status, 403 | 404), "no look at an employer without a case of one's own: {looked:?}");
    assert!(reset(&away, &case.body).status >= 400);
    assert!(away.get(&format!("/v1/centers/{CENTER}/turnos?day={}", today())).status >= 400);
    // The first counter has the person; the second is told so (M7).
    let again = colleague.post(&format!("/v1/turnos/{}/call", case.turno), &json!({ "case_id": Uuid::now_v7() }));
    assert_eq!((again.status, again.code()), (409, "turno_called_elsewhere"), "{again:?}");
    assert!(world.mail.mails().is_empty());
    let _ = case.number;
}

#[test]
fn without_a_good_token_every_door_is_shut() {
    let world = World::open();
    let code = world.backend.enrollment_code(CENTER, COUNTER);
    let device = world.curl().enrolled(&code);
    let curl = device.signed_in(clerk(), PIN);
    let document = world.curl().get("/v1/openapi.json").body;
    let mut doors = 0;
    for (path, methods) in document["paths"].as_object().unwrap() {
        if !path.starts_with("/v1/")
            || ["/v1/devices/enroll", "/v1/openapi.json", "/v1/health"].contains(&path.as_str())
        {
            continue;
        }
        let filled = path
            .replace("{center}", CENTER)
            .replace("{ruc}", "0993370026001")
            .replace("{ws}", "QS-3")
            .replace("{epoch}", "1");
        let filled = filled
            .split('/')
            .map(|part| if part.starts_with('{') { "018f0000-0000-7000-8000-000000000000" } else { part });
        let filled = filled.collect::<Vec<_>>().join("/");
        for method in methods
            .as_object()
            .unwrap()
            .keys()
            .map(|m| m.to_uppercase())
            .filter(|m| ["GET", "POST", "PUT", "DELETE"].contains(&m.as_str()))
        {
            let body = (method != "GET" && method != "DELETE").then_some(b"{}".as_slice());
            let nobody = world.curl().send(&method, &filled, body);
            assert_eq!(nobody.status, 401, "{method} {filled}: {nobody:?}");
            assert!(["token_invalid", "device_unknown"].contains(&nobody.code()), "{nobody:?}");
            if path != "/v1/staff/sign-in" {
                let answer = device.send(&method, &filled, body);
                assert_eq!((answer.status, answer.code()), (401, "token_invalid"), "{method} {filled} without a token");
                let forged = device.with("Authorization", "Bearer eyJhbGciOiJub25lIn0.eyJzdWIiOiJsYW5kcmFkZSJ9.");
                assert_eq!(forged.send(&method, &filled, body).status, 401, "{method} {filled} with alg none");
            }
            doors += 1;
        }
    }
    assert!(doors >= 12, "the contract lists its routes: {doors}");
    let unknown = curl.with("X-Device", "QS-3.wrong");
    assert_eq!(unknown.get(&format!("/v1/centers/{CENTER}/turnos?day={}", today())).code(), "device_unknown");
    assert_eq!(
        world.curl().post("/v1/devices/enroll", &json!({ "code": code })).code(),
        "enrollment_invalid",
        "a code works once"
    );
    assert!(curl.post("/v1/staff/sign-out", &json!({})).status < 300);
    let after = curl.get(&format!("/v1/centers/{CENTER}/turnos?day={}", today()));
    assert_eq!((after.status, after.code()), (401, "token_invalid"), "signed out is signed out: {after:?}");
}

#[test]
fn the_same_key_twice_is_one_reset_and_two_racing_keys_set_one() {
    let world = World::open();
    let curl = at_the_desk(&world);
    let case = in_service(&curl, "A-001", Lesson::Company);
    let keyed = curl.with("Idempotency-Key", &Uuid::now_v7().to_string());
    let (first, second) = (keyed.post("/v1/resets", &case.body), keyed.post("/v1/resets", &case.body));
    assert!(first.status < 300 && second.status < 300, "{first:?} {second:?}");
    assert_eq!(first.body["id"], second.body["id"]);
    let mut other = case.body.clone();
    other["audit_len"] = json!(7);
    assert_eq!(keyed.post("/v1/resets", &other).code(), "idempotency_key_reused");
    assert_eq!(curl.post("/v1/resets", &case.body).code(), "idempotency_key_missing");

    let link = world.mail.wait_link(1);
    assert!(link.starts_with(world.backend.url()), "{link}");
    let path = link.trim_start_matches(world.backend.url()).to_owned();
    let page = world.curl();
    for _ in 0..5 {
        assert_eq!(page.get(&path).status, 200);
        assert_eq!(page.send("HEAD", &path, None).status, 200);
    }
    let weak = page.with("content-type", "application/x-www-form-urlencoded").send(
        "POST",
        &path,
        Some(b"clave=Abcd+1234&repetida=Abcd+1234"),
    );
    assert!(weak.text.contains("La clave no cumple con los parámetros de seguridad"), "{}", weak.text);
    let post = |key: &'static str| {
        let (page, path) = (page.with("content-type", "application/x-www-form-urlencoded"), path.clone());
        std::thread::spawn(move || page.send("POST", &path, Some(format!("clave={key}&repetida={key}").as_bytes())))
    };
    let racing = [post("Nueva%2BSol26"), post("Otra%2BLuna57")].map(|t| t.join().unwrap());
    let set = racing.iter().filter(|a| a.text.contains("Su clave quedó registrada")).count();
    assert_eq!(set, 1, "{racing:?}");
    let state = curl.get(&format!("/v1/resets/{}", first.body["id"].as_str().unwrap()));
    assert_eq!(state.body["state"], "used");
    assert_eq!(world.mail.mails().iter().filter(|m| m.link().is_some()).count(), 1, "one link was mailed");
}

#[test]
fn the_mail_servers_mood_is_told_as_it_is() {
    let world = World::open();
    let curl = at_the_desk(&world);
    let steps = |id: &str| -> Vec<String> {
        let reset = curl.get(&format!("/v1/resets/{id}"));
        reset.body["telltale"].as_array().unwrap().iter().map(|s| s["step"].as_str().unwrap().to_owned()).collect()
    };
    for (ticket, lesson, mood, wanted) in [
        ("A-001", Lesson::Company, "refuse", vec!["refused"]),
        ("A-011", Lesson::FoundationInArrears, "greylist", vec!["deferred", "handed_over"]),
        ("A-012", Lesson::NumberRemark, "bounce", vec!["handed_over", "bounced"]),
    ] {
        match mood {
            "refuse" => world.mail.refuse(),
            "greylist" => world.mail.greylist(1),
            _ => world.mail.bounce(world.backend.bounces()),
        }
        let case = in_service(&curl, ticket, lesson);
        let done = reset(&curl, &case.body);
        assert!(done.status < 300, "{ticket}: {done:?}");
        let id = done.body["id"].as_str().unwrap().to_owned();
        let limit = std::time::Duration::from_secs(60);
        let told = ventanilla_tests::process::wait_for(mood, limit, || {
            Some(steps(&id)).filter(|s| wanted.iter().all(|w| s.iter().any(|x| x == w)))
        });
        let order: Vec<&String> = told.iter().filter(|s| wanted.contains(&s.as_str())).collect();
        assert_eq!(order, wanted, "{mood}: {told:?}");
    }
}
