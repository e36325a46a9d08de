//! A small day: one centre with two counters, another with one, a company, a persona natural.

use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};
use std::time::Duration;

use ventanilla_contract::employer::{AccountState, Appointment, EmployerKind, Registry, Representative, RucStatus};
use ventanilla_contract::reset::{Attestation, Document, ResetRequest, Seen};
use ventanilla_contract::staff::Role;
use ventanilla_contract::turno::WalkIn;
use ventanilla_domain::policy::Policy;
use ventanilla_domain::time::Millis;

use super::super::engine::{Engine, Tx, UseCase, args, the};
use super::super::*;
use crate::clock::{Clock, ManualClock};
use crate::import::{DayCenter, DayDevice, DayEmployer, DayFile, DayStaff, DayTurno, Hashed};

/// 2026-11-24, 10:00 in Quito.
pub const MORNING: Millis = Millis(1_795_532_400_000);
pub const COMPANY: &str = "0993370026001";
pub const PERSON: &str = "1710034065001";
pub const ADDRESS: &str = "maria.nunez@eltrigo.ec";

/// What a test asks beside what the API can.
#[async_trait::async_trait]
pub trait Peek: Store {
    /// How many events of a centre are kept as flawed.
    async fn flaws(&self, center: &str) -> Answer<u32>;
    /// What the newest audit entry of a centre says.
    async fn newest(&self, center: &str) -> Answer<String>;
    /// The links that are to be marked as over.
    async fn overdue(&self) -> Answer<Vec<Uuid>>;
}

struct Flaws(String);

impl UseCase for Flaws {
    type Out = u32;

    async fn run<T: Tx>(self, tx: &mut T) -> Answer<u32> {
        const SQL: &str = "SELECT count(*) FROM events WHERE center = $1 AND flaw IS NOT NULL";
        the(tx, SQL, args![self.0]).await?.u32(0)
    }
}

struct Newest(String);

impl UseCase for Newest {
    type Out = String;

    async fn run<T: Tx>(self, tx: &mut T) -> Answer<String> {
        const SQL: &str = "SELECT entry FROM audit WHERE center = $1 ORDER BY n DESC LIMIT 1";
        the(tx, SQL, args![self.0]).await?.text(0)
    }
}

#[async_trait::async_trait]
impl<E: Engine> Peek for E {
    async fn flaws(&self, center: &str) -> Answer<u32> {
        self.read(Flaws(center.into())).await
    }

    async fn newest(&self, center: &str) -> Answer<String> {
        self.read(Newest(center.into())).await
    }

    async fn overdue(&self) -> Answer<Vec<Uuid>> {
        self.read(mailing::Overdue).await
    }
}

pub struct World {
    pub store: Arc<dyn Peek>,
    pub clock: Arc<ManualClock>,
    next: AtomicU64,
    _file: Option<(Hold, tempfile::TempDir)>,
}

pub fn actor(username: &str, center: &str, counter: &str) -> Actor {
    Actor {
        username: username.into(),
        role: Role::Clerk,
        center: center.into(),
        device_id: format!("{center}-{counter}"),
        counter: counter.into(),
    }
}

pub fn ana() -> Actor {
    actor("ana", "QS", "1")
}

pub fn luis() -> Actor {
    actor("luis", "QS", "2")
}

pub fn eva() -> Actor {
    actor("eva", "GY", "1")
}

pub fn turno(n: u128) -> Uuid {
    Uuid::from_u128(0x7000 + n)
}

