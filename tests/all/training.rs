//! Training mode (M30): one program without settings, a day of fictional employers, its own mailbox and printer.

use ventanilla_tests::browser::Phone;
use ventanilla_tests::desk::{Clerk, id, set_key};
use ventanilla_tests::paper::{self, TestPrinter};
use ventanilla_tests::process::wait_for;
use ventanilla_tests::screen::Screen;
use ventanilla_tests::training::Training;
use ventanilla_tests::world::{KEY, today};
use ventanilla_training::{Lesson, STAFF};

use crate::at_the_counter::says;

#[test]
fn a_person_completes_a_case_from_the_turno_to_the_receipt_in_training() {
    let folder = tempfile::tempdir().unwrap();
    let screen = Screen::start(folder.path());
    let printer = TestPrinter::start();
    let training = Training::open(&screen, folder.path(), &printer);
    let page = &training.window.page;
    page.wait(&id("sign-in"));
    assert!(page.has(&id("training-band")), "training is unmistakable before anybody signs in");
    let pins = |training: &Training| STAFF.map(|(name, ..)| training.pin(name));
    let first = pins(&training);
    let pin = first[0].clone();
    let mut hands = Clerk::at(page, |_, _| {});
    hands.sign_in_as(STAFF[0].0, &pin);
    assert!(page.has(&id("training-band")));
    hands.check_in("A-001");
    hands.call_next();
    hands.accept_all();
    hands.state_address(&Lesson::Company.employer(today()).email.unwrap());
    hands.send();
    let phone = Phone::start(folder.path());
    let link = training.link(&phone.page);
    set_key(&phone.page, &link, KEY, |_, _| {});
    hands.close_restored();
    let sheet = wait_for("the receipt", std::time::Duration::from_secs(10), || paper::documents(&printer).pop());
    let words = paper::words(&sheet, folder.path());
    says(&words, &["Clave registrada", "Capacitación: sin validez"]);
    drop(hands);
    training.window.close();
    // A second start finds the same day and the same PINs, and no default ones.
    let training = Training::open(&screen, folder.path(), &printer);
    assert_eq!(pins(&training), first);
    training.window.close();
    let other = tempfile::tempdir().unwrap();
    let elsewhere = Training::open(&screen, other.path(), &printer);
    assert_ne!(pins(&elsewhere), first, "PINs are made anew, none is a default");
    elsewhere.window.close();
}
