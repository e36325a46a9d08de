//! The workstation's use cases, its SQLite queue, outbox and audit chain. Depends on no window.
//!
//! [`Desk`] is the façade: one method per window command. Rules live in `ventanilla-domain`, words in
//! `ventanilla-words`; what lives here is the order of things: one `BEGIN IMMEDIATE` per act, with its event and its
//! audit entry (M21), durable before the answer (M25). `net` talks to the backend, `paper` to the printer; everything
//! else works during a network cut (M23).
#![cfg_attr(test, allow(clippy::unwrap_used, clippy::expect_used, clippy::panic, clippy::indexing_slicing))]

mod case_view;
mod closing;
mod day;
mod desk;
mod dossier;
pub mod edge;
mod error;
mod find;
pub mod keys;
pub mod net;
pub mod paper;
mod queue;
mod session;
mod show;
pub mod store;
pub mod view;

pub use desk::{Actor, Deps, Desk, DeskConfig};
pub use error::{DeskError, Own};
pub use session::LocalStaff;

#[cfg(test)]
mod tests;
