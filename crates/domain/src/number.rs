//! RUC and cédula: what the digits alone say (M5). What a registry says about them is in [`crate::employer`].

use std::fmt;

/// Who a number was built for, by its third digit.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum NumberKind {
    /// A cédula of identity, ten digits.
    Cedula,
    /// RUC of a person: a cédula and an establishment (third digit 0–5).
    NaturalPerson,
    /// RUC of a public body, or of a foreigner with a cédula (third digit 6).
    PublicOrForeign,
    /// RUC of a company or another private body (third digit 9).
    Company,
}

/// Why a number is refused. Each has words in the language files.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Flaw {
    /// Something other than digits (spaces and hyphens at the edges or between groups are dropped before).
    NotDigits,
    /// Not ten digits for a cédula or thirteen for a RUC.
    Length,
    /// Not a province: 01–24, 30 (abroad) or 50.
    Province,
    /// The third digit names no kind of holder.
    ThirdDigit,
    /// Modulus 10 of the cédula does not fit.
    CheckDigit,
    /// The establishment is zero.
    Establishment,
}

/// What the digits of a number say.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Verdict {
    /// Everything fits.
    Valid(NumberKind),
    /// The check digit does not fit, which binds nobody for this kind: the tax registry lists active numbers like it.
    Remark(NumberKind),
    /// No such number can exist.
    Invalid(Flaw),
}

/// A cédula whose digits hold. `Debug` shows it masked.
#[derive(Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Cedula(String);

/// A RUC whose digits hold, perhaps with a remark. `Debug` shows it masked.
#[derive(Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Ruc(String);

impl Cedula {
    /// Reads a cédula as typed: spaces and hyphens are dropped.
    ///
    /// # Errors
    /// The [`Flaw`] of a number that cannot exist.
    pub fn parse(typed: &str) -> Result<Self, Flaw> {
        let digits = digits(typed)?;
        match judge_cedula(&digits) {
            Verdict::Valid(_) | Verdict::Remark(_) => Ok(Self(text(&digits))),
            Verdict::Invalid(flaw) => Err(flaw),
        }
    }

    /// The ten digits.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl Ruc {
    /// Reads a RUC as typed: spaces and hyphens are dropped.
    ///
    /// # Errors
    /// The [`Flaw`] of a number that cannot exist. A check digit that binds nobody is no error.
    pub fn parse(typed: &str) -> Result<Self, Flaw> {
        let digits = digits(typed)?;
        match judge_ruc(&digits) {
            Verdict::Valid(_) | Verdict::Remark(_) => Ok(Self(text(&digits))),
            Verdict::Invalid(flaw) => Err(flaw),
        }
    }

    /// The thirteen digits.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.0
    }

    /// Whether the number is built on a person's cédula, so that paper and lists mask it (M20).
    #[must_use]
    pub fn is_personal(&self) -> bool {
        let digits = digits(&self.0).unwrap_or_default();
        match judge_ruc(&digits) {
            Verdict::Valid(kind) | Verdict::Remark(kind) => match kind {
                NumberKind::NaturalPerson | NumberKind::Cedula => true,
                // Third digit 6 may be a foreigner's cédula: where modulus 10 fits it is treated as personal.
                NumberKind::PublicOrForeign => modulus_10(&digits),
                NumberKind::Company => false,
            },
            Verdict::Invalid(_) => true,
        }
    }
}

impl fmt::Debug for Cedula {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Cedula({})", crate::mask::number(&self.0))
    }
}

impl fmt::Debug for Ruc {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Ruc({})", crate::mask::number(&self.0))
    }
}

/// What the digits of a cédula say: length, province, third digit and modulus 10 all bind.
#[must_use]
pub fn check_cedula(typed: &str) -> Verdict {
    digits(typed).map_or_else(Verdict::Invalid, |d| judge_cedula(&d))
}

/// What the digits of a RUC say. Modulus 10 binds on a person's number; on third digits 6 and 9 modulus 11 only remarks.
#[must_use]
pub fn check_ruc(typed: &str) -> Verdict {
    digits(typed).map_or_else(Verdict::Invalid, |d| judge_ruc(&d))
}

fn digits(typed: &str) -> Result<Vec<u8>, Flaw> {
    let mut found = Vec::with_capacity(13);
    for c in typed.trim().chars().filter(|c| !matches!(c, ' ' | '-')) {
        match c.to_digit(10) {
            Some(d) if found.len() < 14 => found.push(u8::try_from(d).unwrap_or(0)),
            Some(_) => {} // longer than any number: the length is refused below, once all are seen to be digits
            None => return Err(Flaw::NotDigits),
        }
    }
    Ok(found)
}

fn text(digits: &[u8]) -> String {
    digits.iter().map(|d| char::from(b'0' + d)).collect()
}

fn judge_cedula(d: &[u8]) -> Verdict {
    let &[p1, p2, third, ..] = d else { return Verdict::Invalid(Flaw::Length) };
    if d.len() != 10 {
        return Verdict::Invalid(Flaw::Length);
    }
    if !is_province(p1, p2) {
        return Verdict::Invalid(Flaw::Province);
    }
    // Third digit 6 is a foreigner's cédula; it keeps modulus 10.
    if third > 6 {
        return Verdict::Invalid(Flaw::ThirdDigit);
    }
    if modulus_10(d) { Verdict::Valid(NumberKind::Cedula) } else { Verdict::Invalid(Flaw::CheckDigit) }
}

