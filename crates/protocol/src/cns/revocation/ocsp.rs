//! OCSP (RFC 6960), in the small profile of RFC 5019: one certificate, SHA-1 as the name of its issuer.

use super::{Status, Unchecked};
use crate::x509::authorities::unix;
use aws_lc_rs::digest::{SHA1_FOR_LEGACY_USE_ONLY, digest};
use chrono::{DateTime, TimeDelta, Utc};
use der::asn1::{Null, ObjectIdentifier, OctetString};
use der::{Decode as _, Encode as _, Header, Reader as _, SliceReader};
use rustls_pki_types::CertificateDer;
use webpki::{ALL_VERIFICATION_ALGS, EndEntityCert, KeyUsage, anchor_from_trusted_cert};
use x509_ocsp::{
    BasicOcspResponse, CertId, CertStatus, OcspGeneralizedTime, OcspRequest, OcspResponse, OcspResponseStatus, Request,
    SingleResponse, TbsRequest,
};

/// `1.3.14.3.2.26`: it names the issuer, nothing rests on it; responders know no other.
const SHA1: ObjectIdentifier = ObjectIdentifier::new_unwrap("1.3.14.3.2.26");
/// `1.3.6.1.5.5.7.48.1.1`, id-pkix-ocsp-basic.
const BASIC: ObjectIdentifier = ObjectIdentifier::new_unwrap("1.3.6.1.5.5.7.48.1.1");
/// `1.3.6.1.5.5.7.3.9`, id-kp-OCSPSigning, content octets.
const OCSP_SIGNING: &[u8] = &[0x2b, 0x06, 0x01, 0x05, 0x05, 0x07, 0x03, 0x09];
/// How far the responder's clock may be off.
const SKEW: TimeDelta = TimeDelta::minutes(5);
/// How old an answer may be that does not say when the next one comes.
const UNDATED: TimeDelta = TimeDelta::hours(24);

/// What a responder said, believed.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct OcspAnswer {
    /// The status.
    pub status: Status,
    /// Until when the answer may be kept.
    pub next_update: Option<DateTime<Utc>>,
}

/// The request about `certificate`, which `issuer` issued (both DER).
///
/// # Errors
/// [`Unchecked::Malformed`].
pub fn request(certificate: &[u8], issuer: &[u8]) -> Result<Vec<u8>, Unchecked> {
    let request = OcspRequest {
        tbs_request: TbsRequest {
            request_list: vec![Request {
                req_cert: name(certificate, issuer)?,
                single_request_extensions: None,
            }],
            ..TbsRequest::default()
        },
        optional_signature: None,
    };
    request.to_der().map_err(|_| Unchecked::Malformed)
}

/// What `answer` (DER) says at `now` about `certificate`, if its issuer, or whom the issuer appointed, signed it.
///
/// # Errors
/// [`Unchecked`].
pub fn answer(answer: &[u8], certificate: &[u8], issuer: &[u8], now: DateTime<Utc>) -> Result<OcspAnswer, Unchecked> {
    let response = OcspResponse::from_der(answer).map_err(|_| Unchecked::Malformed)?;
    if response.response_status != OcspResponseStatus::Successful {
        return Err(Unchecked::Silent);
    }
    let bytes = response.response_bytes.ok_or(Unchecked::Malformed)?;
    if bytes.response_type != BASIC {
        return Err(Unchecked::Malformed);
    }
    let document = bytes.response.as_bytes();
    let basic = BasicOcspResponse::from_der(document).map_err(|_| Unchecked::Malformed)?;
    signed(&basic, document, issuer, now)?;
    let about = name(certificate, issuer)?;
    let found = basic
        .tbs_response_data
        .responses
        .iter()
        .find(|single| same(&single.cert_id, &about));
    let single = found.ok_or(Unchecked::Silent)?;
    let next_update = in_time(single, now)?;
    let status = match single.cert_status {
        CertStatus::Good(_) => Status::Good,
        CertStatus::Revoked(_) => Status::Revoked,
        CertStatus::Unknown(_) => return Err(Unchecked::Silent),
    };
    Ok(OcspAnswer { status, next_update })
}

