//! Pages of pieces to the bytes of a PDF: black only, real text, and the same bytes for the same content. Nothing here
//! decides where something stands, the watermark apart.

use std::collections::{BTreeMap, BTreeSet};

use chrono::NaiveDateTime;
use lopdf::{Dictionary, Object, StringFormat, dictionary};
use printpdf::{
    Color, CurTransMat, DictItem, FontId, Greyscale, Line, LineCapStyle, LineDashPattern, LineJoinStyle, LinePoint, Mm,
    Op, PaintMode, PdfDocument, PdfFont, PdfFontHandle, PdfPage, PdfSaveOptions, Point, Polygon, PolygonRing, Pt,
    TextItem, TextMatrix, WindingOrder,
};
use sha2::{Digest, Sha256};

use crate::RenderError;
use crate::font::{Faces, Weight};
use crate::layout::{MM, Mark, Page, Style};
use crate::qr::DOT;

/// What the PDF says about itself.
pub(crate) struct About<'a> {
    pub(crate) title: &'a str,
    pub(crate) author: &'a str,
    pub(crate) at: NaiveDateTime,
    /// Word of the watermark behind the text; `None` off training.
    pub(crate) watermark: Option<&'a str>,
}

/// Writes the pages.
pub(crate) fn write(faces: &Faces, style: &Style, pages: &[Page], about: &About<'_>) -> Result<Vec<u8>, RenderError> {
    let mut pen = Pen { used: BTreeMap::new(), left: style.margin };
    let pages: Vec<PdfPage> = pages
        .iter()
        .map(|page| {
            let ops = pen.page(faces, style, page, about.watermark);
            PdfPage::new(Mm(style.page_width / MM), Mm(page.height / MM), ops)
        })
        .collect();
    let mut document = PdfDocument::new(about.title);
    for (weight, used) in &pen.used {
        let font = PdfFont::new(faces.face(*weight).embed(used)?);
        document.resources.fonts.map.insert(font_id(*weight), font);
    }
    document.with_pages(pages);
    let mut warnings = Vec::new();
    // "Secure" drops the raw operations of `bars`; there is no foreign content here.
    let options = PdfSaveOptions { image_optimization: None, secure: false, ..PdfSaveOptions::default() };
    let mut out = document.to_lopdf_document(&options, &mut warnings);
    if !warnings.is_empty() {
        return Err(RenderError::Pdf(format!("{warnings:?}")));
    }
    describe(&mut out, about);
    out.compress();
    fix_ids(&mut out);
    let mut bytes = Vec::new();
    out.save_to(&mut bytes).map_err(|error| RenderError::Pdf(error.to_string()))?;
    Ok(bytes)
}

/// The facts about the file: dated by the document, in Spanish, and no claim to PDF/X.
fn describe(out: &mut lopdf::Document, about: &About<'_>) {
    let date = Object::string_literal(about.at.format("D:%Y%m%d%H%M%S").to_string());
    let info = dictionary! {
        "Title" => utf16(about.title),
        "Author" => utf16(about.author),
        "Creator" => Object::string_literal("Ventanilla"),
        "CreationDate" => date.clone(),
        "ModDate" => date,
    };
    if let Ok(id) = out.trailer.get(b"Info").and_then(Object::as_reference) {
        out.objects.insert(id, Object::Dictionary(info));
    }
    if let Ok(catalog) = out.catalog_mut() {
        catalog.set("Lang", Object::string_literal("es-EC"));
        catalog.set("PageLayout", Object::Name(b"SinglePage".to_vec()));
        let viewer: Dictionary = dictionary! { "DisplayDocTitle" => true, "PrintScaling" => "None" };
        catalog.set("ViewerPreferences", viewer);
    }
}

fn utf16(text: &str) -> Object {
    let bytes = [0xFE, 0xFF].into_iter().chain(text.encode_utf16().flat_map(u16::to_be_bytes)).collect();
    Object::String(bytes, StringFormat::Hexadecimal)
}

