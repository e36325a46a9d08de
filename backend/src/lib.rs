//! The reference backend: API, employer's pages, mail, stores.

pub mod account;
pub mod clock;
pub mod import;
pub mod pages; // rendering of the employer's page is complete in pages/; the routes call pages::{key,done,dead_end}, words in es/pages.ftl
pub mod store;
