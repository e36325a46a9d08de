//! The backend's audit entries, hash-chained per centre over the stored bytes (M21). Append-only.

use ventanilla_contract::event::Event;

use super::centers::{self, Entry};
use super::engine::{Tx, UseCase, args, code, queries};
use super::{Answer, StoreError};

pub(crate) const DDL: &str = "
CREATE TABLE audit (
    center TEXT NOT NULL REFERENCES centers (id),
    n BIGINT NOT NULL,
    entry TEXT NOT NULL,
    hash TEXT NOT NULL,
    PRIMARY KEY (center, n)
);
";

queries! {
    APPEND = "INSERT INTO audit (center, n, entry, hash) VALUES ($1, $2, $3, $4)";
    CHAIN = "SELECT n, entry, hash FROM audit WHERE center = $1 AND n > $2 ORDER BY n LIMIT $3";
}

/// An entry as it is stored: field order is the byte order.
#[derive(serde::Serialize, serde::Deserialize)]
struct Stored {
    n: i64,
    at: i64,
    actor: String,
    what: String,
    subject: Option<uuid::Uuid>,
    prev: String,
}

pub(crate) async fn append<T: Tx>(tx: &mut T, entry: &Entry<'_>, n: i64, prev: &str) -> Answer<String> {
    let stored = Stored {
        n,
        at: entry.at.0,
        actor: entry.actor.to_owned(),
        what: code(&entry.what)?,
        subject: entry.subject,
        prev: prev.to_owned(),
    };
    let text = serde_json::to_string(&stored).map_err(|e| StoreError::Defect(e.to_string()))?;
    let hash = Event::hash(text.as_bytes());
    tx.run(APPEND, args![entry.center, n, text, &hash]).await?;
    Ok(hash)
}

/// Checks a centre's chain from its first entry to the head.
pub(crate) struct VerifyAudit {
    pub(crate) center: String,
}

impl UseCase for VerifyAudit {
    type Out = u32;

    async fn run<T: Tx>(self, tx: &mut T) -> Answer<u32> {
        let head = centers::get(tx, &self.center).await?;
        let (mut n, mut prev) = (0_i64, String::new());
        let broken = |n: i64| StoreError::Defect(format!("audit entry {n} does not fit the chain"));
        loop {
            let rows = tx.rows(CHAIN, args![&self.center, n, 1000_i64]).await?;
            if rows.is_empty() {
                break;
            }
            for row in rows {
                let (text, hash) = (row.text(1)?, row.text(2)?);
                let stored: Stored = serde_json::from_str(&text).map_err(|_| broken(n + 1))?;
                if row.int(0)? != n + 1
                    || stored.n != n + 1
                    || stored.prev != prev
                    || Event::hash(text.as_bytes()) != hash
                {
                    return Err(broken(n + 1));
                }
                n += 1;
                prev = hash;
            }
        }
        if prev != head.audit_hash || n != i64::from(head.audit_len) {
            return Err(broken(n + 1));
        }
        Ok(head.audit_len)
    }
}
