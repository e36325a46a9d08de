//! The employer's telephone: Chromium in a phone's size.

use std::path::Path;
use std::process::Command;
use std::time::Duration;

use serde_json::{Map, Value, json};

use crate::driver::Page;
use crate::process::{Process, free_port, wait_for};

/// Chromium under its own driver.
pub struct Phone {
    /// What it shows.
    pub page: Page,
    _driver: Process,
}

impl Phone {
    /// Switches it on, with an empty profile. Needs no display.
    #[must_use]
    pub fn start(folder: &Path) -> Self {
        let port = free_port();
        let home = folder.join("phone");
        std::fs::create_dir_all(&home).unwrap();
        let mut command = Command::new("chromedriver");
        command
            .arg(format!("--port={port}"))
            .env("HOME", &home)
            .env("XDG_CONFIG_HOME", &home)
            .env("XDG_CACHE_HOME", &home);
        let driver = Process::start("chromedriver", &mut command, folder);
        wait_for("chromedriver", Duration::from_secs(20), || {
            ureq::get(format!("http://127.0.0.1:{port}/status")).call().ok()
        });
        let profile = format!("--user-data-dir={}", home.join("profile").display());
        let capabilities: Map<String, Value> = serde_json::from_value(json!({
            "browserName": "chrome",
            "goog:chromeOptions": {
                "binary": "/usr/bin/chromium",
                "args": [
                    "--headless=new", "--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run",
                    "--disable-background-networking", "--disable-component-update", "--disable-sync",
                    "--disable-dev-shm-usage", "--hide-scrollbars", "--lang=es", profile
                ],
                "mobileEmulation": {"deviceMetrics": {"width": 390, "height": 844, "pixelRatio": 2.0, "touch": true}}
            }
        }))
        .unwrap();
        Self { page: Page::open(port, capabilities), _driver: driver }
    }
}
