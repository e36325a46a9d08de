//! The reference backend: API, employer's pages, mail, stores.
