//! The PostgreSQL engine: the same use cases and texts over tokio-postgres and deadpool, READ COMMITTED with row locks.
//!
//! Every use case has one deadline on this side; when it passes the connection is dropped, since a frozen server's own
//! time-outs do not fire. A commit is never cancelled: one that does not answer in time is [`StoreError::Unknown`].
//!
//! The database's clock sets and compares every expiry. Tests that need an exact instant give another source
//! ([`PgTime::Given`]); production never does.

use std::sync::Arc;
use std::time::Duration;

use deadpool_postgres::{Manager, ManagerConfig, Object, Pool, RecyclingMethod};
use tokio::sync::broadcast;
use tokio::time::timeout;
use tokio_postgres::types::{ToSql, Type};
use tokio_postgres::{Config, NoTls};
use uuid::Uuid;
use ventanilla_domain::policy::Policy;
use ventanilla_domain::time::Millis;

use super::engine::{Engine, Row, Tx, UseCase, Value};
use super::probe::Probed;
use super::{Answer, StoreError, schema};
use crate::clock::Clock;

/// Whose clock counts.
#[derive(Clone)]
pub enum PgTime {
    /// The database's.
    Database,
    /// A given one, so that 179.999 s and 180.000 s can be tested.
    Given(Arc<dyn Clock>),
}

/// The store beyond one machine.
#[derive(Clone)]
pub struct PgStore {
    pool: Pool,
    policy: Policy,
    time: PgTime,
    deadline: Duration,
    told: broadcast::Sender<Uuid>,
    probed: Arc<Probed>,
}

/// A connection, while it runs one use case.
pub(crate) struct PgTx {
    /// Gone when the connection went back to the pool.
    client: Option<Object>,
    policy: Policy,
    time: PgTime,
    changed: Vec<Uuid>,
}

/// How many times longer a long use case may take.
const LONG: u32 = 30;
const SCHEMA_TABLE: &str = "CREATE TABLE IF NOT EXISTS schema_version (version BIGINT NOT NULL)";
/// Two backends that start at once migrate one after the other.
const SCHEMA_LOCK: &str = "SELECT pg_advisory_xact_lock(7294312)";

impl PgStore {
    /// Connects and brings the schema up to date. `deadline` bounds each use case.
    ///
    /// # Errors
    /// [`StoreError::Newer`], [`StoreError::Unavailable`].
    pub async fn connect(config: Config, policy: Policy, time: PgTime, deadline: Duration) -> Answer<Self> {
        let recycling_method = RecyclingMethod::Fast;
        let manager = Manager::from_config(config, NoTls, ManagerConfig { recycling_method });
        let pool = Pool::builder(manager).max_size(16).build().map_err(|e| StoreError::Unavailable(e.to_string()))?;
        let (told, _) = broadcast::channel(1024);
        let store = Self { pool, policy, time, deadline, told, probed: Arc::default() };
        timeout(deadline, store.migrate()).await.map_err(|_| late())??;
        Ok(store)
    }

    async fn migrate(&self) -> Answer<()> {
        let mut tx = self.begin().await?;
        let client = tx.client()?;
        client.batch_execute(SCHEMA_LOCK).await.map_err(failure)?;
        client.batch_execute(SCHEMA_TABLE).await.map_err(failure)?;
        let found = client.query_opt("SELECT max(version) FROM schema_version", &[]).await.map_err(failure)?;
        let found: Option<i64> = found.and_then(|row| row.get(0));
        for (number, text) in schema::pending(found.unwrap_or(0))? {
            client.batch_execute(&text).await.map_err(failure)?;
            client.execute("INSERT INTO schema_version VALUES ($1)", &[&number]).await.map_err(failure)?;
        }
        client.batch_execute("COMMIT").await.map_err(failure)?;
        tx.done();
        Ok(())
    }

    async fn begin(&self) -> Answer<PgTx> {
        let client = self.pool.get().await.map_err(|e| StoreError::Unavailable(e.to_string()))?;
        // Held by a `PgTx` before anything is sent: given up half way, the connection is dropped with it.
        let tx =
            PgTx { client: Some(client), policy: self.policy.clone(), time: self.time.clone(), changed: Vec::new() };
        tx.client()?.batch_execute("BEGIN").await.map_err(failure)?;
        Ok(tx)
    }

    async fn attempt<U: UseCase>(&self, case: U) -> Answer<U::Out> {
        let work = async {
            let mut tx = self.begin().await?;
            let outcome = case.run(&mut tx).await;
            Answer::Ok((tx, outcome))
        };
        let deadline = if U::LONG { self.deadline * LONG } else { self.deadline };
        let (mut tx, outcome) = timeout(deadline, work).await.map_err(|_| late())??;
        match outcome {
            Ok(out) => match timeout(self.deadline, tx.client()?.batch_execute("COMMIT")).await {
                Ok(Ok(())) => {
                    for id in tx.changed.drain(..) {
                        // Nobody listening is no failure.
                        drop(self.told.send(id));
                    }
                    tx.done();
                    Ok(out)
                }
                // The server refused the commit itself: it was rolled back.
                Ok(Err(e)) if e.as_db_error().is_some() => Err(failure(e)),
                Ok(Err(_)) | Err(_) => Err(StoreError::Unknown),
            },
            Err(refused) => {
                if matches!(timeout(self.deadline, tx.client()?.batch_execute("ROLLBACK")).await, Ok(Ok(()))) {
                    tx.done();
                }
                Err(refused)
            }
        }
    }
}

