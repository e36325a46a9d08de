//! The workstation's use cases, its SQLite queue, outbox and audit chain. Depends on no window.

pub mod view;
