//! What a clerk waits for in the real window: from a key press to the painted frame, and from a call to its answer with
//! 100,000 cases in the store. The web view's clock counts whole milliseconds.

use std::sync::Arc;
use std::time::Duration;

use serde_json::{Value, json};
use ventanilla_contract::turno::Turno;
use ventanilla_desk::edge::{Clock, SystemClock, SystemRandom};
use ventanilla_desk::keys::{KdfParams, KeyRing, MachineSecret, Passphrase};
use ventanilla_desk::store::{Db, DbDeps, cases, visits};
use ventanilla_domain::case::{CaseState, Outcome};
use ventanilla_domain::time::Millis;
use ventanilla_tests::desk::{Clerk, id};
use ventanilla_tests::driver::{Key, Page};
use ventanilla_tests::program;
use ventanilla_tests::screen::Screen;
use ventanilla_tests::window::Window;
use ventanilla_tests::world::{PASSPHRASE, PIN, World, clerk, today};
use ventanilla_training::CENTER;

use crate::table::{Table, Target, quantile};

const CASES: usize = 100_000;
/// Of them today's: waiting, expected and closed.
const OF_TODAY: usize = 40_000;
const TICKS: usize = 150;
const CALLS: usize = 300;
const SEARCHES: [&str; 7] = ["A-00123", "quishpe", "maría quishpe", "m", "179000005", "ñusta zambrano a-01", "zzz"];

/// From the key press to the moment after the frame in which the state of a line changed.
const WATCH: &str = "window.frames_ms = []; let pressed = null;
addEventListener('keydown', e => {
  const now = performance.now();
  pressed = now - e.timeStamp >= 0 && now - e.timeStamp < 1000 ? e.timeStamp : now;
}, true);
new MutationObserver(() => {
  if (pressed === null) return;
  const begun = pressed;
  pressed = null;
  requestAnimationFrame(() => {
    const after = new MessageChannel();
    after.port1.onmessage = () => window.frames_ms.push(performance.now() - begun);
    after.port2.postMessage(0);
  });
}).observe(document.body, { subtree: true, attributeFilter: ['data-standing'] });";

/// One call after the other, each after one that does nothing; answers how long each of both took.
const INVOKE: &str = "const [command, all, times, done] = arguments;
const timed = async (name, args) => {
  const begun = performance.now();
  await window.__TAURI_INTERNALS__.invoke(name, args);
  return performance.now() - begun;
};
(async () => {
  const out = [[], []];
  for (let i = 0; i < times; i++) {
    out[0].push(await timed('touch', {}));
    out[1].push(await timed(command, all[i % all.length]));
  }
  return out;
})().then(done, e => done('failed: ' + JSON.stringify(e)));";

/// Measures it.
pub fn measure(table: &mut Table) {
    let world = World::open();
    world.enroll();
    let screen = Screen::start(world.folder());

    let empty = Window::open_program(&program::built().join("empty"), &screen, &world.folder().join("empty"), &[]);
    let mut floor = frames(&empty.page, TICKS * 2, |page, _| page.press(Key::Enter));
    empty.close();

    let window = world.window(&screen);
    let mut hands = Clerk::at(&window.page, |_, _| {});
    hands.sign_in();
    hands.check_in("A-001");
    hands.call_next();
    let mut ticks = frames(&window.page, TICKS * 2, |page, n| {
        let first = format!("{}[data-document=\"cedula\"]", id("dossier-line"));
        if n % 2 == 0 {
            page.press(Key::Enter);
            page.wait(&format!("{first}[data-standing=\"accepted\"]"));
        } else {
            page.press(Key::Up);
            page.press(Key::Backspace);
            page.wait(&format!("{first}[data-standing=\"pending\"]"));
        }
    });
    table.add(
        "key press to painted frame, a tick and its taking back, p99",
        "ms",
        quantile(&mut ticks, 0.99),
        Some(("a key in an empty window", quantile(&mut floor, 0.99))),
        Target::AtMost(50.0),
    );
    drop(hands);
    window.close();

    fill(&world);
    let window = world.window(&screen);
    let mut hands = Clerk::at(&window.page, |_, _| {});
    hands.sign_in();
    window.page.wait(&id("queue-row"));
    for (what, command, arguments) in [
        ("queue page", "queue", vec![json!({})]),
        ("search", "search", SEARCHES.iter().map(|text| json!({ "text": text })).collect()),
        ("day page", "day", vec![json!({})]),
    ] {
        let [mut bare, mut times] = calls(&window.page, command, &arguments);
        let bare = quantile(&mut bare, 0.99);
        let name = format!("{what} at {CASES} cases, invoke to answer, p99");
        let target = if command == "day" { Target::None } else { Target::AtMost(16.0) };
        table.add(&name, "ms", quantile(&mut times, 0.99), Some(("a call that does nothing", bare)), target);
    }
    drop(hands);
    window.close();
}

