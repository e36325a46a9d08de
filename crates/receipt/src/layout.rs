//! Blocks of a paper as measured pieces, top to bottom, and their break into pages. One layout serves roll and sheet;
//! only the measures of [`Style`] differ. Knows no document kind and no PDF.

use std::collections::BTreeSet;

use crate::content::Paper;
use crate::font::{Faces, Weight};
use crate::qr::Code;
use crate::text::{balanced, showable, wrap};

/// Points per millimetre.
pub(crate) const MM: f32 = 72.0 / 25.4;

/// The measures of one paper, in points.
pub(crate) struct Style {
    pub(crate) page_width: f32,
    /// Height of a sheet; on a roll the most that one page may grow to.
    pub(crate) page_height: f32,
    /// Whether the page ends where its content ends.
    pub(crate) grows: bool,
    pub(crate) margin: f32,
    pub(crate) top: f32,
    pub(crate) bottom: f32,
    pub(crate) body: f32,
    pub(crate) lead: f32,
    pub(crate) label: f32,
    pub(crate) qr: f32,
    /// Whether there is room for words beside the QR.
    pub(crate) wide: bool,
}

impl Style {
    pub(crate) fn of(paper: Paper) -> Self {
        match paper {
            Paper::Roll80 => Self {
                page_width: 80.0 * MM,
                page_height: 2000.0 * MM,
                grows: true,
                margin: 4.0 * MM,
                top: 4.0 * MM,
                bottom: 5.0 * MM,
                body: 9.5,
                lead: 12.75,
                label: 25.0 * MM,
                qr: 40.0 * MM,
                wide: false,
            },
            Paper::A5 => Self {
                page_width: 148.0 * MM,
                page_height: 210.0 * MM,
                grows: false,
                margin: 15.0 * MM,
                top: 10.0 * MM,
                bottom: 9.0 * MM,
                body: 9.5,
                lead: 12.25,
                label: 32.0 * MM,
                qr: 34.0 * MM,
                wide: true,
            },
        }
    }

    /// Width between the margins.
    pub(crate) fn width(&self) -> f32 {
        self.page_width - 2.0 * self.margin
    }
}

/// Something drawn; `y` counts downwards from the top of its piece, `x` from the left margin.
#[derive(Debug, Clone)]
pub(crate) enum Mark {
    Text { x: f32, y: f32, size: f32, weight: Weight, white: bool, text: String },
    Fill { x: f32, y: f32, w: f32, h: f32 },
    Frame { x: f32, y: f32, w: f32, h: f32 },
    Rule { y: f32, width: f32, dashed: bool },
    Stroke { points: Vec<(f32, f32)>, width: f32 },
    Code { x: f32, y: f32, code: Code },
}

/// The smallest part that a page break cannot cut.
#[derive(Debug, Clone)]
pub(crate) struct Piece {
    pub(crate) height: f32,
    pub(crate) marks: Vec<Mark>,
    /// Stays on the page of the next piece.
    pub(crate) keep: bool,
}

/// Where a line stands between the margins.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Align {
    Left,
    Center,
}

/// How a run of text looks.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Look {
    pub(crate) size: f32,
    pub(crate) lead: f32,
    pub(crate) weight: Weight,
    pub(crate) align: Align,
    /// Free space on the left.
    pub(crate) indent: f32,
}

/// Collects the pieces of one paper.
pub(crate) struct Flow<'a> {
    pub(crate) style: &'a Style,
    pub(crate) faces: &'a Faces,
    pub(crate) pieces: Vec<Piece>,
    pub(crate) replaced: BTreeSet<char>,
    /// Width of the column of labels.
    pub(crate) label: f32,
}

impl<'a> Flow<'a> {
    pub(crate) fn new(style: &'a Style, faces: &'a Faces) -> Self {
        Self { style, faces, pieces: Vec::new(), replaced: BTreeSet::new(), label: style.label }
    }

