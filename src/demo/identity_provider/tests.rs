//! The identity provider as a browser and a service provider meet it. The answers are judged by two
//! outsiders: samael's verifier and the `xmlsec1` command.

mod logout;

use super::*;
use axum::body::Body;
use axum::http::{Request as HttpRequest, StatusCode};
use chrono::{DateTime, Utc};
use flate2::Compression;
use protocol::keyring::RsaKey;
use samael::crypto::{AllowedSignatureAlgorithm, CertificateDer, Crypto, CryptoProvider as _, ReduceMode};
use std::io::Write as _;
use std::process::Command;
use std::sync::LazyLock;
use tower::ServiceExt as _;

const BASE: &str = "http://127.0.0.2:8082";
const SP: &str = "http://localhost:8080/saml/spid/metadata";
const ACS: &str = "http://localhost:8080/saml/spid/acs";
const SLO: &str = "http://localhost:8080/saml/spid/slo";
const NOW: &str = "2026-11-22T10:00:00.123456Z";

struct KeyPair {
    key: RsaKey,
    key_pem: String,
    certificate_pem: String,
}

/// Service provider, identity provider, stranger. Generating keys is slow and no test changes them.
static KEYS: LazyLock<[KeyPair; 3]> = LazyLock::new(|| [(), (), ()].map(|()| key_pair()));

/// A fresh key and its self-signed certificate, by the `openssl` command.
fn key_pair() -> KeyPair {
    let key = RsaKey::generate(2048).unwrap();
    let key_pem = key.to_pem().unwrap();
    let mut file = tempfile::NamedTempFile::new().unwrap();
    file.write_all(key_pem.as_bytes()).unwrap();
    let out = Command::new("openssl")
        .args([
            "req",
            "-new",
            "-x509",
            "-sha256",
            "-days",
            "30",
            "-subj",
            "/CN=prova",
            "-key",
        ])
        .arg(file.path())
        .output()
        .unwrap();
    assert!(
        out.status.success(),
        "openssl: {}",
        String::from_utf8_lossy(&out.stderr)
    );
    KeyPair {
        key,
        key_pem,
        certificate_pem: String::from_utf8(out.stdout).unwrap(),
    }
}

fn base64_of(pem: &str) -> String {
    pem.lines().filter(|line| !line.starts_with("-----")).collect()
}

struct World {
    router: Router,
    clock: Clock,
    sp: &'static KeyPair,
    idp: &'static KeyPair,
}

fn now() -> DateTime<Utc> {
    NOW.parse().unwrap()
}

fn world() -> World {
    let [sp, idp, _] = &*KEYS;
    let metadata = format!(
        r#"<md:EntityDescriptor xmlns:md="urn:oasis:names:tc:SAML:2.0:metadata" entityID="{SP}"><md:SPSSODescriptor protocolSupportEnumeration="urn:oasis:names:tc:SAML:2.0:protocol" AuthnRequestsSigned="true" WantAssertionsSigned="true"><md:KeyDescriptor use="signing"><ds:KeyInfo xmlns:ds="http://www.w3.org/2000/09/xmldsig#"><ds:X509Data><ds:X509Certificate>{}</ds:X509Certificate></ds:X509Data></ds:KeyInfo></md:KeyDescriptor><md:SingleLogoutService Binding="urn:oasis:names:tc:SAML:2.0:bindings:HTTP-Redirect" Location="{SLO}" ResponseLocation="{SLO}/answer"/><md:SingleLogoutService Binding="urn:oasis:names:tc:SAML:2.0:bindings:HTTP-POST" Location="{SLO}"/><md:AssertionConsumerService index="0" isDefault="true" Binding="urn:oasis:names:tc:SAML:2.0:bindings:HTTP-POST" Location="{ACS}"/><md:AttributeConsumingService index="0"><md:ServiceName xml:lang="it">Accesso</md:ServiceName><md:RequestedAttribute Name="spidCode"/><md:RequestedAttribute Name="name"/><md:RequestedAttribute Name="familyName"/><md:RequestedAttribute Name="fiscalNumber"/><md:RequestedAttribute Name="dateOfBirth"/></md:AttributeConsumingService></md:SPSSODescriptor><md:Organization><md:OrganizationName xml:lang="it">Ente</md:OrganizationName><md:OrganizationDisplayName xml:lang="it">Ente &amp; Co</md:OrganizationDisplayName><md:OrganizationURL xml:lang="it">http://localhost:8080</md:OrganizationURL></md:Organization></md:EntityDescriptor>"#,
        base64_of(&sp.certificate_pem)
    );
    let registry: Registry = Arc::new(move |entity_id| {
        let found = (entity_id == SP).then(|| metadata.clone());
        Box::pin(async move { found })
    });
    let clock = Clock::fixed(now());
    let provider = IdentityProvider::new(
        Profile::Spid,
        BASE,
        &idp.key_pem,
        &idp.certificate_pem,
        registry,
        clock.clone(),
        Random::seeded(7),
    );
    World {
        router: router([provider.unwrap()]),
        clock,
        sp,
        idp,
    }
}

