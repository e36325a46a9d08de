//! The programs of this tree, and the refusal of any other.

use std::path::{Path, PathBuf};
use std::process::Command;

/// Root of the tree.
#[must_use]
pub fn root() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).parent().unwrap().to_owned()
}

/// Why a program is not tested.
#[derive(Debug)]
pub enum Foreign {
    /// It is not there, or does not start.
    Absent(String),
    /// It does not say what it was built from.
    Unstamped(String),
    /// It was built from other sources than those that lie here.
    OtherTree {
        /// The tree of the program.
        program: String,
        /// The tree that lies here.
        here: String,
    },
}

/// Whether `program` was built from the tree at `root`.
///
/// # Errors
/// [`Foreign`].
pub fn check(program: &Path, root: &Path) -> Result<(), Foreign> {
    let out = Command::new(program)
        .arg("--version")
        .output()
        .map_err(|e| Foreign::Absent(format!("{}: {e}", program.display())))?;
    let said = String::from_utf8_lossy(&out.stdout).into_owned();
    let mut parts = said.split_whitespace().skip_while(|word| *word != "tree").skip(1);
    let program = parts.next().ok_or_else(|| Foreign::Unstamped(said.clone()))?.to_owned();
    let here = crate::tree::hash(root).unwrap();
    if program == here { Ok(()) } else { Err(Foreign::OtherTree { program, here }) }
}

/// Where cargo put the programs of this build: two folders above the running test or program.
#[must_use]
pub fn built() -> PathBuf {
    let mut folder = std::env::current_exe().unwrap();
    folder.pop();
    if folder.ends_with("deps") || folder.ends_with("examples") {
        folder.pop();
    }
    folder
}

/// The window's program. Refuses one that was not built from this tree.
#[must_use]
pub fn ventanilla() -> PathBuf {
    // Once per test program: the hash reads the whole tree.
    static CHECKED: std::sync::OnceLock<PathBuf> = std::sync::OnceLock::new();
    CHECKED
        .get_or_init(|| {
            let program = built().join("ventanilla");
            if let Err(foreign) = check(&program, &root()) {
                panic!(
                    "{} is not of this tree ({foreign:?}): cargo build -p ventanilla -p ventanilla-backend",
                    program.display()
                );
            }
            program
        })
        .clone()
}

/// The backend's program.
#[must_use]
pub fn backend() -> PathBuf {
    built().join("ventanilla-backend")
}
