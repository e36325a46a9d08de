//! Resets and the steps of their telltale (M14). At most one live reset per employer, held by a unique index.
//!
//! Whoever changes a reset takes its employer's row first ([`super::employers::take`]), so that all changes to it come
//! one after the other under either engine.

use uuid::Uuid;
use ventanilla_contract::error::ErrorCode;
use ventanilla_contract::reset::{Reset, ResetState, Step, TelltaleStep};
use ventanilla_domain::email::Email;
use ventanilla_domain::reset::{LinkEvent, LinkRefusal, LinkState, step};
use ventanilla_domain::time::Millis;

use super::centers::{self, Entry, What};
use super::engine::{Row, Tx, args, code, decode, one, queries, the};
use super::links::{self, Link};
use super::{Actor, Answer, StoreError};

pub(crate) const DDL: &str = "
CREATE TABLE resets (
    id UUID PRIMARY KEY NOT NULL,
    case_id UUID NOT NULL REFERENCES cases (id),
    number TEXT NOT NULL REFERENCES employers (number),
    center TEXT NOT NULL REFERENCES centers (id),
    clerk TEXT NOT NULL,
    email TEXT NOT NULL,
    link_id UUID NOT NULL,
    live BIGINT NOT NULL,
    version BIGINT NOT NULL
);
CREATE UNIQUE INDEX resets_live ON resets (number) WHERE live = 1;
CREATE TABLE steps (
    reset_id UUID NOT NULL REFERENCES resets (id),
    n BIGINT NOT NULL,
    link_id UUID NOT NULL,
    step TEXT NOT NULL,
    at BIGINT NOT NULL,
    reason TEXT,
    PRIMARY KEY (reset_id, n)
);
";

queries! {
    PUT = "INSERT INTO resets (id, case_id, number, center, clerk, email, link_id, live, version)
        VALUES ($1, $2, $3, $4, $5, $6, $7, 1, 1)";
    GET = "SELECT r.id, r.case_id, r.number, r.center, r.email, r.version, r.link_id, l.id, l.state,
            l.issued_at, l.expires_at FROM resets r JOIN links l ON l.id = r.link_id WHERE r.id = $1";
    LIVE = "SELECT r.id, r.case_id, r.number, r.center, r.email, r.version, r.link_id, l.id, l.state,
            l.issued_at, l.expires_at FROM resets r JOIN links l ON l.id = r.link_id
        WHERE r.number = $1 AND r.live = 1";
    OF_LINK = "SELECT r.id, r.case_id, r.number, r.center, r.email, r.version, r.link_id, l.id, l.state,
            l.issued_at, l.expires_at FROM links l JOIN resets r ON r.id = l.reset_id WHERE l.id = $1";
    BUMP = "UPDATE resets SET version = version + 1, live = $1, link_id = $2 WHERE id = $3 RETURNING version";
    STEP_PUT = "INSERT INTO steps (reset_id, n, link_id, step, at, reason) VALUES ($1, $2, $3, $4, $5, $6)";
    STEPS = "SELECT step, at, reason, link_id FROM steps WHERE reset_id = $1 ORDER BY n";
    STEP_SEEN = "SELECT n FROM steps WHERE reset_id = $1 AND link_id = $2 AND step = $3 LIMIT 1";
}

/// A reset with one of its links.
#[derive(Debug, Clone)]
pub(crate) struct Held {
    pub(crate) id: Uuid,
    pub(crate) case_id: Uuid,
    pub(crate) number: String,
    pub(crate) center: String,
    pub(crate) email: Email,
    pub(crate) version: u32,
    /// The newest link; `link` may be an older one.
    pub(crate) newest: Uuid,
    pub(crate) link: Link,
}

fn read(row: &Row) -> Answer<Held> {
    let expires_at = row.opt_millis(10)?;
    Ok(Held {
        id: row.uuid(0)?,
        case_id: row.uuid(1)?,
        number: row.text(2)?,
        center: row.text(3)?,
        email: Email::parse(&row.text(4)?).map_err(|_| StoreError::Defect("a reset without an address".into()))?,
        version: row.u32(5)?,
        newest: row.uuid(6)?,
        link: Link {
            id: row.uuid(7)?,
            state: links::read_state(&row.text(8)?, expires_at)?,
            issued_at: row.millis(9)?,
            expires_at,
        },
    })
}

/// A reset of the actor's centre.
///
/// # Errors
/// `reset_unknown`.
pub(crate) async fn of_center<T: Tx>(tx: &mut T, id: Uuid, actor: &Actor) -> Answer<Held> {
    let held = read(&one(tx, GET, args![id]).await?.ok_or(ErrorCode::ResetUnknown)?)?;
    if held.center == actor.center { Ok(held) } else { Err(ErrorCode::ResetUnknown.into()) }
}

