//! What the tests at the real window begin with and look at.

use std::cell::RefCell;

use ventanilla_tests::driver::Page;
use ventanilla_tests::paper;
use ventanilla_tests::process::wait_for;
use ventanilla_tests::screen::Screen;
use ventanilla_tests::window::Window;
use ventanilla_tests::world::World;

/// What axe found wrong, on which screen.
#[derive(Default)]
pub(crate) struct Faults(RefCell<Vec<String>>);

impl Faults {
    pub(crate) fn look(&self) -> impl FnMut(&Page, &str) + '_ {
        |page, name| self.0.borrow_mut().extend(page.axe().into_iter().map(|fault| format!("{name}: {fault}")))
    }

    pub(crate) fn check(&self) {
        let faults = self.0.borrow();
        assert!(faults.is_empty(), "WCAG 2.2 AA:\n{}", faults.join("\n"));
    }
}

/// An enrolled workstation with everything that belongs to it, and its window.
pub(crate) fn desk() -> (World, Screen, Window) {
    let world = World::open();
    let (screen, window) = desk_of(&world);
    (world, screen, window)
}

/// The same at a world that was made before.
pub(crate) fn desk_of(world: &World) -> (Screen, Window) {
    world.enroll();
    let screen = Screen::start(world.folder());
    let window = world.window(&screen);
    (screen, window)
}

/// The words of the newest paper, once the printer has `count`.
pub(crate) fn printed(world: &World, count: usize) -> String {
    let all = wait_for("the paper", std::time::Duration::from_secs(10), || {
        Some(paper::documents(&world.printer)).filter(|all| all.len() >= count)
    });
    assert_eq!(all.len(), count, "printed once");
    paper::words(&all[count - 1], world.folder())
}

/// Whether the paper says all of it.
pub(crate) fn says(words: &str, all: &[&str]) {
    // Long names may break over lines.
    let flat = words.split_whitespace().collect::<Vec<_>>().join(" ").to_lowercase();
    for wanted in all {
        assert!(flat.contains(&wanted.to_lowercase()), "the paper does not say {wanted:?}:\n{words}");
    }
}
