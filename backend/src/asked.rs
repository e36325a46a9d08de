//! Who asked for a link, where and when, as people read it.

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

impl From<&AskedAt> for Asked {
    fn from(asked: &AskedAt) -> Self {
        let local = asked.at.local(asked.utc_offset_minutes);
        Self {
            center: asked.center_name.clone(),
            counter: asked.counter.clone(),
            date: local.format("%Y-%m-%d").to_string(),
            time: local.format("%H:%M").to_string(),
        }
    }
}
