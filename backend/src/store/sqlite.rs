//! The embedded engine: one SQLite file, one writer thread with group commit, two readers.
//!
//! The writer takes all use cases that wait, runs each in a SAVEPOINT of its own within one BEGIN IMMEDIATE, commits
//! once (WAL, `synchronous=FULL`) and answers then: acknowledged means synced, and one that fails rolls back alone.

use std::future::Future;
use std::path::Path;
use std::pin::pin;
use std::sync::{Arc, Mutex, mpsc};
use std::task::{Context, Poll, Waker};

use rusqlite::{Connection, ErrorCode, OpenFlags, types::ValueRef};
use tokio::sync::{broadcast, oneshot};
use uuid::Uuid;
use ventanilla_domain::policy::Policy;
use ventanilla_domain::time::Millis;

use super::engine::{Engine, Row, Tx, UseCase, Value};
use super::hold::{Hold, only_ours, real};
use super::probe::Probed;
use super::{Answer, StoreError, schema};
use crate::clock::Clock;

/// Use cases that share one commit at most.
const GROUP: usize = 64;
const READERS: usize = 2;

type Reply = Box<dyn FnOnce(Option<StoreError>) + Send>;
type Job = Box<dyn FnOnce(&mut SqliteTx) -> Reply + Send>;

/// The embedded store.
#[derive(Clone)]
pub struct SqliteStore {
    writer: mpsc::Sender<Job>,
    readers: mpsc::Sender<Job>,
    told: broadcast::Sender<Uuid>,
    probed: Arc<Probed>,
}

/// The connection of a thread, while it runs use cases.
pub(crate) struct SqliteTx {
    conn: Connection,
    clock: Arc<dyn Clock>,
    policy: Policy,
    changed: Vec<Uuid>,
}

impl SqliteStore {
    /// Opens the file that this process owns: makes it if it is not there, brings its schema up to date. `anew` also where
    /// a damaged one was set aside.
    ///
    /// # Errors
    /// [`StoreError::Newer`] (the file is left alone), [`StoreError::Corrupt`] (it was set aside under another name),
    /// [`super::Unopened::SetAside`], [`super::Unopened::Readable`], [`StoreError::Unavailable`].
    pub fn open(hold: &Hold, anew: bool, clock: Arc<dyn Clock>, policy: Policy) -> Answer<Self> {
        hold.make(anew)?;
        let mut conn = match connect(hold.path(), false).and_then(|c| sound(&c).map(|()| c)) {
            Ok(conn) => conn,
            Err(StoreError::Defect(reason)) => {
                tracing::error!(%reason, "the database is damaged");
                return Err(hold.set_aside(clock.now()));
            }
            Err(other) => return Err(other),
        };
        schema::migrate_sqlite(&mut conn)?;
        Self::over(conn, hold.path(), &clock, &policy)
    }

    /// Opens a file that another process owns, as it is.
    ///
    /// # Errors
    /// [`StoreError::Newer`], [`super::Unopened::Older`], [`super::Unopened::Readable`], [`StoreError::Unavailable`].
    pub fn open_beside(path: &Path, clock: Arc<dyn Clock>, policy: Policy) -> Answer<Self> {
        let path = real(path);
        only_ours(&path)?;
        let conn = connect(&path, false)?;
        schema::is_newest_sqlite(&conn, &path)?;
        Self::over(conn, &path, &clock, &policy)
    }

    fn over(conn: Connection, path: &Path, clock: &Arc<dyn Clock>, policy: &Policy) -> Answer<Self> {
        let (told, _) = broadcast::channel(1024);
        let (writer, jobs) = mpsc::channel::<Job>();
        let tx = SqliteTx { conn, clock: Arc::clone(clock), policy: policy.clone(), changed: Vec::new() };
        let tell = told.clone();
        thread("store-writer", move || write_loop(tx, &jobs, &tell))?;
        let (readers, jobs) = mpsc::channel::<Job>();
        let jobs = Arc::new(Mutex::new(jobs));
        for _ in 0..READERS {
            let conn = connect(path, true)?;
            let tx = SqliteTx { conn, clock: Arc::clone(clock), policy: policy.clone(), changed: Vec::new() };
            let jobs = Arc::clone(&jobs);
            thread("store-reader", move || read_loop(tx, &jobs))?;
        }
        Ok(Self { writer, readers, told, probed: Arc::default() })
    }
}

fn thread(name: &str, body: impl FnOnce() + Send + 'static) -> Answer<()> {
    let spawned = std::thread::Builder::new().name(name.to_owned()).spawn(body);
    spawned.map(|_| ()).map_err(|e| StoreError::Unavailable(e.to_string()))
}

