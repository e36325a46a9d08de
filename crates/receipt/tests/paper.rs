//! What a reader, a scanner and a ruler find on the rendered paper. The judges are programs of their own: poppler's
//! `pdftotext` and `pdftoppm`, and `zbarimg` (apt: poppler-utils, zbar-tools).
#![allow(missing_docs, clippy::unwrap_used, clippy::panic, clippy::indexing_slicing)]

use std::collections::BTreeSet;
use std::fs;
use std::path::PathBuf;
use std::process::Command;
use std::sync::atomic::{AtomicU32, Ordering};

use ventanilla_receipt::testing::{gallery, sample};
use ventanilla_receipt::{Document, Paper, RenderError, Sheet, render};

const POINTS_PER_MM: f32 = 72.0 / 25.4;

/// A folder that goes when the test ends.
struct Scratch(PathBuf);

impl Scratch {
    fn with(pdf: &[u8]) -> Self {
        static COUNT: AtomicU32 = AtomicU32::new(0);
        let name = format!("ventanilla-paper-{}-{}", std::process::id(), COUNT.fetch_add(1, Ordering::Relaxed));
        let folder = std::env::temp_dir().join(name);
        fs::create_dir_all(&folder).unwrap();
        fs::write(folder.join("p.pdf"), pdf).unwrap();
        Self(folder)
    }

    fn run(&self, program: &str, package: &str, arguments: &[&str]) -> String {
        let out = Command::new(program)
            .args(arguments)
            .current_dir(&self.0)
            .output()
            .unwrap_or_else(|e| panic!("{program} does not start ({e}): apt-get install {package}"));
        assert!(out.status.success(), "{program}: {}", String::from_utf8_lossy(&out.stderr));
        String::from_utf8(out.stdout).unwrap()
    }
}

impl Drop for Scratch {
    fn drop(&mut self) {
        let _ = fs::remove_dir_all(&self.0);
    }
}

fn words(sheet: &Sheet) -> String {
    let text = Scratch::with(&sheet.pdf).run("pdftotext", "poppler-utils", &["-layout", "p.pdf", "-"]);
    text.lines().map(str::trim_end).collect::<Vec<_>>().join("\n").trim().to_owned() + "\n"
}

fn paper_name(paper: Paper) -> &'static str {
    match paper {
        Paper::Roll80 => "roll80",
        Paper::A5 => "a5",
    }
}

/// Update with `UPDATE_GOLDENS=1 cargo test -p ventanilla-receipt --test paper`.
#[test]
fn the_words_of_every_kind_on_every_paper_are_the_committed_ones() {
    let folder = PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("tests/goldens");
    let update = std::env::var_os("UPDATE_GOLDENS").is_some();
    for (name, document) in gallery() {
        for paper in [Paper::Roll80, Paper::A5] {
            let file = folder.join(format!("{name}.{}.txt", paper_name(paper)));
            let found = words(&render(&document, paper).unwrap());
            if update {
                fs::create_dir_all(&folder).unwrap();
                fs::write(&file, found).unwrap();
            } else {
                let golden = fs::read_to_string(&file).unwrap_or_else(|e| panic!("{}: {e}", file.display()));
                assert_eq!(found, golden, "{} changed; see the test's comment", file.display());
            }
        }
    }
}

#[test]
fn a_document_stored_as_json_renders_again_to_the_same_bytes() {
    for (name, document) in gallery() {
        let stored: Document = serde_json::from_str(&serde_json::to_string(&document).unwrap()).unwrap();
        for paper in [Paper::Roll80, Paper::A5] {
            let (first, second) = (render(&document, paper).unwrap(), render(&stored, paper).unwrap());
            assert_eq!(first.pdf, second.pdf, "{name}");
        }
    }
    let other = Document { number: "QS-3-2026-000999".to_owned(), ..sample() };
    let id = |sheet: &Sheet| String::from_utf8_lossy(&sheet.pdf).split("/ID").nth(1).unwrap().to_owned();
    let (a, b) = (render(&sample(), Paper::Roll80).unwrap(), render(&other, Paper::Roll80).unwrap());
    assert_ne!(id(&a), id(&b), "another content is another file");
}

