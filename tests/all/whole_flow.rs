//! The main job on real parts: the real window, a mail server and a browser of another make, a real printer's protocol.

use ventanilla_tests::browser::Phone;
use ventanilla_tests::desk::{Clerk, id, set_key};
use ventanilla_tests::world::{KEY, today};
use ventanilla_training::Lesson;

use crate::at_the_counter::{Faults, desk, printed, says};

#[test]
fn from_the_turno_to_the_printed_receipt() {
    let (world, _screen, window) = desk();
    let faults = Faults::default();
    let employer = Lesson::Company.employer(today());
    let mut clerk = Clerk::at(&window.page, faults.look());
    clerk.sign_in();
    clerk.check_in("A-001");
    clerk.presses = 0;
    clerk.call_next();
    clerk.accept_all();
    clerk.state_address(&employer.email.clone().unwrap());
    clerk.send();

    let link = world.mail.wait_link(1);
    let mail = world.mail.wait("the mail", |mail| mail.link().is_some());
    assert_eq!(mail.to, [employer.email.unwrap()]);
    // Mail filters open links: nothing happens by that (M10).
    for _ in 0..5 {
        assert_eq!(ureq::get(&link).call().unwrap().status(), 200);
        assert_eq!(ureq::head(&link).call().unwrap().status(), 200);
    }
    window.page.wait(&format!("{}[data-step=\"page_fetched\"]", id("light")));

    let phone = Phone::start(world.folder());
    set_key(&phone.page, &link, KEY, faults.look());
    clerk.close_restored();
    assert!(clerk.presses <= 20, "{} keys from the call to the receipt", clerk.presses);
    clerk.open_day();
    drop(clerk);

    says(
        &printed(&world, 1),
        &[&employer.name, &employer.number, "María Núñez Quishpe", "Clave registrada", "Lucía Andrade"],
    );
    // A second use of the link is refused.
    phone.page.goto(&link);
    assert!(!phone.page.has("input[name=clave]"), "a used link offers no form");
    faults.check();
}

#[test]
fn a_returned_dossier_prints_what_is_missing() {
    let (world, _screen, window) = desk();
    let faults = Faults::default();
    let employer = Lesson::NaturalPerson.employer(today());
    let mut clerk = Clerk::at(&window.page, faults.look());
    clerk.sign_in();
    clerk.check_in("A-004");
    clerk.call_next();
    clerk.accept_one();
    clerk.refuse_one();
    clerk.close_as("returned");
    drop(clerk);
    says(&printed(&world, 1), &["José Ángel Peña Ibáñez", "Trámite devuelto", "Motivo", "Dónde corregirlo"]);
    assert!(!printed(&world, 1).contains(&employer.number), "a number built on a cédula is masked (M20)");
    assert!(world.mail.mails().iter().all(|mail| mail.link().is_none()), "no link left");
    faults.check();
}

#[test]
fn a_diversion_says_where_it_goes_on() {
    let (world, _screen, window) = desk();
    let faults = Faults::default();
    let employer = Lesson::NoEmail.employer(today());
    let mut clerk = Clerk::at(&window.page, faults.look());
    clerk.sign_in();
    clerk.check_in("A-006");
    clerk.call_next();
    clerk.show("dossier");
    clerk.close_as("diverted_no_email");
    drop(clerk);
    says(&printed(&world, 1), &[&employer.name, &employer.number, "Trámite derivado", "Raúl Chicaíza Ortuño"]);
    faults.check();
}
