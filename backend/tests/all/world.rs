//! Two centres, three counters, one employer, a mail server, and a clock that stands still.

use std::sync::{Arc, Mutex, OnceLock};
use std::time::{Duration, Instant};

use async_trait::async_trait;
use serde_json::{Value, json};
use tokio::runtime::Runtime;
use uuid::Uuid;
use ventanilla_backend::clock::ManualClock;
use ventanilla_backend::config::{Bounces, Config, PolicyOverrides, Security, Smtp};
use ventanilla_backend::import::{DayFile, import};
use ventanilla_backend::smtp_in::{self, Incoming, MailTaker, NotKept};
use ventanilla_backend::{Ask, Running, StartError, start_as};
use ventanilla_domain::time::Millis;

/// 2026-11-24 10:00 at the centre.
pub const START: Millis = Millis(1_795_532_400_000);
pub const TODAY: &str = "2026-11-24";
pub const EMPLOYER: &str = "1790012345001";
pub const EMAIL: &str = "maria@eltrigo.example";
pub const KEY: &str = "Zafiro#82k";

/// All that any test logged.
static LOG: OnceLock<Arc<Mutex<Vec<u8>>>> = OnceLock::new();

struct Log(Arc<Mutex<Vec<u8>>>);

impl std::io::Write for Log {
    fn write(&mut self, bytes: &[u8]) -> std::io::Result<usize> {
        self.0.lock().unwrap().extend_from_slice(bytes);
        Ok(bytes.len())
    }
    fn flush(&mut self) -> std::io::Result<()> {
        Ok(())
    }
}

pub fn log() -> String {
    let log = LOG.get_or_init(|| {
        let kept = Arc::new(Mutex::new(Vec::new()));
        let out = kept.clone();
        tracing_subscriber::fmt()
            .with_max_level(tracing_subscriber::filter::LevelFilter::TRACE)
            .with_writer(move || Log(out.clone()))
            .with_ansi(false)
            .init();
        kept
    });
    String::from_utf8_lossy(&log.lock().unwrap()).into_owned()
}

/// A port that was free a moment ago: mailed links need an address before the backend listens.
fn free_port() -> u16 {
    std::net::TcpListener::bind("127.0.0.1:0").unwrap().local_addr().unwrap().port()
}

/// How the mail server behaves.
#[derive(Clone, Copy, PartialEq, Eq)]
pub enum Manner {
    Takes,
    PutsOff,
    Refuses,
    /// Says nothing to the whole text for a while, then takes it.
    Hangs,
    /// Keeps the mail and says that it did not.
    TakesAndDenies,
}

pub struct MailServer {
    pub manner: Mutex<Manner>,
    pub mails: Mutex<Vec<Incoming>>,
    pub tries: Mutex<u32>,
    pub hanging: Mutex<u32>,
}

#[async_trait]
impl MailTaker for MailServer {
    fn wants(&self, _: &str) -> bool {
        *self.tries.lock().unwrap() += 1;
        *self.manner.lock().unwrap() != Manner::Refuses
    }
    async fn take(&self, mail: Incoming) -> Result<(), NotKept> {
        let manner = *self.manner.lock().unwrap();
        match manner {
            Manner::PutsOff => return Err(NotKept),
            Manner::Hangs => {
                *self.hanging.lock().unwrap() += 1;
                tokio::time::sleep(Duration::from_secs(8)).await;
            }
            Manner::Takes | Manner::Refuses | Manner::TakesAndDenies => {}
        }
        self.mails.lock().unwrap().push(mail);
        if manner == Manner::TakesAndDenies { Err(NotKept) } else { Ok(()) }
    }
}

pub struct World {
    pub running: Option<Running>,
    pub clock: Arc<ManualClock>,
    pub mail: Arc<MailServer>,
    pub dir: tempfile::TempDir,
    pub rt: Runtime,
    config: Config,
    ask: Ask,
}

fn day() -> DayFile {
    serde_json::from_value(json!({
        "centers": [
            {"id": "QS", "name": "Centro Quito Sur", "utc_offset_minutes": -300},
            {"id": "GY", "name": "Centro Guayaquil", "utc_offset_minutes": -300},
        ],
        "devices": [
            {"center": "QS", "counter": "3", "secret": "s3"},
            {"center": "QS", "counter": "4", "secret": "s4"},
            {"center": "GY", "counter": "1", "secret": "s1"},
        ],
        "staff": [
            {"username": "landrade", "name": "Lucía Andrade", "role": "clerk", "center": "QS", "pin": "284617"},
            {"username": "jnono", "name": "Julián Ñoño", "role": "clerk", "center": "QS", "pin": "593028"},
            {"username": "tlejano", "name": "Tomás Lejano", "role": "clerk", "center": "GY", "pin": "482915"},
        ],
        "employers": [{
            "number": EMPLOYER, "name": "Panadería El Trigo S.A.S.", "kind": "company", "ruc_status": "active",
            "representative": {
                "cedula": "1710034065", "name": "María Núñez Peña", "registries_agree": true,
                "appointment": {"registry": "supercias", "registered_on": "2024-01-10", "valid_until": "2028-01-10"},
            },
            "email": EMAIL, "account": "active", "open_sessions": 2,
        }],
        "turnos": [{"id": TURNO, "center": "QS", "day": TODAY, "ticket": "A-001", "number": EMPLOYER, "person_name": "María Núñez"}],
    }))
    .unwrap()
}

