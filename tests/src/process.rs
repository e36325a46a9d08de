//! Processes of a test: each in a group of its own that ends with its owner, output in a file that is shown when the
//! test fails. A pipe would block on a window that outlives its test.

use std::fs::{self, File};
use std::io::{BufRead, BufReader};
use std::net::TcpListener;
use std::os::unix::process::CommandExt;
use std::path::{Path, PathBuf};
use std::process::{Child, ChildStdin, Command, ExitStatus, Stdio};
use std::thread::sleep;
use std::time::{Duration, Instant};

/// A program under test and everything that it started.
pub struct Process {
    name: String,
    child: Child,
    log: PathBuf,
}

impl Process {
    /// Starts `command`; its output goes to `folder/name.log`.
    #[must_use]
    pub fn start(name: &str, command: &mut Command, folder: &Path) -> Self {
        let log = folder.join(format!("{name}.log"));
        let file = File::options().create(true).append(true).open(&log).unwrap();
        command.stdout(file.try_clone().unwrap()).stderr(file);
        Self::spawn(name, command, log)
    }

    /// Starts `command` and reads the first line of its standard output as JSON: the way in which a server says that
    /// it is ready. Its errors go to `folder/name.log`. Its standard input stays open while the process lives.
    #[must_use]
    pub fn start_and_hear(name: &str, command: &mut Command, folder: &Path) -> (Self, serde_json::Value) {
        let log = folder.join(format!("{name}.log"));
        let file = File::options().create(true).append(true).open(&log).unwrap();
        command.stdout(Stdio::piped()).stderr(file).stdin(Stdio::piped());
        let mut process = Self::spawn(name, command, log);
        let mut lines = BufReader::new(process.child.stdout.take().unwrap());
        let mut line = String::new();
        lines.read_line(&mut line).unwrap();
        let said = serde_json::from_str(&line)
            .unwrap_or_else(|e| panic!("{name} does not say that it is ready ({e}): {line:?}\n{}", process.tail()));
        // What else it prints is read on, or its pipe would fill and stop it.
        std::thread::spawn(move || std::io::copy(&mut lines, &mut std::io::sink()));
        (process, said)
    }

    fn spawn(name: &str, command: &mut Command, log: PathBuf) -> Self {
        let program = command.get_program().to_owned();
        let child = command.process_group(0).spawn();
        let child = child.unwrap_or_else(|e| panic!("{} does not start ({e}): run scripts/setup", program.display()));
        Self { name: name.to_owned(), child, log }
    }

    /// Process id; of the group, too.
    #[must_use]
    pub fn id(&self) -> u32 {
        self.child.id()
    }

    /// Its standard input, where it was kept.
    pub fn stdin(&mut self) -> Option<&mut ChildStdin> {
        self.child.stdin.as_mut()
    }

    /// All that it has written to its log.
    #[must_use]
    pub fn output(&self) -> String {
        fs::read(&self.log).map(|b| String::from_utf8_lossy(&b).into_owned()).unwrap_or_default()
    }

    fn tail(&self) -> String {
        let output = self.output();
        let lines: Vec<&str> = output.lines().collect();
        lines[lines.len().saturating_sub(40)..].join("\n")
    }

    /// Whether it still runs.
    pub fn runs(&mut self) -> bool {
        matches!(self.child.try_wait(), Ok(None))
    }

    /// Waits for its end.
    pub fn wait(&mut self) -> ExitStatus {
        self.child.wait().unwrap()
    }

    /// Sends a signal (`-STOP`, `-CONT`, `-TERM`) to the whole group.
    pub fn signal(&self, name: &str) {
        let group = format!("-{}", self.id());
        let _ = Command::new("kill").args([name, "--", &group]).stderr(Stdio::null()).status();
    }

    /// Ends it and all that it started, without a word of warning.
    pub fn kill(&mut self) {
        self.signal("-KILL");
        let _ = self.child.wait();
    }
}

impl Drop for Process {
    fn drop(&mut self) {
        self.kill();
        if std::thread::panicking() {
            eprintln!("---- {} said last:\n{}", self.name, self.tail());
        }
    }
}

/// A port that was free a moment ago.
#[must_use]
pub fn free_port() -> u16 {
    TcpListener::bind(("127.0.0.1", 0)).unwrap().local_addr().unwrap().port()
}

/// Asks until there is an answer, at most `limit`.
pub fn wait_for<T>(what: &str, limit: Duration, mut ask: impl FnMut() -> Option<T>) -> T {
    let begun = Instant::now();
    loop {
        if let Some(answer) = ask() {
            return answer;
        }
        assert!(begun.elapsed() < limit, "waited {limit:?} for {what}");
        sleep(Duration::from_millis(20));
    }
}
