//! What an engine must bring so that every use case is written once: run a query text, tell the time, be one transaction.
//! Nothing in here leaves the store.

use std::future::Future;

use tokio::sync::broadcast;
use uuid::Uuid;
use ventanilla_domain::policy::Policy;
use ventanilla_domain::time::Millis;

use super::probe::Probed;
use super::{Answer, StoreError};

/// A value as both engines know it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum Value {
    Null,
    Int(i64),
    Text(String),
    Uuid(Uuid),
    Bytes(Vec<u8>),
}

macro_rules! value_from {
    ($($from:ty => |$x:ident| $make:expr;)*) => {
        $(impl From<$from> for Value { fn from($x: $from) -> Self { $make } })*
    };
}

value_from! {
    i64 => |x| Self::Int(x);
    u32 => |x| Self::Int(i64::from(x));
    i32 => |x| Self::Int(i64::from(x));
    bool => |x| Self::Int(i64::from(x));
    Millis => |x| Self::Int(x.0);
    &str => |x| Self::Text(x.to_owned());
    String => |x| Self::Text(x);
    &String => |x| Self::Text(x.clone());
    Uuid => |x| Self::Uuid(x);
    Vec<u8> => |x| Self::Bytes(x);
    [u8; 32] => |x| Self::Bytes(x.to_vec());
}

impl<T: Into<Value>> From<Option<T>> for Value {
    fn from(x: Option<T>) -> Self {
        x.map_or(Self::Null, Into::into)
    }
}

/// The arguments of a query, in the order of their numbers.
macro_rules! args {
    ($($x:expr),* $(,)?) => { vec![$($crate::store::engine::Value::from($x)),*] };
}
pub(crate) use args;

/// Names the query texts of a table. A test holds that `$1…$n` come in the order of first use and that no plan scans.
macro_rules! queries {
    ($($(#[$doc:meta])* $name:ident = $sql:literal;)*) => {
        $($(#[$doc])* pub(crate) const $name: &str = $sql;)*
        #[cfg(test)]
        pub(crate) const QUERIES: &[(&str, &str)] = &[$((stringify!($name), $name)),*];
    };
}
pub(crate) use queries;

/// A row of an answer.
#[derive(Debug, Clone)]
pub(crate) struct Row(pub(crate) Vec<Value>);

impl Row {
    fn defect<T>(column: usize) -> Answer<T> {
        Err(StoreError::Defect(format!("column {column} is not of the type that was asked for")))
    }

    pub(crate) fn opt_int(&self, i: usize) -> Answer<Option<i64>> {
        match self.0.get(i) {
            Some(Value::Int(x)) => Ok(Some(*x)),
            Some(Value::Null) => Ok(None),
            _ => Self::defect(i),
        }
    }

    pub(crate) fn int(&self, i: usize) -> Answer<i64> {
        self.opt_int(i)?.map_or_else(|| Self::defect(i), Ok)
    }

    pub(crate) fn u32(&self, i: usize) -> Answer<u32> {
        u32::try_from(self.int(i)?).or_else(|_| Self::defect(i))
    }

    pub(crate) fn flag(&self, i: usize) -> Answer<bool> {
        Ok(self.int(i)? != 0)
    }

    pub(crate) fn millis(&self, i: usize) -> Answer<Millis> {
        self.int(i).map(Millis)
    }

    pub(crate) fn opt_millis(&self, i: usize) -> Answer<Option<Millis>> {
        Ok(self.opt_int(i)?.map(Millis))
    }

    pub(crate) fn opt_text(&self, i: usize) -> Answer<Option<String>> {
        match self.0.get(i) {
            Some(Value::Text(x)) => Ok(Some(x.clone())),
            Some(Value::Null) => Ok(None),
            _ => Self::defect(i),
        }
    }

    pub(crate) fn text(&self, i: usize) -> Answer<String> {
        self.opt_text(i)?.map_or_else(|| Self::defect(i), Ok)
    }

    pub(crate) fn opt_uuid(&self, i: usize) -> Answer<Option<Uuid>> {
        match self.0.get(i) {
            Some(Value::Uuid(x)) => Ok(Some(*x)),
            Some(Value::Bytes(b)) => Uuid::from_slice(b).map(Some).or_else(|_| Self::defect(i)),
            Some(Value::Null) => Ok(None),
            _ => Self::defect(i),
        }
    }

    pub(crate) fn uuid(&self, i: usize) -> Answer<Uuid> {
        self.opt_uuid(i)?.map_or_else(|| Self::defect(i), Ok)
    }
}

/// One transaction under way.
pub(crate) trait Tx: Send {
    /// Runs a query that answers rows.
    fn rows(&mut self, sql: &'static str, args: Vec<Value>) -> impl Future<Output = Answer<Vec<Row>>> + Send;
    /// Runs a statement; answers how many rows it changed.
    fn run(&mut self, sql: &'static str, args: Vec<Value>) -> impl Future<Output = Answer<u64>> + Send;
    /// The time by the store's own clock, asked at this moment: after a lock was waited for, not before.
    fn now(&mut self) -> impl Future<Output = Answer<Millis>> + Send;
    /// The rules.
    fn policy(&self) -> &Policy;
    /// A reset changed: told after the commit.
    fn changed(&mut self, reset: Uuid);
}

/// The first row.
pub(crate) async fn one<T: Tx>(tx: &mut T, sql: &'static str, args: Vec<Value>) -> Answer<Option<Row>> {
    Ok(tx.rows(sql, args).await?.into_iter().next())
}

/// A row that must be there.
pub(crate) async fn the<T: Tx>(tx: &mut T, sql: &'static str, args: Vec<Value>) -> Answer<Row> {
    one(tx, sql, args).await?.ok_or_else(|| StoreError::Defect("a row that must exist is missing".into()))
}

/// One complete use case. It refuses with an error, and then nothing of it stays.
pub(crate) trait UseCase: Send + 'static {
    /// What it answers.
    type Out: Send + 'static;
    /// Whether it takes longer than a caller of the API would wait.
    const LONG: bool = false;
    /// Does it.
    fn run<T: Tx>(self, tx: &mut T) -> impl Future<Output = Answer<Self::Out>> + Send;
}

/// A database that runs use cases.
pub(crate) trait Engine: Send + Sync {
    /// In a transaction of its own; the answer means synced.
    fn write<U: UseCase>(&self, case: U) -> impl Future<Output = Answer<U::Out>> + Send;
    /// Beside the writers, on what is committed.
    fn read<U: UseCase>(&self, case: U) -> impl Future<Output = Answer<U::Out>> + Send;
    /// Told after each commit.
    fn told(&self) -> broadcast::Receiver<Uuid>;
    /// Whether it could write when that was last tried.
    fn probed(&self) -> &Probed;
}

/// The code of an enum as the wire spells it; rows hold these.
pub(crate) fn code<T: serde::Serialize>(x: &T) -> Answer<String> {
    match serde_json::to_value(x) {
        Ok(serde_json::Value::String(text)) => Ok(text),
        _ => Err(StoreError::Defect("an enum without a code".into())),
    }
}

/// An enum from its code.
pub(crate) fn decode<T: serde::de::DeserializeOwned>(text: String) -> Answer<T> {
    serde_json::from_value(serde_json::Value::String(text))
        .map_err(|e| StoreError::Defect(format!("a code that nobody wrote: {e}")))
}