    /// The look of running text.
    pub(crate) fn body(&self) -> Look {
        Look { size: self.style.body, lead: self.style.lead, weight: Weight::Regular, align: Align::Left, indent: 0.0 }
    }

    /// A look relative to the body: `scale` of its size, in bold.
    pub(crate) fn bold(&self, scale: f32) -> Look {
        let size = self.style.body * scale;
        Look { size, lead: size * 1.28, weight: Weight::Bold, ..self.body() }
    }

    fn push(&mut self, height: f32, marks: Vec<Mark>, keep: bool) {
        self.pieces.push(Piece { height, marks, keep });
    }

    /// Binds everything from piece `from` on to what follows it.
    pub(crate) fn bind_from(&mut self, from: usize) {
        self.pieces.iter_mut().skip(from).for_each(|p| p.keep = true);
    }

    /// Binds the pieces from `from` on to each other, not to what follows.
    fn bind_among(&mut self, from: usize) {
        self.bind_from(from);
        if let Some(last) = self.pieces.last_mut() {
            last.keep = false;
        }
    }

    pub(crate) fn gap(&mut self, height: f32) {
        let keep = self.pieces.last().is_some_and(|p| p.keep);
        self.push(height, Vec::new(), keep);
    }

    pub(crate) fn rule(&mut self, width: f32, dashed: bool) {
        let air = self.style.lead * if self.style.wide { 0.42 } else { 0.55 };
        self.push(air * 2.0, vec![Mark::Rule { y: air, width, dashed }], false);
    }

    pub(crate) fn text(&mut self, text: &str, look: Look) {
        let from = self.pieces.len();
        for line in self.lines(text, look, self.style.width() - look.indent) {
            let mark = self.line(line, look, 0.0);
            self.push(look.lead, vec![mark], false);
        }
        self.bind_among(from);
    }

    /// A bold word and its value on one centred line, or on two where one is too short.
    pub(crate) fn pair(&mut self, bold: &str, plain: &str, look: Look) {
        let (bold, plain) = (self.clean(bold), self.clean(plain));
        let space = self.faces.face(Weight::Regular).width(" ", look.size);
        let first = self.faces.face(Weight::Bold).width(&bold, look.size);
        let all = first + space + self.faces.face(Weight::Regular).width(&plain, look.size);
        let from = self.pieces.len();
        if all <= self.style.width() {
            let x = (self.style.width() - all) / 2.0;
            let y = baseline(look.size, look.lead);
            let at = |x, weight, text| Mark::Text { x, y, size: look.size, weight, white: false, text };
            let marks = vec![at(x, Weight::Bold, bold), at(x + first + space, Weight::Regular, plain)];
            self.push(look.lead, marks, false);
        } else {
            self.text(&bold, Look { weight: Weight::Bold, ..look });
            self.text(&plain, Look { weight: Weight::Regular, ..look });
            self.bind_among(from);
        }
    }

