//! Tests of the use cases over a real encrypted file, with a clock that stands and ids that repeat.

mod audit;
mod flow;
mod keys;
pub(crate) mod plans;
mod resets;
mod store;
mod together;

use std::path::PathBuf;
use std::sync::Arc;
use std::sync::atomic::{AtomicI64, AtomicU64, Ordering};

use uuid::Uuid;
use ventanilla_contract::employer::{
    AccountState, Appointment, Employer, EmployerKind, Registry, Representative, RucStatus,
};
use ventanilla_contract::reset::{Document, Seen};
use ventanilla_contract::staff::{Device, Role, Staff};
use ventanilla_contract::turno::Turno;
use ventanilla_domain::time::Millis;
use zeroize::Zeroizing;

use crate::edge::{Clock, NoRandomness, Random};
use crate::keys::{KdfParams, MachineSecret};
use crate::store::{Db, cases, employers, visits};
use crate::view::{AcceptForm, CaseView, WalkInForm};
use crate::{Deps, Desk, DeskConfig, DeskError, Own};

/// 2026-11-24 10:00 at the centre.
pub(crate) const TEN: i64 = 1_795_532_400_000;
pub(crate) const RUC: &str = "1793213150001";
pub(crate) const CEDULA: &str = "1710034065";

pub(crate) struct ManualClock {
    wall: AtomicI64,
    mono: AtomicU64,
}

impl ManualClock {
    pub(crate) fn advance(&self, ms: i64) {
        self.wall.fetch_add(ms, Ordering::SeqCst);
        self.mono.fetch_add(u64::try_from(ms).unwrap(), Ordering::SeqCst);
    }
    /// Somebody sets the clock on the wall; the other one does not move.
    pub(crate) fn set_wall(&self, ms: i64) {
        self.wall.store(ms, Ordering::SeqCst);
    }
}

impl Clock for ManualClock {
    fn now(&self) -> Millis {
        Millis(self.wall.load(Ordering::SeqCst))
    }
    fn mono_ms(&self) -> u64 {
        self.mono.load(Ordering::SeqCst)
    }
}

/// The same bytes in every run (splitmix64).
pub(crate) struct Seeded(AtomicU64);

impl Random for Seeded {
    fn fill(&self, out: &mut [u8]) -> Result<(), NoRandomness> {
        for byte in out {
            let mut z = self.0.fetch_add(0x9E37_79B9_7F4A_7C15, Ordering::SeqCst);
            z = (z ^ (z >> 30)).wrapping_mul(0xBF58_476D_1CE4_E5B9);
            z = (z ^ (z >> 27)).wrapping_mul(0x94D0_49BB_1331_11EB);
            *byte = (z ^ (z >> 31)).to_le_bytes()[0];
        }
        Ok(())
    }
}

pub(crate) struct FixedSecret(pub(crate) [u8; 32]);

impl MachineSecret for FixedSecret {
    fn passphrase_needed(&self) -> bool {
        false
    }
    fn give_passphrase(&self, _: &str) -> Result<(), DeskError> {
        Ok(())
    }
    fn secret(&self) -> Result<Zeroizing<[u8; 32]>, DeskError> {
        Ok(Zeroizing::new(self.0))
    }
}

/// A desk in a folder of its own, which goes with it.
pub(crate) struct Rig {
    pub(crate) desk: Desk,
    pub(crate) clock: Arc<ManualClock>,
    pub(crate) random: Arc<Seeded>,
    pub(crate) dir: PathBuf,
}

static FOLDERS: AtomicU64 = AtomicU64::new(0);

/// Cheap enough for hundreds of PINs.
pub(crate) const QUICK: KdfParams = KdfParams { m_kib: 64, t: 1, p: 1 };

impl Rig {
    /// Enrolled, nobody signed in.
    pub(crate) fn closed() -> Self {
        let n = FOLDERS.fetch_add(1, Ordering::SeqCst);
        let dir = std::env::temp_dir().join(format!("ventanilla-desk-test-{}-{n}", std::process::id()));
        let _ = std::fs::remove_dir_all(&dir);
        let clock = Arc::new(ManualClock { wall: AtomicI64::new(TEN), mono: AtomicU64::new(5_000_000) });
        let random = Arc::new(Seeded(AtomicU64::new(n)));
        let desk = desk(&dir, &clock, &random);
        desk.keep_device(&device(1)).unwrap();
        Self { desk, clock, random, dir }
    }

    /// Ana has signed in at the backend for the first time.
    pub(crate) fn open() -> Self {
        let rig = Self::closed();
        rig.desk.admit(&ana(), "4711", true).unwrap();
        rig
    }

