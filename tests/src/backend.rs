//! The reference backend as a process of its own, with its own files, and what its operator does at the command line.

use std::path::{Path, PathBuf};
use std::process::Command;

use serde_json::Value;
use ventanilla_backend::import::DayFile;

use crate::process::{Process, free_port};
use crate::program;

/// A backend.
pub struct Backend {
    /// Where its files are.
    pub folder: PathBuf,
    config: PathBuf,
    url: String,
    bounces: String,
    process: Option<Process>,
}

impl Backend {
    /// Brings `day` in and starts to serve; mails go to `mail_port`. `more` is added to the settings. The port stays the
    /// same over restarts, as a server's does.
    #[must_use]
    pub fn start(folder: &Path, mail_port: u16, day: &DayFile, more: &str) -> Self {
        let (folder, port, bounces) = (folder.join("backend"), free_port(), free_port());
        std::fs::create_dir_all(&folder).unwrap();
        let config = folder.join("backend.toml");
        std::fs::write(
            &config,
            format!(
                "listen = \"127.0.0.1:{port}\"\ndatabase = \"backend.db\"\nsecrets_dir = \"secrets\"\n\
                 [smtp]\nhost = \"127.0.0.1\"\nport = {mail_port}\nfrom = \"Instituto <no-responder@instituto.example>\"\n\
                 security = \"none\"\n\
                 [bounces]\nlisten = \"127.0.0.1:{bounces}\"\ndomain = \"rebotes.instituto.example\"\n{more}"
            ),
        )
        .unwrap();
        let mut backend = Self { folder, config, url: String::new(), bounces: String::new(), process: None };
        backend.import(day);
        backend.serve();
        backend
    }

    /// Brings a day's extract in.
    pub fn import(&self, day: &DayFile) {
        let file = self.folder.join("day.json");
        std::fs::write(&file, serde_json::to_vec(day).unwrap()).unwrap();
        self.run(&["import", "--config", &self.config.to_string_lossy(), &file.to_string_lossy()]);
        // It holds PINs in clear.
        std::fs::remove_file(file).unwrap();
    }

    /// One of the operator's commands; what it printed.
    #[must_use]
    pub fn enrollment_code(&self, center: &str, counter: &str) -> String {
        self.run(&[
            "enrollment-code",
            "--config",
            &self.config.to_string_lossy(),
            "--center",
            center,
            "--counter",
            counter,
        ])
        .trim()
        .to_owned()
    }

    fn run(&self, arguments: &[&str]) -> String {
        let out = Command::new(program::backend()).args(arguments).output();
        let out = out.unwrap_or_else(|e| panic!("the backend does not start ({e}): cargo build -p ventanilla-backend"));
        assert!(out.status.success(), "{arguments:?}: {}", String::from_utf8_lossy(&out.stderr));
        String::from_utf8(out.stdout).unwrap()
    }

    /// Serves again after [`Backend::kill`].
    pub fn serve(&mut self) {
        let mut command = Command::new(program::backend());
        command.arg("serve").arg("--config").arg(&self.config);
        let (process, said) = Process::start_and_hear("backend", &mut command, &self.folder);
        self.url = said["url"].as_str().unwrap_or_else(|| panic!("no url in {said}")).to_owned();
        self.bounces = said["bounces"].as_str().unwrap_or_default().to_owned();
        self.process = Some(process);
    }

    /// Its address.
    #[must_use]
    pub fn url(&self) -> &str {
        &self.url
    }

    /// Where delivery reports come in, `host:port`.
    #[must_use]
    pub fn bounces(&self) -> &str {
        &self.bounces
    }

    /// As a power cut would.
    pub fn kill(&mut self) {
        self.process = None;
    }

    /// Takes connections and never answers.
    pub fn freeze(&self) {
        self.signal("-STOP");
    }

    /// Goes on.
    pub fn thaw(&self) {
        self.signal("-CONT");
    }

    fn signal(&self, name: &str) {
        if let Some(process) = &self.process {
            process.signal(name);
        }
    }

    /// All that it logged.
    #[must_use]
    pub fn log(&self) -> String {
        std::fs::read_to_string(self.folder.join("backend.log")).unwrap_or_default()
    }
}

/// What came back over HTTP.
#[derive(Debug)]
pub struct Answer {
    /// Status.
    pub status: u16,
    /// JSON; `Null` where the body is none.
    pub body: Value,
    /// As it came.
    pub text: String,
}

impl Answer {
    /// The error's code; empty for a success.
    #[must_use]
    pub fn code(&self) -> &str {
        self.body["code"].as_str().unwrap_or_default()
    }
}

/// Somebody with curl: can send anything anywhere.
#[derive(Clone, Default)]
pub struct Curl {
    url: String,
    headers: Vec<(String, String)>,
    /// A line that stays open over several requests; without one each opens its own.
    line: Option<ureq::Agent>,
}

