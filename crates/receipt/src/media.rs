//! Which of a printer's media a sheet goes on: a pure choice over PWG 5101.1 names ("iso_a5_148x210mm").

use crate::content::Paper;

/// What to ask the printer for.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum Choice {
    /// One of its own names.
    Named(String),
    /// A size of one's own within its range, in hundredths of a millimetre.
    Custom { width: i32, height: i32 },
    /// Nothing fits by name: its own default, unscaled.
    Default,
}

/// Chooses for a sheet of `size` millimetres. `ready` lies in the printer, `supported` could.
pub(crate) fn choose(paper: Paper, size: (u32, u32), supported: &[String], ready: &[String]) -> Choice {
    let want = (size.0 * 100, size.1 * 100);
    let free = in_range(want, supported) || in_range(want, ready);
    if let Some(name) = [ready, supported].into_iter().find_map(|names| named(paper, want, names, free)) {
        return Choice::Named(name);
    }
    match (free, i32::try_from(want.0), i32::try_from(want.1)) {
        (true, Ok(width), Ok(height)) => Choice::Custom { width, height },
        _ => Choice::Default,
    }
}

/// A medium by its measures. `free`: the printer would cut to the sheet's own size too.
fn named(paper: Paper, want: (u32, u32), names: &[String], free: bool) -> Option<String> {
    let mut sizes = names.iter().filter(|n| !n.starts_with("custom_")).filter_map(|n| Some((n, dimensions(n)?)));
    match paper {
        // A5 by measure, whatever the class of its name.
        Paper::A5 => sizes.find(|(_, s)| near(s.0, want.0, 200) && near(s.1, want.1, 200)),
        // The shortest medium of the roll's width that holds the slip: a longer one feeds white paper.
        Paper::Roll80 => sizes
            .filter(|(_, s)| near(s.0, want.0, 300) && s.1 >= want.1)
            .min_by_key(|(_, s)| s.1)
            .filter(|(_, s)| !free || s.1 - want.1 <= 1_000),
    }
    .map(|(name, _)| name.clone())
}

/// Whether `custom_min_…` and `custom_max_…` enclose the size.
fn in_range(want: (u32, u32), names: &[String]) -> bool {
    let bound = |prefix: &str| names.iter().filter(|n| n.starts_with(prefix)).find_map(|n| dimensions(n));
    match (bound("custom_min"), bound("custom_max")) {
        (Some(min), Some(max)) => (min.0..=max.0).contains(&want.0) && (min.1..=max.1).contains(&want.1),
        _ => false,
    }
}

fn near(a: u32, b: u32, tolerance: u32) -> bool {
    a.abs_diff(b) <= tolerance
}

/// Width and height of a PWG name in hundredths of a millimetre.
fn dimensions(name: &str) -> Option<(u32, u32)> {
    let last = name.rsplit('_').next()?;
    let (numbers, factor) = match (last.strip_suffix("mm"), last.strip_suffix("in")) {
        (Some(numbers), _) => (numbers, 100.0),
        (None, Some(numbers)) => (numbers, 2540.0),
        (None, None) => return None,
    };
    let (width, height) = numbers.split_once('x')?;
    Some((scaled(width, factor)?, scaled(height, factor)?))
}

#[allow(clippy::cast_possible_truncation, clippy::cast_sign_loss)] // checked against the range first
fn scaled(number: &str, factor: f64) -> Option<u32> {
    let value = number.parse::<f64>().ok()? * factor;
    (0.0..=10_000_000.0).contains(&value).then(|| value.round() as u32)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn names(list: &[&str]) -> Vec<String> {
        list.iter().map(|s| (*s).to_owned()).collect()
    }

    #[test]
    fn pwg_names_are_read_in_millimetres_and_inches() {
        assert_eq!(dimensions("iso_a5_148x210mm"), Some((14_800, 21_000)));
        assert_eq!(dimensions("na_letter_8.5x11in"), Some((21_590, 27_940)));
        assert_eq!(dimensions("custom_max_80x3276.7mm"), Some((8_000, 327_670)));
        assert_eq!(dimensions("auto"), None);
        assert_eq!(dimensions("choice_x_nanxnanmm"), None);
    }

    #[test]
    fn a_roll_printer_with_a_range_gets_the_slip_s_own_length() {
        let supported = names(&["custom_min_50x30mm", "custom_max_82x3000mm", "oe_80x297_80x297mm"]);
        assert_eq!(choose(Paper::Roll80, (80, 168), &supported, &[]), Choice::Custom { width: 8_000, height: 16_800 });
    }

    #[test]
    fn a_roll_printer_with_fixed_lengths_gets_the_shortest_that_holds_the_slip() {
        let supported = names(&["oe_roll_80x3276mm", "oe_roll_80x200mm", "oe_roll_80x100mm", "iso_a4_210x297mm"]);
        assert_eq!(choose(Paper::Roll80, (80, 168), &supported, &[]), Choice::Named("oe_roll_80x200mm".into()));
        assert_eq!(choose(Paper::Roll80, (80, 240), &supported, &[]), Choice::Named("oe_roll_80x3276mm".into()));
    }

    #[test]
    fn what_lies_in_the_printer_comes_before_what_it_could_take() {
        let supported = names(&["iso_a5_148x210mm", "oe_half_149x210mm"]);
        let ready = names(&["oe_half_149x210mm"]);
        assert_eq!(choose(Paper::A5, (148, 210), &supported, &ready), Choice::Named("oe_half_149x210mm".into()));
    }

    #[test]
    fn an_office_printer_keeps_its_own_paper_for_a_slip() {
        let supported =
            names(&["na_letter_8.5x11in", "iso_a4_210x297mm", "custom_min_100x100mm", "custom_max_216x356mm"]);
        assert_eq!(choose(Paper::Roll80, (80, 168), &supported, &supported), Choice::Default);
        assert_eq!(choose(Paper::A5, (148, 210), &names(&["iso_a4_210x297mm"]), &[]), Choice::Default);
    }
}
