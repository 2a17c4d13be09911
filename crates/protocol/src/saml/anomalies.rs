//! What an identity provider answers when it does not answer with an identity (SPID "tabella codici
//! anomalie"): the code decides whether the citizen can do something about it.

/// Not Success. The code is the `nrNN` of the StatusMessage; the top status says little more.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Anomaly {
    /// `ErrorCode nrNN`, when the provider gave one.
    pub code: Option<u16>,
}

/// What the citizen did or can do; each has its own words on the error page.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum CitizenError {
    /// 19: wrong credentials too many times.
    TooManyAttempts,
    /// 20: no credential of the level this service needs.
    CredentialTooWeak,
    /// 21: the time allowed ran out.
    TimedOut,
    /// 22: consent to send the data refused.
    ConsentRefused,
    /// 23: identity suspended or revoked, or credentials blocked.
    IdentitySuspended,
    /// 25: cancelled.
    Cancelled,
    /// 30: the service needs another kind of identity (professional, legal person).
    WrongKindOfIdentity,
}

/// Who has to act.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Kind {
    /// The citizen: a message in their words and a way to retry.
    Citizen(CitizenError),
    /// We sent something wrong (8, 9, 11–18): a reference number for them, an alarm for operators.
    Technical,
    /// Reserved, undefined or no code: generic failure.
    Unknown,
}

impl Anomaly {
    /// Reads `ErrorCode nr21` wherever it stands in a StatusMessage, in any case.
    pub fn from_status_message(message: Option<&str>) -> Anomaly {
        let code = message.and_then(|text| {
            let text = text.to_ascii_lowercase();
            let (_, rest) = text.split_once("nr")?;
            let digits: String = rest
                .trim_start()
                .chars()
                .take_while(char::is_ascii_digit)
                .take(4)
                .collect();
            digits.parse().ok()
        });
        Anomaly { code }
    }

    /// Who has to act.
    pub fn kind(&self) -> Kind {
        match self.code {
            Some(19) => Kind::Citizen(CitizenError::TooManyAttempts),
            Some(20) => Kind::Citizen(CitizenError::CredentialTooWeak),
            Some(21) => Kind::Citizen(CitizenError::TimedOut),
            Some(22) => Kind::Citizen(CitizenError::ConsentRefused),
            Some(23) => Kind::Citizen(CitizenError::IdentitySuspended),
            Some(25) => Kind::Citizen(CitizenError::Cancelled),
            Some(30) => Kind::Citizen(CitizenError::WrongKindOfIdentity),
            Some(8 | 9 | 11..=18) => Kind::Technical,
            _ => Kind::Unknown,
        }
    }

    /// The citizen's error, for the codes that are one.
    pub fn citizen_error(&self) -> Option<CitizenError> {
        match self.kind() {
            Kind::Citizen(error) => Some(error),
            Kind::Technical | Kind::Unknown => None,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_code_is_found_as_providers_write_it() {
        for (text, code) in [
            ("ErrorCode nr19", Some(19)),
            (" errorcode NR25 ", Some(25)),
            ("ErrorCode nr 21", Some(21)),
            ("Internal error", None),
            ("nr", None),
            ("nr99999", Some(9999)),
        ] {
            assert_eq!(Anomaly::from_status_message(Some(text)).code, code, "{text}");
        }
        assert_eq!(Anomaly::from_status_message(None).code, None);
    }

    #[test]
    fn only_the_codes_of_the_table_speak_to_the_citizen() {
        let citizen: Vec<u16> = (0..100)
            .filter(|code| Anomaly { code: Some(*code) }.citizen_error().is_some())
            .collect();
        assert_eq!(citizen, [19, 20, 21, 22, 23, 25, 30]);
        let technical: Vec<u16> = (0..100)
            .filter(|code| Anomaly { code: Some(*code) }.kind() == Kind::Technical)
            .collect();
        assert_eq!(technical, [8, 9, 11, 12, 13, 14, 15, 16, 17, 18]);
        assert_eq!(Anomaly { code: None }.kind(), Kind::Unknown);
    }
}
