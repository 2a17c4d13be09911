//! AttributeConsumingServices: what may be asked together, under an index that never changes its meaning.

use super::ServiceProvider;
use super::profile::eidas;

/// One AttributeConsumingService.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct AttributeSet {
    /// Registered with AgID together with its attributes: what changes gets another index.
    pub index: u16,
    /// (language, name of the service), Italian first.
    pub names: Vec<(String, String)>,
    /// Attribute names.
    pub attributes: Vec<String>,
}

/// What a client needs to be told.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Wanted {
    /// Without these nobody can be let in.
    pub needed: Vec<&'static str>,
    /// What its scopes promise; whoever cannot be asked for one goes without it.
    pub wished: Vec<&'static str>,
}

impl ServiceProvider {
    /// (index, attributes) of every set, 0 first.
    fn sets(&self) -> impl Iterator<Item = (u16, &[String])> {
        let further = self.attribute_sets.iter();
        std::iter::once((0, self.attributes.as_slice()))
            .chain(further.map(|set| (set.index, set.attributes.as_slice())))
    }

    /// The set to ask: one with everything that is needed, then the one that gives most of what is
    /// wished, then the smallest (GDPR art. 5(1)(c)); of two alike the one with the lower index. Those of the eIDAS node are
    /// not for SPID.
    pub fn smallest_set(&self, wanted: &Wanted) -> (u16, &[String]) {
        let has = |set: &[String], name: &str| set.iter().any(|attribute| attribute == name);
        let missing = |set: &[String], names: &[&'static str]| names.iter().filter(|name| !has(set, name)).count();
        self.sets()
            .filter(|(index, _)| *index < eidas::MINIMUM)
            .min_by_key(|(index, set)| {
                (
                    missing(set, &wanted.needed),
                    missing(set, &wanted.wished),
                    set.len(),
                    *index,
                )
            })
            .unwrap_or((0, &self.attributes))
    }

    /// The attributes of the set with this index.
    pub fn attributes_of(&self, index: u16) -> Option<&[String]> {
        self.sets().find(|(known, _)| *known == index).map(|(_, set)| set)
    }
}
