//! A client certificate that a reverse proxy took in the handshake and hands on in a header.

use super::{NotACertificate, pem_to_der};
use sfv::{BareItem, Item, List, ListEntry, Parser};

/// How the proxy writes it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Encoding {
    /// `Client-Cert` of RFC 9440: DER as an sf-binary item.
    Rfc9440,
    /// PEM, percent-encoded (nginx `$ssl_client_escaped_cert`, Apache `%{escape:…}`).
    EscapedPem,
}

/// Most certificates read from `Client-Cert-Chain`.
const CHAIN: usize = 8;

/// The DER of the certificate in `value`.
///
/// # Errors
/// [`NotACertificate`].
pub fn certificate(value: &str, encoding: Encoding) -> Result<Vec<u8>, NotACertificate> {
    match encoding {
        Encoding::Rfc9440 => {
            let item: Item = Parser::new(value).parse().map_err(|_| NotACertificate)?;
            binary(&item)
        }
        Encoding::EscapedPem => {
            let unescaped = percent_decoded(value).ok_or(NotACertificate)?;
            pem_to_der(&unescaped)
        }
    }
}

/// The certificates of `Client-Cert-Chain` (RFC 9440 §2.3), without the client's own.
///
/// # Errors
/// [`NotACertificate`].
pub fn chain(value: &str) -> Result<Vec<Vec<u8>>, NotACertificate> {
    let list: List = Parser::new(value).parse().map_err(|_| NotACertificate)?;
    if list.len() > CHAIN {
        return Err(NotACertificate);
    }
    let entries = list.iter().map(|entry| match entry {
        ListEntry::Item(item) => binary(item),
        ListEntry::InnerList(_) => Err(NotACertificate),
    });
    entries.collect()
}

fn binary(item: &Item) -> Result<Vec<u8>, NotACertificate> {
    match &item.bare_item {
        BareItem::ByteSequence(bytes) => Ok(bytes.clone()),
        _ => Err(NotACertificate),
    }
}

/// `+` stays itself: this is no form.
fn percent_decoded(text: &str) -> Option<String> {
    let mut parts = text.split('%');
    let mut bytes = parts.next()?.as_bytes().to_vec();
    for part in parts {
        let (code, rest) = part.split_at_checked(2)?;
        if !code.bytes().all(|byte| byte.is_ascii_hexdigit()) {
            return None;
        }
        bytes.push(u8::from_str_radix(code, 16).ok()?);
        bytes.extend_from_slice(rest.as_bytes());
    }
    String::from_utf8(bytes).ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn rfc_9440_is_a_binary_item_and_nothing_else() {
        assert_eq!(certificate(":AQID:", Encoding::Rfc9440), Ok(vec![1, 2, 3]));
        for wrong in ["AQID", ":AQID", ":AQID:, :AQID:", "\"AQID\"", "", ":A:"] {
            assert_eq!(certificate(wrong, Encoding::Rfc9440), Err(NotACertificate), "{wrong}");
        }
        assert_eq!(chain(":AQID:, :BA==:"), Ok(vec![vec![1, 2, 3], vec![4]]));
        assert_eq!(chain("(:AQID:)"), Err(NotACertificate));
        assert_eq!(chain(&[":AQID:"; 8].join(",")).unwrap().len(), 8);
        assert_eq!(chain(&[":AQID:"; 9].join(",")), Err(NotACertificate));
    }

    #[test]
    fn an_escaped_pem_is_one_certificate() {
        for wrong in [
            "",
            "%",
            "%4",
            "%zz",
            "%+1",
            "-----BEGIN%20CERTIFICATE-----AQID-----END%20CERTIFICATE-----",
            "%C3%28",
        ] {
            assert_eq!(
                certificate(wrong, Encoding::EscapedPem),
                Err(NotACertificate),
                "{wrong}"
            );
        }
        assert_eq!(percent_decoded("a+b%20c%0Ad").as_deref(), Some("a+b c\nd"));
    }
}
