//! Who is next (M7).

use std::cmp::Ordering;

use crate::time::Millis;

/// What the order of the queue looks at. Mora is not among it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct InLine {
    /// Preferential attention (older, pregnant, disabled); no medical detail is kept.
    pub preferential: bool,
    /// The appointed time; `None` for a walk-in.
    pub appointed: Option<Millis>,
    /// Since when the person waits.
    pub waiting_since: Millis,
}

/// The order of *call next*: preferential attention, then appointments that are due, then everybody else, each by
/// waiting time.
#[must_use]
pub fn call_order(a: &InLine, b: &InLine, now: Millis) -> Ordering {
    rank(a, now).cmp(&rank(b, now)).then(a.waiting_since.cmp(&b.waiting_since))
}

fn rank(person: &InLine, now: Millis) -> u8 {
    match (person.preferential, person.appointed) {
        (true, _) => 0,
        (false, Some(at)) if at <= now => 1,
        (false, None) => 2,
        // Early for an appointment: served when nobody else waits.
        (false, Some(_)) => 3,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn preferential_then_due_then_walk_ins_each_by_waiting_time() {
        let now = Millis(1_000_000);
        let p = |preferential, appointed: Option<i64>, since| InLine {
            preferential,
            appointed: appointed.map(Millis),
            waiting_since: Millis(since),
        };
        let walk_in = p(false, None, 10);
        let due_late = p(false, Some(900_000), 500);
        let due_early_bird = p(false, Some(900_000), 20);
        let not_due = p(false, Some(1_000_001), 5);
        let preferential = p(true, None, 900_000);
        let mut line = [walk_in, not_due, due_late, due_early_bird, preferential];
        line.sort_by(|a, b| call_order(a, b, now));
        assert_eq!(line, [preferential, due_early_bird, due_late, walk_in, not_due]);
    }
}
