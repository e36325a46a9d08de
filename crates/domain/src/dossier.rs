//! The dossier (R19–R23, M1–M4): which documents are needed, what the machine finds, what the clerk attests, and whether
//! all of it is enough for a reset. Desk and backend run this same function (M31).

use chrono::{Months, NaiveDate};

use crate::employer::{EmployerId, Facts, Representation, RucStatus};
use crate::number::{Cedula, Verdict, check_ruc};
use crate::policy::{Policy, Severity};

/// A document of the dossier.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum Document {
    /// Original cédula of the representative (R19).
    Cedula,
    /// RUC printout that shows ACTIVA (R20).
    RucPrintout,
    /// Proof of the turno (R21).
    Turno,
    /// Signed request letter (R22).
    RequestLetter,
    /// Nombramiento (R23).
    Appointment,
}

impl Document {
    /// Every document, in the order of the checklist.
    pub const ALL: [Self; 5] = [Self::Cedula, Self::RucPrintout, Self::Turno, Self::RequestLetter, Self::Appointment];

    /// How the clerk may have seen it (M4): an identity card and a signed letter are seen in the original.
    #[must_use]
    pub const fn may_be_consulted_online(self) -> bool {
        match self {
            Self::Cedula | Self::RequestLetter => false,
            Self::RucPrintout | Self::Turno | Self::Appointment => true,
        }
    }
}

/// How the clerk saw a document (M4).
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Seen {
    /// The paper lay on the counter.
    Original,
    /// What the State already holds was looked up; no copy is asked for or kept.
    ConsultedOnline,
}

/// Why a clerk refuses a document (M2). The list is closed: each prints on the return slip with what to do.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum RefusalReason {
    /// The person did not bring it.
    Missing,
    /// It is not legible or is damaged.
    Illegible,
    /// It belongs to somebody else.
    WrongPerson,
    /// Its date is past or too old.
    Expired,
    /// It is not signed, or the signature is not the representative's.
    NotSigned,
    /// It is a copy where the original is asked for.
    NotOriginal,
    /// Its data contradict the registry.
    Contradicts,
}

impl RefusalReason {
    /// Reasons that fit a document, in the order of the list that the clerk sees.
    #[must_use]
    pub const fn of(document: Document) -> &'static [Self] {
        use RefusalReason::{Contradicts, Expired, Illegible, Missing, NotOriginal, NotSigned, WrongPerson};
        match document {
            Document::Cedula => &[Missing, Expired, WrongPerson, Illegible, NotOriginal],
            Document::RucPrintout => &[Missing, Expired, Contradicts, Illegible],
            Document::Turno => &[Missing, Expired, WrongPerson],
            Document::RequestLetter => &[Missing, NotSigned, Expired, WrongPerson, Illegible, NotOriginal],
            Document::Appointment => &[Missing, Expired, Contradicts, WrongPerson, Illegible],
        }
    }
}

/// What a clerk put down about one document, with their name to it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Entry {
    /// Conforms.
    Accepted {
        /// Original or consulted online.
        seen: Seen,
        /// The date on the document where a check needs one: printout and letter.
        dated: Option<NaiveDate>,
        /// The second signatory's signature was seen too (joint representation).
        second_signature: bool,
    },
    /// Refused, with the reason.
    Refused(RefusalReason),
}

/// The turno as the backend knows it (R21).
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct TurnoFacts {
    /// Its day.
    pub day: NaiveDate,
    /// Whether it was issued for this centre.
    pub this_centre: bool,
    /// Whose it is.
    pub employer: EmployerId,
    /// Issued at the desk.
    pub walk_in: bool,
}

/// A check that the machine makes (M2).
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Check {
    /// The cédula shown is the one that the registry names as representative.
    CedulaIsTheRepresentatives,
    /// The cédula is in force today.
    CedulaIsInForce,
    /// Tax registry and Registro Civil agree (R2).
    RegistriesAgree,
    /// ACTIVA (R1).
    RucIsActive,
    /// The RUC's check digit fits; a mismatch is a remark (M5).
    RucDigitsFit,
    /// A printout shown in the original is recent (R20).
    PrintoutIsRecent,
    /// The turno is of today (R21).
    TurnoIsOfToday,
    /// … at this centre.
    TurnoIsOfThisCentre,
    /// … for this employer.
    TurnoIsOfThisEmployer,
    /// The letter is not older than the setting.
    LetterIsRecent,
    /// The letter's date is not in the future.
    LetterIsNotFromTheFuture,
    /// The registry holds an appointment.
    AppointmentExists,
    /// It is registered where it counts for this kind.
    AppointmentRegistryCounts,
    /// Its term includes today.
    AppointmentIsInForce,
    /// Its term is not longer than the maximum.
    AppointmentTermIsPlausible,
    /// A joint representation shows the second signature (M3).
    SecondSignatorySigned,
}

/// A check with its answer.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Finding {
    /// What was checked.
    pub check: Check,
    /// Whether it holds.
    pub holds: bool,
    /// What it means if it does not.
    pub severity: Severity,
}

/// One document's place in the dossier.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Standing {
    /// The clerk has not looked at it yet.
    Pending,
    /// The machine's findings refuse it, whatever the clerk says; the strictest severity that failed.
    Stopped(Severity),
    /// Attested, and nothing stands against it.
    Accepted,
    /// The clerk refused it.
    Refused(RefusalReason),
}

/// One line of the checklist.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Line {
    /// Which document.
    pub document: Document,
    /// What the machine found; a check that waits for the clerk's entry (a date) is absent until then.
    pub findings: Vec<Finding>,
    /// Where it stands.
    pub standing: Standing,
}

