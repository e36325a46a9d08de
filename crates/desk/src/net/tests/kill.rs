//! The program ends without a word, at the worst moments, and starts again over the same file (M11, M25).

use tokio::runtime::{Builder, Runtime};

use super::model::Fault;
use super::*;

fn runtime() -> Runtime {
    Builder::new_multi_thread().worker_threads(1).enable_all().build().unwrap()
}

/// The process ends: its tasks stop where they are. Starts again in a runtime of its own.
fn killed(net: &mut Net, process: Runtime, world: &Runtime) -> Runtime {
    process.shutdown_background();
    let url = world.block_on(net.model.listen());
    net.rig.desk = desk_on(&net.rig, &url, &net.doors);
    runtime()
}

#[test]
fn a_kill_between_intent_and_call_leaves_only_the_question() {
    let (world, process) = (runtime(), runtime());
    let mut net = world.block_on(Net::new());
    let case = process.block_on(async {
        let case = net.ready().await;
        net.doors.stall.store(u32::MAX, Ordering::SeqCst);
        let (desk, asked) = (net.desk().clone(), case.clone());
        tokio::spawn(async move { desk.send_reset(asked).await });
        net.until_reset("the intent is on disk", &case, |v| *v == ResetView::Sending).await;
        case
    });
    let process = killed(&mut net, process, &world);
    net.doors.stall.store(0, Ordering::SeqCst);
    process.block_on(async {
        sign_in(net.desk()).await;
        net.until_reset("asked, and nobody knows it", &case, |v| *v == ResetView::NotFound).await;
        a_while().await;
        assert_eq!(net.model.count("POST /v1/resets"), 0, "nothing but the question is automatic");
        assert!(net.model.count("GET /v1/resets/by-key/") > 0);
        let key = net.rig.db().read(|c| crate::store::resets::latest(c, case.parse().unwrap())).unwrap().unwrap().key;
        let view = net.desk().resend(case.clone()).await.unwrap();
        assert!(matches!(view.reset, ResetView::Live { .. }), "{:?}", view.reset);
        assert!(net.model.state().keys.contains_key(&key), "the key that was on disk before the kill");
        assert_eq!(net.model.state().accepted, 1);
    });
}

#[test]
fn a_kill_before_the_answer_finds_the_reset_by_its_key() {
    let (world, process) = (runtime(), runtime());
    let mut net = world.block_on(Net::new());
    let case = process.block_on(async {
        let case = net.ready().await;
        net.model.fault("POST /v1/resets", Fault::HangAfter);
        let (desk, asked) = (net.desk().clone(), case.clone());
        tokio::spawn(async move { desk.send_reset(asked).await });
        until("the backend accepted it", || (net.model.state().accepted == 1).then_some(())).await;
        assert_eq!(net.reset(&case), ResetView::Sending);
        case
    });
    let process = killed(&mut net, process, &world);
    process.block_on(async {
        sign_in(net.desk()).await;
        net.until_reset("adopted", &case, |v| matches!(v, ResetView::Live { .. })).await;
        assert_eq!((net.model.count("POST /v1/resets"), net.model.state().accepted), (1, 1));
    });
}

#[test]
fn a_kill_before_the_answer_to_another_link_finds_it_by_its_key() {
    let (world, process) = (runtime(), runtime());
    let mut net = world.block_on(Net::new());
    let case = process.block_on(async {
        let case = net.live().await;
        net.model.fault("POST /v1/resets/", Fault::HangAfter);
        let (desk, asked) = (net.desk().clone(), case.clone());
        tokio::spawn(async move { desk.reissue(asked).await });
        until("the backend issued it", || (net.model.state().links == 2).then_some(())).await;
        case
    });
    let process = killed(&mut net, process, &world);
    process.block_on(async {
        sign_in(net.desk()).await;
        until("settled", || {
            let id = case.parse().unwrap();
            net.rig.db().read(|c| crate::store::reissues::open(c, id)).unwrap().is_none().then_some(())
        })
        .await;
        net.until_reset("the new link", &case, |v| matches!(v, ResetView::Live { link } if link.links_today == 2))
            .await;
        assert_eq!((net.model.count("POST /v1/resets/"), net.model.state().links), (1, 2));
    });
}
