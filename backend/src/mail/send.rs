//! The conversation with the institute's mail server, and what it said.

use std::time::Duration;

use lettre::Message;
use lettre::address::Envelope;
use lettre::message::Mailbox;
use lettre::transport::smtp::Error;
use lettre::transport::smtp::authentication::{Credentials, DEFAULT_MECHANISMS};
use lettre::transport::smtp::client::{AsyncSmtpConnection, Certificate, TlsParameters};
use lettre::transport::smtp::commands::{Data, Mail, Rcpt};
use lettre::transport::smtp::extension::{ClientId, MailBodyParameter, MailParameter};
use lettre::transport::smtp::response::Response;

use crate::config::{Config, ConfigError, Security, Smtp};

/// Longest silence of the mail server within one command.
const PATIENCE: Duration = Duration::from_secs(10);

/// What the mail server said.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Said {
    /// 250, with its words.
    Taken(String),
    /// 4xx, a refusal of ourselves, or it could not be reached.
    Later(String),
    /// 5xx to this mail.
    Never(String),
}

/// The way to the mail server. Each mail opens a line of its own: mails are few, and a stale line costs seconds of the
/// 180.
pub struct Sender {
    server: (String, u16),
    hello: ClientId,
    protection: Protection,
    credentials: Option<Credentials>,
    /// `From`.
    pub from: Mailbox,
}

enum Protection {
    None,
    Starttls(TlsParameters),
    Tls(TlsParameters),
}