fn connect(path: &Path, read_only: bool) -> Answer<Connection> {
    let flags = if read_only {
        OpenFlags::SQLITE_OPEN_READ_ONLY
    } else {
        // The owner made the file, with its mode.
        OpenFlags::SQLITE_OPEN_READ_WRITE
    };
    let conn = Connection::open_with_flags(path, flags | OpenFlags::SQLITE_OPEN_NO_MUTEX).map_err(opening)?;
    conn.busy_timeout(std::time::Duration::from_secs(5)).map_err(opening)?;
    conn.set_prepared_statement_cache_capacity(256);
    if !read_only {
        conn.query_row("PRAGMA journal_mode = WAL", [], |_| Ok(())).map_err(opening)?;
        conn.execute_batch("PRAGMA synchronous = FULL; PRAGMA foreign_keys = ON; PRAGMA secure_delete = ON;")
            .map_err(opening)?;
    }
    Ok(conn)
}

fn sound(conn: &Connection) -> Answer<()> {
    let found: String = conn.query_row("PRAGMA quick_check(1)", [], |r| r.get(0)).map_err(opening)?;
    if found == "ok" { Ok(()) } else { Err(StoreError::Defect(found)) }
}

/// Only a file that is no sound database counts as damaged; everything else may be right the next time.
fn opening(error: rusqlite::Error) -> StoreError {
    match error.sqlite_error_code() {
        Some(ErrorCode::DatabaseCorrupt | ErrorCode::NotADatabase) => StoreError::Defect(error.to_string()),
        _ => StoreError::Unavailable(error.to_string()),
    }
}

/// What SQLite says, as the store says it.
pub(crate) fn failure(error: rusqlite::Error) -> StoreError {
    match error.sqlite_error_code() {
        Some(
            ErrorCode::DiskFull
            | ErrorCode::SystemIoFailure
            | ErrorCode::DatabaseBusy
            | ErrorCode::DatabaseLocked
            | ErrorCode::CannotOpen
            | ErrorCode::ReadOnly
            | ErrorCode::PermissionDenied
            | ErrorCode::OutOfMemory,
        ) => StoreError::Unavailable(error.to_string()),
        _ => StoreError::Defect(error.to_string()),
    }
}

fn write_loop(mut tx: SqliteTx, jobs: &mpsc::Receiver<Job>, told: &broadcast::Sender<Uuid>) {
    while let Ok(first) = jobs.recv() {
        let mut next = Some(first);
        let mut replies: Vec<Reply> = Vec::new();
        let mut failed = begin(&tx.conn).err();
        while let Some(job) = next.take() {
            replies.push(job(&mut tx));
            if failed.is_none() && tx.conn.is_autocommit() {
                // SQLite gave the whole transaction up (disk full, I/O): nothing of this group stays.
                failed = Some(StoreError::Unavailable("the transaction was given up".into()));
            }
            if failed.is_none() && replies.len() < GROUP {
                next = jobs.try_recv().ok();
            }
        }
        if failed.is_none() {
            // Its frames may lie in the WAL and come back when the file is next recovered: only asking again tells.
            failed = tx.conn.execute_batch("COMMIT").err().map(|error| {
                tracing::error!(%error, "a commit failed");
                StoreError::Unknown
            });
        }
        if failed.is_some() && !tx.conn.is_autocommit() {
            drop(tx.conn.execute_batch("ROLLBACK"));
        }
        for id in tx.changed.drain(..) {
            if failed.is_none() {
                // Nobody listening is no failure.
                drop(told.send(id));
            }
        }
        for reply in replies {
            reply(failed.as_ref().map(|error| match error {
                StoreError::Unknown => StoreError::Unknown,
                nothing_done => StoreError::Unavailable(nothing_done.to_string()),
            }));
        }
    }
}

fn begin(conn: &Connection) -> Answer<()> {
    conn.execute_batch("BEGIN IMMEDIATE").map_err(failure)
}

fn read_loop(mut tx: SqliteTx, jobs: &Mutex<mpsc::Receiver<Job>>) {
    loop {
        let job = match jobs.lock() {
            Ok(jobs) => jobs.recv(),
            Err(_) => return,
        };
        let Ok(job) = job else { return };
        let begun = tx.conn.execute_batch("BEGIN").map_err(failure).err();
        let reply = job(&mut tx);
        let ended = tx.conn.execute_batch("COMMIT").map_err(failure).err();
        tx.changed.clear();
        reply(begun.or(ended));
    }
}