fn name(certificate: &[u8], issuer: &[u8]) -> Result<CertId, Unchecked> {
    let read = |der| x509_parser::parse_x509_certificate(der).map_err(|_| Unchecked::Malformed);
    let (_, certificate) = read(certificate)?;
    let (_, issuer) = read(issuer)?;
    let hash = |bytes: &[u8]| {
        OctetString::new(digest(&SHA1_FOR_LEGACY_USE_ONLY, bytes).as_ref()).map_err(|_| Unchecked::Malformed)
    };
    Ok(CertId {
        hash_algorithm: x509_ocsp_algorithm(),
        issuer_name_hash: hash(issuer.subject().as_raw())?,
        issuer_key_hash: hash(&issuer.public_key().subject_public_key.data)?,
        serial_number: x509_cert::serial_number::SerialNumber::new(certificate.raw_serial())
            .map_err(|_| Unchecked::Malformed)?,
    })
}

fn x509_ocsp_algorithm() -> x509_cert::spki::AlgorithmIdentifierOwned {
    x509_cert::spki::AlgorithmIdentifierOwned {
        oid: SHA1,
        parameters: Some(Null.into()),
    }
}

/// Some responders leave out the NULL of the algorithm; what names the certificate is the rest.
fn same(one: &CertId, other: &CertId) -> bool {
    one.hash_algorithm.oid == other.hash_algorithm.oid
        && one.issuer_name_hash == other.issuer_name_hash
        && one.issuer_key_hash == other.issuer_key_hash
        && one.serial_number == other.serial_number
}

/// RFC 6960 §4.2.2.1 and §3.2.
fn in_time(single: &SingleResponse, now: DateTime<Utc>) -> Result<Option<DateTime<Utc>>, Unchecked> {
    let this_update = instant(single.this_update)?;
    let next_update = single.next_update.map(instant).transpose()?;
    let at = |instant: DateTime<Utc>, later: TimeDelta| instant.checked_add_signed(later).unwrap_or(instant);
    let until = next_update.map_or_else(|| at(this_update, UNDATED), |next| at(next, SKEW));
    if this_update > at(now, SKEW) || until < now {
        return Err(Unchecked::Stale);
    }
    Ok(next_update)
}

fn instant(at: OcspGeneralizedTime) -> Result<DateTime<Utc>, Unchecked> {
    let seconds = i64::try_from(at.0.to_unix_duration().as_secs()).map_err(|_| Unchecked::Malformed)?;
    DateTime::from_timestamp(seconds, 0).ok_or(Unchecked::Malformed)
}

/// RFC 6960 §4.2.2.2: the issuer itself, or somebody whose certificate the issuer signed for this purpose.
fn signed(basic: &BasicOcspResponse, document: &[u8], issuer: &[u8], now: DateTime<Utc>) -> Result<(), Unchecked> {
    let data = first_element(document).ok_or(Unchecked::Malformed)?;
    let signature = basic.signature.as_bytes().ok_or(Unchecked::Malformed)?;
    let algorithm = basic.signature_algorithm.to_der().map_err(|_| Unchecked::Malformed)?;
    let by = |signer: &[u8]| signed_by(signer, data, &algorithm, signature);
    if by(issuer) {
        return Ok(());
    }
    for certificate in basic.certs.iter().flatten() {
        let der = certificate.to_der().map_err(|_| Unchecked::Malformed)?;
        if by(&der) && appointed(&der, issuer, now) {
            return Ok(());
        }
    }
    Err(Unchecked::NotOfIssuer)
}