/// Both /ID strings from the streams: same content, same bytes.
fn fix_ids(out: &mut lopdf::Document) {
    let mut hash = Sha256::new();
    for object in out.objects.values() {
        match object {
            Object::Stream(stream) => hash.update(&stream.content),
            Object::Dictionary(dictionary) => hash.update(format!("{dictionary:?}")),
            _ => {}
        }
    }
    let id = Object::String(hash.finalize().iter().take(16).copied().collect(), StringFormat::Hexadecimal);
    out.trailer.set("ID", Object::Array(vec![id.clone(), id]));
}

fn font_id(weight: Weight) -> FontId {
    FontId(match weight {
        Weight::Regular => "FR".to_owned(),
        Weight::Bold => "FB".to_owned(),
    })
}

fn point(x: f32, y: f32) -> LinePoint {
    LinePoint { p: Point { x: Pt(x), y: Pt(y) }, bezier: false }
}

fn rectangle(x: f32, y: f32, w: f32, h: f32) -> PolygonRing {
    PolygonRing { points: vec![point(x, y), point(x + w, y), point(x + w, y + h), point(x, y + h)] }
}

fn fill(rings: Vec<PolygonRing>) -> Op {
    Op::DrawPolygon { polygon: Polygon { rings, mode: PaintMode::Fill, winding_order: WindingOrder::NonZero } }
}

/// All runs as one path of `re`, filled once: a third of what polygons take to write and to deflate, and without the seams
/// that rectangles filled one by one show on a screen. printpdf has no operation for it, hence its raw form.
fn bars(runs: &[(u16, u16, u16)]) -> impl Iterator<Item = Op> {
    let raw = |key: &str, value: Vec<DictItem>| Op::Unknown { key: key.to_owned(), value };
    let rectangles = runs
        .iter()
        .map(move |(x, y, n)| raw("re", [*x, *y, *n, 1].into_iter().map(|v| DictItem::Int(i64::from(v))).collect()));
    rectangles.chain([raw("f", Vec::new())])
}

fn line(points: &[(f32, f32)], closed: bool) -> Op {
    Op::DrawLine { line: Line { points: points.iter().map(|(x, y)| point(*x, *y)).collect(), is_closed: closed } }
}

fn grey(percent: f32) -> Op {
    Op::SetFillColor { col: Color::Greyscale(Greyscale::new(percent, None)) }
}

fn dashes(pattern: &[f32]) -> Op {
    Op::SetLineDashPattern { dash: LineDashPattern::new(0.0, pattern) }
}

/// The next lower line of a 203 dpi dot grid.
fn on_grid(points: f32) -> f32 {
    (points / DOT).floor() * DOT
}

fn thick(width: f32) -> Op {
    Op::SetOutlineThickness { pt: Pt(width) }
}

/// Translates marks to operations and remembers which characters each face showed.
struct Pen {
    used: BTreeMap<Weight, BTreeSet<char>>,
    left: f32,
}

impl Pen {
    /// Watermark, then shapes, then text: what is read lies on top.
    fn page(&mut self, faces: &Faces, style: &Style, page: &Page, watermark: Option<&str>) -> Vec<Op> {
        let mut ops = Vec::new();
        if let Some(word) = watermark {
            self.watermark(faces, style, page.height, word, &mut ops);
        }
        ops.push(Op::SetLineCapStyle { cap: LineCapStyle::Butt });
        ops.push(Op::SetLineJoinStyle { join: LineJoinStyle::Round });
        let mut words = vec![Op::StartTextSection];
        let mut font = None;
        let mut white = false;
        for (top, piece) in &page.pieces {
            let down = |y: f32| page.height - top - y;
            for mark in &piece.marks {
                if let Mark::Text { x, y, size, weight, white: on_black, text } = mark {
                    if white != *on_black {
                        white = *on_black;
                        words.push(grey(if white { 1.0 } else { 0.0 }));
                    }
                    if font != Some((*weight, *size)) {
                        font = Some((*weight, *size));
                        words.push(set_font(*weight, *size));
                    }
                    words.push(Op::SetTextMatrix { matrix: TextMatrix::Translate(Pt(self.left + x), Pt(down(*y))) });
                    words.push(self.show(*weight, text));
                } else {
                    self.shape(style, mark, &down, &mut ops);
                }
            }
        }
        words.push(Op::EndTextSection);
        ops.append(&mut words);
        ops
    }

