//! The reset (R10, M8–M15): whether one may start, the life of a link at the backend, and what the desk knows of it.

use crate::dossier::{Line, is_complete};
use crate::employer::{AccountState, Facts, RucStatus};
use crate::policy::Policy;
use crate::time::Millis;

/// Why no reset starts. The backend answers it to whoever calls (M31); each has a stable code.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, thiserror::Error)]
pub enum ResetRefusal {
    /// A document is not accepted.
    #[error("the dossier is incomplete")]
    DossierIncomplete,
    /// R1.
    #[error("the RUC is not active")]
    RucNotActive,
    /// R29.
    #[error("no e-mail address is registered")]
    NoRegisteredEmail,
    /// R13.
    #[error("the account is blocked")]
    AccountBlocked,
    /// The address that the person named is not the registered one (M14).
    #[error("the stated address is not the registered one")]
    EmailMismatch,
    /// The pause between two links is not over (M15).
    #[error("the pause between two links is not over")]
    CoolDown,
    /// No more links today without a supervisor (M15).
    #[error("no more links today for this case")]
    LinkCap,
}

/// Whether a reset may start now. Desk (to enable the key) and backend (to refuse) both ask here.
///
/// # Errors
/// The first refusal, the one that the person can act on before the others.
pub fn admissible(facts: &Facts, lines: &[Line], email_matches: bool) -> Result<(), ResetRefusal> {
    if facts.ruc_status != RucStatus::Active {
        return Err(ResetRefusal::RucNotActive);
    }
    match facts.account {
        AccountState::Blocked => return Err(ResetRefusal::AccountBlocked),
        AccountState::Active => {}
    }
    if !facts.has_email {
        return Err(ResetRefusal::NoRegisteredEmail);
    }
    if !is_complete(lines) {
        return Err(ResetRefusal::DossierIncomplete);
    }
    if !email_matches {
        return Err(ResetRefusal::EmailMismatch);
    }
    Ok(())
}

/// Whether another link may go out (M15).
///
/// # Errors
/// [`ResetRefusal::LinkCap`] or [`ResetRefusal::CoolDown`].
pub fn may_reissue(policy: &Policy, links_today: u32, last_issued: Millis, now: Millis) -> Result<(), ResetRefusal> {
    if links_today >= policy.links_per_day {
        return Err(ResetRefusal::LinkCap);
    }
    if now.since(last_issued) < policy.reissue_cooldown_ms {
        return Err(ResetRefusal::CoolDown);
    }
    Ok(())
}

/// The life of one link at the backend. Each issue of a reset is a link of its own.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum LinkState {
    /// Accepted; the mail is not under way yet and the time does not run.
    Accepted,
    /// The time runs; the mail server has not answered.
    Mailing {
        /// First instant at which the link is no longer valid.
        expires_at: Millis,
    },
    /// The mail server put it off (4xx); tried again until the time is over (M14).
    Deferred {
        /// See [`LinkState::Mailing`].
        expires_at: Millis,
    },
    /// The mail server took it (250).
    HandedOver {
        /// See [`LinkState::Mailing`].
        expires_at: Millis,
    },
    /// The mail server refused it (5xx), or a delivery report came back. The link may still be used if it did arrive.
    Bounced {
        /// See [`LinkState::Mailing`].
        expires_at: Millis,
    },
    /// The key is set.
    Used,
    /// The time is over.
    Expired,
    /// A later link replaced it (M10).
    Superseded,
    /// The case was closed without it (M15).
    Cancelled,
}

/// What happens to a link.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum LinkEvent {
    /// The mail is about to go out: the time begins.
    MailStarts,
    /// 250.
    MailTaken,
    /// 4xx.
    MailDeferred,
    /// 5xx or a delivery report.
    MailBounced,
    /// The person's POST with a key that passes.
    KeySet,
    /// Somebody looked whether the time is over.
    Tick,
    /// A new link takes its place.
    Supersede,
    /// The case gave it up.
    Cancel,
}

/// Why an event does not fit a link.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, thiserror::Error)]
pub enum LinkRefusal {
    /// 180.000 s have passed since the mail started (R10, M13).
    #[error("the link has expired")]
    Expired,
    /// A one-shot that was used.
    #[error("the link was used")]
    Used,
    /// Replaced or cancelled.
    #[error("the link was withdrawn")]
    Withdrawn,
    /// The event cannot come now.
    #[error("the event does not fit the state of the link")]
    DoesNotFit,
}

impl LinkState {
    /// First instant at which the link is no longer valid, while its time runs.
    #[must_use]
    pub const fn expires_at(self) -> Option<Millis> {
        match self {
            Self::Mailing { expires_at }
            | Self::Deferred { expires_at }
            | Self::HandedOver { expires_at }
            | Self::Bounced { expires_at } => Some(expires_at),
            Self::Accepted | Self::Used | Self::Expired | Self::Superseded | Self::Cancelled => None,
        }
    }

