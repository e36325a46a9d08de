//! Following a link as it happens: a stream, and asking every two seconds while there is none. The newest version wins,
//! whatever way it came (the store sees to that).
//!
//! The countdown is counted from before a question (M13). An event of the stream may have lain in the network for any
//! time, so that one with a running time only causes the question.

use std::sync::Arc;
use std::sync::Weak;
use std::sync::atomic::{AtomicBool, Ordering};

use tokio::sync::mpsc;
use tokio::task::AbortHandle;
use uuid::Uuid;
use ventanilla_client::Seen;
use ventanilla_contract::reset::Reset;

use super::alive;
use crate::desk::{Desk, Inner, held};
use crate::error::DeskError;
use crate::store::resets::{self, is_final};
use crate::view::Change;

/// A reset that is being followed.
pub(super) struct Following {
    live: Arc<AtomicBool>,
    task: AbortHandle,
}

impl Following {
    pub(super) fn is_live(&self) -> bool {
        self.live.load(Ordering::Relaxed)
    }
}

/// Ends the task with its owner.
struct Aborts(AbortHandle);

impl Drop for Aborts {
    fn drop(&mut self) {
        self.0.abort();
    }
}

impl Desk {
    /// Follows a reset until its link is over. Following it twice is following it once.
    pub(super) fn follow(&self, case_id: Uuid, reset: &Reset) {
        let id = reset.id;
        let mut watches = held(&self.net().watches);
        watches.retain(|_, following| !following.task.is_finished());
        if watches.contains_key(&id) || is_final(reset.state) {
            return;
        }
        let live = Arc::new(AtomicBool::new(false));
        let task = tokio::spawn(follow(self.weak(), case_id, id, Arc::clone(&live)));
        watches.insert(id, Following { live, task: task.abort_handle() });
    }

    /// Asks how the reset stands now. `false`: nobody answered.
    async fn look_at(&self, reset_id: Uuid) -> bool {
        let Ok((line, token)) = self.signed_line() else { return false };
        let asked_at = self.clock().mono_ms();
        match self.noted_by(&token, line.reset_now(&token, reset_id).await) {
            Ok(reset) => self.take_word(&reset, asked_at).is_ok(),
            Err(_) => false,
        }
    }

    fn take_word(&self, reset: &Reset, asked_at: u64) -> Result<(), DeskError> {
        let taken = self.db().and_then(|db| db.mirror(|act| resets::update(act, reset, asked_at)));
        if let Err(error) = &taken {
            tracing::error!(%error, "news of a reset were not kept");
        }
        taken.map(|_| ())
    }
}

async fn follow(weak: Weak<Inner>, case_id: Uuid, reset_id: Uuid, live: Arc<AtomicBool>) {
    let Some((line, pace)) = alive(&weak).and_then(|desk| Some((desk.line().ok()?, desk.pace()))) else { return };
    let bearer = {
        let weak = weak.clone();
        Arc::new(move || alive(&weak).and_then(|desk| desk.token()))
    };
    let (tell, mut seen) = mpsc::channel(16);
    let mut watch = line.watch(bearer, reset_id);
    let reader = tokio::spawn(async move {
        loop {
            let news = watch.next().await;
            if matches!(news, Seen::Over(None)) {
                // Locked: the stream opens again when somebody signs in.
                tokio::time::sleep(pace.ask).await;
                continue;
            }
            let over = matches!(news, Seen::Over(_));
            if tell.send(news).await.is_err() || over {
                return;
            }
        }
    });
    let _reader = Aborts(reader.abort_handle());
    // Whether the newest word is still to be asked for.
    let mut behind = true;
    loop {
        let streaming = live.load(Ordering::Relaxed);
        let news = if streaming && !behind {
            seen.recv().await
        } else {
            // Once the backend refuses the stream the channel is closed: the pause keeps its length.
            match tokio::time::timeout(pace.ask, seen.recv()).await {
                Ok(None) => {
                    tokio::time::sleep(pace.ask).await;
                    Some(Seen::Over(None))
                }
                Ok(news) => news,
                Err(_) => Some(Seen::Over(None)),
            }
        };
        let Some(desk) = alive(&weak) else { return };
        let now_live = match news {
            Some(Seen::Open) => {
                behind = true;
                true
            }
            Some(Seen::Changed(reset)) => {
                if reset.remaining_ms.is_none() || is_final(reset.state) {
                    let _ = desk.take_word(&reset, desk.clock().mono_ms());
                    behind = false;
                } else {
                    behind = true;
                }
                true
            }
            Some(Seen::Broken(error)) => {
                tracing::info!(%error, "the stream of a reset broke");
                behind = true;
                false
            }
            Some(Seen::Over(_)) => {
                behind = true;
                streaming && !reader.is_finished()
            }
            None => {
                behind = true;
                false
            }
        };
        if live.swap(now_live, Ordering::Relaxed) != now_live {
            desk.changed(Change::Case { case_id: case_id.to_string() });
        }
        if behind && desk.look_at(reset_id).await {
            // Without a stream the next question comes by itself.
            behind = !now_live;
        }
        if !desk.is_followed(case_id, reset_id) {
            live.store(false, Ordering::Relaxed);
            return;
        }
    }
}
