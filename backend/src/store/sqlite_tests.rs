//! What only the embedded engine promises: its file, its group commit, its query plans.

use std::path::Path;
use std::sync::Arc;

use ventanilla_contract::error::ErrorCode as E;
use ventanilla_domain::policy::Policy;

use super::conformance::world::*;
use super::engine::{Engine, Tx, UseCase};
use super::*;
use crate::clock::ManualClock;

const QUERIES: &[(&str, &[(&str, &str)])] = &[
    ("audit", audit::QUERIES),
    ("cases", cases::QUERIES),
    ("centers", centers::QUERIES),
    ("devices", devices::QUERIES),
    ("employers", employers::QUERIES),
    ("events", events::QUERIES),
    ("keys", keys::QUERIES),
    ("links", links::QUERIES),
    ("outbox", outbox::QUERIES),
    ("resets", resets::QUERIES),
    ("settings", settings::QUERIES),
    ("staff", staff::QUERIES),
    ("turnos", turnos::QUERIES),
];

fn every_query() -> impl Iterator<Item = (String, &'static str)> {
    QUERIES
        .iter()
        .flat_map(|(table, queries)| queries.iter().map(move |(name, sql)| (format!("{table}::{name}"), *sql)))
}

fn open(path: &Path, clock: &Arc<ManualClock>) -> Answer<SqliteStore> {
    SqliteStore::open(&Hold::take(path)?, false, clock.clone(), Policy::default())
}

async fn world_at(path: &Path) -> (World, SqliteStore) {
    let clock = Arc::new(ManualClock::at(MORNING));
    let store = open(path, &clock).unwrap();
    (World::with(Arc::new(store.clone()), clock, None).await, store)
}

fn mode(path: &Path) -> u32 {
    use std::os::unix::fs::PermissionsExt as _;
    std::fs::metadata(path).unwrap().permissions().mode() & 0o777
}

#[test]
fn the_numbers_of_a_query_come_in_the_order_of_first_use() {
    for (name, sql) in every_query() {
        let mut highest = 0;
        for part in sql.split('$').skip(1) {
            let n: u32 = part.chars().take_while(char::is_ascii_digit).collect::<String>().parse().unwrap();
            assert!(n <= highest + 1, "{name}: ${n} comes before ${}", highest + 1);
            highest = highest.max(n);
        }
    }
}

#[tokio::test]
async fn no_query_scans_a_table() {
    let dir = tempfile::tempdir().unwrap();
    let path = dir.path().join("b.db");
    drop(world_at(&path).await);
    let conn = rusqlite::Connection::open(&path).unwrap();
    for (name, sql) in every_query() {
        let mut plan = conn.prepare(&format!("EXPLAIN QUERY PLAN {sql}")).unwrap();
        let count = plan.parameter_count();
        let lines: Vec<String> = plan
            .query_map(rusqlite::params_from_iter((0..count).map(|_| 1)), |row| row.get(3))
            .unwrap()
            .map(Result::unwrap)
            .collect();
        assert!(lines.iter().all(|line| !line.contains("SCAN")), "{name}: {lines:?}");
    }
}

#[tokio::test]
async fn after_a_restart_a_key_is_replayed_and_a_taken_mail_is_due_again() {
    let dir = tempfile::tempdir().unwrap();
    let path = dir.path().join("b.db");
    let (w, store) = world_at(&path).await;
    let ask = w.ask().await;
    let first = w.store.accept_reset(ask.clone()).await.unwrap();
    assert_eq!(w.store.due_mails(5, 30_000).await.unwrap().len(), 1);
    drop((w, store));
    let (w, store) = world_at(&path).await;
    assert!(w.store.due_mails(5, 30_000).await.unwrap().is_empty(), "opening alone releases nothing");
    store.release_mails().await.unwrap();
    let again = w.store.accept_reset(ask.clone()).await.unwrap();
    assert!(again.replayed && again.reset == first.reset);
    let mail = w.store.due_mails(5, 30_000).await.unwrap().remove(0);
    assert_eq!((mail.id, mail.attempts), (ask.link.mail_id, 1), "at least once, the same mail");
}

