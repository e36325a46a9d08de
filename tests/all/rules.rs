//! The page of the rules says the truth: every rule is there, and every test that it names exists.

use std::collections::BTreeSet;
use std::fs;
use std::path::Path;

use ventanilla_tests::program::root;

/// The cells of each row whose first cell is a rule's number.
fn rows(page: &str) -> Vec<Vec<String>> {
    page.lines()
        .filter(|line| line.starts_with("| R") || line.starts_with("| M"))
        .map(|line| line.trim_matches('|').split('|').map(|cell| cell.trim().to_owned()).collect())
        .collect()
}

/// What stands between backquotes.
fn quoted(cell: &str) -> Vec<&str> {
    cell.split('`').skip(1).step_by(2).collect()
}

fn sources(folder: &Path, into: &mut String) {
    for entry in fs::read_dir(folder).unwrap() {
        let path = entry.unwrap().path();
        let name = path.file_name().unwrap().to_string_lossy().into_owned();
        if path.is_dir() {
            if !name.starts_with('.') && !["node_modules", "target", "dist", "out", "gen"].contains(&name.as_str()) {
                sources(&path, into);
            }
        } else if [".rs", ".test.ts", ".test.js"].iter().any(|end| name.ends_with(end)) {
            into.push_str(&fs::read_to_string(&path).unwrap());
        }
    }
}

/// A Rust test of that name, a case of the suite that both stores pass, or a test of the window with that title.
fn exists(test: &str, sources: &str) -> bool {
    let name = test.rsplit("::").next().unwrap_or(test);
    let function = sources.match_indices(&format!("fn {name}(")).any(|(at, _)| {
        // Its attributes stand between the end of what comes before and its name.
        let own = sources[..at].rsplit(['}', ';']).next().unwrap_or_default();
        own.contains("#[test]") || own.contains("::test")
    });
    let case = || {
        sources
            .split("cases! {")
            .skip(1)
            .any(|list| list.split('}').next().is_some_and(|l| l.contains(&format!("::{name};"))))
    };
    let title = || {
        ["test(", "it("]
            .iter()
            .any(|call| sources.contains(&format!("{call}'{name}'")) || sources.contains(&format!("{call}\"{name}\"")))
    };
    function || case() || title()
}

#[test]
fn every_rule_is_listed_and_each_named_test_exists() {
    let page = fs::read_to_string(root().join("docs/RULES.md")).unwrap();
    let mut all = String::new();
    sources(&root(), &mut all);
    let mut listed = BTreeSet::new();
    let mut wrong = Vec::new();
    for row in rows(&page) {
        let rule = row[0].clone();
        let proof = row.last().cloned().unwrap_or_default();
        let tests = quoted(&proof);
        if tests.is_empty() && !proof.contains("open") {
            wrong.push(format!("{rule} names no test and is not open: {proof:?}"));
        }
        wrong.extend(tests.iter().filter(|t| !exists(t, &all)).map(|t| format!("{rule}: no test {t}")));
        if !listed.insert(rule.clone()) {
            wrong.push(format!("{rule} stands twice"));
        }
    }
    let wanted: BTreeSet<String> = (1..=34).map(|n| format!("R{n}")).chain((1..=36).map(|n| format!("M{n}"))).collect();
    wrong.extend(wanted.difference(&listed).map(|rule| format!("{rule} is missing")));
    wrong.extend(listed.difference(&wanted).map(|rule| format!("{rule} is no rule")));
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

#[test]
fn a_name_in_the_page_that_is_no_test_is_found() {
    let code = "mod x { #[test]\nfn a_test() {}\n\nfn no_test() {}\n#[tokio::test]\nasync fn another() {}
        #[test]\n#[allow(x)]\nfn allowed() {} }\ncases! { a::of_both; }\nfn of_none(w: World) {}";
    for test in ["a_test", "module::another", "allowed", "of_both"] {
        assert!(exists(test, code), "{test}");
    }
    for test in ["no_test", "a_tes", "of_none"] {
        assert!(!exists(test, code), "{test}");
    }
}
