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
    /// The pages that it carries are older than this file, of which they are made.
    OldPages(PathBuf),
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
    if program != here {
        return Err(Foreign::OtherTree { program, here });
    }
    newer_than_the_pages(root).map_or(Ok(()), |file| Err(Foreign::OldPages(file)))
}

/// A file that was changed since the pages were built of it; `ui/dist` itself where there are none.
fn newer_than_the_pages(root: &Path) -> Option<PathBuf> {
    let dist = root.join("ui/dist/index.html");
    let changed = |file: &Path| file.metadata().and_then(|m| m.modified());
    let Ok(built) = changed(&dist) else { return Some(dist) };
    let mut sources = Vec::new();
    for part in [
        "ui/src",
        "ui/index.html",
        "ui/vite.config.ts",
        "ui/svelte.config.js",
        "ui/package-lock.json",
        "assets/words/es/desk.ftl",
    ] {
        crate::tree::collect(&root.join(part), &mut sources).unwrap();
    }
    // What is generated from the words is written anew before every build and test.
    sources.retain(|file| !file.to_string_lossy().ends_with(".gen.ts"));
    sources.into_iter().find(|file| changed(file).is_ok_and(|at| at > built))
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
                    "{} is not of this tree ({foreign:?}): npm --prefix ui run build, then cargo build --workspace",
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
