//! One file of commands per screen. A command is: parse, one call, map the error.

pub mod day;
pub mod dossier;
pub mod paper;
pub mod queue;
pub mod reset;
pub mod session;
