//! What happens at the same time: who waits, who wins, and that nobody is thrown out for it.

use std::sync::Arc;

use ventanilla_contract::reset::ResetState;
use ventanilla_domain::reset::LinkRefusal;

use super::super::*;
use super::resets::{event, push};
use super::world::*;

pub async fn a_closing_case_and_a_use_that_race_have_one_winner(w: World) {
    let ask = w.mailing().await;
    let closed = event(&ana(), 1, Some(ask.request.case_id), r#"{"kind":"closed","outcome":"link_not_completed"}"#);
    let who = ana();
    let (used, pushed) = tokio::join!(w.use_link(&ask.link), w.store.push_events(push(&who, 1, vec![closed]), &who));
    assert_eq!(pushed.unwrap(), 1);
    match used {
        Ok(_) => assert_eq!(w.state(ask.reset_id).await, ResetState::Used),
        Err(refusal) => {
            assert_eq!(refusal, LinkRefusal::Withdrawn);
            assert_eq!(w.state(ask.reset_id).await, ResetState::Cancelled);
        }
    }
    w.store.verify_audit("QS").await.unwrap();
}

pub async fn an_extract_beside_the_day_s_work_throws_nobody_out(w: World) {
    let ask = w.mailing().await;
    let w = Arc::new(w);
    let mut work = Vec::new();
    for n in 0..20_u32 {
        let (w, ask) = (w.clone(), ask.clone());
        work.push(tokio::spawn(async move {
            match n % 5 {
                0 => w.store.import(day()).await.unwrap(),
                1 => drop(w.store.page(ask.link.token_hash, PageEvent::KeyRefused).await.unwrap()),
                2 => drop(w.store.look(COMPANY, ask.request.case_id, &ana()).await.unwrap()),
                3 => drop(w.store.email_check(ask.request.case_id, COMPANY, ADDRESS, &ana()).await.unwrap()),
                _ => assert_eq!(w.store.expire_due().await.unwrap(), 0),
            }
        }));
    }
    for one in work {
        one.await.unwrap();
    }
    w.store.verify_audit("QS").await.unwrap();
}
