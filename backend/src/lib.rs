//! The reference backend: API, employer's pages, mail, stores.

pub mod account;
pub mod clock;
pub mod import;
pub mod store;
