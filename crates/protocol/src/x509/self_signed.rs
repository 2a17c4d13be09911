//! Certificates that their own key signs.

use crate::keyring::RsaKey;
use chrono::{DateTime, Utc};
use rcgen::{
    CertificateParams, CustomExtension, DistinguishedName, IsCa, KeyPair, KeyUsagePurpose, SerialNumber, date_time_ymd,
};

/// Why a certificate cannot be made.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum CertificateError {
    /// A date before 1970 or beyond the year 9999, or the end before the beginning.
    #[error("impossible validity")]
    Validity,
    /// A part of the subject is empty.
    #[error("empty subject field")]
    Subject,
    /// The library refused the key or did not sign.
    #[error("signing failed")]
    Key,
}

/// DER. Not of a certification authority. `serial` is 16 random octets (the top bit is cleared: a serial number
/// is positive).
pub(super) fn self_signed(
    key: &RsaKey,
    name: DistinguishedName,
    (usages, extensions): (Vec<KeyUsagePurpose>, Vec<CustomExtension>),
    (not_before, not_after): (DateTime<Utc>, DateTime<Utc>),
    mut serial: [u8; 16],
) -> Result<Vec<u8>, CertificateError> {
    if not_after <= not_before {
        return Err(CertificateError::Validity);
    }
    if let Some(first) = serial.first_mut() {
        *first = (*first & 0x7f) | 0x40;
    }
    let mut params = CertificateParams::default();
    params.distinguished_name = name;
    let epoch = date_time_ymd(1970, 1, 1);
    let after_epoch = |instant: DateTime<Utc>| {
        let seconds = u64::try_from(instant.timestamp()).ok()?;
        epoch.checked_add(std::time::Duration::from_secs(seconds).try_into().ok()?)
    };
    params.not_before = after_epoch(not_before).ok_or(CertificateError::Validity)?;
    params.not_after = after_epoch(not_after).ok_or(CertificateError::Validity)?;
    params.serial_number = Some(SerialNumber::from_slice(&serial));
    params.is_ca = IsCa::NoCa;
    params.key_usages = usages;
    params.custom_extensions = extensions;
    let pem = key.to_pem().map_err(|_| CertificateError::Key)?;
    let pair = KeyPair::from_pem(&pem).map_err(|_| CertificateError::Key)?;
    let certificate = params.self_signed(&pair).map_err(|_| CertificateError::Key)?;
    Ok(certificate.der().to_vec())
}
