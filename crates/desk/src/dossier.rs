//! The dossier: the clerk's word about each document (M2, M4) and what the machine makes of it. A tick is durable
//! before the view is returned (M25). The judgement is `domain::dossier::assess`.

use chrono::NaiveDate;
use rusqlite::Connection;
use uuid::Uuid;
use ventanilla_contract::event::{EventBody, RefusalReason};
use ventanilla_contract::reset::{Attestation, Document, ResetRequest, Seen};
use ventanilla_contract::staff::Role;
use ventanilla_domain::dossier::{self, Evidence, Line, Standing, TurnoFacts, assess};
use ventanilla_domain::email::Email;
use ventanilla_domain::employer::{EmployerId, Facts};
use ventanilla_domain::number::Cedula;
use ventanilla_domain::policy::Policy;
use ventanilla_domain::reset::admissible;
use ventanilla_domain::time::Millis;

use crate::desk::{Actor, Desk};
use crate::error::{DeskError, Own};
use crate::queue::parse_id;
use crate::show;
use crate::store::cases::{self, CaseRow};
use crate::store::documents::{self, DocumentRow, Word};
use crate::store::employers::{self, EmployerRow};
use crate::store::meta::{self, Place, Sequence};
use crate::store::{Act, audit, visits};
use crate::view::{AcceptForm, CaseView};

/// A dossier judged at one moment.
pub(crate) struct Judged {
    pub(crate) facts: Facts,
    pub(crate) registry: EmployerRow,
    pub(crate) words: Vec<DocumentRow>,
    pub(crate) lines: Vec<Line>,
}

impl Judged {
    /// A document is refused or stopped: there is something to return for.
    pub(crate) fn is_faulty(&self) -> bool {
        self.lines.iter().any(|l| match l.standing {
            Standing::Refused(_) | Standing::Stopped(_) => true,
            Standing::Pending | Standing::Accepted => false,
        })
    }

    pub(crate) fn word(&self, document: Document) -> Option<&DocumentRow> {
        self.words.iter().find(|w| w.document == document)
    }
}

/// Judges a case's dossier; `None` before the registries were asked.
pub(crate) fn judge(
    c: &Connection,
    policy: &Policy,
    case: &CaseRow,
    place: &Place,
    now: Millis,
) -> Result<Option<Judged>, DeskError> {
    let Some(registry) = employers::get(c, case.id)? else { return Ok(None) };
    let facts = Facts::try_from(&registry.employer).map_err(DeskError::defect)?;
    let turno = visits::get(c, case.turno_id)?.and_then(|v| {
        // A number that cannot be read belongs to no employer.
        let employer = EmployerId::parse(&v.number).ok()?;
        Some(TurnoFacts { day: v.day, this_centre: v.center == place.center, employer, walk_in: v.walk_in })
    });
    let shown = case.cedula_shown.as_deref().and_then(|n| Cedula::parse(n).ok());
    let words = documents::of_case(c, case.id)?;
    let evidence = Evidence {
        facts: &facts,
        turno: turno.as_ref(),
        cedula_shown: shown.as_ref(),
        today: now.day(place.utc_offset),
    };
    let lines = assess(policy, evidence, |d| {
        words.iter().find(|w| dossier::Document::from(w.document) == d).and_then(DocumentRow::entry)
    });
    Ok(Some(Judged { facts, registry, words, lines }))
}

