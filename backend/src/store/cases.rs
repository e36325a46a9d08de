//! Cases as far as the backend must know them: whose they are (M31), whether they are over, and the service periods in
//! which requests for them are taken (M11).

use uuid::Uuid;
use ventanilla_contract::error::ErrorCode;
use ventanilla_contract::event::Outcome;
use ventanilla_contract::turno::{ServicePeriod, Turno};
use ventanilla_domain::case::{CaseEvent, CaseState, Closing, step};
use ventanilla_domain::employer::EmployerId;
use ventanilla_domain::time::Millis;

use super::engine::{Tx, args, decode, one, queries, the};
use super::{Actor, Answer, centers, employers, turnos};

pub(crate) const DDL: &str = "
CREATE TABLE cases (
    id UUID PRIMARY KEY NOT NULL,
    turno_id UUID NOT NULL REFERENCES turnos (id),
    center TEXT NOT NULL REFERENCES centers (id),
    clerk TEXT NOT NULL,
    device_id TEXT NOT NULL REFERENCES devices (id),
    opened_at BIGINT NOT NULL,
    outcome TEXT,
    email_misses BIGINT NOT NULL DEFAULT 0
);
CREATE TABLE periods (
    id UUID PRIMARY KEY NOT NULL,
    case_id UUID NOT NULL REFERENCES cases (id),
    expires_at BIGINT NOT NULL,
    ended_at BIGINT
);
CREATE INDEX periods_open ON periods (case_id) WHERE ended_at IS NULL;
CREATE TABLE looks (
    case_id UUID NOT NULL REFERENCES cases (id),
    at BIGINT NOT NULL,
    actor TEXT NOT NULL,
    number TEXT NOT NULL
);
CREATE INDEX looks_of_number ON looks (number, at);
";

/// A returned case comes back within its days only: counted from here.
pub(crate) const SECOND: &str = "
ALTER TABLE cases ADD COLUMN closed_at BIGINT;
";

/// The employer whose address the person at this case has named.
pub(crate) const THIRD: &str = "
ALTER TABLE cases ADD COLUMN email_of TEXT;
";

queries! {
    OPEN = "INSERT INTO cases (id, turno_id, center, clerk, device_id, opened_at) VALUES ($1, $2, $3, $4, $5, $6)
        ON CONFLICT (id) DO NOTHING";
    GET = "SELECT turno_id, center, clerk, device_id, outcome, email_misses, email_of FROM cases WHERE id = $1";
    /// With another turno somebody else may have come: what was named before counts no more.
    TAKE_UP = "UPDATE cases SET turno_id = $1, clerk = $2, outcome = NULL, closed_at = NULL, email_misses = $3,
        email_of = CASE WHEN turno_id = $1 THEN email_of END WHERE id = $4";
    MISS = "UPDATE cases SET email_misses = email_misses + 1 WHERE id = $1";
    MATCH = "UPDATE cases SET email_of = $1 WHERE id = $2";
    /// How a case stands for the events of its workstation; one that ended before this was kept counts from its opening.
    STANDING = "SELECT device_id, outcome, COALESCE(closed_at, opened_at) FROM cases WHERE id = $1";
    NUMBER = "SELECT t.number FROM cases c JOIN turnos t ON t.id = c.turno_id WHERE c.id = $1";
    CLOSE = "UPDATE cases SET outcome = $1, closed_at = $2 WHERE id = $3";
    REOPEN = "UPDATE cases SET outcome = NULL, closed_at = NULL WHERE id = $1";
    PERIOD_PUT = "INSERT INTO periods (id, case_id, expires_at) VALUES ($1, $2, $3) ON CONFLICT (id) DO NOTHING";
    PERIOD_GET = "SELECT case_id, expires_at, ended_at FROM periods WHERE id = $1";
    PERIOD_ALIVE = "SELECT id FROM periods WHERE case_id = $1 AND ended_at IS NULL AND expires_at > $2 LIMIT 1";
    PERIODS_END = "UPDATE periods SET ended_at = $1 WHERE case_id = $2 AND ended_at IS NULL";
    LOOK = "INSERT INTO looks (case_id, at, actor, number) VALUES ($1, $2, $3, $4)";
}

