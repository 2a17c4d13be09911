//! The common name of a card: `fiscal code/card number.hash`.

use super::Refusal;
use domain::italy::FiscalNumber;

/// What the common name holds.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Holder {
    pub fiscal_number: FiscalNumber,
    /// Up to 16 letters and digits.
    pub card_number: String,
}

/// Longest common name (RFC 5280, ub-common-name).
const LONGEST: usize = 64;

/// Exactly one common name, of ASCII.
///
/// # Errors
/// [`Refusal::CommonNames`], [`Refusal::CommonName`].
pub(super) fn sole_common_name(names: &[Option<String>]) -> Result<&str, Refusal> {
    match names {
        [Some(name)] if name.len() <= LONGEST => Ok(name),
        [_] => Err(Refusal::CommonName),
        _ => Err(Refusal::CommonNames),
    }
}

/// A CNS: the hash is base64 of SHA-1 and may hold `/` itself, so the first `/` and then the first `.` divide
/// (AgID, certificate profile of the CNS).
///
/// # Errors
/// [`Refusal::CommonName`], [`Refusal::FiscalNumber`].
pub(super) fn of_cns(name: &str) -> Result<Holder, Refusal> {
    let (code, rest) = name.split_once('/').ok_or(Refusal::CommonName)?;
    let (card_number, hash) = rest.split_once('.').ok_or(Refusal::CommonName)?;
    if !is_card_number(card_number) || !is_hash(hash) {
        return Err(Refusal::CommonName);
    }
    holder(code, card_number)
}

/// A CIE: the fiscal code comes first, what follows its `/` is the card's own.
///
/// # Errors
/// [`Refusal::CommonName`], [`Refusal::FiscalNumber`].
pub(super) fn of_cie(name: &str) -> Result<Holder, Refusal> {
    let (code, rest) = name.split_once('/').unwrap_or((name, ""));
    let card_number = rest.split('.').next().unwrap_or_default();
    if !card_number.is_empty() && !is_card_number(card_number) {
        return Err(Refusal::CommonName);
    }
    holder(code, card_number)
}

fn holder(code: &str, card_number: &str) -> Result<Holder, Refusal> {
    let fiscal_number = FiscalNumber::parse(code).map_err(|_| Refusal::FiscalNumber)?;
    // `parse` forgives what people type; a certificate has nothing to be forgiven.
    if fiscal_number.as_str() != code {
        return Err(Refusal::FiscalNumber);
    }
    Ok(Holder {
        fiscal_number,
        card_number: card_number.to_owned(),
    })
}

fn is_card_number(text: &str) -> bool {
    (1..=16).contains(&text.len()) && text.bytes().all(|b| b.is_ascii_uppercase() || b.is_ascii_digit())
}

/// 27 letters of base64 and `=`: 20 octets.
fn is_hash(text: &str) -> bool {
    let letters = text.strip_suffix('=').unwrap_or_default();
    letters.len() == 27
        && letters
            .bytes()
            .all(|b| b.is_ascii_alphanumeric() || matches!(b, b'+' | b'/'))
}

#[cfg(test)]
mod tests {
    use super::*;

    const HASH: &str = "5ZfXMHDBzBBwEcc8dobAjCWYPBI=";

    fn cns(name: &str) -> Result<(String, String), Refusal> {
        of_cns(name).map(|holder| (holder.fiscal_number.as_str().to_owned(), holder.card_number))
    }

    #[test]
    fn a_cns_names_fiscal_code_and_card() {
        let name = format!("PRVMRA80A15H501A/6120000000000001.{HASH}");
        let expected = ("PRVMRA80A15H501A".to_owned(), "6120000000000001".to_owned());
        assert_eq!(cns(&name), Ok(expected));
    }

    #[test]
    fn the_hash_may_hold_slashes_of_its_own() {
        assert!(cns("PRVLCU12P15A944P/6120000000000004.cU/hHMHDBzBBwEcc8dobAjCW/BI=").is_ok());
    }

    #[test]
    fn attack_31_whatever_is_not_exactly_the_form_is_refused() {
        let wrong = [
            ("MARIO PROVALDI".to_owned(), Refusal::CommonName),
            (format!("PRVMRA80A15H501A.6120000000000001.{HASH}"), Refusal::CommonName),
            (
                format!("PRVMRA80A15H501A/612000000000000123.{HASH}"),
                Refusal::CommonName,
            ),
            (format!("PRVMRA80A15H501A/612000000000000a.{HASH}"), Refusal::CommonName),
            (
                "PRVMRA80A15H501A/6120000000000001.short=".to_owned(),
                Refusal::CommonName,
            ),
            (format!("/6120000000000001.{HASH}"), Refusal::FiscalNumber),
            // The check letter, lower case, blanks, a prefix, a digit more.
            (
                format!("PRVMRA80A15H501Z/6120000000000001.{HASH}"),
                Refusal::FiscalNumber,
            ),
            (
                format!("prvmra80a15h501a/6120000000000001.{HASH}"),
                Refusal::FiscalNumber,
            ),
            (
                format!(" PRVMRA80A15H501A/6120000000000001.{HASH}"),
                Refusal::FiscalNumber,
            ),
            (
                format!("TINIT-PRVMRA80A15H501A/6120000000000001.{HASH}"),
                Refusal::FiscalNumber,
            ),
            (
                format!("PRVMRA80A15H501A0/6120000000000001.{HASH}"),
                Refusal::FiscalNumber,
            ),
        ];
        for (name, refusal) in wrong {
            assert_eq!(cns(&name), Err(refusal), "{name}");
        }
    }

    #[test]
    fn attack_31_two_common_names_or_none_are_refused() {
        let name = || Some("PRVMRA80A15H501A/6.x".to_owned());
        assert_eq!(sole_common_name(&[]), Err(Refusal::CommonNames));
        assert_eq!(sole_common_name(&[name(), name()]), Err(Refusal::CommonNames));
        assert_eq!(sole_common_name(&[None]), Err(Refusal::CommonName));
        assert_eq!(sole_common_name(&[Some("X".repeat(65))]), Err(Refusal::CommonName));
    }

    #[test]
    fn a_cie_begins_with_the_fiscal_code_whatever_follows_is_its_own() {
        for name in [
            "PRVMRA80A15H501A/CA00000AA.abc",
            "PRVMRA80A15H501A/CA00000AA",
            "PRVMRA80A15H501A",
        ] {
            assert_eq!(
                of_cie(name).map(|h| h.fiscal_number.with_tinit()),
                Ok("TINIT-PRVMRA80A15H501A".to_owned())
            );
        }
        assert_eq!(of_cie("PRVMRA80A15H501Z/CA00000AA.abc"), Err(Refusal::FiscalNumber));
    }
}
