//! What the durability recorder watches: opens a workstation's store and puts tick after tick into it, each one an act
//! like a clerk's. Prints `ack N` when the store said that tick N is done. Arguments: file, number of ticks, and the
//! word that breaks the promise on purpose.
#![allow(clippy::expect_used, reason = "a program of the tests stops at what it does not expect")]

use std::io::Write;
use std::path::Path;
use std::sync::Arc;

use ventanilla_contract::event::EventBody;
use ventanilla_contract::reset::{Document, Seen};
use ventanilla_desk::Actor;
use ventanilla_desk::store::meta;
use ventanilla_tests::store;

fn main() {
    let mut arguments = std::env::args().skip(1);
    let file = arguments.next().expect("a file");
    let count: u32 = arguments.next().and_then(|n| n.parse().ok()).expect("a number of ticks");
    let db = store::open(Path::new(&file)).expect("the store opens");
    if arguments.next().as_deref() == Some("synchronous=OFF") {
        db.inspect(|c| Ok(c.pragma_update(None, "synchronous", "OFF")?)).expect("the pragma");
    }
    db.mirror(|act| meta::set_device(act, &store::device())).expect("the device");
    let actor = Actor { username: "landrade".to_owned(), role: None };
    let case = ventanilla_desk::edge::new_id(
        &*Arc::new(ventanilla_desk::edge::SystemClock::default()),
        &ventanilla_desk::edge::SystemRandom,
    )
    .expect("an id");
    let mut out = std::io::stdout();
    for tick in 1..=count {
        let body = EventBody::DocumentAccepted {
            document: Document::RequestLetter,
            seen: Seen::Original,
            dated: Some("2026-11-24".to_owned()),
            second_signature: false,
        };
        db.act(&actor, |act| act.record(Some(case), body)).expect("the tick");
        writeln!(out, "ack {tick}").and_then(|()| out.flush()).expect("somebody listens");
    }
}
