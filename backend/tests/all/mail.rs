//! Mail as it really leaves and really comes back.

use std::io::{BufRead, BufReader, Write};
use std::net::TcpStream;

use crate::world::{EMAIL, KEY, Manner, World, link_of, log, offer, text_of, wait};

fn message_id(bytes: &[u8]) -> String {
    mail_parser::MessageParser::default().parse(bytes).unwrap().message_id().unwrap().to_owned()
}

fn say(address: std::net::SocketAddr, lines: &[&str]) -> Vec<String> {
    let mut stream = TcpStream::connect(address).unwrap();
    let mut answers = BufReader::new(stream.try_clone().unwrap());
    let mut said = vec![];
    let mut hear = |said: &mut Vec<String>| {
        let mut line = String::new();
        while line.is_empty() || line.as_bytes()[3] == b'-' {
            line.clear();
            answers.read_line(&mut line).unwrap();
        }
        said.push(line);
    };
    hear(&mut said);
    for line in lines {
        stream.write_all(format!("{line}\r\n").as_bytes()).unwrap();
        hear(&mut said);
    }
    said
}

fn report(to: &str) -> String {
    format!(
        "To: {to}\r\nContent-Type: multipart/report; report-type=delivery-status; boundary=b\r\nMIME-Version: 1.0\r\n\r\n\
         --b\r\nContent-Type: message/delivery-status\r\n\r\nReporting-MTA: dns; mx\r\n\r\nFinal-Recipient: rfc822; {EMAIL}\r\n\
         Action: failed\r\nStatus: 5.2.2\r\nDiagnostic-Code: smtp; 552 5.2.2 <{EMAIL}> mailbox full\r\n\r\n--b--\r\n."
    )
}

#[test]
fn a_greylisted_mail_is_deferred_with_its_reason_and_goes_out_as_the_same_mail() {
    let world = World::open();
    let clerk = world.clerk();
    *world.mail.manner.lock().unwrap() = Manner::PutsOff;
    let id = world.reset(&clerk);
    let deferred = world.wait_state(&clerk, &id, "deferred");
    let step = deferred["telltale"].as_array().unwrap().iter().find(|s| s["step"] == "deferred").unwrap().clone();
    assert!(step["reason"].as_str().unwrap().starts_with("451"), "{step}");
    *world.mail.manner.lock().unwrap() = Manner::Takes;
    world.clock.advance(2_000);
    let handed = world.wait_state(&clerk, &id, "handed_over");
    assert!(handed["remaining_ms"].as_u64().unwrap() <= 178_000, "the first expiry stands: {handed}");
    assert_eq!(offer(&world.link(), KEY, KEY).status, 200);
}

#[test]
fn a_deferred_mail_is_never_sent_after_its_time() {
    let world = World::open();
    let clerk = world.clerk();
    *world.mail.manner.lock().unwrap() = Manner::PutsOff;
    let id = world.reset(&clerk);
    world.wait_state(&clerk, &id, "deferred");
    *world.mail.manner.lock().unwrap() = Manner::Takes;
    world.clock.advance(180_000);
    world.wait_state(&clerk, &id, "expired");
    std::thread::sleep(std::time::Duration::from_millis(800));
    assert!(world.mail.mails.lock().unwrap().is_empty());
}

#[test]
fn a_refused_mail_is_told_with_the_servers_words_and_without_the_address() {
    let world = World::open();
    let clerk = world.clerk();
    *world.mail.manner.lock().unwrap() = Manner::Refuses;
    let id = world.reset(&clerk);
    let bounced = world.wait_state(&clerk, &id, "bounced");
    let step = bounced["telltale"].as_array().unwrap().iter().find(|s| s["step"] == "refused").unwrap().clone();
    assert!(step["reason"].as_str().unwrap().contains("550") && !step.to_string().contains('@'), "{step}");
    let tries = *world.mail.tries.lock().unwrap();
    world.clock.advance(60_000);
    std::thread::sleep(std::time::Duration::from_millis(600));
    assert_eq!(*world.mail.tries.lock().unwrap(), tries, "5xx is final");
}

#[test]
fn a_delivery_report_to_the_links_own_return_path_bounces_it_and_a_forged_one_does_not() {
    let world = World::open();
    let clerk = world.clerk();
    let (id, link) = world.with_link(&clerk);
    let from = world.mail.mails.lock().unwrap()[0].from.clone();
    let bounces = world.running().bounces.unwrap();
    let forged = from.replace("bounce+", "bounce+0");
    for address in [forged.as_str(), "x@rebotes.example", "x@elsewhere.example", &from.replace("rebotes", "otro")] {
        let said = say(bounces, &["EHLO mx", "MAIL FROM:<>", &format!("RCPT TO:<{address}>")]);
        assert!(said[3].starts_with("550"), "{address}: {said:?}");
    }
    let rcpt = format!("RCPT TO:<{from}>");
    let said = say(bounces, &["EHLO mx", "MAIL FROM:<>", &rcpt, "DATA", &report(&from)]);
    assert!(said[5].starts_with("250"), "{said:?}");
    let bounced = world.wait_state(&clerk, &id, "bounced");
    let step = bounced["telltale"].as_array().unwrap().iter().find(|s| s["step"] == "bounced").unwrap().clone();
    assert_eq!(step["reason"], "552 5.2.2 … mailbox full");
    assert_eq!(offer(&link, KEY, KEY).status, 200, "it may have arrived all the same");
}

