//! The Assertion must be signed; the Response may be, and if it is the signature must be good.

use super::{Fault, Reason, Refused};
use crate::x509::PublicKey;
use crate::xml::signature::{Bergshamra, ProfileError, SignatureError, Verified, verify as verify_signatures};
use crate::xml::{Element, Tree};

const RESPONSE: &str = "Response/Signature";
const ASSERTION: &str = "Response/Assertion/Signature";

/// The Assertion, once its signature is verified with one of the provider's own keys.
pub(super) fn verify<'t>(tree: &'t Tree, assertion: Element<'t>, keys: &[PublicKey]) -> Result<Verified<'t>, Refused> {
    let verified = verify_signatures(&Bergshamra, tree, &[tree.root(), assertion], keys).map_err(refused)?;
    match verified.as_slice() {
        [_, Some(assertion)] => Ok(*assertion),
        // Case 2: neither; case 3: the Response only.
        [None, None] => Err(missing("2")),
        _ => Err(missing("3")),
    }
}

fn missing(case: &'static str) -> Refused {
    Refused {
        case,
        reason: Reason {
            at: ASSERTION,
            fault: Fault::Missing,
        },
    }
}

fn refused((index, error): (usize, SignatureError)) -> Refused {
    let at = if index == 0 { RESPONSE } else { ASSERTION };
    let case = match error {
        SignatureError::Invalid if index == 0 => "4, 5",
        SignatureError::Invalid => "4, 5, 100, 113",
        SignatureError::Profile(ProfileError::Transforms) => "xslt",
        SignatureError::Profile(ProfileError::Place | ProfileError::Reference | ProfileError::Structure) => "xsw",
        SignatureError::Profile(ProfileError::Canonicalisation | ProfileError::Algorithm | ProfileError::Value) => {
            "own"
        }
    };
    Refused {
        case,
        reason: Reason {
            at,
            fault: Fault::Signature(error),
        },
    }
}
