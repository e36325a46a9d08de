//! The whole desk against a backend in memory that does what the contract says, and fails on order.

mod kill;
mod line;
pub(crate) mod model;
mod partition;
mod reset;
mod watching;

use std::path::PathBuf;
use std::sync::Arc;
use std::sync::atomic::{AtomicU32, Ordering};
use std::time::Duration;

use hyper::Uri;
use hyper_util::rt::TokioIo;
use uuid::Uuid;
use ventanilla_client::{Client, Deadlines, Dial, Dialing};

use self::model::Model;
use super::{NetConfig, Pace};
use crate::edge::Clock;
use crate::tests::{FixedSecret, QUICK, Rig, Seeded, TEN, employer, form, turno};
use crate::view::{CaseView, ResetView};
use crate::{Deps, Desk, DeskConfig};

const QUICKLY: Pace = Pace {
    tick: Duration::from_millis(20),
    pull: Duration::from_millis(100),
    ask: Duration::from_millis(40),
    backoff_min: Duration::from_millis(20),
    backoff_max: Duration::from_millis(80),
};

const PATIENT: Deadlines =
    Deadlines { connect: Duration::from_secs(2), total: Duration::from_secs(4), stream: Duration::from_secs(30) };

/// TCP that can be told not to open the next lines, or to hang.
#[derive(Default)]
pub(crate) struct Doors {
    refuse: AtomicU32,
    stall: AtomicU32,
}

pub(crate) struct DoorDial(pub(crate) Arc<Doors>);

impl Dial for DoorDial {
    fn dial(&self, to: &Uri) -> Dialing {
        let less = |n: &AtomicU32| n.fetch_update(Ordering::SeqCst, Ordering::SeqCst, |n| n.checked_sub(1)).is_ok();
        if less(&self.0.refuse) {
            return Box::pin(async { Err("refused".into()) });
        }
        if less(&self.0.stall) {
            return Box::pin(std::future::pending());
        }
        let address = to.authority().unwrap().to_string();
        Box::pin(async move {
            let stream = tokio::net::TcpStream::connect(address).await?;
            Ok(Box::new(TokioIo::new(stream)) as Box<dyn ventanilla_client::Line>)
        })
    }
}

/// A desk with its backend.
pub(crate) struct Net {
    pub(crate) rig: Rig,
    pub(crate) model: Arc<Model>,
    pub(crate) doors: Arc<Doors>,
    pub(crate) turno: Uuid,
}

pub(crate) fn desk_at(dir: PathBuf, clock: Arc<dyn Clock>, random: Arc<Seeded>, client: Client, pace: Pace) -> Desk {
    let mut config = DeskConfig::new(dir);
    config.kdf = QUICK;
    config.net = NetConfig { client: Some(client), pace };
    Desk::new(config, Deps { clock, random, secret: Arc::new(FixedSecret([7; 32])) }).unwrap()
}

impl Net {
    /// Enrolled; nobody signed in; one turno of today.
    pub(crate) async fn new() -> Self {
        let mut rig = Rig::closed();
        let passing = Arc::clone(&rig.clock);
        let model = Model::new(rig.clock.clone(), Box::new(move |ms| passing.advance(ms)));
        let turno_id = Uuid::from_u128(0xA014);
        {
            let mut state = model.state();
            state.turnos.push(turno(turno_id, "A-014", Some(TEN - 1_800_000)));
            state.employer = Some(employer());
        }
        let doors = Arc::new(Doors::default());
        let url = model.listen().await;
        rig.desk = desk_on(&rig, &url, &doors);
        Self { rig, model, doors, turno: turno_id }
    }

    pub(crate) fn desk(&self) -> &Desk {
        &self.rig.desk
    }

    /// Ana has signed in and the queue is there; answers the case.
    pub(crate) async fn signed_in(&self) -> String {
        sign_in(self.desk()).await;
        self.case().await
    }

