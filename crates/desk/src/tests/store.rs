use std::path::Path;

use ventanilla_contract::event::EventBody;
use ventanilla_contract::reset::{Document, Seen};

use super::*;
use crate::store::{DbDeps, events, meta, tallies};

fn deps(rig: &Rig) -> DbDeps {
    DbDeps { clock: rig.clock.clone(), random: rig.random.clone(), changes: tokio::sync::broadcast::channel(8).0 }
}

fn open(rig: &Rig, path: &Path, key: [u8; 32]) -> Result<Db, DeskError> {
    Db::open(path, &key, deps(rig))
}

fn count(rig: &Rig, sql: &str) -> u32 {
    rig.db().read(|c| Ok(c.query_row(sql, [], |r| r.get(0))?)).unwrap()
}

#[test]
fn the_file_is_wal_full_and_keeps_its_references() {
    let rig = Rig::open();
    let pragma = |name: &str| {
        rig.db()
            .inspect(|c| Ok(c.query_row(&format!("PRAGMA {name}"), [], |r| r.get::<_, rusqlite::types::Value>(0))?))
            .unwrap()
    };
    assert_eq!(pragma("journal_mode"), "wal".to_owned().into());
    assert_eq!(pragma("synchronous"), 2_i64.into());
    assert_eq!(pragma("foreign_keys"), 1_i64.into());
    assert!(matches!(pragma("cipher_version"), rusqlite::types::Value::Text(v) if v.starts_with('4')));
}

#[test]
fn a_later_schema_is_refused_and_left_as_it_is() {
    let mut rig = Rig::open();
    rig.db().inspect(|c| Ok(c.pragma_update(None, "user_version", 99)?)).unwrap();
    rig.restart();
    assert_eq!(rig.desk.admit(&ana(), "4711", true).unwrap_err().code(), "store_newer");
    assert!(rig.desk.store_path().is_file());
    assert!(rig.dir.join("device.json").is_file());
}

#[test]
fn a_store_of_the_first_version_is_brought_up_with_all_that_it_holds() {
    let rig = Rig::closed();
    let path = rig.dir.join("first.db");
    let mut conn = rusqlite::Connection::open(&path).unwrap();
    crate::store::first_version_for_tests(&mut conn).unwrap();
    meta::set_device(&conn, &device(1)).unwrap();
    crate::store::bring_up_for_tests(&mut conn).unwrap();
    let kept = meta::place(&conn).unwrap();
    assert_eq!((kept.ws.as_str(), kept.counter.as_str()), ("ws-3", "3"));
    let names =
        "SELECT group_concat(name, ' ') FROM (SELECT name FROM sqlite_schema WHERE name LIKE '%' ORDER BY name)";
    let schema = |c: &rusqlite::Connection| c.query_row(names, [], |r| r.get::<_, String>(0)).unwrap();
    let mut fresh = rusqlite::Connection::open_in_memory().unwrap();
    crate::store::bring_up_for_tests(&mut fresh).unwrap();
    assert_eq!(schema(&conn), schema(&fresh), "an old store and a new one are alike");
}

#[test]
fn a_migration_that_fails_leaves_the_version_before() {
    let rig = Rig::closed();
    let path = rig.dir.join("m.db");
    let mut conn = rusqlite::Connection::open(&path).unwrap();
    let good: &[&str] = &["CREATE TABLE a (x INTEGER) STRICT;"];
    let bad: &[&str] = &["CREATE TABLE b (x INTEGER) STRICT;", "CREATE TABLE a (x INTEGER) STRICT;"];
    assert!(crate::store::migrate_for_tests(&mut conn, &[good, bad]).is_err());
    let (version, tables): (i64, i64) = conn
        .query_row("SELECT user_version, (SELECT count(*) FROM sqlite_schema) FROM pragma_user_version", [], |r| {
            Ok((r.get(0)?, r.get(1)?))
        })
        .unwrap();
    assert_eq!((version, tables), (1, 1));
}

