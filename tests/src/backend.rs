//! The reference backend as a process of its own.