    pub(crate) async fn case(&self) -> String {
        until("the turno is pulled", || {
            let queue = self.desk().queue().unwrap();
            let all = queue.upcoming.into_iter().chain(queue.waiting).chain(queue.serving);
            all.into_iter().find(|r| r.ticket == "A-014").map(|r| r.case_id)
        })
        .await
    }

    /// A case that is ready for its reset.
    pub(crate) async fn ready(&self) -> String {
        let case = self.signed_in().await;
        bring_to_ready(self.desk(), &case).await;
        case
    }

    /// A case whose link lives.
    pub(crate) async fn live(&self) -> String {
        let case = self.ready().await;
        let view = self.desk().send_reset(case.clone()).await.unwrap();
        assert!(matches!(view.reset, ResetView::Live { .. }), "{:?}", view.reset);
        case
    }

    pub(crate) fn reset(&self, case: &str) -> ResetView {
        self.desk().open_case(case.to_owned()).unwrap().reset
    }

    pub(crate) async fn until_reset(&self, what: &str, case: &str, wanted: impl Fn(&ResetView) -> bool) -> ResetView {
        until(what, || Some(self.reset(case)).filter(|v| wanted(v))).await
    }
}

pub(crate) fn desk_on(rig: &Rig, url: &str, doors: &Arc<Doors>) -> Desk {
    let client = Client::with_dial(url, Arc::new(DoorDial(Arc::clone(doors))), PATIENT).unwrap();
    desk_at(rig.dir.clone(), rig.clock.clone(), Arc::clone(&rig.random), client, QUICKLY)
}

pub(crate) async fn sign_in(desk: &Desk) {
    desk.sign_in("ana".into(), "4711".into(), None).await.unwrap();
}

pub(crate) async fn bring_to_ready(desk: &Desk, case: &str) -> CaseView {
    desk.check_in(case.to_owned(), false).unwrap();
    let view = desk.call_next().await.unwrap();
    assert_eq!(view.row.case_id, case);
    desk.serve(case.to_owned()).await.unwrap();
    let view = until("the registries answered", || {
        Some(desk.open_case(case.to_owned()).unwrap()).filter(|v| v.employer.is_some())
    })
    .await;
    for line in view.lines {
        desk.accept(case.to_owned(), form(line.document, line.default_seen)).unwrap();
    }
    let view = desk.compare_address(case.to_owned(), "Maria@eltrigo.ec".into()).await;
    // The model compares letter by letter.
    assert!(matches!(view.unwrap().reset, ResetView::CompareAddress { mismatch: true, .. }));
    let view = desk.compare_address(case.to_owned(), "maria@eltrigo.ec".into()).await.unwrap();
    assert!(matches!(view.reset, ResetView::Ready { .. }), "{:?}", view.reset);
    view
}

/// Waits for something that comes by itself, at most ten seconds.
pub(crate) async fn until<T>(what: &str, mut look: impl FnMut() -> Option<T>) -> T {
    for _ in 0..2_000 {
        if let Some(found) = look() {
            return found;
        }
        tokio::time::sleep(Duration::from_millis(5)).await;
    }
    panic!("never: {what}");
}

/// Lets everything that runs by itself run a few rounds.
pub(crate) async fn a_while() {
    tokio::time::sleep(Duration::from_millis(250)).await;
}

/// Time as tokio has it: real, or simulated.
pub(crate) struct TokioClock {
    start: tokio::time::Instant,
}

impl TokioClock {
    pub(crate) fn new() -> Self {
        Self { start: tokio::time::Instant::now() }
    }
}

impl Clock for TokioClock {
    fn now(&self) -> ventanilla_domain::time::Millis {
        ventanilla_domain::time::Millis(TEN + i64::try_from(self.mono_ms()).unwrap())
    }
    fn mono_ms(&self) -> u64 {
        u64::try_from(self.start.elapsed().as_millis()).unwrap()
    }
}