#[test]
fn a_file_that_cannot_be_read_is_set_aside_and_the_workstation_enrols_anew() {
    let mut rig = Rig::open();
    rig.in_service();
    let path = rig.desk.store_path();
    rig.restart();
    let garbage = vec![0x5A; 20_000];
    std::fs::write(&path, &garbage).unwrap();
    assert_eq!(rig.desk.admit(&ana(), "4711", true).unwrap_err().code(), "store_corrupt");
    let names: Vec<String> =
        std::fs::read_dir(&rig.dir).unwrap().map(|e| e.unwrap().file_name().into_string().unwrap()).collect();
    let aside = names.iter().find(|n| n.starts_with("queue.db.set-aside-20261124T1001")).unwrap();
    assert!(names.iter().any(|n| n.starts_with("device.json.set-aside-")));
    assert_eq!(std::fs::read(rig.dir.join(aside)).unwrap(), garbage, "nothing was deleted");
    // Also after a restart: whoever comes in the morning must know.
    for _ in 0..2 {
        let session = rig.desk.session().unwrap();
        assert_eq!(session.phase, crate::view::Phase::NotEnrolled);
        let trouble = session.trouble.unwrap();
        assert_eq!(trouble.code, "store_corrupt");
        assert!(trouble.hint.contains(aside) && trouble.hint.contains(rig.dir.to_str().unwrap()), "{}", trouble.hint);
        rig.restart();
    }
    rig.desk.keep_device(&device(2)).unwrap();
    rig.desk.admit(&ana(), "4711", true).unwrap();
    assert_eq!(rig.desk.session().unwrap().trouble, None);
    let batch = rig.db().read(events::unsent).unwrap().unwrap();
    assert_eq!((batch.epoch, batch.from), (2, 1), "a new epoch: no number is used twice");
}

#[test]
fn a_row_that_cannot_be_read_does_not_claim_that_the_store_was_set_aside() {
    let rig = Rig::open();
    let case = rig.in_service();
    rig.db().inspect(|c| Ok(c.execute_batch("UPDATE cases SET state = 77")?)).unwrap();
    assert_eq!(rig.desk.open_case(case).unwrap_err().code(), "store_damaged");
    assert!(rig.desk.store_path().is_file());
}

#[test]
fn a_wrong_key_is_told_from_a_good_one_and_changes_nothing() {
    let mut rig = Rig::open();
    let path = rig.desk.store_path();
    rig.restart();
    let before = std::fs::read(&path).unwrap();
    assert_eq!(open(&rig, &path, [1; 32]).err().unwrap().code(), "store_damaged");
    assert_eq!(std::fs::read(&path).unwrap(), before);
}

#[test]
fn setting_aside_twice_in_a_second_keeps_both() {
    let rig = Rig::closed();
    let path = rig.dir.join("x.db");
    for content in ["one", "two"] {
        std::fs::write(&path, content).unwrap();
        crate::store::set_aside(&path, "20261124T100000").unwrap();
    }
    assert_eq!(std::fs::read(rig.dir.join("x.db.set-aside-20261124T100000")).unwrap(), b"one");
    assert_eq!(std::fs::read(rig.dir.join("x.db.set-aside-20261124T100000-2")).unwrap(), b"two");
}

#[test]
fn a_full_store_says_so_and_nothing_is_half_done() {
    let rig = Rig::open();
    let case = rig.in_service();
    let tables = ["cases", "documents", "events", "audit", "payloads", "periods", "visits", "search_terms"];
    let state = || tables.map(|t| count(&rig, &format!("SELECT count(*) FROM {t}")));
    let walk_in = || rig.desk.walk_in_local(&WalkInForm { person: "x".repeat(120), ..walk_in() });
    rig.db()
        .inspect(|c| {
            let pages: i64 = c.query_row("PRAGMA page_count", [], |r| r.get(0))?;
            c.query_row(&format!("PRAGMA max_page_count = {}", pages + 2), [], |_| Ok(()))?;
            Ok(())
        })
        .unwrap();
    let mut before = state();
    let refused = loop {
        match walk_in() {
            Ok(_) => before = state(),
            Err(e) => break e,
        }
    };
    assert_eq!(refused.code(), "store_full");
    assert_eq!(state(), before);
    let view = rig.desk.open_case(case.clone()).unwrap();
    assert!(!format!("{view:?}").contains(CEDULA), "reading goes on; a look that cannot be written down is masked");
    rig.db().inspect(|c| Ok(c.query_row("PRAGMA max_page_count = 1073741823", [], |_| Ok(()))?)).unwrap();
    rig.desk.accept(case, form(Document::Turno, Seen::ConsultedOnline)).unwrap();
    assert_eq!(rig.db().read(|c| crate::store::audit::verify(c, &[])).unwrap().fault, None);
}

