//! Employers as the registries know them, with their accounts at the institute: the embedded account system's tables.
//! The row of an employer is also what all changes to its resets wait for, so that they come one after the other.

use ventanilla_contract::employer::{AccountState, Employer, EmployerKind, Representative, RucStatus};
use ventanilla_domain::email::Email;

use super::engine::{Row, Tx, args, code, decode, one, queries};
use super::{Answer, StoreError};
use crate::import::DayEmployer;

pub(crate) const DDL: &str = "
CREATE TABLE employers (
    number TEXT PRIMARY KEY NOT NULL,
    name TEXT NOT NULL,
    kind TEXT NOT NULL,
    ruc_status TEXT NOT NULL,
    representative TEXT NOT NULL,
    email TEXT,
    account TEXT NOT NULL,
    in_arrears BIGINT NOT NULL,
    registro_civil_down BIGINT NOT NULL,
    key_hash TEXT,
    key_set_at BIGINT,
    taken BIGINT NOT NULL DEFAULT 0
);
CREATE TABLE employer_sessions (
    id TEXT PRIMARY KEY NOT NULL,
    number TEXT NOT NULL REFERENCES employers (number),
    ended_at BIGINT
);
CREATE INDEX employer_sessions_open ON employer_sessions (number) WHERE ended_at IS NULL;
";

/// Misses of a day, over all cases: another case gives no more guesses at an address.
pub(crate) const SECOND: &str = "
ALTER TABLE employers ADD COLUMN misses BIGINT NOT NULL DEFAULT 0;
ALTER TABLE employers ADD COLUMN misses_day TEXT;
";

queries! {
    PUT = "INSERT INTO employers (number, name, kind, ruc_status, representative, email, account, in_arrears,
            registro_civil_down) VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9)
        ON CONFLICT (number) DO UPDATE SET name = excluded.name, kind = excluded.kind, ruc_status = excluded.ruc_status,
        representative = excluded.representative, email = excluded.email, account = excluded.account,
        in_arrears = excluded.in_arrears, registro_civil_down = excluded.registro_civil_down";
    GET = "SELECT number, name, kind, ruc_status, representative, email, account, in_arrears, registro_civil_down
        FROM employers WHERE number = $1";
    TAKE = "UPDATE employers SET taken = taken + 1 WHERE number = $1
        RETURNING number, name, kind, ruc_status, representative, email, account, in_arrears, registro_civil_down";
    MISS = "UPDATE employers SET misses = CASE WHEN misses_day = $1 THEN misses + 1 ELSE 1 END, misses_day = $1
        WHERE number = $2";
    MISSES = "SELECT misses FROM employers WHERE number = $1 AND misses_day = $2";
    SET_KEY = "UPDATE employers SET key_hash = $1, key_set_at = $2 WHERE number = $3";
    SESSION_PUT = "INSERT INTO employer_sessions (id, number) VALUES ($1, $2) ON CONFLICT (id) DO NOTHING";
    SESSIONS_END = "UPDATE employer_sessions SET ended_at = $1 WHERE number = $2 AND ended_at IS NULL";
}

/// An employer's row.
pub(crate) struct EmployerRow {
    /// As it goes out, the address masked; `as_of` is still 0.
    pub(crate) wire: Employer,
    pub(crate) email: Option<Email>,
    pub(crate) registro_civil_down: bool,
}

/// The appointment's form is the wire's; kept as JSON, since nobody asks the store for a part of it.
fn read(row: &Row) -> Answer<EmployerRow> {
    let broken = |e: &dyn std::fmt::Display| StoreError::Defect(format!("an employer's row: {e}"));
    let representative: Representative = serde_json::from_str(&row.text(4)?).map_err(|e| broken(&e))?;
    let email = row.opt_text(5)?.map(|e| Email::parse(&e)).transpose().map_err(|e| broken(&e))?;
    Ok(EmployerRow {
        wire: Employer {
            number: row.text(0)?,
            name: row.text(1)?,
            kind: decode::<EmployerKind>(row.text(2)?)?,
            ruc_status: decode::<RucStatus>(row.text(3)?)?,
            representative,
            email_masked: email.as_ref().map(|e| ventanilla_domain::mask::email(e.as_str())),
            account: decode::<AccountState>(row.text(6)?)?,
            in_arrears: row.flag(7)?,
            as_of: 0,
        },
        email,
        registro_civil_down: row.flag(8)?,
    })
}

/// Reads an employer.
pub(crate) async fn get<T: Tx>(tx: &mut T, number: &str) -> Answer<Option<EmployerRow>> {
    one(tx, GET, args![number]).await?.map(|row| read(&row)).transpose()
}

/// Reads an employer and makes every other change to its resets wait.
pub(crate) async fn take<T: Tx>(tx: &mut T, number: &str) -> Answer<Option<EmployerRow>> {
    one(tx, TAKE, args![number]).await?.map(|row| read(&row)).transpose()
}

pub(crate) async fn put<T: Tx>(tx: &mut T, e: &DayEmployer) -> Answer<()> {
    let number = e.number.as_str();
    let representative =
        serde_json::to_string(&e.representative).map_err(|error| StoreError::Defect(error.to_string()))?;
    let args = args![
        number,
        &e.name,
        code(&e.kind)?,
        code(&e.ruc_status)?,
        representative,
        e.email.clone(),
        code(&e.account)?,
        e.in_arrears,
        e.registro_civil_down
    ];
    tx.run(PUT, args).await?;
    for n in 1..=e.open_sessions {
        tx.run(SESSION_PUT, args![format!("{number}/{n}"), number]).await?;
    }
    Ok(())
}

/// How often an address of this employer was missed on a day.
pub(crate) async fn misses<T: Tx>(tx: &mut T, number: &str, day: &str) -> Answer<u32> {
    one(tx, MISSES, args![number, day]).await?.map_or(Ok(0), |row| row.u32(0))
}
