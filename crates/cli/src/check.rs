//! `ventanilla check ruc|cedula`: what the digits say, one answer per number.

use std::io::{BufRead, Write};

use clap::ValueEnum;
use serde::Serialize;
use ventanilla_domain::number::{Flaw, NumberKind, Verdict, check_cedula, check_ruc};
use ventanilla_words::{Key, Words};

use crate::ExitCode;

/// Which number.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub enum What {
    /// Thirteen digits.
    Ruc,
    /// Ten digits.
    Cedula,
}

/// One line of `--json`.
#[derive(Debug, Serialize)]
struct Answer<'a> {
    number: &'a str,
    verdict: &'static str,
    kind: Option<&'static str>,
    reason: Option<&'static str>,
}

/// Judges `numbers`, or the lines of `input` where there are none, and writes one line for each.
///
/// # Errors
/// Only where reading or writing fails. Any input line has an answer; bytes that are no text are judged as such.
pub fn run(
    what: What,
    numbers: &[String],
    json: bool,
    input: impl BufRead,
    mut out: impl Write,
    words: &Words,
) -> std::io::Result<ExitCode> {
    let mut all_exist = true;
    let mut one = |number: &str, out: &mut dyn Write| -> std::io::Result<()> {
        let verdict = match what {
            What::Ruc => check_ruc(number),
            What::Cedula => check_cedula(number),
        };
        all_exist &= !matches!(verdict, Verdict::Invalid(_));
        if json { answer(number, verdict, out) } else { sentence(number, verdict, words, out) }
    };
    if numbers.is_empty() {
        for line in input.split(b'\n') {
            let line = line?;
            let text = String::from_utf8_lossy(&line);
            let number = text.trim_end_matches('\r');
            if !number.is_empty() {
                one(number, &mut out)?;
            }
        }
    } else {
        for number in numbers {
            one(number, &mut out)?;
        }
    }
    out.flush()?;
    Ok(ExitCode::from(!all_exist))
}

fn answer(number: &str, verdict: Verdict, out: &mut dyn Write) -> std::io::Result<()> {
    let (verdict, kind, reason) = match verdict {
        Verdict::Valid(kind) => ("valid", Some(kind_code(kind)), None),
        Verdict::Remark(kind) => ("remark", Some(kind_code(kind)), Some("check_digit")),
        Verdict::Invalid(flaw) => ("invalid", None, Some(flaw_code(flaw))),
    };
    serde_json::to_writer(&mut *out, &Answer { number, verdict, kind, reason })?;
    writeln!(out)
}

fn sentence(number: &str, verdict: Verdict, words: &Words, out: &mut dyn Write) -> std::io::Result<()> {
    let text = match verdict {
        Verdict::Valid(kind) => words.with(Key::CliCheckValid, &[("kind", &words.get(kind_words(kind)))]),
        Verdict::Remark(kind) => words.with(Key::CliCheckRemark, &[("kind", &words.get(kind_words(kind)))]),
        Verdict::Invalid(flaw) => words.with(Key::CliCheckInvalid, &[("reason", &words.get(flaw_words(flaw)))]),
    };
    writeln!(out, "{number}  {text}")
}

const fn kind_code(kind: NumberKind) -> &'static str {
    match kind {
        NumberKind::Cedula => "cedula",
        NumberKind::NaturalPerson => "natural_person",
        NumberKind::PublicOrForeign => "public_or_foreign",
        NumberKind::Company => "company",
    }
}

const fn kind_words(kind: NumberKind) -> Key {
    match kind {
        NumberKind::Cedula => Key::CliKindCedula,
        NumberKind::NaturalPerson => Key::CliKindNaturalPerson,
        NumberKind::PublicOrForeign => Key::CliKindPublicOrForeign,
        NumberKind::Company => Key::CliKindCompany,
    }
}

const fn flaw_code(flaw: Flaw) -> &'static str {
    match flaw {
        Flaw::NotDigits => "not_digits",
        Flaw::Length => "length",
        Flaw::Province => "province",
        Flaw::ThirdDigit => "third_digit",
        Flaw::CheckDigit => "check_digit",
        Flaw::Establishment => "establishment",
    }
}

const fn flaw_words(flaw: Flaw) -> Key {
    match flaw {
        Flaw::NotDigits => Key::CliFlawNotDigits,
        Flaw::Length => Key::CliFlawLength,
        Flaw::Province => Key::CliFlawProvince,
        Flaw::ThirdDigit => Key::CliFlawThirdDigit,
        Flaw::CheckDigit => Key::CliFlawCheckDigit,
        Flaw::Establishment => Key::CliFlawEstablishment,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn json(what: What, input: &str) -> (String, ExitCode) {
        let mut out = Vec::new();
        let code = run(what, &[], true, input.as_bytes(), &mut out, ventanilla_words::es()).unwrap();
        (String::from_utf8(out).unwrap(), code)
    }

    #[test]
    fn each_line_of_standard_input_gets_one_line_of_json() {
        let (out, code) = json(What::Ruc, "0993370026001\r\n\n1710034065001\nabc\n");
        let lines: Vec<&str> = out.lines().collect();
        assert_eq!(
            lines,
            [
                r#"{"number":"0993370026001","verdict":"remark","kind":"company","reason":"check_digit"}"#,
                r#"{"number":"1710034065001","verdict":"valid","kind":"natural_person","reason":null}"#,
                r#"{"number":"abc","verdict":"invalid","kind":null,"reason":"not_digits"}"#,
            ]
        );
        assert_eq!(code, 1);
    }

    #[test]
    fn bytes_that_are_no_text_are_an_answer_too() {
        let mut out = Vec::new();
        let code = run(What::Cedula, &[], true, &b"\xff\xfe17\n"[..], &mut out, ventanilla_words::es()).unwrap();
        assert_eq!(code, 1);
        assert!(String::from_utf8(out).unwrap().contains("not_digits"));
    }

    #[test]
    fn a_person_reads_a_sentence() {
        let mut out = Vec::new();
        let numbers = ["1710034065".to_owned()];
        let code = run(What::Cedula, &numbers, false, &b""[..], &mut out, ventanilla_words::es()).unwrap();
        assert_eq!((String::from_utf8(out).unwrap().as_str(), code), ("1710034065  válida: cédula\n", 0));
    }
}
