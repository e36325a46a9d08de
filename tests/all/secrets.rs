//! A dump of databases and logs holds no token, key, PIN or database key (M9, M10, M24, M35).

use std::fs;
use std::path::{Path, PathBuf};
use std::sync::Arc;

use ventanilla_desk::edge::{Clock, SystemClock, SystemRandom};
use ventanilla_desk::keys::{KdfParams, KeyRing, MachineSecret, Passphrase};
use ventanilla_desk::store::{Db, DbDeps};
use ventanilla_tests::browser::Phone;
use ventanilla_tests::desk::{Clerk, set_key};
use ventanilla_tests::screen::Screen;
use ventanilla_tests::world::{KEY, PASSPHRASE, PIN, World, clerk, today};
use ventanilla_training::Lesson;

fn files(folder: &Path, into: &mut Vec<PathBuf>) {
    for entry in fs::read_dir(folder).unwrap() {
        let path = entry.unwrap().path();
        if path.is_dir() {
            files(&path, into);
        } else if path.is_file() {
            into.push(path);
        }
    }
}

fn holds(bytes: &[u8], secret: &[u8]) -> bool {
    bytes.windows(secret.len()).any(|w| w == secret)
}

/// Every value of every table, as text.
fn dump(conn: &rusqlite::Connection) -> String {
    let mut names = conn.prepare("SELECT name FROM sqlite_schema WHERE type = 'table'").unwrap();
    let tables: Vec<String> = names.query_map([], |r| r.get(0)).unwrap().map(Result::unwrap).collect();
    let mut text = String::new();
    for table in tables {
        let Ok(mut rows) = conn.prepare(&format!("SELECT * FROM \"{table}\"")) else { continue };
        let columns = rows.column_count();
        let mut rows = rows.query([]).unwrap();
        while let Some(row) = rows.next().unwrap() {
            for column in 0..columns {
                match row.get_ref(column).unwrap() {
                    rusqlite::types::ValueRef::Text(bytes) => text.push_str(&String::from_utf8_lossy(bytes)),
                    rusqlite::types::ValueRef::Blob(bytes) => {
                        text.push_str(&String::from_utf8_lossy(bytes));
                        text.extend(bytes.iter().map(|b| format!("{b:02x}")));
                    }
                    other => text.push_str(&format!("{other:?}")),
                }
                text.push('\n');
            }
        }
    }
    text
}

#[test]
fn a_dump_of_databases_and_logs_holds_no_secret() {
    let world = World::open();
    world.enroll();
    let screen = Screen::start(world.folder());
    let window = world.window(&screen);
    let mut hands = Clerk::at(&window.page, |_, _| {});
    hands.sign_in();
    hands.check_in("A-001");
    hands.call_next();
    hands.accept_all();
    hands.state_address(&Lesson::Company.employer(today()).email.unwrap());
    hands.send();
    let link = world.mail.wait_link(1);
    let phone = Phone::start(world.folder());
    set_key(&phone.page, &link, KEY, |_, _| {});
    hands.close_restored();
    drop(hands);
    window.close();

    let random = Arc::new(SystemRandom);
    let machine = Passphrase::new(&world.data, KdfParams::default(), random.clone());
    machine.give_passphrase(PASSPHRASE).unwrap();
    let mut ring = KeyRing::load(&world.data).unwrap();
    let clock = Arc::new(SystemClock::default());
    let database_key = ring.open(clerk(), PIN, &machine.secret().unwrap(), clock.now()).unwrap();
    let hex: String = database_key.iter().map(|b| format!("{b:02x}")).collect();
    let token = link.rsplit('/').next().unwrap().to_owned();
    let secrets: Vec<(&str, Vec<u8>)> = vec![
        ("token of the link", token.into_bytes()),
        ("key of the employer", KEY.as_bytes().to_vec()),
        ("PIN", PIN.as_bytes().to_vec()),
        ("passphrase", PASSPHRASE.as_bytes().to_vec()),
        ("database key", database_key.to_vec()),
        ("database key", hex.clone().into_bytes()),
        ("database key", hex.to_uppercase().into_bytes()),
        ("staff token", b"eyJhbGciOi".to_vec()),
        ("staff token", b"eyJ0eXAiOi".to_vec()),
    ];
    let mut heap: Vec<(String, Vec<u8>)> = Vec::new();
    let mut all = Vec::new();
    for folder in [&world.backend.folder, &world.data] {
        files(folder, &mut all);
    }
    all.push(world.folder().join("window.log"));
    for file in all {
        // The backend's own secrets lie apart on purpose; the mail itself holds the link.
        if !file.components().any(|c| c.as_os_str() == "secrets") {
            heap.push((file.display().to_string(), fs::read(&file).unwrap()));
        }
    }
    let (changes, _) = tokio::sync::broadcast::channel(1);
    let store = world.data.join("queue.db");
    assert!(!fs::read(&store).unwrap().starts_with(b"SQLite format 3"), "the workstation's file is enciphered");
    let db = Db::open(&store, &database_key, DbDeps { clock, random, changes }).unwrap();
    let desk = db.read(|c| Ok(dump(c))).unwrap();
    assert!(desk.contains("landrade"), "the dump shows what is there");
    heap.push(("dump of the workstation's store".to_owned(), desk.into_bytes()));
    let backend = rusqlite::Connection::open(world.backend.folder.join("backend.db")).unwrap();
    let backend = dump(&backend);
    assert!(backend.contains("landrade"));
    heap.push(("dump of the backend's store".to_owned(), backend.into_bytes()));
    for (place, bytes) in &heap {
        for (what, secret) in &secrets {
            assert!(!holds(bytes, secret), "{what} stands in {place}");
        }
    }
}