fn frames(page: &Page, count: usize, mut press: impl FnMut(&Page, usize)) -> Vec<f64> {
    page.script(WATCH, vec![]);
    for n in 0..count {
        press(page, n);
        page.until("the frame is painted", |p| {
            p.script("return window.frames_ms.length", vec![]).as_u64().is_some_and(|seen| seen > n as u64)
        });
    }
    numbers(&page.script("return window.frames_ms", vec![]))
}

fn calls(page: &Page, command: &str, arguments: &[Value]) -> [Vec<f64>; 2] {
    let again = |times: usize| {
        let said = page.script_async(INVOKE, vec![command.into(), Value::from(arguments.to_vec()), times.into()]);
        assert!(said.is_array(), "{command}: {said}");
        [numbers(&said[0]), numbers(&said[1])]
    };
    again(20);
    again(CALLS)
}

fn numbers(said: &Value) -> Vec<f64> {
    said.as_array().unwrap().iter().map(|n| n.as_f64().unwrap()).collect()
}

/// Years of a busy counter, in the store of the world's workstation.
fn fill(world: &World) {
    let random = Arc::new(SystemRandom);
    let clock = Arc::new(SystemClock::default());
    let machine = Passphrase::new(&world.data, KdfParams::default(), random.clone());
    machine.give_passphrase(PASSPHRASE).unwrap();
    let mut ring = KeyRing::load(&world.data).unwrap();
    let key = ring.open(clerk(), PIN, &machine.secret().unwrap(), clock.now()).unwrap();
    let (changes, _) = tokio::sync::broadcast::channel(1);
    let now = clock.now();
    let db = Db::open(&world.data.join("queue.db"), &key, DbDeps { clock, random, changes }).unwrap();
    for chunk in (0..CASES).step_by(1_000) {
        db.mirror(|act| {
            for i in chunk..chunk + 1_000 {
                let turno = turno(act.new_id()?, i, now);
                let case = visits::upsert_turno(act, &turno)?.unwrap();
                let mut case = cases::need(act, case)?;
                let since = Millis(now.0 - 10_000_000 + i64::try_from(i).unwrap());
                if i >= OF_TODAY || i % 4 == 0 {
                    case.state = CaseState::Closed(Outcome::Left);
                    case.worked_day = Some(case.day);
                    case.waited_ms = Some(i64::try_from(i % 3_000_000).unwrap());
                    case.closed_at = Some(since);
                } else if i % 4 < 3 {
                    case.state = CaseState::Waiting;
                    case.waiting_since = Some(since);
                    case.preferential = i.is_multiple_of(50);
                }
                cases::put(act, &case)?;
            }
            Ok(())
        })
        .unwrap();
    }
}

fn turno(turno_id: uuid::Uuid, i: usize, now: Millis) -> Turno {
    let names = ["María", "José", "Luis", "Ana", "Rosa", "Ñusta", "Andrés", "Inés"];
    let families = ["Quishpe", "Núñez", "Pérez", "Mero", "Chávez", "Zambrano", "Guamán"];
    let day = if i < OF_TODAY { today() } else { today() - chrono::Days::new(1 + i as u64 % 300) };
    let minutes = i64::try_from(i % 600).unwrap();
    Turno {
        id: turno_id,
        ticket: format!("A-{i:05}"),
        center: CENTER.to_owned(),
        day: day.to_string(),
        appointed_at: (!i.is_multiple_of(3)).then_some(now.0 + minutes * 60_000 - 18_000_000),
        number: format!("{:013}", 1_790_000_000_000 + i as u64),
        employer_name: format!("Comercial {} S.A.", families[i % 7]),
        person_name: format!("{} {} {}", names[i % 8], families[i % 7], families[(i / 7) % 7]),
        preferential: false,
        walk_in: i.is_multiple_of(3),
        called_by: None,
    }
}

/// Long enough for the slowest machine to paint what it was asked for.
pub const SETTLE: Duration = Duration::from_secs(2);
