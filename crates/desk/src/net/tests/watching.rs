//! The telltale and the countdown: the newest word wins, and the desk never shows too much time (M13, M14).

use ventanilla_contract::reset::{ResetState, Step};

use super::model::Fault;
use super::*;
use crate::view::LinkClock;

fn shown(net: &Net, case: &str) -> Option<u32> {
    match net.reset(case) {
        ResetView::Live { link } => match link.clock {
            LinkClock::Running { ms } => Some(ms),
            LinkClock::NotStarted | LinkClock::Unknown => None,
        },
        _ => None,
    }
}

#[tokio::test]
async fn the_countdown_is_never_above_the_backends() {
    let net = Net::new().await;
    let case = net.ready().await;
    // 1.2 s pass between the backend's word and its arrival.
    net.model.fault("POST /v1/resets", Fault::Slow(1_200));
    net.desk().send_reset(case.clone()).await.unwrap();
    for step in [0, 1, 700, 30_000, 60_000] {
        net.rig.clock.advance(step);
        let (desk, backend) = (shown(&net, &case).unwrap(), net.model.remaining().unwrap());
        assert!(desk <= backend, "{desk} > {backend}");
        assert!(backend - desk <= 1_200, "and not less than what the network took");
        a_while().await;
    }
}

#[tokio::test]
async fn the_clock_on_the_wall_does_not_bend_the_countdown() {
    let net = Net::new().await;
    let case = net.live().await;
    let before = shown(&net, &case).unwrap();
    net.rig.clock.set_wall(TEN - 86_400_000);
    assert_eq!(shown(&net, &case), Some(before));
    net.rig.clock.set_wall(TEN + 86_400_000);
    assert_eq!(shown(&net, &case), Some(before));
}

#[tokio::test]
async fn an_event_that_lay_in_the_network_does_not_lengthen_the_time() {
    let net = Net::new().await;
    let case = net.live().await;
    until("a stream", || matches!(net.reset(&case), ResetView::Live { link } if link.live).then_some(())).await;
    // The step is told; every question about it takes 9 s of the countdown.
    for _ in 0..3 {
        net.model.fault("GET /v1/resets/", Fault::Slow(9_000));
    }
    net.model.step(ResetState::HandedOver, Step::HandedOver);
    net.until_reset(
        "handed over",
        &case,
        |v| matches!(v, ResetView::Live { link } if link.telltale.iter().any(|l| l.step == Step::HandedOver)),
    )
    .await;
    assert!(shown(&net, &case).unwrap() <= net.model.remaining().unwrap());
}

#[tokio::test]
async fn without_a_stream_the_desk_asks_and_says_so() {
    let net = Net::new().await;
    net.model.state().streams = false;
    let case = net.live().await;
    net.model.step(ResetState::HandedOver, Step::HandedOver);
    let view = net.until_reset(
        "asked for",
        &case,
        |v| matches!(v, ResetView::Live { link } if link.telltale.iter().any(|l| l.step == Step::HandedOver)),
    );
    assert!(matches!(view.await, ResetView::Live { link } if !link.live));
    net.model.step(ResetState::Used, Step::KeySet);
    net.until_reset("the key is set", &case, |v| matches!(v, ResetView::KeySet { .. })).await;
}

#[tokio::test]
async fn a_stream_that_breaks_comes_back_and_nothing_is_missed() {
    let net = Net::new().await;
    let case = net.live().await;
    let live = |v: &ResetView| matches!(v, ResetView::Live { link } if link.live);
    net.until_reset("a stream", &case, live).await;
    net.model.state().streams = false;
    net.until_reset("it broke", &case, |v| matches!(v, ResetView::Live { link } if !link.live)).await;
    net.model.step(ResetState::HandedOver, Step::PersonOnPage);
    net.model.state().streams = true;
    net.until_reset("it is back", &case, live).await;
    net.until_reset(
        "and up to date",
        &case,
        |v| matches!(v, ResetView::Live { link } if link.telltale.iter().any(|l| l.step == Step::PersonOnPage)),
    )
    .await;
    net.model.step(ResetState::Used, Step::KeySet);
    net.until_reset("the key is set", &case, |v| matches!(v, ResetView::KeySet { .. })).await;
}

#[tokio::test]
async fn an_older_word_changes_nothing_whatever_way_it_comes() {
    let net = Net::new().await;
    let case = net.live().await;
    net.model.step(ResetState::HandedOver, Step::HandedOver);
    net.model.step(ResetState::Used, Step::KeySet);
    net.until_reset("the key is set", &case, |v| matches!(v, ResetView::KeySet { .. })).await;
    let old = {
        let state = net.model.state();
        let mut old = state.resets.values().next().unwrap().reset.clone();
        old.version = 2;
        old.state = ResetState::HandedOver;
        old
    };
    let changed = net.rig.db().mirror(|act| crate::store::resets::update(act, &old, 0)).unwrap();
    assert!(!changed);
    assert!(matches!(net.reset(&case), ResetView::KeySet { .. }));
}

#[tokio::test]
async fn a_restart_follows_the_link_again_and_shows_no_time_it_does_not_know() {
    let mut net = Net::new().await;
    let case = net.live().await;
    let url = net.model.listen().await;
    net.rig.desk = desk_on(&net.rig, &url, &net.doors);
    net.doors.refuse.store(u32::MAX, Ordering::SeqCst);
    sign_in_offline(&net).await;
    assert_eq!(shown(&net, &case), None, "another run's instants mean nothing");
    net.doors.refuse.store(0, Ordering::SeqCst);
    sign_in(net.desk()).await;
    net.model.step(ResetState::HandedOver, Step::HandedOver);
    until("counted again", || shown(&net, &case)).await;
    assert!(shown(&net, &case).unwrap() <= net.model.remaining().unwrap());
}

async fn sign_in_offline(net: &Net) {
    assert!(net.desk().sign_in("ana".into(), "4711".into(), None).await.unwrap().offline);
}