    /// The process ends without a word and starts again.
    pub(crate) fn restart(&mut self) {
        self.desk = desk(&self.dir, &self.clock, &self.random);
    }

    pub(crate) fn db(&self) -> Arc<Db> {
        self.desk.db().unwrap()
    }

    /// A turno of today, pulled from the backend; answers the case.
    pub(crate) fn turno(&self, ticket: &str, appointed_at: Option<i64>) -> Uuid {
        self.db()
            .mirror(|act| {
                let id = act.new_id()?;
                visits::upsert_turno(act, &turno(id, ticket, appointed_at))
            })
            .unwrap()
            .unwrap()
    }

    /// A case in service whose employer is known.
    pub(crate) fn in_service(&self) -> String {
        let id = self.turno("A-014", Some(TEN - 1_800_000));
        self.desk.check_in(id.to_string(), false).unwrap();
        self.clock.advance(60_000);
        self.desk.mark_called(id, Some((Uuid::from_u128(7), self.clock.mono_ms() + 600_000))).unwrap();
        self.desk.serve_local(&id.to_string()).unwrap();
        self.consult(id, &employer());
        id.to_string()
    }

    pub(crate) fn consult(&self, id: Uuid, word: &Employer) {
        let actor = self.desk.actor().unwrap();
        self.db().act(&actor, |act| employers::put(act, id, word)).unwrap();
    }

    pub(crate) fn accept_all(&self, case_id: &str) -> CaseView {
        let mut view = self.desk.open_case(case_id.to_owned()).unwrap();
        for line in view.lines.clone() {
            view = self.desk.accept(case_id.to_owned(), form(line.document, line.default_seen)).unwrap();
        }
        view
    }
}

impl Drop for Rig {
    fn drop(&mut self) {
        if !std::thread::panicking()
            && let Ok(db) = self.desk.db()
        {
            plans::judge(&db);
        }
        let _ = std::fs::remove_dir_all(&self.dir);
    }
}

fn desk(dir: &std::path::Path, clock: &Arc<ManualClock>, random: &Arc<Seeded>) -> Desk {
    let mut config = DeskConfig::new(dir.to_owned());
    config.kdf = QUICK;
    let deps = Deps { clock: clock.clone(), random: random.clone(), secret: Arc::new(FixedSecret([7; 32])) };
    Desk::new(config, deps).unwrap()
}

pub(crate) fn device(epoch: u32) -> Device {
    Device {
        device_id: "ws-3".into(),
        secret: "device-secret-in-clear".into(),
        epoch,
        center: "QS".into(),
        center_name: "Centro de Atención Universal Quito Sur".into(),
        utc_offset_minutes: -300,
        counter: "3".into(),
    }
}

pub(crate) fn ana() -> Staff {
    Staff { username: "ana".into(), name: "Ana Pérez".into(), role: Role::Clerk, center: "QS".into() }
}

pub(crate) fn luis() -> Staff {
    Staff { username: "luis".into(), name: "Luis Mero".into(), role: Role::Supervisor, center: "QS".into() }
}

pub(crate) fn turno(id: Uuid, ticket: &str, appointed_at: Option<i64>) -> Turno {
    Turno {
        id,
        ticket: ticket.into(),
        center: "QS".into(),
        day: "2026-11-24".into(),
        appointed_at,
        number: RUC.into(),
        employer_name: "Panadería El Trigo S.A.S.".into(),
        person_name: "María Núñez Quishpe".into(),
        preferential: false,
        walk_in: false,
        called_by: None,
    }
}

pub(crate) fn employer() -> Employer {
    Employer {
        number: RUC.into(),
        name: "Panadería El Trigo S.A.S.".into(),
        kind: EmployerKind::Company,
        ruc_status: RucStatus::Active,
        representative: Representative {
            cedula: CEDULA.into(),
            name: "María Núñez Quishpe".into(),
            cedula_expires: Some("2031-04-30".into()),
            registries_agree: true,
            appointment: Some(Appointment {
                registry: Registry::Supercias,
                registered_on: "2025-03-01".into(),
                valid_until: Some("2027-03-01".into()),
                second_signatory: None,
            }),
        },
        email_masked: Some("m•••••@eltrigo.ec".into()),
        account: AccountState::Active,
        in_arrears: false,
        as_of: TEN,
    }
}

pub(crate) fn form(document: Document, seen: Seen) -> AcceptForm {
    AcceptForm { document, seen, date: Some("2026-11-22".into()), second_signature: false, cedula: None }
}

pub(crate) fn walk_in() -> WalkInForm {
    WalkInForm { number: CEDULA.into(), person: "José Ñandú".into(), preferential: false }
}
