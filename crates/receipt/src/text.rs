//! From a string to lines that fit: composed characters, visible replacements, measured breaks. Nothing is clipped.

use std::collections::BTreeSet;

use unicode_normalization::UnicodeNormalization;

use crate::font::{Face, Faces, REPLACEMENT};

/// Text that the faces can show. What they lack becomes U+FFFD and is added to `replaced`.
pub(crate) fn showable(faces: &Faces, text: &str, replaced: &mut BTreeSet<char>) -> String {
    text.nfc()
        .filter_map(|c| match c {
            // Breaking hints without a form of their own.
            '\u{00AD}' | '\u{200B}' | '\u{FEFF}' => None,
            '\n' | '\u{00A0}' => Some(c),
            '\u{202F}' | '\u{2007}' => Some('\u{00A0}'),
            c if c.is_whitespace() => Some(' '),
            c if faces.has(c) => Some(c),
            c => {
                replaced.insert(c);
                Some(REPLACEMENT)
            }
        })
        .collect()
}

/// Breaks `text` (already showable) into lines of at most `width` points; a word that is longer than a line is broken,
/// after a joining mark where it has one.
pub(crate) fn wrap(face: &Face, text: &str, size: f32, width: f32) -> Vec<String> {
    let mut lines = Vec::new();
    for paragraph in text.split('\n') {
        let mut line = String::new();
        for word in paragraph.split(' ').filter(|w| !w.is_empty()) {
            let word = word.replace('\u{00A0}', " ");
            let joined = if line.is_empty() { word.clone() } else { format!("{line} {word}") };
            if face.width(&joined, size) <= width {
                line = joined;
                continue;
            }
            if !line.is_empty() {
                lines.push(std::mem::take(&mut line));
            }
            line = break_word(face, &word, size, width, &mut lines);
        }
        if !line.is_empty() {
            lines.push(line);
        }
    }
    lines
}

/// As [`wrap`], with the lines made as even as their number allows: a centred text has no last word alone on a line.
pub(crate) fn balanced(face: &Face, text: &str, size: f32, width: f32) -> Vec<String> {
    let mut best = wrap(face, text, size, width);
    if best.len() < 2 {
        return best;
    }
    let widest_word = text.split([' ', '\n']).map(|word| face.width(word, size)).fold(0.0, f32::max);
    for step in 1..20_u8 {
        let narrower = width * (1.0 - 0.025 * f32::from(step));
        let lines = wrap(face, text, size, narrower);
        // Never at the price of a broken word.
        if lines.len() > best.len() || narrower < widest_word {
            break;
        }
        best = lines;
    }
    best
}

/// Pushes full lines of a word that is longer than a line; returns what is left of it.
fn break_word(face: &Face, word: &str, size: f32, width: f32, lines: &mut Vec<String>) -> String {
    let mut rest = word.to_owned();
    while face.width(&rest, size) > width {
        let mut end = 0;
        let mut joint = 0;
        for (at, c) in rest.char_indices() {
            let next = at + c.len_utf8();
            if end > 0 && face.width(rest.get(..next).unwrap_or_default(), size) > width {
                break;
            }
            end = next;
            if matches!(c, '-' | '/' | '@' | '.' | '_' | '•' | ' ') {
                joint = next;
            }
        }
        // A joint near the start would leave a ragged stub: then the measure decides.
        let cut = if joint * 3 >= end { joint } else { end };
        let tail = rest.split_off(cut);
        lines.push(std::mem::replace(&mut rest, tail).trim_end().to_owned());
        if rest.is_empty() {
            break;
        }
    }
    rest
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::font::Weight;

    #[test]
    fn decomposed_letters_are_composed_and_not_reported() {
        let faces = Faces::get().unwrap();
        let mut replaced = BTreeSet::new();
        assert_eq!(showable(faces, "Nun\u{303}ez A\u{301}vila u\u{308}", &mut replaced), "Nuñez Ávila ü");
        assert!(replaced.is_empty());
    }

    #[test]
    fn every_spanish_character_and_the_names_of_the_registries_are_in_both_faces() {
        let faces = Faces::get().unwrap();
        for c in "áéíóúüñÁÉÍÓÚÜÑ¿¡«»ºª°–—…“”‘’•€%&@#/()+*=<>|\\~^`ŠšŽžŁłŐőĀāÇçÃãÕõÆæØøÅåÈèÊêÎîÔôÛûŸÿ\u{FFFD}".chars()
        {
            assert!(faces.has(c), "{c} is missing");
        }
    }

    #[test]
    fn no_line_is_wider_than_asked_and_no_letter_is_lost() {
        let face = Faces::get().unwrap().face(Weight::Bold);
        let long = "Asociación Interprovincial contabilidad.y.asesoria.tributaria@asociaciondeproductores-de-cacao.com.ec \
                    AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA fin";
        for width in [40.0, 90.0, 204.0] {
            let lines = wrap(face, long, 9.5, width);
            assert!(lines.iter().all(|l| face.width(l, 9.5) <= width), "{lines:?}");
            let all: String = lines.concat().split(' ').collect();
            assert_eq!(all, long.split_whitespace().collect::<String>());
        }
    }

    #[test]
    fn centred_lines_are_even_and_no_more_than_needed() {
        let face = Faces::get().unwrap().face(Weight::Bold);
        let lines = balanced(face, "INSTITUTO ECUATORIANO DE SEGURIDAD SOCIAL", 11.4, 204.0);
        assert_eq!(lines, ["INSTITUTO ECUATORIANO", "DE SEGURIDAD SOCIAL"]);
    }

    #[test]
    fn a_width_below_one_letter_still_ends() {
        let face = Faces::get().unwrap().face(Weight::Regular);
        assert_eq!(wrap(face, "abc", 9.5, 0.1), ["a", "b", "c"]);
    }
}
