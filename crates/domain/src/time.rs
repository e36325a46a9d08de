//! Points in time. The domain never asks for one: `now` is always a parameter.

use chrono::{DateTime, Duration, NaiveDate, NaiveDateTime};

/// A point in time in milliseconds since 1970-01-01T00:00:00Z.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Millis(pub i64);

impl Millis {
    /// This point plus `ms` milliseconds, saturating.
    #[must_use]
    pub const fn plus(self, ms: i64) -> Self {
        Self(self.0.saturating_add(ms))
    }

    /// Milliseconds from `earlier` to this point; negative when `earlier` is later.
    #[must_use]
    pub const fn since(self, earlier: Self) -> i64 {
        self.0.saturating_sub(earlier.0)
    }

    /// The clock on the wall of a centre that is `offset_minutes` east of UTC (mainland Ecuador −300, Galápagos −360).
    #[must_use]
    pub fn local(self, offset_minutes: i32) -> NaiveDateTime {
        let utc = DateTime::from_timestamp_millis(self.0).unwrap_or_default().naive_utc();
        utc + Duration::minutes(i64::from(offset_minutes))
    }

    /// The day at a centre that is `offset_minutes` east of UTC.
    #[must_use]
    pub fn day(self, offset_minutes: i32) -> NaiveDate {
        self.local(offset_minutes).date()
    }

    /// Midnight at the centre, before this moment.
    #[must_use]
    pub fn start_of_day(self, offset_minutes: i32) -> Self {
        let local = self.0 + i64::from(offset_minutes) * 60_000;
        Self(self.0 - local.rem_euclid(86_400_000))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_day_starts_at_midnight_of_the_centre() {
        let ten_at_the_centre = Millis(1_795_532_400_000);
        let midnight = ten_at_the_centre.start_of_day(-300);
        assert_eq!(midnight.local(-300).to_string(), "2026-11-24 00:00:00");
        assert_eq!(midnight.start_of_day(-300), midnight);
        assert_eq!(Millis(midnight.0 - 1).start_of_day(-300), midnight.plus(-86_400_000));
    }

    #[test]
    fn the_day_at_the_counter_is_not_the_day_in_utc() {
        let after_midnight_utc = Millis(1_795_496_400_000); // 2026-11-24T05:00:00Z
        assert_eq!(after_midnight_utc.day(-300).to_string(), "2026-11-24");
        assert_eq!(after_midnight_utc.plus(-1).day(-300).to_string(), "2026-11-23");
    }
}
