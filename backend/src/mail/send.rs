//! The conversation with the institute's mail server, and what it said.

use std::time::Duration;

use lettre::address::Envelope;
use lettre::message::Mailbox;
use lettre::transport::smtp::authentication::Credentials;
use lettre::transport::smtp::client::{Certificate, Tls, TlsParameters};
use lettre::{AsyncSmtpTransport, AsyncTransport, Message, Tokio1Executor};

use crate::config::{Config, ConfigError, Security, Smtp};

/// Longest silence of the mail server within one command.
const PATIENCE: Duration = Duration::from_secs(10);

/// What the mail server said.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Said {
    /// 250, with its words.
    Taken(String),
    /// 4xx, or it could not be reached.
    Later(String),
    /// 5xx.
    Never(String),
}

/// A line to the mail server. Each mail opens its own: mails are few, and a stale line costs seconds of the 180.
pub struct Sender {
    transport: AsyncSmtpTransport<Tokio1Executor>,
    /// `From`.
    pub from: Mailbox,
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
    Tls(#[from] lettre::transport::smtp::Error),
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
        let mut builder =
            AsyncSmtpTransport::<Tokio1Executor>::builder_dangerous(&smtp.host).port(smtp.port).timeout(Some(PATIENCE));
        if smtp.security != Security::None {
            let mut parameters = TlsParameters::builder(smtp.host.clone());
            if let Some(ca) = &smtp.ca {
                parameters = parameters.add_root_certificate(Certificate::from_pem(&read(ca)?)?);
            }
            let parameters = parameters.build()?;
            builder = builder.tls(match smtp.security {
                Security::Starttls => Tls::Required(parameters),
                Security::Tls => Tls::Wrapper(parameters),
                Security::None => Tls::None,
            });
        }
        if let Some(username) = &smtp.username {
            let password = read(&config.secrets_dir.join("smtp-password"))?;
            let password = String::from_utf8_lossy(&password).trim().to_owned();
            builder = builder.credentials(Credentials::new(username.clone(), password));
        }
        Ok(Self { transport: builder.build(), from })
    }

    /// Sends a mail; gives up after `at_most`.
    pub async fn send(&self, return_path: &str, mail: &Message, at_most: Duration) -> Said {
        let Ok(sender) = return_path.parse() else { return Said::Never("return path".to_owned()) };
        let Ok(envelope) = Envelope::new(Some(sender), mail.envelope().to().to_vec()) else {
            return Said::Never("envelope".to_owned());
        };
        let bytes = mail.formatted();
        match tokio::time::timeout(at_most, self.transport.send_raw(&envelope, &bytes)).await {
            Ok(Ok(response)) => {
                Said::Taken(clean(&format!("{} {}", response.code(), response.message().collect::<Vec<_>>().join(" "))))
            }
            Ok(Err(error)) => said(&error),
            Err(_) => Said::Later("el servidor de correo no respondió a tiempo".to_owned()),
        }
    }
}

fn said(error: &lettre::transport::smtp::Error) -> Said {
    let code = error.status().map(|c| c.to_string()).unwrap_or_default();
    let words = std::error::Error::source(error).map(ToString::to_string).unwrap_or_else(|| error.to_string());
    let words = clean(&format!("{code} {words}"));
    // A server that cannot be reached or speaks nonsense may be well again before the time is over.
    if error.is_permanent() { Said::Never(words) } else { Said::Later(words) }
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
    use super::clean;

    #[test]
    fn the_servers_words_keep_their_sense_and_lose_addresses_and_tokens() {
        let token = "A".repeat(43);
        let words = format!("550 5.1.1 <maria@eltrigo.ec>:\r\n no such user; see http://x/y {token} ");
        assert_eq!(clean(&words), "550 5.1.1 … no such user; see … …");
        assert_eq!(clean(&"ab ".repeat(100)).chars().count(), 160);
    }
}
