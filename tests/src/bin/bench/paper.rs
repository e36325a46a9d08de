//! A receipt's PDF, beside the same page by krilla.

use std::time::Instant;

use krilla::Document as Pdf;
use krilla::color::luma;
use krilla::geom::{Path, PathBuilder, Point, Rect};
use krilla::page::PageSettings;
use krilla::paint::{Fill, LineCap, LineJoin, Stroke, StrokeDash};
use krilla::surface::Surface;
use krilla::text::{Font, GlyphId, KrillaGlyph};
use ventanilla_receipt::testing::{Drawing, Shape, Typeface, drawings, sample, typefaces};
use ventanilla_receipt::{Paper, render};

use crate::table::{Table, Target, median, ms};

const PAGES: usize = 300;

/// Measures it.
pub fn measure(table: &mut Table) {
    let faces = typefaces().unwrap();
    let fonts = faces.each_ref().map(|face| Font::new(face.bytes.to_vec().into(), 0).unwrap());
    for (paper, name) in [(Paper::Roll80, "80 mm roll"), (Paper::A5, "A5")] {
        let document = sample();
        let (mut ours, mut peer) = (Vec::new(), Vec::new());
        let (mut size, mut peer_size) = (0, 0);
        for page in 0..PAGES + 20 {
            let begun = Instant::now();
            size = std::hint::black_box(render(&document, paper).unwrap()).pdf.len();
            let took = ms(begun.elapsed());
            let begun = Instant::now();
            peer_size = std::hint::black_box(by_krilla(&drawings(&document, paper).unwrap(), &faces, &fonts)).len();
            let theirs = ms(begun.elapsed());
            if page >= 20 {
                ours.push(took);
                peer.push(theirs);
            }
        }
        let name = format!("receipt PDF, {name}, median ({} kB; krilla {} kB)", size / 1000, peer_size / 1000);
        table.add(&name, "ms", median(&mut ours), Some(("krilla, same page", median(&mut peer))), Target::AtMost(5.0));
    }
}

fn by_krilla(pages: &[Drawing], faces: &[Typeface; 2], fonts: &[Font; 2]) -> Vec<u8> {
    let mut pdf = Pdf::new();
    for drawing in pages {
        let mut page = pdf.start_page_with(PageSettings::from_wh(drawing.size.0, drawing.size.1).unwrap());
        let mut surface = page.surface();
        for shape in &drawing.shapes {
            draw(&mut surface, shape, faces, fonts);
        }
        surface.finish();
        page.finish();
    }
    pdf.finish().unwrap()
}

fn draw(surface: &mut Surface<'_>, shape: &Shape, faces: &[Typeface; 2], fonts: &[Font; 2]) {
    let fill = |white: bool| {
        let paint = luma::Color::new(if white { 255 } else { 0 }).into();
        Some(Fill { paint, ..Fill::default() })
    };
    match shape {
        Shape::Text { at, size, bold, white, text } => {
            let which = usize::from(*bold);
            let glyphs: Vec<KrillaGlyph> = text
                .char_indices()
                .filter_map(|(from, c)| {
                    let (glyph, advance) = faces[which].glyphs.get(&c)?;
                    let range = from..from + c.len_utf8();
                    let id = GlyphId::new(u32::from(*glyph));
                    Some(KrillaGlyph::new(id, *advance, 0.0, 0.0, 0.0, range, None))
                })
                .collect();
            surface.set_stroke(None);
            surface.set_fill(fill(*white));
            surface.draw_glyphs(Point::from_xy(at.0, at.1), &glyphs, fonts[which].clone(), text, *size, false);
        }
        Shape::Bars(bars) => {
            let mut path = PathBuilder::new();
            for (x, y, w, h) in bars {
                path.push_rect(Rect::from_xywh(*x, *y, *w, *h).unwrap());
            }
            surface.set_stroke(None);
            surface.set_fill(fill(false));
            surface.draw_path(&path.finish().unwrap());
        }
        Shape::Stroke { points, width, closed, dashed } => {
            surface.set_fill(None);
            surface.set_stroke(Some(Stroke {
                paint: luma::Color::new(0).into(),
                width: *width,
                line_cap: LineCap::Butt,
                line_join: LineJoin::Round,
                dash: dashed.then(|| StrokeDash { array: vec![2.83, 2.13], offset: 0.0 }),
                ..Stroke::default()
            }));
            surface.draw_path(&line(points, *closed));
        }
    }
}

fn line(points: &[(f32, f32)], closed: bool) -> Path {
    let mut path = PathBuilder::new();
    for (n, (x, y)) in points.iter().enumerate() {
        if n == 0 { path.move_to(*x, *y) } else { path.line_to(*x, *y) }
    }
    if closed {
        path.close();
    }
    path.finish().unwrap()
}