#[tokio::test]
async fn a_newer_schema_is_refused_and_the_file_left_alone() {
    let dir = tempfile::tempdir().unwrap();
    let path = dir.path().join("b.db");
    drop(world_at(&path).await);
    let conn = rusqlite::Connection::open(&path).unwrap();
    conn.pragma_update(None, "user_version", 99).unwrap();
    drop(conn);
    let clock = Arc::new(ManualClock::at(MORNING));
    assert!(matches!(open(&path, &clock), Err(StoreError::Newer { found: 99, known: 3 })));
    let conn = rusqlite::Connection::open(&path).unwrap();
    let centers: i64 = conn.query_row("SELECT count(*) FROM centers", [], |r| r.get(0)).unwrap();
    assert_eq!(centers, 2);
}

#[tokio::test]
async fn a_damaged_file_is_set_aside_under_a_name_that_is_told() {
    let dir = tempfile::tempdir().unwrap();
    let path = dir.path().join("b.db");
    std::fs::write(&path, b"this was a database once, and somebody wrote a letter over it".repeat(100)).unwrap();
    std::fs::set_permissions(&path, std::os::unix::fs::PermissionsExt::from_mode(0o600)).unwrap();
    let clock = Arc::new(ManualClock::at(MORNING));
    let set_aside = match open(&path, &clock) {
        Err(StoreError::Corrupt { set_aside }) => set_aside,
        Err(other) => panic!("{other}"),
        Ok(_) => panic!("opened"),
    };
    assert!(std::fs::read(&set_aside).unwrap().starts_with(b"this was a database"));
    assert!(!path.exists());
    let told = open(&path, &clock).map(|_| ()).unwrap_err();
    assert!(matches!(told, StoreError::Unopened(Unopened::SetAside { .. })), "an empty store is not begun by itself");
    assert!(told.to_string().contains("--new-store"), "it says what to do: {told}");
    SqliteStore::open(&Hold::take(&path).unwrap(), true, clock.clone(), Policy::default()).unwrap();
    open(&path, &clock).unwrap();
}

#[tokio::test]
async fn a_file_has_one_owner_and_a_command_beside_it_changes_nothing_by_opening() {
    let dir = tempfile::tempdir().unwrap();
    let path = dir.path().join("b.db");
    let clock = Arc::new(ManualClock::at(MORNING));
    let hold = Hold::take(&path).unwrap();
    let store = SqliteStore::open(&hold, false, clock.clone(), Policy::default()).unwrap();
    let w = World::with(Arc::new(store), clock.clone(), None).await;
    let second = Hold::take(&path).unwrap_err();
    assert!(matches!(second, StoreError::Unopened(Unopened::InUse { .. })), "{second}");
    let ask = w.ask().await;
    w.store.accept_reset(ask).await.unwrap();
    assert_eq!(w.store.due_mails(5, 30_000).await.unwrap().len(), 1);
    let beside = SqliteStore::open_beside(&path, clock.clone(), Policy::default()).unwrap();
    beside.put_enrollment_code([7; 32], "QS", "9", 1_000).await.unwrap();
    assert!(w.store.due_mails(5, 30_000).await.unwrap().is_empty(), "the mail is still the one worker's");
    drop((w, beside));
    let conn = rusqlite::Connection::open(&path).unwrap();
    conn.pragma_update(None, "user_version", 1).unwrap();
    let older = SqliteStore::open_beside(&path, clock.clone(), Policy::default()).map(|_| ()).unwrap_err();
    assert!(matches!(older, StoreError::Unopened(Unopened::Older { found: 1, .. })), "{older}");
    drop(conn);
    std::fs::write(&path, b"a letter over it".repeat(1000)).unwrap();
    assert!(SqliteStore::open_beside(&path, clock, Policy::default()).is_err());
    assert!(path.exists(), "only the owner sets a damaged file aside");
    drop(hold);
    Hold::take(&path).unwrap();
}

