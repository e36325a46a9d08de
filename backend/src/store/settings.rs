//! Switches of the whole backend that outlive a restart.

use super::engine::queries;

pub(crate) const DDL: &str = "
CREATE TABLE settings (
    name TEXT PRIMARY KEY NOT NULL,
    value BIGINT NOT NULL
);
";

/// Since when "Error de Conexión con el Registro Civil" is switched on (R28); 0 when off.
pub(crate) const REGISTRO_CIVIL_DOWN: &str = "registro_civil_down_since";
/// When the store was last seen to write; see [`super::probe`].
pub(crate) const PROBED: &str = "probed_at";

queries! {
    PUT = "INSERT INTO settings (name, value) VALUES ($1, $2) ON CONFLICT (name) DO UPDATE SET value = excluded.value";
    GET = "SELECT value FROM settings WHERE name = $1";
}
