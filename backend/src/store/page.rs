//! What happens at the employer's page: looking changes no link (M10), setting the key is one compare-and-set.

use uuid::Uuid;
use ventanilla_contract::error::ErrorCode;
use ventanilla_contract::reset::Step;
use ventanilla_domain::reset::{LinkEvent, LinkRefusal, LinkState, step};

use super::accept::take_employer;
use super::centers::What;
use super::engine::{Tx, UseCase, args, one};
use super::{Answer, KeySet, LinkPage, PageEvent, links, outbox, resets};
use crate::account::{AccountSystem, Embedded};

/// Somebody or something looked at the page.
pub(crate) struct Page {
    pub(crate) token_hash: [u8; 32],
    pub(crate) event: PageEvent,
}

impl UseCase for Page {
    type Out = Option<LinkPage>;

    async fn run<T: Tx>(self, tx: &mut T) -> Answer<Option<LinkPage>> {
        let Some(row) = one(tx, links::NUMBER_BY_TOKEN, args![self.token_hash]).await? else { return Ok(None) };
        let employer = take_employer(tx, &row.text(0)?).await?;
        let Some(mut held) = resets::of_link(tx, row.uuid(1)?).await? else { return Ok(None) };
        let now = tx.now().await?;
        resets::settle(tx, &mut held, now).await?;
        let link_ms = tx.policy().link_ms;
        // What setting a key would meet at this moment; asked, not done.
        let standing = step(held.link.state, LinkEvent::KeySet, link_ms, now)
            .map(|_| held.link.expires_at.map_or(0, |at| at.since(now)));
        if standing.is_ok() {
            let (what, light, once) = match self.event {
                PageEvent::Fetched => (What::PageFetched, Step::PageFetched, true),
                PageEvent::PersonOnPage => (What::PersonOnPage, Step::PersonOnPage, true),
                PageEvent::KeyRefused => (What::KeyRefused, Step::KeyRefused, false),
            };
            if !once || !resets::seen(tx, &held, light).await? {
                resets::tell(tx, &mut held, (what, Some(light)), ("employer", None), now).await?;
            }
        }
        let asked = links::asked(tx, held.link.id).await?;
        Ok(Some(LinkPage {
            asked,
            link_id: held.link.id,
            reset_id: held.id,
            standing,
            number: held.number,
            employer_name: employer.wire.name,
            representative_name: employer.wire.representative.name,
        }))
    }
}

/// Sets the key.
pub(crate) struct UseLink {
    pub(crate) token_hash: [u8; 32],
    pub(crate) key_hash: String,
    pub(crate) mail_id: Uuid,
}

impl UseCase for UseLink {
    type Out = Result<KeySet, LinkRefusal>;

    async fn run<T: Tx>(self, tx: &mut T) -> Answer<Self::Out> {
        let row = one(tx, links::NUMBER_BY_TOKEN, args![self.token_hash]).await?.ok_or(ErrorCode::ResetUnknown)?;
        let number = row.text(0)?;
        take_employer(tx, &number).await?;
        let mut held = resets::of_link(tx, row.uuid(1)?).await?.ok_or(ErrorCode::ResetUnknown)?;
        // After the lock: whoever waited for it past the expiry is late (M13).
        let now = tx.now().await?;
        match resets::happen(tx, &mut held, LinkEvent::KeySet, now).await? {
            Ok(LinkState::Used) => {}
            Ok(_) => return Err(ErrorCode::Internal.into()),
            Err(refusal) => return Ok(Err(refusal)),
        }
        let sessions_ended = Embedded.set_key(tx, held.link.id, &number, self.key_hash).await?;
        outbox::link_over(tx, held.link.id, now).await?;
        outbox::put(tx, self.mail_id, outbox::Stored::KeyWasSet, (held.id, held.link.id), now).await?;
        resets::tell(tx, &mut held, (What::KeySet, Some(Step::KeySet)), ("employer", None), now).await?;
        Ok(Ok(KeySet { reset_id: held.id, sessions_ended }))
    }
}
