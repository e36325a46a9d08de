use std::sync::Arc;

use super::*;
use crate::Own;
use crate::keys::{CredentialFile, KeyRing, Passphrase, TrainingSecret};
use crate::view::Phase;

fn code<T: std::fmt::Debug>(answer: Result<T, DeskError>) -> &'static str {
    answer.unwrap_err().code()
}

#[test]
fn a_wrong_pin_five_times_locks_for_fifteen_minutes_even_across_a_restart() {
    let mut rig = Rig::open();
    rig.restart();
    for _ in 0..4 {
        assert_eq!(code(rig.desk.admit(&ana(), "0000", false)), "wrong_pin");
    }
    rig.restart();
    assert_eq!(code(rig.desk.admit(&ana(), "0000", false)), "pin_locked");
    assert_eq!(code(rig.desk.admit(&ana(), "4711", false)), "pin_locked", "the right one does not help");
    rig.restart();
    rig.clock.advance(15 * 60_000 - 1);
    assert_eq!(code(rig.desk.admit(&ana(), "4711", false)), "pin_locked");
    rig.clock.advance(1);
    rig.desk.admit(&ana(), "4711", false).unwrap();
    rig.restart();
    assert_eq!(code(rig.desk.admit(&ana(), "0000", false)), "wrong_pin", "the count began anew");
}

#[test]
fn a_pin_has_four_to_twelve_digits() {
    let rig = Rig::closed();
    for pin in ["", "123", "1234567890123", "12a4", "１２３４"] {
        assert_eq!(code(rig.desk.admit(&ana(), pin, true)), "pin_form", "{pin}");
    }
    rig.desk.admit(&ana(), "123456789012", true).unwrap();
}

#[test]
fn another_clerk_is_enrolled_while_the_store_is_open_and_not_while_it_is_closed() {
    let mut rig = Rig::open();
    rig.restart();
    assert_eq!(code(rig.desk.admit(&luis(), "9999", true)), "clerk_not_enrolled");
    rig.desk.admit(&ana(), "4711", false).unwrap();
    rig.desk.admit(&luis(), "9999", true).unwrap();
    rig.restart();
    rig.desk.admit(&luis(), "9999", false).unwrap();
    assert_eq!(rig.desk.session().unwrap().staff.unwrap().name, "Luis Mero");
}

#[test]
fn a_pin_changed_at_the_backend_opens_once_the_store_is_open() {
    let mut rig = Rig::open();
    rig.desk.admit(&ana(), "8888", true).unwrap();
    rig.restart();
    assert_eq!(code(rig.desk.admit(&ana(), "4711", false)), "wrong_pin");
    rig.desk.admit(&ana(), "8888", false).unwrap();
}

#[test]
fn without_the_backend_work_ends_twelve_hours_after_the_last_sign_in_there() {
    let mut rig = Rig::open();
    rig.restart();
    rig.clock.advance(12 * 3_600_000);
    rig.desk.admit(&ana(), "4711", false).unwrap();
    rig.clock.advance(1);
    assert_eq!(code(rig.desk.admit(&ana(), "4711", false)), "offline_too_long");
    rig.desk.admit(&ana(), "4711", true).unwrap();
}

#[test]
fn a_pin_without_this_machine_opens_nothing() {
    let rig = Rig::open();
    let mut ring = KeyRing::load(&rig.dir).unwrap();
    let now = rig.clock.now();
    assert_eq!(ring.open("ana", "4711", &[8; 32], now).unwrap_err().code(), "wrong_pin");
    assert!(ring.open("ana", "4711", &[7; 32], now).is_ok());
}

#[test]
fn one_clerks_wrap_under_another_name_opens_nothing() {
    let rig = Rig::open();
    let path = rig.dir.join("keys.json");
    let moved = std::fs::read_to_string(&path).unwrap().replace("\"ana\"", "\"eva\"");
    std::fs::write(&path, moved).unwrap();
    let mut ring = KeyRing::load(&rig.dir).unwrap();
    assert_eq!(ring.open("eva", "4711", &[7; 32], rig.clock.now()).unwrap_err().code(), "wrong_pin");
}

#[test]
fn nothing_personal_and_no_secret_lies_in_plain_text_on_disk() {
    let rig = Rig::open();
    let case = rig.in_service();
    rig.accept_all(&case);
    rig.desk.walk_in_local(&walk_in()).unwrap();
    rig.desk.email_compared(case.parse().unwrap(), "maria@eltrigo.ec", true, 4).unwrap();
    let key = crate::desk::held(&rig.desk.inner.db_key).clone().unwrap();
    let hex = crate::store::audit::hex(key.as_slice());
    let needles: Vec<Vec<u8>> =
        ["4711", "device-secret-in-clear", RUC, CEDULA, "Quishpe", "eltrigo", "SQLite format 3", &hex]
            .iter()
            .map(|s| s.as_bytes().to_vec())
            .chain([key.to_vec(), vec![7; 32]])
            .collect();
    let mut files = 0;
    for entry in std::fs::read_dir(&rig.dir).unwrap() {
        let path = entry.unwrap().path();
        let bytes = std::fs::read(&path).unwrap();
        files += 1;
        for needle in &needles {
            // Four digits turn up in any hex by chance; the PIN is looked for as a value.
            let needle = if needle == b"4711" { b"\"4711\"".to_vec() } else { needle.clone() };
            assert!(
                !bytes.windows(needle.len()).any(|w| w == needle),
                "{} holds {:?}",
                path.display(),
                String::from_utf8_lossy(&needle)
            );
        }
    }
    assert!(files >= 4, "queue.db, its WAL, keys.json, device.json");
}

