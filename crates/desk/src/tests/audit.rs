use ventanilla_contract::event::EventBody;
use ventanilla_contract::reset::Document;

use super::*;
use crate::store::audit::{self, Fault, Head, What};
use crate::store::events;

/// A store with some history, and the heads that a backend would hold.
fn history() -> (Rig, Vec<Head>) {
    let rig = Rig::open();
    let mut kept = vec![rig.db().read(audit::head).unwrap()];
    let case = rig.in_service();
    kept.push(rig.db().read(audit::head).unwrap());
    rig.accept_all(&case);
    kept.push(rig.db().read(audit::head).unwrap());
    (rig, kept)
}

fn tampered(rig: &Rig, sql: &str, kept: &[Head]) -> Option<Fault> {
    rig.db()
        .inspect(|c| {
            c.pragma_update(None, "foreign_keys", false)?;
            c.execute_batch(sql)?;
            audit::verify(c, kept)
        })
        .unwrap()
        .fault
}

#[test]
fn an_untouched_chain_holds_and_leads_through_every_head_that_was_kept() {
    let (rig, kept) = history();
    let report = rig.db().read(|c| audit::verify(c, &kept)).unwrap();
    assert_eq!((report.fault, report.purged), (None, 0));
    assert_eq!(Some(&report.head), kept.last());
    assert!(report.head.len > 10);
}

#[test]
fn an_edited_entry_is_found() {
    let (rig, _) = history();
    let sql = "UPDATE audit SET bytes = CAST(replace(CAST(bytes AS TEXT), 'ana', 'eva') AS BLOB) WHERE no = 4";
    assert_eq!(tampered(&rig, sql, &[]), Some(Fault::Edited(4)));
}

#[test]
fn a_removed_entry_is_found() {
    let (rig, _) = history();
    assert_eq!(tampered(&rig, "DELETE FROM audit WHERE no = 4", &[]), Some(Fault::Missing(4)));
}

#[test]
fn reordered_entries_are_found() {
    let (rig, _) = history();
    let sql = "UPDATE audit SET no = -1 WHERE no = 4; UPDATE audit SET no = 4 WHERE no = 5; UPDATE audit SET no = 5 WHERE no = -1";
    assert_eq!(tampered(&rig, sql, &[]), Some(Fault::OutOfOrder(4)));
}

#[test]
fn an_edited_event_or_payload_is_found() {
    let (rig, _) = history();
    let sql = "UPDATE events SET bytes = CAST(replace(CAST(bytes AS TEXT), 'ana', 'eva') AS BLOB) WHERE audit_no = 5";
    assert_eq!(tampered(&rig, sql, &[]), Some(Fault::PayloadEdited(5)));
    let (rig, _) = history();
    assert_eq!(
        tampered(&rig, "UPDATE payloads SET personal = x'00' WHERE audit_no = 5", &[]),
        Some(Fault::PayloadEdited(5))
    );
    let (rig, _) = history();
    assert_eq!(tampered(&rig, "DELETE FROM payloads WHERE audit_no = 5", &[]), Some(Fault::PayloadMissing(5)));
}

#[test]
fn a_tail_cut_clumsily_is_found_here_and_one_cut_well_by_the_head_kept_elsewhere() {
    let (rig, kept) = history();
    let last = kept.last().unwrap().len;
    let n = last - 1;
    assert_eq!(tampered(&rig, &format!("DELETE FROM audit WHERE no = {last}"), &[]), Some(Fault::Cut(n)));
    let well = format!(
        "DELETE FROM payloads WHERE audit_no = {last}; DELETE FROM events WHERE audit_no = {last};
         UPDATE meta SET audit_len = {n}, audit_head = (SELECT hash FROM audit WHERE no = {n})"
    );
    assert_eq!(tampered(&rig, &well, &[]), None, "nothing here tells");
    assert_eq!(tampered(&rig, "", &kept), Some(Fault::ShorterThanKept(n)));
}

#[test]
fn a_chain_rewritten_from_the_start_does_not_lead_through_the_kept_head() {
    let (rig, kept) = history();
    let other = Rig::open();
    let case = other.in_service();
    other.accept_all(&case);
    let report = other.db().read(|c| audit::verify(c, &kept)).unwrap();
    assert!(matches!(report.fault, Some(Fault::Edited(_))), "{report:?}");
    drop(rig);
}

