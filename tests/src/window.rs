//! The real window, driven by WebKit's own WebDriver.

use std::path::{Path, PathBuf};
use std::process::Command;
use std::time::Duration;

use serde_json::{Map, Value, json};

use crate::driver::Page;
use crate::process::{Process, free_port, wait_for};
use crate::program;
use crate::screen::Screen;

/// The window and what drives it.
pub struct Window {
    /// What it shows.
    pub page: Page,
    driver: Process,
    folder: PathBuf,
    launched_at_ms: f64,
}

impl Window {
    /// Opens the program of this tree with `arguments` on `screen`. Its output is in `folder`.
    #[must_use]
    pub fn open(screen: &Screen, folder: &Path, arguments: &[&str]) -> Self {
        Self::open_program(&program::ventanilla(), screen, folder, arguments)
    }

    /// Opens another program that carries a web view.
    #[must_use]
    pub fn open_program(program: &Path, screen: &Screen, folder: &Path, arguments: &[&str]) -> Self {
        let port = free_port();
        std::fs::create_dir_all(folder).unwrap();
        let home = folder.join("home");
        let mut command = Command::new("WebKitWebDriver");
        command
            .arg(format!("--port={port}"))
            .env("TAURI_WEBVIEW_AUTOMATION", "true")
            .env("WEBKIT_SKIA_ENABLE_CPU_RENDERING", "1")
            .env("VENTANILLA_LOG", "info");
        screen.dress(&mut command, &home);
        let driver = Process::start("window", &mut command, folder);
        wait_for("WebKitWebDriver", Duration::from_secs(20), || {
            ureq::get(format!("http://127.0.0.1:{port}/status")).call().ok()
        });
        let capabilities: Map<String, Value> =
            serde_json::from_value(json!({"webkitgtk:browserOptions": {"binary": program, "args": arguments}}))
                .unwrap();
        let since = std::time::SystemTime::now().duration_since(std::time::UNIX_EPOCH).unwrap();
        let launched_at_ms = since.as_secs_f64() * 1000.0;
        Self { page: Page::open(port, capabilities), driver, folder: folder.to_owned(), launched_at_ms }
    }

    /// The instant before its program was asked for, in milliseconds since 1970.
    #[must_use]
    pub fn launched_at_ms(&self) -> f64 {
        self.launched_at_ms
    }

    /// Keeps a picture as `name.png` beside the logs.
    pub fn keep_picture(&self, name: &str) {
        std::fs::write(self.folder.join(format!("{name}.png")), self.page.picture()).unwrap();
    }

    /// What the program and its driver wrote.
    #[must_use]
    pub fn output(&self) -> String {
        self.driver.output()
    }

    /// Its process group: program, web processes and driver.
    #[must_use]
    pub fn group(&self) -> u32 {
        self.driver.id()
    }

    /// Ends it as a power cut would.
    pub fn kill(mut self) {
        self.driver.kill();
    }

    /// Closes it as a person would.
    pub fn close(self) {
        self.page.close();
    }
}
