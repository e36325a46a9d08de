//! The links of resets. A row holds the SHA-256 of a token and never a token (M10); its state moves only by
//! `domain::reset::step`, and only from the state that was read.

use uuid::Uuid;
use ventanilla_domain::reset::{LinkEvent, LinkState, step};
use ventanilla_domain::time::Millis;

use super::engine::{Tx, args, queries, the};
use super::{Answer, AskedAt, NewLink, StoreError};

pub(crate) const DDL: &str = "
CREATE TABLE links (
    id UUID PRIMARY KEY NOT NULL,
    reset_id UUID NOT NULL REFERENCES resets (id),
    case_id UUID NOT NULL,
    day TEXT NOT NULL,
    kid TEXT NOT NULL,
    token_hash BYTEA NOT NULL UNIQUE,
    state TEXT NOT NULL,
    live BIGINT NOT NULL,
    issued_at BIGINT NOT NULL,
    expires_at BIGINT
);
CREATE INDEX links_of_case ON links (case_id, day, issued_at);
CREATE INDEX links_running ON links (issued_at) WHERE live = 1;
";

queries! {
    PUT = "INSERT INTO links (id, reset_id, case_id, day, kid, token_hash, state, live, issued_at)
        VALUES ($1, $2, $3, $4, $5, $6, $7, 1, $8)";
    /// Compare and set.
    SAVE = "UPDATE links SET state = $1, live = $2, expires_at = $3 WHERE id = $4 AND state = $5 AND live = 1";
    OF_DAY = "SELECT count(*), max(issued_at) FROM links WHERE case_id = $1 AND day = $2";
    /// Live ones whose time is over: by their expiry, and where no mail started by their age.
    OVERDUE = "SELECT id FROM links WHERE live = 1 AND issued_at <= $1 AND COALESCE(expires_at, issued_at) <= $2
        ORDER BY issued_at LIMIT $3";
    LIVE_OF_CASE = "SELECT id FROM links WHERE case_id = $1 AND live = 1 ORDER BY issued_at";
    USED_OF_CASE = "SELECT id FROM links WHERE case_id = $1 AND state = $2 LIMIT 1";
    NUMBER = "SELECT r.number FROM links l JOIN resets r ON r.id = l.reset_id WHERE l.id = $1";
    /// Who asked for a link, where and when.
    ASKED = "SELECT c.name, d.counter, l.issued_at, c.utc_offset FROM links l JOIN resets r ON r.id = l.reset_id
        JOIN cases k ON k.id = r.case_id JOIN devices d ON d.id = k.device_id JOIN centers c ON c.id = r.center
        WHERE l.id = $1";
    NUMBER_BY_TOKEN = "SELECT r.number, l.id FROM links l JOIN resets r ON r.id = l.reset_id WHERE l.token_hash = $1";
}

/// How a state stands in its row; the expiry has a column of its own.
pub(crate) const fn state_code(state: LinkState) -> &'static str {
    match state {
        LinkState::Accepted => "accepted",
        LinkState::Mailing { .. } => "mailing",
        LinkState::Deferred { .. } => "deferred",
        LinkState::HandedOver { .. } => "handed_over",
        LinkState::Bounced { .. } => "bounced",
        LinkState::Used => "used",
        LinkState::Expired => "expired",
        LinkState::Superseded => "superseded",
        LinkState::Cancelled => "cancelled",
    }
}

/// A state from its row.
pub(crate) fn read_state(code: &str, expires_at: Option<Millis>) -> Answer<LinkState> {
    let running = expires_at.ok_or_else(|| StoreError::Defect("a running link without an expiry".into()));
    Ok(match code {
        "accepted" => LinkState::Accepted,
        "mailing" => LinkState::Mailing { expires_at: running? },
        "deferred" => LinkState::Deferred { expires_at: running? },
        "handed_over" => LinkState::HandedOver { expires_at: running? },
        "bounced" => LinkState::Bounced { expires_at: running? },
        "used" => LinkState::Used,
        "expired" => LinkState::Expired,
        "superseded" => LinkState::Superseded,
        "cancelled" => LinkState::Cancelled,
        other => return Err(StoreError::Defect(format!("link state {other}"))),
    })
}

/// A link as it was read.
#[derive(Debug, Clone)]
pub(crate) struct Link {
    pub(crate) id: Uuid,
    pub(crate) state: LinkState,
    pub(crate) expires_at: Option<Millis>,
    pub(crate) issued_at: Millis,
}

impl Link {
    /// The state at this moment. A link whose mail did not start within the time that it would have lived is over as
    /// well: nothing is sent when the person may have left the counter (M12).
    pub(crate) fn current(&self, link_ms: i64, now: Millis) -> LinkState {
        if self.state == LinkState::Accepted && now.since(self.issued_at) >= link_ms {
            return LinkState::Expired;
        }
        step(self.state, LinkEvent::Tick, link_ms, now).unwrap_or(self.state)
    }
}

pub(crate) async fn put<T: Tx>(
    tx: &mut T,
    link: &NewLink,
    (reset_id, case_id, day): (Uuid, Uuid, &str),
    now: Millis,
) -> Answer<()> {
    let state = state_code(LinkState::Accepted);
    let args = args![link.id, reset_id, case_id, day, &link.kid, link.token_hash, state, now];
    tx.run(PUT, args).await.map(|_| ())
}

/// Moves a link on, if it still is what was read.
pub(crate) async fn save<T: Tx>(tx: &mut T, link: &mut Link, next: LinkState) -> Answer<()> {
    let expires_at = next.expires_at().or(link.expires_at);
    let args = args![state_code(next), next.is_live(), expires_at, link.id, state_code(link.state)];
    if tx.run(SAVE, args).await? != 1 {
        return Err(StoreError::Defect("a link changed under its lock".into()));
    }
    link.state = next;
    link.expires_at = expires_at;
    Ok(())
}

/// Links issued on a day for a case, and when the last one was.
pub(crate) async fn of_day<T: Tx>(tx: &mut T, case_id: Uuid, day: &str) -> Answer<(u32, Option<Millis>)> {
    let row = super::engine::the(tx, OF_DAY, args![case_id, day]).await?;
    Ok((row.u32(0)?, row.opt_millis(1)?))
}

/// Where and when a link was asked for.
pub(crate) async fn asked<T: Tx>(tx: &mut T, link_id: Uuid) -> Answer<AskedAt> {
    let row = the(tx, ASKED, args![link_id]).await?;
    let offset = i32::try_from(row.int(3)?).unwrap_or_default();
    Ok(AskedAt { center_name: row.text(0)?, counter: row.text(1)?, at: row.millis(2)?, utc_offset_minutes: offset })
}
