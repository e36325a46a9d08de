//! Every way in which a case ends or rests, in the real window with real mail and paper; and what the telltale and the
//! printer say on the way.

use ventanilla_tests::backend::page as page_of;
use ventanilla_tests::desk::{Clerk, id};
use ventanilla_tests::driver::{Key, Page};
use ventanilla_tests::world::{KEY, OTHER_PIN, World, day, now, today};
use ventanilla_training::{Lesson, STAFF};

use crate::at_the_counter::{desk, desk_of, printed, says};

/// A light of the telltale.
fn light(step: &str) -> String {
    format!("{}[data-step=\"{step}\"]", id("light"))
}

fn case_is(state: &str) -> String {
    format!("{}[data-state=\"{state}\"]", id("case-zone"))
}

fn paper_is(state: &str) -> String {
    format!("{}[data-state=\"{state}\"]", id("paper"))
}

/// A complete dossier of `ticket` whose link is under way.
fn up_to_the_link(hands: &mut Clerk<'_>, ticket: &str, lesson: Lesson) {
    hands.check_in(ticket);
    hands.call_next();
    hands.accept_all();
    hands.state_address(&lesson.employer(today()).email.unwrap());
    hands.press_send();
}

#[test]
fn what_cannot_be_done_here_is_diverted_with_a_slip_that_says_where_it_goes_on() {
    let (world, _screen, window) = desk();
    let mut hands = Clerk::at(&window.page, |_, _| {});
    hands.sign_in();
    let ways = [
        ("A-007", Lesson::Blocked, "diverted_account_blocked", "Desbloqueo de Clave"),
        ("A-008", Lesson::Suspended, "diverted_ruc_not_active", "Regularice el RUC en el SRI"),
        ("A-009", Lesson::AppointmentLapsed, "diverted_appointment_lapsed", "Inscriba el nombramiento vigente"),
    ];
    for (number, (ticket, lesson, outcome, advice)) in ways.into_iter().enumerate() {
        hands.check_in(ticket);
        hands.call_next();
        assert!(!window.page.has(&id("reset-stated")), "{ticket} comes to no address and no link");
        hands.close_as(outcome);
        let employer = lesson.employer(today());
        says(&printed(&world, number + 1), &["Trámite derivado", &employer.representative.name, advice]);
    }
    assert!(world.mail.mails().is_empty());
    drop(hands);
    window.close();
}

#[test]
fn the_registro_civil_is_down_and_the_case_rests_until_the_time_shown_and_goes_on() {
    let (world, _screen, window) = desk();
    let page = &window.page;
    let mut hands = Clerk::at(page, |_, _| {});
    hands.sign_in();
    hands.check_in("A-013");
    hands.press_and_wait(Key::F2, &id("case-here"));
    hands.press_and_wait(Key::Enter, &case_is("on_hold"));
    let in_an_hour = now() + chrono::Duration::minutes(60);
    page.wait_text(&id("case-zone"), &in_an_hour.format("%H:").to_string());
    // Meanwhile the counter serves others, and the case keeps its place.
    hands.check_in("A-004");
    hands.call_next();
    hands.press_and_wait(Key::F4, &case_is("on_hold"));
    // The registry is back.
    let mut later = day();
    let number = Lesson::RegistroCivilDown.employer(today()).number;
    later.employers.iter_mut().filter(|e| e.number == number).for_each(|e| e.registro_civil_down = false);
    world.backend.import(&later);
    hands.find("A-013");
    page.wait(&case_is("on_hold"));
    hands.press_and_wait(Key::F4, &case_is("in_service"));
    page.wait(&id("dossier-line"));
    drop(hands);
    window.close();
}

#[test]
fn another_link_kills_the_one_before_and_who_cannot_finish_gets_a_slip() {
    let world = World::with(&day(), "[policy]\nreissue_cooldown_ms = 0\n");
    let (screen, window) = desk_of(&world);
    let page = &window.page;
    let mut hands = Clerk::at(page, |_, _| {});
    hands.sign_in();
    up_to_the_link(&mut hands, "A-001", Lesson::Company);
    page.wait(&light("handed_over"));
    let first = world.mail.wait_link(1);
    hands.press_and_wait(Key::F8, &light("reissued"));
    let second = world.mail.wait_link(2);
    assert_ne!(first, second);
    assert!(page_of(&second).contains("name=\"clave\""), "the newest link offers the form");
    assert!(!page_of(&first).contains("name=\"clave\""), "a link that was followed by another offers no form");
    // Nothing is cancelled by one slip of the hand.
    hands.press_and_wait(Key::Delete, &id("reset-confirm"));
    page.press(Key::Escape);
    page.until("the dialog goes", |p| !p.has(&id("reset-confirm")));
    hands.press_and_wait(Key::Delete, &id("reset-confirm"));
    page.click(&id("reset-confirm-yes"));
    page.wait(&case_is("closed"));
    page.wait(&paper_is("printed"));
    says(&printed(&world, 1), &["Enlace no completado", "anulado; ya no sirve", "www.iess.gob.ec"]);
    assert!(!page_of(&second).contains("name=\"clave\""), "the live link was cancelled");
    drop(hands);
    window.close();
    drop(screen);
}

