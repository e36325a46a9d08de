//! What no program should be sent gets a clear answer: a code at the backend, words in the window, never a panic.

use std::io::{Read, Write};
use std::net::{Shutdown, TcpListener, TcpStream};
use std::time::Duration;

use serde_json::json;
use ventanilla_tests::desk::{Clerk, id};
use ventanilla_tests::disk::SmallDisk;
use ventanilla_tests::driver::Key;
use ventanilla_tests::screen::Screen;
use ventanilla_tests::world::{PIN, World, clerk, today};
use ventanilla_training::{CENTER, COUNTER};

/// Nothing that the world's programs wrote speaks of a panic.
fn no_panic(world: &World) {
    for log in [world.backend.log(), std::fs::read_to_string(world.folder().join("window.log")).unwrap_or_default()] {
        assert!(!log.contains("panicked"), "{log}");
    }
}

#[test]
fn every_route_answers_every_body_with_a_code() {
    let world = World::open();
    let code = world.backend.enrollment_code(CENTER, COUNTER);
    let curl = world
        .curl()
        .enrolled(&code)
        .signed_in(clerk(), PIN)
        .with("Idempotency-Key", "018f0000-0000-7000-8000-000000000000");
    let document = curl.get("/v1/openapi.json").body;
    let long = "9".repeat(40);
    let bodies: Vec<Vec<u8>> = vec![
        b"".to_vec(),
        b"not json".to_vec(),
        b"null".to_vec(),
        b"[]".to_vec(),
        b"{\"case_id\":42}".to_vec(),
        vec![0xff, 0xfe, 0x00],
        format!("{{\"number\":\"{long}\",\"stated\":\"x\"}}").into_bytes(),
        vec![b'['; 100_000],
        vec![b' '; 10 * 1024 * 1024],
    ];
    let mut asked = 0;
    for (path, methods) in document["paths"].as_object().unwrap() {
        if !path.starts_with("/v1/") {
            continue;
        }
        for filler in ["letras", long.as_str(), "%00", "018f0000-0000-7000-8000-000000000000"] {
            let filled = path
                .split('/')
                .map(|part| if part.starts_with('{') { filler } else { part })
                .collect::<Vec<_>>()
                .join("/");
            for method in methods.as_object().unwrap().keys().map(|m| m.to_uppercase()) {
                if method == "POST" || method == "PUT" {
                    if path.ends_with("sign-out") {
                        continue;
                    }
                    for body in &bodies {
                        let answer = curl.send(&method, &filled, Some(body));
                        assert!(
                            (400..500).contains(&answer.status) || (path.ends_with("renew") && answer.status < 300),
                            "{method} {filled} with {} bytes: {answer:?}",
                            body.len()
                        );
                        if answer.status >= 400 {
                            assert!(
                                !answer.code().is_empty() && answer.body["hint"].is_string(),
                                "{method} {filled}: {answer:?}"
                            );
                        }
                        asked += 1;
                    }
                } else if !path.ends_with("events") {
                    let answer = curl.send(&method, &filled, None);
                    assert!(answer.status < 500, "{method} {filled}: {answer:?}");
                    asked += 1;
                }
            }
        }
    }
    assert!(asked > 200, "{asked}");
    let unknown = curl.get("/v1/nothing-here");
    assert_eq!((unknown.status, unknown.code()), (404, "not_found"));
    assert_eq!(curl.delete("/v1/health").code(), "method_not_allowed");
    assert_eq!(world.curl().get("/clave/letras").status / 100, 4, "a link that was never mailed");
    assert_eq!(world.curl().post("/v1/devices/enroll", &json!({"code": "nope"})).code(), "enrollment_invalid");
    // Bytes that are no HTTP at all.
    let address = world.backend.url().trim_start_matches("http://").to_owned();
    let mut raw = TcpStream::connect(&address).unwrap();
    raw.write_all(&[0x16, 0x03, 0x01, 0x00, 0xff, b'\n', b'\n']).unwrap();
    raw.shutdown(Shutdown::Write).unwrap();
    let _ = raw.read_to_end(&mut Vec::new());
    assert_eq!(curl.get("/v1/health").status, 200, "it goes on");
    no_panic(&world);
}

#[test]
fn the_command_line_answers_anything() {
    let world = World::open();
    let (went_well, said) =
        world.ventanilla(&["check", "ruc", "--json"], "letras\n\u{0}\n99999999999999999999999999999999999999999\n\n");
    assert!(!went_well);
    assert_eq!(said.lines().filter(|l| l.contains("\"invalid\"")).count(), 3, "{said}");
    let (_, said) = world.ventanilla(&["enroll"], "no-such-code\nfrase\nquien\n1\n");
    assert!(!said.contains("panicked"), "{said}");
    let (went_well, said) = world.ventanilla(&["doctor"], "");
    assert!(!went_well && !said.contains("panicked"), "not enrolled is a fault: {said}");
}