#[tokio::test]
async fn the_file_is_for_its_owner_s_eyes_alone() {
    use std::os::unix::fs::PermissionsExt as _;
    let dir = tempfile::tempdir().unwrap();
    let path = dir.path().join("b.db");
    let (w, store) = world_at(&path).await;
    for part in ["b.db", "b.db-wal", "b.db-shm", "b.db.lock"] {
        assert_eq!(mode(&dir.path().join(part)), 0o600, "{part}");
    }
    drop((w, store));
    let parts = ["b.db", "b.db-wal", "b.db-shm"].map(|part| dir.path().join(part));
    let open_to_all = || {
        for part in parts.iter().filter(|part| part.exists()) {
            std::fs::set_permissions(part, std::fs::Permissions::from_mode(0o644)).unwrap();
        }
    };
    let closed = || parts.iter().all(|part| mode(part) == 0o600);
    open_to_all();
    let clock = Arc::new(ManualClock::at(MORNING));
    let served = open(&path, &clock).unwrap();
    assert!(closed(), "what an earlier release left open is closed");
    open_to_all();
    let beside = SqliteStore::open_beside(&path, clock, Policy::default()).unwrap();
    assert!(closed(), "by a command beside it as well");
    drop((served, beside));
}

#[test]
#[cfg(target_os = "linux")]
fn a_file_that_stays_open_to_others_is_refused() {
    // Nobody may change its mode, not even root.
    let refused = hold::only_ours(Path::new("/proc/self/status")).unwrap_err();
    assert!(matches!(refused, StoreError::Unopened(Unopened::Readable { .. })), "{refused}");
    assert!(refused.to_string().contains("chmod 600"), "it says what to do");
}

#[tokio::test]
async fn a_file_and_a_link_to_it_have_one_lock() {
    let dir = tempfile::tempdir().unwrap();
    let (folder, link) = (dir.path().join("data"), dir.path().join("b.db"));
    std::fs::create_dir(&folder).unwrap();
    let path = folder.join("b.db");
    drop(world_at(&path).await);
    std::os::unix::fs::symlink(&path, &link).unwrap();
    std::os::unix::fs::symlink(&folder, dir.path().join("way")).unwrap();
    let held = Hold::take(&path).unwrap();
    for other in [link.clone(), dir.path().join("way/b.db")] {
        assert!(matches!(Hold::take(&other), Err(StoreError::Unopened(Unopened::InUse { .. }))), "{}", other.display());
    }
    assert!(matches!(Hold::take(&dir.path().join("way/new.db")), Ok(new) if new.path() == folder.join("new.db")));
    drop(held);
    Hold::take(&link).unwrap();
    assert!(!dir.path().join("b.db.lock").exists());
}

#[tokio::test]
async fn what_root_makes_belongs_to_the_service() {
    use std::os::unix::fs::{MetadataExt as _, chown};
    let dir = tempfile::tempdir().unwrap();
    // Only root can give files away; for everybody else there is nothing to see.
    if chown(dir.path(), Some(65_534), Some(65_534)).is_err() {
        return;
    }
    let path = dir.path().join("b.db");
    drop(world_at(&path).await);
    for part in ["b.db", "b.db.lock"] {
        assert_eq!(std::fs::metadata(dir.path().join(part)).unwrap().uid(), 65_534, "{part}");
    }
    std::fs::remove_file(dir.path().join("b.db.lock")).unwrap();
    chown(&path, Some(12_345), None).unwrap();
    Hold::take(&path).unwrap();
    assert_eq!(std::fs::metadata(dir.path().join("b.db.lock")).unwrap().uid(), 12_345, "the file's owner goes first");
}

#[tokio::test]
async fn what_is_typed_as_a_user_name_is_kept_only_where_somebody_has_it() {
    let dir = tempfile::tempdir().unwrap();
    let path = dir.path().join("b.db");
    let (w, store) = world_at(&path).await;
    w.store.sign_in_failed("482915", "QS-1").await.unwrap();
    w.store.sign_in_failed("luis", "QS-1").await.unwrap();
    drop((w, store));
    let conn = rusqlite::Connection::open(&path).unwrap();
    let mut entries = conn.prepare("SELECT entry FROM audit ORDER BY n DESC LIMIT 2").unwrap();
    let entries: Vec<String> = entries.query_map([], |row| row.get(0)).unwrap().map(Result::unwrap).collect();
    assert!(entries[0].contains("\"actor\":\"luis\"") && entries[1].contains("\"actor\":\"unknown\""), "{entries:?}");
    let mut bytes = std::fs::read(&path).unwrap();
    bytes.extend(std::fs::read(path.with_extension("db-wal")).unwrap_or_default());
    assert!(!bytes.windows(6).any(|w| w == b"482915"));
}

