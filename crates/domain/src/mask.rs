//! What may be shown of personal data (M20, M24).

/// A number with its first two and last two digits: `17••••••03`.
#[must_use]
pub fn number(number: &str) -> String {
    let chars: Vec<char> = number.chars().collect();
    let hidden = chars.len().saturating_sub(4);
    chars.iter().enumerate().map(|(i, c)| if i >= 2 && i < 2 + hidden { '•' } else { *c }).collect()
}

/// A RUC as lists and paper show it: whole for a company, masked when it is built on a cédula (M20). The establishment
/// stays readable.
#[must_use]
pub fn ruc(ruc: &crate::number::Ruc) -> String {
    if !ruc.is_personal() {
        return ruc.as_str().to_owned();
    }
    let (person, establishment) = ruc.as_str().split_at(10);
    number(person) + establishment
}

/// An address with the first letter of its name and its domain: `m•••••@eltrigo.ec`. The dots do not tell the length.
#[must_use]
pub fn email(address: &str) -> String {
    match address.rsplit_once('@') {
        Some((name, domain)) => format!("{}•••••@{domain}", name.chars().next().unwrap_or('•')),
        None => "•••••".to_owned(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::number::Ruc;

    #[test]
    fn masks_keep_what_a_person_recognises() {
        assert_eq!(number("1710034065"), "17••••••65");
        assert_eq!(number("123"), "123");
        assert_eq!(email("maria.nunez@eltrigo.ec"), "m•••••@eltrigo.ec");
        assert_eq!(email("nothing"), "•••••");
        assert_eq!(ruc(&Ruc::parse("1710034065001").unwrap()), "17••••••65001");
        assert_eq!(ruc(&Ruc::parse("0993370026001").unwrap()), "0993370026001");
    }
}
