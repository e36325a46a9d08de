//! Turnos, and which case claimed which (M7).

use ventanilla_contract::turno::Turno;

use super::Answer;
use super::engine::{Row, queries};

pub(crate) const DDL: &str = "
CREATE TABLE turnos (
    id UUID PRIMARY KEY NOT NULL,
    center TEXT NOT NULL REFERENCES centers (id),
    day TEXT NOT NULL,
    ticket TEXT NOT NULL,
    number TEXT NOT NULL,
    person_name TEXT NOT NULL,
    appointed_at BIGINT,
    preferential BIGINT NOT NULL,
    walk_in BIGINT NOT NULL,
    case_id UUID,
    called_by TEXT
);
CREATE INDEX turnos_of_day ON turnos (center, day, ticket);
";

queries! {
    IMPORT = "INSERT INTO turnos (id, center, day, ticket, number, person_name, appointed_at, preferential, walk_in)
        VALUES ($1, $2, $3, $4, $5, $6, $7, $8, 0)
        ON CONFLICT (id) DO UPDATE SET day = excluded.day, ticket = excluded.ticket, number = excluded.number,
        person_name = excluded.person_name, appointed_at = excluded.appointed_at, preferential = excluded.preferential
        WHERE turnos.case_id IS NULL";
    WALK_IN = "INSERT INTO turnos (id, center, day, ticket, number, person_name, preferential, walk_in)
        VALUES ($1, $2, $3, $4, $5, $6, $7, 1) ON CONFLICT (id) DO NOTHING";
    GET = "SELECT t.id, t.ticket, t.center, t.day, t.appointed_at, t.number, e.name, t.person_name, t.preferential,
            t.walk_in, t.called_by, t.case_id
        FROM turnos t LEFT JOIN employers e ON e.number = t.number WHERE t.id = $1";
    OF_DAY = "SELECT t.id, t.ticket, t.center, t.day, t.appointed_at, t.number, e.name, t.person_name, t.preferential,
            t.walk_in, t.called_by, t.case_id
        FROM turnos t LEFT JOIN employers e ON e.number = t.number
        WHERE t.center = $1 AND t.day = $2 ORDER BY t.ticket";
    /// Compare and set: the first case gets it; the same case again is no change.
    CLAIM = "UPDATE turnos SET case_id = $1, called_by = $2 WHERE id = $3 AND (case_id IS NULL OR case_id = $1)";
}

/// A turno and the case that claimed it.
pub(crate) fn read(row: &Row) -> Answer<(Turno, Option<uuid::Uuid>)> {
    let turno = Turno {
        id: row.uuid(0)?,
        ticket: row.text(1)?,
        center: row.text(2)?,
        day: row.text(3)?,
        appointed_at: row.opt_int(4)?,
        number: row.text(5)?,
        employer_name: row.opt_text(6)?.unwrap_or_default(),
        person_name: row.text(7)?,
        preferential: row.flag(8)?,
        walk_in: row.flag(9)?,
        called_by: row.opt_text(10)?,
    };
    Ok((turno, row.opt_uuid(11)?))
}
