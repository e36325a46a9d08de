//! The mail box of training mode: a mail server of this process that keeps everything and sends nothing on, and the page
//! that shows it. The production package has neither.

use std::collections::VecDeque;
use std::sync::{Arc, Mutex, PoisonError};

use async_trait::async_trait;
use axum::Router;
use axum::extract::{Path, State};
use axum::http::StatusCode;
use axum::response::Response;
use axum::routing::get;
use mail_parser::MessageParser;
use maud::{DOCTYPE, Markup, PreEscaped, html};
use ventanilla_domain::time::Millis;
use ventanilla_words::{Key, Words};

use crate::app::App;
use crate::clock::Clock;
use crate::key_page::rendered;
use crate::smtp_in::{Incoming, MailTaker, NotKept};

/// Where the box is read.
pub const PATH: &str = "/capacitacion/buzon";
/// Mails that are kept; older ones go.
const KEPT: usize = 50;
/// Mainland Ecuador: the box shows the time of the counter.
const UTC_OFFSET_MINUTES: i32 = -300;

/// The mails of a training day.
pub struct Mailbox {
    mails: Mutex<(u32, VecDeque<Kept>)>,
    clock: Arc<dyn Clock>,
}

#[derive(Clone)]
struct Kept {
    number: u32,
    at: Millis,
    to: String,
    subject: String,
    text: String,
}

impl Mailbox {
    /// An empty box.
    #[must_use]
    pub fn new(clock: Arc<dyn Clock>) -> Self {
        Self { mails: Mutex::default(), clock }
    }

    fn with<T>(&self, f: impl FnOnce(&mut (u32, VecDeque<Kept>)) -> T) -> T {
        f(&mut self.mails.lock().unwrap_or_else(PoisonError::into_inner))
    }
}

#[async_trait]
impl MailTaker for Mailbox {
    fn wants(&self, _: &str) -> bool {
        true
    }

    async fn take(&self, mail: Incoming) -> Result<(), NotKept> {
        let message = MessageParser::default().parse(&mail.bytes).ok_or(NotKept)?;
        let at = self.clock.now();
        let subject = message.subject().unwrap_or_default().to_owned();
        let text = message.body_text(0).unwrap_or_default().into_owned();
        self.with(|(last, mails)| {
            *last = last.saturating_add(1);
            mails.push_front(Kept { number: *last, at, to: mail.to.join(", "), subject, text });
            mails.truncate(KEPT);
        });
        Ok(())
    }
}

/// The routes of the box.
pub fn router(mailbox: Arc<Mailbox>) -> Router<Arc<App>> {
    let list = mailbox.clone();
    Router::new().route(PATH, get(move |State(_): State<Arc<App>>| async move { show_all(&list) })).route(
        "/capacitacion/buzon/{number}",
        get(move |Path(number): Path<String>| async move { show_one(&mailbox, &number) }),
    )
}

fn show_all(mailbox: &Mailbox) -> Response {
    let words = ventanilla_words::es();
    let mails: Vec<Kept> = mailbox.with(|(_, mails)| mails.iter().cloned().collect());
    rendered(
        StatusCode::OK,
        &frame(
            words,
            true,
            html! {
                h1 { (words.get(Key::BoxTitle)) }
                p.quiet { (words.get(Key::BoxIntro)) }
                @if mails.is_empty() { p.empty { (words.get(Key::BoxEmpty)) } }
                ul {
                    @for mail in &mails {
                        li { a href={ (PATH) "/" (mail.number) } {
                            strong { (mail.subject) }
                            span.quiet { (time(mail.at)) " · " (mail.to) }
                        } }
                    }
                }
            },
        ),
    )
}

fn show_one(mailbox: &Mailbox, number: &str) -> Response {
    let words = ventanilla_words::es();
    let mail = mailbox.with(|(_, mails)| mails.iter().find(|m| m.number.to_string() == number).cloned());
    let Some(mail) = mail else {
        return rendered(
            StatusCode::NOT_FOUND,
            &frame(
                words,
                false,
                html! {
                    p { (words.get(Key::BoxGone)) }
                    p { a href=(PATH) { (words.get(Key::BoxBack)) } }
                },
            ),
        );
    };
    rendered(
        StatusCode::OK,
        &frame(
            words,
            false,
            html! {
                p { a href=(PATH) { "← " (words.get(Key::BoxBack)) } }
                h1 { (mail.subject) }
                p.quiet { (words.get(Key::BoxTo)) ": " (mail.to) br; (words.get(Key::BoxAt)) ": " (time(mail.at)) }
                article { @for paragraph in mail.text.split("\n\n").flat_map(|p| p.split("\r\n\r\n")) {
                    p { @for word in paragraph.split_inclusive(char::is_whitespace) { (linked(word)) } }
                } }
            },
        ),
    )
}

/// A word of a mail; an address of ours can be clicked.
fn linked(word: &str) -> Markup {
    let address = word.trim();
    html! {
        @if address.starts_with("http://") || address.starts_with("https://") {
            a.link href=(address) { (address) } " "
        } @else { (word) }
    }
}

fn time(at: Millis) -> String {
    at.local(UTC_OFFSET_MINUTES).format("%H:%M:%S").to_string()
}

fn frame(words: &Words, refresh: bool, body: Markup) -> Markup {
    html! {
        (DOCTYPE)
        html lang="es" {
            head {
                meta charset="utf-8";
                meta name="viewport" content="width=device-width, initial-scale=1";
                @if refresh { meta http-equiv="refresh" content="2"; }
                title { (words.get(Key::BoxTitle)) }
                style { (PreEscaped(CSS)) }
            }
            body {
                p.training { (words.get(Key::MailTraining)) }
                main { (body) }
            }
        }
    }
}

const CSS: &str = "
body{margin:0;background:#f6f5f1;color:#1c2430;font:400 1rem/1.5 'IBM Plex Sans',system-ui,sans-serif}
main{max-width:44rem;margin:0 auto;padding:1.25rem}
.training{margin:0;padding:.5rem;text-align:center;font-weight:600;
background:repeating-linear-gradient(135deg,#fbf0dc 0 12px,#f6e2bd 12px 24px)}
h1{font-size:1.375rem;line-height:1.3;margin:.5rem 0;overflow-wrap:anywhere}
.quiet{color:#55606e;font-size:.9375rem}
ul{list-style:none;margin:1rem 0;padding:0}
li a{display:block;padding:.75rem 1rem;background:#fffefb;border:1px solid #dcdad2;border-radius:8px;margin-bottom:.5rem;
color:inherit;text-decoration:none}
li a:hover,li a:focus-visible{border-color:#0b4f8a;outline:2px solid #0b4f8a}
li span{display:block}
a{color:#0b4f8a}
article{background:#fffefb;border:1px solid #dcdad2;border-radius:8px;padding:1.25rem}
article p{margin:0 0 .875rem;overflow-wrap:anywhere}
.link{display:inline-block;padding:.75rem 1rem;background:#e6eef6;border-radius:8px;font-weight:600}
.empty{padding:2rem;text-align:center;border:1px dashed #8a8f9c;border-radius:8px}
";
