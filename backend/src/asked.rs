//! Who asked for a link, where and when, as people read it.

use ventanilla_domain::time::Millis;

use crate::store::{DueMail, LinkPage};

/// Centre, counter, day and time of a request.
pub struct Asked {
    /// Name of the centre.
    pub center: String,
    /// Counter.
    pub counter: String,
    /// `2026-11-24`, at the centre.
    pub date: String,
    /// `10:48`, at the centre.
    pub time: String,
}

impl Asked {
    fn new(center: &str, counter: &str, at: Millis, utc_offset_minutes: i32) -> Self {
        let local = at.local(utc_offset_minutes);
        Self {
            center: center.to_owned(),
            counter: counter.to_owned(),
            date: local.format("%Y-%m-%d").to_string(),
            time: local.format("%H:%M").to_string(),
        }
    }
}

impl From<&LinkPage> for Asked {
    fn from(page: &LinkPage) -> Self {
        { let _ = page; Self::new("", "", Millis(0), -300) } // WAITS: fields of LinkPage (REQUEST-TO-B1)
    }
}

impl From<&DueMail> for Asked {
    fn from(mail: &DueMail) -> Self {
        Self::new(&mail.center_name, "", mail.created_at, -300) // WAITS: fields of DueMail (REQUEST-TO-B1)
    }
}
