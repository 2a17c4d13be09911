//! Sessions of level 1 and how they end: asked by a service, or begun here.

use super::*;
use axum::http::header::{LOCATION, SET_COOKIE};

/// An answer with the headers that matter here.
struct Answer {
    status: StatusCode,
    location: Option<String>,
    cookie: Option<String>,
    html: String,
}

async fn ask(world: &World, request: HttpRequest<Body>) -> Answer {
    let response = world.router.clone().oneshot(request).await.unwrap();
    let text = |name| {
        response
            .headers()
            .get(name)
            .map(|value| value.to_str().unwrap().to_owned())
    };
    let (location, cookie) = (text(LOCATION), text(SET_COOKIE));
    let status = response.status();
    let bytes = axum::body::to_bytes(response.into_body(), 1 << 20).await.unwrap();
    Answer {
        status,
        location,
        cookie: cookie.map(|cookie| cookie.split(';').next().unwrap().to_owned()),
        html: String::from_utf8(bytes.to_vec()).unwrap(),
    }
}

fn form(path: &str, fields: &[(&str, &str)]) -> HttpRequest<Body> {
    let body = url::form_urlencoded::Serializer::new(String::new())
        .extend_pairs(fields)
        .finish();
    HttpRequest::post(path)
        .header(header::CONTENT_TYPE, "application/x-www-form-urlencoded")
        .body(Body::from(body))
        .unwrap()
}

struct SignedIn {
    cookie: String,
    name_id: String,
    index: String,
}

/// Ugo Fo at level 1.
async fn signed_in(world: &World) -> SignedIn {
    let query = signed_query(&authn_request(), "s", &world.sp.key);
    let fields = [
        ("query", query.as_str()),
        ("person", "FOXGUO55T01L219C"),
        ("level", "1"),
    ];
    let answer = ask(world, form("/answer", &fields)).await;
    let response = String::from_utf8(STANDARD.decode(field(&answer.html, "SAMLResponse").unwrap()).unwrap()).unwrap();
    let between = |start: &str, end: &str| {
        let (_, rest) = response.split_once(start).unwrap();
        rest.split_once(end).unwrap().0.to_owned()
    };
    SignedIn {
        cookie: answer.cookie.expect("a session has a cookie"),
        name_id: between(&format!("NameQualifier=\"{BASE}\">"), "</saml:NameID>"),
        index: between("SessionIndex=\"", "\""),
    }
}

fn logout_request(session: &SignedIn) -> String {
    format!(
        r#"<samlp:LogoutRequest xmlns:samlp="urn:oasis:names:tc:SAML:2.0:protocol" xmlns:saml="urn:oasis:names:tc:SAML:2.0:assertion" ID="_l1" Version="2.0" IssueInstant="{NOW}" Destination="{BASE}/slo"><saml:Issuer Format="urn:oasis:names:tc:SAML:2.0:nameid-format:entity" NameQualifier="{SP}">{SP}</saml:Issuer><saml:NameID Format="urn:oasis:names:tc:SAML:2.0:nameid-format:transient" NameQualifier="{BASE}">{}</saml:NameID><samlp:SessionIndex>{}</samlp:SessionIndex></samlp:LogoutRequest>"#,
        session.name_id, session.index
    )
}

/// What a redirect carries, once the query is known to be signed by the identity provider.
fn heard(world: &World, address: &str, parameter: &str) -> String {
    let (_, query) = address.split_once('?').unwrap();
    let (signed, signature) = query.split_once("&Signature=").unwrap();
    let value = |text: &str, name: &str| {
        url::form_urlencoded::parse(text.as_bytes())
            .find(|(key, _)| key == name)
            .unwrap()
            .1
            .into_owned()
    };
    let signature = STANDARD
        .decode(value(&format!("Signature={signature}"), "Signature"))
        .unwrap();
    let key =
        protocol::x509::PublicKey::from_certificate(&STANDARD.decode(base64_of(&world.idp.certificate_pem)).unwrap())
            .unwrap();
    assert!(key.verifies(protocol::x509::Sha2::Sha256, signed.as_bytes(), &signature));
    let packed = STANDARD.decode(value(signed, parameter)).unwrap();
    let mut xml = String::new();
    std::io::Read::read_to_string(&mut flate2::read::DeflateDecoder::new(packed.as_slice()), &mut xml).unwrap();
    xml
}

