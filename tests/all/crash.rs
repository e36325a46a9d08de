//! The desk is killed at random instants of the flow, reopened, and the case is finished: nothing that the screen had
//! shown is lost, nothing is sent twice. 50 kills; `scripts/kill-campaign` does 500.

use std::collections::BTreeMap;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::process::Command;
use std::sync::Mutex;
use std::sync::atomic::{AtomicU64, Ordering};
use std::time::{Duration, Instant};

use ventanilla_backend::import::DayFile;
use ventanilla_tests::chance::Chance;
use ventanilla_tests::desk::{Clerk, id, stage};
use ventanilla_tests::driver::{Key, Page};
use ventanilla_tests::paper;
use ventanilla_tests::screen::Screen;
use ventanilla_tests::world::{KEY, World, day, today};
use ventanilla_training::Lesson;

fn kills() -> u32 {
    std::env::var("VENTANILLA_KILLS").ok().and_then(|n| n.parse().ok()).unwrap_or(50)
}

fn ticket(round: u32) -> String {
    format!("K-{round:03}")
}

/// The fictional day with a turno of the same company for each round.
fn many_turnos() -> DayFile {
    let mut day = day();
    let first = day.turnos[0].clone();
    for round in 0..=kills() {
        let mut turno = first.clone();
        turno.id = uuid::Uuid::now_v7();
        turno.ticket = ticket(round);
        day.turnos.push(turno);
    }
    day
}

/// What the screen has shown of a case: the kill must not take it back.
#[derive(Default)]
struct Shown {
    accepted: AtomicU64,
    /// Where the case stood when the screen was last looked at.
    last: Mutex<String>,
}

fn state(page: &Page) -> String {
    let said =
        page.script("return document.querySelector(arguments[0])?.dataset.state ?? ''", vec![id("case-zone").into()]);
    said.as_str().unwrap_or_default().to_owned()
}

/// Takes the case from wherever it stands to the printed receipt.
fn work(page: &Page, world: &World, ticket: &str, shown: &Shown) {
    let mut hands = Clerk::at(page, |_, _| {});
    hands.sign_in();
    hands.find(ticket);
    let begun = Instant::now();
    loop {
        assert!(begun.elapsed() < Duration::from_secs(60), "{ticket} does not come to its end:\n{}", page.text("body"));
        let before = standing(page);
        let state = state(page);
        let stage = page
            .script("return document.querySelector(arguments[0])?.dataset.kind ?? ''", vec![id("reset-stage").into()]);
        *shown.last.lock().unwrap() = format!("{state} {}", stage.as_str().unwrap_or_default()).trim_end().to_owned();
        match state.as_str() {
            "scheduled" => page.press(Key::F7),
            "waiting" => page.press(Key::F2),
            "called" => click_if_there(page, &id("case-here")),
            "on_hold" => click_if_there(page, &id("case-resume")),
            "in_service" => dossier_and_reset(page, world, &mut hands, shown),
            "closed" if page.has(&format!("{}[data-state=\"printed\"]", id("paper"))) => return,
            "closed" => click_if_there(page, &id("paper-retry")),
            _ => {}
        }
        // A hand that waits for what it did to show; a second F2 would call somebody else.
        let acted = Instant::now();
        while standing(page) == before && acted.elapsed() < Duration::from_millis(1_500) {
            std::thread::sleep(Duration::from_millis(20));
        }
    }
}

/// All that an act of the clerk changes on the screen.
fn standing(page: &Page) -> String {
    let script = "return [...document.querySelectorAll('[data-testid]')].filter(e => e.dataset.state || e.dataset.kind || e.dataset.standing)
        .map(e => [e.dataset.testid, e.dataset.state, e.dataset.kind, e.dataset.standing].join()).join(';')";
    page.script(script, vec![]).as_str().unwrap_or_default().to_owned()
}

/// Clicks what may be gone a moment later.
fn click_if_there(page: &Page, css: &str) {
    page.script("document.querySelector(arguments[0])?.click()", vec![css.into()]);
}

