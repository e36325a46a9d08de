//! Mails that are to go out: template and link id, never a body, an address or a token.

use serde::{Deserialize, Serialize};
use uuid::Uuid;
use ventanilla_domain::time::Millis;

use super::engine::{Tx, args, code, queries};
use super::{Answer, Template};

pub(crate) const DDL: &str = "
CREATE TABLE outbox (
    id UUID PRIMARY KEY NOT NULL,
    template TEXT NOT NULL,
    reset_id UUID NOT NULL REFERENCES resets (id),
    link_id UUID NOT NULL REFERENCES links (id),
    attempts BIGINT NOT NULL DEFAULT 0,
    next_at BIGINT NOT NULL,
    created_at BIGINT NOT NULL,
    leased BIGINT NOT NULL DEFAULT 0,
    done_at BIGINT
);
CREATE INDEX outbox_due ON outbox (next_at) WHERE done_at IS NULL;
CREATE INDEX outbox_of_link ON outbox (link_id) WHERE done_at IS NULL;
";

/// Sole owner of the file after a restart: what a worker had taken is due again.
pub(crate) const RELEASE: &str = "UPDATE outbox SET next_at = 0, leased = 0 WHERE done_at IS NULL AND leased = 1";

queries! {
    PUT = "INSERT INTO outbox (id, template, reset_id, link_id, next_at, created_at) VALUES ($1, $2, $3, $4, $5, $6)";
    DUE = "SELECT id FROM outbox WHERE done_at IS NULL AND next_at <= $1 ORDER BY next_at LIMIT $2";
    /// Compare and set: of two workers one takes the mail.
    TAKE = "UPDATE outbox SET next_at = $1, attempts = attempts + 1, leased = 1
        WHERE id = $2 AND done_at IS NULL AND next_at <= $3 RETURNING template, reset_id, link_id, attempts, created_at";
    LETTER = "SELECT r.email, e.name, e.number, e.representative, l.kid FROM outbox o
        JOIN resets r ON r.id = o.reset_id JOIN employers e ON e.number = r.number
        JOIN links l ON l.id = o.link_id WHERE o.id = $1";
    GET = "SELECT template, link_id, created_at FROM outbox WHERE id = $1 AND done_at IS NULL";
    DONE = "UPDATE outbox SET done_at = $1 WHERE id = $2 AND done_at IS NULL";
    AGAIN = "UPDATE outbox SET next_at = $1, leased = 0 WHERE id = $2 AND done_at IS NULL";
    LINK_OVER = "UPDATE outbox SET done_at = $1 WHERE link_id = $2 AND done_at IS NULL AND template = $3";
}

/// How a template stands in its row.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub(crate) enum Stored {
    Link,
    KeyWasSet,
}

impl From<Stored> for Template {
    fn from(x: Stored) -> Self {
        match x {
            Stored::Link => Self::Link,
            Stored::KeyWasSet => Self::KeyWasSet,
        }
    }
}

pub(crate) async fn put<T: Tx>(
    tx: &mut T,
    id: Uuid,
    template: Stored,
    (reset_id, link_id): (Uuid, Uuid),
    now: Millis,
) -> Answer<()> {
    tx.run(PUT, args![id, code(&template)?, reset_id, link_id, now, now]).await.map(|_| ())
}

/// The mail of a link that is over goes nowhere any more.
pub(crate) async fn link_over<T: Tx>(tx: &mut T, link_id: Uuid, now: Millis) -> Answer<()> {
    tx.run(LINK_OVER, args![now, link_id, code(&Stored::Link)?]).await.map(|_| ())
}
