//! What an employer's key must look like (R26, R27, made exact by M36).

/// The special characters that count, as they stand on the employer's page.
pub const SPECIAL: &str = "!#$%&*+-.@_";

/// One rule of the key, in the order in which the page lists them.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum KeyRule {
    /// 8 to 12 characters (R26).
    Length,
    /// An upper-case and a lower-case letter (R26).
    Cases,
    /// A digit (R26).
    Digit,
    /// One of [`SPECIAL`]; other characters than letters, digits and these are not accepted (R26).
    Special,
    /// No four consecutive digits of the RUC, no word of four or more letters of the name, no run of four ascending,
    /// descending or equal characters (R27).
    Guessable,
}

impl KeyRule {
    /// Every rule, in the order of the page.
    pub const ALL: [Self; 5] = [Self::Length, Self::Cases, Self::Digit, Self::Special, Self::Guessable];
}

/// The rules that `key` breaks, in the order of the page; empty for a key that may be set.
///
/// `names` are the employer's and the representative's names. Case and accents do not count.
#[must_use]
pub fn broken(key: &str, ruc: &str, names: &[&str]) -> Vec<KeyRule> {
    let chars: Vec<char> = key.chars().collect();
    let mut out = Vec::new();
    if !(8..=12).contains(&chars.len()) {
        out.push(KeyRule::Length);
    }
    if !chars.iter().any(|c| c.is_uppercase()) || !chars.iter().any(|c| c.is_lowercase()) {
        out.push(KeyRule::Cases);
    }
    if !chars.iter().any(char::is_ascii_digit) {
        out.push(KeyRule::Digit);
    }
    let foreign = chars.iter().any(|c| !c.is_alphabetic() && !c.is_ascii_digit() && !SPECIAL.contains(*c));
    if foreign || !chars.iter().any(|c| SPECIAL.contains(*c)) {
        out.push(KeyRule::Special);
    }
    let plain = fold(key);
    if has_sequence(&plain) || has_digits_of(&plain, ruc) || names.iter().any(|n| has_word_of(&plain, n)) {
        out.push(KeyRule::Guessable);
    }
    out
}

/// Lower case without accents, so that "Peña" and "PENA" are one word.
fn fold(text: &str) -> Vec<char> {
    text.chars()
        .flat_map(char::to_lowercase)
        // A letter typed as base and combining mark folds to its base.
        .filter(|c| !('\u{300}'..='\u{36f}').contains(c))
        .map(|c| match c {
            'á' | 'à' | 'ä' | 'â' | 'ã' | 'å' => 'a',
            'é' | 'è' | 'ë' | 'ê' => 'e',
            'í' | 'ì' | 'ï' | 'î' => 'i',
            'ó' | 'ò' | 'ö' | 'ô' | 'õ' => 'o',
            'ú' | 'ù' | 'ü' | 'û' => 'u',
            'ñ' => 'n',
            'ç' => 'c',
            other => other,
        })
        .collect()
}

fn has_sequence(plain: &[char]) -> bool {
    plain.windows(4).any(|w| {
        let step = |a: char, b: char| i64::from(u32::from(b)) - i64::from(u32::from(a));
        match w {
            &[a, b, c, d] => {
                let alnum = w.iter().all(|c| c.is_alphanumeric());
                let (x, y, z) = (step(a, b), step(b, c), step(c, d));
                x == y && y == z && (x == 0 || (alnum && x.abs() == 1))
            }
            _ => false,
        }
    })
}

fn has_digits_of(plain: &[char], ruc: &str) -> bool {
    let ruc: Vec<char> = ruc.chars().filter(char::is_ascii_digit).collect();
    ruc.windows(4).any(|part| plain.windows(4).any(|w| w == part))
}

fn has_word_of(plain: &[char], name: &str) -> bool {
    fold(name)
        .split(|c| !c.is_alphabetic())
        .filter(|word| word.len() >= 4)
        .any(|word| plain.windows(word.len()).any(|w| w == word))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn judge(key: &str) -> Vec<KeyRule> {
        broken(key, "1790012345001", &["Panadería El Trigo S.A.S.", "María Núñez Peña"])
    }

    #[test]
    fn a_sound_key_passes() {
        assert_eq!(judge("Zafiro#82k"), []);
        assert_eq!(judge("Ñandú_7x"), []);
    }

    #[test]
    fn length_is_8_to_12_characters_not_bytes() {
        assert!(judge("Zaf#82k").contains(&KeyRule::Length));
        assert_eq!(judge("Zafíro#8"), []);
        assert_eq!(judge("Zafiro#82kqw"), []);
        assert!(judge("Zafiro#82kqwz").contains(&KeyRule::Length));
    }

    #[test]
    fn each_class_of_character_is_asked_for() {
        assert_eq!(judge("zafiro#82k"), [KeyRule::Cases]);
        assert_eq!(judge("Zafiro#rtk"), [KeyRule::Digit]);
        assert_eq!(judge("Zafiro82k"), [KeyRule::Special]);
        assert_eq!(judge("Zafiro#8 k"), [KeyRule::Special]);
    }

    #[test]
    fn parts_of_the_ruc_and_of_the_names_are_refused_without_case_and_accents() {
        assert_eq!(judge("Xa#7900ky"), [KeyRule::Guessable]);
        assert_eq!(judge("Xa#790kyz"), []);
        assert_eq!(judge("TRIGO#8xk"), [KeyRule::Guessable]);
        assert_eq!(judge("9#Panaderia"), [KeyRule::Guessable]);
        assert_eq!(judge("mARIA#93k"), [KeyRule::Guessable]);
        assert_eq!(judge("Pe\u{f1}a#93kw"), [KeyRule::Guessable]);
        assert_eq!(judge("El#93kwS.A"), [], "words under four letters do not count");
    }

    #[test]
    fn sequences_of_four_are_refused_both_ways_and_equal() {
        for key in ["Zk#1234wq", "Zk#4321wq", "Zk#wq7777", "Abcd#93kw", "dCba#93kw"] {
            assert_eq!(judge(key), [KeyRule::Guessable], "{key}");
        }
        assert_eq!(judge("Zk#123wq9"), []);
    }
}
