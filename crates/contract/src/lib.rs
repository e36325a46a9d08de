//! What crosses the wire between desk and backend: types, error codes, events. Wire types are not domain types; the
//! conversions between them stand in `convert`. Beside them stands the table of `[policy]`, which both sides' settings have in
//! common. No I/O lives here.

mod convert;
pub mod employer;
pub mod error;
pub mod event;
pub mod policy;
pub mod reset;
pub mod staff;
pub mod turno;

pub use convert::Unreadable;
