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
    /// Works until the backend ends; mails under way are brought to their end. A place is filled again as soon as it is
    /// free: one mail that hangs holds no other up.
    pub async fn work(self, mut ending: watch::Receiver<bool>) {
        let mut changes = self.store.changes();
        let mut under_way = FuturesUnordered::new();
        while !*ending.borrow() {
            let free = AT_ONCE.saturating_sub(u32::try_from(under_way.len()).unwrap_or(AT_ONCE));
            if free > 0 {
                match self.store.due_mails(free, LEASE_MS).await {
                    Ok(mails) => under_way.extend(mails.into_iter().map(|mail| self.carry(mail))),
                    Err(error) => {
                        tracing::warn!(%error, "the outbox cannot be read");
                        tokio::time::sleep(Duration::from_secs(1)).await;
                    }
                }
            }
            tokio::select! {
                Some(()) = under_way.next() => {}
                _ = changes.recv(), if free > 0 => {}
                () = tokio::time::sleep(LOOK) => {}
                _ = ending.changed() => {}
            }
        }
        while under_way.next().await.is_some() {}
    }

    async fn carry(&self, mail: DueMail) {
        if let Err(error) = self.deliver(&mail).await {
            // The lease ends, and the same mail goes out again.
            tracing::warn!(%error, "the fate of a mail could not be kept");
        }
    }

    async fn deliver(&self, mail: &DueMail) -> Answer<()> {
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
                // Another node may have it, or its file is on the way here.
                let kid = mail.link.as_ref().map_or("", |due| due.kid.as_str());
                tracing::error!(mail = %mail.id, kid, "the key of a link is not in the secrets folder");
                MailOutcome::Deferred { reason: "llave de enlaces ausente".to_owned(), retry_in_ms: pause(mail) }
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