fn late() -> StoreError {
    StoreError::Unavailable("the database did not answer in time".into())
}

/// What PostgreSQL says, as the store says it.
fn failure(error: tokio_postgres::Error) -> StoreError {
    let Some(db) = error.as_db_error() else { return StoreError::Unavailable(error.to_string()) };
    // Classes: 08 connection, 40 rollback (deadlock, serialisation), 53 resources (disk full, too many connections),
    // 57 operator intervention. The text names no values; `detail` would, and is left out.
    let class = db.code().code().get(..2).unwrap_or_default().to_owned();
    let text = format!("{}: {}", db.code().code(), db.message());
    if matches!(class.as_str(), "08" | "40" | "53" | "57") {
        StoreError::Unavailable(text)
    } else {
        StoreError::Defect(text)
    }
}

impl PgTx {
    fn client(&self) -> Answer<&Object> {
        self.client.as_ref().ok_or_else(|| StoreError::Defect("a transaction that is over".into()))
    }

    /// Nothing is open any more: the connection may be used again.
    fn done(&mut self) {
        drop(self.client.take());
    }

    async fn prepared(&self, sql: &'static str, args: &[Value]) -> Answer<(tokio_postgres::Statement, Vec<Argument>)> {
        let statement = self.client()?.prepare_cached(sql).await.map_err(failure)?;
        let args = statement.params().iter().zip(args).map(|(ty, value)| argument(value, ty)).collect();
        Ok((statement, args))
    }
}

impl Drop for PgTx {
    fn drop(&mut self) {
        // Whatever is still open on this connection ends with it; it never goes back to the pool.
        if let Some(client) = self.client.take() {
            drop(Object::take(client));
        }
    }
}

type Argument = Box<dyn ToSql + Sync + Send>;

fn argument(value: &Value, ty: &Type) -> Argument {
    match value {
        Value::Int(x) => Box::new(*x),
        Value::Text(x) => Box::new(x.clone()),
        Value::Uuid(x) => Box::new(*x),
        Value::Bytes(x) => Box::new(x.clone()),
        Value::Null if *ty == Type::INT8 => Box::new(None::<i64>),
        Value::Null if *ty == Type::UUID => Box::new(None::<Uuid>),
        Value::Null if *ty == Type::BYTEA => Box::new(None::<Vec<u8>>),
        Value::Null => Box::new(None::<String>),
    }
}

fn references(args: &[Argument]) -> Vec<&(dyn ToSql + Sync)> {
    args.iter().map(|x| -> &(dyn ToSql + Sync) { &**x }).collect()
}

fn value(row: &tokio_postgres::Row, i: usize, ty: &Type) -> Answer<Value> {
    let value = match *ty {
        Type::INT8 => row.try_get::<_, Option<i64>>(i).map(|x| x.map(Value::Int)),
        Type::TEXT => row.try_get::<_, Option<String>>(i).map(|x| x.map(Value::Text)),
        Type::UUID => row.try_get::<_, Option<Uuid>>(i).map(|x| x.map(Value::Uuid)),
        Type::BYTEA => row.try_get::<_, Option<Vec<u8>>>(i).map(|x| x.map(Value::Bytes)),
        _ => return Err(StoreError::Defect(format!("column type {ty}"))),
    };
    value.map(|x| x.unwrap_or(Value::Null)).map_err(failure)
}

impl Tx for PgTx {
    async fn rows(&mut self, sql: &'static str, args: Vec<Value>) -> Answer<Vec<Row>> {
        let (statement, args) = self.prepared(sql, &args).await?;
        let rows = self.client()?.query(&statement, &references(&args)).await.map_err(failure)?;
        let read = |row: &tokio_postgres::Row| {
            row.columns().iter().enumerate().map(|(i, c)| value(row, i, c.type_())).collect::<Answer<_>>().map(Row)
        };
        rows.iter().map(read).collect()
    }

    async fn run(&mut self, sql: &'static str, args: Vec<Value>) -> Answer<u64> {
        let (statement, args) = self.prepared(sql, &args).await?;
        self.client()?.execute(&statement, &references(&args)).await.map_err(failure)
    }

    async fn now(&mut self) -> Answer<Millis> {
        match &self.time {
            PgTime::Given(clock) => Ok(clock.now()),
            PgTime::Database => {
                const NOW: &str = "SELECT floor(extract(epoch FROM clock_timestamp()) * 1000)::bigint";
                super::engine::the(self, NOW, Vec::new()).await?.millis(0)
            }
        }
    }

    fn policy(&self) -> &Policy {
        &self.policy
    }

    fn changed(&mut self, reset: Uuid) {
        self.changed.push(reset);
    }
}

impl Engine for PgStore {
    async fn write<U: UseCase>(&self, case: U) -> Answer<U::Out> {
        self.attempt(case).await
    }

    async fn read<U: UseCase>(&self, case: U) -> Answer<U::Out> {
        self.attempt(case).await
    }

    fn told(&self) -> broadcast::Receiver<Uuid> {
        self.told.subscribe()
    }

    fn probed(&self) -> &Probed {
        &self.probed
    }
}