#[test]
fn letters_and_forty_digits_in_every_field_get_words() {
    let world = World::open();
    world.enroll();
    let screen = Screen::start(world.folder());
    let window = world.window(&screen);
    let page = &window.page;
    let forty = "4".repeat(40);
    page.wait(&id("sign-in"));
    for (user, pin) in [("ñandú' --", "letras"), (forty.as_str(), forty.as_str()), (clerk(), "000000")] {
        page.fill(&id("sign-in-username"), user);
        page.fill(&id("sign-in-pin"), pin);
        if page.has(&id("sign-in-passphrase")) {
            page.fill(&id("sign-in-passphrase"), ventanilla_tests::world::PASSPHRASE);
        }
        page.press(Key::Enter);
        page.wait(&format!("{}, [role=alert]", id("notice")));
        assert!(page.has(&id("sign-in")), "nobody is let in");
    }
    let mut hands = Clerk::at(page, |_, _| {});
    hands.sign_in();
    for text in [forty.as_str(), "' OR 1=1 --", "%_\\"] {
        page.keys("/");
        page.keys(text);
        page.press(Key::Escape);
    }
    page.press(Key::F3);
    for number in ["letras", forty.as_str(), "1710034064001", "0000000000"] {
        page.fill(&id("walk-in-number"), number);
        page.fill(&id("walk-in-person"), &"Ñ".repeat(500));
        page.press(Key::Enter);
        page.wait(&format!("{} [role=alert], {}, {} [aria-invalid=true]", id("walk-in"), id("notice"), id("walk-in")));
        assert!(page.has(&id("walk-in")), "{number} gets no turno");
    }
    page.press(Key::Escape);
    // The fields of a case: the cédula where the registries disagree, the date of the letter, the address.
    let refused = |field: &str, bad: &[&str]| {
        for text in bad {
            page.fill(&id(field), text);
            page.press(Key::Enter);
            page.wait(&format!("{}[data-severity=\"refusal\"]", id("notice")));
            page.press(Key::Escape);
            page.until("the words can be put away", |p| !p.has(&id("notice")));
            assert!(page.has(&id(field)), "{text:?} in {field} is not taken");
        }
    };
    hands.check_in("A-010");
    hands.call_next();
    page.press(Key::Up);
    refused("line-cedula", &["letras", &forty, "1710034064"]);
    hands.press_and_wait(Key::F4, &format!("{}[data-state=\"on_hold\"]", id("case-zone")));
    hands.check_in("A-001");
    hands.call_next();
    for _ in 0..3 {
        hands.accept_one();
    }
    page.press(Key::Enter);
    refused("line-date", &["letras", &forty, "31/02/2026"]);
    page.fill(&id("line-date"), &today().format("%d/%m/%Y").to_string());
    page.press(Key::Enter);
    page.until("the letter is accepted", |p| !p.has(&id("line-date")));
    hands.accept_all();
    hands.wait_stage("compare_address");
    refused("reset-stated", &["letras", &forty, "a@b@c"]);
    assert!(world.mail.mails().is_empty());
    no_panic(&world);
}

#[test]
fn no_backend_a_silent_one_and_a_printer_that_is_off_are_told_in_the_window() {
    let mut world = World::open();
    world.enroll();
    let screen = Screen::start(world.folder());
    let window = world.window(&screen);
    let page = &window.page;
    let mut hands = Clerk::at(page, |_, _| {});
    hands.sign_in();
    hands.check_in("A-004");
    hands.call_next();
    // Dossier work goes on during a cut (M23).
    world.backend.kill();
    page.wait_at_most(&id("offline-band"), Duration::from_secs(60));
    hands.accept_one();
    world.backend.serve();
    page.until("the line is back", |p| !p.has(&id("offline-band")));
    world.printer.switch_off();
    hands.refuse_one();
    page.press(Key::F10);
    page.wait(&id("close-panel"));
    page.click(&format!("{}[data-outcome=\"returned\"]", id("outcome")));
    if page.has(&id("close-confirm")) {
        page.click(&id("close-confirm"));
    }
    page.wait(&format!("{}[data-state=\"gone\"]", id("paper")));
    assert!(page.has(&id("paper-retry")), "it can be tried again");
    no_panic(&world);
}

#[test]
fn a_full_disk_is_told_and_the_next_tick_goes_on_once_there_is_room() {
    let world = World::open();
    let Some(disk) = SmallDisk::mount(&world.data, 8) else {
        eprintln!("skipped: mounting a small disk needs root");
        return;
    };
    world.enroll();
    let screen = Screen::start(world.folder());
    let window = world.window(&screen);
    let page = &window.page;
    let mut hands = Clerk::at(page, |_, _| {});
    hands.sign_in();
    hands.check_in("A-004");
    hands.call_next();
    hands.accept_one();
    disk.fill();
    page.press(Key::Enter);
    page.wait(&format!("{}[data-code=\"store_full\"]", id("notice")));
    let accepted = format!("{}[data-standing=\"accepted\"]", id("dossier-line"));
    assert_eq!(page.count(&accepted), 1, "what is not on disk is not shown");
    disk.free();
    hands.accept_one();
    assert_eq!(page.count(&accepted), 2);
    no_panic(&world);
    drop(hands);
    window.close();
}

#[test]
fn a_backend_that_never_answers_is_no_wheel_that_turns_for_ever() {
    let world = World::open();
    world.enroll();
    // Takes connections and says nothing.
    let silent = TcpListener::bind("127.0.0.1:0").unwrap();
    world.write_settings(&format!("http://{}", silent.local_addr().unwrap()), &world.printer.uri());
    let screen = Screen::start(world.folder());
    let window = world.window(&screen);
    let mut hands = Clerk::at(&window.page, |_, _| {});
    hands.sign_in();
    window.page.wait_at_most(&id("offline-band"), Duration::from_secs(60));
    no_panic(&world);
}
