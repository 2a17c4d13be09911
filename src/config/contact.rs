//! How addresses and numbers of a contact must be written, in SPID's metadata and in CIE's.

use super::check::Check;
use domain::italy::{FiscalNumber, VatNumber};

/// An institutional address; must be there.
pub(super) fn email(check: &mut Check<'_>, setting: &str, address: &str) {
    if check.must_be_set(setting, address) && !address.contains('@') {
        check.wrong(setting, "must be an e-mail address");
    }
}

/// `+390600000000`, if it is there.
pub(super) fn telephone(check: &mut Check<'_>, setting: &str, number: Option<&String>) {
    let international = |number: &String| {
        number
            .strip_prefix('+')
            .is_some_and(|digits| digits.len() > 5 && digits.bytes().all(|byte| byte.is_ascii_digit()))
    };
    if number.is_some_and(|number| !international(number)) {
        check.wrong(setting, "must be like `+390600000000`, without blanks");
    }
}

/// `IT01234560587`, if it is there.
pub(super) fn vat_number(check: &mut Check<'_>, setting: &str, number: Option<&String>) {
    let vat = |number: &String| {
        number
            .strip_prefix("IT")
            .is_some_and(|digits| VatNumber::parse(digits).is_ok())
    };
    if number.is_some_and(|number| !vat(number)) {
        check.wrong(setting, "must be `IT` and a valid VAT number");
    }
}

/// Of a body or of a person, if it is there.
pub(super) fn fiscal_code(check: &mut Check<'_>, setting: &str, code: Option<&String>) {
    if code.is_some_and(|code| FiscalNumber::parse(code).is_err()) {
        check.wrong(setting, "is not a valid fiscal code");
    }
}
