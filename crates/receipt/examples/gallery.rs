//! Writes every kind of paper as a PDF into the folder given, to be looked at:
//! `cargo run -p ventanilla-receipt --features test-printer --example gallery -- FOLDER`.

use std::error::Error;
use std::fs;
use std::path::PathBuf;

use ventanilla_receipt::testing::gallery;
use ventanilla_receipt::{Paper, render};

fn main() -> Result<(), Box<dyn Error>> {
    let folder = PathBuf::from(std::env::args().nth(1).ok_or("which folder?")?);
    fs::create_dir_all(&folder)?;
    for (name, document) in gallery() {
        for (paper, suffix) in [(Paper::Roll80, "roll80"), (Paper::A5, "a5")] {
            fs::write(folder.join(format!("{name}.{suffix}.pdf")), render(&document, paper)?.pdf)?;
        }
    }
    Ok(())
}