/// Runs one use case in a savepoint of its own; the reply waits for the commit.
fn job<U: UseCase>(case: U, answer: oneshot::Sender<Answer<U::Out>>) -> Job {
    Box::new(move |tx| {
        let outcome = if tx.conn.is_autocommit() {
            Err(StoreError::Unavailable("no transaction".into()))
        } else {
            tx.in_savepoint(case)
        };
        Box::new(move |failed| {
            // A caller that went away has its answer by key.
            drop(answer.send(match (outcome, failed) {
                (Ok(out), None) => Ok(out),
                (Ok(_), Some(e)) => Err(e),
                (Err(e), _) => Err(e),
            }));
        })
    })
}

impl SqliteTx {
    fn in_savepoint<U: UseCase>(&mut self, case: U) -> Answer<U::Out> {
        let before = self.changed.len();
        self.batch("SAVEPOINT one")?;
        let outcome = match pin!(case.run(self)).poll(&mut Context::from_waker(Waker::noop())) {
            Poll::Ready(outcome) => outcome,
            Poll::Pending => Err(StoreError::Defect("a use case waited for something that is no query".into())),
        };
        if outcome.is_err() {
            self.changed.truncate(before);
            if !self.conn.is_autocommit() {
                self.batch("ROLLBACK TO one")?;
            }
        }
        if !self.conn.is_autocommit() {
            self.batch("RELEASE one")?;
        }
        outcome
    }

    fn batch(&self, sql: &'static str) -> Answer<()> {
        self.conn.prepare_cached(sql).and_then(|mut s| s.execute([]).map(|_| ())).map_err(failure)
    }

    fn query(&self, sql: &'static str, args: &[Value]) -> rusqlite::Result<Vec<Row>> {
        let mut statement = self.conn.prepare_cached(sql)?;
        let columns = statement.column_count();
        let mut rows = statement.query(rusqlite::params_from_iter(args))?;
        let mut out = Vec::new();
        while let Some(row) = rows.next()? {
            let mut values = Vec::with_capacity(columns);
            for i in 0..columns {
                values.push(match row.get_ref(i)? {
                    ValueRef::Null => Value::Null,
                    ValueRef::Integer(x) => Value::Int(x),
                    ValueRef::Text(x) => Value::Text(String::from_utf8_lossy(x).into_owned()),
                    ValueRef::Blob(x) => Value::Bytes(x.to_vec()),
                    ValueRef::Real(_) => return Err(rusqlite::Error::InvalidQuery),
                });
            }
            out.push(Row(values));
        }
        Ok(out)
    }
}

impl rusqlite::ToSql for Value {
    fn to_sql(&self) -> rusqlite::Result<rusqlite::types::ToSqlOutput<'_>> {
        use rusqlite::types::ToSqlOutput::Borrowed;
        Ok(Borrowed(match self {
            Self::Null => ValueRef::Null,
            Self::Int(x) => ValueRef::Integer(*x),
            Self::Text(x) => ValueRef::Text(x.as_bytes()),
            Self::Uuid(x) => ValueRef::Blob(x.as_bytes()),
            Self::Bytes(x) => ValueRef::Blob(x),
        }))
    }
}

impl Tx for SqliteTx {
    fn rows(&mut self, sql: &'static str, args: Vec<Value>) -> impl Future<Output = Answer<Vec<Row>>> + Send {
        std::future::ready(self.query(sql, &args).map_err(failure))
    }

    fn run(&mut self, sql: &'static str, args: Vec<Value>) -> impl Future<Output = Answer<u64>> + Send {
        let changed = self
            .conn
            .prepare_cached(sql)
            .and_then(|mut s| s.execute(rusqlite::params_from_iter(&args)))
            .map(|n| u64::try_from(n).unwrap_or(u64::MAX));
        std::future::ready(changed.map_err(failure))
    }

    fn now(&mut self) -> impl Future<Output = Answer<Millis>> + Send {
        std::future::ready(Ok(self.clock.now()))
    }

    fn policy(&self) -> &Policy {
        &self.policy
    }

    fn changed(&mut self, reset: Uuid) {
        self.changed.push(reset);
    }
}

impl SqliteStore {
    async fn ask<U: UseCase>(queue: &mpsc::Sender<Job>, case: U) -> Answer<U::Out> {
        let (answer, heard) = oneshot::channel();
        queue.send(job(case, answer)).map_err(|_| StoreError::Unavailable("the store has stopped".into()))?;
        // The writer ended with the work in its hands.
        heard.await.map_err(|_| StoreError::Unknown)?
    }
}

impl Engine for SqliteStore {
    async fn write<U: UseCase>(&self, case: U) -> Answer<U::Out> {
        Self::ask(&self.writer, case).await
    }

    async fn read<U: UseCase>(&self, case: U) -> Answer<U::Out> {
        Self::ask(&self.readers, case).await
    }

    fn told(&self) -> broadcast::Receiver<Uuid> {
        self.told.subscribe()
    }

    fn probed(&self) -> &Probed {
        &self.probed
    }
}
