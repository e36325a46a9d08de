//! The way of a mail: due, under way, taken, put off, refused, come back (R10, M14).

use uuid::Uuid;
use ventanilla_contract::employer::Representative;
use ventanilla_contract::error::ErrorCode;
use ventanilla_contract::reset::Step;
use ventanilla_domain::email::Email;
use ventanilla_domain::reset::{LinkEvent, LinkRefusal, LinkState};
use ventanilla_domain::time::Millis;

use super::accept::take_employer;
use super::centers::{self, Entry, What};
use super::engine::{Tx, UseCase, args, decode, one, the};
use super::{Answer, DueLink, DueMail, MailOutcome, Mailing, StoreError, Template, links, outbox, resets};

/// A notification that no server took within a day is given up.
const NOTICE_MS: i64 = 86_400_000;
/// Links that one look for those whose time is over answers at most.
const OVERDUE_AT_ONCE: i64 = 200;

/// Takes due mails.
pub(crate) struct DueMails {
    pub(crate) limit: u32,
    pub(crate) lease_ms: i64,
}

impl UseCase for DueMails {
    type Out = Vec<DueMail>;

    async fn run<T: Tx>(self, tx: &mut T) -> Answer<Vec<DueMail>> {
        let now = tx.now().await?;
        let mut out = Vec::new();
        for row in tx.rows(outbox::DUE, args![now, self.limit]).await? {
            let id = row.uuid(0)?;
            // Somebody else may have taken it meanwhile.
            if let Some(taken) = one(tx, outbox::TAKE, args![now.plus(self.lease_ms), id, now]).await? {
                let letter = the(tx, outbox::LETTER, args![id]).await?;
                let representative: Representative = serde_json::from_str(&letter.text(3)?)
                    .map_err(|e| StoreError::Defect(format!("an employer's row: {e}")))?;
                let template = Template::from(decode::<outbox::Stored>(taken.text(0)?)?);
                let link_id = taken.uuid(2)?;
                let link = DueLink { id: link_id, kid: letter.text(4)? };
                out.push(DueMail {
                    id,
                    template,
                    link: match template {
                        Template::Link => Some(link),
                        Template::KeyWasSet => None,
                    },
                    to: Email::parse(&letter.text(0)?)
                        .map_err(|_| StoreError::Defect("a mail without an address".into()))?,
                    employer_name: letter.text(1)?,
                    number: letter.text(2)?,
                    representative_name: representative.name,
                    asked: super::links::asked(tx, link_id).await?,
                    attempts: taken.u32(3)?.saturating_sub(1),
                    created_at: taken.millis(4)?,
                });
            }
        }
        Ok(out)
    }
}

/// The reset of a link, read again once its employer is taken. `None`: no such link.
async fn taken<T: Tx>(tx: &mut T, link_id: Uuid) -> Answer<Option<resets::Held>> {
    let Some(row) = one(tx, links::NUMBER, args![link_id]).await? else { return Ok(None) };
    take_employer(tx, &row.text(0)?).await?;
    resets::of_link(tx, link_id).await
}

/// Commits the expiry before SMTP DATA.
pub(crate) struct BeginMailing {
    pub(crate) link_id: Uuid,
}

impl UseCase for BeginMailing {
    type Out = Mailing;

    async fn run<T: Tx>(self, tx: &mut T) -> Answer<Mailing> {
        let Some(mut held) = taken(tx, self.link_id).await? else { return Ok(Mailing::TooLate) };
        let now = tx.now().await?;
        let before = held.link.state;
        match resets::happen(tx, &mut held, LinkEvent::MailStarts, now).await? {
            Ok(state) => {
                if before == LinkState::Accepted {
                    resets::tell(tx, &mut held, (What::LinkMailing, None), ("system", None), now).await?;
                }
                let expires_at =
                    state.expires_at().ok_or_else(|| StoreError::Defect("a mailing without an expiry".into()))?;
                Ok(Mailing::Go { expires_at, remaining_ms: expires_at.since(now) })
            }
            Err(_) => {
                outbox::link_over(tx, self.link_id, now).await?;
                Ok(Mailing::TooLate)
            }
        }
    }
}

/// The mail server's word.
pub(crate) struct MailResult {
    pub(crate) mail_id: Uuid,
    pub(crate) outcome: MailOutcome,
}

impl UseCase for MailResult {
    type Out = ();