/// The mail server cannot be used as set.
#[derive(Debug, thiserror::Error)]
pub enum SenderError {
    /// Settings.
    #[error(transparent)]
    Config(#[from] ConfigError),
    /// Certificate of the authority or password file.
    #[error("{}: {source}", path.display())]
    File {
        /// Which.
        path: std::path::PathBuf,
        /// Why.
        source: std::io::Error,
    },
    /// TLS.
    #[error("the line to the mail server: {0}")]
    Tls(#[from] Error),
}

impl Sender {
    /// To the server of the settings.
    ///
    /// # Errors
    /// [`SenderError`].
    pub fn new(config: &Config, smtp: &Smtp) -> Result<Self, SenderError> {
        let from = smtp.from.parse().map_err(|_| ConfigError::From(smtp.from.clone()))?;
        let read = |path: &std::path::Path| {
            std::fs::read(path).map_err(|source| SenderError::File { path: path.to_owned(), source })
        };
        let parameters = || -> Result<TlsParameters, SenderError> {
            let mut parameters = TlsParameters::builder(smtp.host.clone());
            if let Some(ca) = &smtp.ca {
                parameters = parameters.add_root_certificate(Certificate::from_pem(&read(ca)?)?);
            }
            Ok(parameters.build()?)
        };
        let protection = match smtp.security {
            Security::None => Protection::None,
            Security::Starttls => Protection::Starttls(parameters()?),
            Security::Tls => Protection::Tls(parameters()?),
        };
        let credentials = match &smtp.username {
            Some(username) => {
                let password = read(&config.secrets_dir.join("smtp-password"))?;
                let password = String::from_utf8_lossy(&password).trim().to_owned();
                Some(Credentials::new(username.clone(), password))
            }
            None => None,
        };
        let server = (smtp.host.clone(), smtp.port);
        Ok(Self { server, hello: ClientId::default(), protection, credentials, from })
    }

    /// Sends a mail; gives up after `at_most`.
    pub async fn send(&self, return_path: &str, mail: &Message, at_most: Duration) -> Said {
        let Ok(sender) = return_path.parse() else { return Said::Never("return path".to_owned()) };
        let Ok(envelope) = Envelope::new(Some(sender), mail.envelope().to().to_vec()) else {
            return Said::Never("envelope".to_owned());
        };
        let bytes = mail.formatted();
        let said = tokio::time::timeout(at_most, self.converse(&envelope, &bytes)).await;
        said.unwrap_or_else(|_| Said::Later("el servidor de correo no respondió a tiempo".to_owned()))
    }

    /// Only what the server says once it was told the recipient is about this mail, and not all of that ([`is_of_us`]).
    /// Before that it speaks of us (a password that was changed, a sender that it does not take yet), and an hour later the
    /// same mail may pass.
    async fn converse(&self, envelope: &Envelope, bytes: &[u8]) -> Said {
        let mut line = match self.line().await {
            Ok(line) => line,
            Err(error) => return Said::Later(words(&error)),
        };
        let said = match begin(&mut line, envelope, bytes).await {
            Err(error) => Said::Later(words(&error)),
            Ok(()) => match hand_over(&mut line, envelope, bytes).await {
                Ok(said) => {
                    Said::Taken(clean(&format!("{} {}", said.code(), said.message().collect::<Vec<_>>().join(" "))))
                }
                Err(error) if error.is_permanent() && !is_of_us(&error) => Said::Never(words(&error)),
                // A server that speaks nonsense may be well again before the time is over.
                Err(error) => Said::Later(words(&error)),
            },
        };
        // What was said stands; the farewell is nobody's business any more.
        tokio::spawn(async move { tokio::time::timeout(PATIENCE, line.abort()).await });
        said
    }

    async fn line(&self) -> Result<AsyncSmtpConnection, Error> {
        let (host, port) = (self.server.0.as_str(), self.server.1);
        let wrapped = match &self.protection {
            Protection::Tls(parameters) => Some(parameters.clone()),
            Protection::None | Protection::Starttls(_) => None,
        };
        let mut line =
            AsyncSmtpConnection::connect_tokio1((host, port), Some(PATIENCE), &self.hello, wrapped, None).await?;
        if let Protection::Starttls(parameters) = &self.protection {
            line.starttls(parameters.clone(), &self.hello).await?;
        }
        if let Some(credentials) = &self.credentials {
            line.auth(DEFAULT_MECHANISMS, credentials).await?;
        }
        Ok(line)
    }
}

async fn begin(line: &mut AsyncSmtpConnection, envelope: &Envelope, bytes: &[u8]) -> Result<(), Error> {
    let mut parameters = Vec::new();
    let mut addresses = envelope.to().iter().chain(envelope.from());
    if addresses.any(|address| !AsRef::<str>::as_ref(address).is_ascii()) {
        parameters.push(MailParameter::SmtpUtfEight);
    }
    if !bytes.is_ascii() {
        parameters.push(MailParameter::Body(MailBodyParameter::EightBitMime));
    }
    line.command(Mail::new(envelope.from().cloned(), parameters)).await.map(|_| ())
}

async fn hand_over(line: &mut AsyncSmtpConnection, envelope: &Envelope, bytes: &[u8]) -> Result<Response, Error> {
    for to in envelope.to() {
        line.command(Rcpt::new(to.clone(), Vec::new())).await?;
    }
    line.command(Data).await?;
    line.message(bytes).await
}

/// Many servers keep what they have against the client until the recipient is named: 530 (sign in first), and the enhanced
/// codes of security and policy, 5.7.x (host rejected, relay denied).
fn is_of_us(error: &Error) -> bool {
    let (code, words) = said(error);
    code == "530" || words.trim_start().starts_with("5.7.")
}

/// The code and the words of an answer.
fn said(error: &Error) -> (String, String) {
    let code = error.status().map(|c| c.to_string()).unwrap_or_default();
    let words = std::error::Error::source(error).map(ToString::to_string).unwrap_or_else(|| error.to_string());
    (code, words)
}

fn words(error: &Error) -> String {
    let (code, words) = said(error);
    clean(&format!("{code} {words}"))
}

/// The server's words without addresses, links and anything long enough to be a token; at most 160 characters.
#[must_use]
pub fn clean(words: &str) -> String {
    let kept: Vec<&str> = words
        .split(|c: char| c.is_whitespace() || c.is_control())
        .filter(|word| !word.is_empty())
        .map(|word| {
            let secret =
                word.contains('@') || word.contains("://") || word.contains("/clave/") || word.chars().count() > 40;
            if secret { "…" } else { word }
        })
        .collect();
    kept.join(" ").chars().take(160).collect()
}

#[cfg(test)]
mod tests {
    use std::io::{BufRead as _, BufReader, Write as _};

    use super::*;

    /// A mail server that answers commands with these lines, one each, and the last one for ever.
    fn server(lines: &'static [&'static str]) -> u16 {
        let listener = std::net::TcpListener::bind("127.0.0.1:0").unwrap();
        let port = listener.local_addr().unwrap().port();
        std::thread::spawn(move || {
            let (mut stream, _) = listener.accept().unwrap();
            let mut commands = BufReader::new(stream.try_clone().unwrap()).lines();
            for line in lines.iter().chain(std::iter::repeat(lines.last().unwrap())) {
                if write!(stream, "{line}\r\n").is_err() || commands.next().is_none() {
                    return;
                }
            }
        });
        port
    }

    async fn send(username: Option<&str>, lines: &'static [&'static str]) -> Said {
        let dir = tempfile::tempdir().unwrap();
        std::fs::write(dir.path().join("smtp-password"), "secreto").unwrap();
        let settings = format!(
            "database = \"b\"\nsecrets_dir = \"{}\"\n[smtp]\nhost = \"127.0.0.1\"\nport = {}\nfrom = \"a@b.ec\"\n\
             security = \"none\"\n",
            dir.path().display(),
            server(lines)
        );
        let mut config: Config = toml::from_str(&settings).unwrap();
        let mut smtp = config.smtp.take().unwrap();
        smtp.username = username.map(str::to_owned);
        let sender = Sender::new(&config, &smtp).unwrap();
        let mail = Message::builder().from(sender.from.clone()).to("m@eltrigo.ec".parse().unwrap()).body(String::new());
        sender.send("bounce@b.ec", &mail.unwrap(), Duration::from_secs(5)).await
    }

