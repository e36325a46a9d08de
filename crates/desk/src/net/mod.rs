//! The line to the backend. To be written over the store's typed functions.

use crate::desk::{Desk, DeskConfig};
use crate::view::Connection;

/// How the backend is reached.
#[derive(Debug, Clone, Default)]
pub struct NetConfig {}

/// What the line keeps in memory.
pub(crate) struct Net {}

impl Net {
    pub(crate) fn new(_: &DeskConfig) -> Self {
        Self {}
    }
}

/// Brings the age of the last contact up to this moment.
pub(crate) fn freshen(_: &Desk, _: &mut Connection) {}