#[test]
fn a_purge_takes_the_personal_data_and_the_chain_still_verifies() {
    let (rig, kept) = history();
    let actor = rig.desk.actor().unwrap();
    rig.clock.advance(1_000);
    let purge = |rig: &Rig| {
        let before = rig.clock.now();
        rig.db().act(&actor, |act| audit::purge(act, before)).unwrap()
    };
    assert_eq!(purge(&rig), 0, "what the backend does not hold yet stays");
    let batch = rig.db().read(events::unsent).unwrap().unwrap();
    let high = u32::try_from(batch.events.len()).unwrap();
    rig.db().mirror(|act| events::mark_pushed(act, 1, high)).unwrap();
    assert_eq!(purge(&rig), high);
    let report = rig.db().read(|c| audit::verify(c, &kept)).unwrap();
    assert_eq!((report.fault, report.purged), (None, high));
    let left: u32 = rig
        .db()
        .read(|c| {
            Ok(c.query_row("SELECT (SELECT count(*) FROM payloads) + (SELECT count(*) FROM events)", [], |r| r.get(0))?)
        })
        .unwrap();
    assert_eq!(left, 0);
    rig.desk.lock().unwrap();
    let sql = "DELETE FROM payloads";
    assert!(
        matches!(tampered(&rig, sql, &kept), Some(Fault::PayloadMissing(_))),
        "a purge covers only what came before it"
    );
}

#[test]
fn no_entry_holds_personal_data() {
    let (rig, _) = history();
    rig.desk.walk_in_local(&walk_in()).unwrap();
    let entries: Vec<String> = rig
        .db()
        .read(|c| {
            let mut s = c.prepare("SELECT CAST(bytes AS TEXT) FROM audit")?;
            Ok(s.query_map([], |r| r.get(0))?.collect::<Result<_, _>>()?)
        })
        .unwrap();
    for entry in entries {
        for personal in [RUC, CEDULA, "Quishpe", "Núñez", "Ñandú", "Trigo"] {
            assert!(!entry.contains(personal), "{entry}");
        }
        let parsed: audit::Entry = serde_json::from_str(&entry).unwrap();
        assert!(matches!(parsed.what, What::Event { .. }));
    }
}

#[test]
fn every_kind_of_event_is_stored_as_it_will_be_sent() {
    use ventanilla_contract::employer::EmployerKind;
    use ventanilla_contract::event::{Event, HoldReason, Outcome, RefusalReason};
    let rig = Rig::open();
    let id = Uuid::from_u128(5);
    let text = || "x".to_owned();
    let bodies = vec![
        EventBody::SignedIn { offline: true },
        EventBody::SignedOut { idle: true },
        EventBody::CheckedIn { turno_id: id },
        EventBody::WalkedIn { turno_id: id, ticket: text(), number: text(), person_name: text(), preferential: true },
        EventBody::Called { turno_id: id, counter: text() },
        EventBody::ServiceBegan,
        EventBody::RegistryConsulted { employer_kind: EmployerKind::Company },
        EventBody::DocumentAccepted {
            document: Document::Turno,
            seen: Seen::Original,
            dated: None,
            second_signature: true,
        },
        EventBody::DocumentRefused { document: Document::Turno, reason: RefusalReason::Missing },
        EventBody::DocumentReopened { document: Document::Turno },
        EventBody::EmailCompared { matches: true },
        EventBody::PutOnHold { reason: HoldReason::AtTheCounter, retry_at: Some(1) },
        EventBody::Resumed,
        EventBody::ResetIntended { key: id, body_hash: text() },
        EventBody::ResetResent { key: id },
        EventBody::ResetAccepted { key: id, reset_id: id },
        EventBody::ResetRefused { key: id, code: text() },
        EventBody::ResetAbandoned { key: id },
        EventBody::ReissueIntended { key: id },
        EventBody::ResetCancelled { reset_id: id },
        EventBody::KeySet { reset_id: id },
        EventBody::Closed { outcome: Outcome::Left },
        EventBody::Reopened,
        EventBody::PaperCommitted { number: text() },
        EventBody::PrintRequested { number: text(), duplicate: true },
        EventBody::Printed { number: text() },
        EventBody::SavedToFile { number: text() },
        EventBody::Looked { field: text() },
    ];
    let case: Uuid = rig.in_service().parse().unwrap();
    let actor = rig.desk.actor().unwrap();
    let before = rig.desk.history(case.to_string()).unwrap().len();
    rig.db().act(&actor, |act| bodies.iter().try_for_each(|b| act.record(Some(case), b.clone()))).unwrap();
    let shown = rig.desk.history(case.to_string()).unwrap();
    assert!(shown.iter().skip(before).all(|e| !e.kind.is_empty()));
    assert_eq!(shown.len() - before, bodies.len());
    let batch = rig.db().read(events::unsent).unwrap().unwrap();
    for (n, stored) in batch.events.iter().enumerate() {
        let event: Event = serde_json::from_slice(stored).unwrap();
        assert_eq!(usize::try_from(event.seq).unwrap(), n + 1, "gapless");
        assert_eq!(&serde_json::to_vec(&event).unwrap(), stored, "one form, stored and sent");
    }
}