    /// Whether the link may still set a key or is about to be mailed: the employer's one live reset.
    #[must_use]
    pub const fn is_live(self) -> bool {
        match self {
            Self::Accepted
            | Self::Mailing { .. }
            | Self::Deferred { .. }
            | Self::HandedOver { .. }
            | Self::Bounced { .. } => true,
            Self::Used | Self::Expired | Self::Superseded | Self::Cancelled => false,
        }
    }
}

/// The next state of a link. `now < expires_at` is valid, `now == expires_at` is not (M13).
///
/// # Errors
/// [`LinkRefusal`]; the state is unchanged, except that the caller may store an expiry with [`LinkEvent::Tick`].
pub fn step(state: LinkState, event: LinkEvent, link_ms: i64, now: Millis) -> Result<LinkState, LinkRefusal> {
    match state {
        LinkState::Used => return Err(LinkRefusal::Used),
        LinkState::Superseded | LinkState::Cancelled => return Err(LinkRefusal::Withdrawn),
        LinkState::Expired => return Err(LinkRefusal::Expired),
        LinkState::Accepted
        | LinkState::Mailing { .. }
        | LinkState::Deferred { .. }
        | LinkState::HandedOver { .. }
        | LinkState::Bounced { .. } => {}
    }
    match event {
        LinkEvent::Supersede => return Ok(LinkState::Superseded),
        LinkEvent::Cancel => return Ok(LinkState::Cancelled),
        LinkEvent::MailStarts
        | LinkEvent::MailTaken
        | LinkEvent::MailDeferred
        | LinkEvent::MailBounced
        | LinkEvent::KeySet
        | LinkEvent::Tick => {}
    }
    let Some(expires_at) = state.expires_at() else {
        return match event {
            LinkEvent::MailStarts => Ok(LinkState::Mailing { expires_at: now.plus(link_ms) }),
            LinkEvent::Tick => Ok(state),
            LinkEvent::MailTaken
            | LinkEvent::MailDeferred
            | LinkEvent::MailBounced
            | LinkEvent::KeySet
            | LinkEvent::Supersede
            | LinkEvent::Cancel => Err(LinkRefusal::DoesNotFit),
        };
    };
    if now >= expires_at {
        return match event {
            LinkEvent::Tick => Ok(LinkState::Expired),
            LinkEvent::MailStarts
            | LinkEvent::MailTaken
            | LinkEvent::MailDeferred
            | LinkEvent::MailBounced
            | LinkEvent::KeySet
            | LinkEvent::Supersede
            | LinkEvent::Cancel => Err(LinkRefusal::Expired),
        };
    }
    match event {
        // The same mail again after a crash: the expiry stays what it was.
        LinkEvent::MailStarts | LinkEvent::Tick => Ok(state),
        LinkEvent::MailTaken => Ok(LinkState::HandedOver { expires_at }),
        LinkEvent::MailDeferred => Ok(LinkState::Deferred { expires_at }),
        LinkEvent::MailBounced => Ok(LinkState::Bounced { expires_at }),
        LinkEvent::KeySet => Ok(LinkState::Used),
        LinkEvent::Supersede => Ok(LinkState::Superseded),
        LinkEvent::Cancel => Ok(LinkState::Cancelled),
    }
}

/// What the desk knows of a reset that it asked for (the table of the exactly-once protocol, M11, M12).
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Ask {
    /// Key and body hash are on disk; the call may or may not have left.
    Intent,
    /// The call left and no answer came: only the question is automatic.
    Unknown,
    /// The question was answered "no such key", which is not final: the first call may still arrive. A clerk presses
    /// *resend* (same key) or *abandon*.
    NotFound,
    /// The backend accepted; its own states apply from here on.
    Accepted,
    /// The backend refused; nothing was started.
    Refused,
    /// A tombstone stands at the backend for the key.
    Abandoned,
}

/// What happens to an ask.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum AskEvent {
    /// Silence: time-out, cut connection, a restart.
    Silence,
    /// The backend answered with the reset.
    Answer,
    /// The backend answered with a refusal.
    Refusal,
    /// The question by key was answered "none".
    NoneByKey,
    /// The clerk pressed *resend*.
    Resend,
    /// The tombstone was confirmed.
    Tombstone,
}

/// An event that does not fit an ask.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("the event does not fit what the desk knows of the reset")]
pub struct AskRefusal;