/// What a desk or a backend knows when it judges a dossier.
#[derive(Debug, Clone, Copy)]
pub struct Evidence<'a> {
    /// The registries' word.
    pub facts: &'a Facts,
    /// The turno; `None` where the backend knows none for this case.
    pub turno: Option<&'a TurnoFacts>,
    /// The cédula that was shown or scanned; `None` until the clerk attests that it is the registry's.
    pub cedula_shown: Option<&'a Cedula>,
    /// Today at the centre.
    pub today: NaiveDate,
}

/// The dossier judged: one line per document that applies.
#[must_use]
pub fn assess(policy: &Policy, evidence: Evidence<'_>, entry_of: impl Fn(Document) -> Option<Entry>) -> Vec<Line> {
    Policy::documents(evidence.facts.kind)
        .iter()
        .map(|&document| {
            let entry = entry_of(document);
            let findings = findings(policy, evidence, document, entry.as_ref());
            let worst = findings.iter().filter(|f| !f.holds).map(|f| f.severity).max_by_key(|s| match s {
                Severity::Remark => 0,
                Severity::Overridable => 1,
                Severity::Refusal => 2,
            });
            let standing = match (entry, worst) {
                (Some(Entry::Refused(reason)), _) => Standing::Refused(reason),
                (_, Some(severity @ (Severity::Overridable | Severity::Refusal))) => Standing::Stopped(severity),
                (Some(Entry::Accepted { seen, .. }), _) => {
                    // An attestation of a kind that this document does not allow is none.
                    if seen == Seen::ConsultedOnline && !document.may_be_consulted_online() {
                        Standing::Pending
                    } else {
                        Standing::Accepted
                    }
                }
                (None, _) => Standing::Pending,
            };
            Line { document, findings, standing }
        })
        .collect()
}

/// Whether every line is accepted (R24: staff verify, then trigger).
#[must_use]
pub fn is_complete(lines: &[Line]) -> bool {
    !lines.is_empty() && lines.iter().all(|l| l.standing == Standing::Accepted)
}

fn findings(policy: &Policy, evidence: Evidence<'_>, document: Document, entry: Option<&Entry>) -> Vec<Finding> {
    let mut out = Vec::new();
    let mut put = |check: Check, holds: bool| out.push(Finding { check, holds, severity: Policy::severity(check) });
    let Evidence { facts, turno, cedula_shown, today } = evidence;
    let (dated, second, seen) = match entry {
        Some(Entry::Accepted { dated, second_signature, seen }) => (*dated, Some(*second_signature), Some(*seen)),
        Some(Entry::Refused(_)) | None => (None, None, None),
    };
    let accepted = seen.is_some();
    match document {
        Document::Cedula => {
            if let Some(shown) = cedula_shown {
                put(Check::CedulaIsTheRepresentatives, *shown == facts.representative.cedula);
            }
            if let Some(expires) = facts.representative.cedula_expires {
                put(Check::CedulaIsInForce, today <= expires);
            }
            put(Check::RegistriesAgree, facts.representative.registries_agree);
        }
        Document::RucPrintout => {
            put(Check::RucIsActive, facts.ruc_status == RucStatus::Active);
            if let EmployerId::Ruc(ruc) = &facts.id {
                put(Check::RucDigitsFit, matches!(check_ruc(ruc.as_str()), Verdict::Valid(_)));
            }
            // A printout in the original carries a date; one consulted online is of this moment.
            if seen == Some(Seen::Original) {
                let recent = dated.is_some_and(|d| within(d, today, policy.printout_max_age_days));
                put(Check::PrintoutIsRecent, recent);
            }
        }
        Document::Turno => {
            let fits = |test: &dyn Fn(&TurnoFacts) -> bool| turno.is_some_and(test);
            put(Check::TurnoIsOfToday, fits(&|t| t.day == today && (!t.walk_in || policy.walk_in_counts)));
            put(Check::TurnoIsOfThisCentre, fits(&|t| t.this_centre));
            put(Check::TurnoIsOfThisEmployer, fits(&|t| t.employer == facts.id));
        }
        Document::RequestLetter => {
            if accepted {
                put(Check::LetterIsNotFromTheFuture, dated.is_some_and(|d| d <= today));
                put(Check::LetterIsRecent, dated.is_some_and(|d| (today - d).num_days() <= policy.letter_max_age_days));
                if let Some(Representation::Joint(_)) =
                    facts.representative.appointment.as_ref().map(|a| &a.representation)
                {
                    put(Check::SecondSignatorySigned, second == Some(true));
                }
            }
        }
        Document::Appointment => {
            put(Check::AppointmentExists, facts.representative.appointment.is_some());
            if let Some(a) = &facts.representative.appointment {
                put(Check::AppointmentRegistryCounts, Policy::registries(facts.kind).contains(&a.registry));
                let begun = a.registered_on <= today;
                put(Check::AppointmentIsInForce, begun && a.valid_until.is_none_or(|until| today <= until));
                if let Some(until) = a.valid_until {
                    // One of 29 February ends with that month.
                    let months = Months::new(policy.appointment_max_years.unsigned_abs().saturating_mul(12));
                    let longest = a.registered_on.checked_add_months(months);
                    put(Check::AppointmentTermIsPlausible, longest.is_none_or(|l| until <= l));
                }
            }
        }
    }
    out
}

fn within(date: NaiveDate, today: NaiveDate, days: i64) -> bool {
    (0..=days).contains(&(today - date).num_days())
}

#[cfg(test)]
#[path = "dossier_tests.rs"]
mod tests;