pub const TURNO: Uuid = Uuid::from_u128(0x0190_0000_0000_7000_8000_0000_0000_0001);
pub const CASE: Uuid = Uuid::from_u128(0x0190_0000_0000_7000_8000_0000_0000_0002);

impl World {
    pub fn open() -> Self {
        Self::of_release(Ask::default().release)
    }

    /// A backend of a release.
    pub fn of_release(release: &'static str) -> Self {
        log();
        let ask = Ask { release, ..Ask::default() };
        let rt = Runtime::new().unwrap();
        let dir = tempfile::tempdir().unwrap();
        let clock = Arc::new(ManualClock::at(START));
        let mail = Arc::new(MailServer {
            manner: Mutex::new(Manner::Takes),
            mails: Mutex::default(),
            tries: Mutex::default(),
            hanging: Mutex::default(),
        });
        let listener = rt.block_on(tokio::net::TcpListener::bind("127.0.0.1:0")).unwrap();
        let port = listener.local_addr().unwrap().port();
        rt.spawn(smtp_in::serve(listener, mail.clone()));
        let config = Config {
            listen: ([127, 0, 0, 1], free_port()).into(),
            public_url: None,
            database: dir.path().join("b.db").display().to_string(),
            secrets_dir: dir.path().join("secrets"),
            smtp: Some(Smtp {
                host: "127.0.0.1".into(),
                port,
                from: "Instituto <no-responder@iess.example>".into(),
                security: Security::None,
                username: None,
                ca: None,
            }),
            bounces: Some(Bounces { listen: ([127, 0, 0, 1], 0).into(), domain: "rebotes.example".into() }),
            tls: None,
            policy: PolicyOverrides::default(),
            training: false,
        };
        let running = rt.block_on(start_as(config.clone(), clock.clone(), ask)).unwrap();
        let mut salt = 0;
        let mut salts = || {
            salt += 1;
            [salt; 16]
        };
        rt.block_on(import(&*running.store(), day(), &mut salts)).unwrap();
        Self { running: Some(running), clock, mail, dir, rt, config, ask }
    }

    pub fn running(&self) -> &Running {
        self.running.as_ref().unwrap()
    }

    /// Ends the backend and starts it again over the same files.
    pub fn restart(&mut self) {
        self.rt.block_on(self.running.take().unwrap().stop());
        self.running = Some(self.second().unwrap());
    }

    /// Starts a backend over the same files.
    pub fn second(&self) -> Result<Running, StartError> {
        self.rt.block_on(start_as(self.config.clone(), self.clock.clone(), self.ask))
    }

    /// Brings the employer up to date.
    pub fn employer(&self, change: impl FnOnce(&mut Value)) {
        let mut today = serde_json::to_value(day()).unwrap();
        change(&mut today["employers"][0]);
        let today = serde_json::from_value(today).unwrap();
        self.rt.block_on(import(&*self.running().store(), today, &mut || [9; 16])).unwrap();
    }

    pub fn at(&self, device: &str) -> Caller {
        Caller { url: self.running().url.clone(), headers: vec![("X-Device".into(), device.into())] }
    }

    pub fn clerk(&self) -> Caller {
        self.at("QS-3.s3").signed_in("landrade", "284617")
    }

    /// Calls the employer's turno; answers a request that is in order.
    pub fn in_service(&self, clerk: &Caller) -> Value {
        let called = clerk.post(&format!("/v1/turnos/{TURNO}/call"), &json!({ "case_id": CASE }));
        assert_eq!(called.status, 200, "{called:?}");
        let seen = |document: &str, seen: &str| json!({"document": document, "seen": seen});
        json!({
            "case_id": CASE, "turno_id": TURNO, "service_period": called.body["service_period"]["id"],
            "number": EMPLOYER, "stated_email": EMAIL, "cedula_shown": "1710034065",
            "attestations": [
                seen("cedula", "original"), seen("ruc_printout", "consulted_online"), seen("turno", "consulted_online"),
                {"document": "request_letter", "seen": "original", "dated": TODAY}, seen("appointment", "consulted_online"),
            ],
            "audit_head": "0".repeat(64), "audit_len": 0,
        })
    }

    /// A reset on its way, with its id.
    pub fn reset(&self, clerk: &Caller) -> String {
        let body = self.in_service(clerk);
        let answer = clerk.keyed(Uuid::from_u128(77)).post("/v1/resets", &body);
        assert_eq!(answer.status, 201, "{answer:?}");
        answer.body["id"].as_str().unwrap().to_owned()
    }

