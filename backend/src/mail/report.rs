//! Delivery reports (RFC 3464) that come back to a link's own return path (M14).

use std::sync::Arc;

use async_trait::async_trait;
use mail_parser::{MessageParser, MimeHeaders as _, PartType};
use ventanilla_contract::error::ErrorCode;

use super::send::clean;
use crate::secrets::Secrets;
use crate::smtp_in::{Incoming, MailTaker, NotKept};
use crate::store::{Store, StoreError};

/// Takes what comes to our return paths and nothing else.
pub struct Reports {
    /// Which addresses are ours.
    pub secrets: Arc<Secrets>,
    /// Who is told.
    pub store: Arc<dyn Store>,
    /// Domain of the return paths.
    pub domain: String,
}

impl Reports {
    fn about(&self, recipient: &str) -> Option<uuid::Uuid> {
        let (local, domain) = recipient.trim_matches(['<', '>']).rsplit_once('@')?;
        if domain.eq_ignore_ascii_case(&self.domain) { self.secrets.read_return_path(local) } else { None }
    }
}

#[async_trait]
impl MailTaker for Reports {
    fn wants(&self, recipient: &str) -> bool {
        self.about(recipient).is_some()
    }

    async fn take(&self, mail: Incoming) -> Result<(), NotKept> {
        // An absence note or a delay is no failure: taken, and nothing follows from it.
        let Some(reason) = failure(&mail.bytes) else { return Ok(()) };
        for link in mail.to.iter().filter_map(|to| self.about(to)) {
            match self.store.delivery_report(link, reason.clone()).await {
                Ok(()) => tracing::info!(%link, reason, "a delivery report came back"),
                // The report of a notification, or of a link that was purged.
                Err(StoreError::Refused(refusal)) if refusal.code == ErrorCode::ResetUnknown => {}
                Err(error) => {
                    tracing::warn!(%error, "a delivery report could not be kept");
                    return Err(NotKept);
                }
            }
        }
        Ok(())
    }
}

/// Why a delivery failed, in the reporting server's words; `None` for any other message.
#[must_use]
pub fn failure(message: &[u8]) -> Option<String> {
    let message = MessageParser::default().parse(message)?;
    let part = message.parts.iter().find(|part| {
        part.content_type().is_some_and(|kind| {
            kind.ctype().eq_ignore_ascii_case("message")
                && kind.subtype().is_some_and(|s| s.eq_ignore_ascii_case("delivery-status"))
        })
    })?;
    let text = match &part.body {
        PartType::Text(text) | PartType::Html(text) => text.to_string(),
        PartType::Binary(bytes) | PartType::InlineBinary(bytes) => String::from_utf8_lossy(bytes).into_owned(),
        PartType::Message(inner) => String::from_utf8_lossy(inner.raw_message()).into_owned(),
        PartType::Multipart(_) => return None,
    };
    let field = |name: &str| {
        text.lines().find_map(|line| {
            let (key, value) = line.split_once(':')?;
            key.trim().eq_ignore_ascii_case(name).then(|| value.trim().to_owned())
        })
    };
    if !field("Action")?.eq_ignore_ascii_case("failed") {
        return None;
    }
    let words = field("Diagnostic-Code").map(|code| code.trim_start_matches("smtp;").trim().to_owned());
    Some(clean(&words.or_else(|| field("Status")).unwrap_or_else(|| "5.0.0".to_owned())))
}

#[cfg(test)]
mod tests {
    use super::failure;

    fn report(action: &str) -> Vec<u8> {
        format!(
            "From: MAILER-DAEMON@mx.example\r\nContent-Type: multipart/report; report-type=delivery-status; boundary=b\r\n\
             MIME-Version: 1.0\r\n\r\n--b\r\nContent-Type: text/plain\r\n\r\nSorry.\r\n--b\r\nContent-Type: message/delivery-status\r\n\r\n\
             Reporting-MTA: dns; mx.example\r\n\r\nFinal-Recipient: rfc822; maria@eltrigo.ec\r\nAction: {action}\r\nStatus: 5.1.1\r\n\
             Diagnostic-Code: smtp; 550 5.1.1 <maria@eltrigo.ec> user unknown\r\n\r\n--b--\r\n"
        )
        .into_bytes()
    }

    #[test]
    fn a_failed_delivery_gives_its_reason_without_the_address() {
        assert_eq!(failure(&report("failed")).as_deref(), Some("550 5.1.1 … user unknown"));
    }

    #[test]
    fn a_delay_an_absence_note_and_garbage_are_no_failures() {
        assert_eq!(failure(&report("delayed")), None);
        assert_eq!(failure(b"Subject: Fuera de oficina\r\n\r\nVuelvo el lunes. Action: failed\r\n"), None);
        assert_eq!(failure(&[0xff, 0xfe, 0]), None);
    }
}
