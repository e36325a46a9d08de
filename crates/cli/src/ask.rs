//! Asks for secrets: at a terminal without showing them, else line by line from standard input. Never from arguments,
//! which other users of the machine can read.

use std::io::{self, BufRead as _, IsTerminal as _, Write as _};

use zeroize::Zeroizing;

/// Asks for something that may be seen.
///
/// # Errors
/// Standard input ended or failed.
pub fn open(question: &str) -> io::Result<String> {
    if io::stdin().is_terminal() {
        let mut out = io::stderr();
        write!(out, "{question}")?;
        out.flush()?;
    }
    line().map(|text| text.to_string())
}

/// Asks for something that nobody may see.
///
/// # Errors
/// Standard input ended or failed.
pub fn hidden(question: &str) -> io::Result<Zeroizing<String>> {
    if io::stdin().is_terminal() { rpassword::prompt_password(question).map(Zeroizing::new) } else { line() }
}

fn line() -> io::Result<Zeroizing<String>> {
    let mut text = Zeroizing::new(String::new());
    if io::stdin().lock().read_line(&mut text)? == 0 {
        return Err(io::ErrorKind::UnexpectedEof.into());
    }
    Ok(Zeroizing::new(text.trim_end_matches(['\r', '\n']).to_owned()))
}
