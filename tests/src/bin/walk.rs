//! Walks a clerk's main jobs by itself, in training mode and in a virtual display: from the turno to the printed receipt,
//! then the other ways in which a case ends. Leaves a picture of each screen, and every paper, in the folder that the
//! first argument names.

#![allow(clippy::expect_used, reason = "a program of the tests stops at what it does not expect")]

use std::path::{Path, PathBuf};

use ventanilla_tests::browser::Phone;
use ventanilla_tests::desk::{Clerk, id, set_key};
use ventanilla_tests::driver::{Key, Page};
use ventanilla_tests::paper::{self, TestPrinter};
use ventanilla_tests::screen::Screen;
use ventanilla_tests::training::Training;
use ventanilla_tests::world::{KEY, today};
use ventanilla_training::{Lesson, STAFF};

fn main() {
    let folder = PathBuf::from(std::env::args().nth(1).unwrap_or_else(|| "out/walk".to_owned()));
    if let Err(error) = std::fs::create_dir_all(&folder) {
        eprintln!("{}: {error}", folder.display());
        std::process::exit(1);
    }
    let work = std::env::temp_dir().join(format!("ventanilla-walk-{}", std::process::id()));
    walk(&folder, &work);
    let _ = std::fs::remove_dir_all(&work);
}

fn walk(folder: &Path, work: &Path) {
    let count = std::cell::Cell::new(0);
    let keep = |page: &Page, name: &str| {
        count.set(count.get() + 1);
        let file = folder.join(format!("{:02}-{name}.png", count.get()));
        if let Err(error) = std::fs::write(&file, page.picture()) {
            eprintln!("{}: {error}", file.display());
        }
        println!("{}", file.display());
    };
    std::fs::create_dir_all(work).expect("a temporary folder");
    let screen = Screen::start(work);
    let printer = TestPrinter::start();
    let training = Training::open(&screen, work, &printer);
    let page = &training.window.page;
    let pin = training.pin(STAFF[0].0);
    let mut clerk = Clerk::at(page, keep);

    // The main job.
    clerk.sign_in_as(STAFF[0].0, &pin);
    page.wait(&id("queue-row"));
    clerk.show("queue");
    clerk.check_in("A-001");
    clerk.call_next();
    clerk.accept_all();
    clerk.state_address(&Lesson::Company.employer(today()).email.unwrap_or_default());
    clerk.send();
    let phone = Phone::start(work);
    let link = training.link(&phone.page);
    keep(&phone.page, "mailbox");
    set_key(&phone.page, &link, KEY, keep);
    clerk.close_restored();

    // The others.
    clerk.check_in("A-004");
    clerk.call_next();
    clerk.accept_one();
    clerk.refuse_one();
    clerk.close_as("returned");
    clerk.check_in("A-007");
    clerk.call_next();
    clerk.close_as("diverted_account_blocked");
    clerk.check_in("A-013");
    clerk.press_and_wait(Key::F2, &id("case-here"));
    clerk.press_and_wait(Key::Enter, &format!("{}[data-state=\"on_hold\"]", id("case-zone")));
    clerk.show("registro-civil-down");
    clerk.press_and_wait(Key::F3, &id("walk-in"));
    clerk.show("walk-in");
    page.press(Key::Escape);
    page.keys("?");
    page.wait(&id("keys-dialog"));
    clerk.show("keys");
    page.press(Key::Escape);
    clerk.open_day();
    drop(clerk);

    for (number, pdf) in paper::documents(&printer).iter().enumerate() {
        let stem = folder.join(format!("paper-{}", number + 1));
        let file = stem.with_extension("pdf");
        if let Err(error) = std::fs::write(&file, pdf) {
            eprintln!("{}: {error}", file.display());
            continue;
        }
        paper::picture(&file, &stem);
        println!("{}\n{}", file.display(), stem.with_extension("png").display());
    }
    training.window.close();
}
