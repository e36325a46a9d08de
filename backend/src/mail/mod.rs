//! Mail: rows of the outbox become mails, the mail server's words become lights of the telltale (M14). A mail of a link
//! leaves only after its expiry was committed, and never after it has passed.

pub mod compose;
pub mod report;
pub mod send;

use std::sync::Arc;
use std::time::Duration;

use futures_util::StreamExt as _;
use futures_util::stream::FuturesUnordered;
use tokio::sync::watch;

use crate::secrets::Secrets;
use crate::store::{Answer, DueMail, MailOutcome, Mailing, Store, Template};
use compose::Letter;
use send::{Said, Sender};

/// Mails at once.
const AT_ONCE: u32 = 8;
/// No other worker takes a mail for this long, milliseconds; longer than [`LONGEST`].
const LEASE_MS: i64 = 30_000;
/// Longest conversation about one mail.
const LONGEST: Duration = Duration::from_secs(20);
/// How often the outbox is looked at when nothing says that it changed.
const LOOK: Duration = Duration::from_millis(250);
/// Pauses between tries of a link's mail, milliseconds: the whole of it is 180 s.
const LINK_PAUSES: [i64; 4] = [2_000, 5_000, 10_000, 20_000];
/// Longest pause between tries of a notification, milliseconds.
const LONGEST_PAUSE: i64 = 1_800_000;

/// Empties the outbox.
pub struct Postman {
    /// The outbox.
    pub store: Arc<dyn Store>,
    /// Tokens and return paths.
    pub secrets: Arc<Secrets>,
    /// The mail server.
    pub sender: Sender,
    /// Base of the links, without a slash at the end.
    pub public_url: String,
    /// Domain of return paths and Message-IDs.
    pub domain: String,
    /// Training.
    pub training: bool,
}

impl Postman {
    /// Works until the backend ends.
    pub async fn work(self, mut ending: watch::Receiver<bool>) {
        let mut changes = self.store.changes();
        while !*ending.borrow() {
            let worked = match self.round().await {
                Ok(mails) => mails > 0,
                Err(error) => {
                    tracing::warn!(%error, "the outbox cannot be read");
                    tokio::time::sleep(Duration::from_secs(1)).await;
                    false
                }
            };
            if !worked {
                tokio::select! {
                    _ = changes.recv() => {}
                    () = tokio::time::sleep(LOOK) => {}
                    _ = ending.changed() => {}
                }
            }
        }
    }

    /// Takes what is due and sends it; answers how many there were.
    ///
    /// # Errors
    /// [`crate::store::StoreError`] of the store only.
    pub async fn round(&self) -> Answer<usize> {
        let mails = self.store.due_mails(AT_ONCE, LEASE_MS).await?;
        let mut under_way: FuturesUnordered<_> = mails.iter().map(|mail| self.carry(mail)).collect();
        while let Some(done) = under_way.next().await {
            if let Err(error) = done {
                // The lease ends, and the same mail goes out again.
                tracing::warn!(%error, "the fate of a mail could not be kept");
            }
        }
        Ok(mails.len())
    }

    async fn carry(&self, mail: &DueMail) -> Answer<()> {
        let mut at_most = LONGEST;
        let mut link = None;
        if let Some(due) = &mail.link {
            match self.store.begin_mailing(due.id).await? {
                Mailing::TooLate => return Ok(()),
                Mailing::Go { remaining_ms, .. } => {
                    let left = Duration::from_millis(u64::try_from(remaining_ms).unwrap_or(0));
                    at_most = at_most.min(left);
                }
            }
            link =
                self.secrets.link_token(&due.kid, due.id).map(|token| format!("{}/clave/{}", self.public_url, *token));
        }
        let outcome = match (mail.template, &link) {
            (Template::Link, None) => {
                tracing::error!(mail = %mail.id, "the key of a link is not in the secrets folder");
                MailOutcome::Refused { reason: "llave de enlaces ausente".to_owned() }
            }
            (Template::Link | Template::KeyWasSet, _) => self.speak(mail, link.as_deref(), at_most).await,
        };
        self.store.mail_result(mail.id, outcome).await
    }

    async fn speak(&self, mail: &DueMail, link: Option<&str>, at_most: Duration) -> MailOutcome {
        let letter = Letter { mail, link, from: &self.sender.from, domain: &self.domain, training: self.training };
        let message = match letter.compose() {
            Ok(message) => message,
            Err(error) => return MailOutcome::Refused { reason: error.to_string() },
        };
        let about = mail.link.as_ref().map_or(mail.id, |due| due.id);
        let return_path = format!("{}@{}", self.secrets.return_path(about), self.domain);
        match self.sender.send(&return_path, &message, at_most).await {
            Said::Taken(queue_id) => MailOutcome::Taken { queue_id },
            Said::Later(reason) => MailOutcome::Deferred { reason, retry_in_ms: pause(mail) },
            Said::Never(reason) => MailOutcome::Refused { reason },
        }
    }
}

/// Milliseconds until the next try.
fn pause(mail: &DueMail) -> i64 {
    let tried = usize::try_from(mail.attempts).unwrap_or(usize::MAX);
    match mail.template {
        Template::Link => LINK_PAUSES.get(tried).or(LINK_PAUSES.last()).copied().unwrap_or(LONGEST_PAUSE),
        Template::KeyWasSet => (2_000_i64 << mail.attempts.min(10)).min(LONGEST_PAUSE),
    }
}
