//! The two faces of the paper: which characters they have, how wide these are, and the subset that one document needs.
//! Deflating the font is nearly all of a receipt's cost, so a document embeds only the glyphs it shows.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::LazyLock;

use printpdf::{ParsedFont, PdfFontMetricsStub};
use subsetter::{GlyphRemapper, subset};

use crate::RenderError;

/// Stands in, visibly, for a character that the face lacks.
pub(crate) const REPLACEMENT: char = '\u{FFFD}';

/// Upright weights used on paper.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) enum Weight {
    Regular,
    Bold,
}

/// One face, parsed once per process.
pub(crate) struct Face {
    bytes: &'static [u8],
    /// Shown in the PDF; the tag marks a subset (ISO 32000-1, 9.6.4).
    name: &'static str,
    /// Glyph and advance in font units per character.
    glyphs: BTreeMap<char, (u16, u16)>,
    units_per_em: u16,
    metrics: printpdf::FontMetrics,
    descriptor: PdfFontMetricsStub,
}

/// Both faces.
pub(crate) struct Faces {
    regular: Face,
    bold: Face,
}

static FACES: LazyLock<Option<Faces>> = LazyLock::new(|| {
    Some(Faces {
        regular: Face::parse(include_bytes!("../../../assets/fonts/paper-regular.ttf"), "VENTAN+VentanillaPaper-Regular")?,
        bold: Face::parse(include_bytes!("../../../assets/fonts/paper-bold.ttf"), "VENTAN+VentanillaPaper-Bold")?,
    })
});

impl Faces {
    /// The faces, or `RenderError::Font` if the shipped files cannot be read.
    pub(crate) fn get() -> Result<&'static Self, RenderError> {
        FACES.as_ref().ok_or(RenderError::Font)
    }

    pub(crate) fn face(&self, weight: Weight) -> &Face {
        match weight {
            Weight::Regular => &self.regular,
            Weight::Bold => &self.bold,
        }
    }

    /// Whether both faces can show `c`.
    pub(crate) fn has(&self, c: char) -> bool {
        self.regular.glyphs.contains_key(&c) && self.bold.glyphs.contains_key(&c)
    }
}

impl Face {
    fn parse(bytes: &'static [u8], name: &'static str) -> Option<Self> {
        let parsed = ParsedFont::from_bytes(bytes, 0, &mut Vec::new())?;
        let glyphs = parsed
            .codepoint_to_glyph
            .iter()
            .filter_map(|(code, glyph)| Some((char::from_u32(*code)?, (*glyph, parsed.get_glyph_width(*glyph)?))))
            .collect();
        Some(Self {
            bytes,
            name,
            glyphs,
            units_per_em: parsed.units_per_em,
            metrics: parsed.font_metrics,
            descriptor: parsed.pdf_font_metrics,
        })
    }

    /// Width of `text` in points at `size` points.
    pub(crate) fn width(&self, text: &str, size: f32) -> f32 {
        let units: u32 = text.chars().map(|c| self.glyphs.get(&c).map_or(0, |(_, width)| u32::from(*width))).sum();
        #[allow(clippy::cast_precision_loss)] // a line is far below 2^24 font units
        let units = units as f32;
        units * size / f32::from(self.units_per_em)
    }

    /// The face cut down to `used`, glyphs renumbered from 1 in order of the characters.
    pub(crate) fn embed(&self, used: &BTreeSet<char>) -> Result<ParsedFont, RenderError> {
        let mut remapper = GlyphRemapper::new();
        let mut codes = BTreeMap::new();
        let mut widths = BTreeMap::new();
        for c in used {
            let Some((glyph, width)) = self.glyphs.get(c) else { continue };
            let new = remapper.remap(*glyph);
            codes.insert(u32::from(*c), new);
            widths.insert(new, *width);
        }
        let bytes = subset(self.bytes, 0, &remapper).map_err(|_| RenderError::Font)?;
        let mut font = ParsedFont::with_glyph_data(
            bytes,
            0,
            Some(self.name.to_owned()),
            codes,
            widths,
            self.units_per_em,
            self.metrics.clone(),
        );
        font.pdf_font_metrics = self.descriptor.clone();
        Ok(font)
    }
}