#[tokio::test]
async fn a_link_that_cannot_be_read_keeps_no_other_one_alive() {
    let dir = tempfile::tempdir().unwrap();
    let path = dir.path().join("b.db");
    let (w, _store) = world_at(&path).await;
    let broken = w.mailing().await;
    w.clock.advance(1);
    let (case, period) = w.called(turno(3), &luis()).await;
    let ask = w.ask_for(case, period, turno(3), &luis());
    w.store.accept_reset(ask.clone()).await.unwrap();
    let conn = rusqlite::Connection::open(&path).unwrap();
    let changed = conn.execute("UPDATE links SET state = 'lost' WHERE id = ?1", [broken.link.id.as_bytes()]).unwrap();
    assert_eq!(changed, 1);
    w.clock.advance(180_000);
    assert_eq!(w.store.overdue().await.unwrap().len(), 2);
    let told = w.store.expire_due().await.unwrap_err();
    assert!(matches!(told, StoreError::Defect(_)) && told.to_string().contains("lost"), "{told}");
    assert_eq!(w.store.overdue().await.unwrap(), [broken.link.id]);
}

/// Ends the writer, as a defect would.
struct Panics;

impl UseCase for Panics {
    type Out = ();

    async fn run<T: Tx>(self, _: &mut T) -> Answer<()> {
        panic!("a defect");
    }
}

#[tokio::test]
async fn a_writer_or_readers_that_ended_show() {
    let dir = tempfile::tempdir().unwrap();
    let (w, store) = world_at(&dir.path().join("b.db")).await;
    assert!(probe::tried(&store).await && w.store.works().await);
    assert!(matches!(store.write(Panics).await, Err(StoreError::Unknown)));
    assert!(!probe::tried(&store).await);
    assert!(w.store.abandon_key(w.id(), &ana()).await.is_err());

    let (_w, store) = world_at(&dir.path().join("c.db")).await;
    assert!(matches!(store.read(Panics).await, Err(StoreError::Unknown)));
    assert!(probe::tried(&store).await, "one reader is left");
    assert!(matches!(store.read(Panics).await, Err(StoreError::Unknown)));
    assert!(!probe::tried(&store).await);
}

#[tokio::test]
async fn a_store_that_cannot_write_says_so_until_it_can() {
    let dir = tempfile::tempdir().unwrap();
    let path = dir.path().join("b.db");
    let (w, store) = world_at(&path).await;
    assert!(w.store.works().await);
    let other = rusqlite::Connection::open(&path).unwrap();
    other.execute_batch("BEGIN IMMEDIATE").unwrap();
    assert!(w.store.works().await, "whoever asks often makes no work: the answer is good for two seconds");
    assert!(!probe::tried(&store).await);
    assert!(!w.store.works().await);
    other.execute_batch("COMMIT").unwrap();
    assert!(probe::tried(&store).await, "without anybody writing meanwhile");
}

/// Fails with the commit and not before it.
struct FailsAtCommit;

impl UseCase for FailsAtCommit {
    type Out = ();

    async fn run<T: Tx>(self, tx: &mut T) -> Answer<()> {
        tx.rows("PRAGMA defer_foreign_keys = 1", Vec::new()).await?;
        let sql = "INSERT INTO periods (id, case_id, expires_at) VALUES ('p', 'no case', 0)";
        tx.run(sql, Vec::new()).await.map(|_| ())
    }
}

