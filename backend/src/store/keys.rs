//! Idempotency keys: durable with the hash of their body and what came of them, kept a year. Never partitioned.

use serde::{Deserialize, Serialize};
use uuid::Uuid;
use ventanilla_contract::error::ErrorCode;
use ventanilla_domain::time::Millis;

use super::engine::{Tx, args, code, decode, one, queries, the};
use super::{Actor, Answer};

pub(crate) const DDL: &str = "
CREATE TABLE idempotency_keys (
    id UUID PRIMARY KEY NOT NULL,
    center TEXT NOT NULL,
    clerk TEXT NOT NULL,
    purpose TEXT NOT NULL,
    body_hash TEXT NOT NULL,
    reset_id UUID,
    made_at BIGINT NOT NULL,
    replays BIGINT NOT NULL DEFAULT 0
);
";

queries! {
    TAKE = "INSERT INTO idempotency_keys (id, center, clerk, purpose, body_hash, reset_id, made_at)
        VALUES ($1, $2, $3, $4, $5, $6, $7) ON CONFLICT (id) DO NOTHING";
    DROP = "DELETE FROM idempotency_keys WHERE id = $1";
    /// A replay writes too: its answer must wait for the same sync (and the same standby) as the original.
    REPLAY = "UPDATE idempotency_keys SET replays = replays + 1 WHERE id = $1
        RETURNING center, clerk, purpose, body_hash, reset_id";
    FIND = "SELECT center, clerk, purpose, body_hash, reset_id FROM idempotency_keys WHERE id = $1";
}

/// What a key stands for.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub(crate) enum Purpose {
    /// A reset.
    Reset,
    /// Another link of one.
    Reissue,
    /// Given up: a late original is refused.
    Tombstone,
}

/// What was known of a key before.
pub(crate) enum Taken {
    /// Nothing: it is ours now.
    New,
    /// It had been accepted; this is its reset.
    Replay(Uuid),
}

/// Takes a key for this request, or finds that it was taken.
///
/// # Errors
/// `reset_abandoned` after a tombstone; `idempotency_key_reused` for another body, purpose, clerk or centre.
pub(crate) async fn take<T: Tx>(
    tx: &mut T,
    key: Uuid,
    actor: &Actor,
    (purpose, body_hash, reset_id): (Purpose, &str, Uuid),
    now: Millis,
) -> Answer<Taken> {
    let args = args![key, &actor.center, &actor.username, code(&purpose)?, body_hash, reset_id, now];
    if tx.run(TAKE, args).await? == 1 {
        return Ok(Taken::New);
    }
    let row = the(tx, REPLAY, args![key]).await?;
    let theirs = row.text(0)? != actor.center || row.text(1)? != actor.username;
    let before: Purpose = decode(row.text(2)?)?;
    if before == Purpose::Tombstone && row.text(0)? == actor.center {
        return Err(ErrorCode::ResetAbandoned.into());
    }
    if theirs || before != purpose || row.text(3)? != body_hash {
        return Err(ErrorCode::IdempotencyKeyReused.into());
    }
    Ok(Taken::Replay(row.uuid(4)?))
}

/// Leaves a tombstone. A key that stands already answers its reset; `None` means that the tombstone stands now.
///
/// # Errors
/// `reset_unknown` for a key of another centre.
pub(crate) async fn bury<T: Tx>(tx: &mut T, key: Uuid, actor: &Actor, now: Millis) -> Answer<(bool, Option<Uuid>)> {
    let args = args![key, &actor.center, &actor.username, code(&Purpose::Tombstone)?, "", None::<Uuid>, now];
    if tx.run(TAKE, args).await? == 1 {
        return Ok((true, None));
    }
    let row = the(tx, REPLAY, args![key]).await?;
    if row.text(0)? != actor.center {
        return Err(ErrorCode::ResetUnknown.into());
    }
    Ok((false, row.opt_uuid(4)?))
}

/// The reset of a key.
///
/// # Errors
/// `reset_unknown`; `reset_abandoned`.
pub(crate) async fn find<T: Tx>(tx: &mut T, key: Uuid, actor: &Actor) -> Answer<Uuid> {
    let row = one(tx, FIND, args![key]).await?.ok_or(ErrorCode::ResetUnknown)?;
    if row.text(0)? != actor.center {
        return Err(ErrorCode::ResetUnknown.into());
    }
    row.opt_uuid(4)?.ok_or_else(|| ErrorCode::ResetAbandoned.into())
}

/// A refusal whose count stays keeps no key all the same.
pub(crate) async fn give_back<T: Tx>(tx: &mut T, key: Uuid) -> Answer<()> {
    tx.run(DROP, args![key]).await.map(|_| ())
}
