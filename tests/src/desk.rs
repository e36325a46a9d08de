//! The clerk's hands on the window: keys where a clerk uses keys. Names of elements are those of
//! `ui/src/lib/testids.ts`.

use std::time::{Duration, Instant};

use crate::driver::{Key, Page};
use crate::world::{PASSPHRASE, PIN, clerk, today};

/// The element with a test id.
#[must_use]
pub fn id(name: &str) -> String {
    format!("[data-testid=\"{name}\"]")
}

/// Whoever looks at a screen, by its name.
type Look<'a> = Box<dyn FnMut(&Page, &str) + 'a>;

/// A clerk at the window. `look` sees every screen on the way, by name.
pub struct Clerk<'a> {
    /// The window.
    pub page: &'a Page,
    look: Look<'a>,
    /// Keys pressed so far, typed data excluded.
    pub presses: u32,
}

impl<'a> Clerk<'a> {
    /// Sits down.
    #[must_use]
    pub fn at(page: &'a Page, look: impl FnMut(&Page, &str) + 'a) -> Self {
        Self { page, look: Box::new(look), presses: 0 }
    }

    /// Shows the present screen to whoever looks.
    pub fn show(&mut self, name: &str) {
        (self.look)(self.page, name);
    }

    fn press(&mut self, key: Key) {
        self.presses += 1;
        self.page.press(key);
    }

    /// Signs in as the tests' clerk.
    pub fn sign_in(&mut self) {
        self.sign_in_as(clerk(), PIN);
    }

    /// Signs in.
    pub fn sign_in_as(&mut self, username: &str, pin: &str) {
        self.page.wait(&id("sign-in"));
        self.show("sign-in");
        self.page.fill(&id("sign-in-username"), username);
        self.page.fill(&id("sign-in-pin"), pin);
        if self.page.has(&id("sign-in-passphrase")) {
            self.page.fill(&id("sign-in-passphrase"), PASSPHRASE);
        }
        self.press(Key::Enter);
        self.page.wait(&id("queue-zone"));
    }

    /// Finds the turno, and puts its person into the line.
    pub fn check_in(&mut self, ticket: &str) {
        self.find(ticket);
        self.press(Key::F7);
        self.page.wait(&format!("{}[data-state=\"waiting\"]", id("case-zone")));
        self.show("waiting");
    }

    /// Finds a case and opens it.
    pub fn find(&mut self, ticket: &str) {
        self.page.wait(&format!("{}[data-ticket]", id("queue-row")));
        self.presses += 1;
        self.page.keys("/");
        let focused = |p: &Page| p.script("return document.activeElement?.dataset.testid", vec![]) == "search";
        self.page.until("the search field has the focus", |p| {
            if !focused(p) {
                // A slash typed into another field is a slash: Esc leaves that field, as a hand would.
                p.press(Key::Escape);
                p.keys("/");
            }
            focused(p)
        });
        self.page.keys(ticket);
        self.page.wait(&format!("{}[data-ticket=\"{ticket}\"]", id("queue-row")));
        self.press(Key::Enter);
        self.page.wait_text(&id("case-title"), ticket);
    }

    /// Calls whose turn it is and takes the person who comes.
    pub fn call_next(&mut self) {
        self.press(Key::F2);
        let called = id("case-here");
        let served = format!("{}[data-state=\"in_service\"]", id("case-zone"));
        self.page.until("somebody is called", |p| p.has(&called) || p.has(&served));
        if self.page.has(&called) {
            self.show("called");
            self.press(Key::Enter);
        }
        self.page.wait(&served);
        self.page.wait(&id("dossier-line"));
    }

    fn pending(&self) -> u64 {
        self.page.count(&format!("{}[data-standing=\"pending\"]", id("dossier-line")))
    }

    /// Accepts every document that waits for the clerk.
    pub fn accept_all(&mut self) {
        self.show("dossier");
        while self.pending() > 0 {
            self.accept_one();
        }
    }