/// The next knowledge of the desk. Nothing in here sends: a *resend* is only ever the clerk's key press.
///
/// # Errors
/// [`AskRefusal`] where the event does not fit.
pub const fn know(ask: Ask, event: AskEvent) -> Result<Ask, AskRefusal> {
    match (ask, event) {
        // Answers are true whenever they come, except after a tombstone.
        (Ask::Intent | Ask::Unknown | Ask::NotFound | Ask::Accepted, AskEvent::Answer) => Ok(Ask::Accepted),
        (Ask::Intent | Ask::Unknown | Ask::NotFound, AskEvent::Refusal) => Ok(Ask::Refused),
        (Ask::Intent | Ask::Unknown, AskEvent::Silence) => Ok(Ask::Unknown),
        (Ask::NotFound, AskEvent::Silence) => Ok(Ask::NotFound),
        (Ask::Intent | Ask::Unknown | Ask::NotFound, AskEvent::NoneByKey) => Ok(Ask::NotFound),
        (Ask::NotFound, AskEvent::Resend) => Ok(Ask::Intent),
        (Ask::Unknown | Ask::NotFound, AskEvent::Tombstone) => Ok(Ask::Abandoned),
        (Ask::Accepted | Ask::Refused | Ask::Abandoned, AskEvent::Silence)
        | (Ask::Accepted, AskEvent::Refusal | AskEvent::NoneByKey)
        | (Ask::Intent | Ask::Unknown | Ask::Accepted, AskEvent::Resend)
        | (Ask::Intent | Ask::Accepted, AskEvent::Tombstone)
        | (
            Ask::Refused | Ask::Abandoned,
            AskEvent::Answer | AskEvent::Refusal | AskEvent::NoneByKey | AskEvent::Resend | AskEvent::Tombstone,
        ) => Err(AskRefusal),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const LINK_MS: i64 = 180_000;
    const START: Millis = Millis(1_795_500_000_000);

    fn mailing() -> LinkState {
        step(LinkState::Accepted, LinkEvent::MailStarts, LINK_MS, START).unwrap()
    }

    #[test]
    fn a_link_lives_179_999_and_not_180_000() {
        let link = mailing();
        assert_eq!(step(link, LinkEvent::KeySet, LINK_MS, START.plus(179_999)), Ok(LinkState::Used));
        assert_eq!(step(link, LinkEvent::KeySet, LINK_MS, START.plus(180_000)), Err(LinkRefusal::Expired));
        assert_eq!(step(link, LinkEvent::Tick, LINK_MS, START.plus(180_000)), Ok(LinkState::Expired));
        assert_eq!(step(link, LinkEvent::Tick, LINK_MS, START.plus(179_999)), Ok(link));
    }

    #[test]
    fn a_link_is_used_once() {
        assert_eq!(step(LinkState::Used, LinkEvent::KeySet, LINK_MS, START), Err(LinkRefusal::Used));
    }

    #[test]
    fn the_time_begins_with_the_mail_and_a_second_start_does_not_prolong_it() {
        let link = mailing();
        assert_eq!(step(link, LinkEvent::MailStarts, LINK_MS, START.plus(60_000)), Ok(link));
        assert_eq!(step(LinkState::Accepted, LinkEvent::KeySet, LINK_MS, START), Err(LinkRefusal::DoesNotFit));
    }

    #[test]
    fn a_withdrawn_link_takes_nothing_more() {
        for gone in [LinkState::Superseded, LinkState::Cancelled] {
            assert_eq!(step(gone, LinkEvent::KeySet, LINK_MS, START), Err(LinkRefusal::Withdrawn));
            assert_eq!(step(gone, LinkEvent::MailStarts, LINK_MS, START), Err(LinkRefusal::Withdrawn));
        }
    }

    #[test]
    fn a_link_that_bounced_can_still_be_used_in_time() {
        let bounced = step(mailing(), LinkEvent::MailBounced, LINK_MS, START.plus(5)).unwrap();
        assert_eq!(step(bounced, LinkEvent::KeySet, LINK_MS, START.plus(179_999)), Ok(LinkState::Used));
    }

    #[test]
    fn mail_is_never_sent_after_its_time() {
        let deferred = step(mailing(), LinkEvent::MailDeferred, LINK_MS, START.plus(5)).unwrap();
        let late = START.plus(180_000);
        assert_eq!(step(deferred, LinkEvent::MailStarts, LINK_MS, late), Err(LinkRefusal::Expired));
    }

    #[test]
    fn silence_leads_only_to_the_question_and_a_404_is_not_final() {
        assert_eq!(know(Ask::Intent, AskEvent::Silence), Ok(Ask::Unknown));
        assert_eq!(know(Ask::Unknown, AskEvent::NoneByKey), Ok(Ask::NotFound));
        assert_eq!(know(Ask::NotFound, AskEvent::Answer), Ok(Ask::Accepted), "the first call arrived late");
        assert_eq!(know(Ask::Unknown, AskEvent::Resend), Err(AskRefusal), "nothing is resent before the question");
        assert_eq!(know(Ask::NotFound, AskEvent::Resend), Ok(Ask::Intent));
    }

    #[test]
    fn after_a_tombstone_nothing_revives_the_ask() {
        for event in [AskEvent::Answer, AskEvent::Refusal, AskEvent::NoneByKey, AskEvent::Resend, AskEvent::Silence] {
            assert_eq!(know(Ask::Abandoned, event), Err(AskRefusal));
        }
    }

    #[test]
    fn another_link_waits_for_the_cool_down_and_stops_at_the_cap() {
        let policy = Policy::default();
        let cool = policy.reissue_cooldown_ms;
        assert_eq!(may_reissue(&policy, 1, START, START.plus(cool - 1)), Err(ResetRefusal::CoolDown));
        assert_eq!(may_reissue(&policy, 1, START, START.plus(cool)), Ok(()));
        assert_eq!(may_reissue(&policy, 3, START, START.plus(cool)), Err(ResetRefusal::LinkCap));
    }
}
