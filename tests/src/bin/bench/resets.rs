//! Resets that the embedded backend accepts, durable when it answers, from 16 clients over HTTP; beside the rows that
//! they leave, inserted by one thread into a bare SQLite file, one commit each.

use std::collections::BTreeMap;
use std::net::TcpListener;
use std::sync::Mutex;
use std::time::Instant;

use rusqlite::{Connection, OpenFlags};
use serde_json::{Value, json};
use uuid::Uuid;
use ventanilla_backend::import::DayTurno;
use ventanilla_tests::backend::{Backend, Curl, reset_body};
use ventanilla_tests::world::{PIN, clerk, day, today};
use ventanilla_training::{CENTER, COUNTER, Lesson};

use crate::bare::{self, Write};
use crate::table::{Table, Target};

const CLIENTS: usize = 16;
const EACH: usize = 100;
const ROUNDS: usize = 4;

/// Measures it.
pub fn measure(table: &mut Table) {
    let folder = tempfile::tempdir().unwrap();
    // A mail server that never says a word: what is measured is the accepting of resets, not the sending of mail.
    let silent = TcpListener::bind("127.0.0.1:0").unwrap();
    let port = silent.local_addr().unwrap().port();
    std::thread::spawn(move || silent.incoming().collect::<Vec<_>>());
    let mut day = day();
    let company = Lesson::Company.employer(today());
    let first = day.turnos[0].clone();
    for n in 0..CLIENTS * EACH {
        let number = format!("179{n:07}001");
        day.employers.push(ventanilla_backend::import::DayEmployer { number: number.clone(), ..company.clone() });
        day.turnos.push(DayTurno { id: Uuid::now_v7(), ticket: format!("R-{n:04}"), number, ..first.clone() });
    }
    let backend = Backend::start(folder.path(), port, &day, "");
    let code = backend.enrollment_code(CENTER, COUNTER);
    let curl = Curl::at(backend.url()).enrolled(&code).signed_in(clerk(), PIN);
    let cedula = company.representative.cedula.clone();
    let bodies: Vec<Value> = day
        .turnos
        .iter()
        .filter(|turno| turno.ticket.starts_with("R-"))
        .map(|turno| body(&curl, turno, company.email.as_deref().unwrap_or_default(), &cedula))
        .collect();

    let file = backend.folder.join("backend.db");
    let read = Connection::open_with_flags(&file, OpenFlags::SQLITE_OPEN_READ_ONLY).unwrap();
    let start = bare::snapshot(&read);
    let bare_file = |name: &str| {
        let mut conn = Connection::open(folder.path().join(name)).unwrap();
        bare::prepare(&conn);
        bare::copy(&read, &start, &mut conn);
        conn
    };
    let (mut single, mut grouped) = (bare_file("single.db"), bare_file("grouped.db"));
    let (mut ours_s, mut single_s, mut grouped_s) = (0.0, 0.0, 0.0);
    for round in bodies.chunks(CLIENTS * EACH / ROUNDS) {
        let before = bare::snapshot(&read);
        ours_s += accept(&curl, round);
        let after = bare::snapshot(&read);
        let resets = one_by_one(bare::writes(&before, &after), round.len());
        single_s += write(&mut single, &resets);
        let groups: Vec<Vec<Write>> = resets.chunks(CLIENTS).map(<[Vec<Write>]>::concat).collect();
        grouped_s += write(&mut grouped, &groups);
    }
    #[allow(clippy::cast_precision_loss)]
    let count = bodies.len() as f64;
    let ours = count / ours_s;
    table.add(
        "durable resets at 16 clients over HTTP",
        "/s",
        ours,
        Some(("same inserts, bare SQLite, a commit each", count / single_s)),
        Target::ShareOfFloor(0.6),
    );
    // The backend commits together what waits together; so this is what it could reach if all of it were inserting.
    let grouped = count / grouped_s;
    table.add("… the same", "/s", ours, Some(("same inserts, a commit for 16", grouped)), Target::None);
}

/// One commit for each group; answers the seconds it took.
fn write(conn: &mut Connection, groups: &[Vec<Write>]) -> f64 {
    let begun = Instant::now();
    for writes in groups {
        bare::commit(conn, writes);
    }
    begun.elapsed().as_secs_f64()
}

/// Brings a case into service; answers the body of its reset.
fn body(curl: &Curl, turno: &DayTurno, email: &str, cedula: &str) -> Value {
    let case = Uuid::now_v7();
    let called = curl.post(&format!("/v1/turnos/{}/call", turno.id), &json!({ "case_id": case }));
    assert!(called.status < 300, "{called:?}");
    let period = called.body["service_period"]["id"].as_str().unwrap();
    reset_body((&case.to_string(), &turno.id.to_string(), period), &turno.number, email, cedula)
}

/// Sends all of them from 16 clients; answers the seconds it took.
fn accept(curl: &Curl, bodies: &[Value]) -> f64 {
    let begun = Instant::now();
    let next = Mutex::new(bodies.iter());
    std::thread::scope(|scope| {
        for _ in 0..CLIENTS {
            scope.spawn(|| {
                let client = curl.kept();
                loop {
                    let Some(body) = next.lock().unwrap().next() else { return };
                    let key = Uuid::now_v7().to_string();
                    let answer = client.with("Idempotency-Key", &key).post("/v1/resets", body);
                    assert!(answer.status < 300, "{answer:?}");
                }
            });
        }
    });
    begun.elapsed().as_secs_f64()
}

/// The inserted rows, dealt out to `count` transactions of the same make-up.
fn one_by_one(writes: Vec<Write>, count: usize) -> Vec<Vec<Write>> {
    let mut by_table: BTreeMap<String, Vec<Write>> = BTreeMap::new();
    for write in writes.into_iter().filter(bare::is_insert) {
        by_table.entry(write.table.clone()).or_default().push(write);
    }
    let mut out = vec![Vec::new(); count];
    for rows in by_table.into_values() {
        let all = rows.len();
        for (n, row) in rows.into_iter().enumerate() {
            out[n * count / all].push(row);
        }
    }
    out
}
