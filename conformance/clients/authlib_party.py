# A relying party in Python, with Authlib: a portal with four addresses. Everything about tokens is Authlib's
# (and joserfc's, which it brings); here are only an address to come back to and what is remembered of one visit.
#
#   /login     to the provider        /callback  back from it: who signed in
#   /refresh   another access token   /logout    out of here and of the provider

import json
import sys
from http.server import BaseHTTPRequestHandler, HTTPServer
from urllib.parse import urlsplit

# snippet: authlib
from urllib.parse import urlencode

import requests
from authlib.common.security import generate_token
from authlib.integrations.requests_client import OAuth2Session
from authlib.oidc.core import CodeIDToken
from joserfc import jwt
from joserfc.jwk import KeySet


class Portal:
    def __init__(self, issuer, client_id, client_secret, redirect_uri):
        self.provider = requests.get(f"{issuer}/.well-known/openid-configuration", timeout=10).json()
        assert self.provider["issuer"] == issuer
        self.session = OAuth2Session(
            client_id,
            client_secret,
            token_endpoint_auth_method="client_secret_basic",
            scope="openid profile fiscal_number organization",
            redirect_uri=redirect_uri,
            code_challenge_method="S256",
        )

    def login(self):
        """Where the browser goes; `state`, `nonce` and `code_verifier` are kept in its session."""
        nonce, code_verifier = generate_token(), generate_token(48)
        url, state = self.session.create_authorization_url(
            self.provider["authorization_endpoint"], nonce=nonce, code_verifier=code_verifier
        )
        return url, {"state": state, "nonce": nonce, "code_verifier": code_verifier}

    def callback(self, url, kept):
        """The browser is back: tokens, what the ID token says, and who it is."""
        tokens = self.session.fetch_token(
            self.provider["token_endpoint"],
            authorization_response=url,
            state=kept["state"],
            code_verifier=kept["code_verifier"],
        )
        id_token = self.verified(tokens["id_token"], kept["nonce"])
        person = self.session.get(self.provider["userinfo_endpoint"]).json()
        assert person["sub"] == id_token["sub"]
        return tokens, id_token, person

    def verified(self, id_token, nonce):
        keys = KeySet.import_key_set(requests.get(self.provider["jwks_uri"], timeout=10).json())
        token = jwt.decode(id_token, keys, algorithms=["RS256"])
        expected = {
            "iss": {"essential": True, "value": self.provider["issuer"]},
            "aud": {"essential": True, "value": self.session.client_id},
            "nonce": {"essential": True, "value": nonce},
        }
        claims = CodeIDToken(token.claims, token.header, expected, {"nonce": nonce})
        claims.validate(leeway=10)
        return claims

    def refresh(self, tokens):
        """Another access token for the same person, organisation and level."""
        return self.session.refresh_token(self.provider["token_endpoint"], refresh_token=tokens["refresh_token"])

    def logout(self, tokens, back):
        """Where the browser goes to sign out."""
        asked = {"id_token_hint": tokens["id_token"], "post_logout_redirect_uri": back}
        return f"{self.provider['end_session_endpoint']}?{urlencode(asked)}"
# end of snippet


def serve(settings):
    address = settings["address"]
    portal = Portal(settings["issuer"], settings["client_id"], settings["client_secret"], f"{address}/callback")
    visit = {}

    class Handler(BaseHTTPRequestHandler):
        def do_GET(self):
            path = urlsplit(self.path).path
            try:
                answer = getattr(self, path.strip("/").replace("-", "_"))()
            except Exception as error:  # the suite reads what went wrong
                return self.tell(500, {"error": f"{type(error).__name__}: {error}"})
            return self.go(answer) if isinstance(answer, str) else self.tell(200, answer)

        def login(self):
            url, visit["kept"] = portal.login()
            return url

        def callback(self):
            visit["tokens"], id_token, person = portal.callback(f"{address}{self.path}", visit["kept"])
            return {"id_token": dict(id_token), "userinfo": person, "refreshable": "refresh_token" in visit["tokens"]}

        def refresh(self):
            before = visit["tokens"]["access_token"]
            visit["tokens"].update(portal.refresh(visit["tokens"]))
            person = portal.session.get(portal.provider["userinfo_endpoint"]).json()
            return {"another": visit["tokens"]["access_token"] != before, "userinfo": person}

        def logout(self):
            return portal.logout(visit["tokens"], f"{address}/signed-out")

        def signed_out(self):
            return {"signed_out": True}

        def go(self, url):
            self.send_response(302)
            self.send_header("Location", url)
            self.end_headers()

        def tell(self, status, value):
            body = json.dumps(value).encode()
            self.send_response(status)
            self.send_header("Content-Type", "text/html; charset=utf-8")
            self.send_header("Content-Length", str(len(body)))
            self.end_headers()
            self.wfile.write(body)

        def log_message(self, *_):
            pass

    at = urlsplit(address)
    server = HTTPServer((at.hostname, at.port), Handler)
    print("ready", flush=True)
    server.serve_forever()


serve(json.load(sys.stdin))