#[test]
fn the_telltale_says_what_the_mail_server_said() {
    let (world, _screen, window) = desk();
    let page = &window.page;
    let mut hands = Clerk::at(page, |_, _| {});
    hands.sign_in();
    world.mail.greylist(1);
    up_to_the_link(&mut hands, "A-001", Lesson::Company);
    page.wait(&light("deferred"));
    page.wait_text(&light("deferred"), "451");
    page.wait(&light("handed_over"));
    give_up(&mut hands, page);
    world.mail.refuse();
    up_to_the_link(&mut hands, "A-003", Lesson::PublicEntity);
    page.wait(&light("refused"));
    page.wait_text(&light("refused"), "550");
    give_up(&mut hands, page);
    world.mail.bounce(world.backend.bounces());
    up_to_the_link(&mut hands, "A-005", Lesson::Household);
    page.wait(&light("bounced"));
    page.wait_text(&light("bounced"), "550");
    drop(hands);
    window.close();
}

/// Closes the case whose link is out.
fn give_up(hands: &mut Clerk<'_>, page: &Page) {
    hands.press_and_wait(Key::Delete, &id("reset-confirm"));
    page.click(&id("reset-confirm-yes"));
    page.wait(&case_is("closed"));
}

#[test]
fn the_printer_s_word_stands_on_the_screen_and_a_second_sheet_says_duplicata() {
    let (world, _screen, window) = desk();
    let page = &window.page;
    let mut hands = Clerk::at(page, |_, _| {});
    hands.sign_in();
    hands.check_in("A-006");
    hands.call_next();
    world.printer.set_paper(false);
    hands.press_and_wait(Key::F10, &id("close-panel"));
    hands.press_and_wait(Key::Enter, &case_is("closed"));
    page.wait(&paper_is("out_of_paper"));
    world.printer.set_paper(true);
    page.wait(&paper_is("printed"));
    assert!(!printed(&world, 1).contains("DUPLICATA"));
    hands.press_and_wait(Key::F9, &format!("{}:nth-of-type(2)", id("paper")));
    page.until("both sheets are out", |p| p.count(&paper_is("printed")) == 2);
    says(&printed(&world, 2), &["DUPLICATA", "Trámite derivado"]);
    drop(hands);
    window.close();
}

#[test]
fn who_does_not_come_and_who_goes_away_leave_the_line() {
    let (_world, _screen, window) = desk();
    let page = &window.page;
    let mut hands = Clerk::at(page, |_, _| {});
    hands.sign_in();
    for (ticket, outcome) in [("A-001", "no_show"), ("A-004", "left")] {
        hands.check_in(ticket);
        hands.press_and_wait(Key::F2, &id("case-here"));
        hands.press_and_wait(Key::F10, &id("close-panel"));
        hands.choose_outcome(outcome);
        hands.find(ticket);
        page.wait(&case_is("closed"));
    }
    drop(hands);
    window.close();
}

#[test]
fn a_returned_case_is_taken_up_again_and_gets_its_key() {
    let (world, _screen, window) = desk();
    let page = &window.page;
    let mut hands = Clerk::at(page, |_, _| {});
    hands.sign_in();
    hands.check_in("A-004");
    hands.call_next();
    hands.accept_one();
    hands.refuse_one();
    hands.close_as("returned");
    page.click(&id("case-reopen"));
    page.wait(&case_is("waiting"));
    hands.call_next();
    let pending = format!("{}[data-standing=\"pending\"]", id("dossier-line"));
    page.until("the originals are to be seen again", |p| p.count(&pending) == 4);
    hands.accept_all();
    hands.state_address(&Lesson::NaturalPerson.employer(today()).email.unwrap());
    hands.send();
    offer_key(&world.mail.wait_link(1));
    hands.close_restored();
    says(&printed(&world, 2), &["Clave registrada", "José Ángel Peña Ibáñez"]);
    drop(hands);
    window.close();
}

#[test]
fn a_colleague_takes_a_case_over_and_finishes_it() {
    let (world, _screen, window) = desk();
    let page = &window.page;
    let mut hands = Clerk::at(page, |_, _| {});
    hands.sign_in();
    hands.check_in("A-001");
    hands.call_next();
    hands.accept_one();
    page.click(&id("sign-out"));
    hands.sign_in_as(STAFF[1].0, OTHER_PIN);
    page.wait_text(&id("case-zone"), "Lucía Andrade");
    assert!(!page.has(&id("line-accept")), "somebody else's dossier takes no key");
    page.click(&id("case-take-over"));
    page.wait(&id("line-accept"));
    hands.accept_all();
    hands.state_address(&Lesson::Company.employer(today()).email.unwrap());
    hands.send();
    offer_key(&world.mail.wait_link(1));
    hands.close_restored();
    says(&printed(&world, 1), &["Clave registrada", "Julián Ñoño"]);
    drop(hands);
    window.close();
}

#[test]
fn a_colleague_gives_up_a_link_that_was_under_way() {
    let (world, _screen, window) = desk();
    let page = &window.page;
    let mut hands = Clerk::at(page, |_, _| {});
    hands.sign_in();
    up_to_the_link(&mut hands, "A-001", Lesson::Company);
    page.wait(&light("handed_over"));
    page.click(&id("sign-out"));
    hands.sign_in_as(STAFF[1].0, OTHER_PIN);
    page.click(&id("case-take-over"));
    page.wait(&light("handed_over"));
    give_up(&mut hands, page);
    page.wait(&paper_is("printed"));
    says(&printed(&world, 1), &["Enlace no completado", "anulado; ya no sirve", "Julián Ñoño"]);
    drop(hands);
    window.close();
}

/// The employer sets the key, by plain HTTP.
fn offer_key(link: &str) {
    let answer = ureq::post(link).send_form([("clave", KEY), ("repetida", KEY)]).unwrap();
    assert_eq!(answer.status(), 200);
}