/// A file system of two megabytes; only root can mount one.
#[cfg(target_os = "linux")]
struct SmallDisk(std::path::PathBuf);

#[cfg(target_os = "linux")]
impl SmallDisk {
    fn mount(at: &Path) -> Option<Self> {
        let mounted = std::process::Command::new("mount")
            .args(["-t", "tmpfs", "-o", "size=2m", "ventanilla-test"])
            .arg(at)
            .stderr(std::process::Stdio::null())
            .status();
        mounted.is_ok_and(|s| s.success()).then(|| Self(at.to_owned()))
    }
}

#[cfg(target_os = "linux")]
impl Drop for SmallDisk {
    fn drop(&mut self) {
        let _ = std::process::Command::new("umount").arg("-l").arg(&self.0).status();
    }
}

#[cfg(target_os = "linux")]
#[test]
#[allow(clippy::print_stderr)]
fn a_disk_that_fills_up_loses_nothing_that_was_acknowledged() {
    let mut rig = Rig::closed();
    let Some(_disk) = SmallDisk::mount(&rig.dir) else {
        eprintln!("skipped: mounting a small disk needs root");
        return;
    };
    rig.restart();
    rig.desk.keep_device(&device(1)).unwrap();
    rig.desk.admit(&ana(), "4711", true).unwrap();
    let mut acknowledged = Vec::new();
    let refused = loop {
        match rig.desk.walk_in_local(&walk_in()) {
            Ok(row) => acknowledged.push(row.case_id),
            Err(e) => break e,
        }
    };
    assert_eq!(refused.code(), "store_full");
    assert!(acknowledged.len() > 10);
    rig.restart();
    // The wrong-PIN count cannot be written either: whoever frees some room signs in again.
    assert_eq!(rig.desk.admit(&ana(), "4711", false).unwrap_err().code(), "store_full");
    let grown = std::process::Command::new("mount").args(["-o", "remount,size=8m"]).arg(&rig.dir).status().unwrap();
    assert!(grown.success());
    rig.desk.admit(&ana(), "4711", false).unwrap();
    assert!(acknowledged.iter().all(|id| rig.desk.open_case(id.clone()).is_ok()));
    assert_eq!(rig.desk.queue().unwrap().waiting_total, u32::try_from(acknowledged.len()).unwrap());
    assert_eq!(rig.db().read(|c| crate::store::audit::verify(c, &[])).unwrap().fault, None);
}

#[test]
fn an_act_that_fails_at_its_end_leaves_nothing_behind() {
    let rig = Rig::open();
    let actor = rig.desk.actor().unwrap();
    let before = count(&rig, "SELECT seq FROM meta");
    let answer: Result<(), _> = rig.db().act(&actor, |act| {
        act.record(None, EventBody::Resumed)?;
        Err(crate::Own::DoesNotFit.into())
    });
    assert!(answer.is_err());
    assert_eq!(count(&rig, "SELECT seq FROM meta"), before);
    assert_eq!(count(&rig, "SELECT count(*) FROM events"), before);
}

#[test]
fn an_act_that_journals_nothing_is_a_defect_and_is_rolled_back() {
    let rig = Rig::open();
    let actor = rig.desk.actor().unwrap();
    let answer = rig.db().act(&actor, |act| Ok(act.execute("UPDATE meta SET counter = '9'", [])?));
    assert_eq!(answer.unwrap_err().code(), "internal");
    assert_eq!(rig.db().read(meta::place).unwrap().counter, "3");
}

