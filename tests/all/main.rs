//! The whole-flow, fault and golden tests: one program, one module per question.
#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::indexing_slicing,
    clippy::disallowed_methods,
    reason = "tests fail by panicking and read the real clock"
)]

mod at_the_counter;
mod bad_input;
mod crash;
mod curl_clerk;
mod durability;
mod identity_numbers;
mod outcomes;
mod parts;
mod rules;
mod secrets;
mod training;
mod tree;
mod whole_flow;
