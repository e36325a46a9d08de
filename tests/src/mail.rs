//! The mail server of another make (npm `smtp-server`) and the mails that it got.

use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;
use std::time::Duration;

use mail_parser::MessageParser;
use serde_json::{Value, json};

use crate::process::{Process, wait_for};
use crate::program::root;

/// The server.
pub struct MailServer {
    folder: PathBuf,
    control: String,
    port: u16,
    _process: Process,
}

/// A mail as it arrived.
#[derive(Debug, Clone)]
pub struct Mail {
    /// Envelope sender: where delivery reports go.
    pub return_path: String,
    /// Envelope recipients.
    pub to: Vec<String>,
    /// Subject, decoded.
    pub subject: String,
    /// The plain text, decoded.
    pub text: String,
    /// The HTML, decoded; empty where there is none.
    pub html: String,
    /// `Message-ID`.
    pub id: String,
    /// Byte for byte.
    pub raw: Vec<u8>,
}

impl Mail {
    /// The link to the page where the key is set; absent in mails without one.
    #[must_use]
    pub fn link(&self) -> Option<String> {
        let start = self.text.find("/clave/")?;
        let head = self.text[..start].rfind("http")?;
        let link: String =
            self.text[head..].chars().take_while(|c| !c.is_whitespace() && !"<>\"'".contains(*c)).collect();
        Some(link)
    }
}

impl MailServer {
    /// Starts it; it takes every mail until told otherwise.
    #[must_use]
    pub fn start(folder: &Path) -> Self {
        let mails = folder.join("mails");
        let (process, said) = Process::start_and_hear(
            "mail",
            Command::new("node").arg(root().join("tests/smtp/server.mjs")).arg(&mails),
            folder,
        );
        let port = u16::try_from(said["smtp"].as_u64().unwrap()).unwrap();
        let control = format!("http://127.0.0.1:{}", said["control"]);
        Self { folder: mails, control, port, _process: process }
    }

    /// Where it listens, on 127.0.0.1.
    #[must_use]
    pub fn port(&self) -> u16 {
        self.port
    }

    fn behave(&self, how: &Value) {
        ureq::put(&self.control).send(how.to_string()).unwrap();
    }

    /// Takes every mail.
    pub fn accept(&self) {
        self.behave(&json!({"mode": "accept"}));
    }

    /// Puts the next `times` tries off.
    pub fn greylist(&self, times: u32) {
        self.behave(&json!({"mode": "greylist", "times": times}));
    }

    /// Refuses every recipient.
    pub fn refuse(&self) {
        self.behave(&json!({"mode": "refuse"}));
    }

    /// Takes every mail and then reports to `address` (host:port) that it could not be delivered.
    pub fn bounce(&self, address: &str) {
        self.behave(&json!({"mode": "bounce", "to": address}));
    }

    /// Takes mails and never says so.
    pub fn fall_silent(&self) {
        self.behave(&json!({"mode": "silent"}));
    }

    /// `MAIL FROM` commands since the behaviour was set.
    #[must_use]
    pub fn attempts(&self) -> u64 {
        let text = ureq::get(&self.control).call().unwrap().body_mut().read_to_string().unwrap();
        serde_json::from_str::<Value>(&text).unwrap()["attempts"].as_u64().unwrap()
    }

    /// Every mail so far, oldest first.
    #[must_use]
    pub fn mails(&self) -> Vec<Mail> {
        let mut files: Vec<PathBuf> = fs::read_dir(&self.folder)
            .unwrap()
            .map(|entry| entry.unwrap().path())
            .filter(|path| path.extension().is_some_and(|e| e == "eml"))
            .collect();
        files.sort();
        files.iter().map(|file| read(file)).collect()
    }

    /// Waits for the first mail that pleases.
    #[must_use]
    pub fn wait(&self, what: &str, mut pleases: impl FnMut(&Mail) -> bool) -> Mail {
        wait_for(what, Duration::from_secs(30), || self.mails().into_iter().find(|m| pleases(m)))
    }

    /// Waits until there are `count` mails with a link, and gives the newest one's link.
    #[must_use]
    pub fn wait_link(&self, count: usize) -> String {
        wait_for("a mail with a link", Duration::from_secs(30), || {
            let links: Vec<String> = self.mails().iter().filter_map(Mail::link).collect();
            (links.len() >= count).then(|| links.last().cloned()).flatten()
        })
    }
}

fn read(file: &Path) -> Mail {
    let raw = fs::read(file).unwrap();
    let envelope: Value = serde_json::from_slice(&fs::read(file.with_extension("json")).unwrap()).unwrap();
    let message = MessageParser::default().parse(&raw).expect("a mail that can be read");
    Mail {
        return_path: envelope["from"].as_str().unwrap_or_default().to_owned(),
        to: envelope["to"].as_array().unwrap().iter().filter_map(|a| a.as_str().map(str::to_owned)).collect(),
        subject: message.subject().unwrap_or_default().to_owned(),
        text: message.body_text(0).map(|t| t.into_owned()).unwrap_or_default(),
        html: message.body_html(0).map(|t| t.into_owned()).unwrap_or_default(),
        id: message.message_id().unwrap_or_default().to_owned(),
        raw,
    }
}