/// A case.
pub(crate) struct CaseRow {
    pub(crate) turno_id: Uuid,
    pub(crate) closed: bool,
}

/// The actor's own case.
///
/// # Errors
/// `case_not_yours` for another clerk's, another centre's and one that nobody opened.
pub(crate) async fn own<T: Tx>(tx: &mut T, id: Uuid, actor: &Actor) -> Answer<CaseRow> {
    let row = one(tx, GET, args![id]).await?.ok_or(ErrorCode::CaseNotYours)?;
    if row.text(1)? != actor.center || row.text(2)? != actor.username || row.text(3)? != actor.device_id {
        return Err(ErrorCode::CaseNotYours.into());
    }
    Ok(CaseRow { turno_id: row.uuid(0)?, closed: row.opt_text(4)?.is_some() })
}

/// The actor's own open case, which must be about this employer: a case opens no other file (M24, M31).
///
/// # Errors
/// `case_not_yours`; `service_period_over` once it is closed.
pub(crate) async fn own_about<T: Tx>(tx: &mut T, id: Uuid, number: &EmployerId, actor: &Actor) -> Answer<CaseRow> {
    let case = own(tx, id, actor).await?;
    let (turno, _) = turnos::read(&the(tx, turnos::GET, args![case.turno_id]).await?)?;
    if EmployerId::parse(&turno.number).as_ref() != Ok(number) {
        return Err(ErrorCode::CaseNotYours.into());
    }
    if case.closed { Err(ErrorCode::ServicePeriodOver.into()) } else { Ok(case) }
}

/// A known case is called again at its own workstation: by a colleague who takes it over, or with the turno of a new
/// attendance within its days after it was returned (M6). Answers whether anything changed.
///
/// # Errors
/// `case_not_yours` for another workstation's case or another employer's turno; `service_period_over` for a case that is
/// over.
pub(crate) async fn take_up<T: Tx>(tx: &mut T, id: Uuid, turno: &Turno, actor: &Actor) -> Answer<bool> {
    let row = one(tx, GET, args![id]).await?.ok_or(ErrorCode::CaseNotYours)?;
    let (before, clerk, misses) = (row.uuid(0)?, row.text(2)?, row.u32(5)?);
    if row.text(1)? != actor.center || row.text(3)? != actor.device_id {
        return Err(ErrorCode::CaseNotYours.into());
    }
    let outcome = row.opt_text(4)?;
    if before == turno.id {
        if clerk == actor.username || outcome.is_some() {
            return Ok(false);
        }
        tx.run(TAKE_UP, args![before, &actor.username, misses, id]).await?;
        return Ok(true);
    }
    let (earlier, _) = turnos::read(&the(tx, turnos::GET, args![before]).await?)?;
    if earlier.number != turno.number {
        return Err(ErrorCode::CaseNotYours.into());
    }
    if let Some(outcome) = outcome {
        let closed_at = the(tx, STANDING, args![id]).await?.millis(2)?;
        let now = tx.now().await?;
        if !may_reopen(tx, &actor.center, (decode(outcome)?, closed_at), now).await? {
            return Err(ErrorCode::ServicePeriodOver.into());
        }
    }
    tx.run(TAKE_UP, args![turno.id, &actor.username, 0_i64, id]).await?;
    Ok(true)
}