fn judge_ruc(d: &[u8]) -> Verdict {
    let &[p1, p2, third, _, _, _, _, _, _, _, e1, e2, e3] = d else { return Verdict::Invalid(Flaw::Length) };
    if !is_province(p1, p2) {
        return Verdict::Invalid(Flaw::Province);
    }
    let kind = match third {
        0..=5 => NumberKind::NaturalPerson,
        6 => NumberKind::PublicOrForeign,
        9 => NumberKind::Company,
        _ => return Verdict::Invalid(Flaw::ThirdDigit),
    };
    if e1 + e2 + e3 == 0 {
        return Verdict::Invalid(Flaw::Establishment);
    }
    let fits = match kind {
        NumberKind::NaturalPerson | NumberKind::Cedula => {
            if !modulus_10(d) {
                return Verdict::Invalid(Flaw::CheckDigit);
            }
            true
        }
        NumberKind::PublicOrForeign => modulus_11(d, &[3, 2, 7, 6, 5, 4, 3, 2, 1]) || modulus_10(d),
        NumberKind::Company => modulus_11(d, &[4, 3, 2, 7, 6, 5, 4, 3, 2, 1]),
    };
    if fits { Verdict::Valid(kind) } else { Verdict::Remark(kind) }
}

/// 01–24 are the provinces, 30 was given to those registered abroad; 50 stands in the rule (M5).
fn is_province(p1: u8, p2: u8) -> bool {
    matches!(p1 * 10 + p2, 1..=24 | 30 | 50)
}

/// Weights 2,1,2,… over the first ten digits; two-digit products lose nine.
fn modulus_10(d: &[u8]) -> bool {
    let sum: u32 = d
        .iter()
        .take(10)
        .enumerate()
        .map(|(i, &x)| {
            let product = u32::from(x) * if i % 2 == 0 { 2 } else { 1 };
            if product > 9 { product - 9 } else { product }
        })
        .sum();
    sum.is_multiple_of(10)
}

fn modulus_11(d: &[u8], weights: &[u32]) -> bool {
    let sum: u32 = d.iter().zip(weights).map(|(&x, w)| u32::from(x) * w).sum();
    sum.is_multiple_of(11)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_cedula_needs_its_modulus_10() {
        assert_eq!(check_cedula("1710034065"), Verdict::Valid(NumberKind::Cedula));
        assert_eq!(check_cedula("171003406-5"), Verdict::Valid(NumberKind::Cedula));
        assert_eq!(check_cedula("1710034064"), Verdict::Invalid(Flaw::CheckDigit));
    }

    #[test]
    fn provinces_are_01_to_24_30_and_50() {
        assert_eq!(check_cedula("2510034065"), Verdict::Invalid(Flaw::Province));
        assert_eq!(check_cedula("0010034065"), Verdict::Invalid(Flaw::Province));
        assert_ne!(check_cedula("3010034065"), Verdict::Invalid(Flaw::Province));
        assert_ne!(check_cedula("5010034065"), Verdict::Invalid(Flaw::Province));
    }

    #[test]
    fn active_companies_that_modulus_11_denies_pass_with_a_remark() {
        for active in ["0993370026001", "1793213150001"] {
            assert_eq!(check_ruc(active), Verdict::Remark(NumberKind::Company), "{active}");
            assert!(Ruc::parse(active).is_ok());
        }
    }

    #[test]
    fn a_persons_ruc_stands_and_falls_with_the_cedula() {
        assert_eq!(check_ruc("1710034065001"), Verdict::Valid(NumberKind::NaturalPerson));
        assert_eq!(check_ruc("1710034064001"), Verdict::Invalid(Flaw::CheckDigit));
        assert_eq!(check_ruc("1710034065000"), Verdict::Invalid(Flaw::Establishment));
    }

    #[test]
    fn letters_and_forty_digits_are_answers_not_crashes() {
        assert_eq!(check_ruc("17100ABC65001"), Verdict::Invalid(Flaw::NotDigits));
        assert_eq!(check_ruc(&"1".repeat(40)), Verdict::Invalid(Flaw::Length));
        assert_eq!(check_cedula(""), Verdict::Invalid(Flaw::Length));
        assert_eq!(check_cedula("١٧١٠٠٣٤٠٦٥"), Verdict::Invalid(Flaw::NotDigits));
    }

    #[test]
    fn debug_never_shows_a_whole_number() {
        let shown = format!("{:?} {:?}", Ruc::parse("1710034065001").unwrap(), Cedula::parse("1710034065").unwrap());
        assert!(!shown.contains("0034"), "{shown}");
    }

    #[test]
    fn a_number_built_on_a_cedula_is_personal_and_a_companys_is_not() {
        assert!(Ruc::parse("1710034065001").unwrap().is_personal());
        assert!(!Ruc::parse("0993370026001").unwrap().is_personal());
    }
}