impl Desk {
    /// A document conforms.
    ///
    /// # Errors
    /// [`Own::DoesNotFit`] unless in service, [`Own::OnlineNotAllowed`], [`Own::DateForm`], the flaw of a cédula that
    /// was typed, or the store. A document that conforms for the clerk and not for the machine is no error: its line
    /// says so.
    pub fn accept(&self, case_id: String, form: AcceptForm) -> Result<CaseView, DeskError> {
        let dated = form.date.as_deref().map(str::trim).filter(|d| !d.is_empty());
        let dated = dated.map(str::parse::<NaiveDate>).transpose().map_err(|_| Own::DateForm)?;
        let typed = form.cedula.as_deref().map(str::trim).filter(|n| !n.is_empty()).map(Cedula::parse).transpose()?;
        let document = dossier::Document::from(form.document);
        if form.seen == Seen::ConsultedOnline && !document.may_be_consulted_online() {
            return Err(Own::OnlineNotAllowed.into());
        }
        let dated = if form.seen == Seen::Original && needs_date(form.document) {
            Some(dated.ok_or(Own::DateForm)?)
        } else {
            None
        };
        self.put_word(&case_id, form.document, |act, case, facts| {
            let second_signature = form.second_signature && form.document == Document::RequestLetter;
            let dated = dated.map(|d| d.to_string());
            let word = Word::Accepted { seen: form.seen, dated: dated.clone(), second_signature };
            documents::put(act, case.id, form.document, &word)?;
            let mut personal = String::new();
            match form.document {
                Document::Cedula => {
                    // Without a typed number the clerk attests that the card's is the one on the screen.
                    let shown = typed.as_ref().unwrap_or(&facts.representative.cedula);
                    personal = shown.as_str().to_owned();
                    case.cedula_shown = Some(personal.clone());
                }
                Document::RequestLetter if case.archive_number.is_none() => {
                    case.archive_number = Some(self.next_archive_number(act)?);
                }
                Document::RequestLetter | Document::RucPrintout | Document::Turno | Document::Appointment => {}
            }
            let body =
                EventBody::DocumentAccepted { document: form.document, seen: form.seen, dated, second_signature };
            act.record_with(Some(case.id), body, personal.as_bytes())
        })
    }

    /// A document is refused, with a reason from its list (M2).
    ///
    /// # Errors
    /// [`Own::ReasonDoesNotFit`], [`Own::DoesNotFit`] unless in service, or the store.
    pub fn refuse(&self, case_id: String, document: Document, reason: RefusalReason) -> Result<CaseView, DeskError> {
        if !dossier::RefusalReason::of(document.into()).contains(&reason.into()) {
            return Err(Own::ReasonDoesNotFit.into());
        }
        self.put_word(&case_id, document, |act, case, _| {
            documents::put(act, case.id, document, &Word::Refused(reason))?;
            act.record(Some(case.id), EventBody::DocumentRefused { document, reason })
        })
    }

    /// The word about a document is taken back.
    ///
    /// # Errors
    /// [`Own::DoesNotFit`] where there is none or the case is not in service, or the store.
    pub fn take_back(&self, case_id: String, document: Document) -> Result<CaseView, DeskError> {
        self.put_word(&case_id, document, |act, case, _| {
            if !documents::delete(act, case.id, document)? {
                return Err(Own::DoesNotFit.into());
            }
            if document == Document::Cedula {
                case.cedula_shown = None;
            }
            act.record(Some(case.id), EventBody::DocumentReopened { document })
        })
    }

