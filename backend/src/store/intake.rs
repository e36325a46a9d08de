//! Bringing a day's extract in.

use super::centers::{self, Entry, What};
use super::engine::{Tx, UseCase, args, code};
use super::{Answer, devices, employers, staff, turnos};
use crate::import::Hashed;

/// How long an enrolment code of an extract is good, milliseconds.
const CODE_MS: i64 = 86_400_000;

/// Inserts or brings up to date; the extract was read by [`crate::import`] before.
pub(crate) struct Import(pub(crate) Hashed);

impl UseCase for Import {
    type Out = ();
    const LONG: bool = true;

    async fn run<T: Tx>(self, tx: &mut T) -> Answer<()> {
        let Hashed { mut day, pins, devices: hashes } = self.0;
        // Rows that others lock too come in the order in which everybody takes them: employers by number, centres last.
        day.employers.sort_by(|a, b| a.number.cmp(&b.number));
        day.centers.sort_by(|a, b| a.id.cmp(&b.id));
        let now = tx.now().await?;
        for center in &day.centers {
            tx.run(centers::MAKE, args![&center.id, &center.name, center.utc_offset_minutes]).await?;
        }
        for employer in &day.employers {
            employers::put(tx, employer).await?;
        }
        for (device, (secret, enrollment)) in day.devices.iter().zip(hashes) {
            let id = devices::id_of(&device.center, &device.counter);
            if let Some(hash) = secret {
                tx.run(devices::IMPORT, args![id, &device.center, &device.counter, hash]).await?;
            }
            if let Some(hash) = enrollment {
                let args = args![hash, &device.center, &device.counter, now.plus(CODE_MS)];
                tx.run(devices::CODE_PUT, args).await?;
            }
        }
        for (person, pin) in day.staff.iter().zip(pins) {
            let args = args![&person.username, &person.name, code(&person.role)?, &person.center, pin];
            tx.run(staff::PUT, args).await?;
        }
        for turno in &day.turnos {
            let args = args![
                turno.id,
                &turno.center,
                &turno.day,
                &turno.ticket,
                &turno.number,
                &turno.person_name,
                turno.appointed_at,
                turno.preferential
            ];
            tx.run(turnos::IMPORT, args).await?;
        }
        for center in &day.centers {
            tx.run(centers::PUT, args![&center.name, center.utc_offset_minutes, &center.id]).await?;
            let what = What::Imported;
            centers::record(tx, Entry { center: &center.id, at: now, actor: "system", what, subject: None }).await?;
        }
        Ok(())
    }
}