    /// Makes the column of labels as wide as the widest of `labels`, within reason.
    pub(crate) fn fit_labels<'t>(&mut self, labels: impl Iterator<Item = &'t str>) {
        let face = self.faces.face(Weight::Regular);
        let widest = labels.map(|l| face.width(l, self.style.body)).fold(0.0, f32::max);
        self.label = (widest + self.style.body).clamp(self.style.label, self.style.width() * 0.62);
    }

    /// A label on the left, its values on the right.
    pub(crate) fn fact(&mut self, label: &str, values: &[(&str, Weight)]) {
        let look = self.body();
        let from = self.pieces.len();
        let mut right = Vec::new();
        for (value, weight) in values.iter().filter(|(v, _)| !v.is_empty()) {
            let look = Look { weight: *weight, indent: self.label, ..look };
            right.extend(self.lines(value, look, self.style.width() - look.indent).into_iter().map(|l| (l, look)));
        }
        let mut left = self.lines(label, look, self.label - 4.0).into_iter();
        let mut right = right.into_iter();
        loop {
            let (label, value) = (left.next(), right.next());
            if label.is_none() && value.is_none() {
                break;
            }
            let mut marks = Vec::new();
            if let Some(label) = label {
                marks.push(self.line(label, look, 0.0));
            }
            if let Some((value, look)) = value {
                marks.push(self.line(value, look, 0.0));
            }
            self.push(look.lead, marks, false);
        }
        self.bind_among(from);
        self.gap(look.lead * 0.14);
    }

    /// A tick or a cross, drawn, and its text.
    pub(crate) fn check(&mut self, ok: bool, text: &str) {
        let look = Look { indent: self.style.body * 1.7, ..self.body() };
        let from = self.pieces.len();
        self.text(text, look);
        let size = self.style.body * 0.78;
        let base = baseline(look.size, look.lead);
        let at = |x: f32, y: f32| (x * size + 0.6, base - y * size);
        let width = self.style.body * 0.14;
        let strokes = if ok {
            vec![vec![at(0.0, 0.42), at(0.33, 0.06), at(1.0, 0.92)]]
        } else {
            vec![vec![at(0.08, 0.08), at(0.84, 0.84)], vec![at(0.08, 0.84), at(0.84, 0.08)]]
        };
        if let Some(piece) = self.pieces.get_mut(from) {
            piece.marks.extend(strokes.into_iter().map(|points| Mark::Stroke { points, width }));
        }
        self.gap(look.lead * 0.14);
    }

    /// A numbered line in bold or plain, hanging behind its number.
    pub(crate) fn numbered(&mut self, number: usize, text: &str, weight: Weight) {
        let look = Look { indent: self.style.body * 1.7, weight, ..self.body() };
        let from = self.pieces.len();
        self.text(text, look);
        let mark = self.line(format!("{number}."), Look { indent: 0.0, weight: Weight::Bold, ..look }, 0.0);
        if let Some(piece) = self.pieces.get_mut(from) {
            piece.marks.insert(0, mark);
        }
    }

    /// White on black over the whole width: what nobody may overlook.
    pub(crate) fn band(&mut self, text: &str, scale: f32) {
        let look = Look { align: Align::Center, ..self.bold(scale) };
        let lines = self.lines(text, look, self.style.width() - look.size);
        let air = look.size * 0.22;
        let mut marks = vec![Mark::Fill { x: 0.0, y: 0.0, w: self.style.width(), h: 0.0 }];
        let mut height = air;
        for line in lines {
            if let Mark::Text { x, y, size, weight, text, .. } = self.line(line, look, height) {
                marks.push(Mark::Text { x, y, size, weight, white: true, text });
            }
            height += look.lead;
        }
        height += air;
        if let Some(Mark::Fill { h, .. }) = marks.first_mut() {
            *h = height;
        }
        self.push(height, marks, false);
    }

    /// A label and its value in a frame.
    pub(crate) fn framed(&mut self, label: &str, value: &str) {
        let air = self.style.body * 0.55;
        let width = self.style.width();
        let mut marks = vec![];
        let mut height = air * 0.8;
        for (text, look) in [(label, self.body()), (value, self.bold(1.15))] {
            let look = Look { align: Align::Center, ..look };
            for line in self.lines(text, look, width - 2.0 * air) {
                marks.push(self.line(line, look, height));
                height += look.lead;
            }
        }
        height += air;
        marks.push(Mark::Frame { x: 0.5, y: 0.5, w: width - 1.0, h: height - 1.0 });
        self.push(height, marks, false);
    }

    /// The QR and the words about it: under it, or beside it where the paper is wide.
    pub(crate) fn code(&mut self, code: Code, words: &[String]) {
        let side = f32::from(code.side) * code.module;
        let gap = self.style.lead * 0.3;
        if !self.style.wide {
            let x = (self.style.width() - side) / 2.0;
            self.push(side, vec![Mark::Code { x, y: 0.0, code }], true);
            for text in words {
                self.text(text, Look { align: Align::Center, ..self.body() });
                self.gap(gap);
            }
            return;
        }
        let look = Look { indent: side + self.style.body, ..self.body() };
        let lines: Vec<Vec<String>> =
            words.iter().map(|text| self.lines(text, look, self.style.width() - look.indent)).collect();
        let count = |n: usize| f32::from(u16::try_from(n).unwrap_or(u16::MAX));
        let text = count(lines.concat().len()) * look.lead + count(lines.len().saturating_sub(1)) * gap;
        let height = side.max(text);
        let mut marks = vec![Mark::Code { x: 0.0, y: (height - side) / 2.0, code }];
        let mut y = (height - text) / 2.0;
        for paragraph in lines {
            for line in paragraph {
                marks.push(self.line(line, look, y));
                y += look.lead;
            }
            y += gap;
        }
        self.push(height, marks, false);
    }

    fn clean(&mut self, text: &str) -> String {
        showable(self.faces, text, &mut self.replaced)
    }

    fn lines(&mut self, text: &str, look: Look, width: f32) -> Vec<String> {
        let text = self.clean(text);
        let face = self.faces.face(look.weight);
        match look.align {
            Align::Left => wrap(face, &text, look.size, width),
            Align::Center => balanced(face, &text, look.size, width),
        }
    }

    fn line(&self, text: String, look: Look, top: f32) -> Mark {
        let x = match look.align {
            Align::Left => look.indent,
            Align::Center => (self.style.width() - self.faces.face(look.weight).width(&text, look.size)) / 2.0,
        };
        Mark::Text {
            x,
            y: top + baseline(look.size, look.lead),
            size: look.size,
            weight: look.weight,
            white: false,
            text,
        }
    }
}