impl Curl {
    /// At a backend, without any credential.
    #[must_use]
    pub fn at(url: &str) -> Self {
        Self { url: url.to_owned(), ..Self::default() }
    }

    /// The same with a header more (or another value for it).
    #[must_use]
    pub fn with(&self, name: &str, value: &str) -> Self {
        let mut other = self.without(name);
        other.headers.push((name.to_owned(), value.to_owned()));
        other
    }

    /// The same without a header.
    #[must_use]
    pub fn without(&self, name: &str) -> Self {
        let mut other = self.clone();
        other.headers.retain(|(n, _)| n != name);
        other
    }

    /// Enrols as a workstation with a one-time code.
    #[must_use]
    pub fn enrolled(&self, code: &str) -> Self {
        let device = self.post("/v1/devices/enroll", &serde_json::json!({ "code": code }));
        assert!(device.status < 300, "{device:?}");
        let [id, secret] = ["device_id", "secret"].map(|f| device.body[f].as_str().unwrap().to_owned());
        self.with("X-Device", &format!("{id}.{secret}"))
    }

    /// Signs in.
    #[must_use]
    pub fn signed_in(&self, username: &str, pin: &str) -> Self {
        let session = self.post("/v1/staff/sign-in", &serde_json::json!({ "username": username, "pin": pin }));
        assert!(session.status < 300, "{session:?}");
        self.with("Authorization", &format!("Bearer {}", session.body["token"].as_str().unwrap()))
    }

    /// The same over one line that stays open.
    #[must_use]
    pub fn kept(&self) -> Self {
        Self { line: Some(agent()), ..self.clone() }
    }

    /// Sends a request with a body of any bytes.
    #[must_use]
    pub fn send(&self, method: &str, path: &str, body: Option<&[u8]>) -> Answer {
        let agent = self.line.clone().unwrap_or_else(agent);
        let mut request = ureq::http::Request::builder().method(method).uri(format!("{}{path}", self.url));
        for (name, value) in &self.headers {
            request = request.header(name, value);
        }
        if body.is_some() && !self.headers.iter().any(|(n, _)| n.eq_ignore_ascii_case("content-type")) {
            request = request.header("content-type", "application/json");
        }
        // A large body waits until it is wanted, as curl's does; or the answer would be lost in the writing.
        if body.is_some_and(|bytes| bytes.len() > 1024 * 1024) {
            request = request.header("expect", "100-continue");
        }
        let answer = match body {
            Some(bytes) => agent.run(request.body(bytes.to_vec()).unwrap()),
            None => agent.run(request.body(()).unwrap()),
        };
        let mut answer = answer.unwrap_or_else(|e| panic!("{method} {path}: {e}"));
        let text = String::from_utf8_lossy(&answer.body_mut().read_to_vec().unwrap_or_default()).into_owned();
        Answer { status: answer.status().as_u16(), body: serde_json::from_str(&text).unwrap_or(Value::Null), text }
    }

    /// GET.
    #[must_use]
    pub fn get(&self, path: &str) -> Answer {
        self.send("GET", path, None)
    }

    /// POST with JSON.
    #[must_use]
    pub fn post(&self, path: &str, body: &Value) -> Answer {
        self.send("POST", path, Some(body.to_string().as_bytes()))
    }

    /// PUT with JSON.
    #[must_use]
    pub fn put(&self, path: &str, body: &Value) -> Answer {
        self.send("PUT", path, Some(body.to_string().as_bytes()))
    }

    /// DELETE.
    #[must_use]
    pub fn delete(&self, path: &str) -> Answer {
        self.send("DELETE", path, None)
    }
}

/// A page as anybody's browser gets it, whatever its status.
#[must_use]
pub fn page(url: &str) -> String {
    agent().get(url).call().unwrap().body_mut().read_to_string().unwrap()
}

/// What a complete dossier asks for: `(case, turno, service period)`, the employer's number, the address as it was named
/// and the cédula that lay on the counter.
#[must_use]
pub fn reset_body((case, turno, period): (&str, &str, &str), number: &str, email: &str, cedula: &str) -> Value {
    let seen = |document: &str, seen: &str| serde_json::json!({"document": document, "seen": seen});
    serde_json::json!({
        "case_id": case,
        "turno_id": turno,
        "service_period": period,
        "number": number,
        "stated_email": email,
        "cedula_shown": cedula,
        "attestations": [
            seen("cedula", "original"),
            seen("ruc_printout", "consulted_online"),
            seen("turno", "consulted_online"),
            {"document": "request_letter", "seen": "original", "dated": crate::world::today().to_string()},
            seen("appointment", "consulted_online"),
        ],
        "audit_head": "0".repeat(64),
        "audit_len": 0,
    })
}

fn agent() -> ureq::Agent {
    ureq::Agent::config_builder()
        .http_status_as_error(false)
        .max_redirects(0)
        .timeout_global(Some(std::time::Duration::from_secs(20)))
        .build()
        .into()
}
