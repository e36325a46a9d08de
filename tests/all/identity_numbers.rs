//! RUC and cédula (M5) as the program says them, beside python-stdnum.

use std::collections::BTreeMap;
use std::fmt::Write as _;
use std::io::Write as _;
use std::path::PathBuf;
use std::process::{Command, Stdio};

use serde_json::Value;
use ventanilla_tests::chance::Chance;
use ventanilla_tests::program::{root, ventanilla};

/// Runs a program over lines.
fn over(command: &mut Command, lines: &[String]) -> Vec<String> {
    let mut child = command.stdin(Stdio::piped()).stdout(Stdio::piped()).spawn().unwrap();
    let mut input = child.stdin.take().unwrap();
    let text = lines.join("\n") + "\n";
    let feeder = std::thread::spawn(move || input.write_all(text.as_bytes()));
    let out = child.wait_with_output().unwrap();
    feeder.join().unwrap().unwrap();
    String::from_utf8(out.stdout).unwrap().lines().map(str::to_owned).collect()
}

/// What the program says: number, verdict, kind, reason.
fn ours(what: &str, numbers: &[String]) -> Vec<Value> {
    let said = over(Command::new(ventanilla()).args(["check", what, "--json"]).env_remove("DISPLAY"), numbers);
    assert_eq!(said.len(), numbers.len(), "one line per number");
    said.iter().map(|line| serde_json::from_str(line).unwrap()).collect()
}

fn stdnum(what: &str, numbers: &[String]) -> Vec<String> {
    let cache = std::env::var_os("XDG_CACHE_HOME")
        .map_or_else(|| PathBuf::from(std::env::var_os("HOME").unwrap()).join(".cache"), PathBuf::from);
    let python = cache.join("ventanilla/python/bin/python");
    assert!(python.exists(), "python-stdnum is installed (run scripts/setup)");
    let said = over(Command::new(python).arg(root().join("tests/python/verdicts.py")).arg(what), numbers);
    assert_eq!(said.len(), numbers.len());
    said
}

/// Digits, with provinces and third digits more often right than by chance.
fn number(chance: &mut Chance, length: usize) -> String {
    let province =
        if chance.one_in(4) { chance.below(100) } else { [1, 9, 10, 17, 24, 25, 30, 50, 0][chance.below(9)] };
    let mut text = format!("{province:02}");
    while text.len() < length {
        let _ = write!(text, "{}", chance.below(10));
    }
    if length == 13 && !chance.one_in(8) {
        text.replace_range(10.., "001");
    }
    text
}

#[test]
fn python_stdnum_agrees_on_thousands_of_cedulas() {
    let mut chance = Chance::new(2026);
    let mut numbers: Vec<String> = (0..9_000).map(|_| number(&mut chance, 10)).collect();
    for _ in 0..500 {
        let length = chance.below(14);
        numbers.push(format!("{:0length$}", chance.below(1_000_000)));
    }
    let (ours, theirs) = (ours("cedula", &numbers), stdnum("cedula", &numbers));
    let mut valid = 0;
    for ((number, mine), stdnum) in numbers.iter().zip(&ours).zip(&theirs) {
        assert_eq!(mine["number"], **number);
        assert_eq!(mine["verdict"], **stdnum, "{number}");
        valid += u32::from(stdnum == "valid");
    }
    assert!(valid > 300, "enough of them exist: {valid}");
}

#[test]
fn active_companies_that_modulus_11_denies_pass_with_a_remark_at_the_command_line() {
    let numbers = ["0993370026001", "1793213150001"].map(str::to_owned);
    for answer in ours("ruc", &numbers) {
        assert_eq!(
            (answer["verdict"].as_str(), answer["kind"].as_str()),
            (Some("remark"), Some("company")),
            "{answer}"
        );
    }
}

/// Why the two differ; `None` where nobody has explained it.
fn class(number: &str, ours: &str, stdnum: &str) -> Option<&'static str> {
    match (number.get(2..3)?, ours, stdnum) {
        ("6" | "9", "remark", "invalid") => Some("check_digit_binds_nobody"),
        ("9", "remark", "valid") => Some("public_body_with_third_digit_9"),
        ("6" | "9", "invalid", "valid") if number.ends_with("000") => Some("branch_000"),
        _ => None,
    }
}

#[test]
fn every_disagreement_with_python_stdnum_about_a_ruc_is_explained() {
    let listed = std::fs::read_to_string(root().join("tests/python/ruc_disagreements.tsv")).unwrap();
    let rows: Vec<Vec<&str>> =
        listed.lines().filter(|l| !l.starts_with('#')).map(|l| l.split('\t').collect()).collect();
    let mut chance = Chance::new(11);
    let mut numbers: Vec<String> = rows.iter().map(|row| row[0].to_owned()).collect();
    numbers.extend((0..12_000).map(|_| number(&mut chance, 13)));
    let (ours, theirs) = (ours("ruc", &numbers), stdnum("ruc", &numbers));
    let mut classes: BTreeMap<&str, u32> = BTreeMap::new();
    for (index, number) in numbers.iter().enumerate() {
        let (mine, stdnum) = (ours[index]["verdict"].as_str().unwrap(), theirs[index].as_str());
        if let Some(row) = rows.get(index) {
            assert_eq!((mine, stdnum, class(number, mine, stdnum)), (row[1], row[2], Some(row[3])), "{number}");
            assert!(row[4].len() > 20, "{number} has a reason");
        }
        if mine != stdnum {
            let class = class(number, mine, stdnum).unwrap_or_else(|| panic!("{number}: {mine} here, {stdnum} there"));
            *classes.entry(class).or_default() += 1;
        }
    }
    for class in classes.keys() {
        assert!(rows.iter().any(|row| row[3] == *class), "{class} has no listed example");
    }
}
