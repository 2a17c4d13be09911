#!/usr/bin/env python3
"""An identity provider that is not our code: pysaml2 reads our AuthnRequest and signs the Response, and
ends sessions of level 1, asked or by itself.

    idp.py prepare FOLDER --address URL                    key, certificate, metadata.xml
    idp.py serve FOLDER --address URL --provider METADATA_URL   until it is ended

Only the page with one button per person and the SPID shape of the answer are written here; parsing,
signature checks and signing are pysaml2's (which has xmlsec1 do them). It trusts the service
provider by the metadata it fetches from METADATA_URL, as from a registry.
"""

import argparse
import base64
import datetime
import html
import http.server
import pathlib
import re
import subprocess
import sys
import tempfile
import time
import urllib.parse
import urllib.request

from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import rsa
from defusedxml.ElementTree import fromstring
from saml2 import BINDING_HTTP_POST, BINDING_HTTP_REDIRECT
from saml2.attribute_converter import AttributeConverter
from saml2.config import IdPConfig
from saml2.metadata import entity_descriptor
from saml2.saml import NAMEID_FORMAT_TRANSIENT, NameID
from saml2.samlp import STATUS_PARTIAL_LOGOUT, STATUS_REQUESTER, STATUS_SUCCESS, Status, StatusCode
from saml2.server import Server
from saml2.sigver import get_xmlsec_binary, verify_redirect_signature
from saml2.xmldsig import DIGEST_SHA256, SIG_RSA_SHA256

BASIC = "urn:oasis:names:tc:SAML:2.0:attrname-format:basic"
DSIG = "{http://www.w3.org/2000/09/xmldsig#}"
LEVELS = [f"https://www.spid.gov.it/SpidL{number}" for number in (1, 2, 3)]

# Synthetic identities: valid fiscal codes that were given to nobody.
PEOPLE = {
    "mario": {
        "spidCode": "PYSA0000000001", "name": "Mario", "familyName": "Provaldi", "gender": "M",
        "fiscalNumber": "TINIT-PRVMRA80A15H501A", "dateOfBirth": "1980-01-15", "placeOfBirth": "H501",
        "countyOfBirth": "RM", "email": "mario.provaldi@posta.example", "mobilePhone": "+393200000001",
        "address": "Via dell'Esempio 1 00100 Roma RM", "expirationDate": "2033-12-31",
    },
    "giulia": {
        "spidCode": "PYSA0000000002", "name": "Giulia", "familyName": "Campionelli", "gender": "F",
        "fiscalNumber": "TINIT-CMPGLI92M71F205F", "dateOfBirth": "1992-08-31", "placeOfBirth": "F205",
        "countyOfBirth": "MI", "email": "giulia.campionelli@posta.example", "mobilePhone": "+393200000002",
        "address": "Via dell'Esempio 2 20100 Milano MI", "expirationDate": "2033-12-31",
    },
}


def prepare(folder: pathlib.Path, address: str) -> None:
    folder.mkdir(parents=True, exist_ok=True)
    key = rsa.generate_private_key(public_exponent=65537, key_size=2048)
    name = x509.Name([x509.NameAttribute(x509.NameOID.COMMON_NAME, "Identity provider of the idp suite")])
    now = datetime.datetime.now(datetime.timezone.utc)
    certificate = (
        x509.CertificateBuilder().subject_name(name).issuer_name(name).public_key(key.public_key())
        .serial_number(x509.random_serial_number())
        .not_valid_before(now - datetime.timedelta(days=1)).not_valid_after(now + datetime.timedelta(days=2))
        .sign(key, hashes.SHA256())
    )
    (folder / "key.pem").write_bytes(key.private_bytes(
        serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption()))
    (folder / "certificate.pem").write_bytes(certificate.public_bytes(serialization.Encoding.PEM))
    descriptor = entity_descriptor(configuration(folder, address))
    (folder / "metadata.xml").write_text(str(descriptor), encoding="utf-8")