#[tokio::test]
async fn a_commit_that_failed_is_an_unknown_outcome_and_the_next_one_goes_on() {
    let dir = tempfile::tempdir().unwrap();
    let (w, store) = world_at(&dir.path().join("b.db")).await;
    let failed = store.write(FailsAtCommit).await.unwrap_err();
    assert!(matches!(failed, StoreError::Unknown), "{failed}");
    assert_eq!(failed.code(), E::OutcomeUnknown);
    let ask = w.ask().await;
    assert!(!w.store.accept_reset(ask).await.unwrap().replayed);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn in_a_shared_commit_one_that_fails_fails_alone() {
    let dir = tempfile::tempdir().unwrap();
    let (w, _store) = world_at(&dir.path().join("b.db")).await;
    let ask = w.ask().await;
    let w = Arc::new(w);
    let mut tasks = Vec::new();
    for n in 0..60 {
        let (w, ask) = (w.clone(), ask.clone());
        tasks.push(tokio::spawn(async move {
            match n % 3 {
                0 => {
                    // Its key row is written first and must be gone after the refusal.
                    let mut bad = AcceptReset { key: w.id(), ..ask };
                    bad.request.attestations.clear();
                    assert_eq!(code(w.store.accept_reset(bad.clone()).await), E::DossierIncomplete);
                    assert_eq!(code(w.store.reset_by_key(bad.key, &ana()).await), E::ResetUnknown);
                }
                1 => assert_eq!(w.store.abandon_key(w.id(), &ana()).await.unwrap(), Abandoned::Tombstone),
                _ => assert!(w.store.look(COMPANY, ask.request.case_id, &ana()).await.is_ok()),
            }
        }));
    }
    for task in tasks {
        task.await.unwrap();
    }
    w.store.verify_audit("QS").await.unwrap();
    assert!(!w.store.accept_reset(ask).await.unwrap().replayed);
}

/// `Some`: the file may not grow by a page. `None`: it may again.
struct Limit(Option<()>);

impl UseCase for Limit {
    type Out = ();

    async fn run<T: Tx>(self, tx: &mut T) -> Answer<()> {
        let sql = match self.0 {
            Some(_) => "PRAGMA max_page_count = 1",
            None => "PRAGMA max_page_count = 1000000",
        };
        tx.rows(sql, Vec::new()).await.map(|_| ())
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn on_a_full_disk_nothing_is_done_and_later_all_goes_on() {
    let dir = tempfile::tempdir().unwrap();
    let (w, store) = world_at(&dir.path().join("b.db")).await;
    let ask = w.ask().await;
    // A limit below the size of the file means: not one page more.
    store.write(Limit(Some(()))).await.unwrap();
    let mut refused = 0;
    let mut tombs = Vec::new();
    for _ in 0..400 {
        let key = w.id();
        match store.abandon_key(key, &ana()).await {
            Ok(_) => tombs.push(key),
            Err(StoreError::Unavailable(_)) => refused += 1,
            Err(other) => panic!("{other}"),
        }
    }
    assert!(refused > 0, "the file never was full");
    assert!(matches!(store.accept_reset(ask.clone()).await, Err(StoreError::Unavailable(_))));
    assert_eq!(code(store.reset_by_key(ask.key, &ana()).await), E::ResetUnknown);
    store.verify_audit("QS").await.unwrap();
    for key in tombs {
        assert_eq!(code(store.reset_by_key(key, &ana()).await), E::ResetAbandoned, "acknowledged means there");
    }
    store.write(Limit(None)).await.unwrap();
    assert!(!store.accept_reset(ask).await.unwrap().replayed);
}

#[tokio::test]
async fn the_file_holds_hashes_and_nothing_that_opens_a_door() {
    let dir = tempfile::tempdir().unwrap();
    let path = dir.path().join("b.db");
    let clock = Arc::new(ManualClock::at(MORNING));
    let store = open(&path, &clock).unwrap();
    let mut extract = day().day;
    for (person, pin) in extract.staff.iter_mut().zip(["482915", "736201", "915374"]) {
        person.pin = pin.into();
    }
    for device in &mut extract.devices {
        device.secret = Some("clear-device-secret".into());
        device.enrollment_code = Some(format!("clear-code-{}-{}", device.center, device.counter));
    }
    crate::import::import(&store, extract, &mut || [7; 16]).await.unwrap();
    let ana_try = store.begin_sign_in("ana").await.unwrap().unwrap();
    assert!(ana_try.pin_hash.starts_with("$argon2id$"));
    drop(store);
    let mut bytes = std::fs::read(&path).unwrap();
    bytes.extend(std::fs::read(path.with_extension("db-wal")).unwrap_or_default());
    for secret in ["482915", "736201", "915374", "clear-device-secret", "clear-code"] {
        assert!(!bytes.windows(secret.len()).any(|w| w == secret.as_bytes()), "{secret}");
    }
}
