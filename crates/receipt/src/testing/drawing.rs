//! A laid-out paper as plain shapes, so that a benchmark can have another PDF writer draw the same page.

use std::collections::BTreeMap;

use crate::font::{Face, Faces, Weight};
use crate::layout::{self, Mark, Style};
use crate::{Document, Paper, RenderError};

/// A page; points, counted downwards from its top left corner.
#[derive(Debug, Clone)]
pub struct Drawing {
    /// Width and height.
    pub size: (f32, f32),
    /// What is drawn, in order.
    pub shapes: Vec<Shape>,
}

/// Something drawn.
#[derive(Debug, Clone)]
pub enum Shape {
    /// A line of text from its baseline's left end.
    Text {
        /// Where.
        at: (f32, f32),
        /// Size of the type.
        size: f32,
        /// Semi-bold.
        bold: bool,
        /// White, on a black band.
        white: bool,
        /// The words.
        text: String,
    },
    /// Black rectangles of one path: left, top, width, height.
    Bars(Vec<(f32, f32, f32, f32)>),
    /// A black line.
    Stroke {
        /// Its corners.
        points: Vec<(f32, f32)>,
        /// Its width.
        width: f32,
        /// Ends where it began.
        closed: bool,
        /// Dashed.
        dashed: bool,
    },
}

/// A face of the paper: its file, and the glyph and advance (in em) of each character.
pub struct Typeface {
    /// The TrueType file.
    pub bytes: &'static [u8],
    /// Glyphs.
    pub glyphs: BTreeMap<char, (u16, f32)>,
}

/// Regular and semi-bold.
///
/// # Errors
/// [`RenderError::Font`].
pub fn typefaces() -> Result<[Typeface; 2], RenderError> {
    let faces = Faces::get()?;
    let of = |face: &Face| Typeface { bytes: face.bytes(), glyphs: face.advances() };
    Ok([of(faces.face(Weight::Regular)), of(faces.face(Weight::Bold))])
}

/// Lays the document out as [`crate::render`] does.
///
/// # Errors
/// As [`crate::render`].
pub fn drawings(document: &Document, paper: Paper) -> Result<Vec<Drawing>, RenderError> {
    let style = Style::of(paper);
    let (pages, _) = crate::lay_out(document, &style, Faces::get()?)?;
    Ok(pages.iter().map(|page| drawing(&style, page)).collect())
}

fn drawing(style: &Style, page: &layout::Page) -> Drawing {
    let left = style.margin;
    let mut shapes = Vec::new();
    for (top, piece) in &page.pieces {
        for mark in &piece.marks {
            shapes.push(match mark {
                Mark::Text { x, y, size, weight, white, text } => Shape::Text {
                    at: (left + x, top + y),
                    size: *size,
                    bold: *weight == Weight::Bold,
                    white: *white,
                    text: text.clone(),
                },
                Mark::Fill { x, y, w, h } => Shape::Bars(vec![(left + x, top + y, *w, *h)]),
                Mark::Frame { x, y, w, h } => {
                    let (x, y) = (left + x, top + y);
                    let points = vec![(x, y), (x + w, y), (x + w, y + h), (x, y + h)];
                    Shape::Stroke { points, width: 1.0, closed: true, dashed: false }
                }
                Mark::Rule { y, width, dashed } => Shape::Stroke {
                    points: vec![(left, top + y), (left + style.width(), top + y)],
                    width: *width,
                    closed: false,
                    dashed: *dashed,
                },
                Mark::Stroke { points, width } => Shape::Stroke {
                    points: points.iter().map(|(x, y)| (left + x, top + y)).collect(),
                    width: *width,
                    closed: false,
                    dashed: false,
                },
                Mark::Code { x, y, code } => Shape::Bars(
                    code.runs
                        .iter()
                        .map(|(mx, my, n)| {
                            let at = |m: &u16| f32::from(*m) * code.module;
                            (left + x + at(mx), top + y + at(my), at(n), code.module)
                        })
                        .collect(),
                ),
            });
        }
    }
    Drawing { size: (style.page_width, page.height), shapes }
}
