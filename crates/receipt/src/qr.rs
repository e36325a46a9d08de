//! The QR as rows of black runs, on the dot grid of a counter printer. No drawing here.

use qrcodegen::{QrCode, QrCodeEcc};

use crate::RenderError;

/// Dots of a 203 dpi print head (8 per millimetre), in points.
pub(crate) const DOT: f32 = 72.0 / 25.4 / 8.0;
/// Modules left white on each side (ISO 18004).
const QUIET: u16 = 4;

/// A code in modules; coordinates count from the top left corner of the quiet zone.
#[derive(Debug, Clone)]
pub(crate) struct Code {
    /// Side with its quiet zone, in modules.
    pub(crate) side: u16,
    /// Side of one module, in points: whole dots, at least three.
    pub(crate) module: f32,
    /// `(x, y, length)` of each black run.
    pub(crate) runs: Vec<(u16, u16, u16)>,
}

/// Codes `payload` as large as `preferred` points allow, and never beyond `limit`.
pub(crate) fn code(payload: &str, preferred: f32, limit: f32) -> Result<Code, RenderError> {
    for level in [QrCodeEcc::Medium, QrCodeEcc::Low] {
        let Ok(qr) = QrCode::encode_text(payload, level) else { continue };
        let Ok(size) = u16::try_from(qr.size()) else { continue };
        let side = size + 2 * QUIET;
        let fits = |dots: u16, within: f32| f32::from(side) * f32::from(dots) * DOT <= within;
        let Some(dots) = (3..=6).rev().find(|d| fits(*d, preferred)).or_else(|| fits(3, limit).then_some(3)) else {
            continue;
        };
        return Ok(Code { side, module: f32::from(dots) * DOT, runs: runs(&qr, size) });
    }
    Err(RenderError::QrTooLong { bytes: payload.len() })
}

fn runs(qr: &QrCode, size: u16) -> Vec<(u16, u16, u16)> {
    let mut out: Vec<(u16, u16, u16)> = Vec::new();
    for y in 0..size {
        for x in 0..size {
            if !qr.get_module(i32::from(x), i32::from(y)) {
                continue;
            }
            match out.last_mut() {
                Some((from, row, length)) if *row == y + QUIET && *from + *length == x + QUIET => *length += 1,
                _ => out.push((x + QUIET, y + QUIET, 1)),
            }
        }
    }
    out
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_module_is_whole_dots_and_the_code_keeps_its_quiet_zone() {
        let limit = 576.0 * DOT;
        for length in [1, 40, 120, 300, 600] {
            let code = code(&"x".repeat(length), 320.0 * DOT, limit).unwrap();
            let dots = code.module / DOT;
            assert!((dots - dots.round()).abs() < 1e-3 && dots > 2.9);
            assert!(f32::from(code.side) * code.module <= limit);
            assert!(
                code.runs.iter().all(|(x, y, n)| *x >= 4 && *y >= 4 && x + n <= code.side - 4 && *y < code.side - 4)
            );
        }
    }

    #[test]
    fn a_payload_beyond_the_paper_is_refused_not_shrunk() {
        assert!(matches!(
            code(&"x".repeat(4000), 320.0 * DOT, 576.0 * DOT),
            Err(RenderError::QrTooLong { bytes: 4000 })
        ));
    }
}