pub fn day() -> Hashed {
    let center = |id: &str| DayCenter { id: id.into(), name: format!("Centro {id}"), utc_offset_minutes: -300 };
    let device = |center: &str, counter: &str| DayDevice {
        center: center.into(),
        counter: counter.into(),
        secret: None,
        enrollment_code: None,
    };
    let staff = |username: &str, center: &str| DayStaff {
        username: username.into(),
        name: username.to_uppercase(),
        role: Role::Clerk,
        center: center.into(),
        pin: String::new(),
    };
    let representative = |appointment| Representative {
        cedula: "1710034065".into(),
        name: "María Núñez Peña".into(),
        cedula_expires: Some("2031-04-30".into()),
        registries_agree: true,
        appointment,
    };
    let appointment = Appointment {
        registry: Registry::Supercias,
        registered_on: "2025-03-01".into(),
        valid_until: Some("2027-03-01".into()),
        second_signatory: None,
    };
    let employer = |number: &str, kind, appointment| DayEmployer {
        number: number.into(),
        name: "Panadería El Trigo S.A.S.".into(),
        kind,
        ruc_status: RucStatus::Active,
        representative: representative(appointment),
        email: Some(ADDRESS.into()),
        account: AccountState::Active,
        in_arrears: false,
        registro_civil_down: false,
        open_sessions: 2,
    };
    let turnos = [("QS", COMPANY), ("QS", COMPANY), ("QS", PERSON), ("GY", COMPANY)];
    let turnos = turnos.iter().zip(1..).map(|((center, number), n)| DayTurno {
        id: turno(n),
        center: (*center).into(),
        day: "2026-11-24".into(),
        ticket: format!("A-{n:03}"),
        number: (*number).into(),
        person_name: "María Núñez".into(),
        appointed_at: None,
        preferential: false,
    });
    let devices = vec![device("QS", "1"), device("QS", "2"), device("GY", "1")];
    Hashed {
        day: DayFile {
            centers: vec![center("QS"), center("GY")],
            staff: vec![staff("ana", "QS"), staff("luis", "QS"), staff("eva", "GY")],
            employers: vec![
                employer(COMPANY, EmployerKind::Company, Some(appointment)),
                employer(PERSON, EmployerKind::NaturalPerson, None),
            ],
            turnos: turnos.collect(),
            devices,
        },
        pins: vec!["pin-ana".into(), "pin-luis".into(), "pin-eva".into()],
        devices: vec![(Some([1; 32]), None), (Some([2; 32]), None), (Some([3; 32]), None)],
    }
}

impl World {
    pub async fn sqlite() -> Self {
        let dir = tempfile::tempdir().unwrap();
        let clock = Arc::new(ManualClock::at(MORNING));
        let hold = Hold::take(&dir.path().join("b.db")).unwrap();
        let store = SqliteStore::open(&hold, false, clock.clone(), Policy::default()).unwrap();
        Self::with(Arc::new(store), clock, Some((hold, dir))).await
    }

    pub async fn postgres(cluster: &crate::testing::Cluster) -> Self {
        let clock = Arc::new(ManualClock::at(MORNING));
        let time = PgTime::Given(clock.clone());
        let config = cluster.database().unwrap();
        let store = PgStore::connect(config, Policy::default(), time, Duration::from_secs(20)).await.unwrap();
        Self::with(Arc::new(store), clock, None).await
    }

    pub async fn with(store: Arc<dyn Peek>, clock: Arc<ManualClock>, file: Option<(Hold, tempfile::TempDir)>) -> Self {
        store.import(day()).await.unwrap();
        Self { store, clock, next: AtomicU64::new(1), _file: file }
    }

    pub fn id(&self) -> Uuid {
        Uuid::from_u128(0x9_0000 + u128::from(self.next.fetch_add(1, Ordering::SeqCst)))
    }

    pub fn link(&self) -> NewLink {
        let id = self.id();
        NewLink { id, kid: "k1".into(), token_hash: token_hash(id), mail_id: self.id() }
    }

    /// A walk-in's turno for an employer.
    pub async fn walk_in_of(&self, number: &str) -> Uuid {
        let walk_in =
            WalkIn { number: number.into(), ticket: "S1-001".into(), person_name: "José".into(), preferential: false };
        self.store.put_walk_in(self.id(), walk_in, &ana()).await.unwrap().id
    }

    /// Calls a turno; answers case and service period.
    pub async fn called(&self, turno_id: Uuid, who: &Actor) -> (Uuid, Uuid) {
        let case = self.id();
        let (period, _) = self.store.call(turno_id, case, self.id(), who).await.unwrap();
        (case, period.id)
    }

