//! One operation: a code for a citizen who is signed in, and the tokens for the code.

use crate::http::Connection;
use crate::server::Server;
use anyhow::{Context as _, ensure};
use base64::Engine as _;
use base64::engine::general_purpose::{STANDARD, URL_SAFE_NO_PAD};
use serde::Deserialize;
use url::form_urlencoded::Serializer;

/// RFC 7636 appendix B; a code challenge costs the server the same whatever it is.
const VERIFIER: &str = "dBjftJeZ4CVP-mB92K27uhbUJU1p1r_wW1gFWFOEjXk";
const CHALLENGE: &str = "E9Melhoa2OwvFrEMTJguCHaoeK1t8URWbuGJSstw-cM";

/// A relying portal of the demo.
#[derive(Debug)]
pub struct Portal {
    /// Name of its series.
    pub name: &'static str,
    /// The query of `/authorize`, without `state`.
    query: String,
    /// The body of `/token`, without `code`.
    form: String,
    /// The `Authorization` header line.
    authorization: String,
    /// Where codes go.
    redirect_uri: String,
    /// What the ID token has to hold.
    claim: &'static str,
}

#[derive(Deserialize)]
struct Tokens {
    id_token: String,
}

impl Portal {
    /// A portal for citizens, each for himself.
    ///
    /// # Errors
    /// When the demo has no secret for it.
    pub fn myself(server: &Server) -> anyhow::Result<Portal> {
        Portal::new(server, "self", "anagrafe", "citizen", "openid profile", "\"sub\"")
    }

    /// A portal that needs an organisation, and names it.
    ///
    /// # Errors
    /// When the demo has no secret for it.
    pub fn organisation(server: &Server) -> anyhow::Result<Portal> {
        Portal::new(
            server,
            "organisation",
            "fatture",
            "organisation",
            "openid organization:acme-srl",
            "acme-srl",
        )
    }

    fn new(
        server: &Server,
        name: &'static str,
        client_id: &str,
        path: &str,
        scope: &str,
        claim: &'static str,
    ) -> anyhow::Result<Portal> {
        let redirect_uri = format!("http://127.0.0.1:{}/{path}/callback", server.port.saturating_add(1));
        let query = Serializer::new(String::new())
            .append_pair("response_type", "code")
            .append_pair("client_id", client_id)
            .append_pair("redirect_uri", &redirect_uri)
            .append_pair("scope", scope)
            .append_pair("nonce", "n-0S6_WzA2Mj")
            .append_pair("code_challenge", CHALLENGE)
            .append_pair("code_challenge_method", "S256")
            .finish();
        let form = Serializer::new(String::new())
            .append_pair("grant_type", "authorization_code")
            .append_pair("redirect_uri", &redirect_uri)
            .append_pair("code_verifier", VERIFIER)
            .finish();
        let basic = STANDARD.encode(format!("{client_id}:{}", server.client_secret(client_id)?));
        Ok(Portal {
            name,
            query,
            form,
            authorization: format!("Authorization: Basic {basic}\r\n"),
            redirect_uri,
            claim,
        })
    }

    /// The address of an authorisation request.
    pub fn authorize(&self, state: &str) -> String {
        format!("/authorize?{}&state={state}", self.query)
    }

    /// The whole operation. `citizen`: the `Cookie` header line.
    ///
    /// # Errors
    /// When the server does anything else than give tokens.
    pub fn sign_in(&self, connection: &mut Connection, citizen: &str) -> anyhow::Result<String> {
        let answer = connection.get(&self.authorize("af0ifjsldkj"), citizen)?;
        let location = answer.redirect()?;
        ensure!(location.starts_with(&self.redirect_uri), "no way back to the portal");
        let code = location
            .split(['?', '&'])
            .find_map(|pair| pair.strip_prefix("code="))
            .context("no code")?;
        let answer = connection.post("/token", &self.authorization, &format!("{}&code={code}", self.form))?;
        ensure!(answer.status == 200, "/token answers {}", answer.status);
        let tokens: Tokens = serde_json::from_slice(&answer.body)?;
        Ok(tokens.id_token)
    }

    /// Whether an ID token says what this portal asked for: a bench of wrong answers measures nothing.
    ///
    /// # Errors
    /// When it does not.
    pub fn check(&self, id_token: &str) -> anyhow::Result<()> {
        let payload = id_token.split('.').nth(1).context("no payload")?;
        let payload = String::from_utf8(URL_SAFE_NO_PAD.decode(payload)?)?;
        ensure!(payload.contains(self.claim), "the ID token lacks {}", self.claim);
        Ok(())
    }
}