/// A good request at level 2.
fn authn_request() -> String {
    format!(
        r#"<samlp:AuthnRequest xmlns:samlp="urn:oasis:names:tc:SAML:2.0:protocol" xmlns:saml="urn:oasis:names:tc:SAML:2.0:assertion" ID="_r1" Version="2.0" IssueInstant="{NOW}" Destination="{BASE}/sso" ForceAuthn="true" AssertionConsumerServiceIndex="0" AttributeConsumingServiceIndex="0"><saml:Issuer Format="urn:oasis:names:tc:SAML:2.0:nameid-format:entity" NameQualifier="{SP}">{SP}</saml:Issuer><samlp:NameIDPolicy Format="urn:oasis:names:tc:SAML:2.0:nameid-format:transient"/><samlp:RequestedAuthnContext Comparison="minimum"><saml:AuthnContextClassRef>https://www.spid.gov.it/SpidL2</saml:AuthnContextClassRef></samlp:RequestedAuthnContext></samlp:AuthnRequest>"#
    )
}

fn encode(text: &str) -> String {
    url::form_urlencoded::byte_serialize(text.as_bytes()).collect()
}

fn signed_query(xml: &str, relay_state: &str, key: &RsaKey) -> String {
    signed_message("SAMLRequest", xml, relay_state, key)
}

fn signed_message(parameter: &str, xml: &str, relay_state: &str, key: &RsaKey) -> String {
    let mut deflate = flate2::write::DeflateEncoder::new(Vec::new(), Compression::default());
    deflate.write_all(xml.as_bytes()).unwrap();
    let query = format!(
        "{parameter}={}&RelayState={}&SigAlg={}",
        encode(&STANDARD.encode(deflate.finish().unwrap())),
        encode(relay_state),
        encode("http://www.w3.org/2001/04/xmldsig-more#rsa-sha256")
    );
    let signature = STANDARD.encode(key.sign_sha256(query.as_bytes()).unwrap());
    format!("{query}&Signature={}", encode(&signature))
}

struct Page {
    status: StatusCode,
    policy: String,
    html: String,
}

async fn send(router: &Router, request: HttpRequest<Body>) -> Page {
    let response = router.clone().oneshot(request).await.unwrap();
    let status = response.status();
    let policy = response
        .headers()
        .get(header::CONTENT_SECURITY_POLICY)
        .map(|value| value.to_str().unwrap().to_owned())
        .unwrap_or_default();
    let bytes = axum::body::to_bytes(response.into_body(), 1 << 20).await.unwrap();
    Page {
        status,
        policy,
        html: String::from_utf8(bytes.to_vec()).unwrap(),
    }
}

async fn arrive(world: &World, query: &str) -> Page {
    send(
        &world.router,
        HttpRequest::get(format!("/sso?{query}")).body(Body::empty()).unwrap(),
    )
    .await
}

async fn press(world: &World, query: &str, more: &[(&str, &str)]) -> Page {
    let mut form = url::form_urlencoded::Serializer::new(String::new());
    form.append_pair("query", query);
    for (name, value) in more {
        form.append_pair(name, value);
    }
    let request = HttpRequest::post("/answer")
        .header(header::CONTENT_TYPE, "application/x-www-form-urlencoded")
        .body(Body::from(form.finish()))
        .unwrap();
    send(&world.router, request).await
}

