//! What a paper says: a case as the content of a document, with all its words. Numbers built on a cédula are masked
//! (M20); the link, its token and the key are nowhere, because the desk never has them (M9).

use chrono::{Datelike, NaiveDate};
use ventanilla_contract::employer::{EmployerKind, RucStatus};
use ventanilla_contract::event::{Outcome, RefusalReason};
use ventanilla_contract::reset::{Document as Paper, ResetState, Seen, Step};
use ventanilla_domain::dossier::{Check, Line, Standing};
use ventanilla_domain::employer::Representation;
use ventanilla_domain::mask;
use ventanilla_domain::policy::Severity;
use ventanilla_domain::time::Millis;
use ventanilla_receipt::{CheckLine, Document, Fact, Kind, Party, Signer, SlipItem};
use ventanilla_words::{Key, es};

use crate::desk::Desk;
use crate::dossier::{Judged, seen_of};
use crate::error::DeskError;
use crate::show;
use crate::store::cases::{CaseRow, NoAnswer};
use crate::store::meta::Place;
use crate::store::resets::{self, ResetRow};
use crate::store::{Act, staff, visits};

/// The paper of a case that ends with `outcome`, one of those that have a paper.
pub(super) fn closing(
    desk: &Desk,
    act: &Act<'_>,
    case: &CaseRow,
    judged: Option<&Judged>,
    outcome: Outcome,
    number: String,
) -> Result<Document, DeskError> {
    let (kind, next_steps) = match outcome {
        Outcome::KeyRestored => (Kind::KeyRestored, Vec::new()),
        Outcome::LinkNotCompleted => (Kind::LinkNotCompleted, not_completed()),
        Outcome::Returned => (Kind::Returned, returned(judged)),
        Outcome::DivertedNoEmail => {
            (Kind::Diverted, words(&[Key::SlipNextNoEmailUpdate, Key::SlipNextNoEmailCode, Key::SlipNextThenKey]))
        }
        Outcome::DivertedStaleEmail => (
            Kind::Diverted,
            words(&[
                Key::SlipNextStaleEmail,
                Key::SlipNextNoEmailUpdate,
                Key::SlipNextNoEmailCode,
                Key::SlipNextThenKey,
            ]),
        ),
        Outcome::DivertedAccountBlocked => (
            Kind::Diverted,
            words(&[
                Key::SlipNextBlockedUnlock,
                Key::SlipNextBlockedFingerprints,
                Key::SlipNextBlockedVirtual,
                Key::SlipNextThenKey,
            ]),
        ),
        Outcome::DivertedRucNotActive => (Kind::Diverted, ruc_not_active(judged)),
        Outcome::DivertedAppointmentLapsed => {
            let registry = registry(judged);
            let renew = es().with(Key::SlipNextAppointmentRenew, &[("registry", &registry)]);
            (Kind::Diverted, vec![renew, es().get(Key::SlipNextAppointmentReturn)])
        }
        Outcome::DivertedRegistryDown => (Kind::Diverted, registry_down(act, case)?),
        Outcome::NoShow | Outcome::Cancelled | Outcome::Left => {
            return Err(DeskError::defect("an outcome without paper"));
        }
    };
    let reset = resets::latest(act, case.id)?;
    let mut document = base(desk, act, case, judged, kind, number)?;
    document.next_steps = next_steps;
    document.notes = notes(kind, judged);
    document.facts = facts(kind, case, reset.as_ref(), &act.place()?);
    if let Some(judged) = judged {
        document.checks = checks(kind, case, judged, reset.as_ref());
        if kind == Kind::Returned {
            document.items = judged.lines.iter().filter_map(|l| item(desk, l, judged)).collect();
        }
    }
    if kind == Kind::Returned {
        let last = act.now().plus(desk.policy().reopen_days.saturating_mul(86_400_000));
        let date = date(last.day(act.place()?.utc_offset));
        document.deadline = Some(es().with(Key::SlipDeadline, &[("date", &date)]));
    }
    Ok(document)
}

/// The label of the archived request letter (M4).
pub(super) fn label(
    desk: &Desk,
    act: &Act<'_>,
    case: &CaseRow,
    judged: Option<&Judged>,
    number: String,
) -> Result<Document, DeskError> {
    Ok(Document { served: None, ..base(desk, act, case, judged, Kind::ArchiveLabel, number)? })
}

