//! A display and a message bus of one's own.

use std::io::{BufRead, BufReader};
use std::os::unix::process::CommandExt;
use std::path::Path;
use std::process::{Child, Command, Stdio};

use crate::process::Process;

/// An X server without a screen.
pub struct Screen {
    number: String,
    bus: String,
    server: Child,
    _bus: Process,
}

impl Screen {
    /// Starts one of the counter's size, 1366 × 768, on a display number that is free, with a session bus beside it.
    #[must_use]
    pub fn start(folder: &Path) -> Self {
        Self::of_size(folder, 1366, 768)
    }

    /// Starts one of another size.
    #[must_use]
    pub fn of_size(folder: &Path, width: u32, height: u32) -> Self {
        // The server chooses a free number itself and says which: no race with other tests.
        let mut server = Command::new("Xvfb")
            .args(["-displayfd", "1", "-nolisten", "tcp", "-screen", "0", &format!("{width}x{height}x24")])
            .process_group(0)
            .stdin(Stdio::null())
            .stdout(Stdio::piped())
            .stderr(Stdio::null())
            .spawn()
            .expect("Xvfb starts (run scripts/setup)");
        let mut number = String::new();
        BufReader::new(server.stdout.take().unwrap()).read_line(&mut number).unwrap();
        let number = format!(":{}", number.trim());
        assert!(number.len() > 1, "Xvfb found no free display");
        let socket = folder.join("bus");
        let bus = format!("unix:path={}", socket.display());
        let daemon = Process::start(
            "bus",
            Command::new("dbus-daemon").args(["--session", "--nofork", "--nopidfile", "--address", &bus]),
            folder,
        );
        crate::process::wait_for("the session bus", std::time::Duration::from_secs(10), || {
            socket.exists().then_some(())
        });
        Self { number, bus, server, _bus: daemon }
    }

    /// The display, such as `:99`.
    #[must_use]
    pub fn display(&self) -> &str {
        &self.number
    }

    /// Lets `command` show itself here and nowhere else, with folders of its own below `home`.
    pub fn dress(&self, command: &mut Command, home: &Path) {
        command
            .env("DISPLAY", &self.number)
            .env("DBUS_SESSION_BUS_ADDRESS", &self.bus)
            .env("HOME", home)
            .env("XDG_CONFIG_HOME", home.join("config"))
            .env("XDG_DATA_HOME", home.join("data"))
            .env("XDG_CACHE_HOME", home.join("cache"))
            .env("XDG_RUNTIME_DIR", home.join("run"))
            .env("LANG", "C.UTF-8")
            .env("LIBGL_ALWAYS_SOFTWARE", "1")
            .env("NO_AT_BRIDGE", "1")
            .env_remove("WAYLAND_DISPLAY")
            .env_remove("SESSION_MANAGER");
        for folder in ["config", "data", "cache", "run"] {
            std::fs::create_dir_all(home.join(folder)).unwrap();
        }
    }
}

impl Drop for Screen {
    fn drop(&mut self) {
        let _ = self.server.kill();
        let _ = self.server.wait();
    }
}