/// The employer's live reset.
pub(crate) async fn live_of<T: Tx>(tx: &mut T, number: &str) -> Answer<Option<Held>> {
    one(tx, LIVE, args![number]).await?.map(|row| read(&row)).transpose()
}

/// The reset of a link, with that link.
pub(crate) async fn of_link<T: Tx>(tx: &mut T, link_id: Uuid) -> Answer<Option<Held>> {
    one(tx, OF_LINK, args![link_id]).await?.map(|row| read(&row)).transpose()
}

/// Puts a telltale step of the newest link down and raises the version, with its audit entry.
pub(crate) async fn tell<T: Tx>(
    tx: &mut T,
    held: &mut Held,
    (what, light): (What, Option<Step>),
    (actor, reason): (&str, Option<String>),
    now: Millis,
) -> Answer<()> {
    held.version = the(tx, BUMP, args![held.link.state.is_live(), held.newest, held.id]).await?.u32(0)?;
    if let Some(light) = light {
        let args = args![held.id, held.version, held.link.id, code(&light)?, now, reason];
        tx.run(STEP_PUT, args).await?;
    }
    centers::record(tx, Entry { center: &held.center, at: now, actor, what, subject: Some(held.id) }).await?;
    tx.changed(held.id);
    Ok(())
}

/// Stores that the time of a link is over, if it is.
pub(crate) async fn settle<T: Tx>(tx: &mut T, held: &mut Held, now: Millis) -> Answer<()> {
    let link_ms = tx.policy().link_ms;
    let current = held.link.current(link_ms, now);
    if current == LinkState::Expired && held.link.state.is_live() {
        links::save(tx, &mut held.link, LinkState::Expired).await?;
        tell(tx, held, (What::LinkExpired, Some(Step::Expired)), ("system", None), now).await?;
    }
    Ok(())
}

/// Lets an event happen to the link. A time that is over is stored first; then the refusal says so.
pub(crate) async fn happen<T: Tx>(
    tx: &mut T,
    held: &mut Held,
    event: LinkEvent,
    now: Millis,
) -> Answer<Result<LinkState, LinkRefusal>> {
    settle(tx, held, now).await?;
    let link_ms = tx.policy().link_ms;
    match step(held.link.state, event, link_ms, now) {
        Ok(next) => {
            links::save(tx, &mut held.link, next).await?;
            Ok(Ok(next))
        }
        Err(refusal) => Ok(Err(refusal)),
    }
}

/// Whether a light is on already for this link.
pub(crate) async fn seen<T: Tx>(tx: &mut T, held: &Held, light: Step) -> Answer<bool> {
    Ok(one(tx, STEP_SEEN, args![held.id, held.link.id, code(&light)?]).await?.is_some())
}

/// A reset as the desk sees it at this moment.
pub(crate) async fn view<T: Tx>(tx: &mut T, id: Uuid, now: Millis) -> Answer<Reset> {
    let held = read(&the(tx, GET, args![id]).await?)?;
    let policy = tx.policy().clone();
    let state = held.link.current(policy.link_ms, now);
    let center = centers::get(tx, &held.center).await?;
    let (links_today, last) = links::of_day(tx, held.case_id, &center.today(now).to_string()).await?;
    let mut telltale = Vec::new();
    for row in tx.rows(STEPS, args![id]).await? {
        if row.uuid(3)? == held.newest {
            telltale.push(TelltaleStep { step: decode(row.text(0)?)?, at: row.int(1)?, reason: row.opt_text(2)? });
        }
    }
    let ms = |x: i64| u32::try_from(x.max(0)).unwrap_or(u32::MAX);
    let remaining_ms = state.expires_at().map(|at| ms(at.since(now)));
    let reissue_in_ms = last.map_or(0, |at| ms(at.plus(policy.reissue_cooldown_ms).since(now)));
    Ok(Reset {
        id,
        case_id: held.case_id,
        state: match state {
            LinkState::Accepted => ResetState::Accepted,
            LinkState::Mailing { .. } => ResetState::Mailing,
            LinkState::Deferred { .. } => ResetState::Deferred,
            LinkState::HandedOver { .. } => ResetState::HandedOver,
            LinkState::Bounced { .. } => ResetState::Bounced,
            LinkState::Used => ResetState::Used,
            LinkState::Expired => ResetState::Expired,
            // The newest link of a reset is never superseded: what supersedes it is newer.
            LinkState::Superseded | LinkState::Cancelled => ResetState::Cancelled,
        },
        version: held.version,
        remaining_ms,
        email_masked: ventanilla_domain::mask::email(held.email.as_str()),
        links_today,
        links_per_day: policy.links_per_day,
        reissue_in_ms,
        telltale,
    })
}
