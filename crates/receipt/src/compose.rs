//! Which blocks a document becomes, in which order and under which fixed words. No measuring and no PDF here.

use chrono::{Datelike, NaiveDateTime};
use ventanilla_words::{Key, Words};

use crate::RenderError;
use crate::content::{Document, Kind, Party, Signer};
use crate::font::Weight;
use crate::layout::{Align, Flow, Look};
use crate::qr;

/// Title and outcome of a kind.
fn titles(kind: Kind) -> (Key, Key) {
    match kind {
        Kind::KeyRestored => (Key::PaperTitleKeyRestored, Key::PaperOutcomeKeyRestored),
        Kind::LinkNotCompleted => (Key::PaperTitleLinkNotCompleted, Key::PaperOutcomeLinkNotCompleted),
        Kind::Returned => (Key::PaperTitleReturned, Key::PaperOutcomeReturned),
        Kind::Diverted => (Key::PaperTitleDiverted, Key::PaperOutcomeDiverted),
        Kind::ArchiveLabel => (Key::PaperTitleArchiveLabel, Key::PaperOutcomeArchiveLabel),
        Kind::DayReport => (Key::PaperTitleDayReport, Key::PaperOutcomeDayReport),
    }
}

/// What the paper is called, for the PDF's title and the print queue.
pub(crate) fn title(words: &Words, document: &Document) -> String {
    format!("{} {}", words.get(titles(document.kind).0), document.number)
}

/// Puts the whole document into `flow`.
pub(crate) fn compose(words: &Words, document: &Document, flow: &mut Flow<'_>) -> Result<(), RenderError> {
    let lead = flow.style.lead;
    if document.training {
        flow.band(&words.get(Key::PaperTrainingLine).to_uppercase(), 1.1);
        flow.gap(lead * 0.6);
    }
    if document.duplicate {
        flow.band(&words.get(Key::PaperDuplicate).to_uppercase(), 2.1);
        flow.gap(lead * 0.6);
    }
    if document.kind == Kind::ArchiveLabel {
        label(words, document, flow);
    } else {
        head(words, document, flow);
        facts(words, document, flow);
        body(words, document, flow);
    }
    foot(words, document, flow)
}

fn center(look: Look) -> Look {
    Look { align: Align::Center, ..look }
}

fn head(words: &Words, document: &Document, flow: &mut Flow<'_>) {
    let (title, outcome) = titles(document.kind);
    let lead = flow.style.lead;
    flow.text(&words.get(Key::PaperInstitution).to_uppercase(), center(flow.bold(1.2)));
    flow.gap(lead * 0.1);
    flow.text(&document.center, center(flow.body()));
    flow.rule(2.0 * qr::DOT, true);
    let plain = flow.body();
    flow.pair(&words.get(title).to_uppercase(), &document.number, Look { size: plain.size * 1.05, ..center(plain) });
    flow.text(&date(words, document.at), center(flow.body()));
    flow.gap(lead * 0.4);
    flow.text(&words.get(outcome).to_uppercase(), center(flow.bold(1.5)));
    flow.rule(2.0 * qr::DOT, true);
}

/// An archive label: the number is what one looks for on the shelf.
fn label(words: &Words, document: &Document, flow: &mut Flow<'_>) {
    let (title, outcome) = titles(document.kind);
    let plain = center(flow.body());
    flow.text(&document.center, plain);
    flow.pair(&words.get(title).to_uppercase(), &words.get(outcome), plain);
    flow.gap(flow.style.lead * 0.2);
    flow.text(&document.number, center(flow.bold(1.7)));
    flow.rule(4.0 * qr::DOT, false);
    facts(words, document, flow);
    flow.text(&date(words, document.at), flow.body());
}

fn facts(words: &Words, document: &Document, flow: &mut Flow<'_>) {
    if let Some(Party { name, ruc, representative, cedula }) = &document.employer {
        flow.fact(&words.get(Key::PaperEmployer), &[(name, Weight::Bold)]);
        fact(flow, words.get(Key::PaperRuc), ruc);
        let cedula =
            if cedula.is_empty() { String::new() } else { words.with(Key::PaperCedula, &[("number", cedula)]) };
        if !representative.is_empty() || !cedula.is_empty() {
            let values = [(representative.as_str(), Weight::Regular), (cedula.as_str(), Weight::Regular)];
            flow.fact(&words.get(Key::PaperRepresentative), &values);
        }
    }
    fact(flow, words.get(Key::PaperProcedure), &document.procedure);
    let ticket = match &document.served {
        Some((from, to)) if !document.ticket.is_empty() => {
            words.with(Key::PaperTicketServed, &[("ticket", &document.ticket), ("from", from), ("to", to)])
        }
        _ => document.ticket.clone(),
    };
    fact(flow, words.get(Key::PaperTicket), &ticket);
    let clerk = if document.counter.is_empty() || document.clerk.is_empty() {
        document.clerk.clone()
    } else {
        words.with(Key::PaperClerkAt, &[("clerk", &document.clerk), ("counter", &document.counter)])
    };
    fact(flow, words.get(Key::PaperServedBy), &clerk);
    if !document.facts.is_empty() {
        if document.employer.is_some() || !clerk.is_empty() {
            flow.rule(2.0 * qr::DOT, true);
        }
        flow.fit_labels(document.facts.iter().map(|f| f.label.as_str()));
        for extra in &document.facts {
            fact(flow, extra.label.clone(), &extra.value);
        }
    }
}