#[test]
fn the_owner_hears_of_the_new_key_without_a_link() {
    let world = World::open();
    let clerk = world.clerk();
    let (_, link) = world.with_link(&clerk);
    assert_eq!(offer(&link, KEY, KEY).status, 200);
    let notice = wait("the notification", || world.mail.mails.lock().unwrap().get(1).cloned());
    let text = text_of(&notice);
    assert!(link_of(&text).is_none() && text.contains("90 días"), "{text}");
    assert_eq!(notice.to, [EMAIL]);
}

#[test]
fn a_mail_taken_but_not_told_goes_out_again_as_the_same_mail() {
    let mut world = World::open();
    let clerk = world.clerk();
    *world.mail.manner.lock().unwrap() = Manner::TakesAndDenies;
    let id = world.reset(&clerk);
    world.wait_state(&clerk, &id, "deferred");
    *world.mail.manner.lock().unwrap() = Manner::Takes;
    world.restart();
    world.clock.advance(2_000);
    let clerk = world.clerk();
    world.wait_state(&clerk, &id, "handed_over");
    let mails = world.mail.mails.lock().unwrap().clone();
    assert_eq!(mails.len(), 2, "it came twice");
    assert_eq!(message_id(&mails[0].bytes), message_id(&mails[1].bytes));
    assert_eq!(mails[0].bytes, mails[1].bytes, "the same token too");
}

#[test]
fn a_mail_that_hangs_holds_no_other_up() {
    let world = World::open();
    let clerk = world.clerk();
    *world.mail.manner.lock().unwrap() = Manner::Hangs;
    let id = world.reset(&clerk);
    wait("a mail that hangs", || (*world.mail.hanging.lock().unwrap() == 1).then_some(()));
    *world.mail.manner.lock().unwrap() = Manner::Takes;
    world.clock.advance(30_000);
    let again = clerk.keyed(uuid::Uuid::from_u128(4)).post(&format!("/v1/resets/{id}/links"), &serde_json::json!({}));
    assert_eq!(again.status, 201, "{again:?}");
    let began = std::time::Instant::now();
    world.wait_state(&clerk, &id, "handed_over");
    assert!(began.elapsed() < std::time::Duration::from_secs(6), "{:?}", began.elapsed());
    assert_eq!(world.mail.mails.lock().unwrap().len(), 1, "the first one still hangs");
}

#[test]
fn a_link_whose_key_is_elsewhere_waits_for_it() {
    let mut world = World::open();
    let clerk = world.clerk();
    *world.mail.manner.lock().unwrap() = Manner::PutsOff;
    let id = world.reset(&clerk);
    world.wait_state(&clerk, &id, "deferred");
    *world.mail.manner.lock().unwrap() = Manner::Takes;
    let keys = world.dir.path().join("secrets");
    let key = std::fs::read_dir(&keys).unwrap().map(|e| e.unwrap().path());
    let key = key.into_iter().find(|p| p.file_name().unwrap().to_string_lossy().starts_with("link-")).unwrap();
    let away = world.dir.path().join("away");
    std::fs::rename(&key, &away).unwrap();
    world.restart();
    world.clock.advance(2_000);
    let clerk = world.clerk();
    let missing = |world: &World| {
        let reset = world.wait_state(&clerk, &id, "deferred");
        reset["telltale"].as_array().unwrap().iter().any(|s| s["reason"] == "llave de enlaces ausente").then_some(())
    };
    wait("the missing key", || missing(&world));
    std::fs::rename(&away, &key).unwrap();
    world.restart();
    world.clock.advance(5_000);
    let clerk = world.clerk();
    world.wait_state(&clerk, &id, "handed_over");
    assert_eq!(offer(&world.link(), KEY, KEY).status, 200);
}

#[test]
fn no_token_no_key_and_no_address_lies_in_the_files_or_the_log() {
    let mut world = World::open();
    let clerk = world.clerk();
    let (_, link) = world.with_link(&clerk);
    assert_eq!(offer(&link, "Ambar-71xq!", "Ambar-71xr!").status, 422);
    assert_eq!(offer(&link, "Ambar-71xq!", "Ambar-71xq!").status, 200);
    wait("the notification", || world.mail.mails.lock().unwrap().get(1).cloned());
    world.rt.block_on(world.running.take().unwrap().stop());
    let token = link.rsplit('/').next().unwrap();
    let mut dump = Vec::new();
    for entry in std::fs::read_dir(world.dir.path()).unwrap().map(Result::unwrap) {
        if entry.path().is_file() {
            dump.extend(std::fs::read(entry.path()).unwrap());
        }
    }
    let holds = |haystack: &[u8], needle: &str| haystack.windows(needle.len()).any(|w| w == needle.as_bytes());
    let log = log();
    assert!(holds(&dump, "Panader"), "the dump is one");
    assert!(log.contains("/clave/{token}"), "the log is one, and names routes");
    for secret in [token, "Ambar-71xq!", "284617"] {
        assert!(!holds(&dump, secret), "{secret} lies in the files");
        assert!(!log.contains(secret), "{secret} lies in the log");
    }
    assert!(!log.contains(EMAIL), "the address lies in the log");
}