def configuration(folder: pathlib.Path, address: str, provider_metadata: str | None = None) -> IdPConfig:
    endpoint = f"{address}/sso"
    settings = {
        "entityid": address,
        "key_file": str(folder / "key.pem"),
        "cert_file": str(folder / "certificate.pem"),
        "xmlsec_binary": get_xmlsec_binary(),
        "organization": {
            "name": [("pysaml2", "it")], "display_name": [("Gestore pysaml2", "it")], "url": [(address, "it")],
        },
        "service": {"idp": {
            "name": "Gestore pysaml2",
            "want_authn_requests_signed": True,
            "endpoints": {
                "single_sign_on_service": [(endpoint, BINDING_HTTP_REDIRECT)],
                "single_logout_service": [(f"{address}/slo", BINDING_HTTP_REDIRECT), (f"{address}/slo", BINDING_HTTP_POST)],
            },
            "name_id_format": [NAMEID_FORMAT_TRANSIENT],
            "policy": {"default": {"lifetime": {"minutes": 5}, "name_form": BASIC, "attribute_restrictions": None}},
        }},
    }
    if provider_metadata:
        settings["metadata"] = {"inline": [provider_metadata]}
    config = IdPConfig()
    config.load(settings)
    # SPID's attributes have names of their own, in the basic name format.
    names = {name: name for name in PEOPLE["mario"]}
    converter = AttributeConverter(BASIC)
    converter.from_dict({"identifier": BASIC, "fro": names, "to": names})
    config.attribute_converters = [converter]
    return config


def signed_as_published(metadata: str, folder: pathlib.Path) -> None:
    """xmlsec1's word on the signature of the service provider's metadata, with the certificate in it."""
    found = fromstring(metadata).find(f"{DSIG}Signature/{DSIG}KeyInfo/{DSIG}X509Data/{DSIG}X509Certificate")
    if found is None:
        raise ValueError("the metadata is not signed")
    body = "".join((found.text or "").split())
    pem = folder / "provider.pem"
    lines = [body[at:at + 64] for at in range(0, len(body), 64)]
    pem.write_text("-----BEGIN CERTIFICATE-----\n" + "\n".join(lines) + "\n-----END CERTIFICATE-----\n")
    with tempfile.NamedTemporaryFile("w", suffix=".xml", encoding="utf-8") as file:
        file.write(metadata)
        file.flush()
        subprocess.run(
            [get_xmlsec_binary(), "--verify", "--pubkey-cert-pem", str(pem),
             "--id-attr:ID", "urn:oasis:names:tc:SAML:2.0:metadata:EntityDescriptor", file.name],
            check=True, capture_output=True, timeout=20)


