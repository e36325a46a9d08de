//! The case on the desk, as the window shows it: composed anew from the store each time, so that after a kill it shows
//! where it was (M25). Numbers are in full only for the clerk in service, and that look is journaled (M24).

use rusqlite::Connection;
use ventanilla_contract::event::{EventBody, RefusalReason};
use ventanilla_contract::reset::{Document, ResetState, Seen};
use ventanilla_domain::case::CaseState;
use ventanilla_domain::dossier::{self, Line, Standing};
use ventanilla_domain::employer::{AccountState, EmployerId, Representation, RucStatus};
use ventanilla_domain::mask;
use ventanilla_domain::number::{Verdict, check_ruc};
use ventanilla_domain::reset::{Ask, ResetRefusal, admissible};
use ventanilla_domain::time::Millis;

use crate::closing::Known;
use crate::desk::{Actor, Desk};
use crate::dossier::{Judged, date_of, judge, needs_date, seen_of};
use crate::error::{DeskError, Own};
use crate::queue::parse_id;
use crate::show;
use crate::store::cases::{self, CaseRow};
use crate::store::meta::{self, Place};
use crate::store::resets::{self, ResetRow};
use crate::store::{Act, papers, print_jobs};
use crate::view::{
    CaseView, EmployerView, Fact, FactLabel, FindingView, Light, LineView, LinkClock, LinkView, Obstacle, PaperView,
    ResetView, StandingView, UiError,
};

impl Desk {
    /// The case as it stands.
    ///
    /// # Errors
    /// Not signed in, the case is unknown, or the store.
    pub fn open_case(&self, case_id: String) -> Result<CaseView, DeskError> {
        let actor = self.actor()?;
        let id = parse_id(&case_id)?;
        let db = self.db()?;
        let case = db.read(|c| cases::need(c, id))?;
        if case.is_served_by(&actor) && !case.looked && db.read(|c| crate::store::employers::get(c, id))?.is_some() {
            match db.act(&actor, |act| write_look_down(act, id)) {
                // A look that cannot be written down is none: the numbers stay masked.
                Err(e) if e.is(Own::StoreFull) => {}
                other => other?,
            }
        }
        let process = db.process();
        db.read(|c| {
            let moment =
                Moment { now: self.clock().now(), mono_ms: self.clock().mono_ms(), place: meta::place(c)?, process };
            self.compose(c, &cases::need(c, id)?, &actor, &moment)
        })
    }

    fn compose(&self, c: &Connection, case: &CaseRow, actor: &Actor, m: &Moment) -> Result<CaseView, DeskError> {
        let judged = judge(c, self.policy(), case, &m.place, m.now)?;
        // Where it must be compared, and by whom it must be (M24).
        let full = case.is_served_by(actor) && case.looked;
        let lines = judged.as_ref().map(|j| lines(j, case, full, m)).unwrap_or_default();
        let missing = lines.iter().filter(|l| l.standing != StandingView::Accepted).count();
        let latest = resets::latest(c, case.id)?;
        let known = Known::of(c, case, judged.as_ref(), latest.as_ref())?;
        let outcomes = self.outcome_choices(case, &known, actor);
        Ok(CaseView {
            row: show::row(c, case, &m.place, m.now)?,
            called_at: case.called_at.map(|at| show::minute(at, &m.place)),
            employer: judged.as_ref().map(|j| employer(j, full, m)),
            registry_error: case.registry_error.clone().map(|e| m.told(e)),
            lines,
            missing: u32::try_from(missing).unwrap_or(u32::MAX),
            reset: self.reset_view(case, judged.as_ref(), latest.as_ref(), m),
            outcomes,
            paper: paper(c, case)?,
            archive_number: case.archive_number.clone(),
            reopenable: self.is_reopenable(case, m.now, m.place.utc_offset),
            mine: case.is_with(actor),
        })
    }

    fn reset_view(&self, case: &CaseRow, judged: Option<&Judged>, latest: Option<&ResetRow>, m: &Moment) -> ResetView {
        if let Some(row) = latest {
            match row.ask {
                Ask::Intent => return ResetView::Sending,
                Ask::Unknown => return ResetView::Unknown,
                Ask::NotFound => return ResetView::NotFound,
                Ask::Accepted => {
                    let live = row.reset.as_ref().is_some_and(|r| crate::net::is_live(self, r.id));
                    if let Some(view) = link(row, m, live) {
                        return view;
                    }
                }
                Ask::Refused if case.state == CaseState::InService => {
                    if let Some(body) = row.refused.clone() {
                        return ResetView::Refused {
                            error: m.told(DeskError::Backend(Box::new(body))),
                            retry: self.admits(case, judged),
                        };
                    }
                }
                Ask::Refused | Ask::Abandoned => {}
            }
        }
        let not_yet = |obstacle| ResetView::NotYet { obstacle };
        if case.state != CaseState::InService {
            return not_yet(Obstacle::NotInService);
        }
        let Some(judged) = judged else { return not_yet(Obstacle::RegistryUnknown) };
        let email_masked = judged.registry.employer.email_masked.clone().unwrap_or_default();
        match admissible(&judged.facts, &judged.lines, case.email_matches == Some(true)) {
            Err(ResetRefusal::RucNotActive) => not_yet(Obstacle::RucNotActive),
            Err(ResetRefusal::AccountBlocked) => not_yet(Obstacle::AccountBlocked),
            Err(ResetRefusal::NoRegisteredEmail) => not_yet(Obstacle::NoRegisteredEmail),
            Err(ResetRefusal::DossierIncomplete) => not_yet(Obstacle::DossierIncomplete),
            // M12: nothing of a reset begins without the backend.
            _ if !self.is_online() => not_yet(Obstacle::Offline),
            // The pause and the cap are the backend's to say, for a link that was issued.
            Err(ResetRefusal::EmailMismatch | ResetRefusal::CoolDown | ResetRefusal::LinkCap) => {
                ResetView::CompareAddress {
                    email_masked,
                    tries_left: case.email_tries_left.unwrap_or(self.policy().email_tries),
                    mismatch: case.email_matches == Some(false),
                }
            }
            Ok(()) => ResetView::Ready { email_masked },
        }
    }

