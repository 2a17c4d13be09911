//! Resource indicators at `/token` (RFC 8707 §2.2): whom an access token is for.
//!
//! A resource is a client that registered under which identifier its interfaces are called
//! ([`resource`](super::client::ClientMetadata::resource)); who may ask for tokens for it registered that identifier
//! ([`resources`](super::client::ClientMetadata::resources)). Our own userinfo is called by the issuer's identifier.

use super::claims::level_of;
use super::client::{ActingPolicy, Client, Profile};
use super::error::{Coded, ErrorCode};
use super::grant::{ActingContext, Grant};
use super::parameters::Parameters;
use super::subject::subject;
use crate::jose::Algorithm;
use crate::keyring::SubjectKey;
use domain::mandate::Holding;
use std::collections::BTreeSet;

/// Most resources that one token is for.
pub const MAX_RESOURCES: usize = 8;

/// Why there is no token for a resource; the client is told `invalid_target`, whichever it was.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum Reason {
    /// More than eight, or our userinfo together with another.
    #[error("too many resources for one token")]
    TooMany,
    /// The client did not register that it may ask for it.
    #[error("resource not registered by the client")]
    NotRegistered,
    /// The authorisation request named others only.
    #[error("resource not asked for when the grant was given")]
    NotGranted,
    /// Nobody is called so, or who is was switched off.
    #[error("no such resource server")]
    Unknown,
    /// Several resources that know the person by different names: one token cannot tell both.
    #[error("resources know the person by different subjects")]
    DifferentSubjects,
    /// The resource does not take people who come for an organisation, or who do not.
    #[error("resource does not accept for whom the person acts")]
    Acting,
    /// The resource wants the mandate better established.
    #[error("evidence too weak for the resource")]
    EvidenceTooWeak,
    /// The resource wants a stronger proof of who it is.
    #[error("level too low for the resource")]
    LevelTooLow,
}

impl Coded for Reason {
    fn code(&self) -> ErrorCode {
        ErrorCode::InvalidTarget
    }
}

/// The resources that a token request names. A parameter without a value counts as absent (RFC 6749 §3.2).
pub fn named(parameters: &Parameters) -> BTreeSet<String> {
    let values = parameters.all("resource").iter();
    values.filter(|name| !name.is_empty()).cloned().collect()
}

/// The resources that a token is to be for, of which `named` came in the request; none: our own userinfo. A request that
/// names none means all that the grant was given for (`granted`, empty when the authorisation request named none, or when
/// there was none).
///
/// # Errors
/// [`Reason::TooMany`], [`Reason::NotRegistered`], [`Reason::NotGranted`].
pub fn wanted(
    named: BTreeSet<String>,
    client: &Client,
    granted: &BTreeSet<String>,
    issuer: &str,
) -> Result<BTreeSet<String>, Reason> {
    if named.iter().any(|name| name == issuer) {
        return match named.len() {
            1 => Ok(BTreeSet::new()),
            _ => Err(Reason::TooMany),
        };
    }
    if named.len() > MAX_RESOURCES {
        return Err(Reason::TooMany);
    }
    if !granted.is_empty() && !named.is_subset(granted) {
        return Err(Reason::NotGranted);
    }
    let wanted = if named.is_empty() { granted.clone() } else { named };
    if !wanted.is_subset(&client.metadata.resources) {
        return Err(Reason::NotRegistered);
    }
    Ok(wanted)
}

/// Whether one token may speak to all of `resources` about the person of a grant.
///
/// # Errors
/// [`Reason::Acting`], [`Reason::EvidenceTooWeak`], [`Reason::LevelTooLow`], [`Reason::DifferentSubjects`].
pub fn check(
    resources: &[Client],
    grant: &Grant,
    holding: Option<&Holding>,
    subjects: &SubjectKey,
) -> Result<(), Reason> {
    resources
        .iter()
        .try_for_each(|resource| takes(resource, grant, holding))?;
    let names: BTreeSet<String> = resources
        .iter()
        .map(|resource| subject(subjects, resource, grant.person))
        .collect();
    match names.len() {
        0 | 1 => Ok(()),
        _ => Err(Reason::DifferentSubjects),
    }
}