    async fn run<T: Tx>(self, tx: &mut T) -> Answer<()> {
        let Some(row) = one(tx, outbox::GET, args![self.mail_id]).await? else { return Ok(()) };
        let template = Template::from(decode::<outbox::Stored>(row.text(0)?)?);
        let (link_id, created_at) = (row.uuid(1)?, row.millis(2)?);
        let Some(mut held) = taken(tx, link_id).await? else { return Ok(()) };
        let now = tx.now().await?;
        let next_at = match &self.outcome {
            MailOutcome::Deferred { retry_in_ms, .. } => Some(now.plus((*retry_in_ms).max(0))),
            MailOutcome::Taken { .. } | MailOutcome::Refused { .. } => None,
        };
        let deadline = match template {
            Template::Link => held.link.expires_at.unwrap_or(now),
            Template::KeyWasSet => created_at.plus(NOTICE_MS),
        };
        let again = next_at.filter(|at| *at < deadline);
        match again {
            Some(at) => tx.run(outbox::AGAIN, args![at, self.mail_id]).await?,
            None => tx.run(outbox::DONE, args![now, self.mail_id]).await?,
        };
        match template {
            Template::Link => link_light(tx, &mut held, self.outcome, now).await,
            Template::KeyWasSet => {
                let (what, reason) = match self.outcome {
                    MailOutcome::Taken { .. } => (What::NoticeSent, None),
                    MailOutcome::Refused { reason } => (What::NoticeRefused, Some(reason)),
                    MailOutcome::Deferred { .. } if again.is_some() => return Ok(()),
                    MailOutcome::Deferred { reason, .. } => (What::NoticeGivenUp, Some(reason)),
                };
                if let Some(reason) = reason {
                    tracing::warn!(reset = %held.id, reason, "the owner does not hear that a new key was set");
                }
                let entry = Entry { center: &held.center, at: now, actor: "system", what, subject: Some(held.id) };
                centers::record(tx, entry).await
            }
        }
    }
}

async fn link_light<T: Tx>(tx: &mut T, held: &mut resets::Held, outcome: MailOutcome, now: Millis) -> Answer<()> {
    let (event, what, light, reason) = match outcome {
        MailOutcome::Taken { queue_id } => {
            (LinkEvent::MailTaken, What::LinkHandedOver, Step::HandedOver, Some(queue_id))
        }
        MailOutcome::Deferred { reason, .. } => {
            (LinkEvent::MailDeferred, What::LinkDeferred, Step::Deferred, Some(reason))
        }
        MailOutcome::Refused { reason } => (LinkEvent::MailBounced, What::LinkRefused, Step::Refused, Some(reason)),
    };
    // A link that is over meanwhile stays what it is; nothing of the mail changes that.
    if resets::happen(tx, held, event, now).await?.is_ok() {
        resets::tell(tx, held, (what, Some(light)), ("system", reason), now).await?;
    }
    Ok(())
}

/// A delivery report.
pub(crate) struct DeliveryReport {
    pub(crate) link_id: Uuid,
    pub(crate) reason: String,
}

impl UseCase for DeliveryReport {
    type Out = ();

    async fn run<T: Tx>(self, tx: &mut T) -> Answer<()> {
        let mut held = taken(tx, self.link_id).await?.ok_or(ErrorCode::ResetUnknown)?;
        let now = tx.now().await?;
        match resets::happen(tx, &mut held, LinkEvent::MailBounced, now).await? {
            Ok(_) => {}
            // The key is set: the link did arrive.
            Err(LinkRefusal::Used | LinkRefusal::DoesNotFit) => return Ok(()),
            // Too late for this link, and still news: the one that took its place went to the same address.
            Err(LinkRefusal::Expired | LinkRefusal::Withdrawn) => {
                held = resets::of_link(tx, held.newest).await?.ok_or(ErrorCode::ResetUnknown)?;
                if held.link.state == LinkState::Used || resets::seen(tx, &held, Step::Bounced).await? {
                    return Ok(());
                }
            }
        }
        let lights = (What::LinkBounced, Some(Step::Bounced));
        resets::tell(tx, &mut held, lights, ("system", Some(self.reason)), now).await
    }
}

/// Links whose time is over, told by their ids alone.
pub(crate) struct Overdue;

impl UseCase for Overdue {
    type Out = Vec<Uuid>;

    async fn run<T: Tx>(self, tx: &mut T) -> Answer<Vec<Uuid>> {
        let now = tx.now().await?;
        let issued_by = now.plus(-tx.policy().link_ms);
        let rows = tx.rows(links::OVERDUE, args![issued_by, now, OVERDUE_AT_ONCE]).await?;
        rows.iter().map(|row| row.uuid(0)).collect()
    }
}

/// Stores that the time of a link is over, in a transaction of its own: of two employers none is held while the other is
/// waited for. Answers whether it was.
pub(crate) struct Expire {
    pub(crate) link_id: Uuid,
}

impl UseCase for Expire {
    type Out = bool;

    async fn run<T: Tx>(self, tx: &mut T) -> Answer<bool> {
        let Some(mut held) = taken(tx, self.link_id).await? else { return Ok(false) };
        let now = tx.now().await?;
        let before = held.link.state;
        resets::settle(tx, &mut held, now).await?;
        let over = before.is_live() && !held.link.state.is_live();
        if over {
            outbox::link_over(tx, held.link.id, now).await?;
        }
        Ok(over)
    }
}

/// What a worker had taken before the only process of this store ended is due again.
pub(crate) struct Release;

impl UseCase for Release {
    type Out = ();

    async fn run<T: Tx>(self, tx: &mut T) -> Answer<()> {
        tx.run(outbox::RELEASE, Vec::new()).await.map(|_| ())
    }
}
