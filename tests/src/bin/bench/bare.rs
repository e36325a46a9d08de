//! The same rows and bytes, written by nothing but SQLite: what an act of the product changed is read from its store and
//! written once more to a bare file of the same kind.

use std::collections::BTreeMap;

use rusqlite::types::Value;
use rusqlite::{Connection, TransactionBehavior, params_from_iter};

/// A table: how a row is found, and its rows.
struct Rows {
    columns: Vec<String>,
    key: Vec<usize>,
    rows: BTreeMap<String, Vec<Value>>,
}

/// Everything that a store holds.
pub struct Snapshot(BTreeMap<String, Rows>);

/// A statement with its values.
#[derive(Clone)]
pub struct Write {
    /// Table.
    pub table: String,
    sql: String,
    values: Vec<Value>,
}

/// Reads every table.
pub fn snapshot(conn: &Connection) -> Snapshot {
    let mut names = conn
        .prepare("SELECT name FROM sqlite_schema WHERE type = 'table' AND name NOT LIKE 'sqlite_%' ORDER BY name")
        .unwrap();
    let names: Vec<String> = names.query_map([], |r| r.get(0)).unwrap().map(Result::unwrap).collect();
    Snapshot(names.into_iter().map(|name| (name.clone(), rows(conn, &name))).collect())
}

fn rows(conn: &Connection, table: &str) -> Rows {
    let mut info = conn.prepare("SELECT name, pk FROM pragma_table_info(?1) ORDER BY cid").unwrap();
    let columns: Vec<(String, i64)> =
        info.query_map([table], |r| Ok((r.get(0)?, r.get(1)?))).unwrap().map(Result::unwrap).collect();
    let mut key: Vec<usize> = (0..columns.len()).filter(|i| columns[*i].1 > 0).collect();
    if key.is_empty() {
        key = (0..columns.len()).collect();
    }
    let names: Vec<String> = columns.into_iter().map(|(name, _)| name).collect();
    let mut all = conn.prepare(&format!("SELECT {} FROM {table}", names.join(", "))).unwrap();
    let mut found = all.query([]).unwrap();
    let mut rows = BTreeMap::new();
    while let Some(row) = found.next().unwrap() {
        let values: Vec<Value> = (0..names.len()).map(|i| row.get(i).unwrap()).collect();
        rows.insert(format!("{:?}", key.iter().map(|i| &values[*i]).collect::<Vec<_>>()), values);
    }
    Rows { columns: names, key, rows }
}

/// What has to be written to come from `before` to `after`, with only the columns that changed: no floor lies lower.
pub fn writes(before: &Snapshot, after: &Snapshot) -> Vec<Write> {
    let mut out = Vec::new();
    for (table, now) in &after.0 {
        let was = before.0.get(table);
        for (key, row) in &now.rows {
            match was.and_then(|w| w.rows.get(key)) {
                None => out.push(insert(table, now, row)),
                Some(old) => out.extend(update(table, now, old, row)),
            }
        }
        for (key, row) in was.into_iter().flat_map(|w| &w.rows) {
            if !now.rows.contains_key(key) {
                let values = now.key.iter().map(|i| row[*i].clone()).collect();
                out.push(Write {
                    table: table.clone(),
                    sql: format!("DELETE FROM {table} WHERE {}", found(now, 0)),
                    values,
                });
            }
        }
    }
    out
}

/// Whether it adds a row.
pub fn is_insert(write: &Write) -> bool {
    write.sql.starts_with("INSERT")
}

fn insert(table: &str, rows: &Rows, row: &[Value]) -> Write {
    let places = vec!["?"; row.len()].join(", ");
    let sql = format!("INSERT INTO {table} ({}) VALUES ({places})", rows.columns.join(", "));
    Write { table: table.to_owned(), sql, values: row.to_vec() }
}

fn update(table: &str, rows: &Rows, old: &[Value], row: &[Value]) -> Option<Write> {
    let changed: Vec<usize> = (0..row.len()).filter(|i| row[*i] != old[*i]).collect();
    if changed.is_empty() {
        return None;
    }
    let set = changed.iter().zip(1..).map(|(i, n)| format!("{} = ?{n}", rows.columns[*i]));
    let set = set.collect::<Vec<_>>().join(", ");
    let sql = format!("UPDATE {table} SET {set} WHERE {}", found(rows, changed.len()));
    Some(Write {
        table: table.to_owned(),
        sql,
        values: changed.iter().chain(&rows.key).map(|i| row[*i].clone()).collect(),
    })
}

fn found(rows: &Rows, after: usize) -> String {
    let each = rows.key.iter().zip(after + 1..).map(|(i, n)| format!("{} = ?{n}", rows.columns[*i]));
    each.collect::<Vec<_>>().join(" AND ")
}

/// Writes everything in one transaction; durable when it returns, by the connection's own settings.
pub fn commit(conn: &mut Connection, writes: &[Write]) {
    let tx = conn.transaction_with_behavior(TransactionBehavior::Immediate).unwrap();
    for write in writes {
        tx.prepare_cached(&write.sql).unwrap().execute(params_from_iter(&write.values)).unwrap();
    }
    tx.commit().unwrap();
}

/// Brings the tables and rows of a snapshot into an empty file.
pub fn copy(from: &Connection, snapshot: &Snapshot, to: &mut Connection) {
    let mut ddl = from
        .prepare("SELECT sql FROM sqlite_schema WHERE sql IS NOT NULL AND name NOT LIKE 'sqlite_%' ORDER BY type DESC")
        .unwrap();
    let ddl: Vec<String> = ddl.query_map([], |r| r.get(0)).unwrap().map(Result::unwrap).collect();
    to.execute_batch(&ddl.join(";")).unwrap();
    commit(to, &writes(&Snapshot(BTreeMap::new()), snapshot));
}

/// As the product's stores are: WAL, every commit synced. Without foreign keys, so that the floor lies lower.
pub fn prepare(conn: &Connection) {
    conn.query_row("PRAGMA journal_mode = WAL", [], |_| Ok(())).unwrap();
    conn.pragma_update(None, "synchronous", "FULL").unwrap();
    conn.pragma_update(None, "foreign_keys", false).unwrap();
    conn.pragma_update(None, "cache_size", -65_536).unwrap();
    conn.set_prepared_statement_cache_capacity(128);
}
