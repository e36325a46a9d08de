//! The two faces of the paper: which characters they have, how wide these are, and the subset that one document needs.
//! Deflating the font is nearly all of a receipt's cost, so a document embeds only the glyphs it shows.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::LazyLock;

use printpdf::{LinePoint, ParsedFont, PdfFontMetricsStub, Point, PolygonRing, Pt};
use subsetter::{GlyphRemapper, subset};
use ttf_parser::{GlyphId, OutlineBuilder};

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
        regular: Face::parse(
            include_bytes!("../../../assets/fonts/paper-regular.ttf"),
            "VENTAN+VentanillaPaper-Regular",
        )?,
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

    /// The file, for a benchmark's other writer.
    #[cfg(feature = "test-printer")]
    pub(crate) fn bytes(&self) -> &'static [u8] {
        self.bytes
    }

    /// Glyph and advance, in em, of each character.
    #[cfg(feature = "test-printer")]
    pub(crate) fn advances(&self) -> BTreeMap<char, (u16, f32)> {
        let em = f32::from(self.units_per_em);
        self.glyphs.iter().map(|(c, (glyph, width))| (*c, (*glyph, f32::from(*width) / em))).collect()
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

    /// The contours of a line of text at `size` points from the origin.
    pub(crate) fn outline(&self, text: &str, size: f32) -> Vec<PolygonRing> {
        let Ok(face) = ttf_parser::Face::parse(self.bytes, 0) else { return Vec::new() };
        let mut tracer = Tracer { scale: size / f32::from(self.units_per_em), ..Tracer::default() };
        for (glyph, width) in text.chars().filter_map(|c| self.glyphs.get(&c)) {
            let _ = face.outline_glyph(GlyphId(*glyph), &mut tracer);
            tracer.left += f32::from(*width) * tracer.scale;
        }
        tracer.rings
    }
}

/// Collects contours as closed rings of points and Bézier handles.
#[derive(Default)]
struct Tracer {
    rings: Vec<PolygonRing>,
    scale: f32,
    left: f32,
    last: (f32, f32),
}

impl Tracer {
    fn add(&mut self, x: f32, y: f32, bezier: bool) {
        // Hundredths of a point are beyond any eye, and short numbers keep the file small.
        let short = |v: f32| (v * 100.0).round() / 100.0;
        let p = Point { x: Pt(short(self.left + x * self.scale)), y: Pt(short(y * self.scale)) };
        if let Some(ring) = self.rings.last_mut() {
            ring.points.push(LinePoint { p, bezier });
        }
    }
}

impl OutlineBuilder for Tracer {
    fn move_to(&mut self, x: f32, y: f32) {
        self.rings.push(PolygonRing::default());
        self.line_to(x, y);
    }

    fn line_to(&mut self, x: f32, y: f32) {
        self.add(x, y, false);
        self.last = (x, y);
    }

    fn quad_to(&mut self, x1: f32, y1: f32, x: f32, y: f32) {
        let toward = |end: f32, handle: f32| end + (handle - end) * 2.0 / 3.0;
        let (x0, y0) = self.last;
        self.curve_to(toward(x0, x1), toward(y0, y1), toward(x, x1), toward(y, y1), x, y);
    }

    fn curve_to(&mut self, x1: f32, y1: f32, x2: f32, y2: f32, x: f32, y: f32) {
        self.add(x1, y1, true);
        self.add(x2, y2, true);
        self.line_to(x, y);
    }

    fn close(&mut self) {
        if let Some(ring) = self.rings.last_mut() {
            let first = ring.points.first().cloned();
            ring.points.extend(first);
        }
    }
}
