//! A fingerprint of the sources that the program is built from. The build script stamps it into the program
//! (`ventanilla --version`), and the tests that drive the real window refuse a program that carries another one.
//! Lives apart because both include it by path. Needs nothing but `sha2`.

use std::fs;
use std::io;
use std::path::{Path, PathBuf};

use sha2::{Digest, Sha256};

/// Files and folders that make up the program, relative to the root of the tree. Tests in them are no part of it: a program
/// is not another one because somebody tests more.
pub const PARTS: [&str; 16] = [
    "Cargo.lock",
    "Cargo.toml",
    "tauri.conf.json",
    "src-tauri",
    "crates",
    "backend",
    "training",
    "assets",
    "ui/index.html",
    "ui/package-lock.json",
    "ui/package.json",
    "ui/svelte.config.js",
    "ui/tsconfig.json",
    "ui/vite.config.ts",
    "ui/src",
    // What the window carries of it.
    "ui/dist",
];

/// Hex SHA-256 over paths and bytes of every file in [`PARTS`] that is no test, in the order of their paths. A part that is
/// not there adds nothing.
///
/// # Errors
/// A file that cannot be read.
pub fn hash(root: &Path) -> io::Result<String> {
    let mut files = Vec::new();
    for part in PARTS {
        collect(&root.join(part), &mut files)?;
    }
    let mut named: Vec<(String, PathBuf)> = files
        .into_iter()
        .map(|file| (file.strip_prefix(root).unwrap_or(&file).to_string_lossy().replace('\\', "/"), file))
        .collect();
    named.sort();
    let mut hasher = Sha256::new();
    for (name, file) in named {
        let bytes = fs::read(file)?;
        // Both lengths go in, so that no byte can move from one file, or from a name, to the next unseen.
        hasher.update(name.len().to_le_bytes());
        hasher.update(name.as_bytes());
        hasher.update(bytes.len().to_le_bytes());
        hasher.update(&bytes);
    }
    Ok(hasher.finalize().iter().map(|b| format!("{b:02x}")).collect())
}

/// Whether a file or folder of this name holds tests, examples or benchmarks alone.
fn is_test(name: &str) -> bool {
    ["test", "tests", "benches", "examples"].contains(&name)
        || [".test.ts", "_tests.rs"].iter().any(|end| name.ends_with(end))
        || name == "tests.rs"
}

/// Adds `path`, or what lies below it. Names that start with a dot, tests and installed packages are left out.
///
/// # Errors
/// A folder that cannot be read.
pub fn collect(path: &Path, into: &mut Vec<PathBuf>) -> io::Result<()> {
    if path.is_dir() {
        for entry in fs::read_dir(path)? {
            let entry = entry?;
            let name = entry.file_name();
            let name = name.to_string_lossy();
            if !name.starts_with('.') && name != "node_modules" && !is_test(&name) {
                collect(&entry.path(), into)?;
            }
        }
    } else if path.is_file() {
        into.push(path.to_owned());
    }
    Ok(())
}
