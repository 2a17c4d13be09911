//! Structure-aware mutations of real answers (issue: trust path). Whatever we accept, libxmlsec1 accepts with
//! the same key, the canonical bytes are the same, and libxml2 reads the same in every field.
//!
//! Two sorts. *On the way*: an attacker changes what the provider signed; then, besides, the citizen is still
//! the same. *By the provider*: strange documents are signed by our library and by libxmlsec1, so that the two
//! canonicalisers meet what no attacker could bring in.
//!
//! The numbers are always the same ones; `VARCO_MUTATIONS` asks for more (`make fuzz` does).

mod change;
mod corpus;
mod document;
mod judge;

use super::independent::{signed_elsewhere, template};
use super::*;
use document::Document;
use rand::seq::IndexedRandom as _;
use rand::{Rng as _, SeedableRng as _};
use rand_chacha::ChaCha8Rng;
use std::collections::BTreeMap;

/// For `make test`.
const ON_THE_WAY: u32 = 100_000;
const BY_THE_PROVIDER: u32 = 6_000;

/// How many, and with which numbers: another run asks for more with others.
fn wanted(usual: u32) -> (u32, u64) {
    let variable = |name: &str| std::env::var(name).ok().and_then(|text| text.parse().ok());
    let times = variable("VARCO_MUTATIONS").map_or(1, |number: u64| number.div_ceil(u64::from(ON_THE_WAY)));
    let times = u32::try_from(times).unwrap();
    (
        usual.saturating_mul(times),
        variable("VARCO_MUTATIONS_SEED").unwrap_or(1),
    )
}

/// What became of the mutations of each kind.
#[derive(Default)]
struct Tally(BTreeMap<&'static str, (u32, u32)>);

impl Tally {
    fn count(&mut self, kinds: &[&'static str], accepted: bool) {
        for kind in kinds {
            let (tried, good) = self.0.entry(kind).or_default();
            *tried += 1;
            *good += u32::from(accepted);
        }
    }

    fn accepted(&self) -> u32 {
        self.0.values().map(|(_, accepted)| accepted).sum()
    }
}

/// Changes a document once, twice or three times.
fn changed(document: &Document, rng: &mut ChaCha8Rng, tally: &mut Vec<&'static str>) -> String {
    let mut document = document.clone();
    for _ in 0..*[1, 1, 1, 2, 2, 3].choose(rng).unwrap() {
        let (name, change) = change::ALL.choose(rng).unwrap();
        change(&mut document, rng);
        tally.push(name);
    }
    document.write()
}

/// What the message is held against; made once.
struct Setting {
    pending: Pending,
    identity_provider: IdentityProvider,
    service_provider: ServiceProvider,
}

impl Setting {
    fn new() -> Setting {
        Setting {
            pending: pending(),
            identity_provider: identity_provider(),
            service_provider: service_provider(),
        }
    }

    fn receive(&self, xml: &str) -> Result<Accepted, Rejection> {
        let (pending, provider) = (&self.pending, &self.identity_provider);
        Received::decode(&STANDARD.encode(xml))?.verify(pending, provider, &self.service_provider, skew(), now())
    }
}

/// One shard of the mutations on the way; shards run beside each other.
fn on_the_way(shard: u64) -> Tally {
    let setting = Setting::new();
    let (number, seed) = wanted(ON_THE_WAY / 4);
    let mut rng = ChaCha8Rng::seed_from_u64(seed.wrapping_mul(1_000).wrapping_add(shard));
    let corpus: Vec<(Document, Accepted)> = corpus::messages()
        .iter()
        .map(|xml| (Document::parse(xml), setting.receive(xml).unwrap()))
        .collect();
    let mut tally = Tally::default();
    for _ in 0..number {
        let (document, original) = corpus.choose(&mut rng).unwrap();
        let mut kinds = Vec::new();
        let xml = changed(document, &mut rng, &mut kinds);
        let outcome = setting.receive(&xml);
        tally.count(&kinds, outcome.is_ok());
        if let Ok(accepted) = outcome {
            assert!(
                accepted.identity == original.identity && accepted.assertion_id == original.assertion_id,
                "{kinds:?} made another identity of\n{xml}"
            );
            judge::judge(&xml, &accepted).unwrap_or_else(|why| panic!("{kinds:?}: {why}\n{xml}"));
        }
    }
    tally
}

/// Every kind of change was tried, and some of them leave a good message good: else nothing was judged.
fn is_worth_something(tally: &Tally) {
    for (name, _) in change::ALL {
        assert!(
            tally.0.get(name).is_some_and(|(tried, _)| *tried > 100),
            "{name}: {:?}",
            tally.0.get(name)
        );
    }
    for harmless in [
        "attributes swapped",
        "attribute quoted otherwise",
        "blank before an attribute",
        "reference in text",
        "CDATA around text",
        "namespace declared",
        "base64 with a blank",
        "key info changed",
        "after the document",
    ] {
        assert!(
            tally.0.get(harmless).is_some_and(|(_, good)| *good > 10),
            "{harmless}: {:?}",
            tally.0
        );
    }
    assert!(tally.accepted() > 1_000, "{:?}", tally.0);
}

#[test]
fn mutations_on_the_way_1_of_4() {
    is_worth_something(&on_the_way(1));
}

#[test]
fn mutations_on_the_way_2_of_4() {
    is_worth_something(&on_the_way(2));
}

#[test]
fn mutations_on_the_way_3_of_4() {
    is_worth_something(&on_the_way(3));
}

#[test]
fn mutations_on_the_way_4_of_4() {
    is_worth_something(&on_the_way(4));
}

/// Signs after the change, by `sign`, which may find nothing that it could sign.
fn by_the_provider(shard: u64, sign: fn(&Draft) -> Option<String>) {
    let setting = Setting::new();
    let (number, seed) = wanted(BY_THE_PROVIDER / 2);
    let mut rng = ChaCha8Rng::seed_from_u64(seed.wrapping_mul(1_000).wrapping_add(shard));
    let drafts = corpus::drafts();
    let (mut signed, mut accepted) = (0_u32, 0_u32);
    for _ in 0..number {
        let mut draft = drafts.choose(&mut rng).unwrap().clone();
        draft.assertion = changed(&Document::parse(&draft.assertion), &mut rng, &mut Vec::new());
        if rng.random() {
            draft.response_key = Some(&IDP_KEY);
        }
        let Some(xml) = sign(&draft) else { continue };
        signed += 1;
        if let Ok(answer) = setting.receive(&xml) {
            accepted += 1;
            judge::judge(&xml, &answer).unwrap_or_else(|why| panic!("{why}\n{xml}"));
        }
    }
    assert!(signed > number / 2, "{signed} of {number} could be signed");
    assert!(accepted > number / 20, "{accepted} of {number} were accepted");
}

#[test]
fn mutations_by_a_provider_that_signs_with_our_library() {
    by_the_provider(11, |draft| {
        let assertion = sign(&draft.assertion, Placement::AfterIssuer, &IDP_KEY).ok()?;
        let response = draft.response.replace("ASSERTION", &assertion);
        match draft.response_key {
            Some(key) => sign(&response, Placement::AfterIssuer, key).ok(),
            None => Some(response),
        }
    });
}

#[test]
fn mutations_by_a_provider_that_signs_with_libxmlsec1() {
    by_the_provider(12, |draft| {
        let method = "http://www.w3.org/2001/04/xmldsig-more#rsa-sha256";
        let digest = "http://www.w3.org/2001/04/xmlenc#sha256";
        signed_elsewhere(draft.clone(), |id| template(id, method, digest))
    });
}
