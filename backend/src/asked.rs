//! Who asked for a link, where and when, as people read it.

use ventanilla_domain::time::Millis;

use crate::store::AskedAt;

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

/// Day and time of a moment at a centre.
pub(crate) fn at_centre(at: Millis, utc_offset_minutes: i32) -> (String, String) {
    let local = at.local(utc_offset_minutes);
    (local.format("%Y-%m-%d").to_string(), local.format("%H:%M").to_string())
}

impl From<&AskedAt> for Asked {
    fn from(asked: &AskedAt) -> Self {
        let (date, time) = at_centre(asked.at, asked.utc_offset_minutes);
        Self { center: asked.center_name.clone(), counter: asked.counter.clone(), date, time }
    }
}
