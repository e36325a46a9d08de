//! `audit`: the chain of entries, each hashed over its stored bytes, which hold the hash of the one before (M21). No
//! entry holds personal data, only a salted commitment to it.

use rusqlite::{Connection, OptionalExtension, params};
use serde::{Deserialize, Serialize};
use sha2::{Digest, Sha256};
use uuid::Uuid;
use ventanilla_contract::event::EventBody;
use ventanilla_domain::time::Millis;

use super::{Act, payloads};
use crate::error::DeskError;

pub(super) const V1: &str = "
CREATE TABLE audit (no INTEGER PRIMARY KEY, at INTEGER NOT NULL, bytes BLOB NOT NULL, hash BLOB NOT NULL) STRICT;
CREATE INDEX audit_at ON audit(at);
";

/// An entry of the chain, as its JSON bytes are stored.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Entry {
    /// 1, 2, 3 …
    pub no: u32,
    /// Hex hash of the entry before; 64 zeros for the first.
    pub prev: String,
    /// Milliseconds since 1970 UTC.
    pub at: i64,
    /// Who acted.
    pub actor: String,
    /// What was done.
    pub what: What,
}

/// What an entry is about.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "what", rename_all = "snake_case")]
pub enum What {
    /// An event of this workstation.
    Event {
        /// Its kind.
        kind: String,
        /// Its case.
        case: Option<Uuid>,
        /// Its epoch.
        epoch: u32,
        /// Its number.
        seq: u32,
        /// Salted commitment to the event and its personal data.
        commitment: String,
    },
    /// Payloads were purged under retention (M24).
    Purged {
        /// Every payload up to this entry.
        through: u32,
    },
}

/// Where the chain stands; goes with every reset request and event push.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Head {
    /// Number of entries.
    pub len: u32,
    /// Hex hash of the newest entry.
    pub hash: String,
}

/// What a walk along the whole chain found.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Report {
    /// Where the chain ends.
    pub head: Head,
    /// Entries whose payload was purged under retention.
    pub purged: u32,
    /// The first fault; `None` when the chain holds.
    pub fault: Option<Fault>,
}

/// How a chain can be broken. Each names the entry.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum Fault {
    /// A number is missing or stands twice.
    #[error("entry {0} is missing")]
    Missing(u32),
    /// The bytes do not give the stored hash, or cannot be read.
    #[error("entry {0} was edited")]
    Edited(u32),
    /// The hash of the entry before is another one.
    #[error("entry {0} does not follow the one before")]
    OutOfOrder(u32),
    /// The event or its personal data are not what the entry commits to.
    #[error("what entry {0} commits to was edited")]
    PayloadEdited(u32),
    /// The payload is gone and no purge accounts for it.
    #[error("what entry {0} commits to is gone")]
    PayloadMissing(u32),
    /// The chain ends before its own head.
    #[error("the chain was cut after entry {0}")]
    Cut(u32),
    /// Somebody else keeps a head further on: entries that were handed over are gone.
    #[error("the chain ends at entry {0}, before the head that is kept elsewhere")]
    ShorterThanKept(u32),
    /// An event stands in the store without its entry.
    #[error("event {0} has no entry")]
    EventWithoutEntry(u32),
}

/// The stable name of a kind of event, as on the wire.
pub(crate) fn kind(body: &EventBody) -> String {
    // Internally tagged: every variant serialises to an object with `kind`.
    serde_json::to_value(body)
        .ok()
        .and_then(|v| v.get("kind").and_then(|k| k.as_str().map(str::to_owned)))
        .unwrap_or_default()
}

/// Hex of some bytes.
#[must_use]
pub fn hex(bytes: &[u8]) -> String {
    bytes.iter().map(|b| format!("{b:02x}")).collect()
}

/// Where the chain stands.
///
/// # Errors
/// The store.
pub fn head(conn: &Connection) -> Result<Head, DeskError> {
    let found = conn
        .prepare_cached("SELECT audit_len, audit_head FROM meta WHERE only = 1")?
        .query_row([], |r| Ok((r.get::<_, u32>(0)?, r.get::<_, Vec<u8>>(1)?)))
        .optional()?;
    let (len, hash) = found.unwrap_or_else(|| (0, vec![0; 32]));
    Ok(Head { len, hash: hex(&hash) })
}

pub(super) fn append(conn: &Connection, entry: impl FnOnce(u32, String) -> Entry) -> Result<u32, DeskError> {
    let head = head(conn)?;
    let entry = entry(head.len + 1, head.hash);
    let bytes = serde_json::to_vec(&entry)?;
    let hash = Sha256::digest(&bytes);
    conn.prepare_cached("INSERT INTO audit VALUES (?1, ?2, ?3, ?4)")?.execute(params![
        entry.no,
        entry.at,
        bytes,
        hash.as_slice()
    ])?;
    conn.prepare_cached("UPDATE meta SET audit_len = ?1, audit_head = ?2 WHERE only = 1")?
        .execute(params![entry.no, hash.as_slice()])?;
    Ok(entry.no)
}

