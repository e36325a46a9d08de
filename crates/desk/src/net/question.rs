//! The only thing that is automatic about a reset of unknown fate: the question by its key (M11, M12). It runs while
//! somebody is signed in, also after a restart; its "no such key" is not final, so it goes on asking.

use std::sync::{Arc, Weak};
use std::time::Duration;

use uuid::Uuid;
use ventanilla_client::ClientError;
use ventanilla_contract::error::ErrorCode;
use ventanilla_domain::reset::Ask;

use super::{alive, is_no};
use crate::desk::{Desk, Inner};
use crate::error::DeskError;
use crate::store::cases::{self};
use crate::store::reissues;
use crate::store::resets::{self, Learned, ResetRow, is_final};

/// The longest pause between two questions.
const ASK_MAX: Duration = Duration::from_secs(15);

impl Desk {
    /// Takes up what was open: an intent of an earlier run may have left, so it is unknown; links that live are
    /// followed again.
    pub(super) fn take_up_resets(&self) -> Result<(), DeskError> {
        for row in self.db()?.read(resets::open)? {
            match row.ask {
                Ask::Intent => {
                    // An intent of this run is with the act that made it, which holds the case's turn.
                    if let Ok(_turn) = self.turn(row.case_id).try_lock() {
                        self.db()?.mirror(|act| resets::learn(act, row.key, Learned::Silence))?;
                    }
                }
                Ask::Accepted => {
                    if let Some(reset) = &row.reset {
                        self.follow(row.case_id, reset);
                    }
                }
                Ask::Unknown | Ask::NotFound | Ask::Refused | Ask::Abandoned => {}
            }
        }
        Ok(())
    }

    /// Asks about everything that is unknown. Returns whether anything is, and whether the backend answered.
    async fn ask_about_all(&self) -> Result<(bool, bool), DeskError> {
        if self.token().is_none() {
            return Ok((false, true));
        }
        // An act whose last word did not reach the disk left its intent behind: nobody else asks about it.
        self.take_up_resets()?;
        let (mut any, mut answered) = (false, true);
        for row in self.db()?.read(resets::open)? {
            match row.ask {
                Ask::Unknown | Ask::NotFound => {
                    any = true;
                    answered &= self.ask_about(row.case_id, row.key).await?;
                }
                Ask::Intent | Ask::Accepted | Ask::Refused | Ask::Abandoned => {}
            }
        }
        for (case_id, key) in self.db()?.read(reissues::all_open)? {
            any = true;
            answered &= self.ask_about_reissue(case_id, key).await?;
        }
        Ok((any, answered))
    }

    async fn ask_about(&self, case_id: Uuid, key: Uuid) -> Result<bool, DeskError> {
        let turn = self.turn(case_id);
        let _turn = turn.lock().await;
        // Meanwhile a clerk may have resolved it.
        let row: ResetRow = self.db()?.read(|c| resets::need(c, key))?;
        if !matches!(row.ask, Ask::Unknown | Ask::NotFound) {
            return Ok(true);
        }
        let (line, token) = self.signed_line()?;
        let asked_at = self.clock().mono_ms();
        match self.noted_by(&token, line.reset_by_key(&token, key).await) {
            Ok(reset) => self.adopt(&row, &reset, asked_at)?,
            Err(ClientError::Refused { body, .. }) if body.code == ErrorCode::ResetUnknown => {
                // Said before: nothing is learnt, and nothing is written every two seconds.
                if row.ask != Ask::NotFound {
                    self.db()?.mirror(|act| resets::learn(act, key, Learned::NoneByKey))?;
                }
            }
            Err(ClientError::Refused { body, .. }) if body.code == ErrorCode::ResetAbandoned => {
                self.db()?.mirror(|act| resets::abandon(act, key))?;
            }
            Err(error) => return Ok(is_no(&error)),
        }
        Ok(true)
    }

    async fn ask_about_reissue(&self, case_id: Uuid, key: Uuid) -> Result<bool, DeskError> {
        let turn = self.turn(case_id);
        let _turn = turn.lock().await;
        if self.db()?.read(|c| reissues::open(c, case_id))? != Some(key) {
            return Ok(true);
        }
        let (line, token) = self.signed_line()?;
        let asked_at = self.clock().mono_ms();
        match self.noted_by(&token, line.reset_by_key(&token, key).await) {
            Ok(reset) => self.settle_reissue(case_id, key, Some((&reset, asked_at)))?,
            Err(ClientError::Refused { body, .. }) if body.code == ErrorCode::ResetAbandoned => {
                self.settle_reissue(case_id, key, None)?;
            }
            // Not final; the clerk presses again (same key) or closes the case.
            Err(ClientError::Refused { body, .. }) if body.code == ErrorCode::ResetUnknown => {}
            Err(error) => return Ok(is_no(&error)),
        }
        Ok(true)
    }

    /// Whether a reset's news still matter: its link lives and its case is open.
    pub(super) fn is_followed(&self, case_id: Uuid, reset_id: Uuid) -> bool {
        let state = self.db().and_then(|db| {
            db.read(|c| {
                let closed = matches!(cases::need(c, case_id)?.state, ventanilla_domain::case::CaseState::Closed(_));
                let row = resets::by_reset_id(c, reset_id)?;
                Ok(!closed && row.and_then(|r| r.reset).is_some_and(|r| !is_final(r.state)))
            })
        });
        state.unwrap_or(false)
    }
}

pub(super) async fn questions(weak: Weak<Inner>) {
    let mut failures: u32 = 0;
    loop {
        let Some(desk) = alive(&weak) else { return };
        let pace = desk.pace().ask;
        let (any, answered) = desk.ask_about_all().await.unwrap_or_else(|error| {
            tracing::warn!(%error, "the question was not asked");
            (true, false)
        });
        failures = if answered { 0 } else { failures.saturating_add(1) };
        let pause = pace.saturating_mul(1 << failures.min(3)).min(ASK_MAX);
        if any {
            drop(desk);
            tokio::time::sleep(pause).await;
        } else {
            // Nothing is unknown: wait until something is, and look whether the desk still is there.
            let (tick, unknown) = (desk.pace().tick, Arc::clone(&desk.net().unknown));
            drop(desk);
            let _ = tokio::time::timeout(tick, unknown.notified()).await;
        }
    }
}
