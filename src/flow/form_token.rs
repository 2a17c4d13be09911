//! What a form of ours sends along to prove that the page was ours (attack 41). A cookie alone proves nothing: a page of another
//! host of the same site sends it too.

use protocol::oidc::{SecretHash, hash_secret, secrets_match};

/// The token of the forms about `what`, in the browser or the session whose cookie's hash `secret` is: derived from a name that no
/// page shows and no other site can know.
pub fn form_token(what: &str, secret: &SecretHash) -> String {
    let hex = |hash: &SecretHash| hash.iter().map(|byte| format!("{byte:02x}")).collect::<String>();
    hex(&hash_secret(&format!("{what} {}", hex(secret))))
}

/// Whether `given` is that token.
pub fn is_form_token(given: &str, what: &str, secret: &SecretHash) -> bool {
    secrets_match(&hash_secret(given), &hash_secret(&form_token(what, secret)))
}