/// Distance from the top of a line to its baseline: capitals (0.698 em) stand in its middle, a little low.
fn baseline(size: f32, lead: f32) -> f32 {
    (lead + size * 0.68) / 2.0
}

/// One page: pieces with their distance from the top edge, and the page's height.
pub(crate) struct Page {
    pub(crate) height: f32,
    pub(crate) pieces: Vec<(f32, Piece)>,
}

/// Distributes the pieces. Bound pieces stay together where a page can hold them.
pub(crate) fn paginate(style: &Style, pieces: Vec<Piece>, foot: f32) -> Vec<Page> {
    let end = style.page_height - style.bottom - foot;
    let mut groups: Vec<Vec<Piece>> = Vec::new();
    let mut open = false;
    for piece in pieces {
        let keep = piece.keep;
        match groups.last_mut() {
            Some(group) if open => group.push(piece),
            _ => groups.push(vec![piece]),
        }
        open = keep;
    }
    let mut pages: Vec<Vec<(f32, Piece)>> = Vec::new();
    let mut page: Vec<(f32, Piece)> = Vec::new();
    let mut y = style.top;
    for group in groups {
        let height: f32 = group.iter().map(|p| p.height).sum();
        if y + height > end && !page.is_empty() && style.top + height <= end {
            pages.push(std::mem::take(&mut page));
            y = style.top;
        }
        for piece in group {
            if y + piece.height > end && !page.is_empty() {
                pages.push(std::mem::take(&mut page));
                y = style.top;
            }
            if page.is_empty() && piece.marks.is_empty() {
                continue;
            }
            let height = piece.height;
            page.push((y, piece));
            y += height;
        }
    }
    if !page.is_empty() {
        pages.push(page);
    }
    pages
        .into_iter()
        .map(|pieces| {
            let bottom = pieces.last().map_or(style.top, |(y, p)| y + p.height);
            let height =
                if style.grows { ((bottom + foot + style.bottom) / MM).ceil() * MM } else { style.page_height };
            Page { height, pieces }
        })
        .collect()
}
