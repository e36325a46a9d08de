//! The reference backend: API, employer's pages, mail, stores. Everything comes in as a value ([`config::Config`], a
//! [`clock::Clock`]); nothing reads the environment or starts a log, so that a window or a test can hold a backend too.
#![cfg_attr(test, allow(clippy::unwrap_used, clippy::expect_used, clippy::panic, clippy::indexing_slicing))]

pub mod account;
pub mod api;
mod app;
mod asked;
pub mod auth;
pub mod clock;
pub mod config;
mod ids;
pub mod import;
mod key_page;
pub mod mail;
#[cfg(feature = "training")]
pub mod mailbox;
pub mod pages;
pub mod secrets;
pub mod smtp_in;
mod start;
pub mod store;
#[cfg(any(test, feature = "testing"))]
pub mod testing;

pub use start::{Ask, Running, StartError, open_store, start, start_as};