    #[tokio::test]
    async fn a_refusal_of_ourselves_is_not_the_end_of_a_mail() {
        let password = send(Some("iess"), &["220 mx", "250-mx\r\n250 AUTH PLAIN", "535 5.7.8 bad credentials"]).await;
        assert!(matches!(&password, Said::Later(w) if w.contains("535")), "{password:?}");
        let greeting = send(None, &["554 5.7.1 not you"]).await;
        assert!(matches!(&greeting, Said::Later(_)), "{greeting:?}");
        let sender = send(None, &["220 mx", "250 mx", "550 5.7.1 sender not allowed"]).await;
        assert!(matches!(&sender, Said::Later(w) if w.contains("550")), "{sender:?}");
    }

    #[tokio::test]
    async fn a_refusal_of_ourselves_that_waits_for_the_recipient_is_not_the_end_of_a_mail() {
        let host = send(None, &["220 mx", "250 mx", "250 ok", "554 5.7.1 Client host rejected"]).await;
        assert!(matches!(&host, Said::Later(w) if w.starts_with("554 5.7.1")), "{host:?}");
        let relay = send(None, &["220 mx", "250 mx", "250 ok", "550-5.7.1 Relay denied.\r\n550 5.7.1 See us"]).await;
        assert!(matches!(&relay, Said::Later(_)), "{relay:?}");
        let sign_in = send(None, &["220 mx", "250 mx", "250 ok", "530 Authentication required"]).await;
        assert!(matches!(&sign_in, Said::Later(_)), "{sign_in:?}");
        let text = send(None, &["220 mx", "250 mx", "250 ok", "250 ok", "554 5.7.1 try again signed"]).await;
        assert!(matches!(&text, Said::Later(_)), "{text:?}");
    }

    #[tokio::test]
    async fn a_refusal_of_the_recipient_or_of_the_text_is_the_end_of_a_mail() {
        let recipient = send(None, &["220 mx", "250 mx", "250 ok", "550 5.1.1 no such box"]).await;
        assert!(matches!(&recipient, Said::Never(w) if w.contains("550")), "{recipient:?}");
        let text = send(None, &["220 mx", "250 mx", "250 ok", "250 ok", "554 5.6.0 no"]).await;
        assert!(matches!(&text, Said::Never(_)), "{text:?}");
    }

    #[test]
    fn the_servers_words_keep_their_sense_and_lose_addresses_and_tokens() {
        let token = "A".repeat(43);
        let words = format!("550 5.1.1 <maria@eltrigo.ec>:\r\n no such user; see http://x/y {token} ");
        assert_eq!(clean(&words), "550 5.1.1 … no such user; see … …");
        assert_eq!(clean(&"ab ".repeat(100)).chars().count(), 160);
    }
}