fn signed_by(signer: &[u8], data: &[u8], algorithm: &[u8], signature: &[u8]) -> bool {
    let der = CertificateDer::from(signer);
    let Ok(signer) = EndEntityCert::try_from(&der) else {
        return false;
    };
    let content = content(algorithm).unwrap_or_default();
    ALL_VERIFICATION_ALGS
        .iter()
        .filter(|candidate| candidate.signature_alg_id().as_ref() == content)
        .any(|candidate| signer.verify_signature(*candidate, data, signature).is_ok())
}

fn appointed(responder: &[u8], issuer: &[u8], now: DateTime<Utc>) -> bool {
    let (responder, issuer) = (CertificateDer::from(responder), CertificateDer::from(issuer));
    let (Ok(responder), Ok(anchor)) = (EndEntityCert::try_from(&responder), anchor_from_trusted_cert(&issuer)) else {
        return false;
    };
    responder
        .verify_for_usage(
            ALL_VERIFICATION_ALGS,
            &[anchor],
            &[],
            unix(now),
            KeyUsage::required(OCSP_SIGNING),
            None,
            None,
        )
        .is_ok()
}

/// The first element inside a SEQUENCE, as it was sent: what a signature covers is never written anew.
fn first_element(sequence: &[u8]) -> Option<&[u8]> {
    let mut reader = SliceReader::new(content(sequence)?).ok()?;
    reader.tlv_bytes().ok()
}

fn content(element: &[u8]) -> Option<&[u8]> {
    let mut reader = SliceReader::new(element).ok()?;
    let header = Header::decode(&mut reader).ok()?;
    reader.read_slice(header.length).ok()
}

#[cfg(test)]
mod tests {
    use super::*;
    use der::asn1::GeneralizedTime;
    use std::time::Duration;
    use x509_cert::serial_number::SerialNumber;

    fn about() -> CertId {
        CertId {
            hash_algorithm: x509_ocsp_algorithm(),
            issuer_name_hash: OctetString::new([1; 20]).unwrap(),
            issuer_key_hash: OctetString::new([2; 20]).unwrap(),
            serial_number: SerialNumber::new(&[3]).unwrap(),
        }
    }

    #[test]
    fn a_certificate_is_named_by_its_issuers_name_and_key_and_its_number() {
        let mut no_parameters = about();
        no_parameters.hash_algorithm.parameters = None;
        assert!(same(&no_parameters, &about()));
        let changes: [fn(&mut CertId); 4] = [
            |id| id.hash_algorithm.oid = BASIC,
            |id| id.issuer_name_hash = OctetString::new([9; 20]).unwrap(),
            |id| id.issuer_key_hash = OctetString::new([9; 20]).unwrap(),
            |id| id.serial_number = SerialNumber::new(&[9]).unwrap(),
        ];
        for (number, change) in changes.into_iter().enumerate() {
            let mut other = about();
            change(&mut other);
            assert!(!same(&other, &about()), "{number}");
        }
    }

    #[test]
    fn an_answer_holds_from_its_time_to_the_next_and_a_day_without_one() {
        let at = |seconds: u64| {
            OcspGeneralizedTime(GeneralizedTime::from_unix_duration(Duration::from_secs(seconds)).unwrap())
        };
        let single = |this_update: u64, next_update: Option<u64>| SingleResponse {
            cert_id: about(),
            cert_status: CertStatus::good(),
            this_update: at(this_update),
            next_update: next_update.map(at),
            single_extensions: None,
        };
        let now = 10_000_000;
        let told = |single: SingleResponse| in_time(&single, instant(at(now)).unwrap()).is_ok();
        let (skew, day) = (300, 86_400);
        assert!(told(single(now, None)));
        assert!(told(single(now + skew, None)));
        assert!(!told(single(now + skew + 1, None)));
        assert!(told(single(now - day, None)));
        assert!(!told(single(now - day - 1, None)));
        assert!(told(single(now - 9 * day, Some(now - skew))));
        assert!(!told(single(now - 9 * day, Some(now - skew - 1))));
    }
}
