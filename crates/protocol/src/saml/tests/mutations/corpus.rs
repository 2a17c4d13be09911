//! The messages that are changed: what identity providers really write, in all the ways they write it.

use super::super::independent::{signed_elsewhere, template};
use super::super::*;

const SHA256: (&str, &str) = (
    "http://www.w3.org/2001/04/xmldsig-more#rsa-sha256",
    "http://www.w3.org/2001/04/xmlenc#sha256",
);
const SHA512: (&str, &str) = (
    "http://www.w3.org/2001/04/xmldsig-more#rsa-sha512",
    "http://www.w3.org/2001/04/xmlenc#sha512",
);

/// Good answers, all about the same citizen; the second half is signed by libxmlsec1.
pub fn messages() -> Vec<String> {
    let mut all = vec![
        answer().xml(),
        both().xml(),
        indented(answer()).keys(Some(&IDP_KEY), Some(&IDP_KEY)).xml(),
        unprefixed(answer()).xml(),
        unprefixed(answer()).keys(Some(&IDP_KEY), Some(&IDP_KEY)).xml(),
        with_extras(answer()).keys(Some(&IDP_KEY), None).xml(),
        awkward(answer()).keys(Some(&IDP_KEY), Some(&IDP_KEY)).xml(),
        format!("<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n{}\n", answer().xml()),
    ];
    for (method, digest) in [SHA256, SHA512] {
        all.push(signed_elsewhere(answer(), |id| template(id, method, digest)).unwrap());
        all.push(signed_elsewhere(indented(answer()), |id| broken_lines(&template(id, method, digest))).unwrap());
        all.push(signed_elsewhere(with_extras(awkward(answer())), |id| template(id, method, digest)).unwrap());
    }
    all
}

/// Answers that are not signed yet, for a provider that signs strange things.
pub fn drafts() -> Vec<Draft> {
    vec![
        answer(),
        indented(answer()),
        unprefixed(answer()),
        with_extras(answer()),
        awkward(answer()),
    ]
}

fn both() -> Draft {
    answer().keys(Some(&IDP_KEY), Some(&IDP_KEY))
}

/// As printed for people.
fn indented(mut draft: Draft) -> Draft {
    for part in [&mut draft.response, &mut draft.assertion] {
        *part = part.replace("><", ">\n    <");
    }
    draft.response = draft.response.replace(">ASSERTION<", ">\n    ASSERTION\n<");
    draft
}

/// As Shibboleth does: the namespace is the default one.
fn unprefixed(mut draft: Draft) -> Draft {
    draft.assertion = draft
        .assertion
        .replace("<saml:", "<")
        .replace("</saml:", "</")
        .replace("xmlns:saml=", "xmlns=");
    draft
}

/// With parts that may be there and that nobody reads.
fn with_extras(mut draft: Draft) -> Draft {
    draft.response = draft.response.replace(
        "<samlp:Status>",
        "<samlp:Extensions><x:hint xmlns:x=\"urn:x\" x:y=\"1\">?</x:hint></samlp:Extensions><samlp:Status>",
    );
    draft.assertion = draft.assertion.replace(
        "<saml:AuthnStatement",
        "<saml:Advice><z:z xmlns:z=\"urn:z\" xmlns=\"urn:none\" b=\"2\" z:a=\"1\"><inner xmlns=\"\"/></z:z></saml:Advice><saml:AuthnStatement",
    );
    draft
}

/// With letters that are written in several ways.
fn awkward(mut draft: Draft) -> Draft {
    draft.assertion = draft
        .assertion
        .replace(">Mario<", ">M&#xE0;rio &amp; “Figli” &lt;d'Esempio&gt;<")
        .replace("AGID-001", "\u{1F600}&quot;&#9;\u{a0}x")
        .replace("NameQualifier=\"", "NameQualifier='  &#xA;&quot;&lt;é")
        .replace("\">\n            _transient", "'>\n            _transient");
    draft
}

/// A Signature as some tools print it.
fn broken_lines(signature: &str) -> String {
    signature
        .replace("><", ">\n      <")
        .replace("<ds:DigestValue>\n      </ds:DigestValue>", "<ds:DigestValue/>")
        .replace(
            "<ds:SignatureValue>\n      </ds:SignatureValue>",
            "<ds:SignatureValue/>",
        )
}
