//! Accepting a reset: the same judgement as at the desk, on the backend's own facts (M31), and one transaction for all
//! that follows from it.

use ventanilla_contract::error::ErrorCode;
use ventanilla_contract::reset::{Document as Wire, ResetRequest, Step};
use ventanilla_contract::turno::Turno;
use ventanilla_domain::dossier::{Document, Entry as Word, Evidence, TurnoFacts, assess};
use ventanilla_domain::email::Email;
use ventanilla_domain::employer::EmployerId;
use ventanilla_domain::number::Cedula;
use ventanilla_domain::reset::{admissible, may_reissue};
use ventanilla_domain::time::Millis;

use super::centers::{self, Entry, What};
use super::engine::{Tx, UseCase, args, code, one};
use super::events::With;
use super::keys::{Purpose, Taken};
use super::{
    AcceptReset, Accepted, Actor, Answer, Refusal, StoreError, cases, employers, events, keys, links, outbox, resets,
    turnos,
};
use crate::account::{Account, AccountSystem, Embedded};

/// A wrong address is an answer and not an error in here: its count must be committed, by the transaction that judged.
impl UseCase for AcceptReset {
    type Out = Result<Accepted, Refusal>;

    async fn run<T: Tx>(self, tx: &mut T) -> Answer<Self::Out> {
        let Self { key, request, actor, reset_id, link } = self;
        let now = tx.now().await?;
        match keys::take(tx, key, &actor, (Purpose::Reset, &request.body_hash(), reset_id), now).await? {
            Taken::Replay(known) => {
                return Ok(Ok(Accepted { reset: resets::view(tx, known, now).await?, replayed: true }));
            }
            Taken::New => {}
        }
        let number = EmployerId::parse(&request.number).map_err(|_| ErrorCode::NumberInvalid)?;
        let turno = own_turno(tx, &request, &actor).await?;
        let account = Embedded.look(tx, number.as_str(), true).await?;
        // Asked again: the employer's row may have been waited for.
        let now = tx.now().await?;
        cases::in_period(tx, request.service_period, request.case_id, now).await?;
        let center = centers::get(tx, &actor.center).await?;
        let today = center.today(now);
        let day = today.to_string();
        // A clerk with curl gets no more guesses at an address than the window (M14). Asked under the employer's lock.
        if cases::request_tries_left(tx, request.case_id, (number.as_str(), &day)).await? == 0 {
            return Err(ErrorCode::EmailCheckExhausted.into());
        }
        let email = match judge(tx, &request, &account, (&turno, &actor), today) {
            Err(StoreError::Refused(refusal)) if refusal.code == ErrorCode::EmailMismatch => {
                cases::miss(tx, request.case_id, (number.as_str(), &day)).await?;
                keys::give_back(tx, key).await?;
                let (what, subject) = (What::EmailCompared, Some(request.case_id));
                let (center, actor) = (&actor.center, &actor.username);
                centers::record(tx, Entry { center, at: now, actor, what, subject }).await?;
                return Ok(Err(refusal));
            }
            judged => judged?,
        };
        cases::matched(tx, request.case_id, number.as_str()).await?;
        clear_the_way(tx, number.as_str(), now).await?;
        may_issue(tx, request.case_id, &day, now).await?;
        let args =
            args![reset_id, request.case_id, number.as_str(), &actor.center, &actor.username, email.as_str(), link.id];
        tx.run(resets::PUT, args).await?;
        links::put(tx, &link, (reset_id, request.case_id, &day), now).await?;
        outbox::put(tx, link.mail_id, outbox::Stored::Link, (reset_id, link.id), now).await?;
        let args = args![reset_id, 1_i64, link.id, code(&Step::Accepted)?, now, None::<String>];
        tx.run(resets::STEP_PUT, args).await?;
        keep_head(tx, &request, &actor, now).await?;
        let entry = Entry {
            center: &actor.center,
            at: now,
            actor: &actor.username,
            what: What::ResetAccepted,
            subject: Some(reset_id),
        };
        centers::record(tx, entry).await?;
        tx.changed(reset_id);
        Ok(Ok(Accepted { reset: resets::view(tx, reset_id, now).await?, replayed: false }))
    }
}