class IdentityProvider:
    def __init__(self, folder: pathlib.Path, address: str, provider: str):
        self.folder, self.address, self.provider = folder, address, provider
        self.server = None
        self.servers = {}  # AttributeConsumingServiceIndex: what answers for it
        self.sessions = {}  # person: (NameID, SessionIndex), of the latest sign-in at level 1
        self.asked = set()  # ids of LogoutRequests that wait for their answer

    def ready(self) -> Server:
        """Trusts the service provider on the first request: its metadata exists only once it runs."""
        if self.server is None:
            with urllib.request.urlopen(self.provider, timeout=20) as answer:
                metadata = answer.read().decode("utf-8")
            signed_as_published(metadata, self.folder)
            self.metadata = metadata
            self.server = Server(config=configuration(self.folder, self.address, metadata))
        return self.server

    def serving(self, index: str) -> Server:
        """Knows the one attribute set that was asked for: pysaml2 would add all of them up."""
        self.ready()
        if index not in self.servers:
            others = rf'<md:AttributeConsumingService index="(?!{int(index)}")[^"]*".*?</md:AttributeConsumingService>'
            metadata = re.sub(others, "", self.metadata, flags=re.DOTALL)
            self.servers[index] = Server(config=configuration(self.folder, self.address, metadata))
        return self.servers[index]

    def receive(self, query: dict):
        """pysaml2's verdict on the request: signature over the query, addressee, schema. Raises when it is bad."""
        request = self.ready().parse_authn_request(
            query["SAMLRequest"], BINDING_HTTP_REDIRECT, relay_state=query.get("RelayState"),
            sigalg=query.get("SigAlg"), signature=query.get("Signature"))
        if request is None:
            raise ValueError("no request")
        return request.message

    def answer(self, query: dict, person: str, level: str) -> str:
        message = self.receive(query)
        server = self.serving(message.attribute_consuming_service_index)
        arguments = server.response_args(message, [BINDING_HTTP_POST])
        name_id = NameID(
            format=NAMEID_FORMAT_TRANSIENT, name_qualifier=self.address, text=f"_{message.id[-16:]}-{person}")
        response = server.create_authn_response(
            PEOPLE[person], arguments["in_response_to"], arguments["destination"], arguments["sp_entity_id"],
            name_id=name_id, authn={"class_ref": level, "authn_instant": int(time.time())},
            sign_response=True, sign_assertion=True, sign_alg=SIG_RSA_SHA256, digest_alg=DIGEST_SHA256)
        if level == LEVELS[0]:
            self.sessions[person] = (name_id, re.search(r'SessionIndex="([^"]+)"', str(response)).group(1))
        sent = server.apply_binding(
            BINDING_HTTP_POST, str(response), arguments["destination"], query.get("RelayState", ""), response=True)
        return "".join(sent["data"])

    def logout_request(self, query: dict, binding: str):
        """pysaml2's verdict on a LogoutRequest of ours, and whose session it is. Raises when it is bad."""
        request = self.ready().parse_logout_request(
            query["SAMLRequest"], binding, relay_state=query.get("RelayState"),
            sigalg=query.get("SigAlg"), signature=query.get("Signature"))
        message = request.message
        indexes = [index.text for index in message.session_index]
        for person, (name_id, index) in self.sessions.items():
            if (name_id.text, name_id.name_qualifier) == (message.name_id.text, message.name_id.name_qualifier) and indexes == [index]:
                return message, person
        raise ValueError("no such session")

    def logout_answer(self, query: dict, binding: str, verdict: str):
        message, person = self.logout_request(query, binding)
        del self.sessions[person]
        status = Status(status_code=StatusCode(value=STATUS_SUCCESS))
        if verdict == "partial":
            partial = StatusCode(value=STATUS_PARTIAL_LOGOUT)
            status = Status(status_code=StatusCode(value=STATUS_REQUESTER, status_code=partial))
        response = self.ready().create_logout_response(
            message, [binding], status, sign=binding == BINDING_HTTP_POST, sign_alg=SIG_RSA_SHA256, digest_alg=DIGEST_SHA256)
        return self.send_off(response, binding, query.get("RelayState", ""), response=True)

    def logout_begin(self, person: str, binding: str):
        """Its own LogoutRequest for whoever signed in last as `person`."""
        server = self.ready()
        name_id, index = self.sessions.pop(person)
        [provider] = server.metadata.with_descriptor("spsso")
        destination = server.metadata.single_logout_service(provider, binding, "spsso")[0]["location"]
        request_id, request = server.create_logout_request(
            destination, provider, name_id=name_id, session_indexes=[index],
            sign=binding == BINDING_HTTP_POST, sign_alg=SIG_RSA_SHA256, digest_alg=DIGEST_SHA256)
        self.asked.add(request_id)
        return self.send_off(request, binding, "theirs+%", response=False, destination=destination)

    def send_off(self, message, binding: str, relay_state: str, response: bool, destination: str = ""):
        destination = destination or re.search(r'Destination="([^"]+)"', str(message)).group(1)
        sent = self.ready().apply_binding(
            binding, str(message), destination, relay_state, response=response,
            sign=binding == BINDING_HTTP_REDIRECT, sigalg=SIG_RSA_SHA256)
        if binding == BINDING_HTTP_REDIRECT:
            return 303, dict(sent["headers"])["Location"], ""
        return 200, None, "".join(sent["data"])

    def logout_answered(self, query: dict, binding: str) -> str:
        """The top status of our LogoutResponse, once the signature is ours. Raises when it is bad."""
        server = self.ready()
        if binding == BINDING_HTTP_REDIRECT:
            # pysaml2 leaves the query of a response to its caller.
            [provider] = server.metadata.with_descriptor("spsso")
            certificates = [pair[1] for pair in server.metadata.certs(provider, "spsso", "signing")]
            if not any(verify_redirect_signature(query, server.sec.sec_backend, certificate) for certificate in certificates):
                raise ValueError("not signed by the service provider")
        else:
            # And takes an unsigned one for good, unless it is told.
            server.sec.correctly_signed_logout_response(base64.b64decode(query["SAMLResponse"]).decode("utf-8"), must=True)
        response = server.parse_logout_request_response(query["SAMLResponse"], binding)
        self.asked.remove(response.in_response_to)
        if query.get("RelayState") != "theirs+%":
            raise ValueError("RelayState did not come back as it was")
        return response.response.status.status_code.value


