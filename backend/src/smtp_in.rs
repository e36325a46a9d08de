//! Mail that comes in: delivery reports (M14), and in training every mail. The conversation is RFC 5321's; what a message
//! means is its taker's business.

use std::io;
use std::sync::Arc;
use std::time::Duration;

use async_trait::async_trait;
use tokio::io::{AsyncBufReadExt, AsyncReadExt, AsyncWriteExt, BufReader};
use tokio::net::tcp::{OwnedReadHalf, OwnedWriteHalf};
use tokio::net::{TcpListener, TcpStream};

/// Longest message that is taken, bytes. A delivery report quotes at most the headers of what it reports.
pub const MESSAGE_LIMIT: usize = 256 * 1024;
/// Longest line, bytes (RFC 5321 allows 1000; some servers send more).
const LINE_LIMIT: u64 = 8 * 1024;
/// Silence after which a conversation ends.
const PATIENCE: Duration = Duration::from_secs(60);
/// Longest conversation, however lively.
const LONGEST: Duration = Duration::from_secs(300);
/// Recipients of one message.
const RECIPIENTS: usize = 16;
/// Conversations at once.
const GUESTS: usize = 64;

/// A message as it came.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Incoming {
    /// Envelope sender; empty for a delivery report.
    pub from: String,
    /// Envelope recipients that were wanted.
    pub to: Vec<String>,
    /// Headers and body.
    pub bytes: Vec<u8>,
}

/// The message was not kept; the sender is told to try again.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("the message was not kept")]
pub struct NotKept;

/// Answers "is this mail for us, and what becomes of it?".
#[async_trait]
pub trait MailTaker: Send + Sync {
    /// Whether mail to this address is taken; anything else is refused, so that nobody relays through here.
    fn wants(&self, recipient: &str) -> bool;
    /// Keeps the message; the sender hears 250 only after that.
    ///
    /// # Errors
    /// [`NotKept`]: the sender hears 451.
    async fn take(&self, mail: Incoming) -> Result<(), NotKept>;
}

/// Takes mail on `listener` until the task is dropped.
pub async fn serve(listener: TcpListener, taker: Arc<dyn MailTaker>) {
    let guests = Arc::new(tokio::sync::Semaphore::new(GUESTS));
    loop {
        let Ok(place) = guests.clone().acquire_owned().await else { return };
        match listener.accept().await {
            Ok((stream, _)) => {
                let taker = taker.clone();
                tokio::spawn(async move {
                    let talk = tokio::time::timeout(LONGEST, converse(stream, taker)).await;
                    if let Err(error) = talk.unwrap_or_else(|late| Err(late.into())) {
                        tracing::debug!(%error, "a mail conversation broke off");
                    }
                    drop(place);
                });
            }
            Err(error) => {
                tracing::warn!(%error, "no mail connection");
                tokio::time::sleep(Duration::from_millis(200)).await;
            }
        }
    }
}

async fn converse(stream: TcpStream, taker: Arc<dyn MailTaker>) -> io::Result<()> {
    let (read, write) = stream.into_split();
    let mut line = Line { read: BufReader::new(read), write };
    line.say("220 ventanilla ESMTP").await?;
    let mut mail: Option<Incoming> = None;
    while let Some(command) = line.hear().await? {
        let command = String::from_utf8_lossy(&command).trim_end().to_owned();
        let verb = command.split([' ', ':']).next().unwrap_or_default().to_ascii_uppercase();
        match verb.as_str() {
            "HELO" => line.say("250 ventanilla").await?,
            "EHLO" => {
                mail = None;
                let size = format!("250 SIZE {MESSAGE_LIMIT}");
                line.say(&format!("250-ventanilla\r\n250-8BITMIME\r\n250-SMTPUTF8\r\n250-PIPELINING\r\n{size}"))
                    .await?;
            }
            "MAIL" => match path_of(&command, "FROM:") {
                // The null sender of a delivery report is the ordinary case here.
                Some(from) => {
                    mail = Some(Incoming { from: from.to_owned(), ..Incoming::default() });
                    line.say("250 2.1.0 ok").await?;
                }
                None => line.say("501 5.5.4 MAIL FROM:<address>").await?,
            },
            "RCPT" => match (mail.as_mut(), path_of(&command, "TO:")) {
                (None, _) => line.say("503 5.5.1 MAIL first").await?,
                (Some(_), None | Some("")) => line.say("501 5.5.4 RCPT TO:<address>").await?,
                (Some(mail), Some(_)) if mail.to.len() >= RECIPIENTS => {
                    line.say("452 4.5.3 too many recipients").await?
                }
                (Some(mail), Some(to)) if taker.wants(to) => {
                    mail.to.push(to.to_owned());
                    line.say("250 2.1.5 ok").await?;
                }
                (Some(_), Some(_)) => line.say("550 5.1.1 no such mailbox").await?,
            },
            "DATA" => match mail.take() {
                Some(mut taken) if !taken.to.is_empty() => {
                    line.say("354 end with a dot on a line of its own").await?;
                    let answer = match line.message().await? {
                        None => "552 5.3.4 too large",
                        Some(bytes) => {
                            taken.bytes = bytes;
                            match taker.take(taken).await {
                                Ok(()) => "250 2.0.0 kept",
                                Err(NotKept) => "451 4.3.0 not kept, try again",
                            }
                        }
                    };
                    line.say(answer).await?;
                }
                Some(_) | None => line.say("503 5.5.1 RCPT first").await?,
            },
            "RSET" => {
                mail = None;
                line.say("250 2.0.0 ok").await?;
            }
            "NOOP" => line.say("250 2.0.0 ok").await?,
            "QUIT" => return line.say("221 2.0.0 bye").await,
            _ => line.say("502 5.5.2 not here").await?,
        }
    }
    Ok(())
}

