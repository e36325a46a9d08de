//! The backend as its callers meet it: over HTTP and SMTP on loopback, with a clock that the test moves.
#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::indexing_slicing,
    reason = "tests fail by panicking"
)]

mod access;
mod mail;
mod page;
mod resets;
mod wire;
mod world;
