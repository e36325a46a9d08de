//! What the employer sees: one page that sets the key, and what it says when it cannot. Server-rendered, no script, phone
//! first. Rendering only: which page is shown and what a POST does is decided in the routes and the store.

mod style;

use maud::{DOCTYPE, Markup, html};
use ventanilla_domain::key_rules::{KeyRule, SPECIAL};
use ventanilla_words::{Key, Words};

pub use style::{CSS, PIXEL};

/// What the page of a valid link shows.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct KeyPage<'a> {
    /// Registered name of the employer.
    pub employer: &'a str,
    /// Centre that started the reset.
    pub center: &'a str,
    /// Counter that did.
    pub counter: &'a str,
    /// `10:48`, at the centre.
    pub asked_at: &'a str,
    /// Milliseconds that the link still runs.
    pub remaining_ms: u32,
    /// Path of this page, for the form and for the mark of a person's presence; relative to the host.
    pub path: &'a str,
    /// What was wrong with the key that was offered; `None` on the first look.
    pub fault: Option<Fault>,
    /// Training mode.
    pub training: bool,
}

/// What was wrong with an offered key. The key itself is never shown again.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Fault {
    /// It breaks these rules (R26, R27, M36).
    Rules(Vec<KeyRule>),
    /// The repetition differs.
    Mismatch,
}

/// Why a link sets no key.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum DeadEnd {
    /// R10.
    Expired,
    /// A one-shot that was used.
    Used,
    /// Replaced or cancelled.
    Withdrawn,
    /// No link of ours; a malformed address looks the same.
    Unknown,
    /// The store did not answer.
    Trouble,
}

impl DeadEnd {
    /// The HTTP status of the page.
    #[must_use]
    pub const fn status(self) -> u16 {
        match self {
            Self::Expired | Self::Used | Self::Withdrawn => 410,
            Self::Unknown => 404,
            Self::Trouble => 503,
        }
    }

    const fn words(self) -> [Key; 3] {
        match self {
            Self::Expired => [Key::PageExpiredTitle, Key::PageExpiredText, Key::PageExpiredNext],
            Self::Used => [Key::PageUsedTitle, Key::PageUsedText, Key::PageUsedNext],
            Self::Withdrawn => [Key::PageWithdrawnTitle, Key::PageWithdrawnText, Key::PageWithdrawnNext],
            Self::Unknown => [Key::PageUnknownTitle, Key::PageUnknownText, Key::PageUnknownNext],
            Self::Trouble => [Key::PageTroubleTitle, Key::PageTroubleText, Key::PageTroubleNext],
        }
    }
}

/// The page that sets the key.
#[must_use]
pub fn key(words: &Words, page: &KeyPage<'_>) -> Markup {
    let title = words.with(Key::PageTitle, &[("employer", page.employer)]);
    let seconds = page.remaining_ms / 1000;
    let (minutes, rest) = ((seconds / 60).to_string(), (seconds % 60).to_string());
    let spoken = words.with(Key::PageTimeText, &[("minutes", &minutes), ("seconds", &rest)]);
    let presence = format!(
        "#clave:focus,#repetida:focus{{background-image:url('{}/presencia.gif')}}.resta{{--s:{seconds};animation-duration:{seconds}s}}",
        page.path
    );
    let broken = match &page.fault {
        Some(Fault::Rules(rules)) => rules.as_slice(),
        Some(Fault::Mismatch) | None => &[],
    };
    frame(
        words,
        &title,
        page.training,
        Some(&presence),
        html! {
            h1 { (title) }
            p.quiet {
                (words.with(Key::PageAsked, &[("time", page.asked_at), ("center", page.center), ("counter", page.counter)]))
            }
            div.time {
                span { (words.get(Key::PageTimeLeft)) }
                // The figure counts down by style alone; its text stays true for who reads without styles.
                span.clock role="timer" aria-label=(spoken) { span.resta aria-hidden="true" {} }
            }
            @match &page.fault {
                Some(Fault::Rules(_)) => { (alert(words, Key::PageRefused, Key::PageRefusedHint)) }
                Some(Fault::Mismatch) => { (alert(words, Key::PageMismatch, Key::PageMismatchHint)) }
                None => {}
            }
            form method="post" action=(page.path) autocomplete="off" {
                label for="clave" { (words.get(Key::PageNewKey)) }
                div.field {
                    input #ver .sr type="checkbox" aria-controls="clave repetida";
                    label.show for="ver" { (words.get(Key::PageShow)) }
                    input #clave .secret name="clave" type="text" required maxlength="64" autocapitalize="none"
                        autocomplete="new-password" autocorrect="off" spellcheck="false" aria-describedby="reglas"
                        aria-invalid=[page.fault.as_ref().map(|_| "true")];
                }
                ul #reglas aria-label=(words.get(Key::PageRules)) {
                    @for rule in KeyRule::ALL {
                        @let state = page.fault.as_ref().and_then(|f| match f {
                            Fault::Rules(_) => Some(!broken.contains(&rule)),
                            Fault::Mismatch => None,
                        });
                        li class=[state.map(|met| if met { "met" } else { "broken" })] {
                            @match state {
                                Some(true) => span.sr { (words.get(Key::PageRuleMet)) ": " }
                                Some(false) => span.sr { (words.get(Key::PageRuleBroken)) ": " }
                                None => {}
                            }
                            (rule_words(words, rule))
                        }
                    }
                }
                label for="repetida" { (words.get(Key::PageRepeat)) }
                input #repetida .secret name="repetida" type="text" required maxlength="64" autocapitalize="none"
                    autocomplete="new-password" autocorrect="off" spellcheck="false";
                button type="submit" { (words.get(Key::PageSubmit)) }
            }
            p.quiet.foot { (words.get(Key::PagePrivacy)) }
        },
    )
}