    /// Waits until the reset is in this state.
    pub fn wait_state(&self, clerk: &Caller, id: &str, state: &str) -> Value {
        wait(&format!("state {state}"), || {
            let now = clerk.get(&format!("/v1/resets/{id}")).body;
            (now["state"] == state).then_some(now)
        })
    }

    /// The address in the newest mail that has one.
    pub fn link(&self) -> String {
        wait("a link", || self.mail.mails.lock().unwrap().iter().rev().find_map(|m| link_of(&text_of(m))))
    }

    /// A reset whose link has arrived.
    pub fn with_link(&self, clerk: &Caller) -> (String, String) {
        let id = self.reset(clerk);
        self.wait_state(clerk, &id, "handed_over");
        (id, self.link())
    }
}

pub fn text_of(mail: &Incoming) -> String {
    let message = mail_parser::MessageParser::default().parse(&mail.bytes).unwrap();
    message.body_text(0).unwrap().into_owned()
}

pub fn link_of(text: &str) -> Option<String> {
    text.split_whitespace().find(|word| word.contains("/clave/")).map(str::to_owned)
}

pub fn wait<T>(what: &str, mut look: impl FnMut() -> Option<T>) -> T {
    let until = Instant::now() + Duration::from_secs(20);
    loop {
        if let Some(found) = look() {
            return found;
        }
        assert!(Instant::now() < until, "waited in vain for {what}");
        std::thread::sleep(Duration::from_millis(20));
    }
}

#[derive(Debug)]
pub struct Answer {
    pub status: u16,
    pub headers: Vec<(String, String)>,
    pub text: String,
    pub body: Value,
}

impl Answer {
    pub fn code(&self) -> &str {
        self.body["code"].as_str().unwrap_or("-")
    }
    pub fn refused(&self) -> (u16, &str) {
        (self.status, self.code())
    }
    pub fn header(&self, name: &str) -> &str {
        self.headers.iter().find(|(n, _)| n == name).map_or("", |(_, v)| v)
    }
}

#[derive(Clone)]
pub struct Caller {
    pub url: String,
    headers: Vec<(String, String)>,
}

impl Caller {
    pub fn with(&self, name: &str, value: &str) -> Self {
        let mut more = self.clone();
        more.headers.retain(|(n, _)| n != name);
        more.headers.push((name.to_owned(), value.to_owned()));
        more
    }
    pub fn dress<T>(&self, request: ureq::RequestBuilder<T>) -> ureq::RequestBuilder<T> {
        self.headers.iter().fold(request, |request, (name, value)| request.header(name, value))
    }
    pub fn keyed(&self, key: Uuid) -> Self {
        self.with("Idempotency-Key", &key.to_string())
    }
    pub fn signed_in(&self, username: &str, pin: &str) -> Self {
        let answer = self.post("/v1/staff/sign-in", &json!({"username": username, "pin": pin}));
        assert_eq!(answer.status, 200, "{answer:?}");
        self.with("Authorization", &format!("Bearer {}", answer.body["token"].as_str().unwrap()))
    }
    pub fn get(&self, path: &str) -> Answer {
        self.send("GET", path, None)
    }
    pub fn post(&self, path: &str, body: &Value) -> Answer {
        self.send("POST", path, Some(body.to_string().into_bytes()))
    }
    pub fn delete(&self, path: &str) -> Answer {
        self.send("DELETE", path, None)
    }
    pub fn send(&self, method: &str, path: &str, body: Option<Vec<u8>>) -> Answer {
        let url = if path.starts_with("http") { path.to_owned() } else { format!("{}{path}", self.url) };
        let mut request = ureq::http::Request::builder().method(method).uri(url);
        for (name, value) in &self.headers {
            request = request.header(name, value);
        }
        let agent = ureq::Agent::config_builder()
            .http_status_as_error(false)
            .allow_non_standard_methods(true)
            .timeout_global(Some(Duration::from_secs(30)))
            .build()
            .new_agent();
        let mut response = match body {
            Some(body) => agent.run(request.header("Content-Type", "application/json").body(body).unwrap()),
            None => agent.run(request.body(()).unwrap()),
        }
        .unwrap();
        let headers = response.headers().iter().map(|(n, v)| (n.to_string(), v.to_str().unwrap().to_owned())).collect();
        let status = response.status().as_u16();
        let text = response.body_mut().read_to_string().unwrap_or_default();
        let body = serde_json::from_str(&text).unwrap_or(Value::Null);
        Answer { status, headers, text, body }
    }
}

/// The person's form.
pub fn offer(link: &str, key: &str, repeated: &str) -> Answer {
    let form = form_urlencoded::Serializer::new(String::new())
        .append_pair("clave", key)
        .append_pair("repetida", repeated)
        .finish();
    let phone = Caller { url: String::new(), headers: Vec::new() };
    phone.send("POST", link, Some(form.into_bytes()))
}

pub fn phone() -> Caller {
    Caller { url: String::new(), headers: Vec::new() }
}
