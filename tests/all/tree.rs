//! The harness drives no program but that of this tree.

use std::fs;
use std::os::unix::fs::PermissionsExt;
use std::path::Path;

use ventanilla_tests::program::{Foreign, check, root};
use ventanilla_tests::tree::hash;

fn program(folder: &Path, says: &str) -> std::path::PathBuf {
    let file = folder.join("ventanilla");
    fs::write(&file, format!("#!/bin/sh\necho '{says}'\n")).unwrap();
    fs::set_permissions(&file, fs::Permissions::from_mode(0o755)).unwrap();
    file
}

#[test]
fn a_program_of_another_tree_is_refused() {
    let folder = tempfile::tempdir().unwrap();
    let here = hash(&root()).unwrap();
    let own = program(folder.path(), &format!("ventanilla 0.1.0 tree {here}"));
    assert!(check(&own, &root()).is_ok());
    let other = program(folder.path(), &format!("ventanilla 0.1.0 tree {}", here.replace(&here[..1], "x")));
    assert!(matches!(check(&other, &root()), Err(Foreign::OtherTree { .. })));
    let silent = program(folder.path(), "ventanilla 0.1.0");
    assert!(matches!(check(&silent, &root()), Err(Foreign::Unstamped(_))));
    assert!(matches!(check(&folder.path().join("none"), &root()), Err(Foreign::Absent(_))));
}

#[test]
fn a_program_whose_pages_are_older_than_their_sources_is_refused() {
    let folder = tempfile::tempdir().unwrap();
    let tree = folder.path();
    for part in ["ui/src/lib", "ui/dist"] {
        fs::create_dir_all(tree.join(part)).unwrap();
    }
    let write = |name: &str, at: u64| {
        fs::write(tree.join(name), name).unwrap();
        let at = std::time::UNIX_EPOCH + std::time::Duration::from_secs(at);
        fs::File::options().write(true).open(tree.join(name)).unwrap().set_modified(at).unwrap();
    };
    let judge = || check(&program(tree, &format!("ventanilla 0.1.0 tree {}", hash(tree).unwrap())), tree);
    write("ui/src/App.svelte", 1_000);
    assert!(matches!(judge(), Err(Foreign::OldPages(_))), "there are none");
    write("ui/dist/index.html", 2_000);
    write("ui/src/lib/words.gen.ts", 3_000);
    assert!(judge().is_ok(), "what is generated anew each time says nothing");
    write("ui/src/App.svelte", 3_000);
    assert!(matches!(judge(), Err(Foreign::OldPages(file)) if file.ends_with("App.svelte")));
}

#[test]
fn one_byte_one_name_or_one_file_more_is_another_tree() {
    let folder = tempfile::tempdir().unwrap();
    let tree = folder.path();
    fs::create_dir_all(tree.join("crates/a")).unwrap();
    fs::write(tree.join("Cargo.toml"), "x").unwrap();
    fs::write(tree.join("crates/a/one.rs"), "ab").unwrap();
    let mut seen = vec![hash(tree).unwrap()];
    let mut now = |what: &str| {
        let fresh = hash(tree).unwrap();
        assert!(!seen.contains(&fresh), "{what}");
        seen.push(fresh);
    };
    fs::write(tree.join("crates/a/one.rs"), "ac").unwrap();
    now("a byte");
    fs::rename(tree.join("crates/a/one.rs"), tree.join("crates/a/two.rs")).unwrap();
    now("a name");
    fs::write(tree.join("crates/a/empty.rs"), "").unwrap();
    now("an empty file");
    let same = hash(tree).unwrap();
    fs::write(tree.join("README.md"), "not of the program").unwrap();
    fs::create_dir_all(tree.join("ui/node_modules")).unwrap();
    fs::write(tree.join("crates/a/.two.rs.swp"), "").unwrap();
    for test in
        ["crates/a/tests/all.rs", "crates/a/src/tests.rs", "crates/a/src/case_tests.rs", "ui/src/test/a.test.ts"]
    {
        fs::create_dir_all(tree.join(test).parent().unwrap()).unwrap();
        fs::write(tree.join(test), "a test").unwrap();
    }
    assert_eq!(hash(tree).unwrap(), same, "what is no source changes nothing");
}