#[test]
fn a_push_takes_up_where_it_ended_and_goes_back_when_asked() {
    let rig = Rig::open();
    rig.in_service();
    let batch = || rig.db().read(events::unsent).unwrap();
    let all = u32::try_from(batch().unwrap().events.len()).unwrap();
    rig.db().mirror(|act| events::mark_pushed(act, 1, 2)).unwrap();
    assert_eq!(batch().unwrap().from, 3);
    assert_eq!(rig.desk.connection().unwrap().unsent, all - 2);
    rig.db().mirror(|act| events::rewind(act, 1, 2)).unwrap();
    assert_eq!(batch().unwrap().from, 2);
    rig.db().mirror(|act| events::mark_pushed(act, 1, all)).unwrap();
    assert_eq!(batch(), None);
}

#[test]
fn a_push_holds_at_most_500_events_and_one_epoch() {
    let rig = Rig::open();
    let actor = rig.desk.actor().unwrap();
    rig.db().act(&actor, |act| (0..600).try_for_each(|_| act.record(None, EventBody::Resumed))).unwrap();
    assert_eq!(rig.db().read(events::unsent).unwrap().unwrap().events.len(), 500);
    rig.db().mirror(|act| meta::set_device(act, &device(2))).unwrap();
    rig.db().act(&actor, |act| act.record(None, EventBody::Resumed)).unwrap();
    rig.db().mirror(|act| events::mark_pushed(act, 1, 590)).unwrap();
    let batch = rig.db().read(events::unsent).unwrap().unwrap();
    assert_eq!((batch.epoch, batch.from, batch.events.len()), (1, 591, 11));
}

#[test]
fn the_tallies_agree_with_a_count_of_the_rows() {
    let rig = Rig::open();
    let case = rig.in_service();
    for n in 0..5 {
        let id = rig.turno(&format!("B-{n:03}"), Some(TEN));
        if n > 1 {
            rig.desk.check_in(id.to_string(), n == 2).unwrap();
        }
        if n == 4 {
            rig.desk.close(id.to_string(), ventanilla_contract::event::Outcome::Left).unwrap();
        }
    }
    rig.desk.close(case, ventanilla_contract::event::Outcome::Cancelled).unwrap();
    let today = "2026-11-24".parse().unwrap();
    let tally = |t| rig.db().read(|c| tallies::get(c, today, t)).unwrap();
    assert_eq!(tally(tallies::Tally::Upcoming), count(&rig, "SELECT count(*) FROM cases WHERE state = 0"));
    assert_eq!(tally(tallies::Tally::Waiting), count(&rig, "SELECT count(*) FROM cases WHERE state = 1"));
    let taken = count(&rig, "SELECT count(*) FROM cases WHERE worked_day IS NOT NULL");
    assert_eq!(tally(tallies::Tally::TakenUp), taken);
    assert_eq!(tally(tallies::Tally::Served), 1);
}

#[test]
fn what_changed_is_told_after_the_commit() {
    let rig = Rig::open();
    let case = rig.in_service();
    let mut changes = rig.desk.changes();
    rig.desk.hold(case.clone()).unwrap();
    let mut told = Vec::new();
    while let Ok(change) = changes.try_recv() {
        told.push(change);
    }
    assert!(told.contains(&crate::view::Change::Queue));
    assert!(told.contains(&crate::view::Change::Case { case_id: case }));
}

#[test]
fn every_code_of_the_desks_own_is_stable_and_distinct() {
    let mut codes: Vec<_> = crate::Own::ALL.iter().map(|c| c.as_str()).collect();
    codes.sort_unstable();
    let n = codes.len();
    codes.dedup();
    assert_eq!(codes.len(), n);
    for own in crate::Own::ALL {
        let shown = crate::view::UiError::from(DeskError::from(*own));
        assert_eq!(shown.code, own.as_str());
        assert_ne!(shown.message, own.as_str(), "no words for {}", own.as_str());
        assert!(!shown.hint.is_empty(), "no hint for {}", own.as_str());
    }
}
