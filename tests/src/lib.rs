//! What whole-flow tests share: the real programs that they start (display, window, browser, mail server, backend,
//! printer) and how they end them. Every test has its own of everything: folders, ports, display. What a test expects
//! lives in `all/`, not here.
#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::indexing_slicing,
    clippy::disallowed_methods,
    reason = "a harness that cannot start a part must fail loudly; nothing of this is in a shipped program"
)]
#![allow(clippy::missing_panics_doc, reason = "everything here panics where the machine does not play along")]

pub mod backend;
pub mod browser;
pub mod chance;
pub mod desk;
pub mod disk;
pub mod driver;
pub mod mail;
pub mod paper;
pub mod process;
pub mod program;
pub mod screen;
pub mod store;
pub mod training;
#[path = "../../src-tauri/tree.rs"]
pub mod tree;
pub mod window;
pub mod world;
