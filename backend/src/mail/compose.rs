//! From an outbox row to the bytes of a mail. The same row gives the same bytes, so that a mail sent twice is one mail.

use std::time::{Duration, UNIX_EPOCH};

use lettre::Message;
use lettre::message::header::{ContentType, Header, HeaderName, HeaderValue};
use lettre::message::{Mailbox, MultiPart, SinglePart};
use maud::{DOCTYPE, html};
use ventanilla_words::{Key, Words};

use crate::asked::{Asked, at_centre};
use crate::store::{DueMail, Template};

/// What the words of a mail need beside the row.
pub struct Letter<'a> {
    /// The row.
    pub mail: &'a DueMail,
    /// The link, for [`Template::Link`].
    pub link: Option<&'a str>,
    /// `From`.
    pub from: &'a Mailbox,
    /// Domain of the Message-ID.
    pub domain: &'a str,
    /// Training.
    pub training: bool,
}

/// A row that makes no mail.
#[derive(Debug, thiserror::Error)]
pub enum ComposeError {
    /// The registered address is none that a mail could go to.
    #[error("the registered address cannot be written into a mail")]
    Address,
    /// Lettre refuses.
    #[error("the mail cannot be put together: {0}")]
    Build(#[from] lettre::error::Error),
}

/// Tells other machines not to answer (RFC 3834).
#[derive(Clone)]
struct AutoSubmitted;

impl Header for AutoSubmitted {
    fn name() -> HeaderName {
        HeaderName::new_from_ascii_str("Auto-Submitted")
    }
    fn parse(_: &str) -> Result<Self, Box<dyn std::error::Error + Send + Sync>> {
        Ok(Self)
    }
    fn display(&self) -> HeaderValue {
        HeaderValue::new(Self::name(), "auto-generated".to_owned())
    }
}

/// What a mail says, in the order in which it is read.
struct Said {
    subject: String,
    title: String,
    before: Vec<String>,
    act: Option<(String, String)>,
    after: Vec<String>,
}

impl Letter<'_> {
    /// The mail.
    ///
    /// # Errors
    /// [`ComposeError`].
    pub fn compose(&self) -> Result<Message, ComposeError> {
        let words = ventanilla_words::es();
        let said = self.say(words);
        let to: Mailbox = Mailbox::new(None, self.mail.to.as_str().parse().map_err(|_| ComposeError::Address)?);
        let subject = if self.training {
            format!("[{}] {}", words.get(Key::MailTraining), said.subject)
        } else {
            said.subject.clone()
        };
        let millis = u64::try_from(self.mail.created_at.0).unwrap_or(0);
        let body = MultiPart::alternative()
            .boundary(format!("=_{}", self.mail.id.simple()))
            .singlepart(part(ContentType::TEXT_PLAIN, self.plain(words, &said)))
            .singlepart(part(ContentType::TEXT_HTML, self.html(words, &said)));
        Ok(Message::builder()
            .from(self.from.clone())
            .to(to)
            .subject(subject)
            .date(UNIX_EPOCH + Duration::from_millis(millis))
            .message_id(Some(format!("<{}@{}>", self.mail.id.simple(), self.domain)))
            .header(AutoSubmitted)
            .multipart(body)?)
    }

    fn say(&self, words: &Words) -> Said {
        let mail = self.mail;
        let mut asked = Asked::from(&mail.asked);
        if mail.template == Template::KeyWasSet {
            // What happened now is that the key was set, and this mail was put down in the same moment.
            (asked.date, asked.time) = at_centre(mail.created_at, mail.asked.utc_offset_minutes);
        }
        let args: &[(&str, &str)] = &[
            ("employer", &mail.employer_name),
            ("name", &mail.representative_name),
            ("center", &asked.center),
            ("counter", &asked.counter),
            ("date", &asked.date),
            ("time", &asked.time),
        ];
        let line = |key: Key| words.with(key, args);
        match mail.template {
            Template::Link => Said {
                subject: line(Key::MailLinkSubject),
                title: line(Key::MailLinkTitle),
                before: [Key::MailLinkGreeting, Key::MailLinkWhy, Key::MailLinkWhere].map(line).to_vec(),
                act: self.link.map(|link| (line(Key::MailLinkAct), link.to_owned())),
                after: [Key::MailLinkTime, Key::MailLinkPrivate, Key::MailLinkNotYou, Key::MailLinkFilter]
                    .map(line)
                    .to_vec(),
            },
            Template::KeyWasSet => Said {
                subject: line(Key::MailSetSubject),
                title: line(Key::MailSetTitle),
                before: [Key::MailLinkGreeting, Key::MailSetWhat, Key::MailSetWhen].map(line).to_vec(),
                act: None,
                after: [Key::MailSetNotYou, Key::MailSetAdvice].map(line).to_vec(),
            },
        }
    }

    fn plain(&self, words: &Words, said: &Said) -> String {
        let mut paragraphs = Vec::new();
        if self.training {
            paragraphs.push(words.get(Key::MailTraining));
        }
        paragraphs.extend(said.before.iter().cloned());
        if let Some((act, link)) = &said.act {
            paragraphs.push(format!("{act}\r\n\r\n{link}"));
        }
        paragraphs.extend(said.after.iter().cloned());
        paragraphs.push(format!("-- \r\n{}", words.get(Key::MailFooter)));
        paragraphs.join("\r\n\r\n") + "\r\n"
    }