    fn shape(&self, style: &Style, mark: &Mark, down: &dyn Fn(f32) -> f32, ops: &mut Vec<Op>) {
        let left = self.left;
        match mark {
            Mark::Text { .. } => {}
            Mark::Fill { x, y, w, h } => ops.push(fill(vec![rectangle(left + x, down(y + h), *w, *h)])),
            Mark::Frame { x, y, w, h } => {
                let (x1, x2, y1, y2) = (left + x, left + x + w, down(*y), down(y + h));
                ops.push(thick(1.0));
                ops.push(line(&[(x1, y1), (x2, y1), (x2, y2), (x1, y2)], true));
            }
            Mark::Rule { y, width, dashed } => {
                // Even dots on the grid, or one rule looks thinner than the next.
                let y = on_grid(down(*y));
                ops.push(thick(*width));
                if *dashed {
                    ops.push(dashes(&[8.0 * DOT, 6.0 * DOT]));
                }
                ops.push(line(&[(left, y), (left + style.width(), y)], false));
                if *dashed {
                    ops.push(dashes(&[]));
                }
            }
            Mark::Stroke { points, width } => {
                let points: Vec<_> = points.iter().map(|(x, y)| (left + x, down(*y))).collect();
                ops.push(thick(*width));
                ops.push(line(&points, false));
            }
            Mark::Code { x, y, code } => {
                // Drawn in modules under a matrix: whole numbers stay exact and short.
                let (x, y) = (on_grid(left + x), on_grid(down(*y)));
                let matrix = CurTransMat::Raw([code.module, 0.0, 0.0, -code.module, x, y]);
                let side = f32::from(code.side);
                ops.push(Op::SaveGraphicsState);
                ops.push(Op::SetTransformationMatrix { matrix });
                // The quiet zone stays white over a watermark.
                ops.extend([grey(1.0), fill(vec![rectangle(0.0, 0.0, side, side)]), grey(0.0)]);
                ops.extend(bars(&code.runs));
                ops.push(Op::RestoreGraphicsState);
            }
        }
    }

    /// The word in dotted outlines, slanting across the page again and again: black for a thermal head, grey to the eye.
    fn watermark(&self, faces: &Faces, style: &Style, height: f32, word: &str, ops: &mut Vec<Op>) {
        let face = faces.face(Weight::Bold);
        let (sin, cos) = (0.5_f32, 0.866_f32); // 30°
        let cap = 0.95; // with its accents
        let size = (style.width() / (face.width(word, 1.0) * cos + cap * sin)).min(54.0);
        let (wide, tall) = (face.width(word, size) * cos, face.width(word, size) * sin + cap * size);
        let left = self.left + (style.width() - wide - cap * size * sin) / 2.0 + cap * size * sin;
        let polygon =
            Polygon { rings: face.outline(word, size), mode: PaintMode::Stroke, winding_order: WindingOrder::NonZero };
        let mut y = height - style.top - tall;
        while y > style.bottom {
            let matrix = CurTransMat::Raw([cos, sin, -sin, cos, left, y]);
            ops.extend([Op::SaveGraphicsState, thick(DOT), dashes(&[2.0 * DOT, 3.0 * DOT])]);
            ops.extend([Op::SetTransformationMatrix { matrix }, Op::DrawPolygon { polygon: polygon.clone() }]);
            ops.push(Op::RestoreGraphicsState);
            y -= tall * 1.25;
        }
    }

    fn show(&mut self, weight: Weight, text: &str) -> Op {
        self.used.entry(weight).or_default().extend(text.chars());
        Op::ShowText { items: vec![TextItem::Text(text.to_owned())] }
    }
}

fn set_font(weight: Weight, size: f32) -> Op {
    Op::SetFont { font: PdfFontHandle::External(font_id(weight)), size: Pt(size) }
}
