//! A file that an earlier release wrote is brought up to date with all that it holds (M34).

use std::sync::Arc;

use ventanilla_contract::error::ErrorCode as E;
use ventanilla_contract::reset::ResetState;
use ventanilla_domain::policy::Policy;

use super::conformance::resets::{event, push};
use super::conformance::world::*;
use super::*;
use crate::clock::ManualClock;

/// The ids of the dump.
const fn id(n: u128) -> Uuid {
    Uuid::from_u128(0x9_0000 + n)
}

const SET_KEY: Uuid = id(0x3);
const LIVE_CASE: Uuid = id(0x8);
const LIVE_KEY: Uuid = id(0xa);
const LIVE_LINK: Uuid = id(0xc);
const RETURNED_CASE: Uuid = id(0xe);
const TOMBSTONE: Uuid = id(0x10);

#[tokio::test]
async fn a_file_of_schema_1_is_brought_up_to_date_and_its_day_goes_on() {
    let dir = tempfile::tempdir().unwrap();
    let path = dir.path().join("b.db");
    let conn = rusqlite::Connection::open(&path).unwrap();
    conn.execute_batch(include_str!("schema_1.sql")).unwrap();
    drop(conn);
    let clock = Arc::new(ManualClock::at(MORNING.plus(2_000)));
    let beside = SqliteStore::open_beside(&path, clock.clone(), Policy::default()).map(|_| ()).unwrap_err();
    assert!(matches!(beside, StoreError::Unopened(Unopened::Older { found: 1, .. })), "{beside}");

    let hold = Hold::take(&path).unwrap();
    let store = SqliteStore::open(&hold, false, clock.clone(), Policy::default()).unwrap();
    assert_eq!(store.verify_audit("QS").await.unwrap(), 11, "the chain holds");
    assert_eq!(store.reset_by_key(SET_KEY, &ana()).await.unwrap().state, ResetState::Used);
    assert_eq!(store.reset_by_key(LIVE_KEY, &luis()).await.unwrap().state, ResetState::Accepted);
    assert_eq!(code(store.reset_by_key(TOMBSTONE, &ana()).await), E::ResetAbandoned);

    // The link that was live goes out and sets its key.
    let mails = store.due_mails(5, 30_000).await.unwrap();
    assert_eq!(mails.len(), 2, "the live link's and the notice of the key that was set");
    assert!(matches!(store.begin_mailing(LIVE_LINK).await.unwrap(), Mailing::Go { .. }));
    let set = store.use_link(token_hash(LIVE_LINK), "$argon2id$hash".into(), id(0x20)).await.unwrap();
    assert!(set.is_ok());

    // Misses of the case are still its own, those of the day begin with this release.
    let tries = store.email_check(LIVE_CASE, PERSON, ADDRESS, &luis()).await.unwrap();
    assert!(tries.matches && tries.tries_left == 4);

    // The workstation's stream goes on where it was, and the returned case comes back.
    let reopened = event(&ana(), 2, Some(RETURNED_CASE), r#"{"kind":"reopened"}"#);
    assert_eq!(store.push_events(push(&ana(), 2, vec![reopened]), &ana()).await.unwrap(), 2);
    assert!(store.renew_period(RETURNED_CASE, turno(2), id(0x21), &ana()).await.is_ok());
    store.import(day()).await.unwrap();
    assert!(store.verify_audit("QS").await.unwrap() > 11);

    drop((store, hold));
    let conn = rusqlite::Connection::open(&path).unwrap();
    let version: i64 = conn.query_row("PRAGMA user_version", [], |row| row.get(0)).unwrap();
    assert_eq!(version, schema::known());
}

#[test]
fn a_migrated_file_has_the_schema_of_a_new_one() {
    let schema_of = |text: &str| {
        let mut conn = rusqlite::Connection::open_in_memory().unwrap();
        conn.execute_batch(text).unwrap();
        schema::migrate_sqlite(&mut conn).unwrap();
        let sql = "SELECT m.name, c.name, c.type, c.\"notnull\", c.dflt_value FROM sqlite_schema m
            LEFT JOIN pragma_table_info(m.name) c WHERE m.name NOT LIKE 'sqlite_%' ORDER BY 1, 2";
        let mut rows = conn.prepare(sql).unwrap();
        let row = |row: &rusqlite::Row<'_>| Ok((row.get(0)?, row.get(1)?, row.get(2)?, row.get(3)?, row.get(4)?));
        type Column = (String, Option<String>, Option<String>, Option<i64>, Option<String>);
        let all: Vec<Column> = rows.query_map([], row).unwrap().map(Result::unwrap).collect();
        all
    };
    assert_eq!(schema_of(include_str!("schema_1.sql")), schema_of(""));
}