    /// Accepts the document under the cursor, with today's date where its paper must carry one; it is on disk when this
    /// returns.
    pub fn accept_one(&mut self) {
        let before = self.pending();
        if self.page.has(&id("line-date")) && self.page.value(&id("line-date")).is_empty() {
            self.press(Key::Enter);
            self.page.until("the date has the focus", |p| {
                p.script("return document.activeElement?.dataset.testid", vec![]) == "line-date"
            });
            self.page.keys(&today().format("%d/%m/%Y").to_string());
        }
        let second = format!("{}:not(:checked)", id("line-second-signature"));
        if self.page.has(&second) {
            self.page.click(&second);
        }
        self.press(Key::Enter);
        let begun = Instant::now();
        while self.pending() == before {
            assert!(begun.elapsed() < Duration::from_secs(10), "Enter accepts nothing:\n{}", self.page.text("body"));
            std::thread::sleep(Duration::from_millis(10));
        }
    }

    /// Refuses the document under the cursor, for the first reason of its list.
    pub fn refuse_one(&mut self) {
        self.presses += 1;
        self.page.keys("r");
        self.page.wait(&id("reason"));
        self.show("reasons");
        self.presses += 1;
        self.page.keys("a");
        self.page.wait(&format!("{}[data-standing=\"refused\"]", id("dossier-line")));
    }

    /// Waits until the reset stands at `kind`.
    pub fn wait_stage(&self, kind: &str) {
        self.page.wait(&stage(kind));
    }

    /// The person names the address and the clerk types it.
    pub fn state_address(&mut self, address: &str) {
        self.wait_stage("compare_address");
        self.show("address");
        self.page.fill(&id("reset-stated"), address);
        self.press(Key::Enter);
        self.wait_stage("ready");
    }

    /// Presses a key and waits for what it brings.
    pub fn press_and_wait(&mut self, key: Key, css: &str) {
        self.press(key);
        self.page.wait(css);
    }

    /// Asks for the link.
    pub fn press_send(&mut self) {
        self.press_and_wait(Key::F8, &stage("live"));
    }

    /// Sends the link; the mail server takes it.
    pub fn send(&mut self) {
        self.show("ready");
        self.press_send();
        self.page.wait(&format!("{}[data-step=\"handed_over\"]", id("light")));
        self.show("link-on-its-way");
    }

    /// Closes a case whose key is set and waits for the printer's word.
    pub fn close_restored(&mut self) {
        self.wait_stage("key_set");
        self.show("key-set");
        self.press(Key::Enter);
        self.wait_closed();
    }

    /// Closes a case in another way, which the facts must suggest.
    pub fn close_as(&mut self, outcome: &str) {
        self.press(Key::F10);
        self.page.wait(&id("close-panel"));
        self.show("close");
        self.page.wait(&format!("{}[data-outcome=\"{outcome}\"][data-suggested=\"true\"]", id("outcome")));
        self.press(Key::Enter);
        self.wait_closed();
    }

    /// Picks an outcome that the facts do not suggest, in the open panel, and says yes where the window asks once more.
    pub fn choose_outcome(&mut self, outcome: &str) {
        self.presses += 1;
        self.page.click(&format!("{}[data-outcome=\"{outcome}\"]", id("outcome")));
        for button in ["close-confirm", "reset-confirm-yes"] {
            if self.page.has(&id(button)) {
                self.page.click(&id(button));
            }
        }
        self.page.until("the panel closes", |p| !p.has(&id("close-panel")) && !p.has(&id("reset-confirm")));
    }

    fn wait_closed(&mut self) {
        self.page.wait(&format!("{}[data-state=\"closed\"]", id("case-zone")));
        self.page.wait(&format!("{}[data-state=\"printed\"]", id("paper")));
        self.show("closed");
    }

    /// Opens the day of the workstation.
    pub fn open_day(&mut self) {
        self.press(Key::F6);
        self.page.wait(&id("day"));
        self.page.wait(&id("day-row"));
        self.page.wait(&id("history-entry"));
        self.show("day");
    }
}

/// The reset pane where it stands at `kind`.
#[must_use]
pub fn stage(kind: &str) -> String {
    format!("{}[data-kind=\"{kind}\"]", id("reset-stage"))
}

/// The employer opens the link on the phone and sets `key`. `look` sees each page, by name.
pub fn set_key(phone: &Page, link: &str, key: &str, mut look: impl FnMut(&Page, &str)) {
    phone.goto(link);
    phone.wait("input[name=clave]");
    look(phone, "phone-key");
    phone.fill("input[name=clave]", key);
    phone.fill("input[name=repetida]", key);
    phone.click("form button[type=submit], form button:not([type])");
    phone.wait_text("body", "Su clave quedó registrada");
    look(phone, "phone-done");
}