/// The address in `MAIL FROM:<address> …`; empty for the null sender.
fn path_of<'a>(command: &'a str, keyword: &str) -> Option<&'a str> {
    let rest = command.get(4..)?.trim_start();
    let head = rest.get(..keyword.len())?;
    if !head.eq_ignore_ascii_case(keyword) {
        return None;
    }
    let address = rest.get(keyword.len()..)?.trim_start().strip_prefix('<')?.split_once('>')?.0;
    (address.len() <= 320 && !address.contains(|c: char| c.is_whitespace() || c.is_control())).then_some(address)
}

struct Line {
    read: BufReader<OwnedReadHalf>,
    write: OwnedWriteHalf,
}

impl Line {
    async fn say(&mut self, answer: &str) -> io::Result<()> {
        self.write.write_all(format!("{answer}\r\n").as_bytes()).await
    }

    /// The next line; `None` at the end of the conversation.
    async fn hear(&mut self) -> io::Result<Option<Vec<u8>>> {
        let mut line = Vec::new();
        let mut limited = (&mut self.read).take(LINE_LIMIT);
        tokio::time::timeout(PATIENCE, limited.read_until(b'\n', &mut line)).await??;
        Ok(line.ends_with(b"\n").then_some(line))
    }

    /// A message up to its dot, dots unstuffed; `None` when it was too large, but read to its end.
    async fn message(&mut self) -> io::Result<Option<Vec<u8>>> {
        let (mut bytes, mut seen) = (Vec::new(), 0_usize);
        loop {
            let line = self.hear().await?.ok_or(io::ErrorKind::UnexpectedEof)?;
            if line == b".\r\n" || line == b".\n" {
                return Ok((seen <= MESSAGE_LIMIT).then_some(bytes));
            }
            let line = line.strip_prefix(b".").unwrap_or(&line);
            seen = seen.saturating_add(line.len());
            if seen > 16 * MESSAGE_LIMIT {
                return Err(io::Error::other("the message has no end"));
            }
            if seen <= MESSAGE_LIMIT {
                bytes.extend_from_slice(line);
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::sync::Mutex;

    struct Kept(Mutex<Vec<Incoming>>);

    #[async_trait]
    impl MailTaker for Kept {
        fn wants(&self, recipient: &str) -> bool {
            recipient.ends_with("@rebotes.example")
        }
        async fn take(&self, mail: Incoming) -> Result<(), NotKept> {
            if mail.bytes.windows(4).any(|w| w == b"FULL") {
                return Err(NotKept);
            }
            self.0.lock().unwrap().push(mail);
            Ok(())
        }
    }

    async fn talk(lines: &[&str]) -> (String, Vec<Incoming>) {
        let taker = Arc::new(Kept(Mutex::default()));
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let address = listener.local_addr().unwrap();
        let server = tokio::spawn(serve(listener, taker.clone()));
        let mut stream = TcpStream::connect(address).await.unwrap();
        for line in lines {
            stream.write_all(format!("{line}\r\n").as_bytes()).await.unwrap();
        }
        let mut said = String::new();
        stream.read_to_string(&mut said).await.unwrap();
        server.abort();
        let kept = taker.0.lock().unwrap().clone();
        (said, kept)
    }

    #[tokio::test]
    async fn a_message_to_us_is_kept_whole_and_dots_are_unstuffed() {
        let (said, kept) = talk(&[
            "EHLO mx.example",
            "MAIL FROM:<>",
            "RCPT TO:<bounce+x@rebotes.example>",
            "DATA",
            "Subject: x",
            "",
            "..dot",
            ".",
            "QUIT",
        ])
        .await;
        assert!(said.contains("354"), "{said}");
        assert_eq!(kept.len(), 1, "{said}");
        assert_eq!(kept[0].to, ["bounce+x@rebotes.example"]);
        assert_eq!(String::from_utf8_lossy(&kept[0].bytes), "Subject: x\r\n\r\n.dot\r\n");
    }

    #[tokio::test]
    async fn nobody_relays_through_here() {
        let (said, kept) = talk(&["EHLO a", "MAIL FROM:<a@b.ec>", "RCPT TO:<x@elsewhere.example>", "QUIT"]).await;
        assert!(said.contains("550"), "{said}");
        assert!(kept.is_empty());
    }

    #[tokio::test]
    async fn commands_out_of_order_and_nonsense_are_refused_and_a_large_message_is_not_kept() {
        let (said, _) = talk(&["DATA", "RCPT TO:<a@rebotes.example>", "MAIL FROM:x", "ñ", "QUIT"]).await;
        for code in ["503 5.5.1 RCPT", "503 5.5.1 MAIL", "501", "502", "221"] {
            assert!(said.contains(code), "{code}: {said}");
        }
        let long = vec!["x".repeat(1000); 300].join("\r\n");
        let (said, kept) =
            talk(&["EHLO a", "MAIL FROM:<> SIZE=9", "RCPT TO:<a@rebotes.example>", "DATA", &long, ".", "QUIT"]).await;
        assert!(said.contains("552"), "{said}");
        assert!(kept.is_empty());
    }

    #[tokio::test]
    async fn what_is_not_kept_is_tried_again_by_the_sender() {
        let (said, kept) =
            talk(&["EHLO a", "MAIL FROM:<>", "RCPT TO:<a@rebotes.example>", "DATA", "FULL", ".", "QUIT"]).await;
        assert!(said.contains("451"), "{said}");
        assert!(kept.is_empty());
    }
}
