//! Wire to domain and back, explicit and total.

use chrono::NaiveDate;
use ventanilla_domain as d;

use crate::{employer as e, event as ev, reset as r};

/// A wire value that the domain cannot read.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum Unreadable {
    /// A date that is none.
    #[error("not an ISO 8601 date")]
    Date,
    /// A number that cannot exist.
    #[error("not a RUC or cédula")]
    Number,
}

/// Reads an ISO 8601 date.
fn date(text: &str) -> Result<NaiveDate, Unreadable> {
    text.parse().map_err(|_| Unreadable::Date)
}

macro_rules! same {
    ($wire:ty, $domain:ty, [$($v:ident),*]) => {
        impl From<$wire> for $domain { fn from(x: $wire) -> Self { match x { $(<$wire>::$v => Self::$v,)* } } }
        impl From<$domain> for $wire { fn from(x: $domain) -> Self { match x { $(<$domain>::$v => Self::$v,)* } } }
    };
}

same!(e::EmployerKind, d::employer::EmployerKind, [Company, OtherOrganisation, PublicEntity, NaturalPerson, Household]);
same!(e::RucStatus, d::employer::RucStatus, [Active, Suspended, Cancelled]);
same!(e::Registry, d::employer::Registry, [Supercias, RegistroMercantil, Seps, Ministry, PublicAct]);
same!(e::AccountState, d::employer::AccountState, [Active, Blocked]);
same!(r::Document, d::dossier::Document, [Cedula, RucPrintout, Turno, RequestLetter, Appointment]);
same!(r::Seen, d::dossier::Seen, [Original, ConsultedOnline]);
same!(ev::HoldReason, d::case::HoldReason, [RegistroCivilDown, BackendUnreachable, AtTheCounter]);
same!(
    ev::RefusalReason,
    d::dossier::RefusalReason,
    [Missing, Illegible, WrongPerson, Expired, NotSigned, NotOriginal, Contradicts]
);

impl From<ev::Outcome> for d::case::Outcome {
    fn from(outcome: ev::Outcome) -> Self {
        use d::case::Diversion as D;
        match outcome {
            ev::Outcome::KeyRestored => Self::KeyRestored,
            ev::Outcome::LinkNotCompleted => Self::LinkNotCompleted,
            ev::Outcome::Returned => Self::Returned,
            ev::Outcome::DivertedNoEmail => Self::Diverted(D::NoRegisteredEmail),
            ev::Outcome::DivertedAccountBlocked => Self::Diverted(D::AccountBlocked),
            ev::Outcome::DivertedRucNotActive => Self::Diverted(D::RucNotActive),
            ev::Outcome::DivertedAppointmentLapsed => Self::Diverted(D::AppointmentLapsed),
            ev::Outcome::DivertedStaleEmail => Self::Diverted(D::StaleEmail),
            ev::Outcome::DivertedRegistryDown => Self::Diverted(D::RegistryDown),
            ev::Outcome::NoShow => Self::NoShow,
            ev::Outcome::Cancelled => Self::Cancelled,
            ev::Outcome::Left => Self::Left,
        }
    }
}

impl From<d::case::Outcome> for ev::Outcome {
    fn from(outcome: d::case::Outcome) -> Self {
        use d::case::{Diversion as D, Outcome as O};
        match outcome {
            O::KeyRestored => Self::KeyRestored,
            O::LinkNotCompleted => Self::LinkNotCompleted,
            O::Returned => Self::Returned,
            O::Diverted(D::NoRegisteredEmail) => Self::DivertedNoEmail,
            O::Diverted(D::AccountBlocked) => Self::DivertedAccountBlocked,
            O::Diverted(D::RucNotActive) => Self::DivertedRucNotActive,
            O::Diverted(D::AppointmentLapsed) => Self::DivertedAppointmentLapsed,
            O::Diverted(D::StaleEmail) => Self::DivertedStaleEmail,
            O::Diverted(D::RegistryDown) => Self::DivertedRegistryDown,
            O::NoShow => Self::NoShow,
            O::Cancelled => Self::Cancelled,
            O::Left => Self::Left,
        }
    }
}

impl TryFrom<&e::Employer> for d::employer::Facts {
    type Error = Unreadable;

    fn try_from(x: &e::Employer) -> Result<Self, Unreadable> {
        let rep = &x.representative;
        let appointment = rep
            .appointment
            .as_ref()
            .map(|a| {
                Ok(d::employer::Appointment {
                    registry: a.registry.into(),
                    registered_on: date(&a.registered_on)?,
                    valid_until: a.valid_until.as_deref().map(date).transpose()?,
                    representation: a
                        .second_signatory
                        .clone()
                        .map_or(d::employer::Representation::Individual, d::employer::Representation::Joint),
                })
            })
            .transpose()?;
        Ok(Self {
            id: d::employer::EmployerId::parse(&x.number).map_err(|_| Unreadable::Number)?,
            name: x.name.clone(),
            kind: x.kind.into(),
            ruc_status: x.ruc_status.into(),
            representative: d::employer::Representative {
                cedula: d::number::Cedula::parse(&rep.cedula).map_err(|_| Unreadable::Number)?,
                name: rep.name.clone(),
                cedula_expires: rep.cedula_expires.as_deref().map(date).transpose()?,
                registries_agree: rep.registries_agree,
                appointment,
            },
            has_email: x.email_masked.is_some(),
            account: x.account.into(),
            in_arrears: x.in_arrears,
        })
    }
}

impl TryFrom<&r::Attestation> for d::dossier::Entry {
    type Error = Unreadable;

    fn try_from(a: &r::Attestation) -> Result<Self, Unreadable> {
        Ok(Self::Accepted {
            seen: a.seen.into(),
            dated: a.dated.as_deref().map(date).transpose()?,
            second_signature: a.second_signature,
        })
    }
}

impl From<d::reset::ResetRefusal> for crate::error::ErrorCode {
    fn from(refusal: d::reset::ResetRefusal) -> Self {
        use d::reset::ResetRefusal as R;
        match refusal {
            R::DossierIncomplete => Self::DossierIncomplete,
            R::RucNotActive => Self::RucNotActive,
            R::NoRegisteredEmail => Self::NoRegisteredEmail,
            R::AccountBlocked => Self::AccountBlocked,
            R::EmailMismatch => Self::EmailMismatch,
            R::CoolDown => Self::CoolDown,
            R::LinkCap => Self::LinkCap,
        }
    }
}