class Page(http.server.BaseHTTPRequestHandler):
    idp: IdentityProvider

    def do_GET(self):
        url = urllib.parse.urlsplit(self.path)
        query = dict(urllib.parse.parse_qsl(url.query, keep_blank_values=True))
        if url.path == "/health":
            return self.send("fine")
        if url.path == "/slo":
            return self.logout(query, BINDING_HTTP_REDIRECT)
        if url.path == "/slo/begin" and query.get("person") in self.idp.sessions:
            binding = BINDING_HTTP_POST if query.get("by_post") else BINDING_HTTP_REDIRECT
            return self.leave(*self.idp.logout_begin(query["person"], binding))
        if url.path != "/sso":
            return self.send("nothing here", status=404)
        try:
            request = self.idp.receive(query)
        except Exception as refusal:  # whatever pysaml2 raises is its verdict
            print(f"refused: {type(refusal).__name__}: {refusal}", file=sys.stderr, flush=True)
            return self.send(self.document("Richiesta non accettata", "<p>pysaml2 non accetta la richiesta.</p>"), status=403)
        asked = request.requested_authn_context.authn_context_class_ref[0].text
        carried = "".join(
            f'<input type="hidden" name="{html.escape(name)}" value="{html.escape(value)}">' for name, value in query.items())
        levels = "".join(
            f'<label><input type="radio" name="level" value="{level}"{" checked" if level == asked else ""}> {level[-6:]}</label> '
            for level in LEVELS)
        people = "".join(
            f'<p><button name="person" value="{key}">{html.escape(person["name"])} {html.escape(person["familyName"])}</button></p>'
            for key, person in PEOPLE.items())
        self.send(self.document("Gestore pysaml2", f'<form method="post" action="/answer">{carried}{levels}{people}</form>'))

    def do_POST(self):
        length = min(int(self.headers.get("content-length") or 0), 65536)
        fields = dict(urllib.parse.parse_qsl(self.rfile.read(length).decode("utf-8"), keep_blank_values=True))
        if self.path == "/slo":
            return self.logout(fields, BINDING_HTTP_POST)
        if self.path == "/slo/answer":
            return self.leave(*self.idp.logout_answer(fields, fields["binding"], fields["verdict"]))
        if fields.get("person") not in PEOPLE or fields.get("level") not in LEVELS:
            return self.send("no such person or level", status=400)
        try:
            return self.send(self.idp.answer(fields, fields["person"], fields["level"]))
        except Exception as refusal:
            print(f"refused: {type(refusal).__name__}: {refusal}", file=sys.stderr, flush=True)
            return self.send("refused", status=403)

    def logout(self, query: dict, binding: str):
        """A logout message of ours: the answer to theirs, or a request that the citizen decides about."""
        try:
            if "SAMLResponse" in query:
                status = self.idp.logout_answered(query, binding)
                return self.send(self.document("Sei uscito", f"<p>{html.escape(status)}</p>"))
            self.idp.logout_request(query, binding)
        except Exception as refusal:
            print(f"refused: {type(refusal).__name__}: {refusal}", file=sys.stderr, flush=True)
            return self.send(self.document("Messaggio non accettato", "<p>pysaml2 non accetta il messaggio.</p>"), status=403)
        carried = "".join(
            f'<input type="hidden" name="{html.escape(name)}" value="{html.escape(value)}">'
            for name, value in {**query, "binding": binding}.items())
        verdicts = "".join(f'<p><button name="verdict" value="{verdict}">{verdict}</button></p>' for verdict in ("complete", "partial"))
        self.send(self.document("Vuoi uscire?", f'<form method="post" action="/slo/answer">{carried}{verdicts}</form>'))

    def leave(self, status: int, location: str | None, body: str):
        if location is None:
            return self.send(body, status)
        self.send_response(status)
        self.send_header("Location", location)
        self.send_header("Content-Length", "0")
        self.end_headers()

    def document(self, title: str, body: str) -> str:
        return f'<!doctype html><html lang="it"><head><meta charset="utf-8"><title>{title}</title></head><body><main><h1>{title}</h1>{body}</main></body></html>'

    def send(self, body: str, status: int = 200):
        data = body.encode("utf-8")
        self.send_response(status)
        self.send_header("Content-Type", "text/html; charset=utf-8")
        self.send_header("Content-Length", str(len(data)))
        self.end_headers()
        self.wfile.write(data)

    def log_message(self, *_):
        pass  # request lines carry SAML messages


def main() -> None:
    arguments = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    arguments.add_argument("command", choices=["prepare", "serve"])
    arguments.add_argument("folder", type=pathlib.Path)
    arguments.add_argument("--address", required=True)
    arguments.add_argument("--provider")
    given = arguments.parse_args()
    if given.command == "prepare":
        prepare(given.folder, given.address)
        return
    Page.idp = IdentityProvider(given.folder, given.address, given.provider)
    address = urllib.parse.urlsplit(given.address)
    http.server.ThreadingHTTPServer((address.hostname, address.port), Page).serve_forever()


if __name__ == "__main__":
    main()