fn base(
    desk: &Desk,
    act: &Act<'_>,
    case: &CaseRow,
    judged: Option<&Judged>,
    kind: Kind,
    number: String,
) -> Result<Document, DeskError> {
    let place = act.place()?;
    let clerk = case.clerk.as_deref().unwrap_or(&act.actor().username);
    let began = case.began_at.or(case.called_at);
    let served = began
        .map(|from| (show::minute(from, &place), show::minute(case.closed_at.unwrap_or_else(|| act.now()), &place)));
    let ticket = visits::get(act, case.turno_id)?.map_or_else(|| case.ticket.clone(), |v| v.ticket);
    Ok(Document {
        kind,
        number,
        center: place.center_name.clone(),
        at: act.now().local(place.utc_offset),
        training: desk.config().training,
        duplicate: false,
        employer: Some(party(case, judged)),
        procedure: es().get(Key::SlipProcedure),
        ticket,
        served,
        clerk: staff::name(act, clerk)?,
        counter: case.counter.clone().unwrap_or(place.counter),
        checks: Vec::new(),
        items: Vec::new(),
        facts: Vec::new(),
        next_steps: Vec::new(),
        deadline: None,
        qr: None,
        signed_by: Signer::Institute,
        notes: Vec::new(),
    })
}

/// The employer as paper may show it; before the registries were asked only what the turno said.
fn party(case: &CaseRow, judged: Option<&Judged>) -> Party {
    match judged {
        Some(j) => Party {
            name: j.facts.name.clone(),
            ruc: j.facts.id.masked(),
            representative: j.facts.representative.name.clone(),
            cedula: mask::number(j.facts.representative.cedula.as_str()),
        },
        None => Party {
            name: case.employer.clone(),
            ruc: show::masked_number(&case.number),
            representative: String::new(),
            cedula: String::new(),
        },
    }
}

fn words(keys: &[Key]) -> Vec<String> {
    keys.iter().map(|key| es().get(*key)).collect()
}

/// R4, R10, R11, R5, R12.
fn not_completed() -> Vec<String> {
    words(&[
        Key::SlipNextMail,
        Key::SlipNextBrowser,
        Key::SlipNextWindow,
        Key::SlipNextComeBack,
        Key::SlipNextStaleMail,
    ])
}

fn returned(judged: Option<&Judged>) -> Vec<String> {
    let mut out = vec![es().get(Key::SlipNextReturn)];
    let unchecked: Vec<String> = judged
        .map(|j| j.lines.iter().filter(|l| l.standing == Standing::Pending).map(|l| name(l.document.into())).collect())
        .unwrap_or_default();
    if !unchecked.is_empty() {
        out.push(es().with(Key::SlipNextUnchecked, &[("documents", &unchecked.join(", "))]));
    }
    out.push(es().get(Key::SlipNextOnline));
    out
}

fn ruc_not_active(judged: Option<&Judged>) -> Vec<String> {
    let status = match judged.map(|j| j.registry.employer.ruc_status) {
        Some(RucStatus::Suspended) => Key::RucSuspended,
        Some(RucStatus::Cancelled) | None => Key::RucCancelled,
        Some(RucStatus::Active) => Key::RucActive,
    };
    let status = es().get(status).to_uppercase();
    vec![es().with(Key::SlipNextRucActivate, &[("status", &status)]), es().get(Key::SlipNextRucReturn)]
}

/// R28: when trying again makes sense, as the backend said.
fn registry_down(act: &Act<'_>, case: &CaseRow) -> Result<Vec<String>, DeskError> {
    let place = act.place()?;
    let retry_at = match &case.registry_error {
        Some(NoAnswer::Refused(body)) => body.retry_at.map(Millis).filter(|at| *at > act.now()),
        Some(NoAnswer::Line(_)) | None => None,
    };
    let first = match retry_at {
        Some(at) => {
            let time = show::minute(at, &place);
            let when = es().with(Key::SlipAtTime, &[("date", &date(at.day(place.utc_offset))), ("time", &time)]);
            es().with(Key::SlipNextRegistryDown, &[("when", &when)])
        }
        None => es().get(Key::SlipNextRegistryDownLater),
    };
    Ok(vec![first, es().get(Key::SlipNextRegistryKept)])
}