#[test]
fn accents_and_eñes_are_real_letters_for_whoever_copies_or_reads_aloud() {
    let document = Document {
        notes: vec!["ÁÉÍÓÚÜÑ áéíóúüñ ¿Qué? ¡Sí! «x» 1.º 2.ª — – … “q” • €".to_owned()],
        ..sample()
    };
    let text = words(&render(&document, Paper::A5).unwrap());
    for part in
        ["ÁÉÍÓÚÜÑ áéíóúüñ ¿Qué? ¡Sí! «x» 1.º 2.ª — – … “q” • €", "María Nuñez Quishpe", "Panadería", "C.I. 17••••••03"]
    {
        assert!(text.contains(part), "{part} is not in\n{text}");
    }
}

#[test]
fn no_word_stands_outside_the_printable_width_or_over_another_line() {
    for (name, document) in gallery() {
        for (paper, margin, page) in [(Paper::Roll80, 4.0, 80.0), (Paper::A5, 15.0, 148.0)] {
            let sheet = render(&document, paper).unwrap();
            let scratch = Scratch::with(&sheet.pdf);
            let html = scratch.run("pdftotext", "poppler-utils", &["-bbox", "p.pdf", "-"]);
            let mut count = 0;
            let mut height = 0.0;
            for line in html.lines() {
                let value = |key: &str| -> Option<f32> {
                    line.split(&format!("{key}=\"")).nth(1)?.split('"').next()?.parse().ok()
                };
                if let Some(h) = value("height").filter(|_| line.contains("<page ")) {
                    height = h;
                }
                let (Some(left), Some(right), Some(top), Some(bottom)) =
                    (value("xMin"), value("xMax"), value("yMin"), value("yMax"))
                else {
                    continue;
                };
                count += 1;
                let (from, to) = (margin * POINTS_PER_MM - 0.3, (page - margin) * POINTS_PER_MM + 0.3);
                assert!(left >= from && right <= to, "{name} {paper:?}: {line}");
                assert!(top >= 0.0 && bottom <= height, "{name} {paper:?}: {line}");
            }
            assert!(count > 10, "{name} {paper:?} has words");
        }
    }
}

#[test]
fn the_qr_is_read_from_a_203_dpi_raster() {
    for length in [24, 120, 300, 600] {
        let payload: String = ('a'..='z').chain('0'..='9').cycle().take(length).collect();
        let document = Document { qr: Some(payload.clone()), training: true, ..sample() };
        for paper in [Paper::Roll80, Paper::A5] {
            let scratch = Scratch::with(&render(&document, paper).unwrap().pdf);
            scratch.run("pdftoppm", "poppler-utils", &["-r", "203", "-mono", "-f", "1", "-singlefile", "p.pdf", "p"]);
            let read = scratch.run("zbarimg", "zbar-tools", &["--raw", "-q", "-Sdisable", "-Sqrcode.enable", "p.pbm"]);
            assert_eq!(read.trim_end(), payload, "{paper:?}");
        }
    }
}

#[test]
fn a_qr_that_fits_no_paper_is_refused() {
    let document = Document { qr: Some("x".repeat(4000)), ..sample() };
    let error = render(&document, Paper::Roll80).unwrap_err();
    assert!(matches!(error, RenderError::QrTooLong { bytes: 4000 }));
    assert_eq!(error.code(), "paper_qr_too_long");
}

#[test]
fn a_character_that_the_font_lacks_is_visible_and_reported() {
    let mut document = sample();
    document.clerk = "Лев 王 Andrade".to_owned();
    let sheet = render(&document, Paper::Roll80).unwrap();
    assert_eq!(sheet.replaced, ['Л', 'в', 'е', '王']);
    assert!(words(&sheet).contains("\u{FFFD}\u{FFFD}\u{FFFD} \u{FFFD} Andrade"));
    assert!(render(&sample(), Paper::Roll80).unwrap().replaced.is_empty());
}

