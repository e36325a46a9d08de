//! Numbers that hold (M5), of province 50: the rulebook admits it, and no province of the country has it, so that an
//! invented number is nobody's.

/// A cédula from seven digits; the third digit of the number, the first given, is 0–5.
pub(crate) fn cedula(seven: &str) -> String {
    let nine = format!("50{seven}");
    let sum: u32 = nine
        .chars()
        .filter_map(|c| c.to_digit(10))
        .enumerate()
        .map(|(i, digit)| {
            let product = if i % 2 == 0 { digit * 2 } else { digit };
            if product > 9 { product - 9 } else { product }
        })
        .sum();
    format!("{nine}{}", (10 - sum % 10) % 10)
}

/// The RUC of a person with this cédula.
pub(crate) fn personal_ruc(cedula: &str) -> String {
    format!("{cedula}001")
}

/// The RUC of a company from six digits; `None` where modulus 11 has no digit for them.
pub(crate) fn company_ruc(six: &str) -> Option<String> {
    let nine = format!("509{six}");
    checked(&nine, &[4, 3, 2, 7, 6, 5, 4, 3, 2]).map(|digit| format!("{nine}{digit}001"))
}

/// The RUC of a public body from five digits.
pub(crate) fn public_ruc(five: &str) -> Option<String> {
    let eight = format!("506{five}");
    checked(&eight, &[3, 2, 7, 6, 5, 4, 3, 2]).map(|digit| format!("{eight}{digit}0001"))
}

fn checked(digits: &str, weights: &[u32]) -> Option<u32> {
    let sum: u32 = digits.chars().filter_map(|c| c.to_digit(10)).zip(weights).map(|(d, w)| d * w).sum();
    let digit = (11 - sum % 11) % 11;
    (digit < 10).then_some(digit)
}