/// Guidance at the foot (R18, R31, R32, R33). R30 stands on every receipt already.
fn notes(kind: Kind, judged: Option<&Judged>) -> Vec<String> {
    let mut out = Vec::new();
    if kind == Kind::KeyRestored {
        out.push(es().get(Key::SlipNoteSecondary));
        out.push(es().get(Key::SlipNoteContact));
        match judged.map(|j| j.registry.employer.kind) {
            Some(EmployerKind::NaturalPerson | EmployerKind::Household) => out.push(es().get(Key::SlipNotePersonal)),
            Some(EmployerKind::Company | EmployerKind::OtherOrganisation | EmployerKind::PublicEntity) | None => {}
        }
    }
    if judged.is_some_and(|j| j.facts.in_arrears) {
        out.push(es().get(Key::SlipNoteArrears));
    }
    out
}

fn facts(kind: Kind, case: &CaseRow, reset: Option<&ResetRow>, place: &Place) -> Vec<Fact> {
    let fact = |label: Key, value: String| Fact { label: es().get(label), value };
    let mut out = Vec::new();
    let word = reset.and_then(|r| r.reset.as_ref());
    if kind == Kind::KeyRestored
        && let Some(step) = word.and_then(|w| w.telltale.iter().rev().find(|s| s.step == Step::KeySet))
    {
        let time = show::minute(Millis(step.at), place);
        out.push(fact(Key::SlipFactKeySet, es().with(Key::SlipFactKeySetAt, &[("time", &time)])));
    }
    if kind == Kind::LinkNotCompleted
        && let Some(word) = word
    {
        let how =
            if word.state == ResetState::Cancelled { Key::SlipFactLinkCancelled } else { Key::SlipFactLinkExpired };
        out.push(fact(Key::SlipFactLink, es().get(how)));
    }
    if let (Some(number), true) = (&case.archive_number, kind == Kind::KeyRestored) {
        out.push(fact(Key::SlipFactArchive, number.clone()));
    }
    out
}

/// What was verified; on a slip that is no receipt only what conformed, since what did not has its own list.
fn checks(kind: Kind, case: &CaseRow, judged: &Judged, reset: Option<&ResetRow>) -> Vec<CheckLine> {
    let ok = |text: String| CheckLine { ok: true, text };
    let mut out: Vec<CheckLine> = judged
        .lines
        .iter()
        .filter(|l| l.standing == Standing::Accepted)
        .filter_map(|l| {
            let document = Paper::from(l.document);
            let how = match seen_of(judged.word(document))? {
                Seen::Original => Key::SlipCheckOriginal,
                Seen::ConsultedOnline => Key::SlipCheckOnline,
            };
            Some(ok(es().with(how, &[("document", &name(document))])))
        })
        .collect();
    if kind == Kind::KeyRestored || kind == Kind::LinkNotCompleted {
        if judged.facts.representative.registries_agree {
            out.push(ok(es().get(Key::SlipCheckRegistries)));
        }
        if let Some(word) = reset.and_then(|r| r.reset.as_ref()).filter(|_| case.email_matches == Some(true)) {
            out.push(ok(es().with(Key::SlipCheckAddress, &[("email", &word.email_masked)])));
        }
    }
    out
}

/// A document that stands in the way: what is wrong and how to put it right (M2).
fn item(desk: &Desk, line: &Line, judged: &Judged) -> Option<SlipItem> {
    let document = Paper::from(line.document);
    let wrong = match line.standing {
        Standing::Refused(reason) => es().get(refusal(reason.into())),
        Standing::Stopped(_) => {
            let failed = line.findings.iter().filter(|f| !f.holds && f.severity != Severity::Remark);
            failed.map(|f| es().get(check(f.check))).collect::<Vec<_>>().join(" ")
        }
        Standing::Pending | Standing::Accepted => return None,
    };
    Some(SlipItem { document: name(document), wrong, remedy: remedy(desk, document, judged) })
}