    /// A complete request for the company's first turno by Ana, ready to be sent.
    pub async fn ask(&self) -> AcceptReset {
        let (case, period) = self.called(turno(1), &ana()).await;
        self.ask_for(case, period, turno(1), &ana())
    }

    pub fn ask_for(&self, case_id: Uuid, service_period: Uuid, turno_id: Uuid, who: &Actor) -> AcceptReset {
        let number = if turno_id == turno(3) { PERSON } else { COMPANY };
        let attest = |document| Attestation {
            document,
            seen: if matches!(document, Document::Cedula | Document::RequestLetter) {
                Seen::Original
            } else {
                Seen::ConsultedOnline
            },
            dated: Some("2026-11-20".into()),
            second_signature: false,
        };
        use Document::{Appointment, Cedula, RequestLetter, RucPrintout, Turno};
        let request = ResetRequest {
            case_id,
            turno_id,
            service_period,
            number: number.into(),
            stated_email: " Maria.Nunez@eltrigo.ec".into(),
            cedula_shown: "1710034065".into(),
            attestations: [Cedula, RucPrintout, Turno, RequestLetter, Appointment].map(attest).into(),
            audit_head: "aa".into(),
            audit_len: 3,
        };
        AcceptReset { key: self.id(), request, actor: who.clone(), reset_id: self.id(), link: self.link() }
    }

    /// An accepted reset whose mail has started; the ask that made it.
    pub async fn mailing(&self) -> AcceptReset {
        let ask = self.ask().await;
        self.store.accept_reset(ask.clone()).await.unwrap();
        self.start_mail(ask.link.id).await;
        ask
    }

    pub async fn start_mail(&self, link: Uuid) -> Millis {
        match self.store.begin_mailing(link).await.unwrap() {
            Mailing::Go { expires_at, .. } => expires_at,
            Mailing::TooLate => panic!("too late"),
        }
    }

    pub async fn use_link(&self, link: &NewLink) -> Result<KeySet, LinkRefusal> {
        self.store.use_link(link.token_hash, "$argon2id$hash".into(), self.id()).await.unwrap()
    }

    pub async fn state(&self, id: Uuid) -> ventanilla_contract::reset::ResetState {
        self.store.reset_by_id(id, &ana()).await.unwrap().state
    }
}

/// As if it were the SHA-256 of the link's token.
pub fn token_hash(link: Uuid) -> [u8; 32] {
    use sha2::{Digest, Sha256};
    Sha256::digest(link.as_bytes()).into()
}

pub fn code<T: std::fmt::Debug>(answer: Answer<T>) -> ventanilla_contract::error::ErrorCode {
    match answer {
        Err(StoreError::Refused(refusal)) => refusal.code,
        other => panic!("not a refusal: {other:?}"),
    }
}

pub async fn database_clock(cluster: &crate::testing::Cluster) {
    let config = cluster.database().unwrap();
    let store = PgStore::connect(config, Policy::default(), PgTime::Database, Duration::from_secs(20)).await.unwrap();
    let machine = crate::clock::SystemClock.now();
    let mut day = day();
    for turno in &mut day.day.turnos {
        turno.day = machine.day(-300).to_string();
    }
    store.import(day).await.unwrap();
    let clock = Arc::new(ManualClock::at(Millis(0)));
    let world = World { store: Arc::new(store), clock, next: AtomicU64::new(1), _file: None };
    let mut ask = world.ask().await;
    for attestation in &mut ask.request.attestations {
        attestation.dated = Some(machine.day(-300).to_string());
    }
    world.store.accept_reset(ask.clone()).await.unwrap();
    let expires_at = world.start_mail(ask.link.id).await;
    let off = expires_at.since(machine.plus(180_000));
    assert!((0..10_000).contains(&off), "database and machine are the same computer here: {off} ms");
    world.use_link(&ask.link).await.unwrap();
}

/// The company as the registries know it from now on.
pub async fn company(w: &World, change: impl FnOnce(&mut DayEmployer)) {
    let mut day = day();
    day.day.employers.truncate(1);
    change(&mut day.day.employers[0]);
    w.store.import(day).await.unwrap();
}