    fn put_word(
        &self,
        case_id: &str,
        document: Document,
        put: impl FnOnce(&mut Act<'_>, &mut CaseRow, &Facts) -> Result<(), DeskError>,
    ) -> Result<CaseView, DeskError> {
        let actor = self.actor_as(Role::Clerk)?;
        let id = parse_id(case_id)?;
        self.db()?.act(&actor, |act| {
            let mut case = served_by(act, id, &actor)?;
            let judged = judge(act, self.policy(), &case, &act.place()?, act.now())?.ok_or(Own::RegistryUnknown)?;
            if !Policy::documents(judged.facts.kind).contains(&document.into()) {
                return Err(Own::DocumentNotAsked.into());
            }
            // What was sent to the backend stays what was attested (M31).
            if crate::store::resets::latest(act, id)?.is_some_and(|r| r.is_open() || r.key_set()) {
                return Err(Own::ResetOpen.into());
            }
            put(act, &mut case, &judged.facts)?;
            cases::put(act, &case)
        })?;
        self.open_case(case_id.to_owned())
    }

    fn next_archive_number(&self, act: &mut Act<'_>) -> Result<String, DeskError> {
        let place = act.place()?;
        let year = act.now().day(place.utc_offset).format("%Y").to_string();
        let n = meta::next(act, Sequence::Archive, &year)?;
        let prefix = if self.config().training { "E-" } else { "" };
        Ok(prefix.to_owned() + &show::numbered(&self.config().archive_format, &place, &year, n))
    }

    /// The backend compared the stated address (M14). The address stays in the case: the reset request repeats it.
    ///
    /// # Errors
    /// [`Own::EmailForm`], [`Own::DoesNotFit`] unless in service, or the store.
    pub fn email_compared(&self, case_id: Uuid, stated: &str, matches: bool, tries_left: u32) -> Result<(), DeskError> {
        let stated = Email::parse(stated).map_err(|_| Own::EmailForm)?;
        let actor = self.actor_as(Role::Clerk)?;
        self.db()?.act(&actor, |act| {
            let mut case = served_by(act, case_id, &actor)?;
            case.email_matches = Some(matches);
            case.email_tries_left = Some(tries_left);
            case.stated_email = matches.then(|| stated.as_str().to_owned());
            cases::put(act, &case)?;
            act.record_with(Some(case_id), EventBody::EmailCompared { matches }, stated.as_str().as_bytes())
        })
    }

    /// The backend compares no further address for this case today (M14): too many did not match, here or elsewhere.
    ///
    /// # Errors
    /// The case is unknown, or the store.
    pub fn email_exhausted(&self, case_id: Uuid) -> Result<(), DeskError> {
        self.db()?.mirror(|act| {
            let mut case = cases::need(act, case_id)?;
            case.email_tries_left = Some(0);
            cases::put(act, &case)
        })
    }

    /// The request that a reset of this case would be, if the domain admits one (M31). Its service period is the one
    /// that `net` renewed just before.
    ///
    /// # Errors
    /// The domain's refusal, [`Own::RegistryUnknown`], [`Own::DoesNotFit`] unless in service or without a service
    /// period, or the store.
    pub fn reset_request(&self, act: &Act<'_>, case_id: Uuid) -> Result<ResetRequest, DeskError> {
        let case = served_by(act, case_id, act.actor())?;
        let judged = judge(act, self.policy(), &case, &act.place()?, act.now())?.ok_or(Own::RegistryUnknown)?;
        admissible(&judged.facts, &judged.lines, case.email_matches == Some(true))?;
        let service = case.service.filter(|s| s.process == act.process() && act.mono_ms() < s.until_mono_ms);
        let head = audit::head(act)?;
        Ok(ResetRequest {
            case_id,
            turno_id: case.turno_id,
            service_period: service.ok_or(Own::DoesNotFit)?.id,
            number: judged.facts.id.as_str().to_owned(),
            stated_email: case.stated_email.ok_or(Own::EmailForm)?,
            cedula_shown: case.cedula_shown.ok_or(Own::DoesNotFit)?,
            attestations: judged.words.iter().filter_map(DocumentRow::attestation).collect::<Vec<Attestation>>(),
            audit_head: head.hash,
            audit_len: head.len,
        })
    }
}

/// A case in service with this clerk: work on it is theirs alone.
fn served_by(c: &Connection, case_id: Uuid, actor: &Actor) -> Result<CaseRow, DeskError> {
    let case = cases::need(c, case_id)?;
    if case.is_served_by(actor) { Ok(case) } else { Err(Own::DoesNotFit.into()) }
}

/// Whether a check needs the date on the paper.
pub(crate) const fn needs_date(document: Document) -> bool {
    match document {
        Document::RucPrintout | Document::RequestLetter => true,
        Document::Cedula | Document::Turno | Document::Appointment => false,
    }
}

/// The date that the domain reads from an entry, for the form.
pub(crate) fn date_of(word: Option<&DocumentRow>) -> Option<String> {
    match word.map(|w| &w.word) {
        Some(Word::Accepted { dated, .. }) => dated.clone(),
        Some(Word::Refused(_)) | None => None,
    }
}

/// How a document was seen, in this attendance or an earlier one.
pub(crate) fn seen_of(word: Option<&DocumentRow>) -> Option<Seen> {
    match word.map(|w| &w.word) {
        Some(Word::Accepted { seen, .. }) => Some(*seen),
        Some(Word::Refused(_)) | None => None,
    }
}