    fn admits(&self, case: &CaseRow, judged: Option<&Judged>) -> bool {
        judged.is_some_and(|j| admissible(&j.facts, &j.lines, case.email_matches == Some(true)).is_ok())
    }
}

/// Once in each period of service (M24).
fn write_look_down(act: &mut Act<'_>, id: uuid::Uuid) -> Result<(), DeskError> {
    let mut case = cases::need(act, id)?;
    if case.looked {
        return Ok(());
    }
    case.looked = true;
    cases::put(act, &case)?;
    for field in ["number", "cedula"] {
        act.record(Some(id), EventBody::Looked { field: field.to_owned() })?;
    }
    Ok(())
}

/// The moment of a view.
struct Moment {
    now: Millis,
    mono_ms: u64,
    place: Place,
    process: uuid::Uuid,
}

impl Moment {
    fn told(&self, error: impl Into<DeskError>) -> UiError {
        error.into().told_at(self.now, self.place.utc_offset)
    }
}

fn employer(j: &Judged, full: bool, m: &Moment) -> EmployerView {
    let word = &j.registry.employer;
    let cedula = j.facts.representative.cedula.as_str();
    EmployerView {
        name: word.name.clone(),
        number: if full { j.facts.id.as_str().to_owned() } else { j.facts.id.masked() },
        number_remark: match &j.facts.id {
            EmployerId::Ruc(ruc) => matches!(check_ruc(ruc.as_str()), Verdict::Remark(_)),
            EmployerId::Cedula(_) => false,
        },
        kind: word.kind,
        ruc_status: word.ruc_status,
        representative: word.representative.name.clone(),
        cedula: if full { cedula.to_owned() } else { mask::number(cedula) },
        email_masked: word.email_masked.clone(),
        account: word.account,
        in_arrears: word.in_arrears,
        as_of: show::moment(j.registry.at, m.now, m.place.utc_offset),
    }
}

fn lines(j: &Judged, case: &CaseRow, full: bool, m: &Moment) -> Vec<LineView> {
    j.lines.iter().map(|l| line(l, j, case, full, m)).collect()
}

fn line(l: &Line, j: &Judged, case: &CaseRow, full: bool, m: &Moment) -> LineView {
    let document = Document::from(l.document);
    let word = j.word(document);
    let online_allowed = l.document.may_be_consulted_online();
    let (standing, refused) = match l.standing {
        Standing::Pending => (StandingView::Pending, None),
        Standing::Accepted => (StandingView::Accepted, None),
        Standing::Stopped(_) => (StandingView::Stopped, None),
        Standing::Refused(reason) => (StandingView::Refused, Some(RefusalReason::from(reason))),
    };
    LineView {
        document,
        standing,
        refused,
        seen: seen_of(word),
        facts: facts(document, j, case, full, m),
        findings: l
            .findings
            .iter()
            .map(|f| FindingView {
                check: show::check(f.check).to_owned(),
                holds: f.holds,
                severity: show::severity(f.severity),
            })
            .collect(),
        default_seen: if online_allowed { Seen::ConsultedOnline } else { Seen::Original },
        online_allowed,
        needs_date: needs_date(document),
        date: date_of(word).unwrap_or_default(),
        second_signatory: second_signatory(j).filter(|_| document == Document::RequestLetter).map(str::to_owned),
        needs_cedula: document == Document::Cedula && !j.facts.representative.registries_agree,
        reasons: dossier::RefusalReason::of(l.document).iter().map(|r| RefusalReason::from(*r)).collect(),
    }
}

fn second_signatory(j: &Judged) -> Option<&str> {
    match j.facts.representative.appointment.as_ref().map(|a| &a.representation) {
        Some(Representation::Joint(name)) => Some(name),
        Some(Representation::Individual) | None => None,
    }
}

