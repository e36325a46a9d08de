//! Generates the window's context and permissions, and stamps the program with the tree that it was built from.

#[path = "tree.rs"]
mod tree;

use std::{env, error::Error, path::Path};

fn main() -> Result<(), Box<dyn Error>> {
    let root = env::var("CARGO_MANIFEST_DIR")?;
    for part in tree::PARTS {
        println!("cargo::rerun-if-changed={part}");
    }
    println!("cargo::rustc-env=VENTANILLA_TREE={}", tree::hash(Path::new(&root))?);
    let attributes = tauri_build::Attributes::new()
        .capabilities_path_pattern("./src-tauri/capabilities/*.json")
        // Naming the commands in a permission file is what closes every other one to the web view.
        .app_manifest(tauri_build::AppManifest::new().permissions_path_pattern("./src-tauri/permissions/*.toml"));
    Ok(tauri_build::try_build(attributes)?)
}
