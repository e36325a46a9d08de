//! Walks the main job by itself in a virtual display and leaves a picture of each screen, and the receipt, in the folder
//! that the first argument names.

use std::path::PathBuf;

use ventanilla_tests::browser::Phone;
use ventanilla_tests::desk::{Clerk, set_key};
use ventanilla_tests::driver::Page;
use ventanilla_tests::paper;
use ventanilla_tests::screen::Screen;
use ventanilla_tests::world::{KEY, World, today};
use ventanilla_training::Lesson;

fn main() {
    let folder = PathBuf::from(std::env::args().nth(1).unwrap_or_else(|| "out/walk".to_owned()));
    if let Err(error) = std::fs::create_dir_all(&folder) {
        eprintln!("{}: {error}", folder.display());
        std::process::exit(1);
    }
    let count = std::cell::Cell::new(0);
    let keep = |page: &Page, name: &str| {
        count.set(count.get() + 1);
        let file = folder.join(format!("{:02}-{name}.png", count.get()));
        if let Err(error) = std::fs::write(&file, page.picture()) {
            eprintln!("{}: {error}", file.display());
        }
        println!("{}", file.display());
    };
    let world = World::open();
    world.enroll();
    let screen = Screen::start(world.folder());
    let window = world.window(&screen);
    let mut clerk = Clerk::at(&window.page, keep);

    clerk.sign_in();
    clerk.check_in("A-001");
    clerk.call_next();
    clerk.accept_all();
    let address = Lesson::Company.employer(today()).email.unwrap_or_default();
    clerk.state_address(&address);
    clerk.send();
    let phone = Phone::start(world.folder());
    set_key(&phone.page, &world.mail.wait_link(1), KEY, keep);
    clerk.close_restored();
    clerk.open_day();
    drop(clerk);

    for (number, pdf) in paper::documents(&world.printer).iter().enumerate() {
        let stem = folder.join(format!("paper-{}", number + 1));
        let file = stem.with_extension("pdf");
        if let Err(error) = std::fs::write(&file, pdf) {
            eprintln!("{}: {error}", file.display());
            continue;
        }
        paper::picture(&file, &stem);
        println!("{}\n{}", file.display(), stem.with_extension("png").display());
    }
    window.close();
}
