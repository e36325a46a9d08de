//! The employer's page over HTTP.

use crate::world::{KEY, World, offer, phone, wait};

fn steps(world: &World, clerk: &crate::world::Caller, id: &str) -> Vec<String> {
    let _ = world;
    let reset = clerk.get(&format!("/v1/resets/{id}")).body;
    reset["telltale"].as_array().unwrap().iter().map(|s| s["step"].as_str().unwrap().to_owned()).collect()
}

#[test]
fn ten_looks_change_nothing_one_form_sets_the_key_and_the_second_says_used() {
    let world = World::open();
    let clerk = world.clerk();
    let (id, link) = world.with_link(&clerk);
    for _ in 0..5 {
        assert_eq!(phone().get(&link).status, 200);
        assert_eq!(phone().send("HEAD", &link, None).status, 200);
    }
    assert!(steps(&world, &clerk, &id).iter().filter(|s| *s == "page_fetched").count() == 1);
    assert!(!steps(&world, &clerk, &id).iter().any(|s| s == "person_on_page"), "a filter is no person");
    let set = offer(&link, KEY, KEY);
    assert_eq!(set.status, 200, "{}", set.text);
    assert!(set.text.contains("Su clave quedó registrada.") && set.text.contains("Puede cerrar esta página."));
    assert!(!set.text.contains(KEY));
    let again = offer(&link, KEY, KEY);
    assert_eq!(again.status, 410);
    assert!(again.text.contains("Este enlace ya se usó"));
    assert_eq!(phone().get(&link).status, 410);
    world.wait_state(&clerk, &id, "used");
}

#[test]
fn of_two_forms_at_once_exactly_one_sets_the_key() {
    let world = World::open();
    let clerk = world.clerk();
    let (_, link) = world.with_link(&clerk);
    let answers: Vec<u16> = std::thread::scope(|scope| {
        let racers: Vec<_> = (0..4).map(|_| scope.spawn(|| offer(&link, KEY, KEY).status)).collect();
        racers.into_iter().map(|r| r.join().unwrap()).collect()
    });
    assert_eq!(answers.iter().filter(|s| **s == 200).count(), 1, "{answers:?}");
    assert_eq!(answers.iter().filter(|s| **s == 410).count(), 3, "{answers:?}");
}

#[test]
fn the_link_lives_179_999_and_not_180_000() {
    for (ms, status) in [(179_999, 200), (180_000, 410)] {
        let world = World::open();
        let clerk = world.clerk();
        let (_, link) = world.with_link(&clerk);
        world.clock.advance(ms);
        let answer = offer(&link, KEY, KEY);
        assert_eq!(answer.status, status, "{ms}");
        if status == 410 {
            assert!(answer.text.contains("El enlace venció") && answer.text.contains("ventanilla"));
        }
    }
}

#[test]
fn a_refused_key_marks_its_rules_is_not_shown_again_and_leaves_the_link_its_time() {
    let world = World::open();
    let clerk = world.clerk();
    let (id, link) = world.with_link(&clerk);
    world.clock.advance(60_000);
    let refused = offer(&link, "Trigo1234", "Trigo1234");
    assert_eq!(refused.status, 422);
    assert!(refused.text.contains("La clave no cumple con los parámetros de seguridad"));
    assert_eq!(refused.text.matches("class=\"broken\"").count(), 2, "special and guessable");
    assert!(!refused.text.contains("Trigo1234"));
    assert!(refused.text.contains("2 min 0 s"), "the time goes on");
    let mismatch = offer(&link, KEY, "Zafiro#82j");
    assert_eq!(mismatch.status, 422);
    assert!(mismatch.text.contains("Las dos claves no son iguales") && !mismatch.text.contains(KEY));
    let long = offer(&link, &"ñ".repeat(20_000), "x");
    assert_eq!(long.status, 422);
    assert!(steps(&world, &clerk, &id).iter().any(|s| s == "key_refused"));
    assert_eq!(offer(&link, KEY, KEY).status, 200);
}

#[test]
fn the_page_is_sealed_small_and_says_who_asked() {
    let world = World::open();
    let clerk = world.clerk();
    let (_, link) = world.with_link(&clerk);
    let page = phone().get(&link);
    assert!(page.text.len() < 50_000);
    assert!(!page.text.contains("<script") && !page.text.contains("http://") && !page.text.contains("https://"));
    assert_eq!(page.header("referrer-policy"), "no-referrer");
    assert_eq!(page.header("cache-control"), "no-store");
    let policy = page.header("content-security-policy");
    assert!(policy.starts_with("default-src 'none'; style-src 'sha256-") && !policy.contains("unsafe"), "{policy}");
    for needed in [
        "Panadería El Trigo S.A.S.",
        "Quito Sur",
        "ventanilla 3",
        "10:00",
        "! # $ % &amp; * + - . @ _",
        "role=\"timer\"",
    ] {
        assert!(page.text.contains(needed), "{needed}");
    }
}

#[test]
fn unknown_and_malformed_links_look_the_same() {
    let world = World::open();
    let url = &world.running().url;
    let malformed = phone().get(&format!("{url}/clave/x"));
    assert_eq!(malformed.status, 404);
    for other in ["A".repeat(43), "A".repeat(5000), "%00%ff".to_owned(), "..%2f..".to_owned()] {
        let unknown = phone().get(&format!("{url}/clave/{other}"));
        assert_eq!((unknown.status, &unknown.text), (404, &malformed.text), "{other}");
    }
    assert_eq!(offer(&format!("{url}/clave/x"), KEY, KEY).text, malformed.text);
    assert!(malformed.text.contains("ventanilla"));
}

#[test]
fn focus_tells_that_a_person_is_there_and_another_sites_form_is_refused() {
    let world = World::open();
    let clerk = world.clerk();
    let (id, link) = world.with_link(&clerk);
    let pixel = phone().get(&format!("{link}/presencia.gif"));
    assert_eq!((pixel.status, pixel.header("content-type")), (200, "image/gif"));
    wait("a person", || steps(&world, &clerk, &id).iter().any(|s| s == "person_on_page").then_some(()));
    let cross = phone().with("Sec-Fetch-Site", "cross-site").send("POST", &link, Some(b"clave=a".to_vec()));
    assert_eq!(cross.status, 403);
    assert_eq!(offer(&link, KEY, KEY).status, 200);
}
