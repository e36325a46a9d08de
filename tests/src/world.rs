//! A whole centre on one machine: mail server, backend, printer, an enrolled workstation with its window.

use std::io::Write as _;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};

use chrono::{NaiveDate, NaiveDateTime};
use ventanilla_backend::import::DayFile;
use ventanilla_training::{CENTER, COUNTER, STAFF, Secrets, UTC_OFFSET_MINUTES, fictional_day};

use crate::backend::{Backend, Curl};
use crate::mail::MailServer;
use crate::paper::TestPrinter;
use crate::program;
use crate::screen::Screen;
use crate::window::Window;

/// The clerk's PIN.
pub const PIN: &str = "284617";
/// The other clerk's.
pub const OTHER_PIN: &str = "593028";
/// The supervisor's.
pub const SUPERVISOR_PIN: &str = "716294";
/// What IT staff type where the machine has no secret of its own.
pub const PASSPHRASE: &str = "once caballos azules";
/// A key that keeps the rules.
pub const KEY: &str = "Nueva+Sol26";

/// The clerk.
#[must_use]
pub fn clerk() -> &'static str {
    STAFF[0].0
}

/// The time at the centre.
#[must_use]
pub fn now() -> NaiveDateTime {
    let now: chrono::DateTime<chrono::Utc> = std::time::SystemTime::now().into();
    (now + chrono::Duration::minutes(UTC_OFFSET_MINUTES.into())).naive_utc()
}

/// Today at the centre.
#[must_use]
pub fn today() -> NaiveDate {
    now().date()
}

/// The fictional day under the tests' PINs; its workstation is not enrolled.
#[must_use]
pub fn day() -> DayFile {
    let pins = [PIN, OTHER_PIN, SUPERVISOR_PIN].map(str::to_owned);
    fictional_day(today(), &Secrets { pins, device_secret: None, enrollment_code: None })
}

/// The centre.
pub struct World {
    /// The mail server.
    pub mail: MailServer,
    /// The backend.
    pub backend: Backend,
    /// The printer.
    pub printer: TestPrinter,
    /// Settings of the workstation.
    pub settings: PathBuf,
    /// Its data.
    pub data: PathBuf,
    folder: tempfile::TempDir,
}

impl World {
    /// The fictional day, everything in order.
    #[must_use]
    pub fn open() -> Self {
        Self::with(&day(), "")
    }

    /// Another day, or a backend with settings of its own.
    #[must_use]
    pub fn with(day: &DayFile, backend_settings: &str) -> Self {
        let folder = tempfile::Builder::new().prefix("ventanilla-").tempdir().unwrap();
        let mail = MailServer::start(folder.path());
        let backend = Backend::start(folder.path(), mail.port(), day, backend_settings);
        let printer = TestPrinter::start();
        let (settings, data) = (folder.path().join("settings.toml"), folder.path().join("desk"));
        let world = Self { mail, backend, printer, settings, data, folder };
        world.write_settings(world.backend.url(), &world.printer.uri());
        world
    }

    /// Where everything is.
    #[must_use]
    pub fn folder(&self) -> &Path {
        self.folder.path()
    }

    /// Points the workstation at a backend and a printer.
    pub fn write_settings(&self, backend: &str, printer: &str) {
        let text = format!(
            "[backend]\nurl = \"{backend}\"\n\n[printer]\nuri = \"{printer}\"\npaper = \"a5\"\n\n[session]\nidle_lock_s = 3600\n"
        );
        std::fs::write(&self.settings, text).unwrap();
    }

    /// Somebody with curl.
    #[must_use]
    pub fn curl(&self) -> Curl {
        Curl::at(self.backend.url())
    }

    /// Enrols the workstation as IT staff do.
    pub fn enroll(&self) {
        let code = self.backend.enrollment_code(CENTER, COUNTER);
        let out = self.ventanilla(&["enroll"], &format!("{code}\n{PASSPHRASE}\n{}\n{PIN}\n", clerk()));
        assert!(out.0, "enrolment: {}", out.1);
    }

    /// A command without the window, with `input`; whether it went well, and what it said.
    #[must_use]
    pub fn ventanilla(&self, arguments: &[&str], input: &str) -> (bool, String) {
        let mut child = Command::new(program::ventanilla())
            .args(arguments)
            .arg("--settings")
            .arg(&self.settings)
            .arg("--data-dir")
            .arg(&self.data)
            .env("HOME", self.folder())
            .env_remove("DISPLAY")
            .env_remove("WAYLAND_DISPLAY")
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .stderr(Stdio::piped())
            .spawn()
            .unwrap();
        let _ = child.stdin.take().unwrap().write_all(input.as_bytes());
        let out = child.wait_with_output().unwrap();
        let said = [out.stdout, out.stderr].concat();
        (out.status.success(), String::from_utf8_lossy(&said).into_owned())
    }

    /// Opens the window of the workstation.
    #[must_use]
    pub fn window(&self, screen: &Screen) -> Window {
        let (settings, data) = (self.settings.to_string_lossy().into_owned(), self.data.to_string_lossy().into_owned());
        Window::open(screen, self.folder(), &["--settings", &settings, "--data-dir", &data])
    }
}
