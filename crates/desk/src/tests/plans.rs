//! No query of the desk reads a whole table (the queue has to answer with years of cases behind it). Every statement that
//! any test of this crate makes the store run is collected, and its plan is looked at when that test's rig goes.

use std::collections::BTreeSet;
use std::path::Path;
use std::sync::{LazyLock, Mutex};

use rusqlite::Connection;
use rusqlite::trace::{TraceEvent, TraceEventCodes};

use super::*;

/// Statements run so far, and those whose plan was looked at.
static SEEN: Mutex<BTreeSet<String>> = Mutex::new(BTreeSet::new());
static JUDGED: Mutex<BTreeSet<String>> = Mutex::new(BTreeSet::new());

/// What reads everything because it is asked for everything: the check and the purge of the whole chain, the doctor.
const WHOLE: [&str; 1] = ["FROM audit"];

pub(crate) fn listen(conn: &mut Connection) {
    let note = |event: TraceEvent<'_>| {
        if let TraceEvent::Stmt(_, sql) = event
            && !sql.starts_with("--")
        {
            SEEN.lock().unwrap().insert(sql.to_owned());
        }
    };
    conn.trace_v2(TraceEventCodes::SQLITE_TRACE_STMT, Some(note)).unwrap();
}

/// The text of every test: what a test asks by itself is no query of the desk.
static TESTS: LazyLock<String> = LazyLock::new(|| {
    fn collect(folder: &Path, of_tests: bool, into: &mut String) {
        for entry in std::fs::read_dir(folder).unwrap().map(|e| e.unwrap().path()) {
            let name = entry.file_name().unwrap().to_string_lossy().into_owned();
            if entry.is_dir() {
                collect(&entry, of_tests || name == "tests", into);
            } else if of_tests || name == "tests.rs" {
                into.push_str(&std::fs::read_to_string(&entry).unwrap());
            }
        }
    }
    let mut out = String::new();
    collect(&Path::new(env!("CARGO_MANIFEST_DIR")).join("src"), false, &mut out);
    out
});

/// Looks at the plans that nobody has looked at yet.
pub(crate) fn judge(db: &Db) {
    let fresh: Vec<String> = SEEN.lock().unwrap().difference(&JUDGED.lock().unwrap()).cloned().collect();
    for sql in fresh {
        let faults = db.read(|c| Ok(faults(c, &sql))).unwrap();
        JUDGED.lock().unwrap().insert(sql.clone());
        let own = TESTS.contains(&sql) || sql.starts_with("SELECT count(*) FROM ");
        assert!(own || faults.is_empty() || WHOLE.iter().any(|w| sql.contains(w)), "{sql}\n{faults:#?}");
    }
}

fn faults(c: &Connection, sql: &str) -> Vec<String> {
    let verb = sql.split_whitespace().next().unwrap_or_default().to_uppercase();
    if !["SELECT", "INSERT", "UPDATE", "DELETE"].contains(&verb.as_str()) {
        return Vec::new();
    }
    // A statement over tables that a test made for itself has no plan here.
    let Ok(mut plan) = c.prepare(&format!("EXPLAIN QUERY PLAN {sql}")) else { return Vec::new() };
    let nulls = vec![rusqlite::types::Null; plan.parameter_count()];
    let steps = plan.query_map(rusqlite::params_from_iter(nulls), |r| r.get::<_, String>(3)).unwrap();
    // The handful of open print jobs may be sorted; what else is ordered is ordered by an index.
    let may_sort = sql == crate::store::print_jobs::OPEN;
    let sorts = |step: &str| step.contains("USE TEMP B-TREE FOR ORDER BY") && !may_sort;
    steps.map(Result::unwrap).filter(|step| step.contains("SCAN") || sorts(step)).collect()
}

#[test]
fn no_query_reads_a_whole_table() {
    let rig = Rig::open();
    let id = rig.in_service();
    rig.accept_all(&id);
    rig.desk.queue().unwrap();
    rig.desk.search("quishpe a-014".into()).unwrap();
    rig.desk.day().unwrap();
    rig.desk.history(id).unwrap();
    judge(&rig.db());
    let judged = JUDGED.lock().unwrap();
    let hot = |part: &str| assert!(judged.iter().any(|sql| sql.contains(part)), "{part} was never run");
    for part in ["FROM cases", "FROM search_terms", "INSERT INTO events", "INSERT INTO audit", "FROM documents"] {
        hot(part);
    }
}

#[test]
fn a_query_that_reads_a_whole_table_is_found() {
    let rig = Rig::open();
    let found = |sql: &str| rig.db().read(|c| Ok(faults(c, sql))).unwrap();
    assert_eq!(found("SELECT id FROM cases WHERE person = ?1").len(), 1);
    assert!(found("SELECT id FROM cases WHERE id = ?1").is_empty());
}
