//! One WebDriver session, asked in plain blocking calls.

use std::future::Future;
use std::time::Duration;

use fantoccini::actions::{InputSource, KeyAction, KeyActions};
use fantoccini::{Client, ClientBuilder, Locator};
use hyper_util::client::legacy::connect::HttpConnector;
use serde_json::{Map, Value};
use tokio::runtime::Runtime;

use crate::process::wait_for;

pub use fantoccini::key::Key;

/// How long a test waits for something to appear.
pub const PATIENCE: Duration = Duration::from_secs(20);

/// The axe rules that are run: WCAG 2.2 A and AA.
const AXE: &str = "const done = arguments[arguments.length - 1];
axe.run(document, { runOnly: ['wcag2a', 'wcag2aa', 'wcag21a', 'wcag21aa', 'wcag22aa'] })
  .then(r => done(r.violations.map(v => v.id + ': ' + v.help + ' — ' + v.nodes.map(n => n.target + ' ' + n.failureSummary).join(' | '))))
  .catch(e => done(['axe itself: ' + e]));";

/// A page that is driven.
pub struct Page {
    runtime: Runtime,
    client: Client,
}

impl Page {
    /// Opens a session at the driver on `port`.
    #[must_use]
    pub fn open(port: u16, capabilities: Map<String, Value>) -> Self {
        let runtime = tokio::runtime::Builder::new_multi_thread().worker_threads(1).enable_all().build().unwrap();
        let url = format!("http://127.0.0.1:{port}");
        let client = runtime.block_on(async {
            let mut builder = ClientBuilder::new(HttpConnector::new());
            builder.capabilities(capabilities);
            builder.connect(&url).await
        });
        Self { client: client.unwrap_or_else(|e| panic!("no session at the driver: {e:?}")), runtime }
    }

    fn ask<T>(&self, question: impl Future<Output = T>) -> T {
        self.runtime.block_on(question)
    }

    /// Goes to an address.
    pub fn goto(&self, url: &str) {
        self.ask(self.client.goto(url)).unwrap();
    }

    /// Runs a script in the page.
    pub fn script(&self, script: &str, arguments: Vec<Value>) -> Value {
        self.ask(self.client.execute(script, arguments)).unwrap_or_else(|e| panic!("script failed: {e}\n{script}"))
    }

    /// Runs a script that answers through its last argument.
    pub fn script_async(&self, script: &str, arguments: Vec<Value>) -> Value {
        self.ask(self.client.execute_async(script, arguments))
            .unwrap_or_else(|e| panic!("script failed: {e}\n{script}"))
    }

    /// Whether something matches.
    #[must_use]
    pub fn has(&self, css: &str) -> bool {
        self.script("return document.querySelector(arguments[0]) !== null", vec![css.into()]) == Value::Bool(true)
    }

    /// How many match.
    #[must_use]
    pub fn count(&self, css: &str) -> u64 {
        let n = self.script("return document.querySelectorAll(arguments[0]).length", vec![css.into()]);
        n.as_u64().unwrap_or_default()
    }

    /// Waits until something matches.
    pub fn wait(&self, css: &str) {
        self.wait_at_most(css, PATIENCE);
    }

    /// Waits until something matches, not longer than `limit`.
    pub fn wait_at_most(&self, css: &str, limit: Duration) {
        let begun = std::time::Instant::now();
        while !self.has(css) {
            assert!(begun.elapsed() < limit, "waited {limit:?} for {css}; the page says:\n{}", self.text("body"));
            std::thread::sleep(Duration::from_millis(30));
        }
    }

    /// Waits until `css` says `words` somewhere in it.
    pub fn wait_text(&self, css: &str, words: &str) {
        let begun = std::time::Instant::now();
        while !self.text(css).contains(words) {
            assert!(
                begun.elapsed() < PATIENCE,
                "waited {PATIENCE:?} for {css} to say {words:?}; it says {:?}; the page says:\n{}",
                self.text(css),
                self.text("body")
            );
            std::thread::sleep(Duration::from_millis(30));
        }
    }

    /// What the person reads in the first match; empty where there is none.
    #[must_use]
    pub fn text(&self, css: &str) -> String {
        let said = self
            .script("const e = document.querySelector(arguments[0]); return e ? e.innerText : ''", vec![css.into()]);
        said.as_str().unwrap_or_default().to_owned()
    }

    /// The value of an input.
    #[must_use]
    pub fn value(&self, css: &str) -> String {
        let said = self.script("return document.querySelector(arguments[0])?.value ?? ''", vec![css.into()]);
        said.as_str().unwrap_or_default().to_owned()
    }

    /// Clicks the first match, once it is there.
    pub fn click(&self, css: &str) {
        self.wait(css);
        self.ask(async { self.client.find(Locator::Css(css)).await?.click().await })
            .unwrap_or_else(|e| panic!("{css} cannot be clicked: {e}"));
    }

    /// Types into the first match, in place of what stood there.
    pub fn fill(&self, css: &str, text: &str) {
        self.wait(css);
        self.ask(async {
            let field = self.client.find(Locator::Css(css)).await?;
            field.clear().await?;
            field.send_keys(text).await
        })
        .unwrap_or_else(|e| panic!("{css} takes no text: {e}"));
    }

    /// Presses a key, wherever the focus is.
    pub fn press(&self, key: Key) {
        self.strike(char::from(key));
    }

    /// Types text, wherever the focus is.
    pub fn keys(&self, text: &str) {
        for letter in text.chars() {
            self.strike(letter);
        }
    }

    fn strike(&self, value: char) {
        let keys = KeyActions::new("keyboard".to_owned()).then(KeyAction::Down { value }).then(KeyAction::Up { value });
        self.ask(self.client.perform_actions(keys)).unwrap_or_else(|e| panic!("{value:?} cannot be pressed: {e}"));
    }

    /// A picture of what is painted now.
    #[must_use]
    pub fn picture(&self) -> Vec<u8> {
        // Two frames on, or it would be the frame before.
        self.script_async(
            "const done = arguments[arguments.length - 1]; requestAnimationFrame(() => requestAnimationFrame(() => done(1)));",
            vec![],
        );
        self.ask(self.client.screenshot()).unwrap()
    }

    /// What axe finds wrong with the page as it is now; empty where nothing is.
    #[must_use]
    pub fn axe(&self) -> Vec<String> {
        if self.script("return typeof axe", vec![]) != "object" {
            let source = crate::program::root().join("ui/node_modules/axe-core/axe.min.js");
            let source = std::fs::read_to_string(source).expect("axe-core is installed (run scripts/setup)");
            // An assignment to the window: `var axe` would stay inside the driver's function.
            self.script(&format!("{source}; window.axe = axe;"), vec![]);
        }
        let found = self.script_async(AXE, vec![]);
        found.as_array().unwrap().iter().map(|v| v.as_str().unwrap_or_default().to_owned()).collect()
    }

    /// The window handles of the session.
    #[must_use]
    pub fn windows(&self) -> usize {
        self.ask(self.client.windows()).unwrap().len()
    }

    /// Ends the session; the program closes.
    pub fn close(self) {
        let _ = self.ask(self.client.clone().close());
    }

    /// Waits for `probe` on this page.
    pub fn until(&self, what: &str, mut probe: impl FnMut(&Self) -> bool) {
        wait_for(what, PATIENCE, || probe(self).then_some(()));
    }
}