#[cfg(unix)]
#[test]
fn the_files_are_their_owners_alone() {
    use std::os::unix::fs::PermissionsExt as _;
    let rig = Rig::open();
    assert_eq!(std::fs::metadata(&rig.dir).unwrap().permissions().mode() & 0o777, 0o700);
    for name in ["keys.json", "device.json"] {
        assert_eq!(std::fs::metadata(rig.dir.join(name)).unwrap().permissions().mode() & 0o777, 0o600, "{name}");
    }
}

#[test]
fn a_workstation_that_is_not_enrolled_says_so() {
    let rig = Rig::closed();
    std::fs::remove_file(rig.dir.join("device.json")).unwrap();
    assert_eq!(rig.desk.session().unwrap().phase, Phase::NotEnrolled);
    assert_eq!(code(rig.desk.admit(&ana(), "4711", true)), "not_enrolled");
}

#[test]
fn damaged_keys_are_reported_and_left_alone() {
    let rig = Rig::open();
    std::fs::write(rig.dir.join("keys.json"), "{").unwrap();
    assert_eq!(code(rig.desk.admit(&ana(), "4711", true)), "keys_unreadable");
    assert_eq!(std::fs::read_to_string(rig.dir.join("keys.json")).unwrap(), "{");
}

#[test]
fn a_passphrase_is_the_same_from_its_first_day_and_a_wrong_one_costs_no_pin_try() {
    let rig = Rig::closed();
    let make = || Passphrase::new(&rig.dir, QUICK, rig.random.clone());
    let first = make();
    assert!(first.passphrase_needed());
    assert_eq!(code(first.secret().map(|_| ())), "passphrase_wrong");
    assert_eq!(code(first.give_passphrase("corta")), "passphrase_wrong");
    first.give_passphrase("caballo correcto batería").unwrap();
    let second = make();
    assert_eq!(code(second.give_passphrase("caballo incorrecto")), "passphrase_wrong");
    second.give_passphrase("caballo correcto batería").unwrap();
    assert_eq!(*first.secret().unwrap(), *second.secret().unwrap());
}

#[test]
fn a_credential_must_be_there_and_long_enough() {
    let rig = Rig::closed();
    let secret = CredentialFile::new(&rig.dir);
    assert_eq!(code(secret.secret().map(|_| ())), "machine_secret_missing");
    std::fs::write(rig.dir.join(CredentialFile::NAME), [1; 15]).unwrap();
    assert_eq!(code(secret.secret().map(|_| ())), "machine_secret_missing");
    std::fs::write(rig.dir.join(CredentialFile::NAME), [1; 16]).unwrap();
    assert!(secret.secret().is_ok());
}

#[test]
fn a_training_folder_keeps_its_secret() {
    let rig = Rig::closed();
    let one = TrainingSecret::new(&rig.dir, rig.random.clone()).secret().unwrap();
    let two = TrainingSecret::new(&rig.dir, rig.random.clone()).secret().unwrap();
    assert_eq!(*one, *two);
}

#[test]
fn lock_keeps_the_clerk_and_sign_out_forgets_them() {
    let rig = Rig::open();
    let locked = rig.desk.lock().unwrap();
    assert_eq!((locked.phase, locked.staff.unwrap().username.as_str()), (Phase::Locked, "ana"));
    assert!(rig.desk.actor().unwrap_err().is(Own::NotSignedIn));
    rig.desk.admit(&ana(), "4711", false).unwrap();
    assert_eq!(rig.desk.sign_out_local().unwrap().phase, Phase::SignedOut);
    let _: Arc<_> = rig.db();
}

#[cfg(unix)]
#[test]
fn a_folder_of_a_group_stays_the_groups_and_its_files_are_too() {
    use std::os::unix::fs::PermissionsExt as _;
    let mut rig = Rig::open();
    let mode = |path: &std::path::Path| std::fs::metadata(path).unwrap().permissions().mode() & 0o7777;
    let files = ["keys.json", "device.json", "queue.db", "queue.db-wal", "queue.db-shm"];
    // As IT staff set it up: a group, its id handed down, and by mistake everybody.
    std::fs::set_permissions(&rig.dir, std::fs::Permissions::from_mode(0o2775)).unwrap();
    for name in files {
        let _ = std::fs::remove_file(rig.dir.join(name));
    }
    rig.restart();
    assert_eq!(mode(&rig.dir), 0o2770, "nobody else enters, the group still does");
    rig.desk.keep_device(&device(1)).unwrap();
    rig.desk.admit(&ana(), "4711", true).unwrap();
    for name in files {
        assert_eq!(mode(&rig.dir.join(name)), 0o660, "{name}");
    }
}
