//! What the configuration means for the parts of the service.

use crate::config::{self, Config};
use crate::flow::provider::registration::RegistrationSettings;
use crate::flow::{IdentityProviders, RegisterSettings, RegistrySource, Settings};
use crate::login::SessionLimits;
use crate::outbound::http::OutboundSettings;
use crate::pages::{Branding, Links, ProviderLogo};
use chrono::{Months, TimeDelta};
use protocol::saml::profile::eidas;
use protocol::x509::Validity;
use std::time::Duration;

/// How long a code may wait for its exchange.
const CODE_LIFETIME: TimeDelta = TimeDelta::seconds(60);
/// How long an access token lives at most.
const ACCESS_TOKEN_LIFETIME: TimeDelta = TimeDelta::minutes(10);
/// A family of refresh tokens with `offline_access`: a service that works for somebody in his absence asks again
/// each month.
const REFRESH_TOKEN_LIFETIME: TimeDelta = TimeDelta::days(30);

pub(super) fn settings(config: &Config) -> Settings {
    Settings {
        issuer: config.issuer.clone(),
        spid: config.spid.service_provider(&config.issuer),
        cie: config
            .cie
            .as_ref()
            .map(|cie| cie.service_provider(&config.issuer, &config.spid)),
        eidas_attributes: config
            .eidas
            .as_ref()
            .map_or(eidas::MINIMUM, config::Eidas::attribute_set),
        clock_skew: config.spid.clock_skew(),
        session: SessionLimits {
            idle: config.session.idle(),
            absolute: config.session.absolute(),
        },
        login_lifetime: config.login.lifetime(),
        code_lifetime: CODE_LIFETIME,
        access_token_lifetime: ACCESS_TOKEN_LIFETIME,
        trusted_proxies: config.listen.proxies(),
        register: RegisterSettings {
            keep: Months::new(config.register.keep_months),
            heads_file: config.register.heads_file.clone(),
        },
        refresh_token_lifetime: REFRESH_TOKEN_LIFETIME,
        key_rotation: config.keys.rotation(&config.session),
        registration: config.registration.enabled.then(|| RegistrationSettings {
            tokens: config.registration.tokens.clone(),
            require_pkce: config.registration.require_pkce,
        }),
    }
}

pub(super) fn identity_providers(config: &Config) -> IdentityProviders {
    let written = &config.spid.registry;
    let source = written.is_used().then(|| RegistrySource {
        name: "spid",
        url: written.url.clone(),
        signers: written.signer_keys(),
        signer_certificates: written
            .signer_certificates
            .iter()
            .filter_map(|der| Validity::of_certificate(der).ok())
            .collect(),
        every: written.every(),
        alarm_ahead: written.alarm_ahead(),
        bundled: written.bundled_document.clone(),
    });
    let disabled = written.disabled.iter().cloned().collect();
    IdentityProviders::new(config.identity_providers.clone(), disabled, source)
}

pub(super) fn outbound(config: &Config) -> OutboundSettings {
    let written = &config.outbound;
    OutboundSettings {
        allow_hosts: written.allow_hosts.iter().cloned().collect(),
        proxy: written.proxy.as_ref().map(|proxy| proxy.reveal().to_owned()),
        root_certificates: written.root_certificates_pem.clone(),
        connect_timeout: Duration::from_secs(u64::from(written.connect_timeout_seconds)),
        timeout: Duration::from_secs(u64::from(written.timeout_seconds)),
    }
}

pub(super) fn logos(spid: &config::Spid) -> Vec<ProviderLogo> {
    let written = spid.logo.iter();
    written
        .map(|logo| ProviderLogo {
            entity_id: logo.identity_provider.clone(),
            drawing: logo.drawing.clone(),
        })
        .collect()
}

pub(super) fn branding(written: config::Branding) -> Branding {
    Branding {
        name: written.administration,
        tagline: written.tagline,
        parent: written.parent,
        address: written.address,
        links: Links {
            home: written.links.home,
            help: written.links.help,
            privacy: written.links.privacy,
            legal_notes: written.links.legal_notes,
            accessibility_statement: written.links.accessibility_statement,
            accessibility_feedback: written.links.accessibility_feedback,
        },
    }
}
