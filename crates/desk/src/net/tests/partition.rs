//! The desk and a backend on two machines of a simulated network that breaks in the middle of a reset: never two live
//! resets, and in the end both sides agree.

use std::net::{IpAddr, Ipv4Addr};

use super::model::Model;
use super::*;
use crate::view::ResetView as View;

struct SimDial;

impl Dial for SimDial {
    fn dial(&self, to: &Uri) -> Dialing {
        let (host, port) = (to.host().unwrap().to_owned(), to.port_u16().unwrap());
        Box::pin(async move {
            let stream = turmoil::net::TcpStream::connect((host, port)).await?;
            Ok(Box::new(TokioIo::new(stream)) as Box<dyn ventanilla_client::Line>)
        })
    }
}

/// When the network breaks, in milliseconds after the key press, and for how long.
fn partitioned_at(after_ms: u64, for_ms: u64) {
    let mut sim = turmoil::Builder::new()
        .simulation_duration(Duration::from_secs(600))
        .min_message_latency(Duration::from_millis(5))
        .max_message_latency(Duration::from_millis(40))
        .rng_seed(after_ms)
        .build();
    let rig = Rig::closed();
    let dir = rig.dir.clone();
    let random = Arc::clone(&rig.random);
    let model: Arc<std::sync::OnceLock<Arc<Model>>> = Arc::default();

    let shared = Arc::clone(&model);
    sim.host("backend", move || {
        let shared = Arc::clone(&shared);
        async move {
            let clock: Arc<dyn Clock> = Arc::new(TokioClock::new());
            let model = Arc::clone(shared.get_or_init(|| Model::new(clock, Box::new(|_| ()))));
            {
                let mut state = model.state();
                state.turnos = vec![turno(Uuid::from_u128(0xA014), "A-014", Some(TEN - 1_800_000))];
                state.employer = Some(employer());
            }
            let listener = turmoil::net::TcpListener::bind((IpAddr::V4(Ipv4Addr::UNSPECIFIED), 80)).await?;
            loop {
                let (stream, _) = listener.accept().await?;
                tokio::spawn(Arc::clone(&model).serve(stream));
            }
        }
    });

    let shared = Arc::clone(&model);
    sim.client("desk", async move {
        let client = Client::with_dial("http://backend:80", Arc::new(SimDial), Deadlines::default())?;
        let desk = desk_at(dir, Arc::new(TokioClock::new()), random, client, Pace::default());
        sign_in(&desk).await;
        let case = loop {
            if let Some(row) = desk.queue().unwrap().upcoming.first() {
                break row.case_id.clone();
            }
            tokio::time::sleep(Duration::from_millis(100)).await;
        };
        bring_to_ready(&desk, &case).await;
        let model = Arc::clone(shared.get().unwrap());

        let breaking = tokio::spawn(async move {
            tokio::time::sleep(Duration::from_millis(after_ms)).await;
            turmoil::partition("desk", "backend");
            tokio::time::sleep(Duration::from_millis(for_ms)).await;
            turmoil::repair("desk", "backend");
        });
        let pressed = desk.send_reset(case.clone()).await;
        let never_two = |model: &Model| {
            let state = model.state();
            let live = state.resets.values().filter(|l| !crate::store::resets::is_final(l.reset.state)).count();
            assert!(live <= 1 && state.accepted <= 1, "{live} live, {} accepted", state.accepted);
        };
        never_two(&model);
        // The clerk presses whatever the window offers until a link lives.
        let mut presses = 0;
        while !matches!(desk.open_case(case.clone()).unwrap().reset, View::Live { .. }) {
            tokio::time::sleep(Duration::from_millis(500)).await;
            desk.touch().unwrap();
            never_two(&model);
            match desk.open_case(case.clone()).unwrap().reset {
                View::NotFound => drop(desk.resend(case.clone()).await),
                View::Ready { .. } => drop(desk.send_reset(case.clone()).await),
                View::Sending | View::Unknown | View::Live { .. } | View::NotYet { .. } => {}
                other => panic!("{other:?} (pressed: {pressed:?})"),
            }
            presses += 1;
            assert!(presses < 300, "it never came to an end");
        }
        breaking.await.unwrap();
        tokio::time::sleep(Duration::from_secs(20)).await;
        never_two(&model);
        let state = model.state();
        assert_eq!((state.accepted, state.links), (1, 1));
        let bodies: std::collections::HashSet<_> = state.bodies.iter().collect();
        assert!(bodies.len() <= 1 || state.keys.len() > 1, "one key, one body");
        Ok(())
    });
    sim.run().unwrap();
}

#[test]
fn a_partition_at_any_moment_of_a_reset_never_makes_two() {
    // Before the line opens, while it opens, after the request left, after the answer left; short and long ones.
    for after_ms in [0, 3, 10, 25, 45, 70, 100, 140, 200] {
        for for_ms in [300, 12_000] {
            partitioned_at(after_ms, for_ms);
        }
    }
}