    fn html(&self, words: &Words, said: &Said) -> String {
        const TEXT: &str = "margin:0 0 16px;font:16px/1.5 'IBM Plex Sans',Arial,sans-serif;color:#1c2430";
        const QUIET: &str = "margin:0 0 12px;font:14px/1.5 'IBM Plex Sans',Arial,sans-serif;color:#55606e";
        const BUTTON: &str = "display:inline-block;padding:14px 24px;background:#0b4f8a;color:#ffffff;border-radius:8px;\
            text-decoration:none;font:600 17px/1.2 'IBM Plex Sans',Arial,sans-serif";
        html! {
            (DOCTYPE)
            html lang="es" {
                head {
                    meta charset="utf-8";
                    meta name="viewport" content="width=device-width, initial-scale=1";
                    title { (said.title) }
                }
                body style="margin:0;background:#f6f5f1" {
                    @if self.training {
                        p style="margin:0;padding:8px;text-align:center;background:#fbf0dc;color:#7a4700;font:600 14px/1.4 Arial,sans-serif" {
                            (words.get(Key::MailTraining))
                        }
                    }
                    div style="max-width:560px;margin:0 auto;padding:24px 16px" {
                        div style="background:#fffefb;border:1px solid #dcdad2;border-radius:8px;padding:24px" {
                            h1 style="margin:0 0 16px;font:600 22px/1.3 'IBM Plex Sans',Arial,sans-serif;color:#1c2430" { (said.title) }
                            @for text in &said.before { p style=(TEXT) { (text) } }
                            @if let Some((act, link)) = &said.act {
                                p style=(TEXT) { (act) }
                                p style="margin:0 0 16px" { a href=(link) style=(BUTTON) { (words.get(Key::MailLinkButton)) } }
                                p style="margin:0 0 20px;font:13px/1.4 Arial,sans-serif;color:#55606e;word-break:break-all" { (link) }
                            }
                            @for (place, text) in said.after.iter().enumerate() {
                                // The first one is what counts now: the 180 s, or "it was not you?".
                                p style=(if place == 0 { TEXT } else { QUIET }) { (text) }
                            }
                        }
                        p style="margin:16px 8px 0;font:13px/1.5 Arial,sans-serif;color:#55606e" { (words.get(Key::MailFooter)) }
                    }
                }
            }
        }
        .into_string()
    }
}

fn part(kind: ContentType, text: String) -> SinglePart {
    SinglePart::builder().header(kind).body(text)
}

#[cfg(test)]
mod tests {
    use super::*;
    use uuid::Uuid;
    use ventanilla_domain::email::Email;
    use ventanilla_domain::time::Millis;

    fn mail(template: Template) -> DueMail {
        DueMail {
            id: Uuid::from_u128(5),
            template,
            link: None,
            to: Email::parse("maria@eltrigo.example").unwrap(),
            employer_name: "Panadería El Trigo\r\nBcc: <x@y.ec> S.A.S.".into(),
            number: "1790012345001".into(),
            representative_name: "María Núñez".into(),
            asked: crate::store::AskedAt {
                center_name: "Centro de Atención Universal Quito Sur".into(),
                counter: "3".into(),
                at: Millis(1_795_535_280_000),
                utc_offset_minutes: -300,
            },
            attempts: 0,
            created_at: Millis(1_795_535_280_000),
        }
    }

    fn bytes(mail: &DueMail, link: Option<&str>) -> Vec<u8> {
        let from = "Instituto <no-responder@iess.example>".parse().unwrap();
        Letter { mail, link, from: &from, domain: "rebotes.example", training: true }.compose().unwrap().formatted()
    }

    #[test]
    fn the_same_row_is_the_same_mail_byte_for_byte() {
        let mail = mail(Template::Link);
        assert_eq!(
            bytes(&mail, Some("https://x.example/clave/abc")),
            bytes(&mail, Some("https://x.example/clave/abc"))
        );
    }

    #[test]
    fn a_link_mail_says_who_asked_where_and_how_long_it_lasts_in_both_forms() {
        let raw = bytes(&mail(Template::Link), Some("https://x.example/clave/abc"));
        let message = mail_parser::MessageParser::default().parse(&raw).unwrap();
        assert_eq!(message.message_id(), Some("00000000000000000000000000000005@rebotes.example"));
        for body in [message.body_text(0).unwrap(), message.body_html(0).unwrap()] {
            for needed in [
                "https://x.example/clave/abc",
                "Quito Sur",
                "10:48",
                "ventanilla 3",
                "180 segundos",
                "iess.gob.ec",
                "Nadie en la ventanilla",
            ] {
                assert!(body.contains(needed), "{needed} is missing in {body}");
            }
        }
    }

    #[test]
    fn a_name_cannot_write_headers() {
        let raw = bytes(&mail(Template::Link), None);
        let message = mail_parser::MessageParser::default().parse(&raw).unwrap();
        assert!(message.bcc().is_none());
        assert_eq!(message.to().and_then(|t| t.first()).and_then(|a| a.address()), Some("maria@eltrigo.example"));
    }

    #[test]
    fn the_notification_carries_no_link_and_gives_the_advice() {
        let mut notice = mail(Template::KeyWasSet);
        notice.created_at = notice.created_at.plus(180_000);
        let raw = bytes(&notice, None);
        let message = mail_parser::MessageParser::default().parse(&raw).unwrap();
        let body = message.body_text(0).unwrap();
        assert!(!body.contains("http"), "{body}");
        assert!(
            body.contains("10:51") && !body.contains("10:48"),
            "when the key was set, not when the link was: {body}"
        );
        assert!(body.contains("90 días") && body.contains("No la comparta"), "{body}");
    }
}