fn fact(flow: &mut Flow<'_>, label: String, value: &str) {
    if !value.is_empty() {
        flow.fact(&label, &[(value, Weight::Regular)]);
    }
}

fn heading(flow: &mut Flow<'_>, text: String) {
    let from = flow.pieces.len();
    flow.text(&text, flow.bold(1.0));
    flow.gap(flow.style.lead * 0.2);
    flow.bind_from(from);
}

fn body(words: &Words, document: &Document, flow: &mut Flow<'_>) {
    let lead = flow.style.lead;
    if !document.items.is_empty() {
        flow.rule(2.0 * qr::DOT, true);
        heading(flow, words.get(Key::PaperItems));
        let indent = flow.style.body * 1.7;
        for (number, item) in document.items.iter().enumerate() {
            if number > 0 {
                flow.gap(lead * 0.4);
            }
            let from = flow.pieces.len();
            flow.numbered(number + 1, &item.document, Weight::Bold);
            flow.bind_from(from);
            let look = Look { indent, ..flow.body() };
            if !item.wrong.is_empty() {
                let from = flow.pieces.len();
                flow.text(&words.with(Key::PaperItemWrong, &[("wrong", &item.wrong)]), look);
                if !item.remedy.is_empty() {
                    flow.bind_from(from);
                }
            }
            if !item.remedy.is_empty() {
                flow.text(&words.with(Key::PaperItemRemedy, &[("remedy", &item.remedy)]), look);
            }
        }
    }
    if !document.checks.is_empty() {
        flow.rule(2.0 * qr::DOT, true);
        // A slip with defects names what this list is; on a receipt the ticks say it.
        if !document.items.is_empty() || document.checks.iter().any(|c| !c.ok) {
            heading(flow, words.get(Key::PaperChecks));
        }
        for check in &document.checks {
            flow.check(check.ok, &check.text);
        }
    }
    if !document.next_steps.is_empty() {
        flow.rule(2.0 * qr::DOT, true);
        heading(flow, words.get(Key::PaperNextSteps));
        for (number, step) in document.next_steps.iter().enumerate() {
            flow.numbered(number + 1, step, Weight::Regular);
            flow.gap(lead * 0.2);
        }
    }
    if let Some(deadline) = &document.deadline {
        flow.gap(lead * 0.5);
        flow.framed(&words.get(Key::PaperDeadline), deadline);
    }
}

fn foot(words: &Words, document: &Document, flow: &mut Flow<'_>) -> Result<(), RenderError> {
    let small = center(flow.body());
    if document.kind != Kind::ArchiveLabel {
        flow.rule(2.0 * qr::DOT, true);
    }
    let fixed: &[Key] = match document.kind {
        Kind::KeyRestored => &[Key::PaperAdvice, Key::PaperNotYou],
        Kind::LinkNotCompleted => &[Key::PaperNotYou],
        Kind::Returned => &[Key::PaperOriginals],
        Kind::Diverted | Kind::ArchiveLabel | Kind::DayReport => &[],
    };
    let mut lines: Vec<String> = document.notes.clone();
    lines.extend(fixed.iter().map(|key| words.get(*key)));
    if let Some(payload) = document.qr.as_deref().filter(|p| !p.is_empty()) {
        if document.kind != Kind::ArchiveLabel {
            let signed = match document.signed_by {
                Signer::Institute => Key::PaperSignedInstitute,
                Signer::Desk => Key::PaperSignedDesk,
            };
            lines.insert(0, format!("{} {}", words.get(Key::PaperVerify), words.get(signed)));
        }
        flow.code(qr::code(payload, flow.style.qr, flow.style.width())?, &lines);
    } else {
        for line in &lines {
            flow.text(line, small);
            flow.gap(flow.style.lead * 0.3);
        }
    }
    if document.training {
        flow.gap(flow.style.lead * 0.4);
        flow.band(&words.get(Key::PaperTrainingLine).to_uppercase(), 1.1);
    }
    Ok(())
}

/// "23 de noviembre de 2026, 10:50".
fn date(words: &Words, at: NaiveDateTime) -> String {
    let month = words.with(Key::PaperMonth, &[("month", &format!("m{:02}", at.month()))]);
    let (day, year, time) = (at.day().to_string(), at.year().to_string(), at.format("%H:%M").to_string());
    words.with(Key::PaperDate, &[("day", &day), ("month", &month), ("year", &year), ("time", &time)])
}
