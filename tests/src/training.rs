//! The window in training mode, with its embedded backend and mailbox.

use std::path::Path;

use crate::desk::id;
use crate::driver::Page;
use crate::paper::TestPrinter;
use crate::screen::Screen;
use crate::window::Window;

/// The window.
pub struct Training {
    /// It.
    pub window: Window,
}

impl Training {
    /// Opens it on a folder of its own below `folder`, printing on `printer`.
    #[must_use]
    pub fn open(screen: &Screen, folder: &Path, printer: &TestPrinter) -> Self {
        let (data, uri) = (folder.join("training").to_string_lossy().into_owned(), printer.uri());
        Self { window: Window::open(screen, folder, &["--training", "--data-dir", &data, "--printer", &uri]) }
    }

    /// The PIN that the sign-in screen shows beside a clerk.
    #[must_use]
    pub fn pin(&self, username: &str) -> String {
        let button = format!("{} [data-username=\"{username}\"]", id("training-staff"));
        self.window.page.wait(&button);
        let pin =
            self.window.page.script("return document.querySelector(arguments[0]).dataset.pin", vec![button.into()]);
        pin.as_str().unwrap_or_default().to_owned()
    }

    /// Opens the newest mail of the mailbox page, as a person would, and gives the link that it shows.
    #[must_use]
    pub fn link(&self, phone: &Page) -> String {
        let session = "window.__TAURI_INTERNALS__.invoke('session').then(arguments[0])";
        let session = self.window.page.script_async(session, vec![]);
        phone.goto(session["mailbox_url"].as_str().unwrap_or_else(|| panic!("no mailbox in {session}")));
        phone.click("li a");
        phone.wait("a.link");
        let link = phone.script("return document.querySelector('a.link').href", vec![]);
        link.as_str().unwrap_or_default().to_owned()
    }
}
