//! Figures and their floors.

use std::time::Duration;

/// What a figure is held to.
pub enum Target {
    /// A number in the figure's own unit that it stays under.
    AtMost(f64),
    /// A multiple of the floor that it stays under.
    TimesFloor(f64),
    /// A share of the floor that it reaches.
    ShareOfFloor(f64),
    /// Shown for comparison only.
    None,
}

struct Line {
    figure: String,
    unit: &'static str,
    ours: f64,
    floor: Option<(String, f64)>,
    target: Target,
}

/// The table.
#[derive(Default)]
pub struct Table {
    lines: Vec<Line>,
}

impl Table {
    /// Adds a figure with what stands beside it.
    pub fn add(&mut self, figure: &str, unit: &'static str, ours: f64, floor: Option<(&str, f64)>, target: Target) {
        let floor = floor.map(|(what, value)| (what.to_owned(), value));
        self.lines.push(Line { figure: figure.to_owned(), unit, ours, floor, target });
    }

    /// Prints it as Markdown.
    pub fn print(&self) {
        println!("| figure | measured | floor | ratio | target | met |");
        println!("|---|---:|---:|---:|---|---|");
        for line in &self.lines {
            let shown = |value: f64| match value {
                v if v >= 100.0 => format!("{v:.0} {}", line.unit),
                v => format!("{v:.2} {}", line.unit),
            };
            let ratio = line.floor.as_ref().map(|(_, floor)| line.ours / floor);
            let (target, met) = match line.target {
                Target::AtMost(limit) => (format!("≤ {limit} {}", line.unit), Some(line.ours <= limit)),
                Target::TimesFloor(limit) => (format!("≤ {limit} × floor"), ratio.map(|r| r <= limit)),
                Target::ShareOfFloor(limit) => (format!("≥ {limit} × floor"), ratio.map(|r| r >= limit)),
                Target::None => ("—".to_owned(), None),
            };
            println!(
                "| {} | {} | {} | {} | {target} | {} |",
                line.figure,
                shown(line.ours),
                line.floor.as_ref().map_or("—".to_owned(), |(what, value)| format!("{} ({what})", shown(*value))),
                ratio.map_or("—".to_owned(), |r| format!("{r:.2}")),
                met.map_or("", |met| if met { "yes" } else { "NO" }),
            );
        }
    }
}

/// Milliseconds.
pub fn ms(time: Duration) -> f64 {
    time.as_secs_f64() * 1000.0
}

/// The value that `share` of all do not exceed (nearest rank).
pub fn quantile(values: &mut [f64], share: f64) -> f64 {
    assert!(!values.is_empty(), "nothing was measured");
    values.sort_by(f64::total_cmp);
    #[allow(clippy::cast_possible_truncation, clippy::cast_sign_loss, clippy::cast_precision_loss)]
    let rank = (values.len() as f64 * share).ceil() as usize;
    values[rank.clamp(1, values.len()) - 1]
}

/// The middle one.
pub fn median(values: &mut [f64]) -> f64 {
    quantile(values, 0.5)
}
