//! Measures the product beside its floors and prints both with their ratio in one table. `scripts/bench` builds it in
//! release; arguments name the figures to take, none means all of them.
#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::indexing_slicing,
    clippy::disallowed_methods,
    reason = "a measurement stops at what it does not expect"
)]

mod bare;
mod paper;
mod resets;
mod start;
mod table;
mod tick;
mod window;

use table::Table;

type Figure = (&'static str, fn(&mut Table));

fn main() {
    let wanted: Vec<String> = std::env::args().skip(1).collect();
    let figures: [Figure; 5] = [
        ("tick", tick::measure),
        ("window", window::measure),
        ("paper", paper::measure),
        ("start", start::measure),
        ("resets", resets::measure),
    ];
    if let Some(unknown) = wanted.iter().find(|name| figures.iter().all(|(known, _)| known != name)) {
        eprintln!("no figure is called {unknown}; there are: {}", figures.map(|(name, _)| name).join(", "));
        std::process::exit(2);
    }
    if cfg!(debug_assertions) {
        eprintln!("This is a debug build: the figures say nothing about the product.");
    }
    let mut table = Table::default();
    for (name, measure) in figures {
        if wanted.is_empty() || wanted.iter().any(|w| w == name) {
            eprintln!("measuring: {name}");
            measure(&mut table);
        }
    }
    table.print();
}