/// Issues a period. One issued before runs out by itself: the request that named it may still be under way.
pub(crate) async fn issue_period<T: Tx>(tx: &mut T, id: Uuid, case_id: Uuid, now: Millis) -> Answer<ServicePeriod> {
    let life = tx.policy().service_period_ms.clamp(0, 600_000);
    let row = match one(tx, PERIOD_GET, args![id]).await? {
        Some(row) => row,
        None => {
            tx.run(PERIOD_PUT, args![id, case_id, now.plus(life)]).await?;
            the(tx, PERIOD_GET, args![id]).await?
        }
    };
    if row.uuid(0)? != case_id {
        return Err(ErrorCode::CaseNotYours.into());
    }
    let left = if row.opt_int(2)?.is_some() { 0 } else { row.millis(1)?.since(now).clamp(0, life) };
    Ok(ServicePeriod { id, expires_in_ms: u32::try_from(left).unwrap_or(0) })
}

/// Whether requests for the case are taken now.
///
/// # Errors
/// `service_period_over`.
pub(crate) async fn in_period<T: Tx>(tx: &mut T, id: Uuid, case_id: Uuid, now: Millis) -> Answer<()> {
    let row = one(tx, PERIOD_GET, args![id]).await?.ok_or(ErrorCode::ServicePeriodOver)?;
    let alive = row.uuid(0)? == case_id && row.opt_int(2)?.is_none() && now < row.millis(1)?;
    if alive { Ok(()) } else { Err(ErrorCode::ServicePeriodOver.into()) }
}

/// Whether any period of the case is alive.
pub(crate) async fn has_period<T: Tx>(tx: &mut T, case_id: Uuid, now: Millis) -> Answer<bool> {
    Ok(one(tx, PERIOD_ALIVE, args![case_id, now]).await?.is_some())
}

/// Whether a case of the centre that ended like this may be taken up again today (M6).
pub(crate) async fn may_reopen<T: Tx>(
    tx: &mut T,
    center: &str,
    (outcome, closed_at): (Outcome, Millis),
    now: Millis,
) -> Answer<bool> {
    let center = centers::get(tx, center).await?;
    let days_since = (center.today(now) - center.today(closed_at)).num_days();
    let nothing = Closing { key_set: false, reset_open: false, dossier_faulty: false };
    let closed = CaseState::Closed(outcome.into());
    Ok(step(closed, CaseEvent::Reopen { days_since }, nothing, tx.policy().reopen_days).is_ok())
}

/// Addresses of an employer that a day's cases may miss, in cases: another walk-in gives no more guesses (M14).
const CASES_OF_MISSES: u32 = 3;

/// How many more addresses may be compared, for the case and for its employer on this day. Asked under the employer's
/// lock, so that racing comparisons are counted one after the other.
pub(crate) async fn tries_left<T: Tx>(tx: &mut T, id: Uuid, (number, day): (&str, &str)) -> Answer<u32> {
    let of_case = the(tx, GET, args![id]).await?.u32(5)?;
    let of_day = employers::misses(tx, number, day).await?;
    let cap = tx.policy().email_tries;
    Ok(cap.saturating_sub(of_case).min(cap.saturating_mul(CASES_OF_MISSES).saturating_sub(of_day)))
}

/// How many more addresses a request of the case may name. Where the case has named the registered one already, what other
/// cases missed that day does not stop it: it guesses nothing any more.
pub(crate) async fn request_tries_left<T: Tx>(tx: &mut T, id: Uuid, about: (&str, &str)) -> Answer<u32> {
    let row = the(tx, GET, args![id]).await?;
    if row.opt_text(6)?.as_deref() == Some(about.0) {
        return Ok(tx.policy().email_tries.saturating_sub(row.u32(5)?));
    }
    tries_left(tx, id, about).await
}

/// Keeps that the case has named the employer's registered address.
pub(crate) async fn matched<T: Tx>(tx: &mut T, id: Uuid, number: &str) -> Answer<()> {
    tx.run(MATCH, args![number, id]).await.map(|_| ())
}

/// Counts a missed address.
pub(crate) async fn miss<T: Tx>(tx: &mut T, id: Uuid, (number, day): (&str, &str)) -> Answer<()> {
    tx.run(employers::MISS, args![day, number]).await?;
    tx.run(MISS, args![id]).await.map(|_| ())
}
