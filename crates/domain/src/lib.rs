//! The rules of the counter, pure: no clock, no file, no network, no serde. The desk and the backend both run them
//! (M31), so a rule lives here once. Words that people read, wire types and rows of a store do not.

pub mod case;
pub mod dossier;
pub mod email;
pub mod employer;
pub mod key_rules;
pub mod mask;
pub mod number;
pub mod policy;
pub mod queue;
pub mod reset;
pub mod time;