/// How a token for `resources` is signed: as they registered for what they are sent (`id_token_signed_response_alg`), if
/// they agree, else by RS256, which each has to know (RFC 9068 §4); a client of FAPI 2 may not be given that one
/// (FAPI 2.0 Security Profile §5.4.1).
pub fn algorithm(client: &Client, resources: &[Client]) -> Algorithm {
    let default = match client.metadata.profile {
        Profile::Plain => Algorithm::Rs256,
        Profile::Fapi2 => Algorithm::Ps256,
    };
    let registered: BTreeSet<Option<Algorithm>> = resources
        .iter()
        .map(|resource| resource.metadata.id_token.signed)
        .collect();
    match registered.first() {
        Some(Some(only)) if registered.len() == 1 && client.metadata.allowed(None).contains(only) => *only,
        _ => default,
    }
}

/// Whether a resource takes the person of a grant, by what it registered, as if they had come to it themselves.
fn takes(resource: &Client, grant: &Grant, holding: Option<&Holding>) -> Result<(), Reason> {
    match (resource.acting, grant.acting) {
        (ActingPolicy::Myself, ActingContext::Mandate(_)) | (ActingPolicy::Organisation, ActingContext::Myself) => {
            return Err(Reason::Acting);
        }
        _ => {}
    }
    if holding.is_some_and(|holding| holding.mandate.evidence < resource.min_evidence) {
        return Err(Reason::EvidenceTooWeak);
    }
    if level_of(&grant.acr).is_none_or(|level| level < resource.min_level) {
        return Err(Reason::LevelTooLow);
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::oidc::client::SubjectType;
    use crate::oidc::samples;
    use domain::mandate::Evidence;
    use domain::person::Level;

    const API: &str = "https://api.ente.example.it/fatture";
    const ARCHIVE: &str = "https://api.ente.example.it/archivio";

    fn set(names: &[&str]) -> BTreeSet<String> {
        names.iter().map(|name| (*name).to_owned()).collect()
    }

    fn asked(form: &str, granted: &[&str]) -> Result<BTreeSet<String>, Reason> {
        let mut client = samples::client();
        client.metadata.resources = set(&[API, ARCHIVE]);
        wanted(
            named(&Parameters::parse(form).unwrap()),
            &client,
            &set(granted),
            samples::ISSUER,
        )
    }

    #[test]
    fn one_or_some_of_those_granted_may_be_named_and_none_means_all() {
        let api = format!("resource={API}");
        assert_eq!(asked("", &[]), Ok(set(&[])));
        assert_eq!(asked(&api, &[]), Ok(set(&[API])));
        assert_eq!(asked("", &[API, ARCHIVE]), Ok(set(&[API, ARCHIVE])));
        assert_eq!(asked("resource=", &[API]), Ok(set(&[API])));
        assert_eq!(asked(&api, &[API, ARCHIVE]), Ok(set(&[API])));
        let both = format!("{api}&resource={ARCHIVE}&{api}");
        assert_eq!(asked(&both, &[]), Ok(set(&[API, ARCHIVE])));
    }

    #[test]
    fn our_userinfo_is_called_by_the_issuer_and_stands_alone() {
        let ours = format!("resource={}", samples::ISSUER);
        assert_eq!(asked(&ours, &[API]), Ok(set(&[])));
        assert_eq!(asked(&format!("{ours}&resource={API}"), &[API]), Err(Reason::TooMany));
    }

    #[test]
    fn attack_66_what_was_not_registered_or_not_granted_is_invalid_target() {
        let other = "resource=https://api.ente.example.it/fatture/";
        assert_eq!(asked(other, &[]), Err(Reason::NotRegistered));
        assert_eq!(asked(&format!("resource={ARCHIVE}"), &[API]), Err(Reason::NotGranted));
        // Granted once, and taken out of the registration since.
        assert_eq!(asked("", &["https://gone.example.it"]), Err(Reason::NotRegistered));
        let most: Vec<String> = (0..8).map(|n| format!("resource=https://api{n}.example.it")).collect();
        assert_eq!(asked(&most.join("&"), &[]), Err(Reason::NotRegistered), "not too many");
        let many: Vec<String> = (0..9).map(|n| format!("resource=https://api{n}.example.it")).collect();
        assert_eq!(asked(&many.join("&"), &[]), Err(Reason::TooMany));
        for reason in [
            Reason::NotRegistered,
            Reason::NotGranted,
            Reason::TooMany,
            Reason::Unknown,
        ] {
            assert_eq!(reason.code(), ErrorCode::InvalidTarget);
        }
    }

    #[test]
    fn a_token_is_signed_as_its_resources_agree() {
        let by = |signed| {
            let mut resource = samples::client();
            resource.metadata.id_token.signed = signed;
            resource
        };
        let (plain, mut fapi) = (samples::client(), samples::client());
        fapi.metadata.profile = Profile::Fapi2;
        let (es256, rs256) = (by(Some(Algorithm::Es256)), by(Some(Algorithm::Rs256)));
        assert_eq!(algorithm(&plain, &[by(None)]), Algorithm::Rs256);
        assert_eq!(algorithm(&fapi, &[by(None)]), Algorithm::Ps256);
        assert_eq!(algorithm(&plain, &[es256.clone(), es256.clone()]), Algorithm::Es256);
        assert_eq!(algorithm(&plain, &[es256.clone(), by(None)]), Algorithm::Rs256);
        assert_eq!(algorithm(&fapi, &[es256]), Algorithm::Es256);
        assert_eq!(algorithm(&fapi, &[rs256]), Algorithm::Ps256);
    }

    #[test]
    fn a_resource_takes_only_whom_it_would_take_as_a_portal() {
        let holding = samples::holding();
        let (mine, its) = (samples::grant(), samples::grant_for(&holding));
        let resource = |acting| Client {
            acting,
            ..samples::client()
        };
        assert_eq!(takes(&resource(ActingPolicy::Either), &mine, None), Ok(()));
        assert_eq!(takes(&resource(ActingPolicy::Either), &its, Some(&holding)), Ok(()));
        assert_eq!(takes(&resource(ActingPolicy::Myself), &mine, None), Ok(()));
        assert_eq!(
            takes(&resource(ActingPolicy::Organisation), &its, Some(&holding)),
            Ok(())
        );
        assert_eq!(
            takes(&resource(ActingPolicy::Myself), &its, Some(&holding)),
            Err(Reason::Acting)
        );
        assert_eq!(
            takes(&resource(ActingPolicy::Organisation), &mine, None),
            Err(Reason::Acting)
        );
        let mut weak = holding.clone();
        weak.mandate.evidence = Evidence::SelfDeclared;
        assert_eq!(
            takes(&resource(ActingPolicy::Either), &its, Some(&weak)),
            Err(Reason::EvidenceTooWeak)
        );
        let strict = Client {
            min_level: Level::L3,
            ..resource(ActingPolicy::Either)
        };
        assert_eq!(takes(&strict, &mine, None), Err(Reason::LevelTooLow));
        // As strong as it wants is strong enough.
        let exact = Client {
            min_level: Level::L2,
            min_evidence: holding.mandate.evidence,
            ..resource(ActingPolicy::Either)
        };
        assert_eq!(level_of(&its.acr), Some(Level::L2));
        assert_eq!(takes(&exact, &its, Some(&holding)), Ok(()));
    }

    #[test]
    fn one_token_speaks_to_several_resources_if_each_takes_the_person_and_all_know_them_by_one_name() {
        let grant = samples::grant();
        let judge = |resources: &[Client]| check(resources, &grant, None, samples::subjects());
        let public = samples::client();
        let for_organisations = Client {
            acting: ActingPolicy::Organisation,
            ..samples::client()
        };
        let mut pairwise = samples::client();
        pairwise.metadata.subject_type = SubjectType::Pairwise;
        assert_eq!(judge(&[]), Ok(()));
        assert_eq!(judge(&[public.clone(), public.clone()]), Ok(()));
        assert_eq!(judge(&[public.clone(), for_organisations]), Err(Reason::Acting));
        assert_eq!(judge(&[pairwise.clone(), pairwise.clone()]), Ok(()), "of one sector");
        assert_eq!(judge(&[public, pairwise]), Err(Reason::DifferentSubjects));
    }
}