#[tokio::test]
async fn a_service_ends_the_session_and_hears_what_the_person_chose() {
    let world = world();
    for (verdict, status) in [("complete", "status:Success"), ("partial", "status:PartialLogout")] {
        let session = signed_in(&world).await;
        let query = signed_query(&logout_request(&session), "stato-1", &world.sp.key);
        let page = ask(
            &world,
            HttpRequest::get(format!("/slo?{query}")).body(Body::empty()).unwrap(),
        )
        .await;
        assert_eq!(page.status, StatusCode::OK);
        assert!(page.html.contains("Vuoi uscire?"));
        let carried = field(&page.html, "query").unwrap();
        let fields = [("query", carried.as_str()), ("verdict", verdict)];
        let answer = ask(&world, form("/slo/answer", &fields)).await;
        let location = answer.location.unwrap();
        assert!(
            location.starts_with(&format!("{SLO}/answer?SAMLResponse=")),
            "{location}"
        );
        let xml = heard(&world, &location, "SAMLResponse");
        assert!(xml.contains(status) && xml.contains(r#"InResponseTo="_l1""#), "{xml}");
        // Once it is over, the rules call it a partial logout.
        let again = ask(
            &world,
            form("/slo/answer", &[("query", &carried), ("verdict", "complete")]),
        )
        .await;
        assert!(heard(&world, &again.location.unwrap(), "SAMLResponse").contains("PartialLogout"));
    }
}

#[tokio::test]
async fn a_request_that_nobody_signed_ends_nothing() {
    let world = world();
    let session = signed_in(&world).await;
    let [_, _, stranger] = &*KEYS;
    let forged = signed_query(&logout_request(&session), "s", &stranger.key);
    let page = ask(
        &world,
        HttpRequest::get(format!("/slo?{forged}")).body(Body::empty()).unwrap(),
    )
    .await;
    assert_eq!(page.status, StatusCode::FORBIDDEN);
    let home = HttpRequest::get("/")
        .header(header::COOKIE, &session.cookie)
        .body(Body::empty())
        .unwrap();
    assert!(ask(&world, home).await.html.contains("Sessione aperta"));
}

#[tokio::test]
async fn the_person_signs_out_here_and_every_service_is_told() {
    let world = world();
    let session = signed_in(&world).await;
    let begin = HttpRequest::get("/slo/begin")
        .header(header::COOKIE, &session.cookie)
        .body(Body::empty())
        .unwrap();
    let location = ask(&world, begin).await.location.unwrap();
    assert!(location.starts_with(&format!("{SLO}?SAMLRequest=")), "{location}");
    let xml = heard(&world, &location, "SAMLRequest");
    assert!(
        xml.contains(&format!(">{}<", session.name_id)) && xml.contains(&format!(">{}<", session.index)),
        "{xml}"
    );
    let (_, rest) = xml.split_once(" ID=\"").unwrap();
    let (request, _) = rest.split_once('"').unwrap();
    let response = format!(
        r#"<samlp:LogoutResponse xmlns:samlp="urn:oasis:names:tc:SAML:2.0:protocol" xmlns:saml="urn:oasis:names:tc:SAML:2.0:assertion" ID="_a1" Version="2.0" IssueInstant="{NOW}" InResponseTo="{request}" Destination="{BASE}/slo"><saml:Issuer>{SP}</saml:Issuer><samlp:Status><samlp:StatusCode Value="urn:oasis:names:tc:SAML:2.0:status:Success"/></samlp:Status></samlp:LogoutResponse>"#
    );
    let answer = signed_query(&response, "uscita", &world.sp.key).replace("SAMLRequest=", "SAMLResponse=");
    // The name of the parameter is signed as well.
    let page = ask(
        &world,
        HttpRequest::get(format!("/slo?{answer}")).body(Body::empty()).unwrap(),
    )
    .await;
    assert_eq!(page.status, StatusCode::FORBIDDEN);
    let answer = signed_message("SAMLResponse", &response, "uscita", &world.sp.key);
    let page = ask(
        &world,
        HttpRequest::get(format!("/slo?{answer}")).body(Body::empty()).unwrap(),
    )
    .await;
    assert_eq!(page.status, StatusCode::OK);
    assert!(page.html.contains("Tutti i servizi hanno confermato"), "{}", page.html);
    let home = HttpRequest::get("/")
        .header(header::COOKIE, &session.cookie)
        .body(Body::empty())
        .unwrap();
    assert!(!ask(&world, home).await.html.contains("Sessione aperta"));
}