/// Walks the whole chain. `kept` are heads that somebody else holds (the backend's, printed ones): a chain that was
/// rewritten or cut here does not lead through them.
///
/// # Errors
/// The store; a fault of the chain is in the report.
pub fn verify(conn: &Connection, kept: &[Head]) -> Result<Report, DeskError> {
    let mut walk = Walk { prev: "0".repeat(64), ..Walk::default() };
    // A purge stands after what it purged: the newest one is looked up first.
    let mut purges = conn.prepare("SELECT bytes FROM audit ORDER BY no DESC")?;
    let mut rows = purges.query([])?;
    while let Some(r) = rows.next()? {
        if let Ok(Entry { what: What::Purged { through }, .. }) = serde_json::from_slice(&r.get::<_, Vec<u8>>(0)?) {
            walk.purged_through = through;
            break;
        }
    }
    let mut statement = conn.prepare(
        "SELECT a.no, a.bytes, a.hash, p.salt, p.personal, e.bytes FROM audit a
         LEFT JOIN payloads p ON p.audit_no = a.no LEFT JOIN events e ON e.audit_no = a.no ORDER BY a.no",
    )?;
    let mut rows = statement.query([])?;
    let mut fault = None;
    while let (None, Some(r)) = (fault, rows.next()?) {
        let kept_here = |no: u32, hash: &str| kept.iter().any(|h| h.len == no && h.hash != hash);
        fault = walk.entry(
            r.get(0)?,
            &r.get::<_, Vec<u8>>(1)?,
            &r.get::<_, Vec<u8>>(2)?,
            Payload { salt: r.get(3)?, personal: r.get(4)?, event: r.get(5)? },
        );
        if fault.is_none() && kept_here(walk.len, &walk.prev) {
            fault = Some(Fault::Edited(walk.len));
        }
    }
    let stored = head(conn)?;
    if fault.is_none() && stored.len > walk.len {
        fault = Some(Fault::Cut(walk.len));
    }
    if fault.is_none() && kept.iter().any(|h| h.len > walk.len) {
        fault = Some(Fault::ShorterThanKept(walk.len));
    }
    if fault.is_none() && (stored.len < walk.len || stored.hash != walk.prev) {
        fault = Some(Fault::OutOfOrder(walk.len));
    }
    if fault.is_none() {
        fault = conn
            .query_row(
                "SELECT seq FROM events WHERE NOT EXISTS (SELECT 1 FROM audit a WHERE a.no = audit_no) LIMIT 1",
                [],
                |r| r.get(0),
            )
            .optional()?
            .map(Fault::EventWithoutEntry);
    }
    Ok(Report { head: Head { len: walk.len, hash: walk.prev }, purged: walk.purged, fault })
}

#[derive(Default)]
struct Walk {
    len: u32,
    prev: String,
    purged: u32,
    purged_through: u32,
}

struct Payload {
    salt: Option<Vec<u8>>,
    personal: Option<Vec<u8>>,
    event: Option<Vec<u8>>,
}

impl Walk {
    fn entry(&mut self, no: u32, bytes: &[u8], hash: &[u8], payload: Payload) -> Option<Fault> {
        if no != self.len + 1 {
            return Some(Fault::Missing(self.len + 1));
        }
        if Sha256::digest(bytes).as_slice() != hash {
            return Some(Fault::Edited(no));
        }
        let Ok(entry) = serde_json::from_slice::<Entry>(bytes) else { return Some(Fault::Edited(no)) };
        if entry.prev != self.prev || entry.no != no {
            return Some(Fault::OutOfOrder(no));
        }
        if let What::Event { commitment, .. } = entry.what {
            match payload {
                Payload { salt: Some(salt), personal: Some(personal), event: Some(event) } => {
                    let Ok(salt) = <[u8; 32]>::try_from(salt) else { return Some(Fault::PayloadEdited(no)) };
                    if payloads::commitment(&salt, &event, &personal) != commitment {
                        return Some(Fault::PayloadEdited(no));
                    }
                }
                Payload { .. } if no <= self.purged_through => self.purged += 1,
                Payload { .. } => return Some(Fault::PayloadMissing(no)),
            }
        }
        self.len = no;
        self.prev = hex(hash);
        None
    }
}

/// Deletes salts, personal data and events of entries before `before` that the backend holds already, and says so in
/// the chain (M24). Returns how many payloads went.
///
/// # Errors
/// The store.
pub fn purge(act: &mut Act<'_>, before: Millis) -> Result<u32, DeskError> {
    let first_unsent: u32 =
        act.query_row("SELECT coalesce(min(audit_no), 4294967295) FROM events WHERE pushed = 0", [], |r| r.get(0))?;
    let through: Option<u32> =
        act.query_row("SELECT max(no) FROM audit WHERE at < ?1 AND no < ?2", params![before.0, first_unsent], |r| {
            r.get(0)
        })?;
    let Some(through) = through else { return Ok(0) };
    let gone = act.execute("DELETE FROM payloads WHERE audit_no <= ?1", [through])?;
    if gone == 0 {
        return Ok(0);
    }
    act.execute("DELETE FROM events WHERE audit_no <= ?1", [through])?;
    let (at, actor) = (act.now().0, act.actor().username.clone());
    append(act, |no, prev| Entry { no, prev, at, actor, what: What::Purged { through } })?;
    act.chain_grew();
    Ok(u32::try_from(gone).unwrap_or(u32::MAX))
}