/// The value of a hidden field, as the browser would send it.
fn field(html: &str, name: &str) -> Option<String> {
    let (_, rest) = html.split_once(&format!("name=\"{name}\" value=\""))?;
    let (value, _) = rest.split_once('"')?;
    Some(
        value
            .replace("&lt;", "<")
            .replace("&gt;", ">")
            .replace("&quot;", "\"")
            .replace("&#39;", "'")
            .replace("&amp;", "&"),
    )
}

fn response_of(page: &Page) -> String {
    let value = field(&page.html, "SAMLResponse").expect("a SAMLResponse");
    String::from_utf8(STANDARD.decode(value).unwrap()).unwrap()
}

/// `xmlsec1` finds the first signature only, so each element is judged in a document of its own.
fn xmlsec1_accepts(xml: &str, element: &str, certificate_pem: &str) -> bool {
    let folder = tempfile::tempdir().unwrap();
    let (document, certificate) = (folder.path().join("d.xml"), folder.path().join("c.pem"));
    std::fs::write(&document, xml).unwrap();
    std::fs::write(&certificate, certificate_pem).unwrap();
    Command::new("xmlsec1")
        .args([
            "--verify",
            "--enabled-key-data",
            "rsa",
            "--id-attr:ID",
            element,
            "--pubkey-cert-pem",
        ])
        .arg(&certificate)
        .arg(&document)
        .output()
        .unwrap()
        .status
        .success()
}

fn assertion_of(response: &str) -> &str {
    let (before, rest) = response.split_once("<saml:Assertion ").unwrap();
    let (_, after) = rest.split_once("</saml:Assertion>").unwrap();
    response.strip_prefix(before).unwrap().strip_suffix(after).unwrap()
}