fn remedy(desk: &Desk, document: Paper, judged: &Judged) -> String {
    let policy = desk.policy();
    match document {
        Paper::Cedula => es().get(Key::SlipRemedyCedula),
        Paper::RucPrintout => {
            es().with(Key::SlipRemedyRucPrintout, &[("days", &policy.printout_max_age_days.to_string())])
        }
        Paper::Turno => es().get(Key::SlipRemedyTurno),
        Paper::RequestLetter => {
            let days = policy.letter_max_age_days.to_string();
            match judged.facts.representative.appointment.as_ref().map(|a| &a.representation) {
                Some(Representation::Joint(second)) => {
                    es().with(Key::SlipRemedyRequestLetterJoint, &[("days", &days), ("name", second)])
                }
                Some(Representation::Individual) | None => es().with(Key::SlipRemedyRequestLetter, &[("days", &days)]),
            }
        }
        Paper::Appointment => es().with(Key::SlipRemedyAppointment, &[("registry", &registry(Some(judged)))]),
    }
}

/// Where an appointment of this kind of employer is registered (R23, M1).
fn registry(judged: Option<&Judged>) -> String {
    es().get(match judged.map(|j| j.registry.employer.kind) {
        Some(EmployerKind::OtherOrganisation) => Key::SlipRegistryOther,
        Some(EmployerKind::PublicEntity) => Key::SlipRegistryPublic,
        Some(EmployerKind::Company | EmployerKind::NaturalPerson | EmployerKind::Household) | None => {
            Key::SlipRegistryCompany
        }
    })
}

fn name(document: Paper) -> String {
    es().get(match document {
        Paper::Cedula => Key::DocumentCedula,
        Paper::RucPrintout => Key::DocumentRucPrintout,
        Paper::Turno => Key::DocumentTurno,
        Paper::RequestLetter => Key::DocumentRequestLetter,
        Paper::Appointment => Key::DocumentAppointment,
    })
}

const fn refusal(reason: RefusalReason) -> Key {
    match reason {
        RefusalReason::Missing => Key::ReasonMissing,
        RefusalReason::Illegible => Key::ReasonIllegible,
        RefusalReason::WrongPerson => Key::ReasonWrongPerson,
        RefusalReason::Expired => Key::ReasonExpired,
        RefusalReason::NotSigned => Key::ReasonNotSigned,
        RefusalReason::NotOriginal => Key::ReasonNotOriginal,
        RefusalReason::Contradicts => Key::ReasonContradicts,
    }
}

const fn check(check: Check) -> Key {
    match check {
        Check::CedulaIsTheRepresentatives => Key::CheckCedulaIsTheRepresentatives,
        Check::CedulaIsInForce => Key::CheckCedulaIsInForce,
        Check::RegistriesAgree => Key::CheckRegistriesAgree,
        Check::RucIsActive => Key::CheckRucIsActive,
        Check::RucDigitsFit => Key::CheckRucDigitsFit,
        Check::PrintoutIsRecent => Key::CheckPrintoutIsRecent,
        Check::TurnoIsOfToday => Key::CheckTurnoIsOfToday,
        Check::TurnoIsOfThisCentre => Key::CheckTurnoIsOfThisCentre,
        Check::TurnoIsOfThisEmployer => Key::CheckTurnoIsOfThisEmployer,
        Check::LetterIsRecent => Key::CheckLetterIsRecent,
        Check::LetterIsNotFromTheFuture => Key::CheckLetterIsNotFromTheFuture,
        Check::AppointmentExists => Key::CheckAppointmentExists,
        Check::AppointmentRegistryCounts => Key::CheckAppointmentRegistryCounts,
        Check::AppointmentIsInForce => Key::CheckAppointmentIsInForce,
        Check::AppointmentTermIsPlausible => Key::CheckAppointmentTermIsPlausible,
        Check::SecondSignatorySigned => Key::CheckSecondSignatorySigned,
    }
}

/// "23 de noviembre de 2026".
fn date(day: NaiveDate) -> String {
    let month = es().with(Key::PaperMonth, &[("month", &format!("m{:02}", day.month()))]);
    let (number, year) = (day.day().to_string(), day.year().to_string());
    es().with(Key::SlipDate, &[("day", &number), ("month", &month), ("year", &year)])
}