fn dossier_and_reset(page: &Page, world: &World, hands: &mut Clerk<'_>, shown: &Shown) {
    let accepted = format!("{}[data-standing=\"accepted\"]", id("dossier-line"));
    if page.has(&format!("{}[data-standing=\"pending\"]", id("dossier-line"))) {
        let now = page.count(&accepted);
        assert!(now >= shown.accepted.load(Ordering::SeqCst), "a tick that was shown is gone");
        hands.accept_one();
        shown.accepted.store(page.count(&accepted), Ordering::SeqCst);
    } else if page.has(&stage("compare_address")) {
        hands.state_address(&Lesson::Company.employer(today()).email.unwrap());
    } else if page.has(&stage("ready")) || page.has(&stage("expired")) {
        page.press(Key::F8);
    } else if page.has(&stage("not_found")) {
        click_if_there(page, &id("reset-resend"));
    } else if page.has(&stage("live")) {
        let link = world.mail.mails().iter().filter_map(ventanilla_tests::mail::Mail::link).next_back();
        if let Some(link) = link {
            // A link of an earlier case is refused, and so is a second use: only the window's word counts.
            let form = [("clave", KEY), ("repetida", KEY)];
            let agent: ureq::Agent = ureq::Agent::config_builder().http_status_as_error(false).build().into();
            let _ = agent.post(&link).send_form(form);
        }
    } else if page.has(&stage("key_set")) {
        page.press(Key::Enter);
    }
}

#[test]
fn killed_at_any_instant_the_case_is_finished_and_nothing_is_sent_twice() {
    let mut chance = Chance::of_the_day();
    let world = World::with(&many_turnos(), "");
    world.enroll();
    let screen = Screen::start(world.folder());
    let mut window = world.window(&screen);
    let mut hit: BTreeMap<String, u32> = BTreeMap::new();
    // The first case is left in peace: it says how long the flow takes, and so from where to where instants are drawn.
    let begun = Instant::now();
    work(&window.page, &world, &ticket(0), &Shown::default());
    let flow_ms = usize::try_from(begun.elapsed().as_millis()).unwrap();
    window.kill();
    window = world.window(&screen);
    for round in 1..=kills() {
        let (ticket, shown) = (ticket(round), Shown::default());
        let (group, delay) = (window.group(), Duration::from_millis(chance.below(flow_ms) as u64));
        let executioner = std::thread::spawn(move || {
            std::thread::sleep(delay);
            Command::new("kill").args(["-KILL", "--", &format!("-{group}")]).status().unwrap()
        });
        // The hand that works loses its window: that it stops is what was wanted.
        let loud = std::panic::take_hook();
        std::panic::set_hook(Box::new(|_| {}));
        let _ = catch_unwind(AssertUnwindSafe(|| work(&window.page, &world, &ticket, &shown)));
        std::panic::set_hook(loud);
        executioner.join().unwrap();
        *hit.entry(shown.last.lock().unwrap().clone()).or_default() += 1;
        window.kill();
        window = world.window(&screen);
        work(&window.page, &world, &ticket, &shown);
        window.kill();
        window = world.window(&screen);
        let links = world
            .mail
            .mails()
            .iter()
            .filter_map(ventanilla_tests::mail::Mail::link)
            .collect::<std::collections::BTreeSet<_>>();
        assert_eq!(links.len() as u32, round + 1, "round {round} ({delay:?}): one reset, one link");
    }
    window.kill();
    println!("cases were killed while they were: {hit:?}");
    // The receipt was printed at least once for each case; a kill between printer and store may print a second sheet.
    let papers = paper::documents(&world.printer);
    assert!(papers.len() as u32 > kills());
    let (whole, said) = world.ventanilla(
        &["audit", "verify"],
        &format!(
            "{}\n{}\n{}\n",
            ventanilla_tests::world::PASSPHRASE,
            ventanilla_tests::world::clerk(),
            ventanilla_tests::world::PIN
        ),
    );
    assert!(whole, "the chain: {said}");
}