#[tokio::test]
async fn a_good_request_is_answered_by_a_response_that_two_outsiders_accept() {
    let world = world();
    let query = signed_query(&authn_request(), "stato-1", &world.sp.key);
    let choice = arrive(&world, &query).await;
    assert_eq!(choice.status, StatusCode::OK);
    assert!(choice.html.contains("TEST, nessuna identità reale"));
    assert!(choice.html.contains("Ente &amp; Co"));
    assert!(choice.html.contains(r#"name="level" value="2" checked"#));
    let carried = field(&choice.html, "query").unwrap();

    let answer = press(&world, &carried, &[("level", "2"), ("person", "DSMMRP68S49F839E")]).await;
    assert_eq!(answer.status, StatusCode::OK);
    assert!(answer.policy.contains("form-action 'self' http://localhost:8080"));
    assert!(answer.html.contains(&format!("action=\"{ACS}\"")));
    assert_eq!(field(&answer.html, "RelayState").as_deref(), Some("stato-1"));

    let response = response_of(&answer);
    assert!(xmlsec1_accepts(
        &response,
        "urn:oasis:names:tc:SAML:2.0:protocol:Response",
        &world.idp.certificate_pem
    ));
    let assertion = assertion_of(&response);
    assert!(xmlsec1_accepts(
        assertion,
        "urn:oasis:names:tc:SAML:2.0:assertion:Assertion",
        &world.idp.certificate_pem
    ));
    let certificate = CertificateDer::from(STANDARD.decode(base64_of(&world.idp.certificate_pem)).unwrap());
    Crypto::reduce_xml_to_signed_with_allowed_algorithms(
        &response,
        &[certificate],
        ReduceMode::default(),
        Some(&[AllowedSignatureAlgorithm::RsaSha256]),
    )
    .expect("samael accepts both signatures");
    for expected in [
        r#"InResponseTo="_r1""#,
        "SpidL2</saml:AuthnContextClassRef>",
        ">D'Esempio<",
        ">TINIT-DSMMRP68S49F839E<",
        r#"xsi:type="xs:date">1968-11-09<"#,
        &format!(r#"IssueInstant="{NOW}""#),
    ] {
        assert!(
            response.contains(expected) || response.contains(&expected.replace('\'', "&#39;")),
            "{expected}"
        );
    }
    // Not asked for in the metadata, so not released; level 2 opens no session.
    assert!(!response.contains("mobilePhone") && !response.contains("SessionIndex"));
}

#[tokio::test]
async fn a_changed_answer_is_accepted_by_nobody() {
    let world = world();
    let query = signed_query(&authn_request(), "s", &world.sp.key);
    let answer = press(&world, &query, &[("person", "FOXGUO55T01L219C")]).await;
    let forged = response_of(&answer).replace("FOXGUO55T01L219C", "PRVMRA80A15H501A");
    assert!(!xmlsec1_accepts(
        assertion_of(&forged),
        "urn:oasis:names:tc:SAML:2.0:assertion:Assertion",
        &world.idp.certificate_pem
    ));
}

#[tokio::test]
async fn the_person_may_answer_at_another_level_and_level_1_has_a_session() {
    let world = world();
    let query = signed_query(&authn_request(), "s", &world.sp.key);
    let response = response_of(&press(&world, &query, &[("person", "FOXGUO55T01L219C"), ("level", "1")]).await);
    assert!(response.contains("SpidL1</saml:AuthnContextClassRef>") && response.contains("SessionIndex=\"_"));
}

#[tokio::test]
async fn each_spid_error_is_a_signed_response_without_assertion() {
    let world = world();
    let query = signed_query(&authn_request(), "s", &world.sp.key);
    for code in ["19", "20", "21", "22", "23", "25", "30"] {
        let response = response_of(&press(&world, &query, &[("error", code)]).await);
        assert!(response.contains(&format!(
            "<samlp:StatusMessage>ErrorCode nr{code}</samlp:StatusMessage>"
        )));
        assert!(response.contains("status:Responder") && response.contains("status:AuthnFailed"));
        assert!(!response.contains("Assertion>"));
        assert!(xmlsec1_accepts(
            &response,
            "urn:oasis:names:tc:SAML:2.0:protocol:Response",
            &world.idp.certificate_pem
        ));
    }
}

#[tokio::test]
async fn nr10_an_unknown_service_provider_gets_a_page_and_nothing_is_sent() {
    let world = world();
    let query = signed_query(
        &authn_request().replace(SP, "http://altrove.example"),
        "s",
        &world.sp.key,
    );
    let page = arrive(&world, &query).await;
    assert_eq!(page.status, StatusCode::FORBIDDEN);
    assert!(page.html.contains("nr10") && !page.html.contains("altrove") && !page.html.contains("SAMLResponse"));
}

#[tokio::test]
async fn nr5_a_request_signed_by_somebody_else_is_refused_before_and_after_the_choice() {
    let world = world();
    let query = signed_query(&authn_request(), "s", &KEYS[2].key);
    assert!(arrive(&world, &query).await.html.contains("nr5"));
    let page = press(&world, &query, &[("person", "FOXGUO55T01L219C")]).await;
    assert_eq!(page.status, StatusCode::FORBIDDEN);
}

#[tokio::test]
async fn nr5_another_relay_state_than_the_signed_one_is_refused() {
    let world = world();
    let query = signed_query(&authn_request(), "mio", &world.sp.key).replace("RelayState=mio", "RelayState=altrui");
    assert!(arrive(&world, &query).await.html.contains("nr5"));
}

#[tokio::test]
async fn nr4_rubbish_is_refused() {
    let world = world();
    for query in ["", "SAMLRequest=%%%", "SAMLRequest=AAAA&SigAlg=x&Signature=y"] {
        let page = arrive(&world, query).await;
        assert_eq!(page.status, StatusCode::FORBIDDEN);
        assert!(page.html.contains("nr4"), "{query}");
    }
}

#[tokio::test]
async fn a_rule_broken_by_a_known_sender_is_told_to_it_with_its_number() {
    let world = world();
    for (from, to, code) in [
        (r#"Version="2.0""#, r#"Version="1.0""#, "09"),
        ("SpidL2", "SpidL9", "12"),
        ("2026-11-22T10", "2026-11-22T09", "13"),
        ("/sso\"", "/altro\"", "14"),
        ("ForceAuthn=", "IsPassive=\"true\" ForceAuthn=", "15"),
        (
            r#"AssertionConsumerServiceIndex="0""#,
            r#"AssertionConsumerServiceIndex="7""#,
            "16",
        ),
        ("nameid-format:transient", "nameid-format:persistent", "17"),
        (
            r#"AttributeConsumingServiceIndex="0""#,
            r#"AttributeConsumingServiceIndex="3""#,
            "18",
        ),
        (r#" ForceAuthn="true""#, "", "08"),
    ] {
        let xml = authn_request().replace(from, to);
        assert_ne!(xml, authn_request());
        let page = arrive(&world, &signed_query(&xml, "s", &world.sp.key)).await;
        assert!(response_of(&page).contains(&format!("ErrorCode nr{code}<")), "{code}");
    }
}

#[tokio::test]
async fn a_hostile_relay_state_is_echoed_as_text_only() {
    let world = world();
    let hostile = "\"><script>alert(1)</script>&amp;'";
    let query = signed_query(&authn_request(), hostile, &world.sp.key);
    let answer = press(&world, &query, &[("error", "25")]).await;
    assert!(!answer.html.contains("<script>alert"));
    assert_eq!(field(&answer.html, "RelayState").as_deref(), Some(hostile));
}

fn signed_form(world: &World, xml: &str, key_pem: &str) -> String {
    let signer = Signer::new(key_pem, &world.sp.certificate_pem).unwrap();
    let signed = signer
        .sign(&xml.replace("</saml:Issuer>", &format!("</saml:Issuer>{}", signer.template("_r1"))))
        .unwrap();
    STANDARD.encode(signed)
}

async fn post_sso(world: &World, request: &str) -> Page {
    let form = url::form_urlencoded::Serializer::new(String::new())
        .append_pair("SAMLRequest", request)
        .append_pair("RelayState", "stato-2")
        .finish();
    let request = HttpRequest::post("/sso")
        .header(header::CONTENT_TYPE, "application/x-www-form-urlencoded")
        .body(Body::from(form))
        .unwrap();
    send(&world.router, request).await
}

#[tokio::test]
async fn a_request_may_come_by_http_post_with_an_enveloped_signature() {
    let world = world();
    let page = post_sso(&world, &signed_form(&world, &authn_request(), &world.sp.key_pem)).await;
    assert_eq!(page.status, StatusCode::OK);
    assert!(page.html.contains("Accedi come"));
    assert_eq!(field(&page.html, "RelayState").as_deref(), Some("stato-2"));
}

#[tokio::test]
async fn nr7_unsigned_or_foreign_or_reaching_outside_by_http_post_is_refused() {
    let world = world();
    let good = signed_form(&world, &authn_request(), &world.sp.key_pem);
    let good = String::from_utf8(STANDARD.decode(good).unwrap()).unwrap();
    let requests = [
        STANDARD.encode(authn_request()),
        signed_form(&world, &authn_request(), &KEYS[2].key_pem),
        STANDARD.encode(good.replace("URI=\"#_r1\"", "URI=\"file:///etc/hostname\"")),
        STANDARD.encode(good.replace("SpidL2", "SpidL1")),
    ];
    for request in requests {
        let page = post_sso(&world, &request).await;
        assert_eq!(page.status, StatusCode::FORBIDDEN);
        assert!(page.html.contains("nr7"));
    }
}

#[tokio::test]
async fn the_metadata_are_signed_and_marked_as_the_demos() {
    let world = world();
    let page = send(
        &world.router,
        HttpRequest::get("/metadata").body(Body::empty()).unwrap(),
    )
    .await;
    assert!(page.html.contains("<!-- varco-demo -->"));
    assert!(page.html.contains(r#"entityID="http://127.0.0.2:8082""#));
    assert!(xmlsec1_accepts(
        &page.html,
        "urn:oasis:names:tc:SAML:2.0:metadata:EntityDescriptor",
        &world.idp.certificate_pem
    ));
}

#[tokio::test]
async fn somebody_who_thinks_it_over_for_half_an_hour_is_still_answered() {
    let world = world();
    let query = signed_query(&authn_request(), "s", &world.sp.key);
    world.clock.advance(TimeDelta::minutes(30));
    let late = response_of(&arrive(&world, &query).await);
    assert!(late.contains("ErrorCode nr13"));
    let answer = response_of(&press(&world, &query, &[("person", "FOXGUO55T01L219C")]).await);
    assert!(answer.contains("status:Success") && answer.contains("AuthnInstant=\"2026-11-22T10:30:00.123456Z\""));
}
