//! One dossier tick: from the command to the moment at which it is on disk, and to the answer with the whole case.

use std::fs::File;
use std::os::unix::fs::FileExt;
use std::path::Path;
use std::sync::Arc;
use std::thread::sleep;
use std::time::{Duration, Instant};

use rusqlite::Connection;
use ventanilla_client::{Client, ClientConfig};
use ventanilla_contract::reset::{Document, Seen};
use ventanilla_desk::edge::{SystemClock, SystemRandom};
use ventanilla_desk::keys::TrainingSecret;
use ventanilla_desk::view::{AcceptForm, Change};
use ventanilla_desk::{Deps, Desk, DeskConfig};
use ventanilla_tests::process::wait_for;
use ventanilla_tests::world::{PIN, World, clerk, today};
use ventanilla_training::{CENTER, COUNTER};

use crate::bare;
use crate::table::{Table, Target, median, ms};

const TICKS: usize = 300;
/// The desk hands its events over between two ticks, as it does between two key presses.
const BETWEEN: Duration = Duration::from_millis(20);

/// Measures it.
pub fn measure(table: &mut Table) {
    let world = World::open();
    let runtime = tokio::runtime::Builder::new_multi_thread().worker_threads(2).enable_all().build().unwrap();
    let desk = desk(&world, &runtime);
    let case = in_service(&desk, &runtime);
    let db = desk.db().unwrap();

    let mut floor = bare_file(&world.folder().join("bare.db"));
    let first = db.inspect(|c| Ok(bare::snapshot(c))).unwrap();
    db.inspect(|c| {
        bare::copy(c, &first, &mut floor);
        Ok(())
    })
    .unwrap();
    let raw = File::create(world.folder().join("raw")).unwrap();
    let block = [7_u8; 4096];

    // The desk tells the window of a change as soon as it is on disk; who listens is woken a little later than that.
    let mut changes = desk.changes();
    let (told, heard) = std::sync::mpsc::channel();
    std::thread::spawn(move || {
        while let Ok(change) = changes.blocking_recv() {
            if matches!(change, Change::Case { .. }) && told.send(Instant::now()).is_err() {
                return;
            }
        }
    });

    let (mut durable, mut answered, mut theirs, mut synced) = (Vec::new(), Vec::new(), Vec::new(), Vec::new());
    for tick in 0..TICKS + 20 {
        let form = AcceptForm {
            document: Document::RequestLetter,
            seen: Seen::Original,
            date: Some(today().to_string()),
            second_signature: false,
            cedula: None,
        };
        let before = db.inspect(|c| Ok(bare::snapshot(c))).unwrap();
        while heard.try_recv().is_ok() {}
        let begun = Instant::now();
        desk.accept(case.clone(), form).unwrap();
        let took = ms(begun.elapsed());
        let on_disk = ms(heard.recv().unwrap().duration_since(begun));
        let after = db.inspect(|c| Ok(bare::snapshot(c))).unwrap();
        sleep(BETWEEN);
        let writes = bare::writes(&before, &after);
        let begun = Instant::now();
        bare::commit(&mut floor, &writes);
        let bare = ms(begun.elapsed());
        let begun = Instant::now();
        raw.write_all_at(&block, tick as u64 * 4096).unwrap();
        raw.sync_data().unwrap();
        let sync = ms(begun.elapsed());
        // The first ones fill caches.
        if tick >= 20 {
            durable.push(on_disk);
            answered.push(took);
            theirs.push(bare);
            synced.push(sync);
        }
        sleep(BETWEEN);
    }
    let floor = median(&mut theirs);
    let bare = Some(("same rows, bare SQLCipher", floor));
    table.add("dossier tick, command to durable, median", "ms", median(&mut durable), bare, Target::TimesFloor(1.5));
    table.add("… to the answer with the whole case", "ms", median(&mut answered), bare, Target::None);
    table.add("… its floor", "ms", floor, Some(("4 KiB + fdatasync", median(&mut synced))), Target::None);
}

fn bare_file(path: &Path) -> Connection {
    let conn = Connection::open(path).unwrap();
    let key: String = ventanilla_tests::store::KEY.iter().map(|b| format!("{b:02x}")).collect();
    conn.pragma_update(None, "key", format!("x'{key}'")).unwrap();
    conn.pragma_update(None, "cipher_memory_security", false).unwrap();
    bare::prepare(&conn);
    conn.pragma_update(None, "secure_delete", true).unwrap();
    conn
}

/// A desk of this process at the world's backend, with its clerk signed in.
fn desk(world: &World, runtime: &tokio::runtime::Runtime) -> Desk {
    let folder = world.folder().join("bench-desk");
    let random = Arc::new(SystemRandom);
    let client = Client::new(&ClientConfig::new(world.backend.url())).unwrap();
    let mut config = DeskConfig::new(folder.clone());
    config.net.client = Some(client.clone());
    let secret = Arc::new(TrainingSecret::new(&folder, random.clone()));
    let desk = Desk::new(config, Deps { clock: Arc::new(SystemClock::default()), random, secret }).unwrap();
    let code = world.backend.enrollment_code(CENTER, COUNTER);
    runtime.block_on(async {
        desk.keep_device(&client.enroll(&code).await.unwrap()).unwrap();
        desk.sign_in(clerk().to_owned(), PIN.to_owned(), None).await.unwrap();
    });
    desk
}

/// Its first case, with the registries' word.
fn in_service(desk: &Desk, runtime: &tokio::runtime::Runtime) -> String {
    let case = wait_for("the turnos of the day", Duration::from_secs(20), || {
        desk.queue().unwrap().upcoming.iter().find(|row| row.ticket == "A-001").map(|row| row.case_id.clone())
    });
    desk.check_in(case.clone(), false).unwrap();
    runtime.block_on(async {
        desk.call_next().await.unwrap();
        desk.serve(case.clone()).await.unwrap();
        desk.consult(case.clone()).await.unwrap();
    });
    case
}
