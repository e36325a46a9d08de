//! `[policy]` of the settings: the same table stands in a workstation's and in a backend's, which has the last word (M31).

use serde::Deserialize;
use ventanilla_domain::policy::Policy;

/// Figures that an institute may set. The life of a link (R10) is not among them: it is exact.
#[derive(Debug, Clone, Default, Deserialize)]
#[serde(deny_unknown_fields)]
#[allow(missing_docs)] // The fields are those of `domain::policy::Policy`.
pub struct PolicyOverrides {
    pub printout_max_age_days: Option<i64>,
    pub letter_max_age_days: Option<i64>,
    pub appointment_max_years: Option<i32>,
    pub walk_in_counts: Option<bool>,
    pub reopen_days: Option<i64>,
    pub reissue_cooldown_ms: Option<i64>,
    pub links_per_day: Option<u32>,
    pub registry_retry_ms: Option<i64>,
    pub service_period_ms: Option<i64>,
    pub email_tries: Option<u32>,
}

impl PolicyOverrides {
    /// The published rules with what was set otherwise.
    #[must_use]
    pub fn policy(&self) -> Policy {
        let rules = Policy::default();
        Policy {
            printout_max_age_days: self.printout_max_age_days.unwrap_or(rules.printout_max_age_days),
            letter_max_age_days: self.letter_max_age_days.unwrap_or(rules.letter_max_age_days),
            appointment_max_years: self.appointment_max_years.unwrap_or(rules.appointment_max_years),
            walk_in_counts: self.walk_in_counts.unwrap_or(rules.walk_in_counts),
            reopen_days: self.reopen_days.unwrap_or(rules.reopen_days),
            reissue_cooldown_ms: self.reissue_cooldown_ms.unwrap_or(rules.reissue_cooldown_ms),
            links_per_day: self.links_per_day.unwrap_or(rules.links_per_day),
            registry_retry_ms: self.registry_retry_ms.unwrap_or(rules.registry_retry_ms),
            service_period_ms: self.service_period_ms.unwrap_or(rules.service_period_ms),
            email_tries: self.email_tries.unwrap_or(rules.email_tries),
            link_ms: rules.link_ms,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_not_set_is_as_published_and_the_life_of_a_link_cannot_be_set() {
        let set: PolicyOverrides = serde_json::from_str(r#"{"links_per_day": 5, "walk_in_counts": false}"#).unwrap();
        let policy = Policy { links_per_day: 5, walk_in_counts: false, ..Policy::default() };
        assert_eq!(set.policy(), policy);
        for unknown in [r#"{"link_ms": 600000}"#, r#"{"links_a_day": 5}"#] {
            assert!(serde_json::from_str::<PolicyOverrides>(unknown).is_err(), "{unknown}");
        }
    }
}