fn facts(document: Document, j: &Judged, case: &CaseRow, full: bool, m: &Moment) -> Vec<Fact> {
    let mut out = Vec::new();
    let mut put = |label, value: Option<String>, coded| {
        out.extend(value.map(|value| Fact { label, value, coded }));
    };
    let rep = &j.registry.employer.representative;
    let masked = |number: &str| if full { number.to_owned() } else { mask::number(number) };
    let word = j.word(document);
    match document {
        Document::Cedula => {
            put(FactLabel::Number, Some(masked(&rep.cedula)), false);
            put(FactLabel::Holder, Some(rep.name.clone()), false);
            put(FactLabel::Expires, rep.cedula_expires.clone(), false);
        }
        Document::RucPrintout => {
            let number = if full { j.facts.id.as_str().to_owned() } else { j.facts.id.masked() };
            put(FactLabel::Number, Some(number), false);
            put(FactLabel::Status, Some(show::code(j.registry.employer.ruc_status)), true);
            put(FactLabel::Issued, date_of(word), false);
        }
        Document::Turno => {
            put(FactLabel::Holder, Some(case.person.clone()), false);
            if case.walk_in {
                put(FactLabel::IssuedHere, Some(case.ticket.clone()), false);
            } else {
                put(FactLabel::Appointed, case.appointed_at.map(|at| show::minute(at, &m.place)), false);
            }
            put(FactLabel::Dated, Some(case.day.to_string()), false);
        }
        Document::RequestLetter => {
            put(FactLabel::Signature, Some(rep.name.clone()), false);
            put(FactLabel::SecondSignature, second_signatory(j).map(str::to_owned), false);
            put(FactLabel::Dated, date_of(word), false);
            put(FactLabel::Archive, case.archive_number.clone(), false);
        }
        Document::Appointment => {
            if let Some(a) = &rep.appointment {
                put(FactLabel::Registry, Some(show::code(a.registry)), true);
                put(FactLabel::RegisteredOn, Some(a.registered_on.clone()), false);
                put(FactLabel::ValidUntil, a.valid_until.clone(), false);
                let representation = if a.second_signatory.is_some() { "joint" } else { "individual" };
                put(FactLabel::Representation, Some(representation.to_owned()), true);
            }
        }
    }
    out
}

fn link(row: &ResetRow, m: &Moment, live: bool) -> Option<ResetView> {
    let reset = row.reset.as_ref()?;
    let left = |ms| row.left_ms(ms, m.mono_ms, m.process);
    let light = |s: &ventanilla_contract::reset::TelltaleStep| Light {
        step: s.step,
        at: show::second(Millis(s.at), &m.place),
        reason: s.reason.clone(),
    };
    let link = LinkView {
        clock: match (reset.remaining_ms, left(reset.remaining_ms)) {
            (None, _) => LinkClock::NotStarted,
            (Some(_), Some(ms)) => LinkClock::Running { ms },
            (Some(_), None) => LinkClock::Unknown,
        },
        email_masked: reset.email_masked.clone(),
        telltale: reset.telltale.iter().map(light).collect(),
        reissue_in_ms: left(Some(reset.reissue_in_ms)).unwrap_or(reset.reissue_in_ms),
        links_today: reset.links_today,
        links_per_day: reset.links_per_day,
        live,
    };
    Some(match reset.state {
        ResetState::Accepted
        | ResetState::Mailing
        | ResetState::Deferred
        | ResetState::HandedOver
        | ResetState::Bounced => ResetView::Live { link },
        ResetState::Expired | ResetState::Cancelled => ResetView::Expired { link },
        ResetState::Used => {
            let set = reset.telltale.iter().rfind(|s| s.step == ventanilla_contract::reset::Step::KeySet);
            ResetView::KeySet { at: set.map(|s| show::minute(Millis(s.at), &m.place)).unwrap_or_default(), link }
        }
    })
}

fn paper(c: &Connection, case: &CaseRow) -> Result<Vec<PaperView>, DeskError> {
    let mut out = Vec::new();
    for paper in papers::of_case(c, case.id)? {
        for job in print_jobs::of_paper(c, paper.id)? {
            out.push(PaperView {
                job_id: job.id.to_string(),
                number: paper.number.clone(),
                kind: paper.kind,
                duplicate: job.duplicate,
                state: job.state,
                reason: job.reason.as_deref().map(show::print_reason),
            });
        }
    }
    Ok(out)
}

/// What the facts say about where a case goes on when it cannot be served here (R1, R13, R23, R29).
pub(crate) fn diversion(j: &Judged) -> Option<ventanilla_domain::case::Diversion> {
    use ventanilla_domain::case::Diversion as D;
    if j.facts.ruc_status != RucStatus::Active {
        return Some(D::RucNotActive);
    }
    match j.facts.account {
        AccountState::Blocked => return Some(D::AccountBlocked),
        AccountState::Active => {}
    }
    if !j.facts.has_email {
        return Some(D::NoRegisteredEmail);
    }
    let lapsed = j.lines.iter().flat_map(|l| &l.findings);
    lapsed.filter(|f| !f.holds && f.check == dossier::Check::AppointmentIsInForce).map(|_| D::AppointmentLapsed).next()
}