/// The turno and the case must be the actor's own. The turno is judged first, so that another centre's says so.
async fn own_turno<T: Tx>(tx: &mut T, request: &ResetRequest, actor: &Actor) -> Answer<Turno> {
    let row = one(tx, turnos::GET, args![request.turno_id]).await?.ok_or(ErrorCode::TurnoUnknown)?;
    let (turno, claimed) = turnos::read(&row)?;
    if turno.center != actor.center {
        return Err(ErrorCode::TurnoOtherCenter.into());
    }
    let case = cases::own(tx, request.case_id, actor).await?;
    if case.turno_id != request.turno_id || claimed != Some(request.case_id) {
        return Err(ErrorCode::CaseNotYours.into());
    }
    if case.closed {
        return Err(ErrorCode::ServicePeriodOver.into());
    }
    Ok(turno)
}

/// Runs the dossier's rules on the registries' facts and the clerk's word; answers the address that the link goes to.
fn judge<T: Tx>(
    tx: &T,
    request: &ResetRequest,
    account: &Account,
    (turno, actor): (&Turno, &Actor),
    today: chrono::NaiveDate,
) -> Answer<Email> {
    let turno = TurnoFacts {
        day: turno.day.parse().map_err(|_| ErrorCode::Internal)?,
        this_centre: turno.center == actor.center,
        employer: EmployerId::parse(&turno.number).map_err(|_| ErrorCode::NumberInvalid)?,
        walk_in: turno.walk_in,
    };
    let shown = Cedula::parse(&request.cedula_shown).map_err(|_| ErrorCode::NumberInvalid)?;
    let mut words: Vec<(Document, Word)> = Vec::new();
    for attestation in &request.attestations {
        let word = Word::try_from(attestation).map_err(|_| ErrorCode::BodyInvalid)?;
        words.push((document(attestation.document), word));
    }
    let evidence = Evidence { facts: &account.facts, turno: Some(&turno), cedula_shown: Some(&shown), today };
    let lines = assess(tx.policy(), evidence, |document| {
        words.iter().find(|(d, _)| *d == document).map(|(_, word)| word.clone())
    });
    let stated = Email::parse(&request.stated_email).ok();
    let matches = account.email.as_ref().zip(stated.as_ref()).is_some_and(|(ours, theirs)| ours.same_box(theirs));
    admissible(&account.facts, &lines, matches).map_err(ErrorCode::from)?;
    account.email.clone().ok_or_else(|| ErrorCode::NoRegisteredEmail.into())
}

fn document(wire: Wire) -> Document {
    wire.into()
}

/// A live reset whose time is over is put away in this same transaction; one that still runs refuses.
pub(crate) async fn clear_the_way<T: Tx>(tx: &mut T, number: &str, now: Millis) -> Answer<()> {
    if let Some(mut held) = resets::live_of(tx, number).await? {
        resets::settle(tx, &mut held, now).await?;
        if held.link.state.is_live() {
            let code = ErrorCode::ResetLive;
            return Err(Refusal { code, retry_at: held.link.expires_at, expected: None }.into());
        }
        outbox::link_over(tx, held.link.id, now).await?;
    }
    Ok(())
}

/// Cool-down and cap count all links of the case today, whatever reset they belong to (M15).
pub(crate) async fn may_issue<T: Tx>(tx: &mut T, case_id: uuid::Uuid, day: &str, now: Millis) -> Answer<()> {
    let (links_today, last) = links::of_day(tx, case_id, day).await?;
    let Some(last) = last else { return Ok(()) };
    let policy = tx.policy();
    may_reissue(policy, links_today, last, now).map_err(|refusal| {
        let code = ErrorCode::from(refusal);
        let retry_at = (code == ErrorCode::CoolDown).then(|| last.plus(policy.reissue_cooldown_ms));
        Refusal { code, retry_at, expected: None }
    })?;
    Ok(())
}

/// The head of the workstation's audit chain travels with every request (M21).
async fn keep_head<T: Tx>(tx: &mut T, request: &ResetRequest, actor: &Actor, now: Millis) -> Answer<()> {
    let epoch = super::devices::get(tx, &actor.device_id).await?.epoch;
    let ws = (actor.device_id.as_str(), epoch);
    let stream = events::take(tx, ws.0, ws.1).await?;
    if events::keep_head(tx, ws, &stream, (With::Other, &request.audit_head, request.audit_len), now).await? {
        let what = What::AuditConflict;
        centers::record(tx, Entry { center: &actor.center, at: now, actor: "system", what, subject: None }).await?;
    }
    Ok(())
}

/// Takes the row of the employer whom a link or reset belongs to.
pub(crate) async fn take_employer<T: Tx>(tx: &mut T, number: &str) -> Answer<employers::EmployerRow> {
    employers::take(tx, number).await?.ok_or_else(|| ErrorCode::EmployerUnknown.into())
}