#[test]
fn training_and_duplicate_cannot_be_overlooked() {
    let plain = words(&render(&sample(), Paper::Roll80).unwrap());
    assert!(!plain.contains("CAPACITACIÓN") && !plain.contains("DUPLICATA"));
    let document = Document { training: true, duplicate: true, ..sample() };
    for paper in [Paper::Roll80, Paper::A5] {
        let sheet = render(&document, paper).unwrap();
        let text = words(&sheet);
        assert_eq!(text.matches("CAPACITACIÓN: SIN VALIDEZ").count(), 2, "a band at each end\n{text}");
        assert!(text.contains("DUPLICATA"));
        // The watermark is drawn behind the words and is none of them: it blackens more of the page than they do.
        let without = render(&Document { training: false, ..document.clone() }, paper).unwrap();
        assert!(sheet.pdf.len() > without.pdf.len() + 1000, "{} {}", sheet.pdf.len(), without.pdf.len());
    }
}

#[test]
fn the_ink_is_black_only_and_the_file_makes_no_claim_that_it_does_not_keep() {
    for (name, document) in gallery() {
        let sheet = render(&document, Paper::Roll80).unwrap();
        let scratch = Scratch::with(&sheet.pdf);
        scratch.run("pdftoppm", "poppler-utils", &["-r", "203", "-aa", "no", "-aaVector", "no", "p.pdf", "p"]);
        for page in fs::read_dir(&scratch.0)
            .unwrap()
            .map(|e| e.unwrap().path())
            .filter(|p| p.extension().is_some_and(|x| x == "ppm"))
        {
            let pixels = fs::read(page).unwrap();
            let shades: BTreeSet<u8> = pixels.iter().skip(20).copied().collect();
            assert_eq!(shades, BTreeSet::from([0, 255]), "{name}");
        }
        let info = scratch.run("pdfinfo", "poppler-utils", &["p.pdf"]);
        assert!(info.contains("CreationDate:    Mon Nov 23 10:50:00 2026"), "{info}");
        assert!(!String::from_utf8_lossy(&sheet.pdf).contains("GTS_PDFX"));
        let fonts = scratch.run("pdffonts", "poppler-utils", &["p.pdf"]);
        assert!(fonts.lines().skip(2).all(|l| l.contains("yes yes yes")), "embedded, subset, with ToUnicode\n{fonts}");
    }
}

#[test]
fn a_receipt_is_small() {
    let size = render(&sample(), Paper::Roll80).unwrap().pdf.len();
    assert!(size < 15_000, "{size} bytes");
}

#[test]
fn a_roll_ends_where_its_content_ends_and_a_sheet_breaks_between_points() {
    let find = |wanted: &str| gallery().into_iter().find(|(name, _)| *name == wanted).unwrap().1;
    let (short, long) = (find("archive-label"), find("training-many"));
    let roll = |document: &Document| render(document, Paper::Roll80).unwrap();
    assert!(roll(&short).size_mm.1 < 90 && roll(&long).size_mm.1 > 250);
    assert_eq!((roll(&long).pages, roll(&long).size_mm.0), (1, 80));
    let sheet = render(&long, Paper::A5).unwrap();
    assert_eq!(sheet.size_mm, (148, 210));
    assert!(sheet.pages > 1);
    let text = words(&sheet);
    assert!(text.contains(&format!("QS-3-2026-000816 · página {0} de {0}", sheet.pages)), "{text}");
}

#[test]
fn a_paper_that_is_nearly_empty_still_renders() {
    let json = r#"{"kind":"diverted","number":"1","center":"","at":"2026-11-23T10:50:00"}"#;
    let document: Document = serde_json::from_str(json).unwrap();
    for paper in [Paper::Roll80, Paper::A5] {
        assert!(words(&render(&document, paper).unwrap()).contains("TRÁMITE DERIVADO"));
    }
}
