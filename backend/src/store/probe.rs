//! Whether the store can write and read, found out by doing both: what was done before says nothing about now, and a
//! commit without a change succeeds on a full disk as well.

use std::time::Duration;

use tokio::sync::Mutex;
use tokio::time::{Instant, timeout};

use super::engine::{Engine, Tx, UseCase, args, one};
use super::{Answer, settings};

/// How long an answer is good: whoever asks often makes no work.
const GOOD_FOR: Duration = Duration::from_secs(2);
/// A store that takes longer is no use to a caller either.
const DEADLINE: Duration = Duration::from_secs(2);

/// What the last try said, and when.
#[derive(Default)]
pub(crate) struct Probed(Mutex<Option<(Instant, bool)>>);

impl Probed {
    /// The answer of the last two seconds, or a new one. Those who ask at the same time share it.
    pub(crate) async fn ask<E: Engine>(&self, engine: &E) -> bool {
        let mut last = self.0.lock().await;
        if let Some((at, works)) = *last
            && at.elapsed() < GOOD_FOR
        {
            return works;
        }
        let works = tried(engine).await;
        *last = Some((Instant::now(), works));
        works
    }
}

/// Writes and reads.
pub(crate) async fn tried<E: Engine>(engine: &E) -> bool {
    let both = async {
        engine.write(Write).await?;
        engine.read(Read).await
    };
    match timeout(DEADLINE, both).await {
        Ok(Ok(())) => true,
        Ok(Err(error)) => {
            tracing::error!(%error, "the store does not work");
            false
        }
        Err(_) => {
            tracing::error!("the store does not answer");
            false
        }
    }
}

struct Write;

impl UseCase for Write {
    type Out = ();

    async fn run<T: Tx>(self, tx: &mut T) -> Answer<()> {
        let now = tx.now().await?;
        tx.run(settings::PUT, args![settings::PROBED, now]).await.map(|_| ())
    }
}

struct Read;

impl UseCase for Read {
    type Out = ();

    async fn run<T: Tx>(self, tx: &mut T) -> Answer<()> {
        one(tx, settings::GET, args![settings::PROBED]).await.map(|_| ())
    }
}