/// The page after the key was set.
#[must_use]
pub fn done(words: &Words, training: bool) -> Markup {
    let title = words.get(Key::PageDoneTitle);
    frame(
        words,
        &title,
        training,
        None,
        html! {
            div.end.good { (mark(true)) h1 { (title) "." } }
            p.large { (words.get(Key::PageDoneClose)) }
            p { (words.get(Key::PageDoneSessions)) }
            p.quiet.foot { (words.get(Key::PageDoneAdvice)) }
        },
    )
}

/// The page of a link that sets no key: what happened, and what to ask for at the counter.
#[must_use]
pub fn dead_end(words: &Words, why: DeadEnd, training: bool) -> Markup {
    let [title, text, next] = why.words().map(|key| words.get(key));
    frame(
        words,
        &title,
        training,
        None,
        html! {
            div.end { (mark(false)) h1 { (title) } }
            p { (text) }
            p.large { (next) }
        },
    )
}

fn frame(words: &Words, title: &str, training: bool, own_style: Option<&str>, body: Markup) -> Markup {
    html! {
        (DOCTYPE)
        html lang="es" {
            head {
                meta charset="utf-8";
                meta name="viewport" content="width=device-width, initial-scale=1";
                meta name="robots" content="noindex";
                meta name="referrer" content="no-referrer";
                title { (title) }
                style { (maud::PreEscaped(CSS)) @if let Some(own) = own_style { (maud::PreEscaped(own)) } }
            }
            body {
                @if training { p.training { (words.get(Key::PageTraining)) } }
                main {
                    p.brand { (key_mark()) span { (words.get(Key::PageBrand)) } }
                    (body)
                }
            }
        }
    }
}

fn alert(words: &Words, title: Key, hint: Key) -> Markup {
    html! { div.alert role="alert" { strong { (words.get(title)) } p { (words.get(hint)) } } }
}

fn rule_words(words: &Words, rule: KeyRule) -> String {
    match rule {
        KeyRule::Length => words.get(Key::PageRuleLength),
        KeyRule::Cases => words.get(Key::PageRuleCases),
        KeyRule::Digit => words.get(Key::PageRuleDigit),
        KeyRule::Special => {
            let spaced: Vec<String> = SPECIAL.chars().map(String::from).collect();
            words.with(Key::PageRuleSpecial, &[("special", &spaced.join(" "))])
        }
        KeyRule::Guessable => words.get(Key::PageRuleGuessable),
    }
}

fn key_mark() -> Markup {
    html! {
        svg.brandmark viewBox="0 0 40 40" aria-hidden="true" {
            rect width="40" height="40" rx="8" {}
            path d="M16 14a5.5 5.5 0 1 0 4.6 8.5H24v3.5h4v-3.5h3v-4H20.6A5.5 5.5 0 0 0 16 14Zm0 4a1.5 1.5 0 1 1 0 3 1.5 1.5 0 0 1 0-3Z" {}
        }
    }
}

fn mark(good: bool) -> Markup {
    html! {
        svg.endmark viewBox="0 0 48 48" aria-hidden="true" {
            circle cx="24" cy="24" r="22" {}
            @if good { path d="M14 25l7 7 13-15" {} } @else { path d="M24 13v14M24 33v2" {} }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn page(fault: Option<Fault>) -> KeyPage<'static> {
        KeyPage {
            employer: "Panadería El Trigo <S.A.S.>",
            center: "Centro de Atención Universal Quito Sur",
            counter: "3",
            asked_at: "10:48",
            remaining_ms: 134_000,
            path: "/clave/abc",
            fault,
            training: true,
        }
    }

    #[test]
    fn the_page_is_small_has_no_script_and_escapes_names() {
        let html = key(ventanilla_words::es(), &page(None)).into_string();
        assert!(html.len() < 50_000, "{}", html.len());
        assert!(!html.contains("<script"));
        assert!(html.contains("El Trigo &lt;S.A.S.&gt;"));
        assert!(html.contains("1 min") || html.contains("2 min 14 s"));
    }

    #[test]
    fn a_refused_key_names_the_rule_and_keeps_the_exact_message() {
        let html = key(ventanilla_words::es(), &page(Some(Fault::Rules(vec![KeyRule::Digit])))).into_string();
        assert!(html.contains("La clave no cumple con los parámetros de seguridad"));
        assert_eq!(html.matches("class=\"broken\"").count(), 1);
        assert_eq!(html.matches("class=\"met\"").count(), 4);
    }

    #[test]
    fn every_dead_end_says_what_to_ask_at_the_counter() {
        for why in [DeadEnd::Expired, DeadEnd::Used, DeadEnd::Withdrawn, DeadEnd::Unknown, DeadEnd::Trouble] {
            let html = dead_end(ventanilla_words::es(), why, false).into_string();
            assert!(html.contains("<h1>"), "{why:?}");
            let advice =
                html.split_once("<p class=\"large\">").and_then(|(_, rest)| rest.split_once("</p>")).unwrap().0;
            assert!(advice.contains("ventanilla"), "{why:?}: {advice}");
            assert!(!html.contains("<form"), "{why:?}");
        }
    }
}
