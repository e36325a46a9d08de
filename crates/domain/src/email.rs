//! E-mail addresses: their form, and when two of them name the same box (M14).

use std::fmt;

/// An address that can receive a link. `Debug` shows it masked.
#[derive(Clone, PartialEq, Eq)]
pub struct Email(String);

/// The text is no address that mail could go to.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("not an e-mail address")]
pub struct NotAnAddress;

impl Email {
    /// Reads an address as typed. Accepts what mail servers accept in practice: one `@`, a name, a domain with a dot,
    /// no space or control character, at most 254 characters (RFC 5321).
    ///
    /// # Errors
    /// [`NotAnAddress`].
    pub fn parse(typed: &str) -> Result<Self, NotAnAddress> {
        let text = typed.trim();
        let (name, domain) = text.rsplit_once('@').ok_or(NotAnAddress)?;
        let sound = !name.is_empty()
            && name.len() <= 64
            && text.len() <= 254
            && !name.contains(['@', '<', '>', '"', ',', ';', '(', ')'])
            && !text.chars().any(|c| c.is_whitespace() || c.is_control())
            && domain.contains('.')
            && domain.split('.').all(|label| {
                !label.is_empty() && label.len() <= 63 && label.chars().all(|c| c.is_alphanumeric() || c == '-')
            });
        if sound { Ok(Self(format!("{name}@{}", domain.to_lowercase()))) } else { Err(NotAnAddress) }
    }

    /// The address, its domain in lower case.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.0
    }

    /// Whether both name the same box: a person says an address, so letter case does not count.
    #[must_use]
    pub fn same_box(&self, other: &Self) -> bool {
        self.0.to_lowercase() == other.0.to_lowercase()
    }
}

impl fmt::Debug for Email {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Email({})", crate::mask::email(&self.0))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_address_as_a_person_says_it_matches_without_case() {
        let registered = Email::parse("Maria.Nunez@ElTrigo.ec").unwrap();
        assert!(registered.same_box(&Email::parse(" maria.nunez@eltrigo.EC ").unwrap()));
        assert!(!registered.same_box(&Email::parse("maria.nunes@eltrigo.ec").unwrap()));
    }

    #[test]
    fn what_no_server_takes_is_refused() {
        for text in ["", "a", "a@b", "@b.ec", "a b@c.ec", "a@c..ec", "a@c.ec\r\nBcc: x@y.ec", "a@b@c.ec", "a@-_.ec"] {
            assert!(Email::parse(text).is_err(), "{text:?}");
        }
        assert!(Email::parse(&format!("{}@c.ec", "a".repeat(250))).is_err());
    }

    #[test]
    fn debug_hides_the_name() {
        assert_eq!(format!("{:?}", Email::parse("maria@eltrigo.ec").unwrap()), "Email(m•••••@eltrigo.ec)");
    }
}
